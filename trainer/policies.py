"""Policies by name: who takes the assistant's seat in evaluation, synthesis and play."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from inftool.agents.assistant import Assistant
from inftool.agents.endpoint import EndpointAssistant
from inftool.agents.scripted import RandomAssistant, ScriptAssistant
from inftool.envs.episode import Episode, Trajectory, play
from inftool.envs.task import Task

OnEpisode = Callable[[int], None]
"""Told how many episodes are over."""

NAMES = "oracle, null, random, local, local:PATH, openai:MODEL"


class PolicyError(ValueError):
    """A policy's name cannot be read; the message says what would be right."""


class Policy(Protocol):
    """Plays episodes in the assistant's seat."""

    name: str

    def play(self, episodes: Iterable[Episode], on_episode: OnEpisode) -> list[Trajectory]:
        """Play episodes to their ends, in any order, and return their trajectories in the order given."""
        ...


class AssistantPolicy:
    """One assistant an episode, several episodes at a time where the assistant waits for a network."""

    def __init__(self, name: str, assistant: Callable[[Task], Assistant], threads: int = 1) -> None:
        self.name = name
        self.assistant = assistant
        self._threads = threads

    def play(self, episodes: Iterable[Episode], on_episode: OnEpisode) -> list[Trajectory]:
        """Play each episode with an assistant of its own."""
        trajectories: list[Trajectory] = []
        with ThreadPoolExecutor(self._threads) as pool:
            for trajectory in pool.map(self._play, episodes):
                trajectories.append(trajectory)
                on_episode(len(trajectories))
        return trajectories

    def _play(self, episode: Episode) -> Trajectory:
        return play(episode, self.assistant(episode.task), self.name)


class LocalPolicy:
    """A ``transformers`` model on this machine, all episodes in one batch."""

    def __init__(
        self, name: str, model: Any, tokenizer: Any, temperature: float = 0.0, seed: int = 0, seats: int = 64
    ) -> None:
        from inftool.agents.conversation import ChatTokens
        from inftool.agents.engine import Engine

        self.name = name
        self.temperature = temperature
        self._engine = Engine(model, max_seats=seats, seed=seed)
        self._chat = ChatTokens(tokenizer)

    def play(self, episodes: Iterable[Episode], on_episode: OnEpisode) -> list[Trajectory]:
        """Play the episodes together."""
        from inftool.trainer.rollout import play as roll

        opened: list[Episode] = []

        def counted() -> Iterable[Episode]:
            for episode in episodes:
                opened.append(episode)
                on_episode(sum(other.done for other in opened))
                yield episode

        rollouts = roll(
            counted(), self._engine, self._chat, temperature=self.temperature, max_new_tokens=MAX_NEW_TOKENS
        )
        for rollout in rollouts:
            rollout.episode.close()
        on_episode(len(rollouts))
        return [rollout.episode.trajectory(self.name) for rollout in rollouts]


MAX_NEW_TOKENS = 72
"""Longest turn of a local policy, in tokens."""


def open_assistant(name: str, task: Task, seed: int = 0, base_url: str | None = None) -> Assistant:
    """Return the policy called ``name`` for one episode of ``task``, for play.

    Raises:
        PolicyError: there is no such policy.
    """
    kind, _, rest = name.partition(":")
    if kind == "local":
        from inftool.agents.local import LocalAssistant

        return LocalAssistant.load(rest or "embedded", max_new_tokens=MAX_NEW_TOKENS)
    policy = open_policy(name, seed, base_url)
    assert isinstance(policy, AssistantPolicy)
    return policy.assistant(task)


def open_policy(name: str, seed: int = 0, base_url: str | None = None) -> Policy:
    """Return the policy called ``name``.

    Args:
        name: ``oracle``, ``null``, ``random``, ``local`` (the embedded model), ``local:PATH`` (a saved policy), or
            ``openai:MODEL`` (any OpenAI-compatible endpoint).
        seed: of the random policy.
        base_url: of the endpoint; ``OPENAI_BASE_URL`` by default.

    Raises:
        PolicyError: there is no such policy.
    """
    kind, _, rest = name.partition(":")
    if name == "oracle":
        return AssistantPolicy(name, lambda task: ScriptAssistant(task.gold))
    if name == "null":
        return AssistantPolicy(name, lambda task: ScriptAssistant())
    if name == "random":
        return AssistantPolicy(name, lambda task: RandomAssistant(seed ^ int(task.id, 16)))
    if kind == "openai" and rest:
        assistant = EndpointAssistant(rest, base_url)
        return AssistantPolicy(name, lambda task: assistant, threads=8)
    if kind == "local":
        from inftool.agents.model import load_model

        return LocalPolicy(name, *load_model(rest or "embedded"))
    raise PolicyError(f"unknown policy {name!r}; there are {NAMES}")
