"""Function lists without any state or schema: what the tools imply is kept, and reads show it (rule B10)."""

from typing import Any

import pytest

from inftool.servers import Kernel
from inftool.servers.compiler.compile import compile_spec

from ...making import INT, TEXT, bare, obj, spec

NUMBER = {"type": "number"}
GYM = (
    bare("enroll_trainee", {"name": TEXT, "email": TEXT}, description="Enrolls a new trainee."),
    bare("get_trainee", {"email": TEXT}, description="Returns one trainee."),
    bare("freeze_membership", {"email": TEXT}, description="Freezes the membership of a trainee."),
    bare("unfreeze_membership", {"email": TEXT}, description="Ends the freeze."),
    bare("change_phone", {"email": TEXT, "phone": TEXT}, description="Changes the phone number."),
    bare("add_goal", {"email": TEXT, "goal": TEXT}, description="Adds a training goal."),
    bare("remove_goal", {"email": TEXT, "goal": TEXT}, description="Removes a goal."),
)
VET = (
    bare("bookVisit", {"petName": TEXT, "date": TEXT}, description="Books a visit."),
    bare("getVisit", {"visitId": TEXT}),
    bare("rescheduleVisit", {"visitId": TEXT, "date": TEXT}),
    bare("checkInVisit", {"visitId": TEXT}, description="The pet has come."),
    bare("closeVisit", {"visitId": TEXT, "diagnosis": TEXT}, description="Closes with a diagnosis."),
)
POST = (
    bare("write_draft", {"subject": TEXT, "body": TEXT}, description="Writes a draft."),
    bare("edit_draft", {"letter_id": INT}, {"subject": TEXT, "body": TEXT}),
    bare("send_draft", {"letter_id": INT}, description="Sends a draft."),
    bare("star_letter", {"letter_id": INT}, description="Stars it."),
    bare("read_letter", {"letter_id": INT}, description="Reads a letter."),
)
TRIP = (
    bare("plan_trip", {"destination": TEXT}, description="Plans a trip."),
    bare("show_trip", {"trip_id": INT}, description="Shows a trip."),
    bare("join_trip", {"trip_id": INT, "person": TEXT}, description="Joins a traveller to the trip."),
    bare("leave_trip", {"trip_id": INT, "person": TEXT}, description="Takes a traveller off the trip."),
)
RADIO = (
    bare("get_radio_status", description="Shows the state of the radio."),
    bare("set_volume", {"level": INT}, description="Sets the volume."),
    bare("tune", {"frequency": NUMBER}, description="Tunes to a frequency."),
    bare("turn_radio_on", description="Turns the radio on."),
    bare("turn_radio_off", description="Turns it off."),
)
PURSE = (
    bare("get_balance", description="Balance of the card. Returns 'balance' and 'currency'."),
    bare("top_up", {"amount": NUMBER}, description="Tops up the card."),
    bare("block_card", description="Blocks the card."),
    bare("card_status", description="Whether the card is blocked."),
)
STAGES = obj(order_number=TEXT, status={"type": "string", "description": '"paid", "used" or "refunded".'})
TICKETS = (
    bare("buy_ticket", {"show": TEXT}, description="Buys a ticket."),
    bare(
        "get_ticket",
        {"ticket_id": TEXT},
        output_schema=obj(ticket_id=TEXT, show=TEXT, status=STAGES["properties"]["status"]),
    ),
    bare("refund_ticket", {"ticket_id": TEXT}, description="Refunds a ticket."),
    bare("scan_ticket", {"ticket_id": TEXT}, description="Scans a ticket at the door."),
)
GATE = (
    bare("login", {"username": TEXT, "password": TEXT}, description="Logs a member in."),
    bare("get_member", {"member_id": TEXT}, description="One member."),
    bare("rename_member", {"member_id": TEXT, "name": TEXT}, description="Renames a member."),
    bare("add_member", {"name": TEXT}, description="Adds a member."),
    bare("logout", description="Logs out."),
)


class Server:
    def __init__(self, *tools: Any) -> None:
        self.kernel = Kernel(compile_spec(spec(*tools)))
        self.session = self.kernel.open()

    def __call__(self, tool: str, **arguments: Any) -> Any:
        result = self.kernel.call(self.session, tool, arguments)
        assert not result.is_error, result.content
        return result.content

    def refuses(self, tool: str, **arguments: Any) -> bool:
        return self.kernel.call(self.session, tool, arguments).is_error


def test_a_row_keeps_what_the_verbs_do_to_it() -> None:
    gym = Server(*GYM)
    gym("enroll_trainee", name="Ada", email="ada@gym.example")
    assert gym("get_trainee", email="ada@gym.example")["frozen"] is False
    gym("freeze_membership", email="ada@gym.example")
    gym("change_phone", email="ada@gym.example", phone="555")
    gym("add_goal", email="ada@gym.example", goal="run")
    gym("add_goal", email="ada@gym.example", goal="swim")
    gym("remove_goal", email="ada@gym.example", goal="run")
    held = gym("get_trainee", email="ada@gym.example")
    assert (held["frozen"], held["phone"], held["goals"]) == (True, "555", ["swim"])
    gym("unfreeze_membership", email="ada@gym.example")
    assert gym("get_trainee", email="ada@gym.example")["frozen"] is False


def test_steps_become_a_status_and_keep_what_they_are_given() -> None:
    vet = Server(*VET)
    visit = vet("bookVisit", petName="Rex", date="2031-05-01")["visitId"]
    first = vet("getVisit", visitId=visit)["status"]
    vet("rescheduleVisit", visitId=visit, date="2031-05-02")
    vet("checkInVisit", visitId=visit)
    assert vet("getVisit", visitId=visit)["status"] == "checked_in" != first
    vet("closeVisit", visitId=visit, diagnosis="fine")
    held = vet("getVisit", visitId=visit)
    assert (held["status"], held["date"], held["diagnosis"]) == ("closed", "2031-05-02", "fine")


def test_a_noun_for_a_stage_is_the_thing_itself() -> None:
    post = Server(*POST)
    letter = post("write_draft", subject="Hi", body="there")["letter_id"]
    post("edit_draft", letter_id=letter, subject="Hello")
    post("send_draft", letter_id=letter)
    post("star_letter", letter_id=letter)
    held = post("read_letter", letter_id=letter)
    assert (held["subject"], held["body"], held["status"], held["starred"]) == ("Hello", "there", "sent", True)


def test_those_who_join_are_a_list_of_the_row() -> None:
    trip = Server(*TRIP)
    made = trip("plan_trip", destination="Oslo")["trip_id"]
    trip("join_trip", trip_id=made, person="Ben")
    trip("join_trip", trip_id=made, person="Eva")
    assert trip.refuses("join_trip", trip_id=made, person="Eva")
    trip("leave_trip", trip_id=made, person="Ben")
    assert trip.refuses("leave_trip", trip_id=made, person="Ben")
    assert trip("show_trip", trip_id=made)["people"] == ["Eva"]


def test_settings_are_kept_by_the_object_that_the_only_read_shows() -> None:
    radio = Server(*RADIO)
    radio("set_volume", level=7)
    radio("tune", frequency=88.5)
    radio("turn_radio_on")
    held = radio("get_radio_status")
    assert (held["volume"], held["frequency"], held["on"]) == (7, 88.5, True)
    radio("turn_radio_off")
    assert radio("get_radio_status")["on"] is False


def test_amounts_move_the_balance_that_a_read_tells_of() -> None:
    purse = Server(*PURSE)
    before = purse("get_balance")["balance"]
    purse("top_up", amount=12.5)
    assert purse("get_balance")["balance"] == pytest.approx(before + 12.5)
    purse("block_card")
    assert purse("card_status")["blocked"] is True


def test_the_value_that_is_left_is_the_unknown_verbs() -> None:
    desk = Server(*TICKETS)
    ticket = desk("buy_ticket", show="Tosca")["ticket_id"]
    assert desk("get_ticket", ticket_id=ticket)["status"] == "paid"
    desk("scan_ticket", ticket_id=ticket)
    assert desk("get_ticket", ticket_id=ticket)["status"] == "used"


def test_nobody_is_locked_out_by_a_password_that_was_made_up() -> None:
    gate = Server(*GATE)
    member = gate("add_member", name="Kim")["member_id"]
    gate("login", username="kim", password="anything")
    gate("rename_member", member_id=member, name="Kay")
    gate("logout")
    assert gate("get_member", member_id=member)["name"] == "Kay"


def test_rows_wrapped_one_by_one_are_read_by_the_key_they_show() -> None:
    film = obj(id=TEXT, title=TEXT)
    edges = {"type": "array", "items": obj(node=film, cursor=TEXT)}
    hint = {"readOnlyHint": True}
    films = Server(
        bare("allFilms", {}, {"first": INT}, description="All films", output_schema=obj(edges=edges), annotations=hint),
        bare("film", {}, {"id": TEXT, "filmID": TEXT}, description="Film", output_schema=film, annotations=hint),
    )
    shown = films("allFilms", first=1)["edges"][0]["node"]
    assert films("film", id=shown["id"]) == shown


def test_who_is_logged_in_is_known_by_the_value_of_a_variable() -> None:
    tools = (
        bare("signIn", {"email": TEXT, "password": TEXT}, description="Signs a gardener in."),
        bare("signOut", {}, (), description="Signs the gardener out."),
        bare("makePlot", {"size": NUMBER}, description="Makes a plot for the gardener who is signed in."),
        bare("listPlots", {}, (), description="Lists the plots."),
    )
    state = {
        "gardeners": [
            {"email": "ida@beds.example", "password": "moss"},
            {"email": "abe@beds.example", "password": "fern"},
        ],
        "plots": [{"plotId": 4, "size": 9, "email": "ida@beds.example"}],
        "onDuty": "ida@beds.example",
    }
    program = compile_spec(spec(*tools), state=state)
    kernel = Kernel(program)
    with kernel.open() as session:
        assert not kernel.call(session, "makePlot", {"size": 2}).is_error
        assert not kernel.call(session, "signOut", {}).is_error
        assert kernel.call(session, "makePlot", {"size": 2}).is_error
        assert kernel.call(session, "signIn", {"email": "abe@beds.example", "password": "moss"}).is_error
        assert not kernel.call(session, "signIn", {"email": "abe@beds.example", "password": "fern"}).is_error
        assert not kernel.call(session, "makePlot", {"size": 2}).is_error
