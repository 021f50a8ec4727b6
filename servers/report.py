"""The compile report: per operation what it was taken for, how surely and why, with totals."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict, Field

from inftool.servers.comparison import Change
from inftool.servers.fixtures.placement import Placement
from inftool.servers.program import (
    ComputeOperation,
    Confidence,
    DispatchOperation,
    EntityOperation,
    OpaqueOperation,
    Operation,
    ProfileOperation,
    ServerProgram,
)
from inftool.specs.spec import Problem

KINDS = (
    "create", "read", "list", "search", "update", "replace", "delete", "aggregate", "bulk_create", "bulk_update",
    "bulk_delete", "link", "unlink", "transition", "toggle", "adjust", "transfer", "edit", "login", "logout", "signup",
    "action", "record", "vacancy", "compute", "profile", "dispatch", "opaque",
)  # fmt: skip
"""The order in which kinds are reported."""
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")
WIDTH = 100
"""Columns of the report as text."""
MAX_PROBLEMS = 20
"""Problems shown in the text; the JSON has them all."""
_NAME_WIDTH = 34
_ENTITY_WIDTH = 22


class OperationRow(BaseModel):
    """One operation of the report."""

    model_config = ConfigDict(extra="forbid")

    tool: str
    """Of a case of a dispatch: the value that chooses it."""
    kind: str
    entity: str | None
    """None where it works on no rows."""
    detail: str = ""
    """For a profile, the profile and its action; for a compute, the function."""
    confidence: Confidence
    fallback: bool = False
    """Whether it only records the call, since what it does to the row is not known (rule A9)."""
    rules: list[str]
    """Ids from docs/inference.md."""
    notes: list[str]
    """What was guessed, one sentence each; for ``opaque``, why it was not understood."""
    cases: list[OperationRow] = Field(default_factory=list)
    """The operations behind a dispatch."""


class EntityRow(BaseModel):
    """One entity of the report."""

    model_config = ConfigDict(extra="forbid")

    name: str
    key: str
    """Empty for a single object."""
    parent: str | None
    fields: int
    operations: int
    given: int | None = None
    """Rows given from outside; None where they are made up."""


class Report(BaseModel):
    """What the compiler made of a specification."""

    model_config = ConfigDict(extra="forbid")

    name: str
    title: str
    digest: str
    """Content hash of the program."""
    operations: list[OperationRow]
    """One a tool, in the order of the specification."""
    entities: list[EntityRow]
    by_kind: dict[str, int]
    """Operations by kind, in the order of :data:`KINDS`, those behind a dispatch in its place; kinds that do not occur
    are left out."""
    by_confidence: dict[str, int]
    """Operations that were understood, by confidence."""
    by_kind_and_confidence: dict[str, dict[str, int]] = Field(default_factory=dict)
    fallbacks: int = 0
    """Operations that only record the call (rule A9)."""
    changes: list[Change] = Field(default_factory=list)
    """What the overrides changed."""
    placement: Placement | None = None
    """What became of the state from outside, where one was given."""
    problems: list[Problem]

    def flat(self) -> Iterator[OperationRow]:
        """Yield the operations; of a dispatch, those behind it."""
        for row in self.operations:
            yield from row.cases or (row,)

    @property
    def understood(self) -> float:
        """Share of the operations that are neither opaque nor fallbacks, 0 to 1; 0 where there are none."""
        total = sum(self.by_kind.values())
        return (total - self.by_kind.get("opaque", 0) - self.fallbacks) / total if total else 0.0

    def to_text(self) -> str:
        """Return the report as plain text: a line an operation, its notes below it, the totals at the end."""
        lines = [f"{self.title or self.name} ({self.name}, program {self.digest})", ""]
        lines += [_entity_line(entity) for entity in self.entities]
        lines += [""] if self.entities else []
        lines += operation_lines(self.operations)
        if self.changes:
            lines += ["", "Changed by the overrides:"]
            lines += [line for change in self.changes for line in _wrapped(change.to_text(), 2)]
        if self.placement is not None:
            lines += ["", *self.placement.to_text(WIDTH).splitlines()]
        lines += ["", *totals_lines(self), "", *textwrap.wrap(self.summary(), WIDTH)]
        lines += problem_lines(self)
        return "\n".join(lines) + "\n"

    def summary(self) -> str:
        """Return the totals in one line."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.by_kind.items())
        sure = ", ".join(f"{count} {confidence}" for confidence, count in self.by_confidence.items())
        fallbacks = f" Fallbacks: {self.fallbacks}." if self.fallbacks else ""
        count = sum(self.by_kind.values())
        return f"{count} operations ({self.understood:.0%} understood): {kinds}. Confidence: {sure or '-'}.{fallbacks}"


def report(program: ServerProgram, changes: Sequence[Change] = (), placement: Placement | None = None) -> Report:
    """Report on a compiled program.

    Args:
        program: the program.
        changes: what overrides changed (see :func:`inftool.servers.comparison.compare`).
        placement: what became of the state from outside.
    """
    rows = [_row(operation, operation.tool) for operation in program.operations]
    flat = [row for top in rows for row in (top.cases or (top,))]
    matrix = {
        kind: counts
        for kind in KINDS
        if (counts := _count(CONFIDENCES, [row.confidence for row in flat if row.kind == kind]))
    }
    return Report(
        name=program.name,
        title=program.title,
        digest=program.digest,
        operations=rows,
        entities=[
            EntityRow(
                name=name,
                key=entity.key,
                parent=entity.parent,
                fields=len(entity.fields),
                operations=sum(row.entity == name for row in flat),
                given=len(program.initial[name]) if name in program.initial else None,
            )
            for name, entity in program.entities.items()
        ],
        by_kind=_count(KINDS, [row.kind for row in flat]),
        by_confidence=_count(CONFIDENCES, [row.confidence for row in flat if row.kind != "opaque"]),
        by_kind_and_confidence=matrix,
        fallbacks=sum(row.fallback for row in flat),
        changes=list(changes),
        placement=placement,
        problems=list(program.problems),
    )


def operation_lines(rows: Sequence[OperationRow]) -> list[str]:
    """Return a line for each operation, what was guessed below it, and the cases of a dispatch further in."""
    shown = [(row, 0) for row in rows]
    shown = [pair for row, _ in shown for pair in ((row, 0), *((case, 2) for case in row.cases))]
    name_width = min(max((len(row.tool) + indent for row, indent in shown), default=0), _NAME_WIDTH)
    kind_width = max((len(row.kind) for row, _ in shown), default=0)
    about = [row.entity or row.detail or "-" for row, _ in shown]
    about_width = min(max(map(len, about), default=0), _ENTITY_WIDTH)
    lines: list[str] = []
    for (row, indent), text in zip(shown, about, strict=True):
        name = " " * indent + row.tool
        if len(name) > name_width:
            lines.append(name)
            name = ""
        sure = row.confidence if row.kind not in ("opaque", "dispatch") else ""
        mark = " fallback" if row.fallback else ""
        line = f"{name:<{name_width}}  {row.kind:<{kind_width}}  {text:<{about_width}}  {sure:<6}  "
        lines.append((line + " ".join(row.rules) + mark).rstrip())
        for note in row.notes:
            lines += _wrapped(note, name_width + 2)
    return lines


def totals_lines(found: Report) -> list[str]:
    """Return the operations by kind and confidence as a small table."""
    if not found.by_kind_and_confidence:
        return []
    width = max(map(len, found.by_kind_and_confidence))
    lines = [f"{'kind':<{width}}" + "".join(f"{confidence:>8}" for confidence in CONFIDENCES) + f"{'all':>8}"]
    for kind, counts in found.by_kind_and_confidence.items():
        cells = [counts.get(confidence, 0) or "-" for confidence in CONFIDENCES]
        lines.append(f"{kind:<{width}}" + "".join(f"{cell:>8}" for cell in (*cells, sum(counts.values()))))
    return lines


def problem_lines(found: Report) -> list[str]:
    """Return the first problems, and how many more there are."""
    lines = [
        line
        for problem in found.problems[:MAX_PROBLEMS]
        for line in _wrapped(f"problem at {problem.place or '/'}: {problem.message}", 0)
    ]
    left = len(found.problems) - MAX_PROBLEMS
    return [*lines, f"and {left} more problems; --json shows them all"] if left > 0 else lines


def _entity_line(entity: EntityRow) -> str:
    named = f"key {entity.key}" if entity.key else "a single object"
    fields = "1 field" if entity.fields == 1 else f"{entity.fields} fields"
    below = f", below {entity.parent}" if entity.parent else ""
    given = "" if entity.given is None else f", {entity.given} given row{'' if entity.given == 1 else 's'}"
    return f"entity {entity.name}: {named}, {fields}{below}{given}"


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2))


def _row(operation: Operation, name: str) -> OperationRow:
    reasons = [operation.reason] if isinstance(operation, OpaqueOperation) and operation.reason else []
    cases = operation.cases if isinstance(operation, DispatchOperation) else {}
    detail = ""
    if isinstance(operation, ProfileOperation):
        detail = f"{operation.profile}: {operation.action}"
    elif isinstance(operation, ComputeOperation):
        detail = operation.function
    elif isinstance(operation, DispatchOperation):
        detail = f"by {operation.argument}"
    return OperationRow(
        tool=name,
        kind=operation.kind,
        entity=operation.entity if isinstance(operation, EntityOperation) else None,
        detail=detail,
        confidence=operation.confidence,
        fallback=operation.kind in ("action", "record"),
        rules=list(operation.rules),
        notes=[*reasons, *operation.guesses],
        cases=[_row(case, value) for value, case in cases.items()],
    )


def _count(order: Sequence[str], values: Sequence[str]) -> dict[str, int]:
    return {value: count for value in order if (count := values.count(value))}
