"""Actions that change files and directories."""

from __future__ import annotations

import difflib

from inftool.servers.profiles.filesystem import keeping
from inftool.servers.profiles.filesystem.looking import inside
from inftool.servers.profiles.filesystem.tree import Tree, name_of, parent_of
from inftool.servers.profiles.profile import Outcome
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.session import Row, Session


def _local(values: Row, *roles: str) -> None:
    """Refuse a path where only a name in the working directory is taken."""
    for role in roles:
        if values.get("local") and "/" in str(values.get(role) or "").rstrip("/"):
            raise Refusal("invalid", f"{str(values[role])[:200]}: a name in the current directory was expected")


def make_directory(session: Session, values: Row) -> Outcome:
    """``mkdir``, with ``parents`` also those on the way; a directory that is there is refused without it."""
    tree = Tree(session)
    _local(values, "path")
    path = tree.named(values)
    held = tree.nodes.get(path)
    if not (values.get("parents") and held is not None and held["type"] == "directory"):
        tree.make_directory(path, parents=values.get("parents") is True)
    return Outcome({"path": path}, f"Directory {path} is there")


def touch(session: Session, values: Row) -> Outcome:
    """Make an empty file, or one with the given content; one that is there only gets a new time, or is refused."""
    tree = Tree(session)
    _local(values, "path")
    path = tree.named(values)
    if path in tree.nodes and (values.get("fresh") or values.get("content") is not None):
        if values.get("overwrite") is not True:
            raise Refusal("conflict", f"{str(values['path'])[:200]}: exists already")
        tree.write(path, str(values.get("content") or ""))
    elif path in tree.nodes:
        tree.change(path, modified=session.now())
    else:
        tree.write(path, str(values.get("content") or ""), parents=values.get("parents") is True)
    return Outcome({"path": path}, f"File {path} created")


def write(session: Session, values: Row) -> Outcome:
    """Set a file's content, or add to its end."""
    tree = Tree(session)
    _local(values, "path")
    path = tree.named(values)
    content = str(values["content"])
    mode = str(values.get("mode") or "").lower()
    held = tree.nodes.get(path)
    if values.get("existing") and held is None:
        tree.file(path)
    if values.get("append") is True or mode in ("a", "append"):
        before = held["content"] if held is not None and held["type"] == "file" else ""
        joint = "\n" if values.get("own_line") and before and not before.endswith("\n") else ""
        content = before + joint + content
    elif values.get("overwrite") is False and held is not None:
        raise Refusal("conflict", f"{str(values['path'])[:200]}: exists already")
    tree.write(path, content, parents=values.get("parents") is True)
    return Outcome({"path": path, "bytes": len(str(values["content"]).encode())}, f"Wrote to {path}")


def echo(session: Session, values: Row) -> Outcome:
    """Show a text, or write it to a file."""
    if not values.get("path"):
        return Outcome({"terminal_output": str(values["content"])}, str(values["content"]))
    write(session, values)
    return Outcome({"terminal_output": None}, "")


def _target(tree: Tree, values: Row) -> tuple[str, str]:
    """Return where from and where to; an existing directory as target takes the source in under its own name."""
    node = tree.node(values["source"])
    source = node["path"]
    if values.get("files_only") and node["type"] == "directory":
        raise Refusal("invalid", f"{str(values['source'])[:200]}: is a directory")
    into = values.get("into", values.get("folder"))
    target = tree.directory(into)["path"] if values.get("folder_only") else tree.absolute(values["target"])
    held = tree.nodes.get(target)
    if held is not None and held["type"] == "directory" and not values.get("exact"):
        target = f"{target.rstrip('/')}/{name_of(source)}"
    if source == "/" or inside(source, target):
        raise Refusal("invalid", f"{str(values['source'])[:200]}: cannot go into itself")
    held = tree.nodes.get(target)
    if held is not None and not (values.get("overwrite") is True and held["type"] == "file"):
        raise Refusal("conflict", f"{target}: exists already")
    above = tree.nodes.get(parent_of(target))
    if above is None or above["type"] != "directory":
        raise Refusal("missing", f"{parent_of(target)}: no such directory")
    if held is not None:
        tree.remove(target)
    return source, target


def move(session: Session, values: Row) -> Outcome:
    """``mv``."""
    tree = Tree(session)
    _local(values, "source", "target", "into", "folder")
    source, target = _target(tree, values)
    tree.move(source, target)
    shown = f"'{values['source']}' moved to {target}"
    return Outcome({"result": shown, "path": target}, shown)


def rename(session: Session, values: Row) -> Outcome:
    """Give a node another name; a target without a directory stays where the node is."""
    tree = Tree(session)
    _local(values, "source", "target")
    source = tree.node(values["source"])["path"]
    target = str(values["target"])
    if "/" not in target:
        target = f"{parent_of(source).rstrip('/')}/{target}"
    if target in (".", "..") or not target:
        raise Refusal("invalid", "a new name was expected")
    return move(session, {**values, "target": target, "exact": True, "local": False})


def copy(session: Session, values: Row) -> Outcome:
    """``cp``; directories with all that is in them."""
    tree = Tree(session)
    _local(values, "source", "target")
    if values.get("recursive") is False and tree.node(values["source"])["type"] == "directory":
        raise Refusal("invalid", f"{str(values['source'])[:200]}: is a directory; ask for recursive")
    source, target = _target(tree, values)
    tree.copy(source, target)
    shown = f"'{values['source']}' copied to '{values['target']}'"
    return Outcome({"result": shown, "path": target}, shown)


def remove(session: Session, values: Row) -> Outcome:
    """``rm``: a file, and with ``recursive`` a directory with all that is in it."""
    tree = Tree(session)
    _local(values, "path")
    node = tree.node(tree.named(values))
    if node["path"] == "/":
        raise Refusal("forbidden", "/: cannot be removed")
    if node["type"] == "directory" and values.get("recursive") is not True:
        raise Refusal("invalid", f"{str(values['path'])[:200]}: is a directory")
    keeping.discard(session, tree, node["path"], values)
    shown = f"'{values['path']}' removed"
    return Outcome({"result": shown, "path": node["path"]}, shown)


def remove_directory(session: Session, values: Row) -> Outcome:
    """``rmdir``: an empty directory, and with ``recursive`` any."""
    tree = Tree(session)
    _local(values, "path")
    path = tree.directory(values["path"])["path"]
    if path == "/":
        raise Refusal("forbidden", "/: cannot be removed")
    if tree.children(path) and values.get("recursive") is not True:
        raise Refusal("state", f"{str(values['path'])[:200]}: the directory is not empty")
    keeping.discard(session, tree, path, values)
    shown = f"'{values['path']}' removed"
    return Outcome({"result": shown, "path": path}, shown)


def edit(session: Session, values: Row) -> Outcome:
    """Put new text in the place of old; all edits or none, and each old text must be there."""
    tree = Tree(session)
    node = tree.file(values["path"])
    edits = values.get("edits")
    if edits is None:
        edits = [{"old": values.get("old"), "new": values.get("new", "")}]
    text = node["content"]
    for item in edits:
        old, new = _edit(item)
        if not old or old not in text:
            raise Refusal("missing", f"{str(values['path'])[:200]}: the text {old[:80]!r} is not in the file")
        text = text.replace(old, new) if values.get("all") else text.replace(old, new, 1)
        if len(text) > 1_000_000:
            raise Refusal("invalid", f"{str(values['path'])[:200]}: the file would be longer than 1000000 characters")
    before, after = node["content"].splitlines()[:2_000], text.splitlines()[:2_000]
    shown = "\n".join(difflib.unified_diff(before, after, "before", "after", lineterm=""))
    if values.get("preview") is not True:
        tree.write(node["path"], text)
    return Outcome({"diff": shown, "path": node["path"]}, shown)


def _edit(item: object) -> tuple[str, str]:
    """Read one edit: its old and its new text, whatever they are called."""
    texts = (
        {name.lower(): text for name, text in item.items() if isinstance(text, str)} if isinstance(item, dict) else {}
    )
    old = next((text for name, text in texts.items() if name.startswith(("old", "search", "find", "from"))), "")
    new = next((text for name, text in texts.items() if name.startswith(("new", "replace", "to", "with"))), "")
    return old, new


def permit(session: Session, values: Row) -> Outcome:
    """``chmod``."""
    tree = Tree(session)
    path = tree.node(values["path"])["path"]
    tree.change(path, mode=str(values["mode"])[:20])
    return Outcome({"path": path, "permissions": str(values["mode"])}, f"{path} has {values['mode']}")
