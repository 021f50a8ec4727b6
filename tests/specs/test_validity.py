from typing import Any

import pytest

from inftool.specs.validity import compiles, is_valid_schema, number_of


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, 3), (1.5, 1.5), ("7", 7), ("0.5", 0.5), ("x", None), (True, None), ("nan", None), ("inf", None), ([], None)],
)
def test_numbers_are_read_out_of_texts_too(value: Any, number: float | None) -> None:
    assert number_of(value) == number


def test_what_a_validator_takes() -> None:
    assert compiles("^a+$")
    assert not compiles("([")
    assert is_valid_schema({"type": "object", "properties": {"a": {}}})
    assert not is_valid_schema({"type": "colour"})
    assert not is_valid_schema({"$ref": "#/nowhere"})
