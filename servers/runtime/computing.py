"""Answers worked out of the arguments alone (rules P1, P2, P4)."""

from __future__ import annotations

from typing import Any

from inftool.servers.profiles.presenting import as_text, present
from inftool.servers.profiles.profile import Outcome
from inftool.servers.program import ComputeOperation
from inftool.servers.runtime.answering import prepare_answer
from inftool.servers.runtime.functions.table import call_function
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.session import Row, Session


def prepare_compute(machine: Machine, operation: ComputeOperation) -> Run:
    """Prepare the run of a compute: by its function, or without one the same answer for the same arguments."""
    if not operation.function:
        return prepare_answer(machine, operation)
    seed, name = machine.seed, operation.function
    properties = operation.input_schema.get("properties") or {}
    defaults = {
        role: properties[argument]["default"]
        for role, argument in operation.roles.items()
        if isinstance(properties.get(argument), dict) and properties[argument].get("default") is not None
    }

    def run(session: Session, arguments: Row) -> Any:
        values = {**operation.constants, **defaults}
        for role, argument in operation.roles.items():
            if arguments.get(argument) is not None:
                values[role] = arguments[argument]
        result = call_function(name, values, seed, session.now())
        named = result if isinstance(result, dict) and result else {"result": result}
        return present(Outcome(named, as_text(result)), operation.output_schema, (seed, operation.tool))

    return run
