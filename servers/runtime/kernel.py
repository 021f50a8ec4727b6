"""The whole behaviour of a compiled server: validate a call, run it on a session, shape the answer.

No event loop, no MCP: the wire doors, the environments and bulk synthesis all call :meth:`Kernel.call`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from inftool.servers.program import (
    CreateOperation,
    DeleteOperation,
    EntityOperation,
    ListOperation,
    OpaqueOperation,
    Operation,
    ReadOperation,
    RowOperation,
    ServerProgram,
    UpdateOperation,
)
from inftool.servers.runtime.answering import prepare_answer
from inftool.servers.runtime.arguments import argument_validator, plain_json
from inftool.servers.runtime.errors import Refusal, error_answer
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.reading import prepare_list, prepare_read
from inftool.servers.runtime.results import ToolResult
from inftool.servers.runtime.seeds import seed_rows
from inftool.servers.runtime.session import Image, Row, Session
from inftool.servers.runtime.writing import prepare_create, prepare_delete, prepare_update

READING = frozenset(("read", "list", "search", "aggregate", "compute", "opaque"))
"""Kinds that never change a row."""
_HINTS: dict[str, dict[str, bool]] = {
    "read": {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True},
    "list": {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True},
    "search": {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True},
    "create": {"readOnlyHint": False, "destructiveHint": False, "idempotentHint": False},
    "update": {"readOnlyHint": False, "destructiveHint": True, "idempotentHint": True},
    "replace": {"readOnlyHint": False, "destructiveHint": True, "idempotentHint": True},
    "delete": {"readOnlyHint": False, "destructiveHint": True, "idempotentHint": True},
}


class UnknownTool(KeyError):
    """The program has no tool of that name; over MCP this is protocol error -32602."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else "unknown tool"


class ProgramError(ValueError):
    """A program contradicts itself; the message names the operation and what would be right."""


class Kernel:
    """Runs a program. One kernel serves any number of sessions.

    Args:
        program: the compiled server.
        seed: of the image of rows; the program's own if None.

    Raises:
        ProgramError: an operation names an entity or field that the program does not have.
    """

    def __init__(self, program: ServerProgram, seed: int | None = None) -> None:
        _check(program)
        self.program = program
        self.seed = program.seed if seed is None else seed
        self._operations = {operation.tool: operation for operation in program.operations}
        self._runs: dict[str, tuple[Callable[[Row], None], Run, bool]] = {}

    @cached_property
    def image(self) -> Image:
        """The seeded state that sessions are copied from; made at first use."""
        parents = {name: entity.parent for name, entity in self.program.entities.items()}
        first = {name: entity.ids.next for name, entity in self.program.entities.items() if entity.ids.next is not None}
        return Image.build(seed_rows(self.program, self.seed), parents, first)

    def open(self) -> Session:
        """Return a new session in the seeded state."""
        return Session(self.image)

    def tools(self) -> list[dict[str, Any]]:
        """Return what a client sees of each tool: name, title, description, input_schema and annotations."""
        return self._tools

    @cached_property
    def _tools(self) -> list[dict[str, Any]]:
        return [
            {
                "name": operation.tool,
                "title": operation.title,
                "description": operation.description,
                "input_schema": operation.input_schema,
                "annotations": dict(_HINTS.get(operation.kind, {})),
            }
            for operation in self.program.operations
        ]

    def call(self, session: Session, tool: str, arguments: Any = None) -> ToolResult:
        """Call a tool.

        Args:
            session: from :meth:`open` of this kernel.
            tool: its name.
            arguments: a JSON object; anything else is answered with a 400.

        Raises:
            UnknownTool: the program has no such tool. Every other fault of the caller is an answer.
        """
        prepared = self._runs.get(tool)
        if prepared is None:
            prepared = self._prepare(tool)
        validate, run, writes = prepared
        operation = self._operations[tool]
        try:
            plain = plain_json({} if arguments is None else arguments)
            validate(plain)
            if writes:
                with session.transaction():
                    content = run(session, plain)
            else:
                content = run(session, plain)
        except Refusal as refusal:
            status, body = error_answer(operation, refusal, self.seed)
            return ToolResult(True, status, body)
        return ToolResult(False, operation.success_status, content)

    def _prepare(self, tool: str) -> tuple[Callable[[Row], None], Run, bool]:
        operation = self._operations.get(tool)
        if operation is None:
            raise UnknownTool(f"{self.program.name} has no tool {tool[:80]!r}")
        machine = Machine(self.program, self.seed)
        run, writes = _prepare_run(machine, operation), operation.kind not in READING
        prepared = argument_validator(operation.input_schema), run, writes
        self._runs[tool] = prepared
        return prepared


def _prepare_run(machine: Machine, operation: Operation) -> Run:
    match operation:
        case ReadOperation():
            return prepare_read(machine, operation)
        case ListOperation():
            return prepare_list(machine, operation)
        case CreateOperation():
            return prepare_create(machine, operation)
        case UpdateOperation():
            return prepare_update(machine, operation)
        case DeleteOperation():
            return prepare_delete(machine, operation)
        case OpaqueOperation():
            return prepare_answer(machine, operation)
    raise ProgramError(f"operation {operation.tool}: kind {operation.kind!r} is not run yet")


def _check(program: ServerProgram) -> None:
    for name, entity in program.entities.items():
        if entity.key not in entity.fields:
            raise ProgramError(f"entities.{name}: key {entity.key!r} is not one of its fields; add it to fields")
        if entity.parent is not None and entity.parent not in program.entities:
            raise ProgramError(f"entities.{name}: parent {entity.parent!r} is not an entity of the program")
    for operation in program.operations:
        if not isinstance(operation, EntityOperation):
            continue
        for used in (operation.entity, *operation.parents.values()):
            if used not in program.entities:
                raise ProgramError(f"operation {operation.tool}: {used!r} is not an entity of the program")
        fields = program.entities[operation.entity].fields
        named = list(getattr(operation, "values", {}).values())
        if isinstance(operation, RowOperation):
            named.append(operation.key_field)
        for field in named:
            if field not in fields:
                raise ProgramError(f"operation {operation.tool}: {operation.entity} has no field {field!r}")
