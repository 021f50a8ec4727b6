import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inftool.agents.message import Malformed, Message, ToolCall
from inftool.envs import actions
from inftool.envs.actions import clean, to_action

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
CALL = {"name": "x", "arguments": {"a": 1}}


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def test_every_form_of_a_call_is_the_same_message() -> None:
    expected = Message(role="assistant", tool_calls=(ToolCall(name="x", arguments={"a": 1}),))
    openai = {"type": "function", "function": {"name": "x", "arguments": '{"a": 1}'}}
    answer = {"role": "assistant", "content": None, "tool_calls": [openai], "refusal": None}
    for form in (
        CALL,
        [CALL],
        (CALL,),
        {"tool_calls": [CALL]},
        expected,
        {"content": "", "tool_calls": [openai]},
        answer,
    ):
        assert to_action(form) == expected


def test_ids_are_kept_and_texts_are_replies() -> None:
    read = to_action({"tool_calls": [{"id": "call_9", "function": {"name": "x", "arguments": "{}"}}]})
    assert isinstance(read, Message)
    assert read.tool_calls[0].id == "call_9"
    assert to_action("") == Message(role="assistant", content="")
    assert to_action("Grüße 🙂") == Message(role="assistant", content="Grüße 🙂")


@pytest.mark.parametrize(
    ("garbage", "reason"),
    [
        (None, "NoneType"),
        (3, "int"),
        (b"x", "bytes"),
        ({}, "dict"),
        (object(), "object"),
        ({"role": "user", "content": "hi"}, "of the assistant"),
        ({"content": 4}, "text as content"),
        ({"tool_calls": 4}, "list of calls"),
        ({"tool_calls": [3]}, "call 1: expected an object"),
        ([CALL, {"arguments": {}}], "call 2: expected the name"),
        ({"name": 3}, "expected the name"),
        ({"name": "x", "arguments": [1]}, "object as arguments"),
        ({"name": "x", "arguments": "{"}, "not JSON"),
        ({"name": "x", "arguments": "[" * 100_000}, "not JSON"),
        ({"name": "x", "arguments": {"a": float("nan")}}, "not a JSON number"),
        ({"name": "x", "arguments": {"a": float("inf")}}, "not a JSON number"),
        ({"name": "x", "arguments": {"a": object()}}, "expected a JSON value"),
        ({"name": "x", "arguments": {"a": {1: 2}}}, "texts as keys"),
        ({"name": "x", "arguments": {"a": 1 << 20_000}}, "bits"),
        ({"name": "x", "arguments": {"a": nested(50)}}, "nested deeper"),
        ({"name": "x", "arguments": {"a": nested(200_000)}}, "nested deeper"),
        ({"name": "x", "arguments": {"a": [0] * (actions.MAX_VALUES + 1)}}, "values"),
        ({"name": "x" * (actions.MAX_CHARACTERS + 1)}, "characters"),
        ({"name": "x", "arguments": {"a": "y" * (actions.MAX_CHARACTERS + 1)}}, "characters"),
        (Message(role="user", content="hi"), "of the assistant"),
    ],
)
def test_what_cannot_be_read_is_malformed_and_says_why(garbage: Any, reason: str) -> None:
    read = to_action(garbage)
    assert isinstance(read, Malformed)
    assert reason in read.reason
    assert len(read.text) <= 500


@settings(max_examples=50)
@given(st.text() | st.fixed_dictionaries({"name": st.text(), "arguments": st.dictionaries(st.text(), JSON)}))
def test_what_is_read_can_be_written_as_utf8_json(action: Any) -> None:
    read = to_action(action)
    if isinstance(read, Message):
        json.dumps(read.to_openai(), ensure_ascii=False, allow_nan=False).encode()


def test_lone_surrogates_become_the_replacement_character() -> None:
    assert clean("a\ud800b\udfff") == "a\ufffdb\ufffd"
    read = to_action({"name": "\ud800", "arguments": {"\udc00": ["\ud83d"]}})
    assert isinstance(read, Message)
    assert read.tool_calls[0] == ToolCall(name="\ufffd", arguments={"\ufffd": ["\ufffd"]})


def test_arguments_become_pythons_own_types_and_private() -> None:
    arguments = {"n": np.int64(3), "x": np.float32(0.5), "t": (1, 2), "big": 10**400}
    read = to_action({"name": "x", "arguments": arguments})
    arguments["t"] = ()
    assert isinstance(read, Message)
    got = read.tool_calls[0].arguments
    assert got == {"n": 3, "x": 0.5, "t": [1, 2], "big": 10**400}
    assert [type(value) for value in got.values()] == [int, float, list, int]


def test_an_action_whose_repr_fails_is_malformed() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError

    assert to_action(Broken()) == Malformed(
        text="<Broken>", reason="expected a text, a call, a list of calls or a message, got Broken"
    )
