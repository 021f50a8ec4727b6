"""Sample tasks as a prompt of an MCP server: what a person might ask of these tools, on the rows that are served."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from itertools import islice

from inftool.envs.synthesis import WORLDS, Synthesizer
from inftool.envs.task import KINDS, Kind, Task
from inftool.servers.doors.completion import choices
from inftool.servers.doors.prompts import Prompt, PromptArgument, PromptError, Turn, Written
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.session import Session

MAX_SAMPLES = 10
"""Sample tasks of one kind."""
SAMPLE_KINDS: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind != "irrelevant")
"""Kinds of sample: a client sees all the tools, so that no wish on them is irrelevant."""


def task_prompt(program: ServerProgram, seed: int) -> Prompt:
    """Return the prompt that words a certified task on a program.

    Args:
        program: the compiled server.
        seed: of the rows that are served. Tasks are made on these, for a session in its seeded state, when one is
            first asked for.
    """
    samples = _Samples(program, seed)

    def write(session: Session, given: Mapping[str, str]) -> Written:
        kind, number = given.get("kind") or SAMPLE_KINDS[0], given.get("number") or "1"
        if kind not in SAMPLE_KINDS:
            raise PromptError(f"kind {kind[:80]!r}: it is one of {', '.join(SAMPLE_KINDS)}")
        if number not in _NUMBERS:
            raise PromptError(f"number {number[:80]!r}: it is 1 to {MAX_SAMPLES}")
        task = samples.task(kind, int(number))
        if task is None:
            raise PromptError(f"there is no task {number} of kind {kind}; try a smaller number or another kind")
        about = f"A {kind.replace('_', ' ')} task, solved in {len(task.gold_calls)} calls on the seeded rows."
        return Written((Turn("user", task.agenda.request),), about)

    return Prompt(
        name="sample_task",
        title="Sample task",
        description="A task that these tools can solve, worded as a person would ask for it.",
        write=write,
        arguments=(
            PromptArgument("kind", f"Kind of task: {', '.join(SAMPLE_KINDS)}.", complete=choices(SAMPLE_KINDS)),
            PromptArgument("number", f"Which one: 1 to {MAX_SAMPLES}.", complete=choices(_NUMBERS)),
        ),
        apart=True,
    )


_NUMBERS = tuple(str(number + 1) for number in range(MAX_SAMPLES))


class _Samples:
    """The tasks of one program by kind, made as far as they were asked for; safe to ask from several threads."""

    def __init__(self, program: ServerProgram, seed: int) -> None:
        self._program, self._seed = program, seed
        self._lock = threading.Lock()
        self._made: dict[Kind, tuple[Iterator[Task], list[Task]]] = {}

    def task(self, kind: Kind, number: int) -> Task | None:
        """Return a task, counted from 1; None if there are not so many."""
        with self._lock:
            more, made = self._made.setdefault(kind, (self._begin(kind), []))
            made += islice(more, max(0, number - len(made)))
            return made[number - 1] if len(made) >= number else None

    def _begin(self, kind: Kind) -> Iterator[Task]:
        """Yield tasks on the rows that are served, which are one of the worlds of the synthesizer's seed."""
        synthesizer = Synthesizer([self._program], self._seed // WORLDS, [kind])
        return (task for task in synthesizer.tasks(MAX_SAMPLES * WORLDS) if task.seed == self._seed)
