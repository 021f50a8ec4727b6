"""Reads that mark what they show (rule A2)."""

from __future__ import annotations

from typing import Any

import pytest

from ..profiles.playing import Player, tool

LETTERS = [
    {"letter_id": 1, "subject": "Rope", "read": False},
    {"letter_id": 2, "subject": "Tar", "read": False},
]


@pytest.mark.parametrize(("says", "marked"), [("Open a letter and mark it as read.", True), ("Show a letter.", False)])
def test_a_letter_that_is_opened_is_read(says: str, marked: bool) -> None:
    state: dict[str, Any] = {"letters": LETTERS}
    play = Player(tool("get_letter(letter_id:i)", says), tool("list_letters()"), state=state)
    play.ok("get_letter", letter_id=1)
    assert [letter["read"] for letter in play.ok("list_letters")["letters"]] == [marked, False]
    play.no("get_letter", letter_id=9)
