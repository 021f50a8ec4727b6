"""What must hold of every server, whatever it was compiled from: checked by calling each of its tools.

Nothing here is random: the same program and seed are checked with the same calls. A program whose operations cannot be
called with made-up arguments (a number that must be a prime, say) passes for want of evidence.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from inftool.servers.checking.actions import check_action
from inftool.servers.checking.lists import check_list
from inftool.servers.checking.probe import RULES, Probe, Violation
from inftool.servers.checking.refusals import check_hostile, check_missing, hostile_arguments
from inftool.servers.checking.rows import check_create, check_delete, check_link, check_update
from inftool.servers.program import (
    ActionOperation,
    CreateOperation,
    DeleteOperation,
    EntityOperation,
    LinkOperation,
    ListOperation,
    ServerProgram,
    UpdateOperation,
)
from inftool.servers.sampling import Subject, sample

__all__ = ["RULES", "Findings", "Violation", "check_properties", "findings", "hostile_arguments"]


class Findings(NamedTuple):
    """What calling every tool has shown."""

    violations: list[Violation]
    """What does not hold, at most one for each tool and rule, in the order of the tools."""
    contradictions: list[Violation]
    """Where the specification contradicts itself, so that an answer cannot have the declared form: nothing could have
    it, or a caller may send what it does not allow. Then what was sent is shown all the same, since what was created
    must be readable as it was sent."""


def check_properties(
    program: ServerProgram, seed: int | None = None, tools: Collection[str] | None = None
) -> list[Violation]:
    """Check every property on every operation; return what does not hold. See :func:`findings`.

    Raises:
        ProgramError: the program contradicts itself.
    """
    return findings(program, seed, tools).violations


def findings(program: ServerProgram, seed: int | None = None, tools: Collection[str] | None = None) -> Findings:
    """Check every property on every operation.

    Args:
        program: the server.
        seed: of its rows; the program's own if None.
        tools: the tools to check; all if None.

    Raises:
        ProgramError: the program contradicts itself.
    """
    with Probe(program, program.seed if seed is None else seed) as probe:
        for subject in probe.subjects:
            if tools is None or subject.tool in tools:
                _check(probe, subject)
        probe.finish()
        return Findings(probe.violations, probe.excused)


def _check(probe: Probe, subject: Subject) -> None:
    """Check all that applies to one operation."""
    operation = subject.operation
    probe.begin(subject)
    for number in range(2):
        probe.call(subject, sample(probe.program, probe.session, subject, number))
    probe.begin(subject)
    check_hostile(probe, subject)
    if isinstance(operation, EntityOperation):
        probe.begin(subject)
        check_missing(probe, subject, operation)
    match operation:
        case CreateOperation():
            check_create(probe, subject, operation)
        case ListOperation():
            check_list(probe, subject, operation)
        case UpdateOperation():
            check_update(probe, subject, operation)
        case DeleteOperation():
            check_delete(probe, subject, operation)
        case LinkOperation():
            check_link(probe, subject, operation)
        case ActionOperation():
            check_action(probe, subject, operation)
