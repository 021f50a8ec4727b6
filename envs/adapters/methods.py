"""A tool as a typed, documented Python method, for frameworks that read tools from signatures.

What Python's type hints can say of a JSON schema (types, enums, items, ``None``, what is required) stands in the
signature; the rest (fields of objects, bounds, formats, defaults) stands in words behind the argument's
description. ``transformers.utils.get_json_schema`` reads both back.
"""

from __future__ import annotations

import inspect
import json
import keyword
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from types import GenericAlias
from typing import Any, Literal

from inftool.agents.message import Tool

MAX_DEPTH = 6
"""Nesting of a schema that is shown."""
_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "null": type(None),
    "object": dict,
    "array": list,
}
_NAMES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_BOUNDS = {
    "format": "format",
    "pattern": "pattern",
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
    "minLength": "least length",
    "maxLength": "greatest length",
    "minItems": "least items",
    "maxItems": "most items",
    "uniqueItems": "unique items",
    "default": "default",
}
_SECTION = re.compile(r"\b(Args|Returns|Raises):")
_CHOICES = re.compile(r"\(choices:", re.IGNORECASE)


@dataclass(frozen=True)
class ToolMethod:
    """A tool's signature and docstring.

    Attributes:
        tool: the tool's own name.
        member: what the method is called in its class.
        doc: the docstring, in Google's style.
        signature: the receiver, then each argument with its type; optional ones have a default.
        arguments: the tool's own argument names by parameter name, where an argument's name is no Python name.
    """

    tool: str
    member: str
    doc: str
    signature: inspect.Signature
    arguments: Mapping[str, str]

    def bind(self, run: Callable[[Any, str, dict[str, Any]], Any]) -> Callable[..., Any]:
        """Return the function to put into a class.

        Its ``__name__`` is the tool's own name: that is what a model is shown and what it calls.

        Args:
            run: what a call does, given the object, the tool's name and the arguments by their own names. Whatever
                arguments a model makes up arrive here, so that they are answered as the server would.
        """
        names = list(self.signature.parameters)[1:]

        def method(receiver: Any, /, *values: Any, **named: Any) -> Any:
            if len(values) > len(names):
                raise TypeError(f"{self.tool} takes {len(names)} arguments, not {len(values)}")
            given = dict(zip(names, values, strict=False)) | named
            return run(receiver, self.tool, {self.arguments.get(name, name): value for name, value in given.items()})

        method.__name__ = self.tool
        method.__qualname__ = self.member
        method.__doc__ = self.doc
        method.__signature__ = self.signature  # type: ignore[attr-defined]
        method.__annotations__ = {
            name: parameter.annotation for name, parameter in list(self.signature.parameters.items())[1:]
        } | {"return": str}
        return method


def tool_methods(tools: Iterable[Tool], taken: Collection[str] = ()) -> list[ToolMethod]:
    """Describe tools as methods of one class.

    Args:
        tools: the tools; a name that is no Python name, is ``taken`` or begins with an underscore gets another member
            name, and stays the tool's name for the model.
        taken: names that the class has already.
    """
    used = set(taken)
    methods = []
    for tool in tools:
        member = _identifier(tool.name.lstrip("_"), used)
        used.add(member)
        methods.append(_method(tool, member))
    return methods


def _method(tool: Tool, member: str) -> ToolMethod:
    properties: Mapping[str, Any] = tool.input_schema.get("properties") or {}
    required = set(tool.input_schema.get("required") or ())
    own: dict[str, str] = {}
    parameters = [inspect.Parameter("_receiver", inspect.Parameter.POSITIONAL_ONLY)]
    lines = []
    for name in sorted(properties, key=lambda name: name not in required):
        schema = properties[name] if isinstance(properties[name], dict) else {}
        shown = _identifier(name, {"return", "_receiver", *own})
        own[shown] = name
        parameters.append(
            inspect.Parameter(
                shown,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if name in required else schema.get("default"),
                annotation=python_type(schema),
            )
        )
        lines.append(f"    {shown}: {_argument_text(name, schema)}")
    doc = _prose(tool.description) or _prose(tool.name.replace("_", " "))
    if lines:
        doc += "\n\nArgs:\n" + "\n".join(lines)
    return ToolMethod(
        tool=tool.name,
        member=member,
        doc=doc,
        signature=inspect.Signature(parameters, return_annotation=str),
        arguments={shown: name for shown, name in own.items() if shown != name},
    )


def python_type(schema: Mapping[str, Any], depth: int = 0) -> Any:
    """Return the type hint that says most of a JSON schema; ``Any`` where hints say nothing of it."""
    if depth > MAX_DEPTH or not isinstance(schema, Mapping):
        return Any
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(values, list) and values and all(isinstance(value, str | int | float | None) for value in values):
        return Literal[tuple(values)]
    for word in ("anyOf", "oneOf"):
        if isinstance(branches := schema.get(word), list) and branches:
            outside = {key: value for key, value in schema.items() if key in ("type", "items", "properties")}
            return _union(python_type({**outside, **branch}, depth + 1) for branch in branches)
    if isinstance(parts := schema.get("allOf"), list) and parts:
        return python_type(reduce(lambda merged, part: {**merged, **part}, parts, {}), depth + 1)
    kind = schema.get("type")
    if isinstance(kind, list):
        return _union(python_type({**schema, "type": one}, depth + 1) for one in kind)
    if kind == "array" and isinstance(items := schema.get("items"), Mapping):
        inner = python_type(items, depth + 1)
        return list if inner is Any else GenericAlias(list, (inner,))
    if kind == "object" and not schema.get("properties"):
        rest = schema.get("additionalProperties")
        if isinstance(rest, Mapping) and (inner := python_type(rest, depth + 1)) is not Any:
            return GenericAlias(dict, (str, inner))
    known = _TYPES.get(kind, Any) if isinstance(kind, str) else dict if schema.get("properties") else Any
    return _union((known, type(None))) if schema.get("nullable") is True else known


def _union(types: Iterable[Any]) -> Any:
    found = list(dict.fromkeys(types))
    if Any in found or not found:
        return Any
    return reduce(or_, sorted(found, key=lambda kind: kind is type(None)))


def _argument_text(name: str, schema: Mapping[str, Any]) -> str:
    """Return an argument's description on one line, with what its type hint does not say."""
    text = _prose(schema.get("description") or "").replace("\n", " ") or _prose(
        str(schema.get("title") or name.replace("_", " ").replace("-", " "))
    )
    notes = [*_bounds(schema), *([f"shape: {shape}"] if "{" in (shape := _shape(schema, 0)) else [])]
    return f"{text} ({_prose('; '.join(notes))})" if notes else text


def _bounds(schema: Mapping[str, Any]) -> list[str]:
    return [
        f"{words} {json.dumps(schema[key], ensure_ascii=False) if key == 'default' else schema[key]}"
        for key, words in _BOUNDS.items()
        if schema.get(key) not in (None, False, "") or (key == "default" and schema.get(key) is False)
    ]


def _shape(schema: Any, depth: int) -> str:
    """Write the shape of a value: ``{street: str, zip?: str}``; optional fields have a question mark."""
    if not isinstance(schema, Mapping) or depth > MAX_DEPTH:
        return "any"
    if isinstance(values := schema.get("enum"), list):
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in values)
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    for word in ("anyOf", "oneOf"):
        if isinstance(branches := schema.get(word), list) and branches:
            return " | ".join(dict.fromkeys(_shape({**schema, word: None, **one}, depth + 1) for one in branches))
    if isinstance(properties := schema.get("properties"), Mapping) and properties:
        required = set(schema.get("required") or ())
        return (
            "{"
            + ", ".join(
                f"{name}{'' if name in required else '?'}: {_shape(part, depth + 1)}"
                for name, part in properties.items()
            )
            + "}"
        )
    kind = schema.get("type")
    if kind == "array":
        return f"list[{_shape(schema.get('items'), depth + 1)}]"
    if kind == "object":
        rest = schema.get("additionalProperties")
        return f"dict[str, {_shape(rest, depth + 1)}]" if isinstance(rest, Mapping) else "dict"
    kinds = kind if isinstance(kind, list) else [kind]
    return " | ".join(_NAMES.get(one, "any") if isinstance(one, str) else "any" for one in kinds)


def _identifier(name: str, used: Collection[str]) -> str:
    """Return a Python name near ``name`` that is not used."""
    shown = re.sub(r"\W", "_", name)
    if not shown.isidentifier():
        shown = f"x_{shown}"
    if keyword.iskeyword(shown) or shown in used:
        shown += "_"
    unique, number = shown, 2
    while unique in used:
        unique, number = f"{shown}{number}", number + 1
    return unique


def _prose(text: str) -> str:
    """Return a text that no reader of docstrings takes for a section or for a list of choices."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    plain = _CHOICES.sub("(one of:", "\n".join(line for line in lines if line))
    return _SECTION.sub(r"\1 -", plain)
