"""Every pure function, whatever it is given, answers with JSON or refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.functions.table import FUNCTIONS, call_function, parameters

NOW = "2026-07-01T09:00:00Z"
NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20), st.sampled_from(["2024-02-30", "km", "USD", "utc", "%Q", "1e999", "base64", "-1", "7"]),
    st.lists(NUMBERS | st.text(max_size=3), max_size=4),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_values(name: str, data: st.DataObject) -> None:
    needed, optional = parameters(name)
    values: dict[str, Any] = {parameter: data.draw(VALUES) for parameter in needed}
    values |= {parameter: data.draw(VALUES) for parameter in optional if data.draw(st.booleans())}
    try:
        result = call_function(name, values, 0, NOW)
    except Refusal:
        return
    json.dumps(result, allow_nan=False)
    assert result == call_function(name, values, 0, NOW)
