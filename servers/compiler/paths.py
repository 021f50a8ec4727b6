"""URL paths as a tree of collections and items (rules E1, L7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from inftool.servers.compiler.words import normal, singular, singular_phrase, split, word_set
from inftool.specs.spec import ToolSpec

_SUFFIX = re.compile(r"\.(?:json|xml|csv|\{format\}|\{extension\}|\{ext\})$", re.IGNORECASE)
_PARAM = re.compile(r"\{([^{}]+)\}")
_ACTORS = word_set("me self @me ~ current currentuser mine my")
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
    def actor(self) -> bool:
        """Whether the segment stands for whoever calls (rule I4)."""
        return self.param is None and normal(self.text) in _ACTORS | {""} and self.text != ""


def segments(path: str) -> tuple[Segment, ...]:
    """Split a path template: query, ``.json`` and ``/json`` at the end go, ``{id}:cancel`` is two segments."""
    found: list[Segment] = []
    for text in path.split("#", 1)[0].split("?", 1)[0].strip("/").split("/"):
        text = _SUFFIX.sub("", text)
        if not text:
            continue
        params = _PARAM.findall(text)
        if not params:
            base, colon, verb = text.partition(":")
            found.extend(Segment(part) for part in (base, verb) if part) if colon else found.append(Segment(text))
            continue
        head, _, tail = text.partition("}")
        found.append(Segment(text, params[0].lstrip("+*")))
        if head.startswith("{") and tail.startswith(":") and len(tail) > 1:
            found.append(Segment(tail[1:]))
    if len(found) > 1 and found[-1].param is None and found[-1].text.lower() in ("json", "xml"):
        found.pop()
    return tuple(found)


def key_of(parts: Iterable[Segment]) -> Key:
    """Blank the parameters of a path."""
    return tuple(part.blank for part in parts)


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
        static = [part for part in self.key if part != "{}"]
        return singular_phrase(split(static[-1])) if static else ()

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
            if len(key) >= 2 and key[-1] == "{}" and key[-2] != "{}" and not node.has_item:
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
