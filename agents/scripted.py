"""Assistants without a model: the oracle, the null policy and the random policy.

They are the fixed points of every table: the oracle must reach 1, inaction and noise must not.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from inftool.agents.message import Action, Message, Tool, ToolCall

NULL_REPLY = "Okay."


class ScriptAssistant:
    """Plays given messages in order; says :data:`NULL_REPLY` when they are used up.

    With a task's gold it is the *oracle*; with a gold that has one fault it is a *mutant*; with nothing it is *null*.
    """

    def __init__(self, script: Sequence[Action] = ()) -> None:
        self._script = list(script)
        self._at = 0

    def act(self, messages: Sequence[Message], tools: Sequence[Tool]) -> Action:
        """Return the next message of the script."""
        if self._at >= len(self._script):
            return Message(role="assistant", content=NULL_REPLY)
        self._at += 1
        return self._script[self._at - 1]


class RandomAssistant:
    """Calls random tools with random arguments of the right types, and sometimes says something."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def act(self, messages: Sequence[Message], tools: Sequence[Tool]) -> Action:
        """Return a random call (probability 2/3) or a random reply."""
        if not tools or self._random.random() < 1 / 3:
            replies = (NULL_REPLY, "I can't do that with the tools I have.", "Which one do you mean?", "Done.")
            return Message(role="assistant", content=self._random.choice(replies))
        tool = self._random.choice(list(tools))
        properties: dict[str, Any] = tool.input_schema.get("properties") or {}
        required = set(tool.input_schema.get("required") or ())
        words = " ".join(message.content for message in messages).split()
        arguments = {
            name: self._value(schema, words)
            for name, schema in properties.items()
            if name in required or self._random.random() < 0.3
        }
        return Message(role="assistant", tool_calls=(ToolCall(name=tool.name, arguments=arguments),))

    def _value(self, schema: Any, words: list[str]) -> Any:
        if not isinstance(schema, dict):
            return self._random.choice(words or ["x"])
        if isinstance(values := schema.get("enum"), list) and values:
            return self._random.choice(values)
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = kind[0] if kind else None
        if kind == "integer":
            return self._random.randrange(100)
        if kind == "number":
            return self._random.randrange(10_000) / 100
        if kind == "boolean":
            return self._random.random() < 0.5
        if kind == "array":
            return [self._value(schema.get("items"), words) for _ in range(self._random.randrange(3))]
        if kind == "object":
            return {name: self._value(sub, words) for name, sub in (schema.get("properties") or {}).items()}
        return self._random.choice(words or ["x"])
