"""Procedures that stand together and name their row by the same argument: ``conversations.info``, ``.rename`` (E8)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from inftool.servers.compiler.drafts import argument_schema, is_credential
from inftool.servers.compiler.filters import PAGE_ARGUMENTS
from inftool.servers.compiler.words import is_plural, normal, split, verb_kind
from inftool.specs.spec import ToolSpec

_LEAST = 3
"""Members of a family that must share an argument."""


class Families:
    """The families of a specification's procedures, each with the argument that names its rows."""

    def __init__(self, tools: Sequence[ToolSpec]) -> None:
        members: dict[str, list[ToolSpec]] = {}
        for tool in tools:
            family = family_of(tool)
            if family:
                members.setdefault(family, []).append(tool)
        self._keys = {
            family: key
            for family, those in members.items()
            if any(_shows_row(tool) for tool in those) and (key := _shared_key(those)) is not None
        }

    def key(self, tool: ToolSpec) -> str | None:
        """Return the argument of ``tool`` that names the row of its family; None where it takes none."""
        name = self._keys.get(family_of(tool))
        if name is None or tool.http is None:
            return None
        return next((a for a, binding in tool.http.parameters.items() if binding.name == name), None)


def family_of(tool: ToolSpec) -> str:
    """Return what stands before the procedure's own name in the path; ``""`` where it is no dotted name."""
    text = tool.http.path.rstrip("/").rpartition("/")[2] if tool.http is not None else ""
    return text.rpartition(".")[0] if re.search(r"[A-Za-z]\.[A-Za-z]", text) else ""


def _shows_row(tool: ToolSpec) -> bool:
    """Whether a procedure is the read of its family: ``conversations.info``."""
    assert tool.http is not None
    return split(tool.http.path.rpartition(".")[2]) in (("info",), ("get",), ("show",), ("read",), ("details",))


def _shared_key(tools: Sequence[ToolSpec]) -> str | None:
    """Return the scalar argument that most members take which are about one row; None where they share none."""
    counts: Counter[str] = Counter()
    about_one = 0
    for tool in tools:
        assert tool.http is not None
        words = split(tool.http.path.rpartition(".")[2])
        if not words or verb_kind(words[0]) in ("create", "list", "search") or is_plural(words[-1]):
            continue
        about_one += 1
        for argument, binding in tool.http.parameters.items():
            schema = argument_schema(tool, argument)
            scalar = schema.get("type", "string") in ("string", "integer")
            if scalar and normal(binding.name) not in PAGE_ARGUMENTS and not is_credential(binding.name, schema):
                counts[binding.name] += 1
    if not counts:
        return None
    name, count = max(counts.items(), key=lambda item: item[1])
    shared = [other for other, number in counts.items() if number == count]
    return name if len(shared) == 1 and count >= _LEAST and 3 * count >= 2 * about_one else None
