"""The whole behaviour of a compiled server: validate a call, run it on a session, shape the answer.

No event loop, no MCP: the wire doors, the environments and bulk synthesis all call :meth:`Kernel.call`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from inftool.servers.fixtures.placing import with_state
from inftool.servers.profiles.running import prepare_profile, profile_rows
from inftool.servers.program import (
    ActionOperation,
    AggregateOperation,
    BulkOperation,
    ComputeOperation,
    CreateOperation,
    DeleteOperation,
    DispatchOperation,
    EntityOperation,
    LinkOperation,
    ListOperation,
    OpaqueOperation,
    Operation,
    ProfileOperation,
    ReadOperation,
    RecordOperation,
    RowOperation,
    ServerProgram,
    UpdateOperation,
    VacancyOperation,
)
from inftool.servers.runtime.acting import prepare_action, prepare_record
from inftool.servers.runtime.aggregating import prepare_aggregate
from inftool.servers.runtime.answering import prepare_answer
from inftool.servers.runtime.arguments import argument_validator, plain_json
from inftool.servers.runtime.bulk import prepare_bulk
from inftool.servers.runtime.computing import prepare_compute
from inftool.servers.runtime.creating import prepare_create
from inftool.servers.runtime.dispatching import prepare_dispatch
from inftool.servers.runtime.errors import Refusal, error_answer
from inftool.servers.runtime.hints import may_write, tool_hints
from inftool.servers.runtime.linking import prepare_link
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.reading import prepare_list, prepare_read
from inftool.servers.runtime.results import ToolResult
from inftool.servers.runtime.schedules import prepare_vacancy
from inftool.servers.runtime.seeds import seed_rows
from inftool.servers.runtime.session import Image, Row, Session, SessionFull
from inftool.servers.runtime.writing import prepare_delete, prepare_update
from inftool.specs.spec import JsonSchema


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
        state: a parsed state document with the rows to start with (rule G4); those of the program if None.

    Raises:
        StateError: the state cannot be read.
        ProgramError: an operation names an entity or field that the program does not have.
    """

    def __init__(self, program: ServerProgram, seed: int | None = None, state: object = None) -> None:
        if state is not None:
            program, _ = with_state(program, state)
        _check(program)
        self.program = program
        self.seed = program.seed if seed is None else seed
        self._operations = {operation.tool: operation for operation in program.operations}
        self._machine = Machine(program, self.seed)
        self._runs: dict[str, tuple[Callable[[Row], None], Run, bool]] = {}

    @cached_property
    def image(self) -> Image:
        """The seeded state that sessions are copied from; made at first use."""
        parents = {name: entity.parent for name, entity in self.program.entities.items()}
        first = {name: entity.ids.next for name, entity in self.program.entities.items() if entity.ids.next is not None}
        rows = seed_rows(self.program, self.seed)
        rows += profile_rows(self.program, self.seed)
        return Image.build(rows, parents, first)

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
                "annotations": tool_hints(operation),
            }
            for operation in self.program.operations
        ]

    def answer_schema(self, tool: str) -> JsonSchema | None:
        """Return the schema of what a tool answers; None where none is declared.

        Raises:
            UnknownTool: the program has no such tool.
        """
        operation = self._operations.get(tool)
        if operation is None:
            raise UnknownTool(f"{self.program.name} has no tool {tool[:80]!r}")
        return operation.output_schema

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
        except SessionFull as full:
            return ToolResult(True, 507, {"error": {"code": "storage_full", "message": f"{full}; delete some"}})
        return ToolResult(False, operation.success_status, content)

    def _prepare(self, tool: str) -> tuple[Callable[[Row], None], Run, bool]:
        operation = self._operations.get(tool)
        if operation is None:
            raise UnknownTool(f"{self.program.name} has no tool {tool[:80]!r}")
        run = _prepare_run(self._machine, operation)
        prepared = argument_validator(operation.input_schema), run, may_write(operation)
        self._runs[tool] = prepared
        return prepared


def _prepare_run(machine: Machine, operation: Operation) -> Run:
    match operation:
        case ReadOperation():
            return prepare_read(machine, operation)
        case ListOperation():
            return prepare_list(machine, operation)
        case AggregateOperation():
            return prepare_aggregate(machine, operation)
        case VacancyOperation():
            return prepare_vacancy(machine, operation)
        case CreateOperation():
            return prepare_create(machine, operation)
        case UpdateOperation():
            return prepare_update(machine, operation)
        case DeleteOperation():
            return prepare_delete(machine, operation)
        case BulkOperation():
            return prepare_bulk(machine, operation)
        case LinkOperation():
            return prepare_link(machine, operation)
        case ActionOperation():
            return prepare_action(machine, operation)
        case ComputeOperation():
            return prepare_compute(machine, operation)
        case RecordOperation():
            return prepare_record(machine, operation)
        case ProfileOperation():
            return prepare_profile(machine, operation)
        case DispatchOperation():
            return prepare_dispatch(machine, operation, _prepare_run)
        case OpaqueOperation():
            return prepare_answer(machine, operation)


def _check(program: ServerProgram) -> None:
    for name, entity in program.entities.items():
        if entity.key not in entity.fields and not (entity.singleton and not entity.key):
            raise ProgramError(f"entities.{name}: key {entity.key!r} is not one of its fields; add it to fields")
        if entity.parent is not None and entity.parent not in program.entities:
            raise ProgramError(f"entities.{name}: parent {entity.parent!r} is not an entity of the program")
    if program.session is not None and program.session not in program.entities:
        raise ProgramError(f"session: {program.session!r} is not an entity of the program")
    machine = Machine(program, program.seed)
    for operation in program.flat():
        if isinstance(operation, EntityOperation):
            _check_operation(machine, operation)


def _check_operation(machine: Machine, operation: EntityOperation) -> None:
    program = machine.program
    for used in (operation.entity, *operation.parents.values(), *(ref.entity for ref in operation.rows.values())):
        if used not in program.entities:
            raise ProgramError(f"operation {operation.tool}: {used!r} is not an entity of the program")
    for insert in operation.inserts:
        made = program.entities.get(insert.entity)
        if made is None:
            raise ProgramError(f"operation {operation.tool}: {insert.entity!r} is not an entity of the program")
        for field in insert.values:
            if field not in made.fields:
                raise ProgramError(f"operation {operation.tool}: {insert.entity} has no field {field!r}")
    entity = program.entities[operation.entity]
    named = list(getattr(operation, "values", {}).values())
    if isinstance(operation, RowOperation) and operation.key:
        named.append(operation.key_field)
    elif isinstance(operation, RowOperation) and not (
        entity.singleton or entity.name in machine.actors or operation.kind in ("login", "signup")  # type: ignore[attr-defined]
    ):
        raise ProgramError(f"operation {operation.tool}: no argument names its {entity.label}; set key")
    if isinstance(operation, LinkOperation) and not entity.key:
        raise ProgramError(f"operation {operation.tool}: {operation.entity} has no key to link by")
    for field in named:
        if field.partition(".")[0] not in entity.fields and field not in entity.fields:
            raise ProgramError(f"operation {operation.tool}: {operation.entity} has no field {field!r}")
