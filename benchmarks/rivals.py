"""The processes of other interpreters that measure what is installed there (see rival.py)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import things
from clients import end

SCRIPT = Path(__file__).parent / "rival.py"


class Rivals:
    """What can be measured of others.

    Args:
        interpreters: looked through in this order; the first that has a package measures it.
        folder: for the files that they read.
    """

    def __init__(self, interpreters: Sequence[str], folder: Path) -> None:
        self._interpreters = interpreters
        self._folder = folder
        self._stack = ExitStack()
        self._measures: dict[str, subprocess.Popen[bytes]] = {}
        self.versions: dict[str, str] = {}
        """Of the packages that were found."""
        self.homes: dict[str, str] = {}
        """The interpreter of each package."""

    def __enter__(self) -> Self:
        _, table, _ = things.prepare(10, self._folder)
        for interpreter in self._interpreters:
            process = subprocess.Popen(
                [interpreter, str(SCRIPT), str(table)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._stack.callback(end, process)
            found = _answer(process)
            for measure in found["measures"]:
                self._measures.setdefault(measure, process)
            for name, number in found["versions"].items():
                self.versions.setdefault(name, number)
                self.homes.setdefault(name, interpreter)
        return self

    def __exit__(self, *failure: object) -> None:
        self._stack.close()

    def measure(self, name: str) -> Callable[[], float] | None:
        """Return what measures ``PACKAGE WHAT`` in seconds; None where the package is not installed."""
        process = self._measures.get(name)
        if process is None:
            return None

        def ask() -> float:
            assert process.stdin is not None
            process.stdin.write(f"{name}\n".encode())
            process.stdin.flush()
            return float(_answer(process))

        return ask


def _answer(process: subprocess.Popen[bytes]) -> Any:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{process.args!r} ended")
    return json.loads(line)
