import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool.agents.message import Malformed, Message, Tool, ToolCall
from inftool.agents.prompt import CompactFormat, read_action, write_calls

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
calls = st.builds(ToolCall, name=names, arguments=st.dictionaries(names | st.text(min_size=1), values, max_size=4))


@given(st.lists(calls, min_size=1, max_size=3))
def test_what_is_written_is_read_back(given_calls: list[ToolCall]) -> None:
    action = read_action(write_calls(given_calls))
    assert isinstance(action, Message), action
    assert list(action.tool_calls) == given_calls


@given(st.text() | st.text(alphabet="[]{}()\"'=,: abc01.-\\nu").map(lambda text: "[" + text))
def test_reading_is_total(text: str) -> None:
    action = read_action(text)
    if isinstance(action, Malformed):
        assert action.reason
    elif text.strip().startswith("["):
        assert action.tool_calls
    else:
        assert action.content == text.strip()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("[get(", "at the end"),
        ("[get(a=)]", "expected a value at character 7"),
        ("[get(a=1) and more]", "expected ']'"),
        ("[get(a=1)] done", "the end of the turn"),
        ("[get(a=1, a=2)]", "given twice"),
        ("[get(a=__import__('os'))]", "expected ','"),
        ("[get(a=1e999)]", "out of range"),
        ("[get(a=" + "9" * 80 + ")]", "longer than 64"),
        ("[" + "get(a=" + "[" * 200 + ")]", "nested deeper"),
        ("[" + "x" * 30_000, "longer than 20000"),
    ],
)
def test_malformed_says_what_was_expected(text: str, reason: str) -> None:
    action = read_action(text)
    assert isinstance(action, Malformed)
    assert reason in action.reason


def test_both_quotations_and_both_spellings_of_words() -> None:
    action = read_action("""[get(a='it\\'s "so"', b="é", c=true, d=None, e=[1, 2.5], f={'k': false})]""")
    assert isinstance(action, Message)
    assert action.tool_calls[0].arguments == {
        "a": 'it\'s "so"',
        "b": "é",
        "c": True,
        "d": None,
        "e": [1, 2.5],
        "f": {"k": False},
    }


def test_bare_words_are_texts_and_numbers_are_numbers() -> None:
    action = read_action("[buy(date=2026-03-12, kind=event, mail=a@b.co, n=-3, x=1.5e3, y=007, z=[a, 2])]")
    assert isinstance(action, Message)
    assert action.tool_calls[0].arguments == {
        "date": "2026-03-12",
        "kind": "event",
        "mail": "a@b.co",
        "n": -3,
        "x": 1500.0,
        "y": "007",
        "z": ["a", 2],
    }


def test_signature_is_short_and_shows_required_first() -> None:
    schema = {
        "type": "object",
        "properties": {
            "limit": {"type": "integer"},
            "status": {"enum": ["open", "closed"]},
            "tags": {"type": "array", "items": {"type": "string"}},
            "filter[gte]": {"type": ["number", "null"]},
        },
        "required": ["status"],
    }
    tool = Tool(name="list-tickets", description="List tickets. Newest first.", input_schema=schema)
    assert (
        CompactFormat().signature(tool)
        == 'list-tickets(status: open|closed, limit?: int, tags?: [str], "filter[gte]"?: float)  # List tickets'
    )


def test_results_are_shown_in_few_characters_and_cut() -> None:
    form = CompactFormat(max_result=60)
    result = {"id": 3, "name": "Blue Whale", "gone": None, "deep": {"a": {"b": {"c": {"d": 1}}}}}
    assert form.result(json.dumps(result)) == "{id: 3, name: Blue Whale, deep: {a: {b: {…}}}}"
    assert form.result(json.dumps(["x" * 50] * 9)).endswith("…")
    assert len(form.result(json.dumps(["x" * 50] * 9))) == 61
    assert form.result("not json") == "not json"


def test_several_rows_are_shown_by_what_tells_them_apart() -> None:
    row = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "petId": 7, "name": "Rex", "tags": ["x"], "owner": {"id": 1}}
    assert CompactFormat().result(json.dumps(row)) == "{a: 1, b: 2, c: 3, d: 4, e: 5, petId: 7, name: Rex}"
    assert (
        CompactFormat().result(json.dumps([row, row]))
        == "[{a: 1, b: 2, c: 3, petId: 7, name: Rex}, {a: 1, b: 2, c: 3, petId: 7, name: Rex}]"
    )


@given(values)
def test_showing_a_result_is_total(value: Any) -> None:
    assert len(CompactFormat().result(json.dumps(value))) <= 421
