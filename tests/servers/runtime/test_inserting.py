"""Records that operations add beside their own row (rule A10)."""

from typing import Any

import pytest

from inftool.servers.explain import explain
from inftool.servers.overrides import OverrideError, apply_overrides
from inftool.servers.program import (
    ActionOperation,
    Effect,
    Entity,
    EntityField,
    IdForm,
    Insert,
    Operand,
    Part,
    ServerProgram,
    Shape,
)
from inftool.servers.runtime.kernel import Kernel, ProgramError

NUMBER, TEXT = {"type": "number"}, {"type": "string"}
PAY = ActionOperation(
    tool="pay",
    kind="adjust",
    entity="Purse",
    key="id",
    key_field="id",
    input_schema={
        "type": "object",
        "properties": {"id": TEXT, "amount": NUMBER, "note": TEXT},
        "required": ["id", "amount"],
    },
    shape=Shape(kind="empty", also={"line": Part(row="record", field="id"), "left": Part(field="money")}),
    effects=[Effect(field="money", do="subtract", by=Operand(argument="amount"))],
    inserts=[
        Insert(
            entity="Line",
            values={
                "amount": Operand(argument="amount", times=Operand(value=-1)),
                "left": Operand(field="money"),
                "note": Operand(argument="note"),
                "at": Operand(clock=True),
            },
        )
    ],
)


def program(*operations: ActionOperation, parent: str | None = "Purse") -> ServerProgram:
    fields = {"money": EntityField(schema={**NUMBER, "minimum": 0})}
    line = {name: EntityField(schema=NUMBER) for name in ("amount", "left")}
    line |= {"note": EntityField(schema=TEXT), "at": EntityField(schema={**TEXT, "format": "date"})}
    line["id"] = EntityField(schema={"type": "integer"}, role="id")
    if parent is not None:
        line["purse"] = EntityField(schema=TEXT, role="parent", entity=parent)
    return ServerProgram(
        name="purses",
        title="Purses",
        entities={
            "Purse": Entity(
                name="Purse", label="purse", plural="purses", key="id",
                fields={"id": EntityField(schema=TEXT, role="id"), **fields},
            ),
            "Line": Entity(
                name="Line", label="line", plural="lines", key="id", fields=line, parent=parent,
                ids=IdForm(kind="integer"),
            ),
        },
        initial={"Purse": [{"id": "a", "money": 9.0}, {"id": "b", "money": 1.0}], "Line": []},
        operations=list(operations or (PAY,)),
    )  # fmt: skip


def test_a_record_lies_under_its_row_and_sees_it_after_the_effects() -> None:
    kernel = Kernel(program())
    with kernel.open() as session:
        result = kernel.call(session, "pay", {"id": "a", "amount": 4})
        [row] = session.rows("Line")
        assert result.content == {"line": row["id"], "left": 5.0}
        assert (row["purse"], row["amount"], row["left"]) == ("a", -4, 5.0)
        assert len(row["at"]) == 10
        assert "note" not in row
        assert {change.entity for change in session.diff()} == {"Purse", "Line"}


def test_a_refused_call_leaves_no_record() -> None:
    kernel = Kernel(program())
    with kernel.open() as session:
        assert kernel.call(session, "pay", {"id": "b", "amount": 4}).is_error
        assert session.rows("Line") == []
        assert session.diff() == []


def test_equal_calls_give_equal_records() -> None:
    def rows() -> list[Any]:
        kernel = Kernel(program())
        with kernel.open() as session:
            for number in (1, 2):
                kernel.call(session, "pay", {"id": "a", "amount": number, "note": "x"})
            return session.rows("Line")

    assert rows() == rows()
    assert [row["left"] for row in rows()] == [8.0, 6.0]


def test_a_program_names_known_entities_and_fields() -> None:
    for insert, told in ((Insert(entity="Nope"), "Nope"), (Insert(entity="Line", values={"x": Operand()}), "'x'")):
        with pytest.raises(ProgramError, match=told):
            Kernel(program(PAY.model_copy(update={"inserts": [insert]})))


def test_overrides_are_checked_and_the_explanation_tells_of_records() -> None:
    assert "adds a line with amount" in explain(program(), "pay")
    change = {"operations": {"pay": {"inserts": [{"entity": "Line", "values": {"amuont": {"argument": "amount"}}}]}}}
    with pytest.raises(OverrideError, match="amuont"):
        apply_overrides(program(), change)
