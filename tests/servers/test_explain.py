"""The story of one tool, and a correction that fits."""

import textwrap

import pytest
import yaml

from inftool.servers import open_program
from inftool.servers.explain import NoSuchTool, correction, explain
from inftool.servers.overrides import apply_overrides
from inftool.servers.program import ServerProgram
from inftool.servers.report import WIDTH
from inftool.specs import bundled

from .clinic import clinic

TEXT, INT = {"type": "string"}, {"type": "integer"}


def shop() -> ServerProgram:
    """A small program with checks, effects, a second row, a single object and a dispatch."""
    pay = {
        "kind": "transfer", "tool": "pay_order", "title": "Pay for an order", "entity": "Order", "key": "order_id",
        "key_field": "id", "rules": ["A1", "N1"], "shape": {"kind": "row"}, "errors": [{"status": 402}],
        "guesses": ["The whole total is paid."], "confidence": "medium",
        "rows": {"wallet": {"entity": "Wallet"}},
        "checks": [
            {"field": "status", "test": "eq", "than": {"value": "open"}},
            {"row": "wallet", "field": "balance", "test": "gte", "than": {"field": "total"}, "reason": "funds"},
        ],
        "effects": [
            {"field": "status", "by": {"value": "paid"}},
            {"row": "wallet", "field": "balance", "do": "subtract", "by": {"field": "total"}},
        ],
        "input_schema": {"type": "object", "properties": {"order_id": INT}, "required": ["order_id"]},
    }  # fmt: skip
    refund = {**pay, "tool": "orders", "kind": "action", "rules": ["A9"], "checks": [], "effects": [], "rows": {}}
    fields = {"id": {"schema": INT}, "status": {"schema": {"enum": ["open", "paid"]}}, "total": {"schema": {}}}
    return ServerProgram.model_validate({
        "name": "shop", "title": "Shop",
        "entities": {
            "Order": {"name": "Order", "label": "order", "plural": "orders", "key": "id", "fields": fields,
                      "ids": {"kind": "integer"}},
            "Wallet": {"name": "Wallet", "label": "wallet", "plural": "wallets", "key": "", "singleton": True,
                       "fields": {"balance": {"schema": {"type": "number"}}}},
        },
        "operations": [
            pay,
            {"kind": "dispatch", "tool": "orders", "argument": "do", "cases": {"pay": pay, "refund": refund},
             "rules": ["B1"],
             "input_schema": {"type": "object", "properties": {"do": TEXT, "order_id": INT}}},
            {"kind": "opaque", "tool": "sing", "reason": "It is a song.", "input_schema": {"type": "object"}},
        ],
    })  # fmt: skip


def test_the_whole_story() -> None:
    text = explain(shop(), "pay_order")
    assert "pay_order (Pay for an order): it moves an amount between an order and another row" in text
    for line in (
        "why      A1  A value of the state field fits the verb.",
        "The argument order_id names the row by its id.",
        "Besides, wallet is the only wallet.",
        'checks   its status must be "open" (else 409)',
        "the wallet's balance must be at least its total (else 402)",
        'changes  sets its status to "paid"',
        "takes its total from the wallet's balance",
        "answers  200, the order",
        "404 a row that is not there",
        "guessed  The whole total is paid.",
    ):
        assert " ".join(line.split()) in " ".join(text.split()), text


def test_the_snippet_is_valid_and_changes_nothing_but_the_mark() -> None:
    program = shop()
    text = explain(program, "pay_order")
    snippet = yaml.safe_load(textwrap.dedent(text.partition("--overrides:")[2]))
    assert snippet == correction(program, "pay_order")
    before, after = program.operation("pay_order"), apply_overrides(program, snippet).operation("pay_order")
    marks = {"rules": before.rules, "confidence": before.confidence}
    assert after.model_copy(update=marks) == before


def test_a_dispatch_and_its_cases() -> None:
    program = shop()
    text = explain(program, "orders")
    assert "it does one of 2 things, by its argument do" in text
    assert "cases    pay: it moves an amount" in text
    assert "records the call and its time, and nothing else" in explain(program, "orders:refund")
    snippet = correction(program, "orders:refund")
    assert snippet["operations"]["orders"]["cases"]["refund"]["kind"] == "transition"
    apply_overrides(program, snippet)
    with pytest.raises(NoSuchTool, match="orders has no case 'steal'; there are pay, refund"):
        explain(program, "orders:steal")


def test_what_is_opaque_says_why_and_how_it_could_be_corrected() -> None:
    text = explain(shop(), "sing")
    assert "not understood. It is a song." in text
    assert "an example, since what it does is not known" in text


@pytest.mark.parametrize(
    ("asked", "near"), [("pay_ordr", "pay_order"), ("PAY-ORDER", "pay_order"), ("order_list", "orders")]
)
def test_an_unknown_tool_is_answered_with_near_ones(asked: str, near: str) -> None:
    with pytest.raises(NoSuchTool, match=f"shop has no tool '{asked}'; did you mean .*{near}"):
        explain(shop(), asked)


@pytest.mark.parametrize("name", ["clinic", *bundled()])
def test_every_tool_can_be_explained_and_corrected(name: str) -> None:
    program = clinic() if name == "clinic" else open_program(name)
    for operation in program.operations[:60]:
        text = explain(program, operation.tool)
        prose = text.partition("To correct it")[0]
        assert max(map(len, prose.splitlines())) <= WIDTH
        apply_overrides(program, correction(program, operation.tool))
