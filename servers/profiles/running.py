"""Profiles at run time: calls of their operations, and the rows that a session of such a server starts with."""

from __future__ import annotations

from typing import Any

from inftool.servers.profiles.presenting import called, present
from inftool.servers.profiles.profile import Outcome
from inftool.servers.profiles.registry import PROFILES, profile_named
from inftool.servers.program import ProfileOperation, ServerProgram
from inftool.servers.runtime.machine import Machine, Run
from inftool.servers.runtime.session import Row, SeedRow, Session


def prepare_profile(machine: Machine, operation: ProfileOperation) -> Run:
    """Prepare the run of an operation of a profile.

    Raises:
        KeyError: there is no such profile or action.
    """
    profile = profile_named(operation.profile)
    action, echoed = profile.by_name[operation.action], profile.echoed.split()
    seed = machine.seed
    properties = operation.input_schema.get("properties") or {}
    defaults = {
        role: properties[argument]["default"]
        for role, argument in operation.roles.items()
        if isinstance(properties.get(argument), dict) and properties[argument].get("default") is not None
    }

    def run(session: Session, arguments: Row) -> Any:
        values = dict(operation.constants) | defaults
        for role, argument in operation.roles.items():
            if arguments.get(argument) is not None:
                values[role] = arguments[argument]
        if action.deep is not None:
            outcome = action.deep(machine, session, values)
        else:
            assert action.act is not None
            outcome = action.act(session, values)
        if action.writes:
            session.tick()
        if operation.output_schema is None:
            outcome = called(outcome, operation.names)
            given = {
                operation.roles[role]: values[role] for role in echoed if role in operation.roles and role in values
            }
            outcome = Outcome({**given, **outcome.named}, outcome.text)
        return present(outcome, operation.output_schema, (seed, operation.tool))

    return run


def profile_rows(program: ServerProgram, seed: int) -> list[SeedRow]:
    """Return the rows that the profiles of a program start with: those given from outside, else seeded ones."""
    used = {operation.profile for operation in program.flat() if operation.kind == "profile"}
    rows: list[SeedRow] = []
    for profile in PROFILES:
        if profile.name in used:
            given = program.initial.get(profile.name)
            rows.extend(profile.keep(given) if given is not None else profile.seed(seed))
    return rows


def place(program: ServerProgram, name: str, part: Any) -> tuple[str, list[Row]] | None:
    """Match a part of a state document with a profile of the program.

    Args:
        program: the compiled server; only the profiles that it uses are asked.
        name: what the document calls the part; ``""`` for the whole document.
        part: any JSON value.

    Returns:
        (name of the profile, rows for :attr:`ServerProgram.initial` under that name), or None where none takes it.
    """
    for profile in PROFILES:
        own = [op for op in program.flat() if op.kind == "profile" and op.profile == profile.name]
        if own:
            rows = profile.place(name, part, own)
            if rows is not None:
                return profile.name, rows
    return None
