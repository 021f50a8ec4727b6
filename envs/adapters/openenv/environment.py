"""The server's side of OpenEnv: one environment a session, and the application that serves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from openenv.core.env_server.http_server import create_app
from openenv.core.env_server.interfaces import Environment
from openenv.core.env_server.types import EnvironmentMetadata

from inftool import __version__
from inftool.envs.actions import to_action
from inftool.envs.adapters.openenv.models import InfToolAction, InfToolObservation, InfToolState
from inftool.envs.episode import MAX_TURNS, Episode
from inftool.envs.lasting import SeatSource
from inftool.envs.reward import FAULTS
from inftool.envs.supply import digest_of
from inftool.envs.task import Task
from inftool.envs.transport import local_seats
from inftool.servers.program import ServerProgram

if TYPE_CHECKING:
    from fastapi import FastAPI

Reward = Literal["strict", "staged"]
MAX_SESSIONS = 1_000
"""Sessions at once, unless told otherwise."""


class Tasks:
    """The tasks that a server offers, by split, with the programs they are on; shared by all sessions.

    Attributes:
        programs: the compiled servers, by name.
        splits: the tasks, by split.
    """

    def __init__(self, programs: Sequence[ServerProgram], splits: Mapping[str, Sequence[Task]]) -> None:
        """Check that every task can be played.

        Args:
            programs: the compiled servers.
            splits: the tasks, such as ``{"train": [...], "test": [...]}``; the first is the default.

        Raises:
            ValueError: there is no task, or one was certified on another program, or was changed.
        """
        self.programs = {program.name: program for program in programs}
        self.splits = {name: tuple(tasks) for name, tasks in splits.items()}
        if not any(self.splits.values()):
            raise ValueError("there are no tasks")
        for task in (task for tasks in self.splits.values() for task in tasks):
            program = self.programs.get(task.spec)
            if program is None or digest_of(program) != task.program:
                raise ValueError(f"task {task.id} was certified on another {task.spec!r} than the programs given")
            if task.content_id() != task.id:
                raise ValueError(f"task {task.id} was changed after it was certified; synthesize it again")

    def of(self, split: str | None) -> tuple[Task, ...]:
        """Return the tasks of a split, by default of the first.

        Raises:
            IndexError: there is no such split.
        """
        name = next(iter(self.splits)) if split is None else split
        if name not in self.splits:
            raise IndexError(f"no split {name!r}; there are {', '.join(self.splits)}")
        return self.splits[name]


class InfToolEnvironment(Environment[InfToolAction, InfToolObservation, InfToolState]):  # type: ignore[misc]
    """One session: episodes one after the other, apart from every other session's."""

    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(
        self,
        tasks: Tasks,
        *,
        reward: Reward = "strict",
        max_turns: int = MAX_TURNS,
        seats: SeatSource = local_seats,
    ) -> None:
        """Prepare a session; nothing is opened yet.

        Args:
            tasks: what can be played.
            reward: ``strict`` is 1 or 0, ``staged`` gives partial credit by gate.
            max_turns: assistant messages before an episode is truncated.
            seats: finds the servers: kernels in this process by default.
        """
        super().__init__()
        self._tasks = tasks
        self._reward = reward
        self._max_turns = max_turns
        self._seats = seats
        self._episode: Episode | None = None
        self._state = InfToolState()
        self._next = 0

    def reset(
        self,
        seed: int | None = None,
        episode_id: str | None = None,
        split: str | None = None,
        index: int | None = None,
        task: str | None = None,
        **options: Any,
    ) -> InfToolObservation:
        """Begin an episode.

        Args:
            seed: the number of the task in its split, counted round and round.
            episode_id: what to call the episode.
            split: where the task is; the first split by default.
            index: the place of the task in the split, as in ``get_task``.
            task: the id of a task, in whatever split.
            **options: anything else is refused.

        Raises:
            ValueError: unknown options, or no such task.
            IndexError: no such split or place.
        """
        if options:
            raise ValueError(f"unknown reset options {sorted(options)}; there are split, index and task")
        chosen = self._choose(seed, split, index, task)
        self.close()
        self._episode = Episode(
            chosen, self._seats(self._tasks.programs[chosen.spec], chosen.seed), max_turns=self._max_turns
        )
        self._state = InfToolState(
            episode_id=episode_id or str(uuid4()), step_count=0, task=chosen.id, kind=chosen.kind, spec=chosen.spec
        )
        return self._observe(self._episode, first=True)

    def step(self, action: InfToolAction, timeout_s: float | None = None, **options: Any) -> InfToolObservation:
        """Take the assistant's message.

        Raises:
            RuntimeError: there is no running episode.
        """
        if self._episode is None or self._episode.done:
            raise RuntimeError("no episode is running; call reset()")
        self._episode.step(to_action({"content": action.content, "tool_calls": action.tool_calls}))
        self._state.step_count += 1
        return self._observe(self._episode)

    @property
    def state(self) -> InfToolState:
        """Where the episode stands."""
        return self._state

    def close(self) -> None:
        """End the running episode and free its state."""
        if self._episode is not None:
            self._episode.close()
            self._episode = None

    def get_metadata(self) -> EnvironmentMetadata:
        """Describe the environment."""
        return EnvironmentMetadata(
            name="inftool",
            description="Certified tool-use tasks on compiled, stateful servers: " + ", ".join(self._tasks.programs),
            version=__version__,
        )

    def list_splits(self) -> list[str]:
        """Return the names of the splits."""
        return list(self._tasks.splits)

    def num_tasks(self, split: str) -> int:
        """Return how many tasks a split has."""
        return len(self._tasks.of(split))

    def get_task(self, split: str, index: int) -> dict[str, Any]:
        """Describe a task, without its gold and its goal."""
        tasks = self._tasks.of(split)
        if not 0 <= index < len(tasks):
            raise IndexError(f"{split} has {len(tasks)} tasks")
        return _card(tasks[index], index)

    def list_tasks(self, split: str) -> list[dict[str, Any]]:
        """Describe the tasks of a split."""
        return self.get_task_range(split)

    def get_task_range(self, split: str, start: int | None = None, stop: int | None = None) -> list[dict[str, Any]]:
        """Describe some tasks of a split, as a slice."""
        return [_card(task, index) for index, task in list(enumerate(self._tasks.of(split)))[start:stop]]

    def _choose(self, seed: int | None, split: str | None, index: int | None, task: str | None) -> Task:
        if task is not None:
            known = (one for tasks in self._tasks.splits.values() for one in tasks if one.id == task)
            if found := next(known, None):
                return found
            raise ValueError(f"no task {task!r} here")
        pool = self._tasks.of(split)
        if index is not None:
            if not 0 <= index < len(pool):
                raise IndexError(f"the split has {len(pool)} tasks, no number {index}")
            return pool[index]
        if not pool:
            raise ValueError("the split has no tasks")
        if seed is not None:
            self._next = seed
        self._next += 1
        return pool[(self._next - 1) % len(pool)]

    def _observe(self, episode: Episode, first: bool = False) -> InfToolObservation:
        reward: float | None = None if first else 0.0
        metadata: dict[str, Any] = {"task": episode.task.id}
        if episode.done:
            verdict = episode.verdict()
            reward = verdict.strict if self._reward == "strict" else verdict.staged
            self._state.outcome = verdict.outcome
            self._state.changes = [change.model_dump(mode="json") for change in verdict.changes]
            metadata |= {
                "outcome": verdict.outcome,
                "masked": verdict.outcome in FAULTS,
                "gates": {gate.name: {"open": gate.open, "why": gate.why} for gate in verdict.gates},
                "note": verdict.note,
            }
        return InfToolObservation(
            messages=[message.to_openai() for message in episode.messages],
            tools=[tool.to_openai() for tool in episode.tools],
            done=episode.done,
            reward=reward,
            metadata=metadata,
        )


def create_inftool_app(
    programs: Sequence[ServerProgram],
    splits: Mapping[str, Sequence[Task]],
    *,
    name: str = "inftool",
    reward: Reward = "strict",
    max_turns: int = MAX_TURNS,
    max_sessions: int = MAX_SESSIONS,
    seats: SeatSource = local_seats,
) -> FastAPI:
    """Make the application that serves the tasks over OpenEnv's HTTP and WebSocket.

    Args:
        programs: the compiled servers.
        splits: the tasks, by split.
        name: what the task routes are found under.
        reward: see :class:`InfToolEnvironment`.
        max_turns: see :class:`InfToolEnvironment`.
        max_sessions: WebSocket sessions at once, each with an environment of its own.
        seats: see :class:`InfToolEnvironment`.

    Raises:
        ValueError: the tasks do not fit the programs.
    """
    tasks = Tasks(programs, splits)

    def environment() -> InfToolEnvironment:
        return InfToolEnvironment(tasks, reward=reward, max_turns=max_turns, seats=seats)

    app: FastAPI = create_app(
        environment,
        InfToolAction,
        InfToolObservation,
        env_name=name,
        max_concurrent_envs=max_sessions,
        state_cls=InfToolState,
    )
    return app


def _card(task: Task, index: int) -> dict[str, Any]:
    return {
        "id": task.id,
        "index": index,
        "spec": task.spec,
        "kind": task.kind,
        "difficulty": task.difficulty,
        "request": task.agenda.request,
    }
