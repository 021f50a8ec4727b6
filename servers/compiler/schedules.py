"""Bookings of things for some time: which rows must not overlap, and which tools ask for what is free (rule N6)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import is_plural, normal, singular, split, word_set
from inftool.servers.profiles.recognising import public_face
from inftool.servers.program import (
    Apart,
    CreateOperation,
    Entity,
    Operation,
    Shape,
    VacancyOperation,
)
from inftool.specs.spec import ToolSpec

_BOOKED = word_set("booking reservation appointment rental hire slot lesson session meeting")
_STARTS = ("starttime", "start", "startsat", "startat", "starthour", "from", "begin", "begins", "checkin",
           "checkindate", "startdate", "time", "slot", "timeslot")  # fmt: skip
_ENDS = ("endtime", "end", "endsat", "endat", "endhour", "to", "until", "finish", "checkout", "checkoutdate", "enddate")
_DATES = ("date", "day", "bookingdate")
_LENGTHS = {"durationminutes": 1.0, "durationmin": 1.0, "minutes": 1.0, "lengthminutes": 1.0, "durationhours": 60.0,
            "hours": 60.0}  # fmt: skip
_STATES = ("status", "state")
_PERSONS = word_set("user customer guest client member patient student owner")
_TOLD = re.compile(r"overlap|conflict|double[- ]book|already (booked|taken|reserved)|not (free|available)|"
                   r"(is|are) taken|if (it|the \w+) is (free|available)")  # fmt: skip
_FREE = word_set("free available availability open vacant")
_TIMES = word_set("slot slots time times hours window windows gap gaps")
_HOURS = re.compile(r"(\d{1,2}):(\d\d)\s*(?:to|-|–|until|and)\s*(\d{1,2}):(\d\d)")


def read_schedules(
    operations: list[Operation], entities: dict[str, Entity], tools: Sequence[ToolSpec], schemas: Schemas
) -> None:
    """Find the rows that take up time, and turn the tools that ask what is free into such.

    Rows are taken for these where their key of a thing and their times are there, and either a tool says that they must
    not overlap, or one asks for free times. Operations and entities are changed in place.

    Args:
        operations: all, in the order of the tools.
        entities: all, by name.
        tools: the specification's.
        schemas: the named schemas that they may refer to.
    """
    by_name = {tool.name: tool for tool in tools}
    for operation in [op for op in operations if isinstance(op, CreateOperation)]:
        if by_name[operation.tool].http is not None or entities[operation.entity].apart is not None:
            continue
        apart = _apart(entities[operation.entity], operation)
        if apart is None:
            continue
        thing = entities[operation.entity].fields[apart.of[0]].entity or ""
        asking = {
            op.tool: found
            for op in operations
            if (found := _asks(by_name.get(op.tool), op, apart, operation.entity, thing, entities, schemas))
        }
        told = _TOLD.search(by_name[operation.tool].description.lower()) is not None
        if not (told or asking):
            continue
        entities[operation.entity] = entities[operation.entity].model_copy(update={"apart": apart})
        operation.rules.append("N6")
        if not told:
            operation.guesses.append("Times that overlap are refused, since another tool asks what is free.")
        for place, other in enumerate(operations):
            operations[place] = asking.get(other.tool, other)


def _apart(entity: Entity, operation: CreateOperation) -> Apart | None:
    """Return how rows of an entity take up time; None where they do not."""
    spelled = {normal(name): name for name in entity.fields}
    start, end = (next((spelled[n] for n in names if n in spelled), None) for names in (_STARTS, _ENDS))
    length = next((name for name in _LENGTHS if name in spelled), None)
    given = {*operation.values.values()} | {
        n for n, f in entity.fields.items() if f.entity in operation.parents.values()
    }
    things = (n for n, f in entity.fields.items() if f.role in ("reference", "parent") and f.entity and n in given)
    thing = next((name for name in things if not set(split(name)) & _PERSONS), None)
    if start not in given or thing is None or not set(map(singular, split(entity.label))) & _BOOKED:
        return None
    return Apart(
        of=[thing],
        date=next((spelled[name] for name in _DATES if name in spelled), None),
        start=start,
        end=end,
        minutes=spelled[length] if length and not end else None,
        minutes_each=_LENGTHS.get(length or "", 1.0),
        state=next((spelled[name] for name in _STATES if name in spelled), None),
    )


def _asks(
    tool: ToolSpec | None, operation: Operation, apart: Apart, booked: str, thing: str,
    entities: Mapping[str, Entity], schemas: Schemas,
) -> VacancyOperation | None:  # fmt: skip
    """Return the operation of a tool that asks what is free; None for any other."""
    if tool is None or tool.http is not None or operation.kind not in ("read", "list", "search", "compute", "opaque"):
        return None
    words = split(tool.name)
    if not set(words) & _FREE or not thing:
        return None
    properties: dict[str, Any] = tool.input_schema.get("properties") or {}
    names = {normal(name): name for name in (*apart.of, apart.date, apart.start, apart.end, apart.minutes) if name}
    values = {name: names[normal(name)] for name in properties if normal(name) in names}
    target, held = entities[thing], set(values.values())
    if apart.of[0] not in held:
        spelled = {normal(target.label) + normal(target.key), normal(target.key)}
        key = next((name for name in properties if normal(name) in spelled), None)
        values |= {key: apart.of[0]} if key else {}
        held |= {apart.of[0]} if key else set()
    fields = {normal(name): name for name in target.fields}
    least = {name: fields[bare] for name in properties if name not in values
             and (bare := normal(name).removeprefix("min").removeprefix("least")) in fields}  # fmt: skip
    left = [name for name in tool.input_schema.get("required") or () if name not in values and name not in least]
    timed = apart.start in held and (apart.date is None or apart.date in held)
    asks: Any = None
    if apart.of[0] in held:
        asks = "whether" if timed else "times" if set(words) & (_TIMES | {"availability"}) else None
    elif timed and is_plural(words[-1]) and singular(words[-1]) in split(target.label):
        asks = "things"
    if asks is None or left:
        return None
    hours = _HOURS.search(tool.description)
    opens, closes = _minutes(hours, 1, 9 * 60), _minutes(hours, 3, 17 * 60)
    guesses = [] if hours or asks != "times" else ["A day is taken to last from 09:00 to 17:00."]
    called = words[-1] if asks == "things" else "_".join(w for w in words[1:] if w in _FREE | _TIMES)
    return VacancyOperation(
        **public_face(tool, schemas), entity=booked, shape=Shape(kind="empty"), confidence="medium", rules=["N6"],
        guesses=guesses, thing=thing, asks=asks, values=values, least=least if asks == "things" else {},
        opens=opens, closes=closes, called=called if is_plural(words[-1]) else "",
    )  # fmt: skip


def _minutes(found: re.Match[str] | None, group: int, otherwise: int) -> int:
    return int(found.group(group)) * 60 + int(found.group(group + 1)) if found is not None else otherwise
