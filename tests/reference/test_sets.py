"""The sets that stay out of development: only their form is tested, so that no score of theirs becomes a target."""

from __future__ import annotations

from pathlib import Path

import pytest

from .domain import Domain, call, failed, load_domains
from .replay import replay

SETS = {name: load_domains(Path(__file__).parent / name) for name in ("held_out", "fresh", "blind")}
DOMAINS = {domain.name: domain for domains in SETS.values() for domain in domains}


@pytest.mark.parametrize(("name", "size"), [("held_out", 10), ("fresh", 10), ("blind", 6)])
def test_every_set_has_domains_of_its_own(name: str, size: int) -> None:
    assert len(SETS[name]) == size
    assert len(DOMAINS) == sum(map(len, SETS.values()))


@pytest.mark.parametrize("name", DOMAINS)
def test_hints_name_tools_and_arguments(name: str) -> None:
    domain: Domain = DOMAINS[name]
    arguments = {tool: set(domain.schema(tool)["properties"]) for tool in domain.tools()}
    assert set(domain.reads) <= set(arguments)
    for reader, *renamed in (text.split() for texts in domain.reads.values() for text in texts):
        assert {part.split("=")[0] for part in renamed} <= arguments[reader]
    for key in domain.pools:
        tool, _, argument = key.partition(".")
        assert argument in arguments[tool] if argument else key in {*arguments, *set().union(*arguments.values())}


@pytest.mark.parametrize("name", [domain.name for name in ("fresh", "blind") for domain in SETS[name]])
def test_replay_is_the_same_each_time(name: str) -> None:
    first, second = (replay(DOMAINS[name], 2) for _ in range(2))
    assert first == second
    assert first.total.calls > 10


def test_every_way_to_fail_is_a_failure() -> None:
    for name, tool, wrong, right in (
        ("parley", "message_read", {"message_no": 999}, {"message_no": 1}),
        ("tunes", "playTrack", {"title": "x"}, {"title": "Salt"}),
        ("trips", "get_fare", {"fare_id": "x"}, {"fare_id": "f-lis-eco"}),
        ("helpdesk", "ticketShow", {"ticketId": "x"}, {"ticketId": "HD-301"}),
    ):
        api = DOMAINS[name].fresh()
        assert failed(call(DOMAINS[name], api, tool, wrong))
        assert not failed(call(DOMAINS[name], api, tool, right))


def test_a_domain_without_writes_is_replayed() -> None:
    domain = DOMAINS["figures"]
    assert not domain.reads
    assert replay(domain, 2).total.calls == 24
