"""The gap finder: where the policy is unsure, and what to synthesize next.

Rollouts of one task are split by their consistency, as in the paper: always solved is easy, never is hopeless,
sometimes is the frontier. Cells (specification, kind of task, kind of operation) near the frontier get the next round's
tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from inftool.envs.synthesis import Cell

EASY, HOPELESS = 0.9, 0.1
"""Pass rates from which a cell is easy, and below which it is hopeless."""
FLOOR = 0.2
"""Weight of a cell with nothing to learn, so that it is still visited; the frontier's top is 1 + FLOOR."""


class Gap(BaseModel):
    """What is known of one cell."""

    model_config = ConfigDict(extra="forbid")

    spec: str
    kind: str
    operation: str
    groups: int
    """Tasks that were rolled out."""
    rollouts: int
    passed: int
    mixed: int
    """Tasks that some rollouts solved and others did not: what GRPO learns from."""
    rate: float
    """Pass rate, smoothed by one half success in one rollout."""
    weight: float
    """How often the next synthesis proposes the cell."""

    @property
    def cell(self) -> Cell:
        """The cell's name in :class:`~inftool.envs.synthesis.Synthesizer` weights."""
        return (self.spec, self.kind, self.operation)

    @property
    def level(self) -> str:
        """``easy``, ``frontier`` or ``hopeless``."""
        return "easy" if self.rate >= EASY else "hopeless" if self.rate < HOPELESS else "frontier"


def find_gaps(groups: Iterable[tuple[Cell, Sequence[bool]]]) -> list[Gap]:
    """Judge cells by the rollouts of their tasks.

    Args:
        groups: for each task, its cell and which of its rollouts were solved.

    Returns:
        One gap a cell, the heaviest first.
    """
    cells: dict[Cell, list[Sequence[bool]]] = {}
    for cell, solved in groups:
        cells.setdefault(cell, []).append(solved)
    gaps = []
    for (spec, kind, operation), members in sorted(cells.items()):
        rollouts = sum(len(solved) for solved in members)
        passed = sum(sum(solved) for solved in members)
        rate = (passed + 0.5) / (rollouts + 1)
        gaps.append(
            Gap(
                spec=spec,
                kind=kind,
                operation=operation,
                groups=len(members),
                rollouts=rollouts,
                passed=passed,
                mixed=sum(0 < sum(solved) < len(solved) for solved in members),
                rate=round(rate, 4),
                weight=round(FLOOR + 4 * rate * (1 - rate), 4),
            )
        )
    return sorted(gaps, key=lambda gap: (-gap.weight, gap.cell))


def weights(gaps: Iterable[Gap]) -> dict[Cell, float]:
    """Return the synthesis weights that gaps ask for; cells that were never rolled out keep weight 1."""
    return {gap.cell: gap.weight for gap in gaps}
