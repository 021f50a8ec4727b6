from typing import Any

import pytest

from inftool.specs import load_document

TOOL = {
    "name": "read_note",
    "title": "Read a note",
    "inputSchema": {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]},
    "outputSchema": {
        "type": "object",
        "properties": {"note": {"$ref": "#/$defs/N"}},
        "$defs": {"N": {"type": "string"}},
    },
    "annotations": {"readOnlyHint": True},
}


@pytest.mark.parametrize(
    ("document", "title"),
    [
        ({"tools": [TOOL]}, "notes"),
        ([TOOL], "notes"),
        ({"serverInfo": {"name": "note-server"}, "instructions": "Ask.", "tools": [TOOL]}, "note-server"),
        ({"jsonrpc": "2.0", "id": 1, "result": {"tools": [TOOL]}}, "notes"),
    ],
)
def test_every_way_a_tool_list_comes(document: Any, title: str) -> None:
    spec = load_document(document, "notes")
    (tool,) = spec.tools
    assert (spec.format, spec.title) == ("mcp-tools", title)
    assert (tool.title, tool.description, tool.annotations) == ("Read a note", "Read a note", {"readOnlyHint": True})
    assert tool.input_schema == TOOL["inputSchema"]
    assert tool.output_schema == {"type": "object", "properties": {"note": {"type": "string"}}}
