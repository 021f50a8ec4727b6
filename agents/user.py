"""The user's seat: what every simulated or real user implements."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from inftool.agents.message import Message


@runtime_checkable
class UserSimulator(Protocol):
    """Whoever has the wish that an episode is about."""

    def open(self) -> str:
        """Return the first thing the user says."""
        ...

    def reply(self, message: Message) -> str | None:
        """Answer an assistant's reply (a message without calls).

        Returns:
            What the user says next, or None when the user has nothing more to say and the episode is over.

        Raises:
            SimulatorFault: the user cannot be played on (never a reward of 0).
        """
        ...


class SimulatorFault(Exception):
    """A simulated user failed by its own fault: the episode is marked, not scored."""
