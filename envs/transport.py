"""Where an environment's calls run: at kernels in this process, or at real server processes.

Both are found from a program and a seed alone, in whatever process asks, so what holds them can be pickled. The server
processes belong to one pool, which all environments of a process share; it starts when one is first needed, and ends
when the last of them is closed or collected, or the process ends. A forked child goes on with its parent's.
"""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, Literal

from inftool.envs.lasting import SeatSource
from inftool.envs.supply import digest_of
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.kernel import Kernel
from inftool.servers.seat import LocalSeats, Seats

if TYPE_CHECKING:
    from inftool.servers.pool import ServerPool

Transport = Literal["local", "server"]
MAX_KERNELS = 64
"""Kernels that a process keeps for environments that came from elsewhere."""

_kernels: OrderedDict[tuple[str, int], LocalSeats] = OrderedDict()


def keep_local(seats: LocalSeats) -> None:
    """Let :func:`local_seats` find these seats, whose state is made already."""
    key = (digest_of(seats.program), seats.seed)
    _kernels.pop(key, None)
    _kernels[key] = seats
    while len(_kernels) > MAX_KERNELS:
        _kernels.popitem(last=False)


def local_seats(program: ServerProgram, seed: int) -> Seats:
    """Return the seats at a kernel in this process."""
    seats = _kernels.get((digest_of(program), seed))
    if seats is None:
        seats = LocalSeats(Kernel(program, seed))
        keep_local(seats)
    return seats


def server_seats(program: ServerProgram, seed: int) -> Seats:
    """Return the seats at a server process of this process's pool.

    Raises:
        ServerLost: no server can be had.
    """
    return _shared.seats(program, seed)


SOURCES: dict[Transport, SeatSource] = {"local": local_seats, "server": server_seats}


class _SharedPool:
    """The pool of this process, and who needs it."""

    def __init__(self) -> None:
        self.renew_lock()
        self._users: weakref.WeakSet[object] = weakref.WeakSet()
        self._pool: ServerPool | None = None
        self._seats: dict[tuple[str, int], Seats] = {}

    def renew_lock(self) -> None:
        self._lock = threading.RLock()

    def seats(self, program: ServerProgram, seed: int) -> Seats:
        key = (digest_of(program), seed)
        with self._lock:
            if self._pool is None:
                from inftool.servers.pool import ServerPool

                self._pool = ServerPool()
            if key not in self._seats:
                self._seats[key] = self._pool.seats(program, seed)
            return self._seats[key]

    def claim(self, user: object) -> None:
        with self._lock:
            if user not in self._users:
                self._users.add(user)
                weakref.finalize(user, self.close_if_unused).atexit = False

    def release(self, user: object) -> None:
        with self._lock:
            if user in self._users:
                self._users.discard(user)
                self.close_if_unused()

    def close_if_unused(self) -> None:
        if not list(self._users):  # a set of weak references still counts the one that is just dying
            self.close()

    def close(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
            self._seats.clear()
        if pool is not None:
            pool.close()


_shared = _SharedPool()
claim_pool = _shared.claim
"""Keep the pool until :data:`release_pool` is called, or the user is collected."""
release_pool = _shared.release
atexit.register(_shared.close)
os.register_at_fork(after_in_child=_shared.renew_lock)
