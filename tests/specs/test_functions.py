import json
from pathlib import Path
from typing import Any

import pytest

from inftool.specs import SpecError, load, load_document

ARGUMENTS = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
BARE = {"name": "get_user", "description": "Gets a user.", "parameters": ARGUMENTS}
WRAPPED = {"type": "function", "function": BARE}


@pytest.mark.parametrize(
    "document",
    [[BARE], [WRAPPED], {"functions": [BARE]}, {"tools": [WRAPPED]}, BARE, {"model": "m", "tools": [WRAPPED]}],
)
def test_every_way_to_write_a_function_list(document: Any) -> None:
    spec = load_document(document, "My Functions")
    (tool,) = spec.tools
    assert (spec.name, spec.format) == ("my_functions", "openai-functions")
    assert (tool.name, tool.description, tool.input_schema, tool.http) == ("get_user", "Gets a user.", ARGUMENTS, None)


def test_definitions_are_inlined_and_bad_tools_skipped() -> None:
    parameters = {
        "$defs": {"Day": {"type": "string", "pattern": "(", "enum": ["mon", "tue"]}},
        "type": "dict",
        "properties": {"day": {"$ref": "#/$defs/Day"}, "cost": {"type": "float"}, "more": {"type": "any"}},
        "additionalProperties": False,
    }
    entries = [None, {"name": 5}, {"name": "plan", "parameters": parameters}, {"name": "plan", "parameters": "x"}]
    spec = load_document(entries, "f")
    assert [tool.name for tool in spec.tools] == ["plan", "plan_2"]
    assert spec.tools[0].input_schema == {
        "type": "object",
        "properties": {"day": {"type": "string", "enum": ["mon", "tue"]}, "cost": {"type": "number"}, "more": {}},
        "additionalProperties": False,
    }
    assert spec.tools[1].input_schema == {"type": "object", "properties": {}}
    assert [problem.place for problem in spec.problems] == ["/0", "/1", "/2/parameters/properties/day", "/3/parameters"]


def test_one_function_a_line(tmp_path: Path) -> None:
    path = tmp_path / "tools.jsonl"
    lines = [{"name": name, "parameters": {"type": "dict", "properties": {"x": {"type": "float"}}}} for name in "ab"]
    path.write_text("\n\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    spec = load(path)
    assert [tool.name for tool in spec.tools] == ["a", "b"]
    assert spec.tools[0].input_schema["properties"] == {"x": {"type": "number"}}
    path.write_text("\n".join([*map(json.dumps, lines), '{"name": "c", ']), encoding="utf-8")
    spec = load(path)
    assert ([tool.name for tool in spec.tools], [problem.place for problem in spec.problems]) == (["a", "b"], ["/2"])
    path.write_text('{"name": "a", "parameters": {}}\n{"name": ', encoding="utf-8")
    with pytest.raises(SpecError, match="broken JSON"):
        load(path)
