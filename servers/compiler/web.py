"""One HTTP operation in its place among the others, and the resources that paths speak of (rules E1, F1, B4, I4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from inftool.servers.compiler.drafts import Draft, DraftKind, Resource, argument_schema
from inftool.servers.compiler.families import Families
from inftool.servers.compiler.filters import PAGE_ARGUMENTS
from inftool.servers.compiler.paths import Key, Node, PathTree, Segment, key_of, resource_id, segments
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.shapes import Located, locate_row, locate_rows, response_kind
from inftool.servers.compiler.words import (
    VerbKind,
    is_computed,
    is_plural,
    normal,
    singular_phrase,
    split,
    verb_kind,
    word_set,
)
from inftool.specs.spec import HttpBinding, ToolSpec

_KEY_WORDS = word_set("id ids uuid guid uid gid sid slug key name code number identifier")
_ID_WORDS = (("id",), ("uuid",), ("uid",), ("guid",), ("gid",), ("sid",))
_CALLERS = word_set("user viewer whoami currentuser profile")
"""First words of paths that stand for whoever calls, where they are not collections (rule I4)."""


class Web:
    """The HTTP operations of a specification: their tree of paths, and the resources found so far."""

    def __init__(self, tools: Sequence[ToolSpec], schemas: Schemas) -> None:
        self.tree = PathTree(tools)
        self.schemas = schemas
        self.resources: dict[str, Resource] = {}
        self.families = Families(tools)

    # -- resources -----------------------------------------------------------------------------------------------------

    def resource(self, parts: Sequence[Segment], singleton: bool = False) -> Resource:
        """Return the resource of a path, made with its ancestors on first use.

        Args:
            parts: the path of a collection or of a singleton.
            singleton: whether its rows have no key.
        """
        key = self.key(parts)
        name = resource_id(key) + ("!" if singleton else "")
        if name not in self.resources:
            parents = self.parents(parts)
            node = self.tree.nodes.get(key) or self.tree.node(parts)
            noun = self._noun(key, node)
            if len(parts) > 1 and self.is_caller(parts[:-1]) and self._of_noun(noun, key):
                noun = ("my", *noun)
            resource = Resource(name, noun, plural=node.plural, singleton=singleton)
            if parents:
                resource.parent_argument = next((p.param for p in reversed(parts) if p.param is not None), None)
                resource.parent = parents[-1][1]
            self.resources[name] = resource
        return self.resources[name]

    def key(self, parts: Sequence[Segment]) -> Key:
        """Return what a resource is known by: ``/users/me/x`` as ``/users/{}/x``, ``/me/x`` as ``/x``.

        A set that rows are put into and taken out of, as ``PUT /me/albums?ids=`` does, stays apart from the rows.
        """
        key: Key = ()
        for part in parts:
            key = (*key, "{}") if part.actor and key and (*key, "{}") in self.tree.nodes else (*key, part.blank)
        at = next((i for i, part in enumerate(parts) if not part.prefix), 0)
        if len(parts) > at + 1 and self.is_caller(parts[: at + 1]):
            other = key[:at] + key[at + 1 :]
            item = self.tree.nodes.get((*other, "{}"))
            own = self.tree.nodes.get(key_of(parts))
            is_set = own is not None and bool({"put", "delete"} & set(own.tools)) and not own.has_item
            if item is not None and (item.tools or item.children) and not is_set:
                return other
        return key

    def _of_noun(self, noun: tuple[str, ...], key: Key) -> bool:
        """Whether another path of the tree is a collection of that noun with rows of its own."""
        return any(
            node.has_item and node.noun == noun and other != key and "{}" not in other
            for other, node in self.tree.nodes.items()
        )

    def is_caller(self, parts: Sequence[Segment]) -> bool:
        """Whether a path names whoever calls: ``/me``, ``/users/me``, ``/user`` that is no collection (rule I4)."""
        if not parts or parts[-1].param is not None:
            return False
        if parts[-1].actor:
            return True
        if any(not part.prefix for part in parts[:-1]) or normal(parts[-1].text) not in _CALLERS:
            return False
        node = self.tree.nodes.get(key_of(parts))
        if node is None or node.has_item:
            return False
        return "post" not in node.tools and not self.has_list(node)

    def _noun(self, key: Key, node: Node) -> tuple[str, ...]:
        """What one row of a path is called: the last word, or a parameter that follows another item's (rule B4)."""
        if key and key[-1] == "{}" and self.is_item(self.tree.nodes.get(key)):
            item = self.tree.nodes.get((*key, "{}"))
            if item is not None and item.params:
                return param_noun(item.params[0]) or node.noun
        if node.noun:
            return node.noun
        item = self.tree.nodes.get((*key, "{}"))
        return param_noun(item.params[0]) if item is not None and item.params else ()

    def parents(self, parts: Sequence[Segment]) -> list[tuple[str, str]]:
        """Return the path parameters in ``parts`` with the resource of each, outermost first (rules F1, B4).

        The caller's own row, named by no parameter, has the empty name.
        """
        found: list[tuple[str, str]] = []
        for index, part in enumerate(parts):
            before, here = parts[:index], parts[: index + 1]
            if part.param is None:
                if part.actor and index and self.key(here)[-1] == "{}":
                    found.append(("", self.resource(before).id))
                continue
            if all(p.prefix for p in before):
                if not part.prefix and self.is_item(self.tree.node(here)):
                    found.append((part.param, self.resource(before).id))
            elif self.tree.node(here).has_item and not self.is_item(self.tree.node(here)):
                found.append((part.param, self._scope(part.param)))
            else:
                found.append((part.param, self.resource(before).id))
        return found

    def _scope(self, param: str) -> str:
        """Return the resource of a parameter that another follows: the ``owner`` of ``/repos/{owner}/{repo}``."""
        known = self.tree.collections_by_param.get(normal(param))
        if known is not None:
            for other, node in self.tree.nodes.items():
                if other[: len(known)] == known and node.tools:
                    binding = next(iter(node.tools.values()))[0].http
                    if binding is not None:
                        return self.resource(segments(binding.path)[: len(known)]).id
        name = f"scope:{normal(param)}"
        self.resources.setdefault(name, Resource(name, param_noun(param)))
        return name

    # -- what is known of a path ---------------------------------------------------------------------------------------

    def is_item(self, node: Node | None) -> bool:
        """Whether operations on a path with a parameter at its end are about one row."""
        if node is None or not node.key or node.key[-1] != "{}":
            return False
        if {"put", "patch", "delete"} & set(node.tools):
            return True
        for tool in node.tools.get("get", []):
            form = response_kind(tool, self.schemas)
            if form == "none" or (
                form == "object" and locate_rows(tool.output_schema, self.schemas, node.noun) is None
            ):
                return True
        return False

    def is_namespace(self, key: Key) -> bool:
        """Whether a parameter before another is an owner's name and not a part of a composite key (rules B4, I5)."""
        node = self.tree.nodes[key]
        if self.is_item(node) or any(normal(param) in self.tree.collections_by_param for param in node.params):
            return True
        item = self.tree.nodes.get((*key, "{}"))
        return bool(node.tools.get("get")) or (item is not None and any(child != "{}" for child in item.children))

    def has_list(self, node: Node | None) -> bool:
        """Whether GET on a path answers a list of rows."""
        if node is None:
            return False
        return any(locate_rows(t.output_schema, self.schemas, node.noun) for t in node.tools.get("get", []))

    def lists_same(self, collection: Node, rows: Located) -> bool:
        """Whether a list shows the rows that a collection's own list shows (rule E5)."""
        for tool in collection.tools.get("get", []):
            own = locate_rows(tool.output_schema, self.schemas, collection.noun)
            if own is not None:
                if own.ref is not None or rows.ref is not None:
                    return own.ref == rows.ref
                both = set(own.fields) & set(rows.fields)
                return len(both) >= 0.8 * max(len(own.fields), len(rows.fields))
        return False

    def shows_row(self, node: Node | None) -> bool:
        """Whether GET on a path answers one row, or declares nothing that speaks against it."""
        if node is None:
            return False
        return any(
            response_kind(t, self.schemas) in ("object", "none") and not locate_rows(t.output_schema, self.schemas, ())
            for t in node.tools.get("get", [])
        )

    def is_computed_place(self, parts: Sequence[Segment]) -> bool:
        """Whether some word of a path names a thing that is worked out and not kept (rule P2)."""
        return any(is_computed((word,)) for part in parts if part.param is None for word in split(part.text))

    def is_membership(self, node: Node) -> bool:
        """Whether ``/teams/{t}/members/{u}`` only links two rows (rule E7).

        It is written without a body, nothing else makes such rows, and the last parameter names rows of another
        collection, or PUT and DELETE are all there is.
        """
        writes = [tool for method in ("put", "post") for tool in node.tools.get(method, [])]
        above = self.tree.nodes[node.key[:-1]]
        if node.key.count("{}") < 2 or not writes or "patch" in node.tools or node.key[-2] == "{}":
            return False
        if any(body_of(tool) or _asks(tool) for tool in writes) or "post" in above.tools:
            return False
        words = split(node.key[-2])
        if not words or (verb_kind(words[0]) is not None and not is_plural(words[0])):
            return False
        if any(self.names_other(param, node.key[:-1]) for param in node.params):
            return True
        return "put" in node.tools and "delete" in node.tools and is_plural(words[-1])

    def names_other(self, param: str, key: Key) -> bool:
        """Whether a parameter is called like the key of another collection."""
        known = self.tree.collections_by_param.get(normal(param))
        if known is not None and known != key:
            return True
        noun = param_noun(param)
        return any(
            other != key and other[-1:] != ("{}",) and len(other) < len(key) and node.has_item and node.noun == noun
            for other, node in self.tree.nodes.items()
        )


@dataclass
class Call:
    """One HTTP operation, with what its path, arguments and response tell of it."""

    web: Web
    tool: ToolSpec
    parts: tuple[Segment, ...]
    http: HttpBinding
    method: str

    @cached_property
    def last(self) -> Segment:
        """The last segment of the path."""
        return self.parts[-1]

    @cached_property
    def node(self) -> Node:
        """The path in the tree."""
        return self.web.tree.node(self.parts)

    @cached_property
    def above(self) -> Node:
        """The path without its last segment."""
        return self.web.tree.node(self.parts[:-1])

    @cached_property
    def methods(self) -> frozenset[str]:
        """The methods declared on the path."""
        return frozenset(self.node.tools)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the last segment."""
        return split(self.last.text)

    @cached_property
    def verb(self) -> VerbKind | None:
        """What the first word of the last segment asks for, where it is a verb."""
        return verb_kind(self.words[0]) if self.words else None

    @cached_property
    def plural(self) -> bool:
        """Whether the last segment is a plural."""
        return bool(self.words) and is_plural(self.words[-1])

    @cached_property
    def after_item(self) -> bool:
        """Whether the segment before the last names one row."""
        return len(self.parts) > 1 and (self.parts[-2].param is not None or self.web.is_caller(self.parts[:-1]))

    @cached_property
    def form(self) -> Literal["none", "scalar", "scalars", "object", "array"]:
        """The general form of the response."""
        return response_kind(self.tool, self.web.schemas)

    @cached_property
    def rows(self) -> Located | None:
        """The list of rows in the response."""
        return locate_rows(self.tool.output_schema, self.web.schemas, self.node.noun)

    @cached_property
    def row(self) -> Located | None:
        """The one row in the response."""
        return locate_row(self.tool.output_schema, self.web.schemas, self.node.noun)

    @cached_property
    def body(self) -> list[str]:
        """The arguments that are properties of the body, or the whole body."""
        return body_of(self.tool)

    @cached_property
    def query(self) -> list[str]:
        """The arguments in the query."""
        return [a for a, binding in self.http.parameters.items() if binding.location == "query"]

    @cached_property
    def required(self) -> frozenset[str]:
        """The arguments that must be given."""
        return frozenset(self.tool.input_schema.get("required") or ())

    @cached_property
    def bulk(self) -> bool:
        """Whether the body is a list, or another thing than one object with known properties."""
        return self.http.body_argument is not None

    @cached_property
    def item_body(self) -> str | None:
        """The argument that holds the whole body, where that is a list."""
        whole = self.http.body_argument
        return whole if whole is not None and "array" in self.kinds(whole) else None

    @property
    def paged(self) -> bool:
        """Whether some argument asks for a page (rule Q3)."""
        return any(normal(argument) in PAGE_ARGUMENTS for argument in self.query)

    def kinds(self, argument: str) -> frozenset[str]:
        """The JSON types of an argument."""
        return self.web.schemas.types(argument_schema(self.tool, argument))

    def argument(self, param: str) -> str | None:
        """The argument that fills a path parameter."""
        for argument, binding in self.http.parameters.items():
            if binding.location == "path" and binding.name == param:
                return argument
        return None

    def draft(self, kind: DraftKind, parts: Sequence[Segment], *rules: str, singleton: bool = False) -> Draft:
        """Return a draft on the rows of a path, with the ancestors that the path names."""
        resource = self.web.resource(parts, singleton)
        parents = [
            (argument, res) for param, res in self.web.parents(parts) if (argument := self.argument(param)) is not None
        ]
        draft = Draft(self.tool, kind, resource.id, parents, rules=list(rules))
        if parents:
            draft.rules.append("F1")
        return draft


def _asks(tool: ToolSpec) -> bool:
    """Whether a tool must be given something in the query."""
    bound = tool.http.parameters if tool.http is not None else {}
    return any(a in bound and bound[a].location == "query" for a in tool.input_schema.get("required") or ())


def body_of(tool: ToolSpec) -> list[str]:
    """The arguments of a tool that are in the body."""
    assert tool.http is not None
    return [a for a, binding in tool.http.parameters.items() if binding.location == "body"]


def param_noun(param: str) -> tuple[str, ...]:
    """What a path parameter names one of: ``userId`` → ``user``."""
    words = [word for word in split(param) if word not in _KEY_WORDS] or list(split(param))
    return singular_phrase(words)


def has_id(located: Located | None) -> bool:
    """Whether a row shows a key of its own."""
    return located is not None and any(split(name)[-1:] in _ID_WORDS for name in located.fields)
