"""What a server shows besides its tools: the specification, the report, the program, and the session's rows.

Everything is read-only, and stands under ``inftool://PROGRAM/``. The entity is a part of the path and not of the host,
whose letters some clients make small.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple, Protocol
from urllib.parse import parse_qs, quote, unquote, urlsplit

from inftool.servers.doors.completion import Complete, entities, entity_names, keys_of_rows
from inftool.servers.program import ServerProgram
from inftool.servers.report import Report
from inftool.servers.runtime.session import Session

SCHEME = "inftool"
JSON = "application/json"
PAGE_ROWS = 100
"""Rows of one page."""
PAGE_CHARACTERS = 1_000_000
"""A page ends after the row that goes beyond so many characters."""
MAX_NAMESAKES = 100
"""Rows of one key that are shown, where several parents have one."""


class UnknownResource(LookupError):
    """There is nothing at that address."""


class Source(NamedTuple):
    """The specification that a program was compiled from, as it was read."""

    text: str
    mime_type: str


class Listed(NamedTuple):
    """A resource as it is listed."""

    uri: str
    name: str
    title: str
    description: str
    mime_type: str
    size: int | None = None


class Template(NamedTuple):
    """A family of resources: an address with variables, and how each is completed."""

    uri: str
    name: str
    title: str
    description: str
    complete: Mapping[str, Complete]
    mime_type: str = JSON


class Content(NamedTuple):
    """What is at an address."""

    uri: str
    mime_type: str
    text: str
    blob: str | None = None
    """In the place of the text, where it is none: base64."""


class Shelf(Protocol):
    """Anything that resources are read from."""

    @property
    def templates(self) -> Sequence[Template]:
        """Families of addresses."""
        ...

    def listed(self, session: Session) -> Iterable[Listed]:
        """Return what there is to read in a session."""
        ...

    def owns(self, uri: str) -> bool:
        """Return whether an address is one of this shelf's."""
        ...

    def read(self, session: Session, uri: str) -> list[Content]:
        """Return what is at an address. Raises :class:`UnknownResource`."""
        ...


@dataclass(frozen=True)
class Resources:
    """The resources of one program."""

    program: ServerProgram
    source: Source | None = None
    """None where the specification is not at hand."""
    make_report: Callable[[], Report] | None = None
    """Makes the compile report; None where there is none."""

    @cached_property
    def _root(self) -> str:
        return f"{SCHEME}://{quote(self.program.name, safe='')}"

    @cached_property
    def _fixed(self) -> dict[str, tuple[Listed, Callable[[], str]]]:
        """The resources that are the same in every session, by path."""
        title = self.program.title or self.program.name
        found: dict[str, tuple[Listed, Callable[[], str]]] = {}

        def add(path: str, heading: str, description: str, mime_type: str, write: Callable[[], str]) -> None:
            found[path] = Listed(f"{self._root}/{path}", path, heading, description, mime_type), write

        if (source := self.source) is not None:
            about = f"The specification of {title}, as it was read."
            add("specification", "Specification", about, source.mime_type, lambda: source.text)
        if self.make_report is not None:
            report, about = cache(self.make_report), "What was made of each tool, how surely and why."
            add("report.txt", "Compile report", about, "text/plain", lambda: report().to_text())
            add("report.json", "Compile report (JSON)", about, JSON, lambda: report().model_dump_json(indent=1))
        about = "The compiled server as data: entities and operations."
        add("program.json", "Program", about, JSON, lambda: self.program.model_dump_json(by_alias=True, indent=1))
        return found

    def listed(self, session: Session) -> Iterator[Listed]:
        """Yield what there is to read in a session."""
        yield from (entry for entry, _ in self._fixed.values())
        yield Listed(f"{self._root}/rows", "rows", "Rows", "What there are rows of, and how many.", JSON)
        for name in entity_names(self.program, session):
            known = self.program.entities.get(name)
            about = f"The {known.plural if known else name} as they are now, {PAGE_ROWS} at a time."
            yield Listed(self._rows_uri(name), f"rows/{name}", f"Rows: {name}", about, JSON)

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """The rows of an entity by page, and one row by its key."""
        entity, page = entities(self.program), "from the given number on"
        return (
            Template(
                f"{self._root}/rows/{{entity}}{{?offset}}",
                "rows_of_entity",
                "Rows of an entity",
                f"Rows as they are now, {PAGE_ROWS} at a time, {page}.",
                {"entity": entity},
            ),
            Template(
                f"{self._root}/rows/{{entity}}/{{key}}",
                "row",
                "One row",
                "The row of that key as it is now; several, where several parents have one.",
                {"entity": entity, "key": keys_of_rows("entity")},
            ),
        )

    def owns(self, uri: str) -> bool:
        """Return whether an address is one of this program's."""
        return _split(uri)[0].casefold() == self.program.name.casefold()

    def read(self, session: Session, uri: str) -> list[Content]:
        """Return what is at an address in a session.

        Raises:
            UnknownResource: nothing is; the message says what would be right.
        """
        host, steps, query = _split(uri)
        if host.casefold() == self.program.name.casefold() and steps:
            if len(steps) == 1 and steps[0] in self._fixed:
                entry, write = self._fixed[steps[0]]
                return [Content(uri, entry.mime_type, write())]
            if steps[0] == "rows" and len(steps) <= 3 and not (query and len(steps) != 2):
                return self._rows(session, uri, steps[1:], query)
        raise UnknownResource(f"nothing is at {uri[:200]!r}; resources/list tells what there is")

    def _rows(self, session: Session, uri: str, steps: list[str], query: str) -> list[Content]:
        if not steps:
            return [Content(uri, JSON, _json(self._overview(session)))]
        entity, counts = steps[0], session.counts()
        if entity not in counts and entity not in self.program.entities:
            raise UnknownResource(f"there are no rows of {entity[:80]!r}; {self._root}/rows tells of what there are")
        if len(steps) == 1:
            return [Content(uri, JSON, _json(self._page(session, entity, _offset(query), counts.get(entity, 0))))]
        rows = session.named(entity, steps[1], MAX_NAMESAKES)
        if not rows:
            raise UnknownResource(f"{entity} has no row {steps[1][:80]!r}")
        return [Content(uri, JSON, _json(row.doc)) for row in rows]

    def _overview(self, session: Session) -> list[dict[str, object]]:
        counts = session.counts()
        found: list[dict[str, object]] = []
        for name in entity_names(self.program, session):
            known = self.program.entities.get(name)
            about = {"key": known.key or None, "parent": known.parent} if known else {}
            found.append({"entity": name, "rows": counts.get(name, 0), **about, "uri": self._rows_uri(name)})
        return found

    def _page(self, session: Session, entity: str, offset: int, total: int) -> dict[str, object]:
        rows, room = [], PAGE_CHARACTERS
        for stored in session.page(entity, offset, PAGE_ROWS):
            rows.append(stored.doc)
            room -= len(_json(stored.doc))
            if room <= 0:
                break
        end = offset + len(rows)
        after = f"{self._rows_uri(entity)}?offset={end}" if rows and end < total else None
        return {"entity": entity, "total": total, "offset": offset, "rows": rows, "next": after}

    def _rows_uri(self, entity: str) -> str:
        return f"{self._root}/rows/{quote(entity, safe='')}"


def _split(uri: str) -> tuple[str, list[str], str]:
    """Return (program, steps of the path, query) of an address; empty ones for any other address."""
    try:
        parts = urlsplit(uri)
        if parts.scheme != SCHEME or parts.fragment:
            return "", [], ""
        steps = parts.path.split("/")[1:]
        return unquote(parts.netloc), [unquote(step, errors="strict") for step in steps], parts.query
    except ValueError:
        return "", [], ""


def _offset(query: str) -> int:
    """Return the row that a page begins with.

    Raises:
        UnknownResource: the query says something else.
    """
    try:
        given = parse_qs(query, keep_blank_values=True, max_num_fields=2) if query else {}
    except ValueError:
        given = {query: []}
    number = given.pop("offset", ["0"])[-1] or "0"
    if given or not (number.isascii() and number.isdigit() and len(number) <= 15):
        raise UnknownResource(f"?{query[:80]}: give ?offset=NUMBER or nothing")
    return int(number)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
