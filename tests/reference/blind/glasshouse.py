"""A smart greenhouse: bays in a list, one tank, a mode, alarms; acknowledgements and few words; OpenAI functions."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain

OK = {"ok": True}


class Glasshouse:
    def __init__(self, state: dict[str, Any]) -> None:
        self.bays = state["bays"]
        self.house = state["house"]
        self.alarms = state["alarms"]

    def _bay(self, bay: int) -> dict[str, Any]:
        for row in self.bays:
            if row["bay"] == bay:
                found: dict[str, Any] = row
                return found
        raise ValueError("unknown bay")

    def get_house(self) -> dict[str, Any]:
        """Get the mode of the glasshouse, the state of roof and lamps, and the water in the tank."""
        return dict(self.house)

    def set_mode(self, mode: Literal["automatic", "manual"]) -> dict[str, Any]:
        """Set the mode of the glasshouse."""
        self.house["mode"] = mode
        return dict(OK)

    def open_roof(self) -> dict[str, Any]:
        """Open the roof. Only in manual mode; fails if the roof is open."""
        if self.house["mode"] != "manual":
            raise ValueError("not in manual mode")
        if self.house["roof_open"]:
            raise ValueError("roof is open")
        self.house["roof_open"] = True
        return dict(OK)

    def close_roof(self) -> dict[str, Any]:
        """Close the roof. Only in manual mode; fails if the roof is closed."""
        if self.house["mode"] != "manual":
            raise ValueError("not in manual mode")
        if not self.house["roof_open"]:
            raise ValueError("roof is closed")
        self.house["roof_open"] = False
        return dict(OK)

    def set_lamps(self, lamps: Literal["off", "dim", "full"]) -> dict[str, Any]:
        """Set the grow lamps.

        Args:
            lamps: Brightness of the lamps.
        """
        self.house["lamps"] = lamps
        return dict(OK)

    def fill_tank(self, litres: int) -> dict[str, Any]:
        """Add water to the tank, which holds 500 litres at most.

        Args:
            litres: Litres to add.
        """
        if litres <= 0 or self.house["tank_litres"] + litres > 500:
            raise ValueError("bad amount")
        self.house["tank_litres"] += litres
        return {"tank_litres": self.house["tank_litres"]}

    def list_bays(self, crop: str | None = None) -> list[dict[str, Any]]:
        """List the bays.

        Args:
            crop: Only bays with this crop.
        """
        return [row for row in self.bays if crop in (None, row["crop"])]

    def get_bay(self, bay: int) -> dict[str, Any]:
        """Get one bay.

        Args:
            bay: Number of the bay.
        """
        return dict(self._bay(bay))

    def plant_bay(self, bay: int, crop: str) -> dict[str, Any]:
        """Plant a crop in an empty bay.

        Args:
            bay: Number of the bay.
            crop: Name of the crop.
        """
        row = self._bay(bay)
        if row["crop"] is not None:
            raise ValueError("bay is not empty")
        row["crop"] = crop
        return dict(OK)

    def clear_bay(self, bay: int) -> dict[str, Any]:
        """Clear a bay of its crop. An empty bay cannot be cleared.

        Args:
            bay: Number of the bay.
        """
        row = self._bay(bay)
        if row["crop"] is None:
            raise ValueError("bay is empty")
        row["crop"] = None
        return dict(OK)

    def set_target_temperature(self, bay: int, target_temperature: float) -> dict[str, Any]:
        """Set the target temperature of a bay.

        Args:
            bay: Number of the bay.
            target_temperature: Degrees Celsius, from 5 to 35.
        """
        row = self._bay(bay)
        if not 5 <= target_temperature <= 35:
            raise ValueError("out of range")
        row["target_temperature"] = target_temperature
        return dict(OK)

    def start_misting(self, bay: int) -> dict[str, Any]:
        """Start misting a bay. Fails if it is being misted.

        Args:
            bay: Number of the bay.
        """
        row = self._bay(bay)
        if row["misting"]:
            raise ValueError("misting already")
        row["misting"] = True
        return dict(OK)

    def stop_misting(self, bay: int) -> dict[str, Any]:
        """Stop misting a bay. Fails if it is not being misted.

        Args:
            bay: Number of the bay.
        """
        row = self._bay(bay)
        if not row["misting"]:
            raise ValueError("not misting")
        row["misting"] = False
        return dict(OK)

    def water_bay(self, bay: int, litres: int) -> dict[str, Any]:
        """Water a bay from the tank, which must hold enough.

        Args:
            bay: Number of the bay.
            litres: Litres to give.
        """
        self._bay(bay)
        if litres <= 0 or litres > self.house["tank_litres"]:
            raise ValueError("not enough water")
        self.house["tank_litres"] -= litres
        return {"tank_litres": self.house["tank_litres"]}

    def raise_alarm(self, bay: int, text: str) -> dict[str, Any]:
        """Raise an alarm about a bay.

        Args:
            bay: Number of the bay.
            text: What is wrong.
        """
        self._bay(bay)
        code = f"A{len(self.alarms) + 1:03}"
        self.alarms.append({"alarm_code": code, "bay": bay, "text": text, "acknowledged": False})
        return {"alarm_code": code}

    def acknowledge_alarm(self, alarm_code: str) -> dict[str, Any]:
        """Acknowledge an alarm. An alarm can be acknowledged once.

        Args:
            alarm_code: Code of the alarm.
        """
        for row in self.alarms:
            if row["alarm_code"] == alarm_code:
                if row["acknowledged"]:
                    raise ValueError("acknowledged already")
                row["acknowledged"] = True
                return dict(OK)
        raise ValueError("unknown alarm")

    def list_alarms(self, acknowledged: bool | None = None) -> list[dict[str, Any]]:
        """List the alarms.

        Args:
            acknowledged: Only alarms that are (not) acknowledged.
        """
        return [row for row in self.alarms if acknowledged in (None, row["acknowledged"])]


STATE: dict[str, Any] = {
    "house": {"mode": "manual", "roof_open": False, "lamps": "dim", "tank_litres": 180},
    "bays": [
        {"bay": 1, "crop": "tomato", "target_temperature": 22.0, "misting": False},
        {"bay": 2, "crop": "basil", "target_temperature": 24.5, "misting": True},
        {"bay": 3, "crop": None, "target_temperature": 12.0, "misting": False},
        {"bay": 4, "crop": "tomato", "target_temperature": 21.0, "misting": False},
    ],
    "alarms": [
        {"alarm_code": "A001", "bay": 2, "text": "leaf mould", "acknowledged": True},
        {"alarm_code": "A002", "bay": 4, "text": "too dry", "acknowledged": False},
    ],
}

DOMAIN = Domain(
    name="glasshouse",
    api=Glasshouse,
    document=document(Glasshouse, "openai"),
    state=STATE,
    pools={
        "bay": lambda api, random: random.choice(api.bays)["bay"],
        "crop": lambda api, random: random.choice(["tomato", "basil", "chard"]),
        "litres": lambda api, random: random.choice([10, 25, 60]),
        "target_temperature": lambda api, random: random.choice([8.0, 18.5, 27.0]),
        "alarm_code": lambda api, random: random.choice(api.alarms)["alarm_code"],
    },
    generated={"alarm_code": "alarm"},
    reads={
        "set_mode": ("get_house",),
        "open_roof": ("get_house",),
        "close_roof": ("get_house",),
        "set_lamps": ("get_house",),
        "fill_tank": ("get_house",),
        "plant_bay": ("get_bay", "list_bays crop=crop"),
        "clear_bay": ("get_bay", "list_bays"),
        "set_target_temperature": ("get_bay",),
        "start_misting": ("get_bay", "list_bays"),
        "stop_misting": ("get_bay", "list_bays"),
        "water_bay": ("get_house",),
        "raise_alarm": ("list_alarms",),
        "acknowledge_alarm": ("list_alarms",),
    },
)
