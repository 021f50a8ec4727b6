"""Comparing two results field by field, up to the names of made-up ids, times and wording."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .domain import Domain

_MESSAGES = frozenset(("message", "msg", "detail", "info", "summary", "note_to_user"))
_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?$")
_TIME_NAMES = re.compile(r"(^|_)(at|timestamp|time)$|[a-z](At|Time)$")

Leaves = dict[str, list[Any]]
"""Scalars of a result by the name they stand under; ``name[]`` holds the lengths of lists, ``""`` a bare scalar."""


def leaves(value: Any) -> Leaves:
    """Return the scalars of a JSON value by name, wherever they are nested."""
    found: Leaves = defaultdict(list)
    for name, leaf in _walk("", value):
        found[name].append(leaf)
    return found


def _walk(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _walk(str(key), part)
    elif isinstance(value, list):
        yield f"{name}[]", len(value)
        for part in value:
            yield from _walk(name, part)
    else:
        yield name, value


def same(left: Any, right: Any) -> bool:
    """Tell whether two scalars are the same value: 3 and 3.0 are, 1 and true are not, rounding is forgiven."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return abs(left - right) <= 0.005 + 1e-9 * abs(left)
    return bool(left == right)


@dataclass
class Names:
    """The made-up ids of the reference, each with the id that the compiled server made for the same thing."""

    domain: Domain
    known: set[str] = field(default_factory=set)
    """Strings that were there at the start or that a caller has sent; any other sentence is the author's wording."""
    compiled: dict[tuple[str, Any], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.learn(self.domain.state)

    def learn(self, value: Any) -> None:
        """Take the strings of ``value`` for known."""
        if isinstance(value, dict):
            self.known.update(key for key in value if isinstance(key, str))
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            self.learn(part)
        if isinstance(value, str):
            self.known.add(value)

    def note(self, tool: str, expected: Any, got: Any) -> None:
        """Pair the new ids in a result of the reference with those in the compiled server's."""
        theirs = leaves(got)
        spare = [
            value for name, values in theirs.items() if _is_id(name) for value in values if _new(value, self.known)
        ]
        for name, values in leaves(expected).items():
            kind = self.domain.kind(tool, name)
            if kind is None:
                continue
            fresh = [value for value in values if (kind, value) not in self.compiled and _new(value, self.known)]
            own = [value for value in theirs.get(name, ()) if value not in self.compiled.values()]
            for value in fresh:
                other = own.pop(0) if own else spare.pop(0) if len(spare) == 1 else None
                if other is not None and not isinstance(other, bool):
                    self.compiled[kind, value] = other

    def translated(self, tool: str, arguments: Any, name: str = "") -> Any:
        """Return arguments of the reference with the compiled server's own ids in them."""
        if isinstance(arguments, dict):
            return {key: self.translated(tool, part, key) for key, part in arguments.items()}
        if isinstance(arguments, list):
            return [self.translated(tool, part, name) for part in arguments]
        kind = self.domain.kind(tool, name)
        return arguments if kind is None else self.compiled.get((kind, arguments), arguments)

    def equal(self, tool: str, name: str, expected: Any, got: Any) -> bool:
        """Tell whether the compiled server's leaf says the same as the reference's; times and wording always do."""
        kind = self.domain.kind(tool, name)
        if kind is not None and (kind, expected) in self.compiled:
            return same(self.compiled[kind, expected], got)
        return self.is_loose(name, expected) or same(expected, got)

    def is_loose(self, name: str, value: Any) -> bool:
        """Tell whether a leaf of the reference is a time or free text, which no other server could give the same."""
        if name in _MESSAGES or (isinstance(value, int | float) and _TIME_NAMES.search(name) is not None):
            return not isinstance(value, bool)
        if not isinstance(value, str) or value in self.known:
            return False
        return len(value.split()) >= 3 or _DATE.match(value) is not None


def _is_id(name: str) -> bool:
    return re.search(r"(^|_)(id|number|code|key|ref|reference)$|[a-z](Id|Number|Code|Key|Ref)$", name) is not None


def _new(value: Any, known: set[str]) -> bool:
    return value is not None and not isinstance(value, bool) and value not in known


@dataclass
class FieldScore:
    """How much of one reference result the compiled result holds."""

    total: int = 0
    present: int = 0
    equal: int = 0
    missing: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


def compare(names: Names, tool: str, expected: Any, got: Any) -> FieldScore:
    """Compare two results leaf by leaf: each leaf of the reference wants a leaf of that name, with its value."""
    score = FieldScore()
    theirs = leaves(got)
    for name, values in leaves(expected).items():
        left = list(theirs.get(name, ()))
        score.total += len(values)
        score.present += min(len(values), len(left))
        if len(left) < len(values):
            score.missing.append(name)
        wrong = 0
        for value in values:
            place = next((i for i, other in enumerate(left) if names.equal(tool, name, value, other)), None)
            if place is not None:
                left.pop(place)
                score.equal += 1
            else:
                wrong += 1
        if wrong > max(0, len(values) - len(theirs.get(name, ()))):
            score.differing.append(name)
    return score


def changes(names: Names, before: Any, after: Any) -> list[tuple[str, Any]]:
    """Return the leaves that a write brought into a reading of the reference, without times and wording."""
    old = leaves(before)
    found = []
    for name, values in leaves(after).items():
        left = list(old.get(name, ()))
        for value in values:
            place = next((i for i, other in enumerate(left) if same(value, other)), None)
            if place is not None:
                left.pop(place)
            elif not names.is_loose(name, value):
                found.append((name, value))
    return found
