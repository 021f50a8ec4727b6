"""What bare tools that ask for something show: rows, parts of rows, lists, counts and variables (rules R, Q, B9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from inftool.servers.compiler.bare.aftermath import Telling
from inftool.servers.compiler.bare.answer import Answer
from inftool.servers.compiler.bare.creating import Creating
from inftool.servers.compiler.bare.evidence import options_of
from inftool.servers.compiler.bare.histories import Histories
from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.bare.sessions import FLAGS, Logins
from inftool.servers.compiler.bare.shaping import Shaped, Shaping
from inftool.servers.compiler.bare.things import ID_ENDS, PERSONS, Thing, World
from inftool.servers.compiler.bare.told_plans import listed_variable
from inftool.servers.compiler.filters import read_list_arguments
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import (
    is_computed,
    is_plural,
    normal,
    singular,
    singular_phrase,
    split,
    word_set,
)
from inftool.servers.profiles.recognising import public_face
from inftool.servers.program import (
    ActionOperation,
    AggregateOperation,
    ComputeOperation,
    Confidence,
    Entity,
    Filter,
    ListOperation,
    OpaqueOperation,
    Operation,
    ReadOperation,
    RowRef,
    Shape,
)

ASKS = frozenset(("read", "list", "search"))
_PART_ARGUMENTS = word_set("option part field section what info item attribute property setting kind key name")
_HISTORY = word_set("history ledger log logs list feed timeline records")
_MEASURED = word_set("current actual measured sensed last previous max min maximum minimum default")
_COUNTED = word_set("count number total amount quantity")
_FUZZY = word_set("name title description email city address author text keyword label genre subject")
_UNFINISHED = word_set("open pending outstanding unresolved unfinished")
SWITCHES = word_set("switch change set select choose swap upgrade downgrade pick update replace")
"""Verbs after which a row names another one."""
_THAT_ARE = re.compile(
    r"\b(?:that|which|who) (?:are|is|were|have been|has been) (?:still |currently |yet )?(not (?:yet )?)?(\w+)", re.I
)
_STATES = word_set(
    "pending open closed active inactive completed cancelled canceled available archived overdue unread read upcoming "
    "paid unpaid approved rejected delivered shipped resolved starred favorite expired"
)


@dataclass
class Why:
    """Why an operation is what it is."""

    rules: list[str] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    confidence: Confidence = "medium"

    def lower(self, guess: str) -> None:
        """Record an assumption that makes it doubtful."""
        self.confidence = "low"
        self.guesses.append(guess)


class Asking:
    """Turns the tools of one world that ask for something into operations; :class:`Reader` does the rest."""

    def __init__(
        self,
        world: World,
        entities: Mapping[str, Entity],
        answers: Mapping[str, Answer],
        schemas: Schemas,
        hints: Mapping[str, Mapping[str, list[str]]],
        logins: Logins,
        names: Iterable[Named] = (),
    ) -> None:
        self._world = world
        self._entities = entities
        self._answers = answers
        self._schemas = schemas
        self._hints = hints
        self._logins = logins
        self._shaping = Shaping(world)
        self._creating = Creating(world, entities)
        self._histories = Histories(world, entities, names)

    # -- reads ---------------------------------------------------------------------------------------------------------

    def _ask(self, named: Named, why: Why, sure: bool = True) -> Operation | None:
        target = self._world.called(named.single) if named.noun else None
        if not named.noun and named.rest:
            target = next((t for words in named.rest.values() if (t := self._world.called(words))), None)
        if len(named.noun) > 1 and named.noun[-1] in _HISTORY and self._world.called(named.noun, exact=True) is None:
            listed = self._world.called(named.noun[:-1])
            if listed is not None and not any(self._world.keyed(a, named.schema(a)) is listed for a in named.required):
                return self._list(named, listed, why)
        rows = self._answers[named.tool.name].rows
        if (target is None or not named.arguments) and rows and self._main(named, None) is None:
            listed = target or self._world.called(split(rows[-1]), exact=True)
            if listed is not None and listed.given:
                return self._list(named, listed, why)
        told = self._told_rows(named)
        if told is not None:
            return self._list(named, told, why)
        counted = self._count(named, target, why)
        if counted is not None:
            return counted
        main = self._main(named, target)
        if main is not None and main[1] is target and not self._lists(named, main[0]):
            return self._read_row(named, main[0], main[1], why)
        single = self._single_read(named, why) if target is None or not (named.plural or named.kind != "read") else None
        if main is not None and target is None and single is None:
            return self._read_part(named, main[0], main[1], why)
        whole = named.noun[-1:] and named.noun[-1] in _HISTORY
        if target is not None and (named.plural or whole or named.kind in ("list", "search")):
            return self._list(named, target, why)
        if single is not None:
            return single
        if target is not None and sure:
            return self._read_by(named, target, why)
        return self._read_loose(named, why) if sure else None

    def _told_rows(self, named: Named) -> Thing | None:
        """Return the rows that a description says a history or thread is of: ``Get recent messages from a channel``."""
        if not named.noun or not (named.noun[-1] in _HISTORY or named.plural) or self._world.called(named.noun[-1:]):
            return None
        about = re.split(r"[.\n]", named.tool.description)[0]
        for word in split(about):
            thing = self._world.called((word,), exact=True) if is_plural(word) else None
            if thing is not None and not any(self._world.keyed(a, named.schema(a)) is thing for a in named.required):
                return thing
        return None

    def _lists(self, named: Named, argument: str) -> bool:
        """Whether a key argument only narrows a list: it is optional, or the noun is a plural of another thing."""
        return argument not in named.required and (named.plural or named.kind in ("list", "search"))

    def _read_row(self, named: Named, argument: str, thing: Thing, why: Why) -> Operation:
        why.rules += ["R1", "B3"]
        shaped = self._shaping.one(named, self._answers[named.tool.name], thing)
        key_field = self._key_field(named, argument, thing)
        told = Telling(named, thing, self._world, {}).states(asking=True)
        if told.effects and all(effect.row == "row" for effect in told.effects):
            why.rules += told.rules
            why.guesses += told.guesses
            return ActionOperation(
                **self._common(named, why), **self._row(thing, shaped), key=argument, key_field=key_field,
                kind="toggle", effects=told.effects, matches=self._matches(named, thing, argument),
            )  # fmt: skip
        return ReadOperation(
            **self._common(named, why), **self._row(thing, shaped), key=argument, key_field=key_field,
            matches=self._matches(named, thing, argument),
        )  # fmt: skip

    def _read_part(self, named: Named, argument: str, thing: Thing, why: Why) -> Operation:
        """Read what a row has of something: ``get_order_total(order_id)``."""
        why.rules += ["R1", "B3"]
        found = thing.field("_".join(named.single)) or thing.field("_".join(named.noun))
        only = [found] if found is not None else None
        if found is None:
            why.lower(f"The {thing.label} has no field {' '.join(named.single)!r}; the whole row is shown.")
        shaped = self._shaping.one(named, self._answers[named.tool.name], thing, only)
        key_field = self._key_field(named, argument, thing)
        return ReadOperation(
            **self._common(named, why), **self._row(thing, shaped), key=argument, key_field=key_field,
            matches=self._matches(named, thing, argument),
        )  # fmt: skip

    def _read_by(self, named: Named, thing: Thing, why: Why) -> Operation | None:
        """Read a row by other fields: ``get_customer_by_phone(phone)``; or several, where these do not tell one."""
        if self._answers[named.tool.name].rows is not None:
            return self._list(named, thing, why)
        fields = {a: f for a in named.arguments if (f := thing.field(a)) is not None and named.type(a) != "array"}
        asked = [a for a in named.required if a in fields]
        if asked and len(asked) == len(named.required):
            unique = any(tells_apart(thing, fields[a]) for a in asked) or not thing.rows
            if unique:
                why.rules += ["R1", "I3"]
                first = next((a for a in asked if tells_apart(thing, fields[a])), asked[0])
                shaped = self._shaping.one(named, self._answers[named.tool.name], thing)
                return ReadOperation(
                    **self._common(named, why), **self._row(thing, shaped), key=first, key_field=fields[first],
                    matches={a: fields[a] for a in asked if a != first},
                )  # fmt: skip
        if fields or not named.arguments or thing.rows:
            return self._list(named, thing, why)
        return None

    def _list(self, named: Named, thing: Thing, why: Why) -> Operation:
        why.rules.append("Q6" if named.kind == "search" else "Q1")
        entity = self._entities[thing.name]
        parents: dict[str, str] = {}
        loose: dict[str, str] = {}
        for argument in named.arguments:
            owner = self._world.keyed(argument, named.schema(argument), named.single)
            linked = self._linking(thing, owner, argument) if owner is not None and owner is not thing else None
            binding = owner is not None and ((linked is not None and not owner.whole) or owner is thing.above)
            if owner is not None and binding and argument in named.required:
                parents[argument] = owner.name
                why.rules.append("F1")
            elif thing.owner is not None and linked is None and self._names_owner(named, argument, thing):
                loose[argument] = thing.owner
            else:
                loose[argument] = argument
        properties = {name: named.schema(name) for name in loose}
        spoken = {a: (thing.field(n) or n) if n == a else n for a, n in loose.items()}
        for argument in spoken:
            spoken[argument] = _bounding(argument, spoken[argument], thing)
        found = read_list_arguments(spoken, properties, entity.fields, self._schemas)
        for argument, one in found.filters.items():
            held = one.field or ""
            free = held not in thing.references and held != thing.key and not options_of(thing.values(held), held)
            loose_text = free and split(held)[-1:] not in (("date",), ("at",), ("time",))
            asked = bool(set(split(held)) & _FUZZY) or loose_text
            inexact = one.test == "eq" and named.kind == "search" and asked
            if inexact and named.type(argument) == "string" and not named.schema(argument).get("enum"):
                one.test = "contains"
            default = named.schema(argument).get("default")
            known = held in thing.fields and default in (*(thing.fields[held].get("enum") or ()), *thing.values(held))
            if isinstance(default, str) and one.test == "eq" and known:
                one.default = default
        for argument in [*found.ignored]:
            switch = switched(named, argument, thing)
            if switch is not None:
                found.filters[argument] = switch
                found.ignored.remove(argument)
        for argument in found.ignored:
            why.guesses.append(f"The argument {argument!r} is ignored: no field of the {thing.label} fits it.")
        why.rules += found.rules
        constants = self._condition(named, thing)
        shaped = self._shaping.many(named, self._answers[named.tool.name], thing)
        common = self._common(named, why)
        limited = found.paging
        if limited.limit is None and not any((limited.page, limited.cursor, limited.offset)):
            limited.default_limit = limited.max_limit = 100_000
        elif "default" not in named.schema(limited.limit or ""):
            limited.default_limit, limited.max_limit = 1000, max(limited.max_limit, 1000)
        return ListOperation(
            **common, entity=thing.name, parents=parents, shape=shaped.shape, rows=shaped.rows,
            kind="search" if named.kind == "search" else "list", filters=found.filters, paging=limited,
            sorting=found.sorting, constants=constants,
        )  # fmt: skip

    def _linking(self, thing: Thing, owner: Thing, argument: str) -> str | None:
        """Return the field by which rows of ``thing`` name rows of ``owner``."""
        fields = [name for name, target in thing.references.items() if target is owner]
        same = [name for name in fields if normal(name) == normal(argument)]
        return next(iter(same or fields), None)

    def _names_owner(self, named: Named, argument: str, thing: Thing) -> bool:
        held = [value for row in thing.rows if (value := row.get(thing.owner or "")) is not None]
        kinds = {"integer" if isinstance(value, int) else "string" for value in held}
        return argument in named.required and (named.type(argument) in (*kinds, "")) and thing.field(argument) is None

    def _condition(self, named: Named, thing: Thing) -> dict[str, Any]:
        """Return what the adjective of a list asks for: ``list_open_tickets`` (rule Q2)."""
        if named.single in thing.kinds:
            field, value = thing.kinds[named.single]
            return {field: value}
        extra = [word for word in named.noun[:-1] if word not in thing.noun]
        for word in extra:
            for name, schema in thing.fields.items():
                known = [str(v) for v in (*(schema.get("enum") or ()), *thing.values(name)) if isinstance(v, str)]
                held = next((v for v in known if normal(v) == word), None)
                if held is not None and (word in _STATES or split(name)[-1] in ("status", "state", "category", "type")):
                    return {name: held}
                if schema.get("type") == "boolean" and word in split(name):
                    return {name: True}
        return self._told_condition(named, thing)

    def _told_condition(self, named: Named, thing: Thing) -> dict[str, Any]:
        """Return what a description says of the rows that are listed: ``lots that are not sold`` (rule Q2)."""
        said = _THAT_ARE.search(re.split(r"[.\n;]", named.tool.description)[0])
        if said is None:
            return {}
        word, yes = normal(said.group(2)), not said.group(1)
        for name, schema in thing.fields.items():
            parts = [part for part in split(name) if part not in ("is", "has")]
            if schema.get("type") == "boolean" and parts == [word]:
                return {name: yes}
            known = [v for v in (*(schema.get("enum") or ()), *thing.values(name)) if isinstance(v, str)]
            value = next((v for v in known if normal(v) == word), None)
            if value is not None and yes and split(name)[-1:] and split(name)[-1] in ("status", "state", "stage"):
                return {name: value}
        return {}

    def _count(self, named: Named, target: Thing | None, why: Why) -> Operation | None:
        words = named.noun
        counting = named.verb == "count" or (len(words) > 1 and (words[0] in _COUNTED or words[-1] == "count"))
        if not counting or named.kind not in (*ASKS, "compute"):
            return None
        rest = tuple(word for word in words if word not in _COUNTED)
        thing = target or self._world.called(rest)
        for words in named.rest.values():
            thing = thing or self._world.called(words)
        if thing is None or self._world.variable(words or named.noun) is not None:
            return None
        listed = self._list(named, thing, why)
        if not isinstance(listed, ListOperation):
            return None
        why.rules.append("Q7")
        shaped = self._shaping.one(named, self._answers[named.tool.name], Thing(thing.noun, name=thing.name))
        answer = self._answers[named.tool.name]
        place = next((n for n, s in answer.properties.items() if s.get("type") in ("integer", "number")), None)
        shape = shaped.shape.model_copy(
            update={"kind": "value", "path": [place or "count"], "also": {}, "fields": None}
        )
        return AggregateOperation(
            **self._common(named, why), entity=thing.name, parents=listed.parents, shape=shape,
            filters=listed.filters, constants=listed.constants,
        )  # fmt: skip

    def _single_read(self, named: Named, why: Why) -> Operation | None:
        """Read a single object or variables of the session (rule B9)."""
        answer = self._answers[named.tool.name]
        part = next(
            (a for a in named.arguments if named.schema(a).get("enum") and normal(a) in _PART_ARGUMENTS), None
        )  # fmt: skip
        found = (self._parted(named, part) if part is not None else None) or self._singles_about(named)
        if not found:
            return None
        thing, fields = found
        if any(a not in (part,) and self._world.keyed(a, named.schema(a)) for a in named.required):
            return None
        if [a for a in named.required if a != part] and thing.field("_".join(named.required)) is None and not fields:
            return None
        why.rules += ["R1", "B9"]
        parts: dict[str, list[str]] = {}
        for value in named.schema(part).get("enum") or () if part else ():
            fit = [
                name
                for name in thing.fields
                if singular(normal(str(value))) in normal(name) or normal(name) in normal(str(value))
            ]
            parts[str(value)] = fit or ([held] if (held := thing.field(str(value))) else [])
        shaped = self._shaping.one(named, answer, thing, fields or None)
        if part is not None:
            place = next((n for n, s in answer.properties.items() if s.get("type") == "object"), None)
            shaped.shape = Shape(kind="row", path=[place] if place is not None and len(answer.properties) == 1 else [])
        return ReadOperation(
            **self._common(named, why), **self._row(thing, shaped), key="", key_field="",
            part=part, parts={value: fields for value, fields in parts.items() if fields},
        )  # fmt: skip

    def _parted(self, named: Named, part: str) -> tuple[Thing, list[str]] | None:
        """Return the single object whose variables the values of an argument are called like."""
        values = [singular(normal(str(value))) for value in named.schema(part).get("enum") or ()]
        for thing in self._world.singles():
            hits = sum(any(value in normal(n) or normal(n) in value for n in thing.fields) for value in values)
            if hits and hits * 2 >= len(values):
                return thing, []
        return None

    def _singles_about(self, named: Named) -> tuple[Thing, list[str]] | None:
        """Return the single object that a read is about, with the variables that it shows (none: all)."""
        noun = named.single
        if self._logins.flag is not None and "".join(named.noun) in FLAGS:
            return self._logins.flag[0], [self._logins.flag[1]]
        for thing in self._world.singles():
            if thing.noun and noun and (noun == thing.noun or noun[-len(thing.noun) :] == thing.noun):
                return thing, []
        for thing in self._world.singles():
            if thing.noun and noun and noun[: len(thing.noun)] == thing.noun:
                found = thing.field("_".join(noun[len(thing.noun) :]))
                return thing, [found] if found else []
        answer = self._answers[named.tool.name]
        for words in (named.noun, noun, *named.rest.values()):
            single = self._world.variable(words) if words else None
            if single is not None:
                return single[0], [single[1]]
        if noun and not named.required and (listed := listed_variable(named, self._world)) is not None:
            return listed[0], [listed[1]]
        best: tuple[Thing, list[str]] | None = None
        for thing in self._world.singles():
            told = [f for name in answer.properties if (f := thing.field(name, noun=False)) is not None]
            if told and (best is None or len(told) > len(best[1])):
                best = thing, list(dict.fromkeys(told))
        if best is not None:
            return best
        for thing in self._world.singles():
            about = [name for name in thing.fields if noun and set(noun) <= set(split(name))]
            if about:
                return thing, about
        singles = [thing for thing in self._world.singles() if thing.rows]
        if named.noun[-1:] in (("status",), ("state",)) and not named.arguments and len(singles) == 1:
            return singles[0], []
        return None

    def _read_loose(self, named: Named, why: Why) -> Operation | None:
        """Take a read without a noun of its own for one of the only thing there is, or that has its arguments."""
        for argument in named.required[:1]:
            held = [t for t in self._world.rows() if t.rows and t.field(argument, noun=False) not in (None, t.key)]
            if len(held) == 1:
                return self._read_by(named, held[0], why)
        plural_words = [word for word in named.noun if is_plural(word)]
        for word in plural_words:
            thing = self._world.called((word,))
            if thing is not None:
                return self._list(named, thing, why)
        return None

    # -- shared --------------------------------------------------------------------------------------------------------

    def _main(self, named: Named, target: Thing | None) -> tuple[str, Thing] | None:
        """Return the argument that names the tool's own row, and what it is (rule B3)."""
        order = [*named.required, *(a for a in named.arguments if a not in named.required)]
        keyed = []
        for argument in order:
            if named.type(argument) == "array":
                continue
            thing = self._world.keyed(argument, named.schema(argument), named.single)
            if thing is not None and not (thing.whole and target is None and named.kind not in ASKS):
                keyed.append((argument, thing))
        if target is not None:
            own = [pair for pair in keyed if pair[1] is target]
            exact = [pair for pair in own if normal(pair[0]) == normal(target.key)]
            if own:
                return (exact or own)[0]
            field_of = [pair for pair in keyed if pair[0] in named.required and pair[1].field("_".join(named.noun))]
            if named.kind in ASKS or not field_of:
                needed = [pair for pair in keyed if pair[0] in named.required]
                return needed[0] if needed and named.kind not in ASKS else None
            return field_of[0]
        needed = [pair for pair in keyed if pair[0] in named.required]
        for words in named.rest.values():
            thing = self._world.called(words, exact=True)
            for pair in needed:
                if pair[1] is thing:
                    return pair
        below = [p for p in needed if any(o[1] in p[1].references.values() for o in needed if o is not p)]
        others = [p for p in needed if p[1].noun[-1] not in PERSONS]
        return next(iter([*below, *others, *needed]), None)

    def _key_field(self, named: Named, argument: str, thing: Thing) -> str:
        found = thing.field(argument, noun=False)
        if found is None or found == thing.key or found in thing.references or not tells_apart(thing, found):
            return thing.key
        return found if normal(found) == normal(argument) else thing.key

    def _matches(self, named: Named, thing: Thing, key: str) -> dict[str, str]:
        """Return the required arguments that must agree with the row as well: whose order it is (rules B4, I5)."""
        found: dict[str, str] = {}
        for argument in named.required:
            if argument == key:
                continue
            target = self._world.keyed(argument, named.schema(argument), named.single)
            if target is None or target is thing:
                continue
            linked = self._linking(thing, target, argument)
            own = thing.field(argument, noun=False)
            if named.kind in ("update", "create") and not says_whose(argument):
                continue
            if linked is not None and named.verb in SWITCHES and self._world.called(named.single) is target:
                continue
            listed = linked is not None and thing.fields[linked].get("type") == "array"
            if linked is not None and not listed and (own is None or own == linked) and says_whose(linked):
                found[argument] = linked
        return found

    def _values(self, named: Named, thing: Thing, others: Mapping[str, Any], fuzzy: bool = False) -> dict[str, str]:
        """Match arguments with the fields that they set (rules C1, U1)."""
        values: dict[str, str] = {}
        for argument, schema in others.items():
            name = thing.field(argument)
            if name is None and (
                normal(argument) in ("value", "new", "amount", "level", "newvalue") or len(others) == 1
            ):
                name = thing.field("_".join(named.noun)) if named.noun and named.kind == "update" else None
            if name is None and fuzzy:
                name = self._about(named, thing, argument)
            if name is None or name == thing.key or name in values.values():
                continue
            if self._fits(schema, thing.fields[name]):
                values[argument] = name
        return values

    def _about(self, named: Named, thing: Thing, argument: str) -> str | None:
        """Return the one variable whose name has the words of an argument, or of it and the noun."""
        words = set(split(argument)) - {"new", "value"}
        noun = set(named.noun)
        found = [n for n in thing.fields if words and words <= set(split(n))]
        if len(found) > 1:
            found = [n for n in found if not set(split(n)) & _MEASURED] or found
        if len(found) > 1:
            found = [n for n in found if noun & set(split(n))] or found
        if not found:
            found = [n for n in thing.fields if noun and noun <= set(split(n)) and len(named.arguments) == 1]
        return found[0] if len(found) == 1 else None

    def _fits(self, given: Any, held: Any) -> bool:
        one, other = self._schemas.types(given), self._schemas.types(held)
        numbers = {"integer", "number"}
        return not one or not other or bool(one & other) or (one | other) <= numbers

    def _row(self, thing: Thing, shaped: Shaped, rows: dict[str, RowRef] | None = None) -> dict[str, Any]:
        return {"entity": thing.name, "shape": shaped.shape, "rows": shaped.rows if rows is None else rows}

    def _compute(self, named: Named, why: Why) -> Operation:
        why.rules.append("P2")
        why.lower("No rows or variables are known that it could speak of; the answer is worked out of the arguments.")
        if is_computed(named.noun) or named.kind == "compute":
            why.guesses[-1] = "It works an answer out of its arguments; which, is not told."
        return ComputeOperation(**self._common(named, why))

    def _unknown(self, named: Named, why: Why) -> Operation:
        why.confidence = "low"
        return OpaqueOperation(
            **self._common(named, why), reason="No argument names a row, and no variable is known that it could change."
        )

    def _common(self, named: Named, why: Why) -> dict[str, Any]:
        return {
            **public_face(named.tool, self._schemas),
            "confidence": why.confidence,
            "rules": list(dict.fromkeys(why.rules)),
            "guesses": list(dict.fromkeys(why.guesses)),
        }


def _bounding(argument: str, spoken: str, thing: Thing) -> str:
    """Return what a bound such as ``max_price`` speaks of, where the one number that ends so is called longer."""
    words = split(argument)
    if len(words) < 2 or words[0] not in ("max", "min", "maximum", "minimum") or thing.field("_".join(words[1:])):
        return spoken
    numbers = [n for n, s in thing.fields.items() if s.get("type") in ("integer", "number")]
    ends = [n for n in numbers if split(n)[-len(words[1:]) :] == words[1:]]
    return f"{words[0]}_{ends[0]}" if len(ends) == 1 else spoken


def switched(named: Named, argument: str, thing: Thing) -> Filter | None:
    """Take ``unread_only`` for a filter by the boolean or state that it speaks of, when it is on (rule Q2)."""
    words = split(argument)
    if named.type(argument) != "boolean" or "only" not in words:
        return None
    stem = "".join(word for word in words if word not in ("only", "just", "show", "is"))
    plain = stem.removeprefix("not").removeprefix("un").removeprefix("in")
    for name, schema in thing.fields.items():
        held = normal(name).removeprefix("is")
        if schema.get("type") == "boolean" and held in (stem, plain):
            return Filter(field=name, value=held == stem)
    flags = [name for name, schema in thing.fields.items() if schema.get("type") == "boolean"]
    if len(flags) == 1 and stem in _UNFINISHED:
        return Filter(
            field=flags[0], value=(*split(flags[0])[-1:], "")[0] in ("open", "pending", "active", "outstanding")
        )
    for name in thing.fields:
        known = [*(thing.fields[name].get("enum") or ()), *thing.values(name)]
        value = next((v for v in known if isinstance(v, str) and normal(v) == stem), None)
        if value is not None:
            return Filter(field=name, value=value)
    return None


def tells_apart(thing: Thing, name: str) -> bool:
    """Whether no two of the given rows have the same value in a field."""
    values = [repr(value) for value in thing.values(name)]
    return name == thing.key or (len(values) == len(set(values)) and bool(values))


def says_whose(name: str) -> bool:
    """Whether a field is called like the key of another row."""
    words = split(name)
    return bool(words) and (words[-1] in ID_ENDS or len(words) == 1)


def takes_out(named: Named, others: Mapping[str, Any]) -> bool:
    """Whether a removal takes something out of a row: ``remove_item_from_order(order_id, item_id)``."""
    return (
        bool(named.rest.get("from")) and bool(set(others) & set(named.required)) and bool(singular_phrase(named.noun))
    )
