"""The table of sessions: opened at first use, bounded in number and in idle time."""

from __future__ import annotations

import pytest

from inftool.servers.doors.sessions import SessionTable, TooManySessions, is_session_name
from inftool.servers.runtime.kernel import Kernel

from ..clinic import clinic

KERNEL = Kernel(clinic())


class Clock:
    """Seconds that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_least_used_makes_room_unless_it_is_in_use() -> None:
    clock = Clock()
    table = SessionTable(max_sessions=2, idle_seconds=100, busy_seconds=10, clock=clock)
    first, second = table.get(KERNEL, "a"), table.get(KERNEL, "b")
    assert table.get(KERNEL, "a") is first
    with pytest.raises(TooManySessions, match="2 sessions"):
        table.get(KERNEL, "c")
    assert table.get(KERNEL, "b") is second
    clock.now = 11.0
    table.get(KERNEL, "c")
    assert len(table) == 2
    assert table.get(KERNEL, "b") is second
    with pytest.raises(RuntimeError, match="closed"):
        first.diff()


def test_idle_sessions_are_dropped_but_never_the_one_that_is_asked_for() -> None:
    clock = Clock()
    table = SessionTable(max_sessions=5, idle_seconds=100, clock=clock)
    first = table.get(KERNEL, "a")
    clock.now = 200.0
    assert table.get(KERNEL, "a") is first
    table.get(KERNEL, "b")
    clock.now = 301.0
    table.get(KERNEL, "c")
    assert len(table) == 1
    with pytest.raises(RuntimeError, match="closed"):
        first.diff()


def test_programs_do_not_share_sessions() -> None:
    other = Kernel(clinic().model_copy(update={"name": "other"}))
    table = SessionTable()
    assert table.get(KERNEL, "a") is not table.get(other, "a")
    table.close()
    assert len(table) == 0


@pytest.mark.parametrize("name", ["", "..", "../x", "a b", "a/b", "a\n", "x" * 65, "é", "a\x00"])
def test_what_is_no_name_is_refused(name: str) -> None:
    assert not is_session_name(name)
    with pytest.raises(ValueError, match="session name"):
        SessionTable().get(KERNEL, name)
