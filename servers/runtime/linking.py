"""Sets of links between rows: members of a team, tracks that a user saved (rules E7, A4)."""

from __future__ import annotations

from typing import Any

from inftool.servers.program import LinkOperation
from inftool.servers.runtime.adding import add_row
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.effects import Consequences
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.items import items_of, key_of, page_of_all
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.results import Shaper
from inftool.servers.runtime.rows import coerced
from inftool.servers.runtime.scope import Scope, not_found, prepare_scope
from inftool.servers.runtime.session import Row, Session, Stored
from inftool.servers.runtime.writing import change_row, given_fields, settable_fields


def prepare_link(machine: Machine, operation: LinkOperation) -> Run:
    """Prepare the run of a link or unlink."""
    entity = machine.entity(operation.entity)
    shaper, consequences = Shaper(machine, operation), Consequences(machine, operation)
    resolve = prepare_scope(machine, operation)
    settable = settable_fields(entity, operation.values)
    key_field = entity.fields[entity.key]
    other = machine.program.entities.get(key_field.entity or "")

    def link(session: Session, arguments: Row, scope: Scope, key: Any, stored: Stored | None) -> Stored:
        given = given_fields(operation.values, arguments, settable)
        if stored is not None:
            same = all(stored.doc.get(name) == value for name, value in given.items())
            return stored if same else change_row(machine, session, entity, given, stored)
        if other is not None and session.get(other.name, key_text(key) or "") is None:
            raise Refusal("reference", f"{operation.keys}: there is no {other.label} {str(key)[:80]!r}")
        sketch = Stored("", scope.path or "", {**given, entity.key: key})
        frame = consequences.begin(session, arguments, scope, [sketch], kept=False)
        stored = add_row(machine, session, entity, given, scope, key=coerced(key, key_field))
        [row] = consequences.finish(frame, [stored])
        return stored._replace(doc=row)

    def unlink(session: Session, arguments: Row, scope: Scope, stored: Stored) -> None:
        frame = consequences.begin(session, arguments, scope, [stored])
        session.delete(entity.name, stored.key, stored.parent)
        session.tick()
        consequences.finish(frame, [stored], kept=False)

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(session, arguments)
        items, several = items_of(arguments.get(operation.keys), operation.keys)
        found: list[Stored] = []
        for item in items:
            key = key_of(item, entity, operation.keys)
            stored = session.get(entity.name, key_text(key) or "", scope.path or "")
            if operation.kind == "link":
                found.append(link(session, arguments, scope, key, stored))
            elif stored is not None:
                unlink(session, arguments, scope, stored)
                found.append(stored)
            elif not several:
                raise not_found(entity, key, operation.keys)
        frame = consequences.view(session, arguments, scope, found, kept=operation.kind == "link")
        rows = [stored.doc for stored in found]
        return shaper.many(rows, page_of_all(rows), frame) if several else shaper.one(rows[0], frame)

    return run
