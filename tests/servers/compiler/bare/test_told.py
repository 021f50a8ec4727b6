"""What only a description or an answer tells: unknown verbs, amounts, marks and lists (rules A, N1, B9)."""

from typing import Any

import pytest

from inftool.servers import Kernel
from inftool.servers.compiler.compile import compile_spec
from inftool.servers.runtime.session import Session

from ...making import FLAG, INT, TEXT, bare, obj, spec

NUMBER = {"type": "number"}
LISTED = {"type": "array", "items": TEXT}
PARTS = {"type": "string", "enum": ["chest", "waist"]}
ROWS = {"type": "array", "items": {"type": "object"}}
TOOLS = (
    bare("haul_out", {"boat_id": TEXT}, description="Takes a boat out of the water.", output_schema=obj(afloat=FLAG)),
    bare("lay_in", {"boat_id": TEXT, "ropes": INT}, description="Puts ropes into a boat."),
    bare("draw_ropes", {"boat_id": TEXT, "ropes": INT}, description="Takes ropes out of a boat."),
    bare("retire", {"boat_id": TEXT}, description="Marks a boat as retired."),
    bare("thaw", {"boat_id": TEXT}, description="Ends the freeze of a boat."),
    bare("repaint", {"boat_id": TEXT, "colour": TEXT}, description="Gives a boat another colour.",
         output_schema=obj(old_colour=TEXT, colour=TEXT)),
    bare("boat", {"boat_id": TEXT}, description="Shows a boat."),
    bare("fleet", {}, {"afloat_only": FLAG}, description="Lists the boats.", output_schema=obj(boats=ROWS)),
    bare("sail", {"boat_id": TEXT}, description="Sails a boat once more.", output_schema=obj(boat_id=TEXT, trips=INT)),
    bare("join_crew", {"person": TEXT, "boat_id": TEXT}, description="Puts a person into the crew of a boat."),
    bare("quit_crew", {"person": TEXT, "boat_id": TEXT}, description="Takes a person out of the crew of a boat."),
    bare("watch", {"boat_id": TEXT}, description="Puts a boat on the watch list."),
    bare("unwatch", {"boat_id": TEXT}, description="Takes a boat off the watch list."),
    bare("measure", {"sailor": TEXT, "part": PARTS, "cm": NUMBER}, description="Writes down a measure of a sailor."),
    bare("measures", {"sailor": TEXT}, description="Shows the measures of a sailor."),
    bare("pump_in", {"litres": NUMBER}, description="Pumps fuel into the tank.", output_schema=obj(fuel_level=NUMBER)),
    bare("pump_out", {"litres": NUMBER}, description="Pumps fuel out of the tank.",
         output_schema=obj(fuel_level=NUMBER)),
    bare("go_live", description="Goes on the air.", output_schema=obj(on_air=FLAG)),
    bare("go_dark", description="Leaves the air.", output_schema=obj(on_air=FLAG)),
    bare("add_number", {"name": TEXT, "number": TEXT}, description="Puts a number into the phone book."),
    bare("number_of", {"name": TEXT}, description="Looks a number up.", output_schema=obj(name=TEXT, number=TEXT)),
    bare("phone_book", description="Shows the numbers."),
)  # fmt: skip
STATE = {
    "boats": [
        {"boat_id": "B1", "afloat": True, "ropes": 4, "status": "active", "frozen": True, "colour": "red", "trips": 2,
         "crew": ["Ann"]},
        {"boat_id": "B2", "afloat": False, "ropes": 0, "status": "active", "frozen": False, "colour": "blue",
         "trips": 0, "crew": []},
    ],
    "sailors": {"Ann": {"chest": 90, "waist": 70}, "Bo": {"chest": 100, "waist": 80}},
    "watch_list": ["B2"],
    "fuel_level": 50.0,
    "radio": {"on_air": False, "channel": 16},
    "phone_book": {"office": "100", "nurse": "112"},
}  # fmt: skip


class Harbour:
    def __init__(self) -> None:
        self.kernel = Kernel(compile_spec(spec(*TOOLS), state=STATE))
        self.session: Session = self.kernel.open()

    def __call__(self, tool: str, **arguments: Any) -> Any:
        result = self.kernel.call(self.session, tool, arguments)
        return "refused" if result.is_error else result.content


@pytest.fixture
def harbour() -> Harbour:
    return Harbour()


def test_amounts_are_added_and_taken_as_the_description_says(harbour: Harbour) -> None:
    assert harbour("lay_in", boat_id="B1", ropes=3)["ropes"] == 7
    assert harbour("draw_ropes", boat_id="B1", ropes=2)["ropes"] == 5
    assert harbour("draw_ropes", boat_id="B1", ropes=6) == "refused"
    assert harbour("boat", boat_id="B1")["ropes"] == 5
    assert harbour("pump_in", litres=5) == {"fuel_level": 55.0}
    assert harbour("pump_out", litres=10) == {"fuel_level": 45.0}
    assert harbour("pump_out", litres=100) == "refused"


def test_marks_and_ends_change_states_and_booleans(harbour: Harbour) -> None:
    harbour("retire", boat_id="B1")
    harbour("thaw", boat_id="B1")
    shown = harbour("boat", boat_id="B1")
    assert (shown["status"], shown["frozen"]) == ("retired", False)
    assert harbour("haul_out", boat_id="B1") == {"afloat": False}
    assert harbour("haul_out", boat_id="B9") == "refused"


def test_a_boolean_that_is_answered_is_switched(harbour: Harbour) -> None:
    assert harbour("go_live") == {"on_air": True}
    assert harbour("go_dark") == {"on_air": False}


def test_a_field_that_is_sent_with_the_key_is_set(harbour: Harbour) -> None:
    assert harbour("repaint", boat_id="B1", colour="green") == {"old_colour": "red", "colour": "green"}
    assert harbour("boat", boat_id="B1")["colour"] == "green"
    harbour("measure", sailor="Ann", part="waist", cm=71)
    assert harbour("measures", sailor="Ann")["waist"] == 71
    assert harbour("measures", sailor="Bo")["waist"] == 80


def test_a_number_that_is_answered_alone_goes_on_by_one(harbour: Harbour) -> None:
    assert harbour("sail", boat_id="B1") == {"boat_id": "B1", "trips": 3}


def test_lists_of_a_row_and_of_the_session_are_edited(harbour: Harbour) -> None:
    harbour("join_crew", person="Bo", boat_id="B1")
    assert harbour("join_crew", person="Bo", boat_id="B1") == "refused"
    harbour("quit_crew", person="Ann", boat_id="B1")
    assert harbour("boat", boat_id="B1")["crew"] == ["Bo"]
    assert harbour("watch", boat_id="B1") == {"watch_list": ["B2", "B1"]}
    assert harbour("watch", boat_id="B1") == "refused"
    assert harbour("unwatch", boat_id="B2") == {"watch_list": ["B1"]}
    assert harbour("unwatch", boat_id="B2") == "refused"


def test_a_switch_filters_only_when_it_is_on(harbour: Harbour) -> None:
    assert [row["boat_id"] for row in harbour("fleet", afloat_only=True)["boats"]] == ["B1"]
    assert len(harbour("fleet", afloat_only=False)["boats"]) == 2


def test_an_object_whose_names_are_data_holds_rows(harbour: Harbour) -> None:
    harbour("add_number", name="gym", number="7")
    assert harbour("number_of", name="gym") == {"name": "gym", "number": "7"}
    assert harbour("number_of", name="pool") == "refused"
    assert {"name": "nurse", "number": "112"} in harbour("phone_book")["books"]
