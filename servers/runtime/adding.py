"""New rows: their key, their place under a parent, and what the caller left to the server (rules C2, C3, F1, F6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from inftool.servers.program import SINGLETON_KEY, Entity, EntityField, RowOperation
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.draw import Draw
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.fitting import accepts, type_of
from inftool.servers.runtime.lexicon import string_kind, tokens
from inftool.servers.runtime.machine import Machine
from inftool.servers.runtime.rows import (
    INITIAL_STATES,
    clock_value,
    coerced,
    given_key,
    initial_value,
    keep_key,
    make_key,
    picked,
)
from inftool.servers.runtime.schedules import check_apart
from inftool.servers.runtime.scope import Scope, caller, not_found
from inftool.servers.runtime.session import Row, Session, Stored
from inftool.servers.runtime.values import value_for

_OWNERS = frozenset(
    ("owner", "user", "author", "creator", "by", "sender", "reporter", "poster", "requester", "account")
)
"""Words of fields that hold who made a row (rule F6)."""
_UNIQUE = ("username", "email", "slug", "code", "sku")
"""Kinds of text that no two rows share, where callers look rows up by them (rule I3)."""
_MAX_KEYS_TRIED = 500
"""Keys tried for a new row, before its form counts as exhausted."""
_NO_FIELDS: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class _Making:
    """A row that is being made."""

    machine: Machine
    session: Session
    entity: Entity
    given: Row
    fixed: Mapping[str, Any]
    above: dict[str, Stored]
    number: int
    now: str

    @property
    def seed_key(self) -> tuple[Any, ...]:
        """What invented values of the row depend on."""
        return self.machine.seed, self.entity.name, "new", self.number


def add_row(
    machine: Machine,
    session: Session,
    entity: Entity,
    given: Row,
    scope: Scope,
    demanded: Collection[str | None] = (),
    fixed: Mapping[str, Any] = _NO_FIELDS,
    key: Any = None,
) -> Stored:
    """Add a row, with the singletons that belong to it.

    Args:
        machine: the program.
        session: where the row is put.
        entity: its kind.
        given: field → value, from the caller.
        scope: the ancestors that the call names.
        demanded: fields whose references must lead to a row.
        fixed: field → value that the operation sets, whatever the caller says.
        key: the row's key, where neither the caller nor the server chooses it.

    Raises:
        Refusal: a value is none of a field's options, a reference names no row, or the key is taken.
    """
    check_choices(entity, given)
    check_references(machine, session, entity, given, demanded)
    above, parent = _parent(machine, session, entity, {**given, **fixed}, scope)
    _check_unique(machine, session, entity, given, parent)
    now = session.tick()
    number = session.next_id(entity.name)
    if entity.singleton:
        if session.get(entity.name, SINGLETON_KEY, parent) is not None:
            raise Refusal("conflict", f"the {entity.label} exists already")
        key = SINGLETON_KEY
    elif key is None:
        key = _new_key(machine, entity, session, given, number, parent)
    elif session.get(entity.name, key_text(key) or "", parent) is not None:
        raise _taken(entity, key)
    making = _Making(machine, session, entity, given, fixed, above, number, now)
    row: Row = {}
    for name, field in entity.fields.items():
        if name == entity.key:
            row[name] = key
            continue
        known, value = _field_value(making, name, field)
        if known:
            row[name] = value
    keep_key(entity, row)
    text = key_text(key)
    assert text is not None
    check_apart(session, entity, text, row)
    session.insert(entity.name, text, parent, row)
    stored = Stored(text, parent, row)
    _add_singletons(machine, session, entity, stored, {**above, entity.name: stored}, now)
    return stored


def _add_singletons(
    machine: Machine, session: Session, owner: Entity, stored: Stored, above: dict[str, Stored], now: str
) -> None:
    """Give a new row the singletons that every row of its kind has."""
    for entity in machine.singletons.get(owner.name, ()):
        _add_singleton(machine, session, entity, stored.path, above, now)


def _add_singleton(
    machine: Machine, session: Session, entity: Entity, parent: str, above: dict[str, Stored], now: str
) -> None:
    making = _Making(machine, session, entity, {}, {}, above, session.next_id(entity.name), now)
    row: Row = {}
    for name, field in entity.fields.items():
        known, value = _field_value(making, name, field)
        if not known and field.role == "data":
            known, value = initial_value(field, name)
        if known:
            row[name] = value
    session.insert(entity.name, SINGLETON_KEY, parent, row)
    below = Stored(SINGLETON_KEY, parent, row)
    _add_singletons(machine, session, entity, below, {**above, entity.name: below}, now)


def renew_singleton(machine: Machine, session: Session, entity: Entity, stored: Stored, scope: Scope) -> None:
    """Put a singleton that was just removed back as it is under a new parent (rule D4)."""
    _add_singleton(machine, session, entity, stored.parent, scope.rows, session.now())


def _parent(
    machine: Machine, session: Session, entity: Entity, given: Row, scope: Scope
) -> tuple[dict[str, Stored], str]:
    """Return the rows above a new row, and the path of its parent: named by arguments, by a field, or the caller."""
    if scope.path is not None or entity.parent is None:
        return scope.rows, scope.path or ""
    for name, field in entity.fields.items():
        if field.entity == entity.parent and field.role == "parent" and given.get(name) is not None:
            target = machine.entity(entity.parent)
            found = session.get(target.name, key_text(given[name]) or "")
            if found is None:
                raise not_found(target, given[name], name)
            return {**scope.rows, target.name: found}, found.path
    if entity.parent in machine.actors:
        own = _caller_or_none(machine, session, entity.parent)
        if own is not None:
            return {**scope.rows, entity.parent: own}, own.path
    above = machine.program.entities.get(entity.parent)
    if above is not None and above.singleton and above.parent is None:
        only = session.get(above.name, SINGLETON_KEY, "")
        if only is not None:
            return {**scope.rows, above.name: only}, only.path
    return scope.rows, ""


def _caller_or_none(machine: Machine, session: Session, entity: str) -> Stored | None:
    try:
        return caller(machine, session, entity)
    except Refusal:
        return None


def _field_value(making: _Making, name: str, field: EntityField) -> tuple[bool, Any]:
    """Return (known, value) of one field of a new row."""
    given, entity = making.given, making.entity
    if name in making.fixed:
        return True, making.fixed[name]
    if field.role in ("created_at", "updated_at"):
        return True, clock_value(field, making.now)
    if (
        field.role in ("parent", "reference")
        and field.entity in making.above
        and (field.role == "parent" or name not in given)
    ):
        target = making.machine.entity(field.entity or "")
        return True, coerced(making.above[field.entity or ""].doc.get(target.key), field)
    if name in given and not field.read_only:
        return True, given[name]
    if field.role == "reference":
        return _reference(making, name, field)
    if field.role == "parent":
        return False, None
    driven = (entity.name, name) in making.machine.driven
    if "default" in field.schema_ or field.required or field.read_only or driven:
        known, value = initial_value(field, name)
        if not known and driven:
            known, value = _driven_value(field, name)
        if known:
            return True, value
    event = string_kind(name) in ("datetime", "date") and not field.required
    if field.required or (field.read_only and not event and not driven):
        return True, making.machine.forms.make(entity.name, name, seed_key=making.seed_key, label=entity.label)
    return False, None


def _driven_value(field: EntityField, name: str) -> tuple[bool, Any]:
    """Return (known, value) of a field that operations check or change: a first state, or nothing counted yet."""
    options = field.schema_.get("enum")
    if isinstance(options, list) and options:
        by_text = {option.lower(): option for option in options if isinstance(option, str)}
        return True, next((by_text[state] for state in INITIAL_STATES if state in by_text), options[0])
    if type_of(field.schema_, name) in ("integer", "number") and accepts(field.schema_, 0):
        return True, 0
    return False, None


def _reference(making: _Making, name: str, field: EntityField) -> tuple[bool, Any]:
    """Return (known, value) of a reference that the caller left out: the caller's own row, or for a required one any.

    The caller's own is meant where the field says who made the row (rule F6).
    """
    machine, session = making.machine, making.session
    target = machine.program.entities.get(field.entity or "")
    many = type_of(field.schema_) == "array"
    if target is not None and target.name in machine.actors and not many:
        own = _caller_or_none(machine, session, target.name)
        is_owner = bool(_OWNERS & set(tokens(name))) or set(tokens(target.label)) <= set(tokens(name))
        if own is not None and (is_owner or field.required or field.read_only):
            return True, coerced(own.doc.get(target.key), field)
    if not field.required:
        return False, None
    rows = session.rows(target.name) if target is not None and target.key else []
    if target is None or not rows:
        return True, value_for(field.schema_, name, seed_key=making.seed_key, label=making.entity.label)
    key = picked(Draw(*making.seed_key, name), rows, lambda row: row[target.key], field)[target.key]
    return True, [key] if many else coerced(key, field)


def _new_key(machine: Machine, entity: Entity, session: Session, given: Row, number: int, parent: str) -> Any:
    field = entity.fields[entity.key]
    value = given_key(entity, given)
    if value is not None and (entity.ids.place or not field.read_only):
        text = key_text(value)
        if not text:
            raise Refusal("invalid", f"{entity.key}: a key must be a text or a number")
        if session.get(entity.name, text, parent) is not None:
            raise _taken(entity, text)
        return coerced(int(value) if isinstance(value, float) and value.is_integer() else value, field)
    schema = machine.key_schemas[entity.name]
    key = make_key(entity, schema, machine.seed, number, given)
    for _ in range(_MAX_KEYS_TRIED):
        if session.get(entity.name, key_text(key) or "") is None:
            return key
        number = session.next_id(entity.name)
        key = make_key(entity, schema, machine.seed, number, given)
        if entity.ids.kind == "slug":
            key = f"{key}-{number}"
    raise Refusal("conflict", f"every {entity.label} that its {entity.key} allows exists already")


def _taken(entity: Entity, key: Any) -> Refusal:
    return Refusal("conflict", f"{entity.label} {str(key)[:80]!r} exists already")


def _check_unique(machine: Machine, session: Session, entity: Entity, given: Row, parent: str) -> None:
    """Refuse a second row of the same user name, e-mail address or code, where rows are looked up by it."""
    for name in given:
        if (
            name != entity.key
            and isinstance(given[name], str)
            and string_kind(name) in _UNIQUE
            and any(
                isinstance(operation, RowOperation) and operation.entity == entity.name and operation.key_field == name
                for operation in machine.program.flat()
            )
            and session.find(entity.name, name, given[name], parent) is not None
        ):
            raise Refusal("conflict", f"{name}: there is a {entity.label} {given[name][:80]!r} already")


def check_choices(entity: Entity, given: Row) -> None:
    """Refuse a value outside a field's enum, where the argument's own schema is looser than the field's.

    Raises:
        Refusal: naming the field and its options.
    """
    for name, value in given.items():
        options = entity.fields[name].schema_.get("enum")
        if isinstance(options, list) and value is not None and value not in options and not isinstance(value, list):
            listed = ", ".join(str(option) for option in options[:12])
            raise Refusal("invalid", f"{name}: {str(value)[:80]!r} is not one of {listed}")


def check_references(
    machine: Machine, session: Session, entity: Entity, given: Row, demanded: Collection[str | None]
) -> None:
    """Refuse a required reference to a row that does not exist (rule F3); optional ones are taken as they are.

    Raises:
        Refusal: naming the field and the key.
    """
    for name, field in entity.fields.items():
        target = machine.program.entities.get(field.entity or "")
        if field.role != "reference" or target is None or given.get(name) is None:
            continue
        if not field.required and name not in demanded:
            continue
        values = given[name] if isinstance(given[name], list) else [given[name]]
        for value in values:
            named = value.get(target.key) if isinstance(value, dict) else value
            if session.get(target.name, key_text(named) or "") is None:
                raise Refusal("reference", f"{name}: there is no {target.label} {str(named)[:80]!r}")
