"""One private copy of the state: rows in SQLite, with reset, snapshot, fork and diff in well under a millisecond.

All entities share one table of JSON documents. A session is an in-memory database copied from the program's seeded
image; an outer savepoint makes reset a rollback, and SQLite's session extension gives the exact row changes since the
image. A snapshot is the changes themselves, so it costs what was changed and not what there is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

import apsw

from inftool.servers.runtime.changes import RowChange, child_path, key_text
from inftool.servers.runtime.places import value_at
from inftool.servers.runtime.texts import clock_start, iso

Row = dict[str, Any]

PAGE_BYTES = 4096
MAX_PAGES = 16_384
"""Pages that the rows of a session may take beyond those of the image: 64 MB."""

_SCHEMA = """
CREATE TABLE documents (
    entity TEXT NOT NULL, key TEXT NOT NULL, parent TEXT NOT NULL, seq INTEGER NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (entity, key, parent)
) WITHOUT ROWID;
CREATE INDEX in_order ON documents (entity, parent, seq);
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""


class SessionFull(Exception):
    """The rows of a session take more than :data:`MAX_PAGES`."""


class SeedRow(NamedTuple):
    """A row of the seeded image."""

    entity: str
    key: str
    parent: str
    """Path of the parent row, ``""`` for a root."""
    doc: Row


class Stored(NamedTuple):
    """A row with the place where it is kept."""

    key: str
    parent: str
    doc: Row

    @property
    def path(self) -> str:
        """The ``parent`` of rows nested under this one."""
        return child_path(self.parent, self.key)


def encode(doc: Row) -> str:
    """Write a row as compact JSON."""
    return json.dumps(doc, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Image:
    """The seeded state of a program, serialised once and copied into every session."""

    data: bytes
    descendants: Mapping[str, tuple[str, ...]]
    """By entity: the entities nested under it at any depth, which a delete cascades to."""

    @classmethod
    def build(
        cls, rows: Iterable[SeedRow], parents: Mapping[str, str | None], first: Mapping[str, int] | None = None
    ) -> Image:
        """Serialise seed rows.

        Args:
            rows: the rows, in creation order.
            parents: by entity, the entity it is nested under.
            first: by entity, the number of its next row, where it is given from outside.
        """
        connection = apsw.Connection(":memory:")
        try:
            connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
            connection.execute(_SCHEMA)
            counters = {entity: number - 1 for entity, number in (first or {}).items()}
            rows_of: dict[str, int] = {}
            count = 0
            with connection:
                for count, row in enumerate(rows, 1):
                    connection.execute(
                        "INSERT INTO documents VALUES (?,?,?,?,?)",
                        (row.entity, row.key, row.parent, count, encode(row.doc)),
                    )
                    number = int(row.key) if row.key.isascii() and row.key.isdigit() and len(row.key) < 16 else 0
                    rows_of[row.entity] = rows_of.get(row.entity, 0) + 1
                    least = 0 if row.entity in (first or {}) else rows_of[row.entity]
                    counters[row.entity] = max(counters.get(row.entity, 0), number, least)
                connection.execute("INSERT INTO meta VALUES ('clock', 0), ('seq', ?)", (count,))
                for entity, last in counters.items():
                    connection.execute("INSERT INTO meta VALUES (?,?)", ("id:" + entity, last))
            return cls(connection.serialize("main"), _descendants(parents))
        finally:
            connection.close()


def _descendants(parents: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    below: dict[str, list[str]] = {entity: [] for entity in parents}
    for entity in parents:
        seen = {entity}
        ancestor = parents[entity]
        while ancestor is not None and ancestor not in seen:
            below.setdefault(ancestor, []).append(entity)
            seen.add(ancestor)
            ancestor = parents.get(ancestor)
    return {entity: tuple(found) for entity, found in below.items()}


@dataclass(frozen=True)
class Snapshot:
    """A state of a session of one program and seed: what differs from the image."""

    changes: bytes
    meta: tuple[tuple[str, int], ...]


class Session:
    """A private copy of a program's rows. Not safe to share between threads that call at the same moment.

    Keys and parents are texts (:func:`inftool.servers.runtime.changes.key_text`); a row is a JSON object.
    """

    def __init__(self, image: Image) -> None:
        self._image = image
        self._db = apsw.Connection(":memory:")
        self._db.deserialize("main", image.data)
        self._max_pages = len(image.data) // PAGE_BYTES + MAX_PAGES
        self._recorder: apsw.Session | None = None
        self._db.execute("SAVEPOINT image")
        self._record()

    def _record(self) -> None:
        self._recorder = apsw.Session(self._db, "main")
        self._recorder.attach("documents")

    # --- life

    def reset(self) -> None:
        """Go back to the seeded image."""
        self._live().close()
        self._db.execute("ROLLBACK TO image")
        self._record()

    def snapshot(self) -> Snapshot:
        """Return the present state, to be given to :meth:`restore` of any session of the same program and seed."""
        meta = tuple(self._db.execute("SELECT name, value FROM meta ORDER BY name"))
        return Snapshot(self._live().changeset(), meta)

    def restore(self, snapshot: Snapshot) -> None:
        """Go to the state that :meth:`snapshot` returned."""
        self.reset()
        if snapshot.changes:
            apsw.Changeset.apply(snapshot.changes, self._db)
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?,?)", snapshot.meta)

    def fork(self) -> Session:
        """Return a new session in the same state; neither sees what the other does from now on."""
        copy = Session(self._image)
        copy.restore(self.snapshot())
        return copy

    def diff(self) -> list[RowChange]:
        """Return what differs from the seeded image, in canonical order; what was undone does not appear."""
        changes = [
            change
            for item in apsw.Changeset.iter(self._live().changeset())
            if (change := _row_change(item)) is not None
        ]
        return sorted(changes, key=lambda change: change.order)

    def close(self) -> None:
        """Free the memory; further use is an error. Closing twice is not."""
        if self._recorder is not None:
            self._recorder.close()
            self._recorder = None
            self._db.close()

    def _live(self) -> apsw.Session:
        if self._recorder is None:
            raise RuntimeError("the session is closed; open a new one with Kernel.open()")
        return self._recorder

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    # --- rows

    def get(self, entity: str, key: str, parent: str | None = None) -> Stored | None:
        """Return the row called ``key``; the oldest of them where several parents have one and ``parent`` is None."""
        if parent is None:
            found = self._db.execute(
                "SELECT key, parent, doc FROM documents WHERE entity=? AND key=? ORDER BY seq LIMIT 1", (entity, key)
            ).fetchone()
        else:
            found = self._db.execute(
                "SELECT key, parent, doc FROM documents WHERE entity=? AND key=? AND parent=?", (entity, key, parent)
            ).fetchone()
        return None if found is None else Stored(found[0], found[1], json.loads(found[2]))

    def find(self, entity: str, field: str, value: Any, parent: str | None = None) -> Stored | None:
        """Return the oldest row whose ``field`` equals ``value``, compared as text (alternate keys, rule I3)."""
        wanted = key_text(value)
        if wanted is None:
            return None
        for stored in self.stored(entity, parent):
            if key_text(value_at(stored.doc, field)) == wanted:
                return stored
        return None

    def rows(self, entity: str, parent: str | None = None) -> list[Row]:
        """Return the rows of an entity in creation order: all, or those nested under one parent path."""
        if parent is None:
            found = self._db.execute("SELECT doc FROM documents WHERE entity=? ORDER BY seq", (entity,))
        else:
            found = self._db.execute(
                "SELECT doc FROM documents WHERE entity=? AND parent=? ORDER BY seq", (entity, parent)
            )
        texts = [text for (text,) in found]
        decoded: list[Row] = json.loads(f"[{','.join(texts)}]")
        return decoded

    def stored(self, entity: str, parent: str | None = None) -> list[Stored]:
        """Return the rows of an entity with their keys and parents, in creation order."""
        sql = "SELECT key, parent, doc FROM documents WHERE entity=?"
        bound: tuple[str, ...] = (entity,)
        if parent is not None:
            sql, bound = sql + " AND parent=?", (entity, parent)
        return [
            Stored(key, place, json.loads(doc)) for key, place, doc in self._db.execute(sql + " ORDER BY seq", bound)
        ]

    def under(self, entity: str, path: str) -> list[Row]:
        """Return the rows nested under ``path`` at any depth, in creation order."""
        found = self._db.execute(
            "SELECT doc FROM documents WHERE entity=? AND (parent=? OR (parent>=? AND parent<?)) ORDER BY seq",
            (entity, path, path + "/", path + "0"),
        )
        return [json.loads(doc) for (doc,) in found]

    def counts(self) -> dict[str, int]:
        """Return how many rows each entity has now, by name; an entity without rows is left out."""
        return dict(self._db.execute("SELECT entity, count(*) FROM documents GROUP BY entity ORDER BY entity"))

    def page(self, entity: str, offset: int, limit: int) -> list[Stored]:
        """Return ``limit`` rows of an entity from the ``offset``-th on, in creation order."""
        found = self._db.execute(
            "SELECT key, parent, doc FROM documents WHERE entity=? ORDER BY seq LIMIT ? OFFSET ?",
            (entity, limit, offset),
        )
        return [Stored(key, place, json.loads(doc)) for key, place, doc in found]

    def named(self, entity: str, key: str, limit: int) -> list[Stored]:
        """Return the rows called ``key``, one for each parent that has one, in creation order."""
        found = self._db.execute(
            "SELECT key, parent, doc FROM documents WHERE entity=? AND key=? ORDER BY seq LIMIT ?", (entity, key, limit)
        )
        return [Stored(key, place, json.loads(doc)) for key, place, doc in found]

    def keys(self, entity: str, prefix: str, limit: int) -> tuple[list[str], int]:
        """Return the keys of an entity that begin with ``prefix``, oldest row first, and how many there are in all."""
        bound = (entity, prefix, prefix)
        begins = "FROM documents WHERE entity=? AND substr(key, 1, length(?))=?"
        found = self._db.execute(f"SELECT key {begins} GROUP BY key ORDER BY min(seq) LIMIT ?", (*bound, limit))
        keys = [key for (key,) in found]
        counted = self._db.execute(f"SELECT count(DISTINCT key) {begins}", bound).fetchone()
        return keys, int(counted[0]) if counted else 0

    def insert(self, entity: str, key: str, parent: str, doc: Row) -> None:
        """Add a row at the end of the creation order.

        Raises:
            apsw.ConstraintError: the parent has a row of that key already.
            SessionFull: there is no room for it; the transaction must be given up.
        """
        self._db.execute(
            "INSERT INTO documents VALUES (?,?,?,?,?)", (entity, key, parent, self.next("seq"), encode(doc))
        )
        self._bound()

    def put(self, entity: str, key: str, parent: str, doc: Row) -> None:
        """Replace the content of an existing row.

        Raises:
            SessionFull: there is no room for it; the transaction must be given up.
        """
        self._db.execute(
            "UPDATE documents SET doc=? WHERE entity=? AND key=? AND parent=?", (encode(doc), entity, key, parent)
        )
        self._bound()

    def _bound(self) -> None:
        """Refuse to grow without end. SQLite's own bound would roll back the image's savepoint with the call's."""
        pages = self._db.pragma("page_count")
        if pages > self._max_pages and pages - self._db.pragma("freelist_count") > self._max_pages:
            raise SessionFull(f"the rows of the session take more than {MAX_PAGES * PAGE_BYTES >> 20} MB")

    def delete(self, entity: str, key: str, parent: str) -> None:
        """Remove a row and every row nested under it (rule F4)."""
        self._db.execute("DELETE FROM documents WHERE entity=? AND key=? AND parent=?", (entity, key, parent))
        path = child_path(parent, key)
        for child in self._image.descendants.get(entity, ()):
            self._db.execute(
                "DELETE FROM documents WHERE entity=? AND (parent=? OR (parent>=? AND parent<?))",
                (child, path, path + "/", path + "0"),
            )

    # --- counters and time: part of the state, but not of the difference

    def next(self, name: str) -> int:
        """Advance a counter and return it: ``seq``, or ``id:<entity>``. A number is never given twice."""
        row = self._db.execute(
            "INSERT INTO meta VALUES (?,1) ON CONFLICT(name) DO UPDATE SET value=value+1 RETURNING value", (name,)
        ).fetchone()
        return int(row[0]) if row else 0

    def next_id(self, entity: str) -> int:
        """Return the next integer key of an entity."""
        return self.next("id:" + entity)

    def tick(self) -> str:
        """Advance the logical clock by a second and return the new time (RFC 3339)."""
        return self._time(self.next("clock"))

    def now(self) -> str:
        """Return the time of the logical clock (RFC 3339): a fixed start, and a second for each call that wrote."""
        row = self._db.execute("SELECT value FROM meta WHERE name='clock'").fetchone()
        return self._time(int(row[0]) if row else 0)

    @staticmethod
    def _time(seconds: int) -> str:
        return iso(clock_start() + timedelta(seconds=seconds))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run a block as one transaction: an exception leaves no trace, counters and clock included (rule X3)."""
        self._db.execute("SAVEPOINT call")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK TO call")
            raise
        finally:
            self._db.execute("RELEASE call")


def _row_change(item: apsw.TableChange) -> RowChange | None:
    """Read one row of a changeset; None for a change of something other than the document."""
    old, new = item.old or (), item.new or ()
    entity, key, parent = (str(part) for part in (new if item.op == "INSERT" else old)[:3])
    before = _document(old[4:])
    after = _document(new[4:])
    if item.op == "INSERT":
        return RowChange(entity=entity, key=key, parent=parent, kind="insert", after=after)
    if item.op == "DELETE":
        return RowChange(entity=entity, key=key, parent=parent, kind="delete", before=before)
    if after is None:
        return None
    return RowChange(entity=entity, key=key, parent=parent, kind="update", before=before, after=after)


def _document(column: tuple[Any, ...]) -> Row | None:
    """Decode the document column of a changeset; None where it did not change."""
    return json.loads(column[0]) if column and isinstance(column[0], str) else None
