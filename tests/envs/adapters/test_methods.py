import inspect
from typing import Any

import pytest
from transformers.utils import get_json_schema

from inftool.agents.message import Tool
from inftool.envs.adapters.methods import tool_methods
from inftool.envs.episode import offered
from inftool.servers import open_program

ODD = Tool(
    name="reset",
    description="Make one.\n\nArgs: none of this is a section. Returns: nor this.",
    input_schema={
        "type": "object",
        "properties": {
            "one-shot": {"type": "boolean", "default": False},
            "from": {"type": "string", "enum": ["sea", "land"], "description": "Where from.\n(choices: not json)"},
            "self": {"type": ["integer", "null"], "minimum": 3},
            "return": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}]},
            "address": {
                "type": "object",
                "properties": {"street": {"type": "string"}, "zip": {"type": "string"}},
                "required": ["street"],
            },
            "labels": {"type": "object", "additionalProperties": {"type": "number"}},
            "tags": {"type": "array", "items": {"enum": ["a", "b", None]}, "maxItems": 2},
            "anything": {},
            "one_shot": {"const": 4, "description": ""},
            "ünïcode": {"type": "number", "description": "A:\n  b: c"},
        },
        "required": ["from", "address"],
    },
)


def bound(tools: list[Tool], taken: tuple[str, ...] = ()) -> Any:
    def run(receiver: Any, tool: str, arguments: dict[str, Any]) -> Any:
        return tool, arguments

    return type("Tools", (), {method.member: method.bind(run) for method in tool_methods(tools, taken)})()


def test_odd_names_and_schemas() -> None:
    schema = get_json_schema(bound([ODD], taken=("reset",)).reset_)["function"]
    assert schema["name"] == "reset"
    assert schema["description"] == "Make one.\nArgs - none of this is a section. Returns - nor this."
    parameters = schema["parameters"]
    assert parameters["required"] == ["from_", "address"]
    assert parameters["properties"] == {
        "from_": {"type": "string", "enum": ["sea", "land"], "description": "Where from. (one of: not json)"},
        "address": {"type": "object", "description": "address (shape: {street: str, zip?: str})"},
        "one_shot": {"type": "boolean", "description": "one shot (default false)"},
        "self": {"type": "integer", "nullable": True, "description": "self (at least 3)"},
        "return_": {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}],
            "description": "return",
        },
        "labels": {"type": "object", "additionalProperties": {"type": "number"}, "description": "labels"},
        "tags": {
            "type": "array",
            "items": {"type": ["string", "null"], "enum": ["a", "b", None]},
            "description": "tags (most items 2)",
        },
        "anything": {"description": "anything"},
        "one_shot_": {"type": "integer", "enum": [4], "description": "one shot"},
        "ünïcode": {"type": "number", "description": "A: b: c"},
    }


def test_calls_go_by_the_tools_own_names() -> None:
    tools = bound([ODD], taken=("reset",))
    called = tools.reset_("sea", address={}, one_shot=True, one_shot_=4, made_up=1)
    assert called == ("reset", {"from": "sea", "address": {}, "one-shot": True, "one_shot": 4, "made_up": 1})
    with pytest.raises(TypeError, match="takes 10 arguments"):
        tools.reset_(*range(11))


def test_members_are_unique_and_public() -> None:
    names = ["get-user", "get.user", "_hidden", "3d", "class", "get_reward", "get_user"]
    methods = tool_methods([Tool(name=name) for name in names], taken=("get_reward",))
    assert [method.tool for method in methods] == names
    members = [method.member for method in methods]
    assert len(set(members)) == len(members)
    assert "get_reward" not in members
    assert all(member.isidentifier() and not member.startswith("_") for member in members)


@pytest.mark.parametrize("name", ["petstore", "lob", "docker", "notion", "swapi", "discovery_books"])
def test_bundled_programs_give_faithful_schemas(name: str) -> None:
    program = open_program(name)
    tools = offered(program, [operation.tool for operation in program.operations])
    methods = tool_methods(tools)
    object_ = bound(tools)
    for tool, method in zip(tools, methods, strict=True):
        shown = get_json_schema(getattr(object_, method.member))["function"]
        assert shown["name"] == tool.name
        assert shown["description"]
        own = {method.arguments.get(shown_name, shown_name): part for shown_name, part in properties(shown).items()}
        meant = tool.input_schema.get("properties", {})
        assert own.keys() == meant.keys()
        required = [method.arguments.get(one, one) for one in shown["parameters"].get("required", [])]
        assert sorted(required) == sorted(tool.input_schema.get("required", []))
        for argument, part in own.items():
            if isinstance(meant[argument].get("type"), str):
                assert part["type"] == meant[argument]["type"]
            if "enum" in meant[argument]:
                assert part["enum"] == meant[argument]["enum"]
            assert part["description"]
        assert inspect.signature(getattr(object_, method.member)).return_annotation is str


def properties(function: dict[str, Any]) -> dict[str, Any]:
    return function["parameters"]["properties"]
