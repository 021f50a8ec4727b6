"""Without an initial state: letting seeded rows of the compiled server stand for the things of the reference."""

from __future__ import annotations

from typing import Any

from inftool.servers import Kernel, ServerProgram
from inftool.servers.program import EntityOperation, RowOperation


class Stand:
    """The rows that stand for the reference's own things, in one session; each is taken when it is first spoken of."""

    def __init__(self, kernel: Kernel, state: Any) -> None:
        self._named = _named_entities(kernel.program)
        rows = {name: kernel.open().rows(name) for name in kernel.program.entities}
        keys = {name: kernel.program.entities[name].key for name in rows}
        self._free = {name: [row[keys[name]] for row in found if keys[name] in row] for name, found in rows.items()}
        self._initial = set(_scalars(state))
        self._rows: dict[tuple[str, Any], Any] = {}

    def translated(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return arguments with the keys of standing rows in place of those of the reference's initial state."""
        return {name: self._one(self._named.get((tool, name)), value) for name, value in arguments.items()}

    def _one(self, entity: str | None, value: Any) -> Any:
        if entity is None or isinstance(value, bool | dict) or value is None:
            return value
        if isinstance(value, list):
            return [self._one(entity, part) for part in value]
        if (entity, value) not in self._rows:
            if value not in self._initial or not self._free.get(entity):
                return value
            self._rows[entity, value] = self._free[entity].pop(0)
        return self._rows[entity, value]

    def stands(self, value: Any, other: Any) -> bool:
        """Tell whether ``other`` is the key of a row that stands for the thing called ``value``."""
        return any(known == value and key == other for (_, known), key in self._rows.items())


def _named_entities(program: ServerProgram) -> dict[tuple[str, str], str]:
    """Return which entity the value of an argument names, by tool and argument."""
    named: dict[tuple[str, str], str] = {}
    for public in program.operations:
        for operation in public.cases.values() if public.kind == "dispatch" else (public,):
            if not isinstance(operation, EntityOperation):
                continue
            fields = program.entities[operation.entity].fields
            for argument, name in getattr(operation, "values", {}).items():
                target = fields[name].entity if name in fields else None
                if target is not None:
                    named[public.tool, argument] = target
            for argument, test in getattr(operation, "filters", {}).items():
                target = fields[test.field].entity if test.field in fields else None
                if target is not None:
                    named[public.tool, argument] = target
            for row in operation.rows.values():
                if row.argument is not None and row.key_field in (None, program.entities[row.entity].key):
                    named[public.tool, row.argument] = row.entity
            named.update({(public.tool, argument): entity for argument, entity in operation.parents.items()})
            own_key = program.entities[operation.entity].key
            if isinstance(operation, RowOperation) and operation.key and operation.key_field == own_key:
                named[public.tool, operation.key] = operation.entity
    return named


def _scalars(value: Any) -> list[Any]:
    """Return the scalars and the keys of a state; a key of digits also as the number it spells."""
    if isinstance(value, dict):
        keys = [key for name in value for key in ((name, int(name)) if str(name).isdigit() else (name,))]
        return keys + [part for inner in value.values() for part in _scalars(inner)]
    if isinstance(value, list):
        return [part for inner in value for part in _scalars(inner)]
    return [value]
