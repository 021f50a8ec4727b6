"""What a profile is: data about the names of its tools and arguments, and one small function for each action."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from inftool.servers.program import Entity, ProfileOperation
from inftool.servers.runtime.machine import Machine
from inftool.servers.runtime.session import Row, SeedRow, Session

RoleType = Literal["text", "whole", "number", "flag", "list", "object", "any"]


def word_set(text: str) -> frozenset[str]:
    """Split a table of words as it is written in the source, for look-up."""
    return frozenset(text.split())


@dataclass(frozen=True)
class Outcome:
    """What an action found or did, before it is put into the tool's declared form."""

    named: Mapping[str, Any] = field(default_factory=dict)
    """What there is to tell, by name; the first is what the action is for."""
    text: str = ""
    """The same as one text, for answers that are a single string."""


Act = Callable[[Session, Row], Outcome]
"""Does one action: (session, values by role) → outcome. Raises a Refusal where it fails by the rules."""


DeepAct = Callable[[Machine, Session, Row], Outcome]
"""The same with the program's machine: (machine, session, values by role) → outcome."""
Bind = Callable[
    [Sequence[ProfileOperation], Mapping[str, Entity], Mapping[str, Sequence[Mapping[str, Any]]]],
    tuple[dict[str, dict[str, Any]], dict[str, Entity]],
]
"""Tells which entities the operations of a profile speak of: (its operations, entities, known rows) → (constants to add
by tool, entities that get further fields)."""


@dataclass(frozen=True)
class Role:
    """A parameter of actions, and how tools spell it."""

    type: RoleType
    spellings: str
    """Argument names in lower case without separators, with spaces between."""
    ends: str = ""
    """Last words of arguments that are taken too, where they are no other role's: ``id`` for ``book_id``."""

    @cached_property
    def names(self) -> frozenset[str]:
        """The spellings, for look-up."""
        return word_set(self.spellings)


@dataclass(frozen=True)
class Hint:
    """Words of a description that settle a parameter of an action."""

    pattern: str
    role: str
    value: Any


@dataclass(frozen=True)
class Action:
    """One thing that a profile can do."""

    name: str
    phrases: str
    """How tools are called: ``read/get text? file, cat``. A slash stands between words of which one is there, a
    question mark after a word that may be missing, a comma between phrases, and a star for any word but those in
    :attr:`never`; fillers and plurals are left out."""
    act: Act | None = None
    deep: DeepAct | None = None
    """In place of :attr:`act`, for an action that also works on rows of the program's entities."""
    needs: str = ""
    """Roles that a tool must have an argument for."""
    takes: str = ""
    """Roles that it may have one for."""
    one_of: str = ""
    """Roles of which it must have an argument for one or more."""
    said: str = ""
    """What the description must say, where the name alone could mean something else."""
    never: str = ""
    """Words that a star does not stand for."""
    constants: Mapping[str, Any] = field(default_factory=dict)
    hints: Sequence[Hint] = ()
    beside: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By another action: constants that hold where a tool for that is there too."""
    more: bool = False
    """Whether all further arguments are taken along, under roles that begin with ``extra:``."""
    counts_out: bool = False
    """Whether it tells of several, which the last noun of a tool's name may be the name of: ``list_notes``."""
    same_as: str = ""
    """An action whose first part is called the same."""
    anchor: bool = False
    """Whether it tells this domain from all others."""
    writes: bool = True

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches the words of a tool's name, each with a space after it."""
        return phrase_pattern(self.phrases, self.never)


def phrase_pattern(phrases: str, never: str = "") -> re.Pattern[str]:
    """Return the pattern of phrases as in :attr:`Action.phrases`, where stars do not stand for words of ``never``."""
    return re.compile("|".join(_phrase(part, never) for part in phrases.split(",")))


def _phrase(text: str, never: str) -> str:
    any_word = rf"(?!(?:{'|'.join(never.split())}) )\S+" if never else r"\S+"
    parts = []
    for word in text.split():
        optional = word.endswith("?")
        plain = (option.rstrip("?") for option in word.split("/"))
        options = "|".join(any_word if option == "*" else re.escape(option) for option in plain)
        parts.append(f"(?:(?:{options}) ){'?' if optional else ''}")
    return "".join(parts)


@dataclass(frozen=True)
class Profile:
    """A domain."""

    name: str
    """Also the name that its rows are kept under in the session."""
    title: str
    """What a person calls it: ``a file system with a working directory``."""
    roles: Mapping[str, Role]
    actions: Sequence[Action]
    seed: Callable[[int], Iterable[SeedRow]]
    """The rows that a server starts with, by seed."""
    keep: Callable[[Sequence[Row]], Iterable[SeedRow]]
    """Turn rows given from outside, in the form of :attr:`place`, into stored ones; the ill-formed are left out."""
    place: Callable[[str, Any, Sequence[ProfileOperation]], list[Row] | None]
    """Read a part of a state document: (its name, its value, the profile's operations) → rows, or None where it is not
    of this domain."""
    least: int = 3
    """Tools that must be of this domain before any is taken for it."""
    core: str = ""
    """Actions of which one must be there: folders alone, without files, are no file system."""
    synonyms: Mapping[str, str] = field(default_factory=dict)
    """Words that stand for words of the phrases in lists that are mostly of this domain: notes for files."""
    signs: str = ""
    """Actions that only this domain has: with one of them, or an argument as in :attr:`telling`, synonyms are read."""
    telling: str = ""
    """Words of arguments that only this domain has."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """By part of an outcome: the role of the same meaning, whose argument says what the list calls it."""
    echoed: str = ""
    """Roles whose arguments an answer repeats, where a tool declares none."""
    bind: Bind | None = None
    """For a profile that also works on rows of other tools' entities."""
    stores: bool = False
    """Whether the words that names begin with tell of several stores beside each other; they come as ``store``."""

    @cached_property
    def by_name(self) -> dict[str, Action]:
        """The actions by name."""
        return {action.name: action for action in self.actions}
