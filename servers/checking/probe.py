"""One pass over a server: every call is watched, and what does not hold is written down."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict

from inftool.servers.program import EntityOperation, RowOperation, ServerProgram
from inftool.servers.runtime.arguments import lenient_validator
from inftool.servers.runtime.changes import RowChange, key_text
from inftool.servers.runtime.hints import READING
from inftool.servers.runtime.kernel import Kernel
from inftool.servers.runtime.machine import Machine
from inftool.servers.runtime.places import value_at
from inftool.servers.runtime.results import ToolResult
from inftool.servers.runtime.session import Row, Stored
from inftool.servers.runtime.values import value_for
from inftool.servers.sampling import Subject, sample, subjects
from inftool.specs.spec import JsonSchema

RULES = {
    "total": "every call is answered with JSON, and a refused one with a status of the 400s",
    "no trace": "a call that is refused, or only reads, changes nothing",
    "kept": "a create stores what was sent",
    "readable": "what was created can be read, as it was sent",
    "listed": "what was created is in the lists",
    "pages": "the pages of a list hold each row once",
    "filters": "a filter gives some of the rows, and among them the one whose value it asks for",
    "changed": "an update changes what was sent, and nothing else but the time of the change",
    "gone": "what was deleted cannot be read, changed, deleted or listed again",
    "references": "a call that names a row which does not exist is refused where the row is needed",
    "effects": "an action sets what it says it sets",
    "linked": "a link is there once, until it is removed",
    "conserved": "a transfer neither makes nor loses money, and no amount falls below zero",
    "declared": "an answer has the form that its operation declares",
    "private": "what happens in one session is not seen in another",
    "reset": "a reset session is as a fresh one",
    "repeatable": "the same calls get the same answers, byte for byte",
}
"""The properties by name."""
ATTEMPTS = 3
"""Different calls of one operation that are tried, until one is not refused."""


class Violation(BaseModel):
    """One property that one tool breaks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tool: str
    rule: str
    """A name in :data:`RULES`."""
    detail: str
    """What happened, in one line."""


class Probe:
    """One pass over a program: a session that is reset between checks, and one that must never change."""

    def __init__(self, program: ServerProgram, seed: int) -> None:
        self.program = program
        self.violations: list[Violation] = []
        self._seed = seed
        self._kernel = Kernel(program, seed)
        self.machine = Machine(program, seed)
        self.session = self._kernel.open()
        self._other = self._kernel.open()
        self._fresh = self.session.snapshot()
        self.log: list[list[tuple[str, Any, str]]] = []
        self.subjects = list(subjects(program))
        self.excused: list[Violation] = []
        self._forms: dict[str, Any] = {}

    def __enter__(self) -> Probe:
        return self

    def __exit__(self, *failure: object) -> None:
        self.session.close()
        self._other.close()

    def begin(self, subject: Subject) -> None:
        """Go back to the seeded state, and see that it is reached."""
        self.session.reset()
        if self.session.snapshot() != self._fresh or self.session.diff():
            self.broken(subject, "reset", "after a reset the session is not in its seeded state")
        if not self.log or self.log[-1]:
            self.log.append([])

    def broken(self, subject: Subject, rule: str, detail: str) -> None:
        """Write down that a property does not hold; the first case of each tool and rule is kept."""
        if not any(known.tool == subject.tool and known.rule == rule for known in self.violations):
            self.violations.append(Violation(tool=subject.tool, rule=rule, detail=_line(detail)))

    def call(self, subject: Subject, arguments: Any) -> ToolResult:
        """Call a tool and check what holds of every call."""
        before = self.session.snapshot()
        operation = subject.operation
        try:
            result = self._kernel.call(self.session, subject.tool, arguments)
            json.loads(result.text)
            result.text.encode()
        except Exception as error:
            self.broken(subject, "total", f"{type(error).__name__}: {error}, called with {short(arguments)}")
            return ToolResult(True, 500, None)
        self.log[-1].append((subject.tool, arguments, result.text))
        if result.is_error:
            if not 400 <= result.status < 500:
                self.broken(subject, "total", f"refused with status {result.status}")
        else:
            self._check_form(subject, arguments, result)
        effects = isinstance(operation, EntityOperation) and operation.effects
        reads = operation.kind in READING and not effects
        if (result.is_error or reads) and self.session.snapshot() != before:
            self.broken(subject, "no trace", f"called with {short(arguments)}, it answered {result.text[:80]}")
        return result

    def _check_form(self, subject: Subject, arguments: Any, result: ToolResult) -> None:
        """Check that an answer has the declared form, unless the declaration itself makes that impossible."""
        operation = subject.operation
        if result.content is None or not operation.output_schema:
            return
        if operation.tool not in self._forms:
            self._forms[operation.tool] = lenient_validator(operation.output_schema)
        form = self._forms[operation.tool]
        if form is None or form.is_valid(result.content):
            return
        detail = f"called with {short(arguments)}, it answered {result.text[:160]}"
        made_up = value_for(operation.output_schema, seed_key=("form", operation.tool))
        sent = scalars([arguments, *(said for _, said, _ in self.log[-1])])
        if not form.is_valid(made_up) or _is_sent(operation.output_schema, result.content, sent):
            if not any(known.tool == subject.tool for known in self.excused):
                self.excused.append(Violation(tool=subject.tool, rule="declared", detail=_line(detail)))
            return
        self.broken(subject, "declared", detail)

    def finish(self) -> None:
        """Check what concerns all operations together, and order what was found."""
        for subject in self.subjects[:1]:
            self.begin(subject)
            if self._other.snapshot() != self._fresh:
                self.broken(subject, "private", "another session is not in its seeded state any more")
        self._replay()
        order = {operation.tool: at for at, operation in enumerate(self.program.operations)}
        self.violations.sort(key=lambda violation: (order.get(violation.tool, 0), violation.rule))

    def _replay(self) -> None:
        """Make every call again, on a kernel of its own."""
        kernel = Kernel(self.program, self._seed)
        by_tool = {subject.tool: subject for subject in self.subjects}
        with kernel.open() as session:
            for calls in self.log:
                session.reset()
                for tool, arguments, text in calls:
                    if kernel.call(session, tool, arguments).text != text:
                        self.broken(by_tool[tool], "repeatable", f"called with {short(arguments)}")
                        break

    def target(self, operation: EntityOperation, number: int) -> Stored | None:
        """Return the row that the ``number``-th call of an operation is about."""
        rows = self.session.stored(operation.entity)
        return rows[number % len(rows)] if rows else None

    def first(self, subject: Subject) -> tuple[Row, Stored | None] | None:
        """Make the first call that is not refused; return its arguments and the row it is about, as it was."""
        operation = subject.operation
        assert isinstance(operation, EntityOperation)
        for number in range(ATTEMPTS):
            self.begin(subject)
            target = self.target(operation, number)
            arguments = sample(self.program, self.session, subject, number, target)
            before = {(stored.key, stored.parent): stored for stored in self.session.stored(operation.entity)}
            if not self.call(subject, arguments).is_error:
                if isinstance(operation, RowOperation) and not operation.key:
                    touched = [c for c in self.session.diff() if c.entity == operation.entity and c.kind != "insert"]
                    target = before.get((touched[0].key, touched[0].parent)) if touched else None
                elif isinstance(operation, RowOperation) and target is not None:
                    target = self._named(operation, arguments, list(before.values()), target)
                return arguments, target
        return None

    def _named(self, operation: RowOperation, arguments: Row, rows: list[Stored], target: Stored) -> Stored:
        """Return the row that a call was about: by an alternate key that several share it need not be the target."""
        touched = {(c.key, c.parent) for c in self.session.diff() if c.entity == operation.entity}
        if not touched or (target.key, target.parent) in touched:
            return target
        wanted = key_text(arguments.get(operation.key))
        for row in rows:
            if (row.key, row.parent) in touched and key_text(value_at(row.doc, operation.key_field)) == wanted:
                return row
        return target


def scalars(value: Any) -> Iterator[Any]:
    """Yield the texts, numbers and booleans in a JSON value."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from scalars(item)
    elif value is not None:
        yield value


def _is_sent(schema: JsonSchema, content: Any, sent: Iterable[Any]) -> bool:
    """Tell whether all that is wrong with an answer is what the callers sent, or that a list has no rows."""
    given = list(sent)
    validator = lenient_validator(schema)
    if validator is None:
        return True
    for error in validator.iter_errors(content):
        held = content
        for step in error.instance_path:
            held = held[step]
        path = list(error.schema_path)
        if held == [] and path[-1:] == ["minItems"]:
            continue
        if not isinstance(held, dict | list):
            if held not in given:
                return False
            continue
        part = _part(schema, path)
        branches = part if isinstance(part, list) and path[-1] in ("anyOf", "oneOf") else []
        if not any(isinstance(branch, dict) and _is_sent(branch, held, given) for branch in branches):
            return False
    return True


def _part(schema: Any, path: list[Any]) -> Any:
    """Return the part of a schema that a path leads to; a union may be written with either word."""
    for step in path:
        if isinstance(schema, dict) and step == "anyOf" and step not in schema:
            step = "oneOf"
        try:
            schema = schema[step]
        except (KeyError, IndexError, TypeError):
            return None
    return schema


def _line(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode().split())[:300]


def is_change(change: RowChange, entity: str, kind: str) -> bool:
    """Tell whether a change is of this sort."""
    return change.entity == entity and change.kind == kind


def payload(operation: EntityOperation, content: Any) -> Any:
    """Return the rows or the row in a response."""
    for step in operation.shape.path:
        content = content.get(step) if isinstance(content, dict) else None
    if operation.shape.keyed and isinstance(content, dict):
        content = list(content.values())
    if operation.shape.kind == "rows" and isinstance(content, list):
        content = [item[0] if isinstance(item, list) and len(item) == 1 else item for item in content]
    for step in operation.shape.inner:
        content = [item.get(step) if isinstance(item, dict) else None for item in content or ()]
    return content


def alike(held: Any, sent: Any) -> bool:
    """Tell whether a value is what was sent.

    Keys may be texts or numbers, and null may be nothing; a nested object may be shown with what its form requires
    besides, and without its nulls.
    """
    if held == sent:
        return True
    if isinstance(held, dict) and isinstance(sent, dict):
        return all(alike(held.get(name), value) for name, value in sent.items())
    if isinstance(held, list) and isinstance(sent, list):
        return len(held) == len(sent) and all(alike(*pair) for pair in zip(held, sent, strict=True))
    return key_text(held) is not None and key_text(held) == key_text(sent)


def short(value: Any) -> str:
    """Write a value in a hundred characters."""
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:80]} ... {text[-16:]}"
