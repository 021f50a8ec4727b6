"""A seeded server as task synthesis sees it: its program, its rows, and how rows lead to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inftool.agents.message import Tool, ToolCall
from inftool.envs.episode import offered
from inftool.servers.program import Entity, EntityOperation, ServerProgram
from inftool.servers.runtime.kernel import Kernel
from inftool.servers.runtime.results import ToolResult
from inftool.servers.seat import LocalSeats


@dataclass(frozen=True)
class Row:
    """One row of the seeded image."""

    entity: str
    path: str
    """Keys of the row's ancestors and its own, outermost first."""
    parent: str
    """Path of the parent row; empty for a root."""
    doc: dict[str, Any]


class World:
    """One program with one seed. Read-only: calls are tried on throw-away sessions."""

    def __init__(self, program: ServerProgram, seed: int) -> None:
        self.program = program
        self.seed = seed
        self.kernel = Kernel(program, seed)
        self.seats = LocalSeats(self.kernel)
        self.digest = program.digest
        self._tools = {
            tool.name: tool for tool in offered(program, [operation.tool for operation in program.operations])
        }
        self._rows: dict[str, list[Row]] = {}
        with self.kernel.open() as session:
            for name in program.entities:
                self._rows[name] = [Row(name, row.path, row.parent, row.doc) for row in session.stored(name)]

    def tool(self, name: str) -> Tool:
        """Return a tool as an assistant sees it."""
        return self._tools[name]

    def rows(self, entity: str) -> list[Row]:
        """Return the seeded rows of an entity, in creation order."""
        return self._rows.get(entity, [])

    def ancestors(self, row: Row) -> dict[str, Row]:
        """Return the rows that ``row`` is nested under, by entity, nearest first."""
        found: dict[str, Row] = {}
        while row.parent and (owner := self.program.entities[row.entity].parent):
            parent = next((other for other in self.rows(owner) if other.path == row.parent), None)
            if parent is None or owner in found:
                break
            found[owner] = row = parent
        return found

    def try_calls(self, calls: list[ToolCall]) -> list[ToolResult]:
        """Run calls in order on a fresh session and return their results."""
        with self.kernel.open() as session:
            return [self.kernel.call(session, call.name, call.arguments) for call in calls]

    def listed(self, call: ToolCall, entity: Entity) -> list[Row]:
        """Return the rows that a list call shows, in the order shown."""
        [result] = self.try_calls([call])
        operation = self.program.operation(call.name)
        if result.is_error or not isinstance(operation, EntityOperation):
            return []
        content: Any = result.content
        for name in operation.shape.path:
            content = content.get(name) if isinstance(content, dict) else None
        if not isinstance(content, list):
            return []
        by_key = {str(row.doc.get(entity.key)): row for row in self.rows(entity.name)}
        keys = [str(item.get(entity.key)) for item in content if isinstance(item, dict)]
        return [by_key[key] for key in keys if key in by_key]
