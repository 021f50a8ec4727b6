"""A person's corrections of a compiled program, as data."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import TypeAdapter, ValidationError

from inftool.servers.program import (
    ACTION_LOG,
    ActionOperation,
    AggregateOperation,
    BulkOperation,
    DispatchOperation,
    Entity,
    EntityOperation,
    Filter,
    Operand,
    Operation,
    OperationBase,
    RowOperation,
    ServerProgram,
)

_T = TypeVar("_T")
_PARTS = ("operations", "entities", "drop")
_MAX_BYTES = 2_000_000
_COMMON = tuple(OperationBase.model_fields)
_WITHOUT_ROWS = ("opaque", "compute", "record", "profile", "dispatch")
_ACTIONS: tuple[str, ...] = get_args(ActionOperation.model_fields["kind"].annotation)
_ONE_ROW = ("read", "update", "replace", "delete", *_ACTIONS)
_FAMILIES = (
    ("list", "search"),
    ("update", "replace"),
    ("bulk_create", "bulk_update", "bulk_delete"),
    ("link", "unlink"),
    _ACTIONS,
)
"""Kinds that share their fields."""
_OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)


class OverrideError(ValueError):
    """An overrides document does not fit the program; the message names the place and what would be right."""


def read_overrides(path: Path) -> dict[str, Any]:
    """Read an overrides document from a YAML (or JSON) file.

    Raises:
        OverrideError: the file cannot be read, is no YAML, or is not a mapping.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise OverrideError(f"{path}: larger than {_MAX_BYTES // 1_000_000} MB")
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(data, Loader=yaml.SafeLoader)):
            raise OverrideError(f"{path}: YAML aliases are not read here; write the value out")
        document = yaml.safe_load(data)
    except OSError as error:
        raise OverrideError(f"{path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        if isinstance(error, OverrideError):
            raise
        raise OverrideError(f"{path}: is no YAML: {' '.join(str(error).split())[:200]}") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise OverrideError(f"{path}: expected a mapping with {', '.join(_PARTS)}")
    return document


def apply_overrides(program: ServerProgram, overrides: dict[str, Any]) -> ServerProgram:
    """Return the program with an overrides document merged over it.

    The document has up to three parts: ``operations`` (tool → fields of the operation that are to be different),
    ``entities`` (name → fields of the entity) and ``drop`` (tools to leave out). Objects are merged, key by key; a
    null takes a key away; anything else is replaced. An operation whose ``kind`` is changed starts afresh from its
    public face, so that nothing of its old kind remains.

    Args:
        program: the compiled program; it is left as it is.
        overrides: the parsed document.

    Raises:
        OverrideError: an unknown part, tool, entity or field, or a value that does not validate.
    """
    if not isinstance(overrides, dict):
        raise OverrideError("overrides: expected a mapping with " + ", ".join(_PARTS))
    for part in overrides:
        if part not in _PARTS:
            raise OverrideError(f"overrides.{part}: unknown; the parts are {', '.join(_PARTS)}")
    entities = dict(program.entities)
    for name, change in _mapping(overrides, "entities").items():
        entities[name] = _entity(name, entities.get(name), change)
    operations = {operation.tool: operation for operation in program.operations}
    for tool, change in _mapping(overrides, "operations").items():
        if tool not in operations:
            raise OverrideError(f"overrides.operations.{tool}: there is no such tool{_near(tool, operations)}")
        operations[tool] = _operation(tool, operations[tool], change)
    drop = overrides.get("drop") or []
    if not isinstance(drop, list):
        raise OverrideError("overrides.drop: expected a list of tool names")
    for tool in drop:
        if not isinstance(tool, str) or tool not in operations:
            raise OverrideError(f"overrides.drop: there is no tool {tool!r}{_near(str(tool), operations)}")
        del operations[tool]
    result = program.model_copy(update={"entities": entities, "operations": list(operations.values())})
    check_program(result)
    return result


def check_program(program: ServerProgram) -> None:
    """Check that a program holds together: every name in it is the name of something.

    Raises:
        OverrideError: something is named that does not exist.
    """
    for name, entity in program.entities.items():
        place = f"entities.{name}"
        if entity.name != name:
            raise OverrideError(f"{place}.name: is {entity.name!r}; it must be the name it stands under")
        if entity.key not in entity.fields and not entity.singleton:
            raise OverrideError(f"{place}.key: {entity.key!r} is none of its fields{_near(entity.key, entity.fields)}")
        others = [("parent", entity.parent), *((f"fields.{n}.entity", f.entity) for n, f in entity.fields.items())]
        for part, other in others:
            if other is not None and other not in program.entities:
                raise OverrideError(f"{place}.{part}: there is no entity {other!r}{_near(other, program.entities)}")
    if ACTION_LOG in program.entities:
        raise OverrideError(f"entities.{ACTION_LOG}: this name is kept for the log of actions; take another")
    if program.session is not None and program.session not in program.entities:
        raise OverrideError(
            f"session: there is no entity {program.session!r}{_near(program.session, program.entities)}"
        )
    for operation in program.operations:
        cases = operation.cases if isinstance(operation, DispatchOperation) else {}
        for value, case in cases.items():
            _check_operation(case, program, f"operations.{operation.tool}.cases.{value}")
        _check_operation(operation, program, f"operations.{operation.tool}")


def _check_operation(operation: Operation, program: ServerProgram, place: str) -> None:
    arguments = operation.input_schema.get("properties") or {}
    named = list(_named_arguments(operation))
    if isinstance(operation, EntityOperation):
        for part, name in _named_entities(operation):
            if name not in program.entities:
                near = _near(name, program.entities)
                raise OverrideError(f"{place}.{part}: there is no entity {name!r}{near}")
        for part, row in _named_rows(operation):
            if row not in ("row", "session", *operation.rows, *(insert.name for insert in operation.inserts)):
                raise OverrideError(f"{place}.{part}: there are no rows called {row!r}; name them in rows")
    for part, argument in named:
        if argument not in arguments and argument.partition(".")[0] not in arguments:
            raise OverrideError(f"{place}.{part}: the tool has no argument {argument!r}{_near(argument, arguments)}")
    if isinstance(operation, EntityOperation):
        for part, entity, name in _named_fields(operation, program):
            fields = program.entities[entity].fields
            if name not in fields and name.partition(".")[0] not in fields:
                raise OverrideError(f"{place}.{part}: {entity} has no field {name!r}{_near(name, fields)}")


def _named_entities(operation: EntityOperation) -> Iterator[tuple[str, str]]:
    """Yield (part, entity) of every entity that an operation names."""
    yield "entity", operation.entity
    yield from ((f"parents.{argument}", name) for argument, name in operation.parents.items())
    yield from ((f"rows.{name}.entity", ref.entity) for name, ref in operation.rows.items())
    yield from ((f"inserts.{at}.entity", insert.entity) for at, insert in enumerate(operation.inserts))


def _named_rows(operation: EntityOperation) -> Iterator[tuple[str, str]]:
    """Yield (part, name) of every set of rows that checks, effects and the response speak of."""
    yield from ((f"checks.{at}.row", check.row) for at, check in enumerate(operation.checks))
    yield from ((f"effects.{at}.row", effect.row) for at, effect in enumerate(operation.effects))
    yield from ((f"inserts.{at}.row", insert.row) for at, insert in enumerate(operation.inserts))
    yield from ((part, operand.row) for part, operand in _operands(operation) if operand.field is not None)
    yield from ((f"shape.also.{name}.row", part.row) for name, part in operation.shape.also.items())


def _operands(operation: EntityOperation) -> Iterator[tuple[str, Operand]]:
    """Yield (part, operand) of every operand of an operation."""
    first = [(f"checks.{at}.than", check.than) for at, check in enumerate(operation.checks)]
    first += [(f"effects.{at}.by", effect.by) for at, effect in enumerate(operation.effects)]
    for at, insert in enumerate(operation.inserts):
        first += [(f"inserts.{at}.values.{name}", operand) for name, operand in insert.values.items()]
    for part, operand in first:
        found: Operand | None = operand
        while found is not None:
            yield part, found
            part, found = f"{part}.times", found.times


def _named_arguments(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield (part, argument) of every argument that an operation names."""
    for part in ("parents", "values", "filters", "matches"):
        if part != "values" or not isinstance(operation, BulkOperation) or operation.items is None:
            yield from ((f"{part}.{argument}", argument) for argument in getattr(operation, part, {}))
    for part in ("key", "part", "items", "keys", "argument"):
        if argument := getattr(operation, part, None):
            yield part, argument
    yield from ((f"roles.{role}", argument) for role, argument in getattr(operation, "roles", {}).items())
    if isinstance(operation, EntityOperation):
        yield from ((f"rows.{n}.argument", ref.argument) for n, ref in operation.rows.items() if ref.argument)
        yield from ((part, operand.argument) for part, operand in _operands(operation) if operand.argument)
        yield from ((f"checks.{at}.argument", c.argument) for at, c in enumerate(operation.checks) if c.argument)
        yield from (
            (f"effects.{at}.field_from", e.field_from) for at, e in enumerate(operation.effects) if e.field_from
        )
        yield from ((f"shape.also.{n}.argument", p.argument) for n, p in operation.shape.also.items() if p.argument)


def _named_fields(operation: EntityOperation, program: ServerProgram) -> Iterator[tuple[str, str, str]]:
    """Yield (part, entity, field) of every field that an operation names."""
    own = operation.entity
    for part in ("values", "matches"):
        yield from ((f"{part}.{argument}", own, name) for argument, name in getattr(operation, part, {}).items())
    yield from ((f"constants.{name}", own, name) for name in getattr(operation, "constants", {}))
    filters: dict[str, Filter] = getattr(operation, "filters", {})
    yield from ((f"filters.{a}.field", own, f.field) for a, f in filters.items() if f.field is not None)
    if isinstance(operation, RowOperation) and operation.key:
        yield "key_field", own, operation.key_field
    if isinstance(operation, AggregateOperation) and operation.field is not None:
        yield "field", own, operation.field
    rows = {"row": own, **({"session": program.session} if program.session is not None else {})}
    rows |= {name: ref.entity for name, ref in operation.rows.items()}
    for name, ref in operation.rows.items():
        if ref.through is not None:
            yield f"rows.{name}.through", own, ref.through
        if ref.key_field is not None:
            yield f"rows.{name}.key_field", ref.entity, ref.key_field
    for at, check in enumerate(operation.checks):
        if check.field and check.row in rows:
            yield f"checks.{at}.field", rows[check.row], check.field
    for at, effect in enumerate(operation.effects):
        if effect.field and effect.row in rows:
            yield f"effects.{at}.field", rows[effect.row], effect.field
    for at, insert in enumerate(operation.inserts):
        yield from ((f"inserts.{at}.values.{name}", insert.entity, name) for name in insert.values)
    for part, operand in _operands(operation):
        if operand.field is not None and operand.row in rows:
            yield f"{part}.field", rows[operand.row], operand.field


def _mapping(overrides: dict[str, Any], part: str) -> dict[str, Any]:
    found = overrides.get(part) or {}
    if not isinstance(found, dict):
        raise OverrideError(f"overrides.{part}: expected a mapping by name")
    for name, change in found.items():
        if not isinstance(change, dict):
            raise OverrideError(f"overrides.{part}.{name}: expected a mapping of fields")
    return found


def _entity(name: str, entity: Entity | None, change: dict[str, Any]) -> Entity:
    base = entity.model_dump(mode="json", by_alias=True) if entity is not None else {"name": name}
    return _validated(f"overrides.entities.{name}", lambda: Entity.model_validate(_merge(base, change)))


def _operation(tool: str, operation: Operation, change: dict[str, Any]) -> Operation:
    base = operation.model_dump(mode="json", by_alias=True)
    kind = change.get("kind", operation.kind)
    if _family(kind) != _family(operation.kind):
        base = {key: base[key] for key in _COMMON}
        base["guesses"] = []
        if kind not in _WITHOUT_ROWS:
            base["shape"] = {"kind": "rows" if kind in ("list", "search") else "empty" if kind == "delete" else "row"}
        if kind in _ONE_ROW:
            base |= {"key": "", "key_field": ""}
    merged = _merge(base, change)
    merged.setdefault("confidence", "high")
    if "confidence" not in change:
        merged["confidence"] = "high"
    merged["rules"] = [*[rule for rule in merged.get("rules") or () if rule != "override"], "override"]
    return _validated(f"overrides.operations.{tool}", lambda: _OPERATION.validate_python(merged))


def _family(kind: str) -> str:
    """The first of the kinds that share their fields."""
    return next((family[0] for family in _FAMILIES if kind in family), kind)


def _validated(place: str, make: Callable[[], _T]) -> _T:
    try:
        return make()
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise OverrideError(f"{place}{'.' + path if path else ''}: {first['msg']}") from None


def _merge(base: Any, change: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    merged = {**base}
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merge(base.get(key), value)
    return merged


def _near(name: str, names: Iterable[object]) -> str:
    """A hint at the name that was probably meant."""
    close = difflib.get_close_matches(name, [str(other) for other in names], n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
