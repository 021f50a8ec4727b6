from collections.abc import Callable
from typing import Any

import pytest
import torch

from inftool.trainer.logprobs import score, score_row

SEQUENCES = [[1, 5, 6, 7, 8], [1, 5, 6, 9], [1, 5, 6, 7, 8, 3, 4], [30, 31, 32]]
MASKS = [[0, 0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0, 1, 0, 1], [1, 1, 1]]


def plain(model: Any, temperature: float) -> list[torch.Tensor]:
    scores = []
    for sequence, mask in zip(SEQUENCES, MASKS, strict=True):
        logprobs = (model(torch.tensor([sequence])).logits[0] / temperature).log_softmax(-1)
        wanted = [n for n in range(1, len(sequence)) if mask[n]]
        scores.append(torch.stack([logprobs[n - 1, sequence[n]] for n in wanted]))
    return scores


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_trees_score_as_plain_rows_do(new_model: Callable[..., Any], temperature: float) -> None:
    model = new_model(1)
    row = score_row(SEQUENCES, MASKS)
    expected = plain(model, temperature)
    assert row.counts == [len(part) for part in expected]
    assert len(row.tree.tokens) < sum(map(len, SEQUENCES))
    assert torch.allclose(score(model, row, temperature).logprobs, torch.cat(expected), atol=1e-4)


def test_gradients_are_those_of_plain_rows(new_model: Callable[..., Any]) -> None:
    model = new_model(1)
    weights = torch.linspace(-1, 1, sum(map(len, plain(model, 1.0))))

    def gradients(logprobs: torch.Tensor) -> list[torch.Tensor]:
        model.zero_grad()
        (logprobs * weights).sum().backward()
        return [weight.grad.clone() for weight in model.parameters()]

    tree = gradients(score(model, score_row(SEQUENCES, MASKS)).logprobs)
    for ours, theirs in zip(tree, gradients(torch.cat(plain(model, 1.0))), strict=True):
        assert torch.linalg.vector_norm(ours - theirs) <= 1e-3 * torch.linalg.vector_norm(theirs) + 1e-7
