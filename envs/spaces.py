"""Gymnasium spaces for dialogues: whole turns in, whole dialogues out, and plain texts for a model's own words.

Gymnasium's own ``Text`` holds neither the empty string nor most of Unicode, and a dialogue has no fixed length. These
spaces hold any text, any call and any dialogue; membership costs microseconds, and samples depend on the seed alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

import numpy as np
from gymnasium.spaces import Space

from inftool.agents.message import Malformed, Message
from inftool.envs.actions import to_action

_LETTERS = "abcdefghijklmnopqrstuvwxyz ABC 0123456789 äéß 漢字 🙂 []{}()\"'=,:"
_ROLES = frozenset(("system", "user", "assistant", "tool"))

Element = TypeVar("Element")


class FreeSpace(Space[Element], Generic[Element]):
    """What the spaces share: their elements have no fixed size, and any two spaces of one class are equal."""

    def __init__(self, seed: int | np.random.Generator | None = None) -> None:
        super().__init__(None, None, seed)

    @property
    def is_np_flattenable(self) -> bool:
        """False: an element has no fixed size."""
        return False

    def sample(self, mask: None = None, probability: None = None) -> Element:
        """Return a random element.

        Raises:
            ValueError: a mask or probabilities are given; there is nothing that they could be about.
        """
        if mask is not None or probability is not None:
            raise ValueError(f"{type(self).__name__}.sample() takes no mask and no probability")
        return self._sample()

    def _sample(self) -> Element:
        raise NotImplementedError

    def _text(self, longest: int) -> str:
        count = self.np_random.integers(0, longest + 1)
        return "".join(_LETTERS[at] for at in self.np_random.integers(0, len(_LETTERS), count))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    __hash__ = None  # type: ignore[assignment]  # as every Gymnasium space: it has a state


class TextSpace(FreeSpace[str]):
    """Every text, the empty one included."""

    def _sample(self) -> str:
        return self._text(24)

    def contains(self, x: Any) -> bool:
        """Whether ``x`` is a text."""
        return isinstance(x, str)

    def to_jsonable(self, sample_n: Iterable[str]) -> list[str]:
        """Return the texts as they are."""
        return list(sample_n)

    def from_jsonable(self, sample_n: list[Any]) -> list[str]:
        """Return the texts as they are."""
        return list(sample_n)


class MessageSpace(FreeSpace[Any]):
    """The assistant's turns in every form that :func:`inftool.envs.actions.to_action` reads without complaint.

    A text, a call ``{"name": ..., "arguments": {...}}``, a list of calls, a message
    ``{"content": ..., "tool_calls": [...]}``, or a :class:`~inftool.agents.message.Message`.
    """

    def _sample(self) -> dict[str, Any]:
        """Return a message with a text or a call (which no server will know)."""
        text = self._text(24)
        if self.np_random.random() < 0.5:
            return {"content": text, "tool_calls": []}
        call = {"name": text.strip() or "tool", "arguments": {"x": int(self.np_random.integers(9))}}
        return {"content": "", "tool_calls": [call]}

    def contains(self, x: Any) -> bool:
        """Whether ``x`` can be read as a turn."""
        return isinstance(x, str) or not (isinstance(x, Malformed) or isinstance(to_action(x), Malformed))

    def to_jsonable(self, sample_n: Iterable[Any]) -> list[Any]:
        """Return texts as they are and every other turn as a message ``{"content": ..., "tool_calls": [...]}``."""
        return [sample if isinstance(sample, str) else _plain_message(sample) for sample in sample_n]

    def from_jsonable(self, sample_n: list[Any]) -> list[Any]:
        """Return the turns as they are: equal actions, if not in the form that they once had."""
        return list(sample_n)


class DialogueSpace(FreeSpace[dict[str, Any]]):
    """What an assistant sees: ``{"messages": (OpenAI messages...), "tools": (OpenAI functions...)}``."""

    def _sample(self) -> dict[str, Any]:
        """Return a dialogue of one made-up user message and no tools."""
        return {"messages": (Message(role="user", content=self._text(12)).to_openai(),), "tools": ()}

    def contains(self, x: Any) -> bool:
        """Whether ``x`` has a tuple of messages, each with a role and a text, and a tuple of functions."""
        return (
            isinstance(x, dict)
            and x.keys() == {"messages", "tools"}
            and all(isinstance(part, tuple) and all(isinstance(item, dict) for item in part) for part in x.values())
            and all(
                message.get("role") in _ROLES and isinstance(message.get("content"), str) for message in x["messages"]
            )
            and all(isinstance(tool.get("function"), dict) for tool in x["tools"])
        )

    def to_jsonable(self, sample_n: Iterable[dict[str, Any]]) -> list[Any]:
        """Return the dialogues with lists for tuples."""
        return [{key: list(value) for key, value in sample.items()} for sample in sample_n]

    def from_jsonable(self, sample_n: list[Any]) -> list[dict[str, Any]]:
        """Return the dialogues with tuples again."""
        return [{key: tuple(value) for key, value in sample.items()} for sample in sample_n]


def _plain_message(turn: Any) -> dict[str, Any]:
    action = to_action(turn)
    if isinstance(action, Malformed):
        raise ValueError(f"not a turn: {action.reason}")
    calls = [call.model_dump(exclude={"id"} if not call.id else None) for call in action.tool_calls]
    return {"content": action.content, "tool_calls": calls}
