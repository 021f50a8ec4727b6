"""What callers send, in the form of the fields that keep it (rules C1, F2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inftool.servers.program import Entity
from inftool.servers.runtime.fitting import MAX_DEPTH, schema_at, type_of
from inftool.servers.runtime.session import Row
from inftool.specs.spec import JsonSchema

NAMED_BY = ("id", "gid", "uuid", "uid", "guid", "value", "key", "code", "slug", "name", "login", "username", "number")
"""What an object that stands for another row is named by, in the order of rule I1."""


def given_values(entity: Entity, values: dict[str, str], fitted: Sequence[str], arguments: Row) -> Row:
    """Return field → value of what a caller sends.

    Args:
        entity: whose fields they are.
        values: argument → field.
        fitted: arguments whose values are put in the form of their field; what has no such form is left out.
        arguments: of the call.
    """
    given: Row = {}
    for argument, field in values.items():
        if argument not in arguments:
            continue
        value, held = arguments[argument], entity.fields.get(field)
        if argument in fitted and held is not None:
            fits, value = fitting_value(held.schema_, value)
            if not fits:
                continue
        given[field] = value
    return given


def fitting_value(schema: JsonSchema, value: Any, depth: int = 0) -> tuple[bool, Any]:
    """Return whether a value has, or can be given, the form of a schema, and that form.

    A number becomes a text, and a text of digits a number; a plain value in the place of an object becomes the object's
    key; one value in the place of several becomes a list. Of objects and lists the parts that fit are kept.
    """
    schema = schema_at(schema, [])
    declared = schema.get("type")
    kinds = declared if isinstance(declared, list) else [declared or type_of(schema)] if schema else []
    if not kinds or value is None or depth > MAX_DEPTH:
        return True, value
    plain = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    if isinstance(value, dict) and "object" in kinds:
        properties = schema.get("properties") or {}
        found = {name: fitting_value(properties.get(name) or {}, part, depth + 1) for name, part in value.items()}
        return True, {name: part for name, (fits, part) in found.items() if fits}
    if isinstance(value, list) and "array" in kinds:
        items = schema.get("items")
        parts = [fitting_value(items if isinstance(items, dict) else {}, part, depth + 1) for part in value]
        return True, [part for fits, part in parts if fits]
    if isinstance(value, bool):
        return "boolean" in kinds, value
    if isinstance(value, str) and "string" in kinds:
        return True, value
    if isinstance(value, (int, float)) and {"integer", "number"} & set(kinds):
        return "number" in kinds or float(value).is_integer(), value
    if plain and "string" in kinds:
        return True, str(value)
    if isinstance(value, str) and {"integer", "number"} & set(kinds):
        whole = value.isascii() and value.removeprefix("-").isdigit() and len(value) < 18
        return whole, int(value) if whole else value
    if plain and "object" in kinds:
        name = naming_property(schema, "string" if isinstance(value, str) else "integer")
        return name is not None, {name: value}
    if "array" in kinds:
        items = schema.get("items")
        fits, part = fitting_value(items if isinstance(items, dict) else {}, value, depth + 1)
        return fits, [part]
    return False, value


def naming_property(schema: JsonSchema, kind: str) -> str | None:
    """Return the property of an object that a plain value sent in its place is; None where there is none.

    Args:
        schema: of the object.
        kind: ``string`` or ``integer``, of the plain value.
    """
    properties = schema.get("properties")
    alike = ("string",) if kind == "string" else ("integer", "number")
    for name in NAMED_BY:
        part = properties.get(name) if isinstance(properties, dict) else None
        if isinstance(part, dict) and type_of(part, name) in alike:
            return name
    return None
