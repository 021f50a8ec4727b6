"""The control panel of a camper van: scalars and small maps, status sentences for answers; OpenAI functions."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain

Door = Literal["driver", "passenger", "sliding", "tailgate"]
Wheel = Literal["front_left", "front_right", "rear_left", "rear_right"]


class CamperPanel:
    def __init__(self, state: dict[str, Any]) -> None:
        self.v = state

    def read_instruments(self) -> dict[str, Any]:
        """Read everything the instrument cluster shows at this moment: whether the engine is running, how many litres of
        fuel are left in the tank, the headlight setting, whether the parking brake is on and the odometer.
        """
        names = ("engine_running", "fuel_litres", "headlights", "parking_brake", "odometer_km")
        return {name: self.v[name] for name in names}

    def start_engine(self) -> dict[str, Any]:
        """Start the engine of the van. The van refuses to start while any door is open, while the awning is extended or
        when the tank is empty. Starting an engine that is running already is an error.
        """
        if self.v["engine_running"]:
            return {"error": "The engine is running already."}
        if any(door["open"] for door in self.v["doors"].values()):
            return {"error": "A door is open."}
        if self.v["awning_extended"]:
            return {"error": "The awning is out."}
        if self.v["fuel_litres"] <= 0:
            return {"error": "The tank is empty."}
        self.v["engine_running"] = True
        return {"message": "Engine started.", "engine_running": True}

    def stop_engine(self) -> dict[str, Any]:
        """Stop the engine of the van. Stopping an engine that is not running is an error."""
        if not self.v["engine_running"]:
            return {"error": "The engine is not running."}
        self.v["engine_running"] = False
        return {"message": "Engine stopped.", "engine_running": False}

    def door_states(self) -> dict[str, Any]:
        """Report for each of the four doors whether it is open and whether it is locked."""
        return {"doors": self.v["doors"]}

    def open_door(self, door: Door) -> dict[str, Any]:
        """Open one door of the van with its electric motor. A locked door has to be unlocked before it can be opened.

        Args:
            door: Which of the four doors is meant.
        """
        one = self.v["doors"][door]
        if one["locked"]:
            return {"error": "The door is locked."}
        if one["open"]:
            return {"error": "The door is open already."}
        one["open"] = True
        return {"message": f"The {door} door is open."}

    def close_door(self, door: Door) -> dict[str, Any]:
        """Close one door of the van with its electric motor.

        Args:
            door: Which of the four doors is meant.
        """
        one = self.v["doors"][door]
        if not one["open"]:
            return {"error": "The door is not open."}
        one["open"] = False
        return {"message": f"The {door} door is closed."}

    def lock_door(self, door: Door) -> dict[str, Any]:
        """Lock one door of the van. A door that stands open cannot be locked.

        Args:
            door: Which of the four doors is meant.
        """
        one = self.v["doors"][door]
        if one["open"]:
            return {"error": "The door is open."}
        one["locked"] = True
        return {"message": f"The {door} door is locked."}

    def unlock_door(self, door: Door) -> dict[str, Any]:
        """Unlock one door of the van.

        Args:
            door: Which of the four doors is meant.
        """
        self.v["doors"][door]["locked"] = False
        return {"message": f"The {door} door is unlocked."}

    def add_fuel(self, litres: float) -> dict[str, Any]:
        """Put fuel into the tank. The engine has to be off, and the tank holds no more than seventy litres in all.

        Args:
            litres: How many litres are put in.
        """
        if self.v["engine_running"]:
            return {"error": "Stop the engine first."}
        if litres <= 0:
            return {"error": "The amount must be above zero."}
        if self.v["fuel_litres"] + litres > self.v["tank_capacity_litres"]:
            return {"error": "That is more than the tank holds."}
        self.v["fuel_litres"] = round(self.v["fuel_litres"] + litres, 2)
        return {"fuel_litres": self.v["fuel_litres"]}

    def tyre_pressures(self) -> dict[str, Any]:
        """Report the pressure of every tyre in bar."""
        return {"tyre_pressures": self.v["tyre_pressures"]}

    def set_tyre_pressure(self, wheel: Wheel, bar: float) -> dict[str, Any]:
        """Pump a tyre up or let air out until it has the wanted pressure, which lies between 2 and 5 bar.

        Args:
            wheel: The wheel whose tyre is meant.
            bar: The wanted pressure in bar.
        """
        if not 2 <= bar <= 5:
            return {"error": "The pressure must lie between 2 and 5 bar."}
        self.v["tyre_pressures"][wheel] = bar
        return {"wheel": wheel, "bar": bar}

    def set_headlights(self, setting: Literal["off", "low_beam", "high_beam", "automatic"]) -> dict[str, Any]:
        """Turn the headlights to one of their settings.

        Args:
            setting: The wanted setting.
        """
        self.v["headlights"] = setting
        return {"message": f"Headlights: {setting}."}

    def engage_parking_brake(self) -> dict[str, Any]:
        """Engage the parking brake. It is an error if it is engaged already."""
        if self.v["parking_brake"]:
            return {"error": "The parking brake is on already."}
        self.v["parking_brake"] = True
        return {"message": "Parking brake engaged."}

    def release_parking_brake(self) -> dict[str, Any]:
        """Release the parking brake. It is an error if it is released already."""
        if not self.v["parking_brake"]:
            return {"error": "The parking brake is off already."}
        self.v["parking_brake"] = False
        return {"message": "Parking brake released."}

    def set_destination(self, place: str, avoid_tolls: bool = False) -> dict[str, Any]:
        """Enter a destination into the navigation system. A destination entered earlier is replaced.

        Args:
            place: Name of the place to go to.
            avoid_tolls: Whether toll roads are to be avoided.
        """
        self.v["navigation"] = {"place": place, "avoid_tolls": avoid_tolls, "guiding": True}
        return {"message": f"Guiding to {place}."}

    def clear_destination(self) -> dict[str, Any]:
        """Stop the guidance and forget the destination. It is an error if none is entered."""
        if not self.v["navigation"]["guiding"]:
            return {"error": "There is no destination."}
        self.v["navigation"] = {"place": None, "avoid_tolls": False, "guiding": False}
        return {"message": "Destination cleared."}

    def navigation_state(self) -> dict[str, Any]:
        """Report the destination of the navigation system and whether it is guiding."""
        return dict(self.v["navigation"])

    def extend_awning(self) -> dict[str, Any]:
        """Extend the awning. The engine has to be off."""
        if self.v["engine_running"]:
            return {"error": "Stop the engine first."}
        if self.v["awning_extended"]:
            return {"error": "The awning is out already."}
        self.v["awning_extended"] = True
        return {"awning_extended": True}

    def retract_awning(self) -> dict[str, Any]:
        """Retract the awning."""
        if not self.v["awning_extended"]:
            return {"error": "The awning is in already."}
        self.v["awning_extended"] = False
        return {"awning_extended": False}

    def living_area(self) -> dict[str, Any]:
        """Report what concerns the living area: awning, heater target in degrees and fresh water in litres."""
        return {name: self.v[name] for name in ("awning_extended", "heater_target_celsius", "fresh_water_litres")}

    def set_heater(self, target_celsius: float) -> dict[str, Any]:
        """Set the target temperature of the living area's heater, from 5 to 30 degrees Celsius.

        Args:
            target_celsius: The wanted temperature.
        """
        if not 5 <= target_celsius <= 30:
            return {"error": "The heater goes from 5 to 30 degrees."}
        self.v["heater_target_celsius"] = target_celsius
        return {"heater_target_celsius": target_celsius}


STATE: dict[str, Any] = {
    "engine_running": False,
    "fuel_litres": 31.5,
    "tank_capacity_litres": 70.0,
    "doors": {
        "driver": {"open": False, "locked": False},
        "passenger": {"open": False, "locked": True},
        "sliding": {"open": False, "locked": True},
        "tailgate": {"open": False, "locked": False},
    },
    "tyre_pressures": {"front_left": 3.2, "front_right": 3.2, "rear_left": 3.6, "rear_right": 2.9},
    "headlights": "automatic",
    "parking_brake": True,
    "odometer_km": 84210,
    "navigation": {"place": None, "avoid_tolls": False, "guiding": False},
    "awning_extended": False,
    "heater_target_celsius": 18,
    "fresh_water_litres": 44,
}

DOMAIN = Domain(
    name="camper",
    api=CamperPanel,
    document=document(CamperPanel, "openai"),
    state=STATE,
    pools={
        "litres": lambda api, random: random.choice([5, 12.5, 20, 60]),
        "bar": lambda api, random: random.choice([2.5, 3, 3.8, 6]),
        "place": lambda api, random: random.choice(["Lake Bohinj", "Ronda", "the ferry at Igoumenitsa"]),
        "target_celsius": lambda api, random: random.choice([8, 16.5, 21, 35]),
    },
    reads={
        "start_engine": ("read_instruments",),
        "stop_engine": ("read_instruments",),
        "open_door": ("door_states",),
        "close_door": ("door_states",),
        "lock_door": ("door_states",),
        "unlock_door": ("door_states",),
        "add_fuel": ("read_instruments",),
        "set_tyre_pressure": ("tyre_pressures",),
        "set_headlights": ("read_instruments",),
        "engage_parking_brake": ("read_instruments",),
        "release_parking_brake": ("read_instruments",),
        "set_destination": ("navigation_state",),
        "clear_destination": ("navigation_state",),
        "extend_awning": ("living_area",),
        "retract_awning": ("living_area",),
        "set_heater": ("living_area",),
    },
)
