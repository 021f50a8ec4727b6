"""Writes on what nothing shows, below a row that is shown: what they may do to that row (rules A1 to A7)."""

from __future__ import annotations

from dataclasses import replace

from inftool.servers.compiler.drafts import Draft, document_name
from inftool.servers.compiler.entities import EntityBuilder
from inftool.servers.compiler.paths import segments
from inftool.servers.compiler.states import STATE_WORDS
from inftool.servers.compiler.words import normal, split
from inftool.servers.program import Entity

_WRITES = ("create", "update", "replace", "delete")
_SHOWS = ("read", "list", "search")


def on_row_above(draft: Draft, builder: EntityBuilder) -> Draft | None:
    """Return a write as an action on the row above it: ``PUT /orders/{id}/status`` that no GET shows.

    Args:
        draft: a write on a singleton, or a create.
        builder: knows the entities.

    Returns:
        None where something shows what is written, or nothing shows the row above.
    """
    if draft.kind not in _WRITES or not draft.parents or draft.key or draft.tool.http is None:
        return None
    group, (argument, above) = builder.groups[draft.resource], draft.parents[-1]
    home, parts = builder.groups[above], segments(draft.tool.http.path)
    if any(other.kind not in _WRITES or other.key for other in group.drafts) or home.entity.singleton:
        return None
    name = document_name(draft.tool, argument)
    direct = len(parts) > 1 and parts[-2].param == name and parts[-1].param is None
    if not direct or not any(other.kind in _SHOWS for other in home.drafts):
        return None
    words = split(parts[-1].text)
    states = bool(words) and words[-1] in STATE_WORDS
    if not words or (draft.kind == "create" and home.entity.name == group.entity.name):
        return None
    if states or (draft.kind in ("update", "replace") and has_field(home.entity, words)):
        words = ("set", *words)
    return replace(
        draft, kind="action", resource=above, parents=draft.parents[:-1], key=argument, key_name=name, verb=words,
        located=None, rules=[rule for rule in draft.rules if rule == "I4"], guesses=[], confidence="high",
        upsert=False, fitted=[], items=None,
    )  # fmt: skip


def has_field(entity: Entity, words: tuple[str, ...]) -> bool:
    """Whether a row has a field of that name."""
    return any(normal(name) == "".join(words) for name in entity.fields)
