"""Keeping a list of tools short: about 2 kB a tool on average over a specification, whatever its authors wrote.

Only the longest tools are shortened, and only as far as the average asks for. What is cut makes a schema looser and
never stricter: every call that was right before is right after.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from inftool.specs.merge import loosened, map_schemas, types_of
from inftool.specs.spec import JsonSchema, ToolSpec
from inftool.specs.text import cut_at_sentence

AVERAGE = 1_900
"""Bytes of a tool in a list of tools, on average over a specification."""
_ROUNDS = 4
_SHOWN = 8
"""Values of a shortened enumeration that its description names."""


def shorten(tools: list[ToolSpec]) -> None:
    """Shorten the longest of ``tools`` in place, until the list is short enough on average or nothing more can go."""
    sizes = [size_of(tool) for tool in tools]
    done = [0] * len(tools)
    for _ in range(_ROUNDS):
        if sum(sizes) <= AVERAGE * len(tools):
            return
        fixed = sum(size for size, steps in zip(sizes, done, strict=True) if steps == len(_STEPS))
        free = [size for size, steps in zip(sizes, done, strict=True) if steps < len(_STEPS)]
        limit = _level(free, AVERAGE * len(tools) - fixed)
        for number, tool in enumerate(tools):
            while sizes[number] > limit and done[number] < len(_STEPS):
                _STEPS[done[number]](tool)
                done[number] += 1
                sizes[number] = size_of(tool)


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


def _without_examples(tool: ToolSpec) -> None:
    tool.input_schema = map_schemas(tool.input_schema, lambda one: _without(one, ("examples",)))


def _shorter_texts(tool: ToolSpec, own: int, first: int, deeper: int) -> None:
    """Cut the tool's description, those of its arguments, and those further down to so many characters."""
    tool.description = cut_at_sentence(tool.description, own)
    inner = map_schemas(tool.input_schema, partial(_noted, limit=deeper))
    named = tool.input_schema.get("properties", {})
    inner["properties"] = {
        name: _noted({**schema, **_only(named[name], ("description",))}, first)
        for name, schema in inner.get("properties", {}).items()
    }
    tool.input_schema = inner


def _flatter(tool: ToolSpec, levels: int) -> None:
    """Cut what is nested deeper than so many levels of objects."""
    cut = {name: _cut(schema, levels) for name, schema in tool.input_schema.get("properties", {}).items()}
    tool.input_schema = map_schemas({**tool.input_schema, "properties": cut}, loosened)


def _shorter_choices(tool: ToolSpec, limit: int) -> None:
    tool.input_schema = map_schemas(tool.input_schema, partial(_unlisted, limit=limit))


_STEPS: tuple[Callable[[ToolSpec], None], ...] = (
    _without_examples,
    partial(_shorter_texts, own=500, first=200, deeper=90),
    partial(_flatter, levels=3),
    partial(_shorter_choices, limit=100),
    partial(_shorter_texts, own=400, first=150, deeper=50),
    partial(_flatter, levels=2),
    partial(_shorter_choices, limit=40),
    partial(_shorter_texts, own=300, first=110, deeper=0),
    partial(_flatter, levels=1),
    partial(_shorter_texts, own=250, first=70, deeper=0),
    partial(_shorter_choices, limit=20),
    partial(_flatter, levels=0),
    partial(_shorter_texts, own=200, first=40, deeper=0),
    partial(_shorter_texts, own=160, first=0, deeper=0),
)
"""What is done to a tool that is too long, one after the other: prose goes first, structure after it."""


def _cut(schema: JsonSchema, levels: int) -> JsonSchema:
    """Return ``schema`` with the objects below so many levels reduced to their type."""
    if any(key in schema for key in ("properties", "additionalProperties", "patternProperties", "dependentSchemas")):
        if levels <= 0:
            return _only(schema, ("type", "description", "default")) if types_of(schema) else {}
        levels -= 1
    result: JsonSchema = {}
    for key, value in schema.items():
        if key in ("properties", "patternProperties") and isinstance(value, dict):
            result[key] = {name: _cut(one, levels) for name, one in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            result[key] = _cut(value, levels)
        elif key in ("oneOf", "anyOf", "allOf") and isinstance(value, list):
            branches: list[JsonSchema] = []
            for one in value:
                branch = _cut(one, levels)
                if branch not in branches:
                    branches.append(branch)
            if {} not in branches or key == "allOf":
                result[key] = branches
        elif key == "prefixItems":
            result[key] = [_cut(one, levels) for one in value]
        elif key not in ("dependentSchemas", "propertyNames", "contains"):
            result[key] = value
    return result


def _noted(schema: JsonSchema, limit: int) -> JsonSchema:
    """Return ``schema`` with its description cut to ``limit`` characters."""
    text = schema.get("description")
    if not isinstance(text, str) or len(text) <= limit:
        return schema
    return {**schema, "description": cut_at_sentence(text, limit)} if limit else _without(schema, ("description",))


def _unlisted(schema: JsonSchema, limit: int) -> JsonSchema:
    """Return ``schema`` with an enumeration of more than ``limit`` values told in its description instead."""
    values = schema.get("enum")
    if not isinstance(values, list) or len(values) <= limit:
        return schema
    shown = ", ".join(str(value)[:40] for value in values[:_SHOWN])
    text = f"{schema.get('description', '')} One of {len(values)}: {shown}, …".strip()
    kept = _without(schema, ("enum", "const"))
    if "type" not in kept and all(isinstance(value, str) for value in values):
        kept["type"] = "string"
    return {**kept, "description": text}


def _only(schema: JsonSchema, keys: Iterable[str]) -> JsonSchema:
    return {key: schema[key] for key in keys if key in schema}


def _without(schema: dict[str, Any], keys: tuple[str, ...]) -> JsonSchema:
    return {key: value for key, value in schema.items() if key not in keys}
