"""The profile of SQL databases: statements as texts, and tools that name a table, columns and a condition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from inftool.servers.profiles.profile import Act, Action, Outcome, Profile, Role
from inftool.servers.profiles.sql.database import MAX_ROWS, NAME, Database, quoted
from inftool.servers.program import ProfileOperation
from inftool.servers.runtime.changes import child_path
from inftool.servers.runtime.draw import Draw
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.lexicon import PLACES, PRODUCTS, tokens, words
from inftool.servers.runtime.session import Row, SeedRow, Session


def _with_database(work: Callable[[Database, Row], Outcome], saves: bool = False) -> Act:
    """Return an action that opens the tables, works on them, and with ``saves`` writes back what was changed."""

    def act(session: Session, values: Row) -> Outcome:
        database = Database(session)
        try:
            outcome = work(database, values)
            if saves:
                database.save()
            return outcome
        finally:
            database.close()

    return act


def _bindings(values: Row) -> Any:
    given = values.get("bindings")
    if given is None:
        return ()
    items = given.values() if isinstance(given, dict) else given
    if any(isinstance(item, (list, dict)) for item in items):
        raise Refusal("invalid", "parameters: texts, numbers and null were expected")
    return given if isinstance(given, dict) else tuple(given)


def _answer(rows: list[Row], changed: int, reading: bool) -> Outcome:
    if reading:
        return Outcome({"rows": rows, "count": len(rows), "columns": list(rows[0]) if rows else []})
    return Outcome({"affected_rows": changed}, f"{changed} rows affected")


def _query(kind: str) -> Callable[[Database, Row], Outcome]:
    def work(database: Database, values: Row) -> Outcome:
        statement = str(values["query"])
        rows, changed = database.run(statement, _bindings(values), kind)
        first = statement.split(None, 1)[0].lower()
        reading = kind == "read" or first in ("select", "values") or (first == "with" and not changed) or bool(rows)
        if kind == "build" or first in ("create", "drop", "alter"):
            return Outcome({"message": "done"}, "Table created" if kind == "build" else "Done")
        return _answer(rows, changed, reading)

    return work


def _tables(database: Database, values: Row) -> Outcome:
    names = database.tables()
    return Outcome({"tables": names, "count": len(names)}, "\n".join(names))


def _describe(database: Database, values: Row) -> Outcome:
    return Outcome({"columns": database.columns(str(values["table"])), "table": values["table"]})


def _schema(database: Database, values: Row) -> Outcome:
    if values.get("table"):
        return _describe(database, values)
    return Outcome({"schema": [{"table": name, "columns": database.columns(name)} for name in database.tables()]})


def _condition(values: Row) -> tuple[str, list[Any]]:
    """Return the condition of a statement with its bindings: of a text, or of fields with the values they must have."""
    where = values.get("where")
    if not where:
        return "", []
    if isinstance(where, str):
        return f" WHERE ({where})", []
    if not isinstance(where, dict):
        raise Refusal("invalid", "where: a text or an object was expected")
    parts, bound = [], []
    for name, value in where.items():
        if isinstance(value, (dict, list)):
            raise Refusal("invalid", f"where.{name[:80]}: a plain value was expected")
        parts.append(f"{quoted(name)} IS ?")
        bound.append(value)
    return f" WHERE {' AND '.join(parts)}", bound


def _known(database: Database, table: Any, names: Iterable[Any]) -> str:
    """Return a table's name, quoted, once it is sure that it has these columns."""
    have = {column["name"].lower() for column in database.columns(str(table))}
    for name in names:
        if str(name).lower() not in have:
            raise Refusal("invalid", f"{str(table)[:80]} has no column {str(name)[:80]!r}")
    return quoted(str(table))


def _select(database: Database, values: Row) -> Outcome:
    columns = values.get("columns")
    columns = [part.strip() for part in columns.split(",")] if isinstance(columns, str) else columns
    names = [] if not columns or columns == ["*"] else columns
    where, bound = _condition(values)
    named = values.get("where")
    table = _known(database, values["table"], [*names, *(named if isinstance(named, dict) else ())])
    order = ""
    if values.get("order"):
        by, _, way = str(values["order"]).strip().partition(" ")
        _known(database, values["table"], [by.lstrip("-")])
        order = f" ORDER BY {quoted(by.lstrip('-'))}{' DESC' if way.strip().lower() == 'desc' or by[0] == '-' else ''}"
    if isinstance(values.get("limit"), int):
        order += f" LIMIT {max(values['limit'], 0)}"
    listed = ",".join(quoted(str(name)) for name in names) or "*"
    return _answer(*database.run(f"SELECT {listed} FROM {table}{where}{order}", tuple(bound), "read"), True)


def _scalars(row: Any) -> Row:
    if not isinstance(row, dict) or not row or any(isinstance(value, (dict, list)) for value in row.values()):
        raise Refusal("invalid", "values: an object of texts, numbers and null was expected")
    return row


def _insert(database: Database, values: Row) -> Outcome:
    given = values["row"]
    changed = 0
    for row in given if isinstance(given, list) else [given]:
        row = _scalars(row)
        table = _known(database, values["table"], row)
        names, marks = ",".join(map(quoted, row)), ",".join("?" * len(row))
        changed += database.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()), "write")[1]
    return _answer([], changed, False)


def _update(database: Database, values: Row) -> Outcome:
    row = _scalars(values["row"])
    where, bound = _condition(values)
    named = values.get("where")
    table = _known(database, values["table"], [*row, *(named if isinstance(named, dict) else ())])
    sets = ",".join(f"{quoted(name)}=?" for name in row)
    return _answer(*database.run(f"UPDATE {table} SET {sets}{where}", (*row.values(), *bound), "write"), False)


def _delete(database: Database, values: Row) -> Outcome:
    where, bound = _condition(values)
    named = values.get("where")
    table = _known(database, values["table"], named if isinstance(named, dict) else ())
    return _answer(*database.run(f"DELETE FROM {table}{where}", tuple(bound), "write"), False)


def _create(database: Database, values: Row) -> Outcome:
    """Create a table from the names and types of its columns."""
    given = values["columns"]
    if isinstance(given, str):
        database.run(f"CREATE TABLE {quoted(str(values['table']))} ({given})", (), "build")
        return Outcome({"table": values["table"]}, "Table created")
    pairs = given.items() if isinstance(given, dict) else [_column(item) for item in given]
    parts = []
    for name, kind in pairs:
        if not isinstance(kind, str) or not all(part.isalnum() or part in " ()_," for part in kind):
            raise Refusal("invalid", f"columns.{str(name)[:80]}: the name of a type was expected")
        parts.append(f"{quoted(str(name))} {kind}")
    database.run(f"CREATE TABLE {quoted(str(values['table']))} ({', '.join(parts)})", (), "build")
    return Outcome({"table": values["table"]}, "Table created")


def _column(item: Any) -> tuple[str, str]:
    if isinstance(item, str):
        name, _, kind = item.strip().partition(" ")
        return name, kind
    if isinstance(item, dict) and isinstance(item.get("name"), str):
        return item["name"], str(item.get("type") or "")
    raise Refusal("invalid", "columns: names with types were expected")


def _drop(database: Database, values: Row) -> Outcome:
    database.run(f"DROP TABLE {_known(database, values['table'], ())}", (), "any")
    return Outcome({"table": values["table"]}, "Table dropped")


# --- rows to start with


def _table_rows(table: str, rows: Sequence[Row], columns: Sequence[str] = ()) -> Iterator[SeedRow]:
    """Yield the stored form of a table: its columns are those of all rows, typed by their values."""
    kinds: dict[str, str] = dict.fromkeys(columns, "")
    folded = {name.lower() for name in columns}
    for row in rows:
        for name, value in row.items():
            if name.lower() in folded and name not in kinds:
                continue
            folded.add(name.lower())
            whole = isinstance(value, (bool, int)) and -(2**63) <= value < 2**63
            kind = (
                "INTEGER" if whole else "REAL" if isinstance(value, (int, float)) else "" if value is None else "TEXT"
            )
            held = kinds.get(name, "")
            kinds[name] = (
                kind
                if not held
                else held
                if held == kind or not kind
                else "REAL"
                if "TEXT" not in (held, kind)
                else "TEXT"
            )
    if not kinds or len(kinds) > 200:
        return
    first = next(iter(kinds))
    ids = [row.get(first) for row in rows]
    key = tokens(first)[-1:] == ("id",) and len(set(map(str, ids))) == len(ids) and None not in ids
    parts = [
        f"{quoted(name)} {kind or 'TEXT'}{' PRIMARY KEY' if key and name == first else ''}"
        for name, kind in kinds.items()
    ]
    yield SeedRow(
        NAME, f"table:{table}", "", {"name": table, "sql": f"CREATE TABLE {quoted(table)} ({', '.join(parts)})"}
    )
    for number, row in enumerate(rows, 1):
        values = {name: row.get(name) for name in kinds}
        rowid = values[first] if key and kinds[first] == "INTEGER" else number
        yield SeedRow(
            NAME, f"row:{child_path('', table)}/{rowid}", "", {"table": table, "rowid": rowid, "values": values}
        )


def seeded(seed: int) -> Iterator[SeedRow]:
    """Yield two small tables, customers and their orders."""
    draw = Draw(seed, NAME)
    names, cities = words("given_names"), [place.city for place in PLACES]
    customers = [
        {"id": n, "name": draw.pick(names), "city": draw.pick(cities), "credit": draw.below(900) + 100}
        for n in range(1, 7)
    ]
    orders = [
        {"id": n, "customer_id": draw.below(6) + 1, "product": draw.pick(PRODUCTS), "quantity": draw.below(5) + 1}
        for n in range(1, 11)
    ]
    yield from _table_rows("customers", customers)
    yield from _table_rows("orders", orders)


def kept(rows: Sequence[Row]) -> Iterable[SeedRow]:
    """Turn given rows (``table`` with ``values``, or with ``columns`` for an empty one) into stored ones."""
    tables: dict[str, tuple[list[Row], list[str]]] = {}
    for row in rows[:MAX_ROWS]:
        table = row.get("table")
        if not isinstance(table, str) or not table or table.lower().startswith("sqlite_") or "\0" in table:
            continue
        name = next((known for known in tables if known.lower() == table.lower()), table)
        held, columns = tables.setdefault(name, ([], []))
        if isinstance(row.get("values"), dict):
            held.append(
                {
                    str(n): v if isinstance(v, (str, int, float, type(None))) else str(v)
                    for n, v in row["values"].items()
                }
            )
        if isinstance(row.get("columns"), list):
            columns += [name for name in row["columns"] if isinstance(name, str) and name not in columns]
    for name, (held, columns) in tables.items():
        yield from _table_rows(name, held, columns)


def placed(name: str, part: Any, operations: Sequence[ProfileOperation]) -> list[Row] | None:
    """Read a part of a state document: a table with its rows, or an object of tables."""
    if isinstance(part, list) and name and part and all(isinstance(item, dict) for item in part):
        return [{"table": name, "values": item} for item in part]
    if not isinstance(part, dict):
        return None
    rows, columns = part.get("rows", part.get("data")), part.get("columns")
    if isinstance(rows, list) and name:
        names = [_name(column) for column in columns] if isinstance(columns, list) else []
        out: list[Row] = [{"table": name, "columns": [n for n in names if n]}]
        for row in rows:
            values = dict(zip(names, row, strict=False)) if isinstance(row, list) else row
            if isinstance(values, dict):
                out.append({"table": name, "values": values})
        return out
    found = [row for inner, value in part.items() for row in placed(inner, value, operations) or ()]
    return found or None


def _name(column: Any) -> str:
    return str(column.get("name") or "") if isinstance(column, dict) else str(column)


_CONTENT = "row/record/data/entry"

SQL = Profile(
    name=NAME,
    title="an SQL database",
    roles={
        "query": Role("text", "query sql statement command sqlquery sqlstatement"),
        "bindings": Role("any", "parameters params args bindings values arguments"),
        "table": Role("text", "table tablename name entity from"),
        "columns": Role("any", "columns fields select columnnames schema columndefinitions"),
        "where": Role("any", "where condition conditions filter filters criteria whereclause match"),
        "row": Role("any", "values row data record rows set updates fields records"),
        "order": Role("text", "orderby order sort sortby"),
        "limit": Role("whole", "limit maxrows top count"),
    },
    actions=(
        Action(
            "read_query",
            "read/select query, query, select, run/execute read/select query, query database/data/db",
            _with_database(_query("read")),
            needs="query",
            takes="bindings",
            writes=False,
            anchor=True,
        ),
        Action(
            "write_query",
            "write/insert/update/delete/modify query, run/execute write query, write, execute update, mutate",
            _with_database(_query("write"), True),
            needs="query",
            takes="bindings",
            anchor=True,
        ),
        Action("create_query", "create table", _with_database(_query("build"), True), needs="query", anchor=True),
        Action(
            "any_query",
            "execute/run sql?/query?/statement? query?/statement?, sql query?, execute",
            _with_database(_query("any"), True),
            needs="query",
            takes="bindings",
            anchor=True,
        ),
        Action("tables", "list/show/get table name?, table", _with_database(_tables), writes=False, anchor=True),
        Action(
            "describe",
            "describe/inspect/show/get table schema?/column?/structure?/info?, table schema/info, describe, "
            "list/get column",
            _with_database(_describe),
            needs="table",
            writes=False,
            anchor=True,
        ),
        Action(
            "schema",
            "get/show/read/describe database?/db? schema, schema",
            _with_database(_schema),
            takes="table",
            writes=False,
        ),
        Action("create", "create table", _with_database(_create, True), needs="table columns", anchor=True),
        Action("drop", "drop/delete table", _with_database(_drop, True), needs="table", anchor=True),
        Action(
            "select",
            f"select, select/query/get/read/fetch {_CONTENT}/table, query, read",
            _with_database(_select),
            needs="table",
            takes="columns where order limit",
            writes=False,
        ),
        Action(
            "insert", f"insert, insert/add/create {_CONTENT} table?", _with_database(_insert, True), needs="table row"
        ),
        Action(
            "update",
            f"update, update {_CONTENT} table?",
            _with_database(_update, True),
            needs="table row",
            takes="where",
        ),
        Action(
            "delete",
            f"delete, delete/remove {_CONTENT} table?",
            _with_database(_delete, True),
            needs="table",
            takes="where",
        ),
    ),
    seed=seeded,
    keep=kept,
    place=placed,
    least=3,
)
