"""A folder of specifications, read as a whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from inftool.specs.error import SpecError
from inftool.specs.loader import load
from inftool.specs.names import snake_case
from inftool.specs.spec import ApiSpec

SUFFIXES = (".json", ".jsonl", ".yaml", ".yml", ".graphql", ".gql", ".graphqls")
MAX_FILES = 20_000


class Pool(NamedTuple):
    """The specifications of a folder."""

    specs: list[ApiSpec]
    """With names of their own: where two files have one name, those of their folders stand before it."""
    unread: list[str]
    """Files from which nothing could be read, with the reason; one line each."""


def load_pool(folder: Path, progress: Callable[[int, int], None] | None = None) -> Pool:
    """Read every specification below ``folder``, in the order of their paths; links are not followed out of it.

    Args:
        folder: where to look, at any depth.
        progress: called with (files read, files in all).

    Raises:
        SpecError: it is no folder, or has no file that could be one, or too many.
    """
    if not folder.is_dir():
        raise SpecError(f"{folder}: no such folder.")
    home = folder.resolve()
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES and path.is_file() and path.resolve().is_relative_to(home)
    )
    if not paths:
        raise SpecError(f"{folder}: no specifications in it; looked for {', '.join(SUFFIXES)}.")
    if len(paths) > MAX_FILES:
        raise SpecError(f"{folder}: {len(paths):,} files, more than {MAX_FILES:,}; name a folder further down.")
    specs: list[ApiSpec] = []
    unread: list[str] = []
    taken: set[str] = set()
    for done, path in enumerate(paths, 1):
        try:
            spec = load(path)
        except SpecError as error:
            unread.append(str(error))
        else:
            specs.append(spec.model_copy(update={"name": _own_name(spec.name, path.relative_to(folder), taken)}))
        if progress is not None:
            progress(done, len(paths))
    return Pool(specs, unread)


def _own_name(name: str, path: Path, taken: set[str]) -> str:
    """Return a name that no other specification has: the file's, its folders' before it, or a number behind it."""
    longer = snake_case("_".join(path.with_suffix("").parts))
    number = 2
    candidate = name if name not in taken else longer
    while candidate in taken:
        candidate, number = f"{longer}_{number}", number + 1
    taken.add(candidate)
    return candidate
