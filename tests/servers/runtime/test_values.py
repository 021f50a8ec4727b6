"""Invented values: real-looking, inside the schema, and each derived from its own key."""

from __future__ import annotations

from datetime import date
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inftool.servers.runtime.draw import Draw
from inftool.servers.runtime.fitting import accepts
from inftool.servers.runtime.patterns import matches, text_for_pattern
from inftool.servers.runtime.values import value_for

TEXT = {"type": "string"}

FORMATS = ["date", "date-time", "email", "uuid", "uri", "ipv4", "ipv6", "hostname", "time"]
PATTERNS = [r"^[A-Z]{2}-\d{4}$", r"^cus_[0-9a-f]{24}$", r"^(a|b)+c?$", r"^\+?[1-9]\d{1,14}$"]


@st.composite
def scalars(draw: st.DrawFn) -> dict[str, Any]:
    """A schema of one value, of any kind that specifications use."""
    low, room = draw(st.integers(-80, 80)), draw(st.integers(0, 40))
    return draw(
        st.sampled_from(
            [
                {"type": "boolean"},
                {"type": "string", "minLength": abs(low), "maxLength": abs(low) + room},
                {"type": "integer", "minimum": low, "maximum": low + room},
                {"type": "number", "exclusiveMinimum": low},
                {"type": "integer", "multipleOf": room + 1, "minimum": 0, "maximum": (room + 1) * 5},
                {"type": "string", "format": draw(st.sampled_from(FORMATS))},
                {"type": "string", "pattern": draw(st.sampled_from(PATTERNS))},
                {"enum": draw(st.lists(st.text(max_size=5), min_size=1, max_size=4, unique=True))},
            ]
        )
    )


schemas = st.recursive(
    scalars(),
    lambda inner: st.one_of(
        st.builds(lambda item, n: {"type": "array", "items": item, "minItems": n}, inner, st.integers(0, 3)),
        st.builds(
            lambda fields: {"type": "object", "properties": fields, "required": list(fields)},
            st.dictionaries(st.sampled_from(["name", "price", "tags", "city", "x"]), inner, max_size=4),
        ),
        st.builds(lambda one, two: {"anyOf": [{"type": "null"}, one, two]}, inner, inner),
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(["name", "price", "email", "id", "zip", "count", "x", ""])


@settings(max_examples=250, deadline=None)
@given(schema=schemas, name=NAMES, key=st.integers())
def test_a_value_satisfies_its_schema_and_is_the_same_every_time(schema: dict[str, Any], name: str, key: int) -> None:
    value = value_for(schema, name, seed_key=key)
    assert jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value)
    assert value_for(schema, name, seed_key=key) == value


def test_a_new_field_changes_no_other() -> None:
    fields = {"name": TEXT, "price": {"type": "number"}}
    before = value_for({"type": "object", "properties": fields}, seed_key=3)
    after = value_for({"type": "object", "properties": {"color": TEXT, **fields, "city": TEXT}}, seed_key=3)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("email", r"^[a-z-]+\.[a-z-]+@example\.(com|org|net)$"),
        ("firstName", r"^[A-Z][a-z]+"),
        ("phoneNumber", r"^\+1-\d{3}-555-\d{4}$"),
        ("photoUrl", r"^https://\S+\.jpg$"),
        ("created_at", r"^2026-0[1-6]-\d\dT\d\d:\d\d:00Z$"),
        ("birth_date", r"^(19|20)\d\d-\d\d-\d\d$"),
        ("sku", r"^[A-Z]{3}-\d{4}$"),
        ("currencyCode", r"^[A-Z]{3}$"),
        ("version", r"^\d\.\d\.\d$"),
        ("ip_address", r"^192\.0\.2\.\d+$"),
    ],
)
def test_the_name_of_a_field_says_what_it_holds(name: str, pattern: str) -> None:
    for key in range(20):
        assert matches(pattern, value_for(TEXT, name, seed_key=key))


def test_one_row_agrees_with_itself() -> None:
    row = value_for(
        {"type": "object", "properties": dict.fromkeys(("first_name", "last_name", "email", "city", "country"), TEXT)},
        seed_key="row",
    )
    assert row["email"].startswith(f"{row['first_name'].lower()}.")
    cities = {value_for(TEXT, "city", seed_key=key): value_for(TEXT, "country", seed_key=key) for key in range(300)}
    assert all(
        cities[value_for(TEXT, "city", seed_key=key)] == value_for(TEXT, "country", seed_key=key) for key in range(99)
    )
    for key in range(50):
        day = {"type": "string", "format": "date"}
        start, end = (value_for(day, name, seed_key=key) for name in ("start_date", "end_date"))
        assert date.fromisoformat(start) < date.fromisoformat(end)


def test_names_fit_the_entity() -> None:
    assert {value_for(TEXT, "name", seed_key=key, label="customer").count(" ") for key in range(9)} == {1}
    assert "the" in value_for(TEXT, "title", seed_key=1, label="task")
    assert len({value_for(TEXT, "title", seed_key=key, label="article") for key in range(40)}) > 25


def test_prices_have_cents_and_enums_take_turns() -> None:
    for key in range(50):
        price = value_for({"type": "number", "minimum": 1}, "price", seed_key=key)
        assert price >= 1
        assert round(price, 2) == price
    options = ["a", "b", "c"]
    shown = [value_for({"enum": options}, "status", seed_key=(0, n), ordinal=n) for n in range(3)]
    assert sorted(shown) == options


def test_examples_come_first_and_lend_their_form() -> None:
    schema = {"type": "string", "examples": ["AB-1204-X"]}
    assert value_for(schema, "ref", seed_key=1, ordinal=0) == "AB-1204-X"
    others = {value_for(schema, "ref", seed_key=key, ordinal=5) for key in range(9)}
    assert len(others) > 5
    assert all(matches(r"^AB-\d{4}-X$", text) for text in others)


def test_hostile_schemas_stay_bounded() -> None:
    deep: dict[str, Any] = {"type": "object"}
    for _ in range(200):
        deep = {"type": "object", "properties": {"a": deep}, "required": ["a"]}
    value_for(deep, seed_key=1)
    assert len(value_for({"type": "string", "minLength": 10**9}, seed_key=1)) < 10_000
    assert len(value_for({"type": "array", "items": TEXT, "minItems": 10**9}, seed_key=1)) < 100
    value_for({"type": "string", "pattern": "(a+)+" * 60 + "$"}, "x", seed_key=1)
    assert not matches(r"^(a+)+$", "a" * 5000 + "b")


@given(st.sampled_from([r"^a{2,5}$", r"^[^/]{3,}$", r"^(x|y)z*$", r"^\w+@\w+\.\w{2,3}$"]), st.integers())
def test_texts_match_their_patterns(pattern: str, key: int) -> None:
    text = text_for_pattern(pattern, Draw(key).below)
    assert text is not None
    assert matches(pattern, text)


def test_what_cannot_be_made_is_said() -> None:
    assert text_for_pattern(r"^(?=x)x$", Draw(1).below) is None
    assert text_for_pattern("(", Draw(1).below) is None
    assert accepts({"type": ["string", "null"]}, None)
    assert not accepts({"type": "integer", "maximum": 3}, 4)
