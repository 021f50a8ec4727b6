"""Food ordering with a cart."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain


class Food:
    def __init__(self, state: dict[str, Any]) -> None:
        self.restaurants = state["restaurants"]
        self.menu = state["menu_items"]
        self.cart = state["cart"]
        self.orders = state["orders"]
        self.profile = state["profile"]
        self.promos = state["promo_codes"]

    def list_restaurants(self, cuisine: str | None = None) -> dict[str, Any]:
        """List restaurants that deliver to the user.

        Args:
            cuisine: Only restaurants of this cuisine.
        """
        return {
            "restaurants": [
                {"restaurant_id": k, **v} for k, v in self.restaurants.items() if cuisine in (None, v["cuisine"])
            ]
        }

    def get_menu(self, restaurant_id: str) -> dict[str, Any]:
        """Get the menu of a restaurant.

        Args:
            restaurant_id: The restaurant.
        """
        if restaurant_id not in self.restaurants:
            return {"error": "Restaurant not found"}
        return {"items": [m for m in self.menu if m["restaurant_id"] == restaurant_id]}

    def add_to_cart(self, item_id: int, quantity: int = 1) -> dict[str, Any]:
        """Put a menu item into the cart. Adding an item twice adds up the quantity.

        Args:
            item_id: The menu item.
            quantity: How many.
        """
        item = next((m for m in self.menu if m["item_id"] == item_id), None)
        if item is None:
            return {"error": "Item not found"}
        if quantity < 1:
            return {"error": "quantity must be at least 1"}
        line = next((x for x in self.cart["items"] if x["item_id"] == item_id), None)
        if line:
            line["quantity"] += quantity
        else:
            self.cart["items"].append(
                {"item_id": item_id, "name": item["name"], "price": item["price"], "quantity": quantity}
            )
        return self.view_cart()

    def remove_from_cart(self, item_id: int) -> dict[str, Any]:
        """Take an item out of the cart.

        Args:
            item_id: The menu item.
        """
        if not any(x["item_id"] == item_id for x in self.cart["items"]):
            return {"error": "Item is not in the cart"}
        self.cart["items"] = [x for x in self.cart["items"] if x["item_id"] != item_id]
        return self.view_cart()

    def update_cart_quantity(self, item_id: int, quantity: int) -> dict[str, Any]:
        """Set the quantity of an item in the cart.

        Args:
            item_id: The menu item.
            quantity: The new quantity, at least 1.
        """
        line = next((x for x in self.cart["items"] if x["item_id"] == item_id), None)
        if line is None:
            return {"error": "Item is not in the cart"}
        if quantity < 1:
            return {"error": "quantity must be at least 1"}
        line["quantity"] = quantity
        return self.view_cart()

    def view_cart(self) -> dict[str, Any]:
        """Show the cart with its total."""
        return {
            "items": list(self.cart["items"]),
            "promo_code": self.cart["promo_code"],
            "total": round(sum(x["price"] * x["quantity"] for x in self.cart["items"]), 2),
        }

    def clear_cart(self) -> dict[str, Any]:
        """Empty the cart."""
        self.cart["items"] = []
        self.cart["promo_code"] = None
        return {"message": "Your cart is empty now."}

    def apply_promo_code(self, code: str) -> dict[str, Any]:
        """Apply a promo code to the cart.

        Args:
            code: The promo code.
        """
        if code not in self.promos:
            return {"error": "Invalid promo code"}
        self.cart["promo_code"] = code
        return {"promo_code": code, "discount_percent": self.promos[code]}

    def checkout(self, address: str, payment: Literal["card", "cash"]) -> dict[str, Any]:
        """Order what is in the cart. Empties the cart.

        Args:
            address: Delivery address.
            payment: How it is paid.
        """
        if not self.cart["items"]:
            return {"error": "The cart is empty"}
        total = self.view_cart()["total"]
        order_id = f"F-{1000 + len(self.orders)}"
        self.orders[order_id] = {
            "items": self.cart["items"],
            "address": address,
            "payment": payment,
            "total": total,
            "status": "placed",
            "rating": None,
        }
        self.cart = {"items": [], "promo_code": None}
        return {"order_id": order_id, "total": total, "status": "placed"}

    def get_order(self, order_id: str) -> dict[str, Any]:
        """Show an order.

        Args:
            order_id: The order.
        """
        if order_id not in self.orders:
            return {"error": "Order not found"}
        return {"order_id": order_id, **self.orders[order_id]}

    def list_orders(self, status: Literal["placed", "delivered", "canceled"] | None = None) -> list[dict]:
        """List the user's orders.

        Args:
            status: Only with this status.
        """
        return [
            {"order_id": k, "total": o["total"], "status": o["status"]}
            for k, o in self.orders.items()
            if status in (None, o["status"])
        ]  # type: ignore

    def cancel_order(self, order_id: str) -> dict[str, Any]:
        """Cancel an order that was placed and not delivered.

        Args:
            order_id: The order.
        """
        if order_id not in self.orders:
            return {"error": "Order not found"}
        if self.orders[order_id]["status"] != "placed":
            return {"error": "Order cannot be canceled"}
        self.orders[order_id]["status"] = "canceled"
        return {"order_id": order_id, "status": "canceled"}

    def rate_order(self, order_id: str, rating: int) -> dict[str, Any]:
        """Rate a delivered order with one to five stars.

        Args:
            order_id: The order.
            rating: Stars, 1 to 5.
        """
        if order_id not in self.orders:
            return {"error": "Order not found"}
        if not 1 <= rating <= 5:
            return {"error": "rating must be 1 to 5"}
        if self.orders[order_id]["status"] != "delivered":
            return {"error": "Order is not delivered yet"}
        self.orders[order_id]["rating"] = rating
        return {"success": True}

    def get_profile(self) -> dict[str, Any]:
        """Show the user's profile."""
        return self.profile

    def update_profile(self, name: str | None = None, phone: str | None = None) -> dict[str, Any]:
        """Change the user's profile.

        Args:
            name: New name.
            phone: New phone number.
        """
        if name is not None:
            self.profile["name"] = name
        if phone is not None:
            self.profile["phone"] = phone
        return self.profile

    def add_favorite(self, restaurant_id: str) -> dict[str, Any]:
        """Add a restaurant to the user's favorites.

        Args:
            restaurant_id: The restaurant.
        """
        if restaurant_id not in self.restaurants:
            return {"error": "Restaurant not found"}
        if restaurant_id in self.profile["favorites"]:
            return {"error": "Already a favorite"}
        self.profile["favorites"].append(restaurant_id)
        return {"favorites": self.profile["favorites"]}

    def remove_favorite(self, restaurant_id: str) -> dict[str, Any]:
        """Remove a restaurant from the user's favorites.

        Args:
            restaurant_id: The restaurant.
        """
        if restaurant_id not in self.profile["favorites"]:
            return {"error": "Not a favorite"}
        self.profile["favorites"].remove(restaurant_id)
        return {"favorites": self.profile["favorites"]}


STATE = {
    "profile": {"name": "Kit Moss", "phone": "555-42", "favorites": ["r-noodle"]},
    "restaurants": {
        "r-noodle": {"name": "Noodle Dock", "cuisine": "asian", "rating": 4.4},
        "r-oven": {"name": "Brick Oven", "cuisine": "italian", "rating": 4.1},
        "r-taco": {"name": "Taco Yard", "cuisine": "mexican", "rating": 3.9},
    },
    "menu_items": [
        {"item_id": 501, "restaurant_id": "r-noodle", "name": "Udon", "price": 9.5},
        {"item_id": 502, "restaurant_id": "r-noodle", "name": "Ramen", "price": 11.0},
        {"item_id": 503, "restaurant_id": "r-oven", "name": "Margherita", "price": 8.0},
        {"item_id": 504, "restaurant_id": "r-taco", "name": "Fish taco", "price": 4.25},
    ],
    "cart": {"items": [{"item_id": 503, "name": "Margherita", "price": 8.0, "quantity": 2}], "promo_code": None},
    "orders": {
        "F-900": {
            "items": [{"item_id": 501, "name": "Udon", "price": 9.5, "quantity": 1}],
            "address": "Pier 3",
            "payment": "card",
            "total": 9.5,
            "status": "delivered",
            "rating": None,
        },
        "F-901": {
            "items": [{"item_id": 504, "name": "Fish taco", "price": 4.25, "quantity": 2}],
            "address": "Pier 3",
            "payment": "cash",
            "total": 8.5,
            "status": "placed",
            "rating": None,
        },
    },
    "promo_codes": {"SPRING": 10, "FEAST": 25},
}
DOMAIN = Domain(
    name="food",
    api=Food,
    document=document(Food, "openai-bare"),
    state=STATE,
    pools={
        "restaurant_id": lambda a, r: r.choice(list(a.restaurants)),
        "item_id": lambda a, r: r.choice(a.menu)["item_id"],
        "order_id": lambda a, r: r.choice(list(a.orders)),
        "cuisine": lambda a, r: r.choice(["asian", "italian"]),
        "code": lambda a, r: r.choice(list(a.promos)),
        "quantity": lambda a, r: r.randint(1, 4),
    },
    generated={"order_id": "order"},
    reads={
        "add_to_cart": ("view_cart",),
        "remove_from_cart": ("view_cart",),
        "update_cart_quantity": ("view_cart",),
        "clear_cart": ("view_cart",),
        "apply_promo_code": ("view_cart",),
        "checkout": ("get_order", "view_cart", "list_orders"),
        "cancel_order": ("get_order", "list_orders"),
        "rate_order": ("get_order",),
        "update_profile": ("get_profile",),
        "add_favorite": ("get_profile",),
        "remove_favorite": ("get_profile",),
    },
)
