"""The specifications that come with the package."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

CATALOG = Path(__file__).parent / "catalog"
SUFFIXES = (".json", ".yaml", ".yml", ".graphql")
Split = Literal["train", "unseen", "twin"]


def bundled(split: Split | None = None) -> list[str]:
    """Return the names of the bundled specifications, sorted: all, or those of one split (``catalog/splits.toml``)."""
    splits = tomllib.loads((CATALOG / "splits.toml").read_text(encoding="utf-8"))
    return sorted(name for key, names in splits.items() if split in (None, key) for name in names)


def bundled_path(name: str) -> Path | None:
    """Return the file of the bundled specification called ``name``; None if there is none."""
    if name not in bundled():
        return None
    return next((path for suffix in SUFFIXES if (path := CATALOG / (name + suffix)).is_file()), None)
