from typing import Any

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from inftool.specs.merge import flat_object, merge_all, merge_any, without_read_only

FIELD = st.sampled_from(
    [
        {"type": "string"},
        {"type": "integer"},
        {"type": "string", "enum": ["a", "b"]},
        {"type": "integer", "minimum": 2},
        {"type": ["string", "null"], "maxLength": 1},
        {"type": "array", "items": {"type": "integer"}},
        {},
    ]
)
OBJECT = st.builds(
    lambda fields, required: {
        "type": "object",
        "properties": fields,
        **({"required": sorted(set(required) & set(fields))} if set(required) & set(fields) else {}),
    },
    st.dictionaries(st.sampled_from("pqr"), FIELD, min_size=1),
    st.lists(st.sampled_from("pqr")),
)
VALUE = st.dictionaries(
    st.sampled_from("pqrs"), st.sampled_from([None, 1, 2, 3, "a", "b", "cc", [1], ["x"]]), max_size=4
)


@given(st.lists(OBJECT, min_size=1, max_size=3), VALUE)
def test_a_union_takes_whatever_a_variant_describes(schemas: list[dict[str, Any]], value: dict[str, Any]) -> None:
    described = [schema for schema in schemas if set(value) <= set(schema["properties"])]
    if any(jsonschema_rs.is_valid(schema, value) for schema in described):
        assert jsonschema_rs.is_valid(merge_any(schemas), value)


def test_all_of_unites_properties_and_tightens_bounds() -> None:
    merged = merge_all(
        [
            {
                "type": "object",
                "properties": {"a": {"type": "integer", "minimum": 1}},
                "required": ["a"],
                "description": "x",
            },
            {
                "properties": {"a": {"minimum": 3, "maximum": 9}, "b": {"type": ["string", "null"]}},
                "required": ["b", "a"],
            },
            {"properties": {"b": {"type": "string", "enum": ["u", "v"]}, "a": {"type": "number"}}, "description": "y"},
        ]
    )
    assert merged == {
        "type": "object",
        "properties": {
            "a": {"type": "integer", "minimum": 3, "maximum": 9},
            "b": {"type": "string", "enum": ["u", "v"]},
        },
        "required": ["a", "b"],
        "description": "y",
    }


def test_two_sets_of_variants_must_both_hold() -> None:
    merged = merge_all([{"oneOf": [{"type": "string"}]}, {"oneOf": [{"maxLength": 2}, {"minLength": 9}]}])
    assert jsonschema_rs.is_valid(merged, "ab")
    assert not jsonschema_rs.is_valid(merged, "abcd")
    assert not jsonschema_rs.is_valid(merged, 1)


def test_variants_of_a_body_become_one_object() -> None:
    card = {"type": "object", "properties": {"kind": {"type": "string", "enum": ["card"]}, "no": {"type": "string"}},
            "required": ["kind", "no"]}  # fmt: skip
    cash = {"type": "object", "properties": {"kind": {"type": "string", "enum": ["cash"]}, "no": {"type": "integer"}},
            "required": ["kind"]}  # fmt: skip
    assert flat_object({"oneOf": [card, cash], "description": "pay"}) == {
        "type": "object",
        "description": "pay",
        "properties": {
            "kind": {"type": "string", "enum": ["card", "cash"]},
            "no": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        },
        "required": ["kind"],
    }
    assert flat_object({"oneOf": [card, {"type": "string"}]}) is None
    assert flat_object({"type": "array", "items": card}) is None
    assert flat_object({"type": "object"}) is None
    only_required = {**card, "anyOf": [{"required": ["no"]}, {"required": ["kind"]}]}
    assert flat_object(only_required) == card


def test_variants_of_a_plain_value_share_the_looser_bounds() -> None:
    one = {"type": "object", "properties": {"zip": {"type": "string", "maxLength": 5, "pattern": "^[0-9]+$"}}}
    other = {"type": "object", "properties": {"zip": {"type": ["string", "null"], "maxLength": 9, "minLength": 1}}}
    assert merge_any([one, other])["properties"] == {"zip": {"type": ["string", "null"], "maxLength": 9}}


def test_read_only_properties_leave_a_request() -> None:
    schema = {
        "type": "object",
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "owner": {"type": "object", "properties": {"at": {"readOnly": True}, "name": {}}, "required": ["at"]},
        },
        "required": ["id"],
    }
    assert without_read_only(schema) == {
        "type": "object",
        "properties": {"owner": {"type": "object", "properties": {"name": {}}}},
    }
