"""A wish: one operation with concrete arguments, and how a person would ask for it.

Every kind of task is built from wishes. A wish knows which of its arguments can be held back (to be asked for), what
the user hears in the end (facts), and how the row is meant when its key is not known to the user.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from inftool.agents.message import ToolCall
from inftool.envs import wording
from inftool.envs.task import Fact
from inftool.envs.world import Row, World
from inftool.servers.compiler.words import normal, split
from inftool.servers.program import (
    CreateOperation,
    DeleteOperation,
    Entity,
    EntityOperation,
    ListOperation,
    Operation,
    ReadOperation,
    UpdateOperation,
)
from inftool.servers.runtime.values import value_for


class Rejected(Exception):
    """A proposal that does not become a task; the message is the reason that it is counted by."""


@dataclass
class Wish:
    """One operation that a user wants done.

    Attributes:
        operation: what is to be called.
        arguments: its arguments, in the order they are said.
        row: the row it is about; None for creates and lists.
        told: field of ``row`` or of the listed rows that the user asks for.
        facts: what the user must be told.
        by_name: the field that the row is named by, where not by its key.
    """

    world: World
    operation: Operation
    entity: Entity
    arguments: dict[str, Any]
    row: Row | None = None
    told: str = ""
    facts: list[Fact] = field(default_factory=list)
    by_name: str = ""

    @property
    def call(self) -> ToolCall:
        """The gold call."""
        return ToolCall(name=self.operation.tool, arguments=dict(self.arguments))

    def text(self, style: str, rng: random.Random, hold: Collection[str] = ()) -> str:
        """Say the wish as a request, leaving out the arguments in ``hold``."""
        if isinstance(self.operation, ReadOperation):
            return wording.question(self.what(hold), style, rng)
        if isinstance(self.operation, ListOperation):
            return wording.question(self.what(hold), style, rng, plural=True)
        return wording.command(self.core(rng, hold), style, rng)

    def what(self, hold: Collection[str] = ()) -> str:
        """Say what is asked for, as a noun phrase: ``the status of pet 3``."""
        told = wording.label(self.told)
        if isinstance(self.operation, ListOperation):
            filters = {
                name: value
                for name, value in self.arguments.items()
                if name in self.operation.filters and name not in hold
            }
            which = f" with {wording.assignments(filters)}" if filters else ""
            every = "" if which else "all "
            return f"the {wording.plural(told)} of {every}the {self.entity.plural}{self.place(hold)}{which}"
        return f"the {told} of {self.target(hold)}"

    def core(self, rng: random.Random, hold: Collection[str] = ()) -> str:
        """Say what is to be done, as an imperative: ``delete pet 3``."""
        operation = self.operation
        if isinstance(operation, CreateOperation):
            values = {
                name: value for name, value in self.arguments.items() if name in operation.values and name not in hold
            }
            said = f"{wording.verb(operation)} {wording.article(self.entity.label)}{self.place(hold)}"
            name = wording.naming_field(self.entity)
            first = next((argument for argument in values if operation.values[argument] == name), None)
            if first and split(first)[-1] in ("name", "title"):
                said += f" {'called' if 'name' in split(first) else 'titled'} {wording.say(values.pop(first))}"
            return f"{said} with {wording.assignments(values)}" if values else said
        if isinstance(operation, UpdateOperation):
            values = {
                name: value for name, value in self.arguments.items() if name in operation.values and name not in hold
            }
            changed = [name for name in self.arguments if name in operation.values]
            if len(changed) == 1:
                field = wording.label(changed[0])
                if isinstance(self.arguments[changed[0]], bool):
                    to = "".join(f" to {wording.say(value)}" for value in values.values())
                    return f"set {field}{to} for {self.target(hold)}"
                said = f"{rng.choice(('change', 'set', 'update'))} the {field} of {self.target(hold)}"
                return said + "".join(f" to {wording.say(value)}" for value in values.values())
            said = f"update {self.target(hold)}"
            return f"{said}: set {wording.assignments(values)}" if values else said
        return f"{wording.verb(operation)} {self.target(hold)}"

    def target(self, hold: Collection[str] = ()) -> str:
        """Say which row is meant."""
        assert isinstance(self.operation, ReadOperation | UpdateOperation | DeleteOperation)
        assert self.row is not None
        if self.operation.key in hold:
            return wording.article(self.entity.label) + self.place(hold)
        if self.by_name:
            return wording.reference(self.entity, self.by_name, self.row.doc[self.by_name]) + self.place(hold)
        key = self.arguments[self.operation.key]
        return wording.reference(self.entity, self.operation.key_field, key) + self.place(hold)

    def place(self, hold: Collection[str] = ()) -> str:
        """Say under which parents: `` for order 3``."""
        assert isinstance(self.operation, EntityOperation)
        said = ""
        for argument, owner in reversed(self.operation.parents.items()):
            if argument not in hold:
                parent = self.world.program.entities[owner]
                said += f" for {wording.reference(parent, parent.key, self.arguments[argument])}"
        return said

    def answer(self) -> str:
        """Say the outcome, as a good assistant would."""
        if not self.facts:
            return wording.DONE
        values = wording.join([str(fact.value) for fact in self.facts]).rstrip(".")
        if isinstance(self.operation, ListOperation):
            told = wording.label(self.told)
            return f"The {wording.plural(told) if len(self.facts) > 1 else told}: {values}."
        return f"The {wording.label(self.told)} is {values}."


def make_wish(
    world: World, operation: Operation, rng: random.Random, by_name: bool = False, row: Row | None = None
) -> Wish:
    """Choose a row and arguments for ``operation``.

    Args:
        world: the server it happens on.
        operation: what is to be called.
        rng: source of every choice.
        by_name: name the row by a field that people use, not by its key.
        row: the row that it must be about; any by default.

    Raises:
        Rejected: there is no row for it, or a required argument has no meaning that a user could say.
    """
    if not isinstance(operation, EntityOperation):
        raise Rejected("operation is opaque")
    if not isinstance(operation, ReadOperation | ListOperation | CreateOperation | UpdateOperation | DeleteOperation):
        raise Rejected("no wording for this kind of operation")
    entity = world.program.entities[operation.entity]
    wish = Wish(world, operation, entity, {})
    if isinstance(operation, ReadOperation | UpdateOperation | DeleteOperation):
        wish.row = row or _choose_row(world, entity, rng)
        wish.arguments |= _parent_arguments(world, operation, wish.row)
        key = wish.row.doc.get(operation.key_field)
        if key is None:
            raise Rejected("row without a key value")
        wish.arguments[operation.key] = key
        if by_name:
            wish.by_name = _name_of(world, entity, wish.row)
    if isinstance(operation, ReadOperation):
        assert wish.row is not None
        wish.told = _told_field(entity, operation, [wish.row], rng)
        wish.facts = [Fact(label=f"{wording.label(wish.told)}", value=wish.row.doc[wish.told])]
    elif isinstance(operation, ListOperation):
        _list_arguments(wish, operation, rng)
    elif isinstance(operation, UpdateOperation):
        _update_arguments(wish, operation, rng)
    elif isinstance(operation, CreateOperation):
        _create_arguments(wish, operation, rng)
    properties = operation.input_schema.get("properties", {})
    wish.arguments = {name: _typed(value, properties.get(name) or {}) for name, value in wish.arguments.items()}
    missing = [name for name in operation.input_schema.get("required", ()) if name not in wish.arguments]
    if missing:
        raise Rejected("a required argument has no known meaning")
    return wish


def _typed(value: Any, schema: Any) -> Any:
    """Return a row's value in the argument's type, where they differ in form only: a key 3 may be asked for as "3"."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    if kind == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if kind == "integer" and isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value


def _choose_row(world: World, entity: Entity, rng: random.Random) -> Row:
    rows = world.rows(entity.name)
    if not rows:
        raise Rejected("entity has no rows")
    return rng.choice(rows)


def _name_of(world: World, entity: Entity, row: Row) -> str:
    name = wording.naming_field(entity)
    if name is None or not isinstance(row.doc.get(name), str):
        raise Rejected("entity has no naming field")
    same = [other for other in world.rows(entity.name) if other.doc.get(name) == row.doc[name]]
    if len(same) > 1:
        raise Rejected("name is not unique")
    return name


def _parent_arguments(world: World, operation: EntityOperation, row: Row | None) -> dict[str, Any]:
    """Return the arguments that name the ancestors of ``row``, outermost first."""
    ancestors = world.ancestors(row) if row else {}
    arguments: dict[str, Any] = {}
    for argument, owner in operation.parents.items():
        ancestor = ancestors.get(owner)
        if ancestor is None:
            raise Rejected("row has no such parent")
        arguments[argument] = ancestor.doc[world.program.entities[owner].key]
    return arguments


def _told_field(entity: Entity, operation: EntityOperation, rows: list[Row], rng: random.Random) -> str:
    """Choose a field worth asking for: shown, short, sayable, and present in every row."""
    fields = []
    for name, spec in entity.fields.items():
        if spec.role != "data" or (operation.shape.fields is not None and name not in operation.shape.fields):
            continue
        if name in (entity.key, getattr(operation, "key_field", None)):
            continue
        values = [row.doc.get(name) for row in rows]
        keys = {normal(str(row.doc.get(entity.key))) for row in rows}
        if any(normal(str(value)) in keys for value in values):
            continue
        if all(isinstance(value, str | int | float) and not isinstance(value, bool) for value in values) and all(
            _sayable(value) for value in values
        ):
            fields.append(name)
    if not fields:
        raise Rejected("no field worth asking for")
    return rng.choice(fields)


def _sayable(value: Any) -> bool:
    try:
        return len(wording.say(value)) <= 42
    except wording.Unsayable:
        return False


def _list_arguments(wish: Wish, operation: ListOperation, rng: random.Random) -> None:
    """Choose a filter that some rows pass, and ask for what those rows are called."""
    world, entity = wish.world, wish.entity
    anchor = _choose_row(world, entity, rng)
    wish.arguments |= _parent_arguments(world, operation, anchor)
    required = set(operation.input_schema.get("required", ()))
    usable = [
        name
        for name, test in operation.filters.items()
        if test.field and test.test in ("eq", "in", "has") and anchor.doc.get(test.field) not in (None, "", [])
    ]
    chosen = [name for name in usable if name in required]
    optional = [name for name in usable if name not in required]
    if optional and not chosen:
        chosen.append(rng.choice(optional))
    for name in chosen:
        test = operation.filters[name]
        value = anchor.doc[test.field or ""]
        if isinstance(value, list):
            value = rng.choice(value)
        if operation.input_schema["properties"][name].get("type") == "array":
            value = [value]
        wish.arguments[name] = value
    rows = world.listed(wish.call, entity)
    if not rows or len(rows) > 4:
        raise Rejected("list is empty or too long to tell")
    wish.told = wording.naming_field(entity) or _told_field(entity, operation, rows, rng)
    if operation.shape.fields is not None and wish.told not in operation.shape.fields:
        raise Rejected("no field worth asking for")
    if not all(_sayable(row.doc.get(wish.told)) for row in rows):
        raise Rejected("no field worth asking for")
    values = dict.fromkeys(row.doc[wish.told] for row in rows)
    wish.facts = [Fact(label=wording.label(wish.told), value=value) for value in values]


def _update_arguments(wish: Wish, operation: UpdateOperation, rng: random.Random) -> None:
    required = [name for name in operation.input_schema.get("required", ()) if name in operation.values]
    optional = _optional(operation, operation.values, wish)
    count = rng.choice((1, 1, 1, 2)) if not required else 0
    assert wish.row is not None
    for name in [*required, *rng.sample(optional, min(count, len(optional)))]:
        if name not in wish.arguments:
            wish.arguments[name] = _new_value(
                wish, operation, name, rng, other_than=wish.row.doc.get(operation.values[name])
            )
    if not any(name in operation.values for name in wish.arguments):
        raise Rejected("nothing to change")


def _create_arguments(wish: Wish, operation: CreateOperation, rng: random.Random) -> None:
    world = wish.world
    if operation.parents:
        innermost = list(operation.parents.values())[-1]
        parent = _choose_row(world, world.program.entities[innermost], rng)
        ancestors = {**world.ancestors(parent), innermost: parent}
        for argument, owner in operation.parents.items():
            if owner not in ancestors:
                raise Rejected("row has no such parent")
            wish.arguments[argument] = ancestors[owner].doc[world.program.entities[owner].key]
    required = [name for name in operation.input_schema.get("required", ()) if name in operation.values]
    optional = _optional(operation, operation.values, wish)
    naming = wording.naming_field(wish.entity)
    optional.sort(key=lambda name: operation.values[name] != naming)
    fewest = 1 if not required else 0
    chosen = optional[: max(fewest, 1 if rng.random() < 0.5 else 0)]
    chosen += rng.sample(optional[1:], min(rng.choice((0, 1, 1, 2)), len(optional[1:]))) if len(required) < 4 else []
    for name in dict.fromkeys([*required, *chosen]):
        if name not in wish.arguments:
            wish.arguments[name] = _new_value(wish, operation, name, rng)
    if not any(name in operation.values for name in wish.arguments):
        raise Rejected("nothing to create it from")


def _optional(operation: EntityOperation, values: dict[str, str], wish: Wish) -> list[str]:
    """Return the optional arguments that set a plain field, in the order of the schema."""
    properties = operation.input_schema.get("properties", {})
    required = set(operation.input_schema.get("required", ()))
    found = []
    for name in properties:
        spec = wish.entity.fields.get(values.get(name, ""))
        if spec is None or name in required or name in wish.arguments or spec.role not in ("data", "reference"):
            continue
        if spec.read_only or properties[name].get("type") not in ("string", "integer", "number", "boolean", "array"):
            continue
        found.append(name)
    return found


def _new_value(
    wish: Wish, operation: CreateOperation | UpdateOperation, name: str, rng: random.Random, other_than: Any = None
) -> Any:
    """Make up a value for an argument: a key of an existing row for a reference, a likely new value otherwise."""
    spec = wish.entity.fields[operation.values[name]]
    if spec.role in ("reference", "parent") and spec.entity:
        return _choose_row(wish.world, wish.world.program.entities[spec.entity], rng).doc[
            wish.world.program.entities[spec.entity].key
        ]
    schema = operation.input_schema["properties"][name]
    for _ in range(4):
        value = value_for(
            schema, operation.values[name], seed_key=("wish", rng.getrandbits(48)), label=wish.entity.label
        )
        if value is not None and value != other_than:
            return value
    raise Rejected("no other value to change it to")
