"""What an action does to its row, by its words, its arguments and the fields of the entity."""

from typing import Any

import pytest

from inftool.servers.compiler.compile import compile_spec
from inftool.servers.compiler.plans import fallback
from inftool.servers.runtime.kernel import Kernel
from inftool.specs.spec import Response

from ..making import obj, ref, rows, spec, web
from .asking import FLAG, INT, MOMENT, NUMBER, TEXT, checks, effects, entity, enum, plan

PARCEL = entity(
    "parcel", status=enum("draft", "paid", "in_transit", "delivered", "canceled"), cancelled_at=MOMENT,
    cancellation_reason=TEXT, note=TEXT, tags={"type": "array", "items": TEXT},
    stops={"type": "array", "items": {"type": "object"}}, payment_status=enum("unpaid", "paid"),
)  # fmt: skip
LETTER = entity(
    "letter", is_read=FLAG, read_at=MOMENT, archived=FLAG, archived_at=MOMENT, starred=FLAG, liked=FLAG,
    likes_count=INT, urgent=FLAG,
)  # fmt: skip
MACHINE = entity(
    "machine", status=enum("RUNNING", "STOPPED"), metadata={"type": "object", "properties": {"sealed": FLAG}}
)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("cancel", {"status": "canceled", "cancelled_at": "now"}),
        ("cancel parcel", {"status": "canceled", "cancelled_at": "now"}),
        ("cancellation", {"status": "canceled", "cancelled_at": "now"}),
        ("pay", {"status": "paid", "payment_status": "paid"}),
        ("ship", {"status": "in_transit"}),
        ("deliver", {"status": "delivered"}),
        ("mark as delivered", {"status": "delivered"}),
        ("mark in transit", {"status": "in_transit"}),
    ],
)
def test_states(words: str, wanted: dict[str, Any]) -> None:
    assert effects(words, PARCEL) == wanted


@pytest.mark.parametrize(
    "words", ["archive", "send invoice", "sync", "stops", "report", "export", "copy", "cancel stop"]
)
def test_what_no_field_tells_of(words: str) -> None:
    assert plan(words, PARCEL) is None


def test_a_word_of_a_table_is_a_guess_and_a_stem_is_none() -> None:
    stem, word = plan("deliver", PARCEL), plan("ship", PARCEL)
    assert stem is not None
    assert word is not None
    assert (stem.confidence, stem.guesses) == ("high", [])
    assert (word.confidence, len(word.guesses)) == ("medium", 1)


def test_values_are_found_in_other_cases_in_descriptions_and_in_other_arguments() -> None:
    assert effects("stop", MACHINE) == {"status": "STOPPED"}
    assert effects("turn on", MACHINE) == {"status": "RUNNING"}
    told = entity("ticket", state={"type": "string", "description": "One of: new, solved, dropped."})
    assert effects("solve", told) == {"state": "solved"}
    free = entity("ticket", state=TEXT)
    assert effects("close", free, hints={"state": ["OPEN", "CLOSED"]}) == {"state": "CLOSED"}
    assert effects("close", free) == {"state": "closed"}
    assert effects("notify", free) == {}


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("mark as read", {"is_read": True, "read_at": "now"}),
        ("mark unread", {"is_read": False, "read_at": None}),
        ("archive", {"archived": True, "archived_at": "now"}),
        ("unarchive", {"archived": False, "archived_at": None}),
        ("restore", {"archived": False, "archived_at": None}),
        ("star", {"starred": True}),
        ("unstar", {"starred": False}),
        ("toggle star", {"starred": "starred"}),
        ("set urgent", {"urgent": True}),
        ("like", {"liked": True, "+likes_count": "liked"}),
        ("send", {}),
    ],
)
def test_booleans_and_times(words: str, wanted: dict[str, Any]) -> None:
    assert effects(words, LETTER) == wanted


def test_opposites_and_objects() -> None:
    door = entity("door", open=FLAG, locked=FLAG, enabled=FLAG, private=FLAG)
    assert effects("close", door) == {"open": False}
    assert effects("unlock", door) == {"locked": False}
    assert effects("disable", door) == {"enabled": False}
    assert effects("make public", door) == {"private": False}
    assert effects("lock", door, undo=True) == {"locked": False}
    user = entity("user", email_verified=FLAG, verified=FLAG)
    assert effects("verify email", user) == {"email_verified": True}
    assert effects("verify", user) == {"verified": True}
    assert effects("verify phone", user) == {}
    assert effects("seal", entity("box", metadata={"type": "object", "properties": {"sealed": FLAG}})) == {
        "metadata.sealed": True
    }


def test_words_in_other_orders_and_opposite_names() -> None:
    user = entity("user", tfa_enabled=FLAG, unread=FLAG, reposted=FLAG, reblogged=FLAG)
    assert effects("tfa enable", user) == {"tfa_enabled": True}
    assert effects("tfa disable", user) == {"tfa_enabled": False}
    assert effects("read", user) == {"unread": False}
    assert effects("unreblog", user) == {"reblogged": False}
    flow = entity("flow", state=enum("active", "disabled_fork", "disabled_manually"))
    assert effects("disable", flow) == {"state": "disabled_manually"}
    hooks = entity("hook", connected=FLAG, status=enum("on", "off"))
    assert effects("connection history", hooks) == {}


def test_a_state_and_a_boolean_stay_in_step() -> None:
    job = entity("job", status=enum("running", "paused"), paused=FLAG, running=FLAG)
    assert effects("pause", job) == {"status": "paused", "paused": True, "running": False}
    assert effects("unpause", job) == {"status": "running", "paused": False, "running": True}
    user = entity("user", status=enum("active", "suspended"), banned=FLAG)
    assert effects("unban", user) == {"banned": False}


def test_plans_of_times_are_no_records() -> None:
    event = entity("event", start_time=MOMENT, due_date=MOMENT, publish_on=MOMENT)
    assert effects("start", event) == effects("publish", event) == {}


def test_states_from_which_nothing_leads_on() -> None:
    assert checks("pay", PARCEL) == [("status", "not_in", ["delivered", "canceled"])]
    assert checks("cancel", PARCEL) == [("status", "not_in", ["delivered"])]
    declared = [Response(status=409)]
    assert checks("cancel", PARCEL, errors=declared)[0] == ("status", "ne", "canceled")
    assert checks("archive", LETTER) == []
    assert checks("archive", LETTER, errors=declared) == [("archived", "unset", None)]


def test_states_that_the_description_demands() -> None:
    assert checks("cancel", PARCEL, text="Only draft parcels can be cancelled.") == [("status", "in", ["draft"])]
    assert checks("pay", PARCEL, text="Pays. The parcel must be in draft.") == [("status", "in", ["draft"])]
    said = "Cancels a parcel. Parcels that are in transit or delivered cannot be cancelled."
    assert checks("cancel", PARCEL, text=said) == [("status", "not_in", ["in_transit", "delivered"])]
    assert checks("deliver", PARCEL, text="This cannot be undone.") == [("status", "not_in", ["canceled"])]


def test_arguments() -> None:
    found = plan("cancel", PARCEL, arguments={"reason": TEXT, "note": TEXT, "id": TEXT})
    assert found is not None
    assert found.values == {"reason": "cancellation_reason", "note": "note"}
    moved = plan("transition", PARCEL, arguments={"new_status": TEXT}, required=frozenset(["new_status"]))
    assert moved is not None
    assert (moved.kind, moved.values, moved.effects) == ("transition", {"new_status": "status"}, [])
    renamed = plan("rename", PARCEL, arguments={"new_note": TEXT})
    assert renamed is not None
    assert renamed.values == {"new_note": "note"}
    assert plan("export", PARCEL, arguments={"note": TEXT}) is None
    assert plan("cancel", PARCEL, arguments={"action": enum("START", "STOP")}) is None


def test_arrays() -> None:
    assert effects("add tag", PARCEL, arguments={"tag": TEXT}) == {"&tags": "$tag"}
    assert effects("remove tags", PARCEL, arguments={"tags": {"type": "array", "items": TEXT}}) == {"~tags": "$tags"}
    assert effects("tag", PARCEL, arguments={"tag": TEXT}, undo=True) == {"~tags": "$tag"}
    assert plan("add stop", PARCEL, arguments={"stop_id": TEXT}) is None
    assert plan("add label", PARCEL, arguments={"label": TEXT}) is None


def test_the_fallback_says_so() -> None:
    found = fallback(PARCEL, ("sync",))
    assert (found.kind, found.confidence, found.rules) == ("action", "low", ["A9"])
    assert "sync" in found.guesses[0]


# -- through the kernel ------------------------------------------------------------------------------------------------

ORDER = obj(
    ("id", "status"), id=TEXT, status=enum("open", "paid", "cancelled"), cancelled_at=MOMENT, cancellation_reason=TEXT
)
ACCOUNT = obj(("id",), id=TEXT, owner=TEXT, balance=NUMBER)
POST = obj(("id",), id=TEXT, title=TEXT, locked=FLAG, liked=FLAG, likes_count=INT, comments_count=INT)


def kernel() -> Kernel:
    cancel = web("post", "/orders/{order_id}/cancel", ref("Order"), body={"reason": TEXT}, name="cancel")
    return Kernel(compile_spec(spec(
        web("post", "/orders", ref("Order"), body={"status": ORDER["properties"]["status"]}, name="order"),
        web("get", "/orders/{order_id}", ref("Order"), name="get_order"),
        cancel.model_copy(update={"errors": [Response(status=409)]}),
        web("post", "/orders/{order_id}/pay", ref("Order"), name="pay"),
        web("post", "/orders/{order_id}/sync", name="sync"),
        web("post", "/accounts", ref("Account"), body={"owner": TEXT, "balance": NUMBER}, name="account"),
        web("get", "/accounts/{account_id}", ref("Account"), name="get_account"),
        web("post", "/accounts/{account_id}/withdraw", ref("Account"), body={"amount": NUMBER}, required=("amount",),
            name="withdraw"),
        web("post", "/accounts/{account_id}/transfer", ref("Account"), required=("amount", "to_account_id"),
            body={"amount": NUMBER, "to_account_id": TEXT}, name="transfer"),
        web("post", "/posts", ref("Post"), body={"title": TEXT}, name="post"),
        web("get", "/posts/{post_id}", ref("Post"), name="get_post"),
        web("put", "/posts/{post_id}/lock", name="lock"),
        web("delete", "/posts/{post_id}/lock", name="unlock"),
        web("put", "/posts/{post_id}/like", name="like"),
        web("delete", "/posts/{post_id}/like", name="unlike"),
        web("get", "/posts/{post_id}/comments/{comment_id}", ref("Comment"), name="get_comment"),
        web("post", "/posts/{post_id}/comments", ref("Comment"), body={"text": TEXT}, name="comment"),
        web("delete", "/posts/{post_id}/comments/{comment_id}", name="uncomment"),
        web("get", "/player", obj(is_playing=FLAG, paused=FLAG), name="player"),
        web("put", "/player/pause", name="pause"),
        web("put", "/player/resume", name="resume"),
        web("get", "/tasks", rows("Task"), name="tasks"),
        web("post", "/tasks", ref("Task"), body={"completed": FLAG}, name="task"),
        web("get", "/tasks/{id}", ref("Task"), name="get_task"),
        web("post", "/tasks/clear-completed", name="clear"),
        web("post", "/tasks/{id}:complete", ref("Task"), name="complete"),
        Order=ORDER, Account=ACCOUNT, Post=POST, Comment=obj(("id",), id=TEXT, text=TEXT),
        Task=obj(("id",), id=TEXT, completed=FLAG),
    )))  # fmt: skip


class Clerk:
    """Calls tools in one session."""

    def __init__(self) -> None:
        self.kernel = kernel()
        self.session = self.kernel.open()

    def __call__(self, tool: str, **arguments: Any) -> Any:
        result = self.kernel.call(self.session, tool, arguments)
        assert not result.is_error, result.content
        return result.content

    def refused(self, tool: str, **arguments: Any) -> int:
        before = self.session.diff()
        result = self.kernel.call(self.session, tool, arguments)
        assert result.is_error
        assert self.session.diff() == before
        return result.status


def test_a_read_after_the_action_shows_the_change() -> None:
    call = Clerk()
    key = call("order", status="open")["id"]
    call("cancel", order_id=key, reason="late")
    row = call("get_order", order_id=key)
    assert (row["status"], row["cancellation_reason"]) == ("cancelled", "late")
    assert row["cancelled_at"]
    assert call.refused("cancel", order_id=key) == 409
    assert call.refused("pay", order_id=key) == 409
    assert call.refused("pay", order_id="nowhere") == 404
    operation = call.kernel.program.operation("sync")
    assert (operation.kind, operation.confidence, operation.rules) == ("action", "low", ["A9"])
    call("sync", order_id=key)
    assert call("get_order", order_id=key) == row


def test_money_is_conserved() -> None:
    call = Clerk()
    one, two = (call("account", owner=name, balance=balance)["id"] for name, balance in (("a", 10.3), ("b", 1)))
    call("transfer", account_id=one, to_account_id=two, amount=0.1)
    assert call("get_account", account_id=one)["balance"] == 10.2
    assert call("get_account", account_id=two)["balance"] == 1.1
    assert call.refused("transfer", account_id=one, to_account_id=two, amount=11)
    assert call.refused("transfer", account_id=one, to_account_id=one, amount=1)
    assert call.refused("transfer", account_id=one, to_account_id="nowhere", amount=1)
    assert call.refused("withdraw", account_id=one, amount=-1)
    assert call.refused("withdraw", account_id=one, amount=0)
    assert call.refused("withdraw", account_id=one, amount=11)


def test_pairs_of_put_and_delete_and_what_is_counted() -> None:
    call = Clerk()
    key = call("post", title="T")["id"]
    for tool in ("lock", "like", "like"):
        call(tool, post_id=key)
    comment = call("comment", post_id=key, text="hi")["id"]
    row = call("get_post", post_id=key)
    assert (row["locked"], row["liked"], row["likes_count"], row["comments_count"]) == (True, True, 1, 1)
    for tool in ("unlock", "unlike", "unlike"):
        call(tool, post_id=key)
    call("uncomment", post_id=key, comment_id=comment)
    row = call("get_post", post_id=key)
    assert (row["locked"], row["liked"], row["likes_count"], row["comments_count"]) == (False, False, 0, 0)


def test_what_exists_once_and_what_is_done_to_many() -> None:
    call = Clerk()
    call("pause")
    assert call("player") == {"is_playing": False, "paused": True}
    call("resume")
    assert call("player") == {"is_playing": True, "paused": False}
    done, left = (call("task", completed=flag)["id"] for flag in (True, False))
    call("clear")
    found = {task["id"] for task in call("tasks")}
    assert done not in found
    assert left in found
    call("complete", id=left)
    assert call("get_task", id=left)["completed"] is True
