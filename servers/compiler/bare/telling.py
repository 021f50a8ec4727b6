"""What the first sentence of a description says that a tool does: ask or act, add or take, mark (rules B2, A)."""

from __future__ import annotations

import re
from functools import lru_cache

from inftool.servers.compiler.inflection import participles
from inftool.servers.compiler.words import split, verb_kind, word_set

_FIRST = re.compile(
    r"^\W*(?:this (?:tool|function|method|endpoint)\s+)?([A-Za-z]+)\s+(?:(?:back|in|out|up|down|off|on|away|over)\s+)?"
    r"(?:(?:for|from|into|to|out of|off|as|on|at)\s+)?(?:a|an|the|your|my|our|all|any|each|every|one|another|more|some|"
    r"new|it|somebody|someone|what|who|whether|how|people|money|(?:\w+ ){1,2}(?:of|to|from|into|out|on|off|in|up|down|"
    r"as|by|at|for|a|an|the|its|their)|\w+\.?$)\b",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"^\W*(?:this (?:tool|function|method|endpoint)\s+)?[A-Za-z]+\s+(?:a|an|the|your|my|our|all|any|each|every|one|"
    r"another|more|some|new|it|somebody|someone|people|money)\b|^\W*[A-Za-z]+s\s+(?:\w+ ){1,2}(?:a|an|the|to|into|from|"
    r"out|off|on)\b",
    re.IGNORECASE,
)
_MOVING = word_set("lay pick put take bring move hand let lift pull push pump pour fill throw send carry lead go turn")
_ASKED = word_set(
    "return returns show shows list lists get gets find finds look looks display displays tell tells give gives check "
    "checks see sees read reads retrieve retrieves fetch fetches search searches view views describe describes report "
    "reports count counts estimate estimates calculate calculates compute computes quote quotes preview previews"
)
_NO_VERBS = word_set(
    "how who what where when which whether whose the a an all details detail information info list status summary "
    "number current overview history names prices price is are does current this your my every each only total"
)
_MORE = word_set("add put place receive deposit deliver load restock pour fill credit return book insert enter push")
_LESS = word_set(
    "take remove withdraw draw issue consume use spend deduct subtract dispense ship pull unload debit drop strike "
    "cut sell clear"
)
_TAKING = re.compile(r"\b(?:out of|off|away|from)\b", re.IGNORECASE)
_PUTTING = re.compile(r"\b(?:to|into|in|onto|on|up|back)\b", re.IGNORECASE)
_NOT_SET = word_set(
    "set sets change changes update updates replace replaces edit edits correct corrects adjust adjusts"
)
_MARKS = re.compile(
    r"\b(?:marks?|flags?|counts?|labels?|registers?|records?|reports?|declares?|sets?|moves?|puts?|records?)\b[^.]{0,60}?"
    r"\b(?:as|to be|to)\s+(?:being\s+|been\s+|status\s+)?(not\s+)?[\"'`]?([a-z][a-z_ -]{2,30}?)[\"'`]?(?=[.,;:]|"
    r"\s+(?:by|at|in|on|with|and|so|again|for|to|which|that|if)\b|$)",
    re.IGNORECASE,
)
_SHOWING = word_set("show shows list lists display displays find finds retrieve retrieves fetch fetches")
_ENDS = word_set(
    "leave end stop close lift cancel undo clear reset quit remove drop shut disable deactivate release unset"
)


@lru_cache(maxsize=4096)
def told_verb(description: str) -> str:
    """Return the verb that a description begins with, in its plain form; ``""`` where it begins with none."""
    found = _FIRST.match(description)
    word = found.group(1).lower() if found is not None else ""
    if not word or word in _NO_VERBS or verb_kind(word) in ("read", "list", "search"):
        return word if word in _ASKED or verb_kind(word) in ("read", "list", "search") else ""
    plain = _plain(word)
    if _STRONG.match(description) is None and verb_kind(plain) is None and plain not in _MORE | _LESS | _ENDS | _MOVING:
        return ""
    return plain


def _plain(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def tells_action(description: str) -> bool:
    """Whether a description begins with a verb that changes something: ``Takes a boat out of the water``."""
    verb = told_verb(description)
    if not verb:
        return False
    if verb in ("return", "give"):
        return (
            re.match(r"^\W*\w+\s+(?:a|an|the)\s+\w+(?:\s\w+)?\s+(?:to|back)\b", description, re.IGNORECASE) is not None
        )
    return (
        verb not in _ASKED and f"{verb}s" not in _ASKED and verb_kind(verb) not in ("read", "list", "search", "compute")
    )


def tells_asking(description: str) -> bool:
    """Whether a description begins with a verb that only asks: ``Lists tickets that are not collected``."""
    words = split(description[:40])
    return bool(words) and words[0] in _SHOWING


@lru_cache(maxsize=4096)
def direction(description: str) -> int:
    """Return 1 where the first sentence speaks of more of something, -1 of less, 0 where it does not tell."""
    verb = told_verb(description)
    sentence = description.split(".")[0]
    if re.search(r"\bmore\b", sentence) is not None and verb not in _ASKED:
        return 1
    if re.search(r"\b(?:another|different|new|next)\b", sentence) is not None:
        return 0
    if verb in _MOVING - _MORE:
        out, back = _TAKING.search(sentence), _PUTTING.search(sentence)
        if out is not None:
            return -1
        return 1 if back is not None and verb != "take" else -1 if verb == "take" else 0
    if verb in _MORE:
        return 1
    return -1 if verb in _LESS else 0


def sets(description: str) -> bool:
    """Whether a description says that a value is set as it is sent."""
    return told_verb(description) in _NOT_SET


@lru_cache(maxsize=4096)
def marked(description: str) -> tuple[tuple[str, ...], bool] | None:
    """Return what a description says its row is marked as: the words, and whether it is so from then on."""
    found = _MARKS.search(description.split(". ")[0])
    if found is None:
        return None
    words = tuple(word for word in split(found.group(2)) if word not in ("the", "a", "an"))
    return (words, not found.group(1)) if words and len(words) <= 3 else None


def ends_something(description: str) -> bool:
    """Whether the first sentence speaks of the end of something: ``Ends the freeze``."""
    return told_verb(description) in _ENDS


def same_stem(one: str, other: str) -> bool:
    """Whether two words are forms of one: ``freeze`` and ``frozen``, ``watch`` and ``watched``."""
    if one == other or other in participles(one) or one in participles(other):
        return True
    short, long = sorted((one, other), key=len)
    return (
        len(short) >= 4 and long.startswith(short) and long[len(short) :] in ("s", "ed", "d", "ing", "es", "er", "ment")
    )
