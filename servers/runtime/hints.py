"""What a tool may be expected to do to the state: MCP's annotations, worked out from the operation behind it.

``readOnlyHint`` and the others speak of the worst case. They are promises about this server: a compiled server reaches
nothing outside itself, so ``openWorldHint`` is false throughout.
"""

from __future__ import annotations

from inftool.servers.profiles.registry import profile_named
from inftool.servers.program import (
    DispatchOperation,
    Effect,
    EntityOperation,
    LinkOperation,
    Operation,
    ProfileOperation,
    UpdateOperation,
)

READING = frozenset(("read", "list", "search", "aggregate", "vacancy", "compute", "opaque"))
"""Kinds that never change a row themselves."""
_READS, _ADDS, _REPEATS, _CHANGES = (
    (True, False, True),
    (False, False, False),
    (False, True, True),
    (False, True, False),
)
_BY_KIND = {
    **dict.fromkeys(["read", "list", "search", "aggregate", "vacancy", "compute"], _READS),
    **dict.fromkeys(["create", "bulk_create", "signup", "login", "logout"], _ADDS),
    "link": (False, False, True),
    **dict.fromkeys(["update", "replace", "delete", "bulk_update", "bulk_delete", "unlink"], _REPEATS),
    **dict.fromkeys(["transition", "toggle"], _REPEATS),
    **dict.fromkeys(["adjust", "transfer", "edit", "action", "record"], _CHANGES),
}
"""(reads only, destroys, repeats without further effect) by kind."""
_LASTING = ("update", "replace", "bulk_update", "transition", "toggle")
"""Kinds whose row is still there for a second call, which then meets the effects again."""


def may_write(operation: Operation) -> bool:
    """Return whether an operation may change a row."""
    if isinstance(operation, DispatchOperation):
        return any(may_write(case) for case in operation.cases.values())
    if isinstance(operation, ProfileOperation):
        return profile_named(operation.profile).by_name[operation.action].writes
    besides = isinstance(operation, EntityOperation) and bool(operation.effects or operation.inserts)
    return operation.kind not in READING or besides


def tool_hints(operation: Operation) -> dict[str, bool]:
    """Return the MCP annotations of a tool; of an operation that was not understood, nothing about what it does."""
    found = _promises(operation)
    if found is None:
        return {"openWorldHint": False}
    reads, destroys, repeats = found
    return {"readOnlyHint": reads, "destructiveHint": destroys, "idempotentHint": repeats, "openWorldHint": False}


def _promises(operation: Operation) -> tuple[bool, bool, bool] | None:
    if isinstance(operation, DispatchOperation):
        found = [_promises(case) for case in operation.cases.values()]
        known = [promises for promises in found if promises is not None]
        if not known or len(known) < len(found):
            return None
        all_read, one_destroys = all(case[0] for case in known), any(case[1] for case in known)
        return all_read, one_destroys, all(case[2] for case in known)
    if isinstance(operation, ProfileOperation):
        return _CHANGES if may_write(operation) else _READS
    promises = _BY_KIND.get(operation.kind)
    if promises is None or not isinstance(operation, EntityOperation):
        return promises
    reads, destroys, repeats = promises
    touched = any(effect.do not in ("add", "append") for effect in operation.effects if _elsewhere(operation, effect))
    again = any(_adds_up(effect) for effect in operation.effects) or bool(operation.inserts)
    if reads:
        return (False, touched, not again) if may_write(operation) else promises
    if operation.kind in _LASTING:
        steps = isinstance(operation, UpdateOperation) and operation.steps is not None
        repeats = repeats and not again and not steps
    return reads, destroys or touched, repeats


def _elsewhere(operation: EntityOperation, effect: Effect) -> bool:
    """Whether an effect is on a row that was there before the call."""
    made = operation.kind in ("create", "bulk_create", "signup") or isinstance(operation, LinkOperation)  # type: ignore[attr-defined]
    return not (made and effect.row == "row")


def _adds_up(effect: Effect) -> bool:
    """Whether a second call would change the row once more."""
    return effect.do in ("add", "subtract", "append") or effect.by.field is not None
