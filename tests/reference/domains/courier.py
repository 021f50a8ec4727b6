"""A parcel courier: rows in lists, statuses that move, quotes worked out, tracking events; the ``dict`` dialect."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain

RATES = {"economy": 1.1, "standard": 1.6, "express": 3.2}
Service = Literal["economy", "standard", "express"]


class Courier:
    def __init__(self, state: dict[str, Any]) -> None:
        self.account = state["account"]
        self.addresses = state["address_book"]
        self.shipments = state["shipments"]
        self.pickups = state["pickups"]
        self.depots = state["depots"]

    def _shipment(self, tracking_number: str) -> dict[str, Any] | None:
        return next((s for s in self.shipments if s["tracking_number"] == tracking_number), None)

    def get_account(self) -> dict[str, Any]:
        """Shows the customer account with the prepaid credit.

        Returns:
            account_name (str): Name of the account.
            credit (float): Prepaid credit that is left.
            currency (str): Currency of the credit.
        """
        return dict(self.account)

    def top_up_credit(self, amount: float) -> dict[str, Any]:
        """Adds money to the prepaid credit of the account.

        Args:
            amount: Amount to add. Must be positive.

        Returns:
            credit (float): The new credit.
        """
        if amount <= 0:
            return {"error": "Amount must be positive"}
        self.account["credit"] = round(self.account["credit"] + amount, 2)
        return {"credit": self.account["credit"]}

    def quote_price(self, weight_kg: float, service: Service = "standard") -> dict[str, Any]:
        """Works out the price of a shipment without creating it.

        Args:
            weight_kg: Weight of the parcel in kilograms, at most 30.
            service: Service level.

        Returns:
            price (float): Price of the shipment.
            service (str): Service level.
        """
        if not 0 < weight_kg <= 30:
            return {"error": "Weight must be above 0 and at most 30 kg"}
        return {"price": round(4 + weight_kg * RATES[service], 2), "service": service}

    def create_shipment(
        self, recipient: str, destination: str, weight_kg: float, service: Service = "standard"
    ) -> dict[str, Any]:
        """Creates a shipment and takes its price off the prepaid credit.

        Args:
            recipient: Name of the recipient.
            destination: City the parcel goes to.
            weight_kg: Weight of the parcel in kilograms, at most 30.
            service: Service level.

        Returns:
            tracking_number (str): Number to track the shipment with.
            price (float): Price that was charged.
            status (str): Status of the shipment.
        """
        quote = self.quote_price(weight_kg, service)
        if "error" in quote:
            return quote
        if quote["price"] > self.account["credit"]:
            return {"error": "Insufficient credit"}
        self.account["credit"] = round(self.account["credit"] - quote["price"], 2)
        shipment = {
            "tracking_number": f"PC{8800 + len(self.shipments)}",
            "recipient": recipient,
            "destination": destination,
            "weight_kg": weight_kg,
            "service": service,
            "price": quote["price"],
            "status": "created",
            "insured": False,
            "notes": "",
        }
        self.shipments.append(shipment)
        return {key: shipment[key] for key in ("tracking_number", "price", "status")}

    def track_shipment(self, tracking_number: str) -> dict[str, Any]:
        """Shows where a shipment is.

        Args:
            tracking_number: Tracking number of the shipment.

        Returns:
            tracking_number (str): Tracking number of the shipment.
            status (str): Status. [Enum]: ["created", "collected", "in_transit", "delivered", "cancelled"]
            recipient (str): Name of the recipient.
            destination (str): City the parcel goes to.
            weight_kg (float): Weight in kilograms.
            service (str): Service level.
            price (float): Price that was charged.
            insured (bool): Whether the shipment is insured.
            notes (str): Delivery instructions.
        """
        shipment = self._shipment(tracking_number)
        return dict(shipment) if shipment else {"error": "No shipment with this tracking number"}

    def list_shipments(
        self, status: Literal["created", "collected", "in_transit", "delivered", "cancelled"] | None = None
    ) -> dict[str, Any]:
        """Lists the shipments of the account.

        Args:
            status: Only shipments with this status.

        Returns:
            shipments (list[dict]): The shipments.
            total (int): How many there are.
        """
        found = [dict(s) for s in self.shipments if status in (None, s["status"])]
        return {"shipments": found, "total": len(found)}

    def cancel_shipment(self, tracking_number: str) -> dict[str, Any]:
        """Cancels a shipment that has not been collected yet and refunds its price to the credit.

        Args:
            tracking_number: Tracking number of the shipment.

        Returns:
            status (str): The new status.
            refund (float): Amount that was refunded.
        """
        shipment = self._shipment(tracking_number)
        if shipment is None:
            return {"error": "No shipment with this tracking number"}
        if shipment["status"] != "created":
            return {"error": f"Shipment is {shipment['status']} and cannot be cancelled"}
        shipment["status"] = "cancelled"
        self.account["credit"] = round(self.account["credit"] + shipment["price"], 2)
        return {"status": "cancelled", "refund": shipment["price"]}

    def insure_shipment(self, tracking_number: str) -> dict[str, Any]:
        """Insures a shipment for a fee of 2.50.

        Args:
            tracking_number: Tracking number of the shipment.

        Returns:
            insured (bool): True.
        """
        shipment = self._shipment(tracking_number)
        if shipment is None:
            return {"error": "No shipment with this tracking number"}
        if shipment["insured"]:
            return {"error": "Shipment is insured already"}
        if self.account["credit"] < 2.5:
            return {"error": "Insufficient credit"}
        self.account["credit"] = round(self.account["credit"] - 2.5, 2)
        shipment["insured"] = True
        return {"insured": True}

    def set_delivery_instructions(self, tracking_number: str, notes: str) -> dict[str, Any]:
        """Sets the delivery instructions of a shipment.

        Args:
            tracking_number: Tracking number of the shipment.
            notes: What the driver should know.

        Returns:
            message (str): Confirmation.
        """
        shipment = self._shipment(tracking_number)
        if shipment is None:
            return {"error": "No shipment with this tracking number"}
        if shipment["status"] in ("delivered", "cancelled"):
            return {"error": "Shipment is closed"}
        shipment["notes"] = notes
        return {"message": "Delivery instructions saved."}

    def change_destination(self, tracking_number: str, destination: str) -> dict[str, Any]:
        """Sends a shipment to another city.

        Args:
            tracking_number: Tracking number of the shipment.
            destination: The new city.

        Returns:
            tracking_number (str): Tracking number of the shipment.
            destination (str): The new city.
        """
        shipment = self._shipment(tracking_number)
        if shipment is None:
            return {"error": "No shipment with this tracking number"}
        if shipment["status"] in ("delivered", "cancelled"):
            return {"error": "Shipment is closed"}
        shipment["destination"] = destination
        return {"tracking_number": tracking_number, "destination": destination}

    def schedule_pickup(self, tracking_number: str, date: str, slot: Literal["morning", "afternoon"]) -> dict[str, Any]:
        """Schedules the pickup of a shipment at the sender's door.

        Args:
            tracking_number: Tracking number of the shipment.
            date: Date of the pickup, YYYY-MM-DD.
            slot: Part of the day.

        Returns:
            pickup_id (int): ID of the pickup.
        """
        if self._shipment(tracking_number) is None:
            return {"error": "No shipment with this tracking number"}
        if any(p["tracking_number"] == tracking_number for p in self.pickups):
            return {"error": "A pickup is scheduled already"}
        pickup_id = max([p["pickup_id"] for p in self.pickups], default=0) + 1
        self.pickups.append({"pickup_id": pickup_id, "tracking_number": tracking_number, "date": date, "slot": slot})
        return {"pickup_id": pickup_id}

    def get_pickup(self, pickup_id: int) -> dict[str, Any]:
        """Shows a pickup.

        Args:
            pickup_id: ID of the pickup.

        Returns:
            pickup_id (int): ID of the pickup.
            tracking_number (str): Tracking number of the shipment.
            date (str): Date of the pickup.
            slot (str): Part of the day.
        """
        return next((dict(p) for p in self.pickups if p["pickup_id"] == pickup_id), {"error": "No such pickup"})

    def reschedule_pickup(self, pickup_id: int, date: str) -> dict[str, Any]:
        """Moves a pickup to another date.

        Args:
            pickup_id: ID of the pickup.
            date: The new date, YYYY-MM-DD.

        Returns:
            pickup_id (int): ID of the pickup.
            date (str): The new date.
        """
        pickup = next((p for p in self.pickups if p["pickup_id"] == pickup_id), None)
        if pickup is None:
            return {"error": "No such pickup"}
        pickup["date"] = date
        return {"pickup_id": pickup_id, "date": date}

    def cancel_pickup(self, pickup_id: int) -> dict[str, Any]:
        """Cancels a pickup.

        Args:
            pickup_id: ID of the pickup.

        Returns:
            status (str): "cancelled".
        """
        pickup = next((p for p in self.pickups if p["pickup_id"] == pickup_id), None)
        if pickup is None:
            return {"error": "No such pickup"}
        self.pickups.remove(pickup)
        return {"status": "cancelled"}

    def add_address(self, label: str, street: str, city: str) -> dict[str, Any]:
        """Saves an address in the address book.

        Args:
            label: Short name of the address; must be new.
            street: Street and number.
            city: City.

        Returns:
            message (str): Confirmation.
        """
        if any(a["label"] == label for a in self.addresses):
            return {"error": "There is an address with this label"}
        self.addresses.append({"label": label, "street": street, "city": city})
        return {"message": f"Address {label} saved."}

    def list_addresses(self) -> dict[str, Any]:
        """Lists the address book.

        Returns:
            addresses (list[dict]): The addresses.
        """
        return {"addresses": [dict(a) for a in self.addresses]}

    def delete_address(self, label: str) -> dict[str, Any]:
        """Deletes an address from the address book.

        Args:
            label: Short name of the address.

        Returns:
            message (str): Confirmation.
        """
        if not any(a["label"] == label for a in self.addresses):
            return {"error": "There is no address with this label"}
        self.addresses[:] = [a for a in self.addresses if a["label"] != label]
        return {"message": f"Address {label} deleted."}

    def find_depots(self, city: str) -> dict[str, Any]:
        """Finds the depots in a city.

        Args:
            city: City to look in.

        Returns:
            depots (list[dict]): Depots with name and opening hours.
        """
        return {"depots": [d for d in self.depots if d["city"].lower() == city.lower()]}


def _parcel(number: int, recipient: str, city: str, weight: float, service: str, status: str) -> dict[str, Any]:
    return {
        "tracking_number": f"PC{number}",
        "recipient": recipient,
        "destination": city,
        "weight_kg": weight,
        "service": service,
        "price": round(4 + weight * RATES[service], 2),
        "status": status,
        "insured": False,
        "notes": "",
    }


STATE: dict[str, Any] = {
    "account": {"account_name": "Nordlicht Ceramics", "credit": 180.0, "currency": "EUR"},
    "address_book": [
        {"label": "studio", "street": "Kiln Lane 4", "city": "Lund"},
        {"label": "shop", "street": "Market Square 11", "city": "Malmo"},
    ],
    "shipments": [
        _parcel(8700, "Ida Holm", "Bergen", 2.5, "standard", "created"),
        _parcel(8701, "Jon Arvid", "Turku", 8.0, "economy", "in_transit"),
        _parcel(8702, "Pia Sand", "Aarhus", 1.0, "express", "delivered"),
        _parcel(8703, "Leo Marsh", "Bergen", 4.5, "standard", "created"),
    ],
    "pickups": [{"pickup_id": 31, "tracking_number": "PC8700", "date": "2030-02-11", "slot": "morning"}],
    "depots": [
        {"name": "Lund Central", "city": "Lund", "hours": "8-18"},
        {"name": "Bergen Port", "city": "Bergen", "hours": "7-20"},
    ],
}
CITIES = ["Bergen", "Lund", "Turku", "Aarhus", "Malmo"]

DOMAIN = Domain(
    name="courier",
    api=Courier,
    document=document(Courier, "dict"),
    state=STATE,
    pools={
        "tracking_number": lambda api, random: random.choice(api.shipments)["tracking_number"],
        "pickup_id": lambda api, random: random.choice(api.pickups)["pickup_id"],
        "label": lambda api, random: random.choice(api.addresses)["label"],
        "add_address.label": lambda api, random: f"place {random.randint(1, 99)}",
        "destination": lambda api, random: random.choice(CITIES),
        "city": lambda api, random: random.choice(CITIES),
        "weight_kg": lambda api, random: random.randint(1, 50) / 2,
        "amount": lambda api, random: random.choice([5, 20, 50.5]),
        "date": lambda api, random: f"2030-02-{random.randint(10, 28)}",
    },
    generated={"tracking_number": "shipment", "pickup_id": "pickup"},
    reads={
        "top_up_credit": ("get_account",),
        "create_shipment": ("track_shipment", "list_shipments", "get_account"),
        "cancel_shipment": ("track_shipment", "get_account"),
        "insure_shipment": ("track_shipment", "get_account"),
        "set_delivery_instructions": ("track_shipment",),
        "change_destination": ("track_shipment",),
        "schedule_pickup": ("get_pickup",),
        "reschedule_pickup": ("get_pickup",),
        "cancel_pickup": ("get_pickup",),
        "add_address": ("list_addresses",),
        "delete_address": ("list_addresses",),
    },
)
