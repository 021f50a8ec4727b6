"""Seats at real server processes: the same answers as in process, and what happens when a process is lost."""

import asyncio
import os
import pickle
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from inftool.servers.pool import PoolSeat, ServerPool, ServerStartError
from inftool.servers.pool.process import ServerProcess
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.kernel import Kernel, UnknownTool
from inftool.servers.seat import LocalSeats, Seat, Seats, ServerLost

from ..clinic import clinic
from .conftest import alive, descriptors

CLINIC = clinic()
NAMES = ("Rex", "Mia", "Ünal 🐕", "")


def process_of(pool: ServerPool, program: ServerProgram = CLINIC) -> ServerProcess:
    return pool.server(program, program.digest)


@pytest.fixture
def own() -> Iterator[ServerPool]:
    """A pool whose processes may be hurt."""
    with ServerPool(timeout=1.0) as pool:
        yield pool


def story(seat: Seat) -> list[object]:
    """Do a little of everything and return all that came of it."""
    told: list[object] = [seat.call("create_pet", {"name": name}) for name in NAMES]
    kept = seat.snapshot()
    told += [seat.call("get_pet", {"pet_id": 1}), seat.call("get_pet", {"pet_id": 10**6}), seat.call("list_pets")]
    told.append(seat.call("create_pet", None))
    twin = seat.fork()
    told += [twin.call("create_pet", {"name": "Twin"}), twin.diff(), seat.diff()]
    twin.close()
    seat.reset()
    told += [seat.diff(), seat.call("create_pet", {"name": "After"})]
    seat.restore(kept)
    told += [seat.diff(), seat.snapshot().meta, seat.call("list_pets")]
    return told


@pytest.mark.parametrize("seed", [None, 0, 7, -3])
def test_a_seat_does_what_a_seat_in_process_does(pool: ServerPool, seed: int | None) -> None:
    openers: list[Seats] = [LocalSeats(Kernel(CLINIC, seed)), pool.seats(CLINIC, seed)]
    assert openers[0].seed == openers[1].seed
    assert openers[0].program == openers[1].program
    told = []
    for opener in openers:
        seat = opener.open()
        told.append(story(seat))
        seat.close()
    assert told[0] == told[1]


def test_a_snapshot_goes_from_one_kind_of_seat_to_the_other(pool: ServerPool) -> None:
    near, far = LocalSeats(Kernel(CLINIC)).open(), pool.seats(CLINIC).open()
    far.call("create_pet", {"name": "Rex"})
    near.restore(far.snapshot())
    assert near.diff() == far.diff() != []
    near.call("create_pet", {"name": "Mia"})
    far.restore(near.snapshot())
    assert near.diff() == far.diff()
    far.close()


def test_an_unknown_tool_is_no_answer(pool: ServerPool) -> None:
    near, far = LocalSeats(Kernel(CLINIC)).open(), pool.seats(CLINIC).open()
    told = []
    for seat in (near, far):
        with pytest.raises(UnknownTool) as unknown:
            seat.call("nothing")
        told.append(str(unknown.value))
    assert told[0] == told[1]
    far.close()


def test_the_largest_call_that_a_kernel_takes_is_taken(pool: ServerPool) -> None:
    largest = {"name": "x", "details": {"a": "\x00" * 999_900, "b": [0.1234567890123456] * 19_000}}
    near, far = LocalSeats(Kernel(CLINIC)).open(), pool.seats(CLINIC).open()
    with far:
        for details in (largest, {**largest, "name": "\U0001f415" * 200}):
            assert far.call("create_pet", details) == near.call("create_pet", details)
        assert far.diff() == near.diff() != []


def test_all_threads_and_episodes_share_one_process(pool: ServerPool) -> None:
    seats = pool.seats(CLINIC)

    def play(number: int) -> list[str]:
        seat = seats.open()
        try:
            for step in range(5):
                seat.call("create_pet", {"name": f"{number}-{step}"})
            return [change.after["name"] for change in seat.diff() if change.after]
        finally:
            seat.close()

    with ThreadPoolExecutor(16) as threads:
        played = list(threads.map(play, range(64)))
    assert played == [[f"{number}-{step}" for step in range(5)] for number in range(64)]
    assert pool.check()[f"clinic-{CLINIC.digest}"]
    assert process_of(pool).control("health")["seats"] == 0


def test_it_works_inside_a_running_event_loop(pool: ServerPool) -> None:
    async def notebook() -> list[object]:
        seat = pool.seats(CLINIC).open()
        try:
            return story(seat)
        finally:
            seat.close()

    assert asyncio.run(notebook()) == story(LocalSeats(Kernel(CLINIC)).open())


def test_a_closed_seat_is_closed(pool: ServerPool) -> None:
    seat = pool.seats(CLINIC).open()
    seat.close()
    seat.close()
    with pytest.raises(RuntimeError, match="closed"):
        seat.diff()


def test_a_lease_that_is_not_used_in_time_ends_and_one_that_is_extended_does_not(pool: ServerPool) -> None:
    idle, extended, used = (pool.seats(CLINIC).open() for _ in range(3))
    for seat in (idle, extended, used):
        seat.extend(0.4)
    extended.extend(60)
    for _ in range(6):
        time.sleep(0.2)
        used.call("list_pets")
    assert process_of(pool).control("health")["seats"] == 2
    lose(idle, "lease")
    assert extended.diff() == []
    used.close()
    extended.close()


@pytest.mark.slow
def test_a_lease_of_the_pool_is_that_of_its_seats() -> None:
    with ServerPool(lease_seconds=0.3) as pool:
        seat = pool.seats(CLINIC).open()
        time.sleep(0.5)
        lose(seat, "not used for 0.3 s")


def test_a_seat_that_is_dropped_is_closed_with_the_next_opening(pool: ServerPool) -> None:
    seats = pool.seats(CLINIC)
    dropped = seats.open()
    del dropped
    with seats.open():
        assert process_of(pool).control("health")["seats"] == 1


def lose(seat: PoolSeat, why: str) -> None:
    with pytest.raises(ServerLost, match=why):
        seat.call("list_pets")
    for use in (seat.reset, seat.diff, seat.snapshot, seat.fork):
        with pytest.raises(ServerLost, match=why):
            use()
    seat.close()


def test_a_killed_process_is_replaced_and_its_seats_are_lost(own: ServerPool) -> None:
    seats = own.seats(CLINIC)
    seat, other = seats.open(), seats.open()
    seat.call("create_pet", {"name": "Rex"})
    before = process_of(own).pid
    os.kill(before, signal.SIGKILL)
    fresh = seats.open()
    assert process_of(own).pid != before
    assert fresh.diff() == []
    lose(seat, "signal 9")
    lose(other, "signal 9")


@pytest.mark.slow
def test_a_hung_process_is_killed_and_replaced(own: ServerPool) -> None:
    seats = own.seats(CLINIC)
    seat = seats.open()
    before = process_of(own).pid
    os.kill(before, signal.SIGSTOP)
    began = time.monotonic()
    lose(seat, "did not answer for 1 s")
    assert time.monotonic() - began < 10
    assert not alive(before)
    with seats.open() as fresh:
        assert fresh.call("list_pets").is_error is False


@pytest.mark.slow
def test_a_check_finds_what_hangs(own: ServerPool) -> None:
    own.seats(CLINIC).open().close()
    assert list(own.check().values()) == [True]
    os.kill(process_of(own).pid, signal.SIGSTOP)
    assert list(own.check().values()) == [False]


def test_nothing_is_left_of_a_closed_pool() -> None:
    before = descriptors(), threading.active_count()
    pool = ServerPool()
    seats = [pool.seats(CLINIC, seed).open() for seed in range(3)]
    pid = process_of(pool).pid
    pool.close()
    pool.close()
    assert not alive(pid)
    assert (descriptors(), threading.active_count()) == before
    lose(seats[0], "closed with its pool")
    with pytest.raises(RuntimeError, match="pool is closed"):
        pool.seats(CLINIC).open()


@pytest.mark.slow
def test_a_pool_that_is_forgotten_ends_its_process() -> None:
    pool = ServerPool()
    pool.seats(CLINIC).open().close()
    pid = process_of(pool).pid
    del pool
    assert not alive(pid)


def test_a_program_that_contradicts_itself_is_told_with_the_last_words_of_its_process(own: ServerPool) -> None:
    broken = CLINIC.model_copy(update={"session": "Nobody"})
    before = descriptors()
    with pytest.raises(ServerStartError, match="'Nobody' is not an entity of the program"):
        own.seats(broken).open()
    assert descriptors() == before


def test_a_process_that_is_slow_to_start_is_given_up() -> None:
    with ServerPool(start_seconds=0.05) as pool:
        before = descriptors()
        with pytest.raises(ServerStartError, match=r"was not ready in 0\.05 s"):
            pool.seats(CLINIC).open()
        assert descriptors() == before


def test_a_pickled_pool_is_its_settings() -> None:
    with ServerPool(lease_seconds=5, timeout=6, start_seconds=7) as pool:
        copy = pickle.loads(pickle.dumps(pool))
        assert (copy.lease_seconds, copy.timeout, copy.start_seconds) == (5, 6, 7)
        copy.close()
