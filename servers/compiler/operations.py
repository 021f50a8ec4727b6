"""What each HTTP operation does, by method, path and response (rules R, C, U, D, Q and E1, E4, E7)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inftool.servers.compiler.drafts import Draft, DraftKind, Resource, opaque
from inftool.servers.compiler.filters import PAGE_ARGUMENTS
from inftool.servers.compiler.paths import Key, Node, PathTree, Segment, key_of, resource_id, segments
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.shapes import Located, locate_row, locate_rows, response_kind
from inftool.servers.compiler.words import is_computed, is_plural, normal, singular_phrase, split, verb_kind, word_set
from inftool.specs.spec import ToolSpec

_AUTH = word_set(
    "login logout signin signout signup logon logoff authenticate oauth oauth2 authorize token tokens auth sso"
)
_AGGREGATES = word_set("count exists stats statistics summary summaries metrics inventory aggregate totals usage")
_QUERY_WORDS = word_set("search query find filter list lookup fetch _search")


class PathReader:
    """Reads the operations of a REST specification into drafts, and collects the resources they speak of."""

    def __init__(self, tools: Sequence[ToolSpec], schemas: Schemas) -> None:
        self.tree = PathTree(tools)
        self.schemas = schemas
        self.resources: dict[str, Resource] = {}

    def read(self, tool: ToolSpec) -> Draft:
        """Classify one operation; what is not understood comes back as ``opaque``, with the reason."""
        assert tool.http is not None
        parts = segments(tool.http.path)
        if not parts:
            return opaque(tool, "It works on the root path, which names no rows.")
        if tool.http.method in ("head", "options"):
            return opaque(tool, f"{tool.http.method.upper()} asks about the transport and not about rows.")
        last = parts[-1]
        if last.param is None and _is_auth(split(last.text)):
            return opaque(tool, "Login, logout and tokens are not compiled yet.", "S2")
        if last.actor:
            return opaque(tool, "The current user's own row is not compiled yet.", "I4")
        draft = self._item(tool, parts) if last.param is not None else self._static(tool, parts)
        if draft.kind != "opaque":
            if any(part.actor for part in parts):
                draft.rules.append("I4")
                shared = draft.kind in ("list", "search") and "post" not in self.tree.node(parts).tools
                draft.lower("low" if shared else "medium", "Every row is taken to belong to the current user.")
            if draft.resource in self.resources:
                self.resources[draft.resource].drafts.append(draft)
        return draft

    # -- resources -----------------------------------------------------------------------------------------------------

    def _resource(self, key: Key, parts: Sequence[Segment]) -> Resource:
        """Return the resource of a collection path, made with its ancestors on first use."""
        name = resource_id(key)
        if name not in self.resources:
            parents = self._parents(parts[: len(key)])
            noun = self.tree.nodes[key].noun
            resource = Resource(name, noun, plural=self.tree.nodes[key].plural)
            if parents:
                resource.parent_argument, resource.parent = _document_name(parts[: len(key)]), parents[-1][1]
            self.resources[name] = resource
        return self.resources[name]

    def _parents(self, parts: Sequence[Segment]) -> list[tuple[str, str]]:
        """Return the path parameters in ``parts`` with the resource of each, outermost first (rules F1, B4)."""
        found: list[tuple[str, str]] = []
        for index, part in enumerate(parts):
            if part.param is None:
                continue
            key = key_of(parts[:index])
            if self.tree.nodes[key_of(parts[: index + 1])].has_item:
                found.append((part.param, self._scope(part.param, parts[:index])))
            elif key:
                found.append((part.param, self._resource(key, parts).id))
        return found

    def _scope(self, param: str, before: Sequence[Segment]) -> str:
        """Return the resource of a parameter that another follows: the ``owner`` of ``/repos/{owner}/{repo}``."""
        known = self.tree.collections_by_param.get(normal(param))
        if known is not None:
            for part_list in self._paths_through(known):
                return self._resource(known, part_list).id
        name = f"scope:{normal(param)}"
        words = [word for word in split(param) if word not in ("id", "slug", "key", "name")] or list(split(param))
        self.resources.setdefault(name, Resource(name, singular_phrase(words)))
        return name

    def _paths_through(self, key: Key) -> list[tuple[Segment, ...]]:
        """Paths of the specification that begin with ``key``: used to read the parameters' names."""
        for other, node in self.tree.nodes.items():
            if other[: len(key)] == key and node.tools:
                tool = next(iter(node.tools.values()))[0]
                if tool.http is not None:
                    return [segments(tool.http.path)]
        return []

    # -- items ---------------------------------------------------------------------------------------------------------

    def _item(self, tool: ToolSpec, parts: Sequence[Segment]) -> Draft:
        """Classify an operation on ``/things/{id}``."""
        assert tool.http is not None
        node, key = self.tree.node(parts), key_of(parts[:-1])
        last, method = parts[-1], tool.http.method
        if not key:
            return opaque(tool, "The path is a lone parameter, which names no collection.")
        if node.has_item:
            return self._scoped_list(tool, parts)
        if key[-1] == "{}" and not self._is_namespace(key):
            return opaque(tool, "Two parameters in a row do not tell which collection the row is in.", "I5")
        noun = self.tree.nodes[key].noun
        if not noun:
            return opaque(tool, "The path has no word that names its rows.")
        resource = self._resource(key, parts)
        draft = Draft(tool, "read", resource.id, self._arguments(tool, self._parents(parts[:-1])))
        draft.key, draft.key_name = _argument(tool, last.param or ""), last.param
        if draft.key is None:
            return opaque(tool, f"The path parameter {last.param!r} is no argument of the tool.")
        draft.located = locate_row(tool.output_schema, self.schemas, noun)
        draft.rules.append("F1") if draft.parents else None
        form = response_kind(tool, self.schemas)
        if method == "get":
            return self._read_item(draft, form, noun)
        if method == "delete":
            if self._is_membership(node):
                return opaque(tool, "Links between two rows (memberships) are not compiled yet.", "E7")
            draft.kind = "delete"
            draft.rules.append("D1")
            return draft
        if form == "array" or _is_bulk(tool):
            return opaque(tool, "It sends or answers a list on the path of one row.")
        if method == "put" and self._is_membership(node):
            return opaque(tool, "Links between two rows (memberships) are not compiled yet.", "E7")
        if method == "post":
            verb = _verb(tool)
            others = self.tree.methods(node.key) & {"put", "patch"}
            if others and verb != "update":
                return opaque(tool, "POST on a row that PUT or PATCH already changes: what it does is not told.")
            if not others and "get" not in self.tree.methods(node.key) and verb != "update":
                return opaque(tool, "POST on a path of one row that cannot be read: what it does is not told.")
            if not _body_arguments(tool) and not _query_arguments(tool):
                return opaque(tool, "POST on a row with nothing to change: action verbs are not compiled yet.", "A9")
            draft.kind, draft.rules = "update", [*draft.rules, "U2"]
            return draft
        draft.kind = _put_kind(tool) if method == "put" else "update"
        draft.rules.append("U1")
        if method == "put" and draft.kind == "update":
            draft.lower("high", "PUT keeps the fields that are not sent, since its body requires none.")
        return draft

    def _read_item(self, draft: Draft, form: str, noun: tuple[str, ...]) -> Draft:
        draft.rules.append("R1")
        first = _first(draft.tool.name)
        if verb_kind(first) == "upload" and first not in noun:
            return opaque(draft.tool, "Uploads and downloads of files are not compiled yet.")
        if form in ("array", "scalars"):
            return opaque(draft.tool, "Its response is a list, though the path names one row.")
        if form == "scalar":
            return opaque(draft.tool, "Its response is a plain value and no row.")
        if draft.located is None:
            if draft.tool.output_schema is not None and locate_rows(draft.tool.output_schema, self.schemas, noun):
                return opaque(draft.tool, "Its response is a list, though the path names one row.")
            draft.lower("medium", "The response has no schema: the stored row is returned.")
            draft.rules.append("E6")
        return draft

    def _scoped_list(self, tool: ToolSpec, parts: Sequence[Segment]) -> Draft:
        """Classify ``GET /repositories/{username}`` where ``/repositories/{username}/{slug}`` exists."""
        assert tool.http is not None
        key = key_of(parts)
        noun = self.tree.nodes[key].noun
        located = locate_rows(tool.output_schema, self.schemas, noun)
        if tool.http.method != "get" or located is None or not self._is_namespace(key):
            return opaque(tool, "Two parameters in a row do not tell which collection the row is in.", "I5")
        resource = self._resource(key, parts)
        draft = Draft(tool, "list", resource.id, self._arguments(tool, self._parents(parts)), located=located)
        draft.rules += ["Q1", "F1", "B4"]
        draft.lower("medium", f"{parts[-1].param!r} is taken for the owner of the rows.")
        return draft

    def _is_namespace(self, key: Key) -> bool:
        """Whether a parameter before another is an owner's name and not a part of a composite key (rules B4, I5)."""
        params = dict.fromkeys(normal(param) for param in self.tree.nodes[key].params)
        if any(param in self.tree.collections_by_param for param in params):
            return True
        item = self.tree.nodes.get((*key, "{}"))
        return item is not None and any(child != "{}" for child in item.children)

    def _is_membership(self, node: Node) -> bool:
        """Whether ``/teams/{t}/members/{u}`` only links two rows: PUT without a body (rule E7)."""
        puts = node.tools.get("put", [])
        return node.key.count("{}") >= 2 and bool(puts) and not any(_body_arguments(tool) for tool in puts)

    # -- collections and the rest --------------------------------------------------------------------------------------

    def _static(self, tool: ToolSpec, parts: Sequence[Segment]) -> Draft:
        """Classify an operation whose path ends in a word."""
        assert tool.http is not None
        node = self.tree.node(parts)
        words = split(parts[-1].text)
        if not words:
            return opaque(tool, "The path's last segment has no letters.")
        if node.has_item and not self.tree.nodes[(*node.key, "{}")].has_item:
            return self._collection(tool, parts, node)
        method = tool.http.method
        verb = verb_kind(words[0])
        before = self.tree.nodes[node.key[:-1]]
        plural = is_plural(words[-1])
        if verb == "upload" and not plural:
            return opaque(tool, "Uploads and downloads of files are not compiled yet.")
        if _is_call(parts[-1].text):
            return opaque(tool, "Paths that name a procedure and no collection are not compiled yet.", "E8")
        if parts[-2:-1] and parts[-2].param is not None and method in ("post", "put", "patch"):
            changed = self._change_by_verb(tool, parts, words)
            if changed is not None:
                return changed
        asks = words[0] in _QUERY_WORDS or words[-1] in _QUERY_WORDS or (verb in ("list", "search") and not plural)
        asks = asks or (verb in ("list", "search", "read") and len(words) > 1 and "by" in words)
        asks = asks and verb != "create"
        rows = locate_rows(tool.output_schema, self.schemas, before.noun if asks else node.noun)
        if words[-1] in _AGGREGATES and rows is None:
            return opaque(tool, "Counts and summaries are not compiled yet.", "Q7")
        if asks and method in ("get", "post"):
            return self._search(tool, parts, before, rows)
        if method == "get":
            return self._lone_get(tool, parts, node, before, rows)
        if method == "post":
            if verb == "create" and len(words) <= 2 and before.has_item and not plural and not _is_bulk(tool):
                return self._create(
                    tool, parts[:-1], before, guess="The verb at the end of the path is taken for a create."
                )
            if verb is not None and not plural and "get" not in node.tools:
                return opaque(tool, "Action verbs are not compiled yet.", "A9")
            if _is_bulk(tool) or (verb is not None and not plural):
                return opaque(tool, "Changes of many rows at once are not compiled yet.", "D3")
            if is_computed(words):
                return opaque(tool, "It works an answer out; computed answers are not compiled yet.", "P2")
            if {"put", "delete"} & set(node.tools):
                return opaque(tool, "Sets of links, saved and removed by ids, are not compiled yet.", "E7")
            if not _body_arguments(tool) and tool.output_schema is None:
                return opaque(tool, "POST with nothing to keep: action verbs are not compiled yet.", "A9")
            located = locate_row(tool.output_schema, self.schemas, node.noun)
            if rows is not None and (located is None or not _has_id(located) or self._answers_as_get(tool, node)):
                return opaque(tool, "POST that answers a list of rows: a query that is not compiled yet.", "Q6")
            if not _body_arguments(tool) and not self._has_list(node):
                return opaque(tool, "POST with nothing to keep: action verbs are not compiled yet.", "A9")
            if self._has_list(node) or plural:
                return self._create(tool, parts, node)
            if located is not None and _has_id(located):
                return self._create(tool, parts, node, guess="The new row cannot be read back by its path.")
            return opaque(tool, "POST on a path that is no collection: action verbs are not compiled yet.", "A9")
        if self._has_list(node) or (method == "delete" and "post" in node.tools):
            return opaque(tool, "Sets of links, saved and removed by ids, are not compiled yet.", "E7")
        if verb is not None and not plural and "get" not in node.tools:
            return opaque(tool, "Action verbs are not compiled yet.", "A9")
        return opaque(tool, "Rows that exist once for each parent (singletons) are not compiled yet.", "E4")

    def _collection(self, tool: ToolSpec, parts: Sequence[Segment], node: Node) -> Draft:
        """Classify an operation on ``/things`` where ``/things/{id}`` exists."""
        assert tool.http is not None
        method = tool.http.method
        if method == "post":
            if _is_bulk(tool):
                return opaque(tool, "Changes of many rows at once are not compiled yet.", "D3")
            return self._create(tool, parts, node)
        if method == "get":
            rows = locate_rows(tool.output_schema, self.schemas, node.noun)
            return self._list(tool, parts, node, rows)
        if method == "delete":
            return opaque(tool, "Deleting many rows at once is not compiled yet.", "D3")
        params = self.tree.nodes[(*node.key, "{}")].params
        key = _body_key(tool, params)
        if key is None or _is_bulk(tool):
            return opaque(tool, f"{method.upper()} on a collection without the key of one row in its body.", "D3")
        draft = Draft(tool, "update", self._resource(node.key, parts).id, self._arguments(tool, self._parents(parts)))
        draft.kind = _put_kind(tool, besides=key) if method == "put" else "update"
        draft.key, draft.key_name = key, key
        draft.located = locate_row(tool.output_schema, self.schemas, node.noun)
        draft.rules.append("U1")
        return draft

    def _list(self, tool: ToolSpec, parts: Sequence[Segment], node: Node, rows: Located | None) -> Draft:
        if rows is None:
            form = response_kind(tool, self.schemas)
            if form == "scalars":
                return opaque(tool, "Its response is a list of plain values and not of rows.")
            if form not in ("none", "array"):
                return opaque(tool, "No list of rows was found in its response.", "Q1")
        draft = Draft(tool, "list", self._resource(node.key, parts).id, self._arguments(tool, self._parents(parts)))
        draft.located = rows
        draft.rules.append("Q1")
        if draft.parents:
            draft.rules.append("F1")
        if rows is None:
            draft.rules.append("E6")
            draft.lower("medium", "The response has no schema: the stored rows are returned.")
        return draft

    def _create(self, tool: ToolSpec, parts: Sequence[Segment], node: Node, guess: str = "") -> Draft:
        draft = Draft(tool, "create", self._resource(node.key, parts).id, self._arguments(tool, self._parents(parts)))
        draft.located = locate_row(tool.output_schema, self.schemas, node.noun)
        draft.rules.append("C1")
        if draft.parents:
            draft.rules.append("F1")
        if not _body_arguments(tool):
            draft.lower("medium", "It has no body, so the new row's fields are all made by the server.")
        if guess:
            draft.lower("medium", guess)
        if draft.located is None and tool.output_schema is None and tool.success_status not in (201, 204):
            draft.rules.append("E6")
            draft.lower("medium", "The response has no schema: the stored row is returned.")
        return draft

    def _search(self, tool: ToolSpec, parts: Sequence[Segment], before: Node, rows: Located | None) -> Draft:
        """Classify ``/pets/findByStatus``, ``/users/search`` and ``/data_sources/{id}/query`` (rule Q6)."""
        if rows is None:
            if response_kind(tool, self.schemas) == "none" and before.has_item and before.key[-1:] != ("{}",):
                draft = self._list(tool, parts[:-1], before, None)
            else:
                return opaque(tool, "No list of rows was found in its response.", "Q6")
        elif before.key and before.key[-1] != "{}" and (before.has_item or self._has_list(before)):
            draft = self._list(tool, parts[:-1], before, rows)
        elif rows.ref is not None:
            parents = self._arguments(tool, self._parents(parts[:-1]))
            draft = Draft(tool, "search", f"ref:{rows.ref}", parents, located=rows, view=True, rules=["Q6"])
            return draft
        else:
            return opaque(tool, "It searches rows of which no collection is known.", "Q6")
        draft.kind = "search"
        draft.rules.append("Q6")
        return draft

    def _lone_get(
        self, tool: ToolSpec, parts: Sequence[Segment], node: Node, before: Node, rows: Located | None
    ) -> Draft:
        """Classify GET on a word that no parameter follows."""
        if {"put", "delete"} & set(node.tools) and rows is not None:
            return opaque(tool, "Sets of links, saved and removed by ids, are not compiled yet.", "E7")
        if rows is None:
            form = response_kind(tool, self.schemas)
            if form == "scalars":
                return opaque(tool, "Its response is a list of plain values and not of rows.")
            listed = "post" in node.tools or _is_paged(tool)
            if form == "none" and listed and is_plural(split(parts[-1].text)[-1]):
                return self._list(tool, parts, node, None)
            if form in ("scalar", "none"):
                return opaque(tool, "Its response is no row and no list of rows.")
            return opaque(tool, "Rows that exist once for each parent (singletons) are not compiled yet.", "E4")
        if is_computed(split(parts[-1].text)) or any(is_computed(split(p.text)) for p in parts[:-1] if p.param is None):
            return opaque(tool, "It works an answer out; computed answers are not compiled yet.", "P2")
        if before.has_item and before.key and self._same_rows(before, rows):
            draft = self._list(tool, parts[:-1], before, rows)
            draft.view = True
            draft.rules.append("E5")
            return draft
        draft = self._list(tool, parts, node, rows)
        draft.rules.append("E3")
        if not is_plural(split(parts[-1].text)[-1]):
            draft.lower("medium", "The path's last word is no plural, yet its rows are taken for a collection.")
        return draft

    def _change_by_verb(self, tool: ToolSpec, parts: Sequence[Segment], words: tuple[str, ...]) -> Draft | None:
        """Classify ``POST /things/{id}/update`` and ``.../delete``: the method is in the path (rule U2)."""
        kind = verb_kind(words[0]) if len(words) == 1 else None
        key = key_of(parts[:-2])
        known = {"get", "delete", "put", "patch"} & self.tree.methods(key_of(parts[:-1]))
        if kind not in ("update", "delete") or not key or key[-1] == "{}" or not known or _is_bulk(tool):
            return None
        draft = Draft(tool, kind, self._resource(key, parts).id, self._arguments(tool, self._parents(parts[:-2])))
        param = parts[-2].param or ""
        draft.key, draft.key_name = _argument(tool, param), param
        draft.located = locate_row(tool.output_schema, self.schemas, self.tree.nodes[key].noun)
        draft.rules.append("U2" if kind == "update" else "D1")
        draft.lower("medium", f"The verb {words[0]!r} at the end of the path is taken for what it does.")
        return draft if draft.key is not None else None

    def _same_rows(self, collection: Node, rows: Located) -> bool:
        """Whether a list shows the rows that a collection's own list shows (rule E5)."""
        for tool in collection.tools.get("get", []):
            own = locate_rows(tool.output_schema, self.schemas, collection.noun)
            if own is not None:
                if own.ref is not None or rows.ref is not None:
                    return own.ref == rows.ref
                both = set(own.fields) & set(rows.fields)
                return len(both) >= 0.8 * max(len(own.fields), len(rows.fields))
        return False

    def _answers_as_get(self, tool: ToolSpec, node: Node) -> bool:
        """Whether a POST declares the very response of the GET beside it: then it asks and does not add."""
        return any(other.output_schema == tool.output_schema for other in node.tools.get("get", []))

    def _has_list(self, node: Node) -> bool:
        """Whether GET on a path answers a list of rows."""
        return any(locate_rows(t.output_schema, self.schemas, node.noun) for t in node.tools.get("get", []))

    def _arguments(self, tool: ToolSpec, parents: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Turn names of path parameters into names of arguments."""
        return [(argument, res) for param, res in parents if (argument := _argument(tool, param)) is not None]


def _document_name(parts: Sequence[Segment]) -> str | None:
    """The innermost path parameter."""
    return next((part.param for part in reversed(parts) if part.param is not None), None)


def _argument(tool: ToolSpec, param: str) -> str | None:
    """The argument that fills a path parameter."""
    assert tool.http is not None
    for argument, binding in tool.http.parameters.items():
        if binding.location == "path" and binding.name == param:
            return argument
    return None


def _body_arguments(tool: ToolSpec) -> list[str]:
    assert tool.http is not None
    return [a for a, binding in tool.http.parameters.items() if binding.location == "body"]


def _query_arguments(tool: ToolSpec) -> list[str]:
    assert tool.http is not None
    return [a for a, binding in tool.http.parameters.items() if binding.location == "query"]


def _is_bulk(tool: ToolSpec) -> bool:
    """Whether the body is an array or some other thing than one object with known properties."""
    return tool.http is not None and tool.http.body_argument is not None


def _is_call(text: str) -> bool:
    """Whether a segment names a procedure: ``chat.postMessage``, ``setTeams`` (rule E8)."""
    words = split(text)
    camel = re.search(r"[a-z][A-Z]", text) is not None and verb_kind(words[0]) not in (None, "list", "search")
    dotted = re.search(r"[A-Za-z]\.[A-Za-z]", text) is not None
    return dotted or (camel and "by" not in words and words[0] not in ("upload", "create"))


def _body_key(tool: ToolSpec, params: Sequence[str]) -> str | None:
    """The body argument that names the row: called like the item path's parameter, or its last word."""
    body = {normal(argument): argument for argument in _body_arguments(tool)}
    for param in dict.fromkeys(params):
        words = split(param)
        for name in (normal(param), words[-1] if words else ""):
            if name in body:
                return body[name]
    return None


def _put_kind(tool: ToolSpec, besides: str | None = None) -> DraftKind:
    """``replace`` where the body requires something; else PUT is taken for a change of what is sent (rule U1)."""
    required = set(tool.input_schema.get("required") or ()) - {besides}
    return "replace" if required & set(_body_arguments(tool)) else "update"


def _is_paged(tool: ToolSpec) -> bool:
    """Whether some argument asks for a page (rule Q3)."""
    return any(normal(argument) in PAGE_ARGUMENTS for argument in _query_arguments(tool))


def _verb(tool: ToolSpec) -> str | None:
    """What the first verb among the operation's own words asks for."""
    words = (*split(tool.name), *split(tool.title)[:1])
    return next((kind for word in words if (kind := verb_kind(word)) is not None), None)


def _first(name: str) -> str:
    words = split(name)
    return words[0] if words else ""


def _has_id(located: Located) -> bool:
    return any(split(name)[-1:] in (("id",), ("uuid",), ("uid",)) for name in located.fields)


def _is_auth(words: tuple[str, ...]) -> bool:
    return bool(words) and (words[0] in _AUTH - {"token", "tokens", "auth"} or words in (("token",), ("auth",)))
