"""The tasks of a run: balanced for evaluation, steered for training, within what the policy can take in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from inftool.agents.prompt import CompactFormat
from inftool.envs.proposals import Limits
from inftool.envs.synthesis import Cell, Synthesizer, Tally
from inftool.envs.task import Kind, Task
from inftool.envs.world import World
from inftool.servers.program import ServerProgram

MAX_TURN = 150
"""Characters of one gold turn; about 60 tokens, less than a local policy may say in one turn."""

Worlds = dict[tuple[str, int], World]
"""Servers by program name and seed."""

OnTask = Callable[[int], None]
"""Told how many tasks there are."""


def prompt_limits(format: CompactFormat, max_arguments: int = 4, max_signature: int = 260) -> Limits:
    """Return the limits of a policy that reads tools and results in ``format``.

    Args:
        format: how tools and results are written.
        max_arguments: arguments of one gold call.
        max_signature: characters of a tool's signature.
    """
    return Limits(
        max_arguments=max_arguments,
        max_turn=MAX_TURN,
        tools=(3, 4),
        fits=lambda tool: len(format.signature(tool)) <= max_signature,
        shown=format.result,
    )


def worlds_of(programs: Iterable[ServerProgram], tasks: Iterable[Task]) -> Worlds:
    """Return the servers that tasks are played on, by program name and seed."""
    by_name = {program.name: program for program in programs}
    places = dict.fromkeys((task.spec, task.seed) for task in tasks)
    return {(spec, seed): World(by_name[spec], seed) for spec, seed in places}


def balanced_tasks(
    programs: Sequence[ServerProgram], kinds: Sequence[Kind], count: int, seed: int, limits: Limits, on_task: OnTask
) -> tuple[list[Task], Tally]:
    """Return ``count`` tasks, as equal a share of each kind, and within it of each program, as their supply allows.

    Tasks are ordered so that those with the same tools follow each other.
    """
    tally = Tally()
    tasks: dict[str, Task] = {}
    per_kind = [count * (place + 1) // len(kinds) - count * place // len(kinds) for place in range(len(kinds))]
    for kind, wanted in zip(kinds, per_kind, strict=True):
        supplies = [_supply(program, programs, kind, wanted, seed, limits, tally) for program in programs]
        found = 0
        while supplies and found < wanted:
            for supply in list(supplies):
                task = next(supply, None)
                if task is None:
                    supplies.remove(supply)
                elif task.id not in tasks and found < wanted:
                    tasks[task.id] = task
                    found += 1
                    on_task(len(tasks))
    return sorted(tasks.values(), key=lambda task: (task.spec, task.tools, task.id)), tally


def _supply(
    program: ServerProgram,
    programs: Sequence[ServerProgram],
    kind: Kind,
    count: int,
    seed: int,
    limits: Limits,
    tally: Tally,
) -> Iterator[Task]:
    synthesizer = Synthesizer([program], seed, [kind], limits, others=programs)
    synthesizer.tally = tally
    return synthesizer.tasks(count)


def steered_tasks(
    programs: Sequence[ServerProgram],
    kinds: Sequence[Kind],
    count: int,
    seed: int,
    limits: Limits,
    weights: Mapping[Cell, float],
    on_task: OnTask,
) -> tuple[list[Task], Tally]:
    """Return ``count`` tasks whose cells are proposed by ``weights``."""
    synthesizer = Synthesizer(programs, seed, kinds, limits, weights)
    tasks = []
    for task in synthesizer.tasks(count):
        tasks.append(task)
        on_task(len(tasks))
    return tasks, synthesizer.tally
