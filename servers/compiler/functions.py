"""Compiling bare tools: names, arguments, answers and a state document become a server (rules B1 to B9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inftool.servers.compiler.bare.answer import Answer, answer_of
from inftool.servers.compiler.bare.describing import bounded
from inftool.servers.compiler.bare.dispatching import dispatch_cases
from inftool.servers.compiler.bare.entities import build_entities, hints_of, initial_rows
from inftool.servers.compiler.bare.evidence import Evidence, sort_evidence
from inftool.servers.compiler.bare.implied import begin, imply
from inftool.servers.compiler.bare.names import Named, take_apart
from inftool.servers.compiler.bare.reader import Reader
from inftool.servers.compiler.bare.sessions import find_logins
from inftool.servers.compiler.bare.things import ID_ENDS, World
from inftool.servers.compiler.bare.world import enumerated, make_world
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import split
from inftool.servers.fixtures import StateDocument
from inftool.servers.profiles.recognising import public_face
from inftool.servers.program import DispatchOperation, Entity, Operation
from inftool.specs.spec import ToolSpec


@dataclass
class BareServer:
    """What the bare tools of a specification were compiled to."""

    operations: dict[str, Operation] = field(default_factory=dict)
    """By tool."""
    entities: dict[str, Entity] = field(default_factory=dict)
    session: str | None = None
    initial: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Rows of the state document, by entity."""


def compile_bare(
    tools: Sequence[ToolSpec], schemas: Schemas, state: StateDocument | None = None, taken: Sequence[str] = ()
) -> BareServer:
    """Compile tools that have no path.

    Args:
        tools: the tools; those that a profile claims are not among them.
        schemas: the named schemas that they may refer to.
        state: the state document, where there is one: the best evidence of what there is.
        taken: names of entities that are there already.
    """
    tools = [_with_bounds(tool) for tool in tools]
    cases = {tool.name: dispatch_cases(tool) for tool in tools}
    virtual = [case for tool in tools for case in ([*cases[tool.name].values()] if cases[tool.name] else [tool])]
    names = take_apart(virtual)
    answers = {tool.name: answer_of(tool, schemas) for tool in virtual}
    listed = list(names.values())
    world = make_world(listed, answers, sort_evidence(state, _spoken(listed)) if state is not None else Evidence())
    for thing in world.things:
        enumerated(world, thing, listed, answers)
    entities, read = _read(world, names, answers, schemas, taken)
    if imply(world, names, answers, read):
        entities, read = _read(world, names, answers, schemas, taken)
    if begin(world, read):
        entities, read = _read(world, names, answers, schemas, taken)
    session = next((thing.name for thing in world.singles() if not thing.noun and thing.name), None)
    result = BareServer({}, entities, session, initial_rows(world))
    for tool in tools:
        result.operations[tool.name] = _operation(tool, cases[tool.name], read, schemas)
    return result


def _read(
    world: World,
    names: Mapping[str, Named],
    answers: Mapping[str, Answer],
    schemas: Schemas,
    taken: Sequence[str],
) -> tuple[dict[str, Entity], dict[str, Operation]]:
    """Return the entities of a world, and the operation of each tool."""
    logins = find_logins(world, list(names.values()))
    entities = build_entities(world, logins, taken)
    reader = Reader(world, entities, answers, schemas, hints_of(world, entities), logins, names.values())
    ordered = sorted(names, key=lambda tool: names[tool].kind != "create")
    return entities, {tool: reader.read(names[tool]) for tool in ordered}


def _operation(tool: ToolSpec, cases: dict[str, ToolSpec], read: dict[str, Operation], schemas: Schemas) -> Operation:
    if not cases:
        return read[tool.name]
    found = {value: read[case.name] for value, case in cases.items()}
    order = ("low", "medium", "high")
    sure = min((operation.confidence for operation in found.values()), key=order.index)
    return DispatchOperation(
        **public_face(tool, schemas), argument=_argument(cases),
        cases=found, confidence=sure, rules=["B1"],
    )  # fmt: skip


def _argument(cases: dict[str, ToolSpec]) -> str:
    return next(str(case.annotations["dispatched"]) for case in cases.values())


def _spoken(names: Iterable[Named]) -> set[tuple[str, ...]]:
    """Return the nouns whose rows tools ask for by themselves, and those that arguments name keys of."""
    found = {n.single for n in names if n.kind in ("read", "list", "search", "update", "delete") and n.noun}
    for named in names:
        for argument in named.arguments:
            words = split(argument)
            if len(words) > 1 and words[-1] in ID_ENDS and named.type(argument) in ("string", "integer", ""):
                found.add(words[:-1])
    return found


def _with_bounds(tool: ToolSpec) -> ToolSpec:
    """Return a tool with the bounds that the descriptions of its arguments state (rule B7)."""
    properties = tool.input_schema.get("properties") or {}
    stated = {name: bounded(name, part) if isinstance(part, dict) else part for name, part in properties.items()}
    if stated == properties:
        return tool
    return tool.model_copy(update={"input_schema": {**tool.input_schema, "properties": stated}})
