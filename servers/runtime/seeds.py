"""The rows that a program starts with (rules G1 to G5): plausible, linked to each other, the same for the same seed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from inftool.servers.program import SINGLETON_KEY, Entity, EntityField, RowOperation, ServerProgram
from inftool.servers.runtime.changes import child_path, key_text
from inftool.servers.runtime.draw import Draw
from inftool.servers.runtime.fitting import accepts
from inftool.servers.runtime.forms import Forms
from inftool.servers.runtime.lexicon import string_kind
from inftool.servers.runtime.rows import coerced, given_key, initial_value, keep_key, key_schema, make_key, picked
from inftool.servers.runtime.session import SeedRow
from inftool.servers.runtime.values import value_for
from inftool.specs.spec import JsonSchema

MAX_ROWS = 2000
"""Rows of an image, over all entities."""
MAX_ROWS_PER_ENTITY = 400
MAX_EXAMPLES = 20
_MAX_KEYS_TRIED = 500
"""Keys tried for one row; more than that, and the form of the keys has no room for another."""
_DISTINCT = ("title", "thing", "full_name", "email", "username", "slug", "sku", "code")
"""Kinds of text by which people tell rows apart: no two rows of an entity share one."""


@dataclass
class _Draft:
    """A row that is being made."""

    entity: Entity
    ordinal: int
    """From 0, over all rows of the entity."""
    parent: _Draft | None
    given: dict[str, Any]
    """From an example of the specification."""
    initial: bool = False
    """Whether the row is given from outside: then nothing but its key is made up (rule G4)."""
    key: str = ""
    row: dict[str, Any] | None = None

    @property
    def path(self) -> str:
        """The ``parent`` of the rows under this one."""
        return child_path(self.parent.path if self.parent else "", self.key)


def seed_rows(program: ServerProgram, seed: int) -> list[SeedRow]:
    """Return the rows of a program's image, parents before their children.

    At most :data:`MAX_ROWS` are made up. Keys are unique in their entity, parent and reference fields name rows that
    exist, and ``created_at <= updated_at``; rows given from outside (rule G4) are as they were given.
    """
    drafts: dict[str, list[_Draft]] = {}
    examples = _examples(program)
    room = MAX_ROWS
    for entity in _parents_first(program):
        schema = key_schema(program, entity) if entity.key else {}
        if entity.name in program.initial:
            rows = _given(entity, program.initial[entity.name], drafts)
            _assign_keys(rows, schema, seed)
            rows = _without_repeats(rows)
        else:
            rows = list(_drafts(entity, examples[entity.name], drafts, room, seed))
            room -= len(rows)
            _assign_keys(rows, schema, seed)
        drafts[entity.name] = rows
    wanted = {(op.entity, op.key_field) for op in program.flat() if isinstance(op, RowOperation) and op.key}
    forms = Forms(program)
    out: list[SeedRow] = []
    for rows in drafts.values():
        taken: dict[str, set[str]] = {}
        for draft in rows:
            if draft.entity.name == program.session:
                row = _variables(program, draft, drafts)
            elif draft.initial:
                row = _as_given(draft)
            else:
                row = _filled(draft, drafts, seed, taken, wanted, forms)
            keep_key(draft.entity, row)
            out.append(SeedRow(draft.entity.name, draft.key, draft.parent.path if draft.parent else "", row))
    return out


def _parents_first(program: ServerProgram) -> list[Entity]:
    order: list[Entity] = []
    placed: set[str] = set()

    def place(name: str, above: tuple[str, ...]) -> None:
        entity = program.entities.get(name)
        if entity is None or name in placed:
            return
        if entity.parent and entity.parent not in above:
            place(entity.parent, (*above, name))
        if name not in placed:
            placed.add(name)
            order.append(entity)

    for name in program.entities:
        place(name, (name,))
    return order


def _examples(program: ServerProgram) -> dict[str, list[dict[str, Any]]]:
    """Return the examples of each entity, with one for every row that an example refers to (rule G5)."""
    found = {name: list(entity.examples[:MAX_EXAMPLES]) for name, entity in program.entities.items()}
    for name, entity in program.entities.items():
        for example in list(found[name]):
            for field_name, field in entity.fields.items():
                target = program.entities.get(field.entity or "")
                if target is None or not target.key or field.role not in ("reference", "parent"):
                    continue
                schema = key_schema(program, target)
                for value in _as_list(example.get(field_name)):
                    value = coerced(value, target.fields[target.key])
                    known = {key_text(row.get(target.key)) for row in found[target.name]}
                    if key_text(value) and key_text(value) not in known and accepts(schema, value):
                        found[target.name].append({target.key: value})
    return found


def _given(entity: Entity, rows: list[dict[str, Any]], made: dict[str, list[_Draft]]) -> list[_Draft]:
    """Return drafts of rows that are given from outside, each under the parent that its fields name."""
    parents = made.get(entity.parent or "", [])
    drafts: list[_Draft] = []
    for row in rows[:1] if entity.singleton and entity.parent is None else rows:
        above = [parent for parent in parents if _names_parent(entity, row, parent)]
        if not above and entity.singleton and len(parents) == 1:
            above = parents
        drafts.append(_Draft(entity, len(drafts), above[0] if above else None, row, initial=True))
    return drafts


def _names_parent(entity: Entity, row: dict[str, Any], parent: _Draft) -> bool:
    """Tell whether the parent fields of a row name ``parent`` and the rows that it lies under."""
    named = 0
    above: _Draft | None = parent
    while above is not None:
        for name, field in entity.fields.items():
            if field.role == "parent" and field.entity == above.entity.name and row.get(name) is not None:
                if key_text(row[name]) != above.key:
                    return False
                named += above is parent
        above = above.parent
    return named > 0 or parent.entity.singleton


def _without_repeats(rows: list[_Draft]) -> list[_Draft]:
    """Leave out rows of a key that another row under the same parent has."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for draft in rows:
        place = (draft.parent.path if draft.parent else "", draft.key)
        if place not in seen:
            seen.add(place)
            kept.append(draft)
    return kept


def _as_given(draft: _Draft) -> dict[str, Any]:
    """Return a row as it was given, with its key and its parents' keys, in the order of the entity's fields."""
    assert draft.row is not None
    row = {**draft.given, **draft.row}
    for name, field in draft.entity.fields.items():
        if field.role == "parent" and name not in row and (value := _parent_key(draft, field)) is not None:
            row[name] = value
    return {name: row[name] for name in (*draft.entity.fields, *row) if name in row}


def _variables(program: ServerProgram, draft: _Draft, drafts: dict[str, list[_Draft]]) -> dict[str, Any]:
    """Return the session's variables (rule B9): what is given or a default, and who calls unless there is a login."""
    row = dict(draft.given)
    has_login = any(operation.kind == "login" for operation in program.flat())
    for name, field in draft.entity.fields.items():
        if name in row:
            continue
        if field.role == "actor":
            first = next(iter(drafts.get(field.entity or "", [])), None)
            own = first.row.get(first.entity.key) if first is not None and first.row is not None else None
            row[name] = None if has_login else own
        elif field.role == "data":
            known, value = initial_value(field, name)
            if known:
                row[name] = value
    return {name: row[name] for name in (*draft.entity.fields, *row) if name in row}


def _drafts(
    entity: Entity,
    examples: list[dict[str, Any]],
    made: dict[str, list[_Draft]],
    room: int,
    seed: int,
) -> Iterator[_Draft]:
    parents = made.get(entity.parent) if entity.parent and entity.parent != entity.name else None
    room = min(room, MAX_ROWS_PER_ENTITY)
    if entity.singleton:
        slots: list[_Draft | None] = [None] if parents is None else list(parents)
        room = max(room, 1)
    elif parents is None:
        slots = [None] * max(entity.seed_rows, len(examples))
    else:
        slots = []
        for parent in parents:
            spread = Draw(seed, entity.name, "rows", parent.ordinal).below(3) - 1 if entity.seed_rows > 2 else 0
            slots += [parent] * max(entity.seed_rows + spread, 0)
    slots = slots[:room]
    given: dict[int, dict[str, Any]] = {}
    for example in examples:
        place = next(
            (at for at, slot in enumerate(slots) if at not in given and slot and _names_parent(entity, example, slot)),
            next((at for at in range(len(slots)) if at not in given), None),
        )
        if place is not None:
            given[place] = example
    for ordinal, slot in enumerate(slots):
        yield _Draft(entity, ordinal, slot, given.get(ordinal, {}))


def _assign_keys(rows: list[_Draft], schema: JsonSchema, seed: int) -> None:
    """Give every row a key of its own; made-up rows for which the form of the key leaves none are taken away."""
    taken: set[str] = set()
    numbers = itertools.count(1)
    for at, draft in enumerate(rows):
        entity = draft.entity
        if not entity.key:
            draft.key, draft.row = SINGLETON_KEY, {}
            continue
        value = given_key(entity, draft.given)
        usable = value is not None and key_text(value) not in (None, "") and (draft.initial or accepts(schema, value))
        if draft.initial and usable:
            draft.key, draft.row = key_text(value) or "", {entity.key: value}
            taken.add(draft.key)
            continue
        if not usable or key_text(value) in taken:
            value = _made_key(draft, schema, seed, itertools.islice(numbers, _MAX_KEYS_TRIED), taken)
        text = key_text(value)
        if text is None and not any(other.initial for other in rows[at:]):
            del rows[at:]
            return
        if text is None:
            value = text = f"{draft.entity.name}-{draft.ordinal + 1}"
        taken.add(text)
        draft.key, draft.row = text, {entity.key: value}


def _made_key(draft: _Draft, schema: JsonSchema, seed: int, numbers: Iterator[int], taken: set[str]) -> Any:
    """Return a key that no other row has; None where the form of the key leaves none."""
    entity = draft.entity
    source = entity.ids.source or ""
    for number in numbers:
        if entity.ids.kind == "given":
            value = _distinct_value(entity, entity.key, schema, (seed, entity.name, number - 1), number - 1, taken)
        else:
            row: dict[str, Any] = {}
            if entity.ids.kind == "slug" and source in entity.fields:
                text = draft.given.get(source)
                row[source] = text if isinstance(text, str) and number == draft.ordinal + 1 else value_for(
                    entity.fields[source].schema_, source,
                    seed_key=(seed, entity.name, draft.ordinal), label=entity.label, ordinal=draft.ordinal,
                )  # fmt: skip
            value = make_key(entity, schema, seed, number, row)
        text = key_text(value)
        if text is not None and text not in taken:
            return value
        if entity.ids.kind == "slug" and f"{text}-{number}" not in taken:
            return f"{text}-{number}"
    return None


def _distinct_value(
    entity: Entity,
    name: str,
    form: JsonSchema | Forms,
    key: tuple[Any, ...],
    ordinal: int,
    taken: set[str],
) -> Any:
    """Return a value of a field that no other row of the entity has, if its form leaves room for one.

    Args:
        entity: the kind of row.
        name: of the field.
        form: the schema of a key, or the forms of the program's other fields.
        key: what the value depends on.
        ordinal: the row's number.
        taken: the values that other rows have.
    """
    value: Any = None
    for attempt in range(12):
        seed_key = key if attempt == 0 else (*key, attempt)
        place = ordinal if attempt == 0 else None
        if isinstance(form, Forms):
            value = form.make(entity.name, name, seed_key=seed_key, label=entity.label, ordinal=place)
        else:
            value = value_for(form, name, seed_key=seed_key, label=entity.label, ordinal=place)
        if key_text(value) not in taken:
            return value
    if isinstance(value, str):
        words = f" {ordinal + 1}" if " " in value or value[:1].isupper() else f"-{ordinal + 1}"
        for suffix in (words, f"-{ordinal + 1}", str(ordinal + 1)):
            longer = value + suffix
            fits = form.fits(entity.name, name, longer) if isinstance(form, Forms) else accepts(form, longer)
            if fits and longer not in taken:
                return longer
    return value


def _filled(
    draft: _Draft,
    drafts: dict[str, list[_Draft]],
    seed: int,
    taken: dict[str, set[str]],
    wanted: set[tuple[str, str]],
    forms: Forms,
) -> dict[str, Any]:
    """Make the whole row around its key, in the order of the entity's fields.

    Fields in ``wanted`` name rows in some operation (rule I3), so every row has them, each with a value of its own.
    """
    entity, key = draft.entity, (seed, draft.entity.name, draft.ordinal)
    assert draft.row is not None
    row: dict[str, Any] = {}
    for name, field in entity.fields.items():
        if name in draft.row:
            row[name] = draft.row[name]
        elif field.role == "parent":
            value = _parent_key(draft, field)
            if value is not None:
                row[name] = value
        elif field.role == "reference":
            value = _reference(draft, name, field, drafts, seed)
            if value is not None:
                row[name] = value
        elif name in draft.given and forms.fits(entity.name, name, draft.given[name]):
            row[name] = draft.given[name]
        elif (
            ((entity.name, name) in wanted or string_kind(name) in _DISTINCT)
            and field.schema_.get("type", "string") == "string"
            and "enum" not in field.schema_
        ):
            row[name] = _distinct_value(entity, name, forms, key, draft.ordinal, taken.setdefault(name, set()))
        elif field.required or field.read_only or field.role != "data" or Draw(key, name, "given").below(8):
            row[name] = forms.make(entity.name, name, seed_key=key, label=entity.label, ordinal=draft.ordinal)
        if name in row and isinstance(row[name], str):
            taken.setdefault(name, set()).add(row[name])
    _order_times(entity, row)
    return row


def _parent_key(draft: _Draft, field: EntityField) -> Any:
    above = draft.parent
    while above is not None and above.entity.name != field.entity:
        above = above.parent
    if above is None or above.row is None:
        return None
    return coerced(above.row[above.entity.key], field)


def _reference(draft: _Draft, name: str, field: EntityField, drafts: dict[str, list[_Draft]], seed: int) -> Any:
    """Return the key of an existing row (several for an array); None where there is none to name."""
    targets = drafts.get(field.entity or "", [])
    if field.entity == draft.entity.name:
        targets = targets[: draft.ordinal]
        if not field.required and draft.ordinal % 2:
            return None
    given = {key_text(value) for value in _as_list(draft.given.get(name))}
    chosen = [target for target in targets if target.key in given]
    draw = Draw(seed, draft.entity.name, draft.ordinal, name)
    if not chosen and targets:
        chosen = [picked(draw, targets, lambda target: target.key, field)]
    many = field.schema_.get("type") == "array"
    if not chosen:
        return [] if many else None
    keys = [target.row[target.entity.key] for target in chosen if target.row is not None]
    if not many:
        return coerced(keys[0], field)
    items = EntityField(schema_=field.schema_.get("items") or {})
    return [coerced(value, items) for value in keys]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _order_times(entity: Entity, row: dict[str, Any]) -> None:
    """Swap the times of a row that was updated before it was created."""
    roles = {field.role: name for name, field in entity.fields.items() if name in row}
    created, updated = roles.get("created_at"), roles.get("updated_at")
    if created and updated and type(row[created]) is type(row[updated]):
        early, late = sorted((row[created], row[updated]))
        if accepts(entity.fields[created].schema_, early) and accepts(entity.fields[updated].schema_, late):
            row[created], row[updated] = early, late
