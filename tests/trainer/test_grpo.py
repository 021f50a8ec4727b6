from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from inftool.agents.message import Action, Malformed, Message, Tool
from inftool.trainer.grpo import GrpoConfig, extremes, regrouped, train_grpo, tree_logprobs, tree_trainer_class

CONFIG = GrpoConfig(
    group_size=4,
    groups_per_step=4,
    groups_per_pass=2,
    learning_rate=1e-2,
    max_new_tokens=6,
    epochs=3,
    precision="fp32",
    seed=3,
)


class Wish:
    """An episode whose user likes small letters."""

    def __init__(self, task: str, turns: int = 1) -> None:
        self.tools = [Tool(name="none")]
        self.task = task
        self.messages = [Message(role="user", content=f"say {task}")]
        self.turns = turns
        self.done = False
        self.liked = 0

    def step(self, action: Action) -> None:
        text = action.text if isinstance(action, Malformed) else action.content
        self.liked += sum(letter.islower() for letter in text)
        self.messages.append(Message(role="assistant", content=text))
        self.turns -= 1
        self.done = self.turns <= 0
        if not self.done:
            self.messages.append(Message(role="user", content="more"))


def test_rewards_rise_over_whole_groups(new_model: Callable[..., Any], tokenizer: Any, tmp_path: Path) -> None:
    steps: list[tuple[int, int, Mapping[str, float]]] = []
    model = new_model(2)
    report = train_grpo(
        model,
        tokenizer,
        [f"t{n}" for n in range(16)],
        lambda task: Wish(task, turns=2 if task == "t3" else 1),
        lambda episode: float(episode.liked),
        CONFIG,
        tmp_path,
        on_step=lambda *step: steps.append(step),
    )
    assert (report.steps, report.rollouts) == (12, 12 * 16)
    assert report.last_reward > report.first_reward + 0.2
    assert report.unscored == report.cut == 0
    assert steps[-1][:2] == (12, 12)
    assert "reward" in steps[0][2]
    assert "forward" not in vars(model)


def test_faults_and_flat_groups_teach_nothing(new_model: Callable[..., Any], tokenizer: Any, tmp_path: Path) -> None:
    model = new_model(2)
    before = [weight.clone() for weight in model.parameters()]
    report = train_grpo(
        model,
        tokenizer,
        [f"t{n}" for n in range(4)],
        Wish,
        lambda episode: None if episode.task == "t1" else 1.0,
        CONFIG.model_copy(update={"epochs": 1.0}),
        tmp_path,
    )
    assert (report.unscored, report.flat_groups) == (4, 4)
    assert all(old.equal(new) for old, new in zip(before, model.parameters(), strict=True))


def test_log_probabilities_equal_those_of_trl(new_model: Callable[..., Any], tokenizer: Any, tmp_path: Path) -> None:
    import torch
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    model = new_model(4)
    trainer = tree_trainer_class(CONFIG)(
        model=model,
        reward_funcs=lambda completions, **_: [0.0] * len(completions),
        args=GRPOConfig(output_dir=str(tmp_path), bf16=False, use_cpu=True, report_to="none", temperature=0.8),
        train_dataset=Dataset.from_dict({"prompt": ["a"]}),
        processing_class=tokenizer,
    )
    prompts = torch.tensor([[0, 0, 5, 6, 7]] * 3 + [[1, 9, 5, 6, 7]] * 3)
    completions = torch.tensor(
        [[8, 9, 2, 0], [8, 9, 11, 2], [30, 2, 0, 0], [8, 9, 2, 0], [12, 13, 14, 15], [8, 9, 2, 0]]
    )
    ids = torch.cat([prompts, completions], dim=1)
    mask = (ids != 0).long()
    wanted = mask[:, -4:].clone()
    wanted[1, 1] = 0
    theirs, their_entropy, _ = GRPOTrainer._get_per_token_logps_and_entropies(
        trainer, model, ids, mask, 4, compute_entropy=True
    )
    ours, our_entropy, _ = tree_logprobs(model, ids, mask, wanted, temperature=0.8, tokens_per_row=16)
    assert torch.allclose(ours, theirs * wanted, atol=1e-4)
    assert torch.allclose(our_entropy, their_entropy * wanted, atol=1e-3)
    whole, _, _ = trainer._get_per_token_logps_and_entropies(model, ids, mask, 4, compute_entropy=True)
    assert torch.allclose(whole, theirs * mask[:, -4:], atol=1e-4)

    def gradients(logprobs: Any) -> list[Any]:
        model.zero_grad()
        (logprobs * wanted).sum().backward()
        return [weight.grad.clone() for weight in model.parameters()]

    for left, right in zip(gradients(ours), gradients(theirs), strict=True):
        assert torch.linalg.vector_norm(left - right) <= 1e-3 * torch.linalg.vector_norm(right) + 1e-6


def test_regrouping_keeps_rows_whole() -> None:
    import torch

    rows = torch.randperm(8, generator=torch.Generator().manual_seed(0))
    batch = {"prompt_ids": (rows // 2)[:, None], "advantages": rows.float(), "num_items_in_batch": torch.tensor(9.0)}
    halves = [
        {key: value[part] if value.dim() else value for key, value in batch.items()}
        for part in (slice(0, 4), slice(4, 8))
    ]
    joined = regrouped(halves)
    assert [half["prompt_ids"].flatten().tolist() for half in joined] == [[0, 0, 1, 1], [2, 2, 3, 3]]
    for half in joined:
        assert (half["advantages"].long() // 2).tolist() == half["prompt_ids"].flatten().tolist()
        assert half["num_items_in_batch"] == 9


def test_the_extremes_of_each_group_are_learned_from() -> None:
    groups = [[1], [1], [1], [1], [1], [2], [2], [3]]
    advantages = [0.5, -2.0, 1.0, -0.1, -0.5, 0.0, 0.0, 0.7]
    assert extremes(groups, advantages, 2) == [1, 2, 7]
    assert extremes(groups, advantages, 3) == [0, 1, 2, 7]
    assert extremes(groups, advantages, 99) == [0, 1, 2, 3, 4, 7]
    assert extremes([[1], [1]], [0.0, 0.0], 4) == [0]


def test_wrong_settings_are_named(new_model: Callable[..., Any], tokenizer: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="multiple of groups_per_pass"):
        GrpoConfig(groups_per_step=3, groups_per_pass=2)
    with pytest.raises(ValueError, match="2 tasks are fewer than the 4"):
        train_grpo(new_model(0), tokenizer, ["a", "b"], Wish, lambda episode: 0.0, CONFIG, tmp_path)
