"""An endless, deterministic supply of certified tasks.

Proposal number *i* of a seed is the same whatever was proposed before it, on any machine and in any number of
processes; whether it becomes a task is decided by its certificate alone.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from inftool.agents.agenda import Agenda
from inftool.envs.certificate import certify, run
from inftool.envs.proposals import Draft, Elsewhere, Limits, propose
from inftool.envs.task import KINDS, Goal, Kind, Task
from inftool.envs.wish import Rejected
from inftool.envs.world import World
from inftool.servers.program import Operation, ServerProgram
from inftool.servers.restyle import origin

Cell = tuple[str, str, str]
"""Specification, kind of task, kind of operation."""
WORLDS = 4
"""Differently seeded servers that the tasks of one program and seed are spread over."""


@dataclass
class Tally:
    """What became of the proposals."""

    proposed: int = 0
    accepted: Counter[str] = field(default_factory=Counter)
    """By kind."""
    rejected: Counter[str] = field(default_factory=Counter)
    """By reason."""

    def count(self, attempt: Attempt) -> None:
        """Add one proposal."""
        self.proposed += 1
        if attempt.task is None:
            self.rejected[attempt.rejected] += 1
        else:
            self.accepted[attempt.task.kind] += 1


@dataclass(frozen=True)
class Attempt:
    """What became of one proposal."""

    task: Task | None = None
    rejected: str = ""
    """Why there is no task."""
    gold: str = ""
    """The line of the oracle's trajectory, where it was played."""


def different(attempts: Iterable[Attempt], count: int, tally: Tally) -> Iterator[Attempt]:
    """Yield the first ``count`` attempts that gave different tasks, and count every attempt up to there.

    Args:
        attempts: in the order of the proposals' numbers; no more are taken than are needed.
        count: tasks wanted. 200 attempts in a row (and at least 20 a task) that give nothing new end the search: the
            supply is used up.
        tally: what the attempts are counted in.
    """
    seen: set[str] = set()
    dry = 0
    for attempt in attempts if count > 0 else ():
        tally.count(attempt)
        if attempt.task is not None and attempt.task.id not in seen:
            seen.add(attempt.task.id)
            dry = 0
            yield attempt
        else:
            dry += 1
        if len(seen) == count or dry >= max(200, 20 * count):
            return


class Synthesizer:
    """Makes tasks on a set of programs."""

    def __init__(
        self,
        programs: Sequence[ServerProgram],
        seed: int = 0,
        kinds: Sequence[Kind] = KINDS,
        limits: Limits | None = None,
        weights: Mapping[Cell, float] | None = None,
        others: Sequence[ServerProgram] = (),
    ) -> None:
        """Prepare synthesis; nothing is computed yet.

        Args:
            programs: the servers; those without a usable operation give no tasks.
            seed: the same seed gives the same tasks, byte for byte.
            kinds: the kinds of task wanted.
            limits: what the policy can take in.
            weights: how often each cell is proposed, relative to 1 for a cell that is not named (the gap finder's
                steering).
            others: more servers whose wishes are irrelevant here; no task is played on them.
        """
        self.seed = seed
        self.limits = limits or Limits()
        self.tally = Tally()
        self._worlds: dict[tuple[str, int], World] = {}
        self._programs = {program.name: program for program in (*others, *programs)}
        self._speakable = {
            name: usable
            for name, program in self._programs.items()
            if (usable := [operation for operation in program.operations if _usable("simple", operation)])
        }
        self._choices: list[tuple[ServerProgram, Kind, Operation]] = []
        self._weights: list[float] = []
        for program in programs:
            for kind in kinds:
                usable = [operation for operation in program.operations if _usable(kind, operation)]
                for operation in usable:
                    self._choices.append((program, kind, operation))
                    named = "refuse" if kind == "irrelevant" else operation.kind
                    weight = (weights or {}).get((origin(program.name), kind, named), 1.0)
                    self._weights.append(weight * _share(kind) / len(usable) ** 0.5)

    def tasks(self, count: int, start: int = 0) -> Iterator[Task]:
        """Yield ``count`` different certified tasks, from proposal number ``start`` on.

        Stops early when 200 proposals in a row (and at least 20 a task) gave nothing new: the supply of this seed is
        used up.
        """
        attempts = (self.attempt(index) for index in itertools.count(start))
        for attempt in different(attempts if self._choices else (), count, self.tally):
            assert attempt.task is not None
            yield attempt.task

    def task(self, index: int) -> Task | None:
        """Return the task of proposal ``index``, or None if it was rejected (counted in :attr:`tally`)."""
        if not self._choices:
            return None
        attempt = self.attempt(index)
        self.tally.count(attempt)
        return attempt.task

    @property
    def empty(self) -> bool:
        """Whether no program has an operation that a task could be about."""
        return not self._choices

    def attempt(self, index: int) -> Attempt:
        """Return what becomes of proposal ``index``; a pure function of the seed and ``index``, counted nowhere.

        Raises:
            IndexError: there is nothing to propose (:attr:`empty`).
        """
        rng = random.Random(int.from_bytes(blake2b(f"{self.seed}/{index}".encode(), digest_size=8).digest()))
        program, kind, operation = rng.choices(self._choices, self._weights)[0]
        world = self.world(program.name, self.seed * WORLDS + rng.randrange(WORLDS))
        try:
            elsewhere = self._elsewhere(program, rng) if kind == "irrelevant" else None
            return Attempt(_certified(propose(world, kind, operation, rng, self.limits, elsewhere), world))
        except Rejected as reason:
            return Attempt(rejected=str(reason))

    def _elsewhere(self, here: ServerProgram, rng: random.Random) -> Elsewhere | None:
        """Choose an operation of another program; None where there is no other."""
        others = [name for name in self._speakable if origin(name) != origin(here.name)]
        if not others:
            return None
        name = rng.choice(others)
        return self.world(name, self.seed * WORLDS), rng.choice(self._speakable[name])

    def world(self, program: str, seed: int) -> World:
        """Return the server that tasks with this program and seed are played on."""
        if (program, seed) not in self._worlds:
            self._worlds[(program, seed)] = World(self._programs[program], seed)
        return self._worlds[(program, seed)]

    def world_of(self, task: Task) -> World:
        """Return the server that ``task`` is played on."""
        return self.world(task.spec, task.seed)


def _usable(kind: Kind, operation: Operation) -> bool:
    if kind == "irrelevant":
        return operation.kind != "opaque"
    if kind == "sequential":
        return operation.kind in ("read", "update", "replace", "delete")
    return operation.kind != "opaque" and operation.confidence != "low"


def _share(kind: Kind) -> float:
    """How often a kind is proposed: kinds that are often rejected are proposed more."""
    return {"sequential": 9.0, "irrelevant": 1.2}.get(kind, 1.0)


def _certified(draft: Draft, world: World) -> Task:
    """Play the draft's gold, take what happened as the goal, and prove the task.

    Raises:
        Rejected: the gold does not run, or a check of the certificate failed.
    """
    arguments = sum(max(0, len(call.arguments) - 2) for message in draft.gold for call in message.tool_calls)
    calls = sum(len(message.tool_calls) for message in draft.gold)
    task = Task(
        spec=world.program.name,
        program=world.digest,
        seed=world.seed,
        kind=draft.kind,
        tools=tuple(draft.tools),
        agenda=Agenda(request=draft.request, slots=tuple(draft.slots)),
        gold=tuple(draft.gold),
        goal=Goal(facts=tuple(draft.facts), refuse=draft.refuse),
        operation=draft.operation,
        difficulty=max(1, calls + arguments + max(0, len(draft.tools) - 4)),
        style=draft.style,
    )
    trajectory = run(task, world, task.gold)
    if failed := [gate for gate in trajectory.verdict.gates if not gate.open and gate.name != "state"]:
        raise Rejected(f"gold fails at the {failed[0].name} gate")
    changes = trajectory.verdict.changes
    if not changes and not draft.facts and not draft.refuse:
        raise Rejected("gold changes nothing and tells nothing")
    task = task.model_copy(update={"goal": task.goal.model_copy(update={"changes": changes})})
    task = task.model_copy(update={"id": task.content_id()})
    certificate = certify(task, world)
    if not certificate.passed:
        raise Rejected(f"certificate: {certificate.checks[-1].name} does not hold")
    return task.model_copy(update={"certificate": certificate})
