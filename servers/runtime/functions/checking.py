"""What functions ask of their arguments; anything else is refused and never a traceback."""

from __future__ import annotations

import math
from typing import Any

from inftool.servers.runtime.errors import Refusal

MAX_NUMBER = 1e300
MAX_TEXT = 200_000
"""Characters of an answer."""


def number(value: Any, name: str = "number") -> int | float:
    """Return a number, also one that is written as text.

    Raises:
        Refusal: it is none, or not finite.
    """
    if isinstance(value, str) and len(value) <= 40:
        try:
            value = int(value) if value.strip().lstrip("+-").isdecimal() else float(value)
        except ValueError:
            raise Refusal("invalid", f"{name}: {value!r} is not a number") from None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Refusal("invalid", f"{name}: a number was expected")
    return value


def whole(value: Any, name: str = "number", low: int | None = None, high: int | None = None) -> int:
    """Return a whole number in a range.

    Raises:
        Refusal: it is none, or outside.
    """
    found = number(value, name)
    if found != int(found):
        raise Refusal("invalid", f"{name}: a whole number was expected")
    found = int(found)
    if (low is not None and found < low) or (high is not None and found > high):
        raise Refusal(
            "invalid", f"{name}: must be from {low} to {high}" if high is not None else f"{name}: must be {low} or more"
        )
    return found


def positive(value: Any, name: str, zero: bool = True) -> int | float:
    """Return a number that is not negative (and, without ``zero``, not 0).

    Raises:
        Refusal: it is.
    """
    found = number(value, name)
    if found < 0 or (found == 0 and not zero):
        raise Refusal("invalid", f"{name}: must be {'0 or more' if zero else 'more than 0'}")
    return found


def numbers(values: Any, least: int = 1) -> list[int | float]:
    """Return a list of numbers.

    Raises:
        Refusal: there are fewer than ``least``, or something else is among them.
    """
    if not isinstance(values, list) or len(values) < least:
        raise Refusal(
            "invalid", f"numbers: {'a list of numbers' if least < 2 else f'at least {least} numbers'} was expected"
        )
    return [number(value, f"numbers[{place}]") for place, value in enumerate(values)]


def text(value: Any, name: str = "text") -> str:
    """Return a text.

    Raises:
        Refusal: it is none.
    """
    if not isinstance(value, str):
        raise Refusal("invalid", f"{name}: a text was expected")
    return value


def bounded(result: Any) -> Any:
    """Return a result of a function once it is sure that it can be written as JSON.

    Raises:
        Refusal: it is too large, not finite, or complex.
    """
    if isinstance(result, complex):
        raise Refusal("invalid", "the result is not a real number")
    if isinstance(result, float) and (not math.isfinite(result) or abs(result) > MAX_NUMBER):
        raise Refusal("invalid", "the result is too large")
    if isinstance(result, int) and not isinstance(result, bool) and result.bit_length() > 4_000:
        raise Refusal("invalid", "the result is too large")
    if isinstance(result, str) and len(result) > MAX_TEXT:
        raise Refusal("invalid", "the result is too long")
    if isinstance(result, list):
        return [bounded(item) for item in result]
    if isinstance(result, dict):
        return {name: bounded(item) for name, item in result.items()}
    return result
