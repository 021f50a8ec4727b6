"""Chat messages in the OpenAI shape, and the tools that an assistant is shown."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class ToolCall(BaseModel):
    """One call that an assistant asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    id: str = ""
    """Given by the episode where the assistant gave none."""


class Message(BaseModel):
    """One message of a dialogue.

    An assistant's message holds text, or calls, or both; a tool's message answers the call ``tool_call_id``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Literal["system", "user", "assistant", "tool"]
    content: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    name: str | None = None
    """For a tool's message: the tool."""

    def to_openai(self) -> dict[str, Any]:
        """Return the message as the chat completions API and ``datasets`` expect it (arguments as a JSON string)."""
        data: dict[str, Any] = {"role": self.role, "content": self.content}
        if self.tool_calls:
            data["tool_calls"] = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": json.dumps(call.arguments, ensure_ascii=False)},
                }
                for call in self.tool_calls
            ]
        if self.role == "tool":
            data["tool_call_id"] = self.tool_call_id or ""
            data["name"] = self.name or ""
        return data


class Malformed(BaseModel):
    """What an assistant said, when it could not be read as a message: a typed parse error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    """The model's raw text."""
    reason: str
    """What was expected and where it went wrong, in one sentence."""


Action = Message | Malformed
"""What an assistant does in its turn."""


class Tool(BaseModel):
    """A tool as an assistant sees it: the MCP fields that matter to a prompt."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str = ""
    input_schema: dict[str, Any] = Field(default_factory=lambda: {"type": "object", "properties": {}})

    def to_openai(self) -> dict[str, Any]:
        """Return the tool as an OpenAI function definition, free to be changed."""
        return {
            "type": "function",
            "function": {"name": self.name, "description": self.description, "parameters": deepcopy(self.input_schema)},
        }
