"""Carts: one, one for each owner, and what must hold when they become orders."""

from __future__ import annotations

from typing import Any

import pytest

from .playing import Player, tool, tools

STALL = [
    tool("show_wares(kind:s?)", "List the wares."),
    *tools("get_ware(ware_id:s)", "list_orders()", "get_order(order_id:s)", "cancel_order(order_id:s)"),
    *tools("add_to_basket(ware_id:s,quantity:i)", "set_basket_item(ware_id:s,quantity:i)"),
    *tools("remove_from_basket(ware_id:s)", "view_basket()", "empty_basket()"),
    tool("checkout(street:s)", "Place an order for what is in the basket."),
]
STALL_STATE: dict[str, Any] = {
    "wares": {
        "w1": {"name": "Lantern", "price": 12.5, "stock": 4, "kind": "home"},
        "w2": {"name": "Mug", "price": 4, "stock": 10, "kind": "kitchen"},
    },
    "basket": [{"ware_id": "w2", "quantity": 2}],
    "orders": {"o1": {"items": [{"ware_id": "w1", "quantity": 1}], "total": 12.5, "status": "placed", "street": "x"}},
}
OWNED = tools(
    "search_items(query:s)", "get_item(item_id:s)", "add_item_to_cart(user_id:s,item_id:s,quantity:i)",
    "update_cart_item(user_id:s,item_id:s,quantity:i)", "get_cart(user_id:s)", "clear_cart(user_id:s)",
    "get_cart_total(user_id:s)", "place_order(user_id:s)", "get_orders(user_id:s)",
)  # fmt: skip
OWNED_STATE: dict[str, Any] = {
    "users": {"u1": {"name": "Ada"}, "u2": {"name": "Bo"}},
    "items": [
        {"item_id": "i1", "title": "Pen", "price": 2.0, "in_stock": True},
        {"item_id": "i2", "title": "Pad", "price": 3.5, "in_stock": False},
    ],
    "carts": {"u1": [{"item_id": "i1", "quantity": 2}], "u2": []},
    "orders": [],
}


def test_a_basket_adds_up_and_becomes_an_order() -> None:
    play = Player(*STALL, state=STALL_STATE)
    assert len(play.actions) == 6
    assert play.ok("view_basket")["total"] == 8
    play.ok("add_to_basket", ware_id="w1", quantity=1)
    basket = play.ok("add_to_basket", ware_id="w1", quantity=2)
    assert basket["items"][1] == {"ware_id": "w1", "name": "Lantern", "quantity": 3, "price": 12.5, "subtotal": 37.5}
    assert basket["total"] == 45.5
    assert "stock" in play.no("add_to_basket", ware_id="w1", quantity=2)
    assert "no ware" in play.no("add_to_basket", ware_id="zz", quantity=1)
    play.no("add_to_basket", ware_id="w1", quantity=-1)
    play.ok("set_basket_item", ware_id="w1", quantity=4)
    play.ok("remove_from_basket", ware_id="w2")
    assert "not in" in play.no("remove_from_basket", ware_id="w2")
    order = play.ok("checkout", street="Quay 1")
    assert order["items"] == [{"ware_id": "w1", "quantity": 4}]
    assert (order["total"], order["status"], order["street"]) == (50, "placed", "Quay 1")
    assert play.ok("view_basket")["items"] == []
    assert play.ok("get_ware", ware_id="w1")["stock"] == 0
    assert play.ok("get_order", order_id=order["order_id"])["total"] == 50
    assert len(play.ok("list_orders")["orders"]) == 2
    assert "empty" in play.no("checkout", street="Quay 1")
    play.ok("cancel_order", order_id=order["order_id"])


def test_carts_of_owners() -> None:
    play = Player(*OWNED, state=OWNED_STATE)
    assert len(play.actions) == 6
    assert play.ok("get_cart_total", user_id="u1")["total"] == 4
    assert play.ok("get_cart", user_id="u2")["items"] == []
    assert "user" in play.no("get_cart", user_id="nobody")
    assert "stock" in play.no("add_item_to_cart", user_id="u2", item_id="i2", quantity=1)
    play.ok("add_item_to_cart", user_id="u2", item_id="i1", quantity=1)
    play.ok("clear_cart", user_id="u1")
    assert "empty" in play.no("place_order", user_id="u1")
    order = play.ok("place_order", user_id="u2")
    assert order["total"] == 2
    assert play.ok("get_orders", user_id="u2")["orders"][0]["items"][0]["item_id"] == "i1"
    assert play.ok("get_orders", user_id="u1")["orders"] == []


def test_carts_that_are_made() -> None:
    play = Player(
        *tools("create_cart()", "add_to_cart(cart_id:s,product_id:s,quantity:i?)", "get_cart(cart_id:s)"),
        *tools("remove_product_from_cart(cart_id:s,product_id:s,quantity:i?)", "checkout_cart(cart_id:s)"),
        *tools("list_products()", "get_product(product_id:s)"),
        state={"products": [{"product_id": 7, "name": "Rope", "price": 3, "inventory": 2}]},
    )
    cart = play.ok("create_cart")["cart_id"]
    play.no("get_cart", cart_id="other")
    play.ok("add_to_cart", cart_id=cart, product_id="7", quantity=2)
    assert play.ok("remove_product_from_cart", cart_id=cart, product_id="7", quantity=1)["total"] == 3
    assert play.ok("checkout_cart", cart_id=cart)["total"] == 3
    assert play.ok("get_product", product_id="7")["inventory"] == 1


@pytest.mark.parametrize(
    "signatures",
    [
        "create_order(product_id:s,quantity:i) get_order(order_id:s) list_orders() list_products() get_product(id:s)",
        "add_golf_cart(name:s) list_golf_carts() get_golf_cart(cart_id:s) checkout(cart_id:s,days:i)",
        "add_coupon_to_cart(coupon_id:s) list_coupons() checkout(address:s) view_profile()",
    ],
)
def test_orders_golf_and_coupons_are_no_cart(signatures: str) -> None:
    assert Player(*tools(*signatures.split())).actions == {}


@pytest.mark.parametrize("wild", [10**400, -1, 1.5, "many", None, True, [], {"a": 1}])
def test_wild_numbers_are_refused_or_passed_over(wild: Any) -> None:
    wares = {"w1": {"name": "Lantern", "price": wild, "stock": wild}, "w2": {"name": "Mug", "price": 4}}
    play = Player(*STALL, state={"wares": wares, "basket": [{"ware_id": "w1", "quantity": wild}, wild], "orders": []})
    for ware in ("w1", "w2"):
        result = play.kernel.call(play.session, "add_to_basket", {"ware_id": ware, "quantity": wild})
        assert result.is_error
    play.ok("add_to_basket", ware_id="w2", quantity=1)
    play.ok("view_basket")
