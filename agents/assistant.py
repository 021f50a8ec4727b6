"""The assistant's seat: what every policy implements, model or script or person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from inftool.agents.message import Action, Message, Tool


@runtime_checkable
class Assistant(Protocol):
    """Whoever answers the user and calls the tools."""

    def act(self, messages: Sequence[Message], tools: Sequence[Tool]) -> Action:
        """Return the next message of the assistant.

        Args:
            messages: the dialogue so far, oldest first; the last is a user's or a tool's.
            tools: the tools on offer in this episode.

        Raises:
            AssistantUnavailable: the policy could not be asked at all (an infrastructure fault, never a reward of 0).
        """
        ...


class AssistantUnavailable(Exception):
    """The policy behind an assistant cannot be reached; the message says where and what to do."""
