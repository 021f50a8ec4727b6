"""Drafts into operations, once the entities are made: filters, values and reasons (rules C1, U1, U3, Q2, E5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inftool.servers.compiler.accounts import access_of, user_entity, web_access, without_secrets
from inftool.servers.compiler.actions import read_action
from inftool.servers.compiler.collective import one_named, read_collective
from inftool.servers.compiler.drafts import Draft, argument_schema, body_arguments, document_name, writes
from inftool.servers.compiler.entities import EntityBuilder
from inftool.servers.compiler.filters import read_list_arguments
from inftool.servers.compiler.groups import Group
from inftool.servers.compiler.lines import read_lines
from inftool.servers.compiler.plans import ActionAsk, fallback
from inftool.servers.compiler.responses import Responses
from inftool.servers.compiler.ripples import read_ripples
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.shapes import locate_row, locate_rows
from inftool.servers.compiler.unshown import on_row_above
from inftool.servers.compiler.values import Values
from inftool.servers.compiler.words import normal, split, word_set
from inftool.servers.program import (
    ActionOperation,
    AggregateOperation,
    BulkOperation,
    ComputeOperation,
    CreateOperation,
    DeleteOperation,
    DispatchOperation,
    Entity,
    EntityOperation,
    LinkOperation,
    ListOperation,
    OpaqueOperation,
    Operation,
    ReadOperation,
    RecordOperation,
    UpdateOperation,
)
from inftool.specs.spec import Parameter, ToolSpec

_QUIET = word_set(
    "fields select expand include includes embed market locale lang language format pretty apikey key version "
    "callback alt prettyprint quotauser notionversion"
)
"""Arguments that change how an answer looks and not what it is about (rule Q5); they are passed over in silence."""
_SCHEMA_DEPTH, _SCHEMA_NODES, _ERROR_NODES = 7, 600, 120
_LISTED = ("list", "search", "aggregate", "bulk_update", "bulk_delete")
"""Kinds that are about the wrong rows where whose rows they are is not known."""
_BODY = Parameter(location="body", name="")


class Finisher:
    """Turns drafts into operations."""

    def __init__(self, builder: EntityBuilder, schemas: Schemas) -> None:
        self._bodies: dict[tuple[str, int], dict[str, Any]] = {}
        self._builder = builder
        self._schemas = schemas
        shown = {
            group.entity.name
            for group in builder.all()
            if any(d.kind in ("read", "list", "search") for d in group.drafts)
        }
        self._responses = Responses(schemas, shown)
        self._values = Values(schemas)
        self._entities = {group.entity.name: group.entity for group in builder.all()}

    def finish(self, draft: Draft) -> Operation:
        """Return the operation of a draft."""
        if draft.kind == "opaque":
            return OpaqueOperation(**self._common(draft), reason=draft.reason)
        if draft.kind == "compute":
            return self._answered(draft)
        if draft.kind == "action" and not draft.resource:
            return self._rowless(draft)
        changed = self._above(draft)
        if changed is not None:
            return changed
        group = self._builder.groups[draft.resource]
        entity = group.entity
        self._check_view(draft, entity)
        for above in (self._builder.groups[resource] for _, resource in draft.parents):
            if above.implied:
                draft.lower("high", f"No operation shows the {above.entity.plural} that its rows belong to.")
        row: dict[str, Any] = {
            "entity": entity.name,
            "parents": {a: self._builder.groups[resource].entity.name for a, resource in draft.parents},
            "own": draft.own and self._has_caller(draft, entity),
        }
        if draft.kind in ("create", "bulk_create", "bulk_update", "bulk_delete", "link", "unlink"):
            return self._rows(draft, group, row)
        if draft.kind in ("list", "search", "aggregate"):
            return self._list(draft, group, row)
        return self._row(draft, group, row)

    # -- kinds ---------------------------------------------------------------------------------------------------------

    def _rowless(self, draft: Draft) -> Operation:
        """An action on no row that the path names: a login, or one that nothing can be changed by."""
        access = self._access(draft)
        if access is not None:
            return access
        together = self._collective(draft) if draft.near else None
        if together is not None:
            return together
        asked = access_of(draft.verb)
        if asked is not None:
            draft.rules.append("S4" if asked == "token" else "S3" if asked == "logout" else "S2")
            draft.lower("medium", "Any credentials will do, since no operation speaks of who may call.")
            return RecordOperation(**self._common(draft))
        draft.lower("low", "It acts on no row that is known: the call is recorded and changes nothing.")
        draft.rules.append("A9")
        return RecordOperation(**self._common(draft))

    def _answered(self, draft: Draft) -> Operation:
        """An answer that is worked out; of a write, the call is recorded besides (rules P2, A9)."""
        if not writes(draft.tool):
            return ComputeOperation(**self._common(draft))
        draft.rules = [rule for rule in draft.rules if rule not in ("P2", "P3", "Q6")] + ["A9"]
        draft.guesses.clear()
        draft.lower("low", "It acts on no row that is known: the call is recorded and changes nothing.")
        return RecordOperation(**self._common(draft))

    def _access(self, draft: Draft) -> Operation | None:
        """Finish a login, logout or signup on the rows of users (rules S2 to S5); None where there are none."""
        tool = draft.tool
        undone = tool.http is not None and tool.http.method == "delete"
        asked = access_of(draft.verb)
        words = ("logout",) if asked and (undone or "logout" in split(tool.name)) else draft.verb
        user = user_entity(self._entities.values(), self._builder.user)
        if user is None or asked is None:
            return None
        ask = self._asked_action(draft, user, words, {})
        found = web_access(ask, tool.output_schema, self._builder.user)
        if found is None:
            return None
        draft.located = locate_row(tool.output_schema, self._schemas, user.label.split())
        shape = self._responses.shape(draft, user)
        if found.path:
            shape = shape.model_copy(update={"kind": "row", "path": list(found.path), "fields": None})
        shape = without_secrets(shape, user)
        draft.rules += found.plan.rules
        draft.lower("medium", f"It is taken to be about the {user.plural}, by their {found.key_field or 'fields'}.")
        common = self._common(draft)
        output = common["output_schema"]
        if isinstance(output, dict) and isinstance(output.get("properties"), dict):
            common["output_schema"] = {**output, "required": list(output["properties"])}
        plan = found.plan
        return ActionOperation(
            **common, entity=user.name, shape=shape, key=found.key, key_field=found.key_field, kind=plan.kind,
            values=plan.values, checks=plan.checks, effects=plan.effects,
        )  # fmt: skip

    def _rows(self, draft: Draft, group: Group, row: dict[str, Any]) -> Operation:
        """Finish what makes or changes rows that no argument names one by one."""
        entity = group.entity
        row["shape"] = self._responses.shape(draft, entity)
        if draft.kind == "create":
            values = self._values.sent(draft, group)
            row |= self._ripples(draft, entity, values)
            return CreateOperation(**self._common(draft), **row, values=values, fitted=draft.fitted)
        if draft.kind in ("link", "unlink"):
            sent = self._values.sent(draft, group)
            values = {a: f for a, f in sent.items() if a != draft.items and a not in draft.fitted}
            keys = draft.items or ""
            return LinkOperation(**self._common(draft), **row, kind=draft.kind, keys=keys, values=values)
        if draft.items is not None:
            values = self._values.of_items(draft, group)
            return BulkOperation(**self._common(draft), **row, kind=draft.kind, items=draft.items, values=values)
        found = self._asked(draft, entity)
        return BulkOperation(**self._common(draft), **row, kind=draft.kind, filters=found.filters)

    def _row(self, draft: Draft, group: Group, row: dict[str, Any]) -> Operation:
        """Finish what is about one row."""
        entity = group.entity
        row["shape"] = self._responses.shape(draft, entity)
        row |= {"key": draft.key or "", "key_field": self._builder.key_field(draft) if draft.key else ""}
        row["matches"] = {a: self._builder.named_field(group, document_name(draft.tool, a)) for a in draft.matches}
        if row["key_field"] != entity.key and draft.key:
            draft.rules.append("I3")
        if draft.kind == "read":
            return ReadOperation(**self._common(draft), **row)
        if draft.kind == "action":
            return self._action(draft, group, row)
        if not any(d.kind in ("read", "list", "search", "create") for d in group.drafts):
            draft.lower("medium", f"No operation shows the {entity.plural} that it works on.")
        if draft.kind == "delete":
            row |= self._ripples(draft, entity, {})
            return DeleteOperation(**self._common(draft), **row, renewed=draft.renewed)
        values = self._values.sent(draft, group)
        if draft.upsert and draft.key and not self._values.may_name(draft, entity):
            draft.upsert = False
        if not values and draft.verb and not draft.upsert and not draft.effects:
            return self._action(draft, group, row)
        if not values and not draft.upsert and not draft.effects and body_arguments(draft.tool):
            draft.lower("medium", "None of its arguments is a field of the row, so it changes nothing that is shown.")
        return UpdateOperation(
            **self._common(draft), **row, kind=draft.kind, values=values, fitted=draft.fitted, steps=draft.items,
            upsert=draft.upsert, effects=draft.effects,
        )  # fmt: skip

    def _above(self, draft: Draft) -> Operation | None:
        """Finish a write on what nothing shows as an action on the row above, where that row has a field for it."""
        acted = on_row_above(draft, self._builder)
        if acted is None:
            return None
        group = self._builder.groups[acted.resource]
        plan = read_action(
            self._asked_action(acted, group.entity, acted.verb, self._hints(group), frozenset(group.noun))
        )
        told = plan is not None and (draft.kind in ("update", "replace") or {"A1", "A2", "A3"} & set(plan.rules))
        if not told:
            return None
        acted.located = locate_row(draft.tool.output_schema, self._schemas, group.noun)
        return self.finish(acted)

    def _action(self, draft: Draft, group: Group, row: dict[str, Any]) -> Operation:
        """Finish an action on one row by the fields that its words speak of (rules A1 to A9)."""
        entity = group.entity
        ask = self._asked_action(draft, entity, draft.verb, self._hints(group), frozenset(group.noun))
        plan = read_action(ask) or fallback(entity, draft.verb)
        row["shape"] = without_secrets(row["shape"], entity)
        draft.rules += plan.rules
        draft.lower(plan.confidence, plan.guesses[0]) if plan.guesses else None
        draft.guesses += [guess for guess in plan.guesses if guess not in draft.guesses]
        return ActionOperation(
            **self._common(draft), **row, kind=plan.kind, values=plan.values, checks=plan.checks,
            effects=plan.effects, rows=plan.rows,
        )  # fmt: skip

    def _collective(self, draft: Draft) -> Operation | None:
        """Finish a verb on a collection: on the row or rows that an argument names, or on those that are meant."""
        group = self._builder.groups[draft.near]
        entity = group.entity
        if entity.singleton or not entity.key:
            return None
        ask = self._asked_action(draft, entity, draft.verb, self._hints(group), frozenset(group.noun))
        parents = {a: self._builder.groups[resource].entity.name for a, resource in draft.parents}
        key = one_named(ask)
        if key is not None:
            draft.key = draft.key_name = key
            ask = self._asked_action(draft, entity, draft.verb, self._hints(group), frozenset(group.noun))
            if read_action(ask) is None:
                return None
            draft.rules.append("B3")
            row = {"entity": entity.name, "parents": parents, "key": key, "key_field": entity.key}
            draft.located = locate_row(draft.tool.output_schema, self._schemas, group.noun)
            return self._action(draft, group, {**row, "shape": self._responses.shape(draft, entity)})
        found = read_collective(ask)
        if found is None:
            return None
        draft.rules += found.rules
        draft.lower("medium", f"Its words are taken to tell which {entity.plural} are meant.")
        draft.kind, draft.located = found.kind, locate_rows(draft.tool.output_schema, self._schemas, group.noun)
        return BulkOperation(
            **self._common(draft), entity=entity.name, parents=parents, shape=self._responses.shape(draft, entity),
            kind=found.kind, items=found.items, constants=found.constants, effects=found.effects,
        )  # fmt: skip

    def _asked_action(
        self,
        draft: Draft,
        entity: Entity,
        words: tuple[str, ...],
        hints: Mapping[str, Sequence[str]],
        nouns: frozenset[str] = frozenset(),
    ) -> ActionAsk:
        """Put together what is known of an action."""
        tool = draft.tool
        taken = {argument for argument, _ in draft.parents} | {draft.key, *draft.context, *draft.matches}
        arguments = {
            argument: argument_schema(tool, argument)
            for argument in tool.input_schema.get("properties") or {}
            if argument not in taken
            and (tool.http is None or tool.http.parameters.get(argument, _BODY).location in ("body", "query"))
            and (_in_body(tool, argument) or normal(document_name(tool, argument)) not in _QUIET)
        }
        return ActionAsk(
            words=words,
            entity=entity,
            arguments=arguments,
            names={argument: document_name(tool, argument) for argument in arguments},
            required=frozenset(tool.input_schema.get("required") or ()) & frozenset(arguments),
            text=f"{tool.title}. {tool.description}",
            errors=tool.errors,
            undo=tool.http is not None and tool.http.method == "delete",
            hints=hints,
            entities=self._entities,
            schemas=self._schemas,
            nouns=nouns,
        )

    def _hints(self, group: Group) -> dict[str, list[str]]:
        """Return the values that the arguments of an entity's operations may take, by the arguments' names."""
        found: dict[str, list[str]] = {}
        for draft in group.drafts:
            for argument in draft.tool.input_schema.get("properties") or {}:
                enum = self._schemas.resolve(argument_schema(draft.tool, argument)).get("enum")
                if isinstance(enum, list) and draft.kind != "action":
                    held = found.setdefault(normal(document_name(draft.tool, argument)), [])
                    held += [value for value in enum[:100] if isinstance(value, str) and value not in held]
            shown = self._schemas.resolve(draft.located.schema).get("properties") if draft.located else None
            for name, schema in (shown or {}).items():
                enum = self._schemas.resolve(schema).get("enum")
                if isinstance(enum, list):
                    held = found.setdefault(normal(name), [])
                    held += [value for value in enum[:100] if isinstance(value, str) and value not in held]
        return found

    def _ripples(self, draft: Draft, entity: Entity, values: Mapping[str, str]) -> dict[str, Any]:
        """Return what a new or removed row does to other rows (rules N1 to N3)."""
        found = read_ripples(entity, self._entities, values, removed=draft.kind == "delete")
        lists = {a: argument_schema(draft.tool, a) for a in values if draft.kind == "create"}
        lists = {a: schema for a, schema in lists.items() if self._schemas.types(schema) == {"array"}}
        parts = {a: self._schemas.inline(schema, depth=3).get("items") for a, schema in lists.items()}
        items = {a: item for a, item in parts.items() if isinstance(item, dict)}
        if items:
            read_lines(entity, self._entities, items, values, found)
        draft.rules += found.rules
        for guess in found.guesses:
            draft.lower("medium", guess)
        return {"rows": found.rows, "checks": found.checks, "effects": found.effects}

    def _list(self, draft: Draft, group: Group, row: dict[str, Any]) -> Operation:
        """Finish a list or an aggregate: its filters, pages and sorting."""
        entity = group.entity
        row["shape"] = self._responses.shape(draft, entity)
        found = self._asked(draft, entity)
        for argument in draft.narrowed:
            if argument not in found.filters:
                draft.lower("low", f"No field of {entity.label} fits {argument!r}, so it narrows nothing.")
        constants = self._condition(draft, entity)
        if draft.kind == "aggregate":
            field = None
            if draft.function == "group":
                field = next((n for n, f in entity.fields.items() if f.schema_.get("enum")), None) or next(
                    (n for n in entity.fields if normal(n) in ("status", "state", "type", "category")), entity.key
                )
            if draft.function == "holds":
                found.filters.pop(draft.items or "", None)
            return AggregateOperation(
                **self._common(draft), **row, filters=found.filters, function=draft.function or "count",
                field=field, keys=draft.items if draft.function == "holds" else None, constants=constants,
            )  # fmt: skip
        return ListOperation(
            **self._common(draft),
            **row,
            kind="search" if draft.kind == "search" else "list",
            filters=found.filters,
            paging=found.paging,
            sorting=found.sorting,
            constants=constants,
        )

    def _asked(self, draft: Draft, entity: Entity) -> Any:
        """Tell what the arguments of a list do; those that do nothing are said to."""
        tool = draft.tool
        named = {argument for argument, _ in draft.parents}
        if tool.http is None:
            arguments = {name: name for name in tool.input_schema.get("properties", {}) if name not in named}
        else:
            places = ("query", "body") if tool.http.method in ("post", "put", "patch", "delete") else ("query",)
            bound = tool.http.parameters.items()
            arguments = {
                a: p.name for a, p in bound if (p.location in places and a not in named) or a in draft.narrowed
            }
        schemas_of = {argument: argument_schema(tool, argument) for argument in arguments}
        found = read_list_arguments(arguments, schemas_of, entity.fields, self._schemas)
        for argument in found.ignored:
            if normal(arguments[argument]) not in _QUIET and argument not in draft.narrowed:
                draft.lower("high", f"The argument {argument!r} is ignored: no field of {entity.label} fits it.")
        draft.rules += found.rules
        return found

    # -- conditions ----------------------------------------------------------------------------------------------------

    def _check_view(self, draft: Draft, entity: Entity) -> None:
        """Say so where a list shows only some rows, under a condition that is not known (rule E5)."""
        if not draft.view or self._condition(draft, entity):
            return
        above = {self._builder.groups[resource].entity.name for _, resource in draft.parents}
        linked = [f for f in entity.fields.values() if f.entity in above and f.role in ("parent", "reference")]
        if linked or (draft.own and self._has_caller(draft, entity)):
            draft.lower("medium", f"It shows the {entity.plural} that point at the row that is named.")
            return
        asks = draft.kind == "search"
        guess = f"It shows some of the {entity.plural} under a condition that is not known; all are listed."
        draft.lower("medium" if asks else "low", guess)

    def _condition(self, draft: Draft, entity: Entity) -> dict[str, Any]:
        """Turn ``active`` in ``/orders/active`` into a value that the rows have (rule E5)."""
        wanted = normal("".join(draft.condition))
        if not wanted:
            return {}
        for name, field in entity.fields.items():
            for value in field.schema_.get("enum") or ():
                if isinstance(value, str) and normal(value) == wanted:
                    return {name: value}
        for name, field in entity.fields.items():
            if field.schema_.get("type") == "boolean" and normal(name).removeprefix("is") == wanted:
                return {name: True}
        return {}

    def _has_caller(self, draft: Draft, entity: Entity) -> bool:
        """Whether rows can be told to be the caller's; where not, all are (rule I4)."""
        user = self._builder.user
        if user is None:
            draft.lower("high", f"Every {entity.label} is taken to belong to whoever calls.")
            return False
        if entity.name == user or entity.parent == user:
            return True
        if any(field.entity == user and field.role in ("reference", "parent") for field in entity.fields.values()):
            return True
        every = all(other.own for other in self._builder.groups[draft.resource].drafts)
        sure = every or draft.kind not in _LISTED
        draft.lower("high" if sure else "medium", f"Every {entity.label} is taken to belong to whoever calls.")
        return False

    # -- what every operation has --------------------------------------------------------------------------------------

    def _common(self, draft: Draft) -> dict[str, Any]:
        tool = draft.tool
        output = tool.output_schema
        return {
            "tool": tool.name,
            "title": tool.title,
            "description": tool.description,
            "input_schema": tool.input_schema,
            "output_schema": self._whole(output if not draft.forgotten else {"type": "array", "items": output})
            if output is not None
            else None,
            "success_status": tool.success_status,
            "errors": [
                error.model_copy(update={"body": self._whole(error.body, _ERROR_NODES)}) if error.body else error
                for error in tool.errors
            ],
            "tags": list(tool.tags),
            "confidence": draft.confidence,
            "rules": list(dict.fromkeys(draft.rules)),
            "guesses": list(draft.guesses),
        }

    def _whole(self, schema: dict[str, Any], nodes: int = _SCHEMA_NODES) -> dict[str, Any]:
        """Return a self-contained copy; operations that declare the same named body share one."""
        name = schema.get("$ref") if len(schema) == 1 else None
        known = self._bodies.get((name, nodes)) if isinstance(name, str) else None
        if known is None:
            known = self._schemas.inline(schema, depth=_SCHEMA_DEPTH, nodes=nodes, unions="all")
            if isinstance(name, str):
                self._bodies[name, nodes] = known
        return known


def _in_body(tool: ToolSpec, argument: str) -> bool:
    """Whether an argument is a property of the body, and so no wish about the answer's looks."""
    return tool.http is not None and tool.http.parameters.get(argument, _BODY).location == "body"


def used_entities(operations: Iterable[Operation], entities: Mapping[str, Entity]) -> set[str]:
    """Return the names of the entities that some operation needs, with those that they refer to."""
    used: set[str] = set()
    todo = list(operations)
    names: list[str] = []
    while todo:
        operation = todo.pop()
        if isinstance(operation, DispatchOperation):
            todo += operation.cases.values()
        elif isinstance(operation, EntityOperation):
            names += [operation.entity, *operation.parents.values(), *(ref.entity for ref in operation.rows.values())]
    while names:
        name = names.pop()
        if name not in used:
            used.add(name)
            entity = entities[name]
            names += [f.entity for f in entity.fields.values() if f.entity is not None]
            names += [entity.parent] if entity.parent else []
    return used
