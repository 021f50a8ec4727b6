"""A file system with a working directory: shell-named tools, tools with paths, and state from outside."""

from __future__ import annotations

from typing import Any

import pytest

from .playing import Player, tool, tools

SHELL = tools(
    "pwd()", "ls(a:b?)", "cd(folder:s)", "mkdir(dir_name:s)", "touch(file_name:s)", "echo(content:s,file_name:s?)",
    "cat(file_name:s)", "mv(source:s,destination:s)", "cp(source:s,destination:s)", "rm(file_name:s)",
    "rmdir(dir_name:s)", "find(path:s?,name:s?)", "wc(file_name:s,mode:s?)", "sort(file_name:s)",
    "grep(file_name:s,pattern:s)", "du(human_readable:b?)", "tail(file_name:s,lines:i?)",
    "diff(file_name1:s,file_name2:s)",
)  # fmt: skip
PATHS = [
    *tools("read_file(path:s,head:i?)", "read_multiple_files(paths:a)", "write_file(path:s,content:s)"),
    tool("edit_file(path:s,edits:a,dryRun:b?)"),
    tool("create_directory(path:s)", "Create a directory, or ensure that it exists."),
    *tools("list_directory(path:s)", "directory_tree(path:s)", "move_file(source:s,destination:s)"),
    tool("search_files(path:s,pattern:s)", "Find files whose names fit a pattern."),
    *tools("get_file_info(path:s)", "delete_file(path:s)"),
]


def test_shell_walks_and_writes() -> None:
    play = Player(*SHELL)
    assert len(play.actions) == len(SHELL)
    home = play.ok("pwd")["current_directory"]
    play.ok("mkdir", dir_name="work")
    assert "work" in play.ok("ls")["entries"]
    play.ok("cd", folder="work")
    assert play.ok("pwd")["current_directory"] == f"{home}/work"
    play.ok("touch", file_name="a.txt")
    play.ok("echo", content="one two\nthree", file_name="a.txt")
    assert play.ok("cat", file_name="a.txt")["content"] == "one two\nthree"
    assert [play.ok("wc", file_name="a.txt", mode=m)["count"] for m in "lwc"] == [2, 3, 13]
    assert play.ok("grep", file_name="a.txt", pattern="thr")["matching_lines"] == ["three"]
    play.ok("cp", source="a.txt", destination="b.txt")
    play.ok("echo", content="one two\nfour", file_name="b.txt")
    assert play.ok("diff", file_name1="a.txt", file_name2="b.txt")["diff_lines"] == "- three\n+ four"
    assert play.ok("tail", file_name="b.txt", lines=1)["last_lines"] == ["four"]
    play.ok("cd", folder="..")
    assert play.ok("pwd")["current_directory"] == home


def test_shell_refuses() -> None:
    play = Player(*SHELL)
    play.ok("mkdir", dir_name="work")
    play.ok("cp", source="readme.txt", destination="work")
    assert "not empty" in play.no("rmdir", dir_name="work")
    assert "directory" in play.no("rm", file_name="work")
    assert "not a directory" in play.no("cd", folder="readme.txt")
    assert "exists" in play.no("mkdir", dir_name="work")
    assert "no such" in play.no("cat", file_name="nothing.txt")
    assert "itself" in play.no("mv", source="work", destination="work")
    play.ok("rm", file_name="work/readme.txt")
    play.ok("rmdir", dir_name="work")
    assert play.session.diff() == []


def test_a_moved_directory_takes_its_content_along() -> None:
    play = Player(*SHELL)
    play.ok("mv", source="documents", destination="archive")
    assert "archive/documents/notes.md" in play.ok("find", path="archive")["matches"]
    assert "no such" in play.no("cd", folder="documents")


def test_tools_with_paths() -> None:
    play = Player(*PATHS)
    assert len(play.actions) == len(PATHS)
    play.ok("create_directory", path="/workspace/x/y")
    play.ok("create_directory", path="/workspace/x/y")
    play.ok("write_file", path="/workspace/x/y/n.txt", content="old text")
    play.ok("edit_file", path="/workspace/x/y/n.txt", edits=[{"oldText": "old", "newText": "new"}])
    assert play.ok("read_file", path="/workspace/x/y/n.txt")["content"] == "new text"
    found = play.ok("search_files", path="/workspace", pattern="n.*")["files"]
    assert "/workspace/x/y/n.txt" in found
    assert play.ok("get_file_info", path="/workspace/x/y/n.txt")["size"] == 8
    edits = [{"oldText": "new", "newText": "newer"}, {"oldText": "absent", "newText": ""}]
    assert "absent" in play.no("edit_file", path="/workspace/x/y/n.txt", edits=edits)
    play.ok("move_file", source="/workspace/x/y", destination="/workspace/z")
    play.ok("delete_file", path="/workspace/z/n.txt")
    assert "no such" in play.no("read_file", path="/workspace/z/n.txt")


def test_results_take_the_declared_form() -> None:
    listing = {
        "type": "object",
        "properties": {"current_directory_content": {"type": "array", "items": {"type": "string"}}},
    }
    text = {"type": "object", "properties": {"file_content": {"type": "string"}}, "required": ["file_content"]}
    own = [t for t in SHELL if t.name not in ("ls", "cat")]
    play = Player(*own, tool("ls()", gives=listing), tool("cat(file_name:s)", gives=text))
    assert "readme.txt" in play.ok("ls")["current_directory_content"]
    assert set(play.ok("cat", file_name="readme.txt")) == {"file_content"}


@pytest.mark.parametrize(
    "state",
    [
        {
            "root": {
                "home": {
                    "type": "directory",
                    "contents": {
                        "a.txt": {"type": "file", "content": "hi"},
                        "d": {"type": "directory", "contents": {}},
                    },
                }
            }
        },
        {"files": {"/home/a.txt": "hi", "/home/d/b.txt": "there"}},
        {"filesystem": {"home": {"a.txt": "hi", "d": {}}}},
        {"files": [{"path": "/home/a.txt", "content": "hi"}, {"path": "/home/d/c.txt", "content": ""}]},
    ],
)  # fmt: skip
def test_state_in_any_nesting(state: dict[str, Any]) -> None:
    play = Player(*SHELL, state=state)
    assert play.ok("pwd")["current_directory"] == "/home"
    assert play.ok("ls")["entries"] == ["a.txt", "d"]
    assert play.ok("cat", file_name="a.txt")["content"] == "hi"


def test_reset_and_fork() -> None:
    play = Player(*SHELL)
    play.ok("cd", folder="documents")
    copy = play.session.fork()
    play.session.reset()
    assert play.ok("pwd")["current_directory"] == "/workspace"
    assert play.kernel.call(copy, "pwd", {}).content["current_directory"] == "/workspace/documents"


def test_tools_with_ids_are_no_file_system() -> None:
    play = Player(
        *tools(
            "list_files(folder_id:s)", "get_file(file_id:s)", "delete_file(file_id:s)", "create_folder(title:s,owner:s)"
        )
    )
    assert play.actions == {}


def test_folders_of_mails_are_no_file_system() -> None:
    play = Player(
        *tools("create_folder(name:s)", "list_folders()", "delete_folder(name:s)", "rename_folder(name:s,new_name:s)"),
        *tools("list_mails(folder:s)", "send_mail(to:s,body:s)"),
    )
    assert play.actions == {}
