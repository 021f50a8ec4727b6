"""Knowledge graphs."""

from __future__ import annotations

from .playing import Player, tools

TOOLS = tools(
    "create_entities(entities:a)", "create_relations(relations:a)", "add_observations(observations:a)",
    "delete_entities(entityNames:a)", "delete_observations(deletions:a)", "delete_relations(relations:a)",
    "read_graph()", "search_nodes(query:s)", "open_nodes(names:a)",
)  # fmt: skip
ANNA = {"name": "Anna", "entityType": "person", "observations": ["likes tea"]}
MILL = {"name": "Mill", "entityType": "place", "observations": []}
LINK = {"from": "Anna", "to": "Mill", "relationType": "works at"}


def test_graph() -> None:
    play = Player(*TOOLS)
    assert len(play.actions) == len(TOOLS)
    play.ok("create_entities", entities=[ANNA, MILL])
    assert play.ok("create_entities", entities=[ANNA])["entities"] == []
    assert play.ok("create_relations", relations=[LINK])["relations"] == [LINK]
    play.ok("add_observations", observations=[{"entityName": "Anna", "contents": ["likes tea", "rows"]}])
    assert play.ok("open_nodes", names=["Anna"])["entities"][0]["observations"] == ["likes tea", "rows"]
    assert [e["name"] for e in play.ok("search_nodes", query="ROWS")["entities"]] == ["Anna"]
    play.ok("delete_observations", deletions=[{"entityName": "Anna", "observations": ["rows"]}])
    assert play.ok("read_graph") == {"entities": [ANNA, MILL], "relations": [LINK]}
    play.ok("delete_entities", entityNames=["Mill"])
    assert play.ok("read_graph") == {"entities": [ANNA], "relations": []}


def test_graph_refuses_what_is_not_there() -> None:
    play = Player(*TOOLS)
    play.ok("create_entities", entities=[ANNA])
    assert "Mill" in play.no("create_relations", relations=[LINK])
    assert "Bo" in play.no("add_observations", observations=[{"entityName": "Bo", "contents": ["x"]}])
    assert "name" in play.no("create_entities", entities=[{"entityType": "person"}])


def test_state() -> None:
    play = Player(*TOOLS, state={"graph": {"entities": [ANNA, MILL], "relations": [LINK]}})
    assert play.ok("read_graph") == {"entities": [ANNA, MILL], "relations": [LINK]}
