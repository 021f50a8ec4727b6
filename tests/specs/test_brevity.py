import copy
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inftool.specs import ToolSpec, load_document
from inftool.specs.brevity import AVERAGE, GRADES, LARGEST, brief, shorten, size_of

TEXT = (
    "This tells at some length what the value is for. It goes on with a second sentence. And it ends with a third one."
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 5) | st.sampled_from(["a", "b", "value7"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
LEAVES = st.sampled_from(
    [
        {"type": "string"}, {"type": "integer"}, {"type": ["boolean", "null"]}, {"enum": ["a", 1]}, {}, {"const": "b"},
        {"type": "string", "enum": [f"value{n}" for n in range(150)], "description": TEXT},
    ]
)  # fmt: skip


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda properties, required, extra: {
            "type": "object",
            "description": TEXT,
            "properties": properties,
            "required": [name for name in required if name in properties],
            **({} if extra is None else {"additionalProperties": extra}),
        },
        st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3),
        st.lists(st.sampled_from("abc"), unique=True),
        st.none() | st.just(False) | inner,
    )


SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: (
        objects(inner)
        | st.builds(lambda one: {"type": "array", "items": one}, inner)
        | st.dictionaries(st.sampled_from(["oneOf", "anyOf", "allOf"]), st.lists(inner, min_size=1), min_size=1)
        | st.builds(lambda one: {"not": one}, inner)
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(objects(SCHEMAS), st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3))
def test_what_was_valid_stays_valid_at_every_grade(schema: dict[str, Any], value: dict[str, Any]) -> None:
    before = copy.deepcopy(schema)
    valid = jsonschema_rs.is_valid(schema, value)
    for grade in GRADES:
        short = brief(schema, grade)
        assert jsonschema_rs.is_valid(short, value) or not valid
        assert short["type"] == "object"
        assert set(short["properties"]) == set(schema["properties"])
        assert short.get("required") == schema["required"]
        valid = jsonschema_rs.is_valid(short, value)
    assert schema == before


def nested(levels: int, width: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "description": TEXT}
    for _ in range(levels):
        schema = {"type": "object", "description": TEXT, "properties": {f"field{n}": schema for n in range(width)}}
    return schema


def tool_of(schema: dict[str, Any]) -> ToolSpec:
    return ToolSpec(name="t", description=TEXT, input_schema=copy.deepcopy(schema))


def test_short_lists_are_left_as_they_are() -> None:
    tools = [tool_of(nested(1, 3)) for _ in range(3)] + [tool_of(nested(2, 4))]
    before = copy.deepcopy(tools)
    shorten(tools)
    assert tools == before


@pytest.mark.parametrize(("levels", "width"), [(1, 30), (2, 8), (3, 5), (5, 3)])
def test_long_tools_come_down_to_the_average_and_short_ones_stay(levels: int, width: int) -> None:
    small = tool_of(nested(1, 1))
    tools = [small.model_copy(deep=True), tool_of(nested(levels, width)), tool_of(nested(levels, width))]
    shorten(tools)
    assert sum(map(size_of, tools)) <= AVERAGE * 3
    assert tools[0] == small
    assert len(tools[1].input_schema["properties"]) == width
    assert all("type" in one for one in tools[1].input_schema["properties"].values())
    assert tools[1].description


def test_a_single_tool_is_not_enormous_where_something_can_go() -> None:
    wide = {"type": "object", "properties": {f"argument{n}": {"type": "string"} for n in range(600)}}
    tools = [tool_of(nested(1, 1)) for _ in range(60)] + [tool_of(nested(3, 6)), tool_of(wide)]
    shorten(tools)
    assert AVERAGE < size_of(tools[-2]) <= LARGEST
    assert tools[-1].input_schema == wide


def test_an_enormous_enumeration_is_told_in_the_description() -> None:
    values = [f"value{n:04}" for n in range(280)]
    parameter = {"name": "zone", "in": "query", "schema": {"type": "string", "enum": values}}
    document = {"openapi": "3.0.0", "paths": {"/a": {"get": {"parameters": [parameter], "responses": {}}}}}
    zone = load_document(document, "x").tools[0].input_schema["properties"]["zone"]
    assert zone["type"] == "string"
    assert "enum" not in zone
    assert "One of 280: value0000, value0001" in zone["description"]
