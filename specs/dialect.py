"""The dialect of function docs that programmers write by hand (rule B7), brought into JSON Schema.

What such docs do: name types as a programming language does (``dict``, ``List[str]``), give the arguments as a list or
without an object around them, mark one property as required or optional, and say defaults and choices in words.
"""

from __future__ import annotations

import json
import re
from typing import Any

from inftool.specs.document import MAX_DEPTH
from inftool.specs.schema import TYPES

_GENERIC = re.compile(r"\s*([A-Za-z_.]+)\s*[\[<](.*)[\]>]\s*", re.DOTALL)
_OPTIONAL = {"optional", "nullable"}
_CHOICES = re.compile(r"\[?\benum\]?\s*:\s*\[([^\[\]]{1,4000})\]", re.IGNORECASE)
_DEFAULT = re.compile(
    r"\bdefaults?(?:\s+value)?(?:\s+(?:is|to)\b|\s*[:=]|(?=\s[-+\d'\"`]))\s*"
    r"(?:'([^'\n]{0,100})'|\"([^\"\n]{0,100})\"|`([^`\n]{0,100})`|([-+]?\d{1,15}(?:\.\d{1,15})?)(?!\w|\.\w)|"
    r"([A-Za-z_][\w-]{0,60})(?=\s*(?:[.,;)\]]|$)))",
    re.IGNORECASE,
)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "none": None, "null": None}


def plain_arguments(declared: Any) -> Any:
    """Return the schema of a function's arguments as JSON Schema, as far as it can be told; other values unchanged.

    In the dialect's own ``dict``, a document that marks what is optional by a default alone requires all the rest.
    """
    if isinstance(declared, list):
        declared = _from_list(declared)
    elif isinstance(declared, dict) and _is_bare(declared):
        declared = {"type": "object", "properties": declared}
    schema = plain_schema(declared)
    if isinstance(schema, dict) and schema.get("type") == "dict" and "required" not in schema:
        properties = schema.get("properties")
        if isinstance(properties, dict) and any(_has_default(one) for one in properties.values()):
            schema = {**schema, "required": [name for name, one in properties.items() if not _has_default(one)]}
    return schema


def plain_schema(schema: Any, depth: int = 0) -> Any:
    """Return ``schema`` with the dialect's ways of writing replaced, here and in every schema within."""
    if not isinstance(schema, dict) or depth > MAX_DEPTH:
        return schema
    plain = _typed(schema)
    properties = plain.get("properties")
    if isinstance(properties, dict):
        plain = _marked(
            {**plain, "properties": {name: plain_schema(one, depth + 1) for name, one in properties.items()}}
        )
    for key in ("items", "additionalProperties"):
        if isinstance(plain.get(key), dict):
            plain = {**plain, key: plain_schema(plain[key], depth + 1)}
    return _described(plain)


def _from_list(parameters: list[Any]) -> dict[str, Any]:
    """Return the object schema of ``[{"name": "city", "type": "string"}, ...]``."""
    named = [one for one in parameters if isinstance(one, dict) and isinstance(one.get("name"), str)]
    properties: dict[str, Any] = {}
    for one in named:
        rest = {key: value for key, value in one.items() if key not in ("name", "schema")}
        properties[one["name"]] = {**one["schema"], **rest} if isinstance(one.get("schema"), dict) else rest
    return {"type": "object", "properties": properties}


def _is_bare(schema: dict[str, Any]) -> bool:
    """Return whether ``schema`` is the properties themselves, without an object around them."""
    if not schema or "properties" in schema or "$ref" in schema or not isinstance(schema.get("type", {}), dict):
        return False
    return all(isinstance(one, dict) and ("type" in one or "description" in one) for one in schema.values())


def _typed(schema: dict[str, Any]) -> dict[str, Any]:
    """Return ``schema`` with ``List[str]`` written as an array of strings, ``Optional[int]`` as an integer or null."""
    name = schema.get("type")
    found = _GENERIC.fullmatch(name) if isinstance(name, str) and len(name) < 200 else None
    if found is None:
        return schema
    outer, inner = found.group(1).rpartition(".")[2].lower(), found.group(2).strip()
    if outer in _OPTIONAL:
        kept = _typed({**schema, "type": inner})
        return {**kept, "type": [kept["type"], "null"] if isinstance(kept["type"], str) else kept["type"]}
    if TYPES.get(outer) == "array":
        items = schema.get("items", {"type": inner} if "," not in inner or "[" in inner else {})
        return {**schema, "type": "array", "items": items}
    return {**schema, "type": outer}


def _marked(schema: dict[str, Any]) -> dict[str, Any]:
    """Return ``schema`` with the properties that call themselves required in its ``required``."""
    properties = schema["properties"]
    if isinstance(schema.get("required"), list):
        return schema
    marks = {
        name: one["required"] if isinstance(one.get("required"), bool) else not one["optional"]
        for name, one in properties.items()
        if isinstance(one, dict) and (isinstance(one.get("required"), bool) or isinstance(one.get("optional"), bool))
    }
    if not marks:
        return schema
    # A document that marks only what is optional means the others to be required.
    others = True not in marks.values()
    return {**schema, "required": [name for name in properties if marks.get(name, others)]}


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    """Return ``schema`` with the choices and the default that its description tells."""
    text = schema.get("description")
    kind = schema.get("type")
    if not isinstance(text, str) or not isinstance(kind, str):
        return schema
    kind = TYPES.get(kind.lower(), "")
    items = schema.get("items")
    if kind == "array":
        inner = items.get("type") if isinstance(items, dict) else "string"
        choices = (
            _choices(text, TYPES.get(str(inner).lower(), ""))
            if not (isinstance(items, dict) and "enum" in items)
            else None
        )
        return {**schema, "items": {**(items or {"type": "string"}), "enum": choices}} if choices else schema
    choices = _choices(text, kind) if "enum" not in schema else None
    if choices:
        schema = {**schema, "enum": choices}
    if "default" not in schema:
        default = _default(text, kind)
        if default is not None and default in schema.get("enum", [default]):
            schema = {**schema, "default": default}
    return schema


def _choices(text: str, kind: str) -> list[Any] | None:
    """Return the values of ``[Enum]: [...]`` in a description, in the declared type; None if there are none."""
    found = _CHOICES.search(text[:6000])
    if found is None or kind not in ("string", "integer", "number"):
        return None
    try:
        values = json.loads(f"[{found.group(1)}]")
    except ValueError:
        values = [part.strip().strip("'\"`") for part in found.group(1).split(",")]
    if kind == "string":
        texts = [value if isinstance(value, str) else json.dumps(value) for value in values]
        return texts if all(texts) else None
    numbers = [_number(str(value), kind) for value in values]
    return numbers if None not in numbers else None


def _default(text: str, kind: str) -> Any:
    """Return the default that a description tells, in the declared type; None if it tells none."""
    found = _DEFAULT.search(text[:6000])
    if found is None:
        return None
    quoted = next((part for part in found.groups()[:3] if part is not None), None)
    word = found.group(4) or found.group(5) or quoted or ""
    if kind == "boolean":
        return _WORDS.get(word.lower())
    if kind in ("integer", "number"):
        return _number(word, kind)
    if kind != "string" or word.lower() in _WORDS:
        return None
    return quoted if quoted is not None else word


def _number(text: str, kind: str) -> float | int | None:
    try:
        return int(text) if kind == "integer" else json.loads(text) if re.fullmatch(r"-?\d[\d.]{0,30}", text) else None
    except ValueError:
        return None


def _has_default(schema: Any) -> bool:
    """Return whether a property has a default, or says that it is null where it is not given."""
    if not isinstance(schema, dict):
        return False
    if "default" in schema:
        return True
    found = _DEFAULT.search(schema["description"][:6000]) if isinstance(schema.get("description"), str) else None
    return found is not None
