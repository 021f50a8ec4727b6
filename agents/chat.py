"""A whole dialogue as one prompt text, and a model's raw text as a turn."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol

from inftool.agents.message import Action, Message, Tool
from inftool.agents.prompt import CompactFormat
from inftool.agents.tagged import TaggedFormat

FormatName = Literal["compact", "tagged"]


class Prompt(Protocol):
    """How a dialogue is put to a model, and how its answer is read."""

    def write(self, messages: Sequence[Message], tools: Sequence[Tool]) -> str:
        """Return the prompt: the tools, the dialogue, and the beginning of the assistant's turn."""
        ...

    def read(self, text: str) -> Action:
        """Read what the model wrote. Never raises."""
        ...


class ChatMLPrompt:
    r"""ChatML: ``<|im_start|>role\ncontent<|im_end|>\n``, for any model that knows it.

    Content is data: text in it that looks like a control token is broken up.

    Args:
        format: how tools, calls and results are worded.
    """

    START, END = "<|im_start|>", "<|im_end|>"

    def __init__(self, format: FormatName = "compact") -> None:
        formats = {"compact": CompactFormat, "tagged": TaggedFormat}
        if format not in formats:
            raise ValueError(f"format must be 'compact' or 'tagged', not {format!r}")
        self.format: CompactFormat | TaggedFormat = formats[format]()

    def write(self, messages: Sequence[Message], tools: Sequence[Tool]) -> str:
        """Return the prompt."""
        turns = [self._turn("system", self.format.system(tools))]
        turns += [self._turn(message.role, self.format.content(message)) for message in messages]
        return "".join(turns) + f"{self.START}assistant\n"

    def read(self, text: str) -> Action:
        """Read the model's turn, up to the token that ends it."""
        return self.format.parse(text.partition(self.END)[0])

    def _turn(self, role: str, content: str) -> str:
        return f"{self.START}{role}\n{content.replace('<|', '< |')}{self.END}\n"


class TemplatePrompt:
    """The model's own chat template.

    Args:
        tokenizer: a ``transformers`` tokenizer with a chat template that takes tools.
        parse: reads the model's turn; JSON between ``<tool_call>`` tags by default.
    """

    def __init__(self, tokenizer: Any, parse: Callable[[str], Action] | None = None) -> None:
        self.tokenizer = tokenizer
        self.parse = parse or TaggedFormat().parse

    def write(self, messages: Sequence[Message], tools: Sequence[Tool]) -> str:
        """Return the prompt."""
        text: str = self.tokenizer.apply_chat_template(
            [_templated(message) for message in messages],
            tools=[tool.to_openai() for tool in tools],
            add_generation_prompt=True,
            tokenize=False,
        )
        return text

    def read(self, text: str) -> Action:
        """Read the model's turn, up to the token that ends it."""
        end = self.tokenizer.eos_token
        return self.parse(text.partition(end)[0] if end else text)


def _templated(message: Message) -> dict[str, Any]:
    """Return a message as templates expect it: in the OpenAI shape, but with arguments as objects."""
    data = message.to_openai()
    for call in data.get("tool_calls", ()):
        call["function"]["arguments"] = json.loads(call["function"]["arguments"])
    return data
