"""Putting what an action found into the form that a tool declares, property by property, by name and type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from inftool.servers.profiles.profile import Outcome, word_set
from inftool.servers.runtime.fitting import accepts, combined, type_of
from inftool.servers.runtime.lexicon import tokens
from inftool.servers.runtime.values import value_for
from inftool.specs.spec import JsonSchema

_SAME = tuple(
    word_set(group)
    for group in (
        "entry entries content contents file files item items listing list directory children name names folder",
        "cwd path directory current working location dir folder",
        "content contents text data body output value line lines",
        "match matches result results line lines found hit hits path paths file files",
        "count number total amount length size rows",
        "key keys name names",
        "value values content data result",
        "row rows result results data records items",
        "entity entities node nodes created added",
        "relation relations edge edges created added",
        "diff difference differences change changes lines",
        "size usage bytes total disk",
        "exists exist found present",
        "sorted sort content lines",
        "affected changed deleted updated rows count removed",
        "memory memories store entries content value",
    )
)
"""Words that say the same of a result."""
_TELLING = word_set("message msg result output response text detail details info status summary note")
_GOOD = word_set("ok success successful succeeded done completed valid acknowledged")
_BAD = word_set("error errors warning warnings failed failure")
DEPTH = 6


def present(outcome: Outcome, schema: JsonSchema | None, seed_key: tuple[Any, ...]) -> Any:
    """Return the body of the answer.

    Args:
        outcome: what the action found or did.
        schema: the tool's declared response; None gives the outcome under its own names.
        seed_key: what invented values, for required properties that say nothing we know, depend on.
    """
    if schema is None:
        return dict(outcome.named) if outcome.named else {"message": outcome.text or "done"}
    schema = combined(schema)
    first = next(iter(outcome.named.values()), None)
    kind = type_of(schema)
    if kind == "object" and schema.get("properties"):
        return _object(outcome, schema, seed_key)
    if kind == "string":
        return outcome.text if outcome.text or first is None else as_text(first)
    if kind == "array":
        found = next((value for value in outcome.named.values() if isinstance(value, list)), None)
        return fitted(found, schema) if found is not None else [] if first is None else [first]
    if kind in ("integer", "number", "boolean"):
        fitting = next((v for v in outcome.named.values() if v is not None and accepts(schema, v)), None)
        return fitting if fitting is not None else value_for(schema, seed_key=seed_key) if kind != "boolean" else True
    return dict(outcome.named) if kind == "object" else first


def called(outcome: Outcome, names: Mapping[str, str]) -> Outcome:
    """Return an outcome with its parts called otherwise; a name that another part has is not given twice."""
    named: dict[str, Any] = {}
    for turn, (name, value) in enumerate(outcome.named.items()):
        new = names.get("", names.get(name, name)) if turn == 0 else names.get(name, name)
        named[new if new == name or (new not in outcome.named and new not in named) else name] = value
    return Outcome(named, outcome.text)


def _object(outcome: Outcome, schema: JsonSchema, seed_key: tuple[Any, ...]) -> dict[str, Any]:
    properties = {name: part for name, part in schema["properties"].items() if isinstance(part, dict)}
    inner = {name: combined(part) for name, part in properties.items()}
    chosen = match_names(dict(outcome.named), inner)
    required = schema.get("required") or []
    body: dict[str, Any] = {}
    for name, part in inner.items():
        if name in chosen:
            body[name] = fitted(chosen[name], part)
            continue
        value = _sign(name, part, outcome)
        if value is not None:
            body[name] = value
        elif name in required:
            body[name] = value_for(part, name, seed_key=(*seed_key, name))
    return body


def _sign(name: str, schema: JsonSchema, outcome: Outcome) -> Any:
    """Return what a property that reports how it went says; None for any other property."""
    words, kind = set(tokens(name)), type_of(schema, name)
    if words & _BAD:
        return None
    if kind == "boolean" and words & _GOOD:
        return True
    if kind == "boolean":
        return True if any(word.endswith("ed") for word in words) else None
    if kind == "string" and words & _TELLING and not words & _BAD:
        options = schema.get("enum")
        if isinstance(options, list):
            return next((o for o in options if isinstance(o, str) and set(tokens(o)) & (_GOOD | {"success"})), None)
        return "success" if "status" in words else outcome.text or "done"
    return None


def match_names(values: dict[str, Any], properties: Mapping[str, JsonSchema]) -> dict[str, Any]:
    """Match what is known with declared properties: the most alike first, each once, types permitting.

    One value and one property that could hold it belong together whatever they are called.
    """
    pairs = []
    for place, (name, schema) in enumerate(properties.items()):
        for turn, (known, value) in enumerate(values.items()):
            likeness = _likeness(name, known)
            if likeness and holds(schema, value):
                pairs.append((-likeness, turn, place, name, known))
    chosen: dict[str, Any] = {}
    used: set[str] = set()
    for _, _, _, name, known in sorted(pairs):
        if name not in chosen and known not in used:
            chosen[name] = values[known]
            used.add(known)
    first = next(iter(values), None)
    if first is not None and first not in used:
        free = [
            name
            for name, schema in properties.items()
            if name not in chosen and not set(tokens(name)) & (_BAD | _GOOD) and _sure(schema, values[first])
        ]
        if len(free) == 1 or (free and len(values) == 1 and not chosen):
            chosen[free[0]] = values[first]
    return chosen


def _sure(schema: JsonSchema, value: Any) -> bool:
    return holds(schema, value) and not (type_of(schema) == "string" and not isinstance(value, str))


def _likeness(name: str, known: str) -> int:
    ours, theirs = set(tokens(known)), set(tokens(name))
    if ours == theirs:
        return 8
    if theirs & _BAD:
        return 0
    if ours & theirs:
        return 4 if ours <= theirs or theirs <= ours else 3
    if any(ours & group and theirs & group for group in _SAME):
        return 2
    return 1 if theirs & _TELLING and "status" not in theirs else 0


def holds(schema: JsonSchema, value: Any) -> bool:
    """Tell whether a property can hold a value, if need be written as text."""
    kind = type_of(schema) if schema.get("type") or "properties" in schema or "items" in schema else ""
    if value is None:
        return accepts(schema, None)
    if kind == "string":
        return accepts(schema, as_text(value)) if not isinstance(value, bool) else False
    if kind == "array":
        return isinstance(value, list)
    if kind == "object":
        return isinstance(value, dict)
    return kind == "" or accepts(schema, value)


def fitted(value: Any, schema: JsonSchema, depth: int = 0) -> Any:
    """Return a value in the declared form: texts for string properties, rows with the declared property names."""
    kind = type_of(schema) if schema.get("type") or "properties" in schema or "items" in schema else ""
    if kind == "string" and not isinstance(value, str):
        return as_text(value) if value is not None else value
    if depth >= DEPTH:
        return value
    if kind == "array" and isinstance(value, list):
        items = schema.get("items")
        return [fitted(item, combined(items), depth + 1) for item in value] if isinstance(items, dict) else value
    if kind == "object" and isinstance(value, dict) and schema.get("properties"):
        parts = {n: combined(part) for n, part in schema["properties"].items() if isinstance(part, dict)}
        chosen = match_names(value, parts)
        shown = {name: fitted(item, parts[name], depth + 1) for name, item in chosen.items()}
        return shown or value
    return value


def as_text(value: Any) -> str:
    """Write a value as text: texts as they are, lists of texts one a line, the rest as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return json.dumps(value, ensure_ascii=False)
