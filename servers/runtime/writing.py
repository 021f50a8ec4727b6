"""Changing and removing rows (rules C2, U1 to U3, D1)."""

from __future__ import annotations

from typing import Any

from inftool.servers.program import DeleteOperation, Entity, EntityField, UpdateOperation
from inftool.servers.runtime.adding import add_row, check_choices, check_references, renew_singleton
from inftool.servers.runtime.effects import Consequences
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.fitting import accepts
from inftool.servers.runtime.keeping import given_values
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.patching import patch_difference
from inftool.servers.runtime.results import Shaper
from inftool.servers.runtime.rows import MANAGED, clock_value, keep_key
from inftool.servers.runtime.schedules import check_apart
from inftool.servers.runtime.scope import find_row, prepare_scope
from inftool.servers.runtime.session import Row, Session, Stored


def prepare_update(machine: Machine, operation: UpdateOperation) -> Run:
    """Prepare the run of an update or replace."""
    entity = machine.entity(operation.entity)
    shaper, consequences = Shaper(machine, operation), Consequences(machine, operation)
    resolve = prepare_scope(machine, operation)
    named = operation.values if operation.steps is None else {name: name for name in entity.fields}
    settable = settable_fields(entity, named)

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(session, arguments)
        try:
            stored = find_row(machine, session, operation, arguments, scope)
        except Refusal as refusal:
            if not operation.upsert or refusal.reason != "missing":
                raise
            given = given_values(entity, operation.values, operation.fitted, arguments)
            if operation.key and operation.key_field in entity.fields:
                given[operation.key_field] = arguments[operation.key]
            key = given.get(entity.key)
            frame = consequences.begin(session, arguments, scope, [Stored("", scope.path or "", given)], kept=False)
            stored = add_row(machine, session, entity, given, scope, set(operation.values.values()), key=key)
        else:
            frame = consequences.begin(session, arguments, scope, [stored])
            sent = given_values(entity, operation.values, operation.fitted, arguments)
            if operation.steps is not None:
                sent |= patch_difference(stored.doc, arguments.get(operation.steps) or [])
            stored = change_row(
                machine, session, entity, {name: value for name, value in sent.items() if name in settable}, stored,
                replaced=settable if operation.kind == "replace" else (),
            )  # fmt: skip
        [row] = consequences.finish(frame, [stored])
        return shaper.one(row, frame)

    return run


def prepare_delete(machine: Machine, operation: DeleteOperation) -> Run:
    """Prepare the run of a delete."""
    shaper, consequences = Shaper(machine, operation), Consequences(machine, operation)
    resolve = prepare_scope(machine, operation)

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(session, arguments)
        stored = find_row(machine, session, operation, arguments, scope)
        frame = consequences.begin(session, arguments, scope, [stored])
        session.delete(operation.entity, stored.key, stored.parent)
        if operation.renewed:
            renew_singleton(machine, session, machine.entity(operation.entity), stored, scope)
        session.tick()
        consequences.finish(frame, [stored], kept=False)
        return shaper.one(stored.doc, frame)

    return run


def settable_fields(entity: Entity, values: dict[str, str]) -> tuple[str, ...]:
    """Return the fields that an operation lets its callers set."""
    return tuple(
        name
        for name in values.values()
        if name in entity.fields and not entity.fields[name].read_only and entity.fields[name].role not in MANAGED
    )


def given_fields(values: dict[str, str], arguments: Row, settable: tuple[str, ...]) -> Row:
    """Return field → value of what a caller sets."""
    return {field: arguments[name] for name, field in values.items() if name in arguments and field in settable}


def change_row(
    machine: Machine, session: Session, entity: Entity, given: Row, stored: Stored, replaced: tuple[str, ...] = ()
) -> Stored:
    """Change the given fields of a row.

    Args:
        machine: the program.
        session: where the row is.
        entity: its kind.
        given: field → new value.
        stored: the row.
        replaced: fields that are taken away, or set to their default, where they are not given (rule U1).

    Raises:
        Refusal: a value is none of a field's options, or a reference names no row.
    """
    check_choices(entity, given)
    check_references(machine, session, entity, given, set(given) if replaced else ())
    row = dict(stored.doc)
    for name, value in given.items():
        _merge(row, name, value, entity.fields[name], whole=bool(replaced))
    for name in replaced:
        field = entity.fields[name]
        if name not in given and not field.required:
            row.pop(name, None)
            if "default" in field.schema_ and accepts(field.schema_, field.schema_["default"]):
                row[name] = field.schema_["default"]
    now = session.tick()
    for name, field in entity.fields.items():
        if field.role == "updated_at":
            row[name] = clock_value(field, now)
    row = keep_key(entity, {name: row[name] for name in (*entity.fields, *row) if name in row})
    check_apart(session, entity, stored.key, row)
    session.put(entity.name, stored.key, stored.parent, row)
    return Stored(stored.key, stored.parent, row)


def _merge(row: Row, name: str, value: Any, field: EntityField, whole: bool) -> None:
    """Set a field as RFC 7386 says: null removes, objects merge. A null that the schema allows stays, as an answer."""
    if value is None and not accepts(field.schema_ or {"type": "string"}, None) and not field.required:
        row.pop(name, None)
    elif isinstance(value, dict) and isinstance(row.get(name), dict) and not whole:
        row[name] = _merged(row[name], value)
    else:
        row[name] = value


def _merged(old: Row, patch: Row) -> Row:
    out = dict(old)
    for name, value in patch.items():
        if value is None:
            out.pop(name, None)
        elif isinstance(value, dict):
            held = out.get(name)
            out[name] = _merged(held if isinstance(held, dict) else {}, value)
        else:
            out[name] = value
    return out
