"""Prompts that a server offers to the people who use its tools: as data, so that who knows more can add some."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from inftool.servers.doors.completion import Complete, entities, keys_of_rows
from inftool.servers.doors.resources import MAX_NAMESAKES, Content
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.session import Session


class PromptError(ValueError):
    """A prompt's arguments do not fit; the message says what would be right."""


@dataclass(frozen=True)
class PromptArgument:
    """One argument of a prompt; always a text."""

    name: str
    description: str
    required: bool = False
    complete: Complete | None = None


@dataclass(frozen=True)
class Turn:
    """One message of a prompt."""

    role: Literal["user", "assistant"]
    content: str | Content
    """A text; or a picture, a sound or a resource that is put into the conversation."""


@dataclass(frozen=True)
class Written:
    """A prompt with its arguments filled in."""

    turns: tuple[Turn, ...]
    description: str = ""


@dataclass(frozen=True)
class Prompt:
    """A prompt on offer."""

    name: str
    title: str
    description: str
    write: Callable[[Session, Mapping[str, str]], Written]
    """Fills it in for a session: (session, arguments) → messages. Raises :class:`PromptError`."""
    arguments: tuple[PromptArgument, ...] = ()
    apart: bool = False
    """Whether filling it in takes long and leaves the session alone: then it is done in a thread of its own."""


def row_prompt(program: ServerProgram) -> Prompt:
    """Return the prompt that puts one row of the session into the conversation."""

    def write(session: Session, arguments: Mapping[str, str]) -> Written:
        entity, key = arguments["entity"], arguments["key"]
        rows = session.named(entity, key, MAX_NAMESAKES)
        if not rows:
            raise PromptError(f"{entity[:80]!r} has no row {key[:80]!r}")
        known = program.entities.get(entity)
        label = known.label if known else entity
        shown = "\n".join(json.dumps(row.doc, ensure_ascii=False, indent=1) for row in rows)
        text = f"This is the {label} {key} as it is now:\n\n{shown}\n\nWhat can I do with it?"
        return Written((Turn("user", text),), f"{label} {key}")

    return Prompt(
        name="show_row",
        title="Show a row",
        description="Put one row, as it is now, into the conversation.",
        write=write,
        arguments=(
            PromptArgument("entity", "What kind of row.", required=True, complete=entities(program)),
            PromptArgument("key", "The row's key.", required=True, complete=keys_of_rows("entity")),
        ),
    )
