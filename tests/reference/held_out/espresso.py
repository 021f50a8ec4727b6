"""An office coffee machine."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain

Drink = Literal["ristretto", "lungo", "flat_white"]


class Machine:
    def __init__(self, state: dict[str, Any]) -> None:
        self.s = state

    def power_on(self) -> dict[str, Any]:
        """Switches the machine on.

        Returns:
            powered (bool): Whether the machine is on.
        """
        if self.s["powered"]:
            return {"error": "The machine is on already."}
        self.s["powered"] = True
        return {"powered": True}

    def power_off(self) -> dict[str, Any]:
        """Switches the machine off.

        Returns:
            powered (bool): Whether the machine is on.
        """
        if not self.s["powered"]:
            return {"error": "The machine is off already."}
        self.s["powered"] = False
        return {"powered": False}

    def machine_status(self) -> dict[str, Any]:
        """Tells whether the machine is on, whether the steam wand is locked, and how many cups were made.

        Returns:
            powered (bool): Whether the machine is on.
            wand_locked (bool): Whether the steam wand is locked.
            cups_made (int): Cups made so far.
        """
        return {k: self.s[k] for k in ("powered", "wand_locked", "cups_made")}

    def set_wand_lock(self, locked: bool) -> dict[str, Any]:
        """Locks or releases the steam wand.

        Args:
            locked: Whether it should be locked.

        Returns:
            wand_locked (bool): Whether the steam wand is locked.
        """
        self.s["wand_locked"] = locked
        return {"wand_locked": locked}

    def pour_water(self, milliliters: float) -> dict[str, Any]:
        """Pours water into the reservoir.

        Args:
            milliliters: How much.

        Returns:
            water_level (float): Water in the reservoir.
        """
        if milliliters <= 0:
            return {"error": "The amount must be positive."}
        if self.s["water_level"] + milliliters > self.s["water_capacity"]:
            return {"error": "The reservoir would overflow."}
        self.s["water_level"] += milliliters
        return {"water_level": self.s["water_level"]}

    def get_water_level(self) -> dict[str, Any]:
        """Shows the water in the reservoir.

        Returns:
            water_level (float): Milliliters in the reservoir.
            water_capacity (float): Milliliters that it holds.
        """
        return {"water_level": self.s["water_level"], "water_capacity": self.s["water_capacity"]}

    def brew(self, drink: Drink) -> dict[str, Any]:
        """Brews a drink. The machine must be on and needs 60 ml of water for a cup.

        Args:
            drink: What to brew.

        Returns:
            drink (str): What was brewed.
            cups_made (int): Cups made so far.
        """
        if not self.s["powered"]:
            return {"error": "The machine is off."}
        if self.s["water_level"] < 60:
            return {"error": "Not enough water."}
        self.s["water_level"] -= 60
        self.s["cups_made"] += 1
        return {"drink": drink, "cups_made": self.s["cups_made"]}

    def open_hopper(self, hopper: Literal["dark", "mild", "decaf"]) -> dict[str, Any]:
        """Opens a bean hopper.

        Args:
            hopper: The hopper.

        Returns:
            hopper (str): The hopper.
            open (bool): Whether it is open.
        """
        self.s["hoppers"][hopper] = True
        return {"hopper": hopper, "open": True}

    def close_hopper(self, hopper: Literal["dark", "mild", "decaf"]) -> dict[str, Any]:
        """Closes a bean hopper.

        Args:
            hopper: The hopper.

        Returns:
            hopper (str): The hopper.
            open (bool): Whether it is open.
        """
        self.s["hoppers"][hopper] = False
        return {"hopper": hopper, "open": False}

    def get_hoppers(self) -> dict[str, Any]:
        """Shows which bean hoppers are open.

        Returns:
            dark (bool): Whether the dark roast's hopper is open.
            mild (bool): Whether the mild roast's hopper is open.
            decaf (bool): Whether the decaf hopper is open.
        """
        return dict(self.s["hoppers"])

    def set_display_language(self, language: Literal["en", "fi", "pl"]) -> dict[str, Any]:
        """Sets the language of the display.

        Args:
            language: The language.

        Returns:
            display_language (str): The language.
        """
        self.s["display_language"] = language
        return {"display_language": language}

    def get_display(self) -> dict[str, Any]:
        """Shows the settings of the display.

        Returns:
            display_language (str): The language.
            display_text (str): Text on the idle screen, or null.
        """
        return {"display_language": self.s["display_language"], "display_text": self.s["display_text"]}

    def set_display_text(self, text: str) -> dict[str, Any]:
        """Sets the text on the idle screen.

        Args:
            text: The text.

        Returns:
            display_text (str): The text.
        """
        self.s["display_text"] = text
        return {"display_text": text}

    def adjust_grinder(self, coarseness: int | None = None, dose_grams: float | None = None) -> dict[str, Any]:
        """Adjusts the grinder.

        Args:
            coarseness: 1 (fine) to 9 (coarse).
            dose_grams: Grams a cup.

        Returns:
            coarseness (int): Coarseness.
            dose_grams (float): Grams a cup.
        """
        if coarseness is not None and not 1 <= coarseness <= 9:
            return {"error": "coarseness must be 1 to 9."}
        if coarseness is not None:
            self.s["grinder"]["coarseness"] = coarseness
        if dose_grams is not None:
            self.s["grinder"]["dose_grams"] = dose_grams
        return dict(self.s["grinder"])

    def get_grinder(self) -> dict[str, Any]:
        """Shows the settings of the grinder.

        Returns:
            coarseness (int): Coarseness.
            dose_grams (float): Grams a cup.
        """
        return dict(self.s["grinder"])

    def log_service(self, technician: str, work_done: str) -> dict[str, Any]:
        """Adds an entry to the service log.

        Args:
            technician: Who did it.
            work_done: What was done.

        Returns:
            entry_id (int): ID of the entry.
        """
        number = len(self.s["service_log"]) + 1
        self.s["service_log"].append({"entry_id": number, "technician": technician, "work_done": work_done})
        return {"entry_id": number}

    def list_service_log(self) -> dict[str, Any]:
        """Shows the service log.

        Returns:
            entries (list[dict]): The entries.
        """
        return {"entries": self.s["service_log"]}


STATE = {
    "powered": False,
    "wand_locked": True,
    "cups_made": 212,
    "water_level": 700.0,
    "water_capacity": 1800.0,
    "hoppers": {"dark": False, "mild": True, "decaf": False},
    "display_language": "en",
    "display_text": None,
    "grinder": {"coarseness": 4, "dose_grams": 9.5},
    "service_log": [{"entry_id": 1, "technician": "Vera", "work_done": "descaled"}],
}
DOMAIN = Domain(
    name="espresso",
    api=Machine,
    document=document(Machine, "dict"),
    state=STATE,
    pools={"milliliters": lambda a, r: r.choice([100, 150, 200.5]), "dose_grams": lambda a, r: r.choice([8.5, 10, 11])},
    generated={"entry_id": "entry"},
    reads={
        "power_on": ("machine_status",),
        "power_off": ("machine_status",),
        "set_wand_lock": ("machine_status",),
        "pour_water": ("get_water_level",),
        "brew": ("machine_status", "get_water_level"),
        "open_hopper": ("get_hoppers",),
        "close_hopper": ("get_hoppers",),
        "set_display_language": ("get_display",),
        "set_display_text": ("get_display",),
        "adjust_grinder": ("get_grinder",),
        "log_service": ("list_service_log",),
    },
)
