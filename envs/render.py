"""Dialogues as plain text, for terminals and logs."""

from __future__ import annotations

from collections.abc import Iterable

from inftool.agents.message import Message
from inftool.agents.prompt import write_calls
from inftool.envs.reward import Verdict

_MARKS = {"user": "user", "assistant": "assistant", "tool": "result", "system": "system"}


def dialogue_text(messages: Iterable[Message], width: int = 400) -> str:
    """Write a dialogue, one message a line; long contents are cut to ``width`` characters, control characters shown."""
    lines = []
    for message in messages:
        parts = [message.content, write_calls(message.tool_calls) if message.tool_calls else ""]
        text = " ".join(part for part in parts if part)
        shown = printable(text if len(text) <= width else text[:width] + "…")
        lines.append(f"{_MARKS[message.role]:>9}  {shown}")
    return "\n".join(lines)


def outcome_line(verdict: Verdict) -> str:
    """Write how an episode ended, with the first gate that was shut or the fault that ended it."""
    shut = next((f"{gate.name}: {gate.why}" for gate in verdict.gates if not gate.open), verdict.note)
    return f"{'outcome':>9}  {verdict.outcome}" + (f" ({printable(shut)})" if shut else "")


def printable(text: str) -> str:
    """Escape control and direction characters, so that a model's or a server's text cannot drive a terminal."""
    return "".join(c if c.isprintable() or c == " " else f"\\u{ord(c):04x}" if c != "\n" else " ⏎ " for c in text)
