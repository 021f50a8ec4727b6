"""Changes that are sent as a list of steps: JSON Patch, RFC 6902 (rule U1)."""

from __future__ import annotations

import json
from typing import Any

from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.session import Row

_MAX_STEPS = 1000
_MAX_BYTES = 1_000_000


def patch_difference(row: Row, steps: Any) -> Row:
    """Return what a list of steps changes in a row, as a merge patch: null stands for what is taken away.

    Args:
        row: as it is kept; it is not changed.
        steps: ``[{"op": "replace", "path": "/name", "value": "x"}, ...]``.

    Raises:
        Refusal: a step is none of RFC 6902, its path leads nowhere, or a test fails.
    """
    if not isinstance(steps, list) or len(steps) > _MAX_STEPS:
        raise Refusal("invalid", f"the body must be a list of at most {_MAX_STEPS} steps")
    document: Any = json.loads(json.dumps(row))
    for number, step in enumerate(steps):
        if not isinstance(step, dict):
            raise Refusal("invalid", f"step {number}: it must be an object with op and path")
        document = _applied(document, step, f"step {number}")
        if len(json.dumps(document)) > _MAX_BYTES:
            raise Refusal("invalid", f"step {number}: the row grows too large")
    return _difference(row, document) if isinstance(document, dict) else {}


def _applied(document: Any, step: Row, place: str) -> Any:
    do, path = step.get("op"), _steps_of(step.get("path"), place)
    if do in ("add", "replace", "test") and "value" not in step:
        raise Refusal("invalid", f"{place}: {do} needs a value")
    if do == "test":
        if _found(document, path, place) != step["value"]:
            raise Refusal("invalid", f"{place}: the value at {step['path']} is another one")
        return document
    if do == "replace":
        _found(document, path, place)
        return _set(_removed(document, path, place) if path else document, path, step["value"], place)
    if do == "add":
        return _set(document, path, step["value"], place)
    if do == "remove":
        return _removed(document, path, place)
    if do in ("move", "copy"):
        source = _steps_of(step.get("from"), place)
        value = json.loads(json.dumps(_found(document, source, place)))
        return _set(_removed(document, source, place) if do == "move" else document, path, value, place)
    raise Refusal("invalid", f"{place}: op must be add, remove, replace, move, copy or test")


def _steps_of(pointer: Any, place: str) -> list[str]:
    """Split a JSON pointer."""
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise Refusal("invalid", f"{place}: a path starts with '/'")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _at(node: list[Any], step: str, place: str, end: int) -> int:
    """The index that a step names in a list."""
    at = end if step == "-" else int(step) if step.isascii() and step.isdigit() and len(step) < 10 else -1
    if not 0 <= at <= end:
        raise Refusal("invalid", f"{place}: the list has no place {step[:40]!r}")
    return at


def _found(node: Any, path: list[str], place: str) -> Any:
    for step in path:
        if isinstance(node, dict) and step in node:
            node = node[step]
        elif isinstance(node, list):
            node = node[_at(node, step, place, len(node) - 1)]
        else:
            raise Refusal("invalid", f"{place}: there is nothing at {step[:40]!r}")
    return node


def _set(document: Any, path: list[str], value: Any, place: str) -> Any:
    if not path:
        return value
    holder = _found(document, path[:-1], place)
    if isinstance(holder, dict):
        holder[path[-1]] = value
    elif isinstance(holder, list):
        holder.insert(_at(holder, path[-1], place, len(holder)), value)
    else:
        raise Refusal("invalid", f"{place}: there is nothing to hold {path[-1][:40]!r}")
    return document


def _removed(document: Any, path: list[str], place: str) -> Any:
    if not path:
        raise Refusal("invalid", f"{place}: the whole row cannot be taken away")
    _found(document, path, place)
    holder = _found(document, path[:-1], place)
    del holder[path[-1] if isinstance(holder, dict) else _at(holder, path[-1], place, len(holder) - 1)]
    return document


def _difference(old: Row, new: Row) -> Row:
    out: Row = {name: None for name in old if name not in new}
    for name, value in new.items():
        held = old.get(name)
        if isinstance(value, dict) and isinstance(held, dict):
            if inner := _difference(held, value):
                out[name] = inner
        elif name not in old or value != held:
            out[name] = value
    return out
