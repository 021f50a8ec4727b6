"""The gated reward: gates in the paper's order, each open or shut with a reason.

A later gate counts only if the earlier are open. A fault in the middle of an episode that the assistant mended (an
unreadable turn, a refused call, then a good one) shuts no gate: what counts is how the episode ends.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from inftool.servers.runtime.changes import RowChange

GateName = Literal["format", "tool", "arguments", "execution", "state", "communication"]
GATES: tuple[GateName, ...] = ("format", "tool", "arguments", "execution", "state", "communication")
STAGES: dict[GateName, float] = {
    "format": 0.05,
    "tool": 0.1,
    "arguments": 0.15,
    "execution": 0.1,
    "state": 0.3,
    "communication": 0.3,
}
"""What each open gate adds under ``staged``; they sum to 1."""

Outcome = Literal["solved", "failed", "truncated", "infrastructure", "simulator"]
FAULTS: tuple[Outcome, ...] = ("infrastructure", "simulator")
"""Outcomes that are nobody's score: retried or masked, never a reward of 0."""


class Gate(BaseModel):
    """One gate of the reward."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: GateName
    open: bool
    why: str


class Verdict(BaseModel):
    """How an episode ended."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Outcome
    gates: tuple[Gate, ...] = ()
    changes: tuple[RowChange, ...] = ()
    """The row changes that the episode left."""
    note: str = ""
    """For faults: what went wrong, and where."""

    @property
    def strict(self) -> float | None:
        """1 if the episode is solved, else 0; None for a fault."""
        if self.outcome in FAULTS:
            return None
        return 1.0 if self.outcome == "solved" else 0.0

    @property
    def staged(self) -> float | None:
        """The sum of :data:`STAGES` over the gates before the first shut one; None for a fault."""
        if self.outcome in FAULTS:
            return None
        total = 0.0
        for gate in self.gates:
            if not gate.open:
                break
            total += STAGES[gate.name]
        return round(total, 6)
