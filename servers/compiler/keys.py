"""Which field of a row its name is compared with, and how new keys are made (rules I1, I2, I3, I5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from inftool.servers.compiler.drafts import argument_schema, body_arguments, document_name
from inftool.servers.compiler.groups import Group, is_scalar, key_argument
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import normal, singular_phrase, split, word_set
from inftool.servers.program import EntityField, IdForm
from inftool.specs.spec import JsonSchema

_FIRST_KEYS = ("id", "uuid", "guid", "gid", "sid", "uid")
_ID_WORDS = tuple((word,) for word in _FIRST_KEYS)
_ENTITY_KEYS = ("id", "uuid", "uid", "key", "slug", "number", "code", "name")
_OTHER_KEYS = ("username", "login", "slug", "key", "code", "symbol", "number", "email", "name")
_NATURAL_KEYS = word_set("username login email code name key slug handle symbol permalink number phone isbn sku")
_NATURAL = tuple((word,) for word in sorted(_NATURAL_KEYS))
_KEY_HOLDERS = word_set("metadata meta objectmeta data attributes sys identity header")
"""Objects inside a row that may hold its key."""
_UUID = re.compile(r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$")
_PREFIXED = re.compile(r"^([A-Za-z]{1,12}[_-])(?=[A-Za-z0-9]*[0-9])[A-Za-z0-9]{3,}$")
_PATTERN_PREFIX = re.compile(r"^\^?([A-Za-z]{1,12}(?:_[A-Za-z]{1,12})*_)[\[\\(.]")


class Keys:
    """Chooses the keys of entities.

    Args:
        groups: all of them, since a row may be named in the paths of others' operations only.
        schemas: named schemas that theirs may refer to.
    """

    def __init__(self, groups: Sequence[Group], schemas: Schemas) -> None:
        self._groups = groups
        self._schemas = schemas

    def choose(self, group: Group) -> None:
        """Choose the key by rule I1, and the fields that other arguments name a row by."""
        entity, fields = group.entity, group.entity.fields
        order = {"read": 0, "update": 1, "replace": 1, "delete": 2}
        order |= {"link": 3, "unlink": 3, "action": 4}
        keyed = [draft for draft in group.drafts if key_argument(draft) and draft.kind in order]
        if group.resources[0].bare:
            keyed.sort(key=lambda d: (split(d.key_name or "")[-1:] not in _ID_WORDS, order[d.kind]))
        else:
            keyed.sort(key=lambda d: order[d.kind])
        for draft in keyed:
            name = draft.key_name or key_argument(draft)
            if normal(name) in group.params:
                continue
            found = self._match_key(group, name)
            if found is None and entity.key and draft.kind != "read":
                found = entity.key
            if found is None and not entity.key and split(name)[-1:] not in _NATURAL:
                found = self._match_key(group, "id")
            nested = self._nested_key(group, name) if found is None else None
            if nested is not None and entity.key:
                group.params[normal(name)] = nested
                entity.rules.append("I3")
                continue
            if found is None:
                found = self._new_key(group, name)
                schema = self._schemas.inline(argument_schema(draft.tool, key_argument(draft)), depth=2)
                if nested is not None:
                    entity.ids.place = nested
                    entity.rules.append("I6")
                    schema = self._schemas.resolve(self._inside(group, nested)) or schema
                if "array" in self._schemas.types(schema):
                    items = schema.get("items")
                    schema = items if isinstance(items, dict) and draft.kind not in ("link", "unlink") else {}
                fields.setdefault(found, EntityField(schema_=schema or {"type": "string"}))
            group.params[normal(name)] = found
            if not entity.key:
                entity.key = found
        if not entity.key:
            implied = self._implied_param(group) or group.resources[0].key_hint
            found = self._match_key(group, implied[0] if implied else "id")
            if found is None and not implied:
                scalars = {
                    normal(name): name for name in reversed(list(fields)) if is_scalar(fields[name], self._schemas)
                }
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
        return name if name not in fields or is_scalar(fields[name], self._schemas) else f"{name}_key"

    def _implied_param(self, group: Group) -> tuple[str, JsonSchema] | None:
        """How children's paths name a row of an entity that no operation of its own names."""
        ids = {resource.id for resource in group.resources}
        for other in self._groups:
            for draft in other.drafts:
                for argument, resource in draft.parents:
                    if resource in ids:
                        name = document_name(draft.tool, argument)
                        return name, self._schemas.inline(argument_schema(draft.tool, argument), depth=2)
        return None

    def _nested_key(self, group: Group, param: str) -> str | None:
        """Find the place inside an object of the row that an argument names a row by (rule I6): ``metadata.name``."""
        for outer, row_field in group.entity.fields.items():
            if normal(outer) not in _KEY_HOLDERS:
                continue
            inner = self._schemas.resolve(row_field.schema_).get("properties") or {}
            fields = {normal(n): n for n, part in reversed(inner.items()) if self._is_plain(part) and "." not in n}
            found = self._match_in(fields, group, param)
            if found is not None:
                return f"{outer}.{found}"
        return None

    def _inside(self, group: Group, place: str) -> JsonSchema:
        """The schema at a place with one dot."""
        outer, _, inner = place.partition(".")
        properties = self._schemas.resolve(group.entity.fields[outer].schema_).get("properties") or {}
        found = properties.get(inner)
        return found if isinstance(found, dict) else {}

    def _is_plain(self, schema: object) -> bool:
        kinds = self._schemas.types(schema)
        return bool(kinds) and kinds <= {"string", "integer"}

    def _match_key(self, group: Group, param: str) -> str | None:
        """Find the field that an argument called ``param`` names a row by, in the order of rule I1."""
        fields = {normal(n): n for n, f in reversed(group.entity.fields.items()) if is_scalar(f, self._schemas)}
        return self._match_in(fields, group, param)

    def _match_in(self, fields: Mapping[str, str], group: Group, param: str) -> str | None:
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

    def id_form(self, group: Group) -> IdForm:
        """Tell how new keys are made, from the evidence of rule I2."""
        place = group.entity.ids.place
        if not place:
            return self._form(group)
        group.entity.rules.append("I2")
        outer, _, inner = place.partition(".")
        for draft in group.drafts:
            sent = {normal(n): a for a, n in body_arguments(draft.tool).items()} if draft.kind == "create" else {}
            holder = self._schemas.resolve(argument_schema(draft.tool, sent.get(normal(outer), "")))
            if inner in (holder.get("properties") or {}):
                group.entity.rules.append("C3")
                return IdForm(kind="given", place=place)
        return self._form(group).model_copy(update={"place": place})

    def _form(self, group: Group) -> IdForm:
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

    def name_by_several(self, group: Group) -> None:
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
