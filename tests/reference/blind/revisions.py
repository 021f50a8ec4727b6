"""A small version control tool: a work tree, a stage, commits on branches, tags; bare lists, failures are raised."""

from __future__ import annotations

from typing import Any

from ..documents import document
from ..domain import Domain


class Revisions:
    def __init__(self, state: dict[str, Any]) -> None:
        self.repo = state["repo"]
        self.commits = state["commits"]

    def _tip(self) -> str | None:
        tip: str | None = self.repo["branches"][self.repo["current_branch"]]
        return tip

    def _need(self, commit: str) -> dict[str, Any]:
        if commit not in self.commits:
            raise ValueError(f"unknown commit {commit}")
        found: dict[str, Any] = self.commits[commit]
        return found

    def status(self) -> dict[str, Any]:
        """Show the current branch, the paths that are modified but not staged, and the staged paths."""
        return {
            "branch": self.repo["current_branch"],
            "modified": list(self.repo["modified"]),
            "staged": list(self.repo["staged"]),
        }

    def write_file(self, path: str, content: str) -> dict[str, Any]:
        """Write a file in the work tree. The path counts as modified afterwards.

        Args:
            path: Path of the file, relative to the root of the repository.
            content: New content of the whole file.
        """
        self.repo["files"][path] = content
        if path not in self.repo["modified"]:
            self.repo["modified"].append(path)
        return {"path": path, "content": content}

    def cat_file(self, path: str) -> dict[str, Any]:
        """Print a file of the work tree.

        Args:
            path: Path of the file.
        """
        if path not in self.repo["files"]:
            raise ValueError(f"{path}: no such file")
        return {"path": path, "content": self.repo["files"][path]}

    def list_files(self) -> list[str]:
        """List the paths in the work tree."""
        return list(self.repo["files"])

    def stage(self, path: str) -> dict[str, Any]:
        """Stage a modified file for the next commit.

        Args:
            path: Path of a modified file.
        """
        if path not in self.repo["modified"]:
            raise ValueError(f"{path} is not modified")
        self.repo["modified"].remove(path)
        if path not in self.repo["staged"]:
            self.repo["staged"].append(path)
        return {"staged": list(self.repo["staged"])}

    def unstage(self, path: str) -> dict[str, Any]:
        """Take a file off the stage; it is modified again.

        Args:
            path: Path of a staged file.
        """
        if path not in self.repo["staged"]:
            raise ValueError(f"{path} is not staged")
        self.repo["staged"].remove(path)
        if path not in self.repo["modified"]:
            self.repo["modified"].append(path)
        return {"staged": list(self.repo["staged"])}

    def commit(self, message: str) -> dict[str, Any]:
        """Record what is staged as a commit on the current branch. Fails when nothing is staged.

        Args:
            message: Commit message.
        """
        if not self.repo["staged"]:
            raise ValueError("nothing staged")
        key = f"{(len(self.commits) * 2654435761 + 77) % 2**28:07x}"
        branch = self.repo["current_branch"]
        self.commits[key] = {
            "message": message,
            "branch": branch,
            "parent": self._tip(),
            "paths": list(self.repo["staged"]),
        }
        self.repo["staged"].clear()
        self.repo["branches"][branch] = key
        return {"commit": key, "branch": branch}

    def show_commit(self, commit: str) -> dict[str, Any]:
        """Show one commit.

        Args:
            commit: Abbreviated hash of the commit.
        """
        return {"commit": commit, **self._need(commit)}

    def log(self, branch: str | None = None) -> list[dict[str, Any]]:
        """List commits, oldest first.

        Args:
            branch: Only commits made on this branch.
        """
        if branch is not None and branch not in self.repo["branches"]:
            raise ValueError(f"unknown branch {branch}")
        return [
            {"commit": key, "message": one["message"], "branch": one["branch"]}
            for key, one in self.commits.items()
            if branch in (None, one["branch"])
        ]

    def branch_create(self, branch: str) -> dict[str, Any]:
        """Create a branch at the tip of the current one, without switching to it.

        Args:
            branch: Name of the new branch; must not exist yet.
        """
        if branch in self.repo["branches"]:
            raise ValueError(f"branch {branch} exists")
        self.repo["branches"][branch] = self._tip()
        return {"branch": branch, "tip": self._tip()}

    def branch_list(self) -> list[dict[str, Any]]:
        """List the branches with the commit at their tip."""
        return [{"branch": name, "tip": tip} for name, tip in self.repo["branches"].items()]

    def branch_delete(self, branch: str) -> dict[str, Any]:
        """Delete a branch. The current branch cannot be deleted.

        Args:
            branch: Name of the branch.
        """
        if branch not in self.repo["branches"]:
            raise ValueError(f"unknown branch {branch}")
        if branch == self.repo["current_branch"]:
            raise ValueError("cannot delete the current branch")
        del self.repo["branches"][branch]
        return {"deleted": branch}

    def switch(self, branch: str) -> dict[str, Any]:
        """Make another branch the current one. Refused while files are staged.

        Args:
            branch: Name of the branch.
        """
        if branch not in self.repo["branches"]:
            raise ValueError(f"unknown branch {branch}")
        if self.repo["staged"]:
            raise ValueError("commit or unstage first")
        self.repo["current_branch"] = branch
        return {"branch": branch}

    def tag_add(self, tag: str, commit: str) -> dict[str, Any]:
        """Attach a tag to a commit. A tag name can be used once.

        Args:
            tag: Name of the tag.
            commit: Abbreviated hash of the commit.
        """
        self._need(commit)
        if tag in self.repo["tags"]:
            raise ValueError(f"tag {tag} exists")
        self.repo["tags"][tag] = commit
        return {"tag": tag, "commit": commit}

    def tag_list(self) -> list[dict[str, Any]]:
        """List the tags with their commits."""
        return [{"tag": tag, "commit": commit} for tag, commit in self.repo["tags"].items()]

    def tag_remove(self, tag: str) -> dict[str, Any]:
        """Remove a tag.

        Args:
            tag: Name of the tag.
        """
        if tag not in self.repo["tags"]:
            raise ValueError(f"unknown tag {tag}")
        del self.repo["tags"][tag]
        return {"removed": tag}


STATE: dict[str, Any] = {
    "repo": {
        "current_branch": "trunk",
        "branches": {"trunk": "9be01c4", "sails": "41d7aa0", "old-mast": "30c55f2"},
        "tags": {"r1": "30c55f2"},
        "files": {"hull.txt": "oak, 9 m", "mast.txt": "spruce", "notes/todo.txt": "caulk the seams"},
        "modified": ["mast.txt", "notes/todo.txt"],
        "staged": ["hull.txt"],
    },
    "commits": {
        "30c55f2": {"message": "first plan", "branch": "trunk", "parent": None, "paths": ["hull.txt"]},
        "41d7aa0": {"message": "add sails", "branch": "sails", "parent": "30c55f2", "paths": ["mast.txt"]},
        "9be01c4": {"message": "longer hull", "branch": "trunk", "parent": "30c55f2", "paths": ["hull.txt"]},
    },
}

DOMAIN = Domain(
    name="revisions",
    api=Revisions,
    document=document(Revisions, "openai-bare"),
    state=STATE,
    pools={
        "path": lambda api, random: random.choice(list(api.repo["files"])),
        "write_file.path": lambda api, random: random.choice(["keel.txt", "hull.txt", "notes/crew.txt"]),
        "stage.path": lambda api, random: random.choice(api.repo["modified"]),
        "unstage.path": lambda api, random: random.choice(api.repo["staged"]),
        "show_commit.commit": lambda api, random: random.choice(list(api.commits)),
        "tag_add.commit": lambda api, random: random.choice(list(api.commits)),
        "branch": lambda api, random: random.choice(list(api.repo["branches"])),
        "branch_create.branch": lambda api, random: f"{random.choice(['fix', 'try'])}-{random.randint(1, 40)}",
        "tag": lambda api, random: random.choice(list(api.repo["tags"])),
        "tag_add.tag": lambda api, random: f"r{random.randint(2, 60)}",
    },
    generated={"commit": "commit", "tip": "commit", "parent": "commit"},
    reads={
        "write_file": ("cat_file", "status", "list_files"),
        "stage": ("status",),
        "unstage": ("status",),
        "commit": ("show_commit", "log branch=branch", "status"),
        "branch_create": ("branch_list",),
        "branch_delete": ("branch_list", "log branch=branch"),
        "switch": ("status",),
        "tag_add": ("tag_list",),
        "tag_remove": ("tag_list",),
    },
)
