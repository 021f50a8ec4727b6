"""Objects of plain values in a state document: rows with two columns, or one thing with parts (rules B9, E6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from inftool.servers.compiler.bare.answer import Answer
from inftool.servers.compiler.bare.evidence import Evidence, Rows
from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.words import normal, singular, singular_phrase, split

_TYPES = {str: "string", int: "number", float: "number", bool: "boolean"}
_NUMBERS = ("integer", "number")


def settle_mappings(evidence: Evidence, names: Sequence[Named], answers: Mapping[str, Answer]) -> None:
    """Tell objects whose names are data from objects whose names are parts, by what the tools say.

    ``{"office": "100"}`` beside ``add_number(name, number)`` becomes rows of ``name`` and ``number``: no tool speaks of
    an ``office``. ``{"hourly": 2.5}`` beside a tool that answers ``hourly`` becomes a single object.

    Args:
        evidence: the sorted state document; changed in place.
        names: the tools with their names taken apart.
        answers: what each declares to answer, by tool.
    """
    told = {normal(name) for answer in answers.values() for name in (*answer.properties, *answer.row)}
    told |= {normal(argument) for named in names for argument in named.arguments}
    options = {normal(str(o)) for n in names for a in n.arguments for o in n.schema(a).get("enum") or ()}
    loose = evidence.singles.get((), {})
    places: list[tuple[dict[Any, Any], Any, tuple[str, ...]]] = [
        *((evidence.singles, noun, noun) for noun in list(evidence.singles) if noun),
        *((loose, name, singular_phrase(split(name))) for name in list(loose) if isinstance(loose[name], dict)),
    ]
    plain = {answer.plain[-1] for answer in answers.values() if answer.plain}
    for noun, text in list(evidence.empty.items()):
        if text in plain:
            del evidence.empty[noun]
            evidence.singles.setdefault((), {})[text] = []
    for holder, place, noun in places:
        values = holder[place]
        parts = {normal(str(part)) for part in values}
        if holder is loose and parts & told and parts - options:
            evidence.singles.setdefault(noun, {}).update(holder.pop(place))
            continue
        if not noun or parts & (told | options):
            continue
        kinds = {_TYPES.get(type(value), "") for value in values.values()}
        columns = _columns(noun, next(iter(kinds)), names, answers) if len(kinds) == 1 else None
        if columns is not None and kinds <= {"string", "number"}:
            key, value_name = columns
            rows = [{key: str(part), value_name: value} for part, value in holder.pop(place).items()]
            alias = singular_phrase(split(value_name))
            evidence.collections.append(Rows(noun, rows, key, path="/" + "_".join(noun), aliases=[alias]))


def _columns(
    noun: tuple[str, ...], kind: str, names: Sequence[Named], answers: Mapping[str, Answer]
) -> tuple[str, str] | None:
    """Return what the tools that speak of a mapping call its two columns; None where none takes a name."""
    about = [named for named in names if _speaks(named, noun)]
    keys = Counter(
        argument
        for named in about
        for argument in named.required[:1]
        if named.type(argument) in ("string", "") and not named.schema(argument).get("enum")
    )
    if not keys:
        return None
    key = keys.most_common(1)[0][0]
    found: Counter[str] = Counter()
    for named in about:
        if key not in named.required:
            continue
        for name, schema in answers[named.tool.name].properties.items():
            if name != key and _fits(str(schema.get("type", "")), kind):
                found[name] += 2
        for argument in named.required:
            if argument != key and _fits(named.type(argument), kind):
                found[argument] += 1
    return (key, found.most_common(1)[0][0]) if found else None


def _fits(declared: str, kind: str) -> bool:
    return declared in _NUMBERS if kind == "number" else declared == kind


def _speaks(named: Named, noun: tuple[str, ...]) -> bool:
    words = [singular(word) for word in (*split(named.tool.name), *split(named.tool.description.split(". ")[0]))]
    return all(word in words for word in noun)
