"""Rows: what is created, changed, removed and linked (rules C1, U1, D1, E7)."""

from __future__ import annotations

from inftool.servers.checking.lists import walk
from inftool.servers.checking.probe import Probe, alike, is_change, payload, short
from inftool.servers.program import (
    CreateOperation,
    DeleteOperation,
    EntityOperation,
    LinkOperation,
    ListOperation,
    ReadOperation,
    RowOperation,
    UpdateOperation,
)
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.keeping import given_values
from inftool.servers.runtime.listing import matching
from inftool.servers.runtime.places import value_at
from inftool.servers.runtime.rows import MANAGED
from inftool.servers.runtime.scope import prepare_scope
from inftool.servers.runtime.session import Row, Stored
from inftool.servers.sampling import Subject, sample


def check_create(probe: Probe, subject: Subject, operation: CreateOperation) -> None:
    """Check that a new row is stored, read and listed as it was sent."""
    done = probe.first(subject)
    if done is None:
        return
    arguments, _ = done
    made = [change for change in probe.session.diff() if is_change(change, operation.entity, "insert")]
    if len(made) != 1 or made[0].after is None:
        probe.broken(subject, "kept", f"called with {short(arguments)}, it added {len(made)} rows")
        return
    row = made[0].after
    entity = probe.program.entities[operation.entity]
    fields, given = entity.fields, given_values(entity, operation.values, operation.fitted, arguments)
    set_besides = {effect.field for effect in operation.effects if effect.row == "row"} | set(operation.constants)
    sent = {
        name: value
        for name, value in given.items()
        if name in fields and name not in set_besides
        if not fields[name].read_only and fields[name].role not in ("parent", "created_at", "updated_at")
    }
    for name, value in sent.items():
        if not alike(row.get(name), value):
            probe.broken(subject, "kept", f"{name}: {short(value)} was sent, {short(row.get(name))} is stored")
    _see(probe, subject, operation, Stored(made[0].key, made[0].parent, row), sent)


def _see(probe: Probe, subject: Subject, operation: EntityOperation, stored: Stored, sent: Row) -> None:
    """Read and list a row that was just made."""
    for other in probe.subjects:
        seen = other.operation
        if not isinstance(seen, ReadOperation | ListOperation) or seen.entity != operation.entity:
            continue
        if isinstance(seen, ReadOperation) and (not seen.key or value_at(stored.doc, seen.key_field) is None):
            continue
        arguments = sample(probe.program, probe.session, other, target=stored)
        if not _is_meant(probe, seen, arguments, stored):
            continue
        if isinstance(seen, ListOperation):
            keys = walk(probe, other, seen, arguments)
            if keys is not None and stored.key not in keys:
                probe.broken(subject, "listed", f"{other.tool} does not show the new row {stored.key!r}")
            continue
        result = probe.call(other, arguments)
        if result.is_error:
            probe.broken(subject, "readable", f"{other.tool} of the new row: {result.text[:120]}")
            continue
        shown = payload(seen, result.content)
        if not isinstance(shown, dict):
            continue
        for name, value in sent.items():
            if (seen.shape.fields is None or name in seen.shape.fields) and not alike(shown.get(name), value):
                probe.broken(
                    subject, "readable", f"{name}: {short(value)} was sent, {other.tool} shows {short(shown.get(name))}"
                )  # fmt: skip


def _is_meant(probe: Probe, operation: ReadOperation | ListOperation, arguments: Row, stored: Stored) -> bool:
    """Whether a row lies in the scope of a call, and passes its filters; of several rows of a name, the first."""
    try:
        scope = prepare_scope(probe.machine, operation)(probe.session, arguments)
    except Refusal:
        return False
    if not scope.holds(stored):
        return False
    if isinstance(operation, ListOperation):
        return bool(matching([stored.doc], operation.filters, arguments, operation.constants))
    entity = probe.program.entities[operation.entity]
    if operation.key_field == entity.key:
        return True
    first = probe.session.find(entity.name, operation.key_field, value_at(stored.doc, operation.key_field))
    return first is not None and first.key == stored.key


def check_update(probe: Probe, subject: Subject, operation: UpdateOperation) -> None:
    """Check that an update changes what was sent, and nothing else but the time of the change."""
    done = probe.first(subject)
    if done is None:
        return
    arguments, before = done
    if before is None:
        return
    entity = probe.program.entities[operation.entity]
    now = probe.session.get(entity.name, before.key, before.parent)
    if now is None:
        probe.broken(subject, "changed", f"called with {short(arguments)}, the row is gone")
        return
    sent = given_values(entity, operation.values, operation.fitted, arguments)
    besides = {effect.field.partition(".")[0] for effect in operation.effects if effect.row == "row"}
    stamps = {name for name, held in entity.fields.items() if held.role == "updated_at"}
    free = set(sent) | besides | stamps | (set(operation.values.values()) if operation.kind == "replace" else set())
    free |= set(entity.fields) if operation.steps is not None else set()
    for name in sorted(before.doc.keys() | now.doc.keys()):
        if name not in free and before.doc.get(name) != now.doc.get(name):
            probe.broken(subject, "changed", f"{name} was not sent, and is another value now")
    for name, value in sent.items():
        held = entity.fields.get(name)
        if held is None or held.read_only or held.role in MANAGED or name in besides:
            continue
        if value is not None and not isinstance(value, dict) and not alike(now.doc.get(name), value):
            probe.broken(subject, "changed", f"{name}: {short(value)} was sent, it is {short(now.doc.get(name))}")
    strangers = [
        change
        for change in probe.session.diff()
        if (change.entity, change.key, change.parent) != (entity.name, before.key, before.parent)
    ]
    if strangers and not operation.effects and not operation.upsert:
        probe.broken(subject, "changed", f"{strangers[0].entity} {strangers[0].key} changed as well")


def check_delete(probe: Probe, subject: Subject, operation: DeleteOperation) -> None:
    """Check that a deleted row is gone for reads, changes, deletes and lists."""
    done = probe.first(subject)
    if done is None or done[1] is None:
        return
    arguments, row = done
    assert row is not None
    if operation.renewed:
        if probe.session.get(operation.entity, row.key, row.parent) is None:
            probe.broken(subject, "renewed", f"called with {short(arguments)}, the row is gone")
        return
    if probe.session.get(operation.entity, row.key, row.parent) is not None:
        probe.broken(subject, "gone", f"called with {short(arguments)}, the row is still there")
        return
    if any(is_change(change, operation.entity, "insert") for change in probe.session.diff()):
        probe.broken(subject, "gone", "deleting adds a row")
    name = value_at(row.doc, operation.key_field) if operation.key else None
    namesake = None if name is None else probe.session.find(operation.entity, operation.key_field, name)
    if not probe.call(subject, arguments).is_error and namesake is None:
        probe.broken(subject, "gone", f"it can be deleted twice, called with {short(arguments)}")
    probe.session.reset()
    probe.log.append([])
    for other in probe.subjects:
        seen = other.operation
        if not isinstance(seen, EntityOperation) or seen.entity != operation.entity or other.tool == subject.tool:
            continue
        by_key = isinstance(seen, RowOperation) and seen.key_field == probe.program.entities[seen.entity].key
        if by_key and not getattr(seen, "upsert", False) and seen.kind not in ("login", "signup"):
            asked = sample(probe.program, probe.session, other, target=row)
            probe.call(subject, arguments)
            if probe.session.get(operation.entity, row.key) is None and not probe.call(other, asked).is_error:
                probe.broken(subject, "gone", f"{other.tool} answers for the deleted row {row.key!r}")
        elif isinstance(seen, ListOperation):
            asked = sample(probe.program, probe.session, other, target=row)
            probe.call(subject, arguments)
            elsewhere = probe.session.get(operation.entity, row.key) is not None
            keys = walk(probe, other, seen, asked)
            if keys is not None and row.key in keys and not elsewhere:
                probe.broken(subject, "gone", f"{other.tool} shows the deleted row {row.key!r}")
        probe.session.reset()
        probe.log.append([])


def check_link(probe: Probe, subject: Subject, operation: LinkOperation) -> None:
    """Check that a link is made once, and undone by its opposite."""
    done = probe.first(subject)
    if done is None or operation.kind == "unlink":
        return
    arguments, _ = done
    before = probe.session.diff()
    probe.call(subject, arguments)
    if probe.session.diff() != before and not operation.effects:
        probe.broken(subject, "linked", f"called twice with {short(arguments)}, it changes something twice")
    for other in probe.subjects:
        back = other.operation
        if not isinstance(back, LinkOperation) or back.kind != "unlink" or back.entity != operation.entity:
            continue
        if back.parents != operation.parents or back.keys not in (back.input_schema.get("properties") or {}):
            continue
        undone = {
            **sample(probe.program, probe.session, other),
            **{n: v for n, v in arguments.items() if n in back.parents},
        }
        undone[back.keys] = arguments[operation.keys]
        if not probe.call(other, undone).is_error and any(
            is_change(change, operation.entity, "insert") for change in probe.session.diff()
        ):
            probe.broken(subject, "linked", f"{other.tool} leaves the link there")
