"""How training tells the outside what it is doing."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from inftool.trainer.schedule import Clock


class OnStep(Protocol):
    """Called after each optimizer step."""

    def __call__(self, step: int, total: int, metrics: Mapping[str, float]) -> None:
        """Take the number of steps done, the number in all, and the step's metrics."""
        ...


class SharedConfig(Protocol):
    """What the configurations of both trainings have in common."""

    learning_rate: float
    max_grad_norm: float
    checkpoint_steps: int
    freeze_embeddings: bool
    seed: int


def silent(step: int, total: int, metrics: Mapping[str, float]) -> None:
    """Do nothing at a step."""


def reporter(on_step: OnStep) -> Any:
    """Return a ``TrainerCallback`` that passes each step's metrics on."""
    from transformers import TrainerCallback

    class Reporter(TrainerCallback):  # type: ignore[misc]
        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if logs and "train_runtime" not in logs:
                metrics = {key: float(value) for key, value in logs.items() if isinstance(value, int | float)}
                on_step(state.global_step, state.max_steps, metrics)

    return Reporter()


def shared_arguments(config: SharedConfig, folder: Path, steps: int) -> dict[str, Any]:
    """Return the ``TrainingArguments`` of both trainings: fp32 weights, no defaults made for GPUs, no prints."""
    import torch

    return {
        "output_dir": str(folder),
        "max_steps": steps,
        "learning_rate": config.learning_rate,
        "max_grad_norm": config.max_grad_norm,
        "optim": "adamw_torch_fused",
        "use_cpu": not torch.cuda.is_available(),
        "bf16": False,
        "fp16": False,
        "gradient_checkpointing": False,
        "report_to": "none",
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "disable_tqdm": True,
        "remove_unused_columns": False,
        "dataloader_pin_memory": False,
        "save_strategy": "steps" if config.checkpoint_steps else "no",
        "save_steps": config.checkpoint_steps or 500,
        "save_total_limit": 1,
        "seed": config.seed,
        "data_seed": config.seed,
    }


def quiet(trainer: Any) -> None:
    """Take the callbacks that print away from a ``Trainer``."""
    from transformers import PrinterCallback, ProgressCallback

    for callback in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(callback)


@contextmanager
def hushed() -> Iterator[None]:
    """Keep deprecation notes that transformers and TRL give each other from the user."""
    silence = os.environ.get("TRL_EXPERIMENTAL_SILENCE")
    os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        if silence is None:
            del os.environ["TRL_EXPERIMENTAL_SILENCE"]
        else:
            os.environ["TRL_EXPERIMENTAL_SILENCE"] = silence


def last_checkpoint(folder: Path) -> Path | None:
    """Return the newest whole checkpoint in a folder and remove those that a kill left half-written.

    ``Trainer`` writes ``trainer_state.json`` last, so a checkpoint that has a readable one is whole.
    """
    whole: dict[int, Path] = {}
    for path in sorted(folder.glob("checkpoint-*")):
        try:
            whole[int(json.loads((path / "trainer_state.json").read_text())["global_step"])] = path
        except (OSError, ValueError, KeyError):
            shutil.rmtree(path, ignore_errors=True)
    return whole[max(whole)] if whole else None


def run_training(trainer: Any, model: Any, config: SharedConfig, folder: Path, clock: Clock) -> None:
    """Train, going on from the newest whole checkpoint in ``folder``; leave the model ready for evaluation."""
    frozen = [model.get_input_embeddings().weight] if config.freeze_embeddings else []
    for weight in frozen:
        weight.requires_grad_(False)
    try:
        checkpoint = last_checkpoint(folder)
        clock.start(checkpoint)
        with hushed():
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    finally:
        for weight in frozen:
            weight.requires_grad_(True)
        model.__dict__.pop("forward", None)
        model.eval()
