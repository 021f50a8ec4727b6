"""A ferry line."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain

Deck = Literal["open", "lounge", "sleeper"]


class Ferry:
    def __init__(self, state: dict[str, Any]) -> None:
        self.crossings = state["crossings"]
        self.tickets = state["tickets"]
        self.passengers = state["passengers"]

    def find_crossings(self, origin: str, destination: str, date: str | None = None) -> dict[str, Any]:
        """Crossings from one harbour to another.

        Args:
            origin: Departure harbour.
            destination: Arrival harbour.
            date: Date of departure, YYYY-MM-DD.

        Returns:
            crossings (list[dict]): Crossings found.
        """
        rows = [
            f
            for f in self.crossings
            if f["origin"] == origin and f["destination"] == destination and date in (None, f["date"])
        ]
        return {"crossings": rows}

    def crossing_info(self, sailing: str) -> dict[str, Any]:
        """Get details of a crossing, including places left and fares per deck.

        Args:
            sailing: Crossing number, such as KF120.
        """
        return next((f for f in self.crossings if f["sailing"] == sailing), {"error": "Crossing not found"})

    def show_passenger(self, passenger_id: str) -> dict[str, Any]:
        """Get the profile of a passenger with purse balance and stamps.

        Args:
            passenger_id: ID of the passenger.
        """
        if passenger_id not in self.passengers:
            return {"error": "Passenger not found"}
        return {"passenger_id": passenger_id, **self.passengers[passenger_id]}

    def buy_ticket(self, passenger_id: str, sailing: str, deck: Deck, bicycles: int = 0) -> dict[str, Any]:
        """Book a berth on a crossing for a passenger. The fare is paid from the passenger's purse.

        Args:
            passenger_id: ID of the passenger.
            sailing: Crossing number.
            deck: Deck to book.
            bicycles: Number of bicycles; each costs 30.

        Returns:
            stub (str): Stub number of the ticket.
            total_price (float): Amount charged.
        """
        if passenger_id not in self.passengers:
            return {"error": "Passenger not found"}
        crossing = next((f for f in self.crossings if f["sailing"] == sailing), None)
        if crossing is None:
            return {"error": "Crossing not found"}
        if crossing["places"][deck] < 1:
            return {"error": "No places left in this deck"}
        price = crossing["fares"][deck] + 30 * bicycles
        if self.passengers[passenger_id]["purse"] < price:
            return {"error": "Insufficient purse balance"}
        self.passengers[passenger_id]["purse"] -= price
        crossing["places"][deck] -= 1
        stub = "ZK" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(self.tickets) % 26] + str(len(self.tickets))
        self.tickets[stub] = {
            "passenger_id": passenger_id,
            "sailing": sailing,
            "deck": deck,
            "bicycles": bicycles,
            "total_price": price,
            "status": "confirmed",
            "berth": None,
        }
        return {"stub": stub, "total_price": price}

    def show_ticket(self, stub: str) -> dict[str, Any]:
        """Retrieve a ticket.

        Args:
            stub: Stub number of the ticket.
        """
        if stub not in self.tickets:
            return {"error": "Ticket not found"}
        return {"stub": stub, **self.tickets[stub]}

    def tickets_of_passenger(self, passenger_id: str) -> dict[str, Any]:
        """List the tickets of a passenger.

        Args:
            passenger_id: ID of the passenger.

        Returns:
            tickets (list[dict]): The tickets.
        """
        if passenger_id not in self.passengers:
            return {"error": "Passenger not found"}
        return {"tickets": [{"stub": k, **r} for k, r in self.tickets.items() if r["passenger_id"] == passenger_id]}

    def void_ticket(self, stub: str) -> dict[str, Any]:
        """Cancel a ticket and refund it to the purse.

        Args:
            stub: Stub number of the ticket.

        Returns:
            status (str): "cancelled".
            refunded (float): Amount refunded.
        """
        r = self.tickets.get(stub)
        if r is None:
            return {"error": "Ticket not found"}
        if r["status"] == "cancelled":
            return {"error": "Ticket is already cancelled"}
        r["status"] = "cancelled"
        self.passengers[r["passenger_id"]]["purse"] += r["total_price"]
        return {"status": "cancelled", "refunded": r["total_price"]}

    def add_bicycles(self, stub: str, bicycles: int) -> dict[str, Any]:
        """Add bicycles to a ticket.

        Args:
            stub: Stub number of the ticket.
            bicycles: Number of bicycles to add.

        Returns:
            bicycles (int): Bags on the ticket now.
        """
        r = self.tickets.get(stub)
        if r is None:
            return {"error": "Ticket not found"}
        if r["status"] == "cancelled":
            return {"error": "Ticket is cancelled"}
        if bicycles < 1:
            return {"error": "bicycles must be positive"}
        r["bicycles"] += bicycles
        return {"bicycles": r["bicycles"]}

    def choose_berth(self, stub: str, berth: str) -> dict[str, Any]:
        """Select a berth for a ticket.

        Args:
            stub: Stub number of the ticket.
            berth: Berth, such as 14C.

        Returns:
            berth (str): The berth.
        """
        r = self.tickets.get(stub)
        if r is None:
            return {"error": "Ticket not found"}
        if any(o["berth"] == berth and o["sailing"] == r["sailing"] for o in self.tickets.values()):
            return {"error": "Berth is taken"}
        r["berth"] = berth
        return {"berth": berth}

    def board_ticket(self, stub: str) -> dict[str, Any]:
        """Let the holder of a confirmed ticket on board.

        Args:
            stub: Stub number of the ticket.

        Returns:
            status (str): "boarded".
        """
        r = self.tickets.get(stub)
        if r is None:
            return {"error": "Ticket not found"}
        if r["status"] != "confirmed":
            return {"error": "Ticket cannot be boarded"}
        r["status"] = "boarded"
        return {"status": "boarded"}

    def rebook_ticket(self, stub: str, new_sailing: str) -> dict[str, Any]:
        """Move a confirmed ticket to another crossing, in the same deck and at no charge.

        Args:
            stub: Stub number of the ticket.
            new_sailing: The crossing to move to.

        Returns:
            stub (str): Stub number.
            sailing (str): The new crossing.
        """
        r = self.tickets.get(stub)
        if r is None:
            return {"error": "Ticket not found"}
        crossing = next((f for f in self.crossings if f["sailing"] == new_sailing), None)
        if crossing is None:
            return {"error": "Crossing not found"}
        if r["status"] != "confirmed":
            return {"error": "Ticket cannot be changed"}
        r["sailing"] = new_sailing
        return {"stub": stub, "sailing": new_sailing}

    def load_purse(self, passenger_id: str, amount: float) -> dict[str, Any]:
        """Add funds to a passenger's purse.

        Args:
            passenger_id: ID of the passenger.
            amount: Amount to add.

        Returns:
            purse (float): New purse balance.
        """
        if passenger_id not in self.passengers:
            return {"error": "Passenger not found"}
        if amount <= 0:
            return {"error": "Amount must be positive"}
        self.passengers[passenger_id]["purse"] += amount
        return {"purse": self.passengers[passenger_id]["purse"]}

    def change_emergency_contact(self, passenger_id: str, emergency_phone: str) -> dict[str, Any]:
        """Update the emergency phone of a passenger.

        Args:
            passenger_id: ID of the passenger.
            emergency_phone: New emergency phone.

        Returns:
            success (bool): True.
        """
        if passenger_id not in self.passengers:
            return {"error": "Passenger not found"}
        self.passengers[passenger_id]["emergency_phone"] = emergency_phone
        return {"success": True}

    def crowns_to_marks(self, crowns: float) -> dict[str, Any]:
        """Work out how many marks an amount of crowns is; a mark is 4 crowns.

        Args:
            crowns: Amount in crowns.

        Returns:
            marks (float): Amount in marks.
        """
        return {"marks": round(crowns / 4, 2)}


def _crossing(n: int, o: str, d: str, date: str, eco: int) -> dict[str, Any]:
    return {
        "sailing": f"KF{n}",
        "origin": o,
        "destination": d,
        "date": date,
        "places": {"open": eco, "lounge": 3, "sleeper": 1},
        "fares": {"open": 110.0, "lounge": 190.0, "sleeper": 420.0},
    }


STATE = {
    "crossings": [
        _crossing(120, "Kalm", "Osk", "2031-07-01", 9),
        _crossing(121, "Osk", "Kalm", "2031-07-08", 0),
        _crossing(233, "Kalm", "Vik", "2031-07-02", 4),
        _crossing(234, "Vik", "Kalm", "2031-07-05", 12),
    ],
    "passengers": {
        "trv_ekman": {"name": "Siv Ekman", "purse": 900.0, "stamps": 1200, "emergency_phone": "P100"},
        "trv_costa": {"name": "Rui Costa", "purse": 130.0, "stamps": 90, "emergency_phone": "P200"},
    },
    "tickets": {
        "ZKX1": {
            "passenger_id": "trv_ekman",
            "sailing": "KF120",
            "deck": "open",
            "bicycles": 1,
            "total_price": 140.0,
            "status": "confirmed",
            "berth": "10A",
        },
        "ZKX2": {
            "passenger_id": "trv_costa",
            "sailing": "KF233",
            "deck": "lounge",
            "bicycles": 0,
            "total_price": 190.0,
            "status": "cancelled",
            "berth": None,
        },
        "ZKX3": {
            "passenger_id": "trv_costa",
            "sailing": "KF234",
            "deck": "open",
            "bicycles": 0,
            "total_price": 110.0,
            "status": "confirmed",
            "berth": None,
        },
    },
}
DOMAIN = Domain(
    name="ferry",
    api=Ferry,
    document=document(Ferry, "dict"),
    state=STATE,
    pools={
        "passenger_id": lambda a, r: r.choice(list(a.passengers)),
        "sailing": lambda a, r: r.choice(a.crossings)["sailing"],
        "new_sailing": lambda a, r: r.choice(a.crossings)["sailing"],
        "stub": lambda a, r: r.choice(list(a.tickets)),
        "origin": lambda a, r: r.choice(["Kalm", "Osk", "Vik"]),
        "destination": lambda a, r: r.choice(["Kalm", "Osk", "Vik"]),
        "date": lambda a, r: "2031-07-02",
        "berth": lambda a, r: f"{r.randint(1, 30)}{r.choice('ABCDEF')}",
        "bicycles": lambda a, r: r.randint(1, 3),
        "amount": lambda a, r: r.choice([50, 75.5, 200]),
        "emergency_phone": lambda a, r: f"P{r.randint(300, 999)}",
    },
    generated={"stub": "res"},
    reads={
        "buy_ticket": ("show_ticket", "tickets_of_passenger", "show_passenger", "crossing_info"),
        "void_ticket": ("show_ticket",),
        "add_bicycles": ("show_ticket",),
        "choose_berth": ("show_ticket",),
        "board_ticket": ("show_ticket",),
        "rebook_ticket": ("show_ticket",),
        "load_purse": ("show_passenger",),
        "change_emergency_contact": ("show_passenger",),
    },
)
