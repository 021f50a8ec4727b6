"""Contestants that take turns, round by round, so that a noisy machine disturbs all of them alike."""

from __future__ import annotations

import inspect
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

Measure = Callable[[], float | Awaitable[float]]
"""Measures one round: the seconds of one operation, operations a second, or megabytes."""

SCALES = {"µs": 1e6, "ms": 1e3, "s": 1.0, "/s": 1.0, "MB": 1.0, "KB": 1.0}


@dataclass(frozen=True)
class Contest:
    """One question, and who answers it.

    Args:
        what: is measured.
        unit: of the table; seconds are measured for ``µs``, ``ms`` and ``s``.
        contestants: by name; None for one whose package is not installed or that has no such thing.
        reference: whose median is 1; the first contestant by default.
        rounds: how often each has its turn.
        hold: the number to hold by the first contestant (the most, or for ``/s`` the least); None for none.
    """

    what: str
    unit: str
    contestants: Mapping[str, Measure | None]
    reference: str = ""
    rounds: int = 5
    hold: float | None = None


@dataclass
class Outcome:
    """What a contest gave: the rounds of each contestant, in the contest's unit."""

    contest: Contest
    rounds: dict[str, list[float]] = field(default_factory=dict)

    def median(self, name: str) -> float | None:
        """Return a contestant's median; None if it did not take part."""
        taken = self.rounds.get(name)
        return statistics.median(taken) if taken else None

    @property
    def reference(self) -> str:
        """Who the ratios are to: the first that took part, where the named one did not."""
        named = self.contest.reference
        return named if self.rounds.get(named) else next(iter(name for name, taken in self.rounds.items() if taken), "")

    @property
    def held(self) -> bool | None:
        """Whether the first contestant's median holds the number; None if there is none to hold."""
        first = self.median(next(iter(self.contest.contestants)))
        if self.contest.hold is None or first is None:
            return None
        return first >= self.contest.hold if self.contest.unit == "/s" else first <= self.contest.hold


async def compete(contest: Contest) -> Outcome:
    """Let the contestants take turns; one that fails is left out of the outcome from then on."""
    scale = SCALES[contest.unit]
    outcome = Outcome(contest, {name: [] for name, measure in contest.contestants.items() if measure is not None})
    for _ in range(contest.rounds):
        for name in outcome.rounds:
            measure = contest.contestants[name]
            assert measure is not None
            value = measure()
            if inspect.isawaitable(value):
                value = await value
            outcome.rounds[name].append(value * scale)
    return outcome


def markdown(outcomes: Sequence[Outcome]) -> str:
    """Return the table: a line a contestant, in the order of the contests."""
    lines = ["| what | who | median | rounds from - to | ratio | to hold |", "|---|---|---:|---:|---:|---|"]
    for outcome in outcomes:
        contest = outcome.contest
        base = outcome.median(outcome.reference)
        for place, name in enumerate(contest.contestants):
            median = outcome.median(name)
            what = contest.what if place == 0 else ""
            if median is None:
                lines.append(f"| {what} | {name} | n/a | | | |")
                continue
            taken = outcome.rounds[name]
            ratio = f"{_short(median / base)} x {outcome.reference}" if base and len(outcome.rounds) > 1 else ""
            hold = ""
            if place == 0 and contest.hold is not None:
                sign = "≥" if contest.unit == "/s" else "≤"
                hold = f"{sign} {contest.hold:g} {contest.unit}: {'holds' if outcome.held else 'DOES NOT HOLD'}"
            unit = contest.unit
            spread = f"{_short(min(taken))} - {_short(max(taken))}" if len(taken) > 1 else ""
            lines.append(f"| {what} | {name} | {_short(median)} {unit} | {spread} | {ratio} | {hold} |")
    return "\n".join(lines)


def _short(value: float) -> str:
    """Return three digits of a number."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
