"""Without an initial state: letting seeded rows of the compiled server stand for the things of the reference."""

from __future__ import annotations

from typing import Any

from inftool.servers import Kernel, ServerProgram
from inftool.servers.program import EntityOperation, RowOperation


class Stand:
    """The rows that stand for the reference's own things, in one session; each is taken when it is first spoken of."""

    def __init__(self, kernel: Kernel, state: Any) -> None:
        session = kernel.open()
        self._named = _named_rows(kernel.program)
        self._free = {name: session.rows(name) for name in kernel.program.entities}
        self._initial = set(_scalars(state))
        self._rows: dict[tuple[str, Any], dict[str, Any]] = {}

    def translated(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return arguments with the names of standing rows in place of those in the reference's initial state."""
        return {name: self._one(self._named.get((tool, name)), value) for name, value in arguments.items()}

    def _one(self, place: tuple[str, str] | None, value: Any) -> Any:
        if place is None or isinstance(value, bool | dict) or value is None:
            return value
        if isinstance(value, list):
            return [self._one(place, part) for part in value]
        entity, field = place
        if (entity, value) not in self._rows:
            if value not in self._initial or not self._free.get(entity):
                return value
            self._rows[entity, value] = self._free[entity].pop(0)
        return self._rows[entity, value].get(field, value)

    def stands(self, value: Any, other: Any) -> bool:
        """Tell whether ``other`` is in a row that stands for the thing called ``value``."""
        return any(known == value and other in row.values() for (_, known), row in self._rows.items())


def _named_rows(program: ServerProgram) -> dict[tuple[str, str], tuple[str, str]]:
    """Return which entity the value of an argument names, and by which of its fields; by tool and argument."""
    named: dict[tuple[str, str], tuple[str, str]] = {}
    keys = {name: entity.key for name, entity in program.entities.items()}
    for public in program.operations:
        for operation in public.cases.values() if public.kind == "dispatch" else (public,):
            if not isinstance(operation, EntityOperation):
                continue
            fields = program.entities[operation.entity].fields
            sources = dict(getattr(operation, "values", {}))
            sources |= {argument: test.field for argument, test in getattr(operation, "filters", {}).items()}
            for argument, name in sources.items():
                target = fields[name].entity if name in fields else None
                if target is not None:
                    named[public.tool, argument] = target, keys[target]
            for row in operation.rows.values():
                if row.argument is not None:
                    named[public.tool, row.argument] = row.entity, row.key_field or keys[row.entity]
            named |= {(public.tool, argument): (entity, keys[entity]) for argument, entity in operation.parents.items()}
            if isinstance(operation, RowOperation) and operation.key:
                named[public.tool, operation.key] = operation.entity, operation.key_field
    return named


def _scalars(value: Any) -> list[Any]:
    """Return the scalars and the keys of a state; a key of digits also as the number it spells."""
    if isinstance(value, dict):
        keys = [key for name in value for key in ((name, int(name)) if str(name).isdigit() else (name,))]
        return keys + [part for inner in value.values() for part in _scalars(inner)]
    if isinstance(value, list):
        return [part for inner in value for part in _scalars(inner)]
    return [value]
