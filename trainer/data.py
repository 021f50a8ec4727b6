"""Files of tasks and trajectories as a run writes them; their lines are :mod:`inftool.envs.records`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from inftool.envs.records import (
    SUMMARY,
    TASKS,
    TRAJECTORIES,
    DataError,
    json_line,
    read_jsonl,
    read_sources,
    read_tasks,
    trajectory_row,
)
from inftool.envs.task import Task
from inftool.trainer.ledger import write_text

__all__ = [
    "SUMMARY",
    "TASKS",
    "TRAJECTORIES",
    "DataError",
    "read_jsonl",
    "read_sources",
    "read_tasks",
    "summary",
    "trajectory_row",
    "write_jsonl",
    "write_tasks",
]


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows, one JSON object a line; the file appears whole or not at all."""
    write_text(path, "".join(json_line(row) for row in rows))


def write_tasks(path: Path, tasks: Iterable[Task]) -> None:
    """Write tasks with their certificates, one a line."""
    write_jsonl(path, (task.model_dump(mode="json") for task in tasks))


def summary(tasks: Sequence[Task], proposed: int, rejected: Mapping[str, int]) -> dict[str, Any]:
    """Count what a synthesis made, for its summary file."""
    counts: dict[str, dict[str, int]] = {"by_kind": {}, "by_spec": {}, "by_operation": {}, "by_style": {}}
    for task in tasks:
        for name, value in zip(counts, (task.kind, task.spec, task.operation, task.style), strict=True):
            counts[name][value] = counts[name].get(value, 0) + 1
    return {
        "tasks": len(tasks),
        "proposed": proposed,
        "certified_share": round(len(tasks) / proposed, 4) if proposed else 0.0,
        **{name: dict(sorted(values.items())) for name, values in counts.items()},
        "rejected": dict(sorted(rejected.items(), key=lambda item: (-item[1], item[0]))),
    }
