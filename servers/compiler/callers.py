"""What depends on who calls, for finished operations: signups that log in, authors, closed doors (S3, S5, F6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import normal, split, word_set
from inftool.servers.program import (
    ActionOperation,
    Check,
    CreateOperation,
    Effect,
    Entity,
    EntityOperation,
    Operand,
    Operation,
    RowRef,
    ServerProgram,
)
from inftool.specs.spec import JsonSchema, ToolSpec

_TOKENS = word_set("token accesstoken authtoken idtoken sessiontoken jwt bearertoken access authenticationtoken")
_AUTHORS = word_set("author owner creator user createdby addedby postedby submittedby uploadedby sender reporter")
_LEAST = 2
"""Properties that an author's object must share with the users' rows, its key among them."""


def settle_callers(
    operations: Sequence[Operation],
    entities: Mapping[str, Entity],
    session: str | None,
    tools: Sequence[ToolSpec],
    schemas: Schemas,
) -> None:
    """Let signups that answer a token log the new row in, and new rows name the caller as their author.

    Only operations with paths are looked at. They are changed in place.

    Args:
        operations: all of them.
        entities: by name.
        session: the entity of the session's variables, where it is known who calls.
        tools: of the specification.
        schemas: named schemas that theirs may refer to.
    """
    actors = _actors(entities, session)
    answers = {tool.name: tool.output_schema for tool in tools if tool.http is not None}
    for operation in operations:
        if not isinstance(operation, EntityOperation) or operation.tool not in answers:
            continue
        variable = actors.get(operation.entity)
        made = isinstance(operation, CreateOperation)
        if variable is not None and (made or operation.kind == "signup"):
            if _tells_token(answers[operation.tool], schemas):
                own = Operand(field=entities[operation.entity].key)
                operation.effects = [*operation.effects, Effect(row="session", field=variable, by=own)]
                operation.rules = list(dict.fromkeys([*operation.rules, "S5"]))
                operation.guesses = [*operation.guesses, "Its answer has a token, so the new row is who calls then."]
        elif isinstance(operation, CreateOperation):
            _name_author(operation, entities, actors)


def _actors(entities: Mapping[str, Entity], session: str | None) -> dict[str, str]:
    """By entity of callers: the session's variable that holds whose row calls."""
    held = entities[session].fields if session is not None else {}
    return {field.entity: name for name, field in held.items() if field.role == "actor" and field.entity}


def _tells_token(output: JsonSchema | None, schemas: Schemas) -> bool:
    """Whether an answer holds a token, at its top or one object down."""
    properties = schemas.resolve(output or {}).get("properties") or {}
    inner = [schemas.resolve(part).get("properties") or {} for part in properties.values()]
    return any(normal(name) in _TOKENS for place in (properties, *inner) for name in place)


def _name_author(operation: CreateOperation, entities: Mapping[str, Entity], actors: Mapping[str, str]) -> None:
    """Put who calls into the object of a new row that shows its author (rule F6)."""
    for name, row_field in entities[operation.entity].fields.items():
        shown = row_field.schema_.get("properties") or {}
        if normal(name) not in _AUTHORS or row_field.role != "data" or name in operation.values.values() or not shown:
            continue
        for person in actors:
            of = entities[person]
            shared = [part for part in shown if part in of.fields]
            if of.key in shared and len(shared) >= _LEAST and 2 * len(shared) > len(shown):
                named = next((argument for argument, above in operation.parents.items() if above == person), None)
                made_by = RowRef(entity=person, argument=named, optional=True)
                operation.rows = {**operation.rows, "caller": made_by}
                parts = {part: Operand(field=part, row="caller") for part in shared}
                operation.effects = [*operation.effects, Effect(field=name, by=Operand(fields=parts))]
                operation.rules = list(dict.fromkeys([*operation.rules, "F6"]))
                break


def is_author(name: str) -> bool:
    """Whether a field called so holds the key of who made or owns the row: ``author_id``, ``createdBy`` (rule F6)."""
    words = split(name)
    stem = words[:-1] if words[-1:] in (("id",), ("uuid",), ("uid",)) else words
    return "".join(stem) in _AUTHORS and (len(words) > 1)


def close_doors(program: ServerProgram, tools: Sequence[ToolSpec]) -> ServerProgram:
    """Refuse what declares 401 while nobody is logged in (rule S3).

    Only where it is certain that callers can log in: a login works on the users' rows, some operation is about the
    caller's own row, and the users are given from outside, so that their credentials are known.

    Args:
        program: with the given rows placed.
        tools: of the specification.
    """
    actors = _actors(program.entities, program.session)
    logins = {
        operation.entity
        for operation in program.operations
        if isinstance(operation, ActionOperation) and operation.kind == "login" and operation.key
    }
    known = [name for name in actors if name in logins and program.initial.get(name)]
    closed = {tool.name for tool in tools if tool.http is not None and any(e.status == 401 for e in tool.errors)}
    if not known:
        return program
    check = Check(row="session", field=actors[known[0]], test="set", reason="login", message="log in first")
    kept = [
        _guarded(operation, check) if operation.tool in closed and _is_open(operation, set(actors)) else operation
        for operation in program.operations
    ]
    return program.model_copy(update={"operations": kept})


def _is_open(operation: Operation, persons: set[str]) -> bool:
    """Whether an operation is one that callers must be logged in for, and does not see to that itself."""
    if not isinstance(operation, EntityOperation) or operation.own:
        return False
    kind = operation.kind
    entering = kind in ("login", "signup", "logout") or (kind == "create" and operation.entity in persons)
    return not entering and not any(check.reason == "login" for check in operation.checks)


def _guarded(operation: Operation, check: Check) -> Operation:
    assert isinstance(operation, EntityOperation)
    update = {"checks": [check, *operation.checks], "rules": list(dict.fromkeys([*operation.rules, "S3"]))}
    return operation.model_copy(update=update)
