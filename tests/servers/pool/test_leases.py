import pytest

from inftool.servers.pool.leases import Leases, NoSeat
from inftool.servers.runtime.kernel import Kernel

from ..clinic import clinic

KERNEL = Kernel(clinic())


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_lease_begins_anew_with_every_use_and_ends_when_there_is_none() -> None:
    clock = Clock()
    leases = Leases(lambda seed: KERNEL, clock)
    name = leases.open(0, 10)
    for _ in range(3):
        clock.now += 9
        leases.use(name)
    clock.now += 10
    with pytest.raises(NoSeat):
        leases.use(name)
    assert len(leases) == 0


def test_an_extended_lease_lasts_as_long_as_it_was_extended() -> None:
    clock = Clock()
    leases = Leases(lambda seed: KERNEL, clock)
    short, long = leases.open(0, 10), leases.open(0, 10)
    leases.extend(long, 100)
    clock.now += 50
    leases.sweep()
    assert len(leases) == 1
    assert leases.use(long).seconds == 100
    with pytest.raises(NoSeat):
        leases.use(short)


def test_a_fork_has_its_own_state_and_its_own_lease() -> None:
    leases = Leases(lambda seed: KERNEL)
    first = leases.open(0, 10)
    KERNEL.call(leases.use(first).session, "create_pet", {"name": "Rex"})
    second = leases.fork(first)
    assert leases.use(second).session.diff() == leases.use(first).session.diff() != []
    leases.close(first)
    leases.close(first)
    assert leases.use(second).seconds == 10


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan"), 1e12])
def test_a_lease_without_an_end_is_refused(seconds: float) -> None:
    leases = Leases(lambda seed: KERNEL)
    with pytest.raises(ValueError, match="lease"):
        leases.open(0, seconds)
    assert len(leases) == 0
