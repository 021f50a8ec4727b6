"""Which fields hold what callers send, and in what form (rules C1, U1, U3, D3, F2)."""

from __future__ import annotations

from typing import Any

from inftool.servers.compiler.drafts import Draft, argument_schema, body_arguments
from inftool.servers.compiler.groups import Group
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import normal
from inftool.servers.program import Entity, EntityField
from inftool.servers.runtime.keeping import fitting_value

_FIT_DEPTH = 3
_SAMPLES: dict[str, Any] = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "array": [], "object": {}}
"""A value of each type, to see whether it can be kept."""


class Values:
    """Matches arguments with the fields of rows."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def sent(self, draft: Draft, group: Group) -> dict[str, str]:
        """Match what callers send with the fields it is stored in (rules C1, U1, U3)."""
        tool, entity = draft.tool, group.entity
        by_name = {normal(name): name for name in reversed(list(entity.fields))}
        if group.resources[0].singleton and group.resources[0].value is not None:
            if draft.whole is not None and not self._fits(argument_schema(tool, draft.whole), entity.fields["value"]):
                draft.fitted.append(draft.whole)
            return {draft.whole: "value"} if draft.whole is not None else {}
        taken = {argument for argument, _ in draft.parents} | {draft.key, *draft.context, *draft.matches}
        arguments = dict(body_arguments(tool))
        if tool.http is not None and not arguments:
            arguments = {a: p.name for a, p in tool.http.parameters.items() if p.location == "query"}
        if draft.plain and tool.http is not None and tool.http.body_argument is not None and "value" in entity.fields:
            return {tool.http.body_argument: "value"}
        values: dict[str, str] = {}
        for argument, name in arguments.items():
            schema = argument_schema(tool, argument)
            if argument in taken or schema.get("readOnly"):
                continue
            held = name if name in entity.fields else by_name.get(normal(name))
            if held is None:
                continue
            row_field = entity.fields[held]
            if row_field.role in ("created_at", "updated_at") or (row_field.role == "parent" and row_field.read_only):
                draft.rules.append("U3")
                continue
            if held == entity.key and draft.kind != "create":
                draft.rules.append("U3")
                continue
            if held in values.values():
                continue
            if self._fits(schema, row_field) or self._refit(draft, argument, row_field):
                values[argument] = held
        return values

    def _refit(self, draft: Draft, argument: str, row_field: EntityField) -> bool:
        """Whether an argument of another form than its field is kept in the form of the field (rule F2)."""
        held = self._schemas.inline(row_field.schema_, depth=_FIT_DEPTH)
        kinds = sorted(self._schemas.types(argument_schema(draft.tool, argument)) & _SAMPLES.keys())
        fits = [kind for kind in kinds if fitting_value(held, _SAMPLES[kind])[0]]
        if not fits:
            required = argument in (draft.tool.input_schema.get("required") or ())
            guess = f"The argument {argument!r} is not stored: its form is not that of the field."
            draft.lower("medium" if required else "high", guess)
            return False
        if "object" in self._schemas.types(row_field.schema_) and fits != ["object"]:
            draft.rules.append("F2")
        draft.lower("high", f"The argument {argument!r} is kept in the form of its field, as far as it fits.")
        draft.fitted.append(argument)
        return True

    def of_items(self, draft: Draft, group: Group) -> dict[str, str]:
        """Match the properties of each item of a list in the body with the fields of a row (rule D3)."""
        entity = group.entity
        items = self._schemas.resolve(argument_schema(draft.tool, draft.items or "").get("items"))
        by_name = {normal(name): name for name in reversed(list(entity.fields))}
        values: dict[str, str] = {}
        for name, schema in (items.get("properties") or {}).items():
            held = name if name in entity.fields else by_name.get(normal(name))
            if held is not None and held not in values.values() and self._fits(schema, entity.fields[held]):
                values[name] = held
        return values

    def _fits(self, schema: object, row_field: EntityField) -> bool:
        """Whether every value of an argument may stand in a field."""
        return self._within(schema, row_field.schema_, _FIT_DEPTH)

    def may_name(self, draft: Draft, entity: Entity) -> bool:
        """Whether callers may choose the key of a new row: numbers are the server's to give, save by rule C3."""
        if entity.ids.kind == "integer" and "C3" not in draft.rules:
            return False
        given = self._schemas.types(argument_schema(draft.tool, draft.key or ""))
        held = self._schemas.types(entity.fields[entity.key].schema_) if entity.key else frozenset()
        return not given or not held or bool(given & held)

    def _within(self, sent: object, kept: object, depth: int) -> bool:
        """Whether values of one schema have the form of another, as far as types tell down to some depth."""
        given, held = self._schemas.types(sent), self._schemas.types(kept)
        if not given or not held or not depth:
            return True
        if not given <= held and not (given | held) <= {"integer", "number"}:
            return False
        one, other = self._schemas.resolve(sent), self._schemas.resolve(kept)
        inner, outer = one.get("properties") or {}, other.get("properties") or {}
        if any(name in outer and not self._within(part, outer[name], depth - 1) for name, part in inner.items()):
            return False
        return "items" not in one or "items" not in other or self._within(one["items"], other["items"], depth - 1)
