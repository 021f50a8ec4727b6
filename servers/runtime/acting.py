"""What a verb does to one row: states, switches, amounts, and who calls (rules A1 to A9, N1, S2 to S5)."""

from __future__ import annotations

import json
from typing import Any

from inftool.servers.program import ACTION_LOG, SINGLETON_KEY, ActionOperation, RecordOperation
from inftool.servers.runtime.adding import add_row, check_choices, check_references
from inftool.servers.runtime.answering import prepare_answer
from inftool.servers.runtime.effects import Consequences
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.fitting import schema_at
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.results import Shaper
from inftool.servers.runtime.rows import clock_value
from inftool.servers.runtime.scope import Scope, find_row, prepare_scope
from inftool.servers.runtime.session import Row, Session, Stored
from inftool.servers.runtime.writing import given_fields, settable_fields

_SHARED = 0.7
"""Share of a declared response's properties that must be fields of the row for the row to be the answer (rule A9)."""


def prepare_action(machine: Machine, operation: ActionOperation) -> Run:
    """Prepare the run of an action."""
    entity = machine.entity(operation.entity)
    shaper, consequences = Shaper(machine, operation), Consequences(machine, operation)
    resolve = prepare_scope(machine, operation)
    settable = settable_fields(entity, operation.values)
    answer = (
        prepare_answer(machine, operation) if operation.kind == "action" and _is_other(machine, operation) else None
    )

    def own_row(session: Session, arguments: Row, scope: Scope) -> Stored:
        """Return the row that the action is about; one that is named for a login must not tell who exists."""
        if operation.kind == "signup":
            given = {field: arguments[name] for name, field in operation.values.items() if name in arguments}
            return add_row(machine, session, entity, given, scope)
        if operation.kind == "login" and not operation.key:
            first = session.stored(entity.name, scope.path)
            if first:
                return first[0]
        try:
            return find_row(machine, session, operation, arguments, scope)
        except Refusal as refusal:
            if operation.kind == "login" and refusal.reason == "missing":
                raise Refusal("login", f"{operation.key}: no {entity.label} can log in so") from None
            raise

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(session, arguments)
        stored = own_row(session, arguments, scope)
        frame = consequences.begin(session, arguments, scope, [stored])
        given = given_fields(operation.values, arguments, settable) if operation.kind != "signup" else {}
        if given:
            check_choices(entity, given)
            check_references(machine, session, entity, given, ())
            stored = _changed(session, operation, stored, given)
        if operation.kind in ("login", "logout"):
            _set_caller(machine, session, operation, stored)
        elif operation.kind == "action":
            _record(session, operation, arguments, stored)
            stored = _touched(machine, session, operation, stored)
        [row] = consequences.finish(frame, [stored])
        return shaper.one(row, frame) if answer is None else answer(session, arguments)

    return run


def _is_other(machine: Machine, operation: ActionOperation) -> bool:
    """Whether the declared response is of something else than the row."""
    if operation.output_schema is None or operation.shape.kind != "row":
        return False
    properties = schema_at(operation.output_schema, operation.shape.path).get("properties") or {}
    fields = machine.entity(operation.entity).fields
    return sum(name in fields for name in properties) < _SHARED * len(properties)


def _changed(session: Session, operation: ActionOperation, stored: Stored, given: Row) -> Stored:
    row = {**stored.doc, **given}
    session.put(operation.entity, stored.key, stored.parent, row)
    return stored._replace(doc=row)


def _touched(machine: Machine, session: Session, operation: ActionOperation, stored: Stored) -> Stored:
    """Set the time of the row's last change."""
    now, row = session.tick(), dict(stored.doc)
    for name, field in machine.entity(operation.entity).fields.items():
        if field.role == "updated_at":
            row[name] = clock_value(field, now)
    if row != stored.doc:
        session.put(operation.entity, stored.key, stored.parent, row)
    return stored._replace(doc=row)


def prepare_record(machine: Machine, operation: RecordOperation) -> Run:
    """Prepare the run of a write that no row is known for."""
    answer = prepare_answer(machine, operation)

    def run(session: Session, arguments: Row) -> Any:
        _log(session, {"tool": operation.tool, "arguments": arguments})
        session.tick()
        return answer(session, arguments)

    return run


def _record(session: Session, operation: ActionOperation, arguments: Row, stored: Stored) -> None:
    """Record a call that changes nothing we know of in the row that it is about (rule A9)."""
    _log(session, {"tool": operation.tool, "entity": operation.entity, "key": stored.key, "arguments": arguments})


def _log(session: Session, entry: Row) -> None:
    """Add a row to the action log, so that the difference shows the call."""
    session.insert(ACTION_LOG, str(session.next_id(ACTION_LOG)), "", json.loads(json.dumps(entry)))


def _set_caller(machine: Machine, session: Session, operation: ActionOperation, stored: Stored) -> None:
    """Log the row in as the caller, or the caller out (rules S2, S3)."""
    name = machine.program.session
    held = session.get(name, SINGLETON_KEY, "") if name is not None else None
    if name is None or held is None:
        return
    fields = machine.entity(name).fields
    row = dict(held.doc)
    for field, spec in fields.items():
        if spec.role == "actor" and (spec.entity == operation.entity or operation.kind == "logout"):
            row[field] = stored.doc.get(machine.entity(operation.entity).key) if operation.kind == "login" else None
    session.put(name, SINGLETON_KEY, "", row)
