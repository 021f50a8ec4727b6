"""Seats that outlast their server: the same program, seed and calls give the same state anywhere.

A lasting seat remembers its calls. When its server is lost, or the seat wakes up in another process (after a fork, a
pickle or a deep copy), it takes a new seat and repeats them; the assistant never notices. Only a server that is lost
again and again ends the episode.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from inftool.servers.program import ServerProgram
from inftool.servers.runtime.changes import RowChange
from inftool.servers.runtime.results import ToolResult
from inftool.servers.runtime.session import Snapshot
from inftool.servers.seat import Seat, Seats, ServerLost

Answer = TypeVar("Answer")


class SeatSource(Protocol):
    """Finds, in whatever process it is, who opens seats of a program; it can be pickled."""

    def __call__(self, program: ServerProgram, seed: int) -> Seats:
        """Return the opener of a program's seats.

        Raises:
            ServerLost: no server can be had.
        """
        ...


class LastingSeats:
    """Opens lasting seats of one program and seed.

    Args:
        source: finds the servers.
        program: the compiled server.
        seed: of the state that seats begin in.
        retries: new seats that one call may cost before its server counts as lost for good.
    """

    def __init__(self, source: SeatSource, program: ServerProgram, seed: int, retries: int) -> None:
        self.source = source
        self.program = program
        self.seed = seed
        self.retries = retries

    def open(self) -> LastingSeat:
        """Return a new seat in the seeded state.

        Raises:
            ServerLost: no server can be had.
        """
        seat = LastingSeat(self)
        seat.take()
        return seat


class LastingSeat:
    """One episode's place at whichever server is there."""

    def __init__(self, seats: LastingSeats, base: Snapshot | None = None) -> None:
        self._seats = seats
        self._base = base
        self._calls: list[tuple[str, Any]] = []
        self._seat: Seat | None = None
        self._process = os.getpid()
        self._closed = False

    def take(self) -> None:
        """Make sure that there is a server behind the seat.

        Raises:
            ServerLost: no server can be had.
        """
        self._answer(lambda seat: None)

    def call(self, tool: str, arguments: Any = None) -> ToolResult:
        """Call a tool."""
        result = self._answer(lambda seat: seat.call(tool, arguments))
        self._calls.append((tool, arguments))
        return result

    def reset(self) -> None:
        """Go back to the seeded state."""
        self._base, self._calls = None, []
        self._answer(lambda seat: seat.reset())

    def snapshot(self) -> Snapshot:
        """Return the present state."""
        return self._answer(lambda seat: seat.snapshot())

    def restore(self, snapshot: Snapshot) -> None:
        """Go to a state that was kept."""
        self._answer(lambda seat: seat.restore(snapshot))
        self._base, self._calls = snapshot, []

    def fork(self) -> LastingSeat:
        """Return a new seat in the same state."""
        other = LastingSeat(self._seats, self._base)
        other._calls = list(self._calls)
        other._seat = self._answer(lambda seat: seat.fork())
        return other

    def diff(self) -> list[RowChange]:
        """Return what differs from the seeded state, in canonical order."""
        return self._answer(lambda seat: seat.diff())

    def close(self) -> None:
        """Give the seat back."""
        self._closed = True
        if self._process == os.getpid():
            self._leave()

    def _answer(self, ask: Callable[[Seat], Answer]) -> Answer:
        if self._closed:
            raise RuntimeError("the seat is closed")
        for left in range(self._seats.retries, -1, -1):
            try:
                return ask(self._here())
            except ServerLost:
                self._leave()
                if not left:
                    raise
        raise AssertionError("retries are never negative")

    def _here(self) -> Seat:
        """Return a seat of this process in the state that the calls so far have made."""
        if self._process != os.getpid():
            self._seat, self._process = None, os.getpid()
        if self._seat is None:
            seat = self._seats.source(self._seats.program, self._seats.seed).open()
            self._seat = seat
            if self._base is not None:
                seat.restore(self._base)
            for tool, arguments in self._calls:
                seat.call(tool, arguments)
        return self._seat

    def _leave(self) -> None:
        seat, self._seat = self._seat, None
        if seat is not None:
            seat.close()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_seat": None}
