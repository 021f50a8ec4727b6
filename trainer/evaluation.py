"""Scores of a policy on tasks, with intervals, by kind and by specification."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel, ConfigDict, Field

from inftool.envs.episode import MAX_FRUITLESS, RETRIES, Episode, Trajectory
from inftool.envs.reward import FAULTS
from inftool.envs.task import Task
from inftool.trainer.policies import OnEpisode, Policy
from inftool.trainer.supply import Worlds


class Rate(BaseModel):
    """A share of solved tasks with its 95 % interval (Wilson's score interval)."""

    model_config = ConfigDict(extra="forbid")

    solved: int
    count: int
    rate: float
    low: float
    high: float

    @classmethod
    def of(cls, solved: int, count: int) -> Rate:
        """Compute the rate and its interval."""
        low, high = wilson(solved, count)
        return cls(solved=solved, count=count, rate=solved / count if count else 0.0, low=low, high=high)


class Score(BaseModel):
    """How one policy did on one set of tasks: strict success, greedy decoding unless the name says otherwise."""

    model_config = ConfigDict(extra="forbid")

    policy: str
    overall: Rate
    by_kind: dict[str, Rate] = Field(default_factory=dict)
    by_spec: dict[str, Rate] = Field(default_factory=dict)
    shut: dict[str, int] = Field(default_factory=dict)
    """How many episodes ended at each gate: the first that was shut."""
    outcomes: dict[str, int] = Field(default_factory=dict)
    staged: float = 0.0
    """Mean staged reward."""


def wilson(solved: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """Return Wilson's 95 % score interval of a share (Wilson 1927)."""
    if count == 0:
        return 0.0, 1.0
    share = solved / count
    centre = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def play_tasks(
    policy: Policy, tasks: Sequence[Task], worlds: Worlds, on_episode: OnEpisode, max_fruitless: int = MAX_FRUITLESS
) -> list[Trajectory]:
    """Play each task once; an episode that the infrastructure failed is played again, :data:`RETRIES` times at most.

    Args:
        policy: takes the assistant's seat.
        tasks: tasks that share tools should follow each other: their prompts are read once.
        worlds: the servers, by program name and seed.
        on_episode: told how many episodes are over.
        max_fruitless: turns without effect in a row before an episode is truncated.
    """

    def episodes(chosen: Iterable[Task]) -> Iterator[Episode]:
        return (Episode(task, worlds[(task.spec, task.seed)].seats, max_fruitless=max_fruitless) for task in chosen)

    trajectories = policy.play(episodes(tasks), on_episode)
    for _ in range(RETRIES):
        lost = [at for at, trajectory in enumerate(trajectories) if trajectory.verdict.outcome == "infrastructure"]
        if not lost:
            break
        again = policy.play(episodes(tasks[at] for at in lost), lambda _: None)
        for at, trajectory in zip(lost, again, strict=True):
            trajectories[at] = trajectory
    return trajectories


def score(policy: str, tasks: Sequence[Task], trajectories: Sequence[Trajectory]) -> Score:
    """Count what trajectories came to; infrastructure and simulator faults are left out of every rate."""
    pairs = list(zip(tasks, trajectories, strict=True))
    scored = [(task, trajectory) for task, trajectory in pairs if trajectory.verdict.outcome not in FAULTS]
    shut: Counter[str] = Counter()
    for _, trajectory in scored:
        first = next((gate.name for gate in trajectory.verdict.gates if not gate.open), None)
        shut[first or ("none" if trajectory.verdict.outcome == "solved" else "turns")] += 1
    staged = [trajectory.verdict.staged or 0.0 for _, trajectory in scored]
    return Score(
        policy=policy,
        overall=_rate(scored),
        by_kind={
            kind: _rate([p for p in scored if p[0].kind == kind]) for kind in _ordered(task.kind for task, _ in scored)
        },
        by_spec={
            spec: _rate([p for p in scored if p[0].spec == spec]) for spec in _ordered(task.spec for task, _ in scored)
        },
        shut=dict(shut.most_common()),
        outcomes=dict(Counter(trajectory.verdict.outcome for _, trajectory in pairs).most_common()),
        staged=sum(staged) / len(staged) if staged else 0.0,
    )


def _rate(pairs: Sequence[tuple[Task, Trajectory]]) -> Rate:
    return Rate.of(sum(trajectory.verdict.outcome == "solved" for _, trajectory in pairs), len(pairs))


def _ordered(names: Iterable[str]) -> list[str]:
    return sorted(set(names))
