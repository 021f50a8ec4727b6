"""URL paths as a tree of collections and items (rules E1, L7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from inftool.servers.compiler.words import normal, singular, singular_phrase, split, word_set
from inftool.specs.spec import ToolSpec

_SUFFIX = re.compile(r"\.(?:json|xml|csv|ya?ml|html?|php|aspx?|\{[^{}]*(?:format|type|ext)[^{}]*\})$", re.IGNORECASE)
_PARAM = re.compile(r"\{([^{}]+)\}")
_CALLED = re.compile(r"^([\w.$-]+)\((.*)\)$")
_ACTION = re.compile(
    r"(?:^|[?&#])[\w-]*(?:action|method|target|operation|command|cmd)=([A-Za-z][\w.:-]*)", re.IGNORECASE
)
_VERSION = re.compile(r"v?\d+(?:[._-]\d+)*(?:alpha|beta|rc)?\d*|v\d*\{.*\}|v", re.IGNORECASE)
_PREFIXES = word_set(
    "api rest restapi restful json xml v beta alpha latest stable preview public private internal external open "
    "svc service ws web www rpc odata jsonapi"
)
_CONTEXTS = word_set("version apiversion region locale lang language format country countrycode market stage env")
_ACTORS = word_set("me self @me ~ current currentuser mine my authenticateduser")
GENERIC_KEYS = word_set("id uuid guid key name slug code number identifier uid gid sid")
"""Names of path parameters that say nothing of whose key they are."""

Key = tuple[str, ...]
"""A path with its parameters blanked: ``("articles", "{}", "comments")``."""


@dataclass(frozen=True)
class Segment:
    """One segment of a path template."""

    text: str
    param: str | None = None
    """Name of the path parameter, where the segment is one."""

    @property
    def blank(self) -> str:
        """The segment as a part of a :data:`Key`."""
        return "{}" if self.param is not None else self.text

    @property
    def prefix(self) -> bool:
        """Whether the segment says how the API is reached and not what it is about: ``api``, ``v2``, ``{region}``."""
        if self.param is not None:
            return normal(self.param) in _CONTEXTS
        return self.text.lower() in _PREFIXES or _VERSION.fullmatch(self.text) is not None

    @property
    def actor(self) -> bool:
        """Whether the segment stands for whoever calls (rule I4)."""
        return self.param is None and normal(self.text) in _ACTORS | {""} and self.text != ""


def segments(path: str) -> tuple[Segment, ...]:
    """Split a path template (rule L7).

    Query, ``.json`` and ``/json`` at the end go; ``{id}:cancel`` and ``Orders({id})`` are two segments; an operation
    that is named in the query or fragment (``?Action=CreateUser``, ``#X-Amz-Target=...``) is the last one.
    """
    found: list[Segment] = []
    for text in re.split(r"[?#]", path, maxsplit=1)[0].strip("/").split("/"):
        text = _SUFFIX.sub("", text)
        if text:
            found.extend(_parts_of(text))
    if len(found) > 1 and found[-1].param is None and found[-1].text.lower() in ("json", "xml"):
        found.pop()
    if called := _ACTION.search(path):
        found.append(Segment(called.group(1)))
    return tuple(found)


def _parts_of(text: str) -> list[Segment]:
    params = [name.lstrip("+*") for name in _PARAM.findall(text)]
    if called := _CALLED.match(text):
        return [Segment(called.group(1)), *(Segment(f"{{{name}}}", name) for name in params)]
    if not params:
        base, colon, verb = text.partition(":")
        return [Segment(part) for part in (base, verb) if part] if colon else [Segment(text)]
    head, _, tail = text.partition("}")
    before = head.partition("{")[0].strip(".:-_@$=")
    found = [Segment(before)] if len(before) > 1 else []
    found.append(Segment(text, params[0]))
    if tail.startswith(":") and len(tail) > 1 and "{" not in tail:
        found.append(Segment(tail[1:]))
    return found


def key_of(parts: Iterable[Segment]) -> Key:
    """Blank the parameters of a path."""
    return tuple(part.blank for part in parts)


def is_root(key: Key) -> bool:
    """Whether a path holds nothing but versions and the like: ``/api/v2``."""
    return all(part != "{}" and Segment(part).prefix for part in key)


def resource_id(key: Key) -> str:
    """Name a collection by its path: ``/articles/{}/comments``."""
    return "/" + "/".join(key)


@dataclass
class Node:
    """One path of the tree, with the operations declared on it."""

    key: Key
    tools: dict[str, list[ToolSpec]] = field(default_factory=dict)
    """By method."""
    params: list[str] = field(default_factory=list)
    """Names used for the last segment, where it is a parameter."""
    children: set[str] = field(default_factory=set)

    @property
    def has_item(self) -> bool:
        """Whether some path goes on below with a parameter: ``/pets`` where there is ``/pets/{id}``."""
        return "{}" in self.children

    @property
    def noun(self) -> tuple[str, ...]:
        """Singular noun phrase of the last static segment."""
        named = [part for part in self.key if part != "{}" and not Segment(part).prefix]
        return next((words for part in reversed(named) if (words := singular_phrase(split(part)))), ())

    @property
    def plural(self) -> str | None:
        """The noun's last word as the path has it, where that is a plural: ``indexes`` and not ``indices``."""
        words = split(next((part for part in reversed(self.key) if part != "{}"), ""))
        return words[-1] if words and singular(words[-1]) != words[-1] else None


class PathTree:
    """Every path of a specification and every prefix of one."""

    def __init__(self, tools: Sequence[ToolSpec]) -> None:
        self.nodes: dict[Key, Node] = {}
        self.collections_by_param: dict[str, Key] = {}
        for tool in tools:
            if tool.http is None:
                continue
            parts = segments(tool.http.path)
            for end in range(len(parts) + 1):
                key = key_of(parts[:end])
                node = self.nodes.setdefault(key, Node(key))
                if end and parts[end - 1].param is not None:
                    node.params.append(parts[end - 1].param or "")
                if end < len(parts):
                    node.children.add(parts[end].blank)
            self.nodes[key_of(parts)].tools.setdefault(tool.http.method, []).append(tool)
        for key, node in self.nodes.items():
            if len(key) >= 2 and key[-1] == "{}" and key[-2] != "{}" and not node.has_item and not is_root(key[:-1]):
                for param in dict.fromkeys(node.params):
                    if normal(param) not in GENERIC_KEYS:
                        known = self.collections_by_param.get(normal(param))
                        if known is None or len(key) - 1 < len(known):
                            self.collections_by_param[normal(param)] = key[:-1]

    def node(self, parts: Sequence[Segment]) -> Node:
        """Return the node of a path that was in the specification."""
        return self.nodes[key_of(parts)]

    def methods(self, key: Key) -> frozenset[str]:
        """Return the methods declared on a path; none where it is only a prefix."""
        node = self.nodes.get(key)
        return frozenset(node.tools) if node else frozenset()
