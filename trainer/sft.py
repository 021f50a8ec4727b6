"""Supervised fine-tuning on verified trajectories.

TRL's ``SFTTrainer`` drives it; only the loss is ours: dialogues that begin with the same tools share one row as a tree,
so the prompt, which is most of the tokens, is computed once for all of them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from inftool.agents.conversation import ChatTokens, encode_dialogue
from inftool.agents.message import Message, Tool
from inftool.agents.precision import Precision, autocast
from inftool.agents.prompt import CompactFormat
from inftool.agents.tree import split_rows
from inftool.trainer.logprobs import score, score_row
from inftool.trainer.progress import OnStep, hushed, quiet, reporter, run_training, shared_arguments, silent
from inftool.trainer.schedule import Clock

Dialogue = tuple[Sequence[Tool], Sequence[Message]]
"""The tools on offer, and the messages; the assistant's are learned."""


class SftConfig(BaseModel):
    """How supervised fine-tuning runs."""

    model_config = ConfigDict(extra="forbid")

    epochs: float = Field(default=1.0, gt=0)
    """Passes over the dialogues."""
    learning_rate: float = Field(default=1.5e-4, gt=0)
    """Peak rate of AdamW."""
    warmup: float = Field(default=0.05, ge=0, lt=1)
    """Share of the steps in which the rate rises; then it falls as a cosine."""
    rows_per_step: int = Field(default=1, ge=1)
    """Rows of one optimizer step."""
    tokens_per_row: int = Field(default=512, ge=32)
    """Distinct tokens of one row: memory, not quality."""
    max_tokens: int = Field(default=1024, ge=32)
    """Longer dialogues are left out and counted."""
    freeze_embeddings: bool = True
    """Leave the embedding matrix as it is: a fifth of the work, and unseen words keep their meaning."""
    weight_decay: float = Field(default=0.0, ge=0)
    max_grad_norm: float = Field(default=1.0, gt=0)
    max_seconds: float = Field(default=0.0, ge=0)
    """Training ends after the step in which this is reached, the rate having fallen by then; 0 is no limit."""
    checkpoint_steps: int = Field(default=0, ge=0)
    """Steps between checkpoints for resuming; 0 writes none. A checkpoint of the embedded model takes 1.4 GB."""
    precision: Precision = "auto"
    """Of matrix products; weights stay in fp32."""
    seed: int = 0


class SftReport(BaseModel):
    """What supervised fine-tuning did."""

    dialogues: int
    left_out: int
    """Dialogues longer than ``max_tokens``."""
    steps: int
    row_tokens: int
    """Distinct tokens of one pass: what was computed."""
    dialogue_tokens: int
    """Tokens of one pass without sharing."""
    seconds: float
    first_loss: float
    last_loss: float
    """Mean over the last tenth of the steps."""


def train_sft(
    model: Any,
    tokenizer: Any,
    dialogues: Sequence[Dialogue],
    config: SftConfig,
    folder: Path,
    *,
    format: CompactFormat | None = None,
    on_step: OnStep = silent,
) -> SftReport:
    """Fine-tune ``model`` in place.

    Args:
        model: a ``transformers`` causal language model in fp32.
        tokenizer: its tokenizer.
        dialogues: verified trajectories.
        config: the schedule.
        folder: for checkpoints; training goes on from the newest whole one in it, so give each stage its own.
        format: how tools and calls are worded.
        on_step: told of every step.

    Raises:
        ValueError: there is nothing to learn from.
    """
    from datasets import Dataset

    chat = ChatTokens(tokenizer, format)
    encoded = [encode_dialogue(chat, tools, messages) for tools, messages in dialogues]
    kept = [item for item in encoded if len(item.ids) <= config.max_tokens and any(item.mask)]
    if not kept:
        raise ValueError(
            f"none of {len(encoded)} dialogues can be learned from: all are empty or over {config.max_tokens} tokens"
        )
    rows = split_rows([item.ids for item in kept], config.tokens_per_row)
    random.Random(config.seed).shuffle(rows)
    data = Dataset.from_list(
        [
            {"sequences": [kept[index].ids for index in row], "masks": [kept[index].mask for index in row]}
            for row in rows
        ]
    )
    losses: list[float] = []
    row_tokens = 0

    def watch(step: int, total: int, metrics: Any) -> None:
        losses.append(metrics.get("loss", math.nan))
        on_step(step, total, metrics)

    steps = math.ceil(math.ceil(len(rows) / config.rows_per_step) * config.epochs)
    clock = Clock(steps, config.max_seconds, config.warmup, decay=True)
    with hushed():
        trainer = _trainer(model, tokenizer, data, config, folder, clock, watch)
    run_training(trainer, model, config, folder, clock)
    for row in rows:
        row_tokens += int(score_row([kept[i].ids for i in row], [kept[i].mask for i in row]).tree.tokens.size)
    tail = losses[-max(1, len(losses) // 10) :]
    return SftReport(
        dialogues=len(kept),
        left_out=len(encoded) - len(kept),
        steps=trainer.state.global_step,
        row_tokens=row_tokens,
        dialogue_tokens=sum(len(item.ids) for item in kept),
        seconds=round(clock.elapsed, 1),
        first_loss=losses[0] if losses else math.nan,
        last_loss=sum(tail) / len(tail) if tail else math.nan,
    )


def _trainer(
    model: Any, tokenizer: Any, data: Any, config: SftConfig, folder: Path, clock: Clock, on_step: OnStep
) -> Any:
    import torch
    from trl import SFTConfig, SFTTrainer

    class TreeSftTrainer(SFTTrainer):  # type: ignore[misc]
        """TRL's trainer with the loss computed on trees."""

        def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
            self.lr_scheduler = clock.scheduler(optimizer or self.optimizer)
            return self.lr_scheduler

        def compute_loss(
            self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
        ) -> Any:
            total = correct = entropy = count = 0.0
            for row in inputs["rows"]:
                with autocast(config.precision, model.device.type):
                    scores = score(model, row)
                total = total - scores.logprobs.sum()
                correct += scores.correct.sum().item()
                entropy += scores.entropy.sum().item()
                count += len(row.targets)
                self._total_train_tokens += row.tree.tokens.size
            self._metrics["train"]["mean_token_accuracy"].append(correct / max(count, 1))
            self._metrics["train"]["entropy"].append(entropy / max(count, 1))
            self._metrics["train"]["num_tokens"] = [self._total_train_tokens]
            return total / (num_items_in_batch if num_items_in_batch is not None else max(count, 1))

    def collate(examples: list[dict[str, Any]]) -> dict[str, Any]:
        rows = [score_row(example["sequences"], example["masks"]) for example in examples]
        # Trainer counts labels from the second on.
        labels = [-100, *(int(target) for row in rows for target in row.targets)]
        return {"rows": rows, "labels": torch.tensor([labels])}

    arguments = SFTConfig(
        per_device_train_batch_size=1,
        gradient_accumulation_steps=config.rows_per_step,
        weight_decay=config.weight_decay,
        dataset_kwargs={"skip_prepare_dataset": True},
        **shared_arguments(config, folder, clock.steps),
    )
    trainer = TreeSftTrainer(
        model=model,
        args=arguments,
        train_dataset=data,
        processing_class=tokenizer,
        data_collator=collate,
        callbacks=[reporter(on_step), clock.callback()],
    )
    quiet(trainer)
    return trainer
