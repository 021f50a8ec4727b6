"""A dialogue as token ids, grown message by message, that remembers which tokens the policy said.

The same code writes the prompt of a rollout, the trajectory that supervised training learns from, and the rows of
reinforcement learning, so a model is asked exactly what it was taught. Sampled tokens are kept as they were sampled and
never tokenised again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inftool.agents.message import Action, Malformed, Message, Tool
from inftool.agents.prompt import CompactFormat


class ChatTokens:
    r"""Writes messages as ChatML tokens: ``<|im_start|>role\ncontent<|im_end|>\n``.

    Content is data: text in it that looks like a control token is written as plain characters.

    Args:
        tokenizer: a ``transformers`` fast tokenizer that knows ``<|im_start|>`` and ``<|im_end|>``.
        format: how tools, calls and results are worded.

    Raises:
        ValueError: the tokenizer has no ChatML control tokens.
    """

    def __init__(self, tokenizer: Any, format: CompactFormat | None = None) -> None:
        self.format = format or CompactFormat()
        self._backend = tokenizer.backend_tokenizer
        vocabulary = tokenizer.get_vocab()
        missing = [token for token in ("<|im_start|>", "<|im_end|>") if token not in vocabulary]
        if missing:
            raise ValueError(f"the tokenizer has no {' and '.join(missing)}: a ChatML model is needed")
        self.start: int = vocabulary["<|im_start|>"]
        self.end: int = vocabulary["<|im_end|>"]
        self._newline = self.plain("\n")
        self._headers = {
            role: [self.start, *self.plain(f"{role}\n")] for role in ("system", "user", "assistant", "tool")
        }

    def plain(self, text: str) -> list[int]:
        """Tokenise text without giving any of it a special meaning."""
        before = self._backend.encode_special_tokens
        self._backend.encode_special_tokens = True
        try:
            ids: list[int] = self._backend.encode(text, add_special_tokens=False).ids
        finally:
            self._backend.encode_special_tokens = before
        return ids

    def text(self, ids: Sequence[int]) -> str:
        """Return the text of a sampled turn, without control tokens."""
        text: str = self._backend.decode(list(ids), skip_special_tokens=True)
        return text

    def header(self, role: str) -> list[int]:
        """Return the tokens that open a turn."""
        return self._headers[role]

    @property
    def newline(self) -> list[int]:
        """The tokens between the end of a turn and the next."""
        return self._newline

    def turn(self, role: str, content: str) -> list[int]:
        """Return the tokens of a whole turn."""
        return [*self._headers[role], *self.plain(content), self.end, *self._newline]


class Conversation:
    """The tokens of one dialogue.

    Attributes:
        ids: token ids from the system message on.
        mask: 1 where the assistant's turn was sampled (or is to be learned), 0 where it was given.
        logprobs: log-probability at which each sampled token was drawn; 0 elsewhere.
        prompt_length: tokens before the first of the assistant's own; 0 until there is one.
    """

    def __init__(self, chat: ChatTokens, tools: Sequence[Tool]) -> None:
        self.chat = chat
        self.ids: list[int] = []
        self.mask: list[int] = []
        self.logprobs: list[float] = []
        self.prompt_length = 0
        self._given(chat.turn("system", chat.format.system(tools)))

    def add(self, message: Message) -> None:
        """Append a message that is given: the user's, or a tool's result."""
        self._given(self.chat.turn(message.role, self.chat.format.content(message)))

    def add_gold(self, message: Message) -> None:
        """Append an assistant's message that is to be learned."""
        self.open_turn()
        self.add_sampled([*self.chat.plain(self.chat.format.content(message)), self.chat.end])

    def open_turn(self) -> None:
        """Append what stands before the assistant's own tokens."""
        self._given(self.chat.header("assistant"))

    def add_sampled(self, ids: Sequence[int], logprobs: Sequence[float] | None = None) -> None:
        """Append what the policy sampled in the turn that is open, and close the turn.

        A turn that was cut before its end is closed with a given end-of-turn token.
        """
        self.prompt_length = self.prompt_length or len(self.ids)
        self.ids += ids
        self.mask += [1] * len(ids)
        self.logprobs += logprobs if logprobs is not None else [0.0] * len(ids)
        cut = not ids or ids[-1] != self.chat.end
        self._given([*([self.chat.end] if cut else []), *self.chat.newline])

    def action(self, ids: Sequence[int], complete: bool = True) -> Action:
        """Read sampled tokens as the assistant's action; a turn that was cut off is malformed."""
        text = self.chat.text(ids)
        if not complete:
            return Malformed(text=text, reason=f"the turn did not end within {len(ids)} tokens")
        return self.chat.format.parse(text)

    def _given(self, ids: Sequence[int]) -> None:
        self.ids += ids
        self.mask += [0] * len(ids)
        self.logprobs += [0.0] * len(ids)


def encode_dialogue(chat: ChatTokens, tools: Sequence[Tool], messages: Sequence[Message]) -> Conversation:
    """Write a finished dialogue; every message of the assistant is to be learned."""
    conversation = Conversation(chat, tools)
    for message in messages:
        if message.role == "assistant":
            conversation.add_gold(message)
        elif message.role != "system":
            conversation.add(message)
    return conversation


def encode_prompt(chat: ChatTokens, tools: Sequence[Tool], messages: Sequence[Message]) -> Conversation:
    """Write a dialogue so far, with the assistant's turn open at its end; nothing is to be learned."""
    conversation = Conversation(chat, tools)
    for message in messages:
        if message.role != "system":
            conversation.add(message)
    conversation.open_turn()
    return conversation
