"""Rows that exist once: of a parent, in all, or the caller's own (rules E4, I4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inftool.servers.compiler.drafts import Draft, Resource, answer
from inftool.servers.compiler.items import put_kind
from inftool.servers.compiler.merging import canonical
from inftool.servers.compiler.paths import Segment, segments
from inftool.servers.compiler.shapes import Located, locate_row
from inftool.servers.compiler.web import Call, has_id
from inftool.servers.compiler.words import normal, split, word_set
from inftool.specs.spec import ToolSpec

_PERSONS = word_set("user account member person customer client profile player contact employee principal identity")
_RESET = re.compile(
    r"\bresets?\b|\bresetting\b|\bto (?:its|their|the|system) defaults?\b|\brestores? .{0,40}\bdefaults?\b"
)
_SAID = 300
"""Characters of a description that say what an operation does."""
_SECRETS = word_set("password passwd pwd passphrase pin secret")
_REPORTS = word_set(
    "stats statistics statistic summary report metrics usage analytics overview insights history trend trends forecast "
    "total totals balance breakdown distribution aggregate performance comparison"
)


def read_caller(call: Call) -> Draft:
    """Classify an operation on ``/me``, ``/user`` or ``/users/current`` (rule I4)."""
    home = _caller_home(call)
    if home is None:
        draft = read_singleton(call)
        draft.rules.append("I4")
        return draft
    home.user = True
    draft = Draft(call.tool, "read", home.id, key="", rules=["I4"], own=True)
    draft.located = locate_row(call.tool.output_schema, call.web.schemas, home.noun)
    if call.method == "get":
        draft.rules.append("R1")
    elif call.method == "delete":
        draft.kind = "delete"
        draft.rules.append("D1")
    elif not call.body and not call.query:
        draft.kind, draft.verb = "action", split(call.tool.title) or split(call.tool.name)
    else:
        draft.kind = put_kind(call) if call.method == "put" else "update"
        draft.rules.append("U1")
    return draft


def read_signup(call: Call) -> Draft | None:
    """Classify ``POST /users`` where nothing else is known of users but the caller's own row (rule S5).

    Returns:
        None where it makes no rows like the caller's, or has a place of its own to read them.
    """
    if call.method != "post" or call.node.has_item or call.methods != {"post"} or not _of_persons(call):
        return None
    own = locate_row(call.tool.output_schema, call.web.schemas, call.node.noun)
    if own is None or not any(normal(call.http.parameters[a].name) in _SECRETS for a in call.body):
        return None
    for node in call.web.tree.nodes.values():
        for tool in node.tools.get("get", ()):
            parts = segments(tool.http.path) if tool.http is not None else ()
            if tool.http is None or not call.web.is_caller(parts):
                continue
            shown = Call(call.web, tool, parts, tool.http, "get")
            home = _caller_home(shown)
            if home is not None and shown.row is not None and _alike(own, shown.row):
                draft = Draft(call.tool, "create", home.id, rules=["C1", "S5"])
                draft.located = own
                return draft
    return None


def _caller_home(call: Call) -> Resource | None:
    """The collection that has the caller's own row: the one above, or one of persons with the same rows."""
    web, above = call.web, call.above
    if above.has_item and above.key and not all(part.prefix for part in call.parts[:-1]):
        return web.resource(call.parts[:-1])
    own = locate_row(call.tool.output_schema, web.schemas, call.node.noun)
    nouns: list[Resource] = []
    for key, node in web.tree.nodes.items():
        if len(key) < 2 or key[-1] != "{}" or key.count("{}") > 1 or not web.is_item(node) or not node.tools:
            continue
        collection = web.tree.nodes[key[:-1]]
        if collection.noun[-1:] and collection.noun[-1] in _PERSONS:
            rows = [locate_row(tool.output_schema, web.schemas, collection.noun) for tool in node.tools.get("get", [])]
            if any(own is None or row is None or _alike(own, row) for row in rows):
                binding = next(iter(node.tools.values()))[0].http
                nouns.append(web.resource(segments(binding.path if binding else "")[: len(key) - 1]))
    return next(iter(sorted(nouns, key=lambda r: r.noun != ("user",))), None)


def _of_persons(call: Call) -> bool:
    return bool(call.node.noun) and call.node.noun[-1] in _PERSONS


def _alike(one: Located, other: Located) -> bool:
    """Whether two responses show the same sort of row."""
    if canonical(one.ref) == canonical(other.ref) != ():
        return True
    shared = len(set(one.fields) & set(other.fields))
    return shared > 2 and shared * 2 >= min(len(one.fields), len(other.fields))


def read_singleton(call: Call) -> Draft:
    """Classify an operation on a row that exists once, such as ``/users/{id}/settings`` (rule E4)."""
    draft = call.draft("read", call.parts, "E4", singleton=True)
    draft.key = ""
    resource = call.web.resources[draft.resource]
    draft.located = locate_row(call.tool.output_schema, call.web.schemas, resource.noun)
    shown = call.web.shows_row(call.node)
    method = call.method
    if method == "get":
        draft.rules.append("R1")
        if not call.methods - {"get", "head"}:
            draft.lower("medium", "Nothing changes it, so it is taken for a row that is there from the start.")
        return draft
    if not shown:
        draft.lower("medium", "No operation shows what it writes.")
    if method == "delete":
        draft.kind = "delete"
        draft.rules.append("D1")
        if says_reset(call.tool) and "get" in call.methods:
            draft.renewed = True
            draft.rules.append("D4")
    elif method == "post" and shown and "put" not in call.methods and "patch" not in call.methods:
        draft.kind, draft.upsert = "replace", True
        draft.rules.append("C2")
        draft.lower("medium", "POST on a path that shows one row is taken to set that row.")
    else:
        draft.kind = put_kind(call) if method == "put" else "update"
        draft.upsert = method == "put" and not all(says_reset(tool) for tool in call.node.tools.get("delete", []))
        draft.rules.append("U1")
    return draft


def says_reset(tool: ToolSpec) -> bool:
    """Whether a DELETE says that it sets something back to what it was at the start (rule D4)."""
    return _RESET.search(f"{' '.join(split(tool.name))}. {tool.title}. {tool.description[:_SAID]}".lower()) is not None


def single_row(call: Call, place: Sequence[Segment]) -> Draft | None:
    """Return the draft of an action on the row that ``place`` shows: of ``/player/pause``, ``/me/deactivate``.

    Returns:
        None where the path before the verb shows no row of that kind.
    """
    web, node = call.web, call.web.tree.node(place)
    caller = web.is_caller(place)
    if not caller and (node.has_item or web.has_list(node) or not web.shows_row(node)):
        return None
    for tool in node.tools.get("get", ()):
        if tool.http is None:
            continue
        shown = Call(web, tool, tuple(place), tool.http, "get")
        home = _caller_home(shown) if caller else None
        if home is not None:
            home.user = True
            return Draft(call.tool, "action", home.id, key="", rules=["I4"], own=True)
        draft = call.draft("action", place, "I4" if caller else "E4", singleton=True)
        draft.key = ""
        return draft
    return Draft(call.tool, "action", own=True) if caller else None


def is_report(call: Call) -> bool:
    """Whether GET answers figures or a look-up, which depend on its arguments, and no row that is kept."""
    if call.methods - {"get", "head"} or has_id(call.row):
        return False
    if any(call.http.parameters[a].location == "query" for a in call.required):
        return True
    return not call.after_item and bool(set(call.words) & _REPORTS)


def answer_report(call: Call) -> Draft:
    """Return the draft of a report or look-up (rules P2, P3)."""
    return answer(call.tool, "It is taken for a report or look-up that its arguments decide.", confidence="medium")
