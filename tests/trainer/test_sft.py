import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from inftool.agents.message import Message, Tool, ToolCall
from inftool.trainer.progress import last_checkpoint
from inftool.trainer.schedule import Clock
from inftool.trainer.sft import Dialogue, SftConfig, train_sft

CONFIG = SftConfig(epochs=6, learning_rate=3e-3, tokens_per_row=512, precision="fp32", seed=1)


def dialogues(count: int = 12) -> list[Dialogue]:
    tools = [Tool(name="pet", input_schema={"properties": {"id": {"type": "integer"}}})]
    made: list[Dialogue] = []
    for number in range(count):
        call = ToolCall(name="pet", arguments={"id": number})
        messages = [Message(role="user", content=f"pet {number}"), Message(role="assistant", tool_calls=(call,))]
        made.append((tools, messages))
    return made


def test_it_learns_and_says_how_much(new_model: Callable[..., Any], tokenizer: Any, tmp_path: Path) -> None:
    steps: list[tuple[int, int, Mapping[str, float]]] = []
    model = new_model(0)
    embeddings = model.get_input_embeddings().weight.clone()
    report = train_sft(model, tokenizer, dialogues(), CONFIG, tmp_path, on_step=lambda *step: steps.append(step))
    assert report.last_loss < report.first_loss / 2
    assert report.row_tokens < report.dialogue_tokens / 2
    assert (report.dialogues, report.left_out, report.steps) == (12, 0, len(steps))
    assert steps[-1][:2] == (len(steps), len(steps))
    assert {"loss", "learning_rate", "mean_token_accuracy"} <= steps[0][2].keys()
    assert model.get_input_embeddings().weight.equal(embeddings)
    assert "forward" not in vars(model)
    assert not list(tmp_path.glob("checkpoint-*"))


def test_the_first_loss_is_that_of_plain_rows(new_model: Callable[..., Any], tokenizer: Any, tmp_path: Path) -> None:
    import torch

    from inftool.agents.conversation import ChatTokens, encode_dialogue

    model = new_model(0)
    total = count = 0.0
    for tools, messages in dialogues():
        item = encode_dialogue(ChatTokens(tokenizer), tools, messages)
        ids = torch.tensor([item.ids])
        with torch.no_grad():
            logprobs = model(ids).logits[0, :-1].log_softmax(-1).gather(1, ids[0, 1:, None])[:, 0]
        total -= float(logprobs[torch.tensor(item.mask[1:]).bool()].sum())
        count += sum(item.mask[1:])
    config = CONFIG.model_copy(update={"epochs": 1, "rows_per_step": 99})
    report = train_sft(model, tokenizer, dialogues(), config, tmp_path)
    assert report.steps == 1
    assert report.first_loss == pytest.approx(total / count, abs=1e-3)


def test_dialogues_that_are_too_long_are_left_out(
    new_model: Callable[..., Any], tokenizer: Any, tmp_path: Path
) -> None:
    tools, messages = dialogues(1)[0]
    long = [Message(role="user", content="x" * 2000), *messages]
    config = CONFIG.model_copy(update={"epochs": 1})
    report = train_sft(new_model(0), tokenizer, [(tools, messages), (tools, long)], config, tmp_path)
    assert (report.dialogues, report.left_out) == (1, 1)
    with pytest.raises(ValueError, match="none of 1 dialogues"):
        train_sft(new_model(0), tokenizer, [(tools, long)], config, tmp_path)


def test_an_interrupted_training_ends_as_if_it_had_not_been(
    new_model: Callable[..., Any], tokenizer: Any, tmp_path: Path
) -> None:
    config = CONFIG.model_copy(update={"checkpoint_steps": 2, "rows_per_step": 1})
    whole = new_model(0)
    train_sft(whole, tokenizer, dialogues(), config, tmp_path / "whole")

    class Killed(Exception):
        pass

    def kill(step: int, total: int, metrics: Mapping[str, float]) -> None:
        if step == 5:
            raise Killed

    with pytest.raises(Killed):
        train_sft(new_model(0), tokenizer, dialogues(), config, tmp_path / "part", on_step=kill)
    broken = tmp_path / "part" / "checkpoint-9"
    broken.mkdir()
    checkpoint = last_checkpoint(tmp_path / "part")
    assert checkpoint is not None
    assert checkpoint.name == "checkpoint-4"
    assert not broken.exists()
    resumed = new_model(0)
    seen: list[int] = []
    train_sft(resumed, tokenizer, dialogues(), config, tmp_path / "part", on_step=lambda step, *_: seen.append(step))
    assert seen[0] == 5
    for left, right in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert left.allclose(right, atol=1e-5)


def test_the_clock_ends_training(new_model: Callable[..., Any], tokenizer: Any, tmp_path: Path) -> None:
    config = CONFIG.model_copy(update={"epochs": 1000, "max_seconds": 1.0})
    report = train_sft(new_model(0), tokenizer, dialogues(), config, tmp_path)
    assert 1 <= report.steps < 500


def test_the_rate_rises_and_falls_with_steps_or_time() -> None:
    clock = Clock(100, 0, 0.1, decay=True)
    rates = [clock.rate(step) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[9] == 1.0
    assert rates[99] == pytest.approx(0.1, abs=0.01)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    timed = Clock(100, 0.01, 0.1, decay=True)
    time.sleep(0.02)
    assert timed.over
    assert timed.rate(20) == pytest.approx(0.1)
    assert Clock(100, 0, 0.1, decay=False).rate(90) == 1.0


def test_the_clock_goes_on_after_an_interruption(tmp_path: Path) -> None:
    clock = Clock(10, 5, 0, decay=True)
    clock.save(tmp_path)
    (tmp_path / "clock.json").write_text('{"elapsed": 4.5}')
    clock.start(tmp_path)
    assert 4.5 <= clock.elapsed < 5


@pytest.mark.slow
def test_a_conversion_that_is_killed_leaves_nothing_half_done(tmp_path: Path) -> None:
    script = "from inftool.agents.model import embedded_folder; print(embedded_folder())"
    environment = {**os.environ, "INFTOOL_CACHE": str(tmp_path)}
    process = subprocess.Popen([sys.executable, "-c", script], env=environment)
    time.sleep(12)
    process.send_signal(signal.SIGKILL)
    process.wait()
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)
    from inftool.agents.model import load_model

    [folder] = [path for path in tmp_path.iterdir() if not path.name.startswith(".")]
    model, tokenizer = load_model(folder)
    assert tokenizer.pad_token_id != tokenizer.eos_token_id
    assert model.dtype.is_floating_point
