"""Certified tasks by number, remembered for the whole process.

Making and proving a task takes 10 to 50 ms and playing it less than 1 ms, so the tasks of an earlier epoch, or of
another environment on the same programs, are kept. What is kept never decides which task a number gives.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from weakref import WeakSet

from inftool.envs.proposals import Limits
from inftool.envs.synthesis import Synthesizer
from inftool.envs.task import Kind, Task
from inftool.envs.world import World
from inftool.servers.program import ServerProgram

MAX_PROPOSALS = 2_000
"""Proposals that are looked through before a supply is said to be empty."""
MAX_TASKS = 4_096
"""Tasks that one supply remembers; each takes some 14 kB."""
MAX_SUPPLIES = 16
"""Supplies that a process remembers."""

_alive: WeakSet[TaskSupply] = WeakSet()


def _renew_locks() -> None:
    """Free the locks that other threads of the parent held when it forked."""
    for supply in _alive:
        supply._lock = threading.Lock()


os.register_at_fork(after_in_child=_renew_locks)

_Key = tuple[tuple[str, ...], tuple[Kind, ...], Limits]


class NoTask(ValueError):
    """A specification gives no task of the kinds that are wanted; the message says what to do."""


class TaskSupply:
    """The endless, deterministic tasks of some programs."""

    def __init__(self, programs: Sequence[ServerProgram], kinds: Sequence[Kind], limits: Limits | None = None) -> None:
        self.programs = tuple(programs)
        self.kinds = tuple(kinds)
        self._synthesizer = Synthesizer(self.programs, kinds=self.kinds, limits=limits)
        self._found: OrderedDict[int, Task] = OrderedDict()
        self._lock = threading.Lock()
        _alive.add(self)

    def task(self, number: int) -> Task:
        """Return the first task from proposal ``number`` on: the same in every process.

        Raises:
            NoTask: there is none within :data:`MAX_PROPOSALS`.
        """
        with self._lock:
            if number in self._found:
                self._found.move_to_end(number)
                return self._found[number]
            task = self._found[number] = self._search(number)
            if len(self._found) > MAX_TASKS:
                self._found.popitem(last=False)
            return task

    def named(self, task_id: str) -> Task | None:
        """Return the task of an id, if it was given out before."""
        with self._lock:
            return next((task for task in self._found.values() if task.id == task_id), None)

    def world_of(self, task: Task) -> World:
        """Return the server that a task is played on."""
        with self._lock:
            return self._synthesizer.world_of(task)

    def _search(self, number: int) -> Task:
        for index in range(number, number + MAX_PROPOSALS):
            if task := self._found.get(index) or self._synthesizer.task(index):
                return task
        names = ", ".join(program.name for program in self.programs)
        raise NoTask(
            f"{names}: no task of kind {' or '.join(self.kinds)} could be certified in {MAX_PROPOSALS} proposals; "
            f"{self._remedy()}"
        )

    def _remedy(self) -> str:
        tally = self._synthesizer.tally
        if not tally.proposed:
            return (
                "no operation of these programs is understood well enough to ask for it: `inftool compile SPEC` says "
                "why, and `--overrides` mends it"
            )
        reasons = ", ".join(f"{reason} ({count})" for reason, count in tally.rejected.most_common(3))
        return f"most were rejected since: {reasons}; try other kinds, or mend the program with overrides"


_supplies: OrderedDict[_Key, TaskSupply] = OrderedDict()


def supply_of(programs: Sequence[ServerProgram], kinds: Sequence[Kind], limits: Limits | None = None) -> TaskSupply:
    """Return the supply of some programs, which all environments of this process share.

    Args:
        programs: the compiled servers.
        kinds: the kinds of task wanted.
        limits: what the policy can take in.
    """
    key: _Key = (tuple(digest_of(program) for program in programs), tuple(kinds), limits or Limits())
    supply = _supplies.pop(key, None) or TaskSupply(programs, kinds, limits)
    _supplies[key] = supply
    while len(_supplies) > MAX_SUPPLIES:
        _supplies.popitem(last=False)
    return supply


_digests: OrderedDict[int, tuple[ServerProgram, str]] = OrderedDict()


def digest_of(program: ServerProgram) -> str:
    """Return a program's digest, computed once for each object: it takes milliseconds."""
    known = _digests.get(id(program))
    if known is None:
        known = _digests[id(program)] = (program, program.digest)
        while len(_digests) > 4 * MAX_SUPPLIES:
            _digests.popitem(last=False)
    return known[1]
