"""What a set of tasks is made of, as data, and the tasks that any number of workers make of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from inftool.envs.certificate import run
from inftool.envs.records import json_line, trajectory_row
from inftool.envs.synthesis import Attempt, Synthesizer, Tally, different
from inftool.envs.task import KINDS, Kind
from inftool.envs.workforce import Workforce
from inftool.servers.program import ServerProgram

CHUNK = 16
"""Proposals that a worker tries at a time."""


@dataclass(frozen=True)
class Recipe:
    """Programs, a seed and kinds: what determines every task.

    It can be pickled, and is a job of a workforce: a worker keeps the programs' servers warm and turns ranges of
    proposal numbers into attempts.
    """

    programs: tuple[ServerProgram, ...]
    seed: int = 0
    kinds: tuple[Kind, ...] = KINDS

    def __call__(self) -> Callable[[range], list[Attempt]]:
        """Return what tries proposals, and plays the oracle's trajectory of each task."""
        synthesizer = self.synthesizer()

        def attempts(numbers: range) -> list[Attempt]:
            return [_played(synthesizer.attempt(number), synthesizer) for number in numbers]

        return attempts

    def synthesizer(self) -> Synthesizer:
        """Return what makes these tasks in one process."""
        return Synthesizer(self.programs, self.seed, self.kinds)


def made(recipe: Recipe, count: int, workforce: Workforce, tally: Tally) -> Iterator[Attempt]:
    """Yield the first ``count`` different certified tasks of a recipe, with their trajectories.

    Tasks, trajectories and tally are the same whoever does the work, and those of
    :meth:`~inftool.envs.synthesis.Synthesizer.tasks`.

    Raises:
        WorkforceError: the workers were lost again and again.
    """
    if recipe.synthesizer().empty:
        return
    chunks = (range(start, start + CHUNK) for start in itertools.count(0, CHUNK))
    with closing(workforce.map(recipe, chunks)) as results:
        yield from different(itertools.chain.from_iterable(results), count, tally)


def _played(attempt: Attempt, synthesizer: Synthesizer) -> Attempt:
    """Add the oracle's trajectory to an attempt that gave a task."""
    if attempt.task is None:
        return attempt
    trajectory = run(attempt.task, synthesizer.world_of(attempt.task), attempt.task.gold)
    return replace(attempt, gold=json_line(trajectory_row(attempt.task, trajectory)))
