"""What a bare tool does, by the verb and the noun of its name and its id-like argument (rules B2, B3, E8)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from inftool.servers.compiler.drafts import Draft, DraftKind, Resource, argument_schema, opaque
from inftool.servers.compiler.filters import PAGE_ARGUMENTS
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.shapes import locate_row, locate_rows, response_kind
from inftool.servers.compiler.words import (
    VerbKind,
    is_computed,
    is_plural,
    normal,
    plural,
    singular,
    singular_phrase,
    split,
    verb_kind,
    word_set,
)
from inftool.specs.spec import JsonSchema, ToolSpec

_STOPS = word_set("by for of in from to with on at as using via and into within per under between")
_FILLERS = word_set("a an the all my your new existing specific given single current multiple several")
_FACETS = word_set("detail details info information profile record object metadata entry data full")
_ID_ENDS = ("id", "key", "uuid", "slug", "number", "name", "code", "uid", "sid", "path", "url", "title")
_STRONG_ENDS = frozenset(("id", "key", "uuid", "slug", "uid", "sid"))
_PLACES = frozenset(("path", "url", "uri"))
_CODE_ARGUMENTS = word_set("query sql code command script statement expression cmd")
_MAKING = word_set("create add insert new register save store make provision")
"""Verbs whose object is what comes into being; one may book a flight, but that makes a booking."""
_VERB_NOUNS = word_set("history log logs feed timeline")


@dataclass
class _Named:
    """The name of a tool, taken apart."""

    tool: ToolSpec
    verb: str = ""
    kind: VerbKind | None = None
    words: tuple[str, ...] = ()
    """The noun as it stands, without fillers."""
    rest: tuple[str, ...] = ()
    """What follows the first preposition: ``by phone``, ``for customer``."""
    plural: bool = False
    required: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)

    @property
    def noun(self) -> tuple[str, ...]:
        """Singular noun phrase, without words such as ``details`` at its end."""
        words = self.words
        while words and words[-1] in _FACETS:
            words = words[:-1]
        return singular_phrase(words)


class FunctionReader:
    """Reads tools that have nothing but a name, a description and arguments."""

    def __init__(self, tools: Sequence[ToolSpec], schemas: Schemas) -> None:
        self._schemas = schemas
        self.resources: dict[str, Resource] = {}
        self._prefix = _shared_prefix([split(tool.name) for tool in tools])
        self._named = {tool.name: _take_apart(tool, self._prefix) for tool in tools}
        self._nouns = self._known_nouns()

    def read(self, tool: ToolSpec) -> Draft:
        """Classify one tool; what is not understood comes back as ``opaque``, with the reason."""
        named = self._named[tool.name]
        draft = self._classify(named)
        if draft.kind in ("list", "search") and tool.output_schema is not None:
            draft.located = locate_rows(tool.output_schema, self._schemas, named.noun)
            if draft.located is None and response_kind(tool, self._schemas) != "none":
                return opaque(tool, "No list of rows was found in its response.", "Q1")
        elif draft.kind != "opaque" and tool.output_schema is not None:
            draft.located = locate_row(tool.output_schema, self._schemas, named.noun)
        if draft.kind != "opaque":
            draft.rules += ["B2"]
            draft.lower(
                "medium", "Taken from the words of its name and arguments; there is no path or response to check by."
            )
            self._hint(draft, tool)
            self.resources[draft.resource].drafts.append(draft)
        return draft

    def _classify(self, named: _Named) -> Draft:
        tool, kind = named.tool, named.kind
        if kind is None:
            return opaque(tool, "No known verb in its name.")
        if kind == "auth":
            return opaque(tool, "Login, logout and tokens are not compiled yet.", "S2")
        if kind in ("action", "compute", "upload"):
            reasons = {
                "action": "Action verbs are not compiled yet.",
                "compute": "It works an answer out; computed answers are not compiled yet.",
                "upload": "Uploads, downloads and exports are not compiled yet.",
            }
            return opaque(tool, reasons[kind], "A9" if kind == "action" else "P2")
        if not named.noun:
            return opaque(tool, "Its name has a verb and no noun.", "B2")
        if kind == "create":
            return self._create(named)
        own = self._own_id(named)
        if kind in ("update", "delete"):
            return self._change(named, own)
        return self._ask(named, own)

    # -- kinds ---------------------------------------------------------------------------------------------------------

    def _create(self, named: _Named) -> Draft:
        tool = named.tool
        if is_computed(named.noun) or named.plural:
            return opaque(tool, "It works an answer out, or makes many rows at once; neither is compiled yet.")
        if not named.arguments:
            return opaque(tool, "It takes no arguments, so there is nothing to keep.")
        if {normal(argument) for argument in named.arguments} <= _CODE_ARGUMENTS:
            return opaque(tool, "Its argument is code in another language, not fields of a row.", "B8")
        if named.verb not in _MAKING and self._own_id(named) is not None:
            return opaque(tool, "It takes a row that exists, and what it makes of it is not told.")
        parents = self._parents(named, own=None)
        if not set(named.arguments) - {argument for argument, _ in parents}:
            return opaque(tool, "It only links rows that exist; links are not compiled yet.", "E7")
        draft = self._draft(named, "create", parents)
        draft.rules.append("C1")
        if not (self._evidence(named.noun) - {tool.name}):
            draft.lower("low", "No other tool speaks of these rows.")
        return draft

    def _change(self, named: _Named, own: str | None) -> Draft:
        if own is None:
            return opaque(named.tool, "No argument names the row that it works on.", "B3")
        if _type(named.tool, own) == "array":
            return opaque(named.tool, "Changes of many rows at once are not compiled yet.", "D3")
        if not self._evidence(named.noun) - {named.tool.name}:
            return opaque(named.tool, "No other tool speaks of such rows, so nothing would show the change.")
        parents = self._parents(named, own)
        draft = self._draft(named, "update" if named.kind == "update" else "delete", parents)
        draft.key = draft.key_name = own
        draft.context = self._context(named)
        draft.rules += ["B3", "U1" if named.kind == "update" else "D1"]
        return draft

    def _ask(self, named: _Named, own: str | None) -> Draft:
        tool = named.tool
        paged = any(normal(argument) in PAGE_ARGUMENTS for argument in named.arguments)
        by = named.rest[1:] if named.rest[:1] == ("by",) else ()
        if own is not None and named.kind == "read" and not paged:
            draft = self._draft(named, "read", self._parents(named, own))
            draft.key = draft.key_name = own
            draft.rules += ["R1", "B3"]
            return draft
        if own is not None and named.kind == "search" and named.required == [own] and not named.plural:
            draft = self._draft(named, "read", [])
            draft.key = draft.key_name = own
            draft.rules += ["R1", "B3"]
            return draft
        if own is not None and not named.plural:
            return opaque(tool, "It looks into one row, and what it finds there is not told.")
        if by and named.kind in ("read", "search"):
            return self._by_field(named, by)
        if is_computed(named.noun):
            return opaque(tool, "It works an answer out; computed answers are not compiled yet.", "P2")
        others = self._parents(named, own)
        if named.kind in ("list", "search") or named.plural or (paged and self._evidence(named.noun) - {tool.name}):
            unknown = [
                argument
                for argument in named.required
                if argument not in {a for a, _ in others} and normal(argument) not in PAGE_ARGUMENTS
            ]
            if named.kind != "search" and unknown and not named.plural:
                return opaque(tool, f"What the required argument {unknown[0]!r} does to the list is not told.")
            draft = self._draft(named, "search" if named.kind == "search" else "list", others)
            draft.rules.append("Q6" if named.kind == "search" else "Q1")
            return draft
        return opaque(tool, "No argument names the row that it reads.", "B3")

    def _by_field(self, named: _Named, by: tuple[str, ...]) -> Draft:
        """Classify ``get_customer_by_phone(phone_number)``: a read by another field, or a search (rule I3)."""
        tool = named.tool
        if len(named.required) == 1 and not named.plural:
            argument = named.required[0]
            if set(split(argument)) & set(by) and _type(tool, argument) in ("string", "integer", None):
                draft = self._draft(named, "read", [])
                draft.key = draft.key_name = argument
                draft.rules += ["R1", "B3"]
                return draft
        if named.required:
            draft = self._draft(named, "search", self._parents(named, None))
            draft.rules.append("Q6")
            return draft
        return opaque(tool, "No argument names the row that it reads.", "B3")

    # -- evidence ------------------------------------------------------------------------------------------------------

    def _draft(self, named: _Named, kind: DraftKind, parents: list[tuple[str, str]]) -> Draft:
        draft = Draft(named.tool, kind, self._resource(named.noun).id, parents)
        if parents:
            draft.rules.append("F1")
            resource = self.resources[draft.resource]
            if resource.parent is None and parents[-1][1] != resource.id:
                resource.parent_argument, resource.parent = parents[-1]
        return draft

    def _resource(self, noun: tuple[str, ...]) -> Resource:
        name = "tool:" + " ".join(noun)
        if name not in self.resources:
            self.resources[name] = Resource(name, noun, bare=True, key_hint=self._key_hint(noun))
        return self.resources[name]

    def _key_hint(self, noun: tuple[str, ...]) -> tuple[str, JsonSchema] | None:
        """Find an argument of any tool that is called like the key of ``noun``: ``bill_id`` for bills."""
        for named in self._named.values():
            for argument in named.arguments:
                if split(argument) in ((*noun, "id"), (*noun[-1:], "id")):
                    schema = argument_schema(named.tool, argument)
                    return argument, {key: schema[key] for key in ("type", "format", "pattern") if key in schema}
        return None

    def _known_nouns(self) -> dict[tuple[str, ...], set[str]]:
        """Nouns with the tools whose verb makes, shows or lists such things (the entity gate)."""
        found: dict[tuple[str, ...], set[str]] = {}
        for named in self._named.values():
            if named.kind in ("create", "read", "list", "search", "update", "delete") and named.noun:
                shown = named.plural or self._own_id(named) is not None or named.kind in ("create", "list", "search")
                if shown:
                    found.setdefault(named.noun, set()).add(named.tool.name)
        return found

    def _evidence(self, noun: tuple[str, ...]) -> set[str]:
        return self._nouns.get(noun, set())

    def _own_id(self, named: _Named) -> str | None:
        """The argument that names the tool's own row (rule B3)."""
        noun = named.noun
        if not noun:
            return None
        scalar = [a for a in named.required if _type(named.tool, a) in ("string", "integer", "number", None)]
        for end in _ID_ENDS:
            for argument in scalar:
                words = split(argument)
                if words and words[-1] == end and (words[:-1] == noun or words[:-1] == noun[-1:]):
                    return argument
        if named.rest[:1] != ("by",) or named.rest[1:] in (("id",), (*noun, "id"), (*noun[-1:], "id")):
            for argument in scalar:
                if normal(argument) in _STRONG_ENDS or (normal(argument) in _PLACES and len(scalar) == 1):
                    return argument
        return None

    def _parents(self, named: _Named, own: str | None) -> list[tuple[str, str]]:
        """Required arguments that name rows of other entities, outermost first (rules B4, F1)."""
        found: list[tuple[str, str]] = []
        for argument in named.required:
            words = split(argument)
            if argument == own or len(words) < 2 or words[-1] not in _STRONG_ENDS:
                continue
            noun = singular_phrase(words[:-1])
            if noun != named.noun and noun in self._nouns and self._readable(noun):
                found.append((argument, self._resource(noun).id))
        return found

    def _context(self, named: _Named) -> tuple[str, ...]:
        """Required arguments that reads of the same rows require too: ``owner`` and ``repo`` of an issue (rule B4)."""
        others = [self._named[name] for name in sorted(self._evidence(named.noun))]
        asked = {a for other in others if other.kind in ("read", "list", "search") for a in other.required}
        return tuple(argument for argument in named.required if argument in asked)

    def _readable(self, noun: tuple[str, ...]) -> bool:
        """Whether some tool makes, shows or lists such rows."""
        return any(self._named[name].kind in ("create", "read", "list", "search") for name in self._evidence(noun))

    def _hint(self, draft: Draft, tool: ToolSpec) -> None:
        """Let annotations of the tool speak (rule B6)."""
        read_only = tool.annotations.get("readOnlyHint")
        writes = draft.kind in ("create", "update", "delete")
        if read_only is True and writes:
            draft.lower("low", "The tool says that it only reads, yet its verb writes.")
            draft.rules.append("B6")


def _take_apart(tool: ToolSpec, prefix: str | None) -> _Named:
    """Find verb and noun in a tool's name: verb first, else second, else last."""
    words = split(tool.name)
    if prefix is not None and len(words) > 1 and words[0] == prefix:
        words = words[1:]
    properties = tool.input_schema.get("properties") or {}
    required = [name for name in tool.input_schema.get("required") or () if name in properties]
    named = _Named(tool, required=required, arguments=list(properties))
    if len(words) > 1 and words[-1] in ("details", "info") and any(split(name)[:1] == words[:1] for name in required):
        named.verb, named.kind, named.words = "get", "read", words
        return named
    places = (0, 1, len(words) - 1) if len(words) > 2 else (0, len(words) - 1)
    at = next((i for i in places if 0 <= i < len(words) and verb_kind(words[i]) is not None), None)
    if at is None:
        return named
    named.verb, named.kind = words[at], verb_kind(words[at])
    others = words[at + 1 :] if at == 0 else (*words[:at], *words[at + 1 :])
    stop = next((i for i, word in enumerate(others) if word in _STOPS), len(others))
    named.words = tuple(word for word in others[:stop] if word not in _FILLERS)
    named.rest = others[stop:]
    if len(named.words) >= 1 and named.words[0] == "search" and named.verb in ("post", "get"):
        named.kind, named.words = "search", named.words[1:]
    last = named.words[-1] if named.words else ""
    named.plural = singular(last) != last and last not in _FACETS
    if named.words and named.words[-1] in _VERB_NOUNS and named.kind == "read":
        _read_history(named)
    return named


def _read_history(named: _Named) -> None:
    """Take ``get_channel_history`` for a list of what its description says it returns: ``messages from a channel``."""
    first = re.split(r"[.\n]", named.tool.description or named.tool.title)[0]
    for match in re.finditer(r"[A-Za-z]+", first):
        word = match.group().lower()
        if (
            is_plural(word)
            and verb_kind(word) is None
            and len(word) > 3
            and plural(singular_phrase((word,))[0]) == word
        ):
            named.words, named.plural, named.kind = (word,), True, "list"
            return


def _shared_prefix(names: Sequence[tuple[str, ...]]) -> str | None:
    """The first word that most tools share and that is no verb: the server's name (``slack_list_channels``)."""
    firsts = Counter(words[0] for words in names if len(words) > 1)
    if not firsts:
        return None
    word, count = firsts.most_common(1)[0]
    return word if count >= 2 and count * 5 >= len(names) * 3 and verb_kind(word) is None else None


def _type(tool: ToolSpec, argument: str) -> str | None:
    kind = argument_schema(tool, argument).get("type")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), None)
    return kind if isinstance(kind, str) else None
