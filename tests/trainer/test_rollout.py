from collections.abc import Callable, Iterator
from typing import Any

import pytest

from inftool.agents.conversation import ChatTokens, encode_prompt
from inftool.agents.engine import Engine
from inftool.agents.message import Action, Malformed, Message, Tool
from inftool.trainer.rollout import play

TOOLS = [Tool(name="echo")]


class Echo:
    """An episode of a few turns in which the user says how long the assistant's turn was."""

    def __init__(self, number: int, turns: int) -> None:
        self.tools = TOOLS
        self.messages = [Message(role="user", content=f"request {number}")]
        self.done = turns == 0
        self.turns = turns
        self.actions: list[Action] = []

    def step(self, action: Action) -> None:
        assert not self.done
        self.actions.append(action)
        text = action.text if isinstance(action, Malformed) else action.content
        self.messages.append(Message(role="assistant", content=text))
        self.turns -= 1
        self.done = self.turns == 0
        if not self.done:
            self.messages.append(Message(role="tool" if self.turns % 2 else "user", content=f"{len(text)} heard"))


def alone(episode: Echo, model: Any, chat: ChatTokens) -> list[int]:
    """Play one episode turn by turn, reading everything anew each time."""
    conversation = encode_prompt(chat, episode.tools, episode.messages)
    while not episode.done:
        engine = Engine(model, precision="fp32")
        [(ids, scores)] = engine.generate(engine.open([conversation.ids]), stop=chat.end, max_new_tokens=7)
        action = conversation.action(ids, complete=ids[-1] == chat.end)
        conversation.add_sampled(ids, scores)
        heard = len(episode.messages)
        episode.step(action)
        for message in episode.messages[heard + 1 :]:
            conversation.add(message)
        if not episode.done:
            conversation.open_turn()
    return conversation.ids


@pytest.mark.parametrize("seats", [1, 3, 64])
def test_playing_together_is_playing_alone(new_model: Callable[..., Any], tokenizer: Any, seats: int) -> None:
    model, chat = new_model(5), ChatTokens(tokenizer)
    shapes = [(1, 1), (2, 3), (3, 0), (1, 1), (4, 2), (5, 3), (6, 1)]
    rollouts = play(
        (Echo(*shape) for shape in shapes),
        Engine(model, max_seats=seats, precision="fp32"),
        chat,
        max_new_tokens=7,
    )
    assert [rollout.episode.messages[0].content for rollout in rollouts] == [f"request {n}" for n, _ in shapes]
    assert all(rollout.episode.done and not rollout.cut for rollout in rollouts)
    for shape, rollout in zip(shapes, rollouts, strict=True):
        assert rollout.conversation.ids == alone(Echo(*shape), model, chat)
        assert len(rollout.episode.actions) == shape[1]


def test_what_is_trained_on_is_what_was_sampled(new_model: Callable[..., Any], tokenizer: Any) -> None:
    import torch

    model, chat = new_model(5), ChatTokens(tokenizer)
    engine = Engine(model, seed=1, precision="fp32")
    for rollout in play([Echo(n, 3) for n in range(4)], engine, chat, temperature=1.0, max_new_tokens=9):
        ids = rollout.prompt_ids + rollout.completion_ids
        assert ids == rollout.conversation.ids[: len(ids)]
        assert rollout.completion_mask[0] == rollout.completion_mask[-1] == 1
        with torch.no_grad():
            logprobs = model(torch.tensor([ids])).logits[0].log_softmax(-1)
        for place, said in enumerate(rollout.completion_mask):
            at = len(rollout.prompt_ids) + place
            if said:
                expected = float(logprobs[at - 1, ids[at]])
                assert rollout.completion_logprobs[place] == pytest.approx(expected, abs=1e-3)


def test_a_dialogue_that_grows_too_long_is_cut(new_model: Callable[..., Any], tokenizer: Any) -> None:
    chat = ChatTokens(tokenizer)
    length = len(encode_prompt(chat, TOOLS, Echo(1, 1).messages).ids)
    engine = Engine(new_model(5), precision="fp32")
    [rollout] = play([Echo(1, 50)], engine, chat, max_new_tokens=7, max_tokens=length + 100)
    assert rollout.cut
    assert not rollout.episode.done
    assert len(rollout.prompt_ids + rollout.completion_ids) <= length + 100
    assert engine.free_seats == engine.max_seats


def test_episodes_are_opened_only_when_there_is_a_seat(new_model: Callable[..., Any], tokenizer: Any) -> None:
    opened: list[Echo] = []

    def opening() -> Iterator[Echo]:
        for number in range(10):
            episode = Echo(number, 1)
            opened.append(episode)
            assert sum(not other.done for other in opened) <= 4
            yield episode

    engine = Engine(new_model(5), max_seats=4, precision="fp32")
    assert len(play(opening(), engine, ChatTokens(tokenizer), max_new_tokens=5)) == 10
