from typing import Any

import pytest

from inftool.specs import load_document
from inftool.specs.dialect import plain_arguments, plain_schema


def test_a_function_in_the_dialect() -> None:
    function = {
        "name": "Rooms.find",
        "description": "Find free rooms.",
        "parameters": {
            "type": "dict",
            "properties": {
                "city": {"type": "string", "description": "Where."},
                "size": {
                    "type": "string",
                    "description": 'How large. [Enum]: ["small", "large"]. Default is \'small\'.',
                },
                "price": {"type": "float", "description": "At most so much, default 99.5"},
                "near": {"type": "tuple", "items": {"type": "float"}, "description": "A place."},
                "guests": {"type": "array", "items": {"type": "dict", "properties": {"age": {"type": "any"}}}},
            },
        },
        "response": {"type": "dict", "properties": {"rooms": {"type": "array", "items": {"type": "dict"}}}},
    }
    spec = load_document([function], "rooms")
    (tool,) = spec.tools
    assert spec.problems == []
    assert tool.input_schema["required"] == ["city", "near", "guests"]
    properties = tool.input_schema["properties"]
    assert (properties["size"]["enum"], properties["size"]["default"]) == (["small", "large"], "small")
    assert (properties["price"]["type"], properties["price"]["default"]) == ("number", 99.5)
    assert (properties["near"]["type"], properties["near"]["items"]) == ("array", {"type": "number"})
    assert properties["guests"]["items"] == {"type": "object", "properties": {"age": {}}}
    assert tool.output_schema == {
        "type": "object",
        "properties": {"rooms": {"type": "array", "items": {"type": "object"}}},
    }


@pytest.mark.parametrize(
    ("kind", "text", "default"),
    [
        ("integer", "Pages. Defaults to 10.", 10),
        ("integer", "Pages (default: -3)", -3),
        ("integer", "The default is 10px", None),
        ("integer", "Default is 1.5", None),
        ("float", "Default value is 0.5.", 0.5),
        ("boolean", "Whether. Default is False", False),
        ("string", 'Unit. Default is "metric".', "metric"),
        ("string", "Unit. Default is metric.", "metric"),
        ("string", "The default is the current user", None),
        ("string", "Default is None.", None),
        ("array", "Default is []", None),
        ("string", "By default nothing happens", None),
    ],
)
def test_defaults_told_in_words(kind: str, text: str, default: Any) -> None:
    assert plain_schema({"type": kind, "description": text}).get("default") == default


@pytest.mark.parametrize(
    ("schema", "choices"),
    [
        ({"type": "string", "description": "[Enum]: [a, 'b', \"c\"]"}, ["a", "b", "c"]),
        ({"type": "integer", "description": "Enum: [1, 2]"}, [1, 2]),
        ({"type": "integer", "description": "[Enum]: [one, two]"}, None),
        ({"type": "string", "description": "[Enum]: []"}, None),
        ({"type": "boolean", "description": "[Enum]: [true]"}, None),
        ({"type": "string", "enum": ["x"], "description": "[Enum]: [a, b]"}, ["x"]),
    ],
)
def test_choices_told_in_words(schema: dict[str, Any], choices: list[Any] | None) -> None:
    assert plain_schema(schema).get("enum") == choices


def test_choices_of_a_list_are_those_of_its_items() -> None:
    schema = plain_schema({"type": "list", "items": {"type": "string"}, "description": "[Enum]: [a, b]"})
    assert schema["items"] == {"type": "string", "enum": ["a", "b"]}


def test_a_default_that_is_no_choice_is_none() -> None:
    assert "default" not in plain_schema({"type": "string", "enum": ["a"], "description": "Default is 'z'."})


@pytest.mark.parametrize(
    "declared",
    [
        [{"name": "a", "type": "str", "required": True}, {"name": "b", "type": "int"}, 5],
        {"a": {"type": "str", "required": True}, "b": {"type": "int"}},
        {"type": "object", "properties": {"a": {"type": "str"}, "b": {"type": "int", "optional": True}}},
    ],
)
def test_other_ways_to_write_the_arguments(declared: Any) -> None:
    plain = plain_arguments(declared)
    assert list(plain["properties"]) == ["a", "b"]
    assert plain["required"] == ["a"]


def test_types_as_programmers_write_them() -> None:
    assert plain_schema({"type": "List[str]"}) == {"type": "array", "items": {"type": "str"}}
    assert plain_schema({"type": "typing.Dict[str, int]"}) == {"type": "dict"}
    assert plain_schema({"type": "Optional[int]"}) == {"type": ["int", "null"]}


@pytest.mark.parametrize("odd", [None, 5, "x", True, {"type": 5}, {"properties": 3}, {"type": "[" * 300}])
def test_odd_values_pass(odd: Any) -> None:
    assert plain_arguments(odd) == odd
