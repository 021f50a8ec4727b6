from collections.abc import Callable
from typing import Any

import pytest
import torch

from inftool.agents.engine import Engine, Seat

STOP = 2
PROMPTS = [[1, 5, 6, 7], [1, 5, 6, 7], [1, 5, 9], [40, 41, 42, 43, 44, 45], [7]]


def plain_greedy(model: Any, prompt: list[int], most: int) -> tuple[list[int], list[float]]:
    """The same by whole forward passes."""
    ids: list[int] = []
    scores: list[float] = []
    while len(ids) < most:
        with torch.no_grad():
            logprobs = model(torch.tensor([prompt + ids])).logits[0, -1].log_softmax(-1)
        ids.append(int(logprobs.argmax()))
        scores.append(float(logprobs.max()))
        if ids[-1] == STOP:
            break
    return ids, scores


@pytest.fixture
def model(new_model: Callable[..., Any]) -> Any:
    return new_model(3)


def check(model: Any, prompts: list[list[int]], said: list[tuple[list[int], list[float]]], most: int) -> None:
    for prompt, (ids, scores) in zip(prompts, said, strict=True):
        expected, expected_scores = plain_greedy(model, prompt, most)
        assert ids == expected
        assert scores == pytest.approx(expected_scores, abs=1e-4)


def test_greedy_equals_whole_forward_passes(model: Any) -> None:
    engine = Engine(model, precision="fp32")
    check(model, PROMPTS, engine.generate(engine.open(PROMPTS), stop=STOP, max_new_tokens=12), 12)


def test_a_dialogue_goes_on_without_being_read_again(model: Any) -> None:
    engine = Engine(model, precision="fp32")
    seats = engine.open(PROMPTS)
    first = engine.generate(seats, stop=STOP, max_new_tokens=6)
    given = [[10 + n, *range(20, 20 + n)] for n in range(len(PROMPTS))]
    for seat, tokens in zip(seats, given, strict=True):
        seat.pending += tokens
    read = engine.tokens_read
    second = engine.generate(seats, stop=STOP, max_new_tokens=6)
    histories = [p + f[0] + g for p, f, g in zip(PROMPTS, first, given, strict=True)]
    check(model, histories, second, 6)
    # The last sampled token and all given ones but the last; the last is read when the next is sampled.
    assert engine.tokens_read - read == sum(len(tokens) for tokens in given)


def test_seats_change_hands_in_any_order(model: Any) -> None:
    engine = Engine(model, max_seats=5, precision="fp32")
    seats = engine.open(PROMPTS)
    first = engine.generate([seats[3], seats[1], seats[4]], stop=STOP, max_new_tokens=5)
    check(model, [PROMPTS[3], PROMPTS[1], PROMPTS[4]], first, 5)
    engine.release(seats[1])
    engine.release(seats[1])
    [newcomer] = engine.open([[9, 9, 8]])
    seats[3].pending += [33, 34]
    mixed: list[Seat] = [newcomer, seats[0], seats[3]]
    second = engine.generate(mixed, stop=STOP, max_new_tokens=5)
    check(model, [[9, 9, 8], PROMPTS[0], PROMPTS[3] + first[0][0] + [33, 34]], second, 5)
    assert engine.free_seats == 0


def test_long_dialogues_outgrow_the_first_cache(model: Any) -> None:
    engine = Engine(model, precision="fp32")
    [seat] = engine.open([[5]])
    seat.pending += [6 + n % 50 for n in range(200)]
    check(model, [[5] + [6 + n % 50 for n in range(200)]], engine.generate([seat], stop=-1, max_new_tokens=60), 60)


def test_shared_prompts_are_read_once(model: Any) -> None:
    engine = Engine(model)
    engine.open([[1, 2, 3, 4]] * 8 + [[1, 2, 3, 5, 6]])
    assert engine.tokens_read == 4  # 1 2 3 for all, and 5 for the last


def test_sampling_follows_the_distribution_and_the_seed(model: Any) -> None:
    with torch.no_grad():
        expected = (model(torch.tensor([[1, 5]])).logits[0, -1] / 1.5).softmax(-1)

    def draw(seed: int) -> list[tuple[list[int], list[float]]]:
        engine = Engine(model, max_seats=4000, seed=seed, precision="fp32")
        return engine.generate(engine.open([[1, 5]] * 4000), stop=STOP, max_new_tokens=1, temperature=1.5)

    drawn = draw(0)
    for ids, scores in drawn:
        assert scores[0] == pytest.approx(float(expected[ids[0]].log()), abs=1e-4)
    counts = torch.bincount(torch.tensor([ids[0] for ids, _ in drawn]), minlength=len(expected)) / 4000
    assert float((counts - expected).abs().sum() / 2) < 0.1
    assert draw(0) == drawn
    assert draw(1) != drawn


def test_training_goes_on_with_the_models_own_attention(model: Any) -> None:
    before = model(torch.tensor([[1, 2, 3]])).logits
    engine = Engine(model, precision="fp32")
    engine.generate(engine.open([[4, 5]]), stop=STOP, max_new_tokens=2)
    assert torch.equal(model(torch.tensor([[1, 2, 3]])).logits, before)


def test_low_precision_leaves_the_model_alone(model: Any) -> None:
    engine = Engine(model, precision="bf16")
    [(ids, scores)] = engine.generate(engine.open([[1, 5, 6]]), stop=-1, max_new_tokens=3)
    with torch.no_grad():
        exact = model(torch.tensor([[1, 5, 6, *ids]])).logits[0].log_softmax(-1)
    assert model.dtype == torch.float32
    assert scores == pytest.approx([float(exact[2 + n, token]) for n, token in enumerate(ids)], abs=0.3)


def test_wrong_use_is_named(model: Any) -> None:
    engine = Engine(model, max_seats=1)
    with pytest.raises(ValueError, match="2 prompts for 1 free seats"):
        engine.open([[1], [2]])
    with pytest.raises(ValueError, match="empty prompt"):
        engine.open([[]])
