"""A verifiers environment (the ``verifiers.v1`` interface of verifiers 0.4): taskset, harness and environment.

    environment = load_environment(tasks="runs/tasks")          # or spec="petstore", count=64
    eval inftool --env.taskset.spec petstore                    # on the command line: the package is the plugin

The harness plays :class:`~inftool.envs.episode.Episode` in this process: the scripted user, the tools and the gates are
the same as everywhere else. Only the model is outside, and every call to it goes through verifiers' interception, so
that the trace (and the token ids in training) are verifiers' own. No sandbox and no MCP server is needed.

The reward is the gated one; each gate is a metric. What is nobody's fault (a lost server, a model that cannot be
reached) is an error on the trace, which verifiers retries or leaves out, and never a reward of 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import httpx
import verifiers.v1 as vf

from inftool.envs.actions import to_action
from inftool.envs.episode import MAX_TURNS, Episode
from inftool.envs.records import TASKS, DataError, read_sources, read_tasks
from inftool.envs.reward import FAULTS, GATES, Verdict
from inftool.envs.supply import digest_of
from inftool.envs.synthesis import Synthesizer
from inftool.envs.task import KINDS, Kind, Task
from inftool.envs.transport import SOURCES, Transport
from inftool.servers import open_program
from inftool.servers.program import ServerProgram

__all__ = ["InfToolEnvironment", "InfToolHarness", "InfToolTaskset", "load_environment"]

PLUGIN = "inftool"
"""The name under which verifiers finds taskset, harness and environment."""
RECORD = "inftool"
"""Where the verdict stands in a trace's ``info``."""


class InfToolData(vf.TaskData):  # type: ignore[misc]
    """One certified task as verifiers carries it: plain values, enough to play it in any process."""

    row: dict[str, Any]
    """The task's JSON, without its certificate."""
    source: str
    """The specification, or the compiled program, that it is played on."""


class InfToolTaskConfig(vf.TaskConfig):  # type: ignore[misc]
    """How a task is scored."""

    reward: Literal["strict", "staged"] = "strict"
    """``strict`` is 1 or 0, ``staged`` gives partial credit by gate."""


class InfToolTask(vf.Task[InfToolData, vf.State, InfToolTaskConfig]):  # type: ignore[misc]
    """Scores a trace by the verdict that the episode left on it."""

    @property
    def key(self) -> str:
        """The task's own id, which its content gives."""
        return str(self.data.id)

    @vf.reward  # type: ignore[untyped-decorator]
    async def gates(self, trace: vf.Trace) -> float:
        """The gated reward."""
        earned = self._verdict(trace)
        return float((earned.strict if self.config.reward == "strict" else earned.staged) or 0.0)

    @vf.metric  # type: ignore[untyped-decorator]
    async def gate(self, trace: vf.Trace) -> dict[str, float]:
        """Each gate: 1 where it is open. A truncated episode is not solved, whatever its gates."""
        verdict = self._verdict(trace)
        shown = {gate.name: gate.open for gate in verdict.gates}
        return {f"gate_{name}": float(shown.get(name, False)) for name in GATES} | {
            "truncated": float(verdict.outcome == "truncated")
        }

    async def validate(self, runtime: vf.Runtime) -> bool:
        """Play the gold: whether it still scores 1."""
        task = Task.model_validate(self.data.row)
        episode = Episode(task, SOURCES["local"](program_of(self.data.source, task), task.seed))
        for message in task.gold:
            if not episode.done:
                episode.step(message)
        episode.close()
        return episode.verdict().strict == 1.0

    def _verdict(self, trace: vf.Trace) -> Verdict:
        record = trace.info.get(RECORD)
        if record is None:
            raise ValueError(f"no episode was played: these tasks need the harness {PLUGIN!r}")
        return Verdict.model_validate(record)


class InfToolTasksetConfig(vf.TasksetConfig):  # type: ignore[misc]
    """Which tasks to play: those of a file, or new ones."""

    tasks: Path | None = None
    """A file of tasks, or the folder of one, as ``inftool synth`` writes it."""
    spec: str | None = None
    """The specification to synthesize on, ``petstore`` by default; with ``tasks``, where theirs is if it moved."""
    count: int = 64
    """Tasks to synthesize."""
    seed: int = 0
    """The same seed gives the same tasks."""
    kinds: tuple[Kind, ...] = KINDS
    """The kinds of task to synthesize."""
    task: InfToolTaskConfig = InfToolTaskConfig()


class InfToolTaskset(vf.Taskset[InfToolTask, InfToolTasksetConfig]):  # type: ignore[misc]
    """Certified tasks, in order."""

    def load(self) -> Iterator[InfToolTask]:
        """Yield the tasks.

        Raises:
            DataError: the file of tasks cannot be read.
            SpecError: the specification cannot be read.
        """
        for task, source in self._tasks():
            data = InfToolData(
                id=task.id,
                name=f"{task.spec}/{task.kind}/{task.id}",
                prompt=task.agenda.request,
                row=task.model_dump(mode="json", exclude={"certificate"}),
                source=source,
            )
            yield InfToolTask(data, self.config.task)

    def _tasks(self) -> Iterator[tuple[Task, str]]:
        if self.config.tasks is None:
            source = self.config.spec or "petstore"
            synthesizer = Synthesizer([open_program(source)], seed=self.config.seed, kinds=self.config.kinds)
            for task in synthesizer.tasks(self.config.count):
                yield task, source
            return
        path = self.config.tasks / TASKS if self.config.tasks.is_dir() else self.config.tasks
        sources = read_sources(path.parent)
        for task in read_tasks(path):
            yield task, self.config.spec or sources.get(task.spec, task.spec)


class InfToolHarnessConfig(vf.HarnessConfig):  # type: ignore[misc]
    """How an episode is played."""

    turns: int = MAX_TURNS
    """Assistant messages before it is truncated."""
    transport: Transport = "local"
    """``local`` calls the kernel in this process, ``server`` real server processes."""


class InfToolHarness(vf.Harness[InfToolHarnessConfig]):  # type: ignore[misc]
    """Plays the user and the tools in this process; asks the model through verifiers' interception."""

    APPENDS_SYSTEM_PROMPT = True
    EXECUTES_CODE = False
    NEEDS_CONTAINER = False

    async def launch(
        self,
        ctx: vf.ModelContext,
        trace: vf.Trace,
        runtime: vf.Runtime,
        endpoint: str,
        secret: str,
        mcp_urls: dict[str, str],
        data: vf.TaskData,
    ) -> vf.ProgramResult:
        """Play the task of ``data`` to its end and leave the verdict on the trace.

        Raises:
            RuntimeError: a fault that is not the assistant's; verifiers records it as an error.
        """
        if not isinstance(data, InfToolData):
            raise TypeError(f"the harness {PLUGIN!r} plays tasks of the taskset {PLUGIN!r} only")
        task = Task.model_validate(data.row)
        seats = SOURCES[self.config.transport](program_of(data.source, task), task.seed)
        episode = Episode(task, seats, max_turns=self.config.turns)
        head = [{"role": "system", "content": data.system_prompt}] if data.system_prompt else []
        dialogue: list[dict[str, Any]] = [*head, *(message.to_openai() for message in episode.messages)]
        try:
            async with httpx.AsyncClient(timeout=None) as client:
                while not episode.done:
                    answer = await client.post(
                        f"{endpoint}/chat/completions",
                        headers={"Authorization": f"Bearer {secret}"},
                        json={
                            "model": ctx.model,
                            "messages": dialogue,
                            "tools": [tool.to_openai() for tool in episode.tools],
                        },
                    )
                    if trace.stop_condition is not None:
                        break
                    if answer.is_error:
                        episode.abort("infrastructure", f"the model: HTTP {answer.status_code}: {answer.text[:300]}")
                        break
                    dialogue += self._turn(episode, answer.json()["choices"][0]["message"])
        finally:
            episode.close()
            verdict = episode.verdict()
            if verdict.outcome not in FAULTS:
                trace.info[RECORD] = verdict.model_dump(mode="json")
        if verdict.outcome in FAULTS:
            raise RuntimeError(f"{verdict.outcome}: {verdict.note}")
        return vf.ProgramResult(exit_code=0, stdout=verdict.outcome, stderr="")

    def _turn(self, episode: Episode, said: dict[str, Any]) -> list[dict[str, Any]]:
        """Take the model's message and return it, as it was, with what answers it."""
        calls = said.get("tool_calls") or []
        before = len(episode.messages) + 1
        episode.step(to_action({"content": said.get("content"), "tool_calls": calls}))
        answers = episode.messages[before:]
        if not calls:
            return [said, *({"role": message.role, "content": message.content} for message in answers)]
        # An unreadable message has one answer for all its calls.
        contents = [message.content for message in answers] or ["The conversation is over."]
        contents += contents[-1:] * (len(calls) - len(contents))
        return [
            said,
            *(
                {"role": "tool", "tool_call_id": call["id"], "content": content}
                for call, content in zip(calls, contents, strict=False)
            ),
        ]


class InfToolEnvironmentConfig(vf.SingleAgentEnvConfig):  # type: ignore[misc]
    """One agent, played in this process."""

    agent: vf.AgentConfig = vf.AgentConfig(runtime=vf.SubprocessConfig())


class InfToolEnvironment(vf.SingleAgentEnv, vf.Env[InfToolEnvironmentConfig]):  # type: ignore[misc]
    """One agent, the policy, on one task an episode."""


def load_environment(
    tasks: str | Path | None = None,
    *,
    spec: str | None = None,
    count: int = 64,
    seed: int = 0,
    kinds: tuple[Kind, ...] = KINDS,
    reward: Literal["strict", "staged"] = "strict",
    turns: int = MAX_TURNS,
    transport: Transport = "local",
    **options: Any,
) -> InfToolEnvironment:
    """Make the environment.

    Args:
        tasks: see :class:`InfToolTasksetConfig`, as are ``spec``, ``count``, ``seed`` and ``kinds``.
        spec: the specification.
        count: tasks to synthesize.
        seed: of the tasks.
        kinds: of the tasks.
        reward: ``strict`` or ``staged``.
        turns: assistant messages before an episode is truncated.
        transport: ``local`` or ``server``.
        **options: further fields of verifiers' ``EnvConfig`` (``timeout``, ``retries``, ...).

    Returns:
        An environment of verifiers: ``async with environment.serving()``, then ``run_slot``.
    """
    config = vf.resolve_env_config(
        {
            **options,
            "taskset": {
                "id": PLUGIN,
                "tasks": tasks,
                "spec": spec,
                "count": count,
                "seed": seed,
                "kinds": kinds,
                "task": {"reward": reward},
            },
            "agent": {"harness": {"id": PLUGIN, "turns": turns, "transport": transport}},
        }
    )
    environment: InfToolEnvironment = vf.load_environment(config)
    return environment


@lru_cache(maxsize=64)
def _program(source: str) -> ServerProgram:
    return open_program(source)


def program_of(source: str, task: Task) -> ServerProgram:
    """Return the program that a task is played on.

    Raises:
        DataError: what is found there is not what the task was certified on, or the task was changed.
        SpecError: nothing can be read there.
    """
    program = _program(source)
    if digest_of(program) != task.program:
        raise DataError(f"task {task.id} was certified on another version of {task.spec!r} than {source!r} is")
    if task.content_id() != task.id:
        raise DataError(f"task {task.id} was changed after it was certified; synthesize it again")
    return program
