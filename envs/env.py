"""The Gymnasium environment: a thin shell around :class:`inftool.envs.episode.Episode`."""

from __future__ import annotations

import copy
import os
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self, get_args

import gymnasium as gym

import inftool.envs.shared  # noqa: F401 - so that AsyncVectorEnv can share the observations
from inftool.agents.user import UserSimulator
from inftool.envs.actions import to_action
from inftool.envs.episode import MAX_FRUITLESS, MAX_TURNS, Episode, Trajectory
from inftool.envs.lasting import LastingSeats
from inftool.envs.proposals import Limits
from inftool.envs.records import TASKS, read_sources, read_tasks
from inftool.envs.render import dialogue_text, outcome_line
from inftool.envs.reward import FAULTS, Verdict
from inftool.envs.spaces import DialogueSpace, MessageSpace
from inftool.envs.supply import MAX_PROPOSALS, TaskSupply, digest_of, supply_of
from inftool.envs.task import KINDS, Kind, Task
from inftool.envs.transport import SOURCES, Transport, claim_pool, keep_local, release_pool
from inftool.servers import open_program
from inftool.servers.program import ServerProgram

Source = str | os.PathLike[str] | ServerProgram


class InfToolEnv(gym.Env[dict[str, Any], Any]):
    """Episodes on compiled servers, one certified task each.

    The action is the assistant's whole message: a text, a call ``{"name": ..., "arguments": {...}}``, a list of calls,
    a message ``{"content": ..., "tool_calls": [...]}``, or a :class:`~inftool.agents.message.Message`. The observation
    is the dialogue so far and the tools, in the OpenAI shape. The reward comes with the last step.

    A server that is lost is replaced and the calls so far are repeated, so the assistant does not notice. What cannot
    be mended ends the episode: ``truncated``, ``info["outcome"]`` is ``infrastructure`` or ``simulator``,
    ``info["masked"]`` is true, and the reward is NaN: nobody earned a 0, and a NaN that is not masked out is seen at
    once, where a false 0 would be learned from.

    A running episode survives ``pickle`` and ``copy.deepcopy``: a copy goes on from the same state by itself.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 - as Gymnasium declares it
        "render_modes": ["ansi", "human"],
        "render_fps": 4,
    }

    def __init__(
        self,
        spec: Source | Sequence[Source] | None = None,
        *,
        kinds: Sequence[Kind] = KINDS,
        tasks: int | str | os.PathLike[str] | Iterable[Task | Mapping[str, Any]] | None = None,
        reward: Literal["strict", "staged"] = "strict",
        limits: Limits | None = None,
        max_turns: int = MAX_TURNS,
        max_fruitless: int = MAX_FRUITLESS,
        transport: Transport = "local",
        retries: int = 2,
        user: Callable[[Task], UserSimulator] | None = None,
        render_mode: str | None = None,
    ) -> None:
        """Compile the specification(s), once a process.

        Args:
            spec: a bundled name, a file, or a compiled program; or several. By default the specifications of
                ``tasks``, else ``petstore``.
            kinds: the kinds of task to synthesize.
            tasks: play these, round and round: tasks or their JSON rows, a file ``tasks.jsonl``, the folder of one, or
                how many to synthesize (each when it is first played, and remembered). By default every reset without
                a seed synthesizes a task that was never played.
            reward: ``strict`` is 1 or 0, ``staged`` gives partial credit by gate.
            limits: what the policy can take in.
            max_turns: assistant messages before truncation.
            max_fruitless: turns in a row that are unreadable or whose every call fails, before truncation.
            transport: ``local`` calls the kernel in this process; ``server`` calls real server processes, with the
                same answers.
            retries: how often a lost server is replaced in one step, and a failing user in one reset.
            user: makes who has the wish of a task; its scripted agenda by default.
            render_mode: ``ansi`` returns the dialogue as text, ``human`` prints it as it goes.

        Raises:
            ValueError: an unknown option, or tasks that do not fit the programs.
            SpecError: a specification cannot be read.
            DataError: the file of tasks cannot be read.
        """
        if reward not in ("strict", "staged"):
            raise ValueError(f"reward must be 'strict' or 'staged', not {reward!r}")
        if transport not in get_args(Transport):
            raise ValueError(f"transport must be 'local' or 'server', not {transport!r}")
        if unknown := [kind for kind in kinds if kind not in KINDS]:
            raise ValueError(f"unknown kinds {unknown}; there are {', '.join(KINDS)}")
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            raise ValueError(f"render_mode must be one of {self.metadata['render_modes']}, not {render_mode!r}")
        if min(max_turns, max_fruitless) < 1 or retries < 0:
            raise ValueError("max_turns and max_fruitless must be at least 1, retries at least 0")
        if isinstance(tasks, int) and tasks < 1:
            raise ValueError(f"tasks must be at least 1, not {tasks}")
        self._count = tasks if isinstance(tasks, int) else None
        self._tasks, sources = _given_tasks(None if isinstance(tasks, int) else tasks)
        self.programs = _programs(spec, self._tasks, sources)
        self.kinds = tuple(kinds)
        self.reward = reward
        self.limits = limits
        self.max_turns = max_turns
        self.max_fruitless = max_fruitless
        self.transport = transport
        self.retries = retries
        self.user = user
        self.render_mode = render_mode
        self.action_space = MessageSpace()
        self.observation_space = DialogueSpace()
        self.episode: Episode | None = None
        self._over = True
        self._next = 0
        self._rendered = 0
        self._tools = b""  # of the episode, to be copied into each observation: five times as fast as deepcopy
        for task in self._tasks or ():
            self._check(task)

    @property
    def task(self) -> Task:
        """The task that is played.

        Raises:
            gymnasium.error.ResetNeeded: none is.
        """
        return self._played().task

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Start an episode.

        Args:
            seed: the same seed gives the same task in every process. With ``tasks`` it is the number of the task,
                counted round and round; without a seed they come in turn.
            options: ``{"task": ...}`` plays that task: a :class:`Task`, its JSON row, or the id of one of the given
                tasks or of one that this process has synthesized; ``{"kind": "simple"}`` plays one of that kind.

        Returns:
            The dialogue (the user's request) and ``info`` with the task's ``task`` id, ``kind``, ``spec`` and
            ``difficulty``. Where no episode could be begun, ``info`` has the ``outcome`` too, and the next step ends
            it.

        Raises:
            ValueError: unknown options, or the specification gives no task of the kind.
        """
        super().reset(seed=seed)
        self._end()
        task = self._choose(seed, options or {})
        self.episode = self._begin(task)
        self._tools = pickle.dumps(tuple(tool.to_openai() for tool in self.episode.tools))
        self._over, self._rendered = False, 0
        info = {"task": task.id, "kind": task.kind, "spec": task.spec, "difficulty": task.difficulty}
        if self.episode.done:
            info |= verdict_info(self.episode.verdict())
        if self.render_mode == "human":
            self.render()
        return self._observation(self.episode), info

    def step(self, action: Any) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Take the assistant's message.

        Returns:
            Observation, reward (0 until the end), terminated, truncated, and ``info``; at the end ``info`` has the
            ``outcome``, ``is_success``, ``masked`` (true for a fault that is nobody's score), the ``gates`` (name →
            open, why), the ``changes`` (the state difference, row by row) and the ``note`` of a fault.

        Raises:
            gymnasium.error.ResetNeeded: there is no running episode.
        """
        episode = self._played()
        if self._over:
            raise gym.error.ResetNeeded("the episode is over; call reset()")
        if not episode.done:
            self._claim()
            episode.step(to_action(action))
        reward, info = 0.0, {"task": episode.task.id}
        terminated = truncated = False
        if episode.done:
            self._over = True
            verdict = episode.verdict()
            truncated = verdict.outcome == "truncated" or verdict.outcome in FAULTS
            terminated = not truncated
            earned = verdict.strict if self.reward == "strict" else verdict.staged
            reward = float("nan") if earned is None else earned
            info |= verdict_info(verdict)
        if self.render_mode == "human":
            self.render()
        return self._observation(episode), reward, terminated, truncated, info

    def render(self) -> str | None:
        """Return the dialogue as text (``ansi``), or print what is new of it (``human``)."""
        if self.render_mode is None:
            gym.logger.warn("render() does nothing: choose render_mode='ansi' or 'human' when the environment is made")
            return None
        episode = self._played()
        first = self._rendered if self.render_mode == "human" else 0
        lines = [dialogue_text(episode.messages[first:])] if len(episode.messages) > first else []
        if episode.done:
            lines.append(outcome_line(episode.verdict()))
        text = "\n".join(lines)
        if self.render_mode == "ansi":
            return text
        self._rendered = len(episode.messages)
        print(text, flush=True)  # noqa: T201
        return None

    def close(self) -> None:
        """End the running episode and free what it holds; may be called more than once."""
        self._end()
        release_pool(self)

    def trajectory(self, policy: str = "policy") -> Trajectory:
        """Return the record of the episode; one that still runs ends here, as truncated.

        Args:
            policy: what to call the assistant.

        Raises:
            gymnasium.error.ResetNeeded: no episode was played.
        """
        episode = self._played()
        episode.close()
        return episode.trajectory(policy)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return a copy that shares what never changes (programs and tasks) and plays on by itself."""
        for constant in (*self.programs, *(self._tasks or ()), *([self.episode.task] if self.episode else ())):
            memo[id(constant)] = constant
        copied = type(self).__new__(type(self))
        memo[id(self)] = copied
        copied.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return copied

    def _played(self) -> Episode:
        if self.episode is None:
            raise gym.error.ResetNeeded("no episode was begun; call reset()")
        return self.episode

    def _begin(self, task: Task) -> Episode:
        """Start an episode; a user that cannot open it is asked again."""
        world = self._supply(self.kinds).world_of(task)
        self._claim()
        if self.transport == "local":
            keep_local(world.seats)
        seats = LastingSeats(SOURCES[self.transport], world.program, task.seed, self.retries)
        for _ in range(self.retries + 1):
            user = self.user(task) if self.user else None
            episode = Episode(task, seats, user, max_turns=self.max_turns, max_fruitless=self.max_fruitless)
            if not episode.done or episode.verdict().outcome != "simulator":
                break
        return episode

    def _claim(self) -> None:
        if self.transport == "server":
            claim_pool(self)

    def _end(self) -> None:
        if self.episode is not None:
            self.episode.close()
        self._over = True

    def _choose(self, seed: int | None, options: dict[str, Any]) -> Task:
        if unknown := options.keys() - {"task", "kind"}:
            raise ValueError(f"unknown reset options {sorted(unknown)}; there are 'task' and 'kind'")
        wanted, kind = options.get("task"), options.get("kind")
        if kind is not None and kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}; there are {', '.join(KINDS)}")
        if wanted is not None and kind is not None:
            raise ValueError("give the option 'task' or 'kind', not both: a task has its kind")
        if wanted is not None:
            task = self._named(wanted) if isinstance(wanted, str) else _task(wanted)
            self._check(task)
            return task
        if seed is not None:
            self._next = seed
        self._next += 1
        if self._tasks is None:
            supply = self._supply((kind,) if kind else self.kinds)
            if self._count is not None:
                return supply.task((self._next - 1) % self._count * MAX_PROPOSALS)
            return supply.task(int(self.np_random.integers(2**31)))
        pool = [task for task in self._tasks if kind is None or task.kind == kind]
        if not pool:
            raise ValueError("there are no tasks" if kind is None else f"no task of kind {kind!r} is among the tasks")
        return pool[(self._next - 1) % len(pool)]

    def _named(self, task_id: str) -> Task:
        for task in self._tasks or ():
            if task.id == task_id:
                return task
        for kinds in (self.kinds, *((kind,) for kind in KINDS)):
            if known := self._supply(kinds).named(task_id):
                return known
        raise ValueError(f"no task {task_id!r} is known here; give the Task itself, or its file as tasks=")

    def _check(self, task: Task) -> None:
        """Refuse a task that was not certified on one of the programs here.

        Raises:
            ValueError: it was not.
        """
        program = next((program for program in self.programs if program.name == task.spec), None)
        if program is None:
            raise ValueError(
                f"task {task.id} is on {task.spec!r}, which this environment has not compiled; add the spec"
            )
        if digest_of(program) != task.program:
            raise ValueError(f"task {task.id} was certified on another version of {task.spec!r}; synthesize it again")

    def _supply(self, kinds: tuple[Kind, ...]) -> TaskSupply:
        return supply_of(self.programs, kinds, self.limits)

    def _observation(self, episode: Episode) -> dict[str, Any]:
        return {
            "messages": tuple(message.to_openai() for message in episode.messages),
            "tools": pickle.loads(self._tools),
        }


def verdict_info(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain values for ``info``."""
    return {
        "outcome": verdict.outcome,
        "is_success": verdict.outcome == "solved",
        "masked": verdict.outcome in FAULTS,
        "gates": {gate.name: {"open": gate.open, "why": gate.why} for gate in verdict.gates},
        "changes": [change.model_dump(mode="json") for change in verdict.changes],
        "note": verdict.note,
    }


def _given_tasks(
    tasks: str | os.PathLike[str] | Iterable[Task | Mapping[str, Any]] | None,
) -> tuple[tuple[Task, ...] | None, dict[str, str]]:
    """Return the tasks, and where the specifications of a file of tasks are."""
    if tasks is None:
        return None, {}
    if isinstance(tasks, str | os.PathLike):
        path = Path(tasks)
        path = path / TASKS if path.is_dir() else path
        return tuple(read_tasks(path)), read_sources(path.parent)
    return tuple(_task(task) for task in tasks), {}


def _task(value: Any) -> Task:
    if isinstance(value, Task):
        return value
    if isinstance(value, Mapping):
        return Task.model_validate(value)
    raise ValueError(f"expected a Task, its JSON row or its id, got {type(value).__name__}")


def _programs(
    spec: Source | Sequence[Source] | None, tasks: Sequence[Task] | None, sources: Mapping[str, str]
) -> list[ServerProgram]:
    if spec is None:
        spec = [sources.get(name, name) for name in dict.fromkeys(task.spec for task in tasks or ())] or "petstore"
    chosen = list(spec) if isinstance(spec, Sequence) and not isinstance(spec, str) else [spec]
    if wrong := [source for source in chosen if not isinstance(source, str | os.PathLike | ServerProgram)]:
        raise ValueError(f"spec must be a bundled name, a file or a compiled program, not {type(wrong[0]).__name__}")
    if not chosen:
        raise ValueError("spec is empty: name a bundled specification, or give a file or a compiled program")
    programs = [source if isinstance(source, ServerProgram) else open_program(source) for source in chosen]
    names = [program.name for program in programs]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two programs are called {', '.join(twice)}: tasks name their program")
    return programs
