"""What a state document tells of a server: its collections of rows, and its single variables (rules B9, G4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from inftool.servers.compiler.words import normal, singular_phrase, split, word_set
from inftool.servers.fixtures import Collection as StateRows
from inftool.servers.fixtures import StateDocument
from inftool.servers.runtime.changes import key_text
from inftool.specs.spec import JsonSchema

Row = dict[str, Any]

_SAMPLE = 60
_MAX_OPTIONS = 12
SWITCHED = word_set(
    "on off open opened closed shut locked unlocked running stopped playing paused idle armed disarmed muted unmuted "
    "enabled disabled active inactive connected disconnected up down full empty ok"
)
"""Values of things that are switched."""
HISTORIES = word_set("transaction movement entry ledger history log activity")
"""Nouns of things that are only ever written by what is done to others."""
PERSONAL_NOUNS = word_set("user member customer account person contact profile friend subscriber employee player")
_PERSONAL = word_set("username email")
_WRITTEN = word_set("text message body comment content caption review rating score amount quantity subject note reply")
_NUMBERED = word_set("id no number nr")
_COUNTS = word_set("id balance total count number amount limit price")
_OPTION_FIELDS = word_set(
    "status state phase stage type kind category priority level mode role tier severity condition class visibility plan"
)


@dataclass
class Rows:
    """Rows of one kind, with their keys inside."""

    noun: tuple[str, ...]
    """Singular noun phrase."""
    rows: list[Row]
    key: str
    """The field that names a row."""
    hidden: list[str] = field(default_factory=list)
    """Fields that the document keeps outside of the rows: keys of the objects around them, or numbers of our own."""
    keyed: bool = False
    """Whether :attr:`key` is the key of an object around the rows, and is not repeated inside."""
    owner: str | None = None
    """The hidden field that says whose row it is, where rows are kept by owner."""
    by: tuple[str, ...] = ()
    """What the owner is called, where the name tells."""
    whole: bool = False
    """Whether a row is one plain value or list, under the field ``value``."""
    path: str = ""
    """Where they stand in the document."""
    aliases: list[tuple[str, ...]] = field(default_factory=list)
    """Other nouns for them."""
    above: Rows | None = None
    """The rows that these stand in, whose key :attr:`owner` holds."""


@dataclass
class Evidence:
    """A state document, sorted."""

    collections: list[Rows] = field(default_factory=list)
    singles: dict[tuple[str, ...], Row] = field(default_factory=dict)
    """Objects with fields of their own, by noun; ``()`` has the variables that stand alone."""
    empty: dict[tuple[str, ...], Any] = field(default_factory=dict)
    """Empty lists and objects by noun: collections without rows, if the tools speak of such rows."""
    hollow: dict[tuple[str, ...], tuple[str, Rows]] = field(default_factory=dict)
    """Lists inside rows that are empty in all of them, by noun: their name, and the rows that they stand in."""


def sort_evidence(document: StateDocument, spoken: Collection[tuple[str, ...]] = ()) -> Evidence:
    """Sort what a state document holds.

    Args:
        document: the document.
        spoken: singular nouns of which tools ask for rows; such rows inside rows become a collection of their own, all
            others stay fields of the rows they stand in.
    """
    found = Evidence()
    by_path: dict[str, Rows] = {}
    alone = {part.path: part for part in document.collections if part.form == "row" and part.parent is None}
    loose = found.singles.setdefault((), {})
    for variable in document.variables:
        loose.setdefault(variable.name.text, variable.value)
    nouns = {part.name.noun or part.name.words for part in document.collections}
    for part in document.collections:
        noun = part.name.noun or part.name.words or ("row",)
        others = nouns - {noun}
        if part.parent is not None and (part.form in ("row", "empty") or not part.rows):
            continue
        if part.parent in alone:
            above = alone[part.parent].name.noun or alone[part.parent].name.words
            found.singles.get(above, {}).pop(part.name.text, None)
        elif part.parent is not None:
            if part.parent not in by_path or (noun not in spoken and noun[-1:] not in spoken):
                continue
            by_path[part.path] = _inner(_rows(noun, part, others), part, by_path[part.parent])
            found.collections.append(by_path[part.path])
            continue
        if part.form == "row" and part.rows and document.variables and _is_gauge(part.rows[0].values):
            loose.setdefault(part.name.text, part.rows[0].values)
        elif part.form == "row" and part.rows:
            found.singles.setdefault(noun, {}).update(part.rows[0].values)
        elif part.form == "empty":
            found.empty[noun] = part.name.text
        elif part.rows:
            by_path[part.path] = _rows(noun, part, others)
            found.collections.append(by_path[part.path])
    for rows in found.collections:
        for name in rows.rows[0] if not rows.whole else ():
            if all(row.get(name) == [] for row in rows.rows):
                found.hollow.setdefault(singular_phrase(split(name)) or (name,), (name, rows))
    return found


def _is_gauge(values: Row) -> bool:
    """Whether an object is one reading with several places: the pressure of each tire, the lock of each door."""
    held = list(values.values())
    if len(held) < 2:
        return False
    texts = [value for value in held if isinstance(value, str)]
    if texts:
        return len(texts) == len(held) and all(normal(text) in SWITCHED for text in texts)
    same = all(isinstance(value, bool) for value in held) or all(type(value) in (int, float) for value in held)
    return same and not any(set(split(name)) & _COUNTS for name in values)


def _inner(rows: Rows, part: StateRows, above: Rows) -> Rows:
    """Let rows that stand inside others name the row they stand in, and take them out of it."""
    rows.above = above
    rows.owner = _free("_".join((*above.noun, "key")), rows.rows)
    rows.hidden.append(rows.owner)
    owners = [above.rows[row.above or 0][above.key] for row in part.rows]
    rows.rows = [{rows.owner: who, **row} for who, row in zip(owners, rows.rows, strict=True)]
    for row in above.rows:
        row.pop(part.name.text, None)
    return rows


def _rows(noun: tuple[str, ...], part: StateRows, others: Collection[tuple[str, ...]]) -> Rows:
    rows = [dict(row.values) for row in part.rows]
    whole = part.form in ("map", "values") or all(set(row) == {"value"} for row in rows)
    result = Rows(noun, rows, "", whole=whole, by=part.name.by, path=part.path)
    grouped = all(len(row.groups) == 1 for row in part.rows)
    if grouped:
        result.owner = _free("_".join((*(part.name.by or ("owner",)), "key")), rows)
        texts = [row.groups[0] for row in part.rows]
        rows = [{result.owner: text, **row} for text, row in zip(texts, rows, strict=True)]
        result.hidden.append(result.owner)
    if part.keyed:
        texts = [str(row.key) for row in part.rows]
        result.key = part.key_column or ""
        result.keyed = not result.key
        if not result.key:
            result.key = _free("_".join((*noun, "id")), rows)
            if whole:
                result.hidden.append(result.key)
            rows = [{result.key: text, **row} for text, row in zip(texts, rows, strict=True)]
    else:
        result.key = own_key(noun, [dict(row.values) for row in part.rows])
        if set(noun) & HISTORIES and singular_phrase(split(result.key)[:-1]) in others:
            result.key = _record_key([dict(row.values) for row in part.rows])
        if not result.key:
            result.key = _free("_".join((*noun, "id")), rows)
            result.hidden.append(result.key)
            rows = [{result.key: number, **row} for number, row in enumerate(rows, 1)]
    result.rows = rows
    return result


def as_integers(rows: list[Row], name: str) -> None:
    """Turn the texts of a field into the integers that they stand for, where all do: JSON has keys as texts only."""
    texts = [str(row[name]) for row in rows]
    if all(text.isascii() and text.isdigit() and len(text) < 16 and text[:1] != "0" for text in texts):
        for row in rows:
            row[name] = int(row[name])


def _free(name: str, rows: Iterable[Row]) -> str:
    taken = {field_name for row in rows for field_name in row}
    while name in taken:
        name += "_key"
    return name


def _key_rank(name: str, noun: tuple[str, ...]) -> int:
    plain = normal(name)
    whole, last = "".join(noun), noun[-1] if noun else ""
    order = [whole + "id", last + "id", "id", "uuid", *(part + end for end in ("number", "code", "key", "slug", "no")
             for part in (whole, last, "")), *(part + "name" for part in (whole, last)), "username", "symbol", "sku",
             "email", "name", "title", whole, last]  # fmt: skip
    return order.index(plain) if plain in order else 90 if split(name)[-1:] in (("id",), ("ids",)) else 100


def own_key(noun: tuple[str, ...], rows: list[Row]) -> str:
    """Return the field that tells the rows of a list apart, ``""`` where none is called like a key (rule I1)."""
    fields = list(dict.fromkeys(name for row in rows[:_SAMPLE] for name in row))
    for name in sorted(fields, key=lambda name: _key_rank(name, noun)):
        if _key_rank(name, noun) >= 100:
            return ""
        if normal(name) in _PERSONAL and rows and not _is_person(noun, rows, name):
            continue
        texts = [key_text(row.get(name)) for row in rows]
        if all(text for text in texts) and len(set(texts)) == len(texts):
            return name
    return ""


def _is_person(noun: tuple[str, ...], rows: list[Row], name: str) -> bool:
    """Whether rows that have a login name are people; a remark with a ``username`` and a ``text`` is none."""
    return set(noun) & PERSONAL_NOUNS != frozenset() or not any(set(split(other)) & _WRITTEN for other in rows[0])


def _record_key(rows: list[Row]) -> str:
    """Return the field that numbers the records of a history, ``""`` where there is none: ``entry_no``."""
    for name in rows[0] if rows else ():
        words = split(name)
        texts = [key_text(row.get(name)) for row in rows]
        if words[-1:] and words[-1] in _NUMBERED and set(words[:-1]) & HISTORIES and all(texts):
            return name if len(set(texts)) == len(texts) else ""
    return ""


def schema_of(values: list[Any], name: str = "", depth: int = 0) -> JsonSchema:
    """Return a schema that the values fit: their types, and, for fields of few values, these as options."""
    kinds = list(dict.fromkeys(_type(value) for value in values))
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")
    if not kinds or kinds == ["null"]:
        return {}
    schema: JsonSchema = {"type": kinds[0] if len(kinds) == 1 else kinds}
    if "object" in kinds and depth < 3:
        inner: dict[str, list[Any]] = {}
        for value in values[:_SAMPLE]:
            for part, held in value.items() if isinstance(value, dict) else ():
                inner.setdefault(str(part), []).append(held)
        if len(inner) <= 40:
            schema["properties"] = {part: schema_of(held, part, depth + 1) for part, held in inner.items()}
    if "array" in kinds and depth < 3:
        items = [item for value in values[:_SAMPLE] if isinstance(value, list) for item in value[:_SAMPLE]]
        if items:
            schema["items"] = schema_of(items, name, depth + 1)
    return schema


def options_of(values: list[Any], name: str) -> list[str]:
    """Return the distinct texts of a field that is called like a choice, in order of appearance."""
    words = split(name)
    if not words or words[-1] not in _OPTION_FIELDS:
        return []
    texts = list(dict.fromkeys(value for value in values if isinstance(value, str)))
    return texts if len(texts) <= _MAX_OPTIONS else []


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"
