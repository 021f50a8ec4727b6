"""Balances, stock, points and transfers."""

from typing import Any

import pytest

from .asking import INT, NUMBER, TEXT, checks, effects, entity, enum, plan

PURSE = entity("purse", balance=NUMBER, daily_limit=NUMBER, number=TEXT, currency=TEXT)
GOODS = entity("good", stock=INT, price=NUMBER, min_stock=INT, points=INT)
BILL = entity("bill", amount_remaining=INT, amount_paid=INT, status=enum("open", "paid"))


@pytest.mark.parametrize(
    ("words", "of", "argument", "wanted"),
    [
        ("deposit", PURSE, "amount", {"+balance": "$amount"}),
        ("withdraw", PURSE, "amount", {"-balance": "$amount"}),
        ("add funds", PURSE, "amount", {"+balance": "$amount"}),
        ("restock", GOODS, "quantity", {"+stock": "$quantity"}),
        ("add stock", GOODS, "quantity", {"+stock": "$quantity"}),
        ("redeem points", GOODS, "points", {"-points": "$points"}),
        ("adjust stock", GOODS, "delta", {"+stock": "$delta"}),
        ("pay", BILL, "amount", {"-amount_remaining": "$amount", "+amount_paid": "$amount"}),
        ("add price", PURSE, "amount", {}),
        ("deposit", entity("form", title=TEXT), "amount", {}),
    ],
)
def test_adjustments(words: str, of: Any, argument: str, wanted: dict[str, Any]) -> None:
    assert effects(words, of, arguments={argument: NUMBER}) == wanted


def test_amounts_are_positive_and_covered() -> None:
    assert checks("withdraw", PURSE, arguments={"amount": NUMBER}) == [
        ("amount", "gt", 0), ("balance", "gte", "$amount"),
    ]  # fmt: skip
    assert checks("deposit", PURSE, arguments={"amount": {"type": "number", "minimum": 1}}) == []
    overdrawn = entity("purse", balance=NUMBER, overdraft_limit=NUMBER)
    assert checks("withdraw", overdrawn, arguments={"amount": NUMBER}) == [("amount", "gt", 0)]


def test_paying_without_an_amount_is_a_state() -> None:
    assert effects("pay", BILL) == {"status": "paid"}


def test_transfers() -> None:
    found = plan("transfer", PURSE, arguments={"to_purse_id": TEXT, "amount": NUMBER})
    assert found is not None
    assert (found.kind, found.rows["receiver"].entity, found.rows["receiver"].key_field) == ("transfer", "Purse", None)
    assert ("to_purse_id", "ne", "id") in checks("transfer", PURSE, arguments={"to_purse_id": TEXT, "amount": NUMBER})
    by_number = plan("transfer", PURSE, arguments={"to_purse_number": TEXT, "amount": NUMBER})
    assert by_number is not None
    assert by_number.rows["receiver"].key_field == "number"
    assert plan("transfer", GOODS, arguments={"to": TEXT, "amount": NUMBER}) is None
    assert plan("transfer", PURSE, arguments={"to_shelf_id": TEXT, "amount": NUMBER}) is None


def test_transfers_between_two_fields() -> None:
    bank = entity("plan", checking=NUMBER, savings=NUMBER)
    ends = enum("checking", "savings")
    arguments = {"from_pot": ends, "to_pot": ends, "amount": NUMBER}
    assert effects("transfer", bank, arguments=arguments) == {"-from_pot": "$amount", "+to_pot": "$amount"}


def test_tallies() -> None:
    song = entity("song", stargazers_count=INT, plays=INT)
    assert effects("star", song) == {"+stargazers_count": 1}
    assert effects("unstar", song) == {"-stargazers_count": 1}
    assert checks("star", song, undo=True) == [("stargazers_count", "gt", 0)]
    assert effects("play", song) == {"+plays": 1}
