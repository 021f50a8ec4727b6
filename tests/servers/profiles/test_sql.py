"""SQL: real statements on the session's state, and hostile ones."""

from __future__ import annotations

import time

import pytest

from .playing import Player, tools

STATEMENTS = tools(
    "read_query(query:s)", "write_query(query:s)", "create_table(query:s)", "list_tables()",
    "describe_table(table_name:s)",
)  # fmt: skip
NAMED = tools(
    "select(table:s,columns:a?,where:o?)", "insert(table:s,row:o)", "update(table:s,values:o,where:o)",
    "delete(table:s,where:o)", "list_tables()", "describe_table(table:s)",
)  # fmt: skip


def test_statements() -> None:
    play = Player(*STATEMENTS)
    assert len(play.actions) == len(STATEMENTS)
    play.ok("create_table", query="CREATE TABLE boats (id INTEGER PRIMARY KEY, name TEXT NOT NULL, made TEXT)")
    assert play.ok("write_query", query="INSERT INTO boats (name) VALUES ('Heron'), ('Gull')")["affected_rows"] == 2
    rows = play.ok("read_query", query="SELECT name FROM boats ORDER BY name")["rows"]
    assert rows == [{"name": "Gull"}, {"name": "Heron"}]
    assert [c["name"] for c in play.ok("describe_table", table_name="boats")["columns"]] == ["id", "name", "made"]
    play.ok("write_query", query="UPDATE boats SET made = date('now') WHERE id = 1")
    snapshot = play.session.snapshot()
    play.ok("write_query", query="DELETE FROM boats")
    play.session.restore(snapshot)
    assert play.ok("read_query", query="SELECT made FROM boats")["rows"] == [{"made": "2026-07-01"}, {"made": None}]
    play.session.reset()
    assert "boats" not in play.ok("list_tables")["tables"]


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH 'x.db' AS x", "SELECT random()", "SELECT 1; SELECT 2", "PRAGMA table_info(orders)", "", "SELECT",
        "SELECT load_extension('x')", "SELECT readfile('/etc/passwd')", "INSERT INTO orders VALUES (1)",
        "DROP TABLE orders",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
        "WITH RECURSIVE c(x) AS (SELECT zeroblob(15000) UNION ALL SELECT x FROM c) SELECT count(DISTINCT x) FROM c",
        "SELECT zeroblob(100000000)", "SELECT * FROM nowhere", "SELECT 'a\ud7ff' ||", "VACUUM INTO '/tmp/x.db'",
        "UPDATE sqlite_master SET sql = 'x'", "BEGIN", "SELECT " + "1+" * 500 + "1",
    ],
)  # fmt: skip
def test_hostile_statements(statement: str) -> None:
    play = Player(*STATEMENTS)
    begun = time.monotonic()
    play.no("read_query", query=statement)
    if not statement.startswith(("INSERT", "UPDATE s")):
        play.no("write_query", query=statement)
    assert time.monotonic() - begun < 10


def test_constraints_leave_no_trace() -> None:
    play = Player(*STATEMENTS)
    play.ok("create_table", query="CREATE TABLE t (a INTEGER UNIQUE)")
    play.ok("write_query", query="INSERT INTO t VALUES (1)")
    assert "UNIQUE" in play.no("write_query", query="INSERT INTO t VALUES (2), (1)")
    assert play.ok("read_query", query="SELECT a FROM t")["rows"] == [{"a": 1}]


def test_tables_by_name_and_state() -> None:
    play = Player(*NAMED, state={"tables": {"birds": [{"id": 1, "name": "owl"}, {"id": 2, "name": "crow"}]}})
    assert len(play.actions) == len(NAMED)
    play.ok("insert", table="birds", row={"id": 3, "name": "wren"})
    play.ok("update", table="birds", values={"name": "rook"}, where={"id": 2})
    play.ok("delete", table="birds", where={"id": 1})
    found = play.ok("select", table="birds", columns=["name"])["rows"]
    assert found == [{"name": "rook"}, {"name": "wren"}]
    assert "no column" in play.no("insert", table="birds", row={'x" --': 1})
    assert "no 'fish'" in play.no("select", table="fish")
