"""What a tool accepts: plain JSON first, then the tool's input schema."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jsonschema_rs

from inftool.servers.runtime.errors import Refusal
from inftool.specs.spec import JsonSchema

MAX_DEPTH = 32
"""Nesting of the arguments."""
MAX_VALUES = 20_000
"""Values in one call's arguments, nested ones included."""
MAX_TEXT = 1_000_000
"""Characters of one call's strings together, names included."""
MAX_INTEGER = 2**63

Validate = Callable[[dict[str, Any]], None]


def plain_json(arguments: Any) -> dict[str, Any]:
    """Return a private copy of the arguments, which is sure to be JSON.

    Raises:
        Refusal: they are not a JSON object, or too deep or too large; the message names the place.
    """
    if not isinstance(arguments, dict):
        raise Refusal("invalid", "arguments: a JSON object was expected")
    copied: dict[str, Any] = _plain(arguments, "", 0, [MAX_VALUES, MAX_TEXT])
    return copied


def _plain(value: Any, place: str, depth: int, room: list[int]) -> Any:
    kind = type(value)
    if kind is str:
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise Refusal("invalid", f"{_at(place)}: the text holds a lone surrogate") from None
        room[1] -= len(value)
        if room[1] < 0:
            raise Refusal(
                "invalid", f"{_at(place)}: the text is longer than {MAX_TEXT} characters, with the texts before it"
            )
        return value
    if kind is bool or value is None:
        return value
    if kind is int:
        if not -MAX_INTEGER <= value < MAX_INTEGER:
            raise Refusal("invalid", f"{_at(place)}: the integer does not fit in 64 bits")
        return value
    if kind is float:
        if not math.isfinite(value):
            raise Refusal("invalid", f"{_at(place)}: a finite number was expected")
        return value
    room[0] -= 1 + (len(value) if kind is dict or kind is list else 0)
    if room[0] < 0:
        raise Refusal("invalid", f"{_at(place)}: more than {MAX_VALUES} values in one call")
    if depth >= MAX_DEPTH:
        raise Refusal("invalid", f"{_at(place)[:80]}: nested deeper than {MAX_DEPTH} levels")
    if kind is dict:
        copied = {}
        for name, item in value.items():
            if type(name) is not str:
                raise Refusal("invalid", f"{_at(place)}: every key of an object must be a string")
            _plain(name, place, depth, room)
            copied[name] = _plain(item, f"{place}.{name[:40]}" if place else name[:40], depth + 1, room)
        return copied
    if kind is list:
        return [_plain(item, f"{place}[{i}]", depth + 1, room) for i, item in enumerate(value)]
    raise Refusal("invalid", f"{_at(place)}: {kind.__name__} is not a JSON value")


def _at(place: str) -> str:
    return place.encode("utf-8", "replace").decode() or "arguments"


def argument_validator(schema: JsonSchema) -> Validate:
    """Compile an input schema to a check that raises :class:`Refusal` for the first few faults.

    A keyword that is not valid JSON Schema is left out, so that a faulty specification still gives a usable tool.
    """
    validator = lenient_validator(schema, formats=True) or _compiled({"type": "object"})
    assert validator is not None

    def validate(arguments: dict[str, Any]) -> None:
        if validator.is_valid(arguments):
            return
        faults = []
        for error in validator.iter_errors(arguments):
            faults.append(_fault(error))
            if len(faults) == 3:
                break
        raise Refusal("invalid", "; ".join(faults))

    return validate


def lenient_validator(schema: JsonSchema, formats: bool = False) -> Any:
    """Compile a schema, without those of its keywords that are no valid JSON Schema; None where nothing can be done.

    Args:
        schema: the schema; ``oneOf`` is read as ``anyOf``.
        formats: whether texts must have the format that is declared.
    """
    schema = _lenient(schema, 0)
    return _compiled(schema, formats) or _compiled(_repaired(schema, 0), formats)


def _compiled(schema: JsonSchema, formats: bool = True) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator(
            schema, validate_formats=formats, pattern_options=jsonschema_rs.RegexOptions(), offline=True
        )
    except (ValueError, TypeError, RecursionError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):
        return None


def _lenient(schema: Any, depth: int) -> Any:
    """Read ``oneOf`` as ``anyOf``: branches written in a hurry overlap, and the servers they describe do not mind."""
    if isinstance(schema, list):
        return [_lenient(part, depth + 1) for part in schema]
    if not isinstance(schema, dict) or depth > MAX_DEPTH:
        return schema
    out = {}
    for word, value in schema.items():
        if word in ("properties", "$defs", "definitions") and isinstance(value, dict):
            out[word] = {name: _lenient(part, depth + 1) for name, part in value.items()}
        elif word in ("items", "additionalProperties", "allOf", "anyOf", "oneOf"):
            out["anyOf" if word == "oneOf" and "anyOf" not in schema else word] = _lenient(value, depth + 1)
        else:
            out[word] = value
    return out


def _repaired(schema: Any, depth: int) -> Any:
    """Drop what commonly makes a schema invalid: foreign patterns, draft-4 booleans, references, odd keywords."""
    if isinstance(schema, list):
        return [_repaired(part, depth + 1) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if depth > MAX_DEPTH:
        return {}
    kept = {}
    for word, value in schema.items():
        if word in ("properties", "$defs", "definitions") and isinstance(value, dict):
            kept[word] = {
                name: _repaired(part, depth + 1) for name, part in value.items() if isinstance(part, (dict, bool))
            }
        elif word in ("items", "additionalProperties", "not", "allOf", "anyOf", "oneOf"):
            kept[word] = _repaired(value, depth + 1)
        elif _compiled({word: value}) is not None:
            kept[word] = value
    return kept


def _fault(error: Any) -> str:
    place = ""
    for step in error.instance_path:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else str(step)
    message = " ".join(str(error.message).split())
    if len(message) > 240:
        message = f"{message[:80]} ... {message[-140:]}"
    return f"{place[:80] or 'arguments'}: {message}"
