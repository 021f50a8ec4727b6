"""The whole story of one tool, in a few lines that a person understands."""

from __future__ import annotations

import difflib
import json
import textwrap
from collections.abc import Iterator
from typing import Any

import yaml

from inftool.servers.compiler.words import normal, split
from inftool.servers.overrides import OverrideError, apply_overrides
from inftool.servers.program import (
    ActionOperation,
    AggregateOperation,
    BulkOperation,
    Check,
    ComputeOperation,
    CreateOperation,
    DeleteOperation,
    DispatchOperation,
    Effect,
    Entity,
    EntityOperation,
    Insert,
    LinkOperation,
    ListOperation,
    OpaqueOperation,
    Operand,
    Operation,
    ProfileOperation,
    ReadOperation,
    Reason,
    RecordOperation,
    RowOperation,
    ServerProgram,
    UpdateOperation,
)
from inftool.servers.report import WIDTH
from inftool.servers.rules import meaning
from inftool.servers.runtime.errors import Refusal, error_answer

_LABEL = 9
_TESTS = {
    "eq": "must be", "ne": "must not be", "in": "must be one of", "not_in": "must be none of", "gt": "must be above",
    "gte": "must be at least", "lt": "must be below", "lte": "must be at most", "has": "must hold",
    "has_not": "must not hold", "set": "must be set", "unset": "must not be set",
}  # fmt: skip
_REASONS: dict[Reason, str] = {
    "invalid": "arguments that do not fit their schema", "missing": "a row that is not there",
    "reference": "a key that names no row", "conflict": "a key that is taken", "state": "a row in the wrong state",
    "funds": "an amount that is not there", "login": "a login that fails, or none",
    "forbidden": "a row of somebody else",
}  # fmt: skip
_FILTERS = {
    "eq": "equal to", "ne": "other than", "gt": "above", "gte": "at least", "lt": "below", "lte": "at most",
    "contains": "containing", "prefix": "beginning with", "in": "one of", "has": "holding",
}  # fmt: skip
_SHOWN_PARTS = ("kind", "entity", "key", "key_field", "parents", "values", "constants", "filters", "matches", "items",
                "keys", "function", "field", "checks", "effects", "profile", "action", "roles")  # fmt: skip
"""Parts of an operation that a person may want to correct, in the order of the snippet."""


class NoSuchTool(ValueError):
    """A program has no tool of that name; the message has the nearest ones."""


def explain(program: ServerProgram, tool: str) -> str:
    """Tell what a tool was taken for and why, what it checks, changes and answers, and how to correct it.

    Args:
        program: the compiled server.
        tool: its name; ``tool:value`` for one case of a dispatch.

    Raises:
        NoSuchTool: there is none; the message has the nearest names.
    """
    operation, _ = _found(program, tool)
    title = f" ({operation.title})" if operation.title and normal(operation.title) != normal(operation.tool) else ""
    lines = textwrap.wrap(f"{tool}{title}: {_headline(operation, program)}", WIDTH)
    sections: list[tuple[str, list[str]]] = [
        ("why", [f"{rule:<4}{meaning(rule)}" for rule in operation.rules] or ["no rule spoke for it"]),
        ("rows", list(_rows(operation, program))),
        ("cases", list(_cases(operation, program))),
        ("checks", list(_checks(operation, program))),
        ("changes", list(_changes(operation, program))),
        ("answers", list(_answers(operation, program))),
        ("errors", list(_errors(operation, program))),
        ("guessed", list(operation.guesses)),
    ]
    for label, texts in sections:
        for number, text in enumerate(texts):
            head = f"{label if number == 0 else '':<{_LABEL}}"
            hanging = " " * (_LABEL + (4 if label == "why" else 2))
            lines += textwrap.wrap(text, WIDTH, initial_indent=head, subsequent_indent=hanging)
    example = " (an example, since what it does is not known)" if _is_guesswork(operation) else ""
    invitation = f"To correct it, put this into a YAML file{example}, change it, and give the file as --overrides:"
    lines += ["", *textwrap.wrap(invitation, WIDTH), ""]
    text = yaml.safe_dump(correction(program, tool), sort_keys=False, allow_unicode=True, width=WIDTH - 4)
    return "\n".join([*lines, *(f"    {line}" for line in text.splitlines())]) + "\n"


def correction(program: ServerProgram, tool: str) -> dict[str, Any]:
    """Return an overrides document that says of a tool what is there already, or shows what could be said.

    Raises:
        NoSuchTool: as :func:`explain`.
    """
    operation, case = _found(program, tool)
    for change in (_example(operation, program), _restated(operation), {"confidence": "high"}):
        if change:
            inner = {"cases": {case: change}} if case is not None else change
            document = {"operations": {operation.tool if case is None else tool.partition(":")[0]: inner}}
            try:
                apply_overrides(program, document)
            except OverrideError:
                continue
            return document
    return {"drop": [operation.tool]}


def _found(program: ServerProgram, tool: str) -> tuple[Operation, str | None]:
    """Return the operation of a name, and the value that chooses it where it is a case of a dispatch."""
    tools = {operation.tool: operation for operation in program.operations}
    if tool in tools:
        return tools[tool], None
    name, _, value = tool.partition(":")
    outer = tools.get(name)
    if isinstance(outer, DispatchOperation) and value:
        if value in outer.cases:
            return outer.cases[value], value
        raise NoSuchTool(f"{name} has no case {value!r}; there are {', '.join(outer.cases)}")
    lower = {name.lower(): name for name in tools}
    near = [lower[name] for name in difflib.get_close_matches(tool.lower(), list(lower), n=5, cutoff=0.5)]
    words = {*split(tool)}
    near += [name for name in tools if name not in near and words & {*split(name)}][: 5 - len(near)]
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(list(tools)[:10])}"
    raise NoSuchTool(f"{program.name} has no tool {tool!r}; {hint}")


def _is_guesswork(operation: Operation) -> bool:
    return operation.kind in ("opaque", "action", "record") or (
        isinstance(operation, ComputeOperation) and not operation.function
    )


# --- what it is


def _headline(operation: Operation, program: ServerProgram) -> str:
    if isinstance(operation, OpaqueOperation):
        why = f" {operation.reason}" if operation.reason else ""
        return f"not understood.{why}"
    sure = f" ({operation.kind}, {operation.confidence} confidence)"
    return f"it {_does(operation, program)}{sure}."


def _does(operation: Operation, program: ServerProgram) -> str:
    """What an operation does, in the third person."""
    if isinstance(operation, DispatchOperation):
        return f"does one of {len(operation.cases)} things, by its argument {operation.argument}"
    if isinstance(operation, ProfileOperation):
        return f"is the action {operation.action!r} of the domain {operation.profile!r}"
    if isinstance(operation, RecordOperation):
        return "is recorded in the log of actions, and changes no row"
    if isinstance(operation, ComputeOperation):
        return f"computes {operation.function!r}" if operation.function else "makes up an answer out of its arguments"
    if not isinstance(operation, EntityOperation):
        return "answers in the declared shape and touches no row"
    entity = program.entities[operation.entity]
    one, many = _one(entity), entity.plural
    if isinstance(operation, AggregateOperation):
        of = f" of {operation.field}" if operation.field else ""
        words = {"count": "counts", "exists": "tells whether there are", "group": "counts by value", "sum": "sums up"}
        return f"{words.get(operation.function, f'works out the {operation.function} of')} {many}{of}"
    if isinstance(operation, LinkOperation):
        owner = next((_one(program.entities[name]) for name in reversed(operation.parents.values())), "the caller")
        return f"adds {many} to {owner}" if operation.kind == "link" else f"takes {many} away from {owner}"
    return {
        "read": f"shows {one}", "list": f"lists {many}", "search": f"searches {many}", "create": f"adds {one}",
        "update": f"changes the given fields of {one}", "replace": f"replaces {one}", "delete": f"removes {one}",
        "bulk_create": f"adds several {many} at once", "bulk_update": f"changes several {many} at once",
        "bulk_delete": f"removes several {many} at once", "transition": f"moves {one} to another state",
        "toggle": f"sets or clears a mark of {one}", "adjust": f"changes an amount of {one}",
        "transfer": f"moves an amount between {one} and another row", "edit": f"edits a list inside {one}",
        "login": f"logs {one} in", "logout": "logs the caller out", "signup": f"adds {one} and logs it in",
        "action": f"is an action on {one} whose effect is not known",
        "vacancy": f"tells what no {entity.label} takes up",
    }[operation.kind]  # fmt: skip


def _one(entity: Entity) -> str:
    if entity.singleton and entity.parent is None:
        return f"the {entity.label}"
    return f"{'an' if entity.label[:1].lower() in 'aeiou' else 'a'} {entity.label}"


def _rows(operation: Operation, program: ServerProgram) -> Iterator[str]:
    """How the rows it works on are named."""
    if not isinstance(operation, EntityOperation):
        return
    entity = program.entities[operation.entity]
    if entity.singleton:
        yield (
            f"There is one {entity.label} in all."
            if entity.parent is None
            else (f"There is one {entity.label} for each {program.entities[entity.parent].label}.")
        )
    else:
        made = {
            "integer": "are numbers counted on", "uuid": "are UUIDs", "slug": f"are made from {entity.ids.source}",
            "given": "are chosen by the caller",
            "prefixed": f"begin with {entity.ids.prefix!r}" if entity.ids.prefix else "are made up",
        }[entity.ids.kind]  # fmt: skip
        yield f"{_capital(entity.plural)} have the key {entity.key}; new keys {made}."
    if isinstance(operation, RowOperation):
        if operation.key:
            by = "" if operation.key_field == entity.key else ", though that is not the key"
            yield f"The argument {operation.key} names the row by its {operation.key_field}{by}."
        elif not entity.singleton and operation.kind not in ("login", "signup"):
            yield "No argument names the row: it is the caller's own."
        yield from (f"Its {field} must also equal the argument {name}." for name, field in operation.matches.items())
    for argument, name in operation.parents.items():
        yield f"The argument {argument} names the {program.entities[name].label} it is nested in."
    for name, ref in operation.rows.items():
        label = program.entities[ref.entity].label
        if ref.argument:
            yield f"Besides, {name} is the {label} that the argument {ref.argument} names."
        elif ref.through:
            yield f"Besides, {name} is the {label} that its {ref.through} names."
        else:
            only = program.entities[ref.entity].singleton
            yield f"Besides, {name} is the {f'only {label}' if only else f'{label} of the caller'}."


def _cases(operation: Operation, program: ServerProgram) -> Iterator[str]:
    if isinstance(operation, DispatchOperation):
        for value, case in operation.cases.items():
            rules = f" {' '.join(case.rules)}" if case.rules else ""
            yield f"{value}: {_headline(case, program)}{rules}"


# --- what it does


def _checks(operation: Operation, program: ServerProgram) -> Iterator[str]:
    if not isinstance(operation, EntityOperation):
        return
    for check in operation.checks:
        status = error_answer(operation, Refusal(check.reason, ""), program.seed)[0]
        yield f"{_checked(check)} (else {status}{f': {check.message}' if check.message else ''})"


def _checked(check: Check) -> str:
    what = f"the argument {check.argument}" if check.argument else f"{_of(check.row)} {check.field}"
    than = "" if check.test in ("set", "unset") else f" {_operand(check.than)}"
    return f"{what} {_TESTS[check.test]}{than}"


def _of(row: str) -> str:
    return {"row": "its", "session": "the session's"}.get(row, f"the {row}'s")


def _operand(operand: Operand) -> str:
    if operand.argument is not None:
        text = f"the argument {operand.argument}"
    elif operand.field is not None:
        text = f"{_of(operand.row)} {operand.field}"
    else:
        text = "the time of the call" if operand.clock else json.dumps(operand.value, ensure_ascii=False)
    if operand.mapped:
        read_as = (f"{key or 'nothing'} counts as {value}" for key, value in operand.mapped.items())
        text += f" ({', '.join(read_as)})"
    return f"{text} times {_operand(operand.times)}" if operand.times is not None else text


def _changes(operation: Operation, program: ServerProgram) -> Iterator[str]:
    """What is different after the call."""
    if isinstance(operation, CreateOperation):
        yield _assigned("sets", operation.values) or "takes no value from its arguments"
        yield from (f"sets {field} to {json.dumps(value)}" for field, value in operation.constants.items())
    elif isinstance(operation, UpdateOperation):
        also = "; makes the row where there is none" if operation.upsert else ""
        yield f"{_assigned('sets', operation.values) or 'nothing'}{also}"
    elif isinstance(operation, DeleteOperation):
        below = [entity.plural for entity in program.entities.values() if entity.parent == operation.entity]
        yield "removes the row" + (f" and the {', '.join(below)} nested in it" if below else "")
    elif isinstance(operation, BulkOperation):
        which = f"each of the argument {operation.items}" if operation.items else "all rows that the arguments choose"
        yield f"{operation.kind.removeprefix('bulk_')}s {which}; one bad item refuses the whole call"
    elif isinstance(operation, LinkOperation):
        yield f"{operation.kind}s the rows that the argument {operation.keys} names"
    elif isinstance(operation, ActionOperation):
        if operation.kind == "action":
            yield "records the call and its time, and nothing else"
        if text := _assigned("sets", operation.values):
            yield text
    if isinstance(operation, EntityOperation):
        yield from (_effect(effect) for effect in operation.effects)
        yield from (_insert(insert, program.entities[insert.entity]) for insert in operation.inserts)


def _assigned(verb: str, values: dict[str, str]) -> str:
    if not values:
        return ""
    return f"{verb} " + ", ".join(name if name == field else f"{field} (from {name})" for name, field in values.items())


def _effect(effect: Effect) -> str:
    field = f"the field that {effect.field_from} names" if effect.field_from else f"{_of(effect.row)} {effect.field}"
    value = _operand(effect.by)
    return {
        "set": f"sets {field} to {value}", "add": f"adds {value} to {field}",
        "subtract": f"takes {value} from {field}", "append": f"appends {value} to {field}",
        "remove": f"removes {value} from {field}", "clear": f"clears {field}",
    }[effect.do]  # fmt: skip


def _insert(insert: Insert, entity: Entity) -> str:
    values = ", ".join(f"{field} = {_operand(operand)}" for field, operand in insert.values.items())
    each = "" if insert.row == "row" else f" for the {insert.row}"
    return f"adds a {entity.label}{each}" + (f" with {values}" if values else "")


# --- what comes back


def _answers(operation: Operation, program: ServerProgram) -> Iterator[str]:
    if isinstance(operation, DispatchOperation):
        return
    if not isinstance(operation, EntityOperation):
        form = "in the declared shape" if operation.output_schema else "in a shape of our own, as none is declared"
        same = "" if isinstance(operation, ProfileOperation) else "; the same for the same arguments"
        yield f"{operation.success_status}, {form}{same}"
        return
    shape = operation.shape
    entity = program.entities[operation.entity]
    what = {
        "row": f"the {entity.label}", "rows": f"the {entity.plural}", "key": f"the {entity.key or 'key'} only",
        "value": "a bare value", "values": f"the {(shape.fields or ['values'])[0]} of each", "empty": "no body",
    }[shape.kind]  # fmt: skip
    if isinstance(operation, AggregateOperation):
        what = f"the {operation.function}"
    if shape.kind in ("row", "rows") and shape.fields is not None:
        what += f" with {', '.join(shape.fields) or 'no fields'}"
    what += ", each under its key" if shape.keyed else f", each under {'.'.join(shape.inner)}" if shape.inner else ""
    where = f" under {'.'.join(shape.path)}" if shape.path else ""
    more = [*shape.counters, *shape.also]
    beside = f", beside it {', '.join(more)}" if more else ""
    yield f"{operation.success_status}, {what}{where}{beside}"
    if isinstance(operation, ListOperation) and operation.own:
        yield "only those of the caller"
    if isinstance(operation, ListOperation | AggregateOperation) and operation.filters:
        kept = (
            f"{f.field} {_FILTERS[f.test]} {argument}"
            if f.field and f.test in _FILTERS
            else f"any text like {argument}"
            for argument, f in operation.filters.items()
        )
        yield "only those with " + ", ".join(kept)
    if isinstance(operation, ListOperation):
        paging = [a for a in (operation.paging.limit, operation.paging.offset, operation.paging.page,
                              operation.paging.cursor) if a]  # fmt: skip
        if paging:
            yield f"in pages, by {', '.join(paging)}; {operation.paging.default_limit} rows if nothing is said"
        if operation.sorting.by or operation.sorting.direction:
            yield "sorted by " + ", ".join(a for a in (operation.sorting.by, operation.sorting.direction) if a)
    if isinstance(operation, ReadOperation) and operation.part:
        yield f"only the part that the argument {operation.part} asks for"


def _errors(operation: Operation, program: ServerProgram) -> Iterator[str]:
    """The statuses that a call can fail with, each with its reasons."""
    found: dict[int, list[str]] = {}
    for reason in _possible(operation, program):
        status = error_answer(operation, Refusal(reason, ""), program.seed)[0]
        found.setdefault(status, []).append(_REASONS[reason])
    if found:
        yield "; ".join(f"{status} {' or '.join(reasons)}" for status, reasons in sorted(found.items()))


def _possible(operation: Operation, program: ServerProgram) -> list[Reason]:
    reasons: list[Reason] = ["invalid"] if operation.input_schema.get("properties") else []
    if not isinstance(operation, EntityOperation):
        return reasons
    entity = program.entities[operation.entity]
    if operation.parents or (isinstance(operation, RowOperation) and operation.key) or operation.rows:
        reasons.append("missing")
    values: dict[str, str] = getattr(operation, "values", {})
    linked = [field for field in values.values() if field in entity.fields and entity.fields[field].entity]
    if linked and operation.kind != "login":
        reasons.append("reference")
    if operation.kind in ("create", "signup", "bulk_create") and entity.key in values.values():
        reasons.append("conflict")
    return list(dict.fromkeys([*reasons, *(check.reason for check in operation.checks)]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- how to correct it


def _restated(operation: Operation) -> dict[str, Any]:
    """The parts of an operation that say what it does."""
    held = operation.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    held["kind"] = operation.kind
    return {part: held[part] for part in _SHOWN_PARTS if held.get(part) not in (None, "", {}, [])}


def _example(operation: Operation, program: ServerProgram) -> dict[str, Any]:
    """What could be said of an operation that was not understood; nothing for one that was."""
    if not _is_guesswork(operation):
        return {}
    arguments = [name for name in operation.input_schema.get("properties") or {} if isinstance(name, str)]
    if isinstance(operation, ActionOperation):
        entity = program.entities[operation.entity]
        field = next((n for n, f in entity.fields.items() if f.schema_.get("enum") and f.role == "data"), None)
        field = field or next((n for n, f in entity.fields.items() if f.role == "data" and n != entity.key), None)
        if field is None:
            return {}
        options = entity.fields[field].schema_.get("enum")
        spare = [name for name in arguments if name != operation.key and name not in operation.parents]
        by = {"value": options[-1]} if options else {"argument": spare[0]} if spare else {"value": True}
        return {"kind": "transition", "effects": [{"field": field, "do": "set", "by": by}]}
    entities = [entity for entity in program.entities.values() if not entity.singleton]
    words = {*split(operation.tool)}
    entities.sort(key=lambda entity: -len(words & {*split(entity.name), *split(entity.plural)}))
    if not entities:
        return {}
    keys = {normal(f"{entities[0].name}{entities[0].key}"), normal(entities[0].key)}
    key = next((name for name in arguments if normal(name) in keys), None)
    if key is not None:
        return {"kind": "read", "entity": entities[0].name, "key": key, "key_field": entities[0].key}
    return {"kind": "list", "entity": entities[0].name}
