"""What making or removing a row does to other rows: tallies, stock, totals, balances (rules N1, N2, N3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inftool.servers.compiler.amounts import balance_place, number_places
from inftool.servers.compiler.plans import last_word
from inftool.servers.compiler.words import normal, singular, split, word_set
from inftool.servers.program import Check, Effect, Entity, Operand, RowRef
from inftool.specs.spec import JsonSchema

_TALLY_WORDS = word_set("count total num number of counter")
ORDERS = word_set("order purchase sale booking reservation rental ticket loan checkout redemption")
_LINES = word_set("item line")
_STOCKS = word_set(
    "stock stockquantity quantityinstock instock inventory inventoryquantity availablequantity quantityavailable "
    "availableseats seatsavailable availablecopies copiesavailable availableunits unitsavailable remainingseats "
    "seatsremaining remainingtickets ticketsremaining availabletickets ticketsavailable quantityonhand onhand "
    "stocklevel stockcount availablestock seatsleft remainingquantity quantity copies availablespots spotsavailable"
)
QUANTITIES = word_set("quantity qty seats tickets copies units guests")
TOTALS = word_set("total totalprice totalamount totalcost lineprice linetotal subtotal")
_PRICES = ("unitprice", "price", "unitcost", "cost", "rate", "fare")
_TRANSFERS = word_set("transfer payment transaction remittance movement")
_INS = word_set("deposit topup credit refill income")
_OUTS = word_set("withdrawal withdraw debit expense spending outcome")
_SIDES = {**dict.fromkeys(("deposit", "credit", "in", "topup", "income"), 1), **dict.fromkeys(
    ("withdrawal", "withdraw", "debit", "out", "expense", "payment"), -1)}  # fmt: skip
_FROM = word_set("from source sender payer debit debtor origin")
_TO = word_set("to destination dest target recipient receiver payee credit creditor beneficiary")
_VAGUE_STOCKS = word_set("quantity copies inventory")


@dataclass
class Ripples:
    """What follows from a new or removed row, ready for its operation."""

    rows: dict[str, RowRef] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)

    def ref(self, entity: str, through: str, optional: bool) -> str:
        """Return the name of the row that a field points at, added on first use."""
        name = f"{normal(through) or 'other'}"
        held = self.rows.get(name)
        if held is None:
            self.rows[name] = RowRef(entity=entity, through=through, optional=optional)
        elif not optional:
            held.optional = False
        return name


def read_ripples(
    entity: Entity, entities: Mapping[str, Entity], values: Mapping[str, str], removed: bool = False
) -> Ripples:
    """Tell what follows from a row that is made, or removed.

    Args:
        entity: of the row.
        entities: all entities, by name.
        values: argument → field that it sets; empty for a delete.
        removed: whether the row is removed.
    """
    found = Ripples()
    targets = {
        name: entities[f.entity]
        for name, f in entity.fields.items()
        if f.role in ("parent", "reference") and f.entity is not None and f.entity in entities and "." not in name
    }
    _tallies(entity, targets, removed, found)
    if not removed:
        by_field = {name: argument for argument, name in values.items()}
        _moves(entity, targets, by_field, found)
        _stock(entity, targets, by_field, found)
        _totals(entity, targets, by_field, found)
    found.rules = list(dict.fromkeys(found.rules))
    return found


def _tallies(entity: Entity, targets: Mapping[str, Entity], removed: bool, found: Ripples) -> None:
    """Keep ``comments_count`` of a post in step with its comments (rule N2)."""
    label = tuple(entity.label.split())
    for through, target in targets.items():
        held = entity.fields[through]
        owns = entity.parent == target.name or held.role == "parent" or held.required
        if target.name == entity.name or not owns:
            continue
        above = set(target.label.split())
        for name, row_field in target.fields.items():
            words = tuple(singular(word) for word in split(name) if word not in _TALLY_WORDS)
            counted = len(words) < len(split(name)) or split(name)[-1] != singular(split(name)[-1])
            kind = row_field.schema_.get("type")
            own = tuple(word for word in label if word not in above) or label
            if row_field.role == "data" and counted and words in (label, own) and kind in ("integer", "number"):
                row = found.ref(target.name, through, optional=True)
                found.effects.append(
                    Effect(row=row, field=name, do="subtract" if removed else "add", by=Operand(value=1))
                )
                found.rules.append("N2")
                break


def _amount(entity: Entity, by_field: Mapping[str, str]) -> str | None:
    """The argument that says how much money a new row moves."""
    for name in entity.fields:
        if split(name)[-1:] in (("amount",), ("value",)) and name in by_field:
            kind = entity.fields[name].schema_.get("type")
            if kind in ("integer", "number"):
                return by_field[name]
    return None


def _moves(entity: Entity, targets: Mapping[str, Entity], by_field: Mapping[str, str], found: Ripples) -> None:
    """Let deposits, withdrawals and transfers change the balances that they are about (rule N1)."""
    noun = last_word(entity)
    amount = _amount(entity, by_field)
    held = {name: place for name, target in targets.items() if (place := balance_place(target)) is not None}
    if amount is None or not held:
        return
    by = Operand(argument=amount)
    source = next((name for name in held if set(split(name)) & _FROM), None)
    target = next((name for name in held if set(split(name)) & _TO and name != source), None)
    if noun in _TRANSFERS and source is not None and target is not None:
        _take(targets, source, held[source], by, found)
        row = found.ref(targets[target].name, target, optional=False)
        found.effects.append(Effect(row=row, field=held[target], do="add", by=by))
    elif noun in _INS and len(held) == 1:
        [(name, place)] = held.items()
        found.effects.append(Effect(row=found.ref(targets[name].name, name, False), field=place, do="add", by=by))
    elif noun in _OUTS and len(held) == 1:
        [(name, place)] = held.items()
        _take(targets, name, place, by, found)
    elif noun in _TRANSFERS and len(held) == 1:
        [(name, place)] = held.items()
        if not _sided(entity, targets, name, place, amount, by_field, found):
            return
    else:
        return
    found.checks.insert(0, Check(argument=amount, test="gt", than=Operand(value=0), reason="invalid"))
    found.rules.append("N1")


def _sided(
    entity: Entity,
    targets: Mapping[str, Entity],
    name: str,
    place: str,
    amount: str,
    by_field: Mapping[str, str],
    found: Ripples,
) -> bool:
    """Read a transaction whose type says which way the money goes: ``credit`` or ``debit``."""
    for kind, argument in by_field.items():
        schema: JsonSchema = entity.fields[kind].schema_
        options = schema.get("enum")
        if split(kind)[-1:] not in (("type",), ("kind",), ("direction",)) or not isinstance(options, list):
            continue
        sides = {option: _SIDES.get(normal(option)) for option in options if isinstance(option, str)}
        if len(sides) < 2 or None in sides.values() or set(sides.values()) != {1, -1}:
            continue
        row = found.ref(targets[name].name, name, optional=False)
        parts = {
            side: Operand(
                argument=argument,
                mapped={option: int(way == side) for option, way in sides.items()},
                times=Operand(argument=amount),
            )
            for side in (1, -1)
        }
        found.checks.append(Check(row=row, field=place, test="gte", than=parts[-1], reason="funds"))
        found.effects.append(Effect(row=row, field=place, do="add", by=parts[1]))
        found.effects.append(Effect(row=row, field=place, do="subtract", by=parts[-1]))
        return True
    return False


def _take(targets: Mapping[str, Entity], name: str, place: str, by: Operand, found: Ripples) -> None:
    row = found.ref(targets[name].name, name, optional=False)
    found.checks.append(Check(row=row, field=place, test="gte", than=by, reason="funds"))
    found.effects.append(Effect(row=row, field=place, do="subtract", by=by))


def _stock(entity: Entity, targets: Mapping[str, Entity], by_field: Mapping[str, str], found: Ripples) -> None:
    """Let an order take what it orders from the stock (rule N1)."""
    if last_word(entity) not in ORDERS:
        return
    for name, target in targets.items():
        place = stock_place(target)
        if place is None or last_word(target) in ORDERS or name not in by_field:
            continue
        quantity = next((a for f, a in by_field.items() if split(f)[-1] in QUANTITIES), None)
        by = Operand(argument=quantity) if quantity is not None else Operand(value=1)
        _take(targets, name, place, by, found)
        if quantity is not None:
            found.checks.insert(0, Check(argument=quantity, test="gt", than=Operand(value=0), reason="invalid"))
        found.rules.append("N1")
        found.guesses.append(f"A new {entity.label} is taken from {place!r} of the {target.label}.")
        return


def stock_place(entity: Entity) -> str | None:
    """Return the field that says how many of a thing there are to be had; None where none does."""
    held = [n for n in number_places(entity.fields) if normal(n) in _STOCKS]
    plain = [n for n in held if normal(n) not in _VAGUE_STOCKS]
    priced = any(normal(n) in _PRICES for n in entity.fields)
    return next(iter(plain or (held if priced else [])), None)


def _totals(entity: Entity, targets: Mapping[str, Entity], by_field: Mapping[str, str], found: Ripples) -> None:
    """Work out the total of a new row from quantity and price (rule N3)."""
    noun = last_word(entity)
    if noun not in ORDERS | _LINES:
        return
    fields = entity.fields
    total = next((n for n in fields if normal(n) in TOTALS and n not in by_field), None)
    quantity = next((n for n in by_field if split(n)[-1] in QUANTITIES), None)
    if total is None or quantity is None or fields[total].schema_.get("type") not in ("integer", "number"):
        return
    times = Operand(argument=by_field[quantity])
    own = price_of(list(by_field))
    if own is not None:
        by = Operand(argument=by_field[own], times=times)
    else:
        priced = [(n, p) for n, t in targets.items() if n in by_field and (p := price_of(list(t.fields))) is not None]
        if len(priced) != 1:
            return
        [(name, price)] = priced
        if targets[name].fields[price].schema_.get("type") not in ("integer", "number"):
            return
        by = Operand(row=found.ref(targets[name].name, name, optional=True), field=price, times=times)
    found.effects.append(Effect(field=total, by=by))
    found.rules.append("N3")


def price_of(names: Sequence[str]) -> str | None:
    """Return the name, among some, that says what one costs; None where none does."""
    plain = {normal(name): name for name in reversed(names)}
    return next((plain[word] for word in _PRICES if word in plain), None)
