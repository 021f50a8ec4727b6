"""The episode: user, assistant and tools in a loop, without Gymnasium and without a model.

The caller feeds the assistant's actions to :meth:`Episode.step`; the episode runs the tools and the user and, once it
is over, judges what happened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from inftool.agents.agenda import AgendaUser
from inftool.agents.assistant import Assistant, AssistantUnavailable
from inftool.agents.message import Action, Malformed, Message, Tool, ToolCall
from inftool.agents.user import SimulatorFault, UserSimulator
from inftool.envs.goal import differences, mentions, untold
from inftool.envs.reward import Gate, GateName, Verdict
from inftool.envs.task import Task
from inftool.servers.program import DeleteOperation, EntityOperation, ReadOperation, ServerProgram, UpdateOperation
from inftool.servers.runtime.changes import RowChange
from inftool.servers.seat import Seat, Seats, ServerLost

MAX_TURNS = 8
"""Assistant messages in an episode before it is truncated."""
MAX_FRUITLESS = 3
"""Turns in a row that are unreadable or whose every call fails, before an episode is truncated."""
MAX_CALLS = 8
"""Calls in one message; more are refused."""
RETRIES = 2
"""Times that an episode is played again after a fault of the infrastructure."""
MAX_CONTENT = 100_000
"""Characters of an assistant's text that are kept."""

_REFUSAL = re.compile(
    r"\b(can'?t|cannot|can not|unable|not able|not possible|isn'?t possible|don'?t have|do not have"
    r"|no (suitable |matching |such )?(tool|function|way)|none of (the|my) tools"
    r"|not (supported|available)|unfortunately)\b",
    re.IGNORECASE,
)


class Trajectory(BaseModel):
    """What happened in one episode: a whole record, for training, for export and for reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    task: str
    assistant: str
    tools: tuple[Tool, ...]
    messages: tuple[Message, ...]
    verdict: Verdict


class Episode:
    """One play of one task.

    Attributes:
        messages: the dialogue so far; begins with the user's request.
        tools: the tools on offer.
        done: whether the episode is over; then :meth:`verdict` says how it went.
    """

    def __init__(
        self,
        task: Task,
        seats: Seats,
        user: UserSimulator | None = None,
        max_turns: int = MAX_TURNS,
        max_fruitless: int = MAX_FRUITLESS,
    ) -> None:
        """Let the user speak and take a seat at the server.

        Args:
            task: the task; its program must be that of the seats.
            seats: where the calls are run; their seed must be the task's. A server that is lost at any moment ends
                the episode with the outcome ``infrastructure``.
            user: who has the wish; the task's own agenda by default.
            max_turns: assistant messages before the episode is truncated.
            max_fruitless: turns in a row that are unreadable or whose every call fails, before it is truncated.
        """
        self.task = task
        self.tools: list[Tool] = offered(seats.program, task.tools)
        self.done = False
        self._program = seats.program
        self._seat: Seat | None = None
        self._user: UserSimulator = user or AgendaUser(task.agenda)
        self._max_turns = max_turns
        self._max_fruitless = max_fruitless
        self._turns = 0
        self._fruitless = 0
        self._truncated = False
        self._fault: Verdict | None = None
        self._faults: dict[GateName, str] = {}
        self._calls = 0
        self._changes: tuple[RowChange, ...] | None = None
        self.messages: list[Message] = []
        try:
            self.messages.append(Message(role="user", content=self._user.open()))
            self._seat = seats.open()
        except SimulatorFault as error:
            self._end(Verdict(outcome="simulator", note=str(error)))
        except ServerLost as error:
            self._end(Verdict(outcome="infrastructure", note=str(error)))

    def step(self, action: Action) -> None:
        """Take the assistant's next message; run its calls, or let the user answer.

        Raises:
            RuntimeError: the episode is over.
        """
        if self.done:
            raise RuntimeError("the episode is over; start a new one")
        self._turns += 1
        self._fruitless += 1
        if isinstance(action, Malformed):
            self._faults["format"] = action.reason
            self._say(Message(role="assistant", content=action.text[:MAX_CONTENT]))
            self._say(Message(role="tool", name="", tool_call_id="", content=f"Not understood: {action.reason}"))
        else:
            self._faults.pop("format", None)
            try:
                self._act(action)
            except ServerLost as error:
                self._end(Verdict(outcome="infrastructure", note=str(error)))
        if not self.done and (self._turns >= self._max_turns or self._fruitless >= self._max_fruitless):
            self._truncated = True
            self._end()

    def abort(self, outcome: str, note: str) -> None:
        """End the episode with a fault that is not the assistant's doing (``infrastructure`` or ``simulator``)."""
        self._end(Verdict(outcome="simulator" if outcome == "simulator" else "infrastructure", note=note))

    def close(self) -> None:
        """End the episode, if it is not over, and free its session."""
        if not self.done:
            self._truncated = True
            self._end()

    def _act(self, message: Message) -> None:
        calls = tuple(
            call if call.id else call.model_copy(update={"id": f"call_{self._calls + number}"})
            for number, call in enumerate(message.tool_calls, 1)
        )
        self._calls += len(calls)
        self._say(
            message.model_copy(
                update={"role": "assistant", "tool_calls": calls, "content": message.content[:MAX_CONTENT]}
            )
        )
        if calls:
            for number, call in enumerate(calls):
                if number < MAX_CALLS:
                    content = self._run(call)
                else:
                    content = self._shut("tool", f"at most {MAX_CALLS} calls in one message")
                self._say(Message(role="tool", name=call.name, tool_call_id=call.id, content=content))
            return
        self._fruitless = 0
        try:
            reply = self._user.reply(self.messages[-1])
        except SimulatorFault as error:
            self._end(Verdict(outcome="simulator", note=str(error)))
            return
        if reply is None:
            self._end()
        else:
            self._say(Message(role="user", content=reply))

    def _run(self, call: ToolCall) -> str:
        """Run one call; note which gate it passes or shuts."""
        if call.name not in {tool.name for tool in self.tools}:
            return self._shut("tool", f"{call.name} is not among the tools")
        self._faults.pop("tool", None)
        assert self._seat is not None, "an episode without a seat is over"
        result = self._seat.call(call.name, call.arguments)
        if result.is_error:
            gate: GateName = "arguments" if result.status in (400, 422) else "execution"
            self._shut(gate, f"{call.name}: {result.text}"[:300])
            return result.text
        self._fruitless = 0
        if made_up := self._made_up(call):
            self._shut("arguments", made_up)
        else:
            self._faults.pop("arguments", None)
        self._faults.pop("execution", None)
        return result.text

    def _made_up(self, call: ToolCall) -> str:
        """Return why a call names a row that nobody mentioned: an id must come from the user or from a result."""
        operation = self._program.operation(call.name)
        if not isinstance(operation, EntityOperation):
            return ""
        names = list(operation.parents)
        if isinstance(operation, ReadOperation | UpdateOperation | DeleteOperation):
            names.append(operation.key)
        seen = "\n".join(message.content for message in self.messages if message.role in ("user", "tool"))
        for name in names:
            value = call.arguments.get(name)
            if value is not None and not isinstance(value, dict | list | bool) and not known(seen, value):
                return f"{call.name}: {name} {value!r} was never mentioned by the user or by a tool"
        return ""

    def _shut(self, gate: GateName, why: str) -> str:
        self._faults[gate] = why
        return why

    def _say(self, message: Message) -> None:
        self.messages.append(message)

    def _end(self, fault: Verdict | None = None) -> None:
        if self.done:
            return
        self.done = True
        if self._seat is not None:
            try:
                if fault is None:
                    self._changes = tuple(self._seat.diff())
            except ServerLost as error:
                fault = Verdict(outcome="infrastructure", note=str(error))
            self._seat.close()
        self._fault = fault

    def verdict(self) -> Verdict:
        """Judge the episode.

        Raises:
            RuntimeError: it is not over yet.
        """
        if not self.done:
            raise RuntimeError("the episode is not over yet")
        if self._fault is not None:
            return self._fault
        changes = self._changes or ()
        reasons: dict[GateName, str] = {
            "format": self._faults.get("format", ""),
            "tool": self._faults.get("tool", "") or self._tool_use(),
            "arguments": self._faults.get("arguments", ""),
            "execution": self._faults.get("execution", ""),
            "state": "; ".join(differences(self._program, self.task.goal.changes, changes)),
            "communication": self._communication(),
        }
        gates = tuple(Gate(name=name, open=not why, why=why or "as it should be") for name, why in reasons.items())
        solved = not self._truncated and all(gate.open for gate in gates)
        outcome = "truncated" if self._truncated else "solved" if solved else "failed"
        return Verdict(outcome=outcome, gates=gates, changes=changes)

    def trajectory(self, assistant: str) -> Trajectory:
        """Return the record of the episode.

        Args:
            assistant: what to call the policy that played it.

        Raises:
            RuntimeError: it is not over yet.
        """
        return Trajectory(
            task=self.task.id,
            assistant=assistant,
            tools=tuple(self.tools),
            messages=tuple(self.messages),
            verdict=self.verdict(),
        )

    def _tool_use(self) -> str:
        if self.task.goal.refuse:
            return "a tool was called where none fits" if self._calls else ""
        return "" if self._calls else "no tool was called"

    def _communication(self) -> str:
        replies = "\n".join(message.content for message in self.messages if message.role == "assistant")
        if self.task.goal.refuse:
            return "" if _REFUSAL.search(replies) else "the user was not told that it can't be done"
        if self.messages[-1].role != "assistant" or self.messages[-1].tool_calls:
            return "the assistant did not end with a reply"
        results = "\n".join(message.content for message in self.messages if message.role == "tool")
        return "; ".join(untold(self.task.goal.facts, replies, results))


def known(text: str, value: Any) -> bool:
    """Whether ``value`` stands in ``text`` as a whole: texts as they are, numbers by value."""
    if isinstance(value, str):
        return value.casefold() in text.casefold()
    return mentions(text, value)


def offered(program: ServerProgram, names: Sequence[str]) -> list[Tool]:
    """Return the tools called ``names``, in that order, as an assistant sees them."""
    tools = []
    for name in names:
        operation = program.operation(name)
        title, description = operation.title, operation.description
        doc = description if not title or description.startswith(title) else f"{title}. {description}"
        tools.append(Tool(name=name, description=doc, input_schema=operation.input_schema))
    return tools


def play(episode: Episode, assistant: Assistant, name: str = "") -> Trajectory:
    """Play an episode to its end with one assistant.

    Returns:
        The trajectory. An assistant that cannot be reached gives an ``infrastructure`` verdict.
    """
    while not episode.done:
        try:
            action = assistant.act(episode.messages, episode.tools)
        except AssistantUnavailable as error:
            episode.abort("infrastructure", str(error))
            break
        episode.step(action)
    return episode.trajectory(name or type(assistant).__name__)


def play_retried(start: Callable[[], tuple[Episode, Assistant]], name: str = "", retries: int = RETRIES) -> Trajectory:
    """Play an episode, and play it again from its start where the infrastructure failed it.

    Args:
        start: opens the episode, on a new seat, with an assistant that has not acted yet.
        name: what to call the policy that played it.
        retries: how often it is played again.

    Returns:
        The first trajectory that no fault of the infrastructure ended; the last one where all were: its reward is
        None, so that whoever learns from it leaves it out.
    """
    for left in range(retries, -1, -1):
        trajectory = play(*start(), name=name)
        if trajectory.verdict.outcome != "infrastructure" or not left:
            return trajectory
    raise ValueError("retries is less than 0")
