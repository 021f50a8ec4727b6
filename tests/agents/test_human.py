import pytest

from inftool.agents.human import HumanAssistant, HumanUser, read_line
from inftool.agents.message import Malformed, Message, Tool

TOOL = Tool(
    name="update_pet",
    input_schema={
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "petId": {"type": "integer"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "ok": {"type": "boolean"},
        },
        "required": ["petId"],
    },
)


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("update_pet 3", {"petId": 3}),
        ("update_pet 3 'Blue Whale'", {"petId": 3, "name": "Blue Whale"}),
        (
            'update_pet petId=3 name="Blue Whale" tags=a,b ok=true',
            {"petId": 3, "name": "Blue Whale", "tags": ["a", "b"], "ok": True},
        ),
        ('update_pet(petId=3, name="7")', {"petId": 3, "name": "7"}),
        ("[update_pet(petId=3)]", {"petId": 3}),
        ("update_pet", {}),
        ("update_pet three", {"petId": "three"}),
    ],
)
def test_a_call_can_be_typed_in_many_ways(line: str, arguments: dict[str, object]) -> None:
    action = read_line(line, [TOOL])
    assert isinstance(action, Message)
    assert action.tool_calls[0].arguments == arguments


@pytest.mark.parametrize("line", ["", "   ", "update_pet 'open", "update_pet 1 2 3 4 5"])
def test_unreadable_lines_are_malformed(line: str) -> None:
    assert isinstance(read_line(line, [TOOL]), Malformed)


def test_other_text_is_a_reply() -> None:
    assert read_line("Which pet is it?", [TOOL]) == Message(role="assistant", content="Which pet is it?")


def test_seats_read_from_the_caller() -> None:
    assistant = HumanAssistant(lambda messages, tools: f"seen {len(messages)}")
    assert assistant.act([Message(role="user", content="hi")], []) == Message(role="assistant", content="seen 1")
    user = HumanUser(lambda message: "" if message is None else "bye", request="Delete pet 3.")
    assert user.open() == "Delete pet 3."
    assert user.reply(Message(role="assistant", content="x")) == "bye"
