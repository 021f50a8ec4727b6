"""A market stall: rows by key, an account, orders with states, stock, fees, refunds and arrays in rows (A1, N1, A8)."""

from typing import Any

import pytest

from inftool.servers import Kernel
from inftool.servers.compiler.compile import compile_spec
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.session import Session

from ...making import INT, TEXT, bare, obj, spec

NUMBER = {"type": "number"}
TOOLS = (
    bare("get_product", {"product_id": TEXT}),
    bare("place_order", {"product_id": TEXT, "quantity": INT}, description="Orders a product."),
    bare("get_order", {"order_id": TEXT}),
    bare("get_order_history", output_schema=obj(history={"type": "array", "items": TEXT})),
    bare(
        "cancel_order",
        {"order_id": TEXT},
        description="Cancels a pending order and refunds its total to the wallet.",
        output_schema=obj(order_id=TEXT, status=TEXT),
    ),
    bare("add_remark", {"order_id": TEXT, "author": TEXT, "text": TEXT}, description="Adds a remark to an order."),
    bare("get_wallet", output_schema=obj(balance=NUMBER)),
    bare("top_up_wallet", {"amount": NUMBER}, output_schema=obj(new_balance=NUMBER)),
    bare("gift_wrap_order", {"order_id": TEXT}, description="Wraps an order as a gift for a fee of 2.50."),
    bare("insure_order", {"order_id": TEXT}, description="Insures an order."),
)
STATE = {
    "products": {
        "p-1": {"name": "tea", "price": 4.0, "stock": 3},
        "p-2": {"name": "jam", "price": 6.5, "stock": 0},
    },
    "orders": {
        "O-107": {
            "product_id": "p-1",
            "quantity": 1,
            "total": 4.0,
            "status": "pending",
            "insured": False,
            "remarks": [],
        },
        "O-108": {
            "product_id": "p-2",
            "quantity": 2,
            "total": 13.0,
            "status": "shipped",
            "insured": False,
            "remarks": [],
        },
    },
    "wallet": {"owner": "Mia", "balance": 10.0},
}


@pytest.fixture(scope="module")
def program() -> ServerProgram:
    return compile_spec(spec(*TOOLS), state=STATE)


class Stall:
    def __init__(self, program: ServerProgram) -> None:
        self.kernel = Kernel(program)
        self.session: Session = self.kernel.open()

    def __call__(self, tool: str, **arguments: Any) -> Any:
        result = self.kernel.call(self.session, tool, arguments)
        return "refused" if result.is_error else result.content


@pytest.fixture
def stall(program: ServerProgram) -> Stall:
    return Stall(program)


def test_a_create_takes_stock_and_works_out_the_total(stall: Stall) -> None:
    made = stall("place_order", product_id="p-1", quantity=2)
    assert (made["order_id"], made["status"], made["total"]) == ("O-109", "pending", 8.0)
    assert stall("get_product", product_id="p-1")["stock"] == 1
    assert stall("place_order", product_id="p-1", quantity=2) == "refused"
    assert stall("place_order", product_id="p-9", quantity=1) == "refused"
    assert stall("get_product", product_id="p-1")["stock"] == 1
    assert stall("get_order_history") == {"history": ["O-107", "O-108", "O-109"]}


def test_an_action_follows_what_its_description_says(stall: Stall) -> None:
    assert stall("cancel_order", order_id="O-107") == {"order_id": "O-107", "status": "cancelled"}
    assert stall("get_wallet") == {"balance": 14.0}
    assert stall("cancel_order", order_id="O-107") == "refused"
    assert stall("get_wallet") == {"balance": 14.0}


def test_a_verb_that_no_list_has_sets_the_flag_called_after_it(stall: Stall) -> None:
    stall("insure_order", order_id="O-107")
    assert stall("get_order", order_id="O-107")["insured"] is True


def test_objects_are_put_into_an_array_of_the_row(stall: Stall) -> None:
    stall("add_remark", order_id="O-107", author="Mia", text="ring twice")
    assert stall("get_order", order_id="O-107")["remarks"] == [{"author": "Mia", "text": "ring twice"}]


def test_money_comes_and_goes(stall: Stall) -> None:
    assert stall("top_up_wallet", amount=5) == {"new_balance": 15.0}
    assert stall("top_up_wallet", amount=-5) == "refused"


def test_every_operation_says_why(program: ServerProgram) -> None:
    assert all(operation.rules for operation in program.operations)
    assert program.entities["Order"].ids.prefix == "O-"
