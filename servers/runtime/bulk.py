"""Several rows created, changed or removed in one call; one bad item refuses the whole call (rule D3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from inftool.servers.program import BulkOperation
from inftool.servers.runtime.adding import add_row
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.effects import Consequences
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.items import items_of, key_of, page_of_all
from inftool.servers.runtime.listing import matching
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.results import Shaper
from inftool.servers.runtime.scope import Scope, not_found, prepare_scope
from inftool.servers.runtime.session import Row, Session, Stored
from inftool.servers.runtime.writing import change_row, given_fields, settable_fields


def prepare_bulk(machine: Machine, operation: BulkOperation) -> Run:
    """Prepare the run of a bulk operation."""
    entity = machine.entity(operation.entity)
    shaper, consequences = Shaper(machine, operation), Consequences(machine, operation)
    resolve = prepare_scope(machine, operation)
    settable = settable_fields(entity, operation.values)

    def create(session: Session, arguments: Row, scope: Scope) -> Iterator[Stored]:
        items = items_of(arguments.get(operation.items), operation.items)[0] if operation.items else [arguments]
        for item in items:
            if not isinstance(item, dict):
                raise Refusal("invalid", f"{operation.items}: each item must be an object")
            given = {field: item[name] for name, field in operation.values.items() if name in item}
            frame = consequences.begin(session, {**arguments, **item}, scope, [Stored("", "", given)], kept=False)
            stored = add_row(machine, session, entity, given, scope)
            [row] = consequences.finish(frame, [stored])
            yield stored._replace(doc=row)

    def named(session: Session, arguments: Row, scope: Scope) -> Iterator[tuple[Stored, Row]]:
        """Yield the rows that are meant, each with what the call says of it."""
        if operation.items is None:
            docs = {id(stored.doc): stored for stored in session.stored(entity.name) if scope.holds(stored)}
            chosen = matching(
                [stored.doc for stored in docs.values()], operation.filters, arguments, operation.constants
            )
            for row in chosen:
                yield docs[id(row)], arguments
            return
        seen: set[tuple[str, str]] = set()
        for item in items_of(arguments.get(operation.items), operation.items)[0]:
            key = key_of(item, entity, operation.items)
            found = session.get(entity.name, key_text(key) or "", scope.path)
            if found is None or not scope.holds(found):
                raise not_found(entity, key, operation.items)
            if (found.key, found.parent) not in seen or operation.kind == "bulk_update":
                seen.add((found.key, found.parent))
                yield found, {**arguments, **item} if isinstance(item, dict) else arguments

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(session, arguments)
        if operation.kind == "bulk_create":
            found = list(create(session, arguments, scope))
        else:
            found = []
            for stored, said in named(session, arguments, scope):
                frame = consequences.begin(session, said, scope, [stored])
                if operation.kind == "bulk_update":
                    stored = change_row(
                        machine, session, entity, given_fields(operation.values, said, settable), stored
                    )
                else:
                    session.delete(entity.name, stored.key, stored.parent)
                    session.tick()
                [row] = consequences.finish(frame, [stored], kept=operation.kind == "bulk_update")
                found.append(stored._replace(doc=row))
        frame = consequences.view(session, arguments, scope, found, kept=operation.kind != "bulk_delete")
        if frame is not None:
            frame.count = len(found)
        rows = [stored.doc for stored in found]
        if operation.shape.kind == "value":
            return shaper.value(len(rows), page_of_all(rows), frame)
        return shaper.many(rows, page_of_all(rows), frame)

    return run
