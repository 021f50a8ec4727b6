"""Event tickets: hexadecimal ids, orders with refunds, a wallet; the ``dict`` dialect in camelCase."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain


class BoxOffice:
    def __init__(self, state: dict[str, Any]) -> None:
        self.venues = state["venues"]
        self.events = state["events"]
        self.orders = state["orders"]
        self.visitor = state["visitor"]
        self.waitlist = state["waitlist"]

    def _event(self, eventId: str) -> dict[str, Any] | None:
        return next((event for event in self.events if event["eventId"] == eventId), None)

    def searchEvents(
        self, keyword: str = "", category: Literal["concert", "theatre", "sport"] | None = None
    ) -> dict[str, Any]:
        """Search events by keyword and category.

        Args:
            keyword: Text in the title.
            category: Category of the event.

        Returns:
            events (list[dict]): The events with eventId, title, category, price and seatsLeft.
        """
        keys = ("eventId", "title", "category", "price", "seatsLeft")
        found = [
            {key: event[key] for key in keys}
            for event in self.events
            if keyword.lower() in event["title"].lower() and category in (None, event["category"])
        ]
        return {"events": found}

    def getEvent(self, eventId: str) -> dict[str, Any]:
        """Get an event.

        Args:
            eventId: ID of the event.

        Returns:
            eventId (str): ID of the event.
            title (str): Title of the event.
            category (str): Category.
            venueId (str): ID of the venue.
            price (float): Price of a ticket.
            seatsLeft (int): Seats that are not sold.
            state (str): "onSale", "soldOut" or "cancelled".
        """
        return self._event(eventId) or {"error": "Event not found."}

    def getVenue(self, venueId: str) -> dict[str, Any]:
        """Get a venue.

        Args:
            venueId: ID of the venue.

        Returns:
            name (str): Name of the venue.
            city (str): City.
            capacity (int): Number of seats.
        """
        return self.venues.get(venueId) or {"error": "Venue not found."}

    def createEvent(
        self, title: str, venueId: str, category: Literal["concert", "theatre", "sport"], price: float
    ) -> dict[str, Any]:
        """Create an event that goes on sale at once, with as many seats as the venue has.

        Args:
            title: Title of the event.
            venueId: ID of the venue.
            category: Category of the event.
            price: Price of a ticket.

        Returns:
            eventId (str): ID of the new event.
        """
        if venueId not in self.venues:
            return {"error": "Venue not found."}
        event_id = f"ev-{len(self.events):04x}"
        self.events.append(
            {
                "eventId": event_id,
                "title": title,
                "category": category,
                "venueId": venueId,
                "price": price,
                "seatsLeft": self.venues[venueId]["capacity"],
                "state": "onSale",
            }
        )
        return {"eventId": event_id}

    def changePrice(self, eventId: str, price: float) -> dict[str, Any]:
        """Change the price of an event's tickets.

        Args:
            eventId: ID of the event.
            price: The new price.

        Returns:
            eventId (str): ID of the event.
            price (float): The new price.
        """
        event = self._event(eventId)
        if event is None:
            return {"error": "Event not found."}
        if price <= 0:
            return {"error": "The price must be positive."}
        event["price"] = price
        return {"eventId": eventId, "price": price}

    def cancelEvent(self, eventId: str) -> dict[str, Any]:
        """Cancel an event.

        Args:
            eventId: ID of the event.

        Returns:
            state (str): "cancelled".
        """
        event = self._event(eventId)
        if event is None:
            return {"error": "Event not found."}
        if event["state"] == "cancelled":
            return {"error": "The event is cancelled already."}
        event["state"] = "cancelled"
        return {"state": "cancelled"}

    def buyTickets(self, eventId: str, quantity: int) -> dict[str, Any]:
        """Buy tickets; they are paid from the visitor's wallet.

        Args:
            eventId: ID of the event.
            quantity: Number of tickets, 1 to 8.

        Returns:
            orderId (str): ID of the order.
            amount (float): What was paid.
        """
        event = self._event(eventId)
        if event is None:
            return {"error": "Event not found."}
        if not 1 <= quantity <= 8:
            return {"error": "Between 1 and 8 tickets can be bought."}
        if event["state"] != "onSale":
            return {"error": "The event is not on sale."}
        if event["seatsLeft"] < quantity:
            return {"error": "Not enough seats left."}
        amount = round(event["price"] * quantity, 2)
        if amount > self.visitor["walletBalance"]:
            return {"error": "The wallet does not hold enough."}
        event["seatsLeft"] -= quantity
        self.visitor["walletBalance"] = round(self.visitor["walletBalance"] - amount, 2)
        order_id = f"or-{len(self.orders) + 64:04x}"
        self.orders[order_id] = {"eventId": eventId, "quantity": quantity, "amount": amount, "status": "paid"}
        return {"orderId": order_id, "amount": amount}

    def getOrder(self, orderId: str) -> dict[str, Any]:
        """Get an order.

        Args:
            orderId: ID of the order.

        Returns:
            orderId (str): ID of the order.
            eventId (str): ID of the event.
            quantity (int): Number of tickets.
            amount (float): What was paid.
            status (str): "paid", "used" or "refunded".
        """
        return {"orderId": orderId, **self.orders[orderId]} if orderId in self.orders else {"error": "Order not found."}

    def listMyOrders(self) -> dict[str, Any]:
        """List the visitor's orders.

        Returns:
            orders (list[dict]): The orders.
        """
        return {"orders": [{"orderId": order_id, **order} for order_id, order in self.orders.items()]}

    def refundOrder(self, orderId: str) -> dict[str, Any]:
        """Refund an order: the money goes back to the wallet and the seats are free again.

        Args:
            orderId: ID of the order.

        Returns:
            status (str): "refunded".
            walletBalance (float): What the wallet holds now.
        """
        order = self.orders.get(orderId)
        if order is None:
            return {"error": "Order not found."}
        if order["status"] != "paid":
            return {"error": f"The order is {order['status']}."}
        order["status"] = "refunded"
        self.visitor["walletBalance"] = round(self.visitor["walletBalance"] + order["amount"], 2)
        event = self._event(order["eventId"])
        if event:
            event["seatsLeft"] += order["quantity"]
        return {"status": "refunded", "walletBalance": self.visitor["walletBalance"]}

    def scanTicket(self, orderId: str) -> dict[str, Any]:
        """Let the holder of an order in. An order can be used once.

        Args:
            orderId: ID of the order.

        Returns:
            status (str): "used".
        """
        order = self.orders.get(orderId)
        if order is None:
            return {"error": "Order not found."}
        if order["status"] != "paid":
            return {"error": f"The order is {order['status']}."}
        order["status"] = "used"
        return {"status": "used"}

    def getWallet(self) -> dict[str, Any]:
        """Get what the visitor's wallet holds.

        Returns:
            walletBalance (float): The balance.
        """
        return {"walletBalance": self.visitor["walletBalance"]}

    def rechargeWallet(self, amount: float) -> dict[str, Any]:
        """Put money into the visitor's wallet.

        Args:
            amount: How much.

        Returns:
            walletBalance (float): The new balance.
        """
        if amount <= 0:
            return {"error": "The amount must be positive."}
        self.visitor["walletBalance"] = round(self.visitor["walletBalance"] + amount, 2)
        return {"walletBalance": self.visitor["walletBalance"]}

    def getVisitor(self) -> dict[str, Any]:
        """Get the visitor's profile.

        Returns:
            name (str): Name.
            email (str): E-mail address.
            walletBalance (float): What the wallet holds.
            newsletter (bool): Whether the newsletter is sent.
        """
        return dict(self.visitor)

    def updateVisitor(self, name: str | None = None, email: str | None = None) -> dict[str, Any]:
        """Change the visitor's profile.

        Args:
            name: New name.
            email: New e-mail address.

        Returns:
            name (str): Name.
            email (str): E-mail address.
        """
        if name is not None:
            self.visitor["name"] = name
        if email is not None:
            self.visitor["email"] = email
        return {"name": self.visitor["name"], "email": self.visitor["email"]}

    def subscribeNewsletter(self) -> dict[str, Any]:
        """Subscribe the visitor to the newsletter.

        Returns:
            message (str): Confirmation.
        """
        if self.visitor["newsletter"]:
            return {"error": "The newsletter is sent already."}
        self.visitor["newsletter"] = True
        return {"message": "You will get our newsletter."}

    def joinWaitlist(self, eventId: str) -> dict[str, Any]:
        """Put the visitor on the waitlist of an event.

        Args:
            eventId: ID of the event.

        Returns:
            message (str): Confirmation.
        """
        if self._event(eventId) is None:
            return {"error": "Event not found."}
        if eventId in self.waitlist:
            return {"error": "You are on this waitlist already."}
        self.waitlist.append(eventId)
        return {"message": "We will let you know."}

    def leaveWaitlist(self, eventId: str) -> dict[str, Any]:
        """Take the visitor off the waitlist of an event.

        Args:
            eventId: ID of the event.

        Returns:
            message (str): Confirmation.
        """
        if eventId not in self.waitlist:
            return {"error": "You are not on this waitlist."}
        self.waitlist.remove(eventId)
        return {"message": "You are off the waitlist."}

    def getWaitlist(self) -> dict[str, Any]:
        """Get the events on whose waitlist the visitor is.

        Returns:
            waitlist (list[str]): IDs of the events.
        """
        return {"waitlist": self.waitlist}


def _event(key: str, title: str, category: str, venue: str, price: float, seats: int, state: str) -> dict[str, Any]:
    return {
        "eventId": key,
        "title": title,
        "category": category,
        "venueId": venue,
        "price": price,
        "seatsLeft": seats,
        "state": state,
    }


STATE: dict[str, Any] = {
    "venues": {
        "vn-dock": {"name": "Dock Hall", "city": "Gent", "capacity": 240},
        "vn-mill": {"name": "Old Mill", "city": "Brugge", "capacity": 60},
    },
    "events": [
        _event("ev-a001", "Night of Brass", "concert", "vn-dock", 22.5, 40, "onSale"),
        _event("ev-a002", "The Lighthouse Keeper", "theatre", "vn-mill", 15.0, 3, "onSale"),
        _event("ev-a003", "Rowing Final", "sport", "vn-dock", 9.0, 0, "soldOut"),
    ],
    "orders": {
        "or-0031": {"eventId": "ev-a001", "quantity": 2, "amount": 45.0, "status": "paid"},
        "or-0032": {"eventId": "ev-a003", "quantity": 1, "amount": 9.0, "status": "used"},
    },
    "visitor": {"name": "Joke Maes", "email": "joke@post.example", "walletBalance": 160.0, "newsletter": False},
    "waitlist": ["ev-a003"],
}

DOMAIN = Domain(
    name="events",
    api=BoxOffice,
    document=document(BoxOffice, "dict"),
    state=STATE,
    pools={
        "eventId": lambda api, random: random.choice(api.events)["eventId"],
        "leaveWaitlist.eventId": lambda api, random: random.choice(api.waitlist),
        "venueId": lambda api, random: random.choice(list(api.venues)),
        "orderId": lambda api, random: random.choice(list(api.orders)),
        "keyword": lambda api, random: random.choice(["night", "the", "final", "olive"]),
        "price": lambda api, random: random.choice([8.0, 12.5, 30.0]),
        "amount": lambda api, random: random.choice([10, 25.5, 80]),
        "email": lambda api, random: f"v{random.randint(1, 99)}@post.example",
    },
    generated={"eventId": "event", "orderId": "order", "waitlist": "event"},
    reads={
        "createEvent": ("getEvent", "searchEvents"),
        "changePrice": ("getEvent",),
        "cancelEvent": ("getEvent",),
        "buyTickets": ("getOrder", "listMyOrders", "getEvent", "getWallet"),
        "refundOrder": ("getOrder", "getWallet"),
        "scanTicket": ("getOrder",),
        "rechargeWallet": ("getWallet", "getVisitor"),
        "updateVisitor": ("getVisitor",),
        "subscribeNewsletter": ("getVisitor",),
        "joinWaitlist": ("getWaitlist",),
        "leaveWaitlist": ("getWaitlist",),
    },
)
