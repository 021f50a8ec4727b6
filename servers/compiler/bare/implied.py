"""What tools imply of things of which nothing else is told: states, booleans, amounts, settings (B10).

Without a state document and without schemas of rows, the verbs are all there is: what can be cancelled has a status,
what can be frozen and unfrozen a boolean, what money is paid in to a balance, and what ``set_volume(level)`` sets is
kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from inftool.servers.compiler.aims import undone_by, wanted
from inftool.servers.compiler.bare.answer import Answer
from inftool.servers.compiler.bare.creating import first_state
from inftool.servers.compiler.bare.names import FACETS, Named
from inftool.servers.compiler.bare.telling import same_stem
from inftool.servers.compiler.bare.things import STRONG_ENDS, Thing, World, plain_schema
from inftool.servers.compiler.inflection import forms
from inftool.servers.compiler.states import match_value
from inftool.servers.compiler.words import normal, plural, plural_phrase, singular, split, word_set
from inftool.servers.program import ActionOperation, CreateOperation, Operation, UpdateOperation
from inftool.specs.spec import JsonSchema

_ASKS = frozenset(("read", "list", "search"))
_TOGGLES = word_set(
    "suspend freeze archive pin mute star lock block feature favorite favourite flag hide ban bookmark watch follow "
    "subscribe verify insure like trash quarantine blacklist whitelist protect"
)
"""Verbs after which a row is as it was but for one thing."""
_PASSING = word_set(
    "share copy clone duplicate fork notify ping contact invite vote upvote downvote rate react print export sync run "
    "execute trigger test preview call email message remind click press navigate skip play seek apply view visit "
    "sort merge touch use transfer move swap trade write append"
)
"""Verbs that need leave no trace in the state of their row."""
_JOINS = {
    "join": "leave", "enroll": "unenroll drop leave withdraw", "invite": "uninvite disinvite", "enter": "leave exit",
    "admit": "dismiss discharge", "register": "unregister deregister", "include": "exclude",
}  # fmt: skip
_KEEPING = word_set("assign reassign reserve book schedule process renew transfer rent borrow promote escalate snooze")
"""Verbs known of states that only set what they are given, where a tool gives it something."""
_SETTING = word_set("set change update edit modify correct adjust rename move put assign replace relocate register")
_GIVING = word_set("deposit withdraw credit debit topup top fund pay charge recharge refund repay spend transfer load")
_STOCKING = word_set("restock replenish receive consume deplete sell")
_COUNTED = word_set("points credits tokens coins units miles stars hours minutes balance stock")
_AMOUNTS = word_set("amount quantity qty value count units points credits sum total miles hours minutes")
_BEGINNINGS = {
    "resume": "paused", "return": "active", "renew": "active", "approve": "pending", "reject": "pending", "accept":
    "pending", "decline": "pending", "publish": "draft", "submit": "draft", "ship": "processing", "deliver":
    "processing", "dispatch": "processing", "confirm": "pending", "start": "pending", "complete": "open", "finish":
    "open", "close": "open", "resolve": "open", "checkin": "booked", "checkout": "booked", "pay": "unpaid", "sign":
    "unsigned", "activate": "inactive", "connect": "disconnected",
}  # fmt: skip
"""What a row is before a verb, where the verbs are all that is known."""
_GENERIC = word_set(
    "setting preference config configuration option status state info profile dashboard summary overview"
)
_LISTS = word_set("list wishlist watchlist waitlist playlist queue cart basket favorite bookmark")
_PLAIN_VALUES = word_set("value level on enabled state mode active new amount setting status")
_PLENTY = 5000
_OFF = {"disable": "enable", "deactivate": "activate", "stop": "start", "close": "open"}
_MONEY = word_set("balance credit wallet funds budget cash purse account")
_YES = word_set("subscribe enable activate accept allow start follow join unlock open arm")
_NO = word_set("unsubscribe disable deactivate decline deny stop leave unfollow lock close disarm")


def imply(
    world: World, names: Mapping[str, Named], answers: Mapping[str, Answer], read: Mapping[str, Operation]
) -> bool:
    """Give things the fields that the tools imply which could not be understood without; tell whether any was given.

    Args:
        world: the things; those that a state document tells of are left as they are.
        names: the tools with their names taken apart.
        answers: what each declares to answer.
        read: the operations as they were first understood.
    """
    given = any(thing.given for thing in world.things)
    found = False
    for thing in world.rows():
        if not thing.rows and not thing.given:
            lost = [names[tool] for tool, one in read.items() if _lost(one, thing, names[tool])]
            about = _about(world, thing, names.values())
            moved = [names[tool] for tool, one in read.items() if _moved(one, thing)]
            found = _row_fields(world, thing, lost, about, moved, answers) or found
    if not given:
        found = _single_fields(world, names, answers, read) or found
    return found


def _lost(operation: Operation, thing: Thing, named: Named) -> bool:
    """Whether a tool on a row of a thing was not understood: nothing happens, or only what the caller may leave out."""
    if isinstance(operation, UpdateOperation) and operation.entity == thing.name and named.kind == "action":
        aim = wanted(_words(named), thing.noun)
        ends = aim is not None and aim.is_lifecycle and aim.verb not in _KEEPING
        return ends or not set(operation.values) & set(named.required)
    return operation.kind == "action" and operation.entity == thing.name and "A9" in operation.rules


def _moved(operation: Operation, thing: Thing) -> bool:
    """Whether a tool was taken for a change of state that no declared values speak against."""
    if not isinstance(operation, ActionOperation) or operation.kind != "transition" or operation.entity != thing.name:
        return False
    return any(isinstance(effect.by.value, str) for effect in operation.effects)


def _about(world: World, thing: Thing, names: Iterable[Named]) -> list[Named]:
    return [n for n in names if any(world.keyed(a, n.schema(a), n.single) is thing for a in n.required)]


def begin(world: World, read: Mapping[str, Operation]) -> bool:
    """Let half of the invented rows be as the tools need them: not yet cancelled, not yet frozen (rule G5).

    Returns:
        Whether any field got such a value.
    """
    things = {thing.name: thing for thing in world.rows() if not thing.rows and not thing.given}
    found = _well_stocked(world, read)
    for operation in read.values():
        if not isinstance(operation, ActionOperation) or operation.entity not in things:
            continue
        thing = things[operation.entity]
        for effect in operation.effects:
            schema = thing.fields.get(effect.field, {})
            if effect.row != "row" or effect.field in thing.started or effect.do != "set":
                continue
            if effect.by.value is True and schema.get("type") == "boolean":
                thing.begun[effect.field], found = [False], True
            elif isinstance(effect.by.value, str) and schema.get("enum"):
                first = first_state(schema["enum"])
                if first is not None:
                    thing.begun[effect.field], found = [first], True
    for operation in read.values():
        if isinstance(operation, ActionOperation) and operation.entity in things:
            for check in operation.checks:
                held = things[operation.entity].begun.get(check.field or "")
                if check.row == "row" and check.test == "in" and isinstance(held, list) and check.than is not None:
                    wanted_here = check.than.value if isinstance(check.than.value, list) else []
                    held += [v for v in wanted_here[:1] if v not in held]
    return found


def _well_stocked(world: World, read: Mapping[str, Operation]) -> bool:
    """Let numbers that tools take from be large enough at first: balances, stock, seats (rule G5)."""
    things = {thing.name: thing for thing in world.things if not thing.rows and not thing.given}
    found = False
    for operation in read.values():
        if not isinstance(operation, ActionOperation | CreateOperation):
            continue
        for effect in operation.effects:
            ref = operation.rows.get(effect.row)
            own = operation.entity if effect.row == "row" else ref.entity if ref is not None else None
            thing = things.get(own or "")
            schema = thing.fields.get(effect.field, {}) if thing is not None else {}
            kind = schema.get("type")
            small = isinstance(schema.get("maximum"), int | float) and schema["maximum"] < _PLENTY
            spent = thing is not None and effect.do == "subtract" and kind in ("integer", "number") and not small
            if thing is not None and spent and thing.started.get(effect.field) != _PLENTY:
                thing.started[effect.field], found = _PLENTY, True
    return found


# -- rows --------------------------------------------------------------------------------------------------------------


def _arguments(world: World, thing: Thing, named: Named) -> None:
    """Keep what a tool is given beside the row: ``change_phone(email, phone)``."""
    for argument in named.arguments:
        other = world.keyed(argument, named.schema(argument), named.single)
        if thing.field(argument) is None and other is None and argument != _amount(named):
            thing.fields[argument] = plain_schema(named.schema(argument))


def _row_fields(
    world: World, thing: Thing, lost: list[Named], about: list[Named], moved: list[Named], answers: Mapping[str, Answer]
) -> bool:
    """Give a thing the fields that the verbs not understood speak of."""
    before = {**thing.fields, **thing.led, **thing.lists}
    verbs = {named.verb for named in about}
    steps: list[Named] = []
    for named in lost:
        words = _words(named)
        aim = wanted(words, (*thing.noun, *(word for alias in thing.aliases for word in alias)))
        if aim is None or not words:
            continue
        _arguments(world, thing, named)
        back = undone_by(aim.verb) or (aim.verb,)
        base = next((verb for verb in back if verb in verbs), back[0])
        if base not in verbs and aim.verb.startswith(("dis", "de")) and aim.verb not in _OFF:
            base = aim.verb
        amount = _amount(named)
        about_else = [w for w in aim.about if w not in _world_words(named, thing)]
        switched = words[0] in ("turn", "switch", "power")
        if amount is not None and (named.verb in _GIVING | _STOCKING or about_else):
            _count(thing, named, amount, about_else, answers[named.tool.name])
        elif switched:
            held = thing.fields.setdefault("power", {"type": "string"})
            if held.get("type") == "boolean":
                thing.started["power"] = False
            elif held.setdefault("enum", ["off", "on"]) == ["off", "on"]:
                thing.started["power"] = "off"
        elif about_else and (named.verb in _YES | _NO or base in _TOGGLES):
            _toggle(thing, _OFF.get(base, base), (), "_".join(about_else))
        elif about_else:
            continue
        elif base in _TOGGLES or base != aim.verb or any(base in undone_by(verb) for verb in verbs):
            _toggle(thing, base, aim.words[1:])
        elif (aim.verb not in _PASSING or aim.words[1:]) and aim.verb not in _SETTING:
            steps.append(named)
    _memberships(world, thing, about)
    if steps:
        ends = [n for n in about if n.kind == "delete" and n.verb in ("cancel", "void", "revoke", "terminate")]
        _status(thing, [*steps, *moved, *ends])
    thing.implied |= {name for name in thing.fields if name not in before}
    return {**thing.fields, **thing.led, **thing.lists} != before


def _memberships(world: World, thing: Thing, about: list[Named]) -> None:
    """Read ``join_trip(trip_id, person)`` beside ``leave_trip(trip_id, person)``: a list of those who are in it."""
    for named in about:
        if named.verb not in _JOINS or world.called(named.single) is not thing:
            continue
        others = [a for a in named.required if world.keyed(a, named.schema(a), named.single) is not thing]
        if len(others) != 1 or named.type(others[0]) not in ("string", "integer"):
            continue
        words = split(others[0])
        stem = words[:-1] if len(words) > 1 and words[-1] in STRONG_ENDS else words
        name = "_".join(plural_phrase(stem))
        for other in about:
            same = others[0] in other.required and world.called(other.single) is thing
            if same and other.verb in (named.verb, *_JOINS[named.verb].split()):
                thing.lists[other.tool.name] = (name, others[0], other.verb == named.verb)
        used = [n for n in about if others[0] in n.arguments and n.tool.name not in thing.lists]
        held = thing.field(others[0], noun=False)
        if held is not None and not used and held != thing.key:
            del thing.fields[held]
            thing.references.pop(held, None)
        thing.fields.setdefault(name, {"type": "array", "items": {"type": named.type(others[0])}})


def _words(named: Named) -> tuple[str, ...]:
    words = split(str(named.tool.annotations.get("spoken", named.tool.name)))
    if named.verb in words:
        return words[words.index(named.verb) :]
    particles = words[:2] if words[1:2] and words[1] in ("in", "out", "on", "off", "up", "down", "back") else ()
    return particles or ((named.verb, *named.noun) if named.verb else ())


def _world_words(named: Named, thing: Thing) -> set[str]:
    """Return the words of a tool's name that only say which row it is about."""
    other = {w for a in named.required if split(a)[-1:] and split(a)[-1] in STRONG_ENDS for w in split(a)}
    foreign = set(named.noun) if named.kind != "create" and not set(named.noun) & other else set()
    other |= {word for alias in thing.aliases for word in alias}
    return {*thing.noun, *other, *(plural(w) for w in thing.noun), *(foreign if len(named.required) == 1 else ())}


def _amount(named: Named) -> str | None:
    numbers = [a for a in named.required if named.type(a) in ("number", "integer")]
    called = [a for a in numbers if set(split(a)) & _AMOUNTS]
    return next(iter(called), numbers[0] if len(numbers) == 1 and named.verb in _GIVING | _STOCKING else None)


def _count(thing: Thing, named: Named, amount: str, about: list[str], answer: Answer) -> None:
    """Add the number that an amount is added to or taken off."""
    told = [n for n, s in answer.properties.items() if s.get("type") in ("number", "integer") and n != amount]
    counted = [w for w in split(amount) if w in _COUNTED]
    left = [split(n)[-1] for n in told if split(n)[:1] and split(n)[0] in ("new", "remaining", "updated", "total")]
    name = next(iter([*left, *told, *("_".join(about).split() if about else ()), *counted]), None)
    if name is None:
        name = "stock" if named.verb in _STOCKING else "balance"
    if thing.field(name, noun=False) is None:
        thing.fields[name] = {"type": named.type(amount), "minimum": 0}
        thing.started.setdefault(name, 500)


def _toggle(thing: Thing, verb: str, rest: Iterable[str], about: str = "") -> None:
    name = (f"{about}_" if about else "") + participle(verb) + "".join(rest)
    if thing.field(name, noun=False) is None:
        thing.fields[name] = {"type": "boolean", "default": False}
        thing.started[name] = False


def _status(thing: Thing, steps: list[Named]) -> None:
    """Add a status whose values are the participles of the verbs, after what a row is at first."""
    name = next((n for n in thing.fields if split(n)[-1:] and split(n)[-1] in ("status", "state")), "status")
    schema = dict(thing.fields.get(name, {"type": "string"}))
    known = [v for v in schema.get("enum") or () if isinstance(v, str)]
    if known:
        _by_elimination(thing, name, known, steps)
        return
    for named in steps:
        phrase = tuple(w for w in _words(named)[:2] if w == named.verb or w in ("in", "out", "off", "up", "back"))
        done = _quoted(named, forms(phrase[:1] or (named.verb,)).done) or _participle(named, phrase)
        if normal(done) not in {normal(v) for v in known}:
            known.append(done)
    first = next((_BEGINNINGS[n.verb] for n in steps if n.verb in _BEGINNINGS), "active")
    schema["enum"] = [first, *(v for v in known if v != first)]
    schema["default"] = first
    thing.fields[name] = schema
    thing.started[name] = first


def _by_elimination(thing: Thing, name: str, known: list[str], steps: list[Named]) -> None:
    """Give the one declared value that no verb leads to and that is not the first to the one verb without a value."""
    found: set[str] = set()
    without: list[Named] = []
    for named in steps:
        aim = wanted(_words(named), thing.noun)
        value = match_value(known, aim, thing.noun) if aim is not None else None
        if value is None:
            without.append(named)
        else:
            found.add(value[0])
    first = first_state(known) or next(iter(v for v in known if v not in found), known[0])
    left = [value for value in known if value not in found and value != first]
    for named in without:
        told = [
            value for value in left if f" {' '.join(split(value))} " in f" {' '.join(split(named.tool.description))} "
        ]
        if len(told) == 1 or (len(without) == 1 and len(left) == 1):
            thing.led[named.tool.name] = (name, (told or left)[0])


def _participle(named: Named, phrase: tuple[str, ...]) -> str:
    if len(phrase) > 1:
        return f"{participle(phrase[0])}_{phrase[1]}"
    joined = {"checkin": "checked_in", "checkout": "checked_out"}
    return joined.get(named.verb) or participle(named.verb)


def participle(verb: str) -> str:
    """Return the usual participle: short verbs double their last letter."""
    done = forms((verb,)).done
    short = sum(letter in "aeiouy" for letter in verb) == 1
    return done[1] if len(done) > 1 and short and done[1].removeprefix(verb)[:1] == verb[-1] else done[0]


def _quoted(named: Named, shapes: Iterable[str]) -> str | None:
    """Return the participle in the spelling that the description has it in."""
    told = set(split(named.tool.description[:2000]))
    return next((shape for shape in shapes if shape in told), None)


# -- single objects ----------------------------------------------------------------------------------------------------


def _single_fields(
    world: World, names: Mapping[str, Named], answers: Mapping[str, Answer], read: Mapping[str, Operation]
) -> bool:
    """Make the objects that reads without arguments show and that writes without a row change (rule B9)."""
    asked = [names[t] for t, one in read.items() if one.kind == "compute" and _asks_for_one(names[t])]
    writes = [names[t] for t, one in read.items() if one.kind == "opaque" or _joins(names[t], one)]
    found = False
    for named in writes:
        asks = _shown_by(named, asked, answers)
        if asks is None:
            continue
        thing = _single_of(world, asks, answers[asks.tool.name], named)
        held = set(thing.fields)
        _keep(world, thing, named, asks, answers)
        thing.implied |= set(thing.fields) - held
        found = True
    return found


def _asks_for_one(named: Named) -> bool:
    asks = named.kind in _ASKS or (named.kind is None and named.noun[-1:] and singular(named.noun[-1]) in _GENERIC)
    return bool(asks) and not named.required and bool(named.noun)


def _joins(named: Named, operation: Operation) -> bool:
    """Whether a tool that came to nothing puts the row that it names in a list: ``join_queue(ride_id)``."""
    return operation.kind == "action" and "A9" in operation.rules and len(named.required) == 1


def _shown_by(named: Named, asked: list[Named], answers: Mapping[str, Answer]) -> Named | None:
    """Return the read that shows what a write changes."""
    own = {singular(w) for w in (*named.noun, *(w for p in named.rest.values() for w in p))}
    words = own | {singular(w) for a in named.arguments for w in split(a)}
    told = {normal(n) for n in answers[named.tool.name].properties}
    text = {singular(w) for w in split(named.tool.description[:400])}
    scored: list[tuple[int, Named]] = []
    for asks in asked:
        noun = {singular(w) for w in asks.noun} - _GENERIC
        shown = answers[asks.tool.name].properties
        score = 4 * len(noun & own) + 2 * len(noun & words) + 3 * len(told & {normal(n) for n in shown})
        score += 4 * any(set(forms((named.verb,)).done) & set(split(n)) for n in shown)
        score += 2 * sum(any(_like(a, n) for n in shown) for a in named.arguments)
        if score == 0 and not _row_named(named):
            held = noun | {w for n in shown for w in split(n)}
            paid = named.verb in _GIVING and _amount(named) is not None and bool(held & _MONEY)
            score = (
                3 * paid
                + 2 * len(noun & text)
                + (len(asked) == 1)
                + (1 if not noun and {singular(w) for w in asks.noun} & _GENERIC else 0)
            )
        scored.append((score, asks))
    best = max(scored, key=lambda pair: pair[0], default=None)
    if best is None or best[0] == 0 or (_row_named(named) and best[0] < 4):
        return None
    return best[1]


def _row_named(named: Named) -> bool:
    return any(split(a)[-1:] and split(a)[-1] in STRONG_ENDS for a in named.required)


def _like(argument: str, name: str) -> bool:
    one, other = [w for w in split(argument) if w != "new"], split(name)
    return bool(one) and (normal(argument) == normal(name) or other[-len(one) :] == tuple(one))


def _single_of(world: World, asks: Named, answer: Answer, named: Named) -> Thing:
    """Return the object that a read shows; a list of values is a variable of the session."""
    noun = asks.noun if asks.noun[-1] in ("settings", "preferences") else asks.single
    if _is_list(asks, answer) and (answer.declared or named.kind != "update"):
        session = world.session
        items: JsonSchema = {"type": "string"}
        session.fields.setdefault("_".join(asks.noun), {"type": "array", "items": items, "default": []})
        return session
    thing = next((t for t in world.singles() if t.noun == noun), None)
    if thing is None:
        thing = Thing(noun, singleton=True)
        world.things.append(thing)
        singles = [t for t in world.singles() if t is not thing and t.noun]
        for name, schema in answer.properties.items():
            if any(split(name)[: len(t.noun)] == t.noun and t.field(name, noun=False) for t in singles):
                continue
            if not (schema.get("type") == "array" and answer.rows == [name]):
                thing.fields[name] = dict(schema)
    return thing


def _is_list(asks: Named, answer: Answer) -> bool:
    last = singular(asks.noun[-1])
    listed = answer.plain is not None and (answer.kind == "array" or len(answer.properties) == 1)
    undeclared = not answer.declared and (asks.plural or asks.kind == "list") and last not in _GENERIC
    return listed or undeclared or (last in _LISTS and not answer.declared)


def _keep(world: World, thing: Thing, named: Named, asks: Named, answers: Mapping[str, Answer]) -> None:
    """Give an object the fields that a write sets and that it does not have."""
    if not thing.noun:
        return
    rest = [w for w in named.noun if singular(w) not in {singular(v) for v in asks.noun} and w not in FACETS]
    if named.arguments:
        amount = _amount(named) if named.verb in _GIVING else None
        for argument in [amount] if amount is not None else named.arguments:
            if thing.field(argument) is not None or any(_like(argument, name) for name in thing.fields):
                continue
            if _amount(named) == argument and any(
                s.get("type") in ("number", "integer") for s in thing.fields.values()
            ):
                continue
            if world.keyed(argument, named.schema(argument)) is not None and not answers[asks.tool.name].declared:
                continue
            if normal(argument) in ("password", "pin", "code", "passcode", "token"):
                continue
            name = "_".join(rest) if rest and normal(argument) in _PLAIN_VALUES else argument
            if _amount(named) == argument and named.verb in _GIVING | {"add", "use"}:
                name = "balance"
            if thing.field(name) is None:
                thing.fields[name] = plain_schema(named.schema(argument))
    elif named.verb:
        base = _OFF.get(named.verb) or (undone_by(named.verb) or (named.verb,))[0]
        name = "_".join(rest) if rest and named.verb in _YES | _NO else "on" if base == "enable" else participle(base)
        booleans = [n for n, s in thing.fields.items() if s.get("type") == "boolean"]
        if any(same_stem(w, part) for w in split(named.tool.name) for n in booleans for part in split(n)):
            return
        if thing.field(name) is None and not (booleans and set(split(booleans[0])) & set(split(name))):
            thing.fields[name] = {"type": "boolean", "default": False}
            thing.started[name] = False
