"""How long training goes on, and how large its steps are: by steps, or by the clock, whichever ends first."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any

_CLOCK = "clock.json"


class Clock:
    """Time spent in a training stage, kept over interruptions.

    Args:
        steps: optimizer steps in all.
        max_seconds: of training; 0 is no limit.
        warmup: share of the stage in which the learning rate rises.
        decay: afterwards the rate falls as a cosine to a tenth; if not, it stays.
    """

    def __init__(self, steps: int, max_seconds: float, warmup: float, decay: bool) -> None:
        self.steps = steps
        self.max_seconds = max_seconds
        self.warmup = warmup
        self.decay = decay
        self._before = 0.0
        self._started = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds of training so far."""
        return self._before + time.monotonic() - self._started

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return bool(self.max_seconds) and self.elapsed >= self.max_seconds

    def start(self, checkpoint: Path | None) -> None:
        """Start the clock, going on from a checkpoint if there is one."""
        self._started = time.monotonic()
        if checkpoint is not None and (checkpoint / _CLOCK).is_file():
            self._before = float(json.loads((checkpoint / _CLOCK).read_text())["elapsed"])

    def save(self, checkpoint: Path) -> None:
        """Note the time in a checkpoint."""
        (checkpoint / _CLOCK).write_text(json.dumps({"elapsed": round(self.elapsed, 1)}))

    def rate(self, step: int) -> float:
        """Return the factor of the peak learning rate at a step."""
        rise = max(1, round(self.warmup * self.steps))
        if step < rise:
            return (step + 1) / rise
        if not self.decay:
            return 1.0
        done = step / self.steps
        if self.max_seconds:
            done = max(done, self.elapsed / self.max_seconds)
        return 0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))

    def scheduler(self, optimizer: Any) -> Any:
        """Return the learning-rate scheduler for an optimizer."""
        import torch

        return torch.optim.lr_scheduler.LambdaLR(optimizer, self.rate)

    def callback(self) -> Any:
        """Return a ``TrainerCallback`` that ends training when the time is up."""
        from transformers import TrainerCallback

        clock = self

        class Timekeeper(TrainerCallback):  # type: ignore[misc]
            def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
                control.should_training_stop = control.should_training_stop or clock.over

            def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
                clock.save(Path(args.output_dir) / f"checkpoint-{state.global_step}")

        return Timekeeper()
