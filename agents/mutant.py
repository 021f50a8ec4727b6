"""The mutants of a gold: the same dialogue with one fault each. A sound task scores every one of them 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from inftool.agents.message import Message, Tool, ToolCall


def dropped_calls(gold: Sequence[Message]) -> Iterator[tuple[str, list[Message]]]:
    """Yield (what was dropped, dialogue without that call)."""
    for at, message in enumerate(gold):
        for call in message.tool_calls:
            rest = tuple(other for other in message.tool_calls if other is not call)
            kept = [message.model_copy(update={"tool_calls": rest})] if rest else []
            yield call.name, [*gold[:at], *kept, *gold[at + 1 :]]


def changed_arguments(gold: Sequence[Message], tools: Sequence[Tool]) -> Iterator[tuple[ToolCall, str, list[Message]]]:
    """Yield (call, argument, dialogue in which that argument has another value of the same type)."""
    schemas: dict[str, Any] = {tool.name: tool.input_schema.get("properties") or {} for tool in tools}
    for at, message in enumerate(gold):
        for number, call in enumerate(message.tool_calls):
            for name, value in call.arguments.items():
                other = other_value(value, schemas.get(call.name, {}).get(name) or {})
                changed = call.model_copy(update={"arguments": {**call.arguments, name: other}})
                calls = (*message.tool_calls[:number], changed, *message.tool_calls[number + 1 :])
                yield call, name, [*gold[:at], message.model_copy(update={"tool_calls": calls}), *gold[at + 1 :]]


def other_value(value: Any, schema: dict[str, Any]) -> Any:
    """Return a different value that fits the schema as well as can be told."""
    values = schema.get("enum")
    if isinstance(values, list) and len(values) > 1:
        return next(other for other in values if other != value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        top = schema.get("maximum")
        return value - 1 if isinstance(top, int | float) and value + 1 > top else value + 1
    if isinstance(value, str):
        return _other_text(value)
    if isinstance(value, list):
        items = schema.get("items")
        return [other_value(value[0], items if isinstance(items, dict) else {}), *value[1:]] if value else ["other"]
    if isinstance(value, dict):
        first = next(iter(value), None)
        properties = schema.get("properties")
        sub = properties.get(first) if isinstance(properties, dict) else None
        return {**value, first: other_value(value[first], sub or {})} if first is not None else {"other": 1}
    return "other"


def _other_text(text: str) -> str:
    """Change one character in place, so that length, format and pattern are mostly kept."""
    for at in range(len(text) - 1, -1, -1):
        if text[at] in "0123456789":
            return text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
    for at in range(len(text) - 1, -1, -1):
        if text[at].isascii() and text[at].isalpha():
            return text[:at] + ("a" if text[at] != "a" else "b") + text[at + 1 :]
    return text + "x"
