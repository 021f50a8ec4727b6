"""Actions on what is kept about files: the trash, and tags."""

from __future__ import annotations

from inftool.servers.profiles.filesystem.tree import NAME, TRASH, Tree, name_of
from inftool.servers.profiles.profile import Outcome
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.session import Row, Session

MAX_TAGS = 50


def discard(session: Session, tree: Tree, path: str, values: Row) -> None:
    """Remove a node with all that is under it; with ``trash`` it can come back."""
    node = tree.nodes[path]
    if values.get("trash"):
        nodes = [node, *(tree.under(path) if node["type"] == "directory" else ())]
        key = f"{TRASH}{session.next_id(f'{NAME} trash')}"
        session.insert(NAME, key, "", {"path": path, "nodes": [dict(inner) for inner in nodes]})
    tree.remove(path)


def trash(session: Session, values: Row) -> Outcome:
    """List what was thrown away."""
    found = [row["path"] for row in Tree(session).trash.values()]
    return Outcome({"entries": [name_of(path) for path in found], "paths": found}, "\n".join(found))


def restore(session: Session, values: Row) -> Outcome:
    """Put what was thrown away last under a name or path back where it was."""
    tree = Tree(session)
    wanted = str(values["path"])
    path = tree.absolute(wanted)
    held = [key for key, row in tree.trash.items() if row["path"] == path or name_of(row["path"]) == wanted]
    if not held:
        raise Refusal("missing", f"{wanted[:200]}: is not in the trash")
    nodes = tree.trash[held[-1]]["nodes"]
    tree.put_back(nodes)
    session.delete(NAME, held[-1], "")
    return Outcome({"path": nodes[0]["path"]}, f"'{wanted[:200]}' restored")


def empty(session: Session, values: Row) -> Outcome:
    """Let all that was thrown away go for ever."""
    held = list(Tree(session).trash)
    for key in held:
        session.delete(NAME, key, "")
    return Outcome({"deleted": len(held)}, f"{len(held)} removed for ever")


def tag(session: Session, values: Row) -> Outcome:
    """Put a tag on a file; one that is on it stays."""
    tree = Tree(session)
    node = tree.node(values["path"])
    tags = list(dict.fromkeys([*(node.get("tags") or ()), str(values["tag"])[:200]]))
    if len(tags) > MAX_TAGS:
        raise Refusal("invalid", f"tag: there is room for {MAX_TAGS} tags")
    tree.change(node["path"], tags=tags)
    return Outcome({"tags": tags, "path": node["path"]}, ", ".join(tags))


def untag(session: Session, values: Row) -> Outcome:
    """Take a tag off a file."""
    tree = Tree(session)
    node = tree.node(values["path"])
    tags = list(node.get("tags") or ())
    if values["tag"] not in tags:
        raise Refusal("missing", f"tag: there is no {str(values['tag'])[:80]!r} on it")
    tags.remove(values["tag"])
    tree.change(node["path"], tags=tags)
    return Outcome({"tags": tags, "path": node["path"]}, ", ".join(tags))


def tagged(session: Session, values: Row) -> Outcome:
    """List the files with a tag."""
    nodes = Tree(session).nodes.values()
    found = sorted(node["path"] for node in nodes if values["tag"] in (node.get("tags") or ()))
    return Outcome({"matches": found, "count": len(found)}, "\n".join(found))
