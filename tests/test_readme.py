"""What the README says can be done as it says."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from inftool.cli import app

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_gymnasium_block_runs_and_its_gold_is_rewarded(capsys: pytest.CaptureFixture[str]) -> None:
    [block] = [block for block in BLOCKS if "gym.make" in block]
    exec(compile(block, "README.md", "exec"), {})
    assert "1.0 solved {'open': True" in capsys.readouterr().out


def test_the_pool_block_runs_and_shows_the_delete(capsys: pytest.CaptureFixture[str]) -> None:
    [block] = [block for block in BLOCKS if "ServerPool" in block]
    exec(compile(block, "README.md", "exec"), {})
    assert "kind='delete'" in capsys.readouterr().out


def test_every_block_compiles() -> None:
    assert BLOCKS
    for block in BLOCKS:
        compile(block, "README.md", "exec")


def test_every_command_and_option_exists() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    lines = re.findall(r"^\$? ?inftool (\w+)(.*)$", README, re.MULTILINE)
    assert {name for name, _ in lines} >= {"compile", "serve", "play", "synth", "train", "eval", "loop"}
    for name, rest in lines:
        assert name in commands, name
        options = {option for parameter in commands[name].params for option in parameter.opts}
        for option in re.findall(r"(?<!\S)(--?[a-z][\w-]*)", rest.split("#")[0]):
            assert option in options, f"inftool {name} {option}"


def test_no_placeholder_is_left() -> None:
    assert "@@" not in README
