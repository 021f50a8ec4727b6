"""A feed of notes: a login, rows with an author, lists by verb, empty collections that tools fill (S2, F6, A8)."""

from typing import Any

import pytest

from inftool.servers import Kernel
from inftool.servers.compiler.compile import compile_spec
from inftool.servers.runtime.session import Session

from ...making import FLAG, INT, TEXT, bare, obj, spec

NOTE = obj(id=INT, username=TEXT, content=TEXT)
TOOLS = (
    bare("authenticate", {"username": TEXT, "password": TEXT}, output_schema=obj(authentication_status=FLAG)),
    bare("login_status", description="Whether the user is logged in.", output_schema=obj(login_status=FLAG)),
    bare("publish_note", {"content": TEXT}, output_schema=NOTE),
    bare("get_note", {"note_id": INT}, output_schema=NOTE),
    bare("get_user_notes", {"username": TEXT}, output_schema=obj(notes={"type": "array", "items": NOTE})),
    bare("reply_to_note", {"note_id": INT, "reply": TEXT}, output_schema=obj(reply_status=TEXT)),
    bare("get_note_replies", {"note_id": INT}, output_schema=obj(replies={"type": "array", "items": obj()})),
    bare("follow_user", {"username_to_follow": TEXT}, output_schema=obj(follow_status=FLAG)),
    bare("unfollow_user", {"username_to_unfollow": TEXT}, output_schema=obj(unfollow_status=FLAG)),
    bare("list_following", output_schema=obj(following_list={"type": "array", "items": TEXT})),
    bare("logout", output_schema=obj(status=FLAG)),
)
STATE = {
    "username": "ana",
    "password": "pw1",
    "authenticated": False,
    "notes": {
        "0": {"id": 0, "username": "ana", "content": "first light"},
        "1": {"id": 1, "username": "ben", "content": "rain again"},
    },
    "replies": {},
    "following_list": ["ben"],
    "note_counter": 2,
}


class Feed:
    def __init__(self) -> None:
        self.kernel = Kernel(compile_spec(spec(*TOOLS), state=STATE))
        self.session: Session = self.kernel.open()

    def __call__(self, tool: str, **arguments: Any) -> Any:
        result = self.kernel.call(self.session, tool, arguments)
        return "refused" if result.is_error else result.content


@pytest.fixture
def feed() -> Feed:
    feed = Feed()
    feed("authenticate", username="ana", password="pw1")
    return feed


def test_only_the_right_password_logs_in() -> None:
    feed = Feed()
    assert feed("login_status") == {"login_status": False}
    assert feed("publish_note", content="hello") == "refused"
    assert feed("authenticate", username="ana", password="no") == "refused"
    assert feed("authenticate", username="ana", password="pw1") == {"authentication_status": True}
    assert feed("login_status") == {"login_status": True}


def test_new_rows_go_on_from_the_counter_and_belong_to_the_caller(feed: Feed) -> None:
    made = feed("publish_note", content="hello")
    assert made == {"id": 2, "username": "ana", "content": "hello"}
    assert feed("get_note", note_id=2) == made
    assert [note["id"] for note in feed("get_user_notes", username="ana")["notes"]] == [0, 2]
    assert feed("get_note", note_id=9) == "refused"


def test_an_empty_collection_is_filled_by_the_verb_it_is_called_after(feed: Feed) -> None:
    assert feed("get_note_replies", note_id=1) == {"replies": []}
    assert feed("reply_to_note", note_id=7, reply="yes") == "refused"
    feed("reply_to_note", note_id=1, reply="yes")
    [reply] = feed("get_note_replies", note_id=1)["replies"]
    assert (reply["note_id"], reply["reply"]) == (1, "yes")


def test_following_edits_the_list_of_those_followed(feed: Feed) -> None:
    assert feed("follow_user", username_to_follow="zoe") == {"follow_status": True}
    assert feed("follow_user", username_to_follow="zoe") == "refused"
    assert feed("unfollow_user", username_to_unfollow="ben") == {"unfollow_status": True}
    assert feed("list_following") == {"following_list": ["zoe"]}


def test_logging_out_takes_effect(feed: Feed) -> None:
    assert feed("logout") == {"status": True}
    assert feed("publish_note", content="late") == "refused"
