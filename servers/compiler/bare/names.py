"""The name of a bare tool, taken apart: verb, noun, and what follows the prepositions (rule B2)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from inftool.servers.compiler.bare.telling import tells_action, tells_asking, told_verb
from inftool.servers.compiler.drafts import argument_schema
from inftool.servers.compiler.words import VerbKind, is_plural, singular_phrase, split, verb_kind, word_set
from inftool.specs.spec import JsonSchema, ToolSpec

_PREPOSITIONS = word_set("by for of in from to with on at as using via and into within per under between about across")
_FILLERS = word_set(
    "a an the all my your our new existing specific given single current multiple several any this user's own available"
)
FACETS = word_set(
    "detail details info information profile record object metadata entry data full summary status sheet overview"
)
"""Words after a noun that say how much of it is shown, and are no part of what it is called."""
_PHRASES = {
    ("log", "in"): "login", ("sign", "in"): "login", ("log", "out"): "logout", ("sign", "out"): "logout",
    ("sign", "up"): "signup", ("log", "on"): "login", ("log", "off"): "logout", ("sign", "off"): "logout",
    ("check", "in"): "checkin", ("check", "out"): "checkout", ("top", "up"): "topup", ("turn", "on"): "enable",
    ("turn", "off"): "disable", ("switch", "on"): "enable", ("switch", "off"): "disable", ("power", "on"): "enable",
    ("power", "off"): "disable", ("opt", "in"): "enable", ("opt", "out"): "disable", ("look", "up"): "lookup",
    ("shut", "down"): "stop", ("set", "up"): "create", ("cash", "out"): "withdraw", ("back", "up"): "archive",
    ("clock", "in"): "start", ("clock", "out"): "stop", ("pick", "up"): "collect", ("fill", "up"): "fill",
}  # fmt: skip
_PHRASES |= {
    ("call", "off"): "cancel", ("put", "off"): "postpone", ("send", "back"): "return", ("give", "back"): "return",
    ("bring", "back"): "return", ("hand", "back"): "return", ("take", "back"): "return", ("pay", "off"): "repay",
    ("close", "down"): "close", ("switch", "over"): "switch",
}  # fmt: skip
_MORE_VERBS: dict[VerbKind, str] = {
    "read": "display lookup whoami peek track monitor query locate obtain access",
    "create": "log record file report apply enroll reserve request purchase open write publish upload rent hire donate "
    "host propose plan tweet repost note message dispatch raise append install initiate launch plant craft build "
    "lodge bid borrow prescribe refer",
    "update": "adjust alter correct amend revise rebook reprice rate",
    "delete": "cancel discard unbook",
    "auth": "signup",
    "action": "topup fund load unload checkin checkout collect switch turn sell trade contact",
    "compute": "forecast simulate measure count sum average",
}
_EXTRA: dict[str, VerbKind] = {verb: kind for kind, verbs in _MORE_VERBS.items() for verb in verbs.split()}
_ACCESS = re.compile(r"\b(?:log|sign|authent|session|password|credential)", re.IGNORECASE)
_SHOWN = word_set("open report note record log file schedule order book display print load")
"""Verbs of names that only ask where the description says so: ``open_outing``, "Show one outing"."""
_PARTICLES = word_set("in out on off up down over back away at")
_ASKED = frozenset(("read", "list", "search", "compute"))
_KINDS_OF_ROWS = ("read", "list", "search", "delete", "update")
_BEGINNINGS = ("re", "un", "dis", "de", "mis", "over", "post", "out", "with", "inter")
"""How verbs begin, of those that are in no list."""
_DESCRIBED = re.compile(r"^\W*(?:this (?:tool|function|method|endpoint)\s+)?([A-Za-z]+)")


@dataclass
class Named:
    """A tool with its name taken apart."""

    tool: ToolSpec
    verb: str = ""
    kind: VerbKind | None = None
    noun: tuple[str, ...] = ()
    """The object as it stands, without fillers: ``("order", "items")``."""
    rest: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By preposition: the words that follow it."""
    leads: bool = False
    """Whether its name begins with a verb of the lexicon."""
    spoken: bool = False
    """Whether the verb is the description's, since the name has none."""

    @property
    def plural(self) -> bool:
        """Whether several are spoken of."""
        return bool(self.noun) and is_plural(self.noun[-1]) and self.noun[-1] not in FACETS

    @property
    def single(self) -> tuple[str, ...]:
        """The noun in the singular, without words such as ``details`` at its end."""
        words = self.noun
        while len(words) > 1 and words[-1] in FACETS:
            words = words[:-1]
        return singular_phrase(words)

    @property
    def arguments(self) -> list[str]:
        """All arguments, in their order."""
        return list(self.tool.input_schema.get("properties") or {})

    @property
    def required(self) -> list[str]:
        """The arguments that every call gives."""
        held = self.tool.input_schema.get("properties") or {}
        return [name for name in self.tool.input_schema.get("required") or () if name in held]

    def schema(self, argument: str) -> JsonSchema:
        """Return the schema of an argument."""
        return argument_schema(self.tool, argument)

    def type(self, argument: str) -> str:
        """Return the JSON type of an argument, ``""`` where it may be anything."""
        kind = self.schema(argument).get("type")
        if isinstance(kind, list):
            kind = next((k for k in kind if k != "null"), None)
        return kind if isinstance(kind, str) else ""


def kind_of(verb: str) -> VerbKind | None:
    """Return what a verb of a bare tool asks for."""
    return _EXTRA.get(verb) or verb_kind(verb)


def take_apart(tools: Sequence[ToolSpec]) -> dict[str, Named]:
    """Take the names of a list of tools apart; a first word that most share is the server's and is passed over."""
    prefix = _shared_prefix([split(tool.annotations.get("spoken", tool.name)) for tool in tools])
    found = {tool.name: named(tool, prefix, tool.annotations.get("spoken")) for tool in tools}
    nouns = {one.single for one in found.values() if one.kind in _KINDS_OF_ROWS and one.noun}
    for one in found.values():
        _turn_round(one, nouns, prefix)
    return found


def _turn_round(one: Named, nouns: set[tuple[str, ...]], prefix: str | None) -> None:
    """Take a first word that is no known verb for the verb, where other tools show the rest to be a noun.

    ``saw_order`` beside ``get_order`` is no order of a saw, and ``reschedule_visit`` beside ``get_visit`` no reading of
    a visit.
    """
    words = _joined(split(one.tool.annotations.get("spoken", one.tool.name)))
    words = words[1:] if prefix is not None and len(words) > 1 and words[0] == prefix else words
    if len(words) == 2 and words[1] in FACETS and words[:1] in nouns and one.kind == "create":
        one.verb, one.kind, one.noun, one.rest = "get", "read", words, {}
        return
    if len(words) < 2 or kind_of(words[0]) is not None or singular_phrase(words) in nouns:
        return
    rest = singular_phrase(words[1:])
    middle = one.verb == words[1] and len(words) > 2 and kind_of(words[0]) is None
    ordered = middle or (one.verb == words[-1] and len(words) == 2 and one.kind == "create")
    verbal = one.kind is None and len(words[0]) > 5 and words[0].startswith(_BEGINNINGS)
    if rest in nouns and len(one.required) > 0 and (ordered or verbal):
        one.verb, one.kind, one.noun, one.rest, one.spoken = words[0], "action", words[1:], {}, False


def named(tool: ToolSpec, prefix: str | None = None, name: str | None = None) -> Named:
    """Take one tool's name apart: the verb is first, else second, else last, else the description's."""
    words = _joined(split(name or tool.name))
    if prefix is not None and len(words) > 1 and words[0] == prefix:
        words = words[1:]
    result, whole = Named(tool), words
    at = _verb_place(words)
    acted = _acted(words, tool.description or tool.title)
    if tool.annotations.get("readOnlyHint") is True:
        acted = False
    if acted and (at is None or at > 0):
        result.verb, result.kind, words = words[0], "action", words[1:]
    elif at is not None:
        result.verb, result.kind = words[at], kind_of(words[at])
        words = words[at + 1 :] if at == 0 else (*words[:at], *words[at + 1 :])
    elif (said := _described_verb(tool.description or tool.title)) is not None:
        result.verb, result.kind, result.spoken = said, kind_of(said), True
    _read_noun(result, words)
    _heed_description(result, whole)
    if result.kind == "auth" and result.noun[-1:] in (("status",), ("state",)):
        result.kind, result.noun, result.verb = "read", (result.verb, *result.noun), "get"
    secret = any(split(a)[-1:] in (("password",), ("pin",), ("passcode",)) for a in result.arguments)
    known = secret or not (result.noun or result.required)
    if result.kind == "auth" and not known and tool.description and not _ACCESS.search(tool.description):
        result.kind, result.verb = "action", told_verb(tool.description) or result.verb
    if tool.annotations.get("readOnlyHint") is True and result.kind not in ("read", "list", "search", "compute"):
        result.kind = "read"
    return result


def _heed_description(result: Named, words: Sequence[str]) -> None:
    """Let the description say whether a tool acts or asks, where no verb of the lexicon leads its name (rule B2)."""
    text = result.tool.description
    leads = bool(words) and kind_of(words[0]) not in (None, "compute")
    result.leads = leads
    if not leads and (result.kind is None or result.spoken or result.kind in _ASKED) and tells_action(text):
        result.kind, result.verb, result.spoken = "action", told_verb(text), True
        if len(words) > 1 or result.required:
            after = next((at for at, word in enumerate(words[1:], 1) if word not in _PARTICLES), len(words))
            result.verb, result.noun, result.rest = words[0], (), {}
            _read_noun(result, words[after:])
    elif not leads and len(words) > 1 and result.kind not in (None, *_ASKED) and tells_asking(text):
        result.kind, result.verb, result.rest = "read", "get", {}
        _read_noun(result, words)
    elif result.verb == "open" and tells_asking(text) and result.noun and is_plural(result.noun[-1]):
        result.kind, result.verb, result.noun = "list", "list", (result.verb, *result.noun)
    elif result.verb in _SHOWN and tells_asking(text) and result.noun and " and " not in text.split(".")[0]:
        result.kind, result.verb = "read", "get"


def _joined(words: Sequence[str]) -> tuple[str, ...]:
    """Join verbs of two words: ``log in`` → ``login``."""
    if tuple(words[:2]) in _PHRASES:
        return (_PHRASES[words[0], words[1]], *words[2:])
    if len(words) > 2 and words[0] in ("turn", "switch", "power", "opt") and words[-1] in ("on", "off", "in", "out"):
        return (_PHRASES.get((words[0], words[-1]), words[0]), *words[1:-1])
    return tuple(words)


def _verb_place(words: Sequence[str]) -> int | None:
    places = (0, 1, len(words) - 1) if len(words) > 2 else (0, len(words) - 1)
    for place in places:
        if 0 <= place < len(words) and kind_of(words[place]) is not None:
            return place
    return None


def _acted(words: Sequence[str], description: str) -> bool:
    """Whether the name begins with a verb that is in no list, as the description shows: ``Insures a ...``."""
    found = _DESCRIBED.match(description)
    if found is None or not words or kind_of(words[0]) is not None or len(words[0]) < 3 or words[0].endswith("ing"):
        return False
    told = found.group(1).lower()
    return told in (words[0], words[0] + "s", words[0] + "es", words[0].removesuffix("y") + "ies")


def _described_verb(description: str) -> str | None:
    """Return the verb that a description begins with, in its plain form: ``Retrieves the ...`` → ``retrieve``."""
    found = _DESCRIBED.match(description)
    if found is None:
        return None
    word = found.group(1).lower()
    endings = [word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"]
    if word in ("return", "returns"):
        return "get"
    return next((form for form in endings if kind_of(form) is not None), None)


def _read_noun(result: Named, words: Sequence[str]) -> None:
    noun: list[str] = []
    preposition = ""
    for position, word in enumerate(words):
        if word in _PREPOSITIONS and (noun or preposition or position == 0):
            preposition = word
            result.rest.setdefault(word, ())
        elif preposition:
            if word not in _FILLERS:
                result.rest[preposition] = (*result.rest[preposition], word)
        elif word not in _FILLERS:
            noun.append(word)
    result.noun = tuple(noun)


def _shared_prefix(names: Sequence[tuple[str, ...]]) -> str | None:
    firsts = Counter(words[0] for words in names if len(words) > 1)
    if not firsts:
        return None
    word, count = firsts.most_common(1)[0]
    return word if count >= 2 and count * 5 >= len(names) * 3 and kind_of(word) is None else None
