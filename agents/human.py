"""A person in a seat: lines typed at a terminal become messages.

Where the lines come from is the caller's business (``read``), so the same seats work in a terminal, on a page or in a
test.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import Any

from inftool.agents.message import Action, Malformed, Message, Tool, ToolCall
from inftool.agents.prompt import read_action


class HumanAssistant:
    """A person in the assistant's seat."""

    def __init__(self, read: Callable[[Sequence[Message], Sequence[Tool]], str]) -> None:
        """Take lines from ``read``, which is shown the dialogue and the tools."""
        self._read = read

    def act(self, messages: Sequence[Message], tools: Sequence[Tool]) -> Action:
        """Return what the person typed, as a message."""
        return read_line(self._read(messages, tools), tools)


class HumanUser:
    """A person in the user's seat. The task's request opens the dialogue unless the person words it differently."""

    def __init__(self, read: Callable[[Message | None], str], request: str = "") -> None:
        """Take lines from ``read``, which is shown the assistant's last message (None at the start)."""
        self._read = read
        self._request = request

    def open(self) -> str:
        """Return the person's first message; the suggested request if they typed nothing."""
        return self._read(None).strip() or self._request

    def reply(self, message: Message) -> str | None:
        """Return what the person typed; nothing ends the episode."""
        return self._read(message).strip() or None


def read_line(line: str, tools: Sequence[Tool]) -> Action:
    """Read a typed line as a call if it begins with a tool's name, else as a reply.

    ``get_pet 3``, ``get_pet petId=3``, ``get_pet(petId=3)`` and ``[get_pet(petId=3)]`` are the same call; bare values
    fill the arguments in their order.
    """
    text = line.strip()
    by_name = {tool.name: tool for tool in tools}
    if text.startswith("["):
        return read_action(text)
    name = text.split("(", 1)[0].split(None, 1)[0] if text else ""
    if name not in by_name:
        return Message(role="assistant", content=text) if text else Malformed(text=line, reason="nothing was typed")
    rest = text[len(name) :].strip()
    if rest.startswith("("):
        return read_action(f"[{text}]")
    try:
        words = shlex.split(rest)
    except ValueError as error:
        return Malformed(text=line, reason=f"{error}: close the quotation")
    return _call(by_name[name], words, line)


def _call(tool: Tool, words: Sequence[str], line: str) -> Action:
    properties: dict[str, Any] = tool.input_schema.get("properties") or {}
    required = [name for name in properties if name in set(tool.input_schema.get("required") or ())]
    order = [*required, *(name for name in properties if name not in required)]
    arguments: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name not in properties:
            free = [candidate for candidate in order if candidate not in arguments]
            if not free:
                return Malformed(
                    text=line, reason=f"{tool.name} takes {len(order)} arguments; {word!r} is one too many"
                )
            name, value = free[0], word
        arguments[name] = _typed(value, properties[name] if isinstance(properties[name], dict) else {})
    return Message(role="assistant", tool_calls=(ToolCall(name=tool.name, arguments=arguments),))


def _typed(text: str, schema: dict[str, Any]) -> Any:
    """Read a typed value by the schema's type: ``3`` stays a text where a text is wanted."""
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "string" in kinds or ("array" in kinds and not text.startswith("[")):
        return (
            text if "string" in kinds else [_typed(part.strip(), schema.get("items") or {}) for part in text.split(",")]
        )
    value = read_action(f"[x(v={text})]")
    return value.tool_calls[0].arguments["v"] if isinstance(value, Message) and value.tool_calls else text
