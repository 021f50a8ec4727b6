"""Rows that take up time: two of the same thing must not overlap, and what is left is free (rule N6)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from inftool.servers.profiles.presenting import present
from inftool.servers.profiles.profile import Outcome
from inftool.servers.program import Apart, Entity, VacancyOperation
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.scope import not_found
from inftool.servers.runtime.session import Row, Session

_CLOCK = re.compile(r"(?:(\d{4}-\d\d-\d\d)[T ]?)?(?:(\d{1,2}):(\d\d))?")
_DONE = frozenset(
    ("cancelled", "canceled", "declined", "rejected", "deleted", "expired", "completed", "noshow", "done")
)

MAX_LENGTH = 1_000_000
"""Minutes or hours of a row; one that is longer takes up its start alone."""

Span = tuple[str, int, int]
"""The day, and minutes of it from and to; of whole days the day is empty and the numbers count days."""


def span_of(apart: Apart, row: Row) -> Span | None:
    """Return the time that a row takes up; None where it cannot be told."""
    start = _moment(row.get(apart.start))
    if start is None:
        return None
    day = start[0] or str(row.get(apart.date) or "")[:10] if apart.date else start[0]
    if apart.end is not None:
        end = _moment(row.get(apart.end))
        if end is None:
            return None
        if start[1] is None or end[1] is None:
            return ("", _days(start[0]), _days(end[0])) if start[0] and end[0] else None
        return day, start[1], end[1] + 1440 * (_days(end[0]) - _days(start[0]) if start[0] and end[0] else 0)
    if start[1] is None:
        return None
    minutes = row.get(apart.minutes) if apart.minutes else None
    if isinstance(minutes, bool) or not isinstance(minutes, (int, float)) or not 0 <= minutes <= MAX_LENGTH:
        return day, start[1], start[1] + 1
    return day, start[1], start[1] + int(minutes * apart.minutes_each)


def _moment(value: Any) -> tuple[str, int | None] | None:
    found = _CLOCK.match(value.strip()) if isinstance(value, str) else None
    if found is None or not found.group():
        return None
    minutes = int(found.group(2)) * 60 + int(found.group(3)) if found.group(2) else None
    return found.group(1) or "", minutes


def _days(day: str) -> int:
    year, month, date = (int(part) for part in day.split("-"))
    return (year * 12 + month) * 31 + date


def _taken(apart: Apart, rows: Iterable[Row], wanted: Row, without: str = "", key: str = "") -> list[tuple[Span, Row]]:
    """Return what is taken of the things that ``wanted`` names, each with its time."""
    found = []
    for row in rows:
        if (without and key_text(row.get(key)) == without) or _is_over(row, apart):
            continue
        if all(key_text(row.get(name)) == key_text(wanted.get(name)) for name in apart.of):
            span = span_of(apart, row)
            if span is not None:
                found.append((span, row))
    return found


def _is_over(row: Row, apart: Apart) -> bool:
    state = row.get(apart.state) if apart.state else None
    return isinstance(state, str) and state.lower().replace("_", "").replace("-", "") in _DONE


def _meets(one: Span, other: Span) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def check_apart(session: Session, entity: Entity, key: str, row: Row) -> None:
    """Refuse a row that takes up time which another row of the same thing has.

    Args:
        session: where the rows are.
        entity: of the row; one without :attr:`Entity.apart` passes.
        key: of the row.
        row: as it is to be.

    Raises:
        Refusal: it overlaps with another, or ends before it begins.
    """
    apart = entity.apart
    if apart is None or _is_over(row, apart):
        return
    wanted = span_of(apart, row)
    if wanted is None:
        return
    if wanted[1] >= wanted[2]:
        raise Refusal("invalid", f"{apart.end or apart.start}: must be after {apart.start}")
    for span, other in _taken(apart, session.rows(entity.name), row, key, entity.key):
        if _meets(wanted, span):
            held = str(other.get(entity.key))[:80]
            raise Refusal("conflict", f"{apart.start}: that time is taken by {entity.label} {held!r}")


def prepare_vacancy(machine: Machine, operation: VacancyOperation) -> Run:
    """Prepare the run of a question for free times, whether a time is free, or which things are free then."""
    entity, thing = machine.entity(operation.entity), machine.program.entities.get(operation.thing)
    apart, seed = entity.apart, machine.seed

    def run(session: Session, arguments: Row) -> Any:
        assert apart is not None
        wanted = {field: arguments[name] for name, field in operation.values.items() if arguments.get(name) is not None}
        for name, field in operation.values.items():
            if thing is None or field not in apart.of or field not in wanted:
                continue
            if session.get(thing.name, key_text(wanted[field]) or "") is None:
                raise not_found(thing, wanted[field], name)
        rows = session.rows(entity.name)
        span = span_of(apart, wanted)
        if operation.asks == "things":
            assert thing is not None
            free = [row for row in session.rows(thing.name) if _fits(row, arguments, operation)]
            if span is not None:
                own = apart.of[0]
                free = [
                    row for row in free
                    if not any(_meets(span, held) for held, _ in _taken(apart, rows, {**wanted, own: row[thing.key]}))
                ]  # fmt: skip
            outcome = Outcome({operation.called or "available": free, "count": len(free)})
        elif operation.asks == "whether":
            taken = span is not None and any(_meets(span, held) for held, _ in _taken(apart, rows, wanted))
            outcome = Outcome({"available": not taken})
        else:
            day = str(wanted.get(apart.date or "", wanted.get(apart.start, "")))[:10]
            outcome = Outcome({operation.called or "free_slots": _free(apart, rows, wanted, day, operation)})
        return present(outcome, operation.output_schema, (seed, operation.tool))

    return run


def _fits(row: Row, arguments: Row, operation: VacancyOperation) -> bool:
    for name, field in operation.least.items():
        asked, held = arguments.get(name), row.get(field)
        if isinstance(asked, (int, float)) and isinstance(held, (int, float)) and held < asked:
            return False
        if isinstance(asked, str) and held != asked:
            return False
    return True


def _free(apart: Apart, rows: list[Row], wanted: Row, day: str, operation: VacancyOperation) -> list[Row]:
    """Return the times of a day that nothing takes up, in order."""
    held = sorted((span[1], span[2]) for span, _ in _taken(apart, rows, wanted) if span[0] == day)
    free: list[Row] = []
    start = operation.opens
    for begins, ends in [*held, (operation.closes, operation.closes)]:
        if min(begins, operation.closes) > start:
            end = min(begins, operation.closes)
            free.append({apart.start: _written(start), apart.end or "end_time": _written(end)})
        start = max(start, ends)
    return free


def _written(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
