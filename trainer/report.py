"""The report of a run: what was measured, as data, as a table for the terminal, and as one self-contained page."""

from __future__ import annotations

import json
from collections import Counter
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inftool.trainer import data
from inftool.trainer.config import LoopConfig
from inftool.trainer.evaluation import Score
from inftool.trainer.gaps import Gap
from inftool.trainer.ledger import Ledger, RunError, Step

EPISODES_SHOWN = 12
"""Whole episodes on the page."""


class Gain(BaseModel):
    """What one stage added to strict success on unseen specifications, in points."""

    model_config = ConfigDict(extra="forbid")

    stage: str
    before: float
    after: float
    gained: int
    """Tasks solved after the stage and not before."""
    lost: int
    """Tasks solved before the stage and not after."""
    p_value: float
    """Of McNemar's exact test on the tasks that changed: chance of a split this uneven if the stage did nothing."""

    @property
    def points(self) -> float:
        """The gain in percentage points."""
        return 100 * (self.after - self.before)

    @property
    def p_text(self) -> str:
        """The p-value as it is shown."""
        return "< 0.001" if self.p_value < 0.001 else f"{self.p_value:.3f}"


class Report(BaseModel):
    """Everything a run measured."""

    model_config = ConfigDict(extra="forbid")

    config: dict[str, Any]
    programs: dict[str, dict[str, Any]]
    """By name: split, tools, entities, kinds, problems."""
    scores: list[Score]
    """In the order of the run: null, random, oracle, base, then each training stage."""
    gains: list[Gain]
    tasks: list[dict[str, Any]]
    """Synthesis summaries: the unseen tasks, then each round's."""
    stages: list[dict[str, Any]]
    """Every step with its seconds and its figures."""
    gaps: dict[str, list[Gap]]
    """By round."""
    seconds: float
    """Time of all steps together."""
    command: str = Field(default="inftool loop")


def build_report(ledger: Ledger, config: LoopConfig) -> Report:
    """Collect what the steps of a finished run measured."""
    steps = ledger.steps()
    scores = {step.name: Score.model_validate(step.metrics["score"]) for step in steps if "score" in step.metrics}
    evaluated = [step for step in steps if step.name in scores and not _is_fixed(scores[step.name].policy)]
    solved = {step.name: _solved(ledger, step) for step in evaluated}
    gains = [
        _gain(scores[after.name].policy, solved[before.name], solved[after.name])
        for before, after in pairwise(evaluated)
    ]
    return Report(
        config=config.model_dump(mode="json"),
        programs=next((step.metrics["programs"] for step in steps if "programs" in step.metrics), {}),
        scores=list(scores.values()),
        gains=gains,
        tasks=[{"step": step.name, **step.metrics} for step in steps if "certified_share" in step.metrics],
        stages=[{"step": step.name, "seconds": step.seconds, **_figures(step)} for step in steps],
        gaps={
            step.name: [Gap.model_validate(gap) for gap in step.metrics["gaps"]]
            for step in steps
            if "gaps" in step.metrics
        },
        seconds=round(sum(step.seconds for step in steps), 1),
    )


def read_report(folder: Path) -> Report:
    """Read the report of a finished run.

    Raises:
        RunError: the folder has none.
    """
    try:
        return Report.model_validate_json((folder / "report.json").read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise RunError(
            f"{folder}: no report there ({type(error).__name__}); `inftool loop --out {folder}` makes one"
        ) from None


def render_html(report: Report, ledger: Ledger) -> str:
    """Write the report as one page that needs nothing else; text from models and specifications is escaped."""
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["percent"] = lambda value: f"{100 * value:.1f}"
    template = resources.files("inftool.trainer").joinpath("report.html.jinja").read_text(encoding="utf-8")
    return environment.from_string(template).render(
        report=report,
        curve=_curve(report),
        episodes=_episodes(ledger),
        rejected=_rejected(report),
        gaps=_gap_table(report),
    )


def _is_fixed(policy: str) -> bool:
    return policy in ("null", "random", "oracle")


def _solved(ledger: Ledger, step: Step) -> dict[str, bool]:
    rows = data.read_jsonl(ledger.path(step.name) / data.TRAJECTORIES)
    return {row["task"]: row["outcome"] == "solved" for _, row in rows}


def _gain(stage: str, before: dict[str, bool], after: dict[str, bool]) -> Gain:
    from math import comb

    tasks = before.keys() & after.keys()
    gained = sum(after[task] and not before[task] for task in tasks)
    lost = sum(before[task] and not after[task] for task in tasks)
    changed = gained + lost
    tail = sum(comb(changed, k) for k in range(min(gained, lost) + 1)) / 2**changed if changed else 1.0
    return Gain(
        stage=stage,
        before=sum(before.values()) / max(1, len(before)),
        after=sum(after.values()) / max(1, len(after)),
        gained=gained,
        lost=lost,
        p_value=round(min(1.0, 2 * tail), 4),
    )


def _figures(step: Step) -> dict[str, Any]:
    """Return the plain figures of a step."""
    return {name: value for name, value in step.metrics.items() if isinstance(value, int | float | str)}


def _rejected(report: Report) -> list[tuple[str, int]]:
    total: Counter[str] = Counter()
    for task in report.tasks:
        total.update(task["rejected"])
    return total.most_common()


def _curve(report: Report) -> dict[str, Any]:
    """Return the learning curve as coordinates of a 640 x 240 drawing."""
    points = [score for score in report.scores if not _is_fixed(score.policy)]
    left, right, top, bottom = 48.0, 620.0, 12.0, 200.0

    def y(rate: float) -> float:
        return round(bottom - rate * (bottom - top), 1)

    step = (right - left - 160) / max(1, len(points) - 1)
    dots = [
        {
            "x": round(left + 40 + step * place, 1),
            "y": y(score.overall.rate),
            "low": y(score.overall.low),
            "high": y(score.overall.high),
            "label": score.policy,
            "text": f"{100 * score.overall.rate:.1f} %",
        }
        for place, score in enumerate(points)
    ]
    lines = [{"label": score.policy, "y": y(score.overall.rate)} for score in report.scores if _is_fixed(score.policy)]
    return {
        "dots": dots,
        "lines": lines,
        "grid": [{"y": y(k / 4), "text": f"{25 * k}"} for k in range(5)],
        "left": left,
        "right": right,
    }


def _gap_table(report: Report) -> dict[str, Any]:
    """Return the last round's gaps as a heat map of specifications by kinds of task."""
    last = list(report.gaps.values())[-1] if report.gaps else []
    cells: dict[tuple[str, str], list[int]] = {}
    for gap in last:
        cell = cells.setdefault((gap.spec, gap.kind), [0, 0])
        cell[0] += gap.passed
        cell[1] += gap.rollouts
    return {
        "specs": sorted({spec for spec, _ in cells}),
        "kinds": sorted({kind for _, kind in cells}),
        "cells": {
            f"{spec}/{kind}": {"rate": passed / count, "count": count}
            for (spec, kind), (passed, count) in cells.items()
        },
    }


def _episodes(ledger: Ledger) -> list[dict[str, Any]]:
    """Return some whole episodes of the last policy: of every kind, solved and failed ones."""
    evaluated = [
        step for step in ledger.steps() if "score" in step.metrics and not _is_fixed(step.metrics["score"]["policy"])
    ]
    if not evaluated:
        return []
    rows = [row for _, row in data.read_jsonl(ledger.path(evaluated[-1].name) / data.TRAJECTORIES)]
    chosen: list[dict[str, Any]] = []
    seen: Counter[tuple[str, bool]] = Counter()
    for row in sorted(rows, key=lambda row: str(row["task"])):
        key = (row["kind"], row["outcome"] == "solved")
        if seen[key] < 2 and len(chosen) < EPISODES_SHOWN:
            seen[key] += 1
            chosen.append(
                {**row, "turns": [_turn(message) for message in row["messages"]], "tools": json.loads(row["tools"])}
            )
    return sorted(chosen, key=lambda row: (row["kind"], row["outcome"]))


def _turn(message: dict[str, Any]) -> dict[str, str]:
    calls = [f"{call['function']['name']} {call['function']['arguments']}" for call in message.get("tool_calls", ())]
    return {"role": message["role"], "text": "\n".join([*calls, message["content"]]).strip()[:1200]}
