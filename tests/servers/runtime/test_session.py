"""Sessions: reset, snapshot, fork and diff, and what a failed transaction leaves behind."""

from __future__ import annotations

from collections.abc import Iterator

import apsw
import pytest

from inftool.servers.runtime.session import Image, SeedRow, Session

ROWS = [SeedRow("Pet", str(n), "", {"id": n, "name": f"pet {n}"}) for n in range(1, 12)]
ROWS += [SeedRow("Visit", str(n), f"/{n % 11 + 1}", {"id": n}) for n in range(1, 34)]
ROWS += [SeedRow("Note", "a/b", "/1/11", {"id": "a/b"})]


@pytest.fixture
def session() -> Iterator[Session]:
    image = Image.build(ROWS, {"Pet": None, "Visit": "Pet", "Note": "Visit"})
    with Session(image) as opened:
        yield opened


def test_the_difference_is_exact_and_in_canonical_order(session: Session) -> None:
    session.insert("Pet", "20", "", {"id": 20})
    session.put("Pet", "10", "", {"id": 10, "name": "new"})
    session.put("Pet", "2", "", {"id": 2})
    session.put("Pet", "2", "", {"id": 2, "name": "pet 2"})
    session.insert("Pet", "30", "", {"id": 30})
    session.delete("Pet", "30", "")
    assert [(c.entity, c.key, c.kind) for c in session.diff()] == [("Pet", "10", "update"), ("Pet", "20", "insert")]
    change = session.diff()[0]
    assert change.before == {"id": 10, "name": "pet 10"}
    assert change.after == {"id": 10, "name": "new"}


def test_a_delete_takes_all_that_is_nested_below_and_no_neighbour(session: Session) -> None:
    session.delete("Pet", "1", "")
    assert [(c.entity, c.key) for c in session.diff()] == [
        ("Note", "a/b"), ("Pet", "1"), ("Visit", "11"), ("Visit", "22"), ("Visit", "33"),
    ]  # fmt: skip
    assert len(session.rows("Visit", "/11")) == 3


def test_reset_goes_back_to_the_image_counters_included(session: Session) -> None:
    fresh = session.rows("Pet"), session.now(), session.snapshot()
    first = session.next_id("Pet"), session.tick()
    session.delete("Pet", "3", "")
    session.reset()
    assert (session.rows("Pet"), session.now(), session.snapshot()) == fresh
    assert session.diff() == []
    assert (session.next_id("Pet"), session.tick()) == first


def test_snapshots_restore_what_was_and_forks_go_their_own_way(session: Session) -> None:
    session.insert("Pet", "20", "", {"id": 20})
    session.tick()
    kept, diff = session.snapshot(), session.diff()
    with session.fork() as other:
        assert other.diff() == diff
        assert other.now() == session.now()
        other.delete("Pet", "20", "")
        assert session.get("Pet", "20") is not None
        session.put("Pet", "1", "", {"id": 1, "name": "changed"})
        assert other.diff() == []
    session.restore(kept)
    assert session.diff() == diff
    assert session.snapshot() == kept


def test_a_failed_transaction_leaves_nothing(session: Session) -> None:
    before = session.snapshot()

    def write_and_fail() -> None:
        with session.transaction():
            session.tick()
            session.delete("Pet", "2", "")
            session.insert("Pet", "1", "", {})

    with pytest.raises(apsw.ConstraintError):
        write_and_fail()
    assert session.snapshot() == before
    assert session.diff() == []
    with session.transaction():
        session.put("Pet", "2", "", {"id": 2})
    assert len(session.diff()) == 1


def test_keys_may_hold_slashes_and_numbers_are_never_given_twice(session: Session) -> None:
    session.insert("Pet", "x/y", "", {"id": "x/y"})
    session.insert("Visit", "7", "/x%2Fy", {"id": 7})
    assert session.get("Visit", "7", "/x%2Fy") is not None
    session.delete("Pet", "x/y", "")
    assert session.get("Visit", "7", "/x%2Fy") is None
    number = session.next_id("Pet")
    assert number == 12
    assert session.next_id("Pet") == 13


def test_a_closed_session_says_so(session: Session) -> None:
    session.close()
    session.close()
    with pytest.raises(RuntimeError, match="closed"):
        session.reset()
