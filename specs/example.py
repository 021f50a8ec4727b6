"""Reading a schema off examples, for bodies that are shown and not described (rules E6 and L10)."""

from __future__ import annotations

import json
import re
from typing import Any

from inftool.specs.spec import JsonSchema

MAX_LEVELS = 6
MAX_ITEMS = 20
"""Items of a list that are looked at."""
_FORMATS = {
    "date-time": re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "uuid": re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE),
    "email": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
    "uri": re.compile(r"https?://\S{1,2000}"),
}


def read_example(value: Any) -> Any:
    """Return an example that is JSON written as a text as what it says; None where it only looks like JSON."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def schema_of_example(value: Any, levels: int = MAX_LEVELS) -> JsonSchema:
    """Return a schema that ``value`` satisfies: types and properties, nothing required; null could be anything."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "integer"}
    if isinstance(value, float):
        return {"type": "number"}
    if isinstance(value, str):
        found = next((name for name, form in _FORMATS.items() if len(value) < 2100 and form.fullmatch(value)), None)
        return {"type": "string", "format": found} if found else {"type": "string"}
    if isinstance(value, list):
        items = schema_of_examples(value[:MAX_ITEMS], levels - 1) if levels > 0 and len(value) <= MAX_ITEMS else {}
        return {"type": "array", "items": items} if items else {"type": "array"}
    if isinstance(value, dict):
        properties = {name: schema_of_example(item, levels - 1) for name, item in value.items()} if levels > 0 else {}
        return {"type": "object", "properties": properties} if properties else {"type": "object"}
    return {}


def schema_of_examples(values: list[Any], levels: int = MAX_LEVELS) -> JsonSchema:
    """Return a schema that every one of ``values`` satisfies; ``{}`` where they have little in common."""
    schemas = [schema_of_example(value, levels) for value in values]
    united: JsonSchema = {}
    for number, schema in enumerate(schemas):
        united = schema if number == 0 else _either(united, schema)
    return united


def _either(one: JsonSchema, other: JsonSchema) -> JsonSchema:
    """Return a schema for what satisfies ``one`` or ``other``."""
    if one == other:
        return one
    kinds = {one.get("type"), other.get("type")}
    if kinds == {"integer", "number"}:
        return {"type": "number"}
    if len(kinds) > 1 or None in kinds:
        return {}
    if kinds == {"object"}:
        properties = dict(one.get("properties", {}))
        for name, schema in other.get("properties", {}).items():
            properties[name] = _either(properties[name], schema) if name in properties else schema
        return {"type": "object", "properties": properties} if properties else {"type": "object"}
    if kinds == {"array"}:
        items = _either(one["items"], other["items"]) if "items" in one and "items" in other else {}
        return {"type": "array", "items": items} if items else {"type": "array"}
    return {"type": one["type"]}
