"""Chance that is none: what is drawn depends on the seed and the arguments alone (rule P2)."""

from __future__ import annotations

from typing import Any

from inftool.servers.runtime.draw import Draw, token_text, uuid_text
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.functions.checking import number, whole

_SIGNS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


def random_integer(low: Any, high: Any, seed: int) -> int:
    """Return a whole number in a range, both ends included."""
    start, end = whole(low, "min", -(2**53), 2**53), whole(high, "max", -(2**53), 2**53)
    if start > end:
        raise Refusal("invalid", "min: must not be more than max")
    return start + Draw(seed, "integer", start, end).below(end - start + 1)


def random_number(seed: int, low: Any = 0, high: Any = 1) -> float:
    """Return a number in a range."""
    start, end = number(low, "min"), number(high, "max")
    if start > end:
        raise Refusal("invalid", "min: must not be more than max")
    return round(start + Draw(seed, "number", start, end).unit() * (end - start), 6)


def random_choice(items: Any, seed: int) -> Any:
    """Return one of a list."""
    if not isinstance(items, list) or not items:
        raise Refusal("invalid", "items: a list was expected")
    return Draw(seed, "choice", repr(items)[:10_000]).pick(items)


def uuid(seed: int, count: Any = None) -> Any:
    """Return a UUID, or several."""
    if count is None:
        return uuid_text(Draw(seed, "uuid"))
    return [uuid_text(Draw(seed, "uuid", turn)) for turn in range(whole(count, "count", 1, 100))]


def password(seed: int, length: Any = 12) -> str:
    """Return a password of letters and digits."""
    size = whole(length, "length", 1, 256)
    return token_text(Draw(seed, "password", size), size, _SIGNS)


def dice(seed: int, sides: Any = 6, count: Any = 1) -> dict[str, Any]:
    """Return the throws of dice, and their sum."""
    faces = whole(sides, "sides", 2, 1_000)
    throws = [Draw(seed, "dice", faces, turn).below(faces) + 1 for turn in range(whole(count, "count", 1, 100))]
    return {"rolls": throws, "total": sum(throws)}


def coin(seed: int) -> str:
    """Return ``heads`` or ``tails``."""
    return ("heads", "tails")[Draw(seed, "coin").below(2)]
