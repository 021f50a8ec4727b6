"""The ledger of a run: finished steps in one folder, each whole or not there at all.

A step is a folder that was written beside its place and renamed into it, with a ``step.json`` that says from which
inputs it was made. A run that is killed at any moment and started again finds the finished steps, keeps the working
folder of the one it was in (training goes on from its checkpoint), and does the rest.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

CHECKPOINTS = "checkpoints"
"""Folder of a step that outlives a kill, and is thrown away when the step is finished."""
_RECORD = "step.json"


class RunError(Exception):
    """A run folder cannot be used; the message says which and what to do."""


class Step(BaseModel):
    """The record of one finished step."""

    model_config = ConfigDict(extra="forbid")

    name: str
    key: str
    """Hash of the step's name and inputs; a step is done again when they change."""
    metrics: dict[str, Any] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)
    """By path in the step's folder: the first 16 hex digits of the SHA-256."""
    seconds: float = 0.0

    @property
    def digest(self) -> str:
        """Hash of everything the step made: what later steps name as their input."""
        return digest_of([self.key, self.files])


class Ledger:
    """The steps of one run folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process.

        Raises:
            RunError: another process works in it, or it cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = (self.folder / ".lock").open("w")
        except OSError as error:
            raise RunError(f"{self.folder}: cannot write there ({error.strerror}); choose another --out") from None
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise RunError(
                    f"{self.folder}: another run is at work there; wait for it, or choose another --out"
                ) from None
            yield

    def path(self, name: str) -> Path:
        """Return the folder of a step."""
        return self.folder / name

    def find(self, name: str) -> Step | None:
        """Return the record of a finished step; None if it is not finished or its files are gone."""
        folder = self.path(name)
        try:
            step = Step.model_validate_json((folder / _RECORD).read_text())
        except (OSError, ValidationError):
            return None
        return step if all((folder / path).is_file() for path in step.files) else None

    def steps(self) -> list[Step]:
        """Return the finished steps by name."""
        names = sorted(path.parent.relative_to(self.folder).as_posix() for path in self.folder.glob(f"*/{_RECORD}"))
        return [step for name in names if (step := self.find(name))]

    def step(self, name: str, inputs: Mapping[str, Any], make: Callable[[Path], dict[str, Any]]) -> Step:
        """Return a finished step, doing it first if it is not there or was made from other inputs.

        Args:
            name: the step's folder; sorts in the order of the run.
            inputs: everything the result depends on, as JSON values.
            make: writes the step's files into the folder that it is given, and returns its metrics. Under
                ``checkpoints`` it finds what an interrupted attempt at the same inputs left there; that folder does
                not become part of the step.

        Raises:
            RunError: the disk is full or the folder cannot be written. Finished steps are untouched.
        """
        key = digest_of([name, inputs])
        step = self.find(name)
        if step is not None and step.key == key:
            return step
        work = self.folder / ".work" / f"{name}-{key}"
        try:
            work.mkdir(parents=True, exist_ok=True)
            _clear(work, keep=CHECKPOINTS)
            start = time.monotonic()
            metrics = make(work)
            shutil.rmtree(work / CHECKPOINTS, ignore_errors=True)
            step = Step(
                name=name, key=key, metrics=metrics, files=_hashes(work), seconds=round(time.monotonic() - start, 1)
            )
            write_text(work / _RECORD, step.model_dump_json(indent=1))
            final = self.path(name)
            if final.exists():
                shutil.rmtree(final)
            work.rename(final)
            for stale in (self.folder / ".work").glob(f"{name}-*"):
                shutil.rmtree(stale, ignore_errors=True)
        except OSError as error:
            raise RunError(f"{work}: {error.strerror or error}; make room and start the same command again") from error
        return step


def write_text(path: Path, text: str) -> None:
    """Write a file so that it appears whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def digest_of(value: Any) -> str:
    """Return the first 16 hex digits of the SHA-256 of a JSON value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _clear(folder: Path, keep: str) -> None:
    """Remove what an interrupted attempt left half-done."""
    for path in folder.iterdir():
        if path.name == keep:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _hashes(folder: Path) -> dict[str, str]:
    hashes = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != _RECORD:
            with path.open("rb") as file:
                hashes[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    return hashes
