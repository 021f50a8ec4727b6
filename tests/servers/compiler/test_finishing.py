"""What an operation is in the end: idle arguments, conditions of lists, whose rows are meant (E5, I4, Q2)."""

from ..making import TEXT, obj, ref, rows, web
from .serving import Served

ORDER = obj(id=TEXT, state={"type": "string", "enum": ["open", "shipped"]}, note=TEXT)
LIST, ITEM = web("get", "/orders", rows("Order")), web("get", "/orders/{id}", ref("Order"))


def test_a_word_that_is_a_value_is_a_condition() -> None:
    served = Served(LIST, ITEM, web("get", "/orders/shipped", rows("Order")), Order=ORDER)
    every, shipped = served("get /orders"), served("get /orders/shipped")
    assert [row for row in every if row.get("state") == "shipped"] == shipped


def test_an_argument_that_fits_no_field_is_said_to_be_ignored() -> None:
    served = Served(web("get", "/orders", rows("Order"), query={"moon": TEXT, "note": TEXT}), ITEM, Order=ORDER)
    listed = served.operation("get /orders")
    assert listed.guesses == ["The argument 'moon' is ignored: no field of order fits it."]
    assert listed.confidence == "high"


def test_rows_of_the_caller_that_cannot_be_told_apart() -> None:
    served = Served(
        web("get", "/user", ref("User")),
        web("get", "/users/{id}", ref("User")),
        web("get", "/user/keys", rows("Key")),
        web("get", "/user/keys/{keyId}", ref("Key")),
        web("get", "/keys/{keyId}", ref("Key")),
        User=obj(id=TEXT, name=TEXT),
        Key=obj(id=TEXT, title=TEXT),
    )
    read = served.operation("get /user/keys/{keyId}")
    assert (read.kind, read.confidence) == ("read", "high")
    assert any("whoever calls" in guess for guess in read.guesses)


def test_only_entities_that_an_operation_needs_are_kept() -> None:
    convert = web("get", "/convert", obj(result=TEXT), query={"x": TEXT}, required=("x",))
    assert list(Served(LIST, ITEM, convert, Order=ORDER).program.entities) == ["Order"]
