"""Tables of a session: kept as rows of documents, put into a scratch SQLite database for each statement.

A statement runs in memory only, under an authorizer that knows no files, with limits on time, memory and answers;
what it changed is written back row by row, so that reset, difference and fork hold as for all other state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import apsw

from inftool.servers.profiles.profile import word_set
from inftool.servers.runtime.changes import child_path
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.session import Row, Session

NAME = "sql"
MAX_ROWS = 20_000
"""Rows of all tables together."""
MAX_TABLES = 100
MAX_ANSWER = 1_000
"""Rows of an answer."""
MAX_STATEMENT = 50_000
MAX_VALUE = 20_000
"""Bytes of one value."""
MAX_STEPS = 10_000
"""Hundreds of steps of SQLite's machine that a statement may take."""
MAX_MEMORY = 64_000_000

_READING = {
    apsw.SQLITE_SELECT, apsw.SQLITE_READ, apsw.SQLITE_RECURSIVE, apsw.SQLITE_FUNCTION,
}  # fmt: skip
_CHANGING = {apsw.SQLITE_INSERT, apsw.SQLITE_UPDATE, apsw.SQLITE_DELETE}
_BUILDING = {
    apsw.SQLITE_CREATE_TABLE, apsw.SQLITE_DROP_TABLE, apsw.SQLITE_ALTER_TABLE, apsw.SQLITE_CREATE_INDEX,
    apsw.SQLITE_DROP_INDEX, apsw.SQLITE_CREATE_VIEW, apsw.SQLITE_DROP_VIEW, apsw.SQLITE_REINDEX,
}  # fmt: skip
_NO_FUNCTIONS = word_set(
    "random randomblob load_extension readfile writefile edit fts3_tokenizer sqlite_source_id last_insert_rowid "
    "changes total_changes sqlite_version sqlite_compileoption_get sqlite_compileoption_used"
)
"""Functions whose answers depend on more than the session, or that leave the database."""
_TIMES = ("date", "time", "datetime", "julianday", "unixepoch", "strftime")


class Database:
    """The tables as they are, for one call; :meth:`save` writes back what was changed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._db = apsw.Connection(":memory:")
        self._before: dict[str, str] = {}
        for limit, most in (
            (apsw.SQLITE_LIMIT_LENGTH, MAX_VALUE), (apsw.SQLITE_LIMIT_SQL_LENGTH, MAX_STATEMENT),
            (apsw.SQLITE_LIMIT_ATTACHED, 0), (apsw.SQLITE_LIMIT_COLUMN, 200), (apsw.SQLITE_LIMIT_EXPR_DEPTH, 100),
            (apsw.SQLITE_LIMIT_COMPOUND_SELECT, 20), (apsw.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        ):  # fmt: skip
            self._db.limit(limit, most)
        self._db.execute("PRAGMA page_size=4096")
        self._db.execute("PRAGMA max_page_count=4096")
        stored = session.stored(NAME)
        for item in stored:
            if item.key.startswith("table:"):
                self._db.execute(item.doc["sql"])
        for item in stored:
            if item.key.startswith("row:"):
                values = list(item.doc["values"].values())
                columns = ",".join(map(quoted, ("rowid", *item.doc["values"])))
                self._db.execute(
                    f"INSERT INTO {quoted(item.doc['table'])} ({columns}) VALUES ({','.join('?' * (len(values) + 1))})",
                    (item.doc["rowid"], *values),
                )
        for item in stored:
            if item.key.startswith("later:"):
                self._db.execute(item.doc["sql"])
        self._db.execute("PRAGMA foreign_keys=ON")
        self._before = {item.key: json.dumps(item.doc) for item in stored}
        self._deterministic(session.now())

    def close(self) -> None:
        """Free the scratch database."""
        self._db.close()

    def _deterministic(self, now: str) -> None:
        """Let SQL's time be the session's, so that the same calls give the same rows."""
        clock = apsw.Connection(":memory:")

        def of(name: str) -> Any:
            def call(*arguments: Any) -> Any:
                moved = [now if isinstance(a, str) and a.lower() == "now" else a for a in arguments]
                if name == "strftime":
                    moved = moved if len(moved) > 1 else [*moved, now]
                elif not moved:
                    moved = [now]
                return next(iter(clock.execute(f"SELECT {name}({','.join('?' * len(moved))})", moved)))[0]

            return call

        for name in _TIMES:
            self._db.create_scalar_function(name, of(name), -1)

        def always(text: str) -> Any:
            return lambda *_: text

        self._db.create_scalar_function("current_date", always(now[:10]), 0)
        self._db.create_scalar_function("current_time", always(now[11:19]), 0)
        self._db.create_scalar_function("current_timestamp", always(f"{now[:10]} {now[11:19]}"), 0)

    @contextmanager
    def _guarded(self, allowed: set[int]) -> Iterator[None]:
        steps = [0]
        memory = apsw.memory_used()

        def authorize(code: int, one: str | None, two: str | None, three: str | None, four: str | None) -> int:
            if three not in (None, "main") or (code == apsw.SQLITE_FUNCTION and (two or "").lower() in _NO_FUNCTIONS):
                return apsw.SQLITE_DENY
            inner = (one or "").lower() in ("sqlite_master", "sqlite_schema", "sqlite_sequence", "sqlite_temp_master")
            if inner and allowed & _BUILDING and code in _CHANGING:
                return apsw.SQLITE_OK
            if inner and code in _CHANGING:
                return apsw.SQLITE_OK if (one or "").lower() == "sqlite_sequence" else apsw.SQLITE_DENY
            return apsw.SQLITE_OK if code in _READING or code in allowed else apsw.SQLITE_DENY

        def progress() -> bool:
            steps[0] += 1
            return steps[0] > MAX_STEPS or apsw.memory_used() - memory > MAX_MEMORY

        self._db.authorizer = authorize
        self._db.set_progress_handler(progress, 100)
        try:
            yield
        except apsw.InterruptError:
            raise Refusal("invalid", "query: it takes too long or too much memory") from None
        except apsw.AuthError:
            raise Refusal("forbidden", "query: such a statement is not allowed here") from None
        except apsw.ConstraintError as error:
            raise Refusal("conflict", f"query: {_plain(error)}") from None
        except (apsw.Error, ValueError, OverflowError, UnicodeError) as error:
            raise Refusal("invalid", f"query: {_plain(error)}") from None
        finally:
            self._db.authorizer = None
            self._db.set_progress_handler(None, 100)

    def run(self, sql: str, bindings: tuple[Any, ...] | dict[str, Any], kind: str) -> tuple[list[Row], int]:
        """Run one statement.

        Args:
            sql: the statement.
            bindings: values of its placeholders.
            kind: ``read``, ``write``, ``build`` (tables), or ``any``.

        Returns:
            (rows of the answer, rows changed).

        Raises:
            Refusal: it is not of that kind, is more than one statement, is faulty, or takes too much.
        """
        statement = sql.strip()
        first = statement.split(None, 1)[0].lower() if statement else ""
        words = {"read": ("select", "with", "values"), "write": ("insert", "update", "delete", "replace", "with"),
                 "build": ("create",)}  # fmt: skip
        if kind in words and first not in words[kind]:
            listed = ", ".join(word.upper() for word in words[kind])
            raise Refusal("invalid", f"query: only {listed} statements are allowed here")
        allowed = {"read": set(), "write": _CHANGING, "build": _BUILDING | _CHANGING}.get(kind, _BUILDING | _CHANGING)
        seen: list[str] = []

        def one_only(cursor: apsw.Cursor, text: str, values: Any) -> bool:
            seen.append(text)
            return len(seen) == 1

        before = self._db.total_changes()
        rows: list[Row] = []
        with self._guarded(allowed):
            cursor = self._db.cursor()
            cursor.exec_trace = one_only
            try:
                cursor.execute(statement, bindings)
                names: list[str] = []
                for values in cursor:
                    names = names or _distinct([column[0] for column in cursor.get_description()])
                    rows.append({name: _json(value) for name, value in zip(names, values, strict=True)})
                    if len(rows) > MAX_ANSWER:
                        raise Refusal("invalid", f"query: more than {MAX_ANSWER} rows; use LIMIT")
            except apsw.ExecTraceAbort:
                raise Refusal("invalid", "query: one statement at a time") from None
        return rows, self._db.total_changes() - before

    def tables(self) -> list[str]:
        """Return the names of the tables, in alphabetical order."""
        found = self._db.execute(
            "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        )
        return [name for (name,) in found]

    def columns(self, table: str) -> list[Row]:
        """Return what is known of a table's columns.

        Raises:
            Refusal: there is no such table.
        """
        exact = next((name for name in self.tables() if name.lower() == table.lower()), None)
        if exact is None:
            raise Refusal("missing", f"table: there is no {table[:80]!r}")
        found = self._db.execute(f"PRAGMA table_info({quoted(exact)})")
        return [
            {"name": name, "type": kind, "nullable": not needed, "default": default, "primary_key": bool(key)}
            for _, name, kind, needed, default, key in found
        ]

    def save(self) -> None:
        """Write what has changed back to the session.

        Raises:
            Refusal: the tables hold too much.
        """
        after: dict[str, Row] = {}
        schema = list(
            self._db.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
        )
        for kind, name, sql in schema:
            if name.startswith("sqlite_"):
                continue
            if kind == "table" and "without rowid" in " ".join(sql.lower().split())[-40:]:
                raise Refusal("invalid", "query: tables WITHOUT ROWID are not kept here")
            after[f"{'table' if kind == 'table' else 'later'}:{name}"] = {"name": name, "sql": sql}
        tables = [name for kind, name, _ in schema if kind == "table" and not name.startswith("sqlite_")]
        if len(tables) > MAX_TABLES:
            raise Refusal("invalid", f"query: there is room for {MAX_TABLES} tables")
        for table in tables:
            columns = [column["name"] for column in self.columns(table)]
            listed = ",".join(map(quoted, columns))
            for rowid, *values in self._db.execute(f"SELECT rowid, {listed} FROM {quoted(table)} ORDER BY rowid"):
                kept = {name: _json(value) for name, value in zip(columns, values, strict=True)}
                after[f"row:{child_path('', table)}/{rowid}"] = {"table": table, "rowid": rowid, "values": kept}
                if len(after) > MAX_ROWS:
                    raise Refusal("invalid", f"query: there is room for {MAX_ROWS} rows")
        for key in self._before:
            if key not in after:
                self._session.delete(NAME, key, "")
        for key, doc in after.items():
            if key not in self._before:
                self._session.insert(NAME, key, "", doc)
            elif json.dumps(doc) != self._before[key]:
                self._session.put(NAME, key, "", doc)


def quoted(name: str) -> str:
    """Write an identifier so that nothing in it is read as SQL."""
    return '"' + name.replace('"', '""').replace("\0", "") + '"'


def _json(value: Any) -> Any:
    """Return a value of SQLite as JSON: bytes as hexadecimal text, infinities as null."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return None
    return value


def _distinct(names: list[str]) -> list[str]:
    out: list[str] = []
    for name in names:
        number, unique = 1, name
        while unique in out:
            number += 1
            unique = f"{name}_{number}"
        out.append(unique)
    return out


def _plain(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
