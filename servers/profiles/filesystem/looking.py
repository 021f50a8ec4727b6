"""Actions that look at files and change none: listing, reading, finding, counting, comparing."""

from __future__ import annotations

import difflib
import fnmatch
from typing import Any

from inftool.servers.profiles.filesystem.tree import HOME, Tree, below, name_of
from inftool.servers.profiles.profile import Outcome
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.session import Row, Session

MAX_FILES = 200
"""Files read in one call."""


def _size(tree: Tree, node: Row) -> int:
    if node["type"] == "file":
        return len(node["content"].encode())
    return sum(len(inner["content"].encode()) for inner in tree.under(node["path"]) if inner["type"] == "file")


def _mode(node: Row) -> str:
    return str(node.get("mode") or ("755" if node["type"] == "directory" else "644"))


def where(session: Session, values: Row) -> Outcome:
    """``pwd``."""
    cwd = Tree(session).cwd
    return Outcome({"current_directory": cwd}, cwd)


def roots(session: Session, values: Row) -> Outcome:
    """The directories that may be used."""
    tree = Tree(session)
    found = [HOME] if HOME in tree.nodes else [node["path"] for node in tree.children("/")] or ["/"]
    return Outcome({"directories": found}, "\n".join(found))


def listing(session: Session, values: Row) -> Outcome:
    """``ls``: hidden ones and details where asked, everything below with ``recursive``."""
    tree = Tree(session)
    path = tree.absolute(values.get("path") or ".")
    node = tree.node(values.get("path") or ".")
    if node["type"] == "file":
        nodes = [node]
    else:
        nodes = list(tree.under(path)) if values.get("recursive") else tree.children(path)
    if "hidden" in values and not values["hidden"]:
        nodes = [node for node in nodes if not name_of(node["path"]).startswith(".")]
    if values.get("pattern"):
        nodes = [node for node in nodes if fnmatch.fnmatchcase(name_of(node["path"]), str(values["pattern"])[:200])]
    if values.get("only"):
        nodes = [node for node in nodes if node["type"] == values["only"]]
    start = len(path.rstrip("/")) + 1
    names = [name_of(node["path"]) if node is tree.nodes.get(path) else node["path"][start:] for node in nodes]
    lines = [f"[{'DIR' if node['type'] == 'directory' else 'FILE'}] {n}" for n, node in zip(names, nodes, strict=True)]
    if values.get("long"):
        found: list[Any] = [{**_facts(tree, node), "name": name} for name, node in zip(names, nodes, strict=True)]
        if values.get("sort") == "size":
            found.sort(key=lambda fact: -fact["size"])
    else:
        found = names
    return Outcome({"entries": found, "path": path, "count": len(nodes)}, "\n".join(lines))


def _facts(tree: Tree, node: Row) -> Row:
    return {
        "name": name_of(node["path"]),
        "path": node["path"],
        "type": node["type"],
        "size": _size(tree, node),
        "permissions": _mode(node),
        "created": node.get("created"),
        "modified": node.get("modified"),
        "is_directory": node["type"] == "directory",
        "is_file": node["type"] == "file",
    }


def facts(session: Session, values: Row) -> Outcome:
    """``stat``."""
    tree = Tree(session)
    found = _facts(tree, tree.node(values["path"]))
    return Outcome(found, "\n".join(f"{name}: {value}" for name, value in found.items()))


def exists(session: Session, values: Row) -> Outcome:
    """Whether anything is at a path."""
    tree = Tree(session)
    node = tree.nodes.get(tree.absolute(values["path"]))
    wanted = values.get("type")
    return Outcome({"exists": node is not None and (not wanted or node["type"] == wanted)})


def picture(session: Session, values: Row) -> Outcome:
    """``tree``: everything below a directory, nested."""
    tree = Tree(session)
    top = tree.directory(values.get("path") or ".")
    depth = values.get("depth")
    deepest = depth if isinstance(depth, int) and depth > 0 else 64

    def nested(path: str, level: int) -> list[Row]:
        out: list[Row] = []
        for child in tree.children(path):
            entry: Row = {"name": name_of(child["path"]), "type": child["type"]}
            if child["type"] == "directory":
                entry["children"] = nested(child["path"], level + 1) if level < deepest else []
            out.append(entry)
        return out

    def drawn(entries: list[Row], indent: str) -> list[str]:
        lines = []
        for entry in entries:
            lines.append(f"{indent}{entry['name']}{'/' if 'children' in entry else ''}")
            lines += drawn(entry.get("children", []), indent + "  ")
        return lines

    entries = nested(top["path"], 1)
    return Outcome({"tree": entries}, "\n".join(drawn(entries, "")))


def read(session: Session, values: Row) -> Outcome:
    """``cat``: a file's content, or some of its lines."""
    tree = Tree(session)
    node = tree.file(tree.named(values))
    text = node["content"]
    if values.get("head") is not None or values.get("tail") is not None:
        part = _lines(text, int(values["head"])) if values.get("head") is not None else _last(text, int(values["tail"]))
        text = "\n".join(part)
    elif values.get("start") is not None or values.get("end") is not None:
        first = max(int(values.get("start") or 1), 1)
        last = int(values["end"]) if values.get("end") is not None else None
        text = "\n".join(text.splitlines()[first - 1 : last])
    return Outcome({"content": text, "path": node["path"], "size": len(text.encode())}, text)


def _lines(text: str, count: int) -> list[str]:
    if count < 0:
        raise Refusal("invalid", "lines: a number from 0 was expected")
    return text.splitlines()[:count]


def _last(text: str, count: int) -> list[str]:
    if count < 0:
        raise Refusal("invalid", "lines: a number from 0 was expected")
    return text.splitlines()[-count:] if count else []


def head(session: Session, values: Row) -> Outcome:
    """The first lines of a file (10 where no number is given)."""
    lines = _lines(Tree(session).file(values["path"])["content"], _whole(values.get("lines"), 10))
    return Outcome({"first_lines": lines}, "\n".join(lines))


def tail(session: Session, values: Row) -> Outcome:
    """The last lines of a file (10 where no number is given)."""
    lines = _last(Tree(session).file(values["path"])["content"], _whole(values.get("lines"), 10))
    return Outcome({"last_lines": lines}, "\n".join(lines))


def _whole(value: Any, default: int) -> int:
    if value is None:
        return default
    try:
        return int(value)
    except (TypeError, ValueError):
        raise Refusal("invalid", "a whole number was expected") from None


def read_many(session: Session, values: Row) -> Outcome:
    """Several files at once; one that cannot be read says why in its place."""
    tree = Tree(session)
    found = []
    for path in values["paths"][:MAX_FILES]:
        try:
            found.append({"path": str(path), "content": tree.file(path)["content"]})
        except Refusal as refusal:
            found.append({"path": str(path), "error": refusal.message})
    text = "\n---\n".join(f"{item['path']}:\n{item.get('content', item.get('error'))}" for item in found)
    return Outcome({"files": found}, text)


def find(session: Session, values: Row) -> Outcome:
    """Files and directories by name: a pattern with ``*`` and ``?``, else a part of the name."""
    tree = Tree(session)
    asked = str(values.get("path") or ".")
    top = tree.node(asked)
    wanted = str(values.get("pattern") or "*")[:200].lower()
    excluded = [str(item)[:200].lower() for item in values.get("exclude") or ()]
    wild = any(sign in wanted for sign in "*?[")
    kind = {"f": "file", "d": "directory"}.get(str(values.get("type")), values.get("type"))
    start = len(top["path"].rstrip("/")) + 1
    shown = asked.rstrip("/") or "/"
    matches = []
    for node in tree.under(top["path"]) if top["type"] == "directory" else [top]:
        name, inner = name_of(node["path"]).lower(), node["path"][start:]
        fits = _fits(name, inner.lower(), wanted) if wild else wanted in name
        if fits and (not kind or node["type"] == kind) and not any(_fits(name, inner.lower(), e) for e in excluded):
            matches.append(f"{'' if shown == '/' else shown}/{inner}" if inner else shown)
    return Outcome({"matches": matches, "count": len(matches)}, "\n".join(matches) or "No matches found")


def _fits(name: str, path: str, pattern: str) -> bool:
    if "/" in pattern:
        return fnmatch.fnmatchcase(path, pattern) or fnmatch.fnmatchcase(f"/{path}", pattern)
    return fnmatch.fnmatchcase(name, pattern) or (bool(pattern.strip("*?")) and name == pattern)


def grep(session: Session, values: Row) -> Outcome:
    """Lines that hold a text: of one file, or of every file under a directory."""
    tree = Tree(session)
    node = tree.node(values.get("path") or ".")
    wanted = str(values["text"])
    fold = values.get("ignore_case") is True
    wanted = wanted.lower() if fold else wanted
    files = [node] if node["type"] == "file" else [n for n in tree.under(node["path"]) if n["type"] == "file"]
    lines, places = [], []
    for file in files:
        for number, line in enumerate(file["content"].splitlines(), 1):
            if wanted in (line.lower() if fold else line):
                lines.append(line if node["type"] == "file" else f"{file['path']}:{line}")
                places.append({"path": file["path"], "line": number, "text": line})
    named = {"matching_lines": lines, "matches": places, "count": len(lines)}
    return Outcome(named, "\n".join(lines))


def grep_files(session: Session, values: Row) -> Outcome:
    """Files that hold a text: in a directory (``flat``) or anywhere below it."""
    tree = Tree(session)
    top = tree.directory(values.get("path") or ".")["path"]
    fold = values.get("ignore_case") is True
    wanted = str(values["text"]).lower() if fold else str(values["text"])
    nodes = tree.children(top) if values.get("flat") else tree.under(top)
    start = len(top.rstrip("/")) + 1
    found = [
        node["path"][start:]
        for node in nodes
        if node["type"] == "file" and wanted in (node["content"].lower() if fold else node["content"])
    ]
    return Outcome({"matches": found, "count": len(found)}, "\n".join(found) or "No matches found")


def totals(session: Session, values: Row) -> Outcome:
    """How many files, directories, words and characters there are below a directory."""
    tree = Tree(session)
    node = tree.node(values.get("path") or ".")
    nodes = list(tree.under(node["path"])) if node["type"] == "directory" else [node]
    texts = [inner["content"] for inner in nodes if inner["type"] == "file"]
    named = {
        "files": len(texts),
        "directories": len(nodes) - len(texts),
        "words": sum(len(text.split()) for text in texts),
        "characters": sum(map(len, texts)),
    }
    return Outcome(named, ", ".join(f"{name}: {number}" for name, number in named.items()))


def count(session: Session, values: Row) -> Outcome:
    """``wc``: lines, words and characters."""
    text = Tree(session).file(values["path"])["content"]
    counts = {"lines": len(text.splitlines()), "words": len(text.split()), "characters": len(text)}
    mode = str(values.get("mode") or "").lstrip("-").lower()
    if not mode:
        return Outcome(counts, " ".join(str(number) for number in counts.values()))
    name = next((name for name in counts if name.startswith(mode[:1])), "characters" if mode in ("m", "bytes") else "")
    if not name:
        raise Refusal("invalid", f"mode: {mode[:40]!r} is none of l (lines), w (words), c (characters)")
    return Outcome({"count": counts[name], "type": name, name: counts[name]}, str(counts[name]))


def order(session: Session, values: Row) -> Outcome:
    """``sort``: the lines of a file in order; the file stays as it is."""
    lines = Tree(session).file(values["path"])["content"].splitlines()
    if values.get("unique"):
        lines = list(dict.fromkeys(lines))
    lines = sorted(lines, reverse=values.get("reverse") is True)
    return Outcome({"sorted_content": "\n".join(lines), "lines": lines}, "\n".join(lines))


def unique(session: Session, values: Row) -> Outcome:
    """``uniq``: the lines of a file without those that repeat the line before."""
    lines = Tree(session).file(values["path"])["content"].splitlines()
    kept = [line for number, line in enumerate(lines) if not number or line != lines[number - 1]]
    return Outcome({"unique_content": "\n".join(kept), "lines": kept}, "\n".join(kept))


def compare(session: Session, values: Row) -> Outcome:
    """``diff``: the lines that two files do not share."""
    tree = Tree(session)
    one, two = (tree.file(values[role])["content"].splitlines() for role in ("source", "target"))
    if len(one) > 5_000 or len(two) > 5_000:
        raise Refusal("invalid", "files of at most 5000 lines can be compared")
    changed = [line for line in difflib.ndiff(one, two) if line[:2] in ("- ", "+ ")]
    return Outcome({"diff_lines": "\n".join(changed), "identical": not changed}, "\n".join(changed))


def usage(session: Session, values: Row) -> Outcome:
    """``du``: the size of a file, or of all files in a directory."""
    tree = Tree(session)
    node = tree.node(values.get("path") or ".")
    size = _size(tree, node)
    shown: Any = size
    if values.get("human"):
        number, unit = float(size), "B"
        for larger in ("KB", "MB", "GB"):
            if number >= 1024:
                number, unit = number / 1024, larger
        shown = f"{number:.2f} {unit}"
    inside = tree.under(node["path"]) if node["type"] == "directory" else [node]
    files = sum(inner["type"] == "file" for inner in inside)
    return Outcome({"size": shown, "path": node["path"], "files": files}, str(shown))


def go(session: Session, values: Row) -> Outcome:
    """``cd``."""
    tree = Tree(session)
    path = tree.absolute(values.get("path") or "~")
    tree.directory(path)
    tree.go(path)
    return Outcome({"current_directory": path}, path)


def inside(outer: str, inner: str) -> bool:
    """Tell whether ``inner`` is ``outer`` or lies under it."""
    return inner == outer or below(outer, inner)
