"""What a path speaks of: its rows, their parents, and whoever calls (rules E1, F1, B4, I4)."""

import pytest

from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.web import Web, param_noun

from ..making import TEXT, obj, ref, rows, web
from .serving import Served

SHOP, ORDER = obj(id=TEXT, name=TEXT), obj(id=TEXT, total=TEXT)
TOOLS = (
    web("get", "/shops", rows("Shop")),
    web("get", "/shops/{shopId}", ref("Shop")),
    web("get", "/shops/{shopId}/orders", rows("Order")),
    web("post", "/shops/{shopId}/orders", ref("Order"), body={"total": TEXT}),
    web("get", "/shops/{shopId}/orders/{id}", ref("Order")),
)


def test_children_live_under_the_parent_that_the_path_names() -> None:
    served = Served(*TOOLS, Shop=SHOP, Order=ORDER)
    one, other = (shop["id"] for shop in served("get /shops")[:2])
    made = served("post /shops/{shopId}/orders", shopId=one, total="7")["id"]
    assert served.status("get /shops/{shopId}/orders/{id}", shopId=one, id=made) == 200
    assert served.status("get /shops/{shopId}/orders/{id}", shopId=other, id=made) == 404
    assert served.status("post /shops/{shopId}/orders", shopId="no such shop", total="7") == 404


@pytest.mark.parametrize(
    ("param", "noun"),
    [("userId", ("user",)), ("order_number", ("order",)), ("slug", ("slug",)), ("teamIds", ("team",))],
)
def test_what_a_parameter_names(param: str, noun: tuple[str, ...]) -> None:
    assert param_noun(param) == noun


def test_an_item_is_what_is_changed_or_shown_alone() -> None:
    made = Web([*TOOLS, web("get", "/pets/{kind}", rows("Shop"))], Schemas({"Shop": SHOP, "Order": ORDER}))
    nodes = made.tree.nodes
    assert made.is_item(nodes["shops", "{}"])
    assert not made.is_item(nodes["pets", "{}"])
    assert made.has_list(nodes["shops", "{}", "orders"])
    assert not made.has_list(nodes["shops", "{}"])
