"""A parking garage: spots nested in levels, tickets, permits under their plates; ``success`` flags; ``dict`` dialect."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain

Size = Literal["compact", "standard", "electric"]


def _sorry(message: str) -> dict[str, Any]:
    return {"success": False, "message": message}


class Garage:
    def __init__(self, state: dict[str, Any]) -> None:
        self.levels = state["levels"]
        self.tickets = state["tickets"]
        self.permits = state["permits"]
        self.rate = state["hourly_rate"]
        self.last_ticket = state["last_ticket"]

    def _spot(self, spot_code: str) -> dict[str, Any] | None:
        level: dict[str, Any] = self.levels.get(spot_code.partition("-")[0], {})
        return level.get(spot_code)

    def show_rates(self) -> dict[str, Any]:
        """Show what an hour of parking costs.

        Returns:
            success (bool): Whether it worked.
            hourly_rate (float): Price of an hour.
        """
        return {"success": True, "hourly_rate": self.rate}

    def change_hourly_rate(self, hourly_rate: float) -> dict[str, Any]:
        """Change the hourly rate. It must be more than zero.

        Args:
            hourly_rate: Price of an hour.

        Returns:
            success (bool): Whether it worked.
            hourly_rate (float): The new price of an hour.
        """
        if hourly_rate <= 0:
            return _sorry("The rate must be more than zero.")
        self.rate = hourly_rate
        return {"success": True, "hourly_rate": hourly_rate}

    def find_free_spots(self, size: Size | None = None) -> dict[str, Any]:
        """Find the spots that are free at the moment.

        Args:
            size: Only spots of this size.

        Returns:
            success (bool): Whether it worked.
            spots (list[str]): Codes of the free spots.
        """
        spots = [
            code
            for level in self.levels.values()
            for code, spot in level.items()
            if spot["state"] == "free" and size in (None, spot["size"])
        ]
        return {"success": True, "spots": spots}

    def inspect_spot(self, spot_code: str) -> dict[str, Any]:
        """Inspect one spot.

        Args:
            spot_code: Code of the spot, such as L1-02.

        Returns:
            success (bool): Whether it worked.
            spot_code (str): Code of the spot.
            size (str): Size of the spot.
            state (str): free, taken or blocked.
        """
        spot = self._spot(spot_code)
        return _sorry("No such spot.") if spot is None else {"success": True, "spot_code": spot_code, **spot}

    def block_spot(self, spot_code: str) -> dict[str, Any]:
        """Block a free spot, for example for cleaning.

        Args:
            spot_code: Code of the spot.

        Returns:
            success (bool): Whether it worked.
            state (str): New state of the spot.
        """
        spot = self._spot(spot_code)
        if spot is None:
            return _sorry("No such spot.")
        if spot["state"] != "free":
            return _sorry("Only a free spot can be blocked.")
        spot["state"] = "blocked"
        return {"success": True, "state": "blocked"}

    def unblock_spot(self, spot_code: str) -> dict[str, Any]:
        """Give a blocked spot free again.

        Args:
            spot_code: Code of the spot.

        Returns:
            success (bool): Whether it worked.
            state (str): New state of the spot.
        """
        spot = self._spot(spot_code)
        if spot is None:
            return _sorry("No such spot.")
        if spot["state"] != "blocked":
            return _sorry("This spot is not blocked.")
        spot["state"] = "free"
        return {"success": True, "state": "free"}

    def check_in_vehicle(self, plate: str, spot_code: str) -> dict[str, Any]:
        """Let a vehicle park on a free spot and print a ticket. A vehicle can be parked only once at a time.

        Args:
            plate: Licence plate.
            spot_code: Code of a free spot.

        Returns:
            success (bool): Whether it worked.
            ticket_number (int): Number on the ticket.
        """
        spot = self._spot(spot_code)
        if spot is None:
            return _sorry("No such spot.")
        if spot["state"] != "free":
            return _sorry("This spot is not free.")
        if any(one["plate"] == plate and one["state"] != "left" for one in self.tickets.values()):
            return _sorry("This vehicle is parked already.")
        self.last_ticket += 1
        spot["state"] = "taken"
        self.tickets[str(self.last_ticket)] = {"plate": plate, "spot_code": spot_code, "state": "open", "paid": 0.0}
        return {"success": True, "ticket_number": self.last_ticket}

    def show_ticket(self, ticket_number: int) -> dict[str, Any]:
        """Show a parking ticket.

        Args:
            ticket_number: Number on the ticket.

        Returns:
            success (bool): Whether it worked.
            ticket (dict): Plate, spot code, state (open, settled, left) and the amount paid.
        """
        ticket = self.tickets.get(str(ticket_number))
        return _sorry("No such ticket.") if ticket is None else {"success": True, "ticket": dict(ticket)}

    def settle_ticket(self, ticket_number: int, amount: float) -> dict[str, Any]:
        """Pay for an open ticket at the machine.

        Args:
            ticket_number: Number on the ticket.
            amount: Amount paid, more than zero.

        Returns:
            success (bool): Whether it worked.
            state (str): New state of the ticket.
        """
        ticket = self.tickets.get(str(ticket_number))
        if ticket is None:
            return _sorry("No such ticket.")
        if ticket["state"] != "open":
            return _sorry("This ticket is not open.")
        if amount <= 0:
            return _sorry("The amount must be more than zero.")
        ticket["state"], ticket["paid"] = "settled", amount
        return {"success": True, "state": "settled"}

    def check_out_vehicle(self, ticket_number: int) -> dict[str, Any]:
        """Open the barrier for a vehicle whose ticket is settled. Its spot is free afterwards.

        Args:
            ticket_number: Number on the ticket.

        Returns:
            success (bool): Whether it worked.
            spot_code (str): The spot that is free again.
        """
        ticket = self.tickets.get(str(ticket_number))
        if ticket is None:
            return _sorry("No such ticket.")
        if ticket["state"] != "settled":
            return _sorry("This ticket is not settled.")
        ticket["state"] = "left"
        spot = self._spot(ticket["spot_code"])
        assert spot is not None
        spot["state"] = "free"
        return {"success": True, "spot_code": ticket["spot_code"]}

    def list_tickets(self, state: Literal["open", "settled", "left"]) -> dict[str, Any]:
        """List the tickets in a state.

        Args:
            state: State of the tickets.

        Returns:
            success (bool): Whether it worked.
            tickets (list[dict]): The tickets with their numbers.
        """
        tickets = [{"ticket_number": int(key), **one} for key, one in self.tickets.items() if one["state"] == state]
        return {"success": True, "tickets": tickets}

    def grant_permit(self, plate: str, holder: str, months: int) -> dict[str, Any]:
        """Grant a monthly permit to a plate that has none.

        Args:
            plate: Licence plate.
            holder: Name of the permit's holder.
            months: For how many months, 1 to 12.

        Returns:
            success (bool): Whether it worked.
            message (str): What was done.
        """
        if plate in self.permits:
            return _sorry("This plate has a permit.")
        if not 1 <= months <= 12:
            return _sorry("A permit is for 1 to 12 months.")
        self.permits[plate] = {"holder": holder, "months": months}
        return {"success": True, "message": f"{plate} may park for {months} months."}

    def show_permit(self, plate: str) -> dict[str, Any]:
        """Show the permit of a plate.

        Args:
            plate: Licence plate.

        Returns:
            success (bool): Whether it worked.
            permit (dict): Holder and months.
        """
        permit = self.permits.get(plate)
        return _sorry("No permit.") if permit is None else {"success": True, "permit": dict(permit)}

    def extend_permit(self, plate: str, extra_months: int) -> dict[str, Any]:
        """Add months to a permit.

        Args:
            plate: Licence plate.
            extra_months: How many months to add, at least 1.

        Returns:
            success (bool): Whether it worked.
            months (int): Months of the permit in all.
        """
        permit = self.permits.get(plate)
        if permit is None:
            return _sorry("No permit.")
        if extra_months < 1:
            return _sorry("Add at least one month.")
        permit["months"] += extra_months
        return {"success": True, "months": permit["months"]}

    def revoke_permit(self, plate: str) -> dict[str, Any]:
        """Revoke the permit of a plate.

        Args:
            plate: Licence plate.

        Returns:
            success (bool): Whether it worked.
            message (str): What was done.
        """
        if self.permits.pop(plate, None) is None:
            return _sorry("No permit.")
        return {"success": True, "message": f"{plate} has no permit any more."}


STATE: dict[str, Any] = {
    "hourly_rate": 2.4,
    "levels": {
        "L1": {
            "L1-01": {"size": "standard", "state": "taken"},
            "L1-02": {"size": "standard", "state": "free"},
            "L1-03": {"size": "electric", "state": "blocked"},
            "L1-04": {"size": "compact", "state": "taken"},
        },
        "L2": {
            "L2-01": {"size": "compact", "state": "free"},
            "L2-02": {"size": "electric", "state": "free"},
            "L2-03": {"size": "standard", "state": "free"},
        },
    },
    "tickets": {
        "5510": {"plate": "KR 221", "spot_code": "L1-02", "state": "left", "paid": 7.2},
        "5511": {"plate": "VD 908", "spot_code": "L1-01", "state": "open", "paid": 0.0},
        "5512": {"plate": "OS 447", "spot_code": "L1-04", "state": "settled", "paid": 4.8},
    },
    "permits": {"VD 908": {"holder": "Vera Dunn", "months": 3}, "AB 100": {"holder": "Abel Roth", "months": 12}},
    "last_ticket": 5512,
}

DOMAIN = Domain(
    name="garage",
    api=Garage,
    document=document(Garage, "dict"),
    state=STATE,
    pools={
        "spot_code": lambda api, random: random.choice([code for level in api.levels.values() for code in level]),
        "plate": lambda api, random: random.choice(list(api.permits)),
        "check_in_vehicle.plate": lambda api, random: f"QX {random.randint(100, 999)}",
        "grant_permit.plate": lambda api, random: f"PM {random.randint(100, 999)}",
        "ticket_number": lambda api, random: int(random.choice(list(api.tickets))),
    },
    generated={"ticket_number": "ticket"},
    reads={
        "change_hourly_rate": ("show_rates",),
        "block_spot": ("inspect_spot", "find_free_spots"),
        "unblock_spot": ("inspect_spot", "find_free_spots"),
        "check_in_vehicle": ("show_ticket", "inspect_spot", "list_tickets state=open!"),
        "settle_ticket": ("show_ticket", "list_tickets state=settled!"),
        "check_out_vehicle": ("show_ticket", "inspect_spot"),
        "grant_permit": ("show_permit",),
        "extend_permit": ("show_permit",),
        "revoke_permit": ("show_permit",),
    },
)
