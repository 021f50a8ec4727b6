"""Bare tools that put something into a list or take it out: of a row, or of the session (rules A8, B9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inftool.servers.compiler.aims import undone_by
from inftool.servers.compiler.bare.asking import Asking, Why
from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.bare.shaping import Shaped
from inftool.servers.compiler.bare.telling import same_stem
from inftool.servers.compiler.bare.things import Thing
from inftool.servers.compiler.bare.told_plans import grows, listed_variable, member_field, way_of
from inftool.servers.compiler.inflection import forms
from inftool.servers.compiler.words import normal, split
from inftool.servers.program import ActionOperation, Check, Effect, Operand, Operation, Part, RowRef


class Editing(Asking):
    """Turns the tools of one world that edit lists into operations."""

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
                shaped = self._shown_list(named, thing, found)
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

    def _shown_list(self, named: Named, thing: Thing, name: str) -> Shaped:
        """Shape the answer of an edit of a list: an array of which nothing else is known is the list."""
        answer = self._answers[named.tool.name]
        shaped = self._shaping.one(named, answer, thing)
        if not answer.declared:
            shaped.shape.fields, shaped.shape.also = [name], {}
        lists = [missing for missing in shaped.missing if answer.properties[missing].get("type") == "array"]
        if len(lists) == 1:
            shaped.shape.also[lists[0]] = Part(field=name)
            shaped.missing.remove(lists[0])
        return shaped

    def _edit_told(self, named: Named, why: Why, exact: bool = False) -> Operation | None:
        """Take ``unwatch(symbol)`` for an edit of the list that its words speak of (rule A8).

        Args:
            named: the tool.
            why: why it is taken for what it is.
            exact: whether the name itself must say that something goes into the list or out of it.
        """
        way, found = way_of(named), listed_variable(named, self._world)
        if found is None or len(named.required) != 1 or found[0].name not in self._entities:
            return None
        thing, name = found
        into = [word for part in named.rest.values() for word in part]
        if exact and (named.noun or not any(same_stem(word, part) for word in into for part in split(name))):
            return None
        way = way or int(grows(named, name))
        if not way:
            return None
        why.rules += ["A8", "B9"]
        shaped = self._shown_list(named, thing, name)
        return self._edit(named, thing, name, named.required[0], way, shaped, {"key": "", "key_field": ""}, why)

    def _edit_members(self, named: Named, thing: Thing, others: Mapping[str, Any], why: Why) -> Operation | None:
        """Take ``join_class(member_no, class_id)`` for an edit of the class's list of members (rule A8)."""
        way = way_of(named)
        for argument in named.required if way else ():
            owner = self._world.keyed(argument, named.schema(argument), named.single)
            rest = [a for a in named.required if a != argument]
            if owner is None or owner.singleton or owner.whole or len(rest) != 1:
                continue
            name = member_field(named, owner, rest[0], self._world)
            if name is None:
                continue
            why.rules.append("A8")
            shaped = self._shaping.one(named, self._answers[named.tool.name], owner)
            common = {"key": argument, "key_field": self._key_field(named, argument, owner)}
            return self._edit(named, owner, name, rest[0], way, shaped, common, why)
        return None

    def _edit(
        self, named: Named, thing: Thing, name: str, argument: str, way: int, shaped: Shaped, common: dict[str, Any],
        why: Why,
    ) -> Operation:  # fmt: skip
        item = Operand(argument=argument)
        adds = way > 0
        check = Check(
            field=name, test="has_not" if adds else "has", than=item, reason="conflict" if adds else "missing"
        )
        owner = self._world.keyed(argument, named.schema(argument), named.single)
        if owner is not None and owner is not thing and adds:
            shaped.rows["_".join(owner.noun)] = RowRef(entity=owner.name, argument=argument)
        return ActionOperation(
            **self._common(named, why), **self._row(thing, shaped), kind="edit", checks=[check],
            effects=[Effect(field=name, do="append" if adds else "remove", by=item)], **common,
        )  # fmt: skip
