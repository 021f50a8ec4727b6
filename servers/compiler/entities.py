"""Entities out of resources: what a row holds, its key, and what it refers to (rules E2, E6, I1-I3, F1, F2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from inftool.servers.compiler.drafts import Draft, Resource, argument_schema, body_arguments, document_name
from inftool.servers.compiler.filters import is_field_like
from inftool.servers.compiler.merging import entity_name, entity_plural, merged
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.shapes import Located
from inftool.servers.compiler.words import normal, pascal, plural_phrase, singular_phrase, split, word_set
from inftool.servers.program import Entity, EntityField, FieldRole, IdForm
from inftool.specs.spec import JsonSchema

_FIRST_KEYS = ("id", "uuid", "guid", "gid", "sid", "uid")
_ID_WORDS = tuple((word,) for word in _FIRST_KEYS)
_ENTITY_KEYS = ("id", "uuid", "uid", "key", "slug", "number", "code", "name")
_OTHER_KEYS = ("username", "login", "slug", "key", "code", "symbol", "number", "email", "name")
_NATURAL_KEYS = word_set("username login email code name key slug handle symbol permalink number phone isbn sku")
_REFERENCE_ENDS = word_set("id uuid guid sid gid uid key slug")
_CREATED = word_set(
    "created createdat createdon createddate createdtime creationdate creationtime createtime createdate "
    "datecreated timecreated insertedat dateadded addedat createdtimestamp creationtimestamp"
)
_UPDATED = word_set(
    "updated updatedat updatedon updateddate updatedtime updatetime updatedate dateupdated modified "
    "modifiedat modifiedon datemodified lastmodified lastmodifiedat lastmodifieddate lastupdated "
    "lastupdatedat lasteditedtime modificationdate"
)
_UUID = re.compile(r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$")
_PREFIXED = re.compile(r"^([A-Za-z]{1,12}[_-])(?=[A-Za-z0-9]*[0-9])[A-Za-z0-9]{3,}$")
_PATTERN_PREFIX = re.compile(r"^\^?([A-Za-z]{1,12}(?:_[A-Za-z]{1,12})*_)[\[\\(.]")
_MAX_FIELDS = 200
_FIELD_DEPTH, _FIELD_NODES = 6, 250
_MAX_EXAMPLES = 5
_SCALARS = frozenset(("string", "integer", "number"))


@dataclass
class Group:
    """The resources that are one entity, while it is being built."""

    resources: list[Resource]
    entity: Entity
    noun: tuple[str, ...]
    """What paths and tool names call one row."""
    params: dict[str, str] = field(default_factory=dict)
    """Names of the arguments that have named a row, normalised → key field compared with it (rule I3)."""
    implied: bool = False
    """Whether no operation shows or changes its rows; it is known from its children's paths alone."""

    @property
    def drafts(self) -> list[Draft]:
        """Every operation on the entity's rows, in the order of the specification's resources."""
        return [draft for resource in self.resources for draft in resource.drafts]


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
        for group in self.all():
            self._fill(group)
        for group in self.all():
            self._parents(group)
        self._by_noun: dict[tuple[str, ...], list[Group]] = {}
        self._by_param: dict[str, list[Group]] = {}
        for group in self.all():
            for noun in dict.fromkeys((group.noun, tuple(group.entity.label.split()))):
                self._by_noun.setdefault(noun, []).append(group)
            for param in group.params:
                self._by_param.setdefault(param, []).append(group)
        for group in self.all():
            self._references(group)
            self._linked(group)
        for group in self.all():
            self._amount(group)

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

    def _fill(self, group: Group) -> None:
        entity, fields = group.entity, group.entity.fields
        entity.rules = ["E1"] if not group.resources[0].bare else ["B2"]
        if len(group.resources) > 1:
            entity.rules.append("E5")
        for located in self._row_sources(group):
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
        for draft in group.drafts:
            asked = draft.kind in ("list", "search", "read") and draft.tool.http is None
            if asked or draft.kind in ("create", "update", "replace", "link"):
                self._add_body(group, draft, unseen)
            elif draft.kind in ("bulk_create", "bulk_update") and draft.items is not None:
                self._add_items(fields, draft)
        if entity.singleton:
            entity.rules.append("E4")
        else:
            self._choose_key(group)
            self._match_fields(group)
        if any(d.kind in ("create", "update", "replace", "delete") for d in group.drafts) is False:
            entity.rules.append("E3")
        for name, row_field in fields.items():
            row_field.role = "id" if name == entity.key else _time_role(name, row_field.schema_)
            if row_field.role in ("created_at", "updated_at", "id"):
                row_field.read_only = row_field.read_only or row_field.role != "id"
        self._name_bare_rows(group)
        if not entity.singleton:
            entity.ids = self._id_form(group)
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
            if normal(name) in known or argument in named or len(fields) >= _MAX_FIELDS:
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

    def _match_fields(self, group: Group) -> None:
        """Give rows that several arguments name a field for each of them (rule I5)."""
        fields = group.entity.fields
        for draft in group.drafts:
            for argument in draft.matches:
                name = document_name(draft.tool, argument)
                if normal(name) in group.params:
                    continue
                found = self._match_key(group, name)
                if found is None or found == group.entity.key:
                    found = name if name not in fields else f"{name}_key"
                    schema = self._schemas.inline(argument_schema(draft.tool, argument), depth=2)
                    fields.setdefault(found, EntityField(schema_=schema or {"type": "string"}, required=True))
                group.params[normal(name)] = found
        if any(draft.matches for draft in group.drafts):
            group.entity.rules.append("I5")

    def _widen(self, row_field: EntityField, sent: JsonSchema) -> None:
        """Let a field hold what callers may send: the response's first branch may name fewer values than the rest."""
        held = row_field.schema_.get("enum", [row_field.schema_["const"]] if "const" in row_field.schema_ else None)
        allowed = sent.get("enum")
        if isinstance(held, list) and not (isinstance(allowed, list) and all(value in held for value in allowed)):
            row_field.schema_ = {key: value for key, value in row_field.schema_.items() if key not in ("enum", "const")}

    # -- keys ----------------------------------------------------------------------------------------------------------

    def _choose_key(self, group: Group) -> None:
        """Choose the key by rule I1, and the fields that other arguments name a row by."""
        entity, fields = group.entity, group.entity.fields
        order = {"read": 0, "update": 1, "replace": 1, "delete": 2}
        order |= {"link": 3, "unlink": 3, "action": 4}
        keyed = [draft for draft in group.drafts if _key_argument(draft) and draft.kind in order]
        if group.resources[0].bare:
            keyed.sort(key=lambda d: (split(d.key_name or "")[-1:] not in _ID_WORDS, order[d.kind]))
        else:
            keyed.sort(key=lambda d: order[d.kind])
        for draft in keyed:
            name = draft.key_name or _key_argument(draft)
            if normal(name) in group.params:
                continue
            found = self._match_key(group, name)
            if found is None and entity.key and draft.kind != "read":
                found = entity.key
            if found is None:
                found = self._new_key(group, name)
                schema = self._schemas.inline(argument_schema(draft.tool, _key_argument(draft)), depth=2)
                if draft.kind in ("link", "unlink") and "array" in self._schemas.types(schema):
                    schema = {}
                fields.setdefault(found, EntityField(schema_=schema or {"type": "string"}))
            group.params[normal(name)] = found
            if not entity.key:
                entity.key = found
        if not entity.key:
            implied = self._implied_param(group) or group.resources[0].key_hint
            found = self._match_key(group, implied[0] if implied else "id")
            if found is None and not implied:
                scalars = {normal(name): name for name in reversed(list(fields)) if self._scalar(fields[name])}
                found = next((scalars[name] for name in _OTHER_KEYS[:6] if name in scalars), None)
            if found is None:
                found = "id" if not implied else self._new_key(group, implied[0])
                schema = implied[1] if implied else {"type": "string"}
                fields[found] = EntityField(schema_=schema, read_only=True)
            entity.key = found
            if implied:
                group.params[normal(implied[0])] = found
        entity.rules.append("I1")

    def _new_key(self, group: Group, param: str) -> str:
        """Name a key that no response shows: ``id`` where the argument is called after the entity (rule E6)."""
        words, fields = split(param), group.entity.fields
        after_entity = (
            len(words) > 1 and words[-1] in _FIRST_KEYS and singular_phrase(words[:-1])[-1:] == group.noun[-1:]
        )
        name = words[-1] if after_entity and not group.resources[0].bare else param
        return name if name not in fields or self._scalar(fields[name]) else f"{name}_key"

    def _implied_param(self, group: Group) -> tuple[str, JsonSchema] | None:
        """How children's paths name a row of an entity that no operation of its own names."""
        ids = {resource.id for resource in group.resources}
        for other in self.all():
            for draft in other.drafts:
                for argument, resource in draft.parents:
                    if resource in ids:
                        name = document_name(draft.tool, argument)
                        return name, self._schemas.inline(argument_schema(draft.tool, argument), depth=2)
        return None

    def _match_key(self, group: Group, param: str) -> str | None:
        """Find the field that an argument called ``param`` names a row by, in the order of rule I1."""
        fields = {normal(n): n for n, f in reversed(group.entity.fields.items()) if self._scalar(f)}
        words = split(param)
        alternatives = [param] if "or" not in words else re.split(r"(?i)_?or_?(?=[A-Z_a-z])", param)
        noun = "".join(group.noun)
        last_noun = group.noun[-1] if group.noun else ""
        for name in alternatives:
            parts = split(name)
            last = parts[-1] if parts else ""
            tried = [normal(name), *([last] if last in _ENTITY_KEYS or last in _FIRST_KEYS + _OTHER_KEYS else [])]
            tried += [noun + last, last_noun + last] if last else []
            for candidate in tried:
                if candidate in fields:
                    return fields[candidate]
            short = len(parts) == 1 and last.endswith("id") and len(last) <= 5
            if short or last in ("id", "uuid", "guid", "identifier", "uid", "key", "sid"):
                for candidate in (
                    *_FIRST_KEYS,
                    *(noun + k for k in _ENTITY_KEYS[:4]),
                    *(last_noun + k for k in _ENTITY_KEYS[:4]),
                ):
                    if candidate in fields:
                        return fields[candidate]
            if normal(name) in (noun, last_noun):
                for candidate in (*_FIRST_KEYS, *_OTHER_KEYS):
                    if candidate in fields:
                        return fields[candidate]
        return None

    def _scalar(self, row_field: EntityField) -> bool:
        kinds = self._schemas.types(row_field.schema_)
        return (bool(kinds) and kinds <= _SCALARS) or not row_field.schema_.keys() - {
            "description",
            "example",
            "readOnly",
        }

    def _id_form(self, group: Group) -> IdForm:
        """Tell how new keys are made, from the evidence of rule I2."""
        entity = group.entity
        schema = entity.fields[entity.key].schema_
        group.entity.rules.append("I2")
        words = split(entity.key)
        natural = bool(words) and words[-1] in _NATURAL_KEYS
        creates = [draft for draft in group.drafts if draft.kind == "create"]
        for draft in creates:
            required = draft.tool.input_schema.get("required") or ()
            sent = {normal(name): argument for argument, name in body_arguments(draft.tool).items()}
            if normal(entity.key) in sent and (natural or sent[normal(entity.key)] in required):
                entity.rules.append("C3")
                return IdForm(kind="given")
        if schema.get("type") in ("integer", "number"):
            return IdForm(kind="integer")
        if schema.get("format") == "uuid":
            return IdForm(kind="uuid")
        examples = [str(example) for example in self._key_examples(group, schema)]
        if any(_UUID.match(example) for example in examples):
            return IdForm(kind="uuid")
        found = _PATTERN_PREFIX.match(str(schema.get("pattern", "")))
        if found:
            return IdForm(kind="prefixed", prefix=found.group(1))
        for example in examples:
            if found := _PREFIXED.match(example):
                return IdForm(kind="prefixed", prefix=found.group(1))
        title = next((f for n in ("title", "name", "label", "headline") for f in entity.fields if normal(f) == n), None)
        if title is not None and title != entity.key and words and words[-1] in ("slug", "handle", "permalink"):
            return IdForm(kind="slug", source=title)
        if natural and not creates:
            return IdForm(kind="given")
        label = entity.label.split() or ["row"]
        initials = label[0][:4] if len(label) == 1 else "".join(word[0] for word in label)
        return IdForm(kind="prefixed", prefix=f"{initials}_")

    def _key_examples(self, group: Group, schema: JsonSchema) -> list[Any]:
        found = [schema[word] for word in ("example", "default") if isinstance(schema.get(word), str)]
        found += (
            [e for e in (schema.get("examples") or ()) if isinstance(e, str)]
            if isinstance(schema.get("examples"), list)
            else []
        )
        for draft in group.drafts:
            if draft.key:
                argument = argument_schema(draft.tool, draft.key)
                found += [argument[word] for word in ("example",) if isinstance(argument.get(word), str)]
                found += [e for e in argument.get("examples") or () if isinstance(e, str)]
                if argument.get("format") == "uuid":
                    found.append("00000000-0000-0000-0000-000000000000")
        return found

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

    # -- relations -----------------------------------------------------------------------------------------------------

    def _parents(self, group: Group) -> None:
        """Give rows a field for the key of each parent they are nested under (rule F1)."""
        entity = group.entity
        nested = [resource for resource in group.resources if resource.parent in self.groups]
        for resource in nested:
            above = self.groups[resource.parent or ""]
            if above is group or any(
                f.role == "parent" and f.entity == above.entity.name for f in entity.fields.values()
            ):
                continue
            self._add_parent(group, above, resource.parent_argument or "")
        rooted = any(r.parent is None and any(d.kind != "opaque" for d in r.drafts) for r in group.resources)
        homes = list({id(above): above for r in nested if (above := self.groups[r.parent or ""]) is not group}.values())
        if len(homes) == 1 and not rooted:
            above = homes[0]
            if entity.name not in self._above(above) and not above.entity.singleton:
                entity.parent = above.entity.name
        for row_field in entity.fields.values():
            if row_field.role == "parent" and row_field.entity != entity.parent:
                row_field.role, row_field.required = "reference", False

    def _above(self, group: Group) -> set[str]:
        """Names of a group's entity and its ancestors."""
        names = {group.entity.name}
        entities = {g.entity.name: g.entity for g in self.all()}
        parent = group.entity.parent
        while parent is not None and parent not in names:
            names.add(parent)
            parent = entities[parent].parent
        return names

    def _add_parent(self, group: Group, above: Group, argument: str) -> None:
        fields = group.entity.fields
        if above.entity.singleton:
            return
        key = above.entity.fields[above.entity.key]
        noun = "_".join(above.noun)
        own = [n for n in (argument, f"{noun}_id", f"{noun}Id", f"{noun}_{above.entity.key}") if n]
        for name in own:
            held = next((n for n in fields if normal(n) == normal(name) and n != group.entity.key), None)
            held_words = split(held) if held else ()
            if held and len(held_words) > 1 and self._comparable(fields[held].schema_, key.schema_):
                fields[held].role, fields[held].entity = "parent", above.entity.name
                return
        taken = {normal(name) for name in fields}
        names = (
            argument,
            f"{noun}_{split(argument)[-1]}" if split(argument) else "",
            f"parent_{noun}",
            f"parent_{noun}_key",
        )
        name = next(n for n in (*names, f"parent_of_{len(fields)}") if n and normal(n) not in taken)
        schema = {k: v for k, v in key.schema_.items() if k not in ("readOnly", "description")}
        fields[name] = EntityField(
            schema_=schema, role="parent", entity=above.entity.name, required=True, read_only=True
        )
        group.entity.rules.append("F1")

    def _references(self, group: Group) -> None:
        """Mark the fields that hold another row's key (rule F2), if and only if that entity exists."""
        for name, row_field in group.entity.fields.items():
            if row_field.role != "data" or not self._scalar(row_field):
                continue
            target = self._target(name, row_field, group)
            if target is not None:
                row_field.role, row_field.entity = "reference", target.entity.name
                if "F2" not in group.entity.rules:
                    group.entity.rules.append("F2")

    def _target(self, name: str, row_field: EntityField, group: Group) -> Group | None:
        """Find the entity whose key a field holds; only one that exists and whose key has the field's type will do."""
        words = split(name)
        described = " id" in f" {str(row_field.schema_.get('description', '')).lower()}"
        if (len(words) == 1 and not described) or (len(words) > 1 and words[-1] not in _REFERENCE_ENDS):
            return None
        noun = singular_phrase(words[:-1]) if len(words) > 1 else singular_phrase(words)
        if noun == ("parent",) and len(words) > 1:
            return group if self._holds_key(row_field, group) else None
        found = list(self._by_param.get(normal(name), ())) if len(words) > 1 else []
        for start in range(len(noun) if len(words) > 1 else 1):
            found += self._by_noun.get(noun[start:], ())
        for other in found:
            if other is not group and self._holds_key(row_field, other):
                return other
        return None

    def _linked(self, group: Group) -> None:
        """Let the key of a linking row refer to the row that it links, where that entity is known (rule E7)."""
        for draft in group.drafts:
            if draft.kind == "link" and draft.key_name and (held := group.entity.fields.get(group.entity.key)):
                for other in self._by_param.get(normal(draft.key_name), ()):
                    if other is not group and other.entity.parent is None and self._holds_key(held, other):
                        held.entity = other.entity.name
                        return

    def _holds_key(self, row_field: EntityField, other: Group) -> bool:
        return not other.entity.singleton and self._comparable(
            row_field.schema_, other.entity.fields[other.entity.key].schema_
        )

    def _comparable(self, left: JsonSchema, right: JsonSchema) -> bool:
        one, other = self._schemas.types(left), self._schemas.types(right)
        return not one or not other or bool(one & other) or (one | other) <= {"integer", "number"}

    def _amount(self, group: Group) -> None:
        """Say how many rows the seeded image gets (rule G2): fewer the deeper they are nested."""
        depth = len(self._above(group)) - 1
        if group.entity.singleton:
            group.entity.seed_rows = 1
            return
        group.entity.seed_rows = 8 if depth == 0 else 3 if depth == 1 else 2
        group.entity.rules = list(dict.fromkeys([*group.entity.rules, "G2"]))


def _time_role(name: str, schema: JsonSchema) -> FieldRole:
    """Tell times that the server keeps: when a row was made and last changed."""
    if schema.get("type") not in ("string", "integer", "number"):
        return "data"
    plain = normal(name)
    return "created_at" if plain in _CREATED else "updated_at" if plain in _UPDATED else "data"


def _key_argument(draft: Draft) -> str:
    """The argument that names the row; for links, the one that names the other row."""
    return draft.items or "" if draft.kind in ("link", "unlink") else draft.key or ""


def _known(row: dict[str, Any], fields: dict[str, EntityField]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in fields}
