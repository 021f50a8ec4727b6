"""What each bare tool does: the kind of operation, its rows, and what its arguments stand for (rules B1 to B9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from inftool.servers.compiler.actions import read_action
from inftool.servers.compiler.bare.aftermath import Telling
from inftool.servers.compiler.bare.asking import ASKS, SWITCHES, Why, takes_out, tells_apart
from inftool.servers.compiler.bare.creating import CreatePlan
from inftool.servers.compiler.bare.describing import stated_checks
from inftool.servers.compiler.bare.editing import Editing
from inftool.servers.compiler.bare.extras import (
    cased,
    extend,
    flag_plan,
    give_back,
    item_plan,
    led_plan,
    list_plan,
    number_plan,
    parts_plan,
    told_plan,
    value_plan,
)
from inftool.servers.compiler.bare.histories import show_record
from inftool.servers.compiler.bare.names import Named, kind_of
from inftool.servers.compiler.bare.sessions import login_plan, logout_plan
from inftool.servers.compiler.bare.telling import told_verb
from inftool.servers.compiler.bare.things import Thing
from inftool.servers.compiler.bare.told_plans import (
    answered_flag,
    answered_value,
    cleared,
    column_plan,
    flag_told,
    knows,
    marked_plan,
    participle_plan,
    refuse_twice,
    switched_by_name,
    takes_away,
    tally_told,
    told_quantity,
)
from inftool.servers.compiler.computing import compute_operation
from inftool.servers.compiler.plans import ActionAsk, ActionPlan, fallback
from inftool.servers.compiler.words import (
    normal,
    plural_phrase,
    split,
    word_set,
)
from inftool.servers.program import (
    ActionOperation,
    BulkOperation,
    Check,
    CreateOperation,
    DeleteOperation,
    Entity,
    EntityOperation,
    Operand,
    Operation,
    ReadOperation,
    RowOperation,
    RowRef,
    UpdateOperation,
)

_MINE = re.compile(r"\b(?:my|your|own|current(?:ly)? (?:logged|user)|logged[- ]in|authenticated)\b", re.IGNORECASE)
_SIGNED_IN = re.compile(
    r"\b(?:must|needs?|requires?|only)\b[^.]{0,40}\b(?:logged|log|login|sign|authenti)", re.IGNORECASE
)
_FINAL = word_set(
    "completed complete cancelled canceled delivered closed refunded failed returned done finished expired"
)
_ENDING = word_set("cancel void archive revoke terminate")


class Reader(Editing):
    """Turns the tools of one world into operations."""

    def read(self, named: Named) -> Operation:
        """Return the operation of one tool."""
        operation = self._classified(named)
        if isinstance(operation, EntityOperation):
            self._kept_to_kind(named, operation)
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
            if computed is not None and not (named.kind in ASKS and self._singles_about(named)):
                return computed
        if named.kind in (None, *ASKS) and not named.leads and self._sends_field(named):
            return self._write(replace(named, kind="update"), why)
        if named.kind in ASKS:
            return self._ask(named, why) or self._own_row(named, why) or self._compute(named, why)
        if named.kind is None and self._creating.enters(named, self._answers[named.tool.name]):
            return self._write(replace(named, kind="create"), why)
        if named.kind == "compute" or named.kind is None:
            return self._ask(named, why, sure=False) or self._compute(named, why)
        return self._write(named, why)

    def _sends_field(self, named: Named) -> bool:
        """Whether a tool names a row and sends a field of it besides, which no read needs: ``regrade(code, grade)``."""
        main = self._main(named, self._world.called(named.single) if named.noun else None)
        rest = [a for a in named.required if main is not None and a != main[0]]
        if main is None or not rest or not main[1].rows or self._answers[named.tool.name].rows is not None:
            return False
        fields = [main[1].field(a, noun=False) for a in rest]
        return all(f is not None and f != main[1].key and f not in main[1].references for f in fields)

    # -- writes --------------------------------------------------------------------------------------------------------

    def _write(self, named: Named, why: Why) -> Operation:
        target = self._world.called(named.single) if named.noun else None
        if named.kind == "auth":
            return self._auth(named, why)
        edited = self._edit_list(named, why, exact=True) or self._edit_told(named, why, exact=True)
        if edited is not None:
            return edited
        made = self._creating.made(named, target, self._answers[named.tool.name])
        main = self._referring(named, self._main(named, target))
        changed = [main] if main is not None else [("", single) for single in self._singles_for(named)]
        if made is not None and not any(self._recorded(named, made, *one) for one in changed):
            return self._create(named, made, why)
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

    def _referring(self, named: Named, main: tuple[str, Thing] | None) -> tuple[str, Thing] | None:
        """Take the row that names the other for the tool's own: ``switch_tariff(hookup_id, tariff_code)`` (rule U1)."""
        if main is None or named.verb not in SWITCHES:
            return main
        for argument in named.required:
            thing = self._world.keyed(argument, named.schema(argument), named.single)
            if thing is None or thing is main[1] or named.type(argument) == "array":
                continue
            held = thing.field(main[0], noun=False)
            if held is not None and thing.references.get(held) is main[1] and thing not in main[1].references.values():
                return argument, thing
        return main

    def _recorded(self, named: Named, record: Thing, key: str, thing: Thing) -> bool:
        """Whether what is made is only the record of a change to the row that an argument names (rule A10)."""
        if not self._histories.keeps(record, thing):
            return False
        others = {a: named.schema(a) for a in named.arguments if a != key}
        plan = self._plan(named, thing, others, self._asked(named, self._entities[thing.name], others))
        return plan is not None and plan.kind in ("adjust", "transfer", "transition", "toggle")

    def _create(self, named: Named, thing: Thing, why: Why) -> Operation:
        plan = self._creating.plan(named, thing, self._answers[named.tool.name])
        amounts = {a: Operand(argument=a) for a in named.arguments if named.type(a) in ("integer", "number")}
        self._add_aftermath(named, thing, plan, plan.refs, amounts)
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

    def _add_aftermath(
        self,
        named: Named,
        thing: Thing,
        plan: CreatePlan | ActionPlan,
        refs: dict[str, RowRef],
        amounts: Mapping[str, Operand],
    ) -> None:
        """Add to a plan what the description says that happens besides (rules A1, A2, N1)."""
        creating = isinstance(plan, CreatePlan)
        changed = {(effect.row, effect.field) for effect in plan.effects}
        found = Telling(named, thing, self._world, refs).states()
        if "N1" not in plan.rules:
            moves = Telling(named, thing, self._world, refs).numbers(amounts, self._creating.moved.get(thing.name, ()))
            found.effects += moves.effects
            found.checks += moves.checks
            found.rows |= moves.rows
            found.rules += moves.rules
            found.guesses += moves.guesses
            if creating and moves.moved:
                self._creating.moved[thing.name] = moves.moved
        kept = [e for e in found.effects if (e.row, e.field) not in changed and not (creating and e.row == "row")]
        used = {e.row for e in kept}
        if not kept:
            return
        plan.effects += kept
        plan.checks += [check for check in found.checks if check.row in used]
        refs.update({row: ref for row, ref in found.rows.items() if row in used and row not in refs})
        plan.rules += found.rules
        plan.guesses += found.guesses
        if isinstance(plan, ActionPlan) and plan.kind == "action":
            plan.kind, plan.rules, plan.confidence = "transition", [r for r in plan.rules if r != "A9"], "medium"
            plan.guesses = found.guesses

    def _change(self, named: Named, key: str, thing: Thing, target: Thing | None, why: Why) -> Operation:
        """Classify a write on the row that an argument names."""
        entity = self._entities[thing.name]
        common: dict[str, Any] = {"key": key, "key_field": self._key_field(named, key, thing)}
        common["matches"] = self._matches(named, thing, key)
        others = {a: named.schema(a) for a in named.arguments if a != key and a not in common["matches"]}
        why.rules.append("B3")
        deletes = named.kind == "delete" and (target is thing or not named.noun) and not self._soft(named, thing)
        if deletes and not takes_out(named, others):
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
        if plan is None and (edited := self._edit_members(named, thing, others, why) or self._edit_told(named, why)):
            return edited
        foreign = [a for a in others if self._world.keyed(a, named.schema(a), named.single) is not None]
        if plan is None and not values and takes_away(named, thing) and len(foreign) == len(others):
            why.rules.append("D1")
            shaped = self._shaping.one(named, self._answers[named.tool.name], thing, deleted=True)
            return DeleteOperation(**self._common(named, why), **self._row(thing, shaped), **common)
        if plan is None:
            plan = fallback(entity, ask.words)
        else:
            extend(plan, named, thing, self._world)
            refuse_twice(plan, thing)
            give_back(plan, named, self._creating.taken.get(thing.name, ()))
        amounts = {a: Operand(argument=a) for a in others if named.type(a) in ("integer", "number")}
        numbers = [n for n, s in thing.fields.items() if s.get("type") in ("integer", "number") and n != thing.key]
        self._add_aftermath(named, thing, plan, plan.rows, amounts | {n: Operand(field=n) for n in numbers})
        kept = self._histories.record(plan, named, thing, others, self._answers[named.tool.name])
        for name in dict.fromkeys(e.field for e in plan.effects if e.row == "row" and e.field in thing.implied):
            plan.add_rules("B10")
            plan.guesses.append(f"No tool declares {name!r}: that there is such a field is taken from the verbs.")
        why.rules += plan.rules
        why.guesses += plan.guesses
        why.confidence = "low" if plan.confidence == "low" else "medium"
        shaped = self._shaping.one(named, self._answers[named.tool.name], thing)
        if kept is not None:
            show_record(shaped, kept[0], kept[1].name)
        touched = {effect.field for effect in plan.effects} | set(plan.values.values())
        for argument, name in values.items():
            used = any(effect.by.argument == argument for effect in plan.effects)
            if argument not in plan.values and name not in touched and not used:
                plan.values[argument] = name
        rows = {**shaped.rows, **plan.rows}
        stated = [c for c in stated_checks(named, thing, entity) if not any(c.field == o.field for o in plan.checks)]
        return ActionOperation(
            **self._common(named, why), **self._row(thing, shaped, rows), kind=plan.kind, values=plan.values,
            checks=[*plan.checks, *stated], effects=plan.effects, inserts=[kept[1]] if kept is not None else [],
            **common,
        )  # fmt: skip

    def _plan(self, named: Named, thing: Thing, others: Mapping[str, Any], ask: ActionAsk) -> ActionPlan | None:
        """Find what an action does, by the general rules first, then by what is peculiar to bare tools."""
        if named.tool.name in thing.lists:
            return list_plan(*thing.lists[named.tool.name])
        told = self._answers[named.tool.name].properties
        item = item_plan(named, thing, others) if len(others) > 1 else None
        if item is not None and named.kind == "create":
            total = told_quantity(named, thing, others, told)
            item.effects += total.effects if total is not None else []
            return item
        counted = (
            switched_by_name(named, thing)
            or told_quantity(named, thing, others, told)
            or column_plan(named, thing, others)
            or cleared(named, thing, others)
        )
        if counted is not None:
            return counted
        heard = self._heard(named, ask)
        plan: ActionPlan | None = None
        for one, asked in heard:
            found = self._known_plan(one, thing, others, asked)
            if found is not None and found.kind != "action" and knows(found, thing):
                return found
            plan = plan if plan is not None and plan.kind != "action" else found or plan
        written = named.kind not in ASKS
        found = marked_plan(named, thing) or (flag_told(named, thing) if written else None)
        if found is None and plan is not None and plan.kind != "action":
            return plan
        if found is None and not set(others) & set(self._values(named, thing, others)):
            found = tally_told(named, thing, others, told)
        if found is None and named.tool.name in thing.led:
            found = led_plan(*thing.led[named.tool.name])
        if found is None and written and plan is None:
            found = answered_flag(named, thing, told) or answered_value(named, thing, others, told)
        for _, asked in heard if found is None else ():
            found = found or self._open_ended(named, asked)
        if found is None and written and plan is None:
            found = participle_plan(named, thing, told)
        return found or plan

    def _heard(self, named: Named, ask: ActionAsk) -> list[tuple[Named, ActionAsk]]:
        """Return a tool as its name has it, and as its description begins; first what has a verb that is known."""
        verb = told_verb(named.tool.description)
        if not verb or verb == named.verb or kind_of(verb) in ASKS or verb in ("mark", "put", "take", "return"):
            return [(named, ask)]
        told = replace(named, verb=verb)
        words = (verb, *named.noun)
        heard = [(named, ask), (told, replace(ask, words=words))]
        return heard[::-1] if named.spoken else heard

    def _known_plan(self, named: Named, thing: Thing, others: Mapping[str, Any], ask: ActionAsk) -> ActionPlan | None:
        plan = item_plan(named, thing, others) or read_action(replace(ask, nouns=frozenset()))
        if plan is None or plan.kind == "action":
            plan = read_action(ask) or plan
        if plan is not None and plan.kind != "action":
            return plan
        told = self._answers[named.tool.name].properties
        found = parts_plan(named, thing) or number_plan(named, thing, others, told)
        return found or value_plan(ask.words, thing, ask.hints) or flag_plan(named, thing) or plan

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
        if not thing.given and len(named.required) == 1 and self._world.called(named.single) is None:
            return bool(named.noun) and thing.field("_".join(named.noun), noun=False) is None
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

    def _soft(self, named: Named, thing: Thing) -> bool:
        """Whether a delete keeps the row and only marks it: to cancel what has a state (rules A1, D2)."""
        if named.verb not in _ENDING:
            return False
        return self._plan(named, thing, {}, self._asked(named, self._entities[thing.name], {})) is not None

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
        if (edited := self._edit_told(named, why)) is not None:
            return edited
        for thing in order:
            told = self._answers[named.tool.name].properties
            plan = answered_flag(named, thing, told) or answered_value(named, thing, others, told)
            if plan is not None:
                return self._act(named, thing, {"key": "", "key_field": ""}, others, why, plan)
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

    def _act_on_rows(self, named: Named, target: Thing | None, why: Why) -> Operation | None:
        """Act on the row that a field other than the key names: ``cancel_booking(confirmation_code)``."""
        if target is None:
            return None
        fields = {a: f for a in named.required if (f := target.field(a)) is not None and named.type(a) != "array"}
        known = [a for a, f in fields.items() if tells_apart(target, f)]
        if not known:
            return None
        why.rules.append("I3")
        return self._change(named, known[0], target, target, why)

    def _kept_to_kind(self, named: Named, operation: EntityOperation) -> None:
        """Refuse rows that are not what the noun says: ``edit_draft`` of a letter that is sent (rule A5)."""
        thing = next(t for t in self._world.things if t.name == operation.entity)
        field, value = thing.kinds.get(named.single, ("", ""))
        own = isinstance(operation, RowOperation) and bool(operation.key)
        if field and own and not any(check.field == field for check in operation.checks):
            operation.checks.append(Check(field=field, test="eq", than=Operand(value=value), reason="missing"))
            operation.rules.append("A5")

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
        if named.kind in ASKS:
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
        known = any(thing.given for thing in self._world.things)
        writes = (known and kind not in (*ASKS, "aggregate")) or bool(_SIGNED_IN.search(named.tool.description))
        check = self._logins.check(operation.rows) if writes else None
        if check is not None and not any(c.field == check.field and c.row == check.row for c in operation.checks):
            operation.checks.insert(0, check)
            operation.rules.append("S3")
