"""What rows belong to and refer to (rules F1, F2, E7), and how many each entity starts with (rule G2)."""

from __future__ import annotations

from collections.abc import Mapping

from inftool.servers.compiler.callers import is_author
from inftool.servers.compiler.groups import Group, are_comparable, is_scalar
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import normal, singular_phrase, split, word_set
from inftool.servers.program import EntityField

_REFERENCE_ENDS = word_set("id uuid guid sid gid uid key slug")


class Relations:
    """Gives entities their parents and references.

    Args:
        groups: all of them by resource id, with their fields and keys.
        schemas: named schemas that theirs may refer to.
    """

    def __init__(self, groups: Mapping[str, Group], schemas: Schemas) -> None:
        self._groups = groups
        self._schemas = schemas
        self._all = list({id(group): group for group in groups.values()}.values())
        for group in self._all:
            self._parents(group)
        self._by_noun: dict[tuple[str, ...], list[Group]] = {}
        self._by_param: dict[str, list[Group]] = {}
        for group in self._all:
            for noun in dict.fromkeys((group.noun, tuple(group.entity.label.split()))):
                self._by_noun.setdefault(noun, []).append(group)
            for param in group.params:
                self._by_param.setdefault(param, []).append(group)
        for group in self._all:
            self._refer(group)
            self._link(group)
        for group in self._all:
            self._amount(group)

    def _parents(self, group: Group) -> None:
        """Give rows a field for the key of each parent they are nested under (rule F1)."""
        entity = group.entity
        nested = [resource for resource in group.resources if resource.parent in self._groups]
        for resource in nested:
            above = self._groups[resource.parent or ""]
            if above is group or any(
                f.role == "parent" and f.entity == above.entity.name for f in entity.fields.values()
            ):
                continue
            self._add_parent(group, above, resource.parent_argument or "")
        rooted = any(r.parent is None and any(d.kind != "opaque" for d in r.drafts) for r in group.resources)
        homes = list(
            {id(above): above for r in nested if (above := self._groups[r.parent or ""]) is not group}.values()
        )
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
        entities = {g.entity.name: g.entity for g in self._all}
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
            if held and len(held_words) > 1 and are_comparable(fields[held].schema_, key.schema_, self._schemas):
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

    def _refer(self, group: Group) -> None:
        """Mark the fields that hold another row's key (rule F2), if and only if that entity exists."""
        for name, row_field in group.entity.fields.items():
            if row_field.role != "data" or not is_scalar(row_field, self._schemas):
                continue
            target = self._target(name, row_field, group) or self._author(name, row_field, group)
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

    def _author(self, name: str, row_field: EntityField, group: Group) -> Group | None:
        """Find the users where a field says who made or owns the row (rule F6)."""
        if not is_author(name) or row_field.schema_.get("format") == "email":
            return None
        users = [other for other in self._all if any(resource.user for resource in other.resources)]
        found = next((other for other in users if other is not group and self._holds_key(row_field, other)), None)
        if found is not None:
            group.entity.rules.append("F6")
        return found

    def _link(self, group: Group) -> None:
        """Let the key of a linking row refer to the row that it links, where that entity is known (rule E7)."""
        for draft in group.drafts:
            if draft.kind == "link" and draft.key_name and (held := group.entity.fields.get(group.entity.key)):
                for other in self._by_param.get(normal(draft.key_name), ()):
                    if other is not group and other.entity.parent is None and self._holds_key(held, other):
                        held.entity = other.entity.name
                        return

    def _holds_key(self, row_field: EntityField, other: Group) -> bool:
        return not other.entity.singleton and are_comparable(
            row_field.schema_, other.entity.fields[other.entity.key].schema_, self._schemas
        )

    def _amount(self, group: Group) -> None:
        """Say how many rows the seeded image gets (rule G2): fewer the deeper they are nested."""
        depth = len(self._above(group)) - 1
        if group.entity.singleton:
            group.entity.seed_rows = 1
            return
        group.entity.seed_rows = 8 if depth == 0 else 3 if depth == 1 else 2
        group.entity.rules = list(dict.fromkeys([*group.entity.rules, "G2"]))
