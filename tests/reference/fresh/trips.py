"""Business travel: travellers with cards and a yearly budget, fares with seats, bookings; failures are raised."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain

Cabin = Literal["economy", "premium", "business"]


class TripProblem(ValueError):
    pass


class TripOffice:
    def __init__(self, state: dict[str, Any]) -> None:
        self.travellers = {row["traveller_id"]: row for row in state["travellers"]}
        self.cards = {row["card_id"]: row for row in state["cards"]}
        self.fares = {row["fare_id"]: row for row in state["fares"]}
        self.bookings = {row["booking_ref"]: row for row in state["bookings"]}
        self.next_card = 12

    def _traveller(self, traveller_id: str) -> dict[str, Any]:
        if traveller_id not in self.travellers:
            raise TripProblem(f"Traveller {traveller_id} does not exist.")
        return self.travellers[traveller_id]

    def _booking(self, booking_ref: str) -> dict[str, Any]:
        if booking_ref not in self.bookings:
            raise TripProblem(f"Booking {booking_ref} does not exist.")
        return self.bookings[booking_ref]

    def register_traveller(self, full_name: str, email: str, yearly_budget: float) -> dict[str, Any]:
        """Register a traveller. The yearly budget limits what can be booked for them.

        Args:
            full_name: First and last name.
            email: Address for confirmations; no two travellers share one.
            yearly_budget: What may be spent in a year, in euros.

        Returns:
            traveller_id (str): Identifier of the new traveller.
        """
        if any(row["email"] == email for row in self.travellers.values()):
            raise TripProblem("This email is registered already.")
        if yearly_budget < 0:
            raise TripProblem("A budget cannot be negative.")
        key = f"tr_{len(self.travellers) + 1:03d}"
        self.travellers[key] = {
            "traveller_id": key,
            "full_name": full_name,
            "email": email,
            "yearly_budget": yearly_budget,
            "spent": 0.0,
        }
        return {"traveller_id": key}

    def get_traveller(self, traveller_id: str) -> dict[str, Any]:
        """Get a traveller's record.

        Args:
            traveller_id: Identifier of the traveller.
        """
        return dict(self._traveller(traveller_id))

    def set_yearly_budget(self, traveller_id: str, amount: float) -> dict[str, Any]:
        """Set the yearly budget of a traveller. It cannot be set below what was already spent.

        Args:
            traveller_id: Identifier of the traveller.
            amount: New budget in euros.
        """
        traveller = self._traveller(traveller_id)
        if amount < traveller["spent"]:
            raise TripProblem("More than that was spent already.")
        traveller["yearly_budget"] = amount
        return {"traveller_id": traveller_id, "yearly_budget": amount}

    def remaining_budget(self, traveller_id: str) -> dict[str, Any]:
        """Tell how much of the yearly budget of a traveller is left.

        Args:
            traveller_id: Identifier of the traveller.
        """
        traveller = self._traveller(traveller_id)
        return {"remaining": round(traveller["yearly_budget"] - traveller["spent"], 2)}

    def add_card(self, traveller_id: str, holder: str, last_four: str, limit: float) -> dict[str, Any]:
        """Add a payment card for a traveller.

        Args:
            traveller_id: Identifier of the traveller.
            holder: Name on the card.
            last_four: Last four digits.
            limit: How much the card can still pay, in euros.
        """
        self._traveller(traveller_id)
        if limit <= 0:
            raise TripProblem("The limit must be positive.")
        key = f"card_{self.next_card}"
        self.next_card += 1
        self.cards[key] = {
            "card_id": key,
            "traveller_id": traveller_id,
            "holder": holder,
            "last_four": last_four,
            "limit": limit,
        }
        return dict(self.cards[key])

    def list_cards(self, traveller_id: str) -> list[dict[str, Any]]:
        """List the payment cards of a traveller.

        Args:
            traveller_id: Identifier of the traveller.
        """
        self._traveller(traveller_id)
        return [row for row in self.cards.values() if row["traveller_id"] == traveller_id]

    def remove_card(self, card_id: str) -> dict[str, Any]:
        """Remove a payment card.

        Args:
            card_id: Identifier of the card.
        """
        if card_id not in self.cards:
            raise TripProblem(f"Card {card_id} does not exist.")
        del self.cards[card_id]
        return {"removed": True}

    def search_fares(
        self, origin: str, destination: str, cabin: Cabin | None = None, max_price: float | None = None
    ) -> list[dict[str, Any]]:
        """Search fares between two airports.

        Args:
            origin: Code of the airport of departure.
            destination: Code of the airport of arrival.
            cabin: Only fares in this cabin.
            max_price: Only fares that cost at most this much.
        """
        return [
            fare
            for fare in self.fares.values()
            if (fare["origin"], fare["destination"]) == (origin, destination)
            and cabin in (None, fare["cabin"])
            and (max_price is None or fare["price"] <= max_price)
        ]

    def get_fare(self, fare_id: str) -> dict[str, Any]:
        """Get a fare with its price and the seats left.

        Args:
            fare_id: Identifier of the fare.
        """
        if fare_id not in self.fares:
            raise TripProblem(f"Fare {fare_id} does not exist.")
        return dict(self.fares[fare_id])

    def book_fare(self, traveller_id: str, fare_id: str, card_id: str) -> dict[str, Any]:
        """Book one seat of a fare for a traveller and pay it with one of their cards. The price is taken from the
        card's limit and counts as spent from the traveller's budget; one seat fewer is left.

        Args:
            traveller_id: Identifier of the traveller.
            fare_id: Identifier of the fare.
            card_id: Identifier of the card that pays.
        """
        traveller = self._traveller(traveller_id)
        if fare_id not in self.fares:
            raise TripProblem(f"Fare {fare_id} does not exist.")
        card = self.cards.get(card_id)
        if card is None or card["traveller_id"] != traveller_id:
            raise TripProblem("The traveller has no such card.")
        fare = self.fares[fare_id]
        if fare["seats_left"] < 1:
            raise TripProblem("This fare is sold out.")
        if fare["price"] > card["limit"]:
            raise TripProblem("The card's limit is too low.")
        if traveller["spent"] + fare["price"] > traveller["yearly_budget"]:
            raise TripProblem("This would exceed the yearly budget.")
        fare["seats_left"] -= 1
        card["limit"] = round(card["limit"] - fare["price"], 2)
        traveller["spent"] = round(traveller["spent"] + fare["price"], 2)
        key = f"BK{7000 + len(self.bookings)}"
        self.bookings[key] = {
            "booking_ref": key,
            "traveller_id": traveller_id,
            "fare_id": fare_id,
            "card_id": card_id,
            "price": fare["price"],
            "insurance": "none",
            "status": "confirmed",
        }
        return dict(self.bookings[key])

    def get_booking(self, booking_ref: str) -> dict[str, Any]:
        """Get a booking.

        Args:
            booking_ref: Reference of the booking.
        """
        return dict(self._booking(booking_ref))

    def list_bookings(
        self, traveller_id: str, status: Literal["confirmed", "travelled", "cancelled"] | None = None
    ) -> list[dict[str, Any]]:
        """List the bookings of a traveller.

        Args:
            traveller_id: Identifier of the traveller.
            status: Only bookings with this status.
        """
        self._traveller(traveller_id)
        rows = [row for row in self.bookings.values() if row["traveller_id"] == traveller_id]
        return [row for row in rows if status in (None, row["status"])]

    def cancel_booking(self, booking_ref: str) -> dict[str, Any]:
        """Cancel a confirmed booking. The price goes back to card and budget and the seat is free again.

        Args:
            booking_ref: Reference of the booking.
        """
        booking = self._booking(booking_ref)
        if booking["status"] != "confirmed":
            raise TripProblem(f"The booking is {booking['status']}.")
        booking["status"] = "cancelled"
        traveller = self.travellers[booking["traveller_id"]]
        traveller["spent"] = round(traveller["spent"] - booking["price"], 2)
        self.fares[booking["fare_id"]]["seats_left"] += 1
        if booking["card_id"] in self.cards:
            card = self.cards[booking["card_id"]]
            card["limit"] = round(card["limit"] + booking["price"], 2)
        return {"booking_ref": booking_ref, "status": "cancelled", "refunded": booking["price"]}

    def insure_booking(self, booking_ref: str, plan: Literal["basic", "full"]) -> dict[str, Any]:
        """Add travel insurance to a confirmed booking that has none.

        Args:
            booking_ref: Reference of the booking.
            plan: Plan of the insurance.
        """
        booking = self._booking(booking_ref)
        if booking["status"] != "confirmed":
            raise TripProblem(f"The booking is {booking['status']}.")
        if booking["insurance"] != "none":
            raise TripProblem("The booking is insured already.")
        booking["insurance"] = plan
        return dict(booking)


def _fare(key: str, origin: str, destination: str, cabin: Cabin, price: float, seats: int) -> dict[str, Any]:
    return {
        "fare_id": key,
        "origin": origin,
        "destination": destination,
        "cabin": cabin,
        "price": price,
        "seats_left": seats,
    }


STATE: dict[str, Any] = {
    "travellers": [
        {
            "traveller_id": "tr_001",
            "full_name": "Marta Novak",
            "email": "marta@firm.example",
            "yearly_budget": 3000.0,
            "spent": 420.0,
        },
        {
            "traveller_id": "tr_002",
            "full_name": "Deniz Kara",
            "email": "deniz@firm.example",
            "yearly_budget": 900.0,
            "spent": 0.0,
        },
    ],
    "cards": [
        {"card_id": "card_10", "traveller_id": "tr_001", "holder": "M NOVAK", "last_four": "1180", "limit": 2500.0},
        {"card_id": "card_11", "traveller_id": "tr_002", "holder": "D KARA", "last_four": "6604", "limit": 350.0},
    ],
    "fares": [
        _fare("f-lis-eco", "VIE", "LIS", "economy", 180.0, 3),
        _fare("f-lis-biz", "VIE", "LIS", "business", 640.0, 1),
        _fare("f-osl-eco", "VIE", "OSL", "economy", 210.5, 2),
        _fare("f-osl-pre", "VIE", "OSL", "premium", 395.0, 0),
    ],
    "bookings": [
        {
            "booking_ref": "BK6990",
            "traveller_id": "tr_001",
            "fare_id": "f-osl-eco",
            "card_id": "card_10",
            "price": 210.5,
            "insurance": "none",
            "status": "confirmed",
        },
        {
            "booking_ref": "BK6991",
            "traveller_id": "tr_001",
            "fare_id": "f-osl-eco",
            "card_id": "card_10",
            "price": 209.5,
            "insurance": "full",
            "status": "travelled",
        },
    ],
}


def _book(api: TripOffice, random: Any) -> dict[str, Any]:
    card = random.choice(list(api.cards.values()))
    fare = random.choice(list(api.fares))
    return {"traveller_id": card["traveller_id"], "fare_id": fare, "card_id": card["card_id"]}


DOMAIN = Domain(
    name="trips",
    api=TripOffice,
    document=document(TripOffice, "openai-bare"),
    state=STATE,
    pools={
        "book_fare": _book,
        "traveller_id": lambda api, random: random.choice(list(api.travellers)),
        "email": lambda api, random: f"guest{random.randint(1, 99)}@firm.example",
        "yearly_budget": lambda api, random: random.choice([500, 1500.5]),
        "amount": lambda api, random: random.choice([300, 1200, 2750.5]),
        "last_four": lambda api, random: str(random.randint(1000, 9999)),
        "limit": lambda api, random: random.choice([150, 800.0]),
        "card_id": lambda api, random: random.choice(list(api.cards)),
        "origin": lambda api, random: "VIE",
        "destination": lambda api, random: random.choice(["LIS", "OSL"]),
        "max_price": lambda api, random: random.choice([200, 400]),
        "fare_id": lambda api, random: random.choice(list(api.fares)),
        "booking_ref": lambda api, random: random.choice(list(api.bookings)),
    },
    generated={"traveller_id": "traveller", "card_id": "card", "booking_ref": "booking"},
    reads={
        "register_traveller": ("get_traveller", "remaining_budget"),
        "set_yearly_budget": ("get_traveller", "remaining_budget"),
        "add_card": ("list_cards",),
        "remove_card": ("list_cards traveller_id=tr_001!", "list_cards traveller_id=tr_002!"),
        "book_fare": ("get_booking", "list_bookings", "get_fare", "list_cards", "remaining_budget"),
        "cancel_booking": ("get_booking",),
        "insure_booking": ("get_booking",),
    },
)
