"""Entities out of the things that bare tools speak of: fields, keys and how these go on (rules I1, I2, F2, B9)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from inftool.servers.compiler.bare.sessions import Logins
from inftool.servers.compiler.bare.things import Thing, World
from inftool.servers.compiler.words import pascal, plural_phrase, split, word_set
from inftool.servers.program import Entity, EntityField, FieldRole, IdForm
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.texts import slugify

_NUMBERED = re.compile(r"(.*?)(\d{1,15})")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_COUNTER_WORDS = word_set("counter next last sequence seq autoincrement")
_CREATED = word_set("createdat createdon datecreated creationdate createdtime createdtimestamp")
_UPDATED = word_set("updatedat updatedon lastupdated modifiedat lastmodified")
_SEED_ROWS = 8


def build_entities(world: World, logins: Logins, taken: Sequence[str] = ()) -> dict[str, Entity]:
    """Make the entity of every thing, and settle their names.

    Args:
        world: the things; each gets the name of its entity.
        logins: who may be logged in.
        taken: names of entities that come from elsewhere.
    """
    entities: dict[str, Entity] = {}
    for thing in world.things:
        name = pascal(thing.noun) or "Session"
        while name in entities or name in taken or not name.isidentifier():
            name = f"{name}Item" if name.isidentifier() else f"Thing{pascal(thing.noun)}"
        thing.name = name
        entities[name] = _entity(thing)
    for thing in world.things:
        for field, target in thing.references.items():
            if field in entities[thing.name].fields:
                row_field = entities[thing.name].fields[field]
                row_field.role, row_field.entity = "reference", target.name
    if logins.current is not None and logins.people is not None:
        held = entities[world.session.name].fields[logins.current]
        held.role, held.entity = "actor", logins.people.name
    for thing in world.rows():
        entity = entities[thing.name]
        if thing.owner is not None and thing.above is not None:
            entity.parent = thing.above.name
            held = entity.fields[thing.owner]
            held.role, held.entity, held.required, held.read_only = "parent", thing.above.name, True, True
            entity.rules.append("F1")
        entity.ids = _id_form(thing, world)
        entity.rules += ["I2", *(["F2"] if thing.references else [])]
    return entities


def _entity(thing: Thing) -> Entity:
    fields = {name: EntityField(schema_=dict(schema), role=_role(thing, name)) for name, schema in thing.fields.items()}
    if not thing.given and not thing.rows:
        for row_field in fields.values():
            row_field.required = row_field.schema_.get("type") in ("integer", "number")
    if thing.key in fields:
        kind = fields[thing.key].schema_.get("type")
        held = kind if kind in ("string", "integer") else "string"
        about = {word: text for word, text in fields[thing.key].schema_.items() if word in ("description", "format")}
        fields[thing.key].schema_ = {"type": held, **about}
    label = thing.label or "session"
    many = " ".join(plural_phrase(thing.noun)) or "session"
    if thing.singleton:
        return Entity(
            name=thing.name,
            label=label,
            plural=many,
            key="",
            singleton=True,
            fields=fields,
            rules=["B9"],
            seed_rows=1,
            examples=[dict(thing.started)] if thing.started else [],
        )
    rules = ["B2", "B3", "I1", *(["G4"] if thing.given else ["E6"])]
    examples = [_example(thing, number) for number in range(_SEED_ROWS)]
    return Entity(
        name=thing.name, label=label, plural=many, key=thing.key, fields=fields, rules=rules, seed_rows=_SEED_ROWS,
        examples=[example for example in examples if example],
    )  # fmt: skip


def _example(thing: Thing, number: int) -> dict[str, Any]:
    """Return what an invented row begins with."""
    half = {name: values[number % len(values)] for name, values in thing.begun.items() if number * 2 < _SEED_ROWS}
    return {**thing.started, **half}


def _role(thing: Thing, name: str) -> FieldRole:
    if name == thing.key:
        return "id"
    plain = "".join(split(name))
    if thing.fields[name].get("type") in ("string", "integer", "number"):
        return "created_at" if plain in _CREATED else "updated_at" if plain in _UPDATED else "data"
    return "data"


def _id_form(thing: Thing, world: World) -> IdForm:
    """Tell how keys go on, from those that are there and from a counter in the state (rule I2)."""
    keys = [row[thing.key] for row in thing.rows if thing.key in row]
    counter = _counter(thing, world)
    if keys and all(isinstance(key, int) and not isinstance(key, bool) for key in keys):
        return IdForm(kind="integer", next=_next(counter, max(keys)) or max(keys) + 1)
    texts = [key for key in keys if isinstance(key, str)]
    if texts and all(_UUID.fullmatch(text) for text in texts):
        return IdForm(kind="uuid")
    numbered = [match for text in texts if (match := _NUMBERED.fullmatch(text)) is not None]
    if texts and len(numbered) == len(texts):
        prefixes = [match.group(1) for match in numbered]
        last = numbered[-1]
        prefix = last.group(1) if prefixes.count(last.group(1)) * 2 >= len(prefixes) else prefixes[0]
        same = [match.group(2) for match in numbered if match.group(1) == prefix]
        widths = {len(digits) for digits in same}
        digits = min(widths) if any(number.startswith("0") for number in same) else 1
        top = max(int(number) for number in same)
        return IdForm(kind="prefixed", prefix=prefix, digits=digits, next=_next(counter, top) or top + 1)
    if thing.fields.get(thing.key, {}).get("type") == "integer":
        return IdForm(kind="integer", next=_next(counter, 0))
    if texts:
        title = _title(thing)
        slugs = sum(slugify(str(row.get(title))) == row[thing.key] for row in thing.rows) if title else 0
        if title and slugs * 2 > len(thing.rows):
            return IdForm(kind="slug", source=title)
    label = thing.noun
    initials = label[0][:4] if len(label) == 1 else "".join(word[0] for word in label)
    if counter is not None:
        return IdForm(kind="prefixed", prefix=f"{initials}_", digits=1, next=_next(counter, 0))
    return IdForm(kind="prefixed", prefix=f"{initials}_")


def _title(thing: Thing) -> str | None:
    return next((name for name in ("title", "name", "label") if name in thing.fields and name != thing.key), None)


def _next(counter: tuple[str, int] | None, top: int) -> int | None:
    """Return the number of the next row: the counter's, or the one after where the counter holds the last."""
    if counter is None:
        return None
    name, number = counter
    if "next" in split(name):
        return max(number, 0)
    return number + 1 if number == top or "last" in split(name) else max(number, 0)


def _counter(thing: Thing, world: World) -> tuple[str, int] | None:
    """Return the variable that counts the rows of a thing: ``order_counter``, ``next_order_id``, ``last_order_no``."""
    for single in world.singles():
        for name, schema in single.fields.items():
            words = split(name)
            if schema.get("type") != "integer" or not set(words) & _COUNTER_WORDS:
                continue
            if set(thing.noun[-1:]) & {word.removesuffix("s") for word in words} and single.rows:
                value = single.rows[0].get(name)
                if isinstance(value, int):
                    return name, value
    return None


def initial_rows(world: World) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that the state document gives, by entity (rule G4)."""
    return {thing.name: [dict(row) for row in thing.rows] for thing in world.things if thing.given}


def hints_of(world: World, entities: Mapping[str, Entity]) -> dict[str, dict[str, list[str]]]:
    """Return, by entity and field, the texts that the given rows have there, for fields that have few."""
    found: dict[str, dict[str, list[str]]] = {}
    for thing in world.things:
        for name in entities[thing.name].fields:
            texts = [v for v in dict.fromkeys(key_text(v) for v in thing.values(name) if isinstance(v, str)) if v]
            if name in thing.started and thing.fields[name].get("enum"):
                texts = [*thing.fields[name]["enum"]]
            if texts and len(texts) <= 12:
                found.setdefault(thing.name, {})[name] = texts
    return found
