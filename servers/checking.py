"""What must hold of every server, whatever it was compiled from: checked by calling each of its tools.

Nothing here is random: the same program and seed are checked with the same calls. A program whose operations cannot be
called with made-up arguments (a number that must be a prime, say) passes for want of evidence.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from inftool.servers.program import (
    ActionOperation,
    CreateOperation,
    DeleteOperation,
    EntityOperation,
    LinkOperation,
    ListOperation,
    ReadOperation,
    RowOperation,
    ServerProgram,
    UpdateOperation,
)
from inftool.servers.runtime.amounts import decimal_of, total
from inftool.servers.runtime.changes import RowChange, key_text
from inftool.servers.runtime.conforming import conformity
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.fitting import accepts
from inftool.servers.runtime.kernel import READING, Kernel
from inftool.servers.runtime.listing import matching
from inftool.servers.runtime.machine import Machine
from inftool.servers.runtime.places import field_at, value_at
from inftool.servers.runtime.reading import rows_in
from inftool.servers.runtime.results import ToolResult
from inftool.servers.runtime.rows import MANAGED
from inftool.servers.runtime.scope import prepare_scope
from inftool.servers.runtime.session import Row, Stored
from inftool.servers.runtime.values import value_for
from inftool.servers.sampling import Subject, sample, subjects

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
_ATTEMPTS = 3
_MAX_PAGES = 60


class Violation(BaseModel):
    """One property that one tool breaks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tool: str
    rule: str
    """A name in :data:`RULES`."""
    detail: str
    """What happened, in one line."""


def check_properties(
    program: ServerProgram, seed: int | None = None, tools: Collection[str] | None = None
) -> list[Violation]:
    """Check every property on every operation.

    Args:
        program: the server.
        seed: of its rows; the program's own if None.
        tools: the tools to check; all if None.

    Returns:
        What does not hold, at most one violation for each tool and rule, in the order of the tools.

    Raises:
        ProgramError: the program contradicts itself.
    """
    with _Checker(program, program.seed if seed is None else seed) as checker:
        for subject in subjects(program):
            if tools is None or subject.tool in tools:
                checker.check(subject)
        checker.finish()
        return checker.violations


class _Checker:
    """One pass over a program: a session that is reset between checks, and one that must never change."""

    def __init__(self, program: ServerProgram, seed: int) -> None:
        self.program = program
        self.violations: list[Violation] = []
        self._seed = seed
        self._kernel = Kernel(program, seed)
        self._machine = Machine(program, seed)
        self._session = self._kernel.open()
        self._other = self._kernel.open()
        self._fresh = self._session.snapshot()
        self._log: list[list[tuple[str, Any, str]]] = []
        self._subjects = list(subjects(program))
        self._conforms: dict[str, Any] = {}

    def __enter__(self) -> _Checker:
        return self

    def __exit__(self, *failure: object) -> None:
        self._session.close()
        self._other.close()

    def check(self, subject: Subject) -> None:
        """Check all that applies to one operation."""
        operation = subject.operation
        self._begin(subject)
        for number in range(2):
            self._call(subject, sample(self.program, self._session, subject, number))
        self._begin(subject)
        self._hostile(subject)
        if isinstance(operation, EntityOperation):
            self._begin(subject)
            self._missing(subject, operation)
        match operation:
            case CreateOperation():
                self._create(subject, operation)
            case ListOperation():
                self._list(subject, operation)
            case UpdateOperation():
                self._update(subject, operation)
            case DeleteOperation():
                self._delete(subject, operation)
            case LinkOperation():
                self._link(subject, operation)
            case ActionOperation():
                self._act(subject, operation)

    def finish(self) -> None:
        """Check what concerns all operations together, and order what was found."""
        for subject in self._subjects[:1]:
            self._begin(subject)
            if self._other.snapshot() != self._fresh:
                self._broken(subject, "private", "another session is not in its seeded state any more")
        self._replay()
        order = {operation.tool: at for at, operation in enumerate(self.program.operations)}
        self.violations.sort(key=lambda violation: (order.get(violation.tool, 0), violation.rule))

    # --- the session

    def _begin(self, subject: Subject) -> None:
        self._session.reset()
        if self._session.snapshot() != self._fresh or self._session.diff():
            self._broken(subject, "reset", "after a reset the session is not in its seeded state")
        if not self._log or self._log[-1]:
            self._log.append([])

    def _broken(self, subject: Subject, rule: str, detail: str) -> None:
        if not any(known.tool == subject.tool and known.rule == rule for known in self.violations):
            line = " ".join(detail.encode("utf-8", "replace").decode().split())[:300]
            self.violations.append(Violation(tool=subject.tool, rule=rule, detail=line))

    def _call(self, subject: Subject, arguments: Any) -> ToolResult:
        """Call a tool and check what holds of every call."""
        before = self._session.snapshot()
        operation = subject.operation
        try:
            result = self._kernel.call(self._session, subject.tool, arguments)
            json.loads(result.text)
            result.text.encode()
        except Exception as error:
            self._broken(subject, "total", f"{type(error).__name__}: {error}, called with {_short(arguments)}")
            return ToolResult(True, 500, None)
        self._log[-1].append((subject.tool, arguments, result.text))
        if result.is_error:
            if not 400 <= result.status < 500:
                self._broken(subject, "total", f"refused with status {result.status}")
        else:
            self._check_form(subject, arguments, result)
        effects = isinstance(operation, EntityOperation) and operation.effects
        reads = operation.kind in READING and not effects
        if (result.is_error or reads) and self._session.snapshot() != before:
            self._broken(subject, "no trace", f"called with {_short(arguments)}, it answered {result.text[:80]}")
        return result

    def _check_form(self, subject: Subject, arguments: Any, result: ToolResult) -> None:
        schema = subject.operation.output_schema
        if subject.operation.tool not in self._conforms:
            test = conformity(schema)
            possible = test is not None and test(value_for(schema or {}, seed_key=("form", subject.operation.tool)))
            self._conforms[subject.operation.tool] = test if possible else None
        test = self._conforms[subject.operation.tool]
        if test is not None and result.content is not None and not test(result.content):
            self._broken(subject, "declared", f"called with {_short(arguments)}, it answered {result.text[:160]}")

    def _replay(self) -> None:
        """Make every call again, on a kernel of its own."""
        kernel = Kernel(self.program, self._seed)
        by_tool = {subject.tool: subject for subject in self._subjects}
        with kernel.open() as session:
            for calls in self._log:
                session.reset()
                for tool, arguments, text in calls:
                    if kernel.call(session, tool, arguments).text != text:
                        self._broken(by_tool[tool], "repeatable", f"called with {_short(arguments)}")
                        break

    # --- every operation

    def _hostile(self, subject: Subject) -> None:
        for arguments in hostile_arguments(sample(self.program, self._session, subject)):
            self._call(subject, arguments)

    def _missing(self, subject: Subject, operation: EntityOperation) -> None:
        """Name rows that do not exist, one at a time."""
        arguments = sample(self.program, self._session, subject)
        required = set(operation.input_schema.get("required") or ())
        fields = self.program.entities[operation.entity].fields
        needed = [name for name in operation.parents if name in arguments]
        if isinstance(operation, RowOperation) and operation.key and not getattr(operation, "upsert", False):
            needed += [operation.key] if operation.key in arguments and operation.kind != "signup" else []  # type: ignore[attr-defined]
        if isinstance(operation, CreateOperation):
            for argument, name in operation.values.items():
                held = fields.get(name)
                if held is not None and held.role == "reference" and argument in arguments:
                    needed += [argument] if argument in required or held.required else []
        properties = operation.input_schema.get("properties") or {}
        for argument in needed:
            nobody = _nobody(arguments[argument], properties.get(argument))
            if nobody is None:
                continue
            result = self._call(subject, {**arguments, argument: nobody})
            if not result.is_error:
                self._broken(subject, "references", f"{argument} {nobody!r} names no row, and it answered all the same")

    # --- rows

    def _create(self, subject: Subject, operation: CreateOperation) -> None:
        done = self._first(subject)
        if done is None:
            return
        arguments, _ = done
        made = [change for change in self._session.diff() if _is(change, operation.entity, "insert")]
        if len(made) != 1 or made[0].after is None:
            self._broken(subject, "kept", f"called with {_short(arguments)}, it added {len(made)} rows")
            return
        row = made[0].after
        fields = self.program.entities[operation.entity].fields
        set_besides = {effect.field for effect in operation.effects if effect.row == "row"} | set(operation.constants)
        sent = {
            name: arguments[argument]
            for argument, name in operation.values.items()
            if argument in arguments and name in fields and name not in set_besides
            if not fields[name].read_only and fields[name].role not in ("parent", "created_at", "updated_at")
        }
        for name, value in sent.items():
            if not _alike(row.get(name), value):
                self._broken(subject, "kept", f"{name}: {_short(value)} was sent, {_short(row.get(name))} is stored")
        self._see(subject, operation, Stored(made[0].key, made[0].parent, row), sent)

    def _see(self, subject: Subject, operation: EntityOperation, stored: Stored, sent: Row) -> None:
        """Read and list a row that was just made."""
        for other in self._subjects:
            seen = other.operation
            if not isinstance(seen, ReadOperation | ListOperation) or seen.entity != operation.entity:
                continue
            if isinstance(seen, ReadOperation) and (not seen.key or value_at(stored.doc, seen.key_field) is None):
                continue
            arguments = sample(self.program, self._session, other, target=stored)
            if not self._is_meant(seen, arguments, stored):
                continue
            if isinstance(seen, ListOperation):
                keys = self._walk(other, seen, arguments)
                if keys is not None and stored.key not in keys:
                    self._broken(subject, "listed", f"{other.tool} does not show the new row {stored.key!r}")
                continue
            result = self._call(other, arguments)
            if result.is_error:
                self._broken(subject, "readable", f"{other.tool} of the new row: {result.text[:120]}")
                continue
            shown = _payload(seen, result.content)
            if not isinstance(shown, dict):
                continue
            for name, value in sent.items():
                if (seen.shape.fields is None or name in seen.shape.fields) and not _alike(shown.get(name), value):
                    self._broken(
                        subject, "readable", f"{name}: {_short(value)} was sent, {other.tool} shows {_short(shown.get(name))}"
                    )  # fmt: skip

    def _is_meant(self, operation: ReadOperation | ListOperation, arguments: Row, stored: Stored) -> bool:
        """Whether a row lies in the scope of a call, and passes its filters; of several rows of a name, the first."""
        try:
            scope = prepare_scope(self._machine, operation)(self._session, arguments)
        except Refusal:
            return False
        if not scope.holds(stored):
            return False
        if isinstance(operation, ListOperation):
            return bool(matching([stored.doc], operation.filters, arguments))
        entity = self.program.entities[operation.entity]
        if operation.key_field == entity.key:
            return True
        first = self._session.find(entity.name, operation.key_field, value_at(stored.doc, operation.key_field))
        return first is not None and first.key == stored.key

    def _list(self, subject: Subject, operation: ListOperation) -> None:
        self._begin(subject)
        arguments = sample(self.program, self._session, subject)
        rows = self._expected(operation, arguments)
        if rows is None:
            return
        keys = self._walk(subject, operation, arguments)
        if keys is None:
            return
        wanted = self._keys(operation, matching(rows, operation.filters, arguments))
        if sorted(keys) != sorted(wanted):
            self._broken(subject, "pages", f"{len(wanted)} rows are there, the pages show {len(keys)}: {keys[:8]}")
        for argument, test in operation.filters.items():
            if argument not in arguments and test.field is not None:
                self._filter(subject, operation, argument, arguments, rows)

    def _filter(
        self, subject: Subject, operation: ListOperation, argument: str, arguments: Row, rows: list[Row]
    ) -> None:
        test = operation.filters[argument]
        schema = (operation.input_schema.get("properties") or {}).get(argument) or {}
        for row in rows[:_ATTEMPTS]:
            value = value_at(row, test.field or "")
            value = value[0] if isinstance(value, list) and value else value
            if not isinstance(value, str | int | float) or value == "":
                continue
            value = key_text(value) if schema.get("type") == "string" and not isinstance(value, str) else value
            value = [value] if schema.get("type") == "array" else value
            keys = self._walk(subject, operation, {**arguments, argument: value})
            if keys is None:
                continue
            base = self._keys(operation, matching(rows, operation.filters, arguments))
            own = self._keys(operation, [row])
            if not set(keys) <= set(base):
                self._broken(
                    subject, "filters", f"{argument}={_short(value)} shows rows that are not in the whole list"
                )
            exact = test.test in ("eq", "in", "has", "gte", "lte")
            if exact and "," not in str(value) and matching([row], operation.filters, arguments) and own[0] not in keys:
                self._broken(
                    subject, "filters", f"{argument}={_short(value)} does not show row {own[0]!r}, which has it"
                )
            return

    def _expected(self, operation: ListOperation, arguments: Row) -> list[Row] | None:
        try:
            scope = prepare_scope(self._machine, operation)(self._session, arguments)
        except Refusal:
            return None
        return rows_in(self._session, self.program.entities[operation.entity], scope)

    def _keys(self, operation: ListOperation, rows: list[Row]) -> list[str]:
        key = self.program.entities[operation.entity].key
        return [key_text(row.get(key)) or "" for row in rows]

    def _walk(self, subject: Subject, operation: ListOperation, arguments: Row) -> list[str] | None:
        """Return the keys of all pages of a list; None where the keys are not shown, or a page is refused."""
        entity, paging = self.program.entities[operation.entity], operation.paging
        shown = operation.shape.fields
        keyed = entity.key and (shown is None or entity.key in shown)
        if operation.shape.kind not in ("rows", "key") or (operation.shape.kind == "rows" and not keyed):
            return None
        schema = (operation.input_schema.get("properties") or {}).get(paging.limit or "") or {}
        turns = any((paging.page, paging.offset, paging.cursor))
        count = len(self._session.rows(entity.name))
        size = max(7, -(-count // 8)) if turns else count + 1
        for value in (size, str(size)):
            if paging.limit is not None and paging.limit not in arguments and accepts(schema, value):
                arguments = {**arguments, paging.limit: value}
        keys: list[str] = []
        for number in range(_MAX_PAGES):
            result = self._call(subject, arguments)
            if result.is_error:
                return None
            rows = _payload(operation, result.content)
            if not isinstance(rows, list):
                return None
            page = [key_text(row.get(entity.key) if isinstance(row, dict) else row) or "" for row in rows]
            keys += page
            following = _next_page(operation, arguments, result.content, page, number)
            if not turns and paging.limit is not None and len(page) == paging.max_limit:
                return None
            if not page or following is None:
                break
            arguments = following
        return keys

    def _update(self, subject: Subject, operation: UpdateOperation) -> None:
        done = self._first(subject)
        if done is None:
            return
        arguments, before = done
        if before is None:
            return
        entity = self.program.entities[operation.entity]
        now = self._session.get(entity.name, before.key, before.parent)
        if now is None:
            self._broken(subject, "changed", f"called with {_short(arguments)}, the row is gone")
            return
        sent = {name: arguments[argument] for argument, name in operation.values.items() if argument in arguments}
        besides = {effect.field.partition(".")[0] for effect in operation.effects if effect.row == "row"}
        stamps = {name for name, held in entity.fields.items() if held.role == "updated_at"}
        free = set(sent) | besides | stamps | (set(operation.values.values()) if operation.kind == "replace" else set())
        for name in sorted(before.doc.keys() | now.doc.keys()):
            if name not in free and before.doc.get(name) != now.doc.get(name):
                self._broken(subject, "changed", f"{name} was not sent, and is another value now")
        for name, value in sent.items():
            held = entity.fields.get(name)
            if held is None or held.read_only or held.role in MANAGED or name in besides:
                continue
            if value is not None and not isinstance(value, dict) and not _alike(now.doc.get(name), value):
                self._broken(subject, "changed", f"{name}: {_short(value)} was sent, it is {_short(now.doc.get(name))}")
        strangers = [
            change
            for change in self._session.diff()
            if (change.entity, change.key, change.parent) != (entity.name, before.key, before.parent)
        ]
        if strangers and not operation.effects and not operation.upsert:
            self._broken(subject, "changed", f"{strangers[0].entity} {strangers[0].key} changed as well")

    def _delete(self, subject: Subject, operation: DeleteOperation) -> None:
        done = self._first(subject)
        if done is None or done[1] is None:
            return
        arguments, row = done
        if self._session.get(operation.entity, row.key, row.parent) is not None:
            self._broken(subject, "gone", f"called with {_short(arguments)}, the row is still there")
            return
        if any(_is(change, operation.entity, "insert") for change in self._session.diff()):
            self._broken(subject, "gone", "deleting adds a row")
        again = self._call(subject, arguments)
        same = self._session.find(operation.entity, operation.key_field, value_at(row.doc, operation.key_field)) if operation.key else None  # fmt: skip
        if not again.is_error and same is None:
            self._broken(subject, "gone", f"it can be deleted twice, called with {_short(arguments)}")
        self._session.reset()
        self._log.append([])
        for other in self._subjects:
            seen = other.operation
            if not isinstance(seen, EntityOperation) or seen.entity != operation.entity or other.tool == subject.tool:
                continue
            by_key = isinstance(seen, RowOperation) and seen.key_field == self.program.entities[seen.entity].key
            if by_key and not getattr(seen, "upsert", False) and seen.kind not in ("login", "signup"):  # type: ignore[attr-defined]
                asked = sample(self.program, self._session, other, target=row)
                self._call(subject, arguments)
                if self._session.get(operation.entity, row.key) is None and not self._call(other, asked).is_error:
                    self._broken(subject, "gone", f"{other.tool} answers for the deleted row {row.key!r}")
            elif isinstance(seen, ListOperation):
                asked = sample(self.program, self._session, other, target=row)
                self._call(subject, arguments)
                elsewhere = self._session.get(operation.entity, row.key) is not None
                keys = self._walk(other, seen, asked)
                if keys is not None and row.key in keys and not elsewhere:
                    self._broken(subject, "gone", f"{other.tool} shows the deleted row {row.key!r}")
            self._session.reset()
            self._log.append([])

    def _link(self, subject: Subject, operation: LinkOperation) -> None:
        done = self._first(subject)
        if done is None or operation.kind == "unlink":
            return
        arguments, _ = done
        before = self._session.diff()
        self._call(subject, arguments)
        if self._session.diff() != before and not operation.effects:
            self._broken(subject, "linked", f"called twice with {_short(arguments)}, it changes something twice")
        for other in self._subjects:
            back = other.operation
            if not isinstance(back, LinkOperation) or back.kind != "unlink" or back.entity != operation.entity:
                continue
            if back.parents != operation.parents or back.keys not in (back.input_schema.get("properties") or {}):
                continue
            undone = {
                **sample(self.program, self._session, other),
                **{n: v for n, v in arguments.items() if n in back.parents},
            }
            undone[back.keys] = arguments[operation.keys]
            if not self._call(other, undone).is_error and any(
                _is(change, operation.entity, "insert") for change in self._session.diff()
            ):
                self._broken(subject, "linked", f"{other.tool} leaves the link there")

    # --- actions

    def _act(self, subject: Subject, operation: ActionOperation) -> None:
        self._begin(subject)
        for number in range(_ATTEMPTS):
            stored = self._target(operation, number)
            arguments = sample(self.program, self._session, subject, number, stored)
            before = {name: self._session.stored(name) for name in self.program.entities}
            if self._call(subject, arguments).is_error:
                continue
            self._check_amounts(subject, operation, before)
            if stored is not None and operation.key and operation.key_field in stored.doc:
                self._check_set(subject, operation, arguments, stored)
            self._begin(subject)

    def _check_set(self, subject: Subject, operation: ActionOperation, arguments: Row, stored: Stored) -> None:
        now = self._session.get(operation.entity, stored.key, stored.parent)
        effects = [
            effect for effect in operation.effects if effect.row == "row" and effect.field and effect.do == "set"
        ]
        for effect in effects:
            by, field = effect.by, effect.field
            if now is None or [other.field for other in operation.effects].count(field) > 1:
                continue
            constant = by.argument is None and by.field is None and not by.clock and by.times is None
            if constant and not _alike(value_at(now.doc, field), by.value):
                self._broken(
                    subject, "effects", f"{field} is {_short(value_at(now.doc, field))}, not {_short(by.value)}"
                )

    def _check_amounts(self, subject: Subject, operation: ActionOperation, before: dict[str, list[Stored]]) -> None:
        entities = {"row": operation.entity, **{name: ref.entity for name, ref in operation.rows.items()}}
        moved = [
            (entities[effect.row], effect.field, effect.do)
            for effect in operation.effects
            if effect.row in entities and effect.do in ("add", "subtract")
        ]
        for name, place in dict.fromkeys((name, place) for name, place, _ in moved):
            then = [decimal_of(value_at(row.doc, place)) for row in before[name]]
            now = [decimal_of(value_at(row.doc, place)) for row in self._session.stored(name)]
            both = {do for other, field, do in moved if (other, field) == (name, place)} == {"add", "subtract"}
            if operation.kind == "transfer" and both and _sum(then) != _sum(now):
                self._broken(subject, "conserved", f"{place} of all {name} rows was {_sum(then)}, is {_sum(now)}")
            low = field_at(self.program.entities[name], place).schema_.get("minimum", 0)
            counted = any(do == "subtract" for other, field, do in moved if (other, field) == (name, place))
            if (
                counted
                and isinstance(low, int | float)
                and low >= 0
                and any(
                    number is not None and number < 0 and (old is None or old >= 0)
                    for old, number in zip(then, now, strict=False)
                )
            ):
                self._broken(subject, "conserved", f"{place} of a {name} row fell below zero")

    # --- help

    def _target(self, operation: EntityOperation, number: int) -> Stored | None:
        rows = self._session.stored(operation.entity)
        return rows[number % len(rows)] if rows else None

    def _first(self, subject: Subject) -> tuple[Row, Stored | None] | None:
        """Make the first call that is not refused; return its arguments and the row it is about, as it was."""
        operation = subject.operation
        assert isinstance(operation, EntityOperation)
        for number in range(_ATTEMPTS):
            self._begin(subject)
            target = self._target(operation, number)
            arguments = sample(self.program, self._session, subject, number, target)
            before = {(stored.key, stored.parent): stored for stored in self._session.stored(operation.entity)}
            if not self._call(subject, arguments).is_error:
                if isinstance(operation, RowOperation) and not operation.key:
                    touched = [c for c in self._session.diff() if c.entity == operation.entity and c.kind != "insert"]
                    target = before.get((touched[0].key, touched[0].parent)) if touched else None
                elif isinstance(operation, RowOperation) and target is not None:
                    target = self._named(operation, arguments, list(before.values()), target)
                return arguments, target
        return None

    def _named(self, operation: RowOperation, arguments: Row, rows: list[Stored], target: Stored) -> Stored:
        """Return the row that a call was about: by an alternate key that several share it need not be the target."""
        touched = {(c.key, c.parent) for c in self._session.diff() if c.entity == operation.entity}
        if not touched or (target.key, target.parent) in touched:
            return target
        wanted = key_text(arguments.get(operation.key))
        return next(
            (row for row in rows if (row.key, row.parent) in touched and key_text(value_at(row.doc, operation.key_field)) == wanted),
            target,
        )  # fmt: skip


def hostile_arguments(arguments: Row) -> Iterator[Any]:
    """Yield arguments that no honest client would send, made from good ones."""
    yield from ({}, [], "x", 3, {"": None}, {"__proto__": {"a": 1}}, {"\ud800": 1})
    deep: Any = "x"
    for _ in range(60):
        deep = {"a": [deep]}
    bad: tuple[Any, ...] = (
        None, True, -1, 10**400, math.nan, math.inf, "", "\ud800", "'; DROP TABLE documents; --", "%00../../etc/passwd",
        "x" * 5000, [], [[]], {}, {"a": None}, deep, b"x",
    )  # fmt: skip
    for argument in list(arguments)[:6]:
        for value in bad:
            yield {**arguments, argument: value}


def _is(change: RowChange, entity: str, kind: str) -> bool:
    return change.entity == entity and change.kind == kind


def _payload(operation: EntityOperation, content: Any) -> Any:
    """Return the rows or the row in a response."""
    for step in operation.shape.path:
        content = content.get(step) if isinstance(content, dict) else None
    return content


def _next_page(operation: ListOperation, arguments: Row, content: Any, page: list[str], number: int) -> Row | None:
    """Return the arguments of the page after this one; None where there is no way to ask for one."""
    paging = operation.paging
    properties = operation.input_schema.get("properties") or {}

    def said(argument: str, value: Any) -> Row:
        schema = properties.get(argument) or {}
        return {**arguments, argument: value if accepts(schema, value) else str(value)}

    if paging.cursor is not None:
        place = next((path for path, meaning in operation.shape.counters.items() if meaning == "next_cursor"), None)
        cursor = value_at(content, place) if place is not None and isinstance(content, dict) else page[-1:]
        cursor = cursor[0] if isinstance(cursor, list) and cursor else cursor
        if place is None and isinstance(cursor, str) and not accepts(properties.get(paging.cursor) or {}, cursor):
            cursor = int(cursor) if cursor.isdigit() else cursor
        return said(paging.cursor, cursor) if cursor not in (None, "", [], 0) else None
    if paging.page is not None:
        return said(paging.page, paging.first_page + number + 1)
    if paging.offset is not None:
        start = arguments.get(paging.offset) or 0
        return said(paging.offset, int(start) + len(page)) if str(start).isdigit() else None
    return None


def _nobody(value: Any, schema: Any) -> Any:
    """Return a key that no row has, in the form of a key; None where the argument is no plain key."""
    if isinstance(value, list):
        inner = _nobody(value[0], schema.get("items") if isinstance(schema, dict) else None) if value else None
        return None if inner is None else [inner]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return "no-such-row-0" if isinstance(value, str) else 987654321


def _alike(held: Any, sent: Any) -> bool:
    """Tell whether a stored value is what was sent: keys may be texts or numbers, and null may be nothing."""
    if held == sent:
        return True
    return key_text(held) is not None and key_text(held) == key_text(sent)


def _sum(values: list[Decimal | None]) -> Decimal:
    return total([value for value in values if value is not None])


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:80]} ... {text[-16:]}"
