"""Which rows a call speaks of: the ancestors named in its arguments, and the row itself (rules F1 and I3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inftool.servers.program import Entity, EntityOperation, RowOperation, ServerProgram
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.lexicon import tokens
from inftool.servers.runtime.session import Row, Session, Stored


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


def not_found(entity: Entity, value: Any, argument: str) -> Refusal:
    """Return the refusal for a row that does not exist."""
    return Refusal("missing", f"{argument}: there is no {entity.label} {str(value)[:80]!r}")


def ancestors(program: ServerProgram, entity: str) -> tuple[str, ...]:
    """Return the entities that an entity is nested under, the nearest first."""
    chain: list[str] = []
    parent = program.entities[entity].parent
    while parent is not None and parent in program.entities and parent not in chain:
        chain.append(parent)
        parent = program.entities[parent].parent
    return tuple(chain)


def resolve(program: ServerProgram, session: Session, operation: EntityOperation, arguments: Row) -> Scope:
    """Find the ancestor rows that the arguments name.

    Raises:
        Refusal: one of them does not exist.
    """
    if not operation.parents:
        return NO_SCOPE
    scope = Scope()
    chain = ancestors(program, operation.entity)
    nearest: Stored | None = None
    nearest_entity = ""
    for argument, name in operation.parents.items():
        value = arguments.get(argument)
        if value is None:
            continue
        entity = program.entities[name]
        within = nearest.path if nearest is not None and entity.parent == nearest_entity else None
        found = _row(session, entity, argument, value, within)
        if found is None:
            raise not_found(entity, value, argument)
        scope.rows[name] = found
        if name in chain:
            nearest, nearest_entity = found, name
        else:
            link = _link(program.entities[operation.entity], name, argument)
            if link is not None:
                scope.links.append((link, found.key))
    if nearest is not None:
        if nearest_entity == chain[0]:
            scope.path = nearest.path
        else:
            scope.under = nearest.path
    return scope


def _link(entity: Entity, target: str, argument: str) -> str | None:
    """Return the field that points at ``target``: the one called like the argument where there are several."""
    fields = [name for name, field in entity.fields.items() if field.entity == target and field.role != "data"]
    same = [name for name in fields if tokens(name) == tokens(argument)]
    return next(iter(same or fields), None)


def _row(session: Session, entity: Entity, argument: str, value: Any, within: str | None) -> Stored | None:
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
    return found


def find_row(program: ServerProgram, session: Session, operation: RowOperation, arguments: Row, scope: Scope) -> Stored:
    """Find the row that a call names.

    Raises:
        Refusal: it does not exist, or not in the scope.
    """
    value = arguments.get(operation.key)
    text = key_text(value)
    entity = program.entities[operation.entity]
    if text is None:
        raise Refusal("invalid", f"{operation.key}: the key of a {entity.label} was expected")
    if operation.key_field == entity.key:
        found = session.get(operation.entity, text, scope.path)
    else:
        found = session.find(operation.entity, operation.key_field, value, scope.path)
    if found is None or not scope.holds(found):
        raise not_found(entity, value, operation.key)
    return found
