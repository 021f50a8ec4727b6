"""Calls that should be refused: rows that do not exist, and arguments that no honest client would send."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from inftool.servers.checking.probe import Probe
from inftool.servers.program import CreateOperation, EntityOperation, RowOperation
from inftool.servers.runtime.session import Row
from inftool.servers.sampling import Subject, sample


def check_hostile(probe: Probe, subject: Subject) -> None:
    """Call an operation with what no honest client would send."""
    for arguments in hostile_arguments(sample(probe.program, probe.session, subject)):
        probe.call(subject, arguments)


def hostile_arguments(arguments: Row) -> Iterator[Any]:
    """Yield arguments that no honest client would send, made from good ones."""
    yield from ({}, [], "x", 3, {"": None}, {"__proto__": {"a": 1}}, {"\ud800": 1})
    deep: Any = "x"
    for _ in range(60):
        deep = {"a": [deep]}
    bad: tuple[Any, ...] = (
        None, True, -1, 10**400, math.nan, math.inf, "", "\ud800", "'; DROP TABLE documents; --", "%00../../etc/passwd",
        "x" * 5000, [], [[]], {}, {"a": None}, deep, b"x",
    )  # fmt: skip
    for argument in list(arguments)[:6]:
        for value in bad:
            yield {**arguments, argument: value}


def check_missing(probe: Probe, subject: Subject, operation: EntityOperation) -> None:
    """Name rows that do not exist, one at a time."""
    arguments = sample(probe.program, probe.session, subject)
    required = set(operation.input_schema.get("required") or ())
    fields = probe.program.entities[operation.entity].fields
    needed = [name for name in operation.parents if name in arguments]
    if isinstance(operation, RowOperation) and operation.key and not getattr(operation, "upsert", False):
        needed += [operation.key] if operation.key in arguments and operation.kind != "signup" else []  # type: ignore[attr-defined]
    if isinstance(operation, CreateOperation):
        for argument, name in operation.values.items():
            held = fields.get(name)
            if held is not None and held.role == "reference" and argument in arguments:
                needed += [argument] if argument in required or held.required else []
    properties = operation.input_schema.get("properties") or {}
    for argument in needed:
        nobody = _nobody(arguments[argument], properties.get(argument))
        if nobody is None:
            continue
        result = probe.call(subject, {**arguments, argument: nobody})
        if not result.is_error:
            probe.broken(subject, "references", f"{argument} {nobody!r} names no row, and it answered all the same")


def _nobody(value: Any, schema: Any) -> Any:
    """Return a key that no row has, in the form of a key; None where the argument is no plain key."""
    if isinstance(value, list):
        inner = _nobody(value[0], schema.get("items") if isinstance(schema, dict) else None) if value else None
        return None if inner is None else [inner]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return "no-such-row-0" if isinstance(value, str) else 987654321
