"""What differs between two programs of one specification: before and after a person's overrides."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from inftool.servers.program import ServerProgram

_FOLLOWS = ("rules", "confidence", "guesses")
"""Fields of an operation that follow from a correction and are none themselves."""
_PARTS_OF = ("fields", "filters", "values", "parents", "matches", "rows", "cases", "ids", "paging", "sorting", "roles")
"""Fields that are compared part by part."""
_MAX_TEXT = 120


class Change(BaseModel):
    """One difference."""

    model_config = ConfigDict(extra="forbid")

    place: str
    """``operations.getPet`` or ``entities.Pet``, as in an overrides document."""
    field: str
    """Dotted; empty where the whole is added or dropped."""
    before: str | None
    """As compact JSON, cut at some length; None where it was not there."""
    after: str | None

    def to_text(self) -> str:
        """Return the difference as one line."""
        place = f"{self.place}.{self.field}" if self.field else self.place
        if self.after is None:
            return f"{place}: {self.before} is dropped" if self.field else f"{place}: dropped"
        return f"{place}: {self.before} → {self.after}" if self.before is not None else f"{place}: {self.after} (new)"


def compare(before: ServerProgram, after: ServerProgram) -> list[Change]:
    """Return the differences of entities and operations, in the order of the program before."""
    changes: list[Change] = []
    old_entities, new_entities = dict(before.entities), dict(after.entities)
    for name in dict.fromkeys((*old_entities, *new_entities)):
        changes += _differences(f"entities.{name}", old_entities.get(name), new_entities.get(name))
    old_tools = {operation.tool: operation for operation in before.operations}
    new_tools = {operation.tool: operation for operation in after.operations}
    for tool in dict.fromkeys((*old_tools, *new_tools)):
        changes += _differences(f"operations.{tool}", old_tools.get(tool), new_tools.get(tool))
    return changes


def _differences(place: str, before: BaseModel | None, after: BaseModel | None) -> list[Change]:
    if before is None or after is None:
        there = [None if side is None else "there" for side in (before, after)]
        return [Change(place=place, field="", before=there[0], after=there[1])]
    if before == after:
        return []
    old, new = before.model_dump(mode="json", by_alias=True), after.model_dump(mode="json", by_alias=True)
    found: list[Change] = []
    for name in dict.fromkeys((*old, *new)):
        if name in _FOLLOWS or old.get(name) == new.get(name):
            continue
        one, other = old.get(name), new.get(name)
        if name in _PARTS_OF and isinstance(one, dict) and isinstance(other, dict):
            for part in dict.fromkeys((*one, *other)):
                if one.get(part) != other.get(part):
                    found.append(_change(place, f"{name}.{part}", one.get(part), other.get(part)))
        else:
            found.append(_change(place, name, one, other))
    return found


def _change(place: str, field: str, before: Any, after: Any) -> Change:
    return Change(place=place, field=field, before=_text(before), after=_text(after))


def _text(value: Any) -> str | None:
    """Write a value shortly; None for nothing."""
    if value in (None, "", [], {}):
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"
