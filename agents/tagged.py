r"""Calls as JSON between ``<tool_call>`` tags: how the chat templates of many open models write them.

    <tool_call>
    {"name": "get_pet", "arguments": {"petId": 3}}
    </tool_call>

Reading is strict and total: any text gives a :class:`Message`, or a :class:`Malformed` that says what was expected.
Text beside the calls is the message's content; a ``<think>`` part at the beginning belongs to nobody and is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from inftool.agents.message import Action, Malformed, Message, Tool, ToolCall

MAX_TEXT = 100_000
"""Longest text with calls that is read, in characters."""

_OPEN, _CLOSE = "<tool_call>", "</tool_call>"
_THOUGHT = re.compile(r"\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
_SPACE = re.compile(r"\s*")


class TaggedFormat:
    """The tagged prompt format."""

    def system(self, tools: Sequence[Tool]) -> str:
        """Return the system message: the rules, then one JSON function a line."""
        functions = "\n".join(json.dumps(tool.to_openai(), ensure_ascii=False) for tool in tools)
        return (
            "Use the tools to help the user. Ask for what is missing. If no tool fits, say that you can't.\n\n"
            f"These are the tools:\n<tools>\n{functions}\n</tools>\n\n"
            f'Call a tool with a JSON object between tags:\n{_OPEN}\n{{"name": "...", "arguments": {{...}}}}\n{_CLOSE}'
        )

    def content(self, message: Message) -> str:
        """Return the text of one message that is not a system message."""
        if message.role == "tool":
            return f"<tool_response>\n{message.content}\n</tool_response>"
        parts = [message.content] if message.content else []
        return "\n".join([*parts, *(_write(call) for call in message.tool_calls)])

    def parse(self, text: str) -> Action:
        """Read what a model wrote. Never raises."""
        body = _THOUGHT.sub("", text, count=1) if text.lstrip().startswith("<think>") else text
        if not body.strip():
            return Malformed(text=text, reason=f"the turn is empty: expected a reply or {_OPEN}")
        if _OPEN not in body:
            if _CLOSE in body:
                return Malformed(text=text, reason=f"expected {_OPEN} before {_CLOSE}")
            return Message(role="assistant", content=body.strip())
        if len(body) > MAX_TEXT:
            return Malformed(text=text, reason=f"the turn with calls is longer than {MAX_TEXT} characters")
        try:
            content, calls = _read(body)
        except (ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, ValueError) else "a call is nested too deeply"
            return Malformed(text=text, reason=reason)
        return Message(role="assistant", content=content, tool_calls=calls)


def _write(call: ToolCall) -> str:
    return f"{_OPEN}\n{json.dumps({'name': call.name, 'arguments': call.arguments}, ensure_ascii=False)}\n{_CLOSE}"


def _read(text: str) -> tuple[str, tuple[ToolCall, ...]]:
    """Return the text beside the calls, and the calls.

    Raises:
        ValueError: a call is not what it should be.
    """
    decoder = json.JSONDecoder(parse_constant=_refuse)
    beside: list[str] = []
    calls: list[ToolCall] = []
    at = 0
    while (start := text.find(_OPEN, at)) >= 0:
        beside.append(text[at:start])
        number = len(calls) + 1
        try:
            value, end = decoder.raw_decode(text, _skip(text, start + len(_OPEN)))
        except ValueError as error:
            raise ValueError(f"call {number} is not JSON ({str(error)[:80]})") from None
        at = _skip(text, end)
        if not text.startswith(_CLOSE, at):
            raise ValueError(f"expected {_CLOSE} after call {number}, found {text[at : at + 12]!r}")
        at += len(_CLOSE)
        calls.append(_call(value, number))
    beside.append(text[at:])
    if any(_CLOSE in part for part in beside):
        raise ValueError(f"expected {_OPEN} before {_CLOSE}")
    return "\n".join(part.strip() for part in beside if part.strip()), tuple(calls)


def _call(value: Any, number: int) -> ToolCall:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise ValueError(f'call {number}: expected {{"name": "...", "arguments": {{...}}}}')
    arguments = value.get("arguments")
    if arguments is not None and not isinstance(arguments, dict):
        raise ValueError(f"call {number}: expected an object as arguments")
    if unknown := sorted(value.keys() - {"name", "arguments", "id"}):
        raise ValueError(f"call {number}: unknown key {unknown[0]!r}")
    return ToolCall(name=value["name"], arguments=arguments or {})


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
