"""Reads and lists: rows out, nothing changed but by effects (rules R1, Q1)."""

from __future__ import annotations

from typing import Any

from inftool.servers.program import Among, Entity, ListOperation, ReadOperation
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.effects import Consequences
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.lexicon import tokens
from inftool.servers.runtime.listing import matching, ordered, page_of
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.results import Shaper
from inftool.servers.runtime.scope import Scope, caller, find_row, prepare_scope
from inftool.servers.runtime.session import Row, Session


def prepare_read(machine: Machine, operation: ReadOperation) -> Run:
    """Prepare the run of a read."""
    entity = machine.entity(operation.entity)
    shaper, consequences = Shaper(machine, operation), Consequences(machine, operation)
    resolve = prepare_scope(machine, operation)
    plain = consequences.idle and operation.part is None

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(session, arguments)
        stored = find_row(machine, session, operation, arguments, scope)
        if plain:
            return shaper.one(stored.doc)
        frame = consequences.begin(session, arguments, scope, [stored])
        [row] = consequences.finish(frame, [stored])
        names = _part(operation, entity, arguments.get(operation.part)) if operation.part is not None else None
        return shaper.one(row if names is None else {name: row[name] for name in names if name in row}, frame)

    return run


def _part(operation: ReadOperation, entity: Entity, wanted: Any) -> list[str] | None:
    """Return the fields of the part of a row that is asked for; None where no part is.

    Raises:
        Refusal: there is no such part.
    """
    if wanted is None or wanted == "" or wanted == []:
        return None
    names: list[str] = []
    by_words = {tokens(name): name for name in reversed(list(entity.fields))}
    for text in wanted if isinstance(wanted, list) else [wanted]:
        part = operation.parts.get(key_text(text) or "")
        named = by_words.get(tokens(str(text)))
        if part is None and named is None:
            listed = ", ".join(
                [*operation.parts, *(name for name in entity.fields if name not in operation.parts)][:12]
            )
            raise Refusal("invalid", f"{operation.part}: {str(text)[:80]!r} is not one of {listed}")
        names += part if part is not None else [named or ""]
    return names


def rows_in(session: Session, entity: Entity, scope: Scope) -> list[Row]:
    """Return the rows of an entity that lie in a scope, in creation order."""
    below = scope.under
    rows = session.rows(entity.name, scope.path) if below is None else session.under(entity.name, below)
    return [row for row in rows if scope.points(row)] if scope.links else rows


def _among(machine: Machine, session: Session, among: Among, rows: list[Row]) -> list[Row]:
    named = caller(machine, session, among.entity).doc.get(among.array)
    held = {key_text(key) for key in named} if isinstance(named, list) else set()
    return [row for row in rows if key_text(row.get(among.field)) in held]


def prepare_list(machine: Machine, operation: ListOperation) -> Run:
    """Prepare the run of a list or search."""
    entity = machine.entity(operation.entity)
    shaper, consequences = Shaper(machine, operation), Consequences(machine, operation)
    resolve = prepare_scope(machine, operation)

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(session, arguments)
        frame = consequences.begin(session, arguments, scope, [])
        rows = rows_in(session, entity, scope)
        if operation.among is not None:
            rows = _among(machine, session, operation.among, rows)
        rows = ordered(
            matching(rows, operation.filters, arguments, operation.constants), operation.sorting, arguments, entity
        )
        chosen, page = page_of(rows, operation.paging, arguments, entity.key)
        if frame is not None:
            frame.count = len(rows)
            consequences.finish(frame, [])
        return shaper.many(chosen, page, frame)

    return run
