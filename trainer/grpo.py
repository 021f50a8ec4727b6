"""Reinforcement learning on live episodes: GRPO, as TRL has it, with what a CPU needs.

TRL's ``GRPOTrainer`` keeps the algorithm: groups, advantages, losses. Ours are the two places where the time goes: the
rollouts are played by the batched engine through ``rollout_func``, so that a simulated user can speak between turns;
and log-probabilities are computed on trees, so that the prompt of a group is computed once and not once a completion.
Completions without an advantage teach nothing and are left out of the loss.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from inftool.agents.conversation import ChatTokens
from inftool.agents.engine import Engine
from inftool.agents.precision import Precision, autocast
from inftool.agents.prompt import CompactFormat
from inftool.agents.tree import split_rows
from inftool.trainer.logprobs import score, score_row
from inftool.trainer.progress import OnStep, hushed, quiet, reporter, run_training, shared_arguments, silent
from inftool.trainer.rollout import EpisodeLike, play
from inftool.trainer.schedule import Clock

E = TypeVar("E", bound=EpisodeLike)
Tensor = Any


class GrpoConfig(BaseModel):
    """How reinforcement learning runs."""

    model_config = ConfigDict(extra="forbid")

    group_size: int = Field(default=8, ge=2)
    """Rollouts of one task; their mean reward is the baseline."""
    groups_per_step: int = Field(default=4, ge=1)
    """Tasks of one optimizer step."""
    groups_per_pass: int = Field(default=2, ge=1)
    """Tasks of one forward and backward pass: memory, not quality."""
    learn_from: int = Field(default=4, ge=2)
    """Rollouts of a group that are learned from: half the best and half the worst of those with an advantage.

    The baseline is that of the whole group. Playing is cheaper than learning, and the extremes say the most.
    """
    epochs: float = Field(default=1.0, gt=0)
    """Passes over the tasks."""
    learning_rate: float = Field(default=6e-5, gt=0)
    warmup: float = Field(default=0.1, ge=0, lt=1)
    """Share of the steps in which the rate rises; then it stays."""
    temperature: float = Field(default=1.0, gt=0)
    """Of sampling."""
    max_new_tokens: int = Field(default=64, ge=1)
    """Of one turn."""
    max_tokens: int = Field(default=1024, ge=64)
    """Of a dialogue."""
    tokens_per_row: int = Field(default=512, ge=32)
    """Distinct tokens of one row of the loss: memory, not quality."""
    loss: str = "dapo"
    """TRL's ``loss_type``."""
    beta: float = Field(default=0.0, ge=0)
    """Weight of the divergence from the policy that training began with."""
    freeze_embeddings: bool = True
    max_grad_norm: float = Field(default=1.0, gt=0)
    max_seconds: float = Field(default=0.0, ge=0)
    """Training ends after the step in which this is reached; 0 is no limit."""
    checkpoint_steps: int = Field(default=0, ge=0)
    """Steps between checkpoints for resuming; 0 writes none."""
    precision: Precision = "auto"
    """Of matrix products; weights stay in fp32."""
    seed: int = 0

    @model_validator(mode="after")
    def _whole_passes(self) -> GrpoConfig:
        if self.groups_per_step % self.groups_per_pass:
            raise ValueError("groups_per_step must be a multiple of groups_per_pass")
        return self


class GrpoReport(BaseModel):
    """What reinforcement learning did."""

    steps: int
    rollouts: int
    flat_groups: int
    """Groups whose rollouts all got the same reward: nothing to learn from."""
    unscored: int
    """Rollouts without a reward (faults of the infrastructure or the simulator)."""
    cut: int
    """Rollouts that outgrew ``max_tokens``."""
    seconds: float
    rollout_seconds: float
    """Of these, spent playing."""
    first_reward: float
    """Mean over the first quarter of the steps."""
    last_reward: float
    """Mean over the last quarter of the steps."""


class _Played:
    """Counts of what was played."""

    def __init__(self) -> None:
        self.rollouts = self.flat = self.unscored = self.cut = 0
        self.seconds = 0.0
        self.rewards: list[float] = []


def train_grpo(
    model: Any,
    tokenizer: Any,
    tasks: Sequence[str],
    open_episode: Callable[[str], E],
    reward: Callable[[E], float | None],
    config: GrpoConfig,
    folder: Path,
    *,
    format: CompactFormat | None = None,
    on_step: OnStep = silent,
) -> GrpoReport:
    """Train ``model`` in place on live episodes.

    Args:
        model: a ``transformers`` causal language model in fp32.
        tokenizer: its tokenizer.
        tasks: ids of tasks, in any order.
        open_episode: opens a new episode of a task.
        reward: judges an episode, also one that was cut and is not done; None leaves it out of baseline and loss.
        config: the schedule.
        folder: for checkpoints; training goes on from the newest whole one in it, so give each stage its own.
        format: how tools and calls are worded.
        on_step: told of every step.

    Raises:
        ValueError: there are fewer tasks than one step takes.
    """
    if len(tasks) < config.groups_per_step:
        raise ValueError(f"{len(tasks)} tasks are fewer than the {config.groups_per_step} of one step")
    chat = ChatTokens(tokenizer, format)
    played = _Played()
    steps = max(1, math.floor(len(tasks) / config.groups_per_step * config.epochs))
    clock = Clock(steps, config.max_seconds, config.warmup, decay=False)

    def rollout(prompts: list[str], trainer: Any) -> dict[str, list[Any]]:
        return _play_group(prompts, trainer, chat, open_episode, reward, config, played, clock)

    with hushed():
        trainer = _trainer(model, tokenizer, list(tasks), rollout, config, steps, folder, clock, on_step)
    run_training(trainer, model, config, folder, clock)
    quarter = max(1, len(played.rewards) // 4)
    return GrpoReport(
        steps=trainer.state.global_step,
        rollouts=played.rollouts,
        flat_groups=played.flat,
        unscored=played.unscored,
        cut=played.cut,
        seconds=round(clock.elapsed, 1),
        rollout_seconds=round(played.seconds, 1),
        first_reward=_mean(played.rewards[:quarter]),
        last_reward=_mean(played.rewards[-quarter:]),
    )


def _mean(values: Sequence[float]) -> float:
    return statistics.fmean(values) if values else math.nan


def _play_group(
    prompts: list[str],
    trainer: Any,
    chat: ChatTokens,
    open_episode: Callable[[str], E],
    reward: Callable[[E], float | None],
    config: GrpoConfig,
    played: _Played,
    clock: Clock,
) -> dict[str, list[Any]]:
    """Play one episode for each prompt (a task's id) and return what TRL trains on."""
    started = clock.elapsed
    engine = Engine(
        trainer.accelerator.unwrap_model(trainer.model),
        max_seats=min(len(prompts), 64),
        seed=config.seed * 100_003 + trainer.state.global_step,
        precision=config.precision,
    )
    rollouts = play(
        (open_episode(task) for task in prompts),
        engine,
        chat,
        temperature=config.temperature,
        max_new_tokens=config.max_new_tokens,
        max_tokens=config.max_tokens,
    )
    rewards = [reward(item.episode) for item in rollouts]
    for start in range(0, len(rewards), config.group_size):
        group = [value for value in rewards[start : start + config.group_size] if value is not None]
        played.flat += not group or max(group) - min(group) < 1e-9
    scored = [value for value in rewards if value is not None]
    played.rollouts += len(rollouts)
    played.unscored += len(rewards) - len(scored)
    played.cut += sum(item.cut for item in rollouts)
    played.seconds += clock.elapsed - started
    played.rewards.append(_mean(scored))
    said = [bool(item.completion_ids) for item in rollouts]
    return {
        "prompt_ids": [item.prompt_ids or item.conversation.ids for item in rollouts],
        "completion_ids": [item.completion_ids or [chat.end] for item in rollouts],
        "env_mask": [item.completion_mask or [0] for item in rollouts],
        "logprobs": [item.completion_logprobs or [0.0] for item in rollouts],
        "episode_reward": [value if spoke else None for value, spoke in zip(rewards, said, strict=True)],
    }


def episode_reward(episode_reward: list[float | None], **_: Any) -> list[float | None]:
    """Hand the rewards of the rollouts to TRL."""
    return episode_reward


def _trainer(
    model: Any,
    tokenizer: Any,
    tasks: list[str],
    rollout: Callable[[list[str], Any], dict[str, list[Any]]],
    config: GrpoConfig,
    steps: int,
    folder: Path,
    clock: Clock,
    on_step: OnStep,
) -> Any:
    from datasets import Dataset
    from trl import GRPOConfig

    passes = config.groups_per_step // config.groups_per_pass
    arguments = GRPOConfig(
        per_device_train_batch_size=config.groups_per_pass * config.group_size,
        gradient_accumulation_steps=passes,
        steps_per_generation=passes,
        num_generations=config.group_size,
        temperature=config.temperature,
        beta=config.beta,
        loss_type=config.loss,
        max_completion_length=config.max_tokens,
        **shared_arguments(config, folder, steps),
    )
    trainer = tree_trainer_class(config)(
        model=model,
        reward_funcs=episode_reward,
        args=arguments,
        train_dataset=Dataset.from_dict({"prompt": tasks}),
        processing_class=tokenizer,
        rollout_func=rollout,
        callbacks=[reporter(on_step), clock.callback()],
    )
    trainer.clock = clock
    quiet(trainer)
    return trainer


def tree_trainer_class(config: GrpoConfig) -> Any:
    """Return a subclass of TRL's ``GRPOTrainer`` that computes log-probabilities on trees."""
    import torch
    from trl import GRPOTrainer

    class TreeGrpoTrainer(GRPOTrainer):  # type: ignore[misc]
        """TRL's trainer with every shared prefix computed once."""

        clock: Clock | None = None
        _buffered_inputs: Any
        _scored: Tensor = None

        def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
            if self.clock is None:
                return super().create_scheduler(num_training_steps, optimizer)
            self.lr_scheduler = self.clock.scheduler(optimizer or self.optimizer)
            return self.lr_scheduler

        def _prepare_inputs(self, generation_batch: Any) -> Any:
            """Undo TRL's shuffle within a generation batch, so that groups meet in one pass again."""
            before = self._buffered_inputs
            inputs = super()._prepare_inputs(generation_batch)
            if not self.model.training or self._buffered_inputs is before or len(self._buffered_inputs) < 2:
                return inputs
            self._buffered_inputs = regrouped(self._buffered_inputs)
            return self._buffered_inputs[self._step % self.args.steps_per_generation]

        def _compute_loss(self, model: Any, inputs: Any) -> Tensor:
            """Leave out completions that teach little or nothing; the normaliser still counts them."""
            useful = torch.tensor(
                extremes(inputs["prompt_ids"].tolist(), inputs["advantages"].tolist(), config.learn_from)
            )
            count = inputs["advantages"].shape[0]
            kept = {
                key: value[useful] if torch.is_tensor(value) and value.dim() and value.shape[0] == count else value
                for key, value in inputs.items()
            }
            self._scored = kept["completion_mask"] * kept.get("tool_mask", 1)
            try:
                return super()._compute_loss(model, kept)
            finally:
                self._scored = None

        def _get_per_token_logps_and_entropies(
            self,
            model: Any,
            input_ids: Tensor,
            attention_mask: Tensor,
            logits_to_keep: int,
            *_: Any,
            **__: Any,
        ) -> tuple[Tensor, Tensor, None]:
            scored = self._scored if self._scored is not None else attention_mask[:, -logits_to_keep:]
            return tree_logprobs(
                model,
                input_ids,
                attention_mask,
                scored,
                temperature=self.temperature,
                tokens_per_row=config.tokens_per_row,
                precision=config.precision,
            )

    return TreeGrpoTrainer


def tree_logprobs(
    model: Any,
    input_ids: Tensor,
    attention_mask: Tensor,
    scored: Tensor,
    *,
    temperature: float,
    tokens_per_row: int,
    precision: Precision = "fp32",
) -> tuple[Tensor, Tensor, None]:
    """Compute what TRL's method of the same purpose computes, with shared prefixes once.

    Args:
        model: the policy.
        input_ids: prompts and completions, padded on the outside, shape (B, P + C).
        attention_mask: 1 where ``input_ids`` is not padding.
        scored: 1 where a token of the completion is wanted, shape (B, C).
        temperature: of sampling.
        tokens_per_row: distinct tokens of one forward pass.
        precision: of matrix products.

    Returns:
        Log-probabilities and entropies, shape (B, C), zero where not wanted; and no auxiliary loss.
    """
    import torch

    length = scored.shape[1]
    present = attention_mask.bool()
    wanted = torch.zeros_like(present)
    wanted[:, -length:] = scored.bool()
    wanted &= present
    sequences = [ids[here].tolist() for ids, here in zip(input_ids, present, strict=True)]
    masks = [want[here].int().tolist() for want, here in zip(wanted, present, strict=True)]
    logprobs = torch.zeros(scored.shape, dtype=torch.float32)
    entropies = torch.zeros(scored.shape, dtype=torch.float32)
    for row in split_rows(sequences, tokens_per_row):
        packed = score_row([sequences[index] for index in row], [masks[index] for index in row])
        if not len(packed.targets):
            continue
        with autocast(precision, model.device.type):
            scores = score(model, packed, temperature)
        owners = torch.repeat_interleave(torch.tensor(row), torch.tensor(packed.counts))
        columns = torch.cat([wanted[index, -length:].nonzero().flatten() for index in row])
        logprobs = logprobs.index_put((owners, columns), scores.logprobs)
        entropies[owners, columns] = scores.entropy
    return logprobs, entropies, None


def extremes(groups: Sequence[Any], advantages: Sequence[float], most: int) -> list[int]:
    """Choose the rows to learn from: of each group up to ``most``, half from either end, none without an advantage.

    Args:
        groups: what tells the group of each row.
        advantages: of each row.
        most: rows of one group.

    Returns:
        Indices, ascending; where no row has an advantage, the first alone.
    """
    members: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        if advantages[row] != 0:
            members.setdefault(repr(group), []).append(row)
    chosen = []
    for rows in members.values():
        rows.sort(key=lambda row: (advantages[row], row))
        low = min(most // 2, len(rows))
        high = min(most - low, len(rows) - low)
        chosen += rows[:low] + rows[len(rows) - high :]
    return sorted(chosen) or [0]


def regrouped(batches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Order the rows of TRL's shuffled batches by prompt, so that a group is not spread over several passes."""
    import torch

    size = batches[0]["advantages"].shape[0]
    whole = {
        key: torch.cat([batch[key] for batch in batches])
        if torch.is_tensor(value) and value.dim() and value.shape[0] == size
        else value
        for key, value in batches[0].items()
    }
    order = torch.tensor(
        sorted(range(size * len(batches)), key=lambda row: (whole["prompt_ids"][row].tolist(), row)), dtype=torch.long
    )
    return [
        {
            key: value[order[start : start + size]]
            if torch.is_tensor(value) and value.dim() and value.shape[0] == len(order)
            else value
            for key, value in whole.items()
        }
        for start in range(0, len(order), size)
    ]
