"""Words of names: splitting identifiers, singular and plural, and what a verb asks for (verb lexicon)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

VerbKind = Literal["create", "read", "list", "search", "update", "delete", "action", "auth", "compute", "upload"]


def word_list(text: str) -> list[str]:
    """Split a table of words as it is written in the source."""
    return text.split()


def word_set(text: str) -> frozenset[str]:
    """Split a table of words as it is written in the source, for look-up."""
    return frozenset(text.split())


UNCOUNTABLE = word_set(
    "analytics chaos data equipment feedback firmware hardware info information inventory media merchandise metadata "
    "money music news physics progress series software species staff traffic weather"
)
_TOKEN = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")
_GLUED = {("o", "auth"): "oauth", ("o", "auth2"): "oauth2", ("i", "ds"): "ids", ("e", "mail"): "email"}

_IRREGULAR = {
    "aliases": "alias", "analyses": "analysis", "axes": "axis", "bases": "base", "biases": "bias", "buses": "bus",
    "calves": "calf", "canvases": "canvas", "children": "child", "cookies": "cookie", "crises": "crisis",
    "criteria": "criterion", "feet": "foot", "geese": "goose", "gases": "gas", "halves": "half", "hypotheses":
    "hypothesis", "indices": "index", "knives": "knife", "leaves": "leaf", "lives": "life", "matrices": "matrix",
    "men": "man", "mice": "mouse", "movies": "movie", "people": "person", "quizzes": "quiz", "selfies": "selfie",
    "shelves": "shelf", "teeth": "tooth", "theses": "thesis", "thieves": "thief", "vertices": "vertex", "wives":
    "wife", "wolves": "wolf", "women": "woman", "zombies": "zombie", "shoes": "shoe", "toes": "toe", "lenses": "lens",
    "atlases": "atlas", "parentheses": "parenthesis", "diagnoses": "diagnosis", "caches": "cache", "headaches":
    "headache", "axles": "axle", "calories": "calorie", "categories": "category", "genies": "genie",
    "bookshelves": "bookshelf", "heroes": "hero", "potatoes": "potato", "tomatoes": "tomato", "echoes": "echo",
    "vetoes": "veto",
}  # fmt: skip
_PLURALS = {single: many for many, single in _IRREGULAR.items()}
_E_BEFORE_S = ("houses", "causes", "clauses", "pauses", "spouses", "excuses", "abuses", "reuses")
_SINGULAR_IN_AS_OS = word_set(
    "alias atlas bias canvas cosmos gas kudos pancreas pos sos christmas pajamas dns sms gps os"
)
_PLURAL_IN_US_IS = word_set("menus gnus emus cpus gpus skus taxis kpis apis guis emojis safaris uris bikinis")

_LEXICON: dict[VerbKind, str] = {
    "create": "create add new insert register book place post send compose draft schedule invite comment reply submit "
    "store save buy order provision make",
    "read": "get read show view fetch retrieve describe inspect details head",
    "list": "list ls enumerate all browse",
    "search": "search find query lookup filter grep match discover",
    "update": "update edit set modify patch change rename replace put",
    "delete": "delete remove rm drop destroy erase",
    "auth": "login logout signin signout authenticate authorize authorise logoff logon",
    "compute": "calculate compute convert estimate validate encode decode hash translate parse round verify preview "
    "compare explain autocomplete geocode render check predict summarize analyze analyse detect test ping echo "
    "recommend suggest diff",
    "upload": "upload download import export attach",
    "action": "start stop pause resume open close reopen lock unlock approve reject accept decline cancel void archive "
    "unarchive restore complete finalize publish unpublish activate deactivate suspend expire refund capture confirm "
    "enable disable toggle mark assign unassign move merge link unlink tag untag sort clear purge forget revoke follow "
    "unfollow favorite favourite unfavorite like unlike star unstar subscribe unsubscribe share fork clone copy "
    "duplicate append fill transfer deposit withdraw pay charge refuel play seek skip next previous shuffle repeat "
    "generate regenerate rotate reset refresh retry run execute trigger invoke sync rebuild reindex swap block unblock "
    "mute unmute pin unpin join leave kick ban unban press click navigate process install uninstall deploy rollback "
    "scale restart kill rerun reorder release return redeem apply notify ship deliver fulfill issue commit "
    "batch undo redo touch bulk detach connect disconnect vote upvote downvote rate react append promote demote "
    "snooze renew extend upgrade downgrade checkout acknowledge ack resolve escalate reassign unset "
    "think write evaluate abort terminate request "
    "trash untrash undelete ignore reactivate reinstate unsuspend freeze unfreeze hold unhold dismiss hide unhide "
    "unflag quarantine launch reboot abandon settle unpause continue inactivate finish recover "
    "reenable bookmark unbookmark restock replenish debit topup discharge",
}
_VERBS: dict[str, VerbKind] = {verb: kind for kind, verbs in _LEXICON.items() for verb in verbs.split()}

_COMPUTED_NOUNS = word_set(
    "autocompletion autocomplete calculation conversion estimate estimation geocode lookup prediction preview "
    "quote rate recommendation suggestion translation validation verification"
)
"""Nouns of things that are worked out and not kept (``POST /verifications``); their creates are answers, not rows."""


@lru_cache(maxsize=65536)
def split(name: str) -> tuple[str, ...]:
    """Split an identifier in lower-case words: ``getHTTPResponse_v2`` → ``get http response v2``."""
    words = [token.lower() for token in _TOKEN.findall(name.replace("'", ""))]
    glued: list[str] = []
    for word in words:
        if glued and (pair := _GLUED.get((glued[-1], word))):
            glued[-1] = pair
        else:
            glued.append(word)
    return tuple(glued)


@lru_cache(maxsize=65536)
def normal(name: str) -> str:
    """Return a name without case and separators, for comparison: ``created_at`` and ``createdAt`` are equal."""
    return "".join(character for character in name.lower() if character.isalnum())


@lru_cache(maxsize=16384)
def singular(word: str) -> str:
    """Return the singular of one lower-case word; a singular stays as it is."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _PLURAL_IN_US_IS:
        return word[:-1]
    if word in UNCOUNTABLE or word in _PLURALS or len(word) < 3 or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word[:-1] if len(word) <= 4 else word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    if word.endswith("oes"):
        return word[:-2]
    if word.endswith("uses"):
        return word[:-1] if word == "uses" or word.endswith(_E_BEFORE_S) else word[:-2]
    if word.endswith(("ss", "us", "is")) or word in _SINGULAR_IN_AS_OS:
        return word
    return word[:-1]


@lru_cache(maxsize=16384)
def plural(word: str) -> str:
    """Return the plural of one lower-case singular word."""
    if word in UNCOUNTABLE or word in _IRREGULAR:
        return word
    if word in _PLURALS:
        return _PLURALS[word]
    if word.endswith("y") and len(word) > 1 and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"


def is_plural(word: str) -> bool:
    """Whether a word is a plural, or one that has none."""
    return singular(word) != word or word in UNCOUNTABLE


def singular_phrase(words: Sequence[str]) -> tuple[str, ...]:
    """Return a noun phrase with its last word in the singular: ``special events`` → ``special event``."""
    return (*words[:-1], singular(words[-1])) if words else ()


def plural_phrase(words: Sequence[str]) -> tuple[str, ...]:
    """Return a noun phrase with its last word in the plural."""
    return (*words[:-1], plural(words[-1])) if words else ()


def pascal(words: Iterable[str]) -> str:
    """Join words in Pascal case: ``order item`` → ``OrderItem``."""
    return "".join(word[:1].upper() + word[1:] for word in words)


def verb_kind(word: str) -> VerbKind | None:
    """Return what a verb asks for, or None where the word is no verb of the lexicon."""
    return _VERBS.get(word)


def is_computed(words: Sequence[str]) -> bool:
    """Whether a noun names something that is worked out and not kept, such as ``us verification``."""
    return bool(words) and singular(words[-1]) in _COMPUTED_NOUNS
