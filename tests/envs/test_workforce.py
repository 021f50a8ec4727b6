"""Work divided over processes: the same bytes as one process gives, and nothing left behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from inftool.envs.recipe import Recipe, made
from inftool.envs.synthesis import Attempt, Tally
from inftool.envs.workforce import RETRIES, Here, LocalWorkers, Workforce, WorkforceError
from inftool.servers import open_program


def double() -> Callable[[int], int]:
    return lambda part: 2 * part


def deadly() -> Callable[[int], int]:
    """Part 5 ends every worker that it is given to."""
    return lambda part: os.kill(os.getpid(), signal.SIGKILL) or part if part == 5 else part


def faulty() -> Callable[[int], float]:
    return lambda part: 1 / (part - 3)


def make(recipe: Recipe, count: int, workforce: Workforce, kill_at: int = -1) -> tuple[list[Attempt], Tally]:
    tally, found = Tally(), []
    for attempt in made(recipe, count, workforce, tally):
        found.append(attempt)
        if len(found) == kill_at:
            victim = multiprocessing.active_children()[0]
            os.kill(victim.pid or 0, signal.SIGKILL)
    return found, tally


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return Recipe((open_program("petstore"), open_program("conduit")), seed=3)


def test_two_workers_make_the_bytes_of_one_process_though_one_is_killed(recipe: Recipe) -> None:
    synthesizer = recipe.synthesizer()
    alone = list(synthesizer.tasks(60))
    here = make(recipe, 60, Here())
    shared = make(recipe, 60, LocalWorkers(2), kill_at=3)
    assert [attempt.task for attempt in here[0]] == alone
    assert here == shared
    assert here[1] == synthesizer.tally
    assert not multiprocessing.active_children()


def test_a_supply_that_is_used_up_ends_alike() -> None:
    recipe = Recipe((open_program("museum"),), kinds=("irrelevant",))
    here, shared = make(recipe, 60, Here()), make(recipe, 40, LocalWorkers(2))
    assert here[0][:40] == shared[0]
    assert make(Recipe(()), 5, LocalWorkers(2)) == ([], Tally())


def test_results_come_in_order_from_an_endless_supply_and_an_end_ends_the_workers() -> None:
    results = LocalWorkers(2).map(double, iter(int, 1))
    assert [next(results) for _ in range(3)] == [0, 0, 0]
    results.close()
    assert not multiprocessing.active_children()
    assert list(LocalWorkers(2).map(double, range(50))) == list(range(0, 100, 2))
    assert list(LocalWorkers(2).map(double, ())) == []


def test_a_part_that_ends_every_worker_is_named() -> None:
    done = []
    with pytest.raises(WorkforceError, match=f"part 5 .* lost {RETRIES + 1} workers"):
        done.extend(LocalWorkers(2).map(deadly, range(20)))
    assert not multiprocessing.active_children()


def test_an_error_of_the_work_itself_comes_out_where_it_belongs() -> None:
    results = LocalWorkers(2).map(faulty, range(10))
    assert [next(results) for _ in range(3)] == [-1 / 3, -1 / 2, -1.0]
    with pytest.raises(ZeroDivisionError):
        next(results)


def children(pid: int) -> list[int]:
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in listing.read_text().split()] if listing.exists() else []


def alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are counted in /proc")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_command_leaves_no_process(tmp_path: Path, sign: signal.Signals) -> None:
    command = [sys.executable, "-m", "inftool.cli", "synth", "petstore", "-n", "100000", "--workers", "2"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 30
    while len(workers := children(process.pid)) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(workers) >= 3, "two workers and multiprocessing's tracker"
    time.sleep(0.5)
    if sign == signal.SIGINT:
        os.killpg(process.pid, sign)
    else:
        process.kill()
    _, told = process.communicate(timeout=30)
    assert process.returncode == (130 if sign == signal.SIGINT else -signal.SIGKILL)
    assert "Traceback" not in told
    deadline = time.monotonic() + 20
    while any(alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in workers)
