"""Gymnasium spaces for dialogues: whole messages in, whole dialogues out.

Gymnasium's own ``Text`` holds neither the empty string nor most of Unicode, and a dialogue has no fixed length; these
two spaces hold any JSON-like message and any dialogue, and sample deterministically.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gymnasium.spaces import Space

from inftool.agents.message import Message

_LETTERS = "abcdefghijklmnopqrstuvwxyz ABC 0123456789 äéß 漢字 🙂 []{}()\"'=,:"


class JsonSpace(Space[dict[str, Any]]):
    """What both spaces share: their elements are JSON objects of no fixed size."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(None, None, seed)

    @property
    def is_np_flattenable(self) -> bool:
        """False: an element has no fixed size."""
        return False

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)


class MessageSpace(JsonSpace):
    """Assistant messages: ``{"content": str, "tool_calls": [{"name": str, "arguments": {...}}, ...]}``."""

    def sample(self, mask: Any = None, probability: Any = None) -> dict[str, Any]:
        """Return random text or a random call (which no server will know)."""
        text = "".join(_LETTERS[i] for i in self.np_random.integers(0, len(_LETTERS), self.np_random.integers(0, 24)))
        if self.np_random.random() < 0.5:
            return {"content": text, "tool_calls": []}
        return {
            "content": "",
            "tool_calls": [{"name": text.strip() or "tool", "arguments": {"x": int(self.np_random.integers(9))}}],
        }

    def contains(self, x: Any) -> bool:
        """Whether ``x`` is a message: known keys, text content, calls with a name and arguments."""
        if (
            not isinstance(x, dict)
            or not x.keys() <= {"content", "tool_calls"}
            or not isinstance(x.get("content", ""), str)
        ):
            return False
        calls = x.get("tool_calls", [])
        return isinstance(calls, list | tuple) and all(
            isinstance(call, dict) and isinstance(call.get("name"), str) and isinstance(call.get("arguments", {}), dict)
            for call in calls
        )

    def to_jsonable(self, sample_n: Iterable[dict[str, Any]]) -> list[Any]:
        """Return the messages as they are: they are JSON."""
        return list(sample_n)

    def from_jsonable(self, sample_n: list[Any]) -> list[dict[str, Any]]:
        """Return the messages as they are."""
        return list(sample_n)


class DialogueSpace(JsonSpace):
    """What an assistant sees: ``{"messages": (OpenAI messages...), "tools": (OpenAI functions...)}``."""

    def sample(self, mask: Any = None, probability: Any = None) -> dict[str, Any]:
        """Return a dialogue of one made-up user message and no tools."""
        text = "".join(_LETTERS[i] for i in self.np_random.integers(0, len(_LETTERS), 12))
        return {"messages": (Message(role="user", content=text).to_openai(),), "tools": ()}

    def contains(self, x: Any) -> bool:
        """Whether ``x`` has a tuple of messages with a role each, and a tuple of tools."""
        return (
            isinstance(x, dict)
            and x.keys() == {"messages", "tools"}
            and all(isinstance(x[key], tuple) and all(isinstance(item, dict) for item in x[key]) for key in x)
            and all(message.get("role") in ("system", "user", "assistant", "tool") for message in x["messages"])
        )

    def to_jsonable(self, sample_n: Iterable[dict[str, Any]]) -> list[Any]:
        """Return the dialogues with lists for tuples."""
        return [{key: list(value) for key, value in sample.items()} for sample in sample_n]

    def from_jsonable(self, sample_n: list[Any]) -> list[dict[str, Any]]:
        """Return the dialogues with tuples again."""
        return [{key: tuple(value) for key, value in sample.items()} for sample in sample_n]
