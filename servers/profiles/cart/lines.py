"""Lines of carts, and what can be done with them: add, set, take out, show, and turn into an order.

The lines are rows of the profile's own; the things in them are rows of the catalog, and orders are rows of theirs.
Which entities and fields these are, :mod:`.binding` has put into the operation's constants.
"""

from __future__ import annotations

from typing import Any

from inftool.servers.profiles.profile import Outcome
from inftool.servers.runtime.adding import add_row
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.machine import Machine
from inftool.servers.runtime.scope import Scope, caller
from inftool.servers.runtime.session import Row, Session, Stored

NAME = "cart"
MAX_LINES = 1_000
MAX_QUANTITY = 1_000_000
MAX_PRICE = 10**12
EXTRA = "extra:"
"""What the roles of arguments begin with that an order takes along as they are."""


def line_key(owner: str, item: str) -> str:
    """Return the key of the row that holds a line."""
    return f"{owner}/{item}"


def _owner(machine: Machine, session: Session, values: Row) -> str:
    """Return whose cart is meant: the one that is named, else the caller's, else the only one.

    Raises:
        Refusal: there is no such owner.
    """
    named = values.get("owner")
    if named is None:
        for entity in machine.actors:
            row = caller(machine, session, entity)
            return row.key
        return ""
    text = key_text(named) or ""
    people = values.get("owners")
    if people and session.get(people, text) is None:
        raise Refusal("missing", f"there is no {machine.entity(people).label} {text[:80]!r}")
    if values.get("opened") and session.get(NAME, f"{text}/", "") is None:
        raise Refusal("missing", f"there is no cart {text[:80]!r}")
    return text


def _lines(session: Session, owner: str) -> list[Row]:
    return [row for row in session.rows(NAME) if row["owner"] == owner and row.get("item") is not None]


def _thing(machine: Machine, session: Session, values: Row, item: Any) -> Stored | None:
    """Return the row of the catalog that an item is; None where there is no catalog.

    Raises:
        Refusal: the catalog has no such item.
    """
    found = _listed(machine, session, values, item)
    if found is None and values.get("catalog"):
        raise Refusal("missing", f"there is no {machine.entity(values['catalog']).label} {str(item)[:80]!r}")
    return found


def _listed(machine: Machine, session: Session, values: Row, item: Any) -> Stored | None:
    """Return the row of the catalog that an item is; None where there is none, or none any more."""
    catalog, by = values.get("catalog"), values.get("by")
    if not catalog:
        return None
    if by and by != machine.entity(catalog).key:
        return session.find(catalog, by, item)
    return session.get(catalog, key_text(item) or "")


def _check_stock(values: Row, thing: Stored | None, wanted: float) -> None:
    field = values.get("stock")
    held = thing.doc.get(field) if thing is not None and field else None
    if held is False or (isinstance(held, (int, float)) and held < wanted):
        raise Refusal("state", f"there is not enough in stock: {field} is {held}")


def _amount(values: Row, least: int = 1) -> int:
    amount = values.get("quantity", 1)
    whole = isinstance(amount, (int, float)) and not isinstance(amount, bool) and least <= amount <= MAX_QUANTITY
    if not whole or amount != int(amount):
        raise Refusal("invalid", f"quantity: a whole number from {least} to {MAX_QUANTITY} was expected")
    return int(amount)


def _shown(machine: Machine, session: Session, values: Row, lines: list[Row]) -> tuple[list[Row], float | None]:
    """Return the lines with what the catalog says of them, and their total; None where no price is known."""
    shown: list[Row] = []
    total: float = 0
    priced = bool(values.get("price"))
    for line in lines:
        entry: Row = {values.get("called", "item"): line["item"]}
        thing = _listed(machine, session, values, line["item"])
        if thing is not None:
            label = next((name for name in ("name", "title") if name in thing.doc), None)
            entry |= {label: thing.doc[label]} if label else {}
        price = thing.doc.get(values["price"]) if thing is not None and priced else None
        entry["quantity"] = line["quantity"]
        if isinstance(price, (int, float)) and abs(price) <= MAX_PRICE:
            entry["price"] = price
            entry["subtotal"] = round(price * line["quantity"], 2)
            total += price * line["quantity"]
        shown.append(entry)
    return shown, round(total, 2) if priced else None


def _view(machine: Machine, session: Session, values: Row, owner: str) -> Outcome:
    shown, total = _shown(machine, session, values, _lines(session, owner))
    named: Row = {"items": shown}
    if total is not None:
        named["total"] = total
    named["count"] = len(shown)
    text = "\n".join(f"{line['quantity']} x {next(iter(line.values()))}" for line in shown)
    return Outcome(named, text or "The cart is empty")


def _put(session: Session, owner: str, item: str, quantity: int) -> None:
    key, doc = line_key(owner, item), {"owner": owner, "item": item, "quantity": quantity}
    if session.get(NAME, key, "") is not None:
        session.put(NAME, key, "", doc)
        return
    if len(session.rows(NAME)) >= MAX_LINES:
        raise Refusal("invalid", f"there is room for {MAX_LINES} lines")
    session.insert(NAME, key, "", doc)


def _item(values: Row, thing: Stored | None) -> Any:
    """Return what a line keeps of an item: as the catalog spells it."""
    return thing.doc.get(values.get("by") or "", values["item"]) if thing is not None else values["item"]


def opened(machine: Machine, session: Session, values: Row) -> Outcome:
    """Make a new, empty cart."""
    number = session.next_id(NAME)
    while session.get(NAME, f"cart_{number}/", "") is not None:
        number = session.next_id(NAME)
    session.insert(NAME, f"cart_{number}/", "", {"owner": f"cart_{number}", "item": None})
    return Outcome({values.get("owner_called", "cart_id"): f"cart_{number}"}, f"cart_{number}")


def add(machine: Machine, session: Session, values: Row) -> Outcome:
    """Put something in; what is in already becomes more."""
    owner, quantity = _owner(machine, session, values), _amount(values)
    thing = _thing(machine, session, values, values["item"])
    item = _item(values, thing)
    held = session.get(NAME, line_key(owner, str(item)), "")
    quantity += held.doc["quantity"] if held is not None else 0
    _check_stock(values, thing, quantity)
    if held is None:
        _put(session, owner, str(item), quantity)
    doc = {"owner": owner, "item": item, "quantity": quantity}
    session.put(NAME, line_key(owner, str(item)), "", doc)
    return _view(machine, session, values, owner)


def change(machine: Machine, session: Session, values: Row) -> Outcome:
    """Set how many there are of something that is in; none takes it out."""
    owner, quantity = _owner(machine, session, values), _amount(values, least=0)
    thing = _thing(machine, session, values, values["item"])
    key = line_key(owner, str(_item(values, thing)))
    held = session.get(NAME, key, "")
    if held is None:
        raise Refusal("missing", f"{str(values['item'])[:80]!r} is not in the cart")
    _check_stock(values, thing, quantity)
    if quantity:
        session.put(NAME, key, "", {**held.doc, "quantity": quantity})
    else:
        session.delete(NAME, key, "")
    return _view(machine, session, values, owner)


def remove(machine: Machine, session: Session, values: Row) -> Outcome:
    """Take something out, or some of it where a number is given."""
    owner = _owner(machine, session, values)
    thing = _listed(machine, session, values, values["item"])
    key = line_key(owner, str(_item(values, thing)))
    held = session.get(NAME, key, "")
    if held is None:
        raise Refusal("missing", f"{str(values['item'])[:80]!r} is not in the cart")
    left = held.doc["quantity"] - _amount(values) if "quantity" in values else 0
    if left < 0:
        raise Refusal("state", f"there are only {held.doc['quantity']} in the cart")
    if left:
        session.put(NAME, key, "", {**held.doc, "quantity": left})
    else:
        session.delete(NAME, key, "")
    return _view(machine, session, values, owner)


def clear(machine: Machine, session: Session, values: Row) -> Outcome:
    """Take everything out."""
    owner = _owner(machine, session, values)
    for line in _lines(session, owner):
        session.delete(NAME, line_key(owner, str(line["item"])), "")
    return _view(machine, session, values, owner)


def view(machine: Machine, session: Session, values: Row) -> Outcome:
    """Show the lines with their prices and the total."""
    return _view(machine, session, values, _owner(machine, session, values))


def total(machine: Machine, session: Session, values: Row) -> Outcome:
    """Tell what everything costs together."""
    owner = _owner(machine, session, values)
    _, amount = _shown(machine, session, values, _lines(session, owner))
    return Outcome({"total": amount})


def count(machine: Machine, session: Session, values: Row) -> Outcome:
    """Tell how many things are in."""
    owner = _owner(machine, session, values)
    return Outcome({"count": sum(line["quantity"] for line in _lines(session, owner))})


def checkout(machine: Machine, session: Session, values: Row) -> Outcome:
    """Turn the cart into an order: the stock goes down, and the cart is empty; an empty one is refused."""
    owner = _owner(machine, session, values)
    lines = _lines(session, owner)
    if not lines:
        raise Refusal("state", "the cart is empty")
    shown, amount = _shown(machine, session, values, lines)
    for line in lines:
        thing = _thing(machine, session, values, line["item"])
        _check_stock(values, thing, line["quantity"])
        field = str(values.get("stock") or "")
        held = thing.doc.get(field) if thing is not None else None
        if thing is not None and isinstance(held, (int, float)) and not isinstance(held, bool):
            session.put(values["catalog"], thing.key, thing.parent, {**thing.doc, field: held - line["quantity"]})
        session.delete(NAME, line_key(owner, str(line["item"])), "")
    told = {name.removeprefix(EXTRA): value for name, value in values.items() if name.startswith(EXTRA)}
    return Outcome(_order(machine, session, values, owner, shown, amount, told), "The order was placed")


def _order(
    machine: Machine, session: Session, values: Row, owner: str, lines: list[Row], amount: float | None, told: Row
) -> Row:
    """Add the order; where orders are kept nowhere, only tell of it."""
    if not values.get("orders"):
        order_id = f"order_{session.next_id('order')}"
        return {"order_id": order_id, "items": lines, **({"total": amount} if amount is not None else {}), **told}
    entity = machine.entity(values["orders"])
    fields = values["order_fields"]
    wanted = values.get("line_fields")
    kept = [{name: line[name] for name in wanted if name in line} for line in lines] if wanted else lines
    given: Row = {fields["items"]: kept} | ({fields["total"]: amount} if amount is not None else {})
    if "owner" in fields and owner:
        given[fields["owner"]] = owner
    given |= {name: value for name, value in told.items() if name in entity.fields and name != entity.key}
    if values.get("first_state"):
        given[fields["state"]] = values["first_state"]
    return dict(add_row(machine, session, entity, {}, Scope(), fixed=given).doc)
