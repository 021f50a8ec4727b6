"""What a tool's words say it does besides: numbers it moves, fees, refunds, parts of objects, items of lists (A, N)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inftool.servers.compiler.aims import Wanted, wanted
from inftool.servers.compiler.bare.creating import Taken, balance_of
from inftool.servers.compiler.bare.evidence import SWITCHED
from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.bare.things import Thing, World
from inftool.servers.compiler.inflection import forms
from inftool.servers.compiler.plans import ActionPlan
from inftool.servers.compiler.states import match_value
from inftool.servers.compiler.words import normal, plural, singular, split, word_set
from inftool.servers.program import Check, Effect, Operand, RowRef

_FEE = re.compile(
    r"\b(?:for a fee of|fee of|fee is|costs?|charges? (?:a fee )?of)\s*[$€£]?\s*(\d+(?:\.\d+)?)", re.IGNORECASE
)
_REFUND = re.compile(r"\brefund(?:s|ed|ing)?\b|\b(?:money|price|amount) (?:is |goes )?back\b", re.IGNORECASE)
_PRICES = ("total", "totalprice", "totalamount", "price", "amount", "cost", "fare", "paid", "amountpaid")
_LESS = word_set("pay reduce redeem spend use consume withdraw deduct subtract decrease lower settle burn remove sell")
_MORE = word_set(
    "add increase award earn deposit grant give raise top topup refill fill refuel recharge restock credit fund buy"
)
_AMOUNTS = word_set("amount quantity qty value number points count by delta sum units hours days minutes")
_UNDOING = word_set("cancel refund return void release checkin revoke decline reject")
_YES = word_set("subscribe enable activate accept allow start turn switch follow join set confirm grant")
_NO = word_set("unsubscribe disable deactivate decline deny stop leave unfollow unset revoke cancel clear")


def extend(plan: ActionPlan, named: Named, thing: Thing, world: World) -> None:
    """Add to an action what its description says besides: a count of such acts, a fee, a refund (rules N1, N2)."""
    changed = {effect.field for effect in plan.effects if effect.row == "row"}
    deeds = {form for word in forms((named.verb,)).deed for form in (word, plural(word))} - {named.verb}
    for name, schema in thing.fields.items():
        words = split(name)
        tally = {plural(named.verb), *(d for d in deeds if d.endswith("s"))}
        if schema.get("type") == "integer" and name not in changed and words and (
            words[-1] in tally or (words[-1] == "count" and words[0] in deeds | {named.verb})
        ):  # fmt: skip
            plan.effects.append(Effect(field=name, do="add", by=Operand(value=1)))
            plan.add_rules("N2")
    text = named.tool.description
    fee = _FEE.search(text)
    if fee is not None:
        money(plan, thing, world, Operand(value=float(fee.group(1))), "subtract")
    elif (_REFUND.search(text) or named.verb == "refund") and "N1" not in plan.rules:
        numbers = [name for name, schema in thing.fields.items() if schema.get("type") in ("number", "integer")]
        price = next((name for name in numbers if normal(name) in _PRICES), None)
        if price is not None:
            money(plan, thing, world, Operand(field=price), "add")


def give_back(plan: ActionPlan, named: Named, taken: Iterable[Taken]) -> None:
    """Give back what the row took of others when it was made: the seats of a cancelled booking (rule N1)."""
    for one in taken:
        if named.verb not in _UNDOING or any(e.field == one.stock and e.row != "row" for e in plan.effects):
            continue
        row = "_".join(one.target.noun)
        plan.rows.setdefault(row, RowRef(entity=one.target.name, through=one.through, optional=True))
        if one.item is not None:
            plan.effects.append(Effect(row=row, field=one.stock, do="append", by=Operand(field=one.item)))
            plan.add_rules("A8")
            continue
        amount = Operand(field=one.quantity) if one.quantity is not None else Operand(value=1)
        plan.effects.append(Effect(row=row, field=one.stock, do="add", by=amount))
        plan.add_rules("N1")


def money(plan: ActionPlan, thing: Thing, world: World, amount: Operand, do: Any) -> None:
    """Take an amount off a balance, or put it there: the row's own, that of a row it names, or the account's."""
    place: tuple[str, str] | None = None
    own = balance_of(thing)
    if own is not None:
        place = "row", own
    for reference, target in thing.references.items():
        held = balance_of(target)
        if place is None and held is not None:
            row = "_".join(target.noun)
            plan.rows.setdefault(row, RowRef(entity=target.name, through=reference, optional=True))
            place = row, held
    for single in world.singles():
        held = balance_of(single)
        if place is None and held is not None:
            row = "_".join(single.noun) or "session"
            if single.noun:
                plan.rows.setdefault(row, RowRef(entity=single.name))
            place = row, held
    if place is None:
        return
    if do == "subtract":
        plan.checks.append(Check(row=place[0], field=place[1], test="gte", than=amount, reason="funds"))
    plan.effects.append(Effect(row=place[0], field=place[1], do=do, by=amount))
    plan.add_rules("N1")
    plan.guesses.append(f"The description speaks of money: it is taken for a change of {place[1]!r}.")


def number_plan(
    named: Named, thing: Thing, others: Mapping[str, Any], properties: Iterable[str] = ()
) -> ActionPlan | None:
    """Take ``pay_fine(member_id, amount)`` for a change of the number that the noun names (rule N1)."""
    noun = named.noun
    if named.verb not in _LESS | _MORE:
        return None
    field = thing.field("_".join(noun)) if noun else None
    if field is None or field == thing.key or thing.fields[field].get("type") not in ("number", "integer"):
        field = None
        told = [f for n in properties if (f := thing.field(n, noun=False)) is not None]
        numbers = [f for f in told if thing.fields[f].get("type") in ("number", "integer")]
        sure = len(numbers) == 1 and (thing.singleton or numbers[0] == balance_of(thing))
        field = numbers[0] if sure else None
    if field is None:
        return None
    numeric = [a for a in others if named.type(a) in ("number", "integer", "")]
    given = next((a for a in numeric if set(split(a)) & _AMOUNTS), numeric[0] if len(numeric) == 1 else None)
    if given is None:
        return None
    plan = ActionPlan("adjust", rules=["N1"], confidence="medium")
    less = towards(named, field) < 0 if towards(named, field) else named.verb in _LESS
    plan.checks.append(Check(argument=given, test="gt", than=Operand(value=0), reason="invalid"))
    if less:
        plan.checks.append(Check(field=field, test="gte", than=Operand(argument=given), reason="invalid"))
    plan.effects.append(Effect(field=field, do="subtract" if less else "add", by=Operand(argument=given)))
    return plan


def towards(named: Named, field: str) -> int:
    """Return 1 where a tool says that something goes into a number, -1 where out of it, 0 where it does not tell."""
    last = split(field)[-1]
    text = named.tool.description.split(". ")[0].lower()
    own = rf"\s+(?:(?:the|your|my|our|a|an|its|their)\s+)?(?:\w+(?:'s)?\s+)?{re.escape(last)}\b"
    if re.search(rf"\b(?:out of|off|from)(?:\s+of)?{own}", text) is not None:
        return -1
    if re.search(rf"\b(?:into|onto|to|in|on){own}", text) is not None:
        return 1
    ends = set(split(named.tool.name)[1:])
    return (1 if "in" in ends else 0) - (1 if "out" in ends else 0)


def value_plan(words: Sequence[str], thing: Thing, hints: Mapping[str, Sequence[str]]) -> ActionPlan | None:
    """Find a text field, of whatever name, that is known to take the value a verb leads to: ``power: on`` (A1)."""
    aim = wanted(words, thing.noun)
    if aim is None:
        return None
    found: list[tuple[str, str]] = []
    for name in thing.fields:
        options = [v for v in thing.fields[name].get("enum") or () if isinstance(v, str)]
        known = tuple(dict.fromkeys((*hints.get(normal(name), ()), *options)))
        value = match_value(known, aim, thing.noun) if known else None
        if value is None and known and {normal(v) for v in known} & SWITCHED:
            value = _switched(known, aim)
        if value is not None:
            found.append((name, value[0]))
    if len(found) != 1:
        return None
    plan = ActionPlan("transition", rules=["A1"], confidence="medium")
    plan.effects.append(Effect(field=found[0][0], by=Operand(value=found[0][1])))
    plan.guesses.append(f"What {' '.join(words)!r} leads to is taken for a value of {found[0][0]!r}.")
    return plan


_PAIRS = (
    "on off open closed locked unlocked running stopped up down armed disarmed enabled disabled active inactive "
    "connected disconnected muted unmuted playing paused"
)
_OPPOSITES = frozenset(
    pair
    for one, other in zip(_PAIRS.split()[::2], _PAIRS.split()[1::2], strict=True)
    for pair in ((one, other), (other, one))
)


def _switched(known: Sequence[str], aim: Wanted) -> tuple[str, bool] | None:
    """Return the opposite of the values that are known, where the verb says so and only one side was seen."""
    shapes = [form for form in (*aim.is_now.done, *aim.likely) if form in SWITCHED]
    spelled = {normal(value): value for value in known}
    for shape in shapes:
        if shape in spelled:
            return spelled[shape], True
    opposite = next((s for s in shapes if {(s, v) for v in spelled} & _OPPOSITES), None)
    return (cased(opposite, known[0]), False) if opposite is not None else None


def cased(word: str, like: str) -> str:
    """Return a word in the case of another."""
    return word.upper() if like.isupper() else word.capitalize() if like[:1].isupper() else word


def flag_plan(named: Named, thing: Thing) -> ActionPlan | None:
    """Take ``subscribe_newsletter()`` for a boolean that is called like the noun (rule A2)."""
    field = thing.field("_".join(named.noun)) if named.noun else None
    if field is None or thing.fields[field].get("type") != "boolean" or named.verb not in _YES | _NO:
        return None
    plan = ActionPlan("toggle", rules=["A2"], confidence="medium")
    plan.effects.append(Effect(field=field, by=Operand(value=named.verb in _YES)))
    return plan


def told_plan(named: Named, thing: Thing, properties: Iterable[str]) -> ActionPlan | None:
    """Take a verb for the value of the one text variable that the tool answers: ``drop_anchor`` → ``dropped`` (A1)."""
    told = [f for n in properties if (f := thing.field(n, noun=False)) is not None]
    texts = [f for f in told if thing.fields[f].get("type") == "string"]
    done = forms((named.verb,)).done if named.verb else ()
    if len(texts) != 1 or not done or not thing.singleton:
        return None
    seen = next((v for v in thing.values(texts[0]) if isinstance(v, str) and v), "")
    plan = ActionPlan("transition", rules=["A1"], confidence="low")
    plan.effects.append(Effect(field=texts[0], by=Operand(value=cased(done[0], seen))))
    plan.guesses.append(f"{texts[0]!r} is set to {done[0]!r}, the participle of the verb.")
    return plan


def led_plan(field: str, value: str) -> ActionPlan:
    """Set the one value of a state that no other verb leads to (rule A1)."""
    plan = ActionPlan("transition", rules=["A1"], confidence="low")
    plan.effects.append(Effect(field=field, by=Operand(value=value)))
    plan.guesses.append(f"{field!r} is set to {value!r}, the value that no other verb leads to.")
    return plan


def list_plan(field: str, argument: str, put: bool) -> ActionPlan:
    """Put an argument in a list of the row, or take it out (rule A8)."""
    plan = ActionPlan("edit", rules=["A8"], confidence="medium")
    test: Any = "has_not" if put else "has"
    reason: Any = "conflict" if put else "missing"
    plan.checks.append(Check(field=field, test=test, than=Operand(argument=argument), reason=reason))
    plan.effects.append(Effect(field=field, do="append" if put else "remove", by=Operand(argument=argument)))
    plan.guesses.append(f"{field!r} is taken to hold who is in it.")
    return plan


def parts_plan(named: Named, thing: Thing) -> ActionPlan | None:
    """Take ``lock_doors(unlock, door)`` for a value of the named parts of an object: ``{"front": "locked"}`` (B9)."""
    aim = wanted((named.verb, *named.noun), named.noun)
    if aim is None:
        return None
    for argument in named.arguments:
        schema = named.schema(argument)
        options = schema.get("enum") or (schema.get("items") or {}).get("enum") or ()
        for name in thing.fields:
            parts = next((v for v in thing.values(name) if isinstance(v, dict) and v), None)
            if parts is None or not {normal(str(o)) for o in options} & {normal(p) for p in parts}:
                continue
            made = _part_value(named, argument, aim, [v for v in parts.values() if isinstance(v, (str, bool))])
            if made is not None:
                plan = ActionPlan("edit", rules=["B9", "A1"], confidence="medium")
                plan.effects.append(Effect(field_from=argument, by=made))
                return plan
    return None


def _part_value(named: Named, parts: str, aim: Wanted, known: Sequence[Any]) -> Operand | None:
    """Return the value that the parts get: by the verb, or turned round by a boolean such as ``unlock``."""
    texts = [value for value in known if isinstance(value, str)]
    yes: Any
    no: Any
    if not known:
        return None
    if not texts:
        yes, no = named.verb in _YES, named.verb not in _YES
    else:
        opposite = named.verb.removeprefix("un") if named.verb.startswith("un") else f"un{named.verb}"
        opposite = {"open": "close", "close": "open"}.get(named.verb, opposite)
        yes, no = (_spelled(verb, texts) for verb in (named.verb, opposite))
    flag = next((a for a in named.required if a != parts and named.type(a) == "boolean"), None)
    if flag is None:
        return Operand(value=yes)
    first = split(flag)[0] if split(flag) else ""
    turned = first in ("unlock", "close", "off", "disable", "open") and first != named.verb
    return Operand(argument=flag, mapped={"true": no if turned else yes, "false": yes if turned else no})


def _spelled(verb: str, known: Sequence[str]) -> str:
    """Return the value that a verb leads to, as the known values are spelled."""
    shapes = ("open", *forms((verb,)).done) if verb == "open" else forms((verb,)).done
    found = next((value for shape in shapes for value in known if normal(value) == shape), None)
    return found if found is not None else cased(shapes[0], known[0])


def item_plan(named: Named, thing: Thing, others: Mapping[str, Any]) -> ActionPlan | None:
    """Take ``add_comment(card_id, author, text)`` for an object that is put into an array of the row (rule A8)."""
    if named.kind != "create" and named.verb not in ("append", "attach", "leave"):
        return None
    for words in (named.noun, named.noun[-1:], *named.rest.values()):
        field = thing.field("_".join(words), noun=False) if words else None
        if field is None or thing.fields[field].get("type") != "array" or not others:
            continue
        inner = (thing.fields[field].get("items") or {}).get("properties")
        seen = any(isinstance(v, list) and v for v in thing.values(field))
        plan = ActionPlan("edit", rules=["A8"], confidence="medium")
        if len(others) == 1 and not inner and (seen or _plain_item(named, others, field)):
            argument = next(iter(others))
            plan.checks.append(Check(field=field, test="has_not", than=Operand(argument=argument), reason="conflict"))
            plan.effects.append(Effect(field=field, do="append", by=Operand(argument=argument)))
            return plan
        parts: dict[str, Operand] = {}
        for argument in others:
            known = {normal(name): name for name in inner or {}}
            parts[known.get(normal(argument), argument)] = Operand(argument=argument)
        for name, schema in (inner or {}).items():
            if name not in parts and split(name)[-1:] in (("at",), ("date",), ("timestamp",), ("time",)):
                parts[name] = Operand(clock=True)
            elif name not in parts and schema.get("type") == "boolean":
                parts[name] = Operand(value=False)
        plan.effects.append(Effect(field=field, do="append", by=Operand(fields=parts)))
        return plan
    return None


def _plain_item(named: Named, others: Mapping[str, Any], field: str) -> bool:
    """Whether the one thing that is added is the item itself: ``add_tag(id, tag)``."""
    argument = next(iter(others))
    return singular(split(field)[-1]) in split(argument) or named.type(argument) != "object"
