"""The sessions of one process by name: opened at first use, bounded in number and in idle time."""

from __future__ import annotations

import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable

from inftool.servers.runtime.kernel import Kernel
from inftool.servers.runtime.session import Session

logger = logging.getLogger("inftool.servers")

DEFAULT_SESSION = "default"
MAX_SESSIONS = 1000
"""Sessions of one process, whatever their program."""
IDLE_SECONDS = 3600.0
"""A session unused for so long is dropped."""
BUSY_SECONDS = 60.0
"""A session used within so many seconds never makes room for a new one."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class TooManySessions(RuntimeError):
    """No further session can be opened now."""


def is_session_name(name: str) -> bool:
    """Return whether a session may be called so: 1 to 64 letters, digits, underscores and hyphens."""
    return _NAME.match(name) is not None


class SessionTable:
    """The sessions of one process.

    Args:
        max_sessions: how many may live at once; the one unused for longest makes room, if it is not in use.
        idle_seconds: how long one may be unused.
        busy_seconds: how long one counts as in use after a call.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        max_sessions: int = MAX_SESSIONS,
        idle_seconds: float = IDLE_SECONDS,
        busy_seconds: float = BUSY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_sessions = max_sessions
        self._idle_seconds = idle_seconds
        self._busy_seconds = busy_seconds
        self._clock = clock
        self._sessions: OrderedDict[tuple[str, str], tuple[Session, float]] = OrderedDict()

    def get(self, kernel: Kernel, name: str = DEFAULT_SESSION) -> Session:
        """Return a program's session called ``name``, a new one in the seeded state at first use.

        Args:
            kernel: of the program; programs that are served together have names of their own.
            name: of the session.

        Raises:
            ValueError: the name is not 1 to 64 letters, digits, underscores and hyphens.
            TooManySessions: as many sessions as may be are in use.
        """
        if not is_session_name(name):
            raise ValueError("a session name is 1 to 64 letters, digits, underscores and hyphens")
        now, key = self._clock(), (kernel.program.name, name)
        held = self._sessions.get(key)
        self._drop_idle(now, keep=key)
        if held is None:
            self._make_room(now)
        session = held[0] if held else kernel.open()
        self._sessions[key] = (session, now)
        self._sessions.move_to_end(key)
        return session

    def __len__(self) -> int:
        return len(self._sessions)

    def _drop_idle(self, now: float, keep: tuple[str, str]) -> None:
        while self._sessions:
            key, (_, used) = next(iter(self._sessions.items()))
            if key == keep or now - used < self._idle_seconds:
                return
            self._drop(key, now)

    def _make_room(self, now: float) -> None:
        while len(self._sessions) >= self._max_sessions:
            key, (_, used) = next(iter(self._sessions.items()))
            if now - used < self._busy_seconds:
                raise TooManySessions(f"{self._max_sessions} sessions are in use; use one of them, or try again later")
            self._drop(key, now)

    def _drop(self, key: tuple[str, str], now: float) -> None:
        session, used = self._sessions.pop(key)
        session.close()
        logger.warning("session %s of %s is dropped: unused for %d s", key[1], key[0], now - used)

    def close(self) -> None:
        """Close every session."""
        for session, _ in self._sessions.values():
            session.close()
        self._sessions.clear()
