"""A note vault: a nested tree of folders and notes with a current folder; OpenAI functions."""

from __future__ import annotations

from typing import Any

from ..documents import document
from ..domain import Domain


class Vault:
    def __init__(self, state: dict[str, Any]) -> None:
        self.root = state["vault"]
        self.here: list[str] = list(state["current_folder"])

    def _folder(self) -> dict[str, Any]:
        node = self.root
        for name in self.here:
            node = node["contents"][name]
        contents: dict[str, Any] = node["contents"]
        return contents

    def where(self) -> dict[str, Any]:
        """Show the path of the current folder."""
        return {"path": "/" + "/".join(self.here)}

    def list_entries(self) -> dict[str, Any]:
        """List the names of the notes and folders in the current folder."""
        return {"entries": sorted(self._folder())}

    def open_folder(self, folder: str) -> dict[str, Any]:
        """Go to a folder inside the current one, or to the one above with '..'.

        Args:
            folder: Name of the folder, or '..'.
        """
        if folder == "..":
            if not self.here:
                return {"error": "already at the top"}
            self.here.pop()
        elif self._folder().get(folder, {}).get("type") != "folder":
            return {"error": f"no such folder: {folder}"}
        else:
            self.here.append(folder)
        return self.where()

    def make_folder(self, name: str) -> dict[str, Any]:
        """Make a folder in the current one.

        Args:
            name: Name of the folder.
        """
        if name in self._folder():
            return {"error": f"{name} exists"}
        self._folder()[name] = {"type": "folder", "contents": {}}
        return {"created": name}

    def write_note(self, name: str, text: str) -> dict[str, Any]:
        """Write a note in the current folder, replacing what it held.

        Args:
            name: Name of the note.
            text: The text.
        """
        if self._folder().get(name, {}).get("type") == "folder":
            return {"error": f"{name} is a folder"}
        self._folder()[name] = {"type": "note", "text": text}
        return {"saved": name, "characters": len(text)}

    def append_to_note(self, name: str, text: str) -> dict[str, Any]:
        """Add text to the end of a note.

        Args:
            name: Name of the note.
            text: The text.
        """
        note = self._note(name)
        if note is None:
            return {"error": f"no such note: {name}"}
        note["text"] += text
        return {"saved": name, "characters": len(note["text"])}

    def _note(self, name: str) -> dict[str, Any] | None:
        note = self._folder().get(name)
        return note if note and note["type"] == "note" else None

    def read_note(self, name: str) -> dict[str, Any]:
        """Read a note in the current folder.

        Args:
            name: Name of the note.
        """
        note = self._note(name)
        return {"name": name, "text": note["text"]} if note else {"error": f"no such note: {name}"}

    def rename_entry(self, name: str, new_name: str) -> dict[str, Any]:
        """Rename a note or folder in the current folder.

        Args:
            name: Its name.
            new_name: Its new name.
        """
        if name not in self._folder():
            return {"error": f"no such entry: {name}"}
        if new_name in self._folder():
            return {"error": f"{new_name} exists"}
        self._folder()[new_name] = self._folder().pop(name)
        return {"renamed": new_name}

    def copy_note(self, name: str, new_name: str) -> dict[str, Any]:
        """Copy a note within the current folder.

        Args:
            name: Name of the note.
            new_name: Name of the copy.
        """
        note = self._note(name)
        if note is None:
            return {"error": f"no such note: {name}"}
        if new_name in self._folder():
            return {"error": f"{new_name} exists"}
        self._folder()[new_name] = dict(note)
        return {"copied": new_name}

    def move_entry(self, name: str, folder: str) -> dict[str, Any]:
        """Move a note or folder of the current folder into a folder inside it.

        Args:
            name: Its name.
            folder: Name of the folder it goes into.
        """
        target = self._folder().get(folder)
        if name not in self._folder() or name == folder:
            return {"error": f"no such entry: {name}"}
        if target is None or target["type"] != "folder":
            return {"error": f"no such folder: {folder}"}
        if name in target["contents"]:
            return {"error": f"{name} exists there"}
        target["contents"][name] = self._folder().pop(name)
        return {"moved": name}

    def delete_entry(self, name: str) -> dict[str, Any]:
        """Delete a note, or a folder with all that is in it.

        Args:
            name: Its name.
        """
        if self._folder().pop(name, None) is None:
            return {"error": f"no such entry: {name}"}
        return {"deleted": name}

    def find_notes(self, text: str) -> dict[str, Any]:
        """Find the notes in the current folder whose text contains something.

        Args:
            text: What to look for, case-insensitive.
        """
        found = [
            name
            for name, entry in self._folder().items()
            if entry["type"] == "note" and text.lower() in entry["text"].lower()
        ]
        return {"notes": found}

    def count_words(self, name: str) -> dict[str, Any]:
        """Count the words of a note.

        Args:
            name: Name of the note.
        """
        note = self._note(name)
        return {"words": len(note["text"].split())} if note else {"error": f"no such note: {name}"}


def _text(text: str) -> dict[str, Any]:
    return {"type": "note", "text": text}


STATE: dict[str, Any] = {
    "vault": {
        "type": "folder",
        "contents": {
            "garden": {
                "type": "folder",
                "contents": {"seeds": _text("beans and kale"), "tools": {"type": "folder", "contents": {}}},
            },
            "recipes": {"type": "folder", "contents": {"soup": _text("leek, potato, cream")}},
            "todo": _text("call the plumber"),
            "ideas": _text("a boat shed with a kale roof"),
        },
    },
    "current_folder": [],
}


def _notes(api: Vault, random: Any) -> str:
    return str(random.choice([name for name, entry in api._folder().items() if entry["type"] == "note"]))


def _folders(api: Vault, random: Any) -> str:
    return str(random.choice([name for name, entry in api._folder().items() if entry["type"] == "folder"]))


def _new(api: Vault, random: Any) -> str:
    return f"{random.choice(['plan', 'list', 'draft'])}{random.randint(1, 99)}"


DOMAIN = Domain(
    name="vault",
    api=Vault,
    document=document(Vault, "openai"),
    state=STATE,
    pools={
        "folder": _folders,
        "open_folder.folder": lambda api, random: random.choice(["..", _folders(api, random)]),
        "name": lambda api, random: random.choice(list(api._folder())),
        "read_note.name": _notes,
        "append_to_note.name": _notes,
        "copy_note.name": _notes,
        "count_words.name": _notes,
        "make_folder.name": _new,
        "write_note.name": lambda api, random: random.choice([_new(api, random), _notes(api, random)]),
        "new_name": _new,
        "find_notes.text": lambda api, random: random.choice(["kale", "plum", "e", "olive"]),
    },
    reads={
        "open_folder": ("where", "list_entries"),
        "make_folder": ("list_entries",),
        "write_note": ("read_note", "list_entries"),
        "append_to_note": ("read_note", "count_words"),
        "rename_entry": ("list_entries",),
        "copy_note": ("read_note name=new_name", "list_entries"),
        "move_entry": ("list_entries",),
        "delete_entry": ("list_entries", "read_note"),
    },
)
