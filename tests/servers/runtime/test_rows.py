"""How a new row comes to be whole."""

from inftool.servers.program import EntityField
from inftool.servers.runtime.draw import Draw
from inftool.servers.runtime.rows import picked


def test_a_reference_names_a_row_whose_key_has_its_form_where_there_is_one() -> None:
    narrow = EntityField(schema_={"type": "string", "pattern": "^T"})
    wide = EntityField(schema_={"type": "string"})
    keys = ["E1", "E2", "T3", "E4"]
    draws = [Draw(number) for number in range(20)]
    assert {picked(draw, keys, str, narrow) for draw in draws} == {"T3"}
    assert {picked(draw, keys, str, wide) for draw in draws} == set(keys)
    assert {picked(draw, ["E1", "E2"], str, narrow) for draw in draws} == {"E1", "E2"}
