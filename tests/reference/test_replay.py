"""How faithful compiled servers are to the hand-written ones, with floors that are measured less a margin."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from .domain import Domain, call, failed, load_domains
from .replay import Score, replay

DOMAINS = {domain.name: domain for domain in load_domains(Path(__file__).parent / "domains")}
FLOORS = {
    "appointments": "94 75 94 93 75 86",
    "banking": "91 95 86 86 74 85",
    "board": "95 95 85 80 80 80",
    "courier": "95 85 90 85 85 90",
    "events": "94 95 95 91 75 85",
    "home": "95 90 90 90 90 90",
    "library": "95 95 90 90 95 95",
    "vault": "95 95 62 62 95 95",
}
"""By domain, in percent, the shares below."""
SHARES = ("outcome", "refused", "present", "equal", "reads", "written")
BARE_FLOORS = {
    "appointments": "65 66",
    "banking": "29 23",
    "board": "74 80",
    "courier": "75 86",
    "events": "80 78",
    "home": "80 82",
    "library": "59 80",
    "vault": "48 48",
}
"""The same for reads and written, where the compiled server is not given the initial state."""
QUICK, LONG = 40, 200


@cache
def _score(name: str, sequences: int) -> Score:
    return replay(DOMAINS[name], sequences)


def _check(score: Score, names: tuple[str, ...], text: str) -> None:
    floors = dict(zip(names, map(float, text.split()), strict=True))
    found = {name: 100 * score.shares()[name] for name in names}
    assert {name: round(found[name], 1) for name in names if found[name] < floors[name]} == {}, floors


@pytest.mark.parametrize("name", DOMAINS)
def test_agreement_is_above_the_floor(name: str) -> None:
    _check(_score(name, QUICK), SHARES, FLOORS[name])


@pytest.mark.parametrize("name", BARE_FLOORS)
def test_reads_follow_writes_on_a_function_list_alone(name: str) -> None:
    _check(replay(DOMAINS[name], QUICK, given=False), ("reads", "written"), BARE_FLOORS[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", DOMAINS)
def test_agreement_over_more_sequences(name: str) -> None:
    _check(_score(name, LONG), SHARES, FLOORS[name])


@pytest.mark.parametrize("name", DOMAINS)
def test_every_tool_is_exercised(name: str) -> None:
    score = _score(name, QUICK)
    assert {tool for tool, one in score.tools.items() if one.succeeded < 3} == set()
    writes = [one for tool, one in score.tools.items() if tool in DOMAINS[name].reads]
    assert sum(one.reads > 0 for one in writes) >= 0.9 * len(writes)
    assert score.total.failures >= 0.05 * score.total.calls


@pytest.mark.parametrize("name", DOMAINS)
def test_hints_name_tools_and_arguments(name: str) -> None:
    domain: Domain = DOMAINS[name]
    tools = set(domain.tools())
    assert set(domain.reads) <= tools
    assert {text.split()[0] for texts in domain.reads.values() for text in texts} <= tools
    known = tools | {argument for tool in tools for argument in domain.schema(tool)["properties"]}
    assert {part for pool in domain.pools for part in pool.split(".")} <= known


def test_replay_is_the_same_each_time() -> None:
    first, second = (replay(DOMAINS["courier"], 6) for _ in range(2))
    assert first == second
    assert replay(DOMAINS["courier"], 6, seed=1).disagreements != first.disagreements


def test_a_reference_refuses_what_its_schema_forbids() -> None:
    domain = DOMAINS["courier"]
    api = domain.fresh()
    assert failed(call(domain, api, "schedule_pickup", {"tracking_number": "PC8703", "date": "2030-02-12"}))
    late = {"tracking_number": "PC8703", "date": "2030-02-12", "slot": "night"}
    assert failed(call(domain, api, "schedule_pickup", late))
    assert not failed(call(domain, api, "schedule_pickup", late | {"slot": "morning"}))
    assert domain.fresh().pickups != api.pickups
