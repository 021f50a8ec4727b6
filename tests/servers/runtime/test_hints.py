"""MCP annotations from kinds, checks and effects; that reads never write is checked in ``servers/checking``."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from inftool.servers.program import Operation
from inftool.servers.runtime.hints import tool_hints

_OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)
_EMPTY = {"type": "object", "properties": {}}


def operation(kind: str, **parts: object) -> Operation:
    base = {"kind": kind, "tool": kind, "input_schema": _EMPTY}
    if kind not in ("compute", "record", "opaque", "dispatch", "profile"):
        base |= {"entity": "Pet", "shape": {"kind": "row"}}
    return _OPERATION.validate_python({**base, **parts})


ROW = {"key": "id", "key_field": "id"}
ADDS = {"field": "count", "do": "add", "by": {"value": 1}}
SETS = {"field": "open", "by": {"value": True}}
FLIPS = {"field": "open", "by": {"field": "open", "mapped": {"true": False, "false": True}}}


@pytest.mark.parametrize(
    ("made", "reads", "destroys", "repeats"),
    [
        (operation("read", **ROW), True, False, True),
        (operation("read", **ROW, effects=[ADDS]), False, False, False),
        (operation("read", **ROW, effects=[SETS]), False, True, True),
        (operation("search"), True, False, True),
        (operation("vacancy", thing="Room", asks="times"), True, False, True),
        (operation("compute"), True, False, True),
        (operation("create"), False, False, False),
        (operation("create", effects=[SETS]), False, False, False),
        (operation("create", effects=[{**ADDS, "row": "stock", "do": "subtract"}]), False, True, False),
        (operation("update", **ROW), False, True, True),
        (operation("update", **ROW, steps="patch"), False, True, False),
        (operation("update", **ROW, effects=[ADDS]), False, True, False),
        (operation("delete", **ROW, effects=[ADDS]), False, True, True),
        (operation("link", keys="ids"), False, False, True),
        (operation("unlink", keys="ids"), False, True, True),
        (operation("toggle", **ROW, effects=[SETS]), False, True, True),
        (operation("toggle", **ROW, effects=[FLIPS]), False, True, False),
        (operation("transition", **ROW, effects=[SETS]), False, True, True),
        (operation("adjust", **ROW, effects=[ADDS]), False, True, False),
        (operation("record"), False, True, False),
        (
            operation("dispatch", argument="do", cases={"a": operation("read", **ROW), "b": operation("create")}),
            False, False, False,
        ),
    ],
)  # fmt: skip
def test_hints_follow_from_the_kind_and_what_it_does_besides(
    made: Operation, reads: bool, destroys: bool, repeats: bool
) -> None:
    assert tool_hints(made) == {
        "readOnlyHint": reads,
        "destructiveHint": destroys,
        "idempotentHint": repeats,
        "openWorldHint": False,
    }


def test_nothing_is_promised_of_what_was_not_understood() -> None:
    assert tool_hints(operation("opaque")) == {"openWorldHint": False}
    mixed = operation("dispatch", argument="do", cases={"a": operation("read", **ROW), "b": operation("opaque")})
    assert tool_hints(mixed) == {"openWorldHint": False}
