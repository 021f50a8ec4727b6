"""Following ``$ref`` inside one document (rule L3)."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from inftool.specs.problems import Problems

MAX_CHAIN = 32


class References:
    """Resolves the local references of a document; those that lead outside it are refused and reported."""

    def __init__(self, document: Any, problems: Problems, place: str = "") -> None:
        """Resolve against ``document``, which stands at ``place`` of the file."""
        self._document = document
        self._problems = problems
        self._place = place
        self._found: dict[str, Any] = {}

    def follow(self, value: Any, place: str, chain: int = 0) -> tuple[Any, str | None]:
        """Return what ``value`` stands for, and the last reference on the way there.

        Keys beside a ``$ref`` win over those of its target (3.1; harmless in 3.0). A reference that cannot be followed
        is reported at ``place`` and gives the keys beside it alone. ``chain`` counts the references on the way here.
        """
        last: str | None = None
        beside: dict[str, Any] = {}
        seen: list[str] = []
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            reference = value["$ref"]
            beside = {**{key: item for key, item in value.items() if key != "$ref"}, **beside}
            if reference in seen or chain + len(seen) >= MAX_CHAIN:
                self._problems.add(place, f"the reference {reference!r} leads back to itself; it was left out")
                return beside, None
            seen.append(reference)
            found, target = self.lookup(reference, place, chain + len(seen))
            if not found:
                return beside, None
            value, last = target, reference
        if beside and isinstance(value, dict):
            value = {**value, **beside}
        return value, last

    def lookup(self, reference: str, place: str, chain: int = 0) -> tuple[bool, Any]:
        """Return whether ``reference`` leads anywhere, and where; references on the way there are followed."""
        if not reference.startswith("#"):
            self._problems.add(
                place,
                f"the reference {reference[:120]!r} leads out of the document; only local ones (#/...) are read, "
                "and it was left out",
            )
            return False, None
        if reference in self._found:
            return True, self._found[reference]
        target = self._document
        for part in pointer_parts(reference):
            found, inner = value_at(target, [part])
            if not found and isinstance(target, dict) and "$ref" in target:
                found, inner = value_at(self.follow(target, place, chain)[0], [part])
            if not found:
                self._problems.add(place, f"the reference {reference[:120]!r} leads nowhere; it was left out")
                return False, None
            target = inner
        self._found[reference] = target
        return True, target


def value_at(document: Any, parts: list[str]) -> tuple[bool, Any]:
    """Return whether the keys and positions ``parts`` lead anywhere in ``document``, and where."""
    target = document
    for part in parts:
        if isinstance(target, dict) and part in target:
            target = target[part]
        elif isinstance(target, list) and part.isascii() and part.isdigit() and int(part[:9]) < len(target):
            target = target[int(part[:9])]
        else:
            return False, None
    return True, target


def pointer_parts(reference: str) -> list[str]:
    """Split ``#/a~1b/c%20d`` into ``["a/b", "c d"]``; ``#`` alone gives no parts."""
    fragment = unquote(reference.removeprefix("#"), errors="replace")
    if not fragment.startswith("/"):
        return [fragment] if fragment else []
    return [part.replace("~1", "/").replace("~0", "~") for part in fragment[1:].split("/")]
