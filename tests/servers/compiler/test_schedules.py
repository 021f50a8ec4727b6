"""Bookings that take up time: overlaps are refused, and what is free is told (rule N6)."""

from __future__ import annotations

from typing import Any

from ..profiles.playing import Player, tool, tools

DESKS = [
    *tools("list_desks()", "list_bookings(desk_id:s?,date:s?)", "cancel_booking(booking_id:i)"),
    tool("book_desk(desk_id:s,date:s,start_time:s,end_time:s,purpose:s)", "Book a desk; refused if it is taken then."),
    tool("get_free_slots(desk_id:s,date:s)", "List the free times of a desk on a day, from 08:00 to 18:00."),
    tool("is_desk_available(desk_id:s,date:s,start_time:s,end_time:s)"),
    tool("find_available_desks(date:s,start_time:s,end_time:s,min_seats:i?)"),
    tool("update_booking(booking_id:i,start_time:s?,end_time:s?)", "Change when a booking is."),
]
STATE: dict[str, Any] = {
    "desks": [{"desk_id": "d1", "seats": 1}, {"desk_id": "d2", "seats": 3}],
    "bookings": [
        {"booking_id": 1, "desk_id": "d1", "date": "2024-05-01", "start_time": "10:00", "end_time": "11:00",
         "purpose": "call"},
    ],
}  # fmt: skip
DAY = {"desk_id": "d1", "date": "2024-05-01"}


def test_times_that_overlap_are_refused() -> None:
    play = Player(*DESKS, state=STATE)
    assert "taken" in play.no("book_desk", **DAY, start_time="10:30", end_time="11:30", purpose="x")
    assert "after" in play.no("book_desk", **DAY, start_time="12:30", end_time="11:30", purpose="x")
    made = play.ok("book_desk", **DAY, start_time="11:00", end_time="12:00", purpose="x")
    play.ok("book_desk", desk_id="d2", date="2024-05-01", start_time="10:30", end_time="11:30", purpose="x")
    play.ok("book_desk", desk_id="d1", date="2024-05-02", start_time="10:30", end_time="11:30", purpose="x")
    assert "taken" in play.no("update_booking", booking_id=made["booking_id"], start_time="10:59")
    play.ok("update_booking", booking_id=made["booking_id"], start_time="11:30")


def test_what_is_free_follows_the_bookings() -> None:
    play = Player(*DESKS, state=STATE)
    slots = play.ok("get_free_slots", **DAY)["free_slots"]
    assert [(slot["start_time"], slot["end_time"]) for slot in slots] == [("08:00", "10:00"), ("11:00", "18:00")]
    assert play.ok("is_desk_available", **DAY, start_time="10:30", end_time="10:45") == {"available": False}
    assert play.ok("is_desk_available", **DAY, start_time="09:00", end_time="10:00") == {"available": True}
    when = {"date": "2024-05-01", "start_time": "10:00", "end_time": "10:30"}
    assert [desk["desk_id"] for desk in play.ok("find_available_desks", **when)["desks"]] == ["d2"]
    assert play.ok("find_available_desks", **when, min_seats=4)["desks"] == []
    play.no("get_free_slots", desk_id="zz", date="2024-05-01")
    play.ok("cancel_booking", booking_id=1)
    assert play.ok("is_desk_available", **DAY, start_time="10:30", end_time="10:45") == {"available": True}
    assert len(play.ok("find_available_desks", **when)["desks"]) == 2


def test_nothing_is_refused_where_nothing_says_so() -> None:
    quiet = [
        tool(t.name + "(desk_id:s,date:s,start_time:s,end_time:s,purpose:s)", "Book a desk.")
        if t.name == "book_desk" else t
        for t in DESKS if "free" not in t.name and "available" not in t.name
    ]  # fmt: skip
    play = Player(*quiet, state=STATE)
    assert all(entity.apart is None for entity in play.program.entities.values())
    play.ok("book_desk", **DAY, start_time="10:30", end_time="11:30", purpose="x")
