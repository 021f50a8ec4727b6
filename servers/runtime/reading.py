"""Reads and lists: rows out, nothing changed (rules R1, Q1)."""

from __future__ import annotations

from typing import Any

from inftool.servers.program import ListOperation, ReadOperation
from inftool.servers.runtime.listing import matching, ordered, page_of
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.results import Shaper
from inftool.servers.runtime.scope import NO_SCOPE, find_row, resolve
from inftool.servers.runtime.session import Row, Session


def prepare_read(machine: Machine, operation: ReadOperation) -> Run:
    """Prepare the run of a read."""
    program = machine.program
    shaper = Shaper(operation, machine.entity(operation.entity), machine.seed)

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(program, session, operation, arguments) if operation.parents else NO_SCOPE
        return shaper.one(find_row(program, session, operation, arguments, scope).doc)

    return run


def prepare_list(machine: Machine, operation: ListOperation) -> Run:
    """Prepare the run of a list or search."""
    program, entity = machine.program, machine.entity(operation.entity)
    shaper = Shaper(operation, entity, machine.seed)

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(program, session, operation, arguments)
        if scope.under is not None:
            rows = session.under(entity.name, scope.under)
        else:
            rows = session.rows(entity.name, scope.path)
        if scope.links:
            rows = [row for row in rows if scope.points(row)]
        rows = ordered(matching(rows, operation.filters, arguments), operation.sorting, arguments, entity)
        chosen, page = page_of(rows, operation.paging, arguments, entity.key)
        return shaper.many(chosen, page)

    return run
