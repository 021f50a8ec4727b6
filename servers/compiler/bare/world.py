"""Making the world of a list of tools: from the state document, and from the nouns that tools speak of (B2, E6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from inftool.servers.compiler.bare.answer import Answer
from inftool.servers.compiler.bare.evidence import HISTORIES, Evidence, Rows, as_integers, options_of, schema_of
from inftool.servers.compiler.bare.hollow import add_empty_history
from inftool.servers.compiler.bare.mappings import settle_mappings
from inftool.servers.compiler.bare.names import FACETS, Named
from inftool.servers.compiler.bare.parts import fold_parts, merge_stages
from inftool.servers.compiler.bare.things import ID_ENDS, STRONG_ENDS, Thing, World, deeds_of, plain_schema
from inftool.servers.compiler.filters import is_field_like
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import is_computed, normal, singular_phrase, split, word_set
from inftool.servers.runtime.changes import key_text

_ASKS = frozenset(("read", "list", "search"))
_ROWS_KINDS = frozenset(("create", "read", "list", "search", "update", "delete"))
_SAMPLE = 200
_FEW = 12
_CALLED = word_set("email mail phone iban plate barcode title label path address url pin serial reference ref vin")
_NO_KEYS = word_set(
    "query keyword text date day time month year status state type kind category city country amount quantity page "
    "limit message body description note content value reason format language"
)
_QUOTED_VALUES = re.compile(r"[`'\"]([A-Za-z][A-Za-z0-9_ -]{0,30})[`'\"]")
_NAMES_OF = re.compile(r"\b(?:names?|titles?|labels?) of (?:all |the |my |your )*", re.IGNORECASE)
_BINDING = word_set("assign reassign move transfer link merge set change give share attach tag append")
"""Actions after which a row names another."""


def make_world(names: Sequence[Named], answers: Mapping[str, Answer], evidence: Evidence) -> World:
    """Find the things that a list of tools speaks of.

    Args:
        names: the tools with their names taken apart.
        answers: what each declares to answer, by tool.
        evidence: the sorted state document; an empty one where there is none.
    """
    settle_mappings(evidence, names, answers)
    world = World()
    made: dict[int, Thing] = {}
    for rows in evidence.collections:
        thing = made[id(rows)] = _from_rows(rows)
        if rows.above is not None and id(rows.above) in made:
            thing.above = made[id(rows.above)]
        world.things.append(thing)
    for noun, values in evidence.singles.items():
        if noun or values:
            world.things.append(_from_single(noun, values))
    _alias_keys(world)
    _name_owners(world, names)
    _name_keys(world, names)
    _type_keys(world, names)
    for noun, (field, above) in evidence.hollow.items():
        if id(above) in made:
            add_empty_history(world, noun, field, made[id(above)], names, answers)
    _things_of_tools(world, names, answers, evidence)
    alone = not any(thing.given for thing in world.things)
    if alone:
        merge_stages(world, names)
        fold_parts(world, names, answers)
    _fields_of_tools(world, names, answers)
    if alone:
        fold_parts(world, names, answers)
    for thing in world.rows():
        _references(world, thing)
    return world


def _from_rows(rows: Rows) -> Thing:
    thing = Thing(rows.noun, key=rows.key, rows=rows.rows, given=True, hidden=list(rows.hidden), whole=rows.whole)
    thing.owner = rows.owner
    thing.keyed = rows.keyed
    thing.aliases += rows.aliases
    for row in rows.rows[:_SAMPLE]:
        for name in row:
            if name not in thing.fields:
                values = [held[name] for held in rows.rows[:_SAMPLE] if name in held]
                thing.fields[name] = schema_of(values, name)
    return thing


def _from_single(noun: tuple[str, ...], values: dict[str, Any]) -> Thing:
    fields = {name: schema_of([value], name) for name, value in values.items()}
    return Thing(noun, fields, singleton=True, rows=[dict(values)], given=True)


def _alias_keys(world: World) -> None:
    """Let the key of rows say what else one is called: ``nudge_id`` in the inbox (rule I1)."""
    for thing in world.rows():
        words = split(thing.key)
        stem = singular_phrase(words[:-1])
        if stem and words[-1] in STRONG_ENDS and thing.key not in thing.hidden and world.called(stem) is None:
            thing.aliases.append(stem)


def _name_owners(world: World, names: Sequence[Named]) -> None:
    """Find the rows by whose keys other rows are kept: ``{"40": [...]}`` beside the outing 40 (rule F1)."""
    for thing in world.rows():
        if thing.owner is None or thing.above is not None or thing.whole:
            continue
        texts = {str(value) for value in thing.values(thing.owner)}
        fit = [t for t in world.rows() if t is not thing and texts <= {str(v) for v in t.values(t.key)}]
        about = [n for n in names if n.noun and world.called(n.single) is thing]
        named = [t for t in fit if any(world.keyed(a, n.schema(a), n.single) is t for n in about for a in n.required)]
        if texts and len(named) == 1:
            thing.above = named[0]
            spelled = {str(key): key for key in named[0].values(named[0].key)}
            for row in thing.rows:
                row[thing.owner] = spelled[str(row[thing.owner])]
            thing.fields[thing.owner] = schema_of(thing.values(thing.owner), thing.owner)


# -- keys --------------------------------------------------------------------------------------------------------------


def _name_keys(world: World, names: Sequence[Named]) -> None:
    """Let the arguments of tools say what the key is called, where the state document has it under no name (I1)."""
    for thing in world.rows():
        if (thing.key not in thing.hidden and not thing.keyed) or thing.whole:
            continue
        spoken = [n for n in names if n.noun and world.called(n.single) is thing]
        counted: Counter[str] = Counter()
        for named in spoken:
            if named.kind in ("create", "list", "search"):
                continue
            for argument in named.required[:1]:
                free = _may_name(thing, argument) and not _names_other(world, thing, argument)
                if thing.above is not None:
                    free = free and world.keyed(argument, named.schema(argument)) is not thing.above
                if named.type(argument) in ("string", "integer", "") and free:
                    counted[argument] += 1
        for named in names:
            for argument in named.required:
                words = split(argument)
                if words[-1:] and words[-1] in ID_ENDS and words[:-1] in (thing.noun, thing.noun[-1:]):
                    counted[argument] += 1
        if counted:
            _rename_key(thing, counted.most_common(1)[0][0])


def _type_keys(world: World, names: Sequence[Named]) -> None:
    """Give keys that stood around the rows the type that arguments have for them."""
    for thing in world.rows():
        if not thing.keyed:
            continue
        kinds = {n.type(a) for n in names for a in n.arguments if world.keyed(a, n.schema(a), n.single) is thing}
        if kinds and kinds <= {"integer", "number"}:
            as_integers(thing.rows, thing.key)
            for below in world.rows():
                if below.above is thing and below.owner is not None:
                    as_integers(below.rows, below.owner)
            thing.fields[thing.key] = schema_of(thing.values(thing.key), thing.key)


def _names_other(world: World, thing: Thing, argument: str) -> bool:
    """Whether an argument names a row of another thing, though no two rows of a history share it yet."""
    words = split(argument)
    called = len(words) > 1 and words[-1] in ID_ENDS and bool(set(thing.noun) & HISTORIES)
    return called and any(words[:-1] == other.noun for other in world.rows() if other is not thing and other.rows)


def _may_name(thing: Thing, argument: str) -> bool:
    """Whether an argument could be the key: it is a field that tells rows apart, or no field at all."""
    field = thing.field(argument, noun=False)
    if field is None or field == thing.key:
        return True
    texts = [key_text(value) for value in thing.values(field)]
    return len(texts) == len(thing.rows) == len(set(texts)) and None not in texts


def _rename_key(thing: Thing, argument: str) -> None:
    """Take a field of the rows for their key, or give the key outside of them the name that tools use."""
    keyed_outside = thing.keyed
    field = thing.field(argument, noun=False)
    if field is not None and field != thing.key:
        if keyed_outside and {key_text(r.get(field)) for r in thing.rows} != {
            key_text(r[thing.key]) for r in thing.rows
        }:
            return
        thing.rows = [{k: v for k, v in row.items() if k != thing.key} for row in thing.rows]
        del thing.fields[thing.key]
        thing.hidden = [name for name in thing.hidden if name != thing.key]
        thing.key = field
        return
    if field is None or thing.keyed:
        thing.rows = [{argument if k == thing.key else k: v for k, v in row.items()} for row in thing.rows]
        thing.fields = {argument if k == thing.key else k: v for k, v in thing.fields.items()}
        thing.hidden = [name for name in thing.hidden if name != thing.key]
        thing.key = argument


# -- things of which the state tells nothing ---------------------------------------------------------------------------


def _things_of_tools(world: World, names: Sequence[Named], answers: Mapping[str, Answer], evidence: Evidence) -> None:
    """Add the nouns that several tools speak of as of rows (the entity gate of rules B2 and F2)."""
    for noun in evidence.empty:
        aliases = list(dict.fromkeys(n.single for n in names if _fills(n, noun)))
        if aliases or any(_about_empty(n, noun) for n in names):
            world.things.append(Thing(noun, given=True, aliases=aliases))
    _kinds_of_rows(world, names)
    weights: Counter[tuple[str, ...]] = Counter()
    for named in names:
        noun = named.single
        if named.kind not in _ROWS_KINDS or not noun or is_computed(noun) or world.called(noun) is not None:
            continue
        if noun[-1] in FACETS:
            continue
        if _single(world, noun) is None and not _inside(world, named, noun):
            weights[noun] += _weight(named, answers[named.tool.name])
            weights[noun] += named.kind == "create" and not evidence.collections and bool(named.arguments)
    for named in names:
        for argument in named.arguments:
            words = singular_phrase(split(argument))
            if len(words) > 1 and words[-1] in STRONG_ENDS and named.type(argument) in ("string", "integer", ""):
                noun = words[:-1]
                if world.keyed(argument, named.schema(argument)) is None:
                    longer = next((w for w in weights if w[-len(noun) :] == noun), noun)
                    weights[longer] += 2
    for noun, weight in sorted(weights.items(), key=lambda pair: len(pair[0])):
        if weight >= 3 and world.called(noun, exact=True) is None:
            shorter = next((t for t in world.rows() if not t.given and noun[-len(t.noun) :] == t.noun), None)
            if shorter is not None and not any(_names_row(n, noun) for n in names):
                shorter.aliases.append(noun)
            else:
                world.things.append(Thing(noun))


def _kinds_of_rows(world: World, names: Sequence[Named]) -> None:
    """Take nouns that are values of a choice for rows of that kind: a draft is a letter in the tray "drafts" (A6)."""
    for named in names:
        noun = named.single
        if not noun or world.called(noun) is not None or _single(world, noun) is not None:
            continue
        for thing in world.rows():
            found = _value_called(thing, noun)
            sent = [a for a in named.required if thing.field(a) is not None or world.keyed(a, named.schema(a)) is thing]
            if found is not None and thing.given and (named.required == sent or not named.required):
                thing.aliases.append(noun)
                thing.kinds[noun] = found
                break


def _value_called(thing: Thing, noun: tuple[str, ...]) -> tuple[str, str] | None:
    """Return the field and the value that a noun is called like, where few values tell rows apart."""
    for name, schema in thing.fields.items():
        values = [v for v in thing.values(name) if isinstance(v, str)]
        options = list(dict.fromkeys([*(schema.get("enum") or ()), *values]))
        if name == thing.key or not values or len(options) > _FEW or name in thing.references:
            continue
        for value in options:
            if singular_phrase(split(str(value))) == noun:
                return name, str(value)
    return None


def _fills(named: Named, noun: tuple[str, ...]) -> bool:
    """Whether verb and noun of a tool are what an empty collection is called: ``request_sample``, sample requests."""
    words = {named.verb, *named.single}
    return bool(named.single) and named.verb in noun and len(noun) > 1 and set(noun) <= words


def _about_empty(named: Named, noun: tuple[str, ...]) -> bool:
    """Whether a tool speaks of rows that the state has a place for and none of yet."""
    if named.noun and (named.single in (noun, noun[-1:]) or named.single[-1:] == noun[-1:]):
        return True
    return _names_row(named, noun) or noun[-1] in deeds_of(named.verb)


def _weight(named: Named, answer: Answer) -> int:
    """How much a tool says for rows of its noun: 3 is enough."""
    own = _names_row(named, named.single)
    if named.kind in ("create", "update", "delete") and not named.arguments:
        return 0
    match named.kind:
        case "create":
            return 2
        case "list" | "search" | "read":
            if own:
                return 3
            rows = answer.rows is not None and any(split(name)[-1:] == ("id",) for name in answer.row)
            return 3 if rows else 2 if named.plural else 1 if named.kind != "read" else 0
    return 2 if own else 1


def _names_row(named: Named, noun: tuple[str, ...]) -> bool:
    """Whether an argument is called like the key of a noun."""
    for argument in named.arguments:
        words = split(argument)
        if len(words) > 1 and words[-1] in ID_ENDS and words[:-1] in (noun, noun[-1:]):
            return True
        if len(words) == 1 and words[0] in STRONG_ENDS and named.single == noun:
            return True
    return False


def _inside(world: World, named: Named, noun: tuple[str, ...]) -> bool:
    """Whether a noun is a list among the variables, or inside the row that an argument names."""
    variable = world.variable(noun)
    if variable is not None and variable[0].fields[variable[1]].get("type") == "array":
        return True
    for argument in named.required:
        thing = world.keyed(argument, named.schema(argument), noun)
        held = thing.field("_".join(noun), noun=False) if thing is not None else None
        if thing is not None and held is not None and thing.fields[held].get("type") == "array":
            return True
    return False


def _single(world: World, noun: tuple[str, ...]) -> Thing | None:
    return next((t for t in world.singles() if t.noun and (t.noun == noun or t.noun[-1:] == noun[-1:])), None)


# -- fields ------------------------------------------------------------------------------------------------------------


def _fields_of_tools(world: World, names: Sequence[Named], answers: Mapping[str, Answer]) -> None:
    """Give things of which no rows are known the fields that tools name, and a key (rules E6, I1)."""
    world_is_given = any(thing.given for thing in world.things)
    for named in names:
        thing = world.called(named.single) if named.noun else None
        if named.kind in ("create", "action") and (thing is None or thing.rows or _of_several(world, named, thing)):
            deed = next((t for t in world.rows() if not t.rows and t.noun[-1] in deeds_of(named.verb)), None)
            thing = deed if deed is not None or thing is None or thing.rows else thing
        if thing is None or thing.rows:
            continue
        thing.tools.add(named.tool.name)
        answer = answers[named.tool.name]
        shown = answer.row if named.kind in ("list", "search") or named.plural else answer.of_row(thing.noun)
        if named.kind in _ASKS and (not answer.said or not world_is_given):
            for name, schema in shown.items():
                inner = schema.get("items") or {}
                if schema.get("type") != "array" or not (inner.get("properties") or answer.rows == [name]):
                    thing.fields.setdefault(name, plain_schema(schema))
        asked = named.kind in _ASKS and ("by" in named.rest or named.plural or named.kind != "read")
        for argument in named.arguments if asked else ():
            if "only" in split(argument) and named.type(argument) == "boolean":
                _switched_field(thing, argument)
                continue
            keyed = world.keyed(argument, named.schema(argument), named.single)
            other = keyed is not None and keyed is not thing and argument in named.required
            if other and split(argument)[-1] in ID_ENDS:
                kept = thing.field(argument, noun=False) is None and (keyed is not thing.above or thing.above is None)
            else:
                free = thing.field(argument) is None and keyed is None
                kept = free and is_field_like(argument, named.schema(argument), Schemas({}))
            if kept:
                thing.fields[argument] = plain_schema(named.schema(argument))
        if named.kind in ("create", "update", "action"):
            for argument in named.arguments:
                own = world.called(named.single) is thing
                if thing.field(argument) is None and not (own and _other_row(world, named, argument, thing)):
                    thing.fields[argument] = plain_schema(named.schema(argument))
    for thing in world.rows():
        if not thing.rows:
            _told_options(thing)
        if not thing.rows and thing.noun[-1] in HISTORIES and len(thing.fields) <= 1:
            thing.fields |= {"type": {"type": "string"}, "amount": {"type": "number"}}
        if not thing.key:
            thing.key = _key(world, thing, names, answers)
            thing.fields = {thing.key: thing.fields.get(thing.key, {"type": "string"}), **thing.fields}


def _switched_field(thing: Thing, argument: str) -> None:
    """Add the boolean that a switch such as ``unread_only`` speaks of: ``read`` (rule Q2)."""
    stem = "_".join(word for word in split(argument) if word not in ("only", "just", "show", "is"))
    plain = stem.removeprefix("un")
    held = [n for n, s in thing.fields.items() if stem in (*(s.get("enum") or ()), normal(n)) or normal(n) == plain]
    if not held and plain not in ("open", "pending", "active"):
        thing.fields[plain] = {"type": "boolean", "default": False}


def _told_options(thing: Thing) -> None:
    """Take the values that a description quotes of a field called like a choice for all that it may have (rule A1)."""
    for name, schema in thing.fields.items():
        if schema.get("type") == "string" and not schema.get("enum"):
            values = _QUOTED_VALUES.findall(str(schema.get("description") or "")[:600])
            if len(values) > 1 and options_of(values, name):
                thing.fields[name] = {**schema, "enum": list(dict.fromkeys(values))}


def _of_several(world: World, named: Named, thing: Thing) -> bool:
    """Whether an action names rows of several things, so that it may make one that binds them: a loan, a booking."""
    found = [world.keyed(a, named.schema(a), named.single) for a in named.required]
    return named.kind == "action" and any(t is not None and t is not thing for t in found)


def _other_row(world: World, named: Named, argument: str, thing: Thing) -> bool:
    """Whether an argument of an action names a row of another thing, and nothing that the own row keeps."""
    if named.kind != "action" or named.verb in _BINDING:
        return False
    target = world.keyed(argument, named.schema(argument), named.single)
    return target is not None and target is not thing


def _key(world: World, thing: Thing, names: Sequence[Named], answers: Mapping[str, Answer]) -> str:
    """Name the key of a thing without rows: by an argument called like it, else by a field (rule I1)."""
    if "id" in thing.fields and any("id" in n.arguments and world.called(n.single) is thing for n in names if n.noun):
        return "id"
    shown = {name for n in names if n.noun and world.called(n.single) is thing for name in _shown(n, answers)}
    plainly = {"".join((*noun, "id")) for noun in (thing.noun, thing.noun[-1:])}
    if "id" in thing.fields and "id" in shown and not plainly & {normal(name) for name in shown}:
        for name in [name for name in thing.fields if normal(name) in plainly]:
            del thing.fields[name]
        return "id"
    for named in names:
        for argument in named.arguments:
            words = split(argument)
            called = len(words) > 1 and words[-1] in ID_ENDS and words[:-1] in (thing.noun, thing.noun[-1:])
            if called and (words[-1] in STRONG_ENDS or named.kind not in ("create", "update")):
                thing.fields.setdefault(argument, plain_schema(named.schema(argument)))
                return argument
    plain = {normal(name): name for name in reversed(list(thing.fields))}
    whole = "".join(thing.noun)
    for candidate in (whole + "id", thing.noun[-1] + "id", "id", "uuid", "key"):
        if candidate in plain:
            return plain[candidate]
    for named in names:
        if named.kind in ("read", "delete", "update") and named.single == thing.noun and len(named.required) >= 1:
            argument = named.required[0]
            if (
                split(argument)[-1:]
                and split(argument)[-1] in ID_ENDS
                and named.type(argument) in ("string", "integer")
            ):
                thing.fields.setdefault(argument, plain_schema(named.schema(argument)))
                return argument
    return _shared_name(world, thing, names, answers) or "_".join((*thing.noun, "id"))


def _shown(named: Named, answers: Mapping[str, Answer]) -> list[str]:
    """Return the properties of the rows or the row that a tool answers."""
    answer = answers[named.tool.name]
    return [*answer.row, *answer.of_row(named.single)]


def _shared_name(world: World, thing: Thing, names: Sequence[Named], answers: Mapping[str, Answer]) -> str | None:
    """Return the argument that most tools of a thing name its row by, where none is called like an id (rule I1)."""
    counted: Counter[str] = Counter()
    about = 0
    for named in names:
        if world.called(named.single) is not thing:
            continue
        if named.kind == "create" and len(named.arguments) == 1 and _plainly_listed(world, thing, names, answers):
            thing.named_only = True
            return named.arguments[0]
        if named.kind in ("create", "list", "search", "compute", "auth") or (named.kind == "read" and named.plural):
            continue
        about += 1
        order = named.required or named.arguments
        for argument in order[:1]:
            foreign = world.keyed(argument, named.schema(argument), named.single)
            free = named.type(argument) in ("string", "integer") and not named.schema(argument).get("enum")
            if free and foreign in (None, thing) and not set(split(argument)[-1:]) & _NO_KEYS:
                counted[argument] += 1
    if not counted:
        return None
    name, count = counted.most_common(1)[0]
    sure = split(name)[-1:] and split(name)[-1] in ID_ENDS | _CALLED
    if count * 2 <= about or not (sure or count > 1):
        return None
    schema = next((n.schema(name) for n in names if name in n.arguments and world.called(n.single) is thing), {})
    held = thing.field(name, noun=False) or name
    thing.fields.setdefault(held, plain_schema(schema))
    return held


def _names_only(named: Named, answer: Answer) -> bool:
    return answer.plain is not None or (not answer.declared and bool(_NAMES_OF.search(named.tool.description)))


def _plainly_listed(world: World, thing: Thing, names: Sequence[Named], answers: Mapping[str, Answer]) -> bool:
    """Whether the rows are listed as plain values, so that a row is its name and no more."""
    return any(n.kind == "list" and world.called(n.single) is thing and _names_only(n, answers[n.tool.name])
               for n in names if n.noun)  # fmt: skip


# -- relations ---------------------------------------------------------------------------------------------------------


def _references(world: World, thing: Thing) -> None:
    """Tell which fields hold the key of another thing: by name, and by the values where rows are known (rule F2)."""
    for name, schema in thing.fields.items():
        if name == thing.key or name in thing.references:
            continue
        target = world.keyed(name, schema)
        if target is None or target is thing or target.whole:
            continue
        values = [value for value in thing.values(name) if value is not None]
        if not values and thing.rows:
            continue
        if target.rows and values:
            known = {key_text(row.get(target.key)) for row in target.rows}
            held = [item for value in values for item in (value if isinstance(value, list) else [value])]
            if sum(key_text(item) in known for item in held) * 2 < len(held):
                continue
        elif split(name)[-1:] and split(name)[-1] not in ID_ENDS:
            continue
        thing.references[name] = target


def enumerated(world: World, thing: Thing, names: Sequence[Named], answers: Mapping[str, Answer]) -> None:
    """Collect the values that fields called like choices may have: from schemas, answers, arguments and rows."""
    for name, schema in thing.fields.items():
        found = list(dict.fromkeys(str(option) for option in schema.get("enum") or ()))
        seen = options_of(thing.values(name), name)
        for named in (n for n in names if _speaks_of(world, n, thing)):
            parts = {**answers[named.tool.name].properties, **answers[named.tool.name].row}
            for other, part in (*parts.items(), *((a, named.schema(a)) for a in named.arguments)):
                if normal(other) == normal(name) and isinstance(part.get("enum"), list):
                    found += [option for option in part["enum"] if isinstance(option, str)]
        declared = [option for option in found if option not in seen or schema.get("enum")]
        held = {value for value in thing.values(name) if isinstance(value, str)}
        closed = bool(held) and held <= set(found) and len(found) <= _FEW
        if declared and (options_of(found, name) or closed) and not thing.whole:
            schema["enum"] = list(dict.fromkeys([*found, *seen]))


def _speaks_of(world: World, named: Named, thing: Thing) -> bool:
    """Whether a tool is about the rows of a thing, by its noun or by the row that its first key names."""
    if thing.singleton:
        return True
    target = world.called(named.single) if named.noun else None
    if target is not None:
        return target is thing
    return any(world.keyed(a, named.schema(a), named.single) is thing for a in named.required)
