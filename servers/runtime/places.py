"""Places inside a row: a field's name, or names with dots between for what is nested in it."""

from __future__ import annotations

from typing import Any

from inftool.servers.program import Entity, EntityField

Row = dict[str, Any]


def value_at(row: Row, place: str) -> Any:
    """Return the value at a place, of each object of a list on the way; None where there is nothing."""
    if place in row or "." not in place:
        return row.get(place)
    node: Any = row
    for step in place.split("."):
        node = stepped(node, step)
    return node


def stepped(node: Any, step: str) -> Any:
    """Return what an object has under a name, of a list what each of its objects has; None where there is nothing."""
    if isinstance(node, list):
        return [item.get(step) if isinstance(item, dict) else None for item in node]
    return node.get(step) if isinstance(node, dict) else None


def set_at(row: Row, place: str, value: Any) -> None:
    """Set the value at a place; objects on the way are copied, so that nobody else's row changes."""
    if place in row or "." not in place:
        row[place] = value
        return
    *above, last = place.split(".")
    node = row
    for step in above:
        inner = node.get(step)
        node[step] = dict(inner) if isinstance(inner, dict) else {}
        node = node[step]
    node[last] = value


def field_at(entity: Entity, place: str) -> EntityField:
    """Return the field at a place; for a nested value, one with the schema of that value."""
    if place in entity.fields or "." not in place:
        return entity.fields.get(place) or EntityField()
    first, *rest = place.split(".")
    node: Any = entity.fields[first].schema_ if first in entity.fields else {}
    for step in rest:
        node = (node.get("properties") or {}).get(step) if isinstance(node, dict) else None
    return EntityField(schema_=node if isinstance(node, dict) else {})
