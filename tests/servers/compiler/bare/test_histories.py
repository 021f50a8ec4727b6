"""Records that actions leave in a history: nested, beside the rows, empty in the state, and without a state (A10)."""

from typing import Any

import pytest

from inftool.servers import Kernel
from inftool.servers.compiler.compile import compile_spec
from inftool.servers.program import EntityOperation
from inftool.servers.runtime.session import Session
from inftool.specs.spec import ToolSpec

from ...making import INT, TEXT, bare, obj, spec

NUMBER = {"type": "number"}


def listed(name: str, **fields: Any) -> dict[str, Any]:
    return obj(**{name: {"type": "array", "items": obj(**fields)}})


CANTEEN = (
    bare("get_card", {"card_id": TEXT}),
    bare(
        "top_up_card",
        {"card_id": TEXT, "amount": NUMBER},
        description="Puts money on a card.",
        output_schema=obj(entry_id=TEXT, balance=NUMBER),
    ),
    bare(
        "pay_meal",
        {"card_id": TEXT, "amount": NUMBER},
        {"note": TEXT},
        description="Takes the price of a meal from a card.",
        output_schema=obj(entry_id=TEXT, balance=NUMBER),
    ),
    bare("block_card", {"card_id": TEXT}, description="Blocks a card."),
    bare("list_entries", {"card_id": TEXT}, description="Lists the entries of a card."),
)
CARDS = {
    "cards": {"C1": {"balance": 20.0, "blocked": False}, "C2": {"balance": 3.5, "blocked": False}},
    "entries": [
        {"id": "E-001", "card_id": "C1", "kind": "TOP_UP", "amount": 30.0, "balance_after": 30.0, "date": "2025-01-02",
         "note": None},
        {"id": "E-002", "card_id": "C1", "kind": "PAYMENT", "amount": -10.0, "balance_after": 20.0,
         "date": "2025-01-03", "note": "soup"},
    ],
}  # fmt: skip
WATER = (
    bare("get_meter", {"meter_id": TEXT}),
    bare("withdraw_credit", {"meter_id": TEXT, "amount": NUMBER}, description="Withdraws credit from a meter."),
    bare("deposit_credit", {"meter_id": TEXT, "amount": NUMBER}, description="Deposits credit onto a meter."),
    bare(
        "get_movements",
        {"meter_id": TEXT},
        description="Gets the movements of a meter.",
        output_schema=listed("movements", movement_id=INT, type=TEXT, amount=NUMBER),
    ),
)
METERS = {
    "meters": {
        "M1": {
            "credit": 50.0,
            "movements": [
                {"movement_id": 1, "type": "deposit", "amount": 60.0},
                {"movement_id": 2, "type": "withdrawal", "amount": 10.0},
            ],
        },
        "M2": {"credit": 5.0, "movements": []},
    }
}
ARCADE = (
    bare("get_player", {"player_id": TEXT}),
    bare("buy_tokens", {"player_id": TEXT, "quantity": INT}, description="Adds tokens to a player."),
    bare("redeem_tokens", {"player_id": TEXT, "quantity": INT}, description="Takes tokens from a player."),
    bare("get_history", {"player_id": TEXT}, description="Gets the history of a player."),
)
PLAYERS = {
    "players": {"P1": {"tokens": 20}, "P2": {"tokens": 3}},
    "history": [
        {"id": 1, "player_id": "P1", "action": "bought", "quantity": 20},
        {"id": 2, "player_id": "P2", "action": "bought", "quantity": 3},
    ],
}


class Desk:
    def __init__(self, tools: tuple[ToolSpec, ...], state: Any = None) -> None:
        self.program = compile_spec(spec(*tools), state=state)
        self.kernel = Kernel(self.program)
        self.session: Session = self.kernel.open()

    def __call__(self, tool: str, **arguments: Any) -> Any:
        result = self.kernel.call(self.session, tool, arguments)
        return "refused" if result.is_error else result.content

    def inserts(self, tool: str) -> list[str]:
        operation = self.program.operation(tool)
        assert isinstance(operation, EntityOperation)
        return [insert.entity for insert in operation.inserts]


def test_a_record_has_kind_sign_balance_date_and_note_as_the_state_shows_them() -> None:
    desk = Desk(CANTEEN, CARDS)
    assert desk("top_up_card", card_id="C2", amount=5) == {"entry_id": "E-003", "balance": 8.5}
    assert desk("pay_meal", card_id="C1", amount=4, note="pie") == {"entry_id": "E-004", "balance": 16.0}
    rows = {row["id"]: row for row in desk("list_entries", card_id="C1")["entries"]}
    day = rows["E-004"].pop("date")
    assert len(day) == len("2025-01-02")
    assert rows["E-004"] == {
        "id": "E-004", "card_id": "C1", "kind": "PAYMENT", "amount": -4, "balance_after": 16.0, "note": "pie",
    }  # fmt: skip
    [added] = desk("list_entries", card_id="C2")["entries"]
    assert (added["kind"], added["amount"], added["note"]) == ("TOP_UP", 5, None)


def test_a_guess_is_said_and_never_sure() -> None:
    operation = Desk(CANTEEN, CARDS).program.operation("top_up_card")
    assert "A10" in operation.rules
    assert operation.confidence == "medium"
    assert any("add one entry" in guess for guess in operation.guesses)


def test_an_action_that_the_history_tells_nothing_of_adds_no_record() -> None:
    assert Desk(CANTEEN, CARDS).inserts("block_card") == []


def test_records_lie_in_the_row_they_are_about() -> None:
    desk = Desk(WATER, METERS)
    desk("deposit_credit", meter_id="M2", amount=5)
    desk("withdraw_credit", meter_id="M1", amount=9)
    assert desk("withdraw_credit", meter_id="M2", amount=900) == "refused"
    assert desk("get_movements", meter_id="M2")["movements"] == [{"movement_id": 3, "type": "deposit", "amount": 5}]
    last = desk("get_movements", meter_id="M1")["movements"][-1]
    assert (last["type"], last["amount"]) == ("withdrawal", 9)


def test_without_a_state_a_listed_noun_of_histories_is_enough() -> None:
    desk = Desk(WATER)
    meter = desk.session.rows("Meter")[0]["meter_id"]
    before = desk("get_movements", meter_id=meter)["movements"]
    desk("deposit_credit", meter_id=meter, amount=5)
    [new] = [row for row in desk("get_movements", meter_id=meter)["movements"] if row not in before]
    assert (new["type"], new["amount"]) == ("deposit", 5)


def test_kinds_are_made_in_the_style_of_the_others() -> None:
    desk = Desk(ARCADE, PLAYERS)
    desk("buy_tokens", player_id="P1", quantity=3)
    desk("redeem_tokens", player_id="P1", quantity=2)
    rows = desk("get_history", player_id="P1")["history"]
    assert [(row["action"], row["quantity"]) for row in rows[1:]] == [("bought", 3), ("redeemed", 2)]
    assert desk("get_player", player_id="P1")["tokens"] == 21


def test_a_history_that_is_empty_everywhere_is_known_by_the_answers() -> None:
    answer = obj(movement_id=INT, credit=NUMBER)
    tools = tuple(
        tool.model_copy(update={"output_schema": answer})
        if tool.name in ("withdraw_credit", "deposit_credit")
        else tool
        for tool in WATER
    )
    state = {"meters": {"M1": {"credit": 50.0, "movements": []}, "M2": {"credit": 5.0, "movements": []}}}
    desk = Desk(tools, state)
    made = desk("deposit_credit", meter_id="M1", amount=5)
    assert made["credit"] == 55.0
    assert desk("get_movements", meter_id="M1")["movements"] == [
        {"movement_id": made["movement_id"], "type": "deposit", "amount": 5}
    ]
    assert desk("get_movements", meter_id="M2")["movements"] == []


@pytest.mark.parametrize("verb", ["add", "record", "create"])
def test_rows_that_a_tool_makes_are_no_by_product(verb: str) -> None:
    own = bare(f"{verb}_movement", {"meter_id": TEXT, "type": TEXT, "amount": NUMBER})
    assert Desk((*WATER, own), METERS).inserts("deposit_credit") == []


WALLET = (
    bare("get_balance", output_schema=obj(balance=NUMBER)),
    bare(
        "deposit",
        {"amount": NUMBER},
        description="Deposits money.",
        output_schema=obj(balance=NUMBER, transaction_id=INT),
    ),
    bare("withdraw", {"amount": NUMBER}, description="Withdraws money."),
    bare("get_transactions", description="Lists the transactions."),
)
FIRST = {"id": 1, "type": "DEPOSIT", "amount": 100.0, "status": "completed"}


@pytest.mark.parametrize(
    "state",
    [
        {"balance": 100.0, "transactions": [FIRST]},
        {"wallet": {"balance": 100.0}, "transactions": [FIRST]},
        {"wallet": {"balance": 100.0, "transactions": [FIRST]}},
    ],
)
def test_the_only_account_has_a_history_too(state: dict[str, Any]) -> None:
    desk = Desk(WALLET, state)
    assert desk("deposit", amount=5) == {"balance": 105.0, "transaction_id": 2}
    desk("withdraw", amount=7)
    assert desk("get_balance") == {"balance": 98.0}
    rows = desk("get_transactions")["transactions"]
    assert [(row["type"], row["amount"], row["status"]) for row in rows[1:]] == [
        ("DEPOSIT", 5, "completed"),
        ("WITHDRAWAL", 7, "completed"),
    ]


def test_the_reason_of_a_movement_is_known_by_its_values() -> None:
    tools = (
        bare("get_item", {"sku": TEXT}),
        bare("restock_item", {"sku": TEXT, "quantity": INT}, description="Adds to the stock."),
        bare("sell_item", {"sku": TEXT, "quantity": INT}, description="Removes sold pieces from the stock."),
        bare("list_movements", description="Lists stock movements."),
    )
    state = {
        "items": {"S1": {"name": "nut", "stock": 50}, "S2": {"name": "bolt", "stock": 5}},
        "movements": [
            {"id": 1, "sku": "S1", "change": 50, "reason": "restock", "stock_after": 50},
            {"id": 2, "sku": "S2", "change": -5, "reason": "sale", "stock_after": 5},
        ],
    }
    desk = Desk(tools, state)
    desk("restock_item", sku="S1", quantity=10)
    desk("sell_item", sku="S1", quantity=3)
    assert desk("list_movements")["movements"][2:] == [
        {"id": 3, "sku": "S1", "change": 10, "reason": "restock", "stock_after": 60},
        {"id": 4, "sku": "S1", "change": -3, "reason": "sale", "stock_after": 57},
    ]


def test_a_transfer_names_both_sides() -> None:
    tools = (
        bare("get_account", {"account_id": TEXT}),
        bare(
            "transfer_money",
            {"from_account": TEXT, "to_account": TEXT, "amount": NUMBER},
            description="Transfers money between accounts.",
            output_schema=obj(transaction_id=TEXT),
        ),
        bare("list_transactions", description="Lists the transactions."),
    )
    old = {"transaction_id": "T1", "from_account": "A1", "to_account": "A2", "amount": 5.0}
    desk = Desk(tools, {"accounts": {"A1": {"balance": 50.0}, "A2": {"balance": 5.0}}, "transactions": [old]})
    assert desk("transfer_money", from_account="A2", to_account="A1", amount=4) == {"transaction_id": "T2"}
    assert desk("list_transactions")["transactions"][1:] == [
        {"transaction_id": "T2", "from_account": "A2", "to_account": "A1", "amount": 4}
    ]
    assert desk("get_account", account_id="A1")["balance"] == 54.0


def test_one_record_a_row_is_still_a_history_with_two_sides() -> None:
    tools = (
        bare("get_box", {"box_id": TEXT}),
        bare("fund_box", {"box_id": TEXT, "amount": NUMBER}, description="Adds money to a cash box."),
        bare(
            "spend_from_box",
            {"box_id": TEXT, "amount": NUMBER, "description": TEXT},
            description="Takes money out of a cash box.",
        ),
        bare("get_ledger", {"box_id": TEXT}, description="Gets the ledger of a cash box."),
    )
    state = {
        "boxes": {"X1": {"balance": 5.0}, "X2": {"balance": 9.0}},
        "ledger": [
            {"entry_no": 1, "box_id": "X1", "direction": "credit", "amount": 5.0, "running_balance": 5.0},
            {"entry_no": 2, "box_id": "X2", "direction": "debit", "amount": 1.0, "running_balance": 9.0},
        ],
    }
    desk = Desk(tools, state)
    desk("fund_box", box_id="X2", amount=4)
    desk("spend_from_box", box_id="X2", amount=2, description="tea")
    assert desk("get_ledger", box_id="X2")["ledger"][1:] == [
        {"entry_no": 3, "box_id": "X2", "direction": "credit", "amount": 4, "running_balance": 13.0},
        {"entry_no": 4, "box_id": "X2", "direction": "debit", "amount": 2, "running_balance": 11.0},
    ]


def test_an_act_that_changes_no_field_is_logged_where_the_state_shows_it() -> None:
    tools = (
        bare("get_member", {"member_id": TEXT}),
        bare("check_in", {"member_id": TEXT}, description="Checks a member in."),
        bare("get_visit_log", {"member_id": TEXT}, description="Gets the log of visits of a member."),
    )
    state = {
        "members": {"M1": {"name": "A"}, "M2": {"name": "B"}},
        "visit_log": [{"member_id": "M2", "action": "check_in", "time": "2025-01-01T10:00:00Z"}],
    }
    desk = Desk(tools, state)
    desk("check_in", member_id="M1")
    [row] = desk("get_visit_log", member_id="M1")["logs"]
    assert (row["member_id"], row["action"]) == ("M1", "check_in")
    assert row["time"] > "2025-01-01"
