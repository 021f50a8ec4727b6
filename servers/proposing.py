"""A language model's proposals for what the rules could not tell, kept only if the server still holds together.

The model is asked about one tool at a time and answers with data: a few fields of the operation. Whatever it says, it
can only choose among the kinds, entities, fields and arguments that are there; the public face of a tool is not its to
change. A proposal that does not validate, names what does not exist, or makes the server break one more of the
properties of :mod:`inftool.servers.checking` is refused, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from inftool.servers.checking import check_properties
from inftool.servers.overrides import OverrideError, apply_overrides
from inftool.servers.program import Operation, ServerProgram
from inftool.servers.runtime.kernel import ProgramError
from inftool.specs.spec import JsonSchema

Ask = Callable[[str], str]
"""Sends a prompt to a language model and returns its answer; may raise anything where the model is out of reach."""

KINDS = {
    "read": "returns one row",
    "list": "returns the rows, filtered",
    "search": "returns the rows that match a query",
    "create": "adds a row",
    "update": "changes the given fields of a row",
    "delete": "removes a row",
    "transition": "sets a state of a row",
    "toggle": "sets a boolean or a time of a row",
    "adjust": "adds to a number of a row, or subtracts from it",
    "compute": "works an answer out of its arguments and touches no row",
}
"""What may be proposed, as the model is told it."""
_MAY_SET = frozenset(
    ("kind", "entity", "key", "key_field", "values", "filters", "parents", "effects", "checks", "shape", "upsert")
)
_MAX_ANSWER = 20_000
_MAX_SCHEMA = 1_500
_PROMPT = """\
An API tool is to be simulated by a stateful server. Say what the tool does to the server's rows.

Tool: {name}
Description: {description}
Arguments (JSON Schema): {arguments}
Answer (JSON Schema): {answer}
What is known: {known}

Entities of the server, each with its key and fields:
{entities}

Kinds of operation:
{kinds}

Answer with one JSON object and nothing else. Its properties: "kind" (one of the above), "entity" (one of the above; \
not for compute), "key" (the argument that names the row), "key_field" (the field that it is compared with), "values" \
(argument to field, for create, update), "filters" (argument to {{"field": ..., "test": "eq"}}, for list, search), \
"effects" (for transition, toggle, adjust: a list of {{"field": ..., "do": "set" or "add" or "subtract", \
"by": {{"value": ...}} or {{"argument": ...}}}}). If no kind fits, answer {{}}.
"""


class Proposal(BaseModel):
    """What a language model said of one tool, and whether it was kept."""

    model_config = ConfigDict(extra="forbid")

    tool: str
    change: dict[str, Any] = Field(default_factory=dict)
    """Fields of the operation, as in an overrides document."""
    kept: bool
    reason: str = ""
    """Why it was not kept."""


class Proposals(BaseModel):
    """The proposals for a program."""

    model_config = ConfigDict(extra="forbid")

    proposals: list[Proposal] = Field(default_factory=list)
    stopped: str = ""
    """Why not all tools were asked about, such as an endpoint that went away."""

    @property
    def overrides(self) -> dict[str, Any]:
        """The kept ones as an overrides document."""
        kept = {proposal.tool: proposal.change for proposal in self.proposals if proposal.kept}
        return {"operations": kept} if kept else {}


def propose(
    program: ServerProgram, ask: Ask, limit: int = 200, progress: Callable[[int, int], None] | None = None
) -> tuple[ServerProgram, Proposals]:
    """Ask a language model about the operations of low confidence, and keep what holds.

    Args:
        program: the compiled program; it is left as it is.
        ask: the model.
        limit: most tools asked about, in the program's order.
        progress: called with (tools asked about, tools in all).

    Returns:
        The program with the kept proposals, and what became of each. Where the model is out of reach, what was kept
        before stays, and ``stopped`` says why the rest was not asked.
    """
    unsure = [operation for operation in program.operations if _is_unsure(operation)][:limit]
    found = Proposals()
    broken = _violations(program) if unsure else frozenset()
    for done, operation in enumerate(unsure, 1):
        try:
            answer = ask(prompt_for(program, operation))
        except Exception as error:
            found.stopped = f"{type(error).__name__}: {str(error)[:300]}"
            break
        proposal, program, broken = _judge(program, operation, answer, broken)
        found.proposals.append(proposal)
        if progress is not None:
            progress(done, len(unsure))
    return program, found


def prompt_for(program: ServerProgram, operation: Operation) -> str:
    """Return what a model is asked about one operation; bounded in length."""
    entities = [
        f"- {entity.name}: key {entity.key or '(only one)'}; fields {', '.join(list(entity.fields)[:40])}"
        for entity in list(program.entities.values())[:60]
    ]
    return _PROMPT.format(
        name=operation.tool,
        description=(operation.description or operation.title)[:1000] or "(none)",
        arguments=_short(operation.input_schema),
        answer=_short(operation.output_schema or {}),
        known=" ".join([*operation.guesses, getattr(operation, "reason", "")])[:500] or "nothing",
        entities="\n".join(entities) or "- (none)",
        kinds="\n".join(f"- {kind}: {meaning}" for kind, meaning in KINDS.items()),
    )


def _is_unsure(operation: Operation) -> bool:
    return operation.confidence == "low" and operation.kind not in ("dispatch", "profile")


def _judge(
    program: ServerProgram, operation: Operation, answer: str, broken: frozenset[str]
) -> tuple[Proposal, ServerProgram, frozenset[str]]:
    """Return the proposal, the program with it if it is kept, and the properties that are broken then."""
    tool = operation.tool
    change = _change_in(answer)
    if change is None:
        return Proposal(tool=tool, kept=False, reason="The answer holds no JSON object."), program, broken
    if not change:
        return Proposal(tool=tool, kept=False, reason="The model proposes nothing."), program, broken
    refused = _not_allowed(change)
    if refused:
        return Proposal(tool=tool, change=change, kept=False, reason=refused), program, broken
    change |= {"confidence": "medium", "guesses": ["A language model proposed it."]}
    try:
        changed = apply_overrides(program, {"operations": {tool: change}})
        now = _violations(changed)
    except (OverrideError, ProgramError) as error:
        return Proposal(tool=tool, change=change, kept=False, reason=str(error)), program, broken
    if new := sorted(now - broken):
        return Proposal(tool=tool, change=change, kept=False, reason=f"It breaks a property: {new[0]}"), program, broken
    return Proposal(tool=tool, change=change, kept=True), changed, now


def _violations(program: ServerProgram) -> frozenset[str]:
    return frozenset(f"{violation.tool}: {violation.rule}" for violation in check_properties(program, program.seed))


def _not_allowed(change: dict[str, Any]) -> str:
    """Return why a change may not be made whatever it leads to; ``""`` where it may."""
    for name in change:
        if name not in _MAY_SET:
            return f"{str(name)[:40]!r} is not for a model to change; allowed are {', '.join(sorted(_MAY_SET))}."
    kind = change.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        return f"The kind {str(kind)[:40]!r} is none of {', '.join(KINDS)}."
    if kind in ("transition", "toggle", "adjust") and not change.get("effects"):
        return f"A {kind} without effects changes nothing."
    return ""


def _change_in(answer: str) -> dict[str, Any] | None:
    """Return the first JSON object in a model's answer, which may be wrapped in prose or a code fence."""
    for candidate in _objects(answer[:_MAX_ANSWER]):
        try:
            found = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return found
    return None


def _objects(text: str) -> Iterator[str]:
    """Yield the outermost balanced ``{...}`` parts of a text, braces in strings not counted."""
    start, depth, quoted, escaped = 0, 0, False, False
    for place, character in enumerate(text):
        if quoted:
            quoted = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            quoted = depth > 0
        elif character == "{":
            start = place if depth == 0 else start
            depth += 1
        elif character == "}" and depth:
            depth -= 1
            if depth == 0:
                yield text[start : place + 1]


def _short(schema: JsonSchema) -> str:
    text = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= _MAX_SCHEMA else text[:_MAX_SCHEMA] + "..."
