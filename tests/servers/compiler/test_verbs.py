"""Families of verbs and of the fields that tell of them, and paths under which a verb's row is found (A1 to A3, A7)."""

from typing import Any

import pytest

from inftool.servers.report import operation_lines, report

from ..making import FLAG, TEXT, obj, ref, rows, web
from .asking import MOMENT, checks, effects, entity, enum, plan
from .serving import Served


@pytest.mark.parametrize(
    ("words", "values", "wanted"),
    [
        ("cancel", ("OPEN", "CANCEL_REQUESTED", "CANCEL_COMPLETE"), "CANCEL_COMPLETE"),
        ("reject", ("NEW", "REJECT_REQUESTED", "REJECT_FILE_SENT"), "REJECT_REQUESTED"),
        ("stop", ("IDLE", "STOPPING"), "STOPPING"),
        ("activate", ("STATE_UNSPECIFIED", "STATE_ACTIVE", "STATE_INACTIVE"), "STATE_ACTIVE"),
        ("activate", ("created", "live", "dormant"), "live"),
        ("approve", ("pending_approval", "canceled", "complete"), "complete"),
        ("approve", ("canceled", "pending_approval", "reversed", "queued"), "queued"),
        ("poweroff", ("on", "off"), "off"),
        ("rollback", ("deployed", "rolled_back"), "rolled_back"),
        ("pickup", ("waiting", "picked_up"), "picked_up"),
        ("review", ("open", "in_review"), "in_review"),
        ("force stop", ("running", "stopped"), "stopped"),
        ("start handling", ("paid", "handling"), "handling"),
        ("authorize", ("new", "authorized"), "authorized"),
    ],
)
def test_states_are_reached_by_steps_and_in_many_spellings(words: str, values: tuple[str, ...], wanted: str) -> None:
    assert effects(words, entity("crate", status=enum(*values))) == {"status": wanted}


def test_what_waits_for_an_act_is_all_it_is_done_to() -> None:
    held = entity("payout", status=enum("pending_approval", "canceled", "complete"))
    found = plan("approve", held)
    assert found is not None
    assert checks("approve", held) == [("status", "in", ["pending_approval"])]
    assert found.confidence == "medium"


def test_a_gerund_of_the_verb_is_no_state_that_a_row_must_be_in() -> None:
    text = "Stops a machine. All jobs must be done before stopping it."
    assert checks("stop", entity("machine", state=enum("running", "stopping", "stopped")), text=text) == []


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("unlock", "lockedOut", False),
        ("enable backups", "backups", True),
        ("disable backups", "backups", False),
        ("recover", "deletedStatus", False),
        ("mark as read", "unread", False),
        ("poweroff", "poweredOn", False),
        ("follow", "following", True),
        ("invalidate", "valid", False),
        ("suspend", "is_active", False),
    ],
)
def test_booleans_by_other_names(words: str, field: str, value: bool) -> None:
    assert effects(words, entity("crate", **{field: FLAG})) == {field: value}


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("sync", "lastSyncAt", "now"),
        ("retry", "lastRetryUtcDate", "now"),
        ("refresh", "refresh_started_at", "now"),
        ("uninstall", "uninstallDate", "now"),
        ("publish", "publication_date", "now"),
        ("enable", "disabled_at", None),
        ("renew", "renewDate", "untouched"),
    ],
)
def test_times_by_other_names(words: str, field: str, value: str | None) -> None:
    wanted = {} if value == "untouched" else {field: value}
    assert effects(words, entity("feed", **{field: MOMENT})) == wanted


def test_objects_called_after_the_deed_keep_its_time() -> None:
    held = entity("loan", status=enum("open", "canceled"), cancellation=obj(canceled_at=MOMENT, by=TEXT))
    assert effects("cancel", held) == {"status": "canceled", "cancellation.canceled_at": "now"}


def test_of_several_things_that_may_be_taken_back_the_likeliest_is() -> None:
    held = entity("page", deleted=FLAG, archived=FLAG, deleted_at=MOMENT, suspended_at=MOMENT)
    assert effects("restore", held) == {"deleted": False, "deleted_at": None}
    assert effects("enable", entity("user", disabled=FLAG, suspended=FLAG)) == {"disabled": False}


def test_a_description_tells_the_state() -> None:
    state = enum("production", "change_pending", "archived")
    told = "Asks for a change. The service will change its state from production into change_pending."
    assert effects("change request", entity("service", state=state), text=told) == {"state": "change_pending"}
    doubtful = "If the state changes to archived, this fails."
    assert effects("change request", entity("service", state=state), text=doubtful) == {}


def test_what_is_not_taken_back_or_made_up() -> None:
    assert effects("merge", entity("request", merged=FLAG, merged_at=MOMENT), undo=True) == {}
    assert effects("unpublish", entity("page", published=FLAG, status=TEXT)) == {"published": False}
    assert effects("archive", entity("wine", condition=TEXT)) == {}


def test_arguments_that_say_who_calls_or_what_body_it_is_are_no_values() -> None:
    held = entity("app", live=FLAG, developerId=TEXT, type=TEXT, comment=TEXT)
    sent: dict[str, Any] = dict.fromkeys(("developerId", "type", "comment"), TEXT)
    found = plan("go live", held, arguments=sent)
    assert found is None or set(found.values) <= {"comment"}
    published = plan(
        "publish", entity("app", published=FLAG, developerId=TEXT, type=TEXT, comment=TEXT), arguments=sent
    )
    assert published is not None
    assert published.values == {"comment": "comment"}


def test_an_argument_named_after_the_verb_is_what_it_sets() -> None:
    found = plan("renew", entity("domain", will_renew=FLAG), arguments={"will_renew": FLAG})
    assert found is not None
    assert found.values == {"will_renew": "will_renew"}


ORDER = obj(id=TEXT, status=enum("open", "closed", "cancelled"), held=FLAG, health=obj(online=FLAG), note=TEXT)


def order_server(*more: Any) -> Served:
    return Served(
        web("get", "/orders", rows("Order")), web("get", "/orders/{id}", ref("Order")),
        web("post", "/orders", ref("Order"), body={"note": TEXT}, status=201), *more, Order=ORDER,
    )  # fmt: skip


@pytest.mark.parametrize("method", ["put", "patch", "post"])
def test_a_state_that_only_a_write_has_a_path_for_is_the_rows(method: str) -> None:
    served = order_server(
        web(method, "/orders/{id}/status", body={"status": enum("open", "closed")}, required=("status",))
    )
    made = served("post /orders", note="x")["id"]
    served(f"{method} /orders/{{id}}/status", id=made, status="closed")
    assert served("get /orders/{id}", id=made)["status"] == "closed"


def test_an_object_of_the_row_that_only_a_write_has_a_path_for() -> None:
    served = order_server(web("put", "/orders/{id}/health", body={"online": FLAG}))
    made = served("post /orders", note="x")["id"]
    for online in (True, False):
        served("put /orders/{id}/health", id=made, online=online)
        assert served("get /orders/{id}", id=made)["health"]["online"] is online


def test_what_has_a_read_of_its_own_stays_apart() -> None:
    served = order_server(
        web("put", "/orders/{id}/status", body={"status": TEXT}, required=("status",)),
        web("get", "/orders/{id}/status", obj(status=TEXT)),
    )
    assert served.kind("put /orders/{id}/status")[0] != "transition"


@pytest.mark.parametrize("path", ["/admin/orders/{id}/cancel", "/orders/cancel/{id}", "/orders/{id}/cancel/"])
def test_the_row_is_found_under_other_paths(path: str) -> None:
    served = order_server(web("put", path))
    made = served("post /orders", note="x")["id"]
    served(f"put {path}", id=made)
    assert served("get /orders/{id}", id=made)["status"] == "cancelled"


def test_a_verb_out_of_the_lexicon_changes_the_row_above() -> None:
    slot = obj(id=TEXT, status=enum("free", "reserved"), note=TEXT)
    served = Served(
        web("get", "/slots/{id}", ref("Slot")), web("post", "/slots", ref("Slot"), body={"note": TEXT}, status=201),
        web("put", "/slots/{id}/reserve", body={"note": TEXT}), Slot=slot,
    )  # fmt: skip
    made = served("post /slots", note="x")["id"]
    served("put /slots/{id}/reserve", id=made, note="for Ada")
    found = served("get /slots/{id}", id=made)
    assert (found["status"], found["note"]) == ("reserved", "for Ada")


def test_several_rows_named_by_their_key_in_a_list() -> None:
    served = Served(
        web("get", "/entries", rows("Entry")), web("get", "/entries/{number}", ref("Entry")),
        web("post", "/entries", ref("Entry"), body={"text": TEXT}, status=201),
        web("post", "/entries/approve", body={"numbers": {"type": "array", "items": TEXT}}, required=("numbers",)),
        Entry=obj(number=TEXT, text=TEXT, isApproved=FLAG),
    )  # fmt: skip
    made = [served("post /entries", text=str(number))["number"] for number in range(2)]
    served("post /entries/approve", numbers=made)
    assert all(served("get /entries/{number}", number=number)["isApproved"] is True for number in made)


def test_every_verb_that_changes_nothing_is_declared_in_the_report() -> None:
    served = order_server(
        web("post", "/orders/{id}/hold"), web("post", "/orders/{id}/dance"), web("post", "/orders/{id}/notify")
    )
    found = report(served.program)
    declared = {row.tool: row.fallback for row in found.operations}
    changed = {op.tool for op in served.program.operations if getattr(op, "effects", None)}
    verbs = [served.operation(f"post /orders/{{id}}/{verb}").tool for verb in ("hold", "dance", "notify")]
    assert [declared[verb] for verb in verbs] == [verb not in changed for verb in verbs] == [False, True, True]
    assert found.fallbacks == 2
    assert sum(line.endswith(" fallback") for line in operation_lines(found.operations)) == 2


def test_a_rename_by_another_name_sets_it() -> None:
    served = Served(
        web("get", "/boats", rows("Boat")), web("get", "/boats/{id}", ref("Boat")),
        web("post", "/boats", ref("Boat"), body={"name": TEXT}, status=201),
        web("post", "/boats/{id}/rename", body={"newName": TEXT}, required=("newName",)),
        Boat=obj(id=TEXT, name=TEXT),
    )  # fmt: skip
    made = served("post /boats", name="Ada")["id"]
    served("post /boats/{id}/rename", id=made, newName="Eve")
    assert served("get /boats/{id}", id=made)["name"] == "Eve"


def test_a_word_that_is_a_field_with_an_argument_of_its_name_sets_it() -> None:
    found = plan("tag", entity("function", tag=TEXT), arguments={"tag": TEXT})
    assert found is not None
    assert found.values == {"tag": "tag"}


def test_what_a_row_only_remembers_and_what_it_starts_anew_stays() -> None:
    held = entity("user", status=enum("ENABLED", "DISABLED"), lastEnabledTime=MOMENT, lastDisabledTime=MOMENT)
    assert effects("enable", held) == {"status": "ENABLED", "lastEnabledTime": "now"}
    assert effects("reboot", entity("host", properties=obj(status=TEXT))) == {}
    suspended = entity("host", properties=obj(hostStatus=TEXT, suspended=FLAG))
    assert effects("suspend", suspended) == {"properties.suspended": True}
