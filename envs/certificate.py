"""The certificate: a task is accepted only when playing it shows that its reward means what it says.

Every check plays whole episodes on fresh sessions with scripted assistants; nothing is argued from the task's text.
"""

from __future__ import annotations

from collections.abc import Sequence

from inftool.agents.message import Message, ToolCall
from inftool.agents.mutant import changed_arguments, dropped_calls, other_value
from inftool.agents.prompt import read_action, write_calls
from inftool.agents.scripted import ScriptAssistant
from inftool.envs.episode import Episode, Trajectory, known, play
from inftool.envs.task import Certificate, Check, Task
from inftool.envs.wording import REFUSAL
from inftool.envs.world import World
from inftool.servers.program import DeleteOperation, ListOperation, ReadOperation


def certify(task: Task, world: World) -> Certificate:
    """Play a task in every way that matters and record what came of it. Stops at the first check that fails."""
    checks: list[Check] = []
    for check in _CHECKS:
        checks.append(check(task, world))
        if not checks[-1].passed:
            break
    return Certificate(checks=tuple(checks))


def run(task: Task, world: World, script: Sequence[Message]) -> Trajectory:
    """Play a fixed script on a task."""
    return play(Episode(task, world.seats), ScriptAssistant(script))


def _score(task: Task, world: World, script: Sequence[Message]) -> float:
    return run(task, world, script).verdict.strict or 0.0


def _gold_scores(task: Task, world: World) -> Check:
    verdict = run(task, world, task.gold).verdict
    shut = [f"{gate.name}: {gate.why}" for gate in verdict.gates if not gate.open]
    return Check(name="gold scores 1", passed=verdict.strict == 1.0, evidence="; ".join(shut) or verdict.outcome)


def _replay_is_stable(task: Task, world: World) -> Check:
    first, second = (run(task, world, task.gold).model_dump_json() for _ in range(2))
    return Check(name="replay is stable", passed=first == second, evidence=f"{len(first)} bytes")


def _inaction_fails(task: Task, world: World) -> Check:
    """Nothing, only the gold's words, and a refusal each score 0 (the last two where they are not the gold itself)."""
    scripts: dict[str, list[Message]] = {"null": []}
    if not task.goal.refuse:
        scripts["words without calls"] = [message for message in task.gold if not message.tool_calls]
        scripts["refusal"] = [Message(role="assistant", content=REFUSAL)]
    scored = [name for name, script in scripts.items() if _score(task, world, script)]
    return Check(name="inaction scores 0", passed=not scored, evidence=", ".join(scored or scripts))


def _dropped_calls_fail(task: Task, world: World) -> Check:
    scored = [name for name, script in dropped_calls(task.gold) if _score(task, world, script)]
    return Check(
        name="a dropped call scores 0",
        passed=not scored,
        evidence=", ".join(scored) or f"{len(task.gold_calls)} dropped",
    )


def _changed_arguments_fail(task: Task, world: World) -> Check:
    """Every changed argument scores 0; one of a page or an order may not matter and is left out."""
    scored, tried = [], 0
    tools = [world.tool(name) for name in task.tools]
    for call, name, script in changed_arguments(task.gold, tools):
        if _is_view(world, call, name):
            continue
        tried += 1
        if _score(task, world, script):
            scored.append(f"{call.name}.{name}")
    return Check(
        name="a changed argument scores 0", passed=not scored, evidence=", ".join(scored) or f"{tried} changed"
    )


def _is_view(world: World, call: ToolCall, argument: str) -> bool:
    """Whether an argument only says which part of a list is seen, in which order."""
    operation = world.program.operation(call.name)
    if not isinstance(operation, ListOperation):
        return False
    paging, sorting = operation.paging, operation.sorting
    return argument in (paging.limit, paging.offset, paging.page, paging.cursor, sorting.by, sorting.direction)


def _extra_write_fails(task: Task, world: World) -> Check:
    """The gold with one more write before its last message scores 0, for the first write on offer that succeeds."""
    for call in _writes(task, world):
        script = [*task.gold[:-1], Message(role="assistant", tool_calls=(call,)), task.gold[-1]]
        trajectory = run(task, world, script)
        if trajectory.verdict.changes != run(task, world, task.gold).verdict.changes:
            return Check(name="an extra write scores 0", passed=trajectory.verdict.strict == 0.0, evidence=call.name)
    return Check(name="an extra write scores 0", passed=True, evidence="no other write is on offer")


def _writes(task: Task, world: World) -> list[ToolCall]:
    """Return calls that write something the goal does not want, made from the tools on offer."""
    calls: list[ToolCall] = []
    for name in task.tools:
        operation = world.program.operation(name)
        golds = [call for call in task.gold_calls if call.name == name]
        schemas = operation.input_schema.get("properties", {})
        for gold in golds:
            for argument, value in gold.arguments.items():
                other = other_value(value, schemas.get(argument) or {})
                calls.append(ToolCall(name=name, arguments={**gold.arguments, argument: other}))
        if isinstance(operation, DeleteOperation) and not operation.parents:
            for row in world.rows(operation.entity)[:2]:
                calls.append(ToolCall(name=name, arguments={operation.key: row.doc.get(operation.key_field)}))
    return [call for call in calls if not isinstance(world.program.operation(call.name), ReadOperation | ListOperation)]


def _extra_read_scores(task: Task, world: World) -> Check:
    """The gold with a harmless read put before its first call still scores 1."""
    if task.goal.refuse:
        return Check(name="an extra read scores 1", passed=True, evidence="nothing may be called")
    for name in task.tools:
        operation = world.program.operation(name)
        if isinstance(operation, ListOperation) and not operation.input_schema.get("required"):
            call = ToolCall(name=name)
        elif read := next((call for call in task.gold_calls if call.name == name), None):
            if not isinstance(operation, ReadOperation | ListOperation):
                continue
            call = read
        else:
            continue
        at = next((at for at, message in enumerate(task.gold) if message.tool_calls), 0)
        script = [*task.gold[:at], Message(role="assistant", tool_calls=(call,)), *task.gold[at:]]
        return Check(name="an extra read scores 1", passed=_score(task, world, script) == 1.0, evidence=name)
    return Check(name="an extra read scores 1", passed=True, evidence="no read is on offer")


def _arguments_are_known(task: Task, world: World) -> Check:
    """Every value of every gold call was said by the user or shown by an earlier result."""
    messages = run(task, world, task.gold).messages
    unknown = []
    for at, message in enumerate(messages):
        seen = "\n".join(other.content for other in messages[:at] if other.role in ("user", "tool"))
        for call in message.tool_calls:
            unknown += [f"{call.name}.{name}" for name, value in call.arguments.items() if not _known(seen, value)]
    return Check(name="every argument is known", passed=not unknown, evidence=", ".join(unknown) or "all")


def _known(seen: str, value: object) -> bool:
    if isinstance(value, bool):
        return str(value).lower() in seen.lower()
    if isinstance(value, list):
        return all(_known(seen, item) for item in value)
    if isinstance(value, dict):
        return all(_known(seen, item) for item in value.values())
    return known(seen, value)


def _no_tool_names(task: Task, world: World) -> Check:
    """The user does not speak in tool names."""
    said = " ".join([task.agenda.request, *(slot.sentence for slot in task.agenda.slots)])
    leaked = [name for name in task.tools if name in said and not name.isalpha()]
    leaked += [name for name in task.tools if name.isalpha() and not name.islower() and name in said]
    return Check(name="no tool name is leaked", passed=not leaked, evidence=", ".join(leaked) or "none")


def _gold_can_be_written(task: Task, world: World) -> Check:
    """The gold's calls survive being written in the compact form and read back."""
    for message in task.gold:
        if message.tool_calls:
            back = read_action(write_calls(message.tool_calls))
            if not isinstance(back, Message) or [(call.name, call.arguments) for call in back.tool_calls] != [
                (call.name, call.arguments) for call in message.tool_calls
            ]:
                return Check(
                    name="gold can be written and read", passed=False, evidence=write_calls(message.tool_calls)
                )
    return Check(name="gold can be written and read", passed=True, evidence="equal")


_CHECKS = (
    _no_tool_names,
    _gold_scores,
    _arguments_are_known,
    _inaction_fails,
    _dropped_calls_fail,
    _changed_arguments_fail,
    _extra_write_fails,
    _extra_read_scores,
    _replay_is_stable,
    _gold_can_be_written,
)
