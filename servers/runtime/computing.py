"""Answers worked out of the arguments alone (rules P1, P2, P4, P5)."""

from __future__ import annotations

import json
from typing import Any

from inftool.servers.profiles.presenting import as_text, present
from inftool.servers.profiles.profile import Outcome
from inftool.servers.program import ComputeOperation
from inftool.servers.runtime.answering import echoed, prepare_answer
from inftool.servers.runtime.draw import Draw
from inftool.servers.runtime.fitting import accepts
from inftool.servers.runtime.functions.table import call_function
from inftool.servers.runtime.lexicon import tokens
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.session import Row, Session
from inftool.servers.runtime.values import value_for

_MEASURES = frozenset(
    ("cost", "price", "fare", "fee", "total", "amount", "estimate", "quote", "duration", "charge", "budget", "premium")
)
"""What grows with an amount."""


def prepare_compute(machine: Machine, operation: ComputeOperation) -> Run:
    """Prepare the run of a compute: by its function, or without one the same answer for the same arguments."""
    if not operation.function:
        return _prepare_estimate(machine, operation) if operation.roles else prepare_answer(machine, operation)
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


def _prepare_estimate(machine: Machine, operation: ComputeOperation) -> Run:
    """Prepare the run of an estimate: drawn for what is asked, times the amounts, so that more never costs less."""
    schema, seed = operation.output_schema, machine.seed
    amounts = set(operation.roles.values())

    def run(session: Session, arguments: Row) -> Any:
        asked = {name: value for name, value in arguments.items() if name not in amounts}
        key = seed, operation.tool, json.dumps(asked, sort_keys=True, ensure_ascii=False)
        times = 1.0
        for name in sorted(amounts):
            value = arguments.get(name)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                times *= min(max(float(value), 0.0), 1e9)
        if schema is None:
            return {"estimate": round((Draw(*key).below(9_000) + 1_000) / 100 * times, 2)}
        content = value_for(schema, "", seed_key=key)
        if not isinstance(content, dict):
            return _scaled(content, schema, times)
        for name, part in (schema.get("properties") or {}).items():
            if name in content and isinstance(part, dict) and _MEASURES & set(tokens(name)):
                content[name] = _scaled(content[name], part, times)
        return echoed(content, schema, arguments)

    return run


def _scaled(value: Any, schema: Row, times: float) -> Any:
    """Return a number times the amounts, as far as its schema allows."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    grown = round(value * times) if isinstance(value, int) else round(value * times, 2)
    return grown if accepts(schema, grown) else value
