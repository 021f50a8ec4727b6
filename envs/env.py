"""The Gymnasium environment: a thin shell around :class:`inftool.envs.episode.Episode`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import gymnasium as gym
from pydantic import ValidationError

from inftool.agents.message import Action, Malformed, Message, ToolCall
from inftool.envs.episode import MAX_TURNS, Episode, Trajectory
from inftool.envs.proposals import Limits
from inftool.envs.render import dialogue_text
from inftool.envs.reward import Verdict
from inftool.envs.spaces import DialogueSpace, MessageSpace
from inftool.envs.synthesis import Synthesizer
from inftool.envs.task import KINDS, Kind, Task
from inftool.servers import open_program
from inftool.servers.program import ServerProgram

MAX_PROPOSALS = 2_000
"""Proposals that a reset looks through before it says that a specification gives no task."""


class InfToolEnv(gym.Env[dict[str, Any], Any]):
    """Episodes on compiled servers, one certified task each.

    The action is the assistant's whole message: a text, a call ``{"name": ..., "arguments": {...}}``, a list of calls,
    a message ``{"content": ..., "tool_calls": [...]}``, or a :class:`~inftool.agents.message.Message`. The observation
    is the dialogue so far and the tools, in the OpenAI shape. The reward comes with the last step.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 - as Gymnasium declares it
        "render_modes": ["ansi", "human"],
        "render_fps": 4,
    }

    def __init__(
        self,
        spec: str | Path | ServerProgram | Sequence[str | Path | ServerProgram] = "petstore",
        *,
        kinds: Sequence[Kind] = KINDS,
        tasks: Iterable[Task] | None = None,
        reward: Literal["strict", "staged"] = "strict",
        limits: Limits | None = None,
        max_turns: int = MAX_TURNS,
        render_mode: str | None = None,
    ) -> None:
        """Compile the specification(s).

        Args:
            spec: a bundled name, a file, or a compiled program; or several.
            kinds: the kinds of task to synthesize.
            tasks: play these, one after the other, instead of synthesizing; their programs must be among ``spec``.
            reward: ``strict`` is 1 or 0, ``staged`` gives partial credit by gate.
            limits: what the policy can take in.
            max_turns: assistant messages before truncation.
            render_mode: ``ansi`` returns the dialogue as text, ``human`` prints it.

        Raises:
            ValueError: an unknown reward, kind or render mode.
            SpecError: a specification cannot be read.
        """
        if reward not in ("strict", "staged"):
            raise ValueError(f"reward must be 'strict' or 'staged', not {reward!r}")
        if unknown := set(kinds) - set(KINDS):
            raise ValueError(f"unknown kinds {sorted(unknown)}; there are {', '.join(KINDS)}")
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            raise ValueError(f"render_mode must be one of {self.metadata['render_modes']}, not {render_mode!r}")
        sources = [spec] if isinstance(spec, str | Path | ServerProgram) else list(spec)
        self.programs = [source if isinstance(source, ServerProgram) else open_program(source) for source in sources]
        self.kinds = tuple(kinds)
        self.reward = reward
        self.limits = limits
        self.max_turns = max_turns
        self.render_mode = render_mode
        self.action_space = MessageSpace()
        self.observation_space = DialogueSpace()
        self.episode: Episode | None = None
        self._tasks = list(tasks) if tasks is not None else None
        self._played = 0
        self._supplies: dict[tuple[Kind, ...], Synthesizer] = {}

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Start an episode.

        Args:
            seed: the same seed gives the same task.
            options: ``{"task": Task}`` plays that task; ``{"kind": "simple"}`` synthesizes one of that kind.

        Returns:
            The dialogue (the user's request) and ``info`` with the task's id, kind and specification.

        Raises:
            ValueError: unknown options, or the specification gives no task of the kind.
        """
        super().reset(seed=seed)
        options = options or {}
        if unknown := options.keys() - {"task", "kind"}:
            raise ValueError(f"unknown reset options {sorted(unknown)}; there are 'task' and 'kind'")
        self.close()
        task = options.get("task") or self._next_task(options.get("kind"))
        if task.spec not in {program.name for program in self.programs}:
            raise ValueError(f"task {task.id} is on {task.spec!r}, which this environment has not compiled")
        seats = self._supply(self.kinds).world_of(task).seats
        self.episode = Episode(task, seats, max_turns=self.max_turns)
        if self.render_mode == "human":
            self.render()
        return self._observation(), {"task": task.id, "kind": task.kind, "spec": task.spec}

    def step(self, action: Any) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Take the assistant's message.

        Returns:
            Observation, reward (0 until the end), terminated, truncated, and ``info``; at the end ``info`` has the
            ``outcome``, the ``gates`` (name → open, why), the ``changes`` and ``is_success``.

        Raises:
            gymnasium.error.ResetNeeded: there is no running episode.
        """
        if self.episode is None or self.episode.done:
            raise gym.error.ResetNeeded("call reset() before step()")
        self.episode.step(to_action(action))
        reward, info = 0.0, {"task": self.episode.task.id}
        terminated = truncated = False
        if self.episode.done:
            verdict = self.episode.verdict()
            truncated = verdict.outcome in ("truncated", "infrastructure", "simulator")
            terminated = not truncated
            reward = (verdict.strict if self.reward == "strict" else verdict.staged) or 0.0
            info |= verdict_info(verdict)
        if self.render_mode == "human":
            self.render()
        return self._observation(), reward, terminated, truncated, info

    def render(self) -> str | None:
        """Return the dialogue as text (``ansi``), or print it (``human``)."""
        if self.render_mode is None or self.episode is None:
            return None
        text = dialogue_text(self.episode.messages)
        if self.render_mode == "ansi":
            return text
        print(text, flush=True)  # noqa: T201
        return None

    def close(self) -> None:
        """End the running episode and free its session; may be called more than once."""
        if self.episode is not None:
            self.episode.close()

    def trajectory(self) -> Trajectory:
        """Return the record of the finished episode.

        Raises:
            RuntimeError: the episode is not over.
        """
        if self.episode is None:
            raise RuntimeError("no episode was played")
        return self.episode.trajectory("policy")

    def _next_task(self, kind: str | None) -> Task:
        if self._tasks is not None:
            pool = [task for task in self._tasks if kind is None or task.kind == kind]
            if not pool:
                raise ValueError(
                    "the list of tasks is empty" if kind is None else f"no task of kind {kind!r} in the list"
                )
            self._played += 1
            return pool[(self._played - 1) % len(pool)]
        if kind is not None and kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}; there are {', '.join(KINDS)}")
        kinds: tuple[Kind, ...] = (kind,) if kind else self.kinds
        supply = self._supply(kinds)
        start = int(self.np_random.integers(2**31))
        for index in range(start, start + MAX_PROPOSALS):
            if task := supply.task(index):
                return task
        names = ", ".join(program.name for program in self.programs)
        raise ValueError(f"{names}: no task of kind {' or '.join(kinds)} could be certified; try other kinds")

    def _supply(self, kinds: tuple[Kind, ...]) -> Synthesizer:
        if kinds not in self._supplies:
            self._supplies[kinds] = Synthesizer(self.programs, kinds=kinds, limits=self.limits)
        return self._supplies[kinds]

    def _observation(self) -> dict[str, Any]:
        assert self.episode is not None
        return {
            "messages": tuple(message.to_openai() for message in self.episode.messages),
            "tools": tuple(tool.to_openai() for tool in self.episode.tools),
        }


def verdict_info(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain values for ``info``."""
    return {
        "outcome": verdict.outcome,
        "is_success": verdict.outcome == "solved",
        "gates": {gate.name: {"open": gate.open, "why": gate.why} for gate in verdict.gates},
        "changes": [change.model_dump(mode="json") for change in verdict.changes],
        "note": verdict.note,
    }


def to_action(action: Any) -> Action:
    """Read whatever an RL loop passes as an action; what cannot be read is :class:`Malformed`, never an exception."""
    if isinstance(action, Message | Malformed):
        return action
    if isinstance(action, str):
        return Message(role="assistant", content=action)
    if isinstance(action, Mapping) and "name" in action:
        action = {"tool_calls": [action]}
    elif isinstance(action, list | tuple):
        action = {"tool_calls": action}
    try:
        calls = tuple(
            ToolCall(name=call["name"], arguments=dict(call.get("arguments") or {}))
            for call in action.get("tool_calls") or ()
        )
        return Message(role="assistant", content=action.get("content") or "", tool_calls=calls)
    except (ValidationError, KeyError, TypeError, AttributeError, ValueError) as error:
        reason = f"expected a text, a call or a message, got {type(action).__name__} ({type(error).__name__})"
        return Malformed(text=repr(action)[:500], reason=reason)
