"""Texts for regular expressions, and a safe test against them.

Patterns come from untrusted documents: matching uses an engine whose time is linear in the text, never Python's own.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jsonschema_rs

MAX_PATTERN = 400
"""Longer patterns are neither generated from nor, where the engine refuses them, enforced."""
MAX_REPEAT = 64
_MOST_REPEATS = 1024
"""Repetitions of one part of a text that must be long."""
_CLASSES = {"L": "a-zA-Z", "Lu": "A-Z", "Ll": "a-z", "N": "0-9", "Nd": "0-9", "Z": " ", "Zs": " ", "P": ".-", "S": "+="}
"""What texts are made of for the classes of Unicode, which Python's parser does not read."""
_CLASS = re.compile(r"\\(?:p\{(\w+)\}|.)|[\[\]]", re.DOTALL)

_PREFERRED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. "


@lru_cache(maxsize=2048)
def _validator(pattern: str) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except (ValueError, jsonschema_rs.ValidationError):
        return None


def matches(pattern: str, text: str) -> bool:
    """Tell whether a text satisfies a JSON Schema ``pattern``; one that the engine cannot read forbids nothing."""
    validator = _validator(pattern)
    try:
        return validator is None or bool(validator.is_valid(text))
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def _parsed(pattern: str) -> Any:
    if len(pattern) > MAX_PATTERN:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re._parser.parse(_readable(pattern))  # type: ignore[attr-defined]
    except (re.error, RecursionError, OverflowError, ValueError):
        return None


def _readable(pattern: str) -> str:
    """Return a pattern with plain letters and digits for the classes of Unicode."""
    if r"\p" not in pattern:
        return pattern
    inside = False

    def plain(found: re.Match[str]) -> str:
        nonlocal inside
        if found[0] in "[]":
            inside = found[0] == "["
            return found[0]
        members = _CLASSES.get(found[1] or "")
        return found[0] if members is None else members if inside else f"[{members}]"

    return _CLASS.sub(plain, pattern)


def text_for_pattern(
    pattern: str, below: Callable[[int], int], longest: int | None = None, shortest: int = 0, *, wide: bool = False
) -> str | None:
    """Return a text that a simple pattern matches; None for one with look-arounds, references and the like.

    Args:
        pattern: the regular expression.
        below: gives a number from 0 to its argument - 1; the source of choices.
        wide: add characters to a short text whose pattern is open at its end, so that two texts rarely agree.
        longest: keep repetitions short enough for this length where the pattern allows it.
        shortest: repeat often enough for this length where the pattern allows it.
    """
    parsed = _parsed(pattern)
    if parsed is None:
        return None
    try:
        text = _write(parsed, below)
        if longest is not None and len(text) > longest:
            text = _write(parsed, lambda bound: 0)
        if len(text) < shortest:
            text = _long(parsed, below, shortest)
    except (_Unsupported, RecursionError):
        return None
    if wide and len(text) < 10 and (longest is None or longest >= 14):
        longer = text + "".join(_PREFERRED[below(16) + 16 if below(2) else 52 + below(10)] for _ in range(10))
        return longer if matches(pattern, longer) else text
    return text


class _Unsupported(Exception):
    """The pattern uses something that texts are not made for."""


def _long(parsed: Any, below: Callable[[int], int], shortest: int) -> str:
    """Return a text of at least so many characters, and hardly more, where the pattern is open enough for it."""
    few, many = 0, 1
    while many < _MOST_REPEATS and len(_write(parsed, below, many)) < shortest:
        few, many = many, many * 2
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if len(_write(parsed, below, middle)) >= shortest else (middle, many)
    return _write(parsed, below, many)


def _write(parsed: Any, below: Callable[[int], int], more: int = 0) -> str:
    """Return a text; ``more`` is how often what may repeat does so beyond what it must, or 0 for a usual number."""
    out: list[str] = []
    size = 0
    for operator, argument in parsed:
        piece = _piece(str(operator), argument, below, more)
        size += len(piece)
        if size > 4096:
            raise _Unsupported
        out.append(piece)
    return "".join(out)


def _piece(operator: str, argument: Any, below: Callable[[int], int], more: int) -> str:
    match operator:
        case "LITERAL":
            return chr(argument)
        case "ANY":
            return _PREFERRED[below(26)]
        case "NOT_LITERAL":
            return "a" if chr(argument) != "a" else "b"
        case "IN":
            return _one_of(argument, below)
        case "BRANCH":
            return _write(argument[1][below(len(argument[1]))], below, more)
        case "SUBPATTERN":
            return _write(argument[3], below, more)
        case "ATOMIC_GROUP":
            return _write(argument, below, more)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, inner = argument
            if least > 1024:
                raise _Unsupported
            usual = max(least, min(int(most), least + 3 if least else 6, MAX_REPEAT))
            count = least + below(usual - least + 1)
            if least == 0 and count == 0 and int(most) > 1:
                count = min(1 + below(4), int(most))
            if more and int(most) > 1:
                count = min(least + more, int(most))
            return "".join(_write(inner, below, more) for _ in range(count))
        case "AT":
            return ""
    raise _Unsupported


_CATEGORIES = {
    "CATEGORY_DIGIT": "0123456789",
    "CATEGORY_WORD": "abcdefghijklmnopqrstuvwxyz0123456789",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": "abcdefghijklmnopqrstuvwxyz",
    "CATEGORY_NOT_DIGIT": "abcdefghijklmnopqrstuvwxyz",
    "CATEGORY_NOT_WORD": "-",
}


def _one_of(members: Any, below: Callable[[int], int]) -> str:
    allowed: list[str] = []
    banned: set[str] = set()
    negated = False
    for operator, argument in members:
        match str(operator):
            case "NEGATE":
                negated = True
            case "LITERAL":
                (banned.add if negated else allowed.append)(chr(argument))
            case "RANGE":
                low, high = argument
                span = [chr(code) for code in range(low, min(high, low + 255) + 1)]
                (banned.update if negated else allowed.extend)(span)
            case "CATEGORY":
                letters = _CATEGORIES.get(str(argument), "a")
                (banned.update if negated else allowed.extend)(letters)
    if negated:
        allowed = [letter for letter in _PREFERRED if letter not in banned]
    usual = [letter for letter in allowed if letter in _PREFERRED[:62]] or allowed
    if not usual:
        raise _Unsupported
    return usual[below(len(usual))]
