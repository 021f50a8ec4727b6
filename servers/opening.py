"""From what a person names to a program: a bundled specification, a file of one, or a compiled program."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from inftool.servers.program import ServerProgram
from inftool.servers.runtime.kernel import Kernel, ProgramError

MAX_PROGRAM_BYTES = 64_000_000


def open_program(source: str | os.PathLike[str]) -> ServerProgram:
    """Return the program of a specification; compiled once a process while the file does not change.

    Args:
        source: the name of a bundled specification (``petstore``), the path of a specification, or the path of a
            compiled program (a JSON file with ``"format": "inftool-program-1"``).

    Raises:
        SpecError: no specification can be read there; the message says why and what to do.
        ProgramError: it is a compiled program that is damaged; the message names the place.
    """
    name = os.fspath(source)
    path = Path(name)
    try:
        stat = path.stat() if path.is_file() else None
    except (OSError, ValueError):
        stat = None
    stamp = (stat.st_mtime_ns, stat.st_size) if stat else (0, 0)
    return _opened(name, stamp)


@lru_cache(maxsize=64)
def _opened(name: str, stamp: tuple[int, int]) -> ServerProgram:
    if stamp[1] and name.endswith(".json"):
        program = _compiled_program(Path(name), stamp[1])
        if program is not None:
            return program
    from inftool.servers.compiler.compile import compile_spec
    from inftool.specs import load

    return compile_spec(load(name))


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
