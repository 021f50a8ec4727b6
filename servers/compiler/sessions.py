"""The session's own entity: who calls (rules I4, B9)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from inftool.servers.program import Entity, EntityField

SESSION = "Session"
"""Name of the entity that holds the session's variables."""


def session_entity(user: str | None, entities: Mapping[str, Entity], used: Collection[str]) -> Entity | None:
    """Return the entity that says which row is the caller's own; None where nothing speaks of callers.

    Args:
        user: the entity that callers are rows of.
        entities: those of the program, by name; one that is called like the session already is left alone.
        used: names of the entities that some operation needs.
    """
    if user is None or user not in used or SESSION in entities or entities[user].singleton:
        return None
    of = entities[user]
    held = {word: value for word, value in of.fields[of.key].schema_.items() if word in ("type", "format")}
    name = "_".join((*of.label.split(), of.key.lower())) if of.key else of.label
    return Entity(
        name=SESSION,
        label="session",
        plural="sessions",
        key="",
        singleton=True,
        fields={name: EntityField(schema_=held, role="actor", entity=user)},
        seed_rows=1,
        rules=["I4"],
    )
