"""Every kind of operation beyond plain rows: singletons, the caller, checks and effects, links, bulk, dispatch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from inftool.servers.program import ACTION_LOG
from inftool.servers.runtime.kernel import Kernel, ProgramError
from inftool.servers.runtime.results import ToolResult
from inftool.servers.runtime.session import Session

from ..studio import state, studio

OPEN = Kernel(studio(login=False, initial=state()))
"""The first member calls, without a login."""
LOCKED = Kernel(studio(initial=state()))
"""Members log in."""


@pytest.fixture
def session() -> Iterator[Session]:
    with OPEN.open() as opened:
        yield opened


def call(session: Session, tool: str, /, **arguments: Any) -> ToolResult:
    return OPEN.call(session, tool, arguments)


def ok(session: Session, tool: str, /, **arguments: Any) -> Any:
    result = call(session, tool, **arguments)
    assert not result.is_error, result.text
    return result.content


def refused(session: Session, tool: str, status: int, text: str, /, **arguments: Any) -> None:
    before = session.snapshot()
    result = call(session, tool, **arguments)
    assert result.is_error
    assert (result.status, text in result.text) == (status, True), result.text
    assert session.snapshot() == before


# --- rows given from outside


def test_given_rows_are_as_they_were_given(session: Session) -> None:
    assert ok(session, "get_member", id="m1") == state()["Member"][0]
    assert ok(session, "get_booking", id=7) == state()["Booking"][0]
    assert ok(session, "get_preference", id="m1")["theme"] == "dark"
    assert [row["code"] for row in ok(session, "saved_rooms")] == ["r2"]
    assert len(session.rows("Room")) == 2


def test_new_keys_go_on_after_given_ones(session: Session) -> None:
    assert ok(session, "book", room="r2", seats=1)["id"] == 8


# --- singletons and the caller


def test_every_row_has_its_singleton(session: Session) -> None:
    seeded = Kernel(studio(login=False))
    with seeded.open() as fresh:
        members = fresh.rows("Member")
        assert len(fresh.rows("Preference")) == len(members)
        for member in members:
            assert not seeded.call(fresh, "get_preference", {"id": member["id"]}).is_error
    new = ok(session, "add_member", name="Cy", username="cy")
    assert ok(session, "get_preference", id=new["id"]) == {"member_id": new["id"], "theme": "light", "muted": False}
    ok(session, "set_preference", id=new["id"], theme="blue")
    assert ok(session, "get_preference", id=new["id"])["theme"] == "blue"
    assert ok(session, "get_my_preference")["theme"] == "dark"
    ok(session, "delete_member", id=new["id"])
    refused(session, "get_preference", 404, "there is no member", id=new["id"])
    assert session.diff() == []


def test_the_caller_is_known_without_an_argument(session: Session) -> None:
    assert ok(session, "get_me")["id"] == "m1"
    assert ok(session, "get_member", id="me")["id"] == "m1"
    assert ok(session, "rename_me", name="Anna")["name"] == "Anna"
    assert ok(session, "book", room="r2", seats=1)["member_id"] == "m1"
    assert [row["room"] for row in ok(session, "my_bookings")] == ["r1", "r2"]


def test_login_makes_the_caller_and_logout_nobody() -> None:
    with LOCKED.open() as session:

        def status(tool: str, **arguments: Any) -> int:
            return LOCKED.call(session, tool, arguments).status

        assert status("get_me") == 401
        assert status("save_rooms", codes=["r1"]) == 401
        assert status("log_in", username="nobody", password="x") == 401
        assert status("log_in", username="bo", password="wrong") == 401
        assert session.diff() == []
        assert status("log_in", username="bo", password="pw") == 200
        assert LOCKED.call(session, "get_me").content["id"] == "m2"
        assert status("log_out") == 200
        assert status("log_out") == 401
        new = LOCKED.call(session, "sign_up", {"username": "cy", "password": "z"}).content
        assert status("sign_up", username="cy", password="y") == 400
        assert status("log_in", username="cy", password="z") == 200
        assert LOCKED.call(session, "get_me").content["id"] == new["id"]


def test_a_named_setting_is_set_and_checked(session: Session) -> None:
    assert ok(session, "change_preference", name="volume", value=9)["volume"] == 9
    refused(session, "change_preference", 400, "does not fit", name="volume", value=11)
    refused(session, "change_preference", 400, "is not one of theme, volume, muted", name="size", value=1)


# --- parts and matches


def test_a_part_of_a_row_is_shown(session: Session) -> None:
    assert ok(session, "get_member", id="m1", part="contact") == {"name": "Ann", "username": "ann"}
    assert ok(session, "get_member", id="m1", part="balance") == {"balance": 100}
    refused(session, "get_member", 400, "is not one of contact", id="m1", part="shoes")


def test_further_arguments_must_agree(session: Session) -> None:
    assert ok(session, "get_booking", id=7, room="r1")["id"] == 7
    refused(session, "get_booking", 404, "there is no booking", id=7, room="r2")


# --- checks and effects


def test_a_create_takes_stock_and_money_in_one_go(session: Session) -> None:
    made = ok(session, "book", room="r1", seats=3)
    assert (made["total"], made["paid"]) == (36.3, True)
    assert ok(session, "get_me")["balance"] == 63.7
    assert ok(session, "get_room", code="r1")["seats"] == 0
    refused(session, "book", 400, "seats", room="r1", seats=1)
    refused(session, "book", 400, "seats", room="r2", seats=0)
    refused(session, "book", 400, "there is no room", room="r9", seats=1)


def test_transitions_follow_their_states(session: Session) -> None:
    done = ok(session, "confirm", id="7")
    assert done["state"] == "confirmed"
    assert done["confirmed_at"].startswith("2026-07-01T09:00:0")
    refused(session, "confirm", 422, "state is confirmed; it must be one of draft", id="7")
    ok(session, "cancel", id="7")
    assert ok(session, "get_room", code="r1")["seats"] == 5
    refused(session, "cancel", 409, "must not be cancelled", id="7")
    assert ok(session, "mark_paid", id="7", paid=True)["paid"] is True
    assert ok(session, "mark_paid", id="7")["paid"] is True


def test_new_rows_start_in_the_first_state(session: Session) -> None:
    made = ok(session, "book", room="r2", seats=1)
    assert made["state"] == "draft"
    assert "confirmed_at" not in made


def test_money_moves_exactly_and_never_below_zero(session: Session) -> None:
    ok(session, "pay", id="m2", to="m1", amount=0.1)
    assert ok(session, "get_member", id="m2")["balance"] == 0.2
    assert ok(session, "get_member", id="m1")["balance"] == 100.1
    refused(session, "pay", 402, "balance", id="m2", to="m1", amount=0.3)
    refused(session, "pay", 400, "must not be negative", id="m2", to="m1", amount=-5)
    refused(session, "pay", 400, "there is no member", id="m2", to="m9", amount=0.1)
    ok(session, "pay", id="m1", to="m1", amount=50)
    assert ok(session, "get_member", id="m1")["balance"] == 100.1
    assert ok(session, "top_up", id="m1", amount=0.2) == {"balance": 100.3}
    refused(session, "top_up", 400, "too large", id="m1", amount=1e300)


def test_arrays_and_nested_values_are_edited(session: Session) -> None:
    assert ok(session, "tag", id="m1", tag="b")["tags"] == ["a", "b"]
    assert ok(session, "untag", id="m1", tag="a")["tags"] == ["b"]
    refused(session, "untag", 404, "tags", id="m1", tag="a")
    assert ok(session, "set_limit", id="m1", daily=4)["limits"] == {"daily": 4}
    assert ok(session, "set_limit", id="m1")["limits"] == {"daily": 4}


def test_an_unknown_action_is_recorded(session: Session) -> None:
    assert ok(session, "greet", id="m1", text="hi")["id"] == "m1"
    survey = ok(session, "survey", id="m1", text="hi")
    assert set(survey) == {"text", "score", "color"}
    assert survey["text"] == "hi"
    logged = [change.after for change in session.diff() if change.entity == ACTION_LOG]
    assert logged[0] == {"tool": "greet", "entity": "Member", "key": "m1", "arguments": {"id": "m1", "text": "hi"}}
    assert len(logged) == 2
    refused(session, "greet", 404, "there is no member", id="m9")


# --- links


def test_links_are_added_once_and_removed(session: Session) -> None:
    added = ok(session, "save_rooms", codes=["r1", "r2"], note="big")
    assert [(row["code"], row["member_id"], row["note"]) for row in added] == [
        ("r1", "m1", "big"), ("r2", "m1", "big"),
    ]  # fmt: skip
    before = session.snapshot()
    ok(session, "save_rooms", codes=["r1"])
    assert session.snapshot() == before
    refused(session, "save_room", 400, "there is no room", id="m2", code="r9")
    refused(session, "save_room", 404, "there is no member", id="m9", code="r1")
    ok(session, "save_room", id="m2", code="r1")
    assert len(session.rows("SavedRoom")) == 3
    ok(session, "unsave_room", code="r1")
    refused(session, "unsave_room", 404, "there is no savedroom", code="r1")
    assert ok(session, "unsave_rooms", codes=["r1", "r2"]) == {"removed": 1, "message": "Removed r1, r2."}
    assert ok(session, "saved_rooms") == []


# --- many rows at once


def test_bulk_calls_do_all_or_nothing(session: Session) -> None:
    made = ok(session, "add_rooms", rooms=[{"code": "r3", "price": 1, "seats": 1}, {"code": "r4", "price": 2}])
    assert [row["code"] for row in made] == ["r3", "r4"]
    refused(session, "add_rooms", 400, "exists already", rooms=[{"code": "r5"}, {"code": "r3"}])
    refused(session, "add_rooms", 400, "each item must be an object", rooms=["r5"])
    assert [row["price"] for row in ok(session, "reprice", codes="r3, r4", price=9)] == [9, 9]
    refused(session, "reprice", 404, "there is no room", codes="r3,r9", price=8)
    assert len(ok(session, "remove_rooms", codes="r3,r4")) == 2
    assert ok(session, "remove_cheap", below=6) == 1
    assert [row["code"] for row in session.rows("Room")] == ["r1"]


def test_an_absent_row_is_put_in_its_place(session: Session) -> None:
    assert ok(session, "put_room", code="r9", price=3, seats=2)["code"] == "r9"
    assert ok(session, "put_room", code="r9", price=4, seats=2)["price"] == 4
    assert [change.kind for change in session.diff()] == ["insert"]


def test_aggregates_work_over_rows(session: Session) -> None:
    answers = {name: ok(session, f"{name}_rooms")["answer"] for name in ("count", "exists", "sum", "average")}
    assert answers == {"count": 2, "exists": True, "sum": 17.1, "average": 8.55}
    assert (ok(session, "min_rooms"), ok(session, "max_rooms")) == ({"answer": 5}, {"answer": 12.1})
    assert ok(session, "states") == {"draft": 1}
    assert ok(session, "used_rooms") == ["r1"]
    ok(session, "remove_rooms", codes="r1,r2")
    assert (ok(session, "sum_rooms"), ok(session, "exists_rooms")) == ({"answer": 0}, {"answer": False})


# --- the rest


def test_a_dispatch_runs_its_cases(session: Session) -> None:
    assert ok(session, "rooms", method="get", code="r1")["price"] == 12.1
    assert len(ok(session, "rooms", method="list")) == 2
    refused(session, "rooms", 400, "the values are get, list, remove", method="drop")
    refused(session, "rooms", 400, "is a required property", method="get")
    refused(session, "rooms", 404, "there is no room", method="remove", code="r9")
    ok(session, "rooms", method="remove", code="r1")
    assert [change.kind for change in session.diff()] == ["delete"]


def test_a_delete_says_so(session: Session) -> None:
    assert ok(session, "delete_member", id="m2") == {**state()["Member"][1], "deleted": True}


def test_a_compute_depends_on_its_arguments_alone(session: Session) -> None:
    assert ok(session, "quote", seats=2) == ok(session, "quote", seats=2)
    assert ok(session, "quote", seats=2) != ok(session, "quote", seats=3)


def test_hints_tell_the_worst_case() -> None:
    hints = {tool["name"]: tool["annotations"] for tool in OPEN.tools()}
    assert hints["rooms"]["destructiveHint"] is True
    assert hints["count_rooms"]["readOnlyHint"] is True
    assert hints["save_room"]["idempotentHint"] is True
    assert all(hints.values())


def test_a_row_that_nothing_names_is_an_error_of_the_program() -> None:
    program = studio(login=False)
    program.session = None
    with pytest.raises(ProgramError, match="no argument names its member"):
        Kernel(program)
