"""Orders that list what is ordered: stock, totals, and what is refused (rules N1, N3)."""

from typing import Any

import pytest

from inftool.servers.checking import check_properties

from ..making import INT, TEXT, obj, ref, rows, web
from .serving import Served

NUMBER = {"type": "number"}
LINE = obj(("product_id", "quantity"), product_id=TEXT, quantity={"type": "integer", "minimum": 1})
LINES = {"type": "array", "items": LINE}
PRODUCT = obj(("id", "price", "stock"), id=TEXT, name=TEXT, price=NUMBER, stock={"type": "integer", "minimum": 0})
ORDER = obj(("id",), id=TEXT, items=LINES, total=NUMBER, note=TEXT)


def shop(lines: dict[str, Any] = LINES) -> Served:
    body = {"name": TEXT, "price": NUMBER, "stock": INT}
    return Served(
        web("get", "/products", rows("Product")),
        web("post", "/products", ref("Product"), body=body, required=("name", "price", "stock")),
        web("get", "/products/{id}", ref("Product")),
        web("get", "/orders", rows("Order")),
        web("post", "/orders", ref("Order"), body={"items": lines, "note": TEXT}, required=("items",), status=201),
        web("get", "/orders/{id}", ref("Order")),
        Product=PRODUCT,
        Order=ORDER,
    )


def test_an_order_takes_its_lines_from_the_stock_and_costs_their_sum() -> None:
    served = shop()
    cup, pot = (
        served("post /products", name=name, price=price, stock=stock)["id"]
        for name, price, stock in (("Cup", 2.5, 10), ("Pot", 20, 1))
    )
    lines = [{"product_id": cup, "quantity": 4}, {"product_id": pot, "quantity": 1}]
    made = served("post /orders", items=lines)
    assert made["total"] == 30
    assert served("get /orders/{id}", id=made["id"])["items"] == lines
    assert [served("get /products/{id}", id=key)["stock"] for key in (cup, pot)] == [6, 0]
    assert served("post /orders", items=[{"product_id": cup, "quantity": 2}])["total"] == 5
    assert served("get /products/{id}", id=cup)["stock"] == 4


def test_what_is_not_there_is_refused_and_leaves_no_trace() -> None:
    served = shop()
    cup = served("post /products", name="Cup", price=2, stock=5)["id"]
    before = served.changes()

    def status(*lines: tuple[str, int]) -> int:
        return served.status("post /orders", items=[{"product_id": key, "quantity": many} for key, many in lines])

    assert 400 <= status((cup, 6)) < 500
    assert 400 <= status((cup, 3), (cup, 3)) < 500
    assert 400 <= status((cup, 1), ("none", 1)) < 500
    assert served.changes() == before
    assert status((cup, 3), (cup, 2)) == 201
    assert served("get /products/{id}", id=cup)["stock"] == 0


def test_lines_without_a_quantity_are_one_each() -> None:
    served = shop(lines={"type": "array", "items": obj(("product_id",), product_id=TEXT, colour=TEXT)})
    cup = served("post /products", name="Cup", price=2, stock=5)["id"]
    assert served("post /orders", items=[{"product_id": cup}, {"product_id": cup}])["total"] == 4
    assert served("get /products/{id}", id=cup)["stock"] == 3


def test_what_the_caller_tells_is_not_worked_out_and_what_has_no_stock_is_not_taken() -> None:
    sent = {"items": LINES, "total": NUMBER}
    served = Served(
        web("get", "/products/{id}", obj(id=TEXT, name=TEXT, price=NUMBER)),
        web("get", "/orders/{id}", ref("Order")),
        web("post", "/orders", ref("Order"), body=sent, required=("items",), status=201),
        Order=ORDER,
    )
    operation: Any = served.operation("post /orders")
    assert (operation.effects, operation.rows) == ([], {})


@pytest.mark.parametrize("item", [obj(name=TEXT, quantity=INT), obj(product_id=TEXT, warehouse_id=TEXT), TEXT])
def test_lines_that_do_not_name_one_thing_say_nothing(item: dict[str, Any]) -> None:
    tools = (
        web("get", "/warehouses/{id}", obj(id=TEXT, stock=INT)),
        web("get", "/products/{id}", ref("Product")),
        web("get", "/orders/{id}", ref("Order")),
        web("post", "/orders", ref("Order"), body={"items": {"type": "array", "items": item}}, status=201),
    )
    served = Served(*tools, Product=PRODUCT, Order=obj(id=TEXT, total=NUMBER))
    operation: Any = served.operation("post /orders")
    assert operation.effects == []


def test_what_must_hold_holds() -> None:
    assert not check_properties(shop().program)
