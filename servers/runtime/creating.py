"""Operations that add a row (rule C1)."""

from __future__ import annotations

from typing import Any

from inftool.servers.program import CreateOperation
from inftool.servers.runtime.adding import add_row
from inftool.servers.runtime.effects import Consequences
from inftool.servers.runtime.keeping import given_values
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.results import Shaper
from inftool.servers.runtime.scope import prepare_scope
from inftool.servers.runtime.session import Row, Session, Stored


def prepare_create(machine: Machine, operation: CreateOperation) -> Run:
    """Prepare the run of a create."""
    entity = machine.entity(operation.entity)
    shaper, consequences = Shaper(machine, operation), Consequences(machine, operation)
    resolve = prepare_scope(machine, operation)
    demanded = {operation.values.get(name) for name in operation.input_schema.get("required") or []}

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(session, arguments)
        given = given_values(entity, operation.values, operation.fitted, arguments)
        sketch = Stored("", scope.path or "", {**given, **operation.constants})
        frame = consequences.begin(session, arguments, scope, [sketch], kept=False)
        stored = add_row(machine, session, entity, given, scope, demanded, operation.constants)
        [row] = consequences.finish(frame, [stored])
        return shaper.one(row, frame)

    return run
