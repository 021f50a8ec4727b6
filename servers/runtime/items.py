"""Arguments that hold several things at once: keys in an array or a text, objects with keys (rules D3, E7)."""

from __future__ import annotations

from typing import Any

from inftool.servers.program import Entity
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.errors import Refusal


def items_of(value: Any, argument: str) -> tuple[list[Any], bool]:
    """Return the items that an argument holds, and whether it may hold several: an array, or commas between.

    Raises:
        Refusal: it holds nothing.
    """
    if isinstance(value, list):
        return value, True
    if isinstance(value, str) and "," in value:
        return [part.strip() for part in value.split(",") if part.strip()], True
    if value is None or value == "":
        raise Refusal("invalid", f"{argument}: at least one was expected")
    return [value], False


def key_of(item: Any, entity: Entity, argument: str) -> Any:
    """Return the key that an item is, or holds.

    Raises:
        Refusal: it is none and holds none.
    """
    if isinstance(item, dict):
        item = next((item[name] for name in (entity.key, "id", "key", "uri", "name") if name in item), None)
    if not key_text(item):
        raise Refusal("invalid", f"{argument}: the key of a {entity.label} was expected")
    return item


def page_of_all(rows: list[Any]) -> dict[str, Any]:
    """Return what the counters beside rows say, where all are shown."""
    count = len(rows)
    return {"total": count, "count": count, "has_more": False, "next_cursor": None, "page": 1, "pages": 1,
            "limit": count, "offset": 0}  # fmt: skip
