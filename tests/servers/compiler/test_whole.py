"""Paths that keep one value as it was sent (rules E9, D4)."""

from typing import Any

from inftool.specs.spec import ToolSpec

from ..making import INT, TEXT, obj, ref, rows, web
from .serving import Served

WORDS = {"type": "array", "items": TEXT}
MAP = {"type": "object", "additionalProperties": WORDS}
TASK = obj(("task",), task=INT, status=TEXT)
SHOPS = (
    web("get", "/shops", rows("Shop")),
    web("post", "/shops", ref("Shop"), body={"name": TEXT}, required=("name",)),
    web("get", "/shops/{id}", ref("Shop")),
)
SHOP = obj(("id",), id=TEXT, name=TEXT)


def sent(method: str, path: str, value: dict[str, Any], output: dict[str, Any] | None = None) -> ToolSpec:
    """A tool whose whole body is one value."""
    tool = web(method, path, output, body={"body": value}, required=("body",))
    assert tool.http is not None
    tool.http.body_argument = "body"
    return tool


def test_a_map_is_read_as_it_was_put_and_is_empty_when_it_was_deleted() -> None:
    place = "/shops/{id}/synonyms"
    served = Served(
        *SHOPS, web("get", place, MAP), sent("put", place, MAP, TASK), web("delete", place, TASK), Shop=SHOP
    )
    first, second = (row["id"] for row in served("get /shops")[:2])
    other = served(f"get {place}", id=second)
    answered = served(f"put {place}", id=first, body={"cup": ["mug"], "a.b": []})
    assert answered.keys() >= {"task"}
    assert "value" not in answered
    assert served(f"get {place}", id=first) == {"cup": ["mug"], "a.b": []}
    served(f"put {place}", id=first, body={"lamp": ["light"]})
    assert served(f"get {place}", id=first) == {"lamp": ["light"]}
    served(f"delete {place}", id=first)
    assert served(f"get {place}", id=first) == {}
    assert served(f"get {place}", id=second) == other
    assert served(f"get {place}", id=served("post /shops", name="New")["id"]) == {}
    assert served.status(f"put {place}", id="none", body={}) == 404
    assert all(served.kind(f"{method} {place}")[2] == "high" for method in ("get", "put", "delete"))
    assert "E9" in served.operation(f"get {place}").rules
    assert "D4" in served.operation(f"delete {place}").rules


def test_a_patch_merges_into_a_map() -> None:
    flags = {"type": "object", "additionalProperties": {"type": "boolean"}}
    served = Served(web("get", "/flags", flags), sent("put", "/flags", flags), sent("patch", "/flags", flags, flags))
    served("put /flags", body={"dark": True, "beta": False})
    assert served("patch /flags", body={"beta": True}) == {"dark": True, "beta": True}
    assert served("get /flags") == {"dark": True, "beta": True}


def test_a_list_of_values_is_set_added_to_and_taken_from() -> None:
    place = "/shops/{id}/labels"
    served = Served(
        *SHOPS,
        web("get", place, WORDS),
        sent("put", place, WORDS, WORDS),
        sent("post", place, WORDS, WORDS),
        sent("delete", place, WORDS, WORDS),
        Shop=SHOP,
    )
    key = served("get /shops")[0]["id"]
    assert served(f"put {place}", id=key, body=["red", "old"]) == ["red", "old"]
    assert served(f"post {place}", id=key, body=["new"]) == ["red", "old", "new"]
    assert served(f"delete {place}", id=key, body=["old"]) == ["red", "new"]
    assert served(f"get {place}", id=key) == ["red", "new"]
    assert served.kind(f"post {place}")[2] == "medium"


def test_a_list_of_objects_without_keys_is_one_value() -> None:
    hours = {"type": "array", "items": obj(day=TEXT, opens=TEXT)}
    served = Served(web("get", "/hours", hours), sent("put", "/hours", hours))
    served("put /hours", body=[{"day": "Mon", "opens": "09:00"}])
    assert served("get /hours") == [{"day": "Mon", "opens": "09:00"}]


def test_a_plain_value_may_be_a_property_of_the_body() -> None:
    limit = {"type": "integer", "default": 10}
    served = Served(
        web("get", "/shops/limit", limit),
        web("put", "/shops/limit", body={"limit": INT}, required=("limit",)),
        web("delete", "/shops/limit", status=204),
    )
    served("put /shops/limit", limit=25)
    assert served("get /shops/limit") == 25
    served("delete /shops/limit")
    assert served("get /shops/limit") == 10


def test_settings_that_are_reset_are_still_there() -> None:
    settings = obj(theme={"type": "string", "default": "light"}, size=INT)
    reset = web("delete", "/settings", status=204)
    reset.title = "Reset the settings to their defaults"
    served = Served(web("get", "/settings", settings), web("patch", "/settings", settings, body={"theme": TEXT}), reset)
    served("patch /settings", theme="dark")
    served("delete /settings")
    assert served("get /settings")["theme"] == "light"


def test_rows_with_paths_of_their_own_and_questions_are_no_values() -> None:
    served = Served(
        web("get", "/keys", WORDS),
        sent("post", "/keys", obj(name=TEXT)),
        web("get", "/keys/{key}", TEXT),
        web("get", "/terms", MAP),
        web("get", "/rates", MAP, query={"day": TEXT}, required=("day",)),
        sent("put", "/rates", MAP),
        web("get", "/hits", WORDS),
        web("post", "/hits", WORDS, body={"text": TEXT, "size": INT}),
    )
    assert not any("E9" in operation.rules for operation in served.program.operations)
