"""How tools, calls and results are written for a small model, and how its text is read back.

The compact form spends a third of the tokens of JSON Schema: a tool is one signature line, a turn with calls is one
Python-like list, everything else is a reply to the user.

    get_pet(petId: int)  # Find pet by ID
    [get_pet(petId=3)]

Texts are written in quotes; a bare word that is no number is read as a text, since small models drop quotes. Reading is
strict otherwise, and total: any text gives a :class:`Message` with calls, a :class:`Message` with a reply, or a
:class:`Malformed` that says what was expected where. Nothing is evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inftool.agents.message import Action, Malformed, Message, Tool, ToolCall

MAX_TEXT = 20_000
"""Longest text that is read as calls, in characters."""
MAX_DEPTH = 16
"""Deepest nesting of a value in a call."""
MAX_SHOWN_DEPTH = 2
"""Deepest nesting of a tool's result that is shown."""
MAX_FIELDS = 8
"""Fields of a row that are shown."""
MAX_FIELDS_OF_SEVERAL = 5
"""Fields of each row that are shown where a result holds several."""
MAX_SHOWN_TEXT = 60
"""Longest text in a tool's result that is shown whole, in characters."""

_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_BARE_NAME = re.compile(r"[A-Za-z_$@][\w.$@:/-]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_BARE_VALUE = re.compile(r"[\w@.+:/-]+")
_BARE_TEXT = re.compile(r"[^\W\d](?:[\w @.+/-]*[\w.+])?|[\w-]+:?[\w-]*")
_NAMING_FIELD = re.compile(r"(?:^|_|[a-z])(?:[Ii]d|ID|[Kk]ey|[Ss]lug|[Nn]ame|[Tt]itle|[Ss]tatus|[Cc]ode|[Nn]umber)$")
_WORDS: dict[str, Any] = {"True": True, "true": True, "False": False, "false": False, "None": None, "null": None}


@dataclass(frozen=True)
class CompactFormat:
    """The compact prompt format.

    Attributes:
        max_doc: characters of a tool's description that are shown.
        max_optional: optional arguments of a tool that are shown.
        max_result: characters of a tool's result that are shown; the rest is replaced by ``…``.
    """

    max_doc: int = 48
    max_optional: int = 4
    max_result: int = 420

    def system(self, tools: Sequence[Tool]) -> str:
        """Return the system message: the rules in two lines, then one signature a tool."""
        lines = [
            "Use the tools to help the user. Call as [tool(arg=value)]. "
            "Ask for what is missing. If no tool fits, say that you can't.",
            *(self.signature(tool) for tool in tools),
        ]
        return "\n".join(lines)

    def signature(self, tool: Tool) -> str:
        """Return ``name(required: type, optional?: type)  # doc``."""
        properties: dict[str, Any] = tool.input_schema.get("properties") or {}
        required = set(tool.input_schema.get("required") or ())
        shown = [f"{_name(name)}: {_type(schema)}" for name, schema in properties.items() if name in required]
        optional = [f"{_name(name)}?: {_type(schema)}" for name, schema in properties.items() if name not in required]
        shown += optional[: self.max_optional]
        doc = _first_sentence(tool.description, self.max_doc)
        return f"{tool.name}({', '.join(shown)})" + (f"  # {doc}" if doc else "")

    def content(self, message: Message) -> str:
        """Return the text of one message that is not a system message."""
        if message.role == "tool":
            return self.result(message.content)
        if message.tool_calls:
            return write_calls(message.tool_calls)
        return message.content

    def result(self, text: str) -> str:
        """Return a tool's result as it is shown: JSON without quotes it does not need, long parts cut with ``…``."""
        try:
            short = _brief(json.loads(text), 0)
        except (ValueError, RecursionError):
            short = text
        return short if len(short) <= self.max_result else short[: self.max_result] + "…"

    def parse(self, text: str) -> Action:
        """Read what a model wrote. Never raises."""
        return read_action(text)


def write_calls(calls: Sequence[ToolCall]) -> str:
    """Write calls as ``[tool(arg=value), ...]``; the inverse of :func:`read_action`."""
    return "[" + ", ".join(_write_call(call) for call in calls) + "]"


def _write_call(call: ToolCall) -> str:
    return f"{call.name}({', '.join(f'{_name(key)}={write_value(value)}' for key, value in call.arguments.items())})"


def write_value(value: Any) -> str:
    """Write a JSON value as it stands in a call (``True``, ``None`` and double-quoted strings)."""
    if value is True or value is False or value is None:
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(write_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {write_value(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def read_action(text: str) -> Action:
    """Read a model's turn: text that starts with ``[`` must be calls, any other text is a reply."""
    stripped = text.strip()
    if not stripped:
        return Malformed(text=text, reason="the turn is empty: expected a reply or [tool(arg=value)]")
    if not stripped.startswith("["):
        return Message(role="assistant", content=stripped)
    if len(stripped) > MAX_TEXT:
        return Malformed(text=text, reason=f"the calls are longer than {MAX_TEXT} characters")
    reader = _Reader(stripped)
    try:
        calls = reader.calls()
    except _Unreadable as error:
        return Malformed(text=text, reason=str(error))
    return Message(role="assistant", tool_calls=tuple(calls))


class _Unreadable(Exception):
    """Raised inside the reader; carries the reason."""


class _Reader:
    """Recursive-descent reader of ``[name(key=value, ...), ...]``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def calls(self) -> list[ToolCall]:
        self.expect("[")
        calls = [self.call()]
        while self.accept(","):
            calls.append(self.call())
        self.expect("]")
        self.space()
        if self.at != len(self.text):
            raise self.unreadable("the end of the turn after ']'")
        return calls

    def call(self) -> ToolCall:
        name = self.name("a tool name")
        self.expect("(")
        arguments: dict[str, Any] = {}
        while not self.accept(")"):
            if arguments:
                self.expect(",")
            key = self.string() if self.peek() in ('"', "'") else self.name("an argument name")
            if key in arguments:
                raise _Unreadable(f"argument {key!r} is given twice at character {self.at}")
            self.expect("=")
            arguments[key] = self.value(0)
        return ToolCall(name=name, arguments=arguments)

    def value(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise _Unreadable(f"a value is nested deeper than {MAX_DEPTH} at character {self.at}")
        first = self.peek()
        if first in ('"', "'"):
            return self.string()
        if self.accept("["):
            items: list[Any] = []
            while not self.accept("]"):
                if items:
                    self.expect(",")
                items.append(self.value(depth + 1))
            return items
        if self.accept("{"):
            record: dict[str, Any] = {}
            while not self.accept("}"):
                if record:
                    self.expect(",")
                self.peek()
                key = self.string()
                self.expect(":")
                record[key] = self.value(depth + 1)
            return record
        if match := _BARE_VALUE.match(self.text, self.at):
            self.at = match.end()
            token = match.group()
            if token in _WORDS:
                return _WORDS[token]
            return self.number(token) if _NUMBER.fullmatch(token) else token
        raise self.unreadable("a value")

    def number(self, text: str) -> int | float:
        if len(text) > 64:
            raise _Unreadable(f"a number is longer than 64 digits at character {self.at}")
        if text.lstrip("-").isdigit():
            return int(text)
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise _Unreadable(f"the number {text} is out of range")
        return number

    def string(self) -> str:
        quote = self.text[self.at : self.at + 1]
        if quote not in ('"', "'"):
            raise self.unreadable("a quoted string")
        end = self.at + 1
        while end < len(self.text) and self.text[end] != quote:
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise self.unreadable("a closing quote")
        body = self.text[self.at + 1 : end]
        if quote == "'":
            body = body.replace("\\'", "'").replace('"', '\\"')
        try:
            value: str = json.loads(f'"{body}"', strict=False)
        except ValueError:
            raise self.unreadable("a string with valid escapes") from None
        self.at = end + 1
        return value

    def name(self, expected: str) -> str:
        self.space()
        match = _BARE_NAME.match(self.text, self.at)
        if not match:
            raise self.unreadable(expected)
        self.at = match.end()
        return match.group()

    def space(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def peek(self) -> str:
        self.space()
        return self.text[self.at : self.at + 1]

    def accept(self, character: str) -> bool:
        if self.peek() == character:
            self.at += 1
            return True
        return False

    def expect(self, character: str) -> None:
        if not self.accept(character):
            raise self.unreadable(f"{character!r}")

    def unreadable(self, expected: str) -> _Unreadable:
        found = self.text[self.at : self.at + 12]
        return _Unreadable(
            f"expected {expected} at character {self.at}, found {found!r}"
            if found
            else f"expected {expected} at the end"
        )


def _brief(value: Any, depth: int) -> str:
    """Write a JSON value in few tokens: nulls and empty parts are left out, deep parts and long texts are cut."""
    if isinstance(value, dict):
        row = _telling(value, MAX_FIELDS) if len(value) > MAX_FIELDS else value
        parts = [f"{key}: {_brief(item, depth + 1)}" for key, item in row.items() if item not in (None, "", [], {})]
        return "{" + (", ".join(parts) if depth <= MAX_SHOWN_DEPTH else "…") + "}"
    if isinstance(value, list):
        rows = len(value) > 1 and all(isinstance(item, dict) for item in value)
        items = [_telling(item, MAX_FIELDS_OF_SEVERAL) for item in value] if rows else value
        return "[" + (", ".join(_brief(item, depth + 1) for item in items) if depth <= MAX_SHOWN_DEPTH else "…") + "]"
    if isinstance(value, str):
        text = value if len(value) <= MAX_SHOWN_TEXT else value[:MAX_SHOWN_TEXT] + "…"
        return text if _BARE_TEXT.fullmatch(text) else json.dumps(text, ensure_ascii=False)
    return write_value(value)


def _telling(row: dict[str, Any], count: int) -> dict[str, Any]:
    """Return the ``count`` fields that tell most of a row: what names it first, then other plain values."""
    plain = {key: value for key, value in row.items() if value not in (None, "") and not isinstance(value, list | dict)}
    naming = [key for key in plain if _NAMING_FIELD.search(key)]
    shown = [*naming, *(key for key in plain if key not in naming)][:count]
    return {key: value for key, value in plain.items() if key in shown} or row


def _name(name: str) -> str:
    return name if _BARE_NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _type(schema: Any, depth: int = 0) -> str:
    """Write a JSON Schema type in a few tokens: ``int``, ``a|b``, ``[str]``, ``{name: str}``."""
    if not isinstance(schema, dict):
        return "any"
    values = schema.get("enum")
    if isinstance(values, list) and values and len(values) <= 8:
        return "|".join(str(value) for value in values)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((name for name in kind if name != "null"), None)
    if kind == "array":
        return f"[{_type(schema.get('items'), depth + 1)}]"
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties") or {}
        if depth >= 2 or not properties:
            return "object"
        return (
            "{" + ", ".join(f"{_name(key)}: {_type(sub, depth + 1)}" for key, sub in list(properties.items())[:6]) + "}"
        )
    if schema.get("format") in ("date", "date-time"):
        return str(schema["format"])
    return _TYPES.get(str(kind), "any")


def _first_sentence(text: str, limit: int) -> str:
    """Return the first sentence of ``text`` on one line, cut at a word to at most ``limit`` characters."""
    line = " ".join(text.split())
    match = re.match(r"(.+?[.!?])\s", line)
    sentence = (match.group(1) if match else line).rstrip(".")
    if len(sentence) <= limit:
        return sentence
    return sentence[:limit].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
