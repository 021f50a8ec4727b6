"""From what a person names to a program: a bundled specification, a file of one, or a compiled program."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from inftool.servers.comparison import Change, compare
from inftool.servers.fixtures.document import StateDocument, read_state, read_state_files
from inftool.servers.fixtures.placement import Placement
from inftool.servers.fixtures.placing import with_state
from inftool.servers.overrides import apply_overrides, read_overrides
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.kernel import Kernel, ProgramError
from inftool.servers.selecting import select_tools
from inftool.specs.bundle import bundled_path

MAX_PROGRAM_BYTES = 64_000_000
PROGRAM_FILE = "program.json"
"""The program in a folder that ``inftool compile --out`` wrote."""
_HEAD = 4_096

Source = str | os.PathLike[str]


@dataclass(frozen=True)
class Opened:
    """A program, and how it came to be."""

    program: ServerProgram
    changes: tuple[Change, ...] = ()
    """What the overrides changed."""
    placement: Placement | None = None
    """What became of the state from outside; None where none was given."""


def open_program(
    source: Source, overrides: Source | dict[str, Any] | None = None, state: object = None
) -> ServerProgram:
    """Return the program of a specification; compiled once a process while the file does not change.

    Args:
        source: the name of a bundled specification (``petstore``), the path of a specification, of a compiled program
            (a JSON file with ``"format": "inftool-program-1"``), or of a folder with one called ``program.json``.
        overrides: corrections, or the path of a file of them (see :mod:`inftool.servers.overrides`).
        state: the rows to start with: a parsed document, or the path of a JSON or YAML file (rule G4).

    Raises:
        SpecError: no specification can be read there; the message says why and what to do.
        ProgramError: it is a compiled program that is damaged; the message names the place.
        OverrideError: the overrides do not fit.
        StateError: the state cannot be read.
    """
    return open_server(source, overrides=overrides, state=state).program


def open_server(
    source: Source,
    *,
    overrides: Source | dict[str, Any] | None = None,
    state: object = None,
    seed: int | None = None,
    tags: Sequence[str] = (),
    max_tools: int | None = None,
) -> Opened:
    """Return a program as :func:`open_program` does, with what was made of its overrides and its state.

    Args:
        source: as there.
        overrides: as there.
        state: as there; or several paths, whose documents are merged, or what :func:`read_state_files` made of them.
        seed: default seed of the rows; the program's own if None.
        tags: which tools are kept (see :func:`inftool.servers.selecting.select_tools`).
        max_tools: the most tools.

    Raises:
        ProgramError: the program cannot run with these overrides, such as an operation whose row nothing names.
        SelectionError: the program has no such tag, or no tool would be left.
    """
    changes = read_overrides(Path(overrides)) if isinstance(overrides, str | os.PathLike) else overrides
    document = _state(state)
    inferred, compiled = _inferred(source, document)
    if seed is not None and seed != inferred.seed:
        inferred = inferred.model_copy(update={"seed": seed})
    program = apply_overrides(inferred, changes) if changes else inferred
    differences = tuple(compare(inferred, program)) if changes else ()
    if changes:
        Kernel(program)
    placement = None
    if document is not None:
        program, placement = with_state(program, document, keep=not compiled)
    if tags or max_tools is not None:
        program = select_tools(program, tags, max_tools)
    return Opened(program, differences, placement)


def source_text(source: Source) -> str | None:
    """Return the text of the specification that :func:`open_server` reads; None for a compiled program.

    Raises:
        SpecError: it cannot be read any more.
    """
    from inftool.specs.document import read_text

    path = bundled_path(source) if isinstance(source, str) else None
    path = Path(source) if path is None else path
    return None if path.is_dir() or _is_program(path) else read_text(path)


def source_suffix(source: Source) -> str:
    """Return the suffix of the specification's file, such as ``.yaml``."""
    path = bundled_path(source) if isinstance(source, str) else None
    return (Path(source) if path is None else path).suffix.lower()


def _state(state: object) -> StateDocument | None:
    if state is None or isinstance(state, StateDocument):
        return state
    if isinstance(state, str | os.PathLike):
        return read_state_files([Path(state)])
    if isinstance(state, list | tuple) and state and all(isinstance(part, os.PathLike) for part in state):
        return read_state_files([Path(part) for part in state])
    return read_state(state)


def _inferred(source: Source, state: StateDocument | None) -> tuple[ServerProgram, bool]:
    """Return the program of a source by the rules alone, and whether it was compiled before.

    The rows of a state are evidence where a specification is compiled now.
    """
    name = os.fspath(source)
    path = Path(name)
    try:
        bundled = isinstance(source, str) and bundled_path(source) is not None
        if not bundled and path.is_dir() and (path / PROGRAM_FILE).is_file():
            path, name = path / PROGRAM_FILE, str(path / PROGRAM_FILE)
        stat = path.stat() if path.is_file() else None
    except (OSError, ValueError):
        stat = None
    stamp = (stat.st_mtime_ns, stat.st_size) if stat else (0, 0)
    compiled = bool(stamp[1]) and _is_program(path)
    if state is None or compiled:
        return _opened(name, stamp), compiled
    from inftool.servers.compiler.compile import infer
    from inftool.specs import load

    return infer(load(name), state=state), False


@lru_cache(maxsize=64)
def _opened(name: str, stamp: tuple[int, int]) -> ServerProgram:
    if stamp[1] and name.endswith(".json"):
        program = _compiled_program(Path(name), stamp[1])
        if program is not None:
            return program
    from inftool.servers.compiler.compile import infer
    from inftool.specs import load

    return infer(load(name))


def _is_program(path: Path) -> bool:
    """Whether a file looks like a compiled program: what it is stands at its beginning."""
    try:
        with path.open("rb") as file:
            return path.suffix == ".json" and b'"inftool-program-' in file.read(_HEAD)
    except OSError:
        return False


def _compiled_program(path: Path, size: int) -> ServerProgram | None:
    """Read a compiled program; None if the file is something else."""
    if size > MAX_PROGRAM_BYTES:
        return None
    try:
        text = path.read_text(encoding="utf-8")
        if '"inftool-program-' not in text:
            return None
        data = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not str(data.get("format", "")).startswith("inftool-program-"):
        return None
    try:
        program = ServerProgram.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ProgramError(f"{path}: {place}: {first['msg']}; mend it or compile the specification again") from None
    try:
        Kernel(program)
    except ProgramError as error:
        raise ProgramError(f"{path}: {error}") from None
    return program
