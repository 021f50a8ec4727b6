"""Which fields hold what callers send, and in what form (rules C1, U1, U3, D3, F2)."""

from __future__ import annotations

from inftool.servers.compiler.drafts import Draft, argument_schema, body_arguments
from inftool.servers.compiler.groups import Group
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import normal
from inftool.servers.program import Confidence, Effect, Entity, EntityField, Operand
from inftool.specs.spec import JsonSchema

_FIT_DEPTH = 3
_INNER_KEYS = ("id", "gid", "uuid", "uid", "guid", "value", "key", "code", "slug")
"""What an object that stands for another row is named by, in the order of rule I1."""


class Values:
    """Matches arguments with the fields of rows."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def sent(self, draft: Draft, group: Group) -> dict[str, str]:
        """Match what callers send with the fields it is stored in (rules C1, U1, U3)."""
        tool, entity = draft.tool, group.entity
        by_name = {normal(name): name for name in reversed(list(entity.fields))}
        taken = {argument for argument, _ in draft.parents} | {draft.key, *draft.context, *draft.matches}
        arguments = dict(body_arguments(tool))
        if tool.http is not None and not arguments:
            arguments = {a: p.name for a, p in tool.http.parameters.items() if p.location == "query"}
        if draft.plain and tool.http is not None and tool.http.body_argument is not None and "value" in entity.fields:
            return {tool.http.body_argument: "value"}
        required = set(tool.input_schema.get("required") or ())
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
            if self._inner_key(schema, row_field) is not None:
                continue
            if not self._fits(schema, row_field):
                sure: Confidence = "medium" if argument in required else "high"
                draft.lower(sure, f"The argument {argument!r} is not stored: its form is not that of the field.")
                continue
            if held not in values.values():
                values[argument] = held
        return values

    def inner_keys(self, draft: Draft, entity: Entity) -> list[Effect]:
        """Set the key inside an object that stands for another row: ``device: 7`` is kept as ``device: {id: 7}``."""
        by_name = {normal(name): name for name in reversed(list(entity.fields))}
        found: list[Effect] = []
        for argument, name in body_arguments(draft.tool).items():
            held = by_name.get(normal(name))
            inner = self._inner_key(argument_schema(draft.tool, argument), entity.fields[held]) if held else None
            if inner is not None and argument != draft.key:
                found.append(Effect(field=f"{held}.{inner}", by=Operand(argument=argument)))
                draft.rules.append("F2")
        return found

    def _inner_key(self, schema: JsonSchema, row_field: EntityField) -> str | None:
        """The property of an object that a plain value sent in its place names it by; None where there is none."""
        given, held = self._schemas.types(schema), self._schemas.types(row_field.schema_)
        if held != {"object"} or not given or not given <= {"string", "integer", "number"} or row_field.read_only:
            return None
        properties = row_field.schema_.get("properties") or {}
        for name in _INNER_KEYS:
            required = set(row_field.schema_.get("required") or ()) - {name}
            if name in properties and self._schemas.types(properties[name]) & given:
                return name if row_field.required or not required else None
        return None

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
