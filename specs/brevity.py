"""Keeping a list of tools short: about 2 kB a tool on average over a specification, whatever its authors wrote.

Only the longest tools are shortened, and only as far as the average asks for; none stays enormous where something can
go. What is cut makes a schema looser and never stricter: every call that was right before is right after.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from inftool.specs.merge import NESTING, loosened, types_of
from inftool.specs.spec import JsonSchema, ToolSpec
from inftool.specs.text import cut_at_sentence

AVERAGE = 1_900
"""Bytes of a tool in a list of tools, on average over a specification."""
LARGEST = 12_000
"""Bytes of a single tool, where cutting can bring it there; one of hundreds of arguments stays larger."""
_ROUNDS = 4
_SHOWN = 8
"""Values of a shortened enumeration that its description names."""
_OBJECT_WORDS = {"properties", "additionalProperties", "patternProperties", "dependentSchemas"}


class Grade(NamedTuple):
    """How much of a tool stays."""

    own: int
    """Characters of the tool's description."""
    first: int
    """Characters of the description of an argument."""
    deeper: int
    """Characters of the descriptions further down."""
    levels: int | None = None
    """Levels of objects inside an argument; None for all."""
    choices: int | None = None
    """Values of an enumeration; None for any number."""


_ANY_LENGTH = 1_000_000
GRADES = (
    Grade(_ANY_LENGTH, _ANY_LENGTH, _ANY_LENGTH),
    Grade(500, 200, 90),
    Grade(500, 200, 90, levels=3),
    Grade(500, 200, 90, levels=3, choices=100),
    Grade(400, 150, 50, levels=3, choices=100),
    Grade(400, 150, 50, levels=2, choices=100),
    Grade(400, 150, 50, levels=2, choices=40),
    Grade(300, 110, 0, levels=2, choices=40),
    Grade(300, 110, 0, levels=1, choices=40),
    Grade(250, 70, 0, levels=1, choices=40),
    Grade(250, 70, 0, levels=1, choices=20),
    Grade(250, 70, 0, levels=0, choices=20),
    Grade(200, 40, 0, levels=0, choices=20),
    Grade(160, 0, 0, levels=0, choices=20),
)
"""What is done to a tool that is too long, from little to much: examples and prose go first, structure after them."""


def shorten(tools: list[ToolSpec]) -> None:
    """Shorten the longest of ``tools`` in place, until the list is short enough on average or nothing more can go."""
    drafts = [_Draft(tool) for tool in tools]
    for draft in drafts:
        draft.bring_below(LARGEST)
    for _ in range(_ROUNDS):
        if sum(draft.size for draft in drafts) <= AVERAGE * len(tools):
            break
        fixed = sum(draft.size for draft in drafts if draft.is_shortest)
        limit = _level([draft.size for draft in drafts if not draft.is_shortest], AVERAGE * len(tools) - fixed)
        for draft in drafts:
            draft.bring_below(limit)


class _Draft:
    """One tool on its way to fewer bytes."""

    def __init__(self, tool: ToolSpec) -> None:
        self.size = size_of(tool)
        self._tool = tool
        self._whole = tool.description, tool.input_schema
        self._grade = -1

    @property
    def is_shortest(self) -> bool:
        """Whether nothing more can go."""
        return self._grade == len(GRADES) - 1

    def bring_below(self, limit: int) -> None:
        """Shorten the tool to the first grade that brings it to ``limit`` bytes, or else to the last."""
        if self.size <= limit or self.is_shortest:
            return
        low, high = self._grade + 1, len(GRADES) - 1
        while low < high:
            middle = (low + high) // 2
            self._set(middle)
            low, high = (low, middle) if self.size <= limit else (middle + 1, high)
        if self._grade != low:
            self._set(low)

    def _set(self, grade: int) -> None:
        description, schema = self._whole
        self._grade = grade
        self._tool.description = cut_at_sentence(description, GRADES[grade].own)
        self._tool.input_schema = brief(schema, GRADES[grade])
        self.size = size_of(self._tool)


def size_of(tool: ToolSpec) -> int:
    """Return the bytes of ``tool`` in a list of tools."""
    listed = {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": tool.input_schema,
        "annotations": tool.annotations,
    }
    return len(json.dumps(listed, separators=(",", ":")))


def _level(sizes: list[int], total: int) -> int:
    """Return the largest size that all may have, the smaller ones left as they are, for ``total`` together."""
    left = total
    for number, size in enumerate(sorted(sizes)):
        share = left // (len(sizes) - number)
        if size > share:
            return max(share, 0)
        left -= size
    return max(sizes, default=0)


def brief(schema: JsonSchema, grade: Grade) -> JsonSchema:
    """Return the arguments of a tool without examples, and with as much of the rest as ``grade`` says."""
    inner = _brief(
        {**schema, "properties": {}}, grade, grade.deeper, None if grade.levels is None else grade.levels + 1
    )
    inner["properties"] = {
        name: _brief(one, grade, grade.first, grade.levels) for name, one in schema.get("properties", {}).items()
    }
    return inner


def _brief(schema: JsonSchema, grade: Grade, text: int, levels: int | None) -> JsonSchema:
    """Return ``schema`` with its description cut to ``text`` characters, and so many levels of objects."""
    kept = _noted(_unlisted(schema, grade.choices), text)
    if NESTING.isdisjoint(kept):
        return kept
    if levels is not None:
        if not _OBJECT_WORDS.isdisjoint(kept):
            if levels <= 0:
                return _only(kept, ("type", "description", "default")) if types_of(kept) else {}
            levels -= 1
        kept = loosened(kept)
    result: JsonSchema = {}
    for key, value in kept.items():
        if key in ("properties", "patternProperties") and isinstance(value, dict):
            result[key] = {name: _inner(one, grade, levels) for name, one in value.items()}
        elif key in ("oneOf", "anyOf", "allOf") and isinstance(value, list):
            branches: list[Any] = []
            for one in value:
                branch = _inner(one, grade, levels)
                if key == "oneOf" or branch not in branches:
                    branches.append(branch)
            if {} not in branches or key != "anyOf":
                result[key] = branches
        elif key == "prefixItems" and isinstance(value, list):
            result[key] = [_inner(one, grade, levels) for one in value]
        elif key in ("items", "additionalProperties"):
            result[key] = _inner(value, grade, levels)
        elif levels is None or key not in ("dependentSchemas", "propertyNames", "contains"):
            result[key] = value
    return result


def _inner(schema: Any, grade: Grade, levels: int | None) -> Any:
    return _brief(schema, grade, grade.deeper, levels) if isinstance(schema, dict) else schema


def _noted(schema: JsonSchema, limit: int) -> JsonSchema:
    """Return a copy of ``schema`` without examples, and with its description cut to ``limit`` characters."""
    noted = {key: value for key, value in schema.items() if key != "examples"}
    text = noted.get("description")
    if isinstance(text, str) and len(text) > limit:
        if limit:
            noted["description"] = cut_at_sentence(text, limit)
        else:
            del noted["description"]
    return noted


def _unlisted(schema: JsonSchema, limit: int | None) -> JsonSchema:
    """Return ``schema`` with an enumeration of more than ``limit`` values told in its description instead."""
    values = schema.get("enum")
    if limit is None or not isinstance(values, list) or len(values) <= limit:
        return schema
    shown = ", ".join(str(value)[:40] for value in values[:_SHOWN])
    text = f"{schema.get('description', '')} One of {len(values)}: {shown}, …".strip()
    kept = {key: value for key, value in schema.items() if key not in ("enum", "const")}
    if "type" not in kept and all(isinstance(value, str) for value in values):
        kept["type"] = "string"
    return {**kept, "description": text}


def _only(schema: JsonSchema, keys: Iterable[str]) -> JsonSchema:
    return {key: schema[key] for key in keys if key in schema}
