import copy
import os
import pickle
from collections.abc import Iterator

import pytest

from inftool.agents.message import ToolCall
from inftool.envs.lasting import LastingSeats
from inftool.envs.synthesis import Synthesizer
from inftool.envs.transport import local_seats
from inftool.servers.program import ServerProgram
from inftool.servers.seat import LocalSeat, LocalSeats, Seats, ServerLost


class Frail(LocalSeat):
    """A seat whose server dies at chosen calls, state and all."""

    deaths: Iterator[bool]

    def call(self, tool, arguments=None):  # type: ignore[no-untyped-def]
        if next(self.deaths, False):
            self.close()
            raise ServerLost("gone")
        return super().call(tool, arguments)


class FrailSeats(LocalSeats):
    def __init__(self, seats: LocalSeats, deaths: list[bool]) -> None:
        super().__init__(seats.kernel)
        self.deaths = iter(deaths)

    def open(self) -> Frail:
        seat = Frail(self.kernel, self.kernel.open())
        seat.deaths = self.deaths
        return seat


@pytest.fixture(scope="module")
def calls(petstore: Synthesizer) -> list[ToolCall]:
    """Calls of several tasks, writes among them."""
    tasks = [task for task in petstore.tasks(12) if task.seed == 0]
    return [call for task in tasks for call in task.gold_calls]


def lasting(petstore: Synthesizer, deaths: list[bool], retries: int = 2) -> LastingSeats:
    seats = petstore.world("petstore", 0).seats
    frail = FrailSeats(seats, deaths)
    return LastingSeats(lambda program, seed: frail, seats.program, 0, retries)


def played(petstore: Synthesizer, calls: list[ToolCall], deaths: list[bool]) -> list[object]:
    seat = lasting(petstore, deaths).open()
    answers = [seat.call(call.name, call.arguments) for call in calls]
    changes = seat.diff()
    seat.close()
    return [*answers, changes]


def test_a_lost_server_is_not_noticed(petstore: Synthesizer, calls: list[ToolCall]) -> None:
    expected = played(petstore, calls, [])
    assert expected[-1]
    assert played(petstore, calls, [True]) == expected
    assert played(petstore, calls, [False, False, True, False, True, False, False, False, True]) == expected


def test_a_server_that_is_lost_again_and_again_is_lost(petstore: Synthesizer, calls: list[ToolCall]) -> None:
    seat = lasting(petstore, [True] * 3).open()
    with pytest.raises(ServerLost):
        seat.call(calls[0].name, calls[0].arguments)
    assert seat.call(calls[0].name, calls[0].arguments).status
    with pytest.raises(ServerLost):
        lasting(petstore, [True], retries=0).open().call(calls[0].name, calls[0].arguments)


def test_no_server_at_all(petstore: Synthesizer) -> None:
    asked = []

    def nowhere(program: ServerProgram, seed: int) -> Seats:
        asked.append(seed)
        raise ServerLost("nobody there")

    with pytest.raises(ServerLost, match="nobody there"):
        LastingSeats(nowhere, petstore.world("petstore", 0).program, 0, retries=2).open()
    assert len(asked) == 3


def test_copies_go_on_by_themselves(petstore: Synthesizer, calls: list[ToolCall]) -> None:
    seat = LastingSeats(local_seats, petstore.world("petstore", 0).program, 0, retries=0).open()
    half = len(calls) // 2
    for call in calls[:half]:
        seat.call(call.name, call.arguments)
    twins = [seat, copy.deepcopy(seat), pickle.loads(pickle.dumps(seat)), seat.fork()]
    ends = [[twin.call(call.name, call.arguments) for call in calls[half:]] + [twin.diff()] for twin in twins]
    assert all(end == ends[0] for end in ends)
    for twin in twins:
        twin.close()
        twin.close()
    with pytest.raises(RuntimeError, match="closed"):
        seat.diff()


def test_kept_states_outlast_the_server_too(petstore: Synthesizer, calls: list[ToolCall]) -> None:
    deaths: list[bool] = []
    seat = lasting(petstore, deaths).open()
    for call in calls:
        seat.call(call.name, call.arguments)
    changes, kept = seat.diff(), seat.snapshot()
    seat.reset()
    assert seat.diff() == []
    seat.restore(kept)
    twin = pickle.loads(pickle.dumps(LastingSeats(local_seats, petstore.world("petstore", 0).program, 0, 0))).open()
    twin.restore(kept)
    assert seat.diff() == twin.diff() == copy.deepcopy(twin).diff() == changes


def test_a_forked_child_takes_a_seat_of_its_own(petstore: Synthesizer, calls: list[ToolCall]) -> None:
    seat = LastingSeats(local_seats, petstore.world("petstore", 0).program, 0, retries=0).open()
    for call in calls:
        seat.call(call.name, call.arguments)
    changes = seat.diff()
    child = os.fork()
    if not child:
        good = False
        try:
            good = seat.diff() == changes and seat.call(calls[0].name, calls[0].arguments).status > 0
            seat.close()
        finally:
            os._exit(0 if good else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert seat.diff() == changes
