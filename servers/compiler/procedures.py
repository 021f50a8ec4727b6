"""Paths that name what is done and not what it is done to (rules E8, A9): ``/chat.postMessage``, ``/accounts/get``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inftool.servers.compiler.drafts import Draft, DraftKind, Resource, answer, argument_schema, is_credential
from inftool.servers.compiler.families import family_of
from inftool.servers.compiler.filters import PAGE_ARGUMENTS
from inftool.servers.compiler.paths import Segment, segments
from inftool.servers.compiler.shapes import locate_row, locate_rows
from inftool.servers.compiler.singletons import single_row
from inftool.servers.compiler.web import Call
from inftool.servers.compiler.words import (
    VerbKind,
    is_computed,
    is_plural,
    normal,
    singular,
    singular_phrase,
    split,
    verb_kind,
    word_set,
)

_NOUN_VERBS = word_set(
    "order book post comment reply schedule place store share draft show view like rate test check link plan buy "
    "invite match sort mark head process report request press play record new upload download import export vote react "
    "release issue ship charge return transfer batch bulk details status"
)
"""Verbs that are nouns as often: at the head of several words they say nothing of what is done."""
_PLAIN_VERBS = word_set("create add insert register update edit set modify delete remove rm drop destroy save")
"""Verbs that write even where the method is GET."""
_ACTION_PLACES = word_set("action actions command commands operation operations do lifecycle")
_SMALL = word_set("a an the all my by for of in from to with on at as via into new bulk batch v1 v2 v3")
_FACETS = word_set("info information detail details data record status object full list")
_KEY_ENDS = ("id", "uuid", "guid", "gid", "sid", "key", "arn", "name", "slug", "number", "code", "token", "handle")


@dataclass(frozen=True)
class Named:
    """A procedure's name, taken apart."""

    verb: str
    kind: VerbKind | None
    noun: tuple[str, ...]
    """Singular noun phrase."""
    plural: bool
    by: bool
    """Whether the name says by what the row is found: ``getUserByEmail``."""


def take_apart(call: Call) -> Named | None:
    """Find verb and noun of a path that names a procedure; None where it names none."""
    text = call.last.text
    if len(split(text)) == 1 and normal(text) == normal(call.tool.name):
        text = call.tool.name
    words = split(text)
    before = [part for part in call.parts[:-1] if part.param is None and not part.prefix]
    dotted = re.search(r"[A-Za-z]\.[A-Za-z]", text) is not None
    if dotted:
        tail = split(text.rpartition(".")[2])
        place = split(text.rpartition(".")[0].rpartition(".")[2])
        return _named(tail, place, lonely=True)
    if not words:
        return None
    joined = re.search(r"[a-z][A-Z]|_|-", text) is not None
    certain = verb_kind(words[0]) is not None and words[0] not in _NOUN_VERBS
    if len(words) > 1 and certain and (joined or text[:1].isupper()):
        return _named(words, split(before[-1].text) if before else (), lonely=False)
    lone = len(words) == 1 and verb_kind(words[0]) is not None and not is_plural(words[0])
    if (
        lone
        and before
        and (call.parts[-2:-1] == (before[-1],) or (call.method != "get" and acted_on(call) is not None))
    ):
        return _named(words, split(before[-1].text), lonely=False)
    return None


def _named(words: tuple[str, ...], place: tuple[str, ...], lonely: bool) -> Named | None:
    at = next((i for i in (0, 1) if i < len(words) and verb_kind(words[i]) is not None), None)
    rest = tuple(w for i, w in enumerate(words) if i != at)
    stop = next(
        (i for i, word in enumerate(rest) if word in ("by", "for", "from", "with", "in", "to", "as")), len(rest)
    )
    noun = tuple(word for word in rest[:stop] if word not in _SMALL)
    while noun and noun[-1] in _FACETS:
        noun = noun[:-1]
    if at is None and not lonely:
        return None
    kind = verb_kind(words[at]) if at is not None else None
    verb = words[at] if at is not None else ""
    if kind is None and words and words[-1] in ("info", "get", "details"):
        kind = "read"
    plural = bool(noun) and is_plural(noun[-1])
    if not noun:
        noun = tuple(word for word in place if word not in _SMALL)
    if not noun:
        return None
    return Named(verb, kind, singular_phrase(noun), plural, "by" in rest)


def read_procedure(call: Call) -> Draft | None:
    """Classify an operation whose path names a procedure; None where it names none."""
    if call.method not in ("get", "post", "put", "delete", "patch"):
        return None
    named = take_apart(call)
    if named is None:
        return None
    if (draft := _of_family(call, named)) is not None:
        return draft
    writes = named.kind not in ("list", "search", "read", "compute", None)
    if call.method == "get" and writes and named.verb not in _PLAIN_VERBS:
        return None
    if (call.method == "delete" and named.kind == "create") or (call.method != "get" and call.words == ("read",)):
        return action(call, call.words, named)
    if acted_on(call) is not None and named.kind not in ("list", "search", "read"):
        return _under_item(call, named)
    if call.after_item and named.kind == "read" and call.method == "get" and call.rows is None:
        return None
    if named.kind is None:
        return _unverbed(call, named)
    if named.kind == "compute" or is_computed(named.noun):
        return answer(call.tool, "It works an answer out of its arguments.", confidence="medium")
    if named.kind in ("auth", "action", "upload"):
        return action(call, call.words, named)
    return _crud(call, named)


def _of_family(call: Call, named: Named) -> Draft | None:
    """Classify a procedure that names a row as the others of its family do: ``conversations.rename(channel, name)``.

    What else the name speaks of is what is done to that row: ``conversations.setTopic(channel, topic)``. None where it
    does not name such a row, or shows or makes rows of another noun.
    """
    key = call.web.families.key(call.tool)
    if key is None or named.kind in ("list", "search", "compute", "auth", "upload"):
        return None
    place = singular_phrase(split(family_of(call.tool).rpartition(".")[2]))
    whole = replace(named, noun=place, plural=False)
    own = named.noun == place
    if named.kind == "read" and own and call.rows is None:
        return _keyed(call, _draft(call, whole, "read", "E8", "R1"), key, whole)
    if named.kind in ("read", None) and call.method == "get":
        return None
    if named.kind in ("update", "delete") and (own or _sent(call, named.noun)):
        kind: DraftKind = "update" if named.kind == "update" else "delete"
        if own or kind == "update":
            return _keyed(call, _draft(call, whole, kind, "E8", "U1" if kind == "update" else "D1"), key, whole)
    if named.kind == "create" and not own:
        return None
    draft = _keyed(call, _draft(call, whole, "action", "E8"), key, whole)
    draft.verb = call.words[-len(named.noun) - 1 :] if not own else (named.verb or call.words[-1],)
    return draft


def _sent(call: Call, noun: tuple[str, ...]) -> bool:
    """Whether an argument is called like a noun, and so is a new value for it."""
    return any(normal(binding.name) in ("".join(noun), noun[-1]) for binding in call.http.parameters.values())


def _crud(call: Call, named: Named) -> Draft | None:
    kind, schemas = named.kind, call.web.schemas
    rows = locate_rows(call.tool.output_schema, schemas, named.noun)
    key = _own_key(call, named)
    if kind in ("read", "list", "search"):
        if rows is not None and (key is None or named.plural or kind != "read"):
            draft = _draft(call, named, "list" if kind != "search" else "search", "E8", "Q1")
            draft.located = rows
            return draft
        if key is not None and kind != "list" and call.form in ("object", "none"):
            draft = _draft(call, named, "read", "E8", "R1")
            return _keyed(call, draft, key, named)
        if (kind == "list" and call.form in ("none", "object")) or (
            named.plural and call.form in ("none", "array", "scalars")
        ):
            draft = _draft(call, named, "list", "E8", "Q1")
            draft.plain = call.form == "scalars"
            draft.lower("medium", "No list of rows was found in its response.")
            return draft
        return answer(call.tool, "What it reads is named by none of its arguments.", "E8")
    if kind == "create":
        if not call.body and not call.query:
            return action(call, call.words, named)
        draft = _draft(call, named, "create", "E8", "C1")
        draft.located = locate_row(call.tool.output_schema, schemas, named.noun)
        return draft
    if key is None:
        return action(call, call.words, named)
    if "array" in call.kinds(key):
        if kind == "delete":
            draft = _draft(call, named, "bulk_delete", "E8", "D3")
            draft.items = key
            return draft
        return action(call, call.words, named)
    draft = _draft(call, named, "update" if kind == "update" else "delete", "E8", "U1" if kind == "update" else "D1")
    return _keyed(call, draft, key, named)


def _keyed(call: Call, draft: Draft, key: str, named: Named) -> Draft:
    draft.key, draft.key_name = key, call.http.parameters[key].name
    draft.located = locate_row(call.tool.output_schema, call.web.schemas, named.noun)
    return draft


def acted_on(call: Call) -> tuple[Segment, ...] | None:
    """The path of the row that a verb at the end of the path is about: ``/servers/{id}/actions/reboot``."""
    place = call.parts[:-1]
    if len(place) > 1 and place[-1].param is None and place[-2].param is not None:
        node = call.web.tree.node(place)
        if normal(place[-1].text) in _ACTION_PLACES or not (node.has_item or node.tools):
            place = place[:-1]
    if not place or place[-1].param is None or all(part.prefix for part in place[:-1]):
        return None
    return place


def _unverbed(call: Call, named: Named) -> Draft | None:
    """Classify ``conversations.history``: a noun of a noun, with no verb."""
    rows = locate_rows(call.tool.output_schema, call.web.schemas, named.noun)
    if call.method == "get" and rows is not None:
        draft = _draft(call, named, "list", "E8", "Q1")
        draft.located = rows
        draft.lower("medium", "The name has no verb; its answer is a list of rows.")
        return draft
    if call.method == "get":
        return answer(call.tool, "The name has no verb, and its answer is no list of rows.", "E8")
    return action(call, call.words, named)


def _draft(call: Call, named: Named, kind: DraftKind, *rules: str) -> Draft:
    """Return a draft on the rows that a name speaks of: a collection of that noun, else rows of its own."""
    web = call.web
    place = call.parts[:-1]
    while place and (place[-1].prefix or place[-1].param is not None):
        place = place[:-1]
    for parts in ((*place[:-1], *_plural_parts(call, named)), place):
        node = web.tree.nodes.get(tuple(part.blank for part in parts)) if parts else None
        if node is not None and node.has_item and named.noun[-1:] == node.noun[-1:]:
            draft = call.draft(kind, parts, *rules)
            draft.lower("medium", "What it does is taken from the words of its name.")
            return draft
    name = "rpc:" + " ".join(named.noun)
    web.resources.setdefault(name, Resource(name, named.noun, plural=None))
    draft = Draft(call.tool, kind, name, rules=list(rules))
    draft.lower("medium", "What it does is taken from the words of its name.")
    return draft


def _plural_parts(call: Call, named: Named) -> tuple[Segment, ...]:
    """The root collection of that noun, if the specification has one."""
    for key, node in call.web.tree.nodes.items():
        if len(key) <= 3 and "{}" not in key and node.has_item and node.noun == named.noun:
            return tuple(Segment(part) for part in key)
    return ()


def _own_key(call: Call, named: Named) -> str | None:
    """The argument that names the row: ``<noun>_id`` before ``id`` before ``<noun>_name``; required ones first."""
    places = [
        argument
        for argument, binding in call.http.parameters.items()
        if binding.location in ("query", "body")
        and not is_credential(binding.name, argument_schema(call.tool, argument))
    ]
    ordered = sorted(places, key=lambda a: a not in call.required)
    noun, last = "".join(named.noun), named.noun[-1]
    plain = {normal(call.http.parameters[a].name): a for a in reversed(ordered)}
    for end in _KEY_ENDS:
        for stem in (noun, last, ""):
            if not stem and end not in ("id", "uuid", "guid", "gid", "sid", "arn", "key", "name"):
                continue
            for candidate in (stem + end, stem + end + "s"):
                found = plain.get(candidate)
                if found is not None and (found in call.required or len(stem) > 1 or end in ("id", "uuid", "arn")):
                    return found
    found = plain.get(noun) or plain.get(last)
    if found is not None and call.kinds(found) <= {"string", "integer"} and named.kind not in ("create", "list"):
        return found
    alone = [a for a in places if a in call.required or len(places) == 1]
    if len(alone) == 1 and named.kind in ("read", "delete", "action") and call.kinds(alone[0]) <= {"string", "integer"}:
        return alone[0] if normal(alone[0]) not in PAGE_ARGUMENTS and not is_plural(alone[0]) else None
    return None


def action(call: Call, words: Sequence[str], named: Named | None = None) -> Draft:
    """Return the draft of an action: what is done, to which row (rule A9)."""
    place, item = call.parts[:-1], acted_on(call)
    verb = tuple(words)
    if item is not None:
        between = [
            w for part in place[len(item) :] if normal(part.text) not in _ACTION_PLACES for w in split(part.text)
        ]
        verb = (*verb, *between)
        draft = call.draft("action", _shown_elsewhere(call, item) or item[:-1])
        draft.key, draft.key_name = call.argument(item[-1].param or ""), item[-1].param
    elif place and place[-1].param is None and _is_singleton(call, place):
        draft = call.draft("action", place, "E4", singleton=True)
        draft.key = ""
    elif place and (single := single_row(call, place)) is not None:
        draft = single
    elif named is not None and named.kind != "auth":
        key = _own_key(call, named)
        listed = call.above.noun[-1:] == named.noun[-1:] and call.web.has_list(call.above)
        if key is not None and listed and "array" in call.kinds(key):
            key = None
        if key is None:
            draft = Draft(call.tool, "action")
        elif listed and not call.above.has_item:
            draft = call.draft("action", place)
        else:
            draft = _draft(call, named, "action", "E8")
        if key is not None:
            draft.key, draft.key_name = key, call.http.parameters[key].name
    else:
        draft = Draft(call.tool, "action")
    if not draft.resource and place and (call.above.has_item or call.web.has_list(call.above)):
        beside = call.draft("action", place)
        draft.near, draft.parents, draft.rules = beside.resource, beside.parents, beside.rules
    draft.verb = verb
    if draft.resource:
        noun = call.web.resources[draft.resource].noun
        draft.located = locate_row(call.tool.output_schema, call.web.schemas, noun)
    return draft


def _shown_elsewhere(call: Call, item: Sequence[Segment]) -> tuple[Segment, ...] | None:
    """The collection that shows the row of ``item``, where its own path shows none: ``/admin/orders/{id}/cancel``."""
    tree, param = call.web.tree, item[-1].param or ""
    own = tree.node(item)
    if own.tools or tree.node(item[:-1]).tools or item[-2].param is not None:
        return None
    last = item[-2].text
    homes = [
        key[:-1] for key, node in tree.nodes.items()
        if key[-2:] == (last, "{}") and key != own.key and call.web.is_item(node) and "get" in node.tools
    ]  # fmt: skip
    known = tree.collections_by_param.get(normal(param))
    home = known if known in homes else homes[0] if len(homes) == 1 else None
    if home is None:
        return None
    shown = tree.nodes[(*home, "{}")].tools["get"][0].http
    return segments(shown.path)[: len(home)] if shown is not None else None


def _is_singleton(call: Call, place: Sequence[Segment]) -> bool:
    """Whether a path is that of a row that exists once (rule E4)."""
    node = call.web.tree.node(place)
    return not node.has_item and call.web.shows_row(node) and not call.web.is_caller(place)


def _under_item(call: Call, named: Named) -> Draft | None:
    """Classify ``POST /things/{id}/update`` and ``.../delete``; every other verb is an action (rules U2, D1)."""
    kind = named.kind if len(call.words) == 1 and named.verb != "rename" else None
    item = call.web.tree.nodes.get(tuple(part.blank for part in acted_on(call) or ()))
    known = item is not None and {"get", "delete", "put", "patch"} & set(item.tools)
    if kind not in ("update", "delete") or not known or call.bulk or call.method == "get":
        return action(call, call.words, named) if call.method != "get" else None
    draft = action(call, call.words, named)
    if not draft.key:
        return draft
    draft.kind = "update" if kind == "update" else "delete"
    draft.rules.append("U2" if kind == "update" else "D1")
    draft.lower("medium", f"The verb {singular(call.words[0])!r} at the end of the path is taken for what it does.")
    return draft
