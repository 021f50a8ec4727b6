"""Actions: states that are set, money that is moved (rules A1, N1, N5)."""

from __future__ import annotations

from decimal import Decimal

from inftool.servers.checking.probe import ATTEMPTS, Probe, alike, short
from inftool.servers.program import ActionOperation, Effect
from inftool.servers.runtime.amounts import decimal_of, total
from inftool.servers.runtime.lexicon import number_kind
from inftool.servers.runtime.places import field_at, value_at
from inftool.servers.runtime.session import Row, Stored
from inftool.servers.sampling import Subject, sample


def check_action(probe: Probe, subject: Subject, operation: ActionOperation) -> None:
    """Check that an action sets what it says, and that amounts are conserved and never fall below zero."""
    probe.begin(subject)
    for number in range(ATTEMPTS):
        stored = probe.target(operation, number)
        arguments = sample(probe.program, probe.session, subject, number, stored)
        before = {name: probe.session.stored(name) for name in probe.program.entities}
        if probe.call(subject, arguments).is_error:
            continue
        _check_amounts(probe, subject, operation, before)
        if stored is not None and operation.key and operation.key_field in stored.doc:
            _check_set(probe, subject, operation, arguments, stored)
        probe.begin(subject)


def _check_set(probe: Probe, subject: Subject, operation: ActionOperation, arguments: Row, stored: Stored) -> None:
    now = probe.session.get(operation.entity, stored.key, stored.parent)
    effects = [effect for effect in operation.effects if effect.row == "row" and effect.field and effect.do == "set"]
    for effect in effects:
        by, field = effect.by, effect.field
        if now is None or [other.field for other in operation.effects].count(field) > 1:
            continue
        constant = by.argument is None and by.field is None and not by.clock and by.times is None
        if constant and not alike(value_at(now.doc, field), by.value):
            probe.broken(subject, "effects", f"{field} is {short(value_at(now.doc, field))}, not {short(by.value)}")


def _check_amounts(probe: Probe, subject: Subject, operation: ActionOperation, before: dict[str, list[Stored]]) -> None:
    """Check the sums over all rows of each field that is added to or subtracted from, and that none is negative."""
    entities = {"row": operation.entity, **{name: ref.entity for name, ref in operation.rows.items()}}
    moves: dict[tuple[str, str], list[Effect]] = {}
    for effect in operation.effects:
        if effect.row in entities and effect.do in ("add", "subtract"):
            moves.setdefault((entities[effect.row], effect.field), []).append(effect)
    for (name, place), effects in moves.items():
        then = [decimal_of(value_at(row.doc, place)) for row in before[name]]
        now = [decimal_of(value_at(row.doc, place)) for row in probe.session.stored(name)]
        moved = len(effects) == 2 and effects[0].by == effects[1].by and effects[0].do != effects[1].do
        if operation.kind == "transfer" and moved and _sum(then) != _sum(now):
            probe.broken(subject, "conserved", f"{place} of all {name} rows was {_sum(then)}, is {_sum(now)}")
        counted = operation.kind == "transfer" or number_kind(place) in ("money", "small")
        low = field_at(probe.program.entities[name], place).schema_.get("minimum", 0)
        if counted and low == 0 and any(
            number is not None and number < 0 <= (old or 0) for old, number in zip(then, now, strict=False)
        ):  # fmt: skip
            probe.broken(subject, "conserved", f"{place} of a {name} row fell below zero")


def _sum(values: list[Decimal | None]) -> Decimal:
    return total([value for value in values if value is not None])
