"""Real-looking values for a schema and a field name, the same ones every time.

Every draw is a keyed hash of (seed, entity, ordinal, field), so a field added to an entity changes no other value
(rule G3). The source of a value follows rule G1: an explicit example, then const, enum and default, then the format,
then what the field's name means, then type, range and pattern. What the name suggests is used only if the schema
allows it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from inftool.servers.runtime import lexicon
from inftool.servers.runtime.draw import Draw, SeedKey
from inftool.servers.runtime.fitting import MAX_DEPTH, accepts, bounds, combined, number_or_none, type_of
from inftool.servers.runtime.lexicon import number_kind, string_kind, tokens
from inftool.servers.runtime.texts import FORMATS, MAX_TEXT, moment_of, place_of, text_for
from inftool.specs.spec import JsonSchema

OPTIONAL_DEPTH = 3
"""Optional properties are filled down to this depth; below it only the required ones."""
MAX_ITEMS = 64
_TEXT_WORDS = {"pattern", "minLength", "maxLength"}


def value_for(
    schema: JsonSchema, name: str = "", *, seed_key: SeedKey, label: str = "", ordinal: int | None = None
) -> Any:
    """Return a JSON value for ``schema`` that looks like what a field called ``name`` would hold.

    Args:
        schema: a self-contained JSON Schema.
        name: the field's name; evidence for the kind of value.
        seed_key: what the value is derived from; equal keys give equal values.
        label: what a person calls the thing that has the field, such as ``order item``.
        ordinal: the row's number among its kind; enum values then take turns, so that few rows show all of them.
    """
    return _value(schema, name, seed_key, label, ordinal, 0)


def _value(schema: Any, name: str, key: SeedKey, label: str, ordinal: int | None, depth: int) -> Any:
    if not isinstance(schema, dict):
        return None
    if "const" in schema:
        return schema["const"]
    options = schema.get("enum")
    if isinstance(options, list) and options:
        allowed = [option for option in options if accepts(schema, option)] if schema.keys() & _TEXT_WORDS else options
        return _enum_value(allowed or options, name, key, label, ordinal)
    if "allOf" in schema or "oneOf" in schema or "anyOf" in schema:
        schema = combined(schema)
        if "enum" in schema or "const" in schema:
            return _value(schema, name, key, label, ordinal, depth)
    kind = type_of(schema, name)
    if kind == "object":
        return _object(schema, name, key, label, depth)
    if kind == "array":
        return _array(schema, name, key, label, depth)
    draw = Draw(key, name)
    example = _example(schema, kind, draw, ordinal, name)
    if example is not None:
        return example
    default = schema.get("default")
    if default is not None and kind != "null" and accepts(schema, default) and draw.below(2):
        return default
    if kind == "string":
        return text_for(schema, name, key, label, draw)
    if kind == "boolean":
        if _RARE & set(tokens(name)):
            return False
        return bool(draw.below(2)) if ordinal is None else bool((ordinal + Draw(name).below(2)) % 2)
    if kind in ("integer", "number"):
        return _number(schema, name, key, draw, kind == "integer")
    return None


def _enum_value(options: list[Any], name: str, key: SeedKey, label: str, ordinal: int | None) -> Any:
    options = [option for option in options if option is not None] or options
    if ordinal is None:
        return Draw(key, name).pick(options)
    return options[(Draw(label, name).below(len(options)) + ordinal) % len(options)]


_RARE = {"deleted", "archived", "trash", "trashed", "disabled", "blocked", "banned", "suspended", "locked", "expired"}
"""Booleans that are false of nearly everything one meets."""


def _example(schema: JsonSchema, kind: str, draw: Draw, ordinal: int | None, name: str) -> Any:
    """Return a declared example, or one made in its likeness for the rows after the first; None where there is none."""
    listed = schema.get("examples")
    pool = listed if isinstance(listed, list) else []
    if "example" in schema:
        pool = [schema["example"], *pool]
    pool = [
        value for value in pool if value is not None and not isinstance(value, (dict, list)) and accepts(schema, value)
    ]
    if not pool:
        return None
    if len(pool) > 2 or ordinal == 0:
        return pool[0] if ordinal == 0 else draw.pick(pool)
    value = draw.pick(pool)
    if kind == "string":
        if _says_something(schema, name):
            return None
        if not any(c.isdigit() for c in value) or " " in value:
            return value
        varied = _vary(value, draw)
        return varied if accepts(schema, varied) else value
    if kind in ("integer", "number") and value > 1 and not number_kind(name):
        varied = value * (0.5 + draw.unit() * 1.5)
        varied = round(varied) if kind == "integer" else round(varied, 2)
        return varied if accepts(schema, varied) and not schema.get("multipleOf") else value
    return None


def _says_something(schema: JsonSchema, name: str) -> bool:
    return bool(schema.get("format") in FORMATS or string_kind(name) not in ("", "id", "code", "tag"))


def _vary(text: str, draw: Draw) -> str:
    """Change the digits of a code-like example (``AB-1204``) and keep its form."""
    return "".join(str(draw.below(9) + 1) if c.isdigit() and c.isascii() else c for c in text[:MAX_TEXT])


def _object(schema: JsonSchema, name: str, key: SeedKey, label: str, depth: int) -> dict[str, Any]:
    if depth >= MAX_DEPTH:
        return {}
    required = [field for field in schema.get("required") or [] if isinstance(field, str)]
    properties = schema.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    inner_key = (key, name) if name else key
    inner_label = " ".join(tokens(name)) or label
    chosen = [field for field in properties if field in required or depth < OPTIONAL_DEPTH]
    chosen += [field for field in required if field not in properties]
    least, most = schema.get("minProperties") or 0, schema.get("maxProperties")
    chosen += [field for field in properties if field not in chosen][: max(least - len(chosen), 0)]
    if isinstance(most, int) and len(chosen) > most:
        chosen = [*required, *(field for field in chosen if field not in required)][: max(most, len(required))]
    out = {
        field: _value(properties.get(field, {}), field, inner_key, inner_label, None, depth + 1)
        for field in chosen[: MAX_ITEMS * 4]
    }
    for field in [field for field in out if field not in required]:
        # What no text satisfies is not there, where it need not be.
        part, text = properties.get(field), out[field]
        if isinstance(part, dict) and isinstance(text, str) and not accepts(part, text) and len(out) > least:
            del out[field]
    extra = schema.get("additionalProperties")
    if not properties and isinstance(extra, dict) and extra and (depth < OPTIONAL_DEPTH or least):
        draw = Draw(inner_key, "keys")
        for _ in range(min(2, most) if isinstance(most, int) else 2):
            field = draw.pick(_key_choices(schema))
            out[field] = _value(extra, field, inner_key, inner_label, None, depth + 1)
    return out


def _key_choices(schema: JsonSchema) -> Sequence[str]:
    """Return what the keys of an object without named properties may be."""
    names = schema.get("propertyNames")
    options = names.get("enum") if isinstance(names, dict) else None
    texts = [option for option in options if isinstance(option, str)] if isinstance(options, list) else []
    return texts or lexicon.TOPIC_WORDS


def _array(schema: JsonSchema, name: str, key: SeedKey, label: str, depth: int) -> list[Any]:
    least, most = schema.get("minItems") or 0, schema.get("maxItems")
    if depth >= MAX_DEPTH:
        return []
    items = schema.get("items")
    items = items if isinstance(items, dict) else {}
    if not items and not least:
        return []
    usual = 1 if depth >= OPTIONAL_DEPTH else 1 + Draw(key, name, "length").below(2)
    count = min(max(least, usual), most if isinstance(most, int) else MAX_ITEMS, MAX_ITEMS)
    singular = name[:-1] if name.endswith("s") and not name.endswith("ss") else name.removesuffix("List")
    values: list[Any] = []
    for position in range(count * 4):
        value = _value(items, singular, (key, name, position), label, None, depth + 1)
        repeats_wanted = position >= count * 3 and not schema.get("uniqueItems")
        if repeats_wanted or value not in values:
            values.append(value)
        if len(values) == count:
            break
    return values


_RANGES: dict[str, tuple[float, float, int]] = {
    "money": (4, 250, 2),
    "small": (1, 40, 0),
    "age": (19, 78, 0),
    "year": (1998, 2026, 0),
    "month": (1, 12, 0),
    "day": (1, 28, 0),
    "hour": (1, 12, 0),
    "minutes": (5, 120, 0),
    "rating": (1, 5, 1),
    "percent": (5, 95, 1),
    "weight": (1, 60, 1),
    "measure": (5, 200, 1),
    "temperature": (-5, 32, 1),
    "priority": (1, 5, 0),
    "page": (1, 9, 0),
    "port": (1024, 49151, 0),
    "id": (1, 999, 0),
    "latitude": (-60, 60, 4),
    "longitude": (-170, 170, 4),
}


def _number(schema: JsonSchema, name: str, key: SeedKey, draw: Draw, whole: bool) -> int | float:
    low, high = bounds(schema)
    kind = number_kind(name)
    if kind in ("latitude", "longitude") and not whole:
        place = place_of(key)
        position = place.latitude if kind == "latitude" else place.longitude
        if (low is None or position >= low) and (high is None or position <= high):
            return position
    start, end, decimals = _RANGES.get(kind, (1, 100, 1))
    if kind == "epoch" and whole:
        moment = int(moment_of(key, name, draw).timestamp())
        start, end = (moment, moment) if low is None or moment >= low else (1, 100)
    elif kind == "money" and whole:
        start, end = 500, 25_000
    least = start if low is None else low
    most = end if high is None else high
    if low is not None and low <= start < (high if high is not None else math.inf):
        least = start
    if high is not None and (low if low is not None else -math.inf) < end <= high:
        most = end
    if least > most:
        least, most = (low, low + (end - start)) if high is None and low is not None else (most - (end - start), most)
        least = least if low is None else max(least, low)
    step = number_or_none(schema.get("multipleOf"))
    if step is None or step <= 0:
        step = 1 if whole else float(10**-decimals)
    first, last = math.ceil(least / step - 1e-9), math.floor(most / step + 1e-9)
    count = first + draw.below(max(last - first, 0) + 1)
    value = count * step
    if whole:
        value = round(value)
        return max(value, math.ceil(low)) if low is not None and value < low else value
    value = round(value, 6)
    if kind == "money" and not schema.get("multipleOf") and value > max(5, (low or 0) + 1):
        value = round(math.floor(value) - 0.01 * draw.pick((1, 5, 25, 50)), 2)
    if low is not None and value < low:
        return low
    return min(value, high) if high is not None else value
