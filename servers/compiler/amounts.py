"""What an action does to numbers: balances, stock, points, transfers and tallies (rules N1, N2, N5, A4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from inftool.servers.compiler.aims import Wanted
from inftool.servers.compiler.plans import ActionAsk, ActionPlan
from inftool.servers.compiler.states import Match
from inftool.servers.compiler.words import normal, plural, singular, split, word_set
from inftool.servers.program import Check, Effect, Entity, EntityField, Operand, RowRef
from inftool.specs.spec import JsonSchema

_MORE = word_set(
    "deposit credit add topup top refund increase increment raise restock replenish load fund earn award grant gain "
    "recharge refill refuel fill reward "
    "contribute donate"
)
_LESS = word_set(
    "withdraw debit subtract deduct decrease decrement lower reduce spend pay repay use consume redeem burn remove "
    "take charge deplete"
)
_OBJECTLESS = word_set(
    "deposit credit topup top refund restock replenish fund withdraw debit deduct spend redeem consume recharge charge "
    "increment decrement increase decrease reload pay repay refuel refill"
)
"""Verbs that mean the one amount of a row without naming it."""
_MOVING = word_set("transfer send move remit wire pay exchange convert")
_AMOUNTS = word_set(
    "amount quantity qty value count points credits units delta sum number liters litres gallons minutes hours by "
    "change adjustment money funds cash increment decrement"
)
_SIGNED = word_set("delta change adjustment offset difference by shift")
_STOCKS = word_set(
    "balance funds wallet stock inventory quantity available remaining credit credits point points fuel hand "
    "units allowance coins tokens cash savings checking battery"
)
_ORDER = (
    "balance", "remaining", "available", "funds", "wallet", "cash", "stock", "inventory", "quantity", "hand", "points",
    "credits", "coins", "tokens", "units", "fuel",
)  # fmt: skip
_BOUNDS = word_set(
    "limit min max minimum maximum threshold reorder initial opening start starting price rate cost capacity percent "
    "percentage pending reserved credit_limit id currency per used last lifetime interest average"
)
_MONEY = word_set("funds fund money cash amount balance payment credit")
_OWED = word_set("due remaining outstanding owed owing unpaid")
_PAID = word_set("paid repaid received collected")
_DEBTS = word_set("invoice bill loan debt installment instalment mortgage order charge fine")
_OVERDRAFT = word_set("overdraft overdrawn creditlimit overdraftlimit allowoverdraft")
_TO = word_set("to destination dest target recipient receiver payee beneficiary into")
_FROM = word_set("from source sender payer origin debtor")
_KEPT_IN = word_set("amount value available current total quantity count onhand")
_TALLY_WORDS = word_set("count total num number of counter")
_ENGAGING = word_set(
    "like unlike favorite favourite star unstar follow unfollow vote upvote downvote share view watch "
    "unwatch bookmark clap reblog boost subscribe unsubscribe repost play download install visit increment decrement"
)
_AGENTS = {"star": "stargazers", "view": "viewers", "play": "playback", "vote": "score"}


def read_amounts(ask: ActionAsk, aim: Wanted) -> ActionPlan | None:
    """Tell how an action changes a number of its row, or moves it to another (rule N1)."""
    if aim.verb in _MOVING:
        plan = _transfer(ask, aim)
        if plan is not None:
            return plan
    verb = aim.words[0] if aim.words else ""
    if verb in ("adjust", "change", "update", "modify"):
        return _shift(ask, verb, tuple(singular(word) for word in aim.about))
    if verb not in _MORE | _LESS or ask.undo:
        return None
    about = tuple(singular(word) for word in aim.about)
    if not about and verb not in _OBJECTLESS:
        return None
    given = amount_argument(ask)
    one = given is None and verb in ("increment", "decrement")
    if given is None and not one:
        return None
    up = verb in _MORE
    targets = _targets(ask, verb, about)
    if not targets:
        return None
    plan = ActionPlan("adjust", rules=["N1"])
    by = Operand(value=1) if given is None else Operand(argument=given)
    if given is not None:
        plan.checks += _positive(ask, given)
    for place in targets:
        settled = verb in ("pay", "repay") and bool(_PAID & set(split(place)))
        do: Literal["add", "subtract"] = "add" if up or settled else "subtract"
        if do == "subtract" and not _may_go_below(ask.entity):
            owed = verb in ("pay", "repay")
            plan.checks.append(Check(field=place, test="gte", than=by, reason="invalid" if owed else "funds"))
        plan.effects.append(Effect(field=place, do=do, by=by))
    return plan


def _shift(ask: ActionAsk, verb: str, about: Sequence[str]) -> ActionPlan | None:
    """Read ``adjust_stock(product_id, delta)``: a change that may go either way."""
    given = next((a for a in ask.arguments if set(split(ask.names.get(a, a))) & _SIGNED), None)
    targets = _targets(ask, verb, about) if given is not None else []
    if given is None or not ask.types(given) & {"integer", "number"} or not targets:
        return None
    down = Operand(argument=given, times=Operand(value=-1))
    plan = ActionPlan("adjust", rules=["N1"])
    plan.checks.append(Check(field=targets[0], test="gte", than=down, reason="funds"))
    plan.effects.append(Effect(field=targets[0], do="add", by=Operand(argument=given)))
    return plan


def amount_argument(ask: ActionAsk) -> str | None:
    """Find the argument that says how much: the one number, or the one called like an amount.

    The name of a number inside an object is dotted: ``amount.value``.
    """
    found: list[str] = []
    numbers: list[str] = []
    for argument in ask.arguments:
        words = split(ask.names.get(argument, argument))
        if not words:
            continue
        schema = ask.schemas.resolve(ask.arguments[argument])
        numeric = bool(ask.types(argument) & {"integer", "number"})
        texty = ask.types(argument) == {"string"} and words[-1] in ("amount", "value") and "enum" not in schema
        if words[-1] in ("id", "page", "limit", "number") and len(words) > 1:
            continue
        if numeric:
            numbers.append(argument)
        if (numeric or texty) and words[-1] in _AMOUNTS:
            found.append(argument)
        inner = schema.get("properties")
        if words[-1] in _AMOUNTS and isinstance(inner, dict):
            found += [f"{argument}.{name}" for name in inner if normal(name) in ("value", "amount")][:1]
    if found:
        return found[0]
    return numbers[0] if len(numbers) == 1 else None


def _positive(ask: ActionAsk, argument: str) -> list[Check]:
    """Refuse amounts of nothing or less, unless the schema does so or the argument is called a change."""
    schema = ask.schemas.resolve(ask.arguments.get(argument, {}))
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    bounded = (isinstance(low, (int, float)) and low != 0) or isinstance(above, (int, float))
    if bounded or set(split(argument)) & _SIGNED:
        return []
    return [Check(argument=argument, test="gt", than=Operand(value=0), reason="invalid")]


def _may_go_below(entity: Entity) -> bool:
    return any(normal(name) in _OVERDRAFT or split(name)[:1] == ("overdraft",) for name in entity.fields)


def _targets(ask: ActionAsk, verb: str, about: Sequence[str]) -> list[str]:
    """The places of the numbers that are meant: one, or those of one balance that are shown in several ways."""
    places = number_places(ask.entity.fields)
    noun = set(ask.noun)
    if verb in ("pay", "repay"):
        owed = [p for p in places if set(split(p)) & _OWED]
        paid = [p for p in places if set(split(p)) & _PAID]
        if owed or paid:
            return [*owed[:1], *paid[:1]]
        debt = {singular(word) for word in ask.entity.label.split()} & _DEBTS
        return [p for p in places if split(p)[-1] == "balance"][:1] if debt or verb == "repay" else []
    if about and not set(about) <= _MONEY:
        named = [p for p in places if {singular(w) for w in split(p)} & set(about)]
        named = [p for p in named if not set(split(p)) & _BOUNDS - set(about)]
        exact = [p for p in named if tuple(singular(w) for w in split(p)) == tuple(about)]
        return (exact or named)[:1] if len(exact or named) == 1 or exact else []
    held = [p for p in places if set(split(p)) & _STOCKS and not set(split(p)) & _BOUNDS - noun]
    if about:
        held = [p for p in held if set(split(p)) & word_set("balance funds wallet cash credit credits available")]
    if verb in ("increment", "decrement", "increase", "decrease") and not about:
        plain = [p for p in places if split(p)[-1] in word_set("value count counter total") and "." not in p]
        held = held if len(held) == 1 else plain if len(plain) == 1 else held
    if verb in ("refuel", "recharge", "charge") and not about:
        held = [p for p in held if verb == "charge" or set(split(p)) & word_set("fuel battery balance credits")]
    if not held:
        return []
    held.sort(key=lambda p: next((i for i, word in enumerate(_ORDER) if word in split(p)), len(_ORDER)))
    lead = held[0]
    if split(lead)[-1] == "balance" or split(lead)[0] == "balance":
        alike = word_set("balance balances available current account ledger total cash wallet amount value posted")
        return [p for p in held if set(split(p)) <= alike | noun] or [lead]
    return [lead]


def number_places(fields: Mapping[str, EntityField]) -> list[str]:
    """Return where a row keeps numbers: fields, and amounts inside objects such as ``balance.amount``."""
    found: list[str] = []
    for name, row_field in fields.items():
        if row_field.role != "data":
            continue
        kinds = _kinds(row_field.schema_)
        if kinds & {"integer", "number"} or (kinds == {"string"} and split(name)[-1:] == ("balance",)):
            found.append(name)
        inner = row_field.schema_.get("properties")
        if isinstance(inner, dict) and set(split(name)) & _STOCKS | {w for w in split(name) if w == "balances"}:
            found += [
                f"{name}.{key}"
                for key, schema in inner.items()
                if isinstance(schema, dict) and _kinds(schema) & {"integer", "number"} and normal(key) in _KEPT_IN
            ]
    return found


def balance_place(entity: Entity) -> str | None:
    """Return where the rows of an entity keep their money, or None where they have none."""
    held = [p for p in number_places(entity.fields) if set(split(p)) & word_set("balance balances funds wallet cash")]
    held = [p for p in held if not set(split(p)) & _BOUNDS]
    held.sort(key=lambda p: (len(split(p)), "available" in split(p)))
    return held[0] if held else None


def _kinds(schema: JsonSchema) -> set[str]:
    kinds = schema.get("type")
    return {k for k in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(k, str) and k != "null"}


# -- transfers ---------------------------------------------------------------------------------------------------------


def ends_of(arguments: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the arguments that say where something is taken from and where it goes to.

    Args:
        arguments: argument → its name in the document.
    """
    source = next((a for a, name in arguments.items() if set(split(name)) & _FROM), None)
    target = next((a for a, name in arguments.items() if set(split(name)) & _TO), None)
    return source, target


def _transfer(ask: ActionAsk, aim: Wanted) -> ActionPlan | None:
    given = amount_argument(ask)
    if given is None:
        return None
    source, target = ends_of({a: ask.names.get(a, a) for a in ask.arguments if a != given.partition(".")[0]})
    if source is not None and target is not None and source != target:
        return _between_fields(ask, source, target, given)
    place = balance_place(ask.entity) or _moved_number(ask)
    if target is None or place is None:
        return None
    other = receiver(ask, target)
    own = other is not None and other.name == ask.entity.name
    theirs = place if own else balance_place(other) if other is not None else None
    if other is None or theirs is None:
        return None
    plan = ActionPlan("transfer", rules=["N1"])
    key_field = key_field_of(other, ask.names.get(target, target))
    plan.rows["receiver"] = RowRef(entity=other.name, argument=target, key_field=key_field)
    plan.checks += _positive(ask, given)
    if other.name == ask.entity.name and key_field is None:
        message = f"{target}: it must be another {other.label}"
        plan.checks.append(
            Check(argument=target, test="ne", than=Operand(field=ask.entity.key), reason="invalid", message=message)
        )
    if not _may_go_below(ask.entity):
        plan.checks.append(Check(field=place, test="gte", than=Operand(argument=given), reason="funds"))
    plan.effects.append(Effect(field=place, do="subtract", by=Operand(argument=given)))
    plan.effects.append(Effect(row="receiver", field=theirs, do="add", by=Operand(argument=given)))
    return plan


def _moved_number(ask: ActionAsk) -> str | None:
    """Return the number of the row that the words name as what is moved: ``transfer tokens``."""
    return next((name for name in number_places(ask.entity.fields) if split(name) == ask.words[1:]), None)


def _between_fields(ask: ActionAsk, source: str, target: str, given: str) -> ActionPlan | None:
    """Read a transfer between two fields of one row, which the arguments name: ``checking`` to ``savings``."""
    numbers = {normal(name) for name in number_places(ask.entity.fields)}
    for argument in (source, target):
        options = ask.schemas.resolve(ask.arguments[argument]).get("enum")
        if not isinstance(options, list) or not all(isinstance(o, str) and normal(o) in numbers for o in options):
            return None
    plan = ActionPlan("transfer", rules=["N1"], checks=_positive(ask, given))
    plan.effects.append(Effect(field_from=source, do="subtract", by=Operand(argument=given)))
    plan.effects.append(Effect(field_from=target, do="add", by=Operand(argument=given)))
    return plan


def receiver(ask: ActionAsk, argument: str) -> Entity | None:
    """Return the entity that an argument such as ``to_account_id`` names a row of, or the action's own."""
    skipped = _TO | _FROM | word_set("id key number code name uuid email username")
    words = tuple(singular(w) for w in split(ask.names.get(argument, argument)) if w not in skipped)
    if not words or words[-1] in {singular(w) for w in ask.noun}:
        return ask.entity
    for entity in ask.entities.values():
        if entity.label.split()[-1:] == [words[-1]]:
            return entity
    return None


def key_field_of(entity: Entity, name: str) -> str | None:
    """Return the field, other than the key, that an argument such as ``to_account_number`` is compared with."""
    words = split(name)
    for candidate, row_field in entity.fields.items():
        last = split(candidate)[-1:] == words[-1:] and words[-1] in word_set("number email username iban phone handle")
        if last and candidate != entity.key and row_field.role == "data":
            return candidate
    return None


# -- tallies -----------------------------------------------------------------------------------------------------------


def read_tally(ask: ActionAsk, aim: Wanted, plan: ActionPlan, flag: Match | None) -> None:
    """Let a tally go along with an act of many: ``likes_count`` with ``like`` (rules A4, N2).

    Args:
        ask: the action.
        aim: its words.
        plan: added to.
        flag: the boolean that the act sets, where there is one; then only a change of it counts.
    """
    if (aim.verb.removeprefix("un") not in _ENGAGING and aim.verb not in _ENGAGING) or aim.about:
        return
    back = aim.not_now[:1] if aim.taken_back or ask.undo else ()
    shape = back[0] if back else aim.is_now
    verb = shape.verb
    names = {
        verb,
        plural(verb),
        verb + "r",
        verb + "rs",
        verb + "er",
        verb + "ers",
        *shape.done,
        *(_AGENTS.get(verb, ""),),
    }
    for name, row_field in ask.entity.fields.items():
        words = [word for word in split(name) if word not in _TALLY_WORDS and word not in ask.noun]
        counted = len(words) == 1 and words[0] in names and _kinds(row_field.schema_) & {"integer", "number"}
        if not counted or row_field.role != "data":
            continue
        by = Operand(value=1)
        if flag is not None:
            on, off = (0, 1) if flag.value else (1, 0)
            by = Operand(field=flag.field, mapped={"true": on, "false": off, "": off})
        elif back:
            plan.checks.append(Check(field=name, test="gt", than=Operand(value=0)))
        if not plan.effects:
            plan.kind = "adjust"
        plan.effects.append(Effect(field=name, do="subtract" if back else "add", by=by))
        plan.add_rules("N2")
        return
