"""What every kind of operation is run with; each kind has a function that prepares its run once a tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from inftool.servers.program import Entity, EntityOperation, Operand, ServerProgram
from inftool.servers.runtime.forms import Forms
from inftool.servers.runtime.rows import key_schema
from inftool.servers.runtime.session import Row, Session
from inftool.specs.spec import JsonSchema

Run = Callable[[Session, Row], Any]
"""Does one call: (session, validated arguments) → body of the answer.

Raises :class:`~inftool.servers.runtime.errors.Refusal` where the call fails by the rules; the kernel then undoes what
was changed.
"""


@dataclass(frozen=True)
class Machine:
    """A program with the seed of its rows."""

    program: ServerProgram
    seed: int

    def entity(self, name: str) -> Entity:
        """Return the entity called ``name``."""
        return self.program.entities[name]

    @cached_property
    def forms(self) -> Forms:
        """What the values of fields look like."""
        return Forms(self.program)

    @cached_property
    def key_schemas(self) -> dict[str, JsonSchema]:
        """By entity: the schema of its keys."""
        entities = self.program.entities.values()
        return {entity.name: key_schema(self.program, entity) for entity in entities if entity.key}

    @cached_property
    def actors(self) -> dict[str, str]:
        """By entity: the session's field that holds the key of the caller's own row (rule I4)."""
        held = self.program.entities.get(self.program.session or "")
        fields = held.fields.items() if held is not None else ()
        return {field.entity: name for name, field in fields if field.role == "actor" and field.entity}

    @cached_property
    def singletons(self) -> dict[str, list[Entity]]:
        """By entity: the singletons of which each of its rows has one from its start (rule E4).

        One that callers make or remove themselves is not among them.
        """
        made = {
            operation.entity
            for operation in self.program.flat()
            if isinstance(operation, EntityOperation)
            and not getattr(operation, "renewed", False)
            and (operation.kind in ("create", "delete") or getattr(operation, "upsert", False))
        }
        found: dict[str, list[Entity]] = {}
        for entity in self.program.entities.values():
            if entity.singleton and entity.parent is not None and entity.name not in made:
                found.setdefault(entity.parent, []).append(entity)
        return found

    @cached_property
    def driven(self) -> frozenset[tuple[str, str]]:
        """(entity, field) of what checks and effects speak of: a new row has a value there from its start (rule A6)."""
        found: set[tuple[str, str]] = set()
        for operation in self.program.flat():
            if not isinstance(operation, EntityOperation):
                continue
            kinds = {"row": operation.entity, "session": self.program.session or ""}
            kinds |= {name: ref.entity for name, ref in operation.rows.items()}
            for check in operation.checks:
                found.add((kinds.get(check.row, ""), check.field))
            for effect in operation.effects:
                found.add((kinds.get(effect.row, ""), effect.field))
                found.update((kinds.get(o.row, ""), o.field) for o in _operands(effect.by) if o.field is not None)
            for insert in operation.inserts:
                operands = [o for value in insert.values.values() for o in _operands(value)]
                found.update((kinds.get(o.row, ""), o.field) for o in operands if o.field is not None)
        return frozenset(found)


def _operands(operand: Operand | None) -> Iterator[Operand]:
    while operand is not None:
        yield operand
        operand = operand.times
