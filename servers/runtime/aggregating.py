"""Counts, sums and groups of rows (rules Q7, N4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from inftool.servers.program import AggregateOperation, Entity
from inftool.servers.runtime.amounts import decimal_of, quotient, total, written
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.effects import Consequences
from inftool.servers.runtime.fitting import schema_at
from inftool.servers.runtime.items import items_of, key_of
from inftool.servers.runtime.listing import matching
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.places import field_at, value_at
from inftool.servers.runtime.reading import rows_in
from inftool.servers.runtime.results import Shaper
from inftool.servers.runtime.scope import prepare_scope
from inftool.servers.runtime.session import Row, Session
from inftool.specs.spec import JsonSchema


def prepare_aggregate(machine: Machine, operation: AggregateOperation) -> Run:
    """Prepare the run of an aggregate."""
    entity = machine.entity(operation.entity)
    shaper, consequences = Shaper(machine, operation), Consequences(machine, operation)
    resolve = prepare_scope(machine, operation)
    place = operation.field if operation.field is not None else entity.key
    schema = field_at(entity, place).schema_

    def run(session: Session, arguments: Row) -> Any:
        scope = resolve(session, arguments)
        frame = consequences.begin(session, arguments, scope, [])
        rows = matching(rows_in(session, entity, scope), operation.filters, arguments, operation.constants)
        if operation.keys is not None:
            value = _held(rows, entity, operation, arguments)
        else:
            value = aggregate(rows, operation.function, place, schema)
        if frame is not None:
            frame.count = len(rows)
            consequences.finish(frame, [])
        return shaper.value(value, {"total": len(rows), "count": len(rows)}, frame)

    return run


def _held(rows: list[Row], entity: Entity, operation: AggregateOperation, arguments: Row) -> list[bool] | bool:
    """Tell of each key whether a row has it; a list, unless the operation declares a single answer."""
    argument = operation.keys or ""
    items, _ = items_of(arguments.get(argument), argument)
    held = {key_text(row.get(entity.key)) for row in rows}
    answers = [key_text(key_of(item, entity, argument)) in held for item in items]
    single = schema_at(operation.output_schema, operation.shape.path).get("type") == "boolean"
    return all(answers) if single else answers


def aggregate(rows: list[Row], function: str, place: str, schema: JsonSchema) -> Any:
    """Work one value out of rows.

    Args:
        rows: what it is worked out of.
        function: as in :class:`AggregateOperation`.
        place: of the values in a row.
        schema: of these values.
    """
    if function == "count":
        return len(rows)
    if function == "exists":
        return bool(rows)
    values = [value for row in rows if (value := value_at(row, place)) is not None]
    match function:
        case "group":
            counts: dict[str, int] = {}
            for text in _texts(values):
                counts[text] = counts.get(text, 0) + 1
            return counts
        case "distinct":
            flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
            return [value for at, value in enumerate(flat) if value not in flat[:at]]
        case "min" | "max":
            return _extreme(values, function)
    numbers = [number for value in values if (number := decimal_of(value)) is not None]
    if function == "average":
        number = quotient(total(numbers), Decimal(len(numbers))) if numbers else Decimal(0)
        return written(number, {"type": "number"}, None, place)
    return written(total(numbers), schema if schema.get("type") == "integer" else {"type": "number"}, None, place)


def _texts(values: list[Any]) -> list[str]:
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return [text for value in flat if (text := key_text(value)) is not None]


def _extreme(values: list[Any], function: str) -> Any:
    """Return the smallest or largest value: by number where all are numbers, else by text; None of nothing."""
    plain = [value for value in values if isinstance(value, (str, int, float)) and not isinstance(value, bool)]
    if not plain:
        return None
    numbers = [(decimal_of(value), value) for value in plain]
    pick = min if function == "min" else max
    if all(number is not None for number, _ in numbers):
        return pick(numbers, key=lambda pair: pair[0] or Decimal(0))[1]
    return pick(plain, key=str)
