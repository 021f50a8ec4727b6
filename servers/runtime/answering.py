"""Answers that touch no row: the same arguments give the same body, in the declared shape (rules P2, P3)."""

from __future__ import annotations

import json
from typing import Any

from inftool.servers.program import ComputeOperation, OperationBase
from inftool.servers.runtime.fitting import accepts
from inftool.servers.runtime.lexicon import tokens
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.session import Row, Session
from inftool.servers.runtime.values import value_for


def prepare_answer(machine: Machine, operation: OperationBase) -> Run:
    """Prepare the run of an operation that answers from its arguments alone."""
    schema, seed = operation.output_schema, machine.seed
    told = operation.told if schema is None and isinstance(operation, ComputeOperation) else None
    if told is not None:
        return _prepare_told(told, machine, operation)

    def run(session: Session, arguments: Row) -> Any:
        if schema is None:
            return None if operation.success_status == 204 else {"ok": True}
        key = json.dumps(arguments, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        content = value_for(schema, "", seed_key=(seed, operation.tool, key))
        return echoed(content, schema, arguments)

    return run


def _prepare_told(told: dict[str, Any], machine: Machine, operation: OperationBase) -> Run:
    """Prepare answers in a form that nobody declared: they repeat the arguments that are given, and no others."""
    invented = set(told.get("required") or ())
    key = machine.seed, operation.tool

    def run(session: Session, arguments: Row) -> Any:
        asked = json.dumps(arguments, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        content = echoed(value_for(told, "", seed_key=(*key, asked)), told, arguments)
        return {name: value for name, value in content.items() if name in invented or name in arguments}

    return run


def echoed(content: Any, schema: dict[str, Any], arguments: Row) -> Any:
    """Put arguments into the properties of the same name, where the schema allows their value."""
    if not isinstance(content, dict):
        return content
    properties = schema.get("properties") or {}
    named = {tokens(name): value for name, value in arguments.items()}
    for name in content:
        value = named.get(tokens(name))
        part = properties.get(name)
        if isinstance(value, (str, int, float)) and isinstance(part, dict) and accepts(part, value):
            content[name] = value
    return content
