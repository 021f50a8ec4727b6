from __future__ import annotations

from typing import Any

import pytest

from .compare import Names, changes, compare, leaves, same
from .domain import Domain


class _Nothing:
    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state


@pytest.fixture
def names() -> Names:
    return Names(
        Domain("made", _Nothing, [], {"title": "Night of the boats"}, {}, {"order_id": "order", "buy.id": "order"})
    )


def test_leaves_lie_under_their_names_wherever_they_are_nested() -> None:
    found = leaves({"orders": [{"id": 1, "tags": ["a", "b"]}, {"id": 2, "tags": []}], "total": 2})
    assert found == {"orders[]": [2], "id": [1, 2], "tags[]": [2, 0], "tags": ["a", "b"], "total": [2]}
    assert leaves("bare") == {"": ["bare"]}


@pytest.mark.parametrize(
    ("left", "right", "equal"), [(3, 3.0, True), (1, True, False), (0, None, False), ("3", 3, False)]
)
def test_same(left: Any, right: Any, equal: bool) -> None:
    assert same(left, right) is equal


def test_fields_are_present_and_equal_one_by_one(names: Names) -> None:
    score = compare(names, "read", {"rows": [{"a": 1}, {"a": 2}], "b": "x", "c": None}, [{"a": 2}, {"a": 9, "b": "y"}])
    assert (score.total, score.present, score.equal) == (5, 3, 1)
    assert (score.missing, score.differing) == (["rows[]", "c"], ["a", "b"])


def test_made_up_ids_are_equal_up_to_their_names(names: Names) -> None:
    names.note("buy", {"id": "OR-9", "kind": "new"}, {"id": "order_x1", "kind": "new"})
    assert names.translated("read", {"order_id": "OR-9", "note": "OR-9"}) == {"order_id": "order_x1", "note": "OR-9"}
    assert compare(names, "read", {"order_id": "OR-9"}, {"order_id": "order_x1"}).equal == 1
    assert compare(names, "read", {"order_id": "OR-9"}, {"order_id": "OR-9"}).equal == 0


def test_the_only_id_of_the_compiled_result_is_taken_whatever_its_name(names: Names) -> None:
    names.note("buy", {"order_id": 7}, {"orderId": 70, "amount": 3})
    assert names.translated("read", {"order_id": 7}) == {"order_id": 70}


def test_times_and_wording_count_as_equal_and_words_of_the_caller_do_not(names: Names) -> None:
    names.learn({"remark": "leave at the door"})
    expected = {"message": "Saved.", "due": "2030-01-02", "text": "All went very well", "remark": "leave at the door"}
    score = compare(names, "read", expected, {"message": "ok", "due": "2031-05-06", "text": "fine", "remark": "x"})
    assert (score.equal, score.differing) == (3, ["remark"])
    assert not names.is_loose("title", "Night of the boats")


def test_changes_are_the_leaves_a_write_brought(names: Names) -> None:
    before = {"rows": [{"a": 1, "b": 2}], "sent": True}
    after = {"rows": [{"a": 1, "b": 3}, {"a": 4, "b": 2}], "sent": True, "at": "2030-01-01"}
    assert sorted(changes(names, before, after)) == [("a", 4), ("b", 3), ("rows[]", 2)]
