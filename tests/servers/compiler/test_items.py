"""Operations on paths that end in a parameter (rules R1, U1, U2, C2, C3, D1, E6, I5)."""

import pytest

from inftool.servers.runtime.patching import patch_difference

from ..making import INT, TEXT, obj, ref, rows, web
from .serving import Served

LAMP = obj(("id",), id=TEXT, name=TEXT, watt=INT)


def test_what_is_put_is_read_and_what_is_deleted_is_gone() -> None:
    served = Served(
        web("get", "/lamps", rows("Lamp")),
        web("post", "/lamps", ref("Lamp"), body={"name": TEXT, "watt": INT}, required=("name",)),
        web("get", "/lamps/{id}", ref("Lamp")),
        web("put", "/lamps/{id}", ref("Lamp"), body={"name": TEXT, "watt": INT}, required=("name",)),
        web("patch", "/lamps/{id}", ref("Lamp"), body={"watt": INT}),
        web("delete", "/lamps/{id}", status=204),
        Lamp=LAMP,
    )
    key = served("post /lamps", name="Desk", watt=4)["id"]
    assert served("patch /lamps/{id}", id=key, watt=9) == {"id": key, "name": "Desk", "watt": 9}
    assert served("put /lamps/{id}", id=key, name="Hall")["name"] == "Hall"
    served("delete /lamps/{id}", id=key)
    assert served.status("get /lamps/{id}", id=key) == 404
    assert all(served.kind(tool)[2] == "high" for tool in ("get /lamps/{id}", "put /lamps/{id}", "delete /lamps/{id}"))


def test_a_read_without_schema_is_sure_beside_a_list_and_only_there() -> None:
    served = Served(web("get", "/lamps"), web("get", "/lamps/{lampId}"), web("get", "/boards/{id}/owner/{field}"))
    assert served.kind("get /lamps/{lampId}") == ("read", "Lamp", "high")
    assert "E6" in served.operation("get /lamps/{lampId}").rules
    assert served.kind("get /boards/{id}/owner/{field}")[2] != "high"


def test_put_makes_the_row_where_nothing_else_does() -> None:
    served = Served(
        web("get", "/flags/{name}", obj(name=TEXT, on=TEXT)),
        web("put", "/flags/{name}", obj(name=TEXT, on=TEXT), body={"on": TEXT}, required=("on",)),
    )
    served("put /flags/{name}", name="dark", on="yes")
    assert served("get /flags/{name}", name="dark") == {"name": "dark", "on": "yes"}
    assert "C2" in served.operation("put /flags/{name}").rules


def test_a_post_on_a_row_is_an_update_where_nothing_else_updates() -> None:
    served = Served(
        web("get", "/lamps/{id}", ref("Lamp")), web("post", "/lamps/{id}", ref("Lamp"), body={"name": TEXT}), Lamp=LAMP
    )
    key = served.rows("Lamp")[0]["id"]
    assert served("post /lamps/{id}", id=key, name="Hall")["name"] == "Hall"
    assert served("get /lamps/{id}", id=key)["name"] == "Hall"


def test_changes_may_come_as_steps() -> None:
    step = obj(("op", "path"), op=TEXT, path=TEXT, value={})
    patch = web(
        "patch", "/lamps/{id}", ref("Lamp"), body={"body": {"type": "array", "items": step}}, required=("body",)
    )
    assert patch.http is not None
    patch.http.body_argument = "body"
    served = Served(web("get", "/lamps", rows("Lamp")), web("get", "/lamps/{id}", ref("Lamp")), patch, Lamp=LAMP)
    key = served("get /lamps")[0]["id"]
    assert served.kind("patch /lamps/{id}") == ("update", "Lamp", "high")
    served("patch /lamps/{id}", id=key, body=[{"op": "add", "path": "/watt", "value": 8}])
    sent = [{"op": "test", "path": "/watt", "value": 8}, {"op": "replace", "path": "/name", "value": "Hall"}]
    assert served("patch /lamps/{id}", id=key, body=[*sent, {"op": "remove", "path": "/watt"}])["name"] == "Hall"
    assert served("get /lamps/{id}", id=key) == {"id": key, "name": "Hall"}
    for bad in ({"op": "test", "path": "/name", "value": "x"}, {"op": "jump", "path": "/name"}, {"op": "remove"}):
        assert 400 <= served.status("patch /lamps/{id}", id=key, body=[bad]) < 500
    assert served("get /lamps/{id}", id=key)["name"] == "Hall"


def test_several_parameters_name_one_row_together() -> None:
    cell = obj(mark=TEXT)
    served = Served(
        web("get", "/board/{row}/{column}", cell), web("put", "/board/{row}/{column}", cell, body={"mark": TEXT})
    )
    assert served.operation("put /board/{row}/{column}").rules.count("I5") == 1
    first, second = served.rows("Board")[:2]
    place = {"row": first["row"], "column": first["column"]}
    served("put /board/{row}/{column}", **place, mark="x")
    assert served("get /board/{row}/{column}", **place)["mark"] == "x"
    assert served.status("get /board/{row}/{column}", row=first["row"], column=second["column"]) == 404


def test_there_are_no_more_rows_than_the_form_of_the_key_has_room_for() -> None:
    shade = obj(("name",), name={"type": "string", "enum": ["red", "green"]}, hex=TEXT)
    served = Served(web("get", "/shades", rows("Shade")), web("get", "/shades/{name}", ref("Shade")), Shade=shade)
    assert sorted(row["name"] for row in served("get /shades")) == ["green", "red"]


@pytest.mark.parametrize(
    ("steps", "difference"),
    [
        ([{"op": "move", "from": "/a/x", "path": "/b"}], {"a": {"x": None}, "b": 1}),
        ([{"op": "copy", "from": "/tags/0", "path": "/tags/-"}], {"tags": ["one", "two", "one"]}),
        ([{"op": "replace", "path": "/tags/1", "value": "new"}], {"tags": ["one", "new"]}),
        ([{"op": "add", "path": "/p~1q", "value": None}], {"p/q": None}),
    ],
)
def test_steps_of_a_patch(steps: list[dict[str, object]], difference: dict[str, object]) -> None:
    row = {"a": {"x": 1, "y": 2}, "tags": ["one", "two"]}
    assert patch_difference(row, steps) == difference
    assert row == {"a": {"x": 1, "y": 2}, "tags": ["one", "two"]}
