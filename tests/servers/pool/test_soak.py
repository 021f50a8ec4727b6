"""Nothing grows: ten thousand episodes, in process and at a server process; a thousand sessions at once."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from inftool.agents.scripted import ScriptAssistant
from inftool.envs.episode import Episode, play
from inftool.envs.synthesis import Synthesizer
from inftool.servers import Kernel, open_program
from inftool.servers.pool import ServerPool
from inftool.servers.seat import LocalSeats, Seats

pytestmark = pytest.mark.slow

EPISODES = 10_000
WARM = 2_000
"""Episodes before the first look: caches are filled, and the allocator has taken what it needs."""
MEGABYTE = 2**20
MAX_GROWTH = 4 * MEGABYTE
MAX_SESSION = 1.5 * MEGABYTE


def memory(pid: int) -> int:
    """Return the bytes that a process holds in memory and shares with no file."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields["RssAnon"].split()[0]) * 1024


def held(pid: int) -> tuple[int, int]:
    """Return how many descriptors and threads a process has."""
    return len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task"))


def soak(seats: Callable[[int], Seats], pid: int) -> None:
    """Play episodes of several tasks and seeds, and compare the process before and after."""
    supply = Synthesizer([open_program("petstore")], seed=0)
    tasks = [task for task in supply.tasks(60) if len(task.gold) < 4]

    def episodes(count: int) -> None:
        for number in range(count):
            task = tasks[number % len(tasks)]
            trajectory = play(Episode(task, seats(task.seed)), ScriptAssistant(task.gold))
            assert trajectory.verdict.strict == 1.0
        gc.collect()

    assert len(tasks) > 10
    episodes(WARM)
    before, had = memory(pid), held(pid)
    episodes(EPISODES)
    assert held(pid) == had
    assert memory(pid) - before < MAX_GROWTH
    assert threading.active_count() < 5


def test_nothing_grows_in_process() -> None:
    program, kernels = open_program("petstore"), {}

    def seats(seed: int) -> Seats:
        if seed not in kernels:
            kernels[seed] = LocalSeats(Kernel(program, seed))
        return kernels[seed]

    soak(seats, os.getpid())


def test_nothing_grows_in_a_server_process() -> None:
    program = open_program("petstore")
    with ServerPool() as pool:
        pool.seats(program).open().close()
        soak(lambda seed: pool.seats(program, seed), pool.server(program, program.digest).pid)


def test_nothing_grows_where_the_owner_is() -> None:
    program = open_program("petstore")
    with ServerPool() as pool:
        pool.seats(program).open().close()
        soak(lambda seed: pool.seats(program, seed), os.getpid())


@pytest.mark.parametrize("name", ["petstore", "notion", "slack", "tau2_telecom"])
def test_a_thousand_sessions_live_in_one_process(name: str) -> None:
    program = open_program(name)
    with ServerPool() as pool:
        seats = pool.seats(program)
        with seats.open() as seat:
            for operation in program.operations:
                seat.call(operation.tool)
        pid = pool.server(program, program.digest).pid

        def with_a_thousand() -> int:
            opened = [seats.open() for _ in range(1_000)]
            for seat in opened:
                for operation in program.operations[:5]:
                    seat.call(operation.tool)
            try:
                return memory(pid)
            finally:
                for seat in opened:
                    seat.close()

        before = memory(pid)
        first = with_a_thousand()
        assert (first - before) / 1_000 <= MAX_SESSION
        assert with_a_thousand() - first < 2 * MAX_GROWTH, "what the first thousand had was not given back"
