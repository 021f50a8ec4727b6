"""How a new row comes to be whole: keys, defaults, references and what the server fills in.

Used for the seeded rows and for rows that a caller creates, so that both look alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from inftool.servers.program import Entity, EntityField, EntityOperation, RowOperation, ServerProgram
from inftool.servers.runtime.draw import Draw, token_text, uuid_text
from inftool.servers.runtime.fitting import accepts, schema_at, type_of
from inftool.servers.runtime.forms import shown_fields
from inftool.servers.runtime.lexicon import number_kind, string_kind, tokens
from inftool.servers.runtime.patterns import matches, text_for_pattern
from inftool.servers.runtime.places import set_at, value_at
from inftool.servers.runtime.texts import MAX_TEXT, slugify
from inftool.specs.spec import JsonSchema

Named = TypeVar("Named")
INITIAL_STATES = ("draft", "open", "pending", "created", "new", "active", "todo")
"""Values that a new row starts in, the likeliest first (rule A6)."""
_DIGITS = "^[0-9]+$"
"""Pattern of keys that are texts in the rows, while arguments name them by number."""
MANAGED = ("id", "parent", "created_at", "updated_at")
"""Roles of the fields that only the server sets (rule U3)."""


def key_schema(program: ServerProgram, entity: Entity) -> JsonSchema:
    """Return the schema of an entity's key, with the pattern or format that others ask of it.

    Others are the arguments that name a row, the answers that are or show a key, and the fields that refer to one.
    """
    schema = entity.fields[entity.key].schema_
    if type_of(schema, entity.key) != "string":
        return schema
    asked: list[Any] = [
        (operation.input_schema.get("properties") or {}).get(operation.key)
        for operation in program.flat()
        if isinstance(operation, RowOperation) and operation.entity == entity.name and operation.key_field == entity.key
    ]
    asked += [
        schema_at(operation.output_schema, operation.shape.path)
        for operation in program.flat()
        if isinstance(operation, EntityOperation) and operation.entity == entity.name and operation.shape.kind == "key"
    ]
    for other in program.entities.values():
        asked += [field.schema_ for field in other.fields.values() if field.entity == entity.name]
    asked += [
        part
        for operation in program.flat()
        if isinstance(operation, EntityOperation) and operation.entity == entity.name
        for name, part in shown_fields(operation)
        if name == entity.key
    ]
    for wish in asked:
        if isinstance(wish, dict) and wish.get("type") in ("integer", "number") and "pattern" not in schema:
            schema = {**schema, "pattern": _DIGITS}
        if not isinstance(wish, dict) or wish.get("type") != "string":
            continue
        for word in ("enum", "pattern", "format", "minLength", "maxLength"):
            if word in wish and (word not in schema or (word == "pattern" and _narrows(wish[word], schema[word]))):
                schema = {**schema, word: wish[word]}
    return schema


def _narrows(pattern: Any, other: Any) -> bool:
    """Tell whether what one pattern matches, the other matches as well, as far as examples show.

    Of two that match each other's examples, the one with more anchors is the narrower.
    """
    if not isinstance(pattern, str) or not isinstance(other, str) or pattern == other:
        return False
    draw = Draw("narrows", pattern, other)
    text, wider = text_for_pattern(pattern, draw.below), text_for_pattern(other, draw.below)
    if text is None or not matches(pattern, text) or not matches(other, text):
        return False
    anchors = [sum(one.count(anchor) for anchor in "^$") for one in (pattern, other)]
    return wider is None or not matches(pattern, wider) or anchors[0] > anchors[1]


def given_key(entity: Entity, given: dict[str, Any]) -> Any:
    """Return the key that a row is given, in its own field or where else it stands; None where it is given none."""
    value = given.get(entity.key)
    return value_at(given, entity.ids.place) if value is None and entity.ids.place else value


def keep_key(entity: Entity, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its key where else it stands (rule I1); the row itself is changed, what is in it is not."""
    if entity.ids.place and entity.key in row:
        set_at(row, entity.ids.place, row[entity.key])
    return row


def make_key(entity: Entity, schema: JsonSchema, seed: int, number: int, row: dict[str, Any]) -> Any:
    """Return a key for the ``number``-th row (from 1) in the form of the entity's keys (rule I2).

    Args:
        entity: the kind of row.
        schema: of the key, from :func:`key_schema`.
        seed: the program's seed.
        number: counts the rows ever made; never repeats.
        row: what is known of the row; the source of a slug.
    """
    draw = Draw(seed, entity.name, number, entity.key)
    options = schema.get("enum")
    if isinstance(options, list) and options:
        return options[(number - 1) % len(options)]
    kind = type_of(schema, entity.key)
    if kind in ("integer", "number") or entity.ids.kind == "integer":
        return str(number) if kind == "string" else number
    match entity.ids.kind:
        case "uuid":
            return uuid_text(draw)
        case "slug":
            source = row.get(entity.ids.source or "")
            return (
                slugify(source) if isinstance(source, str) and slugify(source) else f"{slugify(entity.label)}-{number}"
            )
    if schema.get("format") == "uuid":
        return uuid_text(draw)
    if schema.get("pattern") == _DIGITS:
        return str(number)
    if entity.ids.digits is not None:
        return f"{entity.ids.prefix}{number:0{min(entity.ids.digits, 40)}d}"
    prefix = entity.ids.prefix or "".join(word[0] for word in tokens(entity.name))[:4] + "_"
    longest = schema.get("maxLength")
    length = max(12, min(schema.get("minLength") or 0, MAX_TEXT) - len(prefix))
    length = length if not isinstance(longest, int) else max(1, min(length, longest - len(prefix)))
    key = prefix + token_text(draw, length)
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and not accepts(schema, key):
        most, least = longest if isinstance(longest, int) else None, schema.get("minLength") or 0
        for wide in (True, False, False):
            made = text_for_pattern(pattern, draw.below, most, least, wide=wide)
            if made is not None and accepts(schema, made):
                return made
    return key


def coerced(value: Any, field: EntityField) -> Any:
    """Return a key in the type that a field holds: ``"7"`` for a text, ``7`` for an integer."""
    kind = type_of(field.schema_)
    if kind == "string" and isinstance(value, int):
        return str(value)
    if (
        kind in ("integer", "number")
        and isinstance(value, str)
        and value.isascii()
        and value.isdigit()
        and len(value) < 18
    ):
        return int(value)
    return value


def initial_value(field: EntityField, name: str) -> tuple[bool, Any]:
    """Return (known, value) of a field that the caller left out: its default, a first state, zero, or nothing known."""
    schema = field.schema_
    if "default" in schema and (accepts(schema, schema["default"])):
        return True, schema["default"]
    options = schema.get("enum")
    if isinstance(options, list) and options and string_kind(name) in ("status", "state"):
        by_text = {option.lower(): option for option in options if isinstance(option, str)}
        return True, next((by_text[state] for state in INITIAL_STATES if state in by_text), options[0])
    kind = type_of(schema, name)
    if kind == "boolean" and "const" not in schema and accepts(schema, False):
        return True, False
    if kind == "array" and not schema.get("minItems"):
        return True, []
    counted = tokens(name)[-1:] in (("count",), ("counts",)) or number_kind(name) == "small"
    if kind in ("integer", "number") and field.read_only and counted and accepts(schema, 0):
        return True, 0
    return False, None


def picked(draw: Draw, rows: Sequence[Named], key_of: Callable[[Named], Any], field: EntityField) -> Named:
    """Return one of the rows that a reference may name: one whose key has the form of the field, where there is one."""

    def fits(row: Named) -> bool:
        return accepts(field.schema_, coerced(key_of(row), field))

    chosen: Named = draw.pick(rows)
    if type_of(field.schema_) == "array" or fits(chosen):
        return chosen
    if fitting := [row for row in rows if fits(row)]:
        chosen = draw.pick(fitting)
    return chosen


def clock_value(field: EntityField, now: str) -> Any:
    """Return the logical time in the form of a field: RFC 3339, a date, or seconds since 1970."""
    if type_of(field.schema_) in ("integer", "number"):
        return int(datetime.fromisoformat(now).timestamp())
    return now[:10] if field.schema_.get("format") == "date" else now
