"""A person's corrections of a compiled program, as data."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from inftool.servers.program import (
    ActionOperation,
    AggregateOperation,
    CreateOperation,
    Entity,
    EntityOperation,
    ListOperation,
    Operation,
    OperationBase,
    RowOperation,
    ServerProgram,
    UpdateOperation,
)

_T = TypeVar("_T")
_PARTS = ("operations", "entities", "drop")
_MAX_BYTES = 2_000_000
_COMMON = tuple(OperationBase.model_fields)
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
        if tool not in operations:
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
    for operation in program.operations:
        if isinstance(operation, EntityOperation):
            _check_operation(operation, program)


def _check_operation(operation: EntityOperation, program: ServerProgram) -> None:
    place = f"operations.{operation.tool}"
    if operation.entity not in program.entities:
        near = _near(operation.entity, program.entities)
        raise OverrideError(f"{place}.entity: there is no entity {operation.entity!r}{near}")
    fields = program.entities[operation.entity].fields
    arguments = operation.input_schema.get("properties") or {}
    for argument, other in operation.parents.items():
        if other not in program.entities:
            raise OverrideError(f"{place}.parents.{argument}: there is no entity {other!r}")
    named: list[tuple[str, str]] = [(f"parents.{argument}", argument) for argument in operation.parents]
    held: list[tuple[str, str]] = []
    if isinstance(operation, CreateOperation | UpdateOperation | ActionOperation):
        named += [(f"values.{argument}", argument) for argument in operation.values]
        held += [(f"values.{argument}", name) for argument, name in operation.values.items()]
    if isinstance(operation, ListOperation | AggregateOperation):
        named += [(f"filters.{argument}", argument) for argument in operation.filters]
        held += [(f"filters.{a}.field", f.field) for a, f in operation.filters.items() if f.field is not None]
    if isinstance(operation, RowOperation) and operation.key:
        named.append(("key", operation.key))
        held.append(("key_field", operation.key_field))
    for part, argument in named:
        if argument not in arguments:
            raise OverrideError(f"{place}.{part}: the tool has no argument {argument!r}{_near(argument, arguments)}")
    for part, name in held:
        if name not in fields:
            raise OverrideError(f"{place}.{part}: {operation.entity} has no field {name!r}{_near(name, fields)}")


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
        if kind != "opaque":
            base["shape"] = {"kind": "rows" if kind in ("list", "search") else "empty" if kind == "delete" else "row"}
    merged = _merge(base, change)
    merged.setdefault("confidence", "high")
    if "confidence" not in change:
        merged["confidence"] = "high"
    merged["rules"] = [*[rule for rule in merged.get("rules") or () if rule != "override"], "override"]
    return _validated(f"overrides.operations.{tool}", lambda: _OPERATION.validate_python(merged))


def _family(kind: str) -> str:
    """Kinds that share their fields."""
    return {"search": "list", "replace": "update"}.get(kind, kind)


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
