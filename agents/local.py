"""The ``local`` assistant: a model on this machine in the assistant's seat of one dialogue."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inftool.agents.message import Action, Message, Tool
from inftool.agents.prompt import CompactFormat

if TYPE_CHECKING:
    from inftool.agents.precision import Precision


class LocalAssistant:
    """Answers with a ``transformers`` model, asked exactly as training asks it.

    For many dialogues at once use :class:`inftool.agents.engine.Engine`.

    Args:
        model: a causal language model.
        tokenizer: its tokenizer; it must know ChatML.
        format: how tools and calls are worded.
        temperature: 0 is greedy.
        max_new_tokens: of one turn; a longer one is malformed.
        seed: of the sampling.
        precision: of the model's products.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        *,
        format: CompactFormat | None = None,
        temperature: float = 0.0,
        max_new_tokens: int = 96,
        seed: int = 0,
        precision: Precision = "auto",
    ) -> None:
        from inftool.agents.conversation import ChatTokens
        from inftool.agents.engine import Engine

        self._chat = ChatTokens(tokenizer, format)
        self._engine = Engine(model, max_seats=1, seed=seed, precision=precision)
        self._temperature = temperature
        self._max_new_tokens = max_new_tokens

    @classmethod
    def load(cls, path: Path | str = "embedded", **options: Any) -> LocalAssistant:
        """Load the embedded model, or a policy from a folder.

        Raises:
            ModelUnavailable: there is no such model.
        """
        from inftool.agents.model import load_model

        return cls(*load_model(path), **options)

    def act(self, messages: Sequence[Message], tools: Sequence[Tool]) -> Action:
        """Return the next message of the assistant."""
        from inftool.agents.conversation import encode_dialogue

        conversation = encode_dialogue(self._chat, tools, messages)
        conversation.open_turn()
        [seat] = self._engine.open([conversation.ids])
        try:
            [(ids, _)] = self._engine.generate(
                [seat],
                stop=self._chat.end,
                max_new_tokens=self._max_new_tokens,
                temperature=self._temperature,
            )
        finally:
            self._engine.release(seat)
        return conversation.action(ids, complete=ids[-1] == self._chat.end)
