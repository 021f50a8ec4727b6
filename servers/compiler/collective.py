"""Verbs on a whole collection: ``/tasks/clear-completed``, ``/messages/mark-all-read`` (rules D3, A1 to A3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from inftool.servers.compiler.actions import read_action
from inftool.servers.compiler.plans import ActionAsk
from inftool.servers.compiler.words import is_plural, normal, singular, singular_phrase, split, word_set
from inftool.servers.program import Effect, Entity

_REMOVING = word_set("clear delete remove purge empty destroy flush prune")
_ALL = word_set("all every")
_KEYS = word_set("id ids key keys uuid uuids")


@dataclass
class Collective:
    """What a verb does to many rows, ready for a bulk operation."""

    kind: Literal["bulk_update", "bulk_delete"]
    items: str | None = None
    constants: dict[str, Any] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)


def one_named(ask: ActionAsk) -> str | None:
    """Return the argument that names one row of the collection: ``order_id`` of ``POST /orders/cancel``."""
    for argument in ask.arguments:
        words = split(ask.names.get(argument, argument))
        single = ask.types(argument) and ask.types(argument) <= {"string", "integer"}
        if single and argument in ask.required and _is_key(words, ask) and not is_plural(words[-1]):
            return argument
    return None


def read_collective(ask: ActionAsk) -> Collective | None:
    """Tell which rows a verb on a collection means, and what it does to them; None where that is not told."""
    items = next(
        (a for a in ask.arguments if ask.types(a) == {"array"} and _is_key(split(ask.names.get(a, a)), ask)), None
    )
    rest = [w for w in ask.words[1:] if w not in _ALL and singular(w) not in ask.noun and w not in ask.noun]
    whole = bool(_ALL & set(ask.words)) or any(is_plural(w) and w in ask.noun for w in ask.words[1:])
    if ask.words[0] in _REMOVING or (ask.undo and not ask.words):
        if not rest and (items is not None or whole or not ask.arguments):
            return Collective("bulk_delete", items, rules=["D3"])
        condition = condition_of(rest, ask.entity)
        return Collective("bulk_delete", None, condition, rules=["D3"]) if condition and items is None else None
    plan = read_action(ask)
    constant = plan is not None and plan.kind in ("transition", "toggle") and not plan.rows
    if plan is None or not constant or any(e.by.argument is not None or e.by.field is not None for e in plan.effects):
        return None
    if not plan.effects or (items is None and not whole):
        return None
    return Collective("bulk_update", items, {}, plan.effects, ["D3", *plan.rules])


def condition_of(words: Sequence[str], entity: Entity) -> dict[str, Any]:
    """Turn ``completed`` into a value that the rows have: of an enum, or of a boolean (rule E5)."""
    wanted = normal("".join(words))
    if not wanted:
        return {}
    for name, row_field in entity.fields.items():
        for value in row_field.schema_.get("enum") or ():
            if isinstance(value, str) and normal(value) == wanted:
                return {name: value}
    for name, row_field in entity.fields.items():
        if row_field.schema_.get("type") == "boolean" and normal(name).removeprefix("is") in (wanted, wanted[2:]):
            if normal(name).removeprefix("is") == wanted:
                return {name: True}
            if wanted.startswith("un") or wanted.startswith("in"):
                return {name: False}
    return {}


def _is_key(words: tuple[str, ...], ask: ActionAsk) -> bool:
    if not words:
        return False
    own = split(ask.entity.key)
    if singular_phrase(words) in (own, (*split(ask.entity.label), *own), (*split(ask.entity.label)[-1:], *own)):
        return True
    if words[-1] not in _KEYS:
        return False
    return len(words) == 1 or words[-2] in ask.noun or (len(words) > 1 and singular(words[-2]) in ask.noun)
