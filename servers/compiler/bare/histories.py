"""Records that actions leave in a history: a deposit among the transactions of an account (rule A10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from inftool.servers.compiler.bare.answer import Answer
from inftool.servers.compiler.bare.evidence import HISTORIES
from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.bare.shaping import Shaped
from inftool.servers.compiler.bare.telling import told_verb
from inftool.servers.compiler.bare.things import Thing, World, deeds_of
from inftool.servers.compiler.inflection import forms
from inftool.servers.compiler.plans import ActionPlan
from inftool.servers.compiler.words import normal, split, word_set
from inftool.servers.program import Effect, Entity, Insert, Operand, Part

_KINDS = word_set("type kind action event operation activity direction")
_AMOUNTS = word_set("amount quantity qty value points units sum total delta change")
_AFTER = word_set("after balance remaining left resulting new running closing")
_TIMES = word_set("date time timestamp datetime at on when")
_PUT = word_set("credit in incoming inflow income plus add added deposit funding")
_TAKEN = word_set("debit out outgoing outflow expense minus remove removed withdrawal spending")
_TO = word_set("to receiver recipient target destination payee")
_FROM = word_set("from sender source origin payer")
_DATE = re.compile(r"^\d{4}-\d\d-\d\d$")
_SAMPLE = 20
_STYLES = ("done", "deed", "doing", "verb")


class Histories:
    """The histories of one world, and what each action leaves in them."""

    def __init__(self, world: World, entities: Mapping[str, Entity], names: Iterable[Named]) -> None:
        self._world = world
        self._entities = entities
        self._names = list(names)

    def keeps(self, record: Thing, thing: Thing) -> bool:
        """Whether rows of ``record`` tell what is done to rows of ``thing``, so that an action is no plain create.

        Args:
            record: what a tool answers the key of.
            thing: what the tool's own row is.
        """
        if record is thing or record.singleton or not self._linked(record, thing) or self._made(record):
            return False
        kind = self._kind_field(record)
        told = kind is not None and any(self._style(value) is not None for value in record.values(kind))
        return told or record.noun[-1] in HISTORIES

    def record(
        self, plan: ActionPlan, named: Named, thing: Thing, others: Mapping[str, Any], answer: Answer
    ) -> tuple[Thing, Insert] | None:
        """Find the record that an action leaves; None where nothing shows that it leaves one.

        Args:
            plan: what the action does.
            named: the tool.
            thing: what its row is.
            others: its arguments besides the row's key.
            answer: what it declares to answer.
        """
        for record in self._world.rows():
            if record is thing or record.whole or not self._linked(record, thing) or self._made(record):
                continue
            if record.name not in self._entities:
                continue
            values = self._values(plan, named, thing, others, record, _answers_key(record, named, answer))
            if values is not None:
                plan.add_rules("A10")
                plan.lower("medium", f"No tool says so outright, but it is taken to add one {record.label}.")
                return record, Insert(entity=record.name, values=values)
        return None

    # -- evidence ------------------------------------------------------------------------------------------------------

    def _linked(self, record: Thing, thing: Thing) -> bool:
        """Whether a record says which row it is about, or lies in it, or is of the one thing that there is."""
        if record.above is not None:
            return record.above is thing
        if record.references:
            return thing in record.references.values()
        told = bool(set(record.noun) & HISTORIES)
        return thing.singleton and (told or (bool(record.rows) and len(self._world.rows()) <= 2))

    def _made(self, record: Thing) -> bool:
        """Whether a tool makes such rows by name: they are then no by-product."""
        return any(
            named.kind in ("create", "update") and bool(named.noun) and self._world.called(named.single) is record
            for named in self._names
        )

    def _values(
        self,
        plan: ActionPlan,
        named: Named,
        thing: Thing,
        others: Mapping[str, Any],
        record: Thing,
        answered: bool,
    ) -> dict[str, Operand] | None:
        """Return the fields of a new record, None where the evidence is not enough."""
        amount = _amount(named, others, record)
        kind = self._kind_field(record)
        way = _way(plan)
        kind_value, seen = self._kind_value(named, record, kind, way) if kind is not None else (None, False)
        known = seen or (amount is not None and (kind is None or kind_value is not None))
        if plan.kind == "action" and not (seen or answered):
            return None
        if record.rows and not (known or answered):
            return None
        if not record.rows and not answered and not (amount is not None and record.noun[-1] in HISTORIES):
            return None
        values: dict[str, Operand] = {}
        if amount is not None:
            values[amount[1]] = _signed(Operand(argument=amount[0]), record, amount[1], kind, kind_value, way)
        if kind is not None and kind_value is not None:
            values[kind] = Operand(value=kind_value)
        for name in record.fields:
            if name not in values and name not in (record.key, record.owner):
                found = self._other(plan, named, thing, others, record, name, way)
                if found is not None:
                    values[name] = found
        return values

    def _kind_field(self, record: Thing) -> str | None:
        """Return the field that says what was done."""
        texts = []
        for name, schema in record.fields.items():
            kinds = schema.get("type")
            if kinds in ("string", None) or (isinstance(kinds, list) and "string" in kinds):
                texts.append(name)
        texts = [name for name in texts if name not in record.references and name not in (record.key, record.owner)]
        called = next((name for name in texts if set(split(name)[-1:]) & _KINDS), None)
        acts = (n for n in texts if any(self._style(value) is not None for value in record.values(n)[:_SAMPLE]))
        return called or next(acts, None)

    def _kind_value(self, named: Named, record: Thing, kind: str, way: int) -> tuple[str | None, bool]:
        """Return what a record calls an action, and whether the state shows just that.

        First comes a value that is there and a form of the verb, then one of the two sides of a ledger, then a new one
        in the form that the values have for the verbs of other tools.
        """
        held = [*record.values(kind), *(record.fields[kind].get("enum") or ())]
        texts = list(dict.fromkeys(value for value in held if isinstance(value, str)))
        mine = {form for verb in _verbs(named) for parts in _forms(verb).values() for form in parts}
        for text in texts:
            if normal(text) in mine:
                return text, True
        sides = {1: _PUT, -1: _TAKEN}
        verb = _verbs(named)[0]
        if way and texts and all({*split(text)} & (_PUT | _TAKEN) for text in texts):
            deed = next(iter(_forms(verb)["deed"]), verb)
            return next((text for text in texts if {*split(text)} & sides[way]), _cased(deed, texts[0])), False
        for text in texts:
            style = self._style(text)
            if style is not None and (made := _forms(verb)[style][:1]):
                return _cased(made[0], text), False
        if texts or record.rows:
            return None, False
        made = _forms(verb)["deed"] or (verb,)
        return made[0], False

    def _style(self, text: Any) -> str | None:
        """Return which form of some tool's verb a text is."""
        if not isinstance(text, str):
            return None
        for style in _STYLES:
            for named in self._names:
                if named.kind not in ("read", "list", "search") and any(
                    normal(text) in _forms(verb)[style] for verb in _verbs(named)
                ):
                    return style
        return None

    # -- values --------------------------------------------------------------------------------------------------------

    def _other(
        self,
        plan: ActionPlan,
        named: Named,
        thing: Thing,
        others: Mapping[str, Any],
        record: Thing,
        name: str,
        way: int,
    ) -> Operand | None:
        """Return what a field besides amount and kind holds; None where nothing is known."""
        words = split(name)
        kind = record.fields[name].get("type")
        receiver = plan.rows.get("receiver")
        if record.references.get(name) is thing:
            if receiver is not None and set(words) & _TO:
                return Operand(row="receiver", field=thing.key)
            wrong = receiver is None and ((set(words) & _TO and way < 0) or (set(words) & _FROM and way > 0))
            return None if wrong else Operand(field=thing.key)
        argument = next((a for a in others if normal(a) == normal(name)), None)
        if argument is not None:
            return Operand(argument=argument)
        if kind in ("number", "integer") and (left := _left(plan.effects, words)) is not None:
            return Operand(field=left)
        if set(words[-1:]) & _TIMES and kind in ("string", "integer"):
            dated = [value for value in record.values(name) if isinstance(value, str)]
            if dated and all(_DATE.match(value) for value in dated):
                self._entities[record.name].fields[name].schema_["format"] = "date"
            return Operand(clock=True)
        if name in thing.fields and name != thing.key and (name in thing.references or words[-1:] == ("currency",)):
            return Operand(field=name)
        held = record.values(name)
        whole = bool(held) and len(held) == len(record.rows)
        same = whole and all(isinstance(value, str) and value == held[0] for value in held)
        if same and (len(held) > 1 or words[-1:] == ("status",)):
            return Operand(value=held[0])
        if whole and None in held:
            return Operand(value=None)
        return None


def show_record(shaped: Shaped, record: Thing, name: str) -> None:
    """Let an answer show the record that was made, in the properties of which nothing is known."""
    for missing in [*shaped.missing]:
        if _names_key(record, missing):
            field = record.key
        else:
            found = record.field(missing, noun=False)
            if found is None or normal(found) != normal(missing) or found == record.owner:
                continue
            field = found
        shaped.shape.also[missing] = Part(row=name, field=field)
        shaped.missing.remove(missing)


def _answers_key(record: Thing, named: Named, answer: Answer) -> bool:
    return any(_names_key(record, name) for name in answer.properties if name not in named.arguments)


def _names_key(record: Thing, name: str) -> bool:
    """Whether a property of an answer is the key of a record: ``transaction_id``."""
    plain = normal(name)
    return plain in {"".join(noun) + "id" for noun in (record.noun, record.noun[-1:])} or (
        plain == normal(record.key) and plain != "id"
    )


def _amount(named: Named, others: Mapping[str, Any], record: Thing) -> tuple[str, str] | None:
    """Return the argument that says how much, and the field of the record that keeps it."""
    numbers = [n for n, schema in record.fields.items() if schema.get("type") in ("number", "integer")]
    numbers = [name for name in numbers if name not in record.references and name not in (record.key, record.owner)]
    sent = [a for a in others if named.type(a) in ("number", "integer")]
    for argument in sent:
        same = next((name for name in numbers if normal(name) == normal(argument)), None)
        if same is not None:
            return argument, same
    for argument in sent:
        like = [name for name in numbers if set(split(name)[-1:]) & _AMOUNTS and not set(split(name)) & _AFTER]
        if like and set(split(argument)) & _AMOUNTS:
            return argument, like[0]
    return None


def _way(plan: ActionPlan) -> int:
    """Return whether the action puts something to its row (1), takes it away (-1), or neither (0)."""
    ways = [effect.do for effect in plan.effects if effect.row == "row" and effect.do in ("add", "subtract")]
    return 0 if not ways else 1 if ways[0] == "add" else -1


def _left(effects: Iterable[Effect], words: tuple[str, ...]) -> str | None:
    """Return the number of the row that a field called like ``balance_after`` keeps."""
    for effect in effects:
        if effect.row == "row" and effect.do in ("add", "subtract") and effect.field:
            about = set(words) - _AFTER
            if set(words) & _AFTER and about <= set(split(effect.field)):
                return effect.field
    return None


def _signed(operand: Operand, record: Thing, amount: str, kind: str | None, value: Any, way: int) -> Operand:
    """Give an amount the sign that the state's rows of the same kind show, or where none are, those taken away."""
    like = [row for row in record.rows if kind is not None and row.get(kind) == value] or record.rows
    numbers = [row[amount] for row in like if isinstance(row.get(amount), int | float)]
    negative = [number for number in numbers if number < 0]
    less = bool(negative) and (len(negative) == len(numbers) if like is not record.rows else way < 0)
    return operand.model_copy(update={"times": Operand(value=-1)}) if less else operand


def _verbs(named: Named) -> list[str]:
    """Return the verb of a tool's name, and the one that its description begins with."""
    told = told_verb(named.tool.description)
    return [verb for verb in dict.fromkeys((named.verb, told)) if verb] or [""]


def _forms(verb: str) -> dict[str, tuple[str, ...]]:
    """Return the forms of a verb by style; deeds begin with the likeliest."""
    found = forms((verb,))
    deeds = tuple(dict.fromkeys((*found.deed, *sorted(deeds_of(verb) - {verb}))))
    return {"verb": (verb,), "done": found.done, "doing": found.doing, "deed": deeds}


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[:1].isupper() else word
