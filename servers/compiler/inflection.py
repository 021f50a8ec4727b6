"""Forms of a verb by rule: participle, gerund, adjective and noun, as the names of states and fields have them (A1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from inftool.servers.compiler.words import word_set

_VOWELS = "aeiou"
_PARTICIPLES = {
    "become": "become", "begin": "begun", "bind": "bound", "bite": "bitten", "break": "broken", "bring": "brought",
    "build": "built", "buy": "bought", "catch": "caught", "choose": "chosen", "cut": "cut", "deal": "dealt", "do":
    "done", "draw": "drawn", "drive": "driven", "eat": "eaten", "feed": "fed", "find": "found", "forbid": "forbidden",
    "forget": "forgotten", "freeze": "frozen", "get": "got", "give": "given", "go": "gone", "grow": "grown", "hear":
    "heard", "hide": "hidden", "hit": "hit", "hold": "held", "keep": "kept", "lead": "led", "leave": "left", "lend":
    "lent", "let": "let", "lose": "lost", "make": "made", "meet": "met", "offset": "offset", "overdraw": "overdrawn",
    "override": "overridden", "pay": "paid", "put": "put", "quit": "quit", "read": "read", "rebuild": "rebuilt", "rent":
    "rented", "repay": "repaid", "reset": "reset", "resend": "resent", "run": "run", "see": "seen", "sell": "sold",
    "send": "sent", "set": "set", "shut": "shut", "spend": "spent", "split": "split", "steal": "stolen", "swear":
    "sworn", "take": "taken", "teach": "taught", "tell": "told", "throw": "thrown", "undo": "undone", "win": "won",
    "wear": "worn", "withdraw": "withdrawn", "withhold": "withheld", "write": "written",
}  # fmt: skip
_ADJECTIVES = {
    "activate": "active", "deactivate": "inactive", "enable": "on", "disable": "off", "hide": "invisible",
    "show": "visible", "finish": "done", "complete": "done", "publish": "public", "inactivate": "inactive",
    "favorite": "favorite", "favourite": "favourite", "solve": "solved", "finalize": "final", "finalise": "final",
    "validate": "valid", "invalidate": "invalid", "trash": "trash", "void": "void", "hold": "onhold", "lock":
    "lockedout", "wake": "awake", "sleep": "asleep",
}  # fmt: skip
_NOUNS = {
    "deny": "denial", "pay": "payment", "resolve": "resolution", "suspend": "suspension", "extend": "extension",
    "submit": "submission", "ship": "shipment", "expire": "expiration", "die": "death", "lose": "loss",
    "deliver": "delivery", "discover": "discovery", "recover": "recovery", "sell": "sale", "close": "closure",
    "fulfill": "fulfillment", "fulfil": "fulfilment", "approve": "approval", "cancel": "cancellation",
    "refuse": "refusal", "withdraw": "withdrawal", "reject": "rejection", "verify": "verification",
    "fail": "failure", "expel": "expulsion", "begin": "start", "renew": "renewal", "dispose": "disposal",
    "publish": "publication",
}  # fmt: skip
_DOUBLING = word_set(
    "ban bar begin bet blog blur cancel chat clip commit control debug defer cut dim drop enrol equip fulfil grab grip "
    "hit infer jog hop label level log map model occur omit pat permit pin plan plug prefer put quit refer refit rerun "
    "rig rip rot run set ship shut signal sit skip slam slip snap spin star stop strip submit swap tag tap tip top "
    "total transfer transmit travel trim trip unban unpin unplug untag unzip wrap zip"
)
_CLOSED = re.compile(r"[^aeiou][aeiou][bdgklmnprtvz]$")
"""Verbs that may double their last letter; which do so depends on where the stress is."""
_SINGLE_TOO = word_set("cancel label level model signal total travel fulfil enrol")


@dataclass(frozen=True)
class Forms:
    """How names speak of what a verb does; all in lower case without separators, the likeliest first."""

    verb: str
    done: tuple[str, ...]
    """What a thing is afterwards: ``cancelled canceled``, ``active activated``."""
    doing: tuple[str, ...]
    """What it is meanwhile: ``processing``."""
    deed: tuple[str, ...]
    """What the act is called: ``cancellation``, ``approval``, ``payment``."""

    @property
    def any(self) -> tuple[str, ...]:
        """Every form, and the verb itself last."""
        return tuple(dict.fromkeys((*self.done, *self.deed, *self.doing, self.verb)))


@lru_cache(maxsize=4096)
def forms(phrase: tuple[str, ...]) -> Forms:
    """Return the forms of a verb with what belongs to it: ``("cancel",)``, ``("check", "in")``."""
    if not phrase:
        return Forms("", (), (), ())
    verb, rest = phrase[0], "".join(phrase[1:])
    ends = tuple(base + rest for base in participles(verb))
    adjective = _ADJECTIVES.get(verb)
    done = (*ends, *((adjective,) if adjective and not rest else ()))
    doing = tuple(gerund + rest for gerund in _gerunds(verb))
    return Forms(verb + rest, done, doing, () if rest else _nouns(verb))


def participles(verb: str) -> tuple[str, ...]:
    """Return the past participles of a verb, in every usual spelling; one that is none stays as it is."""
    for prefix in ("un", "re", "out", "over"):
        tail = verb.removeprefix(prefix)
        if tail != verb and tail in _PARTICIPLES and verb not in _PARTICIPLES:
            return (prefix + _PARTICIPLES[tail],)
    if verb in _PARTICIPLES:
        return (_PARTICIPLES[verb],)
    if len(verb) > 4 and verb.endswith("ed"):
        return (verb,)
    if verb.endswith("e"):
        return (verb + "d",)
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return (verb[:-1] + "ied",)
    if verb in _DOUBLING:
        plain = (verb + "ed",) if verb in _SINGLE_TOO else ()
        return (verb + verb[-1] + "ed", *plain)
    if _CLOSED.search(verb):
        return (verb + "ed", verb + verb[-1] + "ed")
    return (verb + "ed",)


def _gerunds(verb: str) -> tuple[str, ...]:
    if verb in _DOUBLING:
        return (verb + verb[-1] + "ing", verb + "ing")
    if verb.endswith("e") and not verb.endswith("ee"):
        return (verb[:-1] + "ing",)
    return (verb + "ing",)


def _nouns(verb: str) -> tuple[str, ...]:
    found = [_NOUNS[verb]] if verb in _NOUNS else []
    if verb.endswith("ate"):
        found.append(verb[:-1] + "ion")
    elif verb.endswith("ete") or verb.endswith("ct") or verb.endswith("pt"):
        found.append(verb.removesuffix("e") + "ion")
    elif verb.endswith("ify"):
        found.append(verb[:-1] + "ication")
    elif verb.endswith(("ize", "ise", "irm")):
        found.append(verb.removesuffix("e") + "ation")
    elif verb.endswith("ish") or verb.endswith("end"):
        found.append(verb + "ment")
    return tuple(dict.fromkeys((*found, verb)))
