"""Tasks and trajectories as lines of JSON, in the OpenAI chat and tools shape.

A row of ``trajectories.jsonl`` has ``messages`` and ``tools`` as ``datasets.load_dataset`` and TRL read them (tools and
call arguments as JSON strings, so that rows of different tools have one type), with the task, the outcome and the gates
beside.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from inftool.envs.episode import Trajectory
from inftool.envs.task import Task

TASKS = "tasks.jsonl"
TRAJECTORIES = "trajectories.jsonl"
SUMMARY = "summary.json"


class DataError(ValueError):
    """A data file cannot be read; the message names the file, the line and what is wrong."""


def trajectory_row(task: Task, trajectory: Trajectory) -> dict[str, Any]:
    """Return one trajectory as a row for training and for reading."""
    verdict = trajectory.verdict
    return {
        "task": task.id,
        "spec": task.spec,
        "kind": task.kind,
        "operation": task.operation,
        "policy": trajectory.assistant,
        "outcome": verdict.outcome,
        "reward": verdict.strict,
        "staged": verdict.staged,
        "messages": [message.to_openai() for message in trajectory.messages],
        "tools": json.dumps([tool.to_openai() for tool in trajectory.tools], ensure_ascii=False),
        "gates": [gate.model_dump() for gate in verdict.gates],
        "changes": json.dumps([change.model_dump(mode="json") for change in verdict.changes], ensure_ascii=False),
    }


def json_line(row: Mapping[str, Any]) -> str:
    """Return a row as one line of JSON, with its end of line."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n"


def append_line(path: Path, row: Mapping[str, Any]) -> None:
    """Append a row to a file of lines that other processes may append to as well.

    What a killed writer left of a line is cut off first, so the file holds whole lines only.

    Raises:
        OSError: the file cannot be written.
    """
    data = json_line(row).encode("utf-8", "replace")
    with path.open("a+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = _whole(file.fileno(), os.fstat(file.fileno()).st_size)
        os.ftruncate(file.fileno(), end)
        view = memoryview(data)
        while view:
            view = view[os.write(file.fileno(), view) :]


def _whole(descriptor: int, size: int, step: int = 65_536) -> int:
    """Return where the last whole line of a file ends."""
    end = size
    while end:
        start = max(0, end - (1 if end == size else step))
        block = os.pread(descriptor, end - start, start)
        if (at := block.rfind(b"\n")) >= 0:
            return start + at + 1
        end = start
    return 0


def read_tasks(path: Path) -> list[Task]:
    """Read tasks.

    Raises:
        DataError: the file is missing, or a line is not a task.
    """
    tasks = []
    for number, row in read_jsonl(path):
        try:
            task = Task.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            raise DataError(
                f"{path}:{number}: not a task ({'.'.join(map(str, first['loc']))}: {first['msg']})"
            ) from None
        if task.content_id() != task.id:
            raise DataError(f"{path}:{number}: task {task.id} was changed after it was certified; synthesize it again")
        tasks.append(task)
    return tasks


def read_jsonl(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Read JSON objects with their line numbers.

    Raises:
        DataError: the file is missing or a line is not a JSON object.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; `inftool synth SPEC -o {path.parent}` makes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read ({error})") from None
    rows = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise DataError(f"{path}:{number}: not JSON ({error})") from None
            if not isinstance(row, dict):
                raise DataError(f"{path}:{number}: not a JSON object")
            rows.append((number, row))
    return rows


def read_sources(folder: Path) -> dict[str, str]:
    """Return, by program name, the specification that the tasks in a folder were made from, as far as it is known."""
    try:
        sources = json.loads((folder / SUMMARY).read_text(encoding="utf-8")).get("sources", {})
    except (OSError, ValueError, AttributeError):
        return {}
    return {str(name): str(source) for name, source in sources.items()} if isinstance(sources, dict) else {}
