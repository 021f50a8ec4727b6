"""Lists: pages that hold each row once, filters that narrow (rules Q2, Q3)."""

from __future__ import annotations

from typing import Any

from inftool.servers.checking.probe import ATTEMPTS, Probe, payload, short
from inftool.servers.program import ListOperation
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.fitting import accepts
from inftool.servers.runtime.listing import matching
from inftool.servers.runtime.places import value_at
from inftool.servers.runtime.reading import rows_in
from inftool.servers.runtime.scope import prepare_scope
from inftool.servers.runtime.session import Row
from inftool.servers.sampling import Subject, sample

_MAX_PAGES = 60


def check_list(probe: Probe, subject: Subject, operation: ListOperation) -> None:
    """Check that the pages of a list hold each row once, and that each filter narrows it."""
    probe.begin(subject)
    arguments = sample(probe.program, probe.session, subject)
    rows = _expected(probe, operation, arguments)
    if rows is None:
        return
    keys = walk(probe, subject, operation, arguments)
    if keys is None:
        return
    wanted = _keys(probe, operation, matching(rows, operation.filters, arguments))
    if sorted(keys) != sorted(wanted):
        probe.broken(subject, "pages", f"{len(wanted)} rows are there, the pages show {len(keys)}: {keys[:8]}")
    for argument, test in operation.filters.items():
        if argument not in arguments and test.field is not None:
            _filter(probe, subject, operation, argument, arguments, rows)


def _filter(
    probe: Probe, subject: Subject, operation: ListOperation, argument: str, arguments: Row, rows: list[Row]
) -> None:
    test = operation.filters[argument]
    schema = (operation.input_schema.get("properties") or {}).get(argument) or {}
    for row in rows[:ATTEMPTS]:
        value = value_at(row, test.field or "")
        value = value[0] if isinstance(value, list) and value else value
        if not isinstance(value, str | int | float) or value == "":
            continue
        value = key_text(value) if schema.get("type") == "string" and not isinstance(value, str) else value
        value = [value] if schema.get("type") == "array" else value
        keys = walk(probe, subject, operation, {**arguments, argument: value})
        if keys is None:
            continue
        base = _keys(probe, operation, matching(rows, operation.filters, arguments))
        own = _keys(probe, operation, [row])
        if not set(keys) <= set(base):
            probe.broken(subject, "filters", f"{argument}={short(value)} shows rows that are not in the whole list")
        exact = test.test in ("eq", "in", "has", "gte", "lte")
        if exact and "," not in str(value) and matching([row], operation.filters, arguments) and own[0] not in keys:
            probe.broken(subject, "filters", f"{argument}={short(value)} does not show row {own[0]!r}, which has it")
        return


def _expected(probe: Probe, operation: ListOperation, arguments: Row) -> list[Row] | None:
    try:
        scope = prepare_scope(probe.machine, operation)(probe.session, arguments)
    except Refusal:
        return None
    rows = rows_in(probe.session, probe.program.entities[operation.entity], scope)
    return matching(rows, {}, {}, operation.constants)


def _keys(probe: Probe, operation: ListOperation, rows: list[Row]) -> list[str]:
    key = probe.program.entities[operation.entity].key
    return [key_text(row.get(key)) or "" for row in rows]


def walk(probe: Probe, subject: Subject, operation: ListOperation, arguments: Row) -> list[str] | None:
    """Return the keys of all pages of a list; None where the keys are not shown, or a page is refused."""
    entity, paging = probe.program.entities[operation.entity], operation.paging
    shown = operation.shape.fields
    keyed = entity.key and (shown is None or entity.key in shown)
    if operation.shape.kind not in ("rows", "key") or (operation.shape.kind == "rows" and not keyed):
        return None
    schema = (operation.input_schema.get("properties") or {}).get(paging.limit or "") or {}
    turns = any((paging.page, paging.offset, paging.cursor))
    count = len(probe.session.rows(entity.name))
    size = max(7, -(-count // 8)) if turns else count + 1
    for value in (size, str(size)):
        if paging.limit is not None and paging.limit not in arguments and accepts(schema, value):
            arguments = {**arguments, paging.limit: value}
    keys: list[str] = []
    for number in range(_MAX_PAGES):
        result = probe.call(subject, arguments)
        if result.is_error:
            return None
        rows = payload(operation, result.content)
        if not isinstance(rows, list):
            return None
        page = [key_text(row.get(entity.key) if isinstance(row, dict) else row) or "" for row in rows]
        keys += page
        following = _next_page(operation, arguments, result.content, page, number)
        if not turns and paging.limit is not None and len(page) == paging.max_limit:
            return None
        if not page or following is None:
            break
        arguments = following
    return keys


def _next_page(operation: ListOperation, arguments: Row, content: Any, page: list[str], number: int) -> Row | None:
    """Return the arguments of the page after this one; None where there is no way to ask for one."""
    paging = operation.paging
    properties = operation.input_schema.get("properties") or {}

    def said(argument: str, value: Any) -> Row:
        schema = properties.get(argument) or {}
        return {**arguments, argument: value if accepts(schema, value) else str(value)}

    if paging.cursor is not None:
        place = next((path for path, meaning in operation.shape.counters.items() if meaning == "next_cursor"), None)
        cursor = value_at(content, place) if place is not None and isinstance(content, dict) else page[-1:]
        cursor = cursor[0] if isinstance(cursor, list) and cursor else cursor
        if place is None and isinstance(cursor, str) and not accepts(properties.get(paging.cursor) or {}, cursor):
            cursor = int(cursor) if cursor.isdigit() else cursor
        return said(paging.cursor, cursor) if cursor not in (None, "", [], 0) else None
    if paging.page is not None:
        return said(paging.page, paging.first_page + number + 1)
    if paging.offset is not None:
        start = arguments.get(paging.offset) or 0
        return said(paging.offset, int(start) + len(page)) if str(start).isdigit() else None
    return None
