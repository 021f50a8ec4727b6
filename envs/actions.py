"""What an RL loop may pass as the assistant's turn, read into one shape.

Reading is total: what cannot be read becomes :class:`~inftool.agents.message.Malformed`, which shuts the format gate of
that turn, and never an exception. What is read is a clean copy: plain JSON values of bounded size, and text that can be
written as UTF-8.
"""

from __future__ import annotations

import json
import math
import numbers
import re
from collections.abc import Mapping
from typing import Any

from inftool.agents.message import Action, Malformed, Message, ToolCall

MAX_DEPTH = 32
"""Nesting of a call's arguments."""
MAX_VALUES = 20_000
"""Values in the calls of one message, nested ones included."""
MAX_CHARACTERS = 1_000_000
"""Characters in the calls of one message."""
MAX_BITS = 14_000
"""Size of an integer; Python writes no more than 4,300 digits."""

_SURROGATE = re.compile("[\ud800-\udfff]")


class _Unreadable(ValueError):
    """Carries the reason."""


def to_action(action: Any) -> Action:
    """Read whatever an RL loop passes as an action.

    Args:
        action: a text; a call ``{"name": ..., "arguments": {...}}``; a list or tuple of calls; a message
            ``{"content": ..., "tool_calls": [...]}``; or a :class:`~inftool.agents.message.Message`. Calls may also
            stand in the OpenAI shape (``{"id": ..., "function": {"name": ..., "arguments": "<JSON>"}}``), so that a
            client's answer can be passed on as it is.

    Returns:
        The message of the assistant; :class:`Malformed`, with the reason, where it is none of these.
    """
    try:
        if isinstance(action, str):
            return Message(role="assistant", content=clean(action))
        if isinstance(action, Malformed):
            return Malformed(text=clean(action.text), reason=clean(action.reason))
        if isinstance(action, Message):
            return _message(action.role, action.content, [call.model_dump() for call in action.tool_calls])
        if isinstance(action, list | tuple):
            return _message("assistant", "", action)
        if isinstance(action, Mapping):
            if "name" in action and "tool_calls" not in action and "role" not in action:
                return _message("assistant", "", [action])
            if "content" in action or "tool_calls" in action:
                return _message(action.get("role", "assistant"), action.get("content"), action.get("tool_calls"))
        raise _Unreadable(f"expected a text, a call, a list of calls or a message, got {type(action).__name__}")
    except (_Unreadable, RecursionError) as error:
        return Malformed(text=_shown(action), reason=str(error))


def clean(text: str) -> str:
    """Return a text with every lone surrogate, which is no character, replaced by U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _message(role: Any, content: Any, calls: Any) -> Message:
    if role != "assistant":
        raise _Unreadable("expected a message of the assistant")
    if content is not None and not isinstance(content, str):
        raise _Unreadable(f"expected a text as content, got {type(content).__name__}")
    if calls is not None and not isinstance(calls, list | tuple):
        raise _Unreadable(f"expected a list of calls, got {type(calls).__name__}")
    room = _Room()
    read = tuple(_call(call, f"call {number}", room) for number, call in enumerate(calls or (), 1))
    return Message(role="assistant", content=clean(content or ""), tool_calls=read)


def _call(call: Any, place: str, room: _Room) -> ToolCall:
    if isinstance(call, ToolCall):
        call = call.model_dump()
    if not isinstance(call, Mapping):
        raise _Unreadable(f"{place}: expected an object, got {type(call).__name__}")
    body = call.get("function", call)
    if not isinstance(body, Mapping):
        raise _Unreadable(f"{place}: expected an object as function, got {type(body).__name__}")
    name, arguments, number = body.get("name"), body.get("arguments"), call.get("id")
    if not isinstance(name, str):
        raise _Unreadable(f"{place}: expected the name of a tool")
    if isinstance(arguments, str):
        arguments = _parsed(arguments, place)
    if arguments is not None and not isinstance(arguments, Mapping):
        raise _Unreadable(f"{place}: expected an object as arguments, got {type(arguments).__name__}")
    return ToolCall(
        name=room.text(name, place),
        arguments=room.plain(arguments or {}, f"{place}: arguments", 0),
        id=room.text(number, place) if isinstance(number, str) else "",
    )


def _parsed(text: str, place: str) -> Any:
    if len(text) > MAX_CHARACTERS:
        raise _Unreadable(f"{place}: the calls are longer than {MAX_CHARACTERS} characters")
    try:
        return json.loads(text or "{}")
    except (ValueError, RecursionError):
        raise _Unreadable(f"{place}: the arguments are not JSON") from None


class _Room:
    """How much the calls of one message may still hold."""

    def __init__(self) -> None:
        self._values = MAX_VALUES
        self._characters = MAX_CHARACTERS

    def text(self, text: str, place: str) -> str:
        self._characters -= len(text)
        if self._characters < 0:
            raise _Unreadable(f"{place}: the calls are longer than {MAX_CHARACTERS} characters")
        return clean(text) if type(text) is str else clean(str.__str__(text))

    def plain(self, value: Any, place: str, depth: int) -> Any:
        """Return a copy of a JSON value made of Python's own types."""
        self._values -= 1
        if self._values < 0:
            raise _Unreadable(f"{place}: more than {MAX_VALUES} values")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.text(value, place)
        if isinstance(value, numbers.Integral):
            number = int(value)
            if number.bit_length() > MAX_BITS:
                raise _Unreadable(f"{place}: the integer has more than {MAX_BITS} bits")
            return number
        if isinstance(value, numbers.Real):
            if not math.isfinite(real := float(value)):
                raise _Unreadable(f"{place}: {real} is not a JSON number")
            return real
        if depth >= MAX_DEPTH:
            raise _Unreadable(f"{place}: nested deeper than {MAX_DEPTH} levels")
        if isinstance(value, Mapping):
            copied = {}
            for key, item in value.items():
                if not isinstance(key, str):
                    raise _Unreadable(f"{place}: expected texts as keys, got {type(key).__name__}")
                copied[self.text(key, place)] = self.plain(item, place, depth + 1)
            return copied
        if isinstance(value, list | tuple):
            return [self.plain(item, place, depth + 1) for item in value]
        raise _Unreadable(f"{place}: expected a JSON value, got {type(value).__name__}")


def _shown(action: Any) -> str:
    """Return the beginning of what was passed, as a text of bounded size."""
    try:
        return clean(repr(action)[:500])
    except Exception:
        return f"<{type(action).__name__}>"
