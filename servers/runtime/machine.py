"""What every kind of operation is run with; each kind has a function that prepares its run once a tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from inftool.servers.program import Entity, ServerProgram
from inftool.servers.runtime.session import Row, Session

Run = Callable[[Session, Row], Any]
"""Does one call: (session, validated arguments) → body of the answer.

Raises :class:`~inftool.servers.runtime.errors.Refusal` where the call fails by the rules; the kernel then undoes what
was changed.
"""


@dataclass(frozen=True)
class Machine:
    """A program with the seed of its rows."""

    program: ServerProgram
    seed: int

    def entity(self, name: str) -> Entity:
        """Return the entity called ``name``."""
        return self.program.entities[name]
