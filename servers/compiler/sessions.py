"""The session's own entity: who calls (rules I4, B9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inftool.servers.compiler.words import split
from inftool.servers.program import Entity, EntityField

_NAMES = ("Session", "CallerSession", "ServerSession")
"""Names for the entity that holds the session's variables: the first that nothing else has."""


def session_entity(users: Sequence[str], entities: Mapping[str, Entity]) -> Entity | None:
    """Return the entity that says which rows are the caller's own; None where nothing speaks of callers.

    Args:
        users: the entities that callers are rows of.
        entities: those of the program, by name.
    """
    name = next((name for name in _NAMES if name not in entities), None)
    if name is None or not users:
        return None
    fields: dict[str, EntityField] = {}
    for user in users:
        of = entities[user]
        held = {word: value for word, value in of.fields[of.key].schema_.items() if word in ("type", "format")}
        fields["_".join((*split(user), of.key.lower()))] = EntityField(schema_=held, role="actor", entity=user)
    return Entity(
        name=name, label="session", plural="sessions", key="", singleton=True, fields=fields, seed_rows=1, rules=["I4"]
    )
