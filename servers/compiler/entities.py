"""Entities out of resources: their names, and what a row holds (rules E1, E2, E3, E6)."""

from __future__ import annotations

from typing import Any

from inftool.servers.compiler.drafts import Draft, Resource, argument_schema, body_arguments, document_name
from inftool.servers.compiler.filters import is_field_like
from inftool.servers.compiler.groups import Group
from inftool.servers.compiler.keys import Keys
from inftool.servers.compiler.merging import entity_name, entity_plural, merged
from inftool.servers.compiler.relations import Relations
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.shapes import Located
from inftool.servers.compiler.words import normal, pascal, plural_phrase, word_set
from inftool.servers.program import Entity, EntityField, FieldRole
from inftool.specs.spec import JsonSchema

_CREATED = word_set(
    "created createdat createdon createddate createdtime creationdate creationtime createtime createdate "
    "datecreated timecreated insertedat dateadded addedat createdtimestamp creationtimestamp"
)
_UPDATED = word_set(
    "updated updatedat updatedon updateddate updatedtime updatetime updatedate dateupdated modified "
    "modifiedat modifiedon datemodified lastmodified lastmodifiedat lastmodifieddate lastupdated "
    "lastupdatedat lasteditedtime modificationdate"
)
_MAX_FIELDS = 200
_FIELD_DEPTH, _FIELD_NODES = 6, 250
_MAX_EXAMPLES = 5


class EntityBuilder:
    """Turns resources with their drafts into entities."""

    def __init__(self, resources: dict[str, Resource], schemas: Schemas) -> None:
        self._schemas = schemas
        self.groups: dict[str, Group] = {}
        """By resource id."""
        for members in merged(resources):
            lead = members[0]
            name = entity_name(lead, members) or ("thing",)
            entity = Entity(
                name=pascal(name),
                label=" ".join(name),
                plural=" ".join(entity_plural(name, members)),
                key="",
                singleton=lead.singleton,
                fields={},
            )
            group = Group(members, entity, lead.noun)
            group.implied = not group.drafts
            for member in members:
                self.groups[member.id] = group
        self._unique_names(resources)
        keys = Keys(self.all(), schemas)
        for group in self.all():
            self._fill(group, keys)
        Relations(self.groups, schemas)

    def all(self) -> list[Group]:
        """Every group once, in order."""
        return list({id(group): group for group in self.groups.values()}.values())

    @property
    def user(self) -> str | None:
        """Name of the entity that whoever calls is one of (rule I4); None where no operation speaks of them."""
        return next(iter(self.users), None)

    @property
    def users(self) -> list[str]:
        """Names of all such entities: an API may show callers in two places, in two forms."""
        return [group.entity.name for group in self.all() if any(resource.user for resource in group.resources)]

    def named_field(self, group: Group, name: str) -> str:
        """Return the field that a further argument of a row's name is compared with (rule I5)."""
        return group.params.get(normal(name), group.entity.key)

    def key_field(self, draft: Draft) -> str:
        """Return the field that a draft's key argument is compared with (rule I3)."""
        group = self.groups[draft.resource]
        return group.params.get(normal(draft.key_name or draft.key or ""), group.entity.key)

    # -- names ---------------------------------------------------------------------------------------------------------

    def _unique_names(self, resources: dict[str, Resource]) -> None:
        """Tell entities of one name apart by their parents' names."""
        taken: set[str] = set()
        for group in self.all():
            entity, lead = group.entity, group.resources[0]
            if entity.name in taken and lead.parent in self.groups:
                words = (*self.groups[lead.parent].noun, *group.noun)
                entity.name, entity.label = pascal(words), " ".join(words)
                entity.plural = " ".join(plural_phrase(words))
            stem, number = entity.name or "Thing", 2
            entity.name = stem
            while entity.name in taken:
                entity.name, number = f"{stem}{number}", number + 1
            taken.add(entity.name)

    # -- fields --------------------------------------------------------------------------------------------------------

    def _fill(self, group: Group, keys: Keys) -> None:
        entity, fields = group.entity, group.entity.fields
        entity.rules = ["E1"] if not group.resources[0].bare else ["B2"]
        if len(group.resources) > 1:
            entity.rules.append("E5")
        whole = entity.singleton and group.resources[0].value is not None
        for located in self._row_sources(group) if not whole else ():
            self._add_row(fields, located)
        for resource in group.resources:
            if resource.value is not None:
                schema = self._schemas.inline(resource.value, depth=_FIELD_DEPTH, nodes=_FIELD_NODES)
                fields.setdefault("value", EntityField(schema_=schema))
        if fields:
            entity.rules.append("E2")
        else:
            entity.rules.append("E6")
        unseen: set[str] = set()
        for draft in group.drafts if not whole else ():
            asked = draft.kind in ("list", "search", "read") and draft.tool.http is None
            if asked or draft.kind in ("create", "update", "replace", "link"):
                self._add_body(group, draft, unseen)
            elif draft.kind in ("bulk_create", "bulk_update") and draft.items is not None:
                self._add_items(fields, draft)
        if entity.singleton:
            entity.rules += ["E4", "E9"] if whole else ["E4"]
        else:
            keys.choose(group)
            keys.name_by_several(group)
        if any(d.kind in ("create", "update", "replace", "delete") for d in group.drafts) is False:
            entity.rules.append("E3")
        for name, row_field in fields.items():
            row_field.role = "id" if entity.key and name == entity.key else _time_role(name, row_field.schema_)
            if row_field.role in ("created_at", "updated_at", "id"):
                row_field.read_only = row_field.read_only or row_field.role != "id"
        self._name_bare_rows(group)
        if not entity.singleton:
            entity.ids = keys.id_form(group)
        entity.examples = self._examples(group)

    def _row_sources(self, group: Group) -> list[Located]:
        """Responses that show a row, the fullest first; those of another thing (a task, a receipt) are left out."""
        by_kind: dict[str, list[Located]] = {}
        for draft in group.drafts:
            if draft.located is not None and not draft.view:
                kind = "list" if draft.kind == "search" else draft.kind.removeprefix("bulk_")
                by_kind.setdefault(kind, []).append(draft.located)
        shown = by_kind.get("read", []) + by_kind.get("list", [])
        changed = by_kind.get("create", []) + by_kind.get("update", []) + by_kind.get("replace", [])
        if not shown:
            return changed
        known, alike = set(shown[0].fields), [shown[0]]
        for located in (*shown[1:], *changed):
            if len(known & set(located.fields)) * 2 >= len(located.fields):
                known |= set(located.fields)
                alike.append(located)
        return alike

    def _add_row(self, fields: dict[str, EntityField], located: Located) -> None:
        flat = self._schemas.resolve(located.schema)
        required = set(flat.get("required") or ())
        for name, schema in (flat.get("properties") or {}).items():
            if name not in fields and len(fields) < _MAX_FIELDS and isinstance(schema, dict):
                fields[name] = EntityField(
                    schema_=self._schemas.inline(schema, depth=_FIELD_DEPTH, nodes=_FIELD_NODES),
                    required=name in required,
                    read_only=bool(self._schemas.resolve(schema).get("readOnly")),
                )

    def _add_body(self, group: Group, draft: Draft, unseen: set[str]) -> None:
        """Add what callers may set and no response shows, such as a password.

        Args:
            group: whose fields are added to.
            draft: the create or update.
            unseen: names of the fields that were added so; one that is sent in different forms may hold anything.
        """
        fields = group.entity.fields
        known = {normal(name) for name in fields}
        named = {argument for argument, _ in draft.parents} | {draft.key, draft.items}
        for argument, name in body_arguments(draft.tool).items():
            schema = argument_schema(draft.tool, argument)
            if name in unseen and not self._schemas.types(schema) & self._schemas.types(fields[name].schema_):
                fields[name].schema_ = {}
            if name in fields and draft.kind in ("create", "update", "replace"):
                self._widen(fields[name], schema)
            twin = draft.items is not None and name == document_name(draft.tool, draft.items)
            if normal(name) in known or argument in named or twin or len(fields) >= _MAX_FIELDS:
                continue
            if draft.kind not in ("create", "update", "replace", "link"):
                option = draft.kind == "search" and schema.get("type") != "string"
                if option or not is_field_like(name, schema, self._schemas):
                    continue
            unseen.add(name)
            required = draft.kind == "create" and argument in (draft.tool.input_schema.get("required") or ())
            fields[name] = EntityField(
                schema_=self._schemas.inline(schema, depth=_FIELD_DEPTH, nodes=_FIELD_NODES), required=required
            )
            known.add(normal(name))

    def _add_items(self, fields: dict[str, EntityField], draft: Draft) -> None:
        """Add the properties of the rows that a write to several rows takes (rule D3)."""
        items = self._schemas.resolve(argument_schema(draft.tool, draft.items or "").get("items"))
        known = {normal(name) for name in fields}
        for name, schema in (items.get("properties") or {}).items():
            if normal(name) not in known and len(fields) < _MAX_FIELDS and isinstance(schema, dict):
                fields[name] = EntityField(schema_=self._schemas.inline(schema, depth=_FIELD_DEPTH, nodes=_FIELD_NODES))

    def _widen(self, row_field: EntityField, sent: JsonSchema) -> None:
        """Let a field hold what callers may send: the response's first branch may name fewer values than the rest."""
        held = row_field.schema_.get("enum", [row_field.schema_["const"]] if "const" in row_field.schema_ else None)
        allowed = sent.get("enum")
        if isinstance(held, list) and not (isinstance(allowed, list) and all(value in held for value in allowed)):
            row_field.schema_ = {key: value for key, value in row_field.schema_.items() if key not in ("enum", "const")}

    # -- rows ----------------------------------------------------------------------------------------------------------

    def _name_bare_rows(self, group: Group) -> None:
        """Give rows of which nothing but keys is known a name, so that there is something to tell them by (rule E6)."""
        fields = group.entity.fields
        if any(draft.kind in ("link", "unlink") or draft.plain for draft in group.drafts) and fields:
            return
        if not any(name != group.entity.key and f.role == "data" for name, f in fields.items()):
            fields.setdefault("name", EntityField(schema_={"type": "string"}))

    def _examples(self, group: Group) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for draft in group.drafts:
            if draft.located is None or draft.view:
                continue
            value = draft.tool.output_example
            for step in draft.located.path:
                value = value.get(step) if isinstance(value, dict) else None
            rows = value if isinstance(value, list) else [value]
            found += [_known(row, group.entity.fields) for row in rows if isinstance(row, dict)]
            example = self._schemas.resolve(draft.located.schema).get("example")
            if isinstance(example, dict):
                found.append(_known(example, group.entity.fields))
        unique: dict[str, dict[str, Any]] = {}
        for row in found:
            if len(row) > 1 or (row and len(group.entity.fields) == 1):
                unique.setdefault(repr(row.get(group.entity.key, sorted(row.items(), key=repr))), row)
        return list(unique.values())[:_MAX_EXAMPLES]


def _time_role(name: str, schema: JsonSchema) -> FieldRole:
    """Tell times that the server keeps: when a row was made and last changed."""
    if schema.get("type") not in ("string", "integer", "number"):
        return "data"
    plain = normal(name)
    return "created_at" if plain in _CREATED else "updated_at" if plain in _UPDATED else "data"


def _known(row: dict[str, Any], fields: dict[str, EntityField]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in fields}
