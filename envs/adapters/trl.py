"""TRL's ``environment_factory``: a class whose methods are a server's tools, and the dataset that goes with it.

    programs, tasks = [open_program("petstore")], read_tasks(path)
    classes = environments(programs, tasks)
    GRPOTrainer(model, train_dataset=train_dataset(tasks), environment_factory=classes, reward_funcs=answer_reward)

TRL runs the loop itself and goes on after tool calls only: **an answer in text ends the episode**, and the environment
never sees it. Hence:

- a task whose user must be asked for something (``missing_parameter``) cannot be played, unless the class has a
  ``reply_tool``: then speaking to the user is a tool like the others, the user's words are its result, and every kind
  of task can be played;
- without it, the last answer counts as given. A task whose goal lies in the server's rows alone is scored by
  ``get_reward``. Where the answer's words count (something to be told, or a refusal), ``get_reward`` is None and
  :func:`answer_reward`, which TRL hands the words, scores instead. Each rollout gets its reward from one of them.

:func:`fits` says which of these a task is, and :func:`train_dataset` leaves out what does not fit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from inftool.agents.message import Message, Tool, ToolCall
from inftool.envs.actions import to_action
from inftool.envs.adapters.methods import ToolMethod, tool_methods
from inftool.envs.episode import MAX_TURNS, Episode, offered
from inftool.envs.lasting import SeatSource
from inftool.envs.reward import Verdict
from inftool.envs.supply import digest_of
from inftool.envs.task import Task
from inftool.envs.transport import local_seats
from inftool.servers.program import ServerProgram

if TYPE_CHECKING:
    from datasets import Dataset

Reward = Literal["strict", "staged"]
REPLY = "reply_to_user"
"""The tool by which the assistant speaks to the user, where the class has one."""
OVER = "The conversation is over."
"""What a tool answers after the end of an episode."""

_REPLY_TOOL = Tool(
    name=REPLY,
    description="Say something to the user: ask for what is missing, tell the result, or say that it can't be done.",
    input_schema={
        "type": "object",
        "properties": {"message": {"type": "string", "description": "What to say, in plain words."}},
        "required": ["message"],
    },
)


class TrlEnvironment:
    """One rollout's place at a server; :func:`environment_class` adds a method for each tool.

    TRL makes every public method a tool, so all else here is ``reset``, ``get_reward``, a property or private.
    """

    _program: ClassVar[ServerProgram]
    _offer: ClassVar[tuple[str, ...]]
    _tasks: ClassVar[Mapping[str, Task]]
    _seats: ClassVar[SeatSource]
    _reward: ClassVar[Reward]
    _max_turns: ClassVar[int]
    _speaks: ClassVar[bool]

    def __init__(self) -> None:
        self._episode: Episode | None = None

    @property
    def episode(self) -> Episode:
        """The episode that is played, or was last.

        Raises:
            RuntimeError: none was begun.
        """
        if self._episode is None:
            raise RuntimeError("no episode was begun; call reset(task=...)")
        return self._episode

    def reset(self, task: Any = None, **row: Any) -> None:
        """Begin an episode on a dataset row.

        Args:
            task: the task: its JSON, or its id if the class was made with it. The user's request is the row's prompt.
            **row: the other columns, of no meaning here.

        Raises:
            ValueError: the task is missing, unknown, was changed, or cannot be played with these tools.
        """
        chosen = self._read(task)
        if why := unfit(chosen, self._program, self._offer, self._speaks):
            raise ValueError(f"task {chosen.id}: {why}")
        if self._episode is not None:
            self._episode.close()
        self._episode = Episode(
            chosen.model_copy(update={"tools": self._offer}),
            self._seats(self._program, chosen.seed),
            max_turns=self._max_turns,
        )

    def get_reward(self) -> float | None:
        """End the episode and return its reward.

        Returns:
            The gated reward; None for a fault that is nobody's (infrastructure, simulator), and, without a reply tool,
            where the words of the last answer count, which are not known here (:func:`answer_reward`).
        """
        if not self._speaks and words_count(self.episode.task) and not self._faulty():
            return None
        return self._judge(None if self._speaks else Message(role="assistant", content="Done."))

    @classmethod
    def _read(cls, task: Any) -> Task:
        if isinstance(task, Task):
            return task
        if isinstance(task, str) and task in cls._tasks:
            return cls._tasks[task]
        if isinstance(task, str) and task.lstrip().startswith("{"):
            chosen = Task.model_validate_json(task)
        elif isinstance(task, Mapping):
            chosen = Task.model_validate(task)
        else:
            raise ValueError(
                f"the row's task is {str(task)[:40]!r}: neither a task's JSON nor the id of one that this class has; "
                "make the dataset with train_dataset()"
            )
        if chosen.content_id() != chosen.id:
            raise ValueError(f"task {chosen.id} was changed after it was certified; synthesize it again")
        return chosen

    def _call(self, tool: str, arguments: dict[str, Any]) -> str:
        episode = self.episode
        if episode.done:
            return OVER
        if tool == REPLY and self._speaks:
            episode.step(to_action(str(arguments.get("message", ""))))
            return OVER if episode.done else episode.messages[-1].content
        before = len(episode.messages)
        episode.step(to_action(Message(role="assistant", tool_calls=(ToolCall(name=tool, arguments=arguments),))))
        answers = [message.content for message in episode.messages[before:] if message.role == "tool"]
        return answers[-1] if answers else OVER

    def _judge(self, last: Message | None) -> float | None:
        episode = self.episode
        if last is not None and not episode.done:
            episode.step(to_action(last))
        episode.close()
        verdict: Verdict = episode.verdict()
        return verdict.strict if self._reward == "strict" else verdict.staged

    def _faulty(self) -> bool:
        return self.episode.done and self.episode.verdict().strict is None


def environment_class(
    program: ServerProgram,
    tools: Sequence[str] | None = None,
    tasks: Iterable[Task] = (),
    *,
    reply_tool: bool = False,
    reward: Reward = "strict",
    max_turns: int = MAX_TURNS,
    seats: SeatSource = local_seats,
    name: str | None = None,
) -> type[TrlEnvironment]:
    """Make the class that TRL's ``environment_factory`` asks for.

    Args:
        program: the compiled server.
        tools: the tools to offer, in the order shown; all of the program's by default. A task can be played with more
            tools than it was certified with, but for a refusal: there the offer must be its own.
        tasks: tasks that ``reset`` finds by their ids.
        reply_tool: whether the assistant speaks to the user by a tool (the module's docstring says why).
        reward: ``strict`` is 1 or 0, ``staged`` gives partial credit by gate.
        max_turns: calls before the episode is truncated; TRL shows them one by one.
        seats: finds the servers: kernels in this process by default, :func:`inftool.envs.transport.server_seats` for
            processes of their own.
        name: the class's name, under which TRL logs the reward; the program's by default.

    Raises:
        ValueError: the program has no such tool.
    """
    known = {operation.tool for operation in program.operations}
    offer = tuple(dict.fromkeys(tools)) if tools is not None else tuple(one.tool for one in program.operations)
    if unknown := [tool for tool in offer if tool not in known]:
        raise ValueError(f"{program.name} has no tool {', '.join(unknown)}")
    if reply_tool and REPLY in offer:
        raise ValueError(f"{program.name} has a tool {REPLY} of its own, so the class cannot have a reply tool")
    shown = [*offered(program, offer), *([_REPLY_TOOL] if reply_tool else [])]
    methods: list[ToolMethod] = tool_methods(shown, taken=dir(TrlEnvironment))
    members: dict[str, Any] = {
        "__doc__": f"The tools of {program.name}, for TRL.",
        "__module__": __name__,
        "_program": program,
        "_offer": offer,
        "_tasks": {task.id: task for task in tasks},
        "_seats": staticmethod(seats),
        "_reward": reward,
        "_max_turns": max_turns,
        "_speaks": reply_tool,
    }
    members |= {method.member: method.bind(TrlEnvironment._call) for method in methods}
    return type(name or program.name, (TrlEnvironment,), members)


def environments(
    programs: Iterable[ServerProgram],
    tasks: Iterable[Task],
    *,
    reply_tool: bool = False,
    reward: Reward = "strict",
    max_turns: int = MAX_TURNS,
    seats: SeatSource = local_seats,
) -> dict[str, type[TrlEnvironment]]:
    """Make a class for every menu of the tasks, as TRL's dictionary of environments.

    A task is offered just the tools it was certified with. Its row of :func:`train_dataset` names its class.

    Args:
        programs: the compiled servers that the tasks are on.
        tasks: what will be played; those that do not fit (:func:`fits`) need no class and get none.
        reply_tool: see :func:`environment_class`.
        reward: see :func:`environment_class`.
        max_turns: see :func:`environment_class`.
        seats: see :func:`environment_class`.

    Raises:
        ValueError: a task's program is not among the programs.
    """
    by_name = {program.name: program for program in programs}
    menus: dict[str, list[Task]] = {}
    for task in tasks:
        if task.spec not in by_name:
            raise ValueError(f"task {task.id} is on {task.spec!r}, which is not among the programs")
        if fits(task, reply_tool=reply_tool):
            menus.setdefault(environment_name(task), []).append(task)
    return {
        name: environment_class(
            by_name[played[0].spec],
            played[0].tools,
            played,
            reply_tool=reply_tool,
            reward=reward,
            max_turns=max_turns,
            seats=seats,
            name=name,
        )
        for name, played in menus.items()
    }


def environment_name(task: Task) -> str:
    """Return the name of the environment whose menu is the task's: the same on every machine."""
    menu = json.dumps([task.program, *task.tools]).encode("utf-8", "surrogatepass")
    return f"{task.spec}-{hashlib.sha256(menu).hexdigest()[:8]}"


def train_dataset(
    tasks: Iterable[Task], *, reply_tool: bool = False, answers: bool = True, system: str | None = None
) -> Dataset:
    """Make the ``train_dataset`` of some tasks.

    Args:
        tasks: what to play; those that do not fit are left out.
        reply_tool: whether the classes have a reply tool.
        answers: keep the tasks in which the last answer's words count; then pass :func:`answer_reward` as a reward
            function. Of no meaning with a reply tool.
        system: a system message before each request.

    Returns:
        Rows of ``prompt`` (the messages), ``task`` (its JSON, without the certificate), ``task_id`` and
        ``environment`` (its class's name in :func:`environments`; a single class pays no heed to it).

    Raises:
        ValueError: none of the tasks fits.
    """
    from datasets import Dataset

    head = [{"role": "system", "content": system}] if system else []
    rows = [
        {
            "prompt": [*head, {"role": "user", "content": task.agenda.request}],
            "task": task.model_dump_json(exclude={"certificate"}),
            "task_id": task.id,
            "environment": environment_name(task),
        }
        for task in tasks
        if fits(task, reply_tool=reply_tool, answers=answers)
    ]
    if not rows:
        raise ValueError("none of the tasks can be played so; with reply_tool=True every kind can")
    return Dataset.from_list(rows)


def fits(task: Task, *, reply_tool: bool = False, answers: bool = True) -> bool:
    """Whether a task can be played and scored.

    Args:
        task: the task.
        reply_tool: whether the class has a reply tool: then every task fits.
        answers: whether the last answer's words are scored (:func:`answer_reward`).
    """
    return reply_tool or (not task.agenda.slots and (answers or not words_count(task)))


def words_count(task: Task) -> bool:
    """Whether the score hangs on what the assistant says, not only on what it does."""
    return bool(task.goal.facts) or task.goal.refuse


def unfit(task: Task, program: ServerProgram, offer: Sequence[str], reply_tool: bool) -> str:
    """Return why a task cannot be played with these tools of a program; empty where it can."""
    if (task.spec, task.program) != (program.name, digest_of(program)):
        return f"it was certified on another program or version than {program.name!r}"
    if missing := [tool for tool in task.tools if tool not in offer]:
        return f"{', '.join(missing)} is not among the tools here"
    if task.goal.refuse and set(task.tools) != set(offer):
        return "its wish was proved impossible with its own tools only; use environments() for one class a menu"
    if not fits(task, reply_tool=reply_tool):
        return "its user must be asked something, and TRL ends an episode at the first answer; use reply_tool=True"
    return ""


def answer_reward(completions: Sequence[Any], environments: Sequence[Any], **columns: Any) -> list[float | None]:
    """Score the rollouts in which the last answer's words count; None for all others (TRL's reward function).

    Args:
        completions: the messages of each rollout, as TRL passes them.
        environments: the rollouts' environments.
        **columns: the other columns, of no meaning here.
    """
    return [
        environment._judge(Message(role="assistant", content=_last_words(completion)))
        if isinstance(environment, TrlEnvironment) and not environment._speaks and words_count(environment.episode.task)
        else None
        for completion, environment in zip(completions, environments, strict=True)
    ]


def _last_words(completion: Any) -> str:
    """Return the text of the last message, if it is the assistant's; a rollout cut after a call has none."""
    last = completion[-1] if isinstance(completion, list | tuple) and completion else {}
    content = last.get("content") if isinstance(last, Mapping) and last.get("role") == "assistant" else None
    if isinstance(content, list):
        content = "".join(part.get("text", "") for part in content if isinstance(part, Mapping))
    return content if isinstance(content, str) and not last.get("tool_calls") else ""
