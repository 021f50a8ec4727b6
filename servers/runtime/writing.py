"""Creating, changing and removing rows (rules C1 to C3, U1 to U3, D1, F1 and F3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from inftool.servers.program import (
    CreateOperation,
    DeleteOperation,
    Entity,
    EntityField,
    ServerProgram,
    UpdateOperation,
)
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.draw import Draw
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.fitting import accepts, type_of
from inftool.servers.runtime.lexicon import string_kind
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.results import Shaper
from inftool.servers.runtime.rows import coerced, initial_value, key_schema, make_key
from inftool.servers.runtime.scope import Scope, find_row, not_found, resolve
from inftool.servers.runtime.session import Row, Session, Stored
from inftool.servers.runtime.values import value_for

MANAGED = ("id", "parent", "created_at", "updated_at")
"""Roles of the fields that only the server sets (rule U3)."""


def prepare_create(machine: Machine, operation: CreateOperation) -> Run:
    """Prepare the run of a create."""
    program, seed = machine.program, machine.seed
    shaper = Shaper(operation, machine.entity(operation.entity), seed)

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(program, session, operation, arguments)
        return shaper.one(create(program, seed, session, operation, arguments, scope))

    return run


def prepare_update(machine: Machine, operation: UpdateOperation) -> Run:
    """Prepare the run of an update or replace."""
    program = machine.program
    shaper = Shaper(operation, machine.entity(operation.entity), machine.seed)

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(program, session, operation, arguments)
        stored = find_row(program, session, operation, arguments, scope)
        return shaper.one(update(program, session, operation, arguments, stored))

    return run


def prepare_delete(machine: Machine, operation: DeleteOperation) -> Run:
    """Prepare the run of a delete."""
    program, entity = machine.program, machine.entity(operation.entity)
    shaper = Shaper(operation, entity, machine.seed)

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(program, session, operation, arguments)
        stored = find_row(program, session, operation, arguments, scope)
        session.delete(entity.name, stored.key, stored.parent)
        session.tick()
        return shaper.one(stored.doc)

    return run


def create(
    program: ServerProgram, seed: int, session: Session, operation: CreateOperation, arguments: Row, scope: Scope
) -> Row:
    """Add a row and return it.

    Raises:
        Refusal: a reference names no row, or the key is taken.
    """
    entity = program.entities[operation.entity]
    given = {field: arguments[name] for name, field in operation.values.items() if name in arguments}
    demanded = {operation.values.get(name) for name in operation.input_schema.get("required") or []}
    _check_choices(entity, given)
    _check_references(program, session, entity, given, demanded)
    parent = scope.path if scope.path is not None else _named_parent(program, session, entity, given)
    now = session.tick()
    number = session.next_id(entity.name)
    key = _new_key(program, entity, seed, session, given, number, parent)
    row: Row = {}
    for name, field in entity.fields.items():
        if name == entity.key:
            row[name] = key
            continue
        known, value = _field_value(program, seed, session, entity, name, field, given, scope, number, now)
        if known:
            row[name] = value
    text = key_text(key)
    assert text is not None
    session.insert(entity.name, text, parent, row)
    return row


def _field_value(
    program: ServerProgram, seed: int, session: Session, entity: Entity, name: str, field: EntityField,
    given: Row, scope: Scope, number: int, now: str,
) -> tuple[bool, Any]:  # fmt: skip
    """Return (known, value) of one field of a new row."""
    if field.role in ("created_at", "updated_at"):
        return True, clock_value(field, now)
    if (
        field.role in ("parent", "reference")
        and field.entity in scope.rows
        and (field.role == "parent" or name not in given)
    ):
        target = program.entities[field.entity or ""]
        return True, coerced(scope.rows[field.entity or ""].doc.get(target.key), field)
    if name in given and not field.read_only:
        return True, given[name]
    if field.role == "reference":
        return _some_reference(seed, session, program, entity, name, field, number) if field.required else (False, None)
    if field.role == "parent":
        return False, None
    if "default" in field.schema_ or field.required or field.read_only:
        known, value = initial_value(field, name)
        if known:
            return True, value
    event = string_kind(name) in ("datetime", "date") and not field.required
    if field.required or (field.read_only and not event):
        return True, value_for(field.schema_, name, seed_key=(seed, entity.name, "new", number), label=entity.label)
    return False, None


def _some_reference(
    seed: int, session: Session, program: ServerProgram, entity: Entity, name: str, field: EntityField, number: int
) -> tuple[bool, Any]:
    """Return the key of an existing row for a required reference that the caller cannot set."""
    target = program.entities.get(field.entity or "")
    rows = session.rows(target.name) if target else []
    if not target or not rows:
        return True, value_for(field.schema_, name, seed_key=(seed, entity.name, "new", number), label=entity.label)
    key = Draw(seed, entity.name, "new", number, name).pick(rows)[target.key]
    return True, [key] if type_of(field.schema_) == "array" else coerced(key, field)


def _named_parent(program: ServerProgram, session: Session, entity: Entity, given: Row) -> str:
    """Return the path of the parent row that a field of the new row names; ``""`` where none does."""
    for name, field in entity.fields.items():
        if field.entity == entity.parent and field.entity and field.role == "parent" and given.get(name) is not None:
            found = session.get(field.entity, key_text(given[name]) or "")
            if found is None:
                raise not_found(program.entities[field.entity], given[name], name)
            return found.path
    return ""


def _new_key(
    program: ServerProgram, entity: Entity, seed: int, session: Session, given: Row, number: int, parent: str
) -> Any:
    field = entity.fields[entity.key]
    value = given.get(entity.key)
    if value is not None and not field.read_only:
        text = key_text(value)
        if not text:
            raise Refusal("invalid", f"{entity.key}: a key must be a text or a number")
        if session.get(entity.name, text, parent) is not None:
            raise Refusal("conflict", f"{entity.label} {text[:80]!r} exists already")
        return coerced(int(value) if isinstance(value, float) and value.is_integer() else value, field)
    schema = key_schema(program, entity)
    key = make_key(entity, schema, seed, number, given)
    while session.get(entity.name, key_text(key) or "") is not None:
        number = session.next_id(entity.name)
        key = make_key(entity, schema, seed, number, given)
        if entity.ids.kind == "slug":
            key = f"{key}-{number}"
    return key


def _check_choices(entity: Entity, given: Row) -> None:
    """Refuse a value outside a field's enum, where the argument's own schema is looser than the field's."""
    for name, value in given.items():
        options = entity.fields[name].schema_.get("enum")
        if isinstance(options, list) and value is not None and value not in options and not isinstance(value, list):
            listed = ", ".join(str(option) for option in options[:12])
            raise Refusal("invalid", f"{name}: {str(value)[:80]!r} is not one of {listed}")


def _check_references(
    program: ServerProgram, session: Session, entity: Entity, given: Row, demanded: set[str | None]
) -> None:
    """Refuse a required reference to a row that does not exist (rule F3); optional ones are taken as they are."""
    for name, field in entity.fields.items():
        target = program.entities.get(field.entity or "")
        if field.role != "reference" or target is None or given.get(name) is None:
            continue
        if not field.required and name not in demanded:
            continue
        values = given[name] if isinstance(given[name], list) else [given[name]]
        for value in values:
            named = value.get(target.key) if isinstance(value, dict) else value
            if session.get(target.name, key_text(named) or "") is None:
                raise Refusal("reference", f"{name}: there is no {target.label} {str(named)[:80]!r}")


def clock_value(field: EntityField, now: str) -> Any:
    """Return the logical time in the form of a field: RFC 3339, a date, or seconds since 1970."""
    if type_of(field.schema_) in ("integer", "number"):
        return int(datetime.fromisoformat(now).timestamp())
    return now[:10] if field.schema_.get("format") == "date" else now


def update(program: ServerProgram, session: Session, operation: UpdateOperation, arguments: Row, stored: Stored) -> Row:
    """Change the given fields of a row, or for ``replace`` all that the caller may set, and return it.

    Raises:
        Refusal: a reference names no row.
    """
    entity = program.entities[operation.entity]
    settable = [
        name
        for name in operation.values.values()
        if name in entity.fields and not entity.fields[name].read_only and entity.fields[name].role not in MANAGED
    ]
    given = {
        field: arguments[name] for name, field in operation.values.items() if name in arguments and field in settable
    }
    _check_choices(entity, given)
    _check_references(program, session, entity, given, set(given) if operation.kind == "replace" else set())
    row = dict(stored.doc)
    for name in settable:
        field = entity.fields[name]
        if name in given:
            _merge(row, name, given[name], field, whole=operation.kind == "replace")
        elif operation.kind == "replace" and not field.required:
            row.pop(name, None)
            if "default" in field.schema_ and accepts(field.schema_, field.schema_["default"]):
                row[name] = field.schema_["default"]
    now = session.tick()
    for name, field in entity.fields.items():
        if field.role == "updated_at":
            row[name] = clock_value(field, now)
    row = {name: row[name] for name in (*entity.fields, *row) if name in row}
    session.put(entity.name, stored.key, stored.parent, row)
    return row


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
