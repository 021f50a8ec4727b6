"""How a person asks: requests, references and values in words, without a language model.

A request has a *core* (``delete pet 3``; ``what is the status of pet 3``) and a style around it (plain, terse, polite,
chatty). Values are said so that they can be read back exactly; a value that nobody would say makes the task unsayable.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

from inftool.servers.compiler.words import plural_phrase, singular_phrase, split
from inftool.servers.program import Entity, Operation

STYLES = ("plain", "terse", "polite", "chatty")

_UNSPEAKABLE = re.compile(r"[0-9a-f]{12,}|[0-9a-f]{8}-[0-9a-f]{4}|[\n\r\t<>{}\\`]|https?://\S{30,}", re.IGNORECASE)
_BARE_WORD = re.compile(r"[A-Za-z0-9][\w@.+:-]*")
_NAMING = ("name", "title", "full_name", "fullname", "display_name", "username", "label", "subject", "description")
_CREATE_VERBS = frozenset(
    [
        "create",
        "add",
        "register",
        "book",
        "buy",
        "place",
        "post",
        "open",
        "schedule",
        "invite",
        "upload",
        "send",
        "order",
        "reserve",
        "submit",
        "generate",
        "insert",
    ]
)
_DELETE_VERBS = frozenset({"delete", "remove", "cancel"})
MAX_SAID = 60
"""Longest text that a user says as one value, in characters."""


class Unsayable(Exception):
    """A value or a request that no person would say; the message is the reason that rejects are counted by."""


def label(name: str) -> str:
    """Return what a person calls a field: ``customerId`` → ``customer id``."""
    found = list(split(name))
    while len(found) > 1 and found[0] in ("is", "has", "body"):
        found = found[1:]
    return " ".join("ID" if word == "id" else "URL" if word == "url" else word for word in found) or name


def plural(text: str) -> str:
    """Return a label for several: ``order item`` → ``order items``."""
    return " ".join(plural_phrase(text.split()))


def say(value: Any) -> str:
    """Say a value.

    Raises:
        Unsayable: a person would not say it (too long, markup, a hash, a deep structure).
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else repr(value)
    if isinstance(value, str):
        if not value.strip() or len(value) > MAX_SAID or _UNSPEAKABLE.search(value) or '"' in value:
            raise Unsayable("a value that nobody would say")
        return value if _BARE_WORD.fullmatch(value) and not value.endswith((".", ":", "-")) else f'"{value}"'
    if (
        isinstance(value, list)
        and value
        and len(value) <= 4
        and all(not isinstance(item, list | dict) for item in value)
    ):
        return join([say(item) for item in value])
    if (
        isinstance(value, dict)
        and 0 < len(value) <= 4
        and all(not isinstance(item, list | dict) for item in value.values())
    ):
        return "(" + ", ".join(f"{label(key)} {say(item)}" for key, item in value.items()) + ")"
    raise Unsayable("a value too complex to say")


def join(parts: Sequence[str]) -> str:
    """Join parts as in a sentence: ``a, b and c``."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def article(noun: str) -> str:
    """Return ``a`` or ``an`` before ``noun``."""
    first = noun.split()[0].lower() if noun.split() else ""
    vowel = first[:1] in "aeiou" and not first.startswith(("uni", "use", "user", "euro", "one"))
    return f"an {noun}" if vowel else f"a {noun}"


def naming_field(entity: Entity) -> str | None:
    """Return the field that a person would name a row by, if there is one."""
    for name in _NAMING:
        for field, spec in entity.fields.items():
            if "_".join(split(field)) == name and spec.schema_.get("type") == "string" and "enum" not in spec.schema_:
                return field
    return None


def reference(entity: Entity, field: str, value: Any) -> str:
    """Say which row is meant: ``pet 3``, ``the user jane``, ``the pet called "Bella"``."""
    said = say(value)
    if field == naming_field(entity) and field != entity.key:
        known = split(field)[-1]
        by = {"name": "called", "title": "titled"}.get(known, f"with {label(field)}")
        return f"the {entity.label} {by} {said}"
    if field == entity.key:
        return (
            f"{entity.label} {said}"
            if isinstance(value, int) or any(c.isdigit() for c in said)
            else f"the {entity.label} {said}"
        )
    return f"the {entity.label} with {label(field)} {said}"


def verb(operation: Operation) -> str:
    """Return the operation's own verb where a person would use it, else the plain one for its kind."""
    known = _CREATE_VERBS if operation.kind == "create" else _DELETE_VERBS
    for text in (operation.title, operation.tool):
        first = next(iter(split(text)), "")
        if first in known:
            return first
    return "create" if operation.kind == "create" else "delete"


def assignments(values: dict[str, Any]) -> str:
    """Say fields and their values: ``name Bella, price 3 and status sold``."""
    return join([f"{_counted(name, value)} {say(value)}" for name, value in values.items()])


def _counted(name: str, value: Any) -> str:
    """Return a field's label, in the singular for a list of one."""
    one = isinstance(value, list) and len(value) == 1
    return " ".join(singular_phrase(label(name).split())) if one else label(name)


def command(core: str, style: str, rng: random.Random) -> str:
    """Say an imperative (``delete pet 3``) in a style."""
    if style == "terse":
        return core
    if style == "polite":
        return rng.choice((f"Could you {core}, please?", sentence(f"please {core}"), f"Would you {core} for me?"))
    if style == "chatty":
        return rng.choice(
            (
                f"Hi! I'd like you to {core}. Thanks!",
                f"Hey, can you {core} for me? Thank you.",
                sentence(f"Hello there, I need you to {core}"),
            )
        )
    return sentence(core)


def question(what: str, style: str, rng: random.Random, plural: bool = False) -> str:
    """Ask for ``what`` (``the status of pet 3``) in a style."""
    be = "are" if plural else "is"
    if style == "terse":
        return f"{what.removeprefix('the ')}?"
    if style == "polite":
        return rng.choice((f"Could you tell me {what}, please?", f"Please tell me {what}.", f"May I know {what}?"))
    if style == "chatty":
        return rng.choice(
            (
                f"Hi! I was wondering what {what} {be}.",
                f"Hey, do you know what {what} {be}?",
                f"Hello, I need to know {what}.",
            )
        )
    return rng.choice((f"What {be} {what}?", f"Tell me {what}.", f"I need {what}."))


def sentence(text: str) -> str:
    """Return ``text`` as a sentence that ends in one full stop."""
    ends = text.endswith((".", "!", "?", '."', '!"', '?"'))
    return capital(text) if ends else capital(text) + "."


def capital(text: str) -> str:
    """Return ``text`` with its first letter in upper case."""
    return text[:1].upper() + text[1:]


DONE = "Done."
"""What the gold says after a change. One form: a policy should spend its learning on calls, not on phrasing."""

REFUSAL = "I can't do that with the tools I have."
"""What the gold says when no tool fits."""

ERRANDS = (
    "Book a table for {number} at an Italian restaurant tonight.",
    "What will the weather be like in {city} tomorrow?",
    "Order me a taxi to the airport in {city}.",
    "Convert {number} miles to kilometres for me.",
    "Set an alarm for {number} minutes from now.",
    'Translate "good morning" into French, please.',
    "Find me a cheap flight from {city} to Oslo.",
    "Play some jazz in the living room.",
    "Turn on the lights in the kitchen.",
    "How do I get from {city} to Lisbon by train?",
    "Transfer {number} dollars to my savings account.",
    "What is the square root of {number}?",
)
"""Wishes of everyday life, for tasks in which no tool on offer fits."""
CITIES = ("Berlin", "Nairobi", "Kyoto", "Toronto", "Lima", "Porto")
