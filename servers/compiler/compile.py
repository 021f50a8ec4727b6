"""The compiler: a specification in, a server program out, without a language model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from inftool.servers.compiler.drafts import Draft, Resource, argument_schema, body_arguments, opaque
from inftool.servers.compiler.entities import EntityBuilder, Group
from inftool.servers.compiler.filters import read_list_arguments
from inftool.servers.compiler.functions import FunctionReader
from inftool.servers.compiler.merging import canonical
from inftool.servers.compiler.operations import PathReader
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.shapes import Located
from inftool.servers.compiler.words import normal, word_set
from inftool.servers.fixtures.document import StateDocument, read_state
from inftool.servers.fixtures.placing import with_state
from inftool.servers.overrides import apply_overrides
from inftool.servers.program import (
    Confidence,
    CreateOperation,
    DeleteOperation,
    DispatchOperation,
    Entity,
    EntityField,
    EntityOperation,
    ListOperation,
    OpaqueOperation,
    Operation,
    ReadOperation,
    ServerProgram,
    Shape,
    UpdateOperation,
)
from inftool.specs.spec import ApiSpec, Problem

_QUIET = word_set(
    "fields select expand include includes embed market locale lang language format pretty apikey key version "
    "callback alt prettyprint quotauser notionversion"
)
"""Arguments that change how an answer looks and not what it is about (rule Q5); they are passed over in silence."""
_SCHEMA_DEPTH, _SCHEMA_NODES = 7, 600


def compile_spec(
    spec: ApiSpec, overrides: dict[str, Any] | None = None, seed: int = 0, state: object = None
) -> ServerProgram:
    """Compile a specification to the program of a stateful server.

    Every tool becomes an operation: what is understood works on rows of an entity, the rest is ``opaque`` and says why.
    The same specification gives the same program, byte for byte.

    Args:
        spec: the specification.
        overrides: a parsed overrides document (see :mod:`inftool.servers.overrides`).
        seed: default seed of the image of rows.
        state: a parsed state document, or what :func:`~inftool.servers.fixtures.read_state` made of it: the rows that
            the server starts with (rule G4).

    Raises:
        OverrideError: the overrides do not fit the specification; the message names the place.
        StateError: the state cannot be read.
    """
    document = state if state is None or isinstance(state, StateDocument) else read_state(state)
    program = infer(spec, seed, document)
    if overrides:
        program = apply_overrides(program, overrides)
    return program if document is None else with_state(program, document)[0]


def infer(spec: ApiSpec, seed: int = 0, state: StateDocument | None = None) -> ServerProgram:
    """Compile a specification by the rules alone: without a person's overrides, and before any rows are placed.

    Args:
        spec: the specification.
        seed: default seed of the image of rows.
        state: what is known of the rows, as evidence of the entities.
    """
    schemas = Schemas(spec.schemas)
    drafts, resources = _read(spec, schemas)
    builder = EntityBuilder(resources, schemas)
    finisher = _Finisher(builder, schemas)
    operations = [finisher.finish(draft) for draft in drafts]
    entities = {group.entity.name: group.entity for group in builder.all()}
    used = used_entities(operations, entities)
    return ServerProgram(
        name=spec.name,
        title=spec.title,
        description=spec.description,
        seed=seed,
        entities={name: entity for name, entity in entities.items() if name in used},
        operations=operations,
        problems=[*spec.problems, *finisher.problems],
    )


def _read(spec: ApiSpec, schemas: Schemas) -> tuple[list[Draft], dict[str, Resource]]:
    """Classify every tool, and settle the drafts that speak of other drafts' rows."""
    web = [tool for tool in spec.tools if tool.http is not None]
    bare = [tool for tool in spec.tools if tool.http is None]
    paths, functions = PathReader(web, schemas), FunctionReader(bare, schemas)
    drafts = [paths.read(tool) if tool.http is not None else functions.read(tool) for tool in spec.tools]
    resources = {**paths.resources, **functions.resources}
    return settle_views(drafts, resources), resources


def settle_views(drafts: list[Draft], resources: dict[str, Resource]) -> list[Draft]:
    """Bind lists of another collection's rows to that collection (rule E5), or give them up.

    Two sorts come here: searches that name their rows by schema only, and collections that can only be listed while
    another collection has the same rows, such as ``/browse/new-releases`` beside ``/albums``.
    """
    homes: dict[tuple[str, ...], str] = {}
    for resource in resources.values():
        if any(draft.key and draft.kind == "read" for draft in resource.drafts):
            for draft in resource.drafts:
                if draft.located is not None and draft.located.ref and not draft.view and draft.kind != "create":
                    homes.setdefault(canonical(draft.located.ref, resource.noun), resource.id)
    settled: list[Draft] = []
    for draft in drafts:
        if draft.kind not in ("list", "search") or draft.located is None:
            settled.append(draft)
            continue
        own = resources.get(draft.resource)
        home = homes.get(canonical(draft.located.ref, own.noun if own is not None else ()))
        foreign = own is not None and home is not None and home != own.id and resources[home].noun != own.noun
        foreign = foreign and all(d.kind in ("list", "search") for d in (own.drafts if own else ()))
        if own is None and home is None:
            settled.append(opaque(draft.tool, "It searches rows of which no collection is known.", "Q6"))
            continue
        if (own is None or foreign) and home is not None:
            if own is not None:
                own.drafts.remove(draft)
            draft.resource, draft.view = home, True
            draft.rules.append("E5")
            draft.parents = []
            resources[home].drafts.append(draft)
        settled.append(draft)
    return settled


class _Finisher:
    """Turns drafts into operations, once the entities are made."""

    def __init__(self, builder: EntityBuilder, schemas: Schemas) -> None:
        self._builder = builder
        self._schemas = schemas
        self.problems: list[Problem] = []

    def finish(self, draft: Draft) -> Operation:
        common = self._common(draft)
        if draft.kind == "opaque":
            return OpaqueOperation(**common, reason=draft.reason)
        group = self._builder.groups[draft.resource]
        entity = group.entity
        parents = {a: self._builder.groups[resource].entity.name for a, resource in draft.parents}
        for _, resource in draft.parents:
            above = self._builder.groups[resource]
            if above.implied:
                draft.lower("medium", f"No operation shows the {above.entity.plural} that its rows belong to.")
        if draft.view:
            draft.lower(
                "low", f"It shows some of the {entity.plural} under a condition that is not known; all are listed."
            )
        shape = self._shape(draft, entity)
        row = {"entity": entity.name, "parents": parents, "shape": shape}
        if draft.kind == "create":
            values = self._values(draft, group)
            return CreateOperation(**self._why(common, draft), **row, values=values)
        if draft.kind in ("list", "search"):
            return self._list(draft, entity, common, row)
        row |= {"key": draft.key or "", "key_field": self._builder.key_field(draft)}
        if row["key_field"] != entity.key:
            draft.rules.append("I3")
        if draft.kind == "read":
            return ReadOperation(**self._why(common, draft), **row)
        if not any(d.kind in ("read", "list", "search", "create") for d in group.drafts):
            draft.lower("medium", f"No operation shows the {entity.plural} that it works on.")
        if draft.kind == "delete":
            return DeleteOperation(**self._why(common, draft), **row)
        values = self._values(draft, group)
        if not values:
            reason = "None of its arguments is a field of the row, so what it changes is not told."
            draft.confidence, draft.guesses, draft.rules = "low", [], []
            return OpaqueOperation(**self._why(common, draft), reason=reason)
        return UpdateOperation(**self._why(common, draft), **row, kind=draft.kind, values=values)

    def _list(self, draft: Draft, entity: Entity, common: dict[str, Any], row: dict[str, Any]) -> Operation:
        """Finish a list: its filters, pages and sorting."""
        tool = draft.tool
        named = {argument for argument, _ in draft.parents}
        if tool.http is None:
            arguments = {name: name for name in tool.input_schema.get("properties", {}) if name not in named}
        else:
            places = ("query", "body") if tool.http.method == "post" else ("query",)
            bound = tool.http.parameters.items()
            arguments = {a: p.name for a, p in bound if p.location in places and a not in named}
        schemas_of = {argument: argument_schema(tool, argument) for argument in arguments}
        found = read_list_arguments(arguments, schemas_of, entity.fields, self._schemas)
        required = set(tool.input_schema.get("required") or ())
        for argument in found.ignored:
            if normal(arguments[argument]) not in _QUIET:
                sure: Confidence = "medium" if argument in required else "high"
                draft.lower(sure, f"The argument {argument!r} is ignored: no field of {entity.label} fits it.")
        draft.rules += found.rules
        return ListOperation(
            **self._why(common, draft),
            **row,
            kind="search" if draft.kind == "search" else "list",
            filters=found.filters,
            paging=found.paging,
            sorting=found.sorting,
        )

    def _common(self, draft: Draft) -> dict[str, Any]:
        tool = draft.tool
        output = tool.output_schema
        return {
            "tool": tool.name,
            "title": tool.title,
            "description": tool.description,
            "input_schema": tool.input_schema,
            "output_schema": self._whole(output) if output is not None else None,
            "success_status": tool.success_status,
            "errors": [
                error.model_copy(update={"body": self._whole(error.body)}) if error.body is not None else error
                for error in tool.errors
            ],
            "tags": list(tool.tags),
            "confidence": draft.confidence,
            "rules": list(dict.fromkeys(draft.rules)),
            "guesses": list(draft.guesses),
        }

    def _whole(self, schema: dict[str, Any]) -> dict[str, Any]:
        return self._schemas.inline(schema, depth=_SCHEMA_DEPTH, nodes=_SCHEMA_NODES, unions="all")

    def _why(self, common: dict[str, Any], draft: Draft) -> dict[str, Any]:
        """Bring the reasons up to date: finishing an operation may have added some."""
        rules = list(dict.fromkeys(draft.rules))
        return {**common, "confidence": draft.confidence, "rules": rules, "guesses": list(draft.guesses)}

    def _shape(self, draft: Draft, entity: Entity) -> Shape:
        tool = draft.tool
        if draft.kind in ("list", "search"):
            if draft.located is None:
                return self._blank_list(draft)
            return self._trimmed(draft.located, draft, entity)
        if draft.located is not None and draft.kind != "delete":
            return self._trimmed(draft.located, draft, entity)
        if draft.kind == "delete":
            return self._deleted(draft, entity)
        if tool.output_schema is None:
            declared = tool.http is not None and tool.success_status in (204, 205)
            return Shape(kind="empty") if declared else Shape(kind="row")
        kinds = self._schemas.types(tool.output_schema)
        if kinds and kinds <= {"string", "integer", "number"}:
            return Shape(kind="key")
        return Shape(kind="row") if kinds <= {"object"} else Shape(kind="empty")

    def _blank_list(self, draft: Draft) -> Shape:
        """The response of a list that declares nothing of its rows: an array, or an object around one (rule E6)."""
        if "object" not in self._schemas.types(draft.tool.output_schema or {}):
            return Shape(kind="rows")
        return Shape(kind="rows", path=["data"], counters={"has_more": "has_more", "next_cursor": "next_cursor"})

    def _deleted(self, draft: Draft, entity: Entity) -> Shape:
        """The response of a delete: nothing, or what the row has of it (rule D1)."""
        if draft.tool.output_schema is None:
            return Shape(kind="empty")
        if draft.located is None:
            return Shape(kind="row" if self._schemas.types(draft.tool.output_schema) == {"object"} else "empty")
        return self._trimmed(draft.located, draft, entity)

    def _trimmed(self, located: Located, draft: Draft, entity: Entity) -> Shape:
        """Keep the fields that rows have; a response that shows few of them is of another thing, and is said to be.

        A response that has the key under another name, and hardly more, is the key alone (rule C1).
        """
        shown = self._schemas.resolve(located.schema).get("properties") or {}
        kept = [
            name
            for name in located.fields
            if name in entity.fields and self._agree(shown.get(name), entity.fields[name].schema_)
        ]
        if draft.kind == "create" and not kept:
            named = {normal(entity.key), "id", normal(entity.label) + "id"}
            for name in located.fields:
                if normal(name) in named and name != entity.key:
                    return Shape(kind="key", path=[*located.path, name])
        if draft.kind != "delete" and len(kept) * 2 < len(located.fields):
            draft.lower(
                "low", f"Its response is not the {entity.label} but something else; only shared fields are shown."
            )
        return located.shape().model_copy(update={"fields": kept})

    def _values(self, draft: Draft, group: Group) -> dict[str, str]:
        """Match what callers send with the fields it is stored in (rules C1, U1, U3)."""
        tool, entity = draft.tool, group.entity
        by_name = {normal(name): name for name in reversed(list(entity.fields))}
        taken = {argument for argument, _ in draft.parents} | {draft.key, *draft.context}
        arguments = dict(body_arguments(tool))
        if tool.http is not None and not arguments:
            arguments = {a: p.name for a, p in tool.http.parameters.items() if p.location == "query"}
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
            if not self._fits(schema, row_field):
                draft.lower("medium", f"The argument {argument!r} is not stored: its form is not that of the field.")
                continue
            if held not in values.values():
                values[argument] = held
        return values

    def _agree(self, declared: object, held: dict[str, Any]) -> bool:
        """Whether a response may show a field as it is held: two responses may give one name to different types."""
        one, other = self._schemas.types(declared), self._schemas.types(held)
        return not one or not other or bool(one & other) or (one | other) <= {"integer", "number"}

    def _fits(self, schema: dict[str, Any], row_field: EntityField) -> bool:
        """Whether every value of an argument may stand in a field."""
        given, held = self._schemas.types(schema), self._schemas.types(row_field.schema_)
        return not given or not held or given <= held or (given | held) <= {"integer", "number"}


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
