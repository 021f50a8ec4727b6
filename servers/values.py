"""Real-looking values for a schema and a field name, the same ones every time.

Every draw is a keyed hash of (seed, entity, ordinal, field), so a field added to an entity changes no other value
(rule G3). The source of a value follows rule G1: an explicit example, then const, enum and default, then the format,
then what the field's name means, then type, range and pattern. What the name suggests is used only if the schema
allows it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from uuid import UUID

from inftool.servers import lexicon
from inftool.servers.lexicon import label_kind, number_kind, string_kind, tokens, words
from inftool.servers.patterns import matches, text_for_pattern
from inftool.specs.spec import JsonSchema

SeedKey = str | int | tuple[Any, ...]
"""What a value depends on: numbers, strings and tuples of them."""

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Invented dates lie in the half year after this moment; the logical clock of a session starts at its end."""
SPAN_DAYS = 181
MAX_DEPTH = 10
"""Objects nested deeper than this are left empty."""
OPTIONAL_DEPTH = 3
"""Optional properties are filled down to this depth; below it only the required ones."""
MAX_TEXT = 4096
"""The longest text that is invented, in characters, whatever ``minLength`` asks for."""
MAX_ITEMS = 64


class Draw:
    """A source of choices for one value: the digits of a keyed hash."""

    __slots__ = ("key", "state", "turn")

    def __init__(self, *key: Any) -> None:
        self.key = repr(key)
        self.turn = 0
        self.state = self._hash()

    def _hash(self) -> int:
        text = f"{self.turn}{self.key}".encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(text, digest_size=24).digest(), "big")

    def below(self, bound: int) -> int:
        """Return a number from 0 to ``bound - 1``."""
        if self.state < bound << 32:
            self.turn += 1
            self.state = self._hash()
            if self.state < bound << 32:
                return self.state % bound
        self.state, value = divmod(self.state, bound)
        return value

    def pick(self, options: Any) -> Any:
        """Return one of a non-empty sequence."""
        return options[self.below(len(options))]

    def unit(self) -> float:
        """Return a number in [0, 1) with 6 decimals."""
        return self.below(1_000_000) / 1_000_000


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
        return _enum_value(options, name, key, label, ordinal)
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
        return _string(schema, name, key, label, draw)
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


def type_of(schema: JsonSchema, name: str = "") -> str:
    """Return the JSON type that a schema describes, guessed from its other keywords where it is not said."""
    declared = schema.get("type")
    if isinstance(declared, list):
        declared = next((kind for kind in declared if kind != "null"), "null")
    if isinstance(declared, str):
        return declared
    if "properties" in schema or "additionalProperties" in schema:
        return "object"
    if "items" in schema:
        return "array"
    if "minimum" in schema or "maximum" in schema or "multipleOf" in schema:
        return "number"
    if not ({"format", "pattern", "minLength", "maxLength"} & schema.keys()):
        example = schema.get("example", schema.get("default"))
        for kind, python in _PYTHON_TYPES.items():
            if isinstance(example, python):
                return kind
    return "string"


_RARE = {"deleted", "archived", "trash", "trashed", "disabled", "blocked", "banned", "suspended", "locked", "expired"}
"""Booleans that are false of nearly everything one meets."""
_PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "integer": int,
    "number": float,
    "array": list,
    "object": dict,
}


def combined(schema: JsonSchema, depth: int = 0) -> JsonSchema:
    """Merge ``allOf`` and take the first branch of ``oneOf``/``anyOf`` that can hold something (rule L5)."""
    merged = {k: v for k, v in schema.items() if k not in ("allOf", "oneOf", "anyOf")}
    parts = [part for part in schema.get("allOf") or [] if isinstance(part, dict)]
    for word in ("oneOf", "anyOf"):
        branches = [part for part in schema.get(word) or [] if isinstance(part, dict)]
        useful = [part for part in branches if part.get("type") != "null" and part]
        parts += useful[:1] or branches[:1]
    for part in parts:
        if depth < MAX_DEPTH and ({"allOf", "oneOf", "anyOf"} & part.keys()):
            part = combined(part, depth + 1)
        for word, value in part.items():
            if word == "properties" and isinstance(value, dict):
                merged[word] = {**value, **merged.get(word, {})}
            elif word == "required" and isinstance(value, list):
                merged[word] = [*merged.get(word, []), *(v for v in value if v not in merged.get(word, []))]
            else:
                merged.setdefault(word, value)
    return merged


def accepts(schema: JsonSchema, value: Any) -> bool:
    """Tell whether ``schema`` allows ``value`` by its type, enum, range and length; nested schemas are not read."""
    declared = schema.get("type")
    kinds = declared if isinstance(declared, list) else [declared] if isinstance(declared, str) else []
    if schema.get("nullable") is True and value is None:
        return True
    if kinds and not any(_is_type(value, kind) for kind in kinds):
        return False
    options = schema.get("enum")
    if isinstance(options, list) and value not in options:
        return False
    if isinstance(value, str):
        longest = schema.get("maxLength")
        if len(value) < (schema.get("minLength") or 0) or (longest is not None and len(value) > longest):
            return False
        pattern = schema.get("pattern")
        return not isinstance(pattern, str) or matches(pattern, value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = _bounds(schema)
        return (low is None or value >= low) and (high is None or value <= high)
    return True


def _is_type(value: Any, kind: str) -> bool:
    if kind == "integer":
        return (isinstance(value, int) and not isinstance(value, bool)) or (
            isinstance(value, float) and value.is_integer()
        )
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "null":
        return value is None
    python = {"string": str, "boolean": bool, "array": list, "object": dict}.get(kind)
    return python is None or isinstance(value, python)


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
    return bool(schema.get("format") in _FORMATS or string_kind(name) not in ("", "id", "code", "tag"))


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
    out = {
        field: _value(properties.get(field, {}), field, inner_key, inner_label, None, depth + 1)
        for field in chosen[: MAX_ITEMS * 4]
    }
    extra = schema.get("additionalProperties")
    if not properties and isinstance(extra, dict) and extra and depth < OPTIONAL_DEPTH:
        draw = Draw(inner_key, "keys")
        for _ in range(2):
            field = draw.pick(lexicon.TOPIC_WORDS)
            out[field] = _value(extra, field, inner_key, inner_label, None, depth + 1)
    return out


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


# --- numbers


def _bounds(schema: JsonSchema) -> tuple[float | None, float | None]:
    """Return the inclusive range of a number; exclusive bounds move by one (integers) or a hundredth."""
    step = 1 if schema.get("type") == "integer" else 0.01
    low, high = _number_or_none(schema.get("minimum")), _number_or_none(schema.get("maximum"))
    below, above = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    least, most = _number_or_none(below), _number_or_none(above)
    if low is not None and below is True:
        low += step
    if high is not None and above is True:
        high -= step
    if least is not None:
        low = least + step if low is None else max(low, least + step)
    if most is not None:
        high = most - step if high is None else min(high, most - step)
    return low, high


def _number_or_none(value: Any) -> float | None:
    """Return a finite number of a size that arithmetic is safe with; None for anything else."""
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e18
    return value if usable else None


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
    low, high = _bounds(schema)
    kind = number_kind(name)
    if kind in ("latitude", "longitude") and not whole:
        place = _place(key)
        position = place.latitude if kind == "latitude" else place.longitude
        if (low is None or position >= low) and (high is None or position <= high):
            return position
    start, end, decimals = _RANGES.get(kind, (1, 100, 1))
    if kind == "epoch" and whole:
        moment = int(_moment(key, name, draw).timestamp())
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
    step = _number_or_none(schema.get("multipleOf"))
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


# --- texts


def _place(key: SeedKey) -> lexicon.Place:
    place: lexicon.Place = Draw(key, "\0place").pick(lexicon.PLACES)
    return place


def _person(key: SeedKey) -> tuple[str, str]:
    draw = Draw(key, "\0person")
    return draw.pick(words("given_names")), draw.pick(words("surnames"))


def _moment(key: SeedKey, name: str, draw: Draw) -> datetime:
    """Return a moment of the seeded half year; fields called start, end, due, ... of one row follow each other."""
    parts = tokens(name)
    base = Draw(key, "\0moment")
    day, minute = base.below(SPAN_DAYS - 45), base.below(96) * 15
    if any(word in parts for word in ("start", "starts", "from", "begin", "open", "opens", "checkin", "departure")):
        return EPOCH + timedelta(days=day, minutes=minute)
    if any(
        word in parts
        for word in ("end", "ends", "to", "until", "due", "close", "closes", "checkout", "arrival", "expires")
    ):
        return EPOCH + timedelta(days=day + 1 + draw.below(21), minutes=minute)
    if any(word in parts for word in ("birth", "birthday", "birthdate", "dob", "born")):
        return datetime(1950 + draw.below(55), 1 + draw.below(12), 1 + draw.below(28), tzinfo=UTC)
    return EPOCH + timedelta(days=draw.below(SPAN_DAYS), minutes=draw.below(96) * 15)


def iso(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC, to the second: ``2026-03-05T14:30:00Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def slugify(text: str) -> str:
    """Turn a text into lower-case ASCII words joined by hyphens; ``""`` where it has none."""
    kept = "".join(c.lower() if c.isascii() and c.isalnum() else "-" for c in text[:200])
    return "-".join(part for part in kept.split("-") if part)[:64].strip("-")


def _host(draw: Draw) -> str:
    return f"{draw.pick(lexicon.ADJECTIVES)}{draw.pick(lexicon.NOUNS)}.example.com".lower()


def _email(key: SeedKey, draw: Draw) -> str:
    first, last = _person(key)
    return f"{slugify(first)}.{slugify(last)}@example.{draw.pick(('com', 'org', 'net'))}"


_FORMATS: dict[str, Callable[[SeedKey, str, Draw], str]] = {
    "date": lambda key, name, draw: _moment(key, name, draw).date().isoformat(),
    "date-time": lambda key, name, draw: iso(_moment(key, name, draw)),
    "time": lambda key, name, draw: f"{8 + draw.below(12):02}:{draw.pick((0, 15, 30, 45)):02}:00Z",
    "duration": lambda key, name, draw: f"PT{5 * (1 + draw.below(24))}M",
    "email": lambda key, name, draw: _email(key, draw),
    "idn-email": lambda key, name, draw: _email(key, draw),
    "uuid": lambda key, name, draw: uuid_text(draw),
    "uri": lambda key, name, draw: _url(name, draw),
    "url": lambda key, name, draw: _url(name, draw),
    "iri": lambda key, name, draw: _url(name, draw),
    "uri-reference": lambda key, name, draw: "/" + slugify(draw.pick(lexicon.TOPICS)),
    "hostname": lambda key, name, draw: _host(draw),
    "ipv4": lambda key, name, draw: f"192.0.2.{1 + draw.below(250)}",
    "ipv6": lambda key, name, draw: f"2001:db8::{1 + draw.below(65000):x}",
    "byte": lambda key, name, draw: draw.pick(("aGVsbG8=", "d29ybGQ=", "Z2FyZGVu", "bGFudGVybg==", "aGFyYm9y")),
    "binary": lambda key, name, draw: draw.pick(("aGVsbG8=", "d29ybGQ=", "Z2FyZGVu")),
    "password": lambda key, name, draw: _password(draw),
    "phone": lambda key, name, draw: _phone(draw),
    "json-pointer": lambda key, name, draw: "/" + draw.pick(lexicon.TOPIC_WORDS),
    "regex": lambda key, name, draw: "^[a-z]+$",
}


def uuid_text(draw: Draw) -> str:
    """Return a version 4 UUID made from a draw."""
    return str(UUID(int=(draw.below(1 << 64) << 64) | draw.below(1 << 64), version=4))


def token_text(draw: Draw, length: int, alphabet: str = "0123456789abcdefghijklmnopqrstuvwxyz") -> str:
    """Return ``length`` characters of an alphabet."""
    return "".join(draw.pick(alphabet) for _ in range(length))


def _url(name: str, draw: Draw) -> str:
    stem = slugify(draw.pick(lexicon.TOPICS))
    if string_kind(name) == "image":
        return f"https://{_host(draw)}/images/{stem}.jpg"
    return f"https://{_host(draw)}/{stem}"


def _password(draw: Draw) -> str:
    return f"{draw.pick(lexicon.ADJECTIVES)}-{draw.pick(lexicon.NOUNS)}-{10 + draw.below(89)}!"


def _phone(draw: Draw) -> str:
    return f"+1-{201 + draw.below(780)}-555-{draw.below(10000):04}"


def _sentence(label: str, draw: Draw) -> str:
    label = label or "item"
    template: str = draw.pick(lexicon.SENTENCES)
    return template.format(
        adjective=draw.pick(lexicon.PLAIN_ADJECTIVES),
        label=label,
        Label=label[:1].upper() + label[1:],
        audience=draw.pick(lexicon.AUDIENCES),
        occasion=draw.pick(lexicon.OCCASIONS),
        topic=draw.pick(lexicon.TOPICS),
    )


def title_for(label: str, key: SeedKey, draw: Draw) -> str:
    """Return a name for a thing: a person's for a customer, a product's for a product, two plain words otherwise."""
    match label_kind(label):
        case "person":
            return " ".join(_person(key))
        case "animal":
            return str(draw.pick(lexicon.PET_NAMES))
        case "company":
            return f"{draw.pick(words('surnames'))} {draw.pick(lexicon.SECTORS)}"
        case "product":
            return f"{draw.pick(lexicon.PRODUCT_ADJECTIVES)} {draw.pick(lexicon.PRODUCTS)}"
        case "text" | "comment":
            return str(draw.pick(lexicon.TEXT_TITLES)).format(draw.pick(lexicon.TOPICS))
        case "task":
            return f"{draw.pick(lexicon.TASK_VERBS)} the {draw.pick(lexicon.TASK_OBJECTS)}"
        case "event":
            adjective, noun = draw.pick(lexicon.ADJECTIVES), draw.pick(lexicon.NOUNS)
            return f"{adjective} {noun} {draw.pick(lexicon.EVENT_TITLES)}"
        case "place":
            return f"{draw.pick(lexicon.ADJECTIVES)} {draw.pick(lexicon.NOUNS)} {draw.pick(lexicon.PLACE_TITLES)}"
        case "topic":
            return str(draw.pick(lexicon.TOPIC_WORDS))
        case "dish":
            return str(draw.pick(words("dishes")))
        case "drink":
            return str(draw.pick(words("drinks")))
        case "file":
            return f"{draw.pick(lexicon.FILE_STEMS)}-{1 + draw.below(99)}.{draw.pick(lexicon.FILE_ENDINGS)}"
    return f"{draw.pick(lexicon.ADJECTIVES)} {draw.pick(lexicon.NOUNS)}"


def _named_text(kind: str, name: str, key: SeedKey, label: str, draw: Draw) -> str:
    """Return what a field of a known kind would hold."""
    if kind == "state":
        addressed = label_kind(label) in ("person", "company", "place") or "address" in label
        kind = "region" if addressed else "status"
    place_field = {
        "city": "city", "region": "region", "country": "country", "country_code": "country_code",
        "postcode": "postcode", "currency": "currency", "timezone": "timezone", "locale": "locale",
    }.get(kind)  # fmt: skip
    if place_field:
        return str(getattr(_place(key), place_field))
    if kind in _WORD_LISTS:
        return str(draw.pick(words(_WORD_LISTS[kind])))
    if kind in _WORD_CHOICES:
        return str(draw.pick(_WORD_CHOICES[kind]))
    match kind:
        case "title":
            return title_for(label if label_kind(label) != "person" else "article", key, draw)
        case "thing":
            qualifier = " ".join(tokens(name)[:-1])
            return title_for(qualifier if label_kind(qualifier) else label, key, draw)
        case "object":
            return "_".join(tokens(label)) or "object"
        case "first_name":
            return _person(key)[0]
        case "last_name":
            return _person(key)[1]
        case "full_name":
            return " ".join(_person(key if label_kind(label) == "person" else (key, name)))
        case "email":
            return _email(key, draw)
        case "username":
            first, last = _person(key)
            return f"{slugify(first)}_{slugify(last)}"
        case "password":
            return _password(draw)
        case "phone":
            return _phone(draw)
        case "street":
            return (
                f"{1 + draw.below(290)} {draw.pick(words('streets'))} {draw.pick(('Street', 'Avenue', 'Road', 'Lane'))}"
            )
        case "street_second":
            return f"Apt. {1 + draw.below(80)}"
        case "location":
            place = _place(key)
            return f"{place.city}, {place.country}"
        case "url" | "image":
            return _url(name, draw)
        case "description":
            return _sentence(label, draw)
        case "body":
            return str(draw.pick(lexicon.COMMENTS))
        case "date" | "datetime" | "time":
            return _FORMATS[{"datetime": "date-time"}.get(kind, kind)](key, name, draw)
        case "company":
            return title_for("company", key, draw)
        case "sku":
            return f"{token_text(draw, 3, 'ABCDEFGHJKLMNPRSTUVWXYZ')}-{1000 + draw.below(9000)}"
        case "code":
            return token_text(draw, 8, "ABCDEFGHJKLMNPRSTUVWXYZ23456789")
        case "ip":
            return f"192.0.2.{1 + draw.below(250)}"
        case "file":
            return title_for("file", key, draw)
        case "version":
            return f"{1 + draw.below(4)}.{draw.below(10)}.{draw.below(10)}"
        case "slug":
            return slugify(title_for(label, key, draw))
        case "uuid":
            return uuid_text(draw)
        case "id":
            return token_text(draw, 10)
        case "hex":
            return token_text(draw, 40, "0123456789abcdef")
        case "cron":
            return f"{draw.below(60)} {draw.below(24)} * * {1 + draw.below(5)}"
        case "size":
            return str(draw.pick(("small", "medium", "large")))
    return title_for("", key, draw)


_WORD_LISTS = {
    "occupation": "occupations",
    "nationality": "nationalities",
    "language": "languages",
    "university": "universities",
    "bank": "banks",
    "dish": "dishes",
    "drink": "drinks",
    "fruit": "fruits",
}
_WORD_CHOICES: dict[str, Any] = {
    "color": lexicon.COLORS,
    "department": lexicon.DEPARTMENTS,
    "tag": lexicon.TOPIC_WORDS,
    "mime": lexicon.MIME_TYPES,
    "gender": ("female", "male"),
    "sex": ("female", "male"),
    "species": lexicon.SPECIES,
    "unit": lexicon.UNITS,
    "status": lexicon.STATUSES,
    "emoji": lexicon.EMOJI,
    "reason": lexicon.REASONS,
}


def _string(schema: JsonSchema, name: str, key: SeedKey, label: str, draw: Draw) -> str:
    for text in _candidates(schema, name, key, label, draw):
        if accepts(schema, text):
            return text
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        made = text_for_pattern(pattern, draw.below, schema.get("maxLength"))
        if made is not None and accepts(schema, made):
            return made
    return _fitted(next(iter(_candidates(schema, name, key, label, draw))), schema, draw)


def _candidates(schema: JsonSchema, name: str, key: SeedKey, label: str, draw: Draw) -> Iterable[str]:
    """Yield texts that suit the field, the best first."""
    make = _FORMATS.get(str(schema.get("format", "")))
    if make is not None:
        yield make(key, name, draw)
        return
    kind = string_kind(name)
    if not kind and string_kind(label) in ("url", "image", "email", "date", "datetime"):
        kind = string_kind(label)
    if not kind and (schema.get("minLength") or 0) > 40:
        kind = "description"
    text = _named_text(kind, name, key, label, draw)
    yield text
    longest = schema.get("maxLength")
    if isinstance(longest, int) and longest < len(text):
        if kind in ("country", "language") and longest <= 3:
            yield _place(key).country_code if kind == "country" else _place(key).locale[:2]
        yield title_for(label, key, draw)
        yield str(draw.pick(lexicon.NOUNS))
        yield str(draw.pick(lexicon.NOUNS)).lower()


def _fitted(text: str, schema: JsonSchema, draw: Draw) -> str:
    """Bring a text to an allowed length; a pattern that nothing matched is given up."""
    least, most = schema.get("minLength") or 0, schema.get("maxLength")
    while len(text) < min(least, MAX_TEXT):
        text = f"{text} {_sentence('', draw)}" if least > 30 else text + token_text(draw, least - len(text))
    if isinstance(most, int):
        text = text[: max(most, 0)].rstrip()
    missing = max(min(least, MAX_TEXT), 1 if most != 0 else 0) - len(text)
    return text + token_text(draw, missing) if missing > 0 else text


@lru_cache(maxsize=1)
def clock_start() -> datetime:
    """Return the moment at which the logical clock of a fresh session stands."""
    return EPOCH + timedelta(days=SPAN_DAYS, hours=9)
