"""The seats of one server process: who sits on which state, and until when."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from inftool.servers.runtime.kernel import Kernel
from inftool.servers.runtime.session import Session

MAX_SEATS = 10_000
"""Seats of one process."""
MAX_LEASE = 7 * 86_400.0
"""Seconds of the longest lease."""
MAX_KERNELS = 32
"""Seeds that are kept ready while nobody uses them."""


class NoSeat(LookupError):
    """There is no seat of that name, or its lease is over."""


class Full(RuntimeError):
    """Every seat is taken."""


@dataclass(slots=True)
class Lease:
    """One seat."""

    kernel: Kernel
    session: Session
    seconds: float
    """How long it may be unused."""
    deadline: float


class Leases:
    """The seats by name. A name is a secret: whoever knows it may call the tools of that seat.

    Args:
        kernel_for: returns the kernel of a seed.
        clock: seconds that never go back.
    """

    def __init__(self, kernel_for: Callable[[int], Kernel], clock: Callable[[], float] = time.monotonic) -> None:
        self._kernel_for = kernel_for
        self._clock = clock
        self._leases: dict[str, Lease] = {}

    def __len__(self) -> int:
        return len(self._leases)

    def open(self, seed: int, seconds: float) -> str:
        """Open a seat in the seeded state and return its name.

        Raises:
            Full: every seat is taken.
            ValueError: the lease is not between 0 and ``MAX_LEASE`` seconds.
        """
        kernel = self._kernel_for(seed)
        return self._seat(kernel, kernel.open, seconds)

    def fork(self, name: str) -> str:
        """Open a seat in the present state of another, with a lease as long.

        Raises:
            NoSeat: there is no such seat.
            Full: every seat is taken.
        """
        lease = self.use(name)
        return self._seat(lease.kernel, lease.session.fork, lease.seconds)

    def use(self, name: str) -> Lease:
        """Return a seat and begin its lease anew.

        Raises:
            NoSeat: there is no such seat.
        """
        lease = self._leases.get(name)
        now = self._clock()
        if lease is None or lease.deadline <= now:
            self.close(name)
            raise NoSeat("there is no such seat, or its lease is over")
        lease.deadline = now + lease.seconds
        return lease

    def extend(self, name: str, seconds: float) -> None:
        """Give a seat another length of lease, which begins now.

        Raises:
            NoSeat: there is no such seat.
            ValueError: the lease is not between 0 and ``MAX_LEASE`` seconds.
        """
        _check_seconds(seconds)
        lease = self.use(name)
        lease.seconds = seconds
        lease.deadline = self._clock() + seconds

    def close(self, name: str) -> None:
        """Free a seat, if there is one of that name."""
        if lease := self._leases.pop(name, None):
            lease.session.close()

    def seeds(self) -> set[int]:
        """Return the seeds that somebody uses."""
        return {lease.kernel.seed for lease in self._leases.values()}

    def sweep(self) -> None:
        """Free every seat whose lease is over."""
        now = self._clock()
        for name in [name for name, lease in self._leases.items() if lease.deadline <= now]:
            self.close(name)

    def _seat(self, kernel: Kernel, make: Callable[[], Session], seconds: float) -> str:
        _check_seconds(seconds)
        if len(self._leases) >= MAX_SEATS:
            raise Full(f"all {MAX_SEATS} seats are taken; close some")
        name = secrets.token_urlsafe(24)
        self._leases[name] = Lease(kernel, make(), seconds, self._clock() + seconds)
        return name


def _check_seconds(seconds: float) -> None:
    if not 0 < seconds <= MAX_LEASE:
        raise ValueError(f"a lease is more than 0 and at most {MAX_LEASE:g} seconds")
