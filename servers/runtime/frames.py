"""The rows that one call speaks of besides its own, and the values that checks and effects take from them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from inftool.servers.program import SINGLETON_KEY, Entity, EntityField, EntityOperation, Operand, Part, RowRef
from inftool.servers.runtime.amounts import decimal_of, product, total, written
from inftool.servers.runtime.changes import child_path, key_text
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.machine import Machine
from inftool.servers.runtime.places import stepped, value_at
from inftool.servers.runtime.rows import clock_value
from inftool.servers.runtime.scope import Scope, ancestors, caller, named_row, not_found
from inftool.servers.runtime.session import Row, Session, Stored

MISSING: Any = object()
"""What an operand is whose argument the call leaves out."""
_SLOT = re.compile(r"\{([^{}]{1,80})\}")


@dataclass(slots=True)
class Held:
    """A row that a call works on."""

    entity: Entity
    key: str
    parent: str
    doc: Row
    """As it is now; effects change it."""
    before: Row = field(default_factory=dict)
    """As it was before the operation's effects."""
    kept: bool = True
    """Whether it is a row of the session: not one that is about to be made, and not one that was removed."""
    changed: bool = False
    first: Row = field(default_factory=dict)
    """As it was when the call found it, before anything."""

    def __post_init__(self) -> None:
        """Keep what the row was at first."""
        self.first = self.first or self.doc

    @property
    def place(self) -> tuple[str, str, str]:
        """What tells rows apart."""
        return self.entity.name, self.key, self.parent


class Frame:
    """The rows of one call by the names that checks and effects have for them."""

    __slots__ = ("_by_place", "_machine", "arguments", "count", "operation", "rows", "scope", "session")

    def __init__(
        self, machine: Machine, operation: EntityOperation, session: Session, arguments: Row, scope: Scope
    ) -> None:
        self._machine = machine
        self.operation = operation
        self.session = session
        self.arguments = arguments
        self.scope = scope
        self.rows: dict[str, list[Held]] = {}
        self.count: int | None = None
        self._by_place: dict[tuple[str, str, str], Held] = {}

    def hold(self, entity: Entity, stored: Stored) -> Held:
        """Return the working copy of a row: the same one for every name that leads to it."""
        held = self._by_place.get((entity.name, stored.key, stored.parent))
        if held is None:
            held = Held(entity, stored.key, stored.parent, stored.doc, stored.doc)
            self._by_place[held.place] = held
        return held

    def set_own(self, entity: Entity, stored: list[Stored], kept: bool = True) -> None:
        """Set the operation's own rows, as they are now.

        Args:
            entity: their kind.
            stored: the rows.
            kept: whether they are in the session.
        """
        own = []
        for row in stored:
            held = self.hold(entity, row) if kept else Held(entity, row.key, row.parent, row.doc, row.doc, kept=False)
            held.doc = held.before = row.doc
            held.kept = kept
            own.append(held)
        self.rows["row"] = own

    def find_rows(self) -> None:
        """Find the rows that the operation names besides its own, those that can be found by now.

        Raises:
            Refusal: one that is needed does not exist.
        """
        variables = self._machine.program.session
        if variables is not None and "session" not in self.rows:
            entity = self._machine.entity(variables)
            stored = self.session.get(variables, SINGLETON_KEY, "")
            self.rows["session"] = [self.hold(entity, stored)] if stored is not None else []
        for name, ref in self.operation.rows.items():
            if name not in self.rows:
                found = self._find(name, ref)
                if found is not None:
                    self.rows[name] = found

    def _find(self, name: str, ref: RowRef) -> list[Held] | None:
        """Return the rows of one name; None where the own row does not tell yet, since it is still to be made."""
        entity = self._machine.entity(ref.entity)
        if ref.argument is not None:
            in_scope = self.scope.rows.get(ref.entity) if ref.argument in self.operation.parents else None
            if in_scope is not None:
                return [self.hold(entity, in_scope)]
            value = argument_at(self.arguments, ref.argument)
            value = None if value is MISSING else value
            if value is None and not ref.optional:
                raise Refusal("invalid", f"{ref.argument}: the {entity.label} was expected")
            return self._named(entity, ref, ref.argument, value)
        if ref.through is not None:
            own = self.rows.get("row") or []
            values = [value_at(held.doc, ref.through) for held in own]
            if not any(held.kept for held in own) and not any(value is not None for value in values):
                return None
            found = [held for value in values for held in self._named(entity, ref, ref.through, value)]
            if not found and not ref.optional:
                raise Refusal("reference", f"{ref.through}: it names no {entity.label}")
            return found
        return self._unnamed(entity, ref)

    def _named(self, entity: Entity, ref: RowRef, name: str, value: Any) -> list[Held]:
        found = []
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                item = item.get(ref.key_field or entity.key, item.get(name, item.get("id")))
            if item is None:
                continue
            stored = self._one(entity, ref.key_field, name, item)
            if stored is None and not ref.optional:
                raise Refusal("reference", f"{name}: there is no {entity.label} {str(item)[:80]!r}")
            if stored is not None:
                found.append(self.hold(entity, stored))
        return found

    def _one(self, entity: Entity, key_field: str | None, name: str, value: Any) -> Stored | None:
        """Find one row, looking first where the own row lies."""
        near = []
        if entity.parent in self.scope.rows:
            near.append(self.scope.rows[entity.parent].path)
        for own in self.rows.get("row") or []:
            near.append(own.parent if own.entity.parent == entity.parent else child_path(own.parent, own.key))
        for path in (*near, None):
            if key_field is None or key_field == entity.key:
                found = named_row(self._machine, self.session, entity, name, value, path)
            else:
                found = self.session.find(entity.name, key_field, value, path)
            if found is not None:
                return found
        return None

    def _unnamed(self, entity: Entity, ref: RowRef) -> list[Held]:
        """Return the singleton's row, that of a parent in the scope, or the caller's own."""
        stored: Stored | None = None
        if entity.singleton:
            above = [self.scope.rows[name] for name in ancestors(self._machine.program, entity.name)[:1]
                     if name in self.scope.rows]  # fmt: skip
            path = above[0].path if above else None
            if path is None and entity.parent in self._machine.actors:
                path = caller(self._machine, self.session, entity.parent).path
            stored = self.session.get(entity.name, SINGLETON_KEY, path if entity.parent else "")
        elif entity.name in self.scope.rows:
            stored = self.scope.rows[entity.name]
        elif entity.name in self._machine.actors and not ref.optional:
            stored = caller(self._machine, self.session, entity.name)
        elif entity.name in self._machine.actors:
            try:
                stored = caller(self._machine, self.session, entity.name)
            except Refusal:
                stored = None
        if stored is None and not ref.optional:
            raise not_found(entity, None, "")
        return [self.hold(entity, stored)] if stored is not None else []

    # --- values

    def value(self, operand: Operand, target: EntityField, beside: Held | None = None) -> Any:
        """Return what an operand stands for; :data:`MISSING` where the call leaves its argument out.

        Args:
            operand: the operand.
            target: the field that is compared or set; gives the form of the clock.
            beside: the row that is checked or changed; where the operand speaks of rows of the same name, it is meant.
        """
        value: Any
        if operand.fields:
            made = {name: self.value(part, EntityField(), beside) for name, part in operand.fields.items()}
            return {name: part for name, part in made.items() if part is not MISSING}
        if operand.argument is not None:
            value = self._of_line(operand.argument, argument_at(self.arguments, operand.argument), beside)
        elif operand.field is not None:
            value = self._field_value(operand.row, operand.field, beside)
        elif operand.clock:
            value = clock_value(target, self.session.now())
        else:
            value = operand.value
        if operand.mapped:
            value = operand.mapped.get(key_text(value) or "", value) if value is not MISSING else value
        if operand.times is None or value is MISSING:
            return value
        return self._times(value, self.value(operand.times, target, beside))

    def _of_line(self, argument: str, value: Any, beside: Held | None) -> Any:
        """Return of the values of a list's lines those that are about one row, summed (rule N1).

        ``items.quantity`` is about the row that ``items.product_id`` of the same line names.
        """
        if beside is None or not isinstance(value, list):
            return value
        for name in self.names_by_line(argument):
            rows = self.rows.get(name) or []
            if any(held is beside for held in rows):
                own = [part for held, part in zip(rows, value, strict=False) if held is beside]
                return summed(own) if len(rows) == len(value) else MISSING
        return value

    def names_by_line(self, argument: str | None) -> list[str]:
        """Return the names of the rows that the lines which an argument is a part of name, one by one."""
        list_, dot, _ = (argument or "").rpartition(".")
        refs = self.operation.rows.items()
        return [name for name, ref in refs if dot and ref.argument and ref.argument.rpartition(".")[0] == list_]

    def _times(self, value: Any, factor: Any) -> Any:
        if factor is MISSING:
            return MISSING
        if isinstance(value, list) and isinstance(factor, list) and len(value) == len(factor):
            parts = [self._times(one, other) for one, other in zip(value, factor, strict=True)]
            return MISSING if any(decimal_of(part) is None for part in parts) else summed(parts)
        if isinstance(factor, list) and len(factor) == 1:
            factor = factor[0]
        one, other = decimal_of(value), decimal_of(factor)
        if one is None or other is None:
            return MISSING
        return written(product(one, other), {}, None, "amount")

    def _field_value(self, row: str, place: str, beside: Held | None) -> Any:
        rows = self.rows.get(row)
        if not rows:
            return MISSING
        if beside is not None and any(held is beside for held in rows):
            return value_at(beside.before, place)
        values = [value_at(held.before, place) for held in rows]
        return values[0] if len(values) == 1 else values

    def part(self, part: Part) -> Any:
        """Return what a property of the response is; :data:`MISSING` where it is left out."""
        if part.argument is not None:
            return argument_at(self.arguments, part.argument)
        if part.field is not None:
            rows = self.rows.get(part.row)
            if not rows:
                return MISSING
            values = [value_at(held.first if part.before else held.doc, part.field) for held in rows]
            return values[0] if len(values) == 1 else values
        if part.count:
            return self.count if self.count is not None else len(self.rows.get("row") or [])
        return self._filled(part) if isinstance(part.value, str) else part.value

    def _filled(self, part: Part) -> str:
        """Put arguments and fields into a text."""

        def fill(match: re.Match[str]) -> str:
            name = match.group(1)
            value = argument_at(self.arguments, name)
            if value is MISSING:
                rows = self.rows.get(part.row) or []
                value = value_at(rows[0].doc, name) if rows else None
            items = value if isinstance(value, list) else [value]
            return ", ".join(key_text(item) or str(item) for item in items if item is not None)

        return _SLOT.sub(fill, part.value)


def argument_at(arguments: Row, name: str) -> Any:
    """Return an argument, or with dots in the name what is nested in one, of a list what each of its objects has.

    :data:`MISSING` where it was not given.
    """
    if name in arguments:
        return arguments[name]
    node: Any = arguments
    for step in name.split("."):
        if not isinstance(node, list) and (not isinstance(node, dict) or step not in node):
            return MISSING
        node = stepped(node, step)
    return node


def summed(values: list[Any]) -> Any:
    """Return the sum of the numbers among values."""
    numbers: list[Decimal] = [number for value in values if (number := decimal_of(value)) is not None]
    return written(total(numbers), {}, None, "amount")
