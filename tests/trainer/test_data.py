import json
from pathlib import Path

import pytest

from inftool.envs.certificate import run
from inftool.envs.synthesis import Synthesizer
from inftool.servers import open_program
from inftool.trainer import data
from inftool.trainer.data import DataError


def test_tasks_are_read_back(tmp_path: Path) -> None:
    tasks = list(Synthesizer([open_program("petstore")]).tasks(10))
    data.write_tasks(tmp_path / data.TASKS, tasks)
    assert data.read_tasks(tmp_path / data.TASKS) == tasks


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{half", r"tasks.jsonl:1: not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "not a task"),
        ("\n[" + "[" * 9000, "not JSON"),
    ],
)
def test_broken_files_are_named_by_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / data.TASKS).write_text(text)
    with pytest.raises(DataError, match=message):
        data.read_tasks(tmp_path / data.TASKS)


def test_a_changed_task_is_found(tmp_path: Path) -> None:
    task = next(Synthesizer([open_program("petstore")]).tasks(1))
    row = task.model_dump(mode="json")
    row["agenda"]["request"] += " Now."
    (tmp_path / data.TASKS).write_text(json.dumps(row))
    with pytest.raises(DataError, match="was changed after it was certified"):
        data.read_tasks(tmp_path / data.TASKS)


def test_a_missing_file_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="inftool synth"):
        data.read_tasks(tmp_path / data.TASKS)


def test_rows_load_with_datasets(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    synthesizer = Synthesizer([open_program("petstore"), open_program("conduit")])
    tasks = list(synthesizer.tasks(30))
    rows = [data.trajectory_row(task, run(task, synthesizer.world_of(task), task.gold)) for task in tasks]
    data.write_jsonl(tmp_path / data.TRAJECTORIES, rows)
    loaded = datasets.load_dataset(
        "json", data_files=str(tmp_path / data.TRAJECTORIES), cache_dir=str(tmp_path / "cache")
    )["train"]
    assert len(loaded) == 30
    assert {row["outcome"] for row in loaded} == {"solved"}
    first = loaded[0]
    assert first["messages"][0]["role"] == "user"
    assert json.loads(first["tools"])[0]["type"] == "function"
