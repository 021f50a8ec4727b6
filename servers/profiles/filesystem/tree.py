"""Files and directories of a session: one row a node, under its absolute path, and one for the working directory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.session import Row, Session

NAME = "filesystem"
CURSOR = "cursor"
"""Key of the row that holds the working directory; no path is spelt so."""
TRASH = "trash "
"""What the keys of rows begin with that hold something thrown away."""
HOME = "/workspace"
MAX_NODES = 5_000
MAX_CONTENT = 8_000_000
"""Characters in all files together."""
MAX_NAME = 255
MAX_PARTS = 64


def parent_of(path: str) -> str:
    """Return the directory that a node lies in; the root's own is the root."""
    return path.rpartition("/")[0] or "/"


def name_of(path: str) -> str:
    """Return the last part of a path; the root's is ``/``."""
    return path.rpartition("/")[2] or "/"


def below(path: str, other: str) -> bool:
    """Tell whether ``other`` lies somewhere under ``path``."""
    return other.startswith(path if path == "/" else path + "/") and other != path


class Tree:
    """The nodes as they are, read once a call; changes go to the session at once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.nodes: dict[str, Row] = {}
        self.trash: dict[str, Row] = {}
        """What was thrown away and can come back, by key."""
        self.cwd = "/"
        for stored in session.stored(NAME):
            if stored.key == CURSOR:
                self.cwd = str(stored.doc.get("path") or "/")
            elif stored.key.startswith(TRASH):
                self.trash[stored.key] = stored.doc
            else:
                self.nodes[stored.key] = stored.doc
        self.nodes.setdefault("/", {"path": "/", "type": "directory"})

    # --- names

    def absolute(self, path: Any) -> str:
        """Return the absolute form of a path, relative ones starting from the working directory.

        Raises:
            Refusal: it is empty, too long, or holds a null character.
        """
        text = str(path)
        if not text or "\0" in text:
            raise Refusal("invalid", "path: a path was expected")
        if text == "~" or text.startswith("~/"):
            text = (HOME if HOME in self.nodes else "/") + text[1:]
        steps: list[str] = [] if text.startswith("/") else [step for step in self.cwd.split("/") if step]
        for step in text.split("/"):
            if step == "..":
                steps = steps[:-1]
            elif step not in ("", "."):
                if len(step) > MAX_NAME or len(steps) >= MAX_PARTS:
                    raise Refusal("invalid", "path: the path is too long")
                steps.append(step)
        return "/" + "/".join(steps)

    def named(self, values: Row) -> str:
        """Return the absolute path of a name, in a folder where a call gives one.

        Raises:
            Refusal: the path is ill-formed, or the folder is none.
        """
        folder = values.get("folder")
        if not folder:
            return self.absolute(values["path"])
        above = str(self.directory(folder)["path"])
        return self.absolute(f"{above.rstrip('/')}/{str(values['path']).lstrip('/')}")

    def file(self, path: Any) -> Row:
        """Return a file.

        Raises:
            Refusal: nothing is there, or a directory.
        """
        node = self.node(path)
        if node["type"] != "file":
            raise Refusal("invalid", f"{str(path)[:200]}: is a directory")
        return node

    def directory(self, path: Any) -> Row:
        """Return a directory.

        Raises:
            Refusal: nothing is there, or a file.
        """
        node = self.node(path)
        if node["type"] != "directory":
            raise Refusal("invalid", f"{str(path)[:200]}: is not a directory")
        return node

    def node(self, path: Any) -> Row:
        """Return what is at a path.

        Raises:
            Refusal: nothing is there.
        """
        node = self.nodes.get(self.absolute(path))
        if node is None:
            raise Refusal("missing", f"{str(path)[:200]}: no such file or directory")
        return node

    def children(self, path: str) -> list[Row]:
        """Return what lies directly in a directory, by name."""
        found = (node for place, node in self.nodes.items() if place != "/" and parent_of(place) == path)
        return sorted(found, key=lambda node: str(node["path"]))

    def under(self, path: str) -> Iterator[Row]:
        """Yield everything under a directory at any depth, parents before their children, by name."""
        for child in self.children(path):
            yield child
            if child["type"] == "directory":
                yield from self.under(child["path"])

    # --- changes

    def go(self, path: str) -> None:
        """Change the working directory."""
        self.cwd = path
        if self._session.get(NAME, CURSOR) is None:
            self._session.insert(NAME, CURSOR, "", {"path": path})
        else:
            self._session.put(NAME, CURSOR, "", {"path": path})

    def make_directory(self, path: str, parents: bool = False) -> None:
        """Add a directory, and with ``parents`` those on the way to it."""
        if parents and parent_of(path) not in self.nodes:
            self.make_directory(parent_of(path), parents=True)
        self._add(path, {"path": path, "type": "directory"})

    def write(self, path: str, content: str, parents: bool = False) -> None:
        """Set the content of a file, which is made where there is none.

        Raises:
            Refusal: there is a directory of that name, or none to put it in, or no room.
        """
        held = self.nodes.get(path)
        if held is not None and held["type"] == "directory":
            raise Refusal("invalid", f"{path}: is a directory")
        used = sum(len(node.get("content", "")) for place, node in self.nodes.items() if place != path)
        if used + len(content) > MAX_CONTENT:
            raise Refusal("invalid", f"{path}: the file system has room for {MAX_CONTENT} characters in all")
        if held is not None:
            self.change(path, content=content, modified=self._session.now())
            return
        if parents and parent_of(path) not in self.nodes:
            self.make_directory(parent_of(path), parents=True)
        self._add(path, {"path": path, "type": "file", "content": content})

    def change(self, path: str, **fields: Any) -> None:
        """Set fields of a node."""
        self.nodes[path] = {**self.nodes[path], **fields}
        if path == "/" and self._session.get(NAME, path) is None:
            self._session.insert(NAME, path, "", self.nodes[path])
        self._session.put(NAME, path, "", self.nodes[path])

    def remove(self, path: str) -> None:
        """Remove a node with all that is under it; a working directory in there moves up to what is left."""
        for place in [place for place in self.nodes if place == path or below(path, place)]:
            del self.nodes[place]
            self._session.delete(NAME, place, "")
        if self.cwd == path or below(path, self.cwd):
            self.go(parent_of(path))

    def copy(self, source: str, target: str) -> None:
        """Copy a node with all that is under it to a path where nothing is."""
        copied = [self.nodes[source], *(self.under(source) if self.nodes[source]["type"] == "directory" else ())]
        size = sum(len(node.get("content", "")) for node in copied)
        if size + sum(len(node.get("content", "")) for node in self.nodes.values()) > MAX_CONTENT:
            raise Refusal("invalid", f"{target}: the file system has room for {MAX_CONTENT} characters in all")
        for node in list(copied):
            place = target + node["path"][len(source) :]
            self._add(place, {**node, "path": place})

    def move(self, source: str, target: str) -> None:
        """Move a node with all that is under it to a path where nothing is."""
        inside = self.cwd == source or below(source, self.cwd)
        cwd = self.cwd
        places = [place for place in self.nodes if place == source or below(source, place)]
        for place in places:
            node = self.nodes.pop(place)
            self._session.delete(NAME, place, "")
            moved = target + place[len(source) :]
            self.nodes[moved] = {**node, "path": moved}
            self._session.insert(NAME, moved, "", self.nodes[moved])
        if inside:
            self.go(target + cwd[len(source) :])

    def put_back(self, nodes: list[Row]) -> None:
        """Add nodes that were removed, parents before their children.

        Raises:
            Refusal: something is in their place, or the directory they lay in is gone.
        """
        for node in nodes:
            self._add(node["path"], node)

    def _add(self, path: str, node: Row) -> None:
        above = self.nodes.get(parent_of(path))
        if above is None:
            raise Refusal("missing", f"{parent_of(path)}: no such directory")
        if above["type"] != "directory":
            raise Refusal("invalid", f"{parent_of(path)}: is not a directory")
        if path in self.nodes:
            raise Refusal("conflict", f"{path}: exists already")
        if len(self.nodes) >= MAX_NODES:
            raise Refusal("invalid", f"{path}: the file system has room for {MAX_NODES} files and directories")
        now = self._session.now()
        node = {**node, "created": now, "modified": now}
        self.nodes[path] = node
        self._session.insert(NAME, path, "", node)
