"""Who follows whom, and feeds of those one follows (rules A8, I4)."""

from __future__ import annotations

from typing import Any

from ..profiles.playing import Player, tool, tools

CHIRPS = [
    *tools("follow_user(username:s)", "unfollow_user(username:s)", "block_user(username:s)", "get_user(username:s)"),
    *tools("list_following()", "create_chirp(text:s)", "get_chirp(chirp_id:i)", "login(username:s,password:s)"),
    tool("get_timeline()", "Show the chirps of the users you follow."),
    tool("list_chirps()", "List all chirps."),
]
STATE: dict[str, Any] = {
    "current_user": "ann",
    "users": {
        "ann": {"password": "a", "following": ["bob"], "followers": [], "blocked": []},
        "bob": {"password": "b", "following": [], "followers": ["ann"], "blocked": []},
        "cy": {"password": "c", "following": [], "followers": [], "blocked": []},
    },
    "chirps": [
        {"chirp_id": 1, "author": "bob", "text": "hello"},
        {"chirp_id": 2, "author": "cy", "text": "wind"},
    ],
}


def _feed(play: Player) -> list[int]:
    return [chirp["chirp_id"] for chirp in play.ok("get_timeline")["chirps"]]


def test_a_feed_shows_those_whom_one_follows() -> None:
    play = Player(*CHIRPS, state=STATE)
    assert _feed(play) == [1]
    play.ok("follow_user", username="cy")
    assert play.ok("list_following")["following"] == ["bob", "cy"]
    assert play.ok("get_user", username="cy")["followers"] == ["ann"]
    assert _feed(play) == [1, 2]
    play.ok("unfollow_user", username="bob")
    assert _feed(play) == [2]
    assert play.ok("get_user", username="bob")["followers"] == []
    assert len(play.ok("list_chirps")["chirps"]) == 2


def test_following_refuses_what_makes_no_sense() -> None:
    play = Player(*CHIRPS, state=STATE)
    play.no("follow_user", username="bob")
    play.no("follow_user", username="nobody")
    play.no("follow_user", username="ann")
    assert "not among" in play.no("unfollow_user", username="cy")


def test_another_array_for_another_verb() -> None:
    play = Player(*CHIRPS, state=STATE)
    play.ok("block_user", username="cy")
    assert play.ok("get_user", username="ann")["blocked"] == ["cy"]
    assert _feed(play) == [1]
