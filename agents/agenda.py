"""The scripted user: an agenda (Schatzmann et al. 2007) of a request and of facts told only when asked.

Deterministic: the same dialogue gets the same replies, so that a task can be certified by playing it.
"""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field

from inftool.agents.message import Message

_QUESTION = re.compile(
    r"\?|\b(please (provide|tell|give|specify|share|confirm|let me know)|could you|can you|what|which|who|when|where"
    r"|how (many|much|long)|i need|need to know|let me know|missing|specify|provide)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z0-9]+")
_GENERIC = frozenset({"the", "a", "an", "of", "id", "for", "to", "and", "is", "new"})


class Slot(BaseModel):
    """One thing the user knows and says only when asked for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    argument: str
    """The tool argument that it fills."""
    words: tuple[str, ...]
    """Words by which a question for it is recognised, lower case."""
    sentence: str
    """What the user says, such as ``The status is sold.``"""


class Agenda(BaseModel):
    """What a user wants, knows and tells."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request: str
    """The opening message."""
    slots: tuple[Slot, ...] = ()
    """Facts held back until asked for."""
    patience: int = Field(default=1, ge=0)
    """Questions without an answer in the agenda that the user puts up with before leaving."""


class AgendaUser:
    """Plays an :class:`Agenda`."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda = agenda
        self._untold = list(agenda.slots)
        self._patience = agenda.patience

    def open(self) -> str:
        """Return the request."""
        return self.agenda.request

    def reply(self, message: Message) -> str | None:
        """Tell what is asked for; leave when a statement comes or patience runs out."""
        if not _QUESTION.search(message.content):
            return None
        told = self._asked_for(message.content)
        if told:
            self._untold = [slot for slot in self._untold if slot not in told]
            return " ".join(slot.sentence for slot in told)
        if self._patience == 0:
            return None
        self._patience -= 1
        return (
            "I have told you all I know about that."
            if not self._untold
            else "That's not something I know. Anything else?"
        )

    def _asked_for(self, question: str) -> list[Slot]:
        """Return the untold slots that a question names; all of them if it names nothing in particular."""
        words = set(_WORD.findall(question.lower()))
        named = [slot for slot in self._untold if words & (set(slot.words) - _GENERIC)]
        if named:
            return named
        return (
            list(self._untold) if words & {"details", "detail", "information", "info", "more", "missing", "id"} else []
        )
