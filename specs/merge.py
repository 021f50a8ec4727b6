"""Merging schemas that hold together (``allOf``) or side by side (bodies with variants): rule L5.

Everything here works on schemas that :mod:`inftool.specs.schema` has cleaned.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inftool.specs.spec import JsonSchema

_LARGEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_SMALLEST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")

_STRUCTURE = {"properties", "items", "additionalProperties", "oneOf", "anyOf", "allOf", "not", "prefixItems", "if"}
_MAPS = ("properties", "patternProperties", "dependentSchemas")
_LISTS = ("oneOf", "anyOf", "allOf", "prefixItems")
_INNER = ("items", "additionalProperties", "not", "propertyNames", "contains", "if", "then", "else")
NESTING = frozenset((*_MAPS, *_LISTS, *_INNER))
"""Keywords that hold further schemas."""
_TIGHT = frozenset(("not", "if", "then", "else", "oneOf"))
_NOTES = ("description", "examples", "default", "title", "deprecated", "readOnly", "writeOnly")


def types_of(schema: JsonSchema) -> list[str]:
    """Return the declared types, guessed from the other keywords where none is declared; ``[]`` means any."""
    declared = schema.get("type")
    if isinstance(declared, str):
        return [declared]
    if isinstance(declared, list):
        return list(declared)
    if "properties" in schema:
        return ["object"]
    return ["array"] if "items" in schema else []


def is_object(schema: JsonSchema) -> bool:
    """Return whether values of ``schema`` are objects (or null)."""
    types = types_of(schema)
    return "object" in types and set(types) <= {"object", "null"}


def merge_all(schemas: list[JsonSchema]) -> JsonSchema:
    """Return one schema that holds where every one of ``schemas`` does; a later one's annotations win."""
    merged: JsonSchema = {}
    for schema in schemas:
        merged = _merge_two(merged, schema)
    return merged


def _merge_two(one: JsonSchema, other: JsonSchema) -> JsonSchema:
    if not one or one == other:
        return dict(other)
    merged = dict(one)
    for key, value in other.items():
        if key not in merged:
            merged[key] = value
        elif key == "properties":
            properties = dict(merged[key])
            for name, schema in value.items():
                properties[name] = _merge_two(properties[name], schema) if name in properties else schema
            merged[key] = properties
        elif key == "required":
            merged[key] = list(dict.fromkeys([*merged[key], *value]))
        elif key == "type":
            kept = _common_types(types_of(one), types_of(other))
            merged[key] = (kept[0] if len(kept) == 1 else kept) if kept else value
        elif key == "enum":
            merged[key] = [item for item in merged[key] if item in value] or value
        elif key in _LARGEST:
            merged[key] = max(merged[key], value)
        elif key in _SMALLEST:
            merged[key] = min(merged[key], value)
        elif key == "items":
            merged[key] = _merge_two(merged[key], value)
        elif key in ("oneOf", "anyOf", "not", "$ref", "if") and merged[key] != value:
            merged["allOf"] = [*merged.get("allOf", []), {key: value}]
        elif key == "allOf":
            merged[key] = [*merged[key], *(part for part in value if part not in merged[key])]
        elif key == "additionalProperties":
            merged[key] = value if merged[key] is True or merged[key] == {} else merged[key]
        else:
            merged[key] = value
    return merged


def _common_types(one: list[str], other: list[str]) -> list[str]:
    common = [name for name in one if name in other]
    if "integer" in other and "number" in one and "integer" not in common:
        common.append("integer")
    if "integer" in one and "number" in other and "integer" not in common:
        common.append("integer")
    return common


def merge_any(schemas: list[JsonSchema]) -> JsonSchema:
    """Return one object schema that takes every object that any of ``schemas`` takes: the union of the properties."""
    properties: dict[str, list[JsonSchema]] = {}
    for schema in schemas:
        for name, value in schema.get("properties", {}).items():
            variants = properties.setdefault(name, [])
            if value not in variants:
                variants.append(value)
    required = [name for name in properties if all(name in schema.get("required", []) for schema in schemas)]
    merged: JsonSchema = {"type": "object", "properties": {name: _either(some) for name, some in properties.items()}}
    if required:
        merged["required"] = required
    return merged


def _either(variants: list[JsonSchema]) -> JsonSchema:
    """Return a schema that takes what any of ``variants`` takes: plain values share one, with the looser bounds."""
    if len(variants) == 1:
        return variants[0]
    if any(set(one) & _STRUCTURE or not types_of(one) for one in variants):
        bare = [{key: value for key, value in one.items() if key not in _NOTES} for one in variants]
        return variants[0] if all(one == bare[0] for one in bare) else {"anyOf": variants}
    types = list(dict.fromkeys(name for one in variants for name in types_of(one)))
    if len({name for name in types if name != "null"}) > 1:
        return {"anyOf": variants}
    loose: JsonSchema = {"type": types[0] if len(types) == 1 else types}
    values = [one["enum"] if "enum" in one else [one["const"]] if "const" in one else None for one in variants]
    listed = [some for some in values if some is not None]
    for key in dict.fromkeys(key for one in variants for key in one):
        found = [one[key] for one in variants if key in one]
        if key in _NOTES and (key not in ("readOnly", "writeOnly") or len(found) == len(variants)):
            loose[key] = found[0]
        elif key in ("enum", "const"):
            if len(listed) == len(variants):
                together: list[Any] = []
                for some in listed:
                    together += [value for value in some if value not in together]
                loose["enum"] = together
        elif key not in ("type", *_NOTES) and len(found) == len(variants):
            if key in _LARGEST:
                loose[key] = min(found)
            elif key in _SMALLEST:
                loose[key] = max(found)
            elif all(value == found[0] for value in found):
                loose[key] = found[0]
    return loose


def without_object_variants(schema: JsonSchema) -> JsonSchema:
    """Return ``schema`` with every choice between objects replaced by one object with all their properties."""
    return map_schemas(schema, lambda one: (flat_object(one) or one) if "oneOf" in one or "anyOf" in one else one)


def flat_object(schema: JsonSchema) -> JsonSchema | None:
    """Return ``schema`` as one plain object schema with properties, its variants united; None if it is none."""
    for keyword in ("oneOf", "anyOf"):
        branches = [flat_object(branch) for branch in schema.get(keyword, []) if branch.get("type") != "null"]
        if not branches:
            continue
        objects = [branch for branch in branches if branch is not None]
        if len(objects) < len(branches):
            # Variants that only say which properties must be there add nothing to a plain object.
            if not is_object(schema) or any(types_of(branch) for branch in schema[keyword]):
                return None
            objects = []
        rest = {key: value for key, value in schema.items() if key != keyword}
        if not objects:
            return flat_object(rest)
        united = merge_any(objects)
        return flat_object(_merge_two(rest, united) if rest else united)
    if not is_object(schema) or not schema.get("properties"):
        return None
    return schema


def map_schemas(schema: JsonSchema, change: Callable[[JsonSchema], JsonSchema]) -> JsonSchema:
    """Return ``schema`` with ``change`` applied to it and to every schema within, innermost first.

    ``change`` must not change its argument; what it returns as it was stays shared with ``schema``.
    """
    if NESTING.isdisjoint(schema):
        return change(schema)
    result = schema
    for key, value in schema.items():
        inner: Any = value
        if key in _MAPS and isinstance(value, dict):
            inner = {
                name: map_schemas(item, change) if isinstance(item, dict) else item for name, item in value.items()
            }
            same = all(item is value[name] for name, item in inner.items())
        elif key in _LISTS and isinstance(value, list):
            inner = [map_schemas(item, change) if isinstance(item, dict) else item for item in value]
            same = all(item is value[number] for number, item in enumerate(inner))
        elif key in _INNER and isinstance(value, dict):
            inner = map_schemas(value, change)
            same = inner is value
        else:
            continue
        if not same:
            if result is schema:
                result = dict(schema)
            result[key] = inner
    return change(result)


def loosened(schema: JsonSchema) -> JsonSchema:
    """Return ``schema`` so that it stays right when parts of it are cut: for :func:`map_schemas`.

    Variants that were told apart by what is gone may both hold, so one of them need not be the only one; and what is
    forbidden or depends on a condition would be forbidden too often.
    """
    if _TIGHT.isdisjoint(schema):
        return schema
    loose = {key: value for key, value in schema.items() if key not in _TIGHT}
    if "oneOf" in schema and "anyOf" not in schema:
        loose["anyOf"] = schema["oneOf"]
    return loose


def without_read_only(schema: JsonSchema) -> JsonSchema:
    """Return ``schema`` for a request: properties that only the server sets are gone, also from ``required``."""

    def strip(one: JsonSchema) -> JsonSchema:
        if "writeOnly" in one:
            one = {key: value for key, value in one.items() if key != "writeOnly"}
        properties = one.get("properties")
        if isinstance(properties, dict):
            gone = {
                name for name, value in properties.items() if isinstance(value, dict) and value.get("readOnly") is True
            }
            if gone:
                kept = {name: value for name, value in properties.items() if name not in gone}
                required = [name for name in one.get("required", []) if name not in gone]
                one = {**one, "properties": kept, "required": required}
                if not required:
                    del one["required"]
        return one

    return map_schemas(schema, strip)
