"""One episode's place at a server, whatever is behind it: the kernel in this process, or a process of its own."""

from __future__ import annotations

from typing import Any, Protocol

from inftool.servers.program import ServerProgram
from inftool.servers.runtime.changes import RowChange
from inftool.servers.runtime.kernel import Kernel
from inftool.servers.runtime.results import ToolResult
from inftool.servers.runtime.session import Session, Snapshot


class ServerLost(RuntimeError):
    """The server behind a seat died, hangs, or its lease ended: never the assistant's fault, and no state is left."""


class Seat(Protocol):
    """A private state of one program, and the calls on it.

    For use by one thread at a time. Every method but ``close`` raises :class:`ServerLost` where the server is gone,
    and RuntimeError after ``close``.
    """

    def call(self, tool: str, arguments: Any = None) -> ToolResult:
        """Call a tool.

        Raises:
            UnknownTool: the program has no such tool. Every other fault of the caller is an answer.
        """
        ...

    def reset(self) -> None:
        """Go back to the seeded state."""
        ...

    def snapshot(self) -> Snapshot:
        """Return the present state, to be given to :meth:`restore` of any seat of the same program and seed."""
        ...

    def restore(self, snapshot: Snapshot) -> None:
        """Go to the state that :meth:`snapshot` returned."""
        ...

    def fork(self) -> Seat:
        """Return a new seat in the same state; neither sees what the other does from now on."""
        ...

    def diff(self) -> list[RowChange]:
        """Return what differs from the seeded state, in canonical order."""
        ...

    def close(self) -> None:
        """Give the seat back. Closing twice is no error, nor is closing what is lost."""
        ...


class Seats(Protocol):
    """Opens seats of one program and seed."""

    @property
    def program(self) -> ServerProgram:
        """The compiled server."""
        ...

    @property
    def seed(self) -> int:
        """The seed of the state that seats begin in."""
        ...

    def open(self) -> Seat:
        """Return a new seat in the seeded state.

        Raises:
            ServerLost: no server can be had.
        """
        ...


class LocalSeat:
    """A seat at a kernel in this process."""

    __slots__ = ("_kernel", "_session")

    def __init__(self, kernel: Kernel, session: Session) -> None:
        self._kernel = kernel
        self._session = session

    def call(self, tool: str, arguments: Any = None) -> ToolResult:
        """Call a tool (:meth:`inftool.servers.runtime.kernel.Kernel.call`)."""
        return self._kernel.call(self._session, tool, arguments)

    def reset(self) -> None:
        """Go back to the seeded state."""
        self._session.reset()

    def snapshot(self) -> Snapshot:
        """Return the present state."""
        return self._session.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Go to a state that was kept."""
        self._session.restore(snapshot)

    def fork(self) -> LocalSeat:
        """Return a new seat in the same state."""
        return LocalSeat(self._kernel, self._session.fork())

    def diff(self) -> list[RowChange]:
        """Return what differs from the seeded state, in canonical order."""
        return self._session.diff()

    def close(self) -> None:
        """Free the state."""
        self._session.close()


class LocalSeats:
    """Opens seats at a kernel in this process."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    @property
    def program(self) -> ServerProgram:
        """The compiled server."""
        return self.kernel.program

    @property
    def seed(self) -> int:
        """The seed of the state that seats begin in."""
        return self.kernel.seed

    def open(self) -> LocalSeat:
        """Return a new seat in the seeded state."""
        return LocalSeat(self.kernel, self.kernel.open())
