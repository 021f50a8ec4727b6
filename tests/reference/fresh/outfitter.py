"""The order desk of an outfitter: orders with lines, returns, swaps, store credit; bare docstring functions."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain


class Outfitter:
    def __init__(self, state: dict[str, Any]) -> None:
        self.shoppers = state["shoppers"]
        self.orders = state["orders"]
        self.articles = state["articles"]
        self.returns = state["returns"]
        self.handovers = state["handovers"]

    def identify_shopper(self, phone: str) -> dict[str, Any]:
        """Identify a shopper by the phone number on file.

        Args:
            phone: Phone number.

        Returns:
            shopper_no (str): Number of the shopper.
        """
        for number, shopper in self.shoppers.items():
            if shopper["phone"] == phone:
                return {"shopper_no": number}
        return {"error": "no shopper has this phone number"}

    def shopper_record(self, shopper_no: str) -> dict[str, Any]:
        """Show name, phone, store credit and order numbers of a shopper.

        Args:
            shopper_no: Number of the shopper.

        Returns:
            name (str): Name.
            phone (str): Phone number.
            store_credit (float): Store credit.
            order_nos (list[str]): Numbers of the shopper's orders.
        """
        if shopper_no not in self.shoppers:
            return {"error": f"no shopper {shopper_no}"}
        orders = [number for number, order in self.orders.items() if order["shopper_no"] == shopper_no]
        return {**self.shoppers[shopper_no], "order_nos": orders}

    def update_phone(self, shopper_no: str, phone: str) -> dict[str, Any]:
        """Change the phone number of a shopper.

        Args:
            shopper_no: Number of the shopper.
            phone: New phone number.

        Returns:
            result (str): "updated".
        """
        if shopper_no not in self.shoppers:
            return {"error": f"no shopper {shopper_no}"}
        self.shoppers[shopper_no]["phone"] = phone
        return {"result": "updated"}

    def grant_credit(self, shopper_no: str, amount: float, reason: str) -> dict[str, Any]:
        """Grant a shopper store credit as an apology. At most 50 at a time.

        Args:
            shopper_no: Number of the shopper.
            amount: Amount of credit.
            reason: Why it is granted.

        Returns:
            store_credit (float): Store credit afterwards.
        """
        if shopper_no not in self.shoppers:
            return {"error": f"no shopper {shopper_no}"}
        if not 0 < amount <= 50:
            return {"error": "amount must be above 0 and at most 50"}
        return {"store_credit": self._credit(shopper_no, amount)}

    def _credit(self, shopper_no: str, amount: float) -> float:
        shopper = self.shoppers[shopper_no]
        shopper["store_credit"] = round(shopper["store_credit"] + amount, 2)
        return float(shopper["store_credit"])

    def article_card(self, sku: str) -> dict[str, Any]:
        """Show an article: title, price and pieces in stock.

        Args:
            sku: Stock keeping unit.

        Returns:
            sku (str): Stock keeping unit.
            title (str): Title.
            price (float): Price.
            in_stock (int): Pieces in stock.
        """
        if sku not in self.articles:
            return {"error": f"no article {sku}"}
        return {"sku": sku, **self.articles[sku]}

    def order_sheet(self, order_no: str) -> dict[str, Any]:
        """Show an order with its lines, its address and its stage.

        Args:
            order_no: Number of the order.

        Returns:
            order_no (str): Number of the order.
            shopper_no (str): Who ordered.
            stage (str): One of open, shipped, delivered, called_off.
            address (dict): Street and town.
            lines (list[dict]): Lines with sku and price.
            remarks (list[str]): Remarks.
        """
        if order_no not in self.orders:
            return {"error": f"no order {order_no}"}
        return {"order_no": order_no, **self.orders[order_no]}

    def change_address(self, order_no: str, street: str, town: str) -> dict[str, Any]:
        """Change the delivery address of an open order.

        Args:
            order_no: Number of the order.
            street: Street and house number.
            town: Town.

        Returns:
            result (str): "updated".
        """
        order = self.orders.get(order_no)
        if order is None:
            return {"error": f"no order {order_no}"}
        if order["stage"] != "open":
            return {"error": "only open orders can be changed"}
        order["address"] = {"street": street, "town": town}
        return {"result": "updated"}

    def swap_line(self, order_no: str, old_sku: str, new_sku: str) -> dict[str, Any]:
        """Swap an article in an open order for another that is in stock.

        Args:
            order_no: Number of the order.
            old_sku: Article in the order that is taken out.
            new_sku: Article that is put in instead.

        Returns:
            price_difference (float): What the shopper pays more, or less if negative.
        """
        order = self.orders.get(order_no)
        if order is None:
            return {"error": f"no order {order_no}"}
        if order["stage"] != "open":
            return {"error": "only open orders can be changed"}
        line = next((line for line in order["lines"] if line["sku"] == old_sku), None)
        if line is None:
            return {"error": "the order has no such article"}
        if new_sku not in self.articles or self.articles[new_sku]["in_stock"] < 1:
            return {"error": "the new article is not in stock"}
        difference = round(self.articles[new_sku]["price"] - line["price"], 2)
        self.articles[old_sku]["in_stock"] += 1
        self.articles[new_sku]["in_stock"] -= 1
        line["sku"], line["price"] = new_sku, self.articles[new_sku]["price"]
        return {"price_difference": difference}

    def call_off_order(
        self, order_no: str, reason: Literal["changed_mind", "found_cheaper", "ordered_twice"]
    ) -> dict[str, Any]:
        """Call off an order that was not shipped yet.

        Args:
            order_no: Number of the order.
            reason: What the shopper says.

        Returns:
            stage (str): Stage of the order afterwards.
        """
        order = self.orders.get(order_no)
        if order is None:
            return {"error": f"no order {order_no}"}
        if order["stage"] != "open":
            return {"error": f"the order is {order['stage']}"}
        order["stage"] = "called_off"
        return {"stage": "called_off"}

    def add_remark(self, order_no: str, remark: str) -> dict[str, Any]:
        """Add a remark to an order.

        Args:
            order_no: Number of the order.
            remark: The remark.

        Returns:
            result (str): "noted".
        """
        if order_no not in self.orders:
            return {"error": f"no order {order_no}"}
        self.orders[order_no]["remarks"].append(remark)
        return {"result": "noted"}

    def register_return(self, order_no: str, skus: list[str], refund_as: Literal["credit", "card"]) -> dict[str, Any]:
        """Register the return of articles from a delivered order.

        Args:
            order_no: Number of the order.
            skus: Articles that come back; all must be in the order.
            refund_as: How the shopper wants the money.

        Returns:
            return_no (str): Number of the return.
        """
        order = self.orders.get(order_no)
        if order is None:
            return {"error": f"no order {order_no}"}
        if order["stage"] != "delivered":
            return {"error": "only delivered orders can be returned"}
        prices = {line["sku"]: line["price"] for line in order["lines"]}
        if not skus or any(sku not in prices for sku in skus):
            return {"error": "the order has no such article"}
        number = f"R{len(self.returns) + 1}-{order_no}"
        self.returns[number] = {
            "order_no": order_no,
            "skus": skus,
            "refund_as": refund_as,
            "refund_amount": round(sum(prices[sku] for sku in skus), 2),
            "stage": "announced",
        }
        return {"return_no": number}

    def return_sheet(self, return_no: str) -> dict[str, Any]:
        """Show a return.

        Args:
            return_no: Number of the return.

        Returns:
            return_no (str): Number of the return.
            order_no (str): The order it belongs to.
            skus (list[str]): Articles.
            refund_as (str): credit or card.
            refund_amount (float): What is refunded.
            stage (str): announced, received or dropped.
        """
        if return_no not in self.returns:
            return {"error": f"no return {return_no}"}
        return {"return_no": return_no, **self.returns[return_no]}

    def receive_return(self, return_no: str) -> dict[str, Any]:
        """Book the arrival of an announced return. A refund as credit is added to the shopper's store credit.

        Args:
            return_no: Number of the return.

        Returns:
            stage (str): Stage of the return afterwards.
        """
        one = self.returns.get(return_no)
        if one is None:
            return {"error": f"no return {return_no}"}
        if one["stage"] != "announced":
            return {"error": f"the return is {one['stage']}"}
        one["stage"] = "received"
        if one["refund_as"] == "credit":
            self._credit(self.orders[one["order_no"]]["shopper_no"], one["refund_amount"])
        return {"stage": "received"}

    def drop_return(self, return_no: str) -> dict[str, Any]:
        """Drop an announced return because the shopper keeps the articles.

        Args:
            return_no: Number of the return.

        Returns:
            stage (str): Stage of the return afterwards.
        """
        one = self.returns.get(return_no)
        if one is None:
            return {"error": f"no return {return_no}"}
        if one["stage"] != "announced":
            return {"error": f"the return is {one['stage']}"}
        one["stage"] = "dropped"
        return {"stage": "dropped"}

    def hand_over_to_human(self, reason: str) -> dict[str, Any]:
        """Hand the conversation over to a human colleague.

        Args:
            reason: What the colleague should know.

        Returns:
            result (str): "handed over".
        """
        self.handovers.append(reason)
        return {"result": "handed over"}


def _order(shopper: str, stage: str, street: str, *lines: tuple[str, float]) -> dict[str, Any]:
    return {
        "shopper_no": shopper,
        "stage": stage,
        "address": {"street": street, "town": "Graz"},
        "lines": [{"sku": sku, "price": price} for sku, price in lines],
        "remarks": [],
    }


STATE: dict[str, Any] = {
    "shoppers": {
        "S-17": {"name": "Hanne Vik", "phone": "555-0131", "store_credit": 12.5},
        "S-22": {"name": "Reza Farhadi", "phone": "555-0178", "store_credit": 0.0},
    },
    "articles": {
        "tent-2p": {"title": "Two-person tent", "price": 189.0, "in_stock": 4},
        "boots-42": {"title": "Hiking boots 42", "price": 129.9, "in_stock": 0},
        "boots-43": {"title": "Hiking boots 43", "price": 129.9, "in_stock": 2},
        "lamp-head": {"title": "Head lamp", "price": 34.5, "in_stock": 11},
    },
    "orders": {
        "5501": _order("S-17", "open", "Hill Road 3", ("boots-42", 129.9), ("lamp-head", 34.5)),
        "5502": _order("S-17", "delivered", "Hill Road 3", ("tent-2p", 179.0), ("lamp-head", 34.5)),
        "5503": _order("S-22", "shipped", "Mill Lane 18", ("tent-2p", 189.0)),
        "5504": _order("S-22", "open", "Mill Lane 18", ("boots-43", 129.9)),
        "5505": _order("S-22", "delivered", "Mill Lane 18", ("boots-42", 119.0)),
    },
    "returns": {
        "R1-5505": {
            "order_no": "5505",
            "skus": ["boots-42"],
            "refund_as": "credit",
            "refund_amount": 119.0,
            "stage": "announced",
        }
    },
    "handovers": [],
}


def _swap(api: Outfitter, random: Any) -> dict[str, Any]:
    number = random.choice(list(api.orders))
    old = random.choice(api.orders[number]["lines"])["sku"]
    return {"order_no": number, "old_sku": old, "new_sku": random.choice(list(api.articles))}


def _return(api: Outfitter, random: Any) -> dict[str, Any]:
    number = random.choice([number for number, order in api.orders.items() if order["stage"] == "delivered"])
    skus = [line["sku"] for line in api.orders[number]["lines"]]
    return {"order_no": number, "skus": skus[: random.randint(1, 2)], "refund_as": random.choice(["credit", "card"])}


DOMAIN = Domain(
    name="outfitter",
    api=Outfitter,
    document=document(Outfitter, "docstring"),
    state=STATE,
    pools={
        "swap_line": _swap,
        "register_return": _return,
        "phone": lambda api, random: random.choice(list(api.shoppers.values()))["phone"],
        "update_phone.phone": lambda api, random: f"555-{random.randint(2000, 2999)}",
        "shopper_no": lambda api, random: random.choice(list(api.shoppers)),
        "amount": lambda api, random: random.choice([5, 12.25, 50, 80]),
        "sku": lambda api, random: random.choice(list(api.articles)),
        "order_no": lambda api, random: random.choice(list(api.orders)),
        "return_no": lambda api, random: random.choice(list(api.returns)),
        "town": lambda api, random: random.choice(["Graz", "Linz", "Wels"]),
    },
    generated={"return_no": "return"},
    reads={
        "update_phone": ("shopper_record", "identify_shopper"),
        "grant_credit": ("shopper_record",),
        "change_address": ("order_sheet",),
        "swap_line": ("order_sheet", "article_card sku=new_sku"),
        "call_off_order": ("order_sheet",),
        "add_remark": ("order_sheet",),
        "register_return": ("return_sheet",),
        "receive_return": ("return_sheet", "shopper_record shopper_no=S-22!"),
        "drop_return": ("return_sheet",),
    },
)
