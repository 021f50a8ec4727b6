"""The files that a server starts with: a small seeded tree, or one given from outside in whatever nesting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from inftool.servers.profiles.filesystem.tree import CURSOR, HOME, MAX_NODES, NAME, name_of, parent_of
from inftool.servers.profiles.profile import word_set
from inftool.servers.program import ProfileOperation
from inftool.servers.runtime import lexicon
from inftool.servers.runtime.draw import Draw
from inftool.servers.runtime.lexicon import tokens
from inftool.servers.runtime.session import Row, SeedRow
from inftool.servers.runtime.texts import clock_start, iso

_ROOTS = word_set("root filesystem fs files tree file disk drive storage directory directories")
_WITHIN = word_set("contents content children entries files items nodes tree root")
_CURRENT = word_set("cwd current working pwd")
_DIRECTORY = word_set("directory dir folder d notebook section")
_FILE = word_set("file f text note document doc page")
_DEPTH = 24

_Node = str | dict[str, Any]
"""A file's text, or a directory: name → node."""


def seeded(seed: int) -> Iterator[SeedRow]:
    """Yield a small tree of text files under :data:`HOME`, which is the working directory."""
    draw = Draw(seed, NAME)
    topics = sorted({draw.pick(lexicon.TOPICS) for _ in range(12)})[:4]
    sentence = [f"Notes about {topic}." for topic in topics]
    files = {
        "readme.txt": f"Project files\n{sentence[0]}\n",
        "todo.txt": "".join(
            f"{draw.pick(lexicon.TASK_VERBS)} the {draw.pick(lexicon.TASK_OBJECTS)}\n" for _ in range(4)
        ),
        "documents/report.txt": f"Report\n{sentence[1]}\nThe work goes on.\n",
        "documents/notes.md": f"# Notes\n{sentence[2]}\n",
        "data/items.csv": "name,count\n"
        + "".join(f"{product},{draw.below(40) + 1}\n" for product in lexicon.PRODUCTS[:4]),
        "archive/old_notes.txt": f"{sentence[-1]}\n",
    }
    yield from _rows({"nodes": _unflattened({f"{HOME}/{path}": text for path, text in files.items()}), "cwd": HOME})


def kept(rows: Sequence[Row]) -> Iterable[SeedRow]:
    """Turn given rows (``path``, ``type``, ``content``) into stored ones; directories on the way are made."""
    cwd = next((row["path"] for row in rows if row.get("type") == CURSOR and isinstance(row.get("path"), str)), None)
    tree: dict[str, Any] = {}
    for row in rows:
        path = row.get("path")
        if isinstance(path, str) and row.get("type") in ("file", "directory"):
            content = row.get("content")
            _insert(tree, path, (content if isinstance(content, str) else "") if row["type"] == "file" else {})
    return _rows({"nodes": tree, "cwd": cwd})


def _rows(state: dict[str, Any]) -> Iterator[SeedRow]:
    now = iso(clock_start())
    nodes: dict[str, Row] = {}
    for path, node in _walk(state["nodes"], "", 0):
        row: Row = {"path": path, "type": "file" if isinstance(node, str) else "directory"}
        if isinstance(node, str):
            row["content"] = node
        nodes[path] = {**row, "created": now, "modified": now}
    cwd = state["cwd"]
    if cwd is None or nodes.get(cwd, {}).get("type") != "directory":
        tops = [path for path in nodes if parent_of(path) == "/"]
        cwd = tops[0] if len(tops) == 1 and nodes[tops[0]]["type"] == "directory" else "/"
    for path, row in list(nodes.items())[:MAX_NODES]:
        yield SeedRow(NAME, path, "", row)
    yield SeedRow(NAME, CURSOR, "", {"path": cwd})


def placed(name: str, part: Any, operations: Sequence[ProfileOperation]) -> list[Row] | None:
    """Read a part of a state document.

    Taken are: a nested tree (``{"docs": {"type": "directory", "contents": {...}}}``, plain nested objects of texts),
    paths with their contents, lists of objects with a path or name, and the path of the working directory.
    """
    words = set(tokens(name))
    if isinstance(part, str):
        return [{"path": _clean(part), "type": CURSOR}] if words & _CURRENT else None
    if isinstance(part, list) and words & _CURRENT and all(isinstance(step, str) for step in part):
        return [{"path": _clean("/".join(part)), "type": CURSOR}]
    cwd = None
    if isinstance(part, dict):
        for inner, value in part.items():
            if set(tokens(inner)) & _CURRENT and isinstance(value, str) and not _is_file_name(inner):
                cwd = value
        part = {inner: value for inner, value in part.items() if value is not cwd or cwd is None}
    expected = bool(words & _ROOTS)
    tree = _tree(part, expected)
    if not tree:
        return [{"path": _clean(cwd), "type": CURSOR}] if cwd is not None else [] if tree == {} and expected else None
    rows: list[Row] = []
    for path, node in _walk(tree, "", 0):
        if isinstance(node, str):
            rows.append({"path": path, "type": "file", "content": node})
        else:
            rows.append({"path": path, "type": "directory"})
        if len(rows) >= MAX_NODES:
            break
    if cwd is not None:
        known = {row["path"] for row in rows}
        named = [path for path in sorted(known) if name_of(path) == cwd.strip("/")]
        rows.append({"path": _clean(cwd) if _clean(cwd) in known or not named else named[0], "type": CURSOR})
    return rows


def _is_file_name(name: str) -> bool:
    return "." in name


def _clean(path: str) -> str:
    return "/" + "/".join(step for step in path.split("/") if step not in ("", "."))


def _tree(part: Any, expected: bool) -> dict[str, Any] | None:
    """Return the top directory that a document part describes; None where it describes none."""
    node = _node(part, 0, expected)
    if not isinstance(node, dict):
        return None
    while len(node) == 1:
        (name, inner), *_ = node.items()
        if isinstance(inner, dict) and (set(tokens(name)) <= _ROOTS or name == "/"):
            node, expected = inner, True
        else:
            break
    evident = expected or _marked(part, 0) or any("/" in path or "." in path for path, _ in _walk(node, "", 0))
    flat: dict[str, Any] = {}
    for name, inner in node.items():
        _insert(flat, name, inner)
    return flat if evident else None


def _marked(part: Any, depth: int) -> bool:
    """Tell whether some object in there says that it is a file or a directory."""
    if depth > _DEPTH:
        return False
    if isinstance(part, list):
        return any(_marked(item, depth + 1) for item in part)
    if not isinstance(part, dict):
        return False
    kind = part.get("type", part.get("kind"))
    if isinstance(kind, str) and kind.lower() in _DIRECTORY | _FILE:
        return True
    return any(_marked(item, depth + 1) for item in part.values())


def _node(value: Any, depth: int, expected: bool) -> _Node | None:
    """Read one node; None where the value is none."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if depth > _DEPTH:
        return None
    if isinstance(value, list):
        return _listed(value, depth, expected)
    if not isinstance(value, dict):
        return None
    kind = value.get("type", value.get("kind"))
    kind = kind.lower() if isinstance(kind, str) else "directory" if value.get("is_directory") is True else ""
    inside = [name for name in value if name.lower() in _WITHIN or name.lower() in ("text", "data", "body")]
    if kind in _FILE or (kind == "" and isinstance(value.get("content"), str) and not _named_like_files(value)):
        content = next((value[name] for name in inside if isinstance(value[name], str)), "")
        return content
    if kind in _DIRECTORY:
        holder: Any = next((value[name] for name in inside if isinstance(value[name], (dict, list))), {})
        return _node(holder, depth + 1, expected) if holder else {}
    children: dict[str, Any] = {}
    for name, inner in value.items():
        node = _node(inner, depth + 1, expected)
        if node is None:
            return None
        children[name] = node
    return children


def _named_like_files(value: dict[str, Any]) -> bool:
    return sum("." in name for name in value) * 2 >= len(value)


def _listed(items: list[Any], depth: int, expected: bool) -> _Node | None:
    children: dict[str, Any] = {}
    for item in items:
        if isinstance(item, str) and expected:
            children[item] = {} if item.endswith("/") else ""
            continue
        if not isinstance(item, dict):
            return None
        name = next((item[n] for n in ("path", "name", "filename", "file_name") if isinstance(item.get(n), str)), None)
        node = _node(
            {n: v for n, v in item.items() if n not in ("path", "name", "filename", "file_name")}, depth + 1, expected
        )
        if name is None or node is None:
            return None
        children[name] = node if item.keys() - {"path", "name"} else ""
    return children


def _unflattened(files: dict[str, str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, text in files.items():
        _insert(tree, path, text)
    return tree


def _insert(tree: dict[str, Any], path: str, node: _Node) -> None:
    """Put a node into a tree under a path, with the directories on the way; what is in the way is replaced."""
    steps = [step for step in path.split("/") if step not in ("", ".", "..")][:_DEPTH]
    for step in steps[:-1]:
        inner = tree.get(step)
        if not isinstance(inner, dict):
            inner = tree[step] = {}
        tree = inner
    if not steps:
        return
    held = tree.get(steps[-1])
    if isinstance(held, dict) and isinstance(node, dict):
        for name, inner in node.items():
            _insert(held, name, inner)
    else:
        fresh: _Node = node if isinstance(node, str) else {}
        tree[steps[-1]] = fresh
        if isinstance(node, dict) and isinstance(fresh, dict):
            for name, inner in node.items():
                _insert(fresh, name, inner)


def _walk(tree: dict[str, Any], above: str, depth: int) -> Iterator[tuple[str, _Node]]:
    for name, node in tree.items():
        path = f"{above}/{name}"
        yield path, node
        if isinstance(node, dict) and depth < _DEPTH:
            yield from _walk(node, path, depth + 1)
