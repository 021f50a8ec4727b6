"""Who follows whom: verbs that put persons into arrays of the caller's row, and feeds of their posts (rules A8, I4)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from inftool.servers.compiler.words import normal, split, word_set
from inftool.servers.program import (
    ActionOperation,
    Among,
    Check,
    Effect,
    Entity,
    ListOperation,
    Operand,
    Operation,
    RowRef,
)
from inftool.specs.spec import ToolSpec

_ARRAYS: Mapping[str, str] = {
    "follow": "following followings followees followed follows",
    "block": "blocked blockedusers blocking blocklist",
    "mute": "muted mutedusers muting",
    "subscribe": "subscriptions subscribedto",
}
"""By verb: what the array of the caller's row is called."""
_OTHER_SIDE: Mapping[str, str] = {"follow": "followers", "subscribe": "subscribers"}
_FEEDS = word_set("timeline feed")
_FOLLOWED = re.compile(r"\b(you|user|caller|they|i|accounts?|people)( are| is)? follow(s|ing|ed)?\b|\bfollowed\b")


def read_follows(
    operations: list[Operation], entities: Mapping[str, Entity], session: str | None, tools: Sequence[ToolSpec]
) -> None:
    """Settle the actions that only put persons into arrays of the caller's row, and the feeds that depend on them.

    Only where the caller is known, and the caller's row has such an array. Operations are changed in place.
    """
    held = entities.get(session or "")
    people = {field.entity for field in held.fields.values() if field.role == "actor"} if held is not None else set()
    by_name = {tool.name: tool for tool in tools}
    for person in sorted(name for name in people if name):
        entity = entities[person]
        spelled = {normal(name): name for name, field in entity.fields.items() if field.schema_.get("type") == "array"}
        for place, operation in enumerate(operations):
            tool = by_name.get(operation.tool)
            if tool is None or tool.http is not None:
                continue
            if isinstance(operation, ActionOperation) and operation.kind == "action" and operation.entity == person:
                operations[place] = _followed(operation, entity, spelled) or operation
            elif isinstance(operation, ListOperation) and not operation.parents:
                _narrow(operation, tool, entities[operation.entity], person, spelled)


def _followed(operation: ActionOperation, entity: Entity, spelled: Mapping[str, str]) -> ActionOperation | None:
    verb = split(operation.tool)[0]
    plain = verb.removeprefix("un")
    names = _ARRAYS.get(plain, "").split()
    field = next((spelled[name] for name in names if name in spelled), None)
    if field is None or not operation.key or operation.key_field != entity.key or operation.values:
        return None
    adding = plain == verb
    named = Operand(argument=operation.key)
    checks = [
        Check(
            row="caller", field=field, test="has_not" if adding else "has", than=named,
            reason="conflict" if adding else "missing",
            message="" if adding else f"{operation.key}: is not among {field}",
        )
    ]  # fmt: skip
    if adding:
        me = Operand(field=entity.key, row="caller")
        checks.insert(0, Check(argument=operation.key, test="ne", than=me, reason="invalid"))
    effects = [Effect(row="caller", field=field, do="append" if adding else "remove", by=named)]
    other = spelled.get(_OTHER_SIDE.get(plain, ""))
    if other is not None:
        own = Operand(field=entity.key, row="caller")
        effects.append(Effect(field=other, do="append" if adding else "remove", by=own))
    return operation.model_copy(
        update={
            "kind": "edit", "rows": {**operation.rows, "caller": RowRef(entity=entity.name)}, "checks": checks,
            "effects": effects, "confidence": "medium", "rules": ["A8", "I4"],
            "guesses": [f"Who is meant goes into {field!r} of the caller's own row, or out of it."],
        }
    )  # fmt: skip


def _narrow(operation: ListOperation, tool: ToolSpec, entity: Entity, person: str, spelled: Mapping[str, str]) -> None:
    """Let a feed show only rows of those whom the caller follows."""
    field = next((spelled[name] for name in _ARRAYS["follow"].split() if name in spelled), None)
    author = next((n for n, f in entity.fields.items() if f.role == "reference" and f.entity == person), None)
    is_feed = set(split(tool.name)) & _FEEDS or _FOLLOWED.search(tool.description.lower())
    asked = any(test.field == author for test in operation.filters.values())
    if field is None or author is None or not is_feed or asked or operation.own:
        return
    operation.among = Among(field=author, entity=person, array=field)
    operation.rules.append("I4")
    operation.guesses.append(f"Only rows are shown whose {author!r} is in {field!r} of the caller's own row.")
