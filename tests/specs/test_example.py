import json

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from inftool.specs.example import schema_of_example

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=30,
)


@given(VALUES)
def test_an_example_satisfies_its_schema(value: object) -> None:
    assert jsonschema_rs.is_valid(schema_of_example(value), value)


def test_types_are_read() -> None:
    schema = schema_of_example(json.loads('{"id": 1, "tags": ["a"], "at": {"x": 1.5, "on": true}, "mixed": [1, "a"]}'))
    assert schema["properties"] == {
        "id": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "at": {"type": "object", "properties": {"x": {"type": "number"}, "on": {"type": "boolean"}}},
        "mixed": {"type": "array"},
    }
