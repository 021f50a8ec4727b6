"""Warm server processes: one a program, started at first use, replaced when lost, gone with their owner.

A tool call takes the way that any MCP client takes, so an episode here is played on the server that others use; what
only the owner may do (open, reset, snapshot, fork, diff) goes to a listener of its own that asks for a token.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from subprocess import Popen

from inftool.servers.pool.process import ServerProcess
from inftool.servers.pool.seat import PoolSeat
from inftool.servers.program import Operation, ServerProgram
from inftool.servers.seat import ServerLost

LEASE_SECONDS = 3600.0
"""A seat that is not used for so long is closed by the server."""
TIMEOUT = 30.0
"""Seconds without any answer after which a process counts as hung."""
START_SECONDS = 60.0


class ServerPool:
    """Server processes for any number of programs, threads and episodes. A context manager.

    After a fork the child shares the parent's processes over connections of its own; seats opened before belong to
    the parent. Pickled, a pool is its settings.
    """

    def __init__(
        self, *, lease_seconds: float = LEASE_SECONDS, timeout: float = TIMEOUT, start_seconds: float = START_SECONDS
    ) -> None:
        """Start nothing yet.

        Args:
            lease_seconds: for how long a seat may be unused before the server closes it.
            timeout: seconds without any answer after which a process counts as hung, and is ended.
            start_seconds: how long a process may take to start.
        """
        self._settings = (lease_seconds, timeout, start_seconds)
        self.lease_seconds = lease_seconds
        self.timeout = timeout
        self.start_seconds = start_seconds
        self._state = _State()
        self._finalizer = weakref.finalize(self, _State.end, self._state)
        _pools.add(self)

    def seats(self, program: ServerProgram, seed: int | None = None) -> PoolSeats:
        """Return the opener of a program's seats; its process is started with the first seat.

        Args:
            program: the compiled server.
            seed: of the state that seats begin in; the program's own if None.
        """
        return PoolSeats(self, program, program.seed if seed is None else seed)

    def check(self) -> dict[str, bool]:
        """Ask every process whether it is well; one that is not is ended, and replaced when a seat is next opened.

        Returns:
            By program name and digest (``petstore-0123456789abcdef``), whether its process answered.
        """
        with self._state.lock:
            slots = dict(self._state.slots)
        return {
            f"{slot.server.program.name}-{digest}": slot.server.check()
            for digest, slot in slots.items()
            if slot.server is not None
        }

    def close(self) -> None:
        """End every process. Closing twice is no error; open seats are lost."""
        self._finalizer.detach()
        self._state.end()

    def server(self, program: ServerProgram, digest: str) -> ServerProcess:
        """Return a program's process, a new one where there is none that lives.

        Raises:
            ServerStartError: it cannot be started.
            RuntimeError: the pool is closed.
        """
        state = self._state
        with state.lock:
            if state.ended:
                raise RuntimeError("the pool is closed; make a new one")
            slot = state.slots.setdefault(digest, _Slot())
        with slot.lock:
            if slot.server is None or slot.server.lost:
                slot.server = ServerProcess(program, state.spawn, self.timeout, self.start_seconds)
                if state.ended:
                    slot.server.end("was closed with its pool")
            return slot.server

    def __enter__(self) -> ServerPool:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Callable[..., ServerPool], tuple[float, float, float]]:
        return _pool, self._settings

    def after_fork(self) -> None:
        """Let go of what belongs to the parent; called in the child of a fork."""
        self._state.disown()


@dataclass
class PoolSeats:
    """Opens seats of one program and seed at a pool's process."""

    pool: ServerPool
    program: ServerProgram
    seed: int

    def open(self) -> PoolSeat:
        """Return a new seat in the seeded state; a process that is dead or hangs is replaced.

        Raises:
            ServerLost: no process can be had, or it has no seat free.
            RuntimeError: the pool is closed.
        """
        server = self.pool.server(self.program, self._digest)
        try:
            name = server.open(self.seed, self.pool.lease_seconds)
        except ServerLost:
            if not server.lost:
                raise
            server = self.pool.server(self.program, self._digest)
            name = server.open(self.seed, self.pool.lease_seconds)
        return PoolSeat(server, self._operations, self.seed, self.pool.lease_seconds, name, self.pool)

    @cached_property
    def _digest(self) -> str:
        return self.program.digest

    @cached_property
    def _operations(self) -> dict[str, Operation]:
        return {operation.tool: operation for operation in self.program.operations}


@dataclass
class _Slot:
    """The place of one program's process."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    server: ServerProcess | None = None


class _State:
    """What a pool owns. Apart from the pool, so that it can be ended when the pool is no more."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.slots: dict[str, _Slot] = {}
        self.ended = False
        self._spawner: ThreadPoolExecutor | None = None

    def spawn(self, start: Callable[[], Popen[bytes]]) -> Popen[bytes]:
        """Start a process from the one thread that lives as long as the pool does."""
        with self.lock:
            if self._spawner is None:
                self._spawner = ThreadPoolExecutor(1, "inftool-pool")
            return self._spawner.submit(start).result()

    def end(self) -> None:
        """End every process, and the thread that started them."""
        with self.lock:
            self.ended = True
            slots, spawner = list(self.slots.values()), self._spawner
            self._spawner = None
        for slot in slots:
            if slot.server is not None:
                slot.server.end("was closed with its pool")
        if spawner is not None:
            spawner.shutdown()

    def disown(self) -> None:
        """Keep only what the child of a fork may use."""
        self.lock = threading.RLock()
        self._spawner = None
        for slot in self.slots.values():
            slot.lock = threading.RLock()
            if slot.server is not None:
                slot.server.disown()


_pools: weakref.WeakSet[ServerPool] = weakref.WeakSet()


def _after_fork() -> None:
    for pool in list(_pools):
        pool.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _pool(lease_seconds: float, timeout: float, start_seconds: float) -> ServerPool:
    return ServerPool(lease_seconds=lease_seconds, timeout=timeout, start_seconds=start_seconds)
