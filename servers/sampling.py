"""Arguments that a server is likely to take: made up by the schema, with keys of rows that exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from inftool.servers.program import (
    ActionOperation,
    BulkOperation,
    CreateOperation,
    DispatchOperation,
    Entity,
    EntityOperation,
    LinkOperation,
    ListOperation,
    Operation,
    RowOperation,
    ServerProgram,
    UpdateOperation,
)
from inftool.servers.runtime.arguments import lenient_validator
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.places import value_at
from inftool.servers.runtime.scope import ancestors
from inftool.servers.runtime.session import Row, Session, Stored
from inftool.servers.runtime.values import value_for
from inftool.specs.merge import merge_all
from inftool.specs.spec import JsonSchema


@dataclass(frozen=True)
class Subject:
    """One operation as a caller reaches it: a tool, or one case of a dispatch."""

    tool: str
    operation: Operation
    fixed: Row = field(default_factory=dict)
    """Arguments that choose the case."""


def subjects(program: ServerProgram) -> Iterator[Subject]:
    """Yield every operation of a program, the cases of a dispatch one by one."""
    for operation in program.operations:
        if isinstance(operation, DispatchOperation):
            for value, case in operation.cases.items():
                chosen = _typed(value, (operation.input_schema.get("properties") or {}).get(operation.argument))
                yield Subject(operation.tool, case, {operation.argument: chosen})
        else:
            yield Subject(operation.tool, operation)


def rows_above(program: ServerProgram, session: Session, entity: str, stored: Stored) -> dict[str, Stored]:
    """Return the rows that a row is nested under, by entity."""
    found: dict[str, Stored] = {}
    path = stored.parent
    for name in ancestors(program, entity):
        above = next((row for row in session.stored(name) if row.path == path), None)
        if above is None:
            break
        found[name] = above
        path = above.parent
    return found


def sample(
    program: ServerProgram, session: Session, subject: Subject, number: int = 0, target: Stored | None = None
) -> Row:
    """Return arguments for a call.

    Required arguments, what a write stores, and what checks and effects take are made up by the schema; arguments that
    name rows get the keys of rows in the session.

    Args:
        program: the server.
        session: where the rows are.
        subject: the operation.
        number: different numbers give different arguments.
        target: the row that it is about; the ``number``-th by default.
    """
    operation = subject.operation
    schema = operation.input_schema
    properties: dict[str, Any] = schema.get("properties") or {}
    wanted = [*dict.fromkeys([*(schema.get("required") or ()), *_said(operation)])]
    part = {**schema, "properties": {name: properties[name] for name in properties if name in wanted}}
    made = value_for(part, seed_key=("sample", operation.tool, number))
    arguments: Row = made if isinstance(made, dict) else {}
    if isinstance(operation, EntityOperation):
        arguments |= _storable(program.entities[operation.entity], operation, part, arguments, number)
        arguments |= {
            name: _typed(value, properties.get(name))
            for name, value in _row_arguments(program, session, operation, number, target).items()
        }
    return {**arguments, **subject.fixed}


def _storable(entity: Entity, operation: EntityOperation, schema: JsonSchema, made: Row, number: int) -> Row:
    """Return values of arguments that a field keeps, in a form that both allow: requests often leave open what is not.

    Args:
        entity: whose fields they are.
        operation: what is called.
        schema: of the arguments.
        made: what was made up by the schema of the arguments alone.
        number: of the call.
    """
    found: Row = {}
    named = getattr(operation, "values", {}) if not isinstance(operation, BulkOperation) else {}
    for argument, name in named.items():
        held, asked = entity.fields.get(name), schema["properties"].get(argument)
        if argument not in made or held is None or not isinstance(asked, dict) or held.role != "data":
            continue
        kept = lenient_validator(held.schema_)
        if kept is None or kept.is_valid(made[argument]):
            continue
        key = ("sample", operation.tool, number)
        value = value_for(merge_all([asked, held.schema_]), argument, seed_key=key)
        taken = lenient_validator(asked, formats=True)
        if kept.is_valid(value) and (taken is None or taken.is_valid(value)):
            found[argument] = value
    return found


def _said(operation: Operation) -> Iterator[str]:
    """Yield the optional arguments that a call should have to do something."""
    if isinstance(operation, CreateOperation | UpdateOperation | ActionOperation | LinkOperation):
        yield from operation.values
    if isinstance(operation, BulkOperation):
        yield from (name for name in (operation.items, *(operation.values if operation.items is None else ())) if name)
    if isinstance(operation, EntityOperation):
        yield from (ref.argument for ref in operation.rows.values() if ref.argument is not None)
        for effect in operation.effects:
            yield from (name for name in (effect.by.argument, effect.field_from) if name is not None)
        for insert in operation.inserts:
            yield from (operand.argument for operand in insert.values.values() if operand.argument is not None)


def _row_arguments(
    program: ServerProgram, session: Session, operation: EntityOperation, number: int, target: Stored | None
) -> Row:
    """Return the arguments that name rows: ancestors, the row itself, and rows that it refers to."""
    entity = program.entities[operation.entity]
    rows = session.stored(entity.name)
    own = target or (rows[number % len(rows)] if rows else None)
    above = rows_above(program, session, entity.name, own) if own is not None else {}
    arguments: Row = {}
    for argument, name in reversed(operation.parents.items()):
        others = session.stored(name)
        found = above.get(name) or _pointed_at(entity, own, name, others)
        if found is None and others:
            found = others[number % len(others)]
        if found is not None:
            arguments[argument] = _key_of(program.entities[name], found)
            above = {**rows_above(program, session, name, found), **above}
    if isinstance(operation, RowOperation) and own is not None:
        if operation.key:
            arguments[operation.key] = value_at(own.doc, operation.key_field)
        known = {argument: value_at(own.doc, name) for argument, name in operation.matches.items()}
        arguments |= {argument: value for argument, value in known.items() if value is not None}
    if isinstance(operation, ListOperation):
        paging, needed = operation.paging, operation.input_schema.get("required") or ()
        starts = {paging.offset: 0, paging.page: paging.first_page}
        arguments |= {name: start for name, start in starts.items() if name is not None and name in needed}
    for argument, name in getattr(operation, "values", {}).items():
        held = entity.fields.get(name)
        if held is not None and held.role == "reference" and not (isinstance(operation, BulkOperation)):
            key = _some_key(program, session, held.entity, number)
            if key is not None:
                arguments[argument] = [key] if held.schema_.get("type") == "array" else key
    for ref in operation.rows.values():
        if ref.argument is not None and ref.argument not in arguments:
            other = session.stored(ref.entity)
            if other:
                row = other[(number + 1) % len(other)]
                named = program.entities[ref.entity]
                value = value_at(row.doc, ref.key_field) if ref.key_field else _key_of(named, row)
                arguments[ref.argument] = value
    if isinstance(operation, LinkOperation):
        key = _some_key(program, session, entity.fields[entity.key].entity, number)
        if operation.kind == "unlink" or key is None:
            key = _key_of(entity, own) if own is not None else key
        if key is not None:
            arguments[operation.keys] = key
    if isinstance(operation, BulkOperation) and operation.items and operation.kind != "bulk_create" and own is not None:
        arguments[operation.items] = [_key_of(entity, own)]
    return arguments


def _pointed_at(entity: Entity, own: Stored | None, name: str, others: list[Stored]) -> Stored | None:
    """Return the row of ``name`` that a field of a row refers to."""
    for place, held in entity.fields.items():
        if own is not None and held.entity == name and held.role in ("reference", "parent", "actor"):
            values = own.doc.get(place)
            keys = {key_text(value) for value in (values if isinstance(values, list) else [values])}
            found = next((other for other in others if other.key in keys), None)
            if found is not None:
                return found
    return None


def _some_key(program: ServerProgram, session: Session, name: str | None, number: int) -> Any:
    entity = program.entities.get(name or "")
    rows = session.stored(entity.name) if entity is not None and entity.key else []
    return _key_of(entity, rows[number % len(rows)]) if entity is not None and rows else None


def _key_of(entity: Entity, row: Stored) -> Any:
    return row.doc.get(entity.key, row.key)


def _typed(value: Any, schema: Any) -> Any:
    """Return a value in the type that an argument asks for, where they differ in form only."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    kinds = kind if isinstance(kind, list) else [kind]
    if "string" in kinds and isinstance(value, int | float) and not isinstance(value, bool):
        return key_text(value)
    if isinstance(value, str) and {"integer", "number"} & set(kinds) and "string" not in kinds:
        return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else value
    if "array" in kinds and not isinstance(value, list):
        items = schema.get("items") if isinstance(schema, dict) else None
        if isinstance(items, dict) and items.get("type") == "object":
            names = list(items.get("properties") or {}) or ["id"]
            return [{("id" if "id" in names else names[0]): value}]
        return [_typed(value, items)]
    if isinstance(value, list) and kinds == ["string"]:
        return ",".join(key_text(item) or "" for item in value)
    return value
