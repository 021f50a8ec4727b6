"""What a validator takes: numbers, regular expressions and whole schemas."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from inftool.specs.spec import JsonSchema


def number_of(value: Any) -> float | int | None:
    """Return a number, also out of a string; None if it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str) and len(value) < 40:
        try:
            number = float(value)
        except ValueError:
            return None
        if number != number or number in (float("inf"), float("-inf")):
            return None
        return int(number) if number == int(number) else number
    return None


@lru_cache(maxsize=2048)
def compiles(pattern: str) -> bool:
    """Return whether the validator takes ``pattern``."""
    import jsonschema_rs

    try:
        jsonschema_rs.validator_for({"pattern": pattern})
    except ValueError:
        return False
    return True


def is_valid_schema(schema: JsonSchema) -> bool:
    """Return whether a validator can be made of the self-contained ``schema``."""
    import jsonschema_rs

    try:
        jsonschema_rs.validator_for(schema)
    except (ValueError, jsonschema_rs.ReferencingError):
        return False
    return True
