"""Answers worked out of the arguments alone (rules P1, P2)."""

from __future__ import annotations

from inftool.servers.program import ComputeOperation
from inftool.servers.runtime.answering import prepare_answer
from inftool.servers.runtime.machine import Machine, Run


def prepare_compute(machine: Machine, operation: ComputeOperation) -> Run:
    """Prepare the run of a compute."""
    return prepare_answer(machine, operation)
