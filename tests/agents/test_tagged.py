import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool.agents.message import Malformed, Message, Tool, ToolCall
from inftool.agents.tagged import MAX_TEXT, TaggedFormat

FORMAT = TaggedFormat()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
CALLS = st.builds(ToolCall, name=st.text(), arguments=st.dictionaries(st.text(), JSON))


@given(st.lists(CALLS, min_size=1, max_size=3))
def test_what_is_written_is_read_back(calls: list[ToolCall]) -> None:
    message = Message(role="assistant", tool_calls=tuple(calls))
    assert FORMAT.parse(FORMAT.content(message)) == message


@given(st.text() | st.text('<>/tool_callthink{}[]":, \n\\u1', max_size=60))
def test_any_text_is_read(text: str) -> None:
    read = FORMAT.parse(text)
    if isinstance(read, Malformed):
        assert read.text == text
        assert read.reason
    assert isinstance(FORMAT.parse(f'<tool_call>{{"name": "x", "arguments": {{"a": {text}'), Malformed)


def test_text_beside_calls_and_thoughts() -> None:
    call = '<tool_call>{"name": "get", "arguments": {"tag": "</tool_call>"}}</tool_call>'
    read = FORMAT.parse(f"<think>Hm, <tool_call>?</think>\nOne moment.\n{call}\n\n{call} Done.")
    expected = ToolCall(name="get", arguments={"tag": "</tool_call>"})
    assert read == Message(role="assistant", content="One moment.\nDone.", tool_calls=(expected, expected))
    assert FORMAT.parse("  Hello. ") == Message(role="assistant", content="Hello.")
    assert FORMAT.parse('<tool_call>\n{"name": "now"}\n</tool_call>') == Message(
        role="assistant", tool_calls=(ToolCall(name="now"),)
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("<think>for ever", "empty"),
        ("</tool_call>", "expected <tool_call>"),
        ("<tool_call>", "call 1 is not JSON"),
        ("<tool_call>{}</tool_call>", "call 1: expected"),
        ("<tool_call>[]</tool_call>", "call 1: expected"),
        ('<tool_call>{"name": "x"}', "expected </tool_call>"),
        ('<tool_call>{"name": "x"} and</tool_call>', "expected </tool_call>"),
        ('<tool_call>{"name": "x"}</tool_call></tool_call>', "expected <tool_call>"),
        ('<tool_call>{"name": "x", "arguments": [1]}</tool_call>', "an object as arguments"),
        ('<tool_call>{"name": "x", "args": {}}</tool_call>', "unknown key 'args'"),
        ('<tool_call>{"name": "x", "arguments": {"a": NaN}}</tool_call>', "NaN is not JSON"),
        ('<tool_call>{"name": "x", "arguments": {"a": ' + "9" * 5_000 + "}}</tool_call>", "call 1 is not JSON"),
        ("<tool_call>" + "[" * 90_000, "nested too deeply"),
        ("<tool_call>" * MAX_TEXT, "longer than"),
        ('<tool_call>{"name": "x"}</tool_call><tool_call>{"name": 1}</tool_call>', "call 2"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    read = FORMAT.parse(text)
    assert isinstance(read, Malformed)
    assert reason in read.reason
    assert len(read.reason) < 200


def test_the_rest_of_the_dialogue() -> None:
    tool = Tool(name="get_pet", description="Grüße", input_schema={"type": "object"})
    assert '{"type": "function", "function": {"name": "get_pet", "description": "Grüße"' in FORMAT.system([tool])
    assert FORMAT.content(Message(role="tool", content="{}")) == "<tool_response>\n{}\n</tool_response>"
    assert FORMAT.content(Message(role="user", content="hi")) == "hi"
