"""What an action verb does to a row: states, booleans, times, arrays, and its other arguments (rules A1 to A9)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from inftool.servers.compiler.accounts import read_access
from inftool.servers.compiler.aims import Wanted, wanted
from inftool.servers.compiler.amounts import read_amounts, read_tally
from inftool.servers.compiler.plans import TARGET_WORDS, ActionAsk, ActionPlan, fits, sent_fields
from inftool.servers.compiler.states import (
    STATE_WORDS,
    Match,
    after_waiting,
    flags_of_value,
    flat_fields,
    known_values,
    matching_flags,
    matching_states,
    matching_times,
    reason_field,
    waits_for,
)
from inftool.servers.compiler.words import (
    normal,
    plural,
    singular,
    singular_phrase,
    split,
    word_list,
    word_set,
)
from inftool.servers.program import Check, Effect, Entity, EntityField, Operand

_REASONS = word_set("reason comment note notes message feedback explanation resolution")
_ONWARD = {
    **dict.fromkeys(
        word_list("pay ship dispatch fulfill fulfil submit confirm capture pause hold schedule process settle sign"),
        "closed canceled cancelled voided void deleted refunded expired completed complete finished done delivered "
        "terminated failed",
    ),
    **dict.fromkeys(
        word_list("cancel void abort complete finish deliver approve reject accept decline deny"),
        "canceled cancelled voided void deleted refunded expired completed complete finished done delivered terminated",
    ),
    **dict.fromkeys(
        word_list("resume suspend start close activate"), "canceled cancelled voided void deleted terminated"
    ),
    "refund": "canceled cancelled voided void deleted",
}
"""Verbs that lead on, with the states from which nothing leads on that way (rule A5)."""
_MAKING_ANOTHER = word_set("copy duplicate clone fork export import preview test validate render convert estimate")
"""Verbs that leave their row as it is."""
_REFUSED_ABSENT = word_set("disable deactivate hide disconnect")
_FACETS = word_set("info information details detail data profile settings fields to as by the a")
_CREDENTIALS = word_set("clientsecret secret apikey token accesstoken password")
_CONTEXTS = word_set(
    "user account developer client actor tenant organization organisation org company project workspace team agent"
)
_DISCRIMINATORS = word_set(
    "id type kind object objecttype clienttoken clientrequesttoken requestid idempotencykey nonce"
)
"""Arguments that say which row or which sort of body is meant, and are no new values of the row."""
_SETTLING = word_set(
    "set change update modify edit move rename assign reassign replace put mark "
    "reschedule resize upgrade downgrade scale configure extend postpone"
)
_GRANTING = word_set("authorize authorise")
"""Verbs that are a login only where no state of the row tells of them: a payment is authorized too."""
_ON_WORDS = word_set("enabled enable value state status on active flag")
_ADDING = word_set("add append attach insert push include put join assign tag label link")
_TAKING = word_set("remove detach delete drop pop exclude unassign untag unlabel unlink take")
_ONLY = re.compile(r"\b(?:only|must (?:be|have)|has to be|needs to be|required to be)\b", re.IGNORECASE)
_NEVER = re.compile(r"\b(?:can ?not|can't|not allowed|must not|may not|unless)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_MAX_TEXT = 2000


def read_action(ask: ActionAsk) -> ActionPlan | None:
    """Tell what an action does to its row, by its words, its arguments and the fields of the entity.

    Returns:
        None where no field has to do with it; the caller then takes :func:`fallback`.
    """
    aim = wanted(ask.words, ask.noun, ask.undo)
    granted = _change(ask, aim) if aim is not None and ask.words[0] in _GRANTING else None
    access = read_access(ask) if granted is None or not granted.effects else None
    if access is not None:
        return access
    if aim is None or aim.verb in _MAKING_ANOTHER or _is_chosen_by_argument(ask):
        return None
    plan = read_amounts(ask, aim) or _array_edit(ask, aim)
    if plan is None:
        plan = _change(ask, aim)
    if plan is None:
        return None
    _sent_values(ask, plan)
    return plan


def _is_chosen_by_argument(ask: ActionAsk) -> bool:
    """Whether an argument says which of several things is done: ``action: START`` or ``STOP``."""
    for argument in ask.arguments:
        enum = ask.schemas.resolve(ask.arguments[argument]).get("enum")
        named = split(ask.names.get(argument, argument))[-1:] in (("action",), ("command",), ("operation",), ("op",))
        if named and isinstance(enum, list) and len(enum) > 1:
            return True
    return False


# -- states, booleans and times ----------------------------------------------------------------------------------------


def _change(ask: ActionAsk, aim: Wanted) -> ActionPlan | None:
    fields = flat_fields(ask.entity.fields, aim.is_now.deed if not aim.about else ())
    plan = ActionPlan("transition")
    states = [] if aim.toggles else matching_states(fields, aim, ask.noun, ask.hints, ask.text)
    flags = matching_flags(fields, aim, ask.noun)
    times = [] if aim.toggles else matching_times(fields, aim, ask.noun)
    if any(flag.value or aim.taken_back for flag in flags):
        states = [m for m in states if m.sure or _leads_on(m, fields, ask, aim)]
    if aim.toggles and not flags and not set(ask.words[1:]) - set(ask.noun):
        flags = _only_flag(ask, fields)
    for state in states:
        held = {flag.field for flag in flags}
        flags += [f for f in flags_of_value(fields, str(state.value), ask.noun) if f.field not in held]
    if not (states or flags or aim.toggles):
        flags = matching_flags(fields, aim, ask.noun, guess=True)
        times = times or matching_times(fields, aim, ask.noun, guess=True)
    sent = _sent_target(ask, states, fields, aim)
    for match in states:
        if sent is None or sent[1] != match.field or sent[0] not in ask.required:
            _set_state(ask, aim, plan, match, fields)
    if sent is not None:
        _take_sent(ask, plan, sent, fields)
    for match in flags:
        plan.add_rules("A2")
        plan.effects.append(_flag_effect(ask, aim, match))
        if not match.sure:
            plan.lower("medium", f"{match.field!r} is taken to tell of it.")
    for match in times:
        plan.add_rules("A3")
        if not match.sure:
            plan.lower("medium", f"{match.field!r} is taken to tell of it.")
        do: Literal["set", "clear"] = "set" if match.value else "clear"
        plan.effects.append(Effect(field=match.field, do=do, by=Operand(clock=bool(match.value))))
    if (flags or times) and not states and sent is None:
        plan.kind = "toggle"
    told = len(flags) == 1 and (flags[0].value or aim.taken_back or aim.verb in _REFUSED_ABSENT)
    if told and not states and not aim.toggles and _refuses_repeats(ask):
        plan.add_rules("A5")
        plan.checks.append(Check(field=flags[0].field, test="unset" if flags[0].value else "set"))
    read_tally(ask, aim, plan, flags[0] if len(flags) == 1 and not aim.toggles else None)
    if not plan.effects and not plan.values:
        return _by_arguments(ask, aim, plan)
    for argument, schema in ask.arguments.items():
        name = ask.names.get(argument, argument)
        kept = reason_field(fields, aim, ask.noun, split(name)[-1]) if split(name)[-1:] else None
        if kept is not None and argument not in plan.values and split(name)[-1] in _REASONS and fits(ask, schema, kept):
            plan.values[argument] = kept
            plan.add_rules("A7")
    return plan


def _leads_on(match: Match, fields: Mapping[str, EntityField], ask: ActionAsk, aim: Wanted) -> bool:
    """Whether a guessed state is changed beside a boolean: no values are known, or it has the one that is left."""
    guessed = aim.taken_back or "." in match.field
    if guessed and not known_values(match.field, fields[match.field].schema_, ask.hints):
        return False
    values = {normal(value) for value in known_values(match.field, fields[match.field].schema_, ask.hints)}
    return not values or bool(values & {form for lost in aim.not_now for form in lost.done})


def _only_flag(ask: ActionAsk, fields: Mapping[str, EntityField]) -> list[Match]:
    """The one boolean that ``toggle`` can mean, where there is but one that callers may set."""
    flags = [n for n, f in fields.items() if f.schema_.get("type") == "boolean" and f.role == "data" and "." not in n]
    return [Match(flags[0], True, False)] if len(flags) == 1 else []


def _flag_effect(ask: ActionAsk, aim: Wanted, match: Match) -> Effect:
    own = normal(match.field)
    for argument in ask.arguments:
        name = normal(ask.names.get(argument, argument))
        if "boolean" not in ask.types(argument) or name not in (own, *_ON_WORDS):
            continue
        if argument in ask.required or name == own:
            straight = match.value or name == own
            mapped: dict[str, Any] = {} if straight else {"true": False, "false": True}
            return Effect(field=match.field, by=Operand(argument=argument, mapped=mapped))
    if aim.toggles:
        return Effect(field=match.field, by=Operand(field=match.field, mapped={"true": False, "false": True, "": True}))
    return Effect(field=match.field, by=Operand(value=match.value))


def _set_state(ask: ActionAsk, aim: Wanted, plan: ActionPlan, match: Match, fields: Mapping[str, EntityField]) -> None:
    plan.add_rules("A1")
    values = known_values(match.field, fields[match.field].schema_, ask.hints)
    if not values:
        plan.lower("medium", f"No values of {match.field!r} are declared; {match.value!r} is taken from the verb.")
    elif not match.sure:
        plan.lower("medium", f"{match.value!r} is the value of {match.field!r} that is likeliest meant.")
    checks = _preconditions(ask, aim, match, values)
    if checks:
        plan.add_rules("A5")
        plan.checks += checks
    plan.effects.append(Effect(field=match.field, by=Operand(value=match.value)))


def _refuses_repeats(ask: ActionAsk) -> bool:
    """Whether the specification declares an error for a row that is already in the state (rule A5)."""
    for error in ask.errors:
        if error.status == 409:
            return True
        if error.status in (400, 422, 403, 405, 412) and re.search(r"\balready\b", error.description, re.IGNORECASE):
            return True
    return bool(re.search(r"\b(?:is|are|be) already\b", ask.text[:_MAX_TEXT], re.IGNORECASE))


def _preconditions(ask: ActionAsk, aim: Wanted, match: Match, values: Sequence[str]) -> list[Check]:
    """Tell from which states the verb leads on: as the description says, else none that is final (rule A5)."""
    told = _told_states(ask, aim, values, match.value)
    checks: list[Check] = []
    if _refuses_repeats(ask):
        checks.append(Check(field=match.field, test="ne", than=Operand(value=match.value)))
    if told is not None:
        test, named = told
        return [*checks, Check(field=match.field, test=test, than=Operand(value=list(named)))]
    waits = [value for value in values if waits_for(value, aim)]
    if waits and not match.sure and match.value == after_waiting(values, aim):
        return [*checks, Check(field=match.field, test="in", than=Operand(value=waits))]
    ends = word_set(_ONWARD.get(aim.verb, ""))
    final = [value for value in values if normal(value) in ends and value != match.value]
    if final:
        checks.append(Check(field=match.field, test="not_in", than=Operand(value=final)))
    return checks


def _told_states(
    ask: ActionAsk, aim: Wanted, values: Sequence[str], target: str
) -> tuple[Literal["in", "not_in"], tuple[str, ...]] | None:
    """Read ``Only pending orders can be cancelled`` and ``A shipped order cannot be cancelled``."""
    gone = {form for lost in aim.not_now for form in lost.done}
    known = [value for value in values if value != target and split(value) and normal(value) not in aim.is_now.doing]
    for text in (ask.text, *(error.description for error in ask.errors if error.status in (400, 403, 409, 412, 422))):
        for sentence in _SENTENCE.split(text[:_MAX_TEXT]):
            words = split(sentence)
            acts = any(word in aim.is_now.any for word in words)
            never, only = _NEVER.search(sentence), _ONLY.search(sentence)
            if never and acts:
                named = _mentioned(words, [value for value in known if normal(value) not in gone])
                if named:
                    return "not_in", named
            elif only and (acts or only.group().lower() != "only"):
                after = split(sentence[only.end() : only.end() + 60] if not acts else sentence)
                named = _mentioned(after, known)
                if named:
                    return "in", named
    return None


def _mentioned(words: Sequence[str], values: Sequence[str]) -> tuple[str, ...]:
    phrase = f" {' '.join(words)} "
    found = tuple(value for value in values if f" {' '.join(split(value))} " in phrase)
    return found if len(found) <= 6 else ()


# -- arguments ---------------------------------------------------------------------------------------------------------


def _sent_target(
    ask: ActionAsk, states: Sequence[Match], fields: Mapping[str, EntityField], aim: Wanted
) -> tuple[str, str] | None:
    """Find an argument that holds the state to come, with the field: ``status`` of ``POST /orders/{id}/transition``."""
    if aim.likely and states and states[0].sure:
        return None
    held = {normal(name): name for name in fields if split(name)[-1:] and split(name)[-1] in STATE_WORDS}
    for argument in ask.arguments:
        words = split(ask.names.get(argument, argument))
        rest = tuple(word for word in words if word not in TARGET_WORDS)
        if "string" not in ask.types(argument):
            continue
        if rest and rest[-1] in STATE_WORDS and "from" not in words:
            own = set(rest[:-1]) <= set(ask.noun)
            others = (rest[-1], *(n for n in held if n.endswith(rest[-1]))) if own else ()
            for candidate in ("".join(rest), *others):
                if candidate in held and not fields[held[candidate]].schema_.get("properties"):
                    return argument, held[candidate]
        enum = ask.schemas.resolve(ask.arguments[argument]).get("enum")
        if not rest and isinstance(enum, list):
            for name in held.values():
                if set(known_values(name, fields[name].schema_, ask.hints)) & {v for v in enum if isinstance(v, str)}:
                    return argument, name
    return None


def _take_sent(ask: ActionAsk, plan: ActionPlan, sent: tuple[str, str], fields: Mapping[str, EntityField]) -> None:
    argument, name = sent
    plan.add_rules("A1", "A7")
    if "." in name or argument not in ask.required:
        plan.effects.append(Effect(field=name, by=Operand(argument=argument)))
    else:
        plan.values[argument] = name


def _by_arguments(ask: ActionAsk, aim: Wanted, plan: ActionPlan) -> ActionPlan | None:
    """Read actions that only set what they are given: ``assign``, ``rename``, ``move`` (rule A7)."""
    values = sent_fields(ask, ())
    inner = _inner_effects(ask) if not values else []
    told = {word for argument in values for word in split(ask.names.get(argument, argument))}
    named = any(
        split(name) == tuple(ask.words)
        or (
            ask.schemas.types(ask.entity.fields[name].schema_) == {"boolean"}
            and {*aim.is_now.done, aim.verb} & set(split(ask.names.get(argument, argument)))
        )
        for argument, name in values.items()
    )
    rest = set(ask.words[1:]) - set(ask.noun) - _FACETS - STATE_WORDS
    settles = ask.words[0] in _SETTLING and (not rest or bool(rest & told))
    if ask.words[0] in _ADDING | _TAKING:
        values = {a: name for a, name in values.items() if ask.entity.fields[name].schema_.get("type") != "array"}
    if inner:
        plan.effects, plan.rules = inner, ["A7"]
        plan.lower("medium", "It is taken to set what its arguments are called like, and nothing else.")
        return plan
    if not values or not (settles or named or set(ask.words[1:]) & told):
        return None
    plan.values = values
    plan.add_rules("A7")
    plan.lower("medium", "It is taken to set the fields that its arguments are called like, and nothing else.")
    return plan


def _inner_effects(ask: ActionAsk) -> list[Effect]:
    """Read ``set status(online, seen_at)`` of a row whose ``status`` is an object with such properties."""
    if ask.words[0] != "set":
        return []
    named = next((n for n in ask.entity.fields if normal(n) == "".join(ask.words[1:])), None)
    properties = ask.schemas.resolve(ask.entity.fields[named].schema_).get("properties") if named is not None else None
    held = {normal(name): name for name in properties or {} if "." not in name}
    sent = {a: held[normal(ask.names.get(a, a))] for a in ask.arguments if normal(ask.names.get(a, a)) in held}
    return [Effect(field=f"{named}.{name}", by=Operand(argument=a)) for a, name in sent.items()]


def _sent_values(ask: ActionAsk, plan: ActionPlan) -> None:
    """Let the arguments that are called like fields set these (rule A7)."""
    if plan.kind in ("transfer", "adjust", "edit"):
        used = {e.by.argument for e in plan.effects} | {ref.argument for ref in plan.rows.values()}
    else:
        used = {e.by.argument for e in plan.effects if e.by.argument is not None}
    changed = {effect.field for effect in plan.effects} | set(plan.values.values())
    if plan.rules == ["A7"]:
        return
    for argument, name in sent_fields(ask, changed).items():
        words = split(ask.names.get(argument, argument))
        context = "".join(words) in _CREDENTIALS | _DISCRIMINATORS or words[-1:] in (
            ("version",),
            ("revision",),
            ("etag",),
        )
        context = context or (words[-1:] == ("id",) and not _CONTEXTS.isdisjoint(words))
        if argument not in used and argument not in plan.values and not context:
            plan.values[argument] = name
            plan.add_rules("A7")


# -- arrays ------------------------------------------------------------------------------------------------------------


def _array_edit(ask: ActionAsk, aim: Wanted) -> ActionPlan | None:
    """Read ``add_tag(pet_id, tag)`` and ``remove_tags(pet_id, tags)``: an array inside the row (rule A8)."""
    verb = ask.words[0]
    adds, takes = verb in _ADDING, verb in _TAKING
    if ask.undo:
        adds, takes = takes, adds
    if not adds and not takes:
        return None
    about = aim.about or ((verb.removeprefix("un"),) if verb in ("tag", "untag", "label", "unlabel") else ())
    noun = singular_phrase([word for word in about if word not in ("to", "from", "in", "a", "an", "the", "new")])
    if not noun:
        return None
    target = _array_of(ask.entity, noun)
    if target is None:
        return None
    given = [a for a in ask.arguments if _names_item(split(ask.names.get(a, a)), noun)]
    if not given and len(ask.arguments) == 1:
        given = list(ask.arguments)
    if len(given) != 1:
        return None
    argument, items = given[0], ask.schemas.resolve(ask.entity.fields[target].schema_).get("items")
    types = ask.types(argument)
    if "array" in types:
        types = ask.schemas.types(ask.schemas.resolve(ask.arguments[argument]).get("items"))
    held = ask.schemas.types(items)
    if types and held and not types & held and not (takes and "object" in held):
        return None
    plan = ActionPlan("edit", rules=["A8"])
    plan.effects.append(Effect(field=target, do="append" if adds else "remove", by=Operand(argument=argument)))
    if takes and _refuses_absent(ask):
        plan.checks.append(Check(field=target, test="has", than=Operand(argument=argument), reason="missing"))
    if adds and _refuses_repeats(ask):
        plan.checks.append(Check(field=target, test="has_not", than=Operand(argument=argument), reason="conflict"))
    return plan


def _refuses_absent(ask: ActionAsk) -> bool:
    said = r"\bnot (?:found|present|in the|part of|a member)\b|\bdoes ?n[o']t (?:have|exist|contain)\b"
    return any(
        re.search(said, error.description, re.IGNORECASE) for error in ask.errors if error.status in (400, 409, 422)
    )


def _array_of(entity: Entity, noun: tuple[str, ...]) -> str | None:
    """Find the array field that holds things called ``noun``: ``tags``, ``tag_ids``, ``tag_list``."""
    wanted_names = {
        "".join((*noun[:-1], plural(noun[-1]))),
        "".join(noun),
        "".join(noun) + "ids",
        "".join(noun) + "list",
        plural(noun[-1]),
        noun[-1] + "ids",
    }
    for name, row_field in entity.fields.items():
        if row_field.schema_.get("type") == "array" and row_field.role == "data" and normal(name) in wanted_names:
            return name
    return None


def _names_item(words: tuple[str, ...], noun: tuple[str, ...]) -> bool:
    """Whether an argument's name means the item of an array: ``tag``, ``tags``, ``tag_id``, ``tag_name``."""
    base = words[:-1] if len(words) > 1 and words[-1] in ("id", "ids", "name", "names", "key", "value") else words
    return bool(base) and singular(base[-1]) == noun[-1]
