"""What each bare tool does: the kind of operation, its rows, and what its arguments stand for (rules B1 to B9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from inftool.servers.compiler.actions import read_action
from inftool.servers.compiler.aims import undone_by
from inftool.servers.compiler.bare.answer import Answer
from inftool.servers.compiler.bare.creating import Creating
from inftool.servers.compiler.bare.describing import stated_checks
from inftool.servers.compiler.bare.extras import (
    cased,
    extend,
    flag_plan,
    give_back,
    item_plan,
    number_plan,
    parts_plan,
    told_plan,
    value_plan,
)
from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.bare.sessions import FLAGS, Logins, login_plan, logout_plan
from inftool.servers.compiler.bare.shaping import Shaped, Shaping
from inftool.servers.compiler.bare.things import ID_ENDS, PERSONS, Thing, World
from inftool.servers.compiler.computing import compute_operation
from inftool.servers.compiler.filters import read_list_arguments
from inftool.servers.compiler.inflection import forms
from inftool.servers.compiler.plans import ActionAsk, ActionPlan, fallback
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import (
    is_computed,
    is_plural,
    normal,
    plural_phrase,
    singular,
    singular_phrase,
    split,
    word_set,
)
from inftool.servers.profiles.recognising import public_face
from inftool.servers.program import (
    ActionOperation,
    AggregateOperation,
    BulkOperation,
    Check,
    ComputeOperation,
    Confidence,
    CreateOperation,
    DeleteOperation,
    Effect,
    Entity,
    EntityOperation,
    ListOperation,
    OpaqueOperation,
    Operand,
    Operation,
    ReadOperation,
    RowRef,
    Shape,
    UpdateOperation,
)

_ASKS = frozenset(("read", "list", "search"))
_PART_ARGUMENTS = word_set("option part field section what info item attribute property setting kind key name")
_MINE = re.compile(r"\b(?:my|your|own|current(?:ly)? (?:logged|user)|logged[- ]in|authenticated)\b", re.IGNORECASE)
_SIGNED_IN = re.compile(
    r"\b(?:must|needs?|requires?|only)\b[^.]{0,40}\b(?:logged|log|login|sign|authenti)", re.IGNORECASE
)
_FINAL = word_set(
    "completed complete cancelled canceled delivered closed refunded failed returned done finished expired"
)
_HISTORY = word_set("history log logs list feed timeline records")
_ENDING = word_set("cancel void archive revoke terminate")
_MEASURED = word_set("current actual measured sensed last previous max min maximum minimum default")
_COUNTED = word_set("count number total amount quantity")
_FUZZY = word_set("name title description email city address author text keyword label genre subject")
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


class Reader:
    """Turns the tools of one world into operations."""

    def __init__(
        self,
        world: World,
        entities: Mapping[str, Entity],
        answers: Mapping[str, Answer],
        schemas: Schemas,
        hints: Mapping[str, Mapping[str, list[str]]],
        logins: Logins,
    ) -> None:
        self._world = world
        self._entities = entities
        self._answers = answers
        self._schemas = schemas
        self._hints = hints
        self._logins = logins
        self._shaping = Shaping(world)
        self._creating = Creating(world, entities)

    def read(self, named: Named) -> Operation:
        """Return the operation of one tool."""
        operation = self._classified(named)
        if isinstance(operation, EntityOperation):
            self._listed_values(named, operation)
            self._guard(named, operation)
            self._settle(operation)
        return operation

    def _settle(self, operation: EntityOperation) -> None:
        """Give an operation its final confidence: plain ones on rows of the state document are sure (rule G4)."""
        operation.rules = list(dict.fromkeys(operation.rules))
        thing = next(t for t in self._world.things if t.name == operation.entity)
        plain = operation.kind in ("read", "list", "search", "create", "update", "delete")  # type: ignore[attr-defined]
        if plain and thing.given and thing.rows and not operation.guesses and operation.confidence == "medium":
            operation.confidence = "high"
        elif operation.confidence != "high" and not operation.guesses:
            operation.guesses.append(
                "Taken from the words of its name, arguments and answer; there is no path to check by."
            )

    def _classified(self, named: Named) -> Operation:
        why = Why(["B2"])
        known = any(self._world.keyed(a, named.schema(a), named.single) for a in named.arguments)
        if not known and (not named.noun or self._world.called(named.single) is None) and named.kind != "auth":
            computed = compute_operation(named.tool, self._schemas)
            if computed is not None and not (named.kind in _ASKS and self._singles_about(named)):
                return computed
        if named.kind in _ASKS:
            return self._ask(named, why) or self._own_row(named, why) or self._compute(named, why)
        if named.kind == "compute" or named.kind is None:
            return self._ask(named, why, sure=False) or self._compute(named, why)
        return self._write(named, why)

    # -- reads ---------------------------------------------------------------------------------------------------------

    def _ask(self, named: Named, why: Why, sure: bool = True) -> Operation | None:
        target = self._world.called(named.single) if named.noun else None
        if not named.noun and named.rest:
            target = next((t for words in named.rest.values() if (t := self._world.called(words))), None)
        if len(named.noun) > 1 and named.noun[-1] in _HISTORY and self._world.called(named.noun, exact=True) is None:
            listed = self._world.called(named.noun[:-1])
            if listed is not None and not any(self._world.keyed(a, named.schema(a)) is listed for a in named.required):
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
        if target is not None and (named.plural or named.kind in ("list", "search")):
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
        fields = {a: f for a in named.arguments if (f := thing.field(a)) is not None and named.type(a) != "array"}
        asked = [a for a in named.required if a in fields]
        if asked and len(asked) == len(named.required):
            unique = any(_unique(thing, fields[a]) for a in asked) or not thing.rows
            if unique:
                why.rules += ["R1", "I3"]
                first = next((a for a in asked if _unique(thing, fields[a])), asked[0])
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
            if owner is not None and linked is not None and argument in named.required and not owner.whole:
                parents[argument] = owner.name
                why.rules.append("F1")
            elif thing.owner is not None and linked is None and self._names_owner(named, argument, thing):
                loose[argument] = thing.owner
            else:
                loose[argument] = argument
        properties = {name: named.schema(name) for name in loose}
        spoken = {a: (thing.field(n) or n) if n == a else n for a, n in loose.items()}
        found = read_list_arguments(spoken, properties, entity.fields, self._schemas)
        for argument, one in found.filters.items():
            inexact = one.test == "eq" and named.kind == "search" and bool(set(split(one.field or "")) & _FUZZY)
            if inexact and named.type(argument) == "string" and not named.schema(argument).get("enum"):
                one.test = "contains"
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
        extra = [word for word in named.noun[:-1] if word not in thing.noun]
        for word in extra:
            for name, schema in thing.fields.items():
                known = [str(v) for v in (*(schema.get("enum") or ()), *thing.values(name)) if isinstance(v, str)]
                value = next((v for v in known if normal(v) == word), None)
                if value is not None and (
                    word in _STATES or split(name)[-1] in ("status", "state", "category", "type")
                ):
                    return {name: value}
                if schema.get("type") == "boolean" and word in split(name):
                    return {name: True}
        return {}

    def _count(self, named: Named, target: Thing | None, why: Why) -> Operation | None:
        words = named.noun
        counting = named.verb == "count" or (len(words) > 1 and (words[0] in _COUNTED or words[-1] == "count"))
        if not counting or named.kind not in (*_ASKS, "compute"):
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
        return None

    def _read_loose(self, named: Named, why: Why) -> Operation | None:
        """Take a read without a noun of its own for one of the only thing there is."""
        plural_words = [word for word in named.noun if is_plural(word)]
        for word in plural_words:
            thing = self._world.called((word,))
            if thing is not None:
                return self._list(named, thing, why)
        return None

    # -- writes --------------------------------------------------------------------------------------------------------

    def _write(self, named: Named, why: Why) -> Operation:
        target = self._world.called(named.single) if named.noun else None
        if named.kind == "auth":
            return self._auth(named, why)
        if (edited := self._edit_list(named, why, exact=True)) is not None:
            return edited
        made = self._creating.made(named, target, self._answers[named.tool.name])
        if made is not None:
            return self._create(named, made, why)
        main = self._main(named, target)
        if main is not None:
            return self._change(named, main[0], main[1], target, why)
        if named.kind == "delete" and target is not None:
            return self._clear(named, target, why)
        return (
            self._variables(named, why)
            or self._act_on_rows(named, target, why)
            or self._own_row(named, why)
            or self._unknown(named, why)
        )

    def _create(self, named: Named, thing: Thing, why: Why) -> Operation:
        plan = self._creating.plan(named, thing, self._answers[named.tool.name])
        why.rules += ["C1", *plan.rules]
        why.guesses += plan.guesses
        answer = self._answers[named.tool.name]
        shaped = self._shaping.one(named, answer, thing)
        shaped.rows.update({name: ref for name, ref in plan.refs.items() if name not in shaped.rows})
        checks = [*plan.checks, *stated_checks(named, thing, self._entities[thing.name], creating=True)]
        return CreateOperation(
            **self._common(named, why), entity=thing.name, shape=shaped.shape, rows=shaped.rows, checks=checks,
            effects=plan.effects, values=plan.values, constants=plan.constants, parents=plan.parents,
        )  # fmt: skip

    def _change(self, named: Named, key: str, thing: Thing, target: Thing | None, why: Why) -> Operation:
        """Classify a write on the row that an argument names."""
        entity = self._entities[thing.name]
        common: dict[str, Any] = {"key": key, "key_field": self._key_field(named, key, thing)}
        common["matches"] = self._matches(named, thing, key)
        others = {a: named.schema(a) for a in named.arguments if a != key and a not in common["matches"]}
        why.rules.append("B3")
        deletes = named.kind == "delete" and (target is thing or not named.noun) and not self._soft(named, thing)
        if deletes and not _edits(named, others):
            why.rules.append("D1")
            shaped = self._shaping.one(named, self._answers[named.tool.name], thing, deleted=True)
            checks = stated_checks(named, thing, entity)
            return DeleteOperation(**self._common(named, why), **self._row(thing, shaped), checks=checks, **common)
        if named.kind == "update":
            values = self._values(named, thing, others)
            if values:
                return self._update(named, thing, values, common, why)
        return self._act(named, thing, common, others, why)

    def _update(
        self, named: Named, thing: Thing, values: dict[str, str], common: dict[str, Any], why: Why
    ) -> Operation:
        entity = self._entities[thing.name]
        why.rules.append("U1")
        shaped = self._shaping.one(named, self._answers[named.tool.name], thing)
        for argument in named.arguments:
            if argument not in values and argument != common["key"] and argument not in common["matches"]:
                why.guesses.append(f"The argument {argument!r} is not stored: no field of the {thing.label} fits it.")
        checks = stated_checks(named, thing, entity)
        refs = dict(shaped.rows)
        for argument, name in values.items():
            reference = thing.references.get(name)
            if reference is not None and named.type(argument) != "array":
                refs[f"{argument}_row"] = RowRef(
                    entity=reference.name, argument=argument, optional=argument not in named.required
                )
        return UpdateOperation(
            **self._common(named, why), **self._row(thing, shaped, refs), checks=checks, values=values, **common
        )

    def _act(
        self,
        named: Named,
        thing: Thing,
        common: dict[str, Any],
        others: Mapping[str, Any],
        why: Why,
        known: ActionPlan | None = None,
    ) -> Operation:
        """Take a verb for an action on one row: a state, a boolean, a number or an array of it (rules A1 to A9)."""
        entity = self._entities[thing.name]
        ask = self._asked(named, entity, others)
        plan = known or self._plan(named, thing, others, ask)
        values = self._values(named, thing, others)
        if plan is None and values:
            return self._update(named, thing, values, common, why)
        if plan is None:
            plan = fallback(entity, ask.words)
        else:
            extend(plan, named, thing, self._world)
            give_back(plan, named, self._creating.taken.get(thing.name, ()))
        why.rules += plan.rules
        why.guesses += plan.guesses
        why.confidence = "low" if plan.confidence == "low" else "medium"
        shaped = self._shaping.one(named, self._answers[named.tool.name], thing)
        touched = {effect.field for effect in plan.effects} | set(plan.values.values())
        for argument, name in values.items():
            used = any(effect.by.argument == argument for effect in plan.effects)
            if argument not in plan.values and name not in touched and not used:
                plan.values[argument] = name
        rows = {**shaped.rows, **plan.rows}
        stated = [c for c in stated_checks(named, thing, entity) if not any(c.field == o.field for o in plan.checks)]
        return ActionOperation(
            **self._common(named, why), **self._row(thing, shaped, rows), kind=plan.kind, values=plan.values,
            checks=[*plan.checks, *stated], effects=plan.effects, **common,
        )  # fmt: skip

    def _plan(self, named: Named, thing: Thing, others: Mapping[str, Any], ask: ActionAsk) -> ActionPlan | None:
        """Find what an action does, by the general rules first, then by what is peculiar to bare tools."""
        plan = item_plan(named, thing, others) or read_action(replace(ask, nouns=frozenset()))
        if plan is None or plan.kind == "action":
            plan = read_action(ask) or plan
        if plan is not None and plan.kind != "action":
            return plan
        told = self._answers[named.tool.name].properties
        found = parts_plan(named, thing) or number_plan(named, thing, others, told)
        found = found or value_plan(ask.words, thing, ask.hints) or flag_plan(named, thing)
        if found is None:
            found = self._open_ended(named, ask)
        return found or plan

    def _open_ended(self, named: Named, ask: ActionAsk) -> ActionPlan | None:
        """Take a state that no given row is in yet for what the verb leads to (rule A1)."""
        hints = {name: texts for name, texts in ask.hints.items() if not name.endswith(("status", "state"))}
        plan = read_action(replace(ask, hints=hints))
        if plan is None:
            return None
        for effect in [*plan.effects]:
            seen = ask.hints.get(normal(effect.field), ())
            if isinstance(effect.by.value, str) and seen:
                effect.by.value = cased(effect.by.value, seen[0])
                final = [v for v in seen if normal(v) in _FINAL] if named.verb in _ENDING else []
                refused = Operand(value=[effect.by.value, *final])
                plan.checks.append(Check(field=effect.field, test="not_in", than=refused))
        return plan

    def _asked(self, named: Named, entity: Entity, others: Mapping[str, Any]) -> ActionAsk:
        words = split(named.tool.annotations.get("spoken", named.tool.name))
        if named.verb and named.verb in words:
            words = words[words.index(named.verb) :]
        else:
            words = (
                words
                if words[:1] in (("turn",), ("switch",), ("power",), ("check",))
                else (named.verb, *named.noun, *(w for k, v in named.rest.items() for w in (k, *v)))
            )
        hints = {normal(name): tuple(texts) for name, texts in self._hints.get(entity.name, {}).items()}
        return ActionAsk(
            words=words,
            entity=entity,
            arguments=dict(others),
            required=frozenset(named.required),
            text=f"{named.tool.title}. {named.tool.description}",
            hints=hints,
            entities=self._entities,
            schemas=self._schemas,
            nouns=frozenset(named.noun) if self._foreign_noun(named, entity) else frozenset(),
        )

    def _foreign_noun(self, named: Named, entity: Entity) -> bool:
        """Whether the noun is another thing's and no field of the row: ``return_book(loan_id)``."""
        thing = next(t for t in self._world.things if t.name == entity.name)
        if thing.singleton:
            return bool(named.noun) and thing.field("_".join(named.noun)) is None
        return self._world.called(named.single) is not None and thing.field("_".join(named.noun), noun=False) is None

    def _auth(self, named: Named, why: Why) -> Operation:
        """Log somebody in or out (rules S2, S3)."""
        out = named.verb in ("logout", "signout", "logoff")
        plan = logout_plan(self._logins, self._world) if out else login_plan(named, self._logins, self._world)
        if plan is None or plan.thing.name not in self._entities:
            return self._unknown(named, why)
        why.rules.append("S3" if out else "S2")
        shaped = self._shaping.one(named, self._answers[named.tool.name], plan.thing)
        return ActionOperation(
            **self._common(named, why), **self._row(plan.thing, shaped, {**shaped.rows, **plan.rows}),
            kind="logout" if out else "login", checks=plan.checks, effects=plan.effects, key=plan.key,
            key_field=plan.key_field,
        )  # fmt: skip

    def _clear(self, named: Named, thing: Thing, why: Why) -> Operation:
        """Remove rows that no key names: by the fields that the arguments fit, or all (rule D3)."""
        fields = {a: f for a in named.arguments if (f := thing.field(a)) is not None and named.type(a) != "array"}
        lists = [a for a in named.arguments if named.type(a) == "array"]
        shaped = self._shaping.one(named, self._answers[named.tool.name], thing, deleted=True)
        why.rules.append("D3" if not fields else "D1")
        if fields and not lists:
            first = next((a for a in named.required if a in fields), next(iter(fields)))
            return DeleteOperation(
                **self._common(named, why), **self._row(thing, shaped), key=first, key_field=fields[first],
                matches={a: f for a, f in fields.items() if a != first},
            )  # fmt: skip
        return BulkOperation(
            **self._common(named, why), entity=thing.name, shape=shaped.shape, rows=shaped.rows, kind="bulk_delete",
            items=lists[0] if lists else None,
        )  # fmt: skip

    # -- variables -----------------------------------------------------------------------------------------------------

    def _variables(self, named: Named, why: Why) -> Operation | None:
        """Take a write without a row for one on the session's variables or a single object (rule B9)."""
        edited = self._edit_list(named, why)
        if edited is not None:
            return edited
        order = self._singles_for(named)
        others = {a: named.schema(a) for a in named.arguments}
        for thing in order if named.kind == "action" else ():
            plan = self._plan(named, thing, others, self._asked(named, self._entities[thing.name], others))
            if plan is not None and plan.confidence != "low" and {"A1", "A2", "A3", "N1"} & set(plan.rules):
                return self._act(named, thing, {"key": "", "key_field": ""}, others, why)
        for thing in order:
            values = self._values(named, thing, others, fuzzy=True)
            setter = named.kind == "update" or (named.kind == "action" and named.verb in ("set", "switch", "turn"))
            fits = bool(values) and (setter or set(named.required) <= set(values)) and named.kind != "delete"
            if fits and (setter or read_action(self._asked(named, self._entities[thing.name], others)) is None):
                return self._set_values(named, thing, values, why)
            plan = self._plan(named, thing, others, self._asked(named, self._entities[thing.name], others))
            if plan is not None and plan.kind != "action":
                return self._act(named, thing, {"key": "", "key_field": ""}, others, why)
            if values:
                return self._set_values(named, thing, values, why)
        for thing in order:
            plan = told_plan(named, thing, self._answers[named.tool.name].properties)
            if plan is not None:
                return self._act(named, thing, {"key": "", "key_field": ""}, others, why, plan)
        return None

    def _set_values(self, named: Named, thing: Thing, values: dict[str, str], why: Why) -> Operation:
        why.rules += ["B9", "U1"]
        shaped = self._shaping.one(named, self._answers[named.tool.name], thing)
        checks = stated_checks(named, thing, self._entities[thing.name])
        return UpdateOperation(
            **self._common(named, why), **self._row(thing, shaped), key="", key_field="", values=values, checks=checks
        )

    def _singles_for(self, named: Named) -> list[Thing]:
        """Return the single objects that a write may be about, the likeliest first."""
        answer = self._answers[named.tool.name]
        words = set(named.noun) | {w for part in named.rest.values() for w in part}
        words |= {w for a in named.arguments for w in split(a)}
        scored: list[tuple[int, int, Thing]] = []
        for place, thing in enumerate(self._world.singles()):
            if thing.name not in self._entities:
                continue
            score = 3 * bool(thing.noun and set(thing.noun) <= words)
            score += 2 * sum(thing.field(name, noun=False) is not None for name in answer.properties)
            score += sum(thing.field(name) is not None for name in named.arguments)
            score += sum(bool(words & set(split(name))) for name in thing.fields)
            about = f"{named.tool.description} {named.tool.title}".lower()
            score += bool(thing.noun and thing.noun[-1] in about)
            scored.append((-score, place, thing))
        return [thing for _, _, thing in sorted(scored, key=lambda item: item[:2])]

    def _edit_list(self, named: Named, why: Why, exact: bool = False) -> Operation | None:
        """Take ``add_to_watchlist(symbol)`` for an edit of a list of plain values (rule A8)."""
        adds = named.kind == "create" or named.verb in ("append", "follow", "join", "block", "like", "subscribe")
        takes = named.kind == "delete" or named.verb in ("unfollow", "leave", "unblock", "unlike", "unsubscribe")
        if not (adds or takes) or not named.required:
            return None
        argument = named.required[0]
        verb = next(iter(undone_by(named.verb)), named.verb)
        takes = takes or (verb != named.verb and named.kind == "action")
        followed = forms((verb,)).doing[:1]
        for words in (*named.rest.values(), named.noun, (*followed, "list"), followed):
            for thing in self._world.singles():
                if not words:
                    continue
                found = thing.field("_".join(words))
                if found is None or thing.fields[found].get("type") != "array" or thing.name not in self._entities:
                    continue
                if exact and normal(found) != "".join(words):
                    continue
                why.rules += ["A8", "B9"]
                shaped = self._shaping.one(named, self._answers[named.tool.name], thing)
                if not self._answers[named.tool.name].declared:
                    shaped.shape.fields = [found]
                check = Check(
                    field=found, test="has_not" if adds else "has", than=Operand(argument=argument),
                    reason="conflict" if adds else "missing",
                )  # fmt: skip
                owner = self._world.keyed(argument, named.schema(argument))
                if owner is not None and adds:
                    shaped.rows["_".join(owner.noun)] = RowRef(entity=owner.name, argument=argument)
                effect = Effect(field=found, do="append" if adds else "remove", by=Operand(argument=argument))
                return ActionOperation(
                    **self._common(named, why), **self._row(thing, shaped), kind="edit", key="", key_field="",
                    checks=[check], effects=[effect],
                )  # fmt: skip
        return None

    def _act_on_rows(self, named: Named, target: Thing | None, why: Why) -> Operation | None:
        """Act on the row that a field other than the key names: ``cancel_booking(confirmation_code)``."""
        if target is None:
            return None
        fields = {a: f for a in named.required if (f := target.field(a)) is not None and named.type(a) != "array"}
        known = [a for a, f in fields.items() if _unique(target, f)]
        if not known:
            return None
        why.rules.append("I3")
        return self._change(named, known[0], target, target, why)

    def _listed_values(self, named: Named, operation: EntityOperation) -> None:
        """Refuse values that the state's own list of them does not have: the rooms there are (rule F3)."""
        session = next((t for t in self._world.singles() if not t.noun and t.rows), None)
        thing = next(t for t in self._world.things if t.name == operation.entity)
        if session is None or thing.singleton:
            return
        for argument, name in getattr(operation, "values", {}).items():
            variable = "".join(plural_phrase(split(name)))
            listed = next((n for n in session.fields if normal(n) == variable), None)
            held = session.rows[0].get(listed) if listed is not None else None
            if listed is None or not isinstance(held, list) or not thing.values(name):
                continue
            if all(value in held for value in thing.values(name) if value is not None):
                than = Operand(argument=argument)
                operation.checks.append(Check(row="session", field=listed, test="has", than=than, reason="reference"))
                operation.rules.append("F3")

    # -- the caller ----------------------------------------------------------------------------------------------------

    def _own_row(self, named: Named, why: Why) -> Operation | None:
        """Take a tool without a row for one on the caller's own (rule I4)."""
        people = self._logins.people
        if people is None or self._logins.current is None:
            return None
        about = named.single in (people.noun, people.noun[-1:], ("me",), ("profile",), ("user",), ("account",))
        others = {a: named.schema(a) for a in named.arguments}
        common: dict[str, Any] = {"key": "", "key_field": "", "matches": {}}
        if named.kind in _ASKS:
            held = people.field("_".join(named.noun)) if named.noun else None
            if not about and held is None:
                return None
            why.rules += ["R1", "I4"]
            only = [held] if held is not None and not about else None
            shaped = self._shaping.one(named, self._answers[named.tool.name], people, only)
            return ReadOperation(**self._common(named, why), **self._row(people, shaped), key="", key_field="")
        values = self._values(named, people, others)
        plan = self._plan(named, people, others, self._asked(named, self._entities[people.name], others))
        if plan is not None and plan.kind != "action":
            why.rules.append("I4")
            return self._act(named, people, common, others, why)
        if values and named.kind == "update":
            why.rules.append("I4")
            return self._update(named, people, values, common, why)
        return None

    def _guard(self, named: Named, operation: EntityOperation) -> None:
        """Keep callers to what is theirs, and out where nobody is logged in (rules I4, S3)."""
        kind = operation.kind  # type: ignore[attr-defined]
        if kind in ("login", "logout", "signup") or named.verb == "signup":
            return
        people, entity = self._logins.people, self._entities[operation.entity]
        if people is not None and self._logins.current is not None and not entity.singleton:
            thing = next(t for t in self._world.things if t.name == operation.entity)
            names_person = any(self._world.keyed(a, named.schema(a), named.single) is people for a in named.arguments)
            mine = bool(_MINE.search(f"{named.tool.name.replace('_', ' ')} {named.tool.description}"))
            under = thing.above is people
            linked = people in thing.references.values() and mine and kind in ("list", "search", "aggregate")
            if not names_person and (under or linked):
                operation.own = True
                operation.rules.append("I4")
                return
        writes = kind not in (*_ASKS, "aggregate") or bool(_SIGNED_IN.search(named.tool.description))
        check = self._logins.check(operation.rows) if writes else None
        if check is not None and not any(c.field == check.field and c.row == check.row for c in operation.checks):
            operation.checks.insert(0, check)
            operation.rules.append("S3")

    # -- shared --------------------------------------------------------------------------------------------------------

    def _main(self, named: Named, target: Thing | None) -> tuple[str, Thing] | None:
        """Return the argument that names the tool's own row, and what it is (rule B3)."""
        order = [*named.required, *(a for a in named.arguments if a not in named.required)]
        keyed = []
        for argument in order:
            if named.type(argument) == "array":
                continue
            thing = self._world.keyed(argument, named.schema(argument), named.single)
            if thing is not None and not (thing.whole and target is None and named.kind not in _ASKS):
                keyed.append((argument, thing))
        if target is not None:
            own = [pair for pair in keyed if pair[1] is target]
            exact = [pair for pair in own if normal(pair[0]) == normal(target.key)]
            if own:
                return (exact or own)[0]
            field_of = [pair for pair in keyed if pair[0] in named.required and pair[1].field("_".join(named.noun))]
            if named.kind in _ASKS or not field_of:
                needed = [pair for pair in keyed if pair[0] in named.required]
                return needed[0] if needed and named.kind not in _ASKS else None
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

    def _soft(self, named: Named, thing: Thing) -> bool:
        """Whether a delete keeps the row and only marks it: to cancel what has a state (rules A1, D2)."""
        if named.verb not in _ENDING:
            return False
        return self._plan(named, thing, {}, self._asked(named, self._entities[thing.name], {})) is not None

    def _key_field(self, named: Named, argument: str, thing: Thing) -> str:
        found = thing.field(argument, noun=False)
        if found is None or found == thing.key or found in thing.references or not _unique(thing, found):
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
            if named.kind in ("update", "create") and not _owning(argument):
                continue
            if linked is not None and (own is None or own == linked) and _owning(linked):
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


def _unique(thing: Thing, name: str) -> bool:
    values = [repr(value) for value in thing.values(name)]
    return name == thing.key or (len(values) == len(set(values)) and bool(values))


def _owning(name: str) -> bool:
    words = split(name)
    return bool(words) and (words[-1] in ID_ENDS or len(words) == 1)


def _edits(named: Named, others: Mapping[str, Any]) -> bool:
    """Whether a removal takes something out of a row: ``remove_item_from_order(order_id, item_id)``."""
    return (
        bool(named.rest.get("from")) and bool(set(others) & set(named.required)) and bool(singular_phrase(named.noun))
    )
