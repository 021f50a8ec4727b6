"""Rows that an operation adds beside its own: records of what was done (rule A10)."""

from __future__ import annotations

from inftool.servers.program import Insert
from inftool.servers.runtime.adding import add_row
from inftool.servers.runtime.changes import child_path
from inftool.servers.runtime.frames import MISSING, Frame, Held
from inftool.servers.runtime.machine import Machine
from inftool.servers.runtime.scope import Scope
from inftool.servers.runtime.session import Stored


def insert_records(machine: Machine, frame: Frame) -> None:
    """Add the rows that the operation's inserts tell of; the response then finds them under their names.

    Args:
        machine: the program.
        frame: the call, with its effects made and written.

    Raises:
        Refusal: a record cannot be added; the call then leaves no trace.
    """
    for held in [held for rows in frame.rows.values() for held in rows]:
        held.before = held.doc
    for insert in frame.operation.inserts:
        made = [_insert(machine, frame, insert, held) for held in frame.rows.get(insert.row, ())]
        frame.rows[insert.name] = [*frame.rows.get(insert.name, ()), *made]


def _insert(machine: Machine, frame: Frame, insert: Insert, held: Held) -> Held:
    entity = machine.entity(insert.entity)
    values = {name: frame.value(operand, entity.fields[name], held) for name, operand in insert.values.items()}
    known = {name: value for name, value in values.items() if value is not MISSING}
    scope = Scope(dict(frame.scope.rows))
    if entity.parent == held.entity.name:
        stored = Stored(held.key, held.parent, held.doc)
        scope = Scope({**frame.scope.rows, held.entity.name: stored}, path=child_path(held.parent, held.key))
    return frame.hold(entity, add_row(machine, frame.session, entity, {}, scope, fixed=known))
