"""The compile report: per operation what it was taken for, how surely and why, with totals."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from inftool.servers.program import Confidence, EntityOperation, OpaqueOperation, Operation, ServerProgram
from inftool.specs.spec import Problem

KINDS = (
    "create", "read", "list", "search", "update", "replace", "delete", "aggregate", "bulk_create", "bulk_update",
    "bulk_delete", "link", "unlink", "transition", "toggle", "adjust", "transfer", "edit", "login", "logout", "signup",
    "action", "compute", "profile", "dispatch", "opaque",
)  # fmt: skip
"""The order in which kinds are reported."""
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")


class OperationRow(BaseModel):
    """One operation of the report."""

    model_config = ConfigDict(extra="forbid")

    tool: str
    kind: str
    entity: str | None
    """None where it works on no rows."""
    confidence: Confidence
    rules: list[str]
    """Ids from docs/inference.md."""
    notes: list[str]
    """What was guessed, one sentence each; for ``opaque``, why it was not understood."""


class EntityRow(BaseModel):
    """One entity of the report."""

    model_config = ConfigDict(extra="forbid")

    name: str
    key: str
    parent: str | None
    fields: int
    operations: int


class Report(BaseModel):
    """What the compiler made of a specification."""

    model_config = ConfigDict(extra="forbid")

    name: str
    title: str
    digest: str
    """Content hash of the program."""
    operations: list[OperationRow]
    entities: list[EntityRow]
    by_kind: dict[str, int]
    """Operations by kind, in the order of :data:`KINDS`; kinds that do not occur are left out."""
    by_confidence: dict[str, int]
    """Operations that were understood, by confidence."""
    problems: list[Problem]

    @property
    def understood(self) -> float:
        """Share of the operations that are not opaque, 0 to 1; 0 where there are none."""
        total = len(self.operations)
        return (total - self.by_kind.get("opaque", 0)) / total if total else 0.0

    def to_text(self) -> str:
        """Return the report as plain text: one line an operation, its notes below it, the totals at the end."""
        lines = [f"{self.title or self.name} ({self.name}, program {self.digest})", ""]
        for entity in self.entities:
            below = f", below {entity.parent}" if entity.parent else ""
            lines.append(f"entity {entity.name}: key {entity.key}, {entity.fields} fields{below}")
        lines += [""] if self.entities else []
        width = max((len(row.tool) for row in self.operations), default=0)
        for row in self.operations:
            sure = row.confidence if row.kind != "opaque" else ""
            line = f"{row.tool:<{width}}  {row.kind:<7}  {row.entity or '-':<20}  {sure:<6}  {' '.join(row.rules)}"
            lines.append(line.rstrip())
            lines += [f"{'':<{width}}  {note}" for note in row.notes]
        lines += ["", self.summary()]
        lines += [f"problem at {problem.place}: {problem.message}" for problem in self.problems]
        return "\n".join(lines) + "\n"

    def summary(self) -> str:
        """Return the totals in one line."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.by_kind.items())
        sure = ", ".join(f"{count} {confidence}" for confidence, count in self.by_confidence.items())
        return (
            f"{len(self.operations)} operations ({self.understood:.0%} understood): {kinds}. Confidence: {sure or '-'}."
        )


def report(program: ServerProgram) -> Report:
    """Report on a compiled program."""
    rows = [_row(operation) for operation in program.operations]
    counts = {name: sum(row.entity == name for row in rows) for name in program.entities}
    return Report(
        name=program.name,
        title=program.title,
        digest=program.digest,
        operations=rows,
        entities=[
            EntityRow(name=name, key=e.key, parent=e.parent, fields=len(e.fields), operations=counts[name])
            for name, e in program.entities.items()
        ],
        by_kind=_count(KINDS, [row.kind for row in rows]),
        by_confidence=_count(CONFIDENCES, [row.confidence for row in rows if row.kind != "opaque"]),
        problems=list(program.problems),
    )


def _row(operation: Operation) -> OperationRow:
    reasons = [operation.reason] if isinstance(operation, OpaqueOperation) else []
    return OperationRow(
        tool=operation.tool,
        kind=operation.kind,
        entity=operation.entity if isinstance(operation, EntityOperation) else None,
        confidence=operation.confidence,
        rules=list(operation.rules),
        notes=[*reasons, *operation.guesses],
    )


def _count(order: Sequence[str], values: Sequence[str]) -> dict[str, int]:
    return {value: count for value in order if (count := values.count(value))}
