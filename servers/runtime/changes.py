"""What an episode did to the rows: the state difference that goals and rewards are made of."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class RowChange(BaseModel):
    """One row that is not what it was in the seeded image."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entity: str
    key: str
    """The row's key as text (``"12"`` for 12); unique among the rows of one parent."""
    parent: str = ""
    """Keys of the rows it is nested under, outermost first, as a path such as ``/7/31``; ``""`` for a root."""
    kind: Literal["insert", "update", "delete"]
    before: dict[str, Any] | None = None
    """The row in the image; None for an insert."""
    after: dict[str, Any] | None = None
    """The row now; None for a delete."""

    @property
    def order(self) -> tuple[str, str, tuple[int, int, str]]:
        """Sort key of the canonical order: by entity, parent and key, numbers by value."""
        return self.entity, self.parent, key_order(self.key)


def key_order(key: str) -> tuple[int, int, str]:
    """Return the sort key of a row's key: numbers by value, before all other keys."""
    if key.isascii() and key.isdigit() and len(key) < 18:
        return 0, int(key), key
    return 1, 0, key


def key_text(value: Any) -> str | None:
    """Write a key as text, so that ``12``, ``12.0`` and ``"12"`` name the same row; None for what cannot be a key."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e17 else repr(value)
    return None


def child_path(parent: str, key: str) -> str:
    """Return the path of a row, which is the ``parent`` of the rows nested under it."""
    return f"{parent}/{key.replace('%', '%25').replace('/', '%2F')}"
