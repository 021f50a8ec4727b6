"""Sums and products of money and stock, worked out in decimals: 0.1 and 0.2 are 0.3 (rule N5)."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.fitting import type_of
from inftool.specs.spec import JsonSchema

_DIGITS = 60
_LARGEST = Decimal(2) ** 63


def decimal_of(value: Any) -> Decimal | None:
    """Return a number, or a text that is one, exactly as it is written; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and (len(value) > 40 or not value.strip()[:1].isprintable()):
        return None
    try:
        number = Decimal(repr(value) if not isinstance(value, str) else value.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 320 else None


def total(values: list[Decimal]) -> Decimal:
    """Return a sum."""
    with localcontext(prec=_DIGITS):
        return sum(values, Decimal(0))


def product(one: Decimal, other: Decimal) -> Decimal:
    """Return a product."""
    with localcontext(prec=_DIGITS):
        return one * other


def quotient(one: Decimal, other: Decimal) -> Decimal:
    """Return a quotient, to 10 decimals."""
    with localcontext(prec=_DIGITS):
        return round(one / other, 10)


def written(number: Decimal, schema: JsonSchema, like: Any, place: str) -> Any:
    """Write a number as a field holds it.

    Args:
        number: the number.
        schema: of the field.
        like: what the field held before; a text with two decimals is followed by one with two decimals.
        place: names the field in a refusal.

    Raises:
        Refusal: it is too large, or has a fraction where whole numbers are kept.
    """
    if abs(number) >= _LARGEST:
        raise Refusal("invalid", f"{place}: the number would be too large")
    if isinstance(like, str):
        _, _, fraction = like.strip().partition(".")
        with localcontext(prec=_DIGITS):
            return str(number.quantize(Decimal(1).scaleb(-len(fraction)))) if fraction else format(number, "f")
    whole = number == number.to_integral_value()
    if type_of(schema) == "integer" or (isinstance(like, int) and not schema):
        if not whole and type_of(schema) == "integer":
            raise Refusal("invalid", f"{place}: a whole number was expected, this would make it {number.normalize():f}")
        return int(number) if whole else float(number)
    if whole and not isinstance(like, float):
        return int(number)
    value = float(number)
    return value if math.isfinite(value) else int(number)
