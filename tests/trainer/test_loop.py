"""The whole loop with a tiny random model: every stage for real, in seconds."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inftool.trainer.config import ConfigError, LoopConfig, RoundConfig, read_config
from inftool.trainer.grpo import GrpoConfig
from inftool.trainer.ledger import Ledger, Step
from inftool.trainer.loop import Loop
from inftool.trainer.report import read_report
from inftool.trainer.sft import SftConfig


class Silent:
    def __init__(self) -> None:
        self.made: list[str] = []

    def stage(self, name: str, text: str, total: int) -> None:
        pass

    def advance(self, done: int, note: str = "") -> None:
        pass

    def on_step(self, step: int, total: int, metrics: Any) -> None:
        pass

    def finished(self, step: Step, reused: bool) -> None:
        if not reused:
            self.made.append(step.name)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, new_model: Callable[..., Any], tokenizer: Any) -> str:
    folder = tmp_path_factory.mktemp("model")
    new_model().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def config(model: str, **changes: Any) -> LoopConfig:
    settings: dict[str, Any] = {
        "train": ["petstore", "notion"],
        "unseen": ["conduit"],
        "model": model,
        "evaluation_tasks": 10,
        "max_fruitless": 1,
        "rounds": [RoundConfig(sft_tasks=6, grpo_tasks=2), RoundConfig(sft_tasks=0, grpo_tasks=2)],
        "sft": SftConfig(tokens_per_row=4096, max_tokens=4096),
        "grpo": GrpoConfig(group_size=2, groups_per_step=2, groups_per_pass=2, max_new_tokens=8, max_tokens=4096),
    }
    return LoopConfig(**{**settings, **changes})


def contents(folder: Path, name: str) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.glob(f"*/{name}"))}


def test_a_run_makes_every_stage_and_a_second_does_nothing(model: str, tmp_path: Path) -> None:
    watcher = Silent()
    folder = Loop(config(model), tmp_path / "run", watcher).run()
    names = [name[3:] for name in watcher.made]
    assert names[:6] == ["compile", "unseen-tasks", "eval-null", "eval-random", "eval-oracle", "eval-base"]
    assert names[6:] == [
        "round-1-1-tasks",
        "round-1-2-sft",
        "eval-round-1-sft",
        "round-1-3-grpo",
        "round-1-4-gaps",
        "round-2-1-tasks",
        "round-2-3-grpo",
        "round-2-4-gaps",
        "eval-round-2-grpo",
    ]
    report = read_report(folder)
    rates = {score.policy: score.overall.rate for score in report.scores}
    assert rates["oracle"] == 1.0
    assert rates["null"] == 0.0
    assert [gain.stage for gain in report.gains] == ["round 1 SFT", "round 2 GRPO"]
    assert any(task["rejected"] for task in report.tasks)
    assert all(task["proposed"] >= task["tasks"] for task in report.tasks)
    page = (folder / "report.html").read_text()
    assert "round 2 GRPO" in page
    assert "http" not in page.replace("http://www.w3.org", "").split("<h2>Episodes", 1)[0]
    assert (folder / "policy" / "config.json").is_file()

    again = Silent()
    Loop(config(model), tmp_path / "run", again).run()
    assert again.made == []


def test_a_changed_setting_redoes_what_depends_on_it(model: str, tmp_path: Path) -> None:
    Loop(config(model, rounds=[RoundConfig(sft_tasks=4, grpo_tasks=0)]), tmp_path / "run", Silent()).run()
    watcher = Silent()
    changed = config(model, rounds=[RoundConfig(sft_tasks=4, grpo_tasks=0)])
    changed.sft.learning_rate = 2e-4
    Loop(changed, tmp_path / "run", watcher).run()
    assert [name[3:] for name in watcher.made] == ["round-1-2-sft", "eval-round-1-sft"]


def test_two_runs_have_the_same_tasks_and_scripted_trajectories(model: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        Loop(config(model, rounds=[]), tmp_path / name, Silent()).run()
    assert contents(tmp_path / "a", "tasks.jsonl") == contents(tmp_path / "b", "tasks.jsonl")
    for step in ("03-eval-null", "04-eval-random", "05-eval-oracle"):
        assert (
            contents(tmp_path / "a", "trajectories.jsonl")[f"{step}/trajectories.jsonl"]
            == (tmp_path / "b" / step / "trajectories.jsonl").read_bytes()
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seed = 'x'", "seed"),
        ("[sft]\nlearning_rte = 1", "sft.learning_rte"),
        ("train = []", "at least one"),
        ("train = ['petstore']\nunseen = ['petstore']", "both train and unseen"),
        ("seed = ", "Invalid value"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "run.toml").write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_config(tmp_path / "run.toml")


@pytest.mark.slow
def test_killed_again_and_again_it_ends_with_the_same_tasks(model: str, tmp_path: Path) -> None:
    settings = config(model).model_dump(mode="json")
    lines = [
        f"{key} = {json.dumps(settings[key])}"
        for key in ("train", "unseen", "model", "evaluation_tasks", "max_fruitless")
    ]
    for table in ("sft", "grpo"):
        lines += [f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in settings[table].items())]
    for item in settings["rounds"]:
        lines += ["[[rounds]]", *(f"{key} = {json.dumps(value)}" for key, value in item.items())]
    (tmp_path / "run.toml").write_text("\n".join(lines))

    def command(folder: str) -> list[str]:
        return [
            sys.executable,
            "-m",
            "inftool.cli",
            "loop",
            str(tmp_path / "run.toml"),
            "--out",
            str(tmp_path / folder),
        ]

    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run(command("whole"), check=True, capture_output=True, env=environment, timeout=300)
    for attempt in range(12):
        process = subprocess.Popen(
            command("killed"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
        before = len(Ledger(tmp_path / "killed").steps())
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            if len(Ledger(tmp_path / "killed").steps()) > before + attempt % 3:
                time.sleep(0.3 * (attempt % 4))
                process.send_signal(signal.SIGKILL)
            time.sleep(0.05)
        process.wait(timeout=60)
        if process.returncode == 0:
            break
    subprocess.run(command("killed"), check=True, capture_output=True, env=environment, timeout=300)
    assert contents(tmp_path / "killed", "tasks.jsonl") == contents(tmp_path / "whole", "tasks.jsonl")
    assert [step.name for step in Ledger(tmp_path / "killed").steps()] == [
        step.name for step in Ledger(tmp_path / "whole").steps()
    ]
