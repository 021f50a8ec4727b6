"""Bare tools without any state document: what their names, arguments and answers alone tell (rules B2 to B7)."""

from typing import Any

import pytest

from inftool.servers import Kernel
from inftool.servers.compiler.compile import compile_spec
from inftool.servers.program import ServerProgram

from ..making import INT, TEXT, bare, obj, spec

SHOP = (
    bare("shop_create_order", {"customer_id": TEXT, "item": TEXT}, {"quantity": INT}),
    bare("shop_get_order", {"order_id": TEXT}),
    bare("shop_list_orders", {"customer_id": TEXT}, {"status": TEXT, "limit": INT, "cursor": TEXT}),
    bare("shop_update_order", {"order_id": TEXT}, {"item": TEXT}),
    bare("shop_delete_order", {"order_id": TEXT}),
    bare("shop_get_customer_details", {"customer_id": TEXT}),
    bare("shop_find_customers", {"query": TEXT}),
)


@pytest.fixture(scope="module")
def shop() -> ServerProgram:
    return compile_spec(spec(*SHOP))


def call(kernel: Kernel, session: Any, tool: str, **arguments: Any) -> Any:
    result = kernel.call(session, tool, arguments)
    assert not result.is_error, result.content
    return result.content


def test_verb_and_noun(shop: ServerProgram) -> None:
    assert [(op.kind, op.entity) for op in shop.operations] == [  # type: ignore[union-attr]
        ("create", "Order"),
        ("read", "Order"),
        ("list", "Order"),
        ("update", "Order"),
        ("delete", "Order"),
        ("read", "Customer"),
        ("search", "Customer"),
    ]
    assert {op.confidence for op in shop.operations} == {"medium"}
    assert all(op.guesses for op in shop.operations)


def test_reads_follow_writes(shop: ServerProgram) -> None:
    kernel = Kernel(shop)
    session = kernel.open()
    customer = call(kernel, session, "shop_find_customers", query="")["customers"][0]["customer_id"]
    made = call(kernel, session, "shop_create_order", customer_id=customer, item="lamp", quantity=2)
    held = call(kernel, session, "shop_get_order", order_id=made["order_id"])
    assert (held["item"], held["quantity"], held["customer_id"]) == ("lamp", 2, customer)
    call(kernel, session, "shop_update_order", order_id=made["order_id"], item="desk")
    listed = call(kernel, session, "shop_list_orders", customer_id=customer)["orders"]
    assert [row["item"] for row in listed if row["order_id"] == made["order_id"]] == ["desk"]
    call(kernel, session, "shop_delete_order", order_id=made["order_id"])
    gone = kernel.call(session, "shop_get_order", {"order_id": made["order_id"]})
    assert (gone.is_error, gone.status) == (True, 404)


def test_an_unknown_reference_is_refused(shop: ServerProgram) -> None:
    kernel = Kernel(shop)
    result = kernel.call(kernel.open(), "shop_create_order", {"customer_id": "nobody", "item": "lamp"})
    assert result.is_error


def test_a_declared_output_is_read_like_a_response() -> None:
    note = obj(note_id=TEXT, title=TEXT)
    program = compile_spec(
        spec(
            bare("list_notes", output_schema=obj(notes={"type": "array", "items": note}, count=INT)),
            bare("get_note", {"note_id": TEXT}, output_schema=obj(note=note)),
        )
    )
    listed, read = program.operations
    assert (listed.shape.path, listed.shape.counters) == (["notes"], {"count": "count"})  # type: ignore[union-attr]
    assert read.shape.path == ["note"]  # type: ignore[union-attr]
    assert set(program.entities["Note"].fields) == {"note_id", "title"}


def test_what_is_said_to_be_returned_is_the_answer() -> None:
    program = compile_spec(
        spec(
            bare("add_plant", {"name": TEXT}, description="Adds a plant. Returns: plant_id (str): Its ID."),
            bare("get_plant", {"plant_id": TEXT}),
        )
    )
    kernel = Kernel(program)
    session = kernel.open()
    made = call(kernel, session, "add_plant", name="fern")
    assert set(made) == {"plant_id"}
    assert call(kernel, session, "get_plant", plant_id=made["plant_id"])["name"] == "fern"


def test_words_bound_numbers() -> None:
    level = {"type": "integer", "description": "Level from 0 to 10."}
    kernel = Kernel(compile_spec(spec(bare("set_level", {"pump_id": TEXT, "level": level}), bare("list_pumps"))))
    result = kernel.call(kernel.open(), "set_level", {"pump_id": "x", "level": 11})
    assert (result.is_error, result.status) == (True, 400)


def test_one_tool_with_several_actions_is_taken_apart() -> None:
    action = {"type": "string", "enum": ["create", "get", "list", "delete"]}
    program = compile_spec(spec(bare("badge", {"action": action}, {"badge_id": TEXT, "holder": TEXT})))
    [operation] = program.operations
    assert operation.kind == "dispatch"
    assert {value: case.kind for value, case in operation.cases.items()} == {
        "create": "create",
        "get": "read",
        "list": "list",
        "delete": "delete",
    }
    kernel = Kernel(program)
    session = kernel.open()
    made = call(kernel, session, "badge", action="create", holder="Ann")
    held = call(kernel, session, "badge", action="get", badge_id=made["badge_id"])
    assert held["holder"] == "Ann"


@pytest.mark.parametrize(
    "tool", [bare("zebra", {}), bare("get_tide", {"harbour": TEXT}), bare("estimate_delay", {"route": TEXT})]
)
def test_what_is_not_understood_is_of_low_confidence(tool: Any) -> None:
    operation = compile_spec(spec(*SHOP, tool)).operations[-1]
    assert operation.kind in ("opaque", "compute")
    assert operation.confidence == "low"


def test_the_same_tools_give_the_same_program() -> None:
    assert compile_spec(spec(*SHOP)).digest == compile_spec(spec(*SHOP)).digest
