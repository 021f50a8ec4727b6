"""A boat: nothing but variables of one device, told by the state document and the answers (rules B9, A1, N1)."""

from typing import Any

import pytest

from inftool.servers import Kernel
from inftool.servers.compiler.compile import compile_spec
from inftool.servers.runtime.session import Session

from ...making import FLAG, INT, TEXT, bare, obj, spec

NUMBER = {"type": "number"}
HATCHES = {"type": "array", "items": {"type": "string", "enum": ["bow", "stern"]}}
PARTS = {"type": "string", "enum": ["motor", "fuel", "hatches", "climate"]}
WARMTH = {"type": "number", "description": "Degrees, between 10 and 30."}
TOOLS = (
    bare("start_motor", description="Starts the motor.", output_schema=obj(motor_state=TEXT)),
    bare("stop_motor", description="Stops the motor.", output_schema=obj(motor_state=TEXT)),
    bare("fill_tank", {"liters": NUMBER}, description="Fills the tank.", output_schema=obj(fuel_level=NUMBER)),
    bare("lock_hatches", {"unlock": FLAG, "hatch": HATCHES}, description="Lock or unlock hatches."),
    bare("set_cabin_climate", {"temperature": WARMTH}, {"fan_speed": INT}),
    bare("display_boat_status", {"option": PARTS}, description="Displays a part of the boat's status."),
    bare("add_waypoint", {"harbour": TEXT}, description="Adds a waypoint to the route."),
    bare("list_waypoints", description="Lists the waypoints."),
    bare("get_speed", output_schema=obj(current_speed=NUMBER)),
)
STATE = {
    "motor_state": "stopped",
    "fuel_level": 20.0,
    "current_speed": 4.5,
    "hatch_status": {"bow": "locked", "stern": "unlocked"},
    "climate_temperature": 21.0,
    "climate_fan_speed": 30,
    "waypoints": ["Lund"],
}


class Boat:
    def __init__(self) -> None:
        self.kernel = Kernel(compile_spec(spec(*TOOLS), state=STATE))
        self.session: Session = self.kernel.open()

    def __call__(self, tool: str, **arguments: Any) -> Any:
        result = self.kernel.call(self.session, tool, arguments)
        return "refused" if result.is_error else result.content


@pytest.fixture
def boat() -> Boat:
    return Boat()


def test_a_verb_changes_the_state_that_it_is_about(boat: Boat) -> None:
    assert boat("start_motor") == {"motor_state": "running"}
    assert boat("display_boat_status", option="motor") == {"motor_state": "running"}
    assert boat("stop_motor") == {"motor_state": "stopped"}


def test_a_number_that_is_answered_is_the_one_that_changes(boat: Boat) -> None:
    assert boat("fill_tank", liters=5) == {"fuel_level": 25.0}
    assert boat("fill_tank", liters=-5) == "refused"
    assert boat("display_boat_status", option="fuel") == {"fuel_level": 25.0}


def test_parts_of_an_object_are_named_by_an_argument(boat: Boat) -> None:
    boat("lock_hatches", unlock=False, hatch=["stern"])
    assert boat("display_boat_status", option="hatches") == {"hatch_status": {"bow": "locked", "stern": "locked"}}
    boat("lock_hatches", unlock=True, hatch=["bow", "stern"])
    assert boat("display_boat_status", option="hatches") == {"hatch_status": {"bow": "unlocked", "stern": "unlocked"}}


def test_arguments_set_the_variables_whose_names_have_their_words(boat: Boat) -> None:
    boat("set_cabin_climate", temperature=18, fan_speed=5)
    assert boat("display_boat_status", option="climate") == {"climate_temperature": 18, "climate_fan_speed": 5}
    assert boat("set_cabin_climate", temperature=31) == "refused"


def test_a_list_of_plain_values_is_edited(boat: Boat) -> None:
    assert boat("add_waypoint", harbour="Bergen") == {"waypoints": ["Lund", "Bergen"]}
    assert boat("add_waypoint", harbour="Lund") == "refused"
    assert boat("list_waypoints") == {"waypoints": ["Lund", "Bergen"]}


def test_a_variable_is_read(boat: Boat) -> None:
    assert boat("get_speed") == {"current_speed": 4.5}
