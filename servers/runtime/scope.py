"""Which rows a call speaks of: the ancestors named in its arguments, the caller, and the row itself (F1, I3, I4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from inftool.servers.program import SINGLETON_KEY, Check, Entity, EntityOperation, RowOperation, ServerProgram
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.lexicon import tokens
from inftool.servers.runtime.machine import Machine
from inftool.servers.runtime.places import value_at
from inftool.servers.runtime.session import Row, Session, Stored

ME = frozenset(("me", "self", "myself", "current", "@me", "~"))
"""Keys that name the caller's own row, where no row is really called so (rule I4)."""


@dataclass(slots=True)
class Scope:
    """The ancestors that a call names."""

    rows: dict[str, Stored] = field(default_factory=dict)
    """By entity."""
    path: str | None = None
    """Path of the direct parent, where it is named."""
    under: str | None = None
    """Path of an ancestor further up, where only that is named."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """(field, key as text) for rows that point at a named row without being nested under it."""

    def holds(self, stored: Stored) -> bool:
        """Tell whether a row lies in the scope."""
        if self.path is not None and stored.parent != self.path:
            return False
        if self.under is not None and not f"{stored.parent}/".startswith(f"{self.under}/"):
            return False
        return self.points(stored.doc)

    def points(self, row: Row) -> bool:
        """Tell whether a row's references are those that the call names."""
        for name, key in self.links:
            value = row.get(name)
            if key not in [key_text(item) for item in (value if isinstance(value, list) else [value])]:
                return False
        return True


NO_SCOPE = Scope()
Resolve = Callable[[Session, Row], Scope]
"""(session, arguments) → the ancestors that they name. Raises :class:`Refusal` where one does not exist."""


def not_found(entity: Entity, value: Any, argument: str) -> Refusal:
    """Return the refusal for a row that does not exist."""
    if not argument:
        return Refusal("missing", f"there is no {entity.label}")
    return Refusal("missing", f"{argument}: there is no {entity.label} {str(value)[:80]!r}")


def caller(machine: Machine, session: Session, entity: str) -> Stored:
    """Return the row of ``entity`` that is the caller's own (rule I4).

    Raises:
        Refusal: nobody is logged in, or the caller's row is gone.
    """
    variable, label = machine.actors.get(entity, ""), machine.entity(entity).label
    held = session.get(machine.program.session or "", SINGLETON_KEY, "")
    key = key_text(held.doc.get(variable)) if held is not None else None
    found = session.get(entity, key) if key else None
    if found is None:
        raise Refusal("login", f"nobody is logged in; log in as a {label} first")
    return found


def ancestors(program: ServerProgram, entity: str) -> tuple[str, ...]:
    """Return the entities that an entity is nested under, the nearest first."""
    chain: list[str] = []
    parent = program.entities[entity].parent
    while parent is not None and parent in program.entities and parent not in chain:
        chain.append(parent)
        parent = program.entities[parent].parent
    return tuple(chain)


def prepare_scope(machine: Machine, operation: EntityOperation) -> Resolve:
    """Prepare how the ancestors of a call are found; once a tool."""
    chain = ancestors(machine.program, operation.entity)
    own = _own_entities(machine, operation, chain)
    doors = [c for c in operation.checks if c.row == "session" and c.reason == "login" and c.test == "set"]
    if not operation.parents and not own and not doors:
        return lambda session, arguments: NO_SCOPE

    def resolve(session: Session, arguments: Row) -> Scope:
        _enter(machine, session, doors)
        scope = Scope()
        nearest: Stored | None = None
        nearest_entity = ""

        def name_row(name: str, found: Stored, argument: str) -> None:
            nonlocal nearest, nearest_entity
            scope.rows[name] = found
            if name in chain:
                nearest, nearest_entity = found, name
            else:
                link = _link(machine.entity(operation.entity), name, argument)
                if link is not None:
                    scope.links.append((link, found.key))

        for name in own:
            name_row(name, caller(machine, session, name), "owner")
        for argument, name in operation.parents.items():
            value = arguments.get(argument)
            if value is None:
                continue
            entity = machine.entity(name)
            within = nearest.path if nearest is not None and entity.parent == nearest_entity else None
            found = named_row(machine, session, entity, argument, value, within)
            if found is None:
                raise not_found(entity, value, argument)
            name_row(name, found, argument)
        if nearest is not None:
            if nearest_entity == chain[0]:
                scope.path = nearest.path
            else:
                scope.under = nearest.path
        return scope

    return resolve


def _enter(machine: Machine, session: Session, doors: Sequence[Check]) -> None:
    """Refuse a call that needs somebody logged in, before it tells which rows there are (rule S3).

    Raises:
        Refusal: nobody is logged in.
    """
    for door in doors:
        held = session.get(machine.program.session or "", SINGLETON_KEY, "")
        if held is not None and not value_at(held.doc, door.field):
            raise Refusal("login", door.message or "nobody is logged in; log in first")


def _own_entities(machine: Machine, operation: EntityOperation, chain: tuple[str, ...]) -> list[str]:
    """Return the entities whose row, that of the caller, an operation is about without an argument that says so."""
    entity = machine.entity(operation.entity)
    linking = operation.kind in ("link", "unlink")  # type: ignore[attr-defined]
    implied = (linking or entity.singleton) and not operation.parents
    if not operation.own and not implied:
        return []
    above = [name for name in reversed(chain) if name in machine.actors]
    if above or not operation.own:
        return above
    return [name for name in machine.actors if _link(entity, name, "owner") is not None][:1]


def _link(entity: Entity, target: str, argument: str) -> str | None:
    """Return the field that points at ``target``: the one called like the argument where there are several."""
    fields = [name for name, field in entity.fields.items() if field.entity == target and field.role != "data"]
    same = [name for name in fields if tokens(name) == tokens(argument)]
    return next(iter(same or fields), None)


def named_row(
    machine: Machine, session: Session, entity: Entity, argument: str, value: Any, within: str | None
) -> Stored | None:
    """Return the row that an argument's value names: by key, by a field called like the argument, or the caller."""
    text = key_text(value)
    if text is None:
        return None
    found = session.get(entity.name, text, within)
    if found is None:
        alternate = next(
            (name for name in entity.fields if name != entity.key and tokens(name) == tokens(argument)), None
        )
        if alternate is not None:
            found = session.find(entity.name, alternate, value, within)
    if found is None and text.lower() in ME and entity.name in machine.actors:
        return caller(machine, session, entity.name)
    return found


def find_row(machine: Machine, session: Session, operation: RowOperation, arguments: Row, scope: Scope) -> Stored:
    """Find the row that a call names: by key, as the caller's own, or as the only one of its parent.

    Raises:
        Refusal: it does not exist, or not in the scope; or it is the caller's, and nobody is logged in.
    """
    entity = machine.entity(operation.entity)
    if not operation.key:
        return _unnamed_row(machine, session, operation, entity, scope)
    value = arguments.get(operation.key)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    text = key_text(value)
    if text is None:
        raise Refusal("invalid", f"{operation.key}: the key of a {entity.label} was expected")
    if operation.key_field == entity.key:
        found = session.get(operation.entity, text, scope.path)
    else:
        found = session.find(operation.entity, operation.key_field, value, scope.path)
    if found is not None and scope.holds(found) and _matches(operation, arguments, found.doc):
        return found
    if found is not None:
        for other in _named(session, operation, entity, value, scope):
            if scope.holds(other) and _matches(operation, arguments, other.doc):
                return other
    elif text.lower() in ME and entity.name in machine.actors:
        return caller(machine, session, entity.name)
    raise not_found(entity, value, operation.key)


def _unnamed_row(machine: Machine, session: Session, operation: RowOperation, entity: Entity, scope: Scope) -> Stored:
    if entity.singleton:
        found = session.get(entity.name, SINGLETON_KEY, scope.path if entity.parent else "")
        if found is None or not scope.holds(found):
            raise not_found(entity, None, "")
        return found
    found = scope.rows.get(entity.name) or caller(machine, session, entity.name)
    if not scope.holds(found):
        raise not_found(entity, found.key, entity.key)
    return found


def _matches(operation: RowOperation, arguments: Row, row: Row) -> bool:
    """Tell whether the further arguments that name a row agree with what it has of them (rules I5, B4)."""
    for argument, name in operation.matches.items():
        held = value_at(row, name)
        if argument in arguments and held is not None and key_text(held) != key_text(arguments[argument]):
            return False
    return True


def _named(session: Session, operation: RowOperation, entity: Entity, value: Any, scope: Scope) -> Iterator[Stored]:
    """Yield every row of that name: keys are unique under one parent only, and alternate keys need not be."""
    name, wanted = operation.key_field, key_text(value)
    for stored in session.stored(entity.name, scope.path):
        held = stored.key if name == entity.key else key_text(value_at(stored.doc, name))
        if held == wanted:
            yield stored
