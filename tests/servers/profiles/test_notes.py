"""Lists that call files notes or pages and directories notebooks or sections, and lists that only look like that."""

from __future__ import annotations

from typing import Any

import pytest

from .playing import Player, tool, tools

DIARY = [
    tool("whereami()", "Show the path of the current notebook."),
    tool("list_items()", "List the names of the memos and notebooks in the current notebook."),
    tool("enter_notebook(notebook:s)", "Go to a notebook inside the current one, or up with '..'."),
    tool("add_notebook(name:s)", "Add a notebook to the current notebook."),
    tool("save_memo(name:s,body:s)", "Save a memo in the current notebook, over what it held."),
    tool("show_memo(name:s)", "Show a memo of the current notebook."),
    tool("append_to_memo(name:s,body:s)", "Put more words at the end of a memo."),
    tool("duplicate_memo(name:s,new_name:s)", "Copy a memo within the current notebook."),
    tool("relocate_item(name:s,notebook:s)", "Move a memo or notebook into a notebook in the current one."),
    tool("rename_item(name:s,new_name:s)"),
    tool("remove_item(name:s)", "Remove a memo, or a notebook with everything in it."),
    tool("search_memos(text:s)", "Find the memos in the current notebook whose body contains a text, in any case."),
]
WIKI = [
    tool("create_page(path:s,content:s)", "Create a page; fails if it exists."),
    *tools("read_page(path:s)", "append_to_page(path:s,content:s)"),
    tool("update_page(path:s,content:s)", "Replace the content of an existing page."),
    tool("list_pages(section:s?)", "List the pages and sections in a section."),
    *tools("move_page(path:s,new_path:s)", "delete_page(path:s)"),
    tool("restore_page(path:s)", "Bring a deleted page back from the trash."),
    *tools("list_trash()", "empty_trash()"),
    tool("search_pages(query:s)", "Find pages whose text contains a query, case-insensitive."),
    *tools("tag_page(path:s,tag:s)", "untag_page(path:s,tag:s)", "find_pages_by_tag(tag:s)", "create_section(path:s)"),
    tool("get_statistics()"),
]
STATE: dict[str, Any] = {
    "diary": {
        "type": "notebook",
        "items": {
            "trips": {"type": "notebook", "items": {"alps": {"type": "note", "body": "Snow and wind"}}},
            "today": {"type": "note", "body": "rain"},
        },
    },
    "current_notebook": ["trips"],
}


def test_a_diary_is_claimed_as_a_whole_with_its_state() -> None:
    play = Player(*DIARY, state=STATE)
    assert len(play.actions) == len(DIARY)
    assert play.ok("whereami") == {"path": "/trips"}
    assert play.ok("list_items")["items"] == ["alps"]
    assert play.ok("show_memo", name="alps")["body"] == "Snow and wind"
    assert play.ok("enter_notebook", notebook="..")["path"] == "/"
    assert play.ok("list_items")["items"] == ["today", "trips"]
    play.ok("append_to_memo", name="today", body=" again")
    assert play.ok("search_memos", text="rain")["memos"] == ["today"]
    play.ok("duplicate_memo", name="today", new_name="copy")
    assert play.ok("show_memo", name="copy")["body"] == "rain again"
    play.ok("relocate_item", name="copy", notebook="trips")
    play.ok("enter_notebook", notebook="trips")
    assert play.ok("list_items")["items"] == ["alps", "copy"]


def test_a_diary_refuses() -> None:
    play = Player(*DIARY, state=STATE)
    play.ok("enter_notebook", notebook="..")
    assert "no such" in play.no("append_to_memo", name="absent", body="x")
    assert "directory" in play.no("duplicate_memo", name="trips", new_name="trips2")
    assert "no such" in play.no("relocate_item", name="today", notebook="absent")
    assert "not a directory" in play.no("relocate_item", name="trips", notebook="today")
    assert "exists" in play.no("rename_item", name="today", new_name="trips")
    assert "exists" in play.no("add_notebook", name="trips")
    play.ok("remove_item", name="trips")
    assert play.ok("list_items")["items"] == ["today"]


def test_a_wiki_has_trash_tags_and_totals() -> None:
    play = Player(*WIKI, state={"pages": {"/guide/start.md": "Begin here", "/index.md": "Welcome"}})
    assert len(play.actions) == len(WIKI)
    assert "exists" in play.no("create_page", path="/index.md", content="x")
    assert "no such" in play.no("update_page", path="/absent.md", content="x")
    play.ok("tag_page", path="/index.md", tag="home")
    assert play.ok("find_pages_by_tag", tag="home")["matches"] == ["/index.md"]
    play.ok("untag_page", path="/index.md", tag="home")
    play.no("untag_page", path="/index.md", tag="home")
    assert play.ok("search_pages", query="WELCOME")["pages"] == ["index.md"]
    before = play.ok("get_statistics")
    play.ok("delete_page", path="/index.md")
    assert play.ok("list_trash")["paths"] == ["/index.md"]
    assert play.ok("get_statistics")["files"] == before["files"] - 1
    play.ok("restore_page", path="/index.md")
    assert play.ok("read_page", path="/index.md")["content"] == "Welcome"
    assert "trash" in play.no("restore_page", path="/index.md")
    play.ok("delete_page", path="/index.md")
    play.ok("empty_trash")
    play.no("restore_page", path="/index.md")


def test_one_word_tools() -> None:
    play = Player(
        *tools(
            "where()", "list()", "enter(folder:s)", "up()", "read(name:s)", "write(name:s,text:s)", "search(text:s)"
        ),
        *tools("append(name:s,text:s)", "copy(name:s,new_name:s)", "move(name:s,folder:s)", "delete(name:s)"),
        tool("make(name:s)", "Make a folder."),
        tool("rename(name:s,new_name:s)"),
    )
    assert len(play.actions) == 13
    play.ok("make", name="in")
    play.ok("write", name="a", text="x y")
    play.ok("move", name="a", folder="in")
    play.ok("enter", folder="in")
    assert play.ok("read", name="a")["text"] == "x y"
    play.ok("up")
    play.no("read", name="a")


@pytest.mark.parametrize(
    "signatures",
    [
        "list_boards() create_board(name:s) add_card(title:s,board:s) move_card(card_id:s,list:s) find_cards(text:s) "
        "rename_board(name:s,new_name:s) delete_card(card_id:s) copy_card(card_id:s)",
        "list_items(section:s) list_sections() add_section(name:s) move_item(item:s,section:s) find_item(name:s) "
        "count_items(section:s) remove_item(name:s) rename_item(name:s,new_name:s) get_current_location()",
        "get_current_location() go_to(place:s) find_places(name:s) move(direction:s) list_items() read_item(name:s) "
        "pick_up(item:s) drop(item:s) write(name:s,text:s)",
        "list_sections() get_option(section:s,name:s) set_option(section:s,name:s,value:s) add_section(name:s) "
        "remove_section(name:s) rename_section(name:s,new_name:s) list_options(section:s)",
        "create_folder(name:s,parent_id:s) upload_file(name:s,content:s,parent_id:s) list_children(folder_id:s) "
        "get_file(file_id:s) move_file(file_id:s,new_parent_id:s) trash_file(file_id:s) restore_file(file_id:s)",
        "list_playlists() create_playlist(name:s) add_track(name:s,playlist:s) move_track(name:s,folder:s) "
        "create_folder(name:s) find_tracks(text:s) rename_playlist(name:s,new_name:s) delete_playlist(name:s)",
    ],
)  # fmt: skip
def test_boards_stores_games_and_drives_are_no_file_system(signatures: str) -> None:
    assert Player(*tools(*signatures.split())).actions == {}
