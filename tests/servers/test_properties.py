"""What must hold of every compiled server, on every bundled specification and every operation of it."""

from __future__ import annotations

import json
from contextlib import nullcontext
from functools import lru_cache
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inftool.servers import Kernel, open_program
from inftool.servers.checking import RULES, Findings, Violation, check_properties, findings, hostile_arguments
from inftool.servers.program import DeleteOperation, ServerProgram
from inftool.servers.sampling import Subject, sample, subjects
from inftool.specs import bundled

from .clinic import clinic
from .studio import state, studio

CONTRADICTIONS = 11
"""How many tools of the bundled specifications may promise an answer that their own requests or examples rule out."""


@lru_cache
def kernel(name: str) -> Kernel:
    return Kernel({"clinic": clinic, "studio": studio}[name]() if name in ("clinic", "studio") else open_program(name))


@lru_cache
def found_in(name: str) -> Findings:
    return findings(open_program(name))


@pytest.mark.parametrize("name", bundled())
def test_every_property_holds_of_every_operation(name: str) -> None:
    assert found_in(name).violations == []


@pytest.mark.parametrize("program", [clinic(), studio(), studio(login=False), studio(initial=state())])
def test_they_hold_of_programs_written_by_hand(program: ServerProgram) -> None:
    assert check_properties(program) == []


def test_few_specifications_contradict_themselves() -> None:
    found = [(name, violation.tool) for name in bundled() for violation in found_in(name).contradictions]
    assert len(found) <= CONTRADICTIONS, found


def test_the_checks_are_repeatable() -> None:
    program = mistaken()
    assert check_properties(program, 3) == check_properties(program, 3) != []


# --- the checks see what is broken


def mistaken() -> ServerProgram:
    """Return a program with a response that is not what it declares."""
    program = clinic()
    schema = {"type": "object", "properties": {"name": {"type": "integer"}}}
    changed = program.operation("get_pet").model_copy(update={"output_schema": schema})
    return program.model_copy(
        update={"operations": [changed if tool.tool == "get_pet" else tool for tool in program.operations]}
    )


FAULTS: dict[str, tuple[str, str, Any]] = {
    "gone": ("session.Session.delete", "clinic", None),
    "changed": ("session.Session.put", "clinic", None),
    "kept": ("adding._field_value", "clinic", (True, "odd")),
    "pages": ("listing._count", "clinic", 2),
    "filters": ("reading.matching", "clinic", []),
    "no trace": ("session.Session.transaction", "clinic", nullcontext()),
    "listed": ("reading.rows_in", "clinic", []),
    "total": ("reading.page_of", "clinic", None),
    "conserved": ("effects.written", "studio", 7),
    "effects": ("effects.set_at", "studio", None),
    "references": ("adding.check_references", "clinic", None),
    "repeatable": ("answering.value_for", "clinic", count()),
}
"""By property: a part of the runtime, a program, and what the part is made to answer, so that the property breaks."""


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_of_the_runtime_is_found_out(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    part, name, answer = FAULTS[rule]
    program = clinic() if name == "clinic" else studio(login=False, initial=state())
    monkeypatch.setattr(
        f"inftool.servers.runtime.{part}", lambda *_, **__: next(answer) if rule == "repeatable" else answer
    )
    assert rule in {violation.rule for violation in check_properties(program)}


def test_violations_have_a_known_rule() -> None:
    found = check_properties(mistaken())
    assert found
    assert all(isinstance(violation, Violation) and violation.rule in RULES for violation in found)


def test_single_tools_can_be_checked() -> None:
    program = mistaken()
    assert check_properties(program, tools=["list_pets"]) == []
    assert [violation.tool for violation in check_properties(program, tools=["get_pet"])] == ["get_pet"]


# --- any calls, in any order

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=4), inner, max_size=2)),
    max_leaves=4,
)


@st.composite
def episodes(draw: st.DrawFn, names: tuple[str, ...]) -> tuple[str, list[tuple[Subject, int, dict[str, Any]]]]:
    """A program, and calls of it: (operation, number of the sampled arguments, what is changed in them)."""
    name = draw(st.sampled_from(names))
    listed = list(subjects(kernel(name).program))
    steps = draw(st.lists(st.tuples(st.sampled_from(listed), st.integers(0, 3), st.data()), max_size=6))
    calls = []
    for subject, number, data in steps:
        arguments = list(subject.operation.input_schema.get("properties") or {})[:6]
        odd = data.draw(st.dictionaries(st.sampled_from(arguments), json_values, max_size=1)) if arguments else {}
        calls.append((subject, number, odd))
    return name, calls


def play(name: str, calls: list[tuple[Subject, int, dict[str, Any]]]) -> str:
    """Play calls on a fresh session, checking each, and return all that can be seen of them."""
    runs = kernel(name)
    seen = []
    with runs.open() as session, runs.open() as other:
        fresh = session.snapshot()
        for subject, number, odd in calls:
            arguments = {**sample(runs.program, session, subject, number), **odd}
            before = session.snapshot()
            result = runs.call(session, subject.tool, arguments)
            json.loads(result.text)
            assert result.status < 500
            if result.is_error:
                assert session.snapshot() == before
            elif isinstance(subject.operation, DeleteOperation):
                assert session.snapshot() != before
            seen.append((result.status, result.text))
        played = repr((seen, session.diff(), session.snapshot()))
        assert other.snapshot() == fresh
        session.reset()
        assert session.snapshot() == fresh
        assert session.diff() == []
    return played


QUICK = ("clinic", "studio", "petstore", "conduit", "museum", "tau2_telecom", "slack_mcp", "discovery_tasks")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(episode=episodes(QUICK))
def test_any_calls_are_answered_repeatable_and_leave_no_trace_when_refused(
    episode: tuple[str, list[tuple[Subject, int, dict[str, Any]]]],
) -> None:
    assert play(*episode) == play(*episode)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(episode=episodes((*bundled(), "clinic", "studio")))
def test_any_calls_of_any_server(episode: tuple[str, list[tuple[Subject, int, dict[str, Any]]]]) -> None:
    assert play(*episode) == play(*episode)


@pytest.mark.slow
@pytest.mark.parametrize("name", bundled())
@pytest.mark.parametrize("seed", [1, 7, 2**40])
def test_every_property_holds_for_other_seeds(name: str, seed: int) -> None:
    assert check_properties(open_program(name), seed) == []


@settings(max_examples=80, deadline=None)
@given(
    amounts=st.lists(st.tuples(st.sampled_from(["m1", "m2"]), st.floats(-10, 200) | st.integers(-3, 90)), max_size=6)
)
def test_money_is_conserved_by_any_transfers(amounts: list[tuple[str, float]]) -> None:
    runs = Kernel(studio(login=False, initial=state()))
    with runs.open() as session:
        for payer, amount in amounts:
            to = "m2" if payer == "m1" else "m1"
            runs.call(session, "pay", {"id": payer, "to": to, "amount": amount})
        balances = [row["balance"] for row in session.rows("Member")]
        assert min(balances) >= 0
        assert sum(balances) == pytest.approx(100.3, abs=1e-9)


def test_hostile_arguments_are_made_of_good_ones() -> None:
    made = list(hostile_arguments({"a": 1, "b": "x"}))
    assert {"a": "", "b": "x"} in made
    assert len(made) > 30
