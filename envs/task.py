"""A task: a wish on a seeded server, the goal it stands for, and the proof that the two fit.

Tasks are data, content-addressed: equal tasks have equal ids on every machine.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from inftool.agents.agenda import Agenda
from inftool.agents.message import Message, ToolCall
from inftool.servers.restyle import origin
from inftool.servers.runtime.changes import RowChange

Kind = Literal["simple", "multiple", "sequential", "missing_parameter", "irrelevant"]
KINDS: tuple[Kind, ...] = ("simple", "multiple", "sequential", "missing_parameter", "irrelevant")


class TaskModel(BaseModel):
    """Base of the task models: closed and frozen, since a task's id is the hash of its content."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(TaskModel):
    """Something the assistant must tell the user."""

    label: str
    """What it is, such as ``status of pet 3``."""
    value: str | int | float
    """The value, in the server's own type."""


class Goal(TaskModel):
    """What must be so when the episode is over, and nothing else."""

    changes: tuple[RowChange, ...] = ()
    """The row changes that the episode must leave, up to renaming of new ids; no others are allowed."""
    facts: tuple[Fact, ...] = ()
    """What the assistant must have told the user, having seen it in a tool's result."""
    refuse: bool = False
    """The wish cannot be met with the tools on offer: the assistant must say so and call nothing."""


class Check(TaskModel):
    """One check of a certificate."""

    name: str
    passed: bool
    evidence: str = ""


class Certificate(TaskModel):
    """The record that a task was proved sound by playing it (DESIGN section 6)."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)


class Task(TaskModel):
    """One task on one program."""

    spec: str
    """Name of the program."""
    program: str
    """Digest of the program that it was certified on."""
    seed: int
    """Seed of the program's rows."""
    kind: Kind
    tools: tuple[str, ...]
    """The tools on offer, in the order shown."""
    agenda: Agenda
    gold: tuple[Message, ...]
    """The assistant's side of one correct dialogue."""
    goal: Goal
    operation: str
    """Kind of the operation that the task is about (``create``), for the gap finder."""
    difficulty: int = Field(ge=1)
    """Gold calls, plus arguments over two, plus tools on offer over four."""
    style: str = "plain"
    """How the request is worded: plain, terse, polite or chatty."""
    certificate: Certificate | None = None
    id: str = ""
    """First 16 hex digits of the SHA-256 of the rest (without the certificate)."""

    @property
    def gold_calls(self) -> tuple[ToolCall, ...]:
        """Every call of the gold, in order."""
        return tuple(call for message in self.gold for call in message.tool_calls)

    @property
    def cell(self) -> tuple[str, str, str]:
        """What the gap finder groups by: specification (whatever its naming style), kind, operation kind."""
        return (origin(self.spec), self.kind, self.operation)

    def content_id(self) -> str:
        """Return the id that the content asks for."""
        data: dict[str, Any] = self.model_dump(mode="json", exclude={"id", "certificate"})
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
