"""Histories inside rows that are empty in the state document: what their records will hold (rule A10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from inftool.servers.compiler.bare.answer import Answer
from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.bare.things import STRONG_ENDS, Thing, World
from inftool.servers.compiler.words import singular_phrase, split, word_set
from inftool.specs.spec import JsonSchema

_TOLD = re.compile(r"\b(?:with|including|containing|their|its)\s+([^.:;]{3,120})", re.IGNORECASE)
_NUMBERS = word_set("amount quantity balance total points value price")
_TEXTS = word_set("type kind action description note date time timestamp status reason")
_MANY = 12


def add_empty_history(
    world: World,
    noun: tuple[str, ...],
    field: str,
    above: Thing,
    names: Sequence[Named],
    answers: Mapping[str, Answer],
) -> None:
    """Take a list that is empty in all rows for records, where tools answer keys of such and one lists them.

    Args:
        world: the things; the list becomes one of them, and no field of its rows any more.
        noun: what one record is called.
        field: the list, in the rows.
        above: the rows.
        names: the tools with their names taken apart.
        answers: what each declares to answer, by tool.
    """
    asking = [n for n in names if n.kind in ("read", "list", "search") and n.single in (noun, noun[-1:])]
    asking = [n for n in asking if any(world.keyed(a, n.schema(a), n.single) is above for a in n.required)]
    makers = {n.tool.name: key for n in names if (key := _key(n, noun, answers[n.tool.name])) is not None}
    plain = [n for n in names if n.kind in ("create", "update", "delete") and n.single in (noun, noun[-1:])]
    if not asking or len(makers) < 2 or plain or above.key in (None, "") or field not in above.fields:
        return
    owner = "_".join((*above.noun, "key"))
    key = next(iter(makers.values()))
    thing = Thing(noun, {owner: dict(above.fields.get(above.key, {})), key: {"type": "string"}}, key, given=True)
    thing.owner, thing.above, thing.hidden = owner, above, [owner]
    fields = _told(n.tool.description + " " + _described(n, field) for n in asking)
    for one in asking:
        fields |= {name: dict(schema) for name, schema in answers[one.tool.name].row.items()}
    for name, schema in fields.items():
        if name not in (owner, key) and len(thing.fields) < _MANY:
            thing.fields[name] = schema
    for row in above.rows:
        row.pop(field, None)
    above.fields.pop(field)
    world.things.append(thing)


def _key(named: Named, noun: tuple[str, ...], answer: Answer) -> str | None:
    """Return the property of a write's answer that is the key of a record, which the caller did not send."""
    if named.kind in ("read", "list", "search"):
        return None
    for name in answer.properties:
        words = split(name)
        ends = len(words) > 1 and words[-1] in STRONG_ENDS and singular_phrase(words[:-1]) in (noun, noun[-1:])
        if ends and name not in named.arguments:
            return name
    return None


def _described(named: Named, field: str) -> str:
    """Return what a tool says of the list in its answer."""
    properties = (named.tool.output_schema or {}).get("properties")
    part = properties.get(field) if isinstance(properties, dict) else None
    return str(part.get("description") or "")[:400] if isinstance(part, dict) else ""


def _told(texts: Iterable[str]) -> dict[str, JsonSchema]:
    """Return the fields that descriptions name: ``with ID, type and amount``."""
    found: dict[str, JsonSchema] = {}
    for text in texts:
        for phrase in _TOLD.findall(text):
            for word in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", phrase.lower()):
                if word in _NUMBERS:
                    found.setdefault(word, {"type": "number"})
                elif word in _TEXTS:
                    found.setdefault(word, {"type": "string"})
    return found
