"""Tools with several operations behind them (rule B1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inftool.servers.program import DispatchOperation, Operation
from inftool.servers.runtime.arguments import argument_validator
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.session import Row, Session

Prepare = Callable[[Machine, Operation], Run]


def prepare_dispatch(machine: Machine, operation: DispatchOperation, prepare: Prepare) -> Run:
    """Prepare the run of a dispatch.

    Args:
        machine: the program.
        operation: the dispatch; its own input schema is checked by the kernel, that of a case here.
        prepare: prepares the runs of the cases.
    """
    cases = {}
    for value, case in operation.cases.items():
        own = operation.argument in (case.input_schema.get("properties") or {})
        cases[value] = argument_validator(case.input_schema), prepare(machine, case), own

    def run(session: Session, arguments: Row) -> Any:
        wanted = key_text(arguments.get(operation.argument))
        found = cases.get(wanted) if wanted is not None else None
        if found is None:
            listed = ", ".join(list(cases)[:24])
            said = "a value is needed" if wanted is None else f"{wanted[:80]!r} is none"
            raise Refusal("invalid", f"{operation.argument}: {said}; the values are {listed}")
        validate, run_case, own = found
        said_here = arguments if own else {name: v for name, v in arguments.items() if name != operation.argument}
        validate(said_here)
        return run_case(session, said_here)

    return run
