"""Actions that only the description makes plain: numbers, marks, counts and lists (rules A1, A2, A8, N1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.bare.telling import direction, ends_something, marked, same_stem, sets, told_verb
from inftool.servers.compiler.bare.things import Thing, World
from inftool.servers.compiler.inflection import forms
from inftool.servers.compiler.plans import ActionPlan
from inftool.servers.compiler.words import normal, singular, split, word_list, word_set
from inftool.servers.program import Check, Effect, Operand

_STOCKS = word_set(
    "stock hand quantity inventory balance points credit credits available level units count copies amount"
)
_AMOUNTS = word_set("amount quantity qty number count units pieces delta")
_SCALES = word_set("percent percentage pct factor ratio discount reason note comment times")
_STATES = word_set("status state stage phase condition")
_UNDONE = word_set("off dark down un out")
_JOINING = word_set("join enter follow enrol enroll add put assign invite subscribe register seat admit")
_LEAVING = word_set("leave quit drop remove unfollow unsubscribe unassign unenroll unenrol exit withdraw take")
_RESTARTS = re.compile(r"\b(?:resets?|again|anew|zero|starts? over|clears?)\b", re.IGNORECASE)
_NUMBERS = ("integer", "number")
_SWITCHING = {
    **dict.fromkeys(word_list("enable activate allow start accept grant turn"), True),
    **dict.fromkeys(word_list("disable deactivate deny stop decline revoke"), False),
}
_NO_STATES = word_set("check get update set change do make process handle run mark")


def told_quantity(named: Named, thing: Thing, others: Mapping[str, Any], told: Iterable[str]) -> ActionPlan | None:
    """Take ``receive(sku, quantity)``, described as adding, for a change of a number, never for a set (rule N1)."""
    way = direction(named.tool.description)
    if not way or named.kind not in ("create", "update", "action") or sets(named.tool.description):
        return None
    given = [a for a in others if a in named.required and named.type(a) in _NUMBERS and split(a)[-1:] != ("id",)]
    if not given:
        named_as = {a: thing.field(a, noun=False) for a in others if named.type(a) in _NUMBERS}
        return _shifts(way, {a: f for a, f in named_as.items() if f is not None and f != thing.key})
    if len(given) != 1:
        return None
    field = _number(named, thing, given[0], told)
    if field is None:
        return None
    plan = ActionPlan("adjust", rules=["N1"], confidence="medium")
    by = Operand(argument=given[0])
    plan.checks.append(Check(argument=given[0], test="gt", than=Operand(value=0), reason="invalid"))
    if way < 0:
        plan.checks.append(Check(field=field, test="gte", than=by, reason="funds"))
    plan.effects.append(Effect(field=field, do="add" if way > 0 else "subtract", by=by))
    plan.guesses.append(
        f"The description tells that {field!r} is {'raised' if way > 0 else 'lowered'} by {given[0]!r}."
    )
    return plan


def _shifts(way: int, fields: Mapping[str, str]) -> ActionPlan | None:
    """Change several numbers, each by the optional argument that is called like it: ``restock(cola, nuts)``."""
    plan = ActionPlan("adjust", rules=["N1"], confidence="medium")
    for argument, name in fields.items():
        by = Operand(argument=argument)
        if way < 0:
            plan.checks.append(Check(field=name, test="gte", than=by, reason="funds"))
        plan.effects.append(Effect(field=name, do="add" if way > 0 else "subtract", by=by))
    return plan if fields else None


def _number(named: Named, thing: Thing, argument: str, told: Iterable[str]) -> str | None:
    """Return the number of a row that an amount changes: called like it, answered, or the only one of stock."""
    numbers = [n for n, s in thing.fields.items() if s.get("type") in _NUMBERS and n != thing.key]
    called = thing.field(argument, noun=False)
    if called in numbers:
        return called
    answered = [f for n in told if (f := thing.field(n)) in numbers]
    if len(set(answered)) == 1:
        return answered[0]
    words = set(named.noun) | {singular(word) for word in named.noun}
    spoken = [n for n in numbers if words & set(split(n))]
    if len(spoken) == 1:
        return spoken[0]
    stocks = [n for n in numbers if set(split(n)) & _STOCKS]
    fits = not thing.singleton and (set(split(argument)) & (_AMOUNTS | _STOCKS))
    return stocks[0] if len(stocks) == 1 and fits else None


def marked_plan(named: Named, thing: Thing) -> ActionPlan | None:
    """Take ``hand_over(ticket)``, described as ``Marks a ticket as collected``, for that state (rules A1, A2)."""
    found = marked(named.tool.description)
    if found is None:
        return None
    words, yes = found
    for name, schema in thing.fields.items():
        if schema.get("type") == "boolean" and len(words) == 1 and any(same_stem(words[0], w) for w in split(name)):
            return _set(name, yes, "toggle", "A2")
    plain = "".join(words)
    for name in sorted(thing.fields, key=lambda n: _last(n) not in _STATES):
        known = [str(v) for v in (*(thing.fields[name].get("enum") or ()), *thing.values(name)) if isinstance(v, str)]
        value = next((v for v in known if normal(v) == plain or same_stem(normal(v), plain)), None)
        if value is not None and yes:
            return _set(name, value, "transition", "A1")
    held = [n for n, s in thing.fields.items() if split(n)[-1:] and _last(n) in _STATES and s.get("type") == "string"]
    if (
        len(held) != 1
        or not yes
        or thing.fields[held[0]].get("enum")
        or not re.search(r"(ed|en|t|ing|y|e)$", words[-1])
    ):
        return None
    spaced = any(" " in str(v) for v in thing.values(held[0]))
    return _set(held[0], (" " if spaced else "_").join(words), "transition", "A1")


def flag_told(named: Named, thing: Thing) -> ActionPlan | None:
    """Take ``thaw(member)``, described as ``Ends the freeze``, for the boolean that a word of it is a form of (A2)."""
    sentence = split(named.tool.description.split(".")[0])
    flags = [
        name
        for name, schema in thing.fields.items()
        if schema.get("type") == "boolean"
        and all(
            any(len(w) > 2 and same_stem(w, part) for w in sentence)
            for part in split(name)
            if part not in ("is", "has")
        )
    ]
    if len(flags) != 1:
        return None
    no = ends_something(named.tool.description) or direction(named.tool.description) < 0 or "not" in sentence
    return _set(flags[0], not no, "toggle", "A2")


def answered_flag(named: Named, thing: Thing, told: Iterable[str]) -> ActionPlan | None:
    """Take a tool that answers one boolean of a single object for one that switches it: ``go_live`` (rule A2)."""
    answered = {f for n in told if (f := thing.field(n, noun=False)) is not None}
    fields = [name for name in thing.fields if name in answered and thing.fields[name].get("type") == "boolean"]
    sent = {f for a in named.required if (f := thing.field(a, noun=False)) is not None} - {thing.key}
    own = split(named.tool.name)
    near = [name for name in fields if len(fields) > 1 and set(split(name)) & set(own)]
    fields = near or fields
    if len(fields) != 1 or sent or (thing.singleton and (len(answered) != 1 or named.required)):
        return None
    if all(any(same_stem(word, part) for word in own) for part in split(fields[0]) if part not in ("is", "has")):
        return _set(fields[0], not {*own} & _UNDONE, "toggle", "A2")
    words = {*own, told_verb(named.tool.description)}
    ends = thing.singleton and ends_something(named.tool.description)
    no = ends or bool(words & _UNDONE) or named.verb.startswith("un")
    plan = _set(fields[0], not no, "toggle", "A2")
    plan.confidence = "low"
    return plan


def answered_value(named: Named, thing: Thing, others: Mapping[str, Any], told: Iterable[str]) -> ActionPlan | None:
    """Take the one value that is sent for the one field that is answered: ``set_oven(degrees)`` (rules U1, B9)."""
    fields = {f for n in told if (f := thing.field(n, noun=False)) is not None and f != thing.key}
    sent = [a for a in others if a in named.required]
    if len(fields) != 1 or len(sent) != 1 or thing.field(sent[0], noun=False) not in (None, *fields):
        return None
    name = next(iter(fields))
    held, given = thing.fields[name].get("type") or "", named.type(sent[0])
    kinds = {held} if isinstance(held, str) else {*held}
    kinds |= set(_NUMBERS) if kinds & set(_NUMBERS) else set()
    scaled = set(split(sent[0])) & _SCALES
    if name in thing.references or scaled or (given not in kinds and not kinds <= {"", "null"}):
        return None
    plan = ActionPlan("edit", rules=["U1"], confidence="low")
    plan.effects.append(Effect(field=name, by=Operand(argument=sent[0])))
    plan.guesses.append(f"It answers {name!r}, which is taken for what {sent[0]!r} sets.")
    return plan


def cleared(named: Named, thing: Thing, others: Mapping[str, Any]) -> ActionPlan | None:
    """Take ``clear_diet(dog_id)`` for the field of that name, which is then empty (rule U1)."""
    field = thing.field("_".join(named.noun), noun=False) if named.noun else None
    away = named.verb in ("clear", "remove", "unset", "delete", "erase", "reset", "drop")
    if not away or others or field is None or field == thing.key or thing.fields[field].get("type") == "boolean":
        return None
    plan = ActionPlan("edit", rules=["U1"], confidence="medium")
    plan.effects.append(Effect(field=field, do="clear"))
    return plan


def tally_told(named: Named, thing: Thing, others: Mapping[str, Any], told: Iterable[str]) -> ActionPlan | None:
    """Take an action that answers one whole number of its row, and is sent none, for one more of it (rule N2)."""
    fields = {f for n in told if (f := thing.field(n, noun=False)) is not None and f != thing.key}
    if len(fields) != 1 or any(named.type(a) in _NUMBERS for a in others):
        return None
    name = fields.pop()
    if thing.fields[name].get("type") != "integer" or _last(name) == "id" or name in thing.references:
        return None
    plan = ActionPlan("adjust", rules=["N2"], confidence="low")
    less = ends_something(named.tool.description) or (thing.singleton and direction(named.tool.description) < 0)
    if _RESTARTS.search(named.tool.description):
        plan.effects.append(Effect(field=name, by=Operand(value=0)))
        return plan
    plan.effects.append(Effect(field=name, do="subtract" if less else "add", by=Operand(value=1)))
    plan.guesses.append(f"It answers {name!r}, which is taken to go on by one.")
    return plan


def switched_by_name(named: Named, thing: Thing) -> ActionPlan | None:
    """Take ``enableStaticIp(hookupId)`` for the boolean that is called just like its noun (rule A2)."""
    field = thing.field("_".join(named.noun), noun=False) if named.noun else None
    if field is None or thing.fields[field].get("type") != "boolean" or named.verb not in _SWITCHING:
        return None
    return _set(field, _SWITCHING[named.verb], "toggle", "A2")


def participle_plan(named: Named, thing: Thing, told: Iterable[str]) -> ActionPlan | None:
    """Take a verb for the state that the tool answers: ``board_ticket`` leads to ``boarded`` (rule A1)."""
    fields = {f for n in told if (f := thing.field(n, noun=False)) is not None and _last(f) in _STATES}
    done = forms((named.verb,)).done if named.verb else ()
    if len(fields) != 1 or not done or thing.singleton or named.verb in _NO_STATES:
        return None
    name = fields.pop()
    if thing.fields[name].get("type") != "string" or thing.fields[name].get("enum"):
        return None
    seen = next((v for v in thing.values(name) if isinstance(v, str) and v), "")
    value = done[0].upper() if seen.isupper() else done[0].capitalize() if seen[:1].isupper() else done[0]
    plan = _set(name, value, "transition", "A1")
    plan.confidence = "low"
    plan.guesses = [f"It answers {name!r}, which is taken to be {value!r} afterwards, the participle of the verb."]
    return plan


def column_plan(named: Named, thing: Thing, others: Mapping[str, Any]) -> ActionPlan | None:
    """Take ``measure(customer, part, cm)`` for the field that a choice is called like (rule B9)."""
    for argument in others:
        options = named.schema(argument).get("enum") or ()
        held = {normal(name) for name in thing.fields}
        given = [a for a in others if a != argument and a in named.required]
        if len(options) > 1 and len(given) == 1 and all(normal(str(o)) in held for o in options):
            plan = ActionPlan("edit", rules=["B9", "U1"], confidence="medium")
            plan.effects.append(Effect(field_from=argument, by=Operand(argument=given[0])))
            return plan
    return None


def way_of(named: Named) -> int:
    """Return 1 where a tool puts something into a list, -1 where it takes something out, 0 where it does not tell."""
    words = {named.verb, told_verb(named.tool.description)}
    if (
        named.kind == "delete"
        or words & _LEAVING
        or named.verb.startswith("un")
        or ends_something(named.tool.description)
    ):
        return -1
    way = direction(named.tool.description)
    return way or (1 if named.kind == "create" or words & _JOINING else 0)


def grows(named: Named, name: str) -> bool:
    """Whether a list is called after what a tool does: ``block_plate`` and ``blocked_plates``."""
    return any(same_stem(named.verb, word) for word in split(name))


def member_field(named: Named, thing: Thing, argument: str, world: World) -> str | None:
    """Return the list of a row that holds what an argument names: the members of a class (rule A8)."""
    target = world.keyed(argument, named.schema(argument), named.single)
    nouns = [split(argument), split(argument)[:-1], *([named.single] if target is None else [])]
    nouns += [target.noun, target.noun[-1:]] if target is not None else []
    for name, schema in thing.fields.items():
        inner = schema.get("items") or {}
        if schema.get("type") != "array" or inner.get("type") in ("object", "array"):
            continue
        last = tuple(singular(word) for word in split(name))
        if any(noun and (tuple(noun) == last or tuple(noun) == last[-1:]) for noun in nouns):
            return name
        keys = {str(k) for k in target.values(target.key)} if target is not None else set()
        held = {str(i) for v in thing.values(name) if isinstance(v, list) for i in v}
        if held and held <= keys:
            return name
    return None


def listed_variable(named: Named, world: World) -> tuple[Thing, str] | None:
    """Return the list of plain values that a tool speaks of: ``watch`` and ``watch_list`` (rule A8)."""
    own = [named.verb.removeprefix("un"), *named.noun, *(w for part in named.rest.values() for w in part)]
    told = split(named.tool.description.split(".")[0])
    best: tuple[tuple[bool, int], Thing, str] | None = None
    tied = False
    for thing in world.singles():
        for name, schema in thing.fields.items():
            if schema.get("type") != "array" or (schema.get("items") or {}).get("type") in ("object", "array"):
                continue
            parts = [singular(w) for w in split(name)]
            heads = [p for p in parts if not p.endswith(("ed", "en"))] or parts
            own_hits = sum(any(same_stem(singular(w), p) for w in own if w) for p in parts)
            spoken = [p for p in parts if any(same_stem(singular(w), p) for w in (*own, *told) if w)]
            marked_so = any(same_stem(singular(w), p) for w in own if w for p in parts if p not in heads)
            if not own_hits or not (marked_so or all(p in spoken for p in heads)):
                continue
            score = (len(spoken) == len(parts), own_hits)
            if best is None or score > best[0]:
                best, tied = (score, thing, name), False
            elif score == best[0]:
                tied = True
    return (best[1], best[2]) if best is not None and (best[0][0] or not tied) else None


def takes_away(named: Named, thing: Thing) -> bool:
    """Whether a description says that the row itself goes: ``Takes a dish off the menu`` (rule D1)."""
    sentence = named.tool.description.split(". ")[0]
    verb = told_verb(sentence)
    if verb == "delete" and not re.search(r"\b(?:of|from) (?:a|an|the|your)\b", sentence):
        return True
    if verb in ("remove", "delete", "discard", "erase", "scrap"):
        return thing.noun[-1] in {singular(word) for word in split(sentence)[1:4]}
    left = re.search(r"\b(?:off|out of|from)\s+(?:the|your|a|an)\s+([\w\s]{2,40})", sentence)
    words = {singular(word) for word in split(left.group(1))} if left is not None else set()
    return verb in _LEAVING | {"strike", "cross"} and thing.given and thing.noun[-1] in words


def refuse_twice(plan: ActionPlan, thing: Thing) -> None:
    """Refuse to put a plain value into a list of the row that has it already (rule A8)."""
    for effect in [*plan.effects]:
        inner = thing.fields.get(effect.field, {}).get("items") or {}
        plain = inner.get("type") in ("string", "integer") and effect.by.argument is not None and effect.row == "row"
        if effect.do == "append" and plain and not any(check.field == effect.field for check in plan.checks):
            plan.checks.append(Check(field=effect.field, test="has_not", than=effect.by, reason="conflict"))


def _last(name: str) -> str:
    """Return the last word of a name; ``""`` where it has none."""
    return (*split(name)[-1:], "")[0]


def knows(plan: ActionPlan, thing: Thing) -> bool:
    """Whether the texts that a plan writes are values that the rows have, or may have."""
    for effect in plan.effects:
        value = effect.by.value
        if not isinstance(value, str) or effect.row != "row":
            continue
        names = [effect.field] if effect.field else list(thing.fields)
        seen = [
            held for name in names for held in (*(thing.fields.get(name, {}).get("enum") or ()), *thing.values(name))
        ]
        seen += [part for held in seen if isinstance(held, dict) for part in held.values()]
        if value not in seen:
            return False
    return True


def _set(name: str, value: Any, kind: Any, rule: str) -> ActionPlan:
    plan = ActionPlan(kind, rules=[rule], confidence="medium")
    plan.effects.append(Effect(field=name, by=Operand(value=value)))
    plan.guesses.append(f"The description tells that {name!r} is {value!r} afterwards.")
    return plan
