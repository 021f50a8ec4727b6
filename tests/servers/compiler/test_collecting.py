"""Operations on collections: where the rows of a list are found, and what is made (rules Q1, C1, D3, E6)."""

import pytest

from ..making import INT, TEXT, obj, ref, rows, web
from .serving import Served

LAMP = obj(("id",), id=TEXT, name=TEXT)
ITEM = web("get", "/lamps/{id}", ref("Lamp"))
CREATE = web("post", "/lamps", ref("Lamp"), body={"name": TEXT}, required=("name",))


def listed(output: object) -> Served:
    return Served(web("get", "/lamps", output), CREATE, ITEM, Lamp=LAMP)  # type: ignore[arg-type]


def test_rows_under_their_keys() -> None:
    served = listed(obj(lamps={"type": "object", "additionalProperties": ref("Lamp")}))
    made = served("post /lamps", name="Desk")
    assert served.kind("get /lamps") == ("list", "Lamp", "high")
    assert served("get /lamps")["lamps"][made["id"]] == made


@pytest.mark.parametrize(("around", "inner"), [("lamp", "lamp"), ("data", "data")])
def test_rows_each_in_an_envelope_of_its_own(around: str, inner: str) -> None:
    served = listed({"type": "array", "items": obj(**{around: ref("Lamp")})})
    made = served("post /lamps", name="Desk")
    assert served.kind("get /lamps") == ("list", "Lamp", "high")
    assert {inner: made} in served("get /lamps")


def test_edges_and_nodes() -> None:
    edge = obj(node=ref("Lamp"), cursor=TEXT)
    served = listed(obj(edges={"type": "array", "items": edge}, pageInfo=obj(endCursor=TEXT)))
    made = served("post /lamps", name="Desk")
    assert made in [edge["node"] for edge in served("get /lamps")["edges"]]


def test_a_list_of_the_keys() -> None:
    served = listed(obj(names={"type": "array", "items": TEXT}, count=INT))
    made = served("post /lamps", name="Desk")
    assert made["id"] in served("get /lamps")["names"]


def test_a_list_that_is_declared_as_one_row() -> None:
    served = listed(ref("Lamp"))
    made = served("post /lamps", name="Desk")
    assert made in served("get /lamps")
    assert served.operation("get /lamps").guesses == [
        "The response is declared as one row; the path says that it is a list."
    ]


def test_items_that_are_not_declared_sit_where_the_array_is() -> None:
    served = listed(obj(lamps={"type": "array", "items": {"type": "object"}}, total=INT))
    made = served("post /lamps", name="Desk")
    assert made in served("get /lamps")["lamps"]
    assert served.kind("get /lamps")[2] == "high"


def test_an_envelope_without_any_rows_is_a_guess() -> None:
    assert listed(obj(colour=TEXT, size=INT)).kind("get /lamps")[2] == "medium"


def test_many_rows_in_one_call() -> None:
    body = {"items": {"type": "array", "items": obj(name=TEXT)}}
    served = Served(
        web("get", "/lamps", rows("Lamp")), ITEM, web("post", "/lamps/batch", rows("Lamp"), body=body), Lamp=LAMP
    )
    made = served("post /lamps/batch", items=[{"name": "A"}, {"name": "B"}])
    assert [row["name"] for row in made] == ["A", "B"]
    assert all(row in served("get /lamps") for row in made)
