"""Whether what happened is what was wanted: comparison of row changes and of facts told.

Changes are compared up to renaming of ids made during the episode; clocks are ignored, order is free, 3 equals 3.0.
Required effects must be there; other effects must not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from inftool.envs.task import Fact
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.changes import RowChange, child_path

_CLOCKS = ("created_at", "updated_at")
_NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?![\w])")


def differences(program: ServerProgram, wanted: Sequence[RowChange], found: Sequence[RowChange]) -> list[str]:
    """Compare two sets of row changes.

    Returns:
        One sentence a difference; empty when the two agree.
    """
    missing, extra = canonical(program, wanted), canonical(program, found)
    for change in list(missing):
        if change in extra:
            extra.remove(change)
            missing.remove(change)
    return [f"missing: {change}" for change in missing] + [f"not wanted: {change}" for change in extra]


def canonical(program: ServerProgram, changes: Iterable[RowChange]) -> list[str]:
    """Write changes so that equal effects are equal strings, sorted.

    New rows of one entity are told apart by their content, so their ids may be anything; where a changed row refers to
    a new row, the reference is renamed with it.
    """
    changes = list(changes)
    new = [change for change in changes if change.kind == "insert"]
    ranked = sorted(new, key=lambda change: (change.entity, _content(program, change, {}), change.order))
    names: dict[tuple[str, str], str] = {}
    paths: dict[str, str] = {}
    for change in ranked:
        rank = sum(1 for entity, _ in names if entity == change.entity)
        names[(change.entity, change.key)] = f"new {change.entity} {rank}"
        paths[child_path(change.parent, change.key)] = f"new {change.entity} {rank}"
    lines = []
    for change in changes:
        content = _content(program, change, names)
        name = names.get((change.entity, change.key), change.key)
        place = paths.get(change.parent, change.parent)
        if change.kind != "update" or content != "{}":
            lines.append(f"{change.kind} {change.entity} {place}/{name} {content}".strip())
    return sorted(lines)


def _content(program: ServerProgram, change: RowChange, names: dict[tuple[str, str], str]) -> str:
    """Return the fields that a change set, canonically; nothing for a deleted row."""
    if change.kind == "delete":
        return ""
    before, after = change.before or {}, change.after or {}
    fields = program.entities[change.entity].fields if change.entity in program.entities else {}
    content: dict[str, Any] = {}
    for name in sorted(before.keys() | after.keys()):
        field = fields.get(name)
        role = field.role if field else "data"
        if role in _CLOCKS or (role == "id" and change.kind == "insert"):
            continue
        value = _plain(after.get(name))
        if change.kind == "update" and name in before and name in after and _plain(before[name]) == value:
            continue
        if field and field.entity:
            value = names.get((field.entity, str(value)), value)
        content[name] = value
    return json.dumps(content, sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Make equal values the same: whole floats are integers, at any depth."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def mentions(text: str, value: Any) -> bool:
    """Whether ``text`` states ``value``: numbers by value, texts by their words, ignoring case."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int | float):
        return any(number == value for number in numbers(text))
    pattern = r"(?<!\w)" + r"\s+".join(re.escape(word) for word in str(value).split()) + r"(?!\w)"
    return bool(str(value).split()) and re.search(pattern, text, re.IGNORECASE) is not None


def numbers(text: str) -> list[float]:
    """Return the numbers in a text, read with or without thousands separators."""
    return [float(match.replace(",", "").rstrip(".")) for match in _NUMBER.findall(text)]


def untold(facts: Iterable[Fact], replies: str, results: str) -> list[str]:
    """Return why facts are not told: one sentence for each that is missing or was never seen in a result."""
    reasons = []
    for fact in facts:
        if not mentions(replies, fact.value):
            reasons.append(f"the user was not told the {fact.label}, {fact.value!r}")
        elif not mentions(results, fact.value):
            reasons.append(f"the {fact.label} was told but never looked up")
    return reasons
