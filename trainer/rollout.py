"""Rollouts: many episodes played at once by one policy, recorded token by token."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from inftool.agents.conversation import ChatTokens, Conversation, encode_prompt
from inftool.agents.engine import Engine, Seat
from inftool.agents.message import Action, Message, Tool


class EpisodeLike(Protocol):
    """What a rollout needs of an episode."""

    @property
    def messages(self) -> Sequence[Message]:
        """The dialogue so far, the user's request first; grows as things happen."""
        ...

    @property
    def tools(self) -> Sequence[Tool]:
        """The tools on offer."""
        ...

    @property
    def done(self) -> bool:
        """Whether the episode is over."""
        ...

    def step(self, action: Action) -> None:
        """Append the assistant's action, then the tools' results or the user's answer."""
        ...


E = TypeVar("E", bound=EpisodeLike)


@dataclass
class Rollout(Generic[E]):
    """One played episode.

    Attributes:
        episode: the episode, over unless ``cut``.
        conversation: its tokens; ``mask`` is 1 where the policy spoke.
        cut: the dialogue outgrew ``max_tokens`` and was left unfinished.
    """

    episode: E
    conversation: Conversation
    cut: bool = False

    @property
    def prompt_ids(self) -> list[int]:
        """The tokens before the policy's first."""
        return self.conversation.ids[: self.conversation.prompt_length]

    @property
    def completion_ids(self) -> list[int]:
        """The tokens from the policy's first to its last."""
        return self.conversation.ids[self.conversation.prompt_length : self._end]

    @property
    def completion_mask(self) -> list[int]:
        """For each token of the completion, whether the policy said it."""
        return self.conversation.mask[self.conversation.prompt_length : self._end]

    @property
    def completion_logprobs(self) -> list[float]:
        """For each token of the completion, the log-probability at which it was drawn."""
        return self.conversation.logprobs[self.conversation.prompt_length : self._end]

    @property
    def _end(self) -> int:
        mask = self.conversation.mask
        return len(mask) - mask[::-1].index(1) if 1 in mask else self.conversation.prompt_length


@dataclass
class _Player(Generic[E]):
    """One episode that is being played."""

    rollout: Rollout[E]
    seat: Seat
    said: list[int]
    scores: list[float]


def play(
    episodes: Iterable[E],
    engine: Engine,
    chat: ChatTokens,
    *,
    temperature: float = 0.0,
    max_new_tokens: int = 96,
    max_tokens: int = 2048,
) -> list[Rollout[E]]:
    """Play episodes to their ends, as many at a time as the engine has seats.

    Episodes are taken from the iterable only when there is a seat, so it may open them lazily. Episodes that share a
    prompt should follow each other.

    Args:
        episodes: open episodes, the assistant to speak next.
        engine: generates; its free seats are the batch.
        chat: writes messages as tokens.
        temperature: of sampling; 0 is greedy.
        max_new_tokens: of one turn; a longer one is malformed.
        max_tokens: of a dialogue; a longer one is cut.

    Returns:
        One rollout an episode, in the order given.
    """
    rollouts: list[Rollout[E]] = []
    waiting = iter(episodes)
    speaking: list[_Player[E]] = []
    listening: list[_Player[E]] = []
    exhausted = False
    seats = engine.free_seats
    while speaking or listening or not exhausted:
        if not exhausted and seats - len(speaking) - len(listening) >= min(seats, max(1, seats // 8)):
            fresh, exhausted = _admit(waiting, seats - len(speaking) - len(listening), engine, chat, rollouts)
            listening += fresh
        if listening and (not speaking or len(listening) >= max(1, seats // 8)):
            engine.absorb([player.seat for player in listening])
            speaking += listening
            listening = []
        if not speaking:
            continue
        tokens, scores = engine.decode([player.seat for player in speaking], temperature)
        still: list[_Player[E]] = []
        for player, token, score in zip(speaking, tokens, scores, strict=True):
            player.said.append(token)
            player.scores.append(score)
            if token != chat.end and len(player.said) < max_new_tokens:
                still.append(player)
            elif _take_turn(player, chat, max_tokens, max_new_tokens):
                listening.append(player)
            else:
                engine.release(player.seat)
        speaking = still
    return rollouts


def _admit(
    waiting: Iterable[E], count: int, engine: Engine, chat: ChatTokens, rollouts: list[Rollout[E]]
) -> tuple[list[_Player[E]], bool]:
    """Seat up to ``count`` episodes; also says whether there are no more."""
    fresh: list[Rollout[E]] = []
    exhausted = True
    for episode in waiting:
        rollout = Rollout(episode, encode_prompt(chat, episode.tools, episode.messages))
        rollouts.append(rollout)
        if not episode.done:
            fresh.append(rollout)
        if len(fresh) == count:
            exhausted = False
            break
    seats = engine.open([rollout.conversation.ids for rollout in fresh])
    return [_Player(rollout, seat, [], []) for rollout, seat in zip(fresh, seats, strict=True)], exhausted


def _take_turn(player: _Player[E], chat: ChatTokens, max_tokens: int, max_new_tokens: int) -> bool:
    """Give the episode what was said, and hear the answer; says whether the policy is to speak again."""
    conversation, episode = player.rollout.conversation, player.rollout.episode
    heard, known = len(episode.messages), len(conversation.ids)
    action = conversation.action(player.said, complete=player.said[-1] == chat.end)
    conversation.add_sampled(player.said, player.scores)
    known += len(player.said)
    episode.step(action)
    player.said, player.scores = [], []
    if episode.done:
        return False
    answers = list(episode.messages[heard:])
    if answers and answers[0].role == "assistant":
        answers = answers[1:]
    for message in answers:
        conversation.add(message)
    conversation.open_turn()
    if len(conversation.ids) + max_new_tokens > max_tokens:
        player.rollout.cut = True
        return False
    player.seat.pending += conversation.ids[known:]
    return True
