"""What making or removing a row does to other rows."""

from inftool.servers.compiler.ripples import read_ripples
from inftool.servers.program import Entity, EntityField

from .asking import INT, NUMBER, TEXT, entity, enum, said, value


def link(to: str, role: str = "reference") -> EntityField:
    return EntityField(schema_=TEXT, role=role, entity=to, required=True)


def read(of: Entity, *others: Entity, removed: bool = False) -> dict[str, object]:
    values = {} if removed else {name: name for name in of.fields if name not in ("id", "total")}
    found = read_ripples(of, {e.name: e for e in (of, *others)}, values, removed)
    assert all(ref.through in of.fields for ref in found.rows.values())
    return {said(effect): value(effect.by) for effect in found.effects}


def test_tallies() -> None:
    essay = entity("essay", notes_count=INT, note_limit=INT)
    note = entity("note", essay_id=link("Essay", "parent"), text=TEXT)
    assert read(note, essay) == {"+essayid.notes_count": 1}
    assert read(note, essay, removed=True) == {"-essayid.notes_count": 1}
    assert read(entity("picture", essay_id=link("Essay", "parent")), essay) == {}


def test_orders_take_from_the_stock_and_have_a_total() -> None:
    good = entity("good", stock=INT, price=NUMBER)
    order = entity("order", good_id=link("Good"), quantity=INT, total=NUMBER)
    assert read(order, good) == {"-goodid.stock": "$quantity", "total": "price"}
    basket = entity("basket entry", good_id=link("Good"), quantity=INT)
    assert read(basket, good) == {}
    assert read(order, good, removed=True) == {}


def test_moves_of_money() -> None:
    purse = entity("purse", balance=NUMBER)
    transfer = entity("transfer", from_purse=link("Purse"), to_purse=link("Purse"), amount=NUMBER)
    assert read(transfer, purse) == {"-frompurse.balance": "$amount", "+topurse.balance": "$amount"}
    assert read(entity("deposit", purse_id=link("Purse"), amount=NUMBER), purse) == {"+purseid.balance": "$amount"}
    sided = entity("transaction", purse_id=link("Purse"), amount=NUMBER, type=enum("credit", "debit"))
    assert read(sided, purse) == {"+purseid.balance": "$type", "-purseid.balance": "$type"}
    assert read(entity("invoice", purse_id=link("Purse"), amount=NUMBER), purse) == {}


def test_a_row_without_a_name_does_nothing() -> None:
    blank = entity("order", good_id=link("Good"), quantity=INT).model_copy(update={"label": ""})
    assert read(blank, entity("good", stock=INT)) == {}
