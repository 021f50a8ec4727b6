"""Orders that name what is ordered line by line: stock that is taken, and what all of it costs (rules N1, N3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inftool.servers.compiler.amounts import number_places
from inftool.servers.compiler.plans import last_word
from inftool.servers.compiler.ripples import ORDERS, QUANTITIES, TOTALS, Ripples, price_of, stock_place
from inftool.servers.compiler.words import normal, singular_phrase, split, word_set
from inftool.servers.program import Check, Effect, Entity, Operand, RowRef
from inftool.specs.spec import JsonSchema

_KEY_ENDS = word_set("id uuid key sku code number isbn slug")
_BILLS = word_set("invoice bill quote quotation receipt")
_ROW = "line thing"


@dataclass(frozen=True)
class _Lines:
    """An argument of a create that holds the lines of an order."""

    argument: str
    key: str
    """The property of a line that names the row of :attr:`thing`."""
    thing: Entity
    quantity: str | None
    """The property that tells how many; None where a line is one."""

    @property
    def amount(self) -> Operand:
        """How many of one thing are ordered."""
        return Operand(argument=f"{self.argument}.{self.quantity}") if self.quantity else Operand(value=1)


def read_lines(
    entity: Entity,
    entities: Mapping[str, Entity],
    items: Mapping[str, JsonSchema],
    values: Mapping[str, str],
    found: Ripples,
) -> None:
    """Tell what follows for the things that a new order's lines name.

    Args:
        entity: of the order.
        entities: all entities, by name.
        items: argument that is a list of objects → schema of one of them, with its references inlined.
        values: argument → field that it sets.
        found: what follows so far; it is added to.
    """
    noun = last_word(entity)
    lines = _lines(entity, entities, items) if noun in ORDERS | _BILLS else None
    if lines is None:
        return
    total = next((n for n in entity.fields if normal(n) in TOTALS and n not in values.values()), None)
    place = stock_place(lines.thing) if noun in ORDERS else None
    price = price_of([name for name in number_places(lines.thing.fields) if "." not in name])
    if place is None and (total is None or price is None):
        return
    found.rows[_ROW] = RowRef(entity=lines.thing.name, argument=f"{lines.argument}.{lines.key}")
    if place is not None:
        found.checks.append(Check(row=_ROW, field=place, test="gte", than=lines.amount, reason="funds"))
        found.effects.append(Effect(row=_ROW, field=place, do="subtract", by=lines.amount))
        found.rules.append("N1")
        found.guesses.append(f"What a new {entity.label} lists is taken from {place!r} of the {lines.thing.plural}.")
    kinds = ("integer", "number")
    if total is not None and price is not None and entity.fields[total].schema_.get("type") in kinds:
        times = lines.amount if lines.quantity else None
        cost = Operand(row=_ROW, field=price, times=times)
        found.effects.append(Effect(field=total, do="set" if times else "add", by=cost))
        found.rules.append("N3")


def _lines(entity: Entity, entities: Mapping[str, Entity], items: Mapping[str, JsonSchema]) -> _Lines | None:
    """Find the only argument whose objects each name a row of another entity."""
    found: list[_Lines] = []
    for argument, schema in items.items():
        properties = schema.get("properties") or {}
        quantity = next((n for n in properties if split(n)[-1:] and split(n)[-1] in QUANTITIES), None)
        named = [(name, thing) for name in properties if (thing := _thing(name, entity, entities)) is not None]
        if len(named) == 1:
            found.append(_Lines(argument, named[0][0], named[0][1], quantity))
    return found[0] if len(found) == 1 else None


def _thing(name: str, order: Entity, entities: Mapping[str, Entity]) -> Entity | None:
    """The entity whose rows a property of a line names: ``product_id``, or a key that only one entity has."""
    words = split(name)
    if not words or words[-1] not in _KEY_ENDS:
        return None
    rows = [e for e in entities.values() if e.key and not e.singleton and e is not order and e.parent is None]
    if len(words) == 1:
        own = [e for e in rows if normal(e.key) == normal(name)] if words[0] != "id" else []
        return own[0] if len(own) == 1 else None
    noun = " ".join(singular_phrase(words[:-1]))
    return next((e for e in rows if e.label == noun), None) or next((e for e in rows if last_word(e) == noun), None)
