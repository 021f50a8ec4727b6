"""Reading a schema off an example, for bodies that are shown and not described (rules E6 and L10)."""

from __future__ import annotations

from typing import Any

from inftool.specs.spec import JsonSchema

MAX_LEVELS = 6


def schema_of_example(value: Any, levels: int = MAX_LEVELS) -> JsonSchema:
    """Return a schema that ``value`` satisfies: types and properties, nothing required; null could be anything."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "integer"}
    if isinstance(value, float):
        return {"type": "number"}
    if isinstance(value, str):
        return {"type": "string"}
    if isinstance(value, list):
        items = [schema_of_example(item, levels - 1) for item in value[:20]] if levels > 0 else []
        alike = bool(items) and all(item == items[0] for item in items) and len(value) <= 20
        return {"type": "array", "items": items[0]} if alike else {"type": "array"}
    if isinstance(value, dict):
        properties = {name: schema_of_example(item, levels - 1) for name, item in value.items()} if levels > 0 else {}
        return {"type": "object", "properties": properties} if properties else {"type": "object"}
    return {}
