from typing import Any

import pytest

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
    bare("shop_get_customer_by_phone", {"phone_number": TEXT}),
)


@pytest.fixture(scope="module")
def shop() -> ServerProgram:
    return compile_spec(spec(*SHOP))


def test_verb_and_noun(shop: ServerProgram) -> None:
    assert [(op.kind, op.entity) for op in shop.operations if op.kind != "opaque"] == [
        ("create", "Order"),
        ("read", "Order"),
        ("list", "Order"),
        ("update", "Order"),
        ("delete", "Order"),
        ("read", "Customer"),
        ("search", "Customer"),
        ("read", "Customer"),
    ]
    assert {op.confidence for op in shop.operations} == {"medium"}


def test_keys_parents_and_values(shop: ServerProgram) -> None:
    assert (shop.entities["Order"].key, shop.entities["Order"].parent) == ("order_id", "Customer")
    assert shop.entities["Customer"].key == "customer_id"
    create, listing, by_phone = shop.operations[0], shop.operations[2], shop.operations[7]
    assert create.values == {"item": "item", "quantity": "quantity"}
    assert create.parents == {"customer_id": "Customer"}
    assert listing.filters["status"].field == "status"
    assert (listing.paging.limit, listing.paging.cursor) == ("limit", "cursor")
    assert (by_phone.key, by_phone.key_field) == ("phone_number", "phone_number")


def test_the_key_may_be_named_by_another_tool_only() -> None:
    program = compile_spec(
        spec(
            bare("get_bills_for_customer", {"customer_id": TEXT}),
            bare("get_customer", {"customer_id": TEXT}),
            bare("pay_bill", {"bill_id": TEXT}),
        )
    )
    assert program.entities["Bill"].key == "bill_id"


def test_a_declared_output_is_read_like_a_response() -> None:
    note = obj(note_id=TEXT, title=TEXT)
    program = compile_spec(
        spec(
            bare("list_notes", output_schema=obj(notes={"type": "array", "items": note}, count=INT)),
            bare("get_note", {"note_id": TEXT}, output_schema=obj(note=note)),
            bare("list_ghosts", output_schema=obj(result=TEXT)),
        )
    )
    assert program.operations[0].shape.path == ["notes"]
    assert program.operations[0].shape.counters == {"count": "count"}
    assert program.operations[1].shape.path == ["note"]
    assert set(program.entities["Note"].fields) == {"note_id", "title"}
    assert program.operations[2].kind == "opaque"


def test_booking_a_row_that_exists_does_not_make_one() -> None:
    program = compile_spec(
        spec(bare("search_flights", {"origin": TEXT}), bare("book_flight", {"flight_id": TEXT, "passenger": TEXT}))
    )
    assert [op.kind for op in program.operations] == ["search", "opaque"]


def test_arguments_that_reads_need_too_are_no_new_values() -> None:
    where = {"owner": TEXT, "repo": TEXT, "issue_number": INT}
    program = compile_spec(spec(bare("get_issue", where), bare("update_issue", {**where}, {"title": TEXT})))
    assert program.operations[1].values == {"title": "title"}


def test_history_is_a_list_of_what_the_description_says() -> None:
    program = compile_spec(
        spec(
            bare("chat_post_message", {"channel_id": TEXT, "text": TEXT}),
            bare("chat_get_channel_history", {"channel_id": TEXT}, description="Get recent messages from a channel"),
            bare("chat_list_channels"),
        )
    )
    assert [(op.kind, op.entity) for op in program.operations] == [
        ("create", "Message"),
        ("list", "Message"),
        ("list", "Channel"),
    ]


@pytest.mark.parametrize(
    ("tool", "part"),
    [
        (bare("suspend_line", {"line_id": TEXT}), "Action"),
        (bare("convert_time", {"time": TEXT}), "computed"),
        (bare("login", {"username": TEXT, "password": TEXT}), "Login"),
        (bare("write_query", {"query": TEXT}), "Action"),
        (bare("create_table", {"query": TEXT}), "code"),
        (bare("get_details_by_id", {"id": TEXT}), "no noun"),
        (bare("get_weather", {"city": TEXT}), "names the row"),
        (bare("zebra", {}), "verb"),
        (bare("send_payment_request", {"order_id": TEXT}), "links"),
        (bare("delete_ghost", {"ghost_id": TEXT}), "No other tool"),
    ],
)
def test_what_is_not_understood_says_why(tool: Any, part: str) -> None:
    operation = compile_spec(spec(*SHOP, tool)).operations[-1]
    assert operation.kind == "opaque"
    assert part.lower() in operation.reason.lower()
