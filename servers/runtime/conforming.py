"""Answers in the declared form: what a response must have and a row has not (rules G1, X1).

What a caller sent is never changed: it may go beyond the response's schema where the request's is wider.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inftool.servers.runtime.arguments import lenient_validator
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.draw import SeedKey
from inftool.servers.runtime.fitting import MAX_DEPTH, accepts, combined
from inftool.servers.runtime.values import value_for
from inftool.specs.spec import JsonSchema

Conforms = Callable[[Any], bool]


def conformity(schema: JsonSchema | None) -> Conforms | None:
    """Return a test whether an answer has the declared form; None where nothing is declared, or nothing usable."""
    if not schema:
        return None
    validator = lenient_validator(schema)
    return None if validator is None else validator.is_valid


def completed(schema: Any, value: Any, name: str, key: SeedKey, label: str = "", depth: int = 0) -> Any:
    """Return a value with all that its schema requires, at any depth.

    Missing required properties are made up; a null, and a property that no schema names, is left out where it may not
    be there. Everything else stays as it is.

    Args:
        schema: of the value.
        value: any JSON value.
        name: of the property that holds it.
        key: what invented values depend on.
        label: what a person calls the thing that has the property.
        depth: how deep in the answer it lies.
    """
    if not isinstance(schema, dict) or depth > MAX_DEPTH:
        return value
    if {"allOf", "oneOf", "anyOf"} & schema.keys():
        schema = _branch(schema, value)
    if isinstance(schema.get("type"), str) and value is not None:
        value = _in_type(schema["type"], value)
    if isinstance(value, list):
        first, rest = schema.get("prefixItems") or [], schema.get("items")
        return [
            completed(first[at] if at < len(first) else rest, item, name, (key, at), label, depth + 1)
            for at, item in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    properties = schema.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    required = [field for field in schema.get("required") or [] if isinstance(field, str)]
    rest = schema.get("additionalProperties")
    out = {}
    for field, held in value.items():
        part = properties.get(field, rest)
        if part is False and field not in properties and "patternProperties" not in schema:
            continue
        if held is None and isinstance(part, dict) and part and not _nullable(part):
            if field in required:
                out[field] = value_for(part, field, seed_key=(key, name), label=label)
            continue
        out[field] = completed(part, held, field, (key, name), label, depth + 1)
    for field in required:
        if field not in out:
            out[field] = value_for(properties.get(field) or {}, field, seed_key=(key, name), label=label)
    return out


def _in_type(kind: str, value: Any) -> Any:
    """Return a value in another form of the same: an object as a list of one, a number as a text and back."""
    if kind == "array" and isinstance(value, dict):
        return [value]
    if kind == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return key_text(value)
    if kind in ("integer", "number") and isinstance(value, str):
        whole = value.isascii() and value.removeprefix("-").isdigit() and len(value) < 18
        return int(value) if whole else value
    return value


def _nullable(schema: JsonSchema) -> bool:
    if {"allOf", "oneOf", "anyOf"} & schema.keys():
        validator = lenient_validator(schema)
        return validator is None or bool(validator.is_valid(None))
    return accepts(schema, None) and schema.get("const", None) is None


def _branch(schema: JsonSchema, value: Any) -> JsonSchema:
    """Return the schema with the branch of its union that suits the value best: the one that asks for least more."""
    for word in ("oneOf", "anyOf"):
        branches = [part for part in schema.get(word) or [] if isinstance(part, dict)]
        if len(branches) > 1:
            best = min(branches, key=lambda part: _distance(part, value))
            schema = {**schema, word: [best]}
    return combined(schema)


def _distance(schema: JsonSchema, value: Any) -> tuple[int, int]:
    """Return how far a value is from a schema: whether it is of another type, then what is missing or unknown."""
    flat = combined(schema)
    if not accepts({k: v for k, v in flat.items() if k in ("type", "enum", "nullable")}, value):
        return 1, 0
    if not isinstance(value, dict):
        return 0, 0
    properties = flat.get("properties") or {}
    missing = sum(name not in value for name in flat.get("required") or [])
    wrong = sum(
        name in value and isinstance(part, dict) and "const" in part and part["const"] != value[name]
        for name, part in properties.items()
    )
    return wrong, missing * 10 + sum(name not in properties for name in value)
