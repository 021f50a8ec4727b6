"""Key-value stores: one, several beside each other, and an assistant's memory."""

from __future__ import annotations

from .playing import Player, tools

STORE = tools(
    "set(key:s,value:s)", "get(key:s)", "delete(key:s)", "exists(key:s)", "keys(pattern:s?)", "incr(key:s,amount:i?)",
    "expire(key:s,seconds:i)", "append(key:s,value:s)", "flush_all()", "rename(key:s,new_key:s)",
)  # fmt: skip
MEMORIES = tools(
    *(
        f"{store}_notes_{action}"
        for store in ("day", "night")
        for action in ("add(key:s,value:s)", "remove(key:s)", "replace(key:s,value:s)", "clear()", "retrieve(key:s)",
                       "list_keys()", "key_search(query:s,k:i?)")
    )
)  # fmt: skip


def test_store() -> None:
    play = Player(*STORE)
    assert len(play.actions) == len(STORE)
    play.ok("set", key="a", value="1")
    assert play.ok("incr", key="a", amount=4)["value"] == 5
    play.ok("append", key="b", value="x")
    play.ok("append", key="b", value="y")
    assert play.ok("get", key="b")["value"] == "xy"
    assert "not a number" in play.no("incr", key="b")
    play.ok("rename", key="b", new_key="c")
    assert play.ok("exists", key="b")["exists"] is False
    assert {"a", "c"} <= set(play.ok("keys")["keys"])
    play.ok("delete", key="a")
    assert "no 'a'" in play.no("get", key="a")
    assert "no 'a'" in play.no("delete", key="a")
    play.ok("flush_all")
    assert play.ok("keys")["keys"] == []


def test_a_key_expires_on_the_servers_clock() -> None:
    play = Player(*STORE)
    play.ok("set", key="a", value="1")
    play.ok("expire", key="a", seconds=2)
    for _ in range(3):
        play.ok("set", key="other", value="x")
    assert play.ok("exists", key="a")["exists"] is False


def test_several_stores_and_state() -> None:
    state = {"day_notes": {"food": "soup"}, "night_notes": {"dream": "sea"}}
    play = Player(*MEMORIES, state=state)
    assert len(play.actions) == len(MEMORIES)
    assert play.ok("day_notes_retrieve", key="food")["value"] == "soup"
    play.no("night_notes_retrieve", key="food")
    assert "exists" in play.no("day_notes_add", key="food", value="bread")
    play.ok("day_notes_replace", key="food", value="bread")
    play.no("night_notes_replace", key="food", value="bread")
    assert play.ok("night_notes_list_keys")["keys"] == ["dream"]
    assert play.ok("day_notes_key_search", query="food of today")["results"][0]["key"] == "food"
    play.ok("day_notes_clear")
    assert play.ok("day_notes_list_keys")["keys"] == []
    assert play.ok("night_notes_list_keys")["keys"] == ["dream"]
