from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool.agents.message import Message, Tool, ToolCall
from inftool.agents.mutant import changed_arguments, dropped_calls, other_value

GOLD = [
    Message(
        role="assistant", tool_calls=(ToolCall(name="a", arguments={"x": 1}), ToolCall(name="b", arguments={"y": "s"}))
    ),
    Message(role="assistant", content="Done."),
]


@given(
    st.integers()
    | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9)
    | st.text()
    | st.booleans()
)
def test_other_value_differs_and_keeps_the_type(value: Any) -> None:
    other = other_value(value, {})
    assert other != value
    assert isinstance(other, type(value)) or (isinstance(value, float) and isinstance(other, float | int))


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ("a", {"enum": ["a", "b"]}),
        (10, {"maximum": 10}),
        ([1, 2], {"items": {"type": "integer"}}),
        ({"k": 1}, {}),
        ("", {}),
        ("2026-01-09", {}),
    ],
)
def test_other_value_fits_the_schema(value: Any, schema: dict[str, Any]) -> None:
    other = other_value(value, schema)
    assert other != value
    assert other in schema.get("enum", [other])
    assert not isinstance(other, int) or other <= schema.get("maximum", other)


def test_every_call_is_dropped_and_every_argument_changed_once() -> None:
    assert [name for name, _ in dropped_calls(GOLD)] == ["a", "b"]
    for name, script in dropped_calls(GOLD):
        assert name not in [call.name for message in script for call in message.tool_calls]
    tools = [Tool(name="a"), Tool(name="b")]
    assert [(call.name, argument) for call, argument, _ in changed_arguments(GOLD, tools)] == [("a", "x"), ("b", "y")]
