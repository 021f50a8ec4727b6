"""The session's own entity: who calls (rules I4, B9)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from inftool.servers.program import Entity, EntityField

_NAMES = ("Session", "CallerSession", "ServerSession")
"""Names for the entity that holds the session's variables: the first that nothing else has."""


def session_entity(user: str | None, entities: Mapping[str, Entity], used: Collection[str]) -> Entity | None:
    """Return the entity that says which row is the caller's own; None where nothing speaks of callers.

    Args:
        user: the entity that callers are rows of.
        entities: those of the program, by name.
        used: names of the entities that some operation needs.
    """
    name = next((name for name in _NAMES if name not in entities), None)
    if user is None or name is None or user not in used or entities[user].singleton:
        return None
    of = entities[user]
    held = {word: value for word, value in of.fields[of.key].schema_.items() if word in ("type", "format")}
    held_in = "_".join((*of.label.split(), of.key.lower()))
    return Entity(
        name=name,
        label="session",
        plural="sessions",
        key="",
        singleton=True,
        fields={held_in: EntityField(schema_=held, role="actor", entity=user)},
        seed_rows=1,
        rules=["I4"],
    )
