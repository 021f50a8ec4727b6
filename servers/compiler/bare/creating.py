"""What a bare tool makes, and what a new row holds: arguments, first states, stock and prices (C1, A6, N1)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inftool.servers.compiler.bare.aftermath import Moved
from inftool.servers.compiler.bare.answer import Answer
from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.bare.sessions import CURRENT
from inftool.servers.compiler.bare.telling import told_verb
from inftool.servers.compiler.bare.things import ID_ENDS, STRONG_ENDS, Thing, World, deeds_of
from inftool.servers.compiler.inflection import forms
from inftool.servers.compiler.words import normal, singular, split, word_list, word_set
from inftool.servers.program import Check, Effect, Entity, Operand, RowRef

_LOOSELY = word_set("open list record log save store set enroll record book")
_MAX_OPTIONS = 12
_MAKING = word_set("create add insert new register save store make set provision signup record log enroll open list")
_STATE_ENDS = word_set("status state phase stage")
_LEFT = word_set("available remaining free open current left initial")
_STOCKS = word_set(
    "stock inventory availability seats copies units quantity vacancies slots spots rooms tickets capacity"
)
_OPENINGS = word_set("slots times openings seats rooms vacancies dates places tables hours")
_QUANTITIES = word_set(
    "quantity qty count number amount units seats copies guests tickets passengers people nights shares"
)
_SPANS = word_set("nights days hours weeks months")
_PRICES = word_set("price cost fee rate fare")
_TOTALS = word_set("total price cost amount totalprice totalcost totalamount subtotal")
_MONEY = word_set("balance credit wallet funds cash budget purse")
_PAYING = re.compile(
    r"\b(deduct|charg|debit|takes? (?:its|the) price|paid from|pays? (?:with|from)|using the balance|from the "
    r"(?:balance|wallet|account))",
    re.IGNORECASE,
)
_UNIQUE = re.compile(
    r"\b(must be (?:new|unique)|unique|can(?:not)? be (?:used|registered) (?:once|twice)|not (?:yet |already )?"
    r"(?:exist|taken|in use|be taken)|no two)\b",
    re.IGNORECASE,
)
_EXISTS = re.compile(r"\bmust (?:already )?exist\b|\bexisting\b", re.IGNORECASE)
_TAKING = word_set("book reserve rent borrow checkout lend hire loan order purchase buy enroll register sell")
_AT_FIRST = word_set("active enabled available valid")
_AUTHORS = word_set("from sender author owner by creator user username organizer host reporter requester poster")
_WHO = word_set("user username userid owner author sender createdby creator customer account member")
_FAILS = re.compile(r"\bfails?\b|\bcannot\b|\bcan't\b|\bnot allowed\b|\bunless\b|\bif\b.*\brefused\b", re.IGNORECASE)
_NEW = re.compile(r"\b(?:a |the )?new\b", re.IGNORECASE)
_MUST = re.compile(r"\bmust be\b|\bonly\b|\brequires?\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


@dataclass
class CreatePlan:
    """What a create does beside adding the row."""

    values: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    refs: dict[str, RowRef] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Taken:
    """What a create takes of another row, to be given back when the row is cancelled."""

    through: str
    """The field of the new row that names the other."""
    target: Thing
    stock: str
    quantity: str | None
    """The field of the new row that says how much; None for one."""
    item: str | None = None
    """Where the stock is a list: the field of the new row that holds what was taken out of it."""


class Creating:
    """Plans the creates of one world."""

    def __init__(self, world: World, entities: Mapping[str, Entity]) -> None:
        self._world = world
        self._entities = entities
        self.taken: dict[str, list[Taken]] = {}
        """By entity: what its creates take of other rows."""
        self.moved: dict[str, list[Moved]] = {}
        """By entity: the numbers that its creates move from one place to another."""

    def made(self, named: Named, target: Thing | None, answer: Answer) -> Thing | None:
        """Return the thing that a tool makes a row of, None where it makes none (rules B2, C1)."""
        by_answer = self._answered(named, answer)
        if target is not None and not target.given and any(_is_fixed(named, target, a) for a in named.required):
            return None
        if named.kind in ("delete", "update", "read", "list", "search", "compute", "auth") and named.verb != "signup":
            return by_answer if by_answer is not None and self._left(named, by_answer) else None
        if by_answer is not None:
            return by_answer
        if named.kind not in ("create", "action"):
            return None
        keyed = {t.name for a in named.required if (t := self._keyed(named, a)) is not None}
        for owner in [target] if target is not None else self._world.rows():
            if owner.name in keyed and self._new(named, owner):
                return owner
        if named.kind == "action" and self._deed(named) is None:
            return target if target is not None and self._put_under(named, target, keyed) else None
        into = [t for p in ("to", "into", "in", "on") if (t := self._world.called(named.rest.get(p, ()))) is not None]
        if any(t.name in keyed and self._holds(t, named) for t in into):
            return None
        only_key = bool(named.required) and all(self._keyed(named, a) is target for a in named.arguments)
        if target is not None and target.rows and only_key and named.verb in _LOOSELY:
            return None
        if named.kind != "create":
            deed = self._deed(named)
            near = deed is not None and {t.name for t in deed.references.values()} & keyed
            return deed if deed is not None and near and deed.name not in keyed else None
        if target is not None and target.name not in keyed:
            return None if target.whole and named.verb not in _MAKING else target
        if target is not None and named.verb in _MAKING and not into:
            return target
        deed = self._deed(named)
        if deed is not None and deed.name not in keyed:
            about = {t.name for t in deed.references.values()} | ({deed.above.name} if deed.above else set())
            fits = any(deed.field(a) is not None for a in named.required)
            return deed if fits or not keyed or about & keyed else None
        if target is None and not named.noun:
            return next((t for t in into if t.name not in keyed), None)
        return None

    def enters(self, named: Named, answer: Answer) -> bool:
        """Whether a tool without a verb answers the key of a row whose fields it is sent: ``enter(plate)``."""
        thing = self._answered(named, answer)
        fit = thing is not None and any(thing.field(a, noun=False) is not None for a in named.required)
        return fit and thing is not None and thing.given and not told_verb(named.tool.description)

    def _put_under(self, named: Named, thing: Thing, keyed: Collection[str]) -> bool:
        """Whether a tool sends what a new row holds and the row it belongs to: ``leave_review(book_id, text)``."""
        about = {t.name for t in thing.references.values()} | ({thing.above.name} if thing.above is not None else set())
        held = [f for a in named.required if self._keyed(named, a) is None and (f := thing.field(a)) is not None]
        return thing.name not in keyed and bool(about & set(keyed)) and bool(held)

    def _left(self, named: Named, thing: Thing) -> bool:
        """Whether a verb of removal makes a row: ``drop_off(customer, garment)`` answers a ticket it was not sent."""
        fit = [a for a in named.required if thing.field(a, noun=False) is not None]
        return named.kind == "delete" and thing.given and len(fit) >= 2

    def _new(self, named: Named, thing: Thing) -> bool:
        """Whether a tool takes in a row that its caller names: ``check_in_sample(sample_id, kind, source)``."""
        others = [a for a in named.required if self._keyed(named, a) is not thing]
        fit = {f for a in others if (f := thing.field(a)) is not None}
        about = [singular(word) for word in split(named.tool.description)[1:4]]
        nouns = {*thing.noun, *split(thing.key)}
        told = _NEW.search(named.tool.description) is not None or bool(nouns & {*about[:2]})
        told = told and not any(thing.field(word, noun=False) in fit for word in about[:2] if word not in nouns)
        return told and len(fit) == len(others) > 0 and len(fit) * 2 >= len(thing.fields) - 1

    def _answered(self, named: Named, answer: Answer) -> Thing | None:
        """The thing whose key is answered and not sent: it was made."""
        rows = [t for a in named.arguments if (t := self._keyed(named, a)) is not None]
        sent = {t.name for t in rows}
        sent_fields = {normal(a) for a in named.arguments}
        target = self._world.called(named.single) if named.noun else None
        for name in answer.properties:
            words = split(name)
            if normal(name) in sent_fields or not words:
                continue
            thing = self._world.keyed(name, {"type": "string"}, named.single)
            if thing is None or thing.name in sent or thing.whole:
                continue
            if thing is not target and any(normal(held) == normal(name) for row in rows for held in row.fields):
                continue
            if words[-1] in STRONG_ENDS | {"number", "code", "no"} or normal(name) == normal(thing.key):
                return thing
        return None

    def _keyed(self, named: Named, argument: str) -> Thing | None:
        thing = self._world.keyed(argument, named.schema(argument), named.single)
        loose = thing is not None and not thing.rows and split(argument)[-1:] and split(argument)[-1] not in ID_ENDS
        return None if loose else thing

    def _holds(self, thing: Thing, named: Named) -> bool:
        """Whether a thing's rows have an array for what is added to them."""
        found = thing.field("_".join(named.noun))
        return found is not None and thing.fields[found].get("type") == "array"

    def _deed(self, named: Named) -> Thing | None:
        """The thing called after the verb: a booking where something is booked."""
        deeds = deeds_of(named.verb)
        for thing in self._world.rows():
            if thing.noun[-1] in deeds:
                return thing
        return None

    # -- plan ----------------------------------------------------------------------------------------------------------

    def plan(self, named: Named, thing: Thing, answer: Answer) -> CreatePlan:
        """Plan what a new row holds and what else is changed."""
        plan = CreatePlan()
        self._take_arguments(named, thing, plan)
        self._take_actor(thing, plan)
        self._start(named, thing, plan)
        self._take_stock(named, thing, plan)
        self._price(named, thing, plan)
        self._conditions(named, plan)
        return plan

    def _take_arguments(self, named: Named, thing: Thing, plan: CreatePlan) -> None:
        for argument in named.arguments:
            name = thing.field(argument)
            words = split(argument)
            if name is None and words[:1] and words[0] in ("initial", "starting", "opening", "first"):
                name = thing.field("_".join(words[1:]))
            target = self._keyed(named, argument)
            if name is None and target is not None:
                name = next(
                    (f for f, t in thing.references.items() if t is target and f not in plan.values.values()), None
                )
            below = thing.owner is not None and target in (None, thing.above)
            if name is None and below and argument in named.required:
                name = thing.owner if thing.owner not in plan.values.values() else None
            if name is not None and name not in plan.values.values():
                plan.values[argument] = name
                self._default(named, thing, argument, name)
                self._refer(named, thing, argument, name, plan)
                continue
            if target is not None and target is not thing and argument in named.required and not target.whole:
                plan.refs[argument + "_row"] = RowRef(entity=target.name, argument=argument)
            plan.guesses.append(f"The argument {argument!r} is not stored: no field of the {thing.label} fits it.")
        if thing.key in plan.values.values():
            self._entities[thing.name].ids.kind = "given"
            plan.rules.append("C3")

    def _default(self, named: Named, thing: Thing, argument: str, name: str) -> None:
        """Let a field be what the argument's schema says where the call leaves it out, or what rows begin with."""
        held = self._entities[thing.name].fields[name].schema_
        if "default" in named.schema(argument):
            held["default"] = named.schema(argument)["default"]
        elif argument not in named.required and thing.rows and name != thing.key and name not in thing.references:
            known, value = _first_value(thing, name, thing.fields[name])
            if not known:
                known, value = _left_open(thing, name, thing.fields[name])
            if known and value is not None:
                held.setdefault("default", value)

    def _refer(self, named: Named, thing: Thing, argument: str, name: str, plan: CreatePlan) -> None:
        """Make sure that what an argument names is there, and that what must be new is (rules F3, C3)."""
        target = thing.references.get(name)
        about = str(named.schema(argument).get("description") or "")
        if target is not None and named.type(argument) != "array":
            plan.refs[_row_name(target, plan)] = RowRef(
                entity=target.name, argument=argument, optional=argument not in named.required
            )
            plan.rules.append("F3")
        elif name != thing.key and (_UNIQUE.search(about) or _once(named, argument)):
            row = f"same_{name}"
            plan.refs[row] = RowRef(entity=thing.name, argument=argument, key_field=name, optional=True)
            plan.checks.append(Check(row=row, field=thing.key, test="unset", reason="conflict",
                                     message=f"a {thing.label} with this {argument} exists already"))  # fmt: skip
            plan.rules.append("C3")
        elif _EXISTS.search(about):
            single = self._world.variable(split(argument)) or self._world.variable(
                (*split(argument)[:-1], split(argument)[-1] + "s")
            )
            if single is not None and single[0].fields[single[1]].get("type") == "array" and not single[0].noun:
                plan.checks.append(Check(row="session", field=single[1], test="has", than=Operand(argument=argument),
                                         reason="reference"))  # fmt: skip

    def _take_actor(self, thing: Thing, plan: CreatePlan) -> None:
        """Set whose row it is, where somebody is logged in and the caller does not say (rule F6)."""
        session = next((t for t in self._world.singles() if not t.noun), None)
        if session is None:
            return
        taken = set(plan.values.values())
        for name in thing.fields:
            held = next((n for n in session.fields if name not in taken and _is_whose(session, n, thing, name)), None)
            if held is not None:
                plan.effects.append(Effect(field=name, by=Operand(row="session", field=held)))
                plan.rules.append("F6")
                return
        current = next((n for n in session.fields if _is_current(n)), None)
        if current is None:
            return
        for name in thing.fields:
            if name not in plan.values.values() and name != thing.key and normal(name) in _WHO:
                plan.effects.append(Effect(field=name, by=Operand(row="session", field=current)))
                plan.rules.append("F6")
                return
        if thing.owner is not None and thing.owner not in plan.values.values():
            plan.effects.append(Effect(field=thing.owner, by=Operand(row="session", field=current)))

    def _start(self, named: Named, thing: Thing, plan: CreatePlan) -> None:
        """Fill what the caller does not say: first states, zeros, empty lists, and what all rows have (rule A6)."""
        given = set(plan.values.values())
        set_already = {effect.field for effect in plan.effects}
        entity = self._entities[thing.name]
        for name, schema in thing.fields.items():
            if name == thing.key or name == thing.owner or name in given | set_already:
                continue
            if name in thing.references:
                if None in thing.values(name):
                    plan.constants[name] = None
                continue
            if entity.fields[name].role in ("created_at", "updated_at"):
                continue
            source = self._copied(named, name)
            if source is not None:
                plan.effects.append(Effect(field=name, by=Operand(argument=source)))
                if "default" in named.schema(source):
                    plan.constants[name] = named.schema(source)["default"]
                continue
            known, value = _spoken_value(named, thing, name) or self._like(thing, plan, name) or (
                _first_value(thing, name, schema)
            )  # fmt: skip
            if not known:
                known, value = _left_open(thing, name, schema)
            if known:
                plan.constants[name] = value
                plan.rules.append("A6")

    def _like(self, thing: Thing, plan: CreatePlan, name: str) -> tuple[bool, Any] | None:
        """Return the boolean that all rows have which are like the new one: drafts are read, letters of mine are."""
        if thing.fields[name].get("type") != "boolean":
            return None
        own = {e.field: e.by.field for e in plan.effects if e.by.row == "session" and e.by.field is not None}
        session = next((t.rows[0] for t in self._world.singles() if not t.noun and t.rows), {})
        known = {f: v for f, v in plan.constants.items() if isinstance(v, str)}
        alike = {f: session.get(variable) for f, variable in own.items()}
        for wanted in (known, alike):
            rows = [row for row in thing.rows if wanted and all(row.get(f) == v for f, v in wanted.items())]
            values = [row[name] for row in rows if name in row]
            if values and all(value is values[0] for value in values):
                return True, values[0]
        return None

    def _copied(self, named: Named, name: str) -> str | None:
        """The argument that a field starts as: ``available_copies`` as ``copies``."""
        words = split(name)
        if len(words) < 2:
            return None
        rest = words[1:] if words[0] in _LEFT else words[:-1] if words[-1] in _LEFT else ()
        return next((a for a in named.arguments if rest and split(a)[-len(rest) :] == rest), None)

    # -- other rows ----------------------------------------------------------------------------------------------------

    def _take_stock(self, named: Named, thing: Thing, plan: CreatePlan) -> None:
        """Take what is booked or bought off what there is of it (rule N1)."""
        quantity = next(
            (
                a
                for a in named.arguments
                if set(split(a)) & _QUANTITIES and named.type(a) == "integer" and not self._keyed(named, a)
            ),
            None,
        )
        for row, ref in list(plan.refs.items()):
            target = self._thing(ref.entity)
            if target is None or target is thing or ref.argument is None:
                continue
            stock = _stock_field(target)
            if through_list := _listed_in(named, target, plan):
                argument, listed = through_list
                item = Operand(argument=argument)
                plan.checks.append(Check(row=row, field=listed, test="has", than=item, reason="conflict"))
                plan.effects.append(Effect(row=row, field=listed, do="remove", by=item))
                plan.rules.append("A8")
                through = plan.values.get(ref.argument)
                if through is not None and argument in plan.values:
                    self.taken.setdefault(thing.name, []).append(
                        Taken(through, target, listed, None, plan.values[argument])
                    )
                continue
            flag = next((n for n, s in target.fields.items() if s.get("type") == "boolean" and
                         normal(n) in ("available", "isavailable", "instock")), None)  # fmt: skip
            through = plan.values.get(ref.argument)
            if stock is not None and (quantity is not None or named.verb in _TAKING):
                amount = Operand(argument=quantity) if quantity is not None else Operand(value=1)
                plan.checks.append(Check(row=row, field=stock, test="gte", than=amount, reason="funds"))
                plan.effects.append(Effect(row=row, field=stock, do="subtract", by=amount))
                plan.rules.append("N1")
                plan.guesses.append(f"What is taken comes off the {stock!r} of the {target.label}.")
                if through is not None:
                    held = plan.values.get(quantity or "")
                    self.taken.setdefault(thing.name, []).append(Taken(through, target, stock, held))
            elif flag is not None and named.verb in _TAKING:
                plan.checks.append(Check(row=row, field=flag, test="set"))
                plan.rules.append("A5")

    def _price(self, named: Named, thing: Thing, plan: CreatePlan) -> None:
        """Work out a total from a price and a quantity, and take it off a balance where the tool says so (rule N3)."""
        quantity = next(
            (
                a
                for a in named.arguments
                if set(split(a)) & (_QUANTITIES | _SPANS) and named.type(a) == "integer" and not self._keyed(named, a)
            ),
            None,
        )
        cost: Operand | None = None
        for row, ref in plan.refs.items():
            target = self._thing(ref.entity)
            price = next((n for n, s in (target.fields if target else {}).items()
                          if s.get("type") in ("number", "integer") and set(split(n)) & _PRICES), None)  # fmt: skip
            if price is not None and target is not thing:
                times = Operand(argument=quantity) if quantity is not None else None
                cost = Operand(row=row, field=price, times=times)
                for name, schema in thing.fields.items():
                    open_field = name not in plan.values.values() and schema.get("type") in ("number", "integer")
                    through = next((f for f, t in thing.references.items() if t is target), None)
                    held = plan.values.get(quantity or "")
                    priced = through is not None and _is_priced(thing, name, target, through, price, held)
                    if open_field and (normal(name) in _TOTALS or split(name)[:1] == ("total",) or priced):
                        plan.constants.pop(name, None)
                        plan.effects.append(Effect(field=name, by=cost))
                        plan.rules.append("N3")
                    elif open_field and normal(name) in ("unitprice", "priceperunit", "pricepernight"):
                        plan.constants.pop(name, None)
                        plan.effects.append(Effect(field=name, by=Operand(row=row, field=price)))
                break
        if not _PAYING.search(named.tool.description):
            return
        if cost is None:
            paid = next((a for a in named.arguments if set(split(a)) & (_PRICES | {"amount", "total"})), None)
            cost = Operand(argument=paid) if paid is not None else None
        if cost is not None:
            self._pay(cost, plan)

    def _pay(self, cost: Operand, plan: CreatePlan) -> None:
        for row, ref in [*plan.refs.items()]:
            target = self._thing(ref.entity)
            balance = balance_of(target) if target is not None else None
            if balance is not None:
                _take_money(row, balance, cost, plan)
                return
        for thing in self._world.singles():
            balance = balance_of(thing)
            if balance is not None:
                row = "session"
                if thing.noun:
                    row = "_".join(thing.noun)
                    plan.refs[row] = RowRef(entity=thing.name)
                _take_money(row, balance, cost, plan)
                return

    def _conditions(self, named: Named, plan: CreatePlan) -> None:
        """Read what the description demands of the rows that are named: not suspended, only active (rule A5)."""
        for sentence in _SENTENCE.split(named.tool.description[:2000]):
            fails, must = _FAILS.search(sentence), _MUST.search(sentence)
            if not fails and not must:
                continue
            spoken = set(split(sentence))
            for row, ref in plan.refs.items():
                target = self._thing(ref.entity)
                if target is None or not spoken & {*target.noun, *(word + "s" for word in target.noun)}:
                    continue
                for name, schema in target.fields.items():
                    words = split(name)
                    if schema.get("type") == "boolean" and words[-1] in spoken:
                        plan.checks.append(Check(row=row, field=name, test="unset" if fails else "set"))
                    elif words[-1] in _STATE_ENDS:
                        values = dict.fromkeys(v for v in target.values(name) if isinstance(v, str))
                        said = [v for v in values if set(split(v)) <= spoken]
                        if said:
                            test: Any = "not_in" if fails and not must else "in"
                            plan.checks.append(Check(row=row, field=name, test=test, than=Operand(value=said)))

    def _thing(self, name: str) -> Thing | None:
        return next((thing for thing in self._world.things if thing.name == name), None)


def _is_priced(thing: Thing, name: str, target: Thing | None, through: str, price: str, times: str | None) -> bool:
    """Whether the given rows have in a number the price of what they name, times their own quantity."""
    prices = {row.get(target.key): row.get(price) for row in target.rows} if target is not None else {}
    hits, held = 0, 0
    for row in thing.rows:
        cost, number = prices.get(row.get(through)), row.get(name)
        quantity = row.get(times) if times is not None else 1
        if all(isinstance(part, int | float) and part for part in (cost, number, quantity)):
            held += 1
            hits += abs(cost * quantity - number) < 0.005  # type: ignore[operator]
    return hits > 0 and hits * 2 >= held


def _listed_in(named: Named, target: Thing, plan: CreatePlan) -> tuple[str, str] | None:
    """Return the argument that is taken out of a list of a row, and the list: a slot of a doctor's slots (rule A8)."""
    for argument in named.required:
        words = split(argument)
        for name, schema in target.fields.items():
            plain = schema.get("type") == "array" and (schema.get("items") or {}).get("type") not in ("object", "array")
            last = split(name)[-1:]
            if plain and words and last and last[0] != words[-1] and singular(last[0]) == words[-1]:
                taking = named.verb in _TAKING | {"schedule", "reschedule", "make"} or last[0] in _STOCKS
                held = plan.values.get(argument) is not None
                return (argument, name) if taking and held and last[0] in _OPENINGS else None
    return None


def _is_fixed(named: Named, thing: Thing, argument: str) -> bool:
    """Whether an argument names one of a few rows that there always are: ``hopper: dark | mild``."""
    own = split(argument) in (thing.noun, thing.noun[-1:]) or argument == thing.key
    return own and bool(named.schema(argument).get("enum"))


def _row_name(target: Thing, plan: CreatePlan) -> str:
    name = "_".join(target.noun)
    return name if name not in plan.refs else f"{name}_{len(plan.refs)}"


def _take_money(row: str, balance: str, cost: Operand, plan: CreatePlan) -> None:
    plan.checks.append(Check(row=row, field=balance, test="gte", than=cost, reason="funds"))
    plan.effects.append(Effect(row=row, field=balance, do="subtract", by=cost))
    plan.rules.append("N1")
    plan.guesses.append(f"What it costs comes off {balance!r}.")


def balance_of(thing: Thing) -> str | None:
    """Return the field of a thing that holds money."""
    return next((n for n, s in thing.fields.items() if s.get("type") in ("number", "integer")
                 and set(split(n)) & _MONEY), None)  # fmt: skip


def _stock_field(thing: Thing) -> str | None:
    """Return the number of what is left of a thing: its stock, its free seats."""
    numbers = [name for name, schema in thing.fields.items() if schema.get("type") == "integer"]
    left = [n for n in numbers if set(split(n)) & {"available", "remaining", "left", "free"} and len(split(n)) > 1]
    plain = [
        n for n in numbers if split(n)[-1:] and split(n)[-1] in ("stock", "hand", "inventory", "available", "remaining")
    ]
    plain += [n for n in numbers if set(split(n)) & {"stock", "inventory"} and set(split(n)) & _STOCKS]
    return next(iter([*left, *plain]), None)


def _spoken_value(named: Named, thing: Thing, name: str) -> tuple[bool, Any] | None:
    """Return the known value that a create speaks of: ``drafts`` for ``start_draft``, ``sent`` for ``send_message``."""
    if thing.fields[name].get("type") not in ("string", None):
        return None
    known = [*(thing.fields[name].get("enum") or ()), *thing.values(name)]
    options = list(dict.fromkeys(value for value in known if isinstance(value, str)))
    done = forms((named.verb,)).done if named.verb and not set(split(name)[-1:]) & _STATE_ENDS else ()
    for value in options if len(options) <= _MAX_OPTIONS else ():
        if singular(normal(value)) in named.noun or normal(value) in done:
            return True, value
    return None


def _first_value(thing: Thing, name: str, schema: Mapping[str, Any]) -> tuple[bool, Any]:
    """Return (known, value) of a field of a new row that the caller does not give."""
    values = [row[name] for row in thing.rows if name in row]
    held = [value for value in values if value is not None]
    options = [o for o in schema.get("enum") or () if isinstance(o, str)] + [v for v in held if isinstance(v, str)]
    if split(name)[-1:] and split(name)[-1] in _STATE_ENDS and options:
        by_name = {normal(option): option for option in reversed(options)}
        firsts = [by_name[normal(state)] for state in _ORDERED_STATES if normal(state) in by_name]
        return True, firsts[0] if firsts else Counter(options).most_common(1)[0][0]
    by_name = {normal(option): option for option in reversed(options)}
    if options and schema.get("type") in ("string", None) and len(by_name) <= 8:
        firsts = [by_name[normal(state)] for state in _ORDERED_STATES if normal(state) in by_name]
        if firsts or schema.get("enum"):
            return True, firsts[0] if firsts else schema["enum"][0]
    if (
        len(values) > 1
        and all(repr(value) == repr(values[0]) for value in values)
        and not isinstance(values[0], (list, dict))
    ):
        return True, values[0]
    if None in values and values:
        return True, None
    kind = schema.get("type")
    if kind == "boolean":
        return True, bool({*split(name)} & _AT_FIRST) and True in values
    if kind == "array":
        return True, []
    if kind == "object" and held and any(value == {} for value in held):
        return True, {}
    if kind == "object" and held and all(_counts(value) and value.keys() == held[0].keys() for value in held):
        return True, dict.fromkeys(held[0], 0)
    if (
        kind in ("integer", "number")
        and held
        and (0 in held or split(name)[-1] in ("count", "balance", "points", "score"))
    ):
        return True, 0 if kind == "integer" else 0.0
    if kind == "string" and "" in held:
        return True, ""
    return False, None


def _left_open(thing: Thing, name: str, schema: Mapping[str, Any]) -> tuple[bool, Any]:
    """Return (known, value) of a field that all given rows have, and of which a new row can have nothing yet."""
    words = split(name)
    always = bool(thing.rows) and all(name in row for row in thing.rows)
    if not always or thing.whole or words[-1:] in (("at",), ("date",), ("time",), ("timestamp",), ("id",)):
        return False, None
    kind = schema.get("type")
    return (kind == "string", None) if kind in ("string", "object") else (kind in ("integer", "number"), 0)


def _counts(value: Any) -> bool:
    """Whether an object holds nothing but numbers: what is left of each kind."""
    return isinstance(value, dict) and all(type(part) in (int, float) for part in value.values())


def first_state(options: Sequence[str]) -> str | None:
    """Return the value that a state begins with, None where none of them is known as one."""
    by_name = {normal(option): option for option in reversed(list(options)) if isinstance(option, str)}
    return next((by_name[normal(state)] for state in _ORDERED_STATES if normal(state) in by_name), None)


_ORDERED_STATES = word_list(
    "draft open pending backlog created new active todo scheduled confirmed booked placed waiting submitted requested "
    "reserved processing unpaid queued upcoming received started in_progress available off stopped idle "
    "closed locked running"
)
"""First states of a row, the likeliest first."""


def _is_current(name: str) -> bool:
    """Whether a variable says who is logged in."""
    words = split(name)
    return normal(name) in CURRENT or (words[:1] == ("current",) and "user" in words)


def _is_whose(session: Thing, variable: str, thing: Thing, name: str) -> bool:
    """Whether a field names who made a row: some rows have the caller's own name there, others that of others."""
    mine = next((row.get(variable) for row in session.rows), None)
    held = thing.values(name)
    others = any(value != mine for value in held) or set(split(name)) & _AUTHORS
    return isinstance(mine, str) and len(mine) > 2 and mine in held and bool(others) and name != thing.key and (
        bool(set(split(name)) & _AUTHORS)
    )  # fmt: skip


def _once(named: Named, argument: str) -> bool:
    """Whether an address or login name is registered, each of which there is once."""
    words = split(argument)
    return (
        named.verb in ("register", "signup") and bool(words) and words[-1] in ("email", "username", "login", "handle")
    )
