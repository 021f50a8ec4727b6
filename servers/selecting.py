"""Serving a part of a large specification: by tag, or the tools that are understood best and belong together."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence

from inftool.servers.program import (
    DispatchOperation,
    EntityOperation,
    OpaqueOperation,
    Operation,
    OperationBase,
    ProfileOperation,
    ServerProgram,
)

_SHOWING = frozenset(("read", "list", "search", "aggregate"))
_CONFIDENCE = {"high": 6, "medium": 4, "low": 2}
_FALLBACK = 1


class SelectionError(ValueError):
    """A selection asks for what the program does not have; the message says what there is."""


def select_tools(program: ServerProgram, tags: Sequence[str] = (), max_tools: int | None = None) -> ServerProgram:
    """Return the program with some of its tools, in the order they had, and with the entities that these need.

    Args:
        program: the compiled server; it is left as it is.
        tags: tools with one of these tags are kept (small and capital letters alike); all tools if empty.
        max_tools: the most tools. Kept are those that were understood best and share their entity with most others; a
            tool that writes comes with one that shows what it wrote, as long as there is room.

    Raises:
        SelectionError: no tool has such a tag, or ``max_tools`` is less than 1.
    """
    kept = _tagged(program, tags) if tags else list(program.operations)
    if max_tools is not None:
        if max_tools < 1:
            raise SelectionError(f"{max_tools} tools: at least 1 must be left")
        if len(kept) > max_tools:
            kept = _best(kept, max_tools)
    if len(kept) == len(program.operations):
        return program
    return pruned(program, kept)


def pruned(program: ServerProgram, operations: Sequence[Operation]) -> ServerProgram:
    """Return the program with these operations only, and without the entities and rows that none of them needs."""
    used = needed_entities(program, operations)
    profiles = {o.profile for o in program.model_copy(update={"operations": operations}).flat() if o.kind == "profile"}
    return program.model_copy(
        update={
            "operations": list(operations),
            "entities": {name: entity for name, entity in program.entities.items() if name in used},
            "initial": {name: rows for name, rows in program.initial.items() if name in used | profiles},
        }
    )


def needed_entities(program: ServerProgram, operations: Iterable[Operation]) -> set[str]:
    """Return the names of the entities that operations work on, with those that these refer to."""
    todo = [name for operation in _flat(operations) for name in _entities_of(operation)]
    todo += [program.session] if program.session else []
    found: set[str] = set()
    while todo:
        name = todo.pop()
        entity = program.entities.get(name)
        if entity is None or name in found:
            continue
        found.add(name)
        todo += [held.entity for held in entity.fields.values() if held.entity is not None]
        todo += [entity.parent] if entity.parent else []
    return found


def _tagged(program: ServerProgram, tags: Sequence[str]) -> list[Operation]:
    known = {tag.lower(): tag for operation in program.operations for tag in operation.tags}
    for tag in tags:
        if tag.lower() not in known:
            if not known:
                raise SelectionError(f"tag {tag!r}: the tools of {program.name} have no tags")
            near = difflib.get_close_matches(tag.lower(), list(known), n=1)
            hint = (
                f"did you mean {known[near[0]]!r}?" if near else f"there are {', '.join(sorted(known.values())[:20])}"
            )
            raise SelectionError(f"tag {tag!r}: no tool of {program.name} has it; {hint}")
    wanted = {tag.lower() for tag in tags}
    return [operation for operation in program.operations if wanted & {tag.lower() for tag in operation.tags}]


def _best(operations: Sequence[Operation], room: int) -> list[Operation]:
    """Choose tools one by one, each with a reader of what it writes; the order of the program settles ties."""
    themes = [_theme(operation) for operation in operations]
    sizes: Counter[str] = Counter()
    for operation, theme in zip(operations, themes, strict=True):
        sizes[theme] += _worth(operation)
    order = sorted(range(len(operations)), key=lambda place: (-_worth(operations[place]), -sizes[themes[place]], place))
    chosen: set[int] = set()

    def reader_of(place: int) -> int | None:
        """The tool that shows what the one at ``place`` writes, where none is chosen yet."""
        shows = [p for p in order if themes[p] == themes[place] and _shows(operations[p])]
        return None if not shows or any(p in chosen for p in shows) else shows[0]

    for place in order:
        if len(chosen) >= room:
            break
        together = {place}
        if not _shows(operations[place]) and (reader := reader_of(place)) is not None:
            together.add(reader)
        if len(chosen | together) <= room:
            chosen |= together
    chosen |= {*[place for place in order if place not in chosen][: room - len(chosen)]}
    return [operations[place] for place in sorted(chosen)]


def _worth(operation: Operation) -> int:
    """How well a tool was understood."""
    if isinstance(operation, OpaqueOperation):
        return 0
    if operation.kind in ("action", "record"):
        return _FALLBACK
    if isinstance(operation, DispatchOperation):
        return max((_worth(case) for case in operation.cases.values()), default=0)
    return _CONFIDENCE[operation.confidence]


def _theme(operation: Operation) -> str:
    """What a tool shares with those it belongs together with: its entity or profile; else its own name."""
    if isinstance(operation, EntityOperation):
        return operation.entity
    if isinstance(operation, ProfileOperation):
        return f"profile {operation.profile}"
    if isinstance(operation, DispatchOperation):
        return next((_theme(case) for case in operation.cases.values()), operation.tool)
    return f"tool {operation.tool}"


def _shows(operation: Operation) -> bool:
    """Whether a tool shows rows, or has no rows to show."""
    if isinstance(operation, DispatchOperation):
        return any(case.kind in _SHOWING for case in operation.cases.values())
    return not isinstance(operation, EntityOperation) or operation.kind in _SHOWING


def _flat(operations: Iterable[Operation]) -> Iterable[Operation]:
    for operation in operations:
        yield from operation.cases.values() if isinstance(operation, DispatchOperation) else (operation,)


def _entities_of(operation: OperationBase) -> list[str]:
    if not isinstance(operation, EntityOperation):
        return []
    return [operation.entity, *operation.parents.values(), *(ref.entity for ref in operation.rows.values())]
