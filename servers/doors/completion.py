"""What can be completed for a person who types: names of entities, keys of the session's rows, fixed choices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from inftool.servers.program import ServerProgram
from inftool.servers.runtime.session import Session

MAX_VALUES = 100
"""The most values of one completion (MCP's own bound)."""


class Found(NamedTuple):
    """The first values that fit, and how many fit in all."""

    values: list[str]
    total: int


Complete = Callable[[Session, str, Mapping[str, str]], Found]
"""Finds values for an argument: (session, what is typed so far, arguments that are settled) → what fits."""


def entity_names(program: ServerProgram, session: Session) -> list[str]:
    """Return what there are rows of: the program's entities in its order, then what its profiles keep."""
    kept = [name for name in session.counts() if name not in program.entities]
    return [*program.entities, *kept]


def choices(values: Iterable[str]) -> Complete:
    """Return the completion of an argument with fixed choices."""
    return lambda session, typed, settled: _fitting(list(values), typed)


def entities(program: ServerProgram) -> Complete:
    """Return the completion of an argument that names an entity."""
    return lambda session, typed, settled: _fitting(entity_names(program, session), typed)


def keys_of_rows(entity: str = "entity") -> Complete:
    """Return the completion of an argument that names a row of the entity which another argument names.

    Args:
        entity: that other argument; until it is settled there is nothing to complete.
    """

    def complete(session: Session, typed: str, settled: Mapping[str, str]) -> Found:
        name = settled.get(entity)
        return Found([], 0) if name is None else Found(*session.keys(name, typed, MAX_VALUES))

    return complete


def _fitting(values: Sequence[str], typed: str) -> Found:
    """Return the values that begin with what is typed, whatever its case."""
    folded = typed.casefold()
    fitting = [value for value in values if value.casefold().startswith(folded)]
    return Found(fitting[:MAX_VALUES], len(fitting))
