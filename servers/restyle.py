"""The same server under other names: tools and arguments in another naming style.

Vendors write ``deletePet``, ``delete_pet``, ``DeletePet`` or ``delete-pet``. A policy that has seen one of them learns
the name by heart; one that has seen several reads it off the prompt. A restyled program behaves as the original does,
call for call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

from inftool.servers.compiler.words import split
from inftool.servers.program import (
    BulkOperation,
    DispatchOperation,
    EntityOperation,
    ListOperation,
    Operation,
    Part,
    ProgramModel,
    ServerProgram,
)

Style = Literal["snake", "camel", "pascal", "kebab"]
STYLES: tuple[Style, ...] = ("snake", "camel", "pascal", "kebab")

_T = TypeVar("_T")
_M = TypeVar("_M", bound=ProgramModel)
_SLOT = re.compile(r"\{([^{}]{1,80})\}")


def origin(name: str) -> str:
    """Return the name of the program that a restyled one was made from; any other name as it is."""
    return name.partition("~")[0]


def styled(name: str, style: Style) -> str:
    """Write an identifier in a style: ``getPetById`` → ``get_pet_by_id``. A name without words stays as it is."""
    words = split(name)
    if not words:
        return name
    if style == "snake":
        return "_".join(words)
    if style == "kebab":
        return "-".join(words)
    head, *tail = words
    return (head if style == "camel" else head.capitalize()) + "".join(word.capitalize() for word in tail)


def restyled(program: ServerProgram, style: Style) -> ServerProgram:
    """Return a program whose tools and arguments are named in ``style``; its name gets the style as a suffix.

    Arguments in kebab style are written in snake style, as in most such APIs. Names that would clash stay as they are.
    """
    tools = _renaming([operation.tool for operation in program.operations], lambda name: styled(name, style))
    operations = [_renamed(operation, tools[operation.tool], style) for operation in program.operations]
    return program.model_copy(update={"name": f"{program.name}~{style}", "operations": operations})


def _renaming(names: list[str], rename: Callable[[str], str]) -> dict[str, str]:
    """Return new names for old, all different."""
    wanted = {name: rename(name) for name in names}
    taken = list(wanted.values())
    return {
        name: new if taken.count(new) == 1 and (new == name or new not in wanted) else name
        for name, new in wanted.items()
    }


def _renamed(operation: Operation, tool: str, style: Style) -> Operation:
    schema = operation.input_schema
    properties: dict[str, Any] = schema.get("properties") or {}
    argument_style: Style = "snake" if style == "kebab" else style
    names = _renaming(list(properties), lambda name: styled(name, argument_style))
    update: dict[str, Any] = {
        "tool": tool,
        "input_schema": {
            **schema,
            "properties": _keys(properties, names),
            "required": [names.get(name, name) for name in schema.get("required", ())],
        },
    }
    of_items = isinstance(operation, BulkOperation) and operation.items is not None
    for field in ("parents", "matches", "filters", *(() if of_items else ("values",))):
        if (bound := getattr(operation, field, None)) is not None:
            update[field] = _keys(bound, names)
    for field in ("key", "part", "items", "keys", "argument"):
        if (argument := getattr(operation, field, None)) is not None:
            update[field] = _named(argument, names)
    if (roles := getattr(operation, "roles", None)) is not None:
        update["roles"] = {role: _named(argument, names) for role, argument in roles.items()}
    if isinstance(operation, EntityOperation):
        update["rows"] = {name: _with(ref, names) for name, ref in operation.rows.items()}
        update["checks"] = [_with(check, names) for check in operation.checks]
        update["effects"] = [_with(effect, names) for effect in operation.effects]
        update["inserts"] = [
            insert.model_copy(update={"values": {name: _with(by, names) for name, by in insert.values.items()}})
            for insert in operation.inserts
        ]
        also = {place: _with(part, names) for place, part in operation.shape.also.items()}
        update["shape"] = operation.shape.model_copy(update={"also": also})
    if isinstance(operation, ListOperation):
        for part in ("paging", "sorting"):
            model = getattr(operation, part)
            found = {name: value for name, value in model if isinstance(value, str)}
            update[part] = model.model_copy(update={name: names.get(value, value) for name, value in found.items()})
    if isinstance(operation, DispatchOperation):
        update["cases"] = {value: _renamed(case, case.tool, style) for value, case in operation.cases.items()}
    return operation.model_copy(update=update)


def _named(argument: str, names: Mapping[str, str]) -> str:
    """Return the new name of an argument, of which a dotted name may mean a part."""
    first, dot, rest = argument.partition(".")
    return names.get(argument, names.get(first, first) + dot + rest)


def _with(model: _M, names: Mapping[str, str]) -> _M:
    """Return a row reference, check, effect, operand or part of a response with its arguments renamed."""
    update: dict[str, Any] = {}
    for name, value in model:
        if name in ("argument", "field_from") and isinstance(value, str):
            update[name] = _named(value, names)
        elif isinstance(value, ProgramModel):
            update[name] = _with(value, names)
        elif isinstance(model, Part) and name == "value" and isinstance(value, str):
            update[name] = _SLOT.sub(lambda slot: "{" + _named(slot.group(1), names) + "}", value)
    return model.model_copy(update=update)


def _keys(mapping: Mapping[str, _T], names: Mapping[str, str]) -> dict[str, _T]:
    return {names.get(key, key): value for key, value in mapping.items()}
