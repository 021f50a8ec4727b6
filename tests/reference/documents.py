"""The function documents of a reference class, derived from its signatures and docstrings, in several dialects."""

from __future__ import annotations

import inspect
import re
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

Dialect = Literal["openai", "openai-bare", "mcp", "mcp-output", "dict", "docstring"]
"""``openai``: wrapped in ``{"type": "function"}``; ``docstring``: bare, and the description holds the whole docstring;
``dict``: type names ``dict`` and ``float``, with a ``response`` schema; ``mcp-output``: with output schemas."""

_NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object", list: "array"}
_WORDS = {"str": str, "int": int, "float": float, "bool": bool, "dict": dict, "list": list}
_DICT_NAMES = {"object": "dict", "number": "float"}


def tools_of(api: type) -> list[str]:
    """Return the names of the public methods, in the order they are written."""
    return [name for name, value in vars(api).items() if not name.startswith("_") and inspect.isfunction(value)]


def arguments_schema(api: type, tool: str) -> dict[str, Any]:
    """Return the JSON Schema of a method's arguments."""
    method = getattr(api, tool)
    hints = get_type_hints(method)
    texts = _entries(inspect.getdoc(method) or "", "Args")
    properties: dict[str, Any] = {}
    required = []
    for name, parameter in list(inspect.signature(method).parameters.items())[1:]:
        schema = _schema(hints.get(name, str))
        if name in texts:
            schema["description"] = texts[name][1]
        if parameter.default is inspect.Parameter.empty:
            required.append(name)
        elif parameter.default is not None:
            schema["default"] = parameter.default
        properties[name] = schema
    return {"type": "object", "properties": properties, "required": required}


def document(api: type, dialect: Dialect, title: str = "") -> Any:
    """Return the document that the author of ``api`` would publish."""
    entries = []
    for tool in tools_of(api):
        method = getattr(api, tool)
        whole = inspect.getdoc(method) or ""
        summary = " ".join(re.split(r"\n\s*(?:Args|Returns):", whole)[0].split())
        arguments, answer = arguments_schema(api, tool), _answer(method, whole)
        entry: dict[str, Any] = {"name": tool, "description": whole if dialect == "docstring" else summary}
        if dialect in ("mcp", "mcp-output"):
            entry["inputSchema"] = arguments
            if dialect == "mcp-output" and answer is not None:
                entry["outputSchema"] = answer
        elif dialect == "dict":
            entry["parameters"] = _renamed(arguments)
            entry["response"] = _renamed(answer or {"type": "object", "properties": {}})
        else:
            entry["parameters"] = arguments
        entries.append({"type": "function", "function": entry} if dialect == "openai" else entry)
    if dialect in ("mcp", "mcp-output"):
        return {"serverInfo": {"name": title or api.__name__, "version": "1.0.0"}, "tools": entries}
    return entries


def _entries(text: str, section: str) -> dict[str, tuple[str, str]]:
    """Return the entries of a docstring section: name → type and text."""
    found = re.search(rf"^{section}:\n((?:[ ]{{4,}}.*\n?|\n)+)", text, re.MULTILINE)
    entries: dict[str, tuple[str, str]] = {}
    for line in (found.group(1) if found else "").splitlines():
        entry = re.match(r" {4}(\w+)(?: \(([\w\[\]]+)\))?: (.*)", line)
        if entry:
            last = entry.group(1)
            entries[last] = (entry.group(2) or "str", entry.group(3))
        elif entries and line.strip():
            kind, before = entries[last]
            entries[last] = (kind, f"{before} {line.strip()}")
    return entries


def _answer(method: Any, text: str) -> dict[str, Any] | None:
    """Return the schema of the result: that of ``Annotated[dict, Row]``, else of the docstring's ``Returns``."""
    returned = get_type_hints(method, include_extras=True).get("return")
    if get_origin(returned) is Annotated:
        return _schema(get_args(returned)[1])
    entries = _entries(text, "Returns")
    if not entries:
        return None
    properties = {name: {**_named(kind), "description": about} for name, (kind, about) in entries.items()}
    return {"type": "object", "properties": properties}


def _named(kind: str) -> dict[str, Any]:
    outer, _, inner = kind.rstrip("]").partition("[")
    if outer == "list":
        return {"type": "array", "items": _named(inner or "dict")}
    return {"type": _NAMES[_WORDS.get(outer, str)]}


def _schema(hint: Any) -> dict[str, Any]:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _schema(next(part for part in get_args(hint) if part is not type(None)))
    if origin is Literal:
        return {"type": _NAMES[type(get_args(hint)[0])], "enum": list(get_args(hint))}
    if origin is list:
        return {"type": "array", "items": _schema(get_args(hint)[0])}
    if is_typeddict(hint):
        required = [name for name in hint.__annotations__ if name in hint.__required_keys__]
        properties = {name: _schema(part) for name, part in get_type_hints(hint).items()}
        return {"type": "object", "properties": properties, "required": required}
    return {"type": _NAMES.get(origin or hint, "string")}


def _renamed(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with the type names of the ``dict`` dialect."""
    out = dict(schema)
    if "type" in out:
        out["type"] = _DICT_NAMES.get(out["type"], out["type"])
    if "properties" in out:
        out["properties"] = {name: _renamed(part) for name, part in out["properties"].items()}
    if "items" in out:
        out["items"] = _renamed(out["items"])
    return out
