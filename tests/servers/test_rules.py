"""The table of rules has the ids of docs/inference.md, and every id that a program carries."""

import re
from pathlib import Path

import pytest

from inftool.servers import open_program
from inftool.servers.rules import RULES, meaning
from inftool.specs import bundled

CATALOGUE = (Path(__file__).parents[2] / "docs" / "inference.md").read_text(encoding="utf-8")
IDS = re.findall(r"^- \**([A-Z]\d+) ", CATALOGUE, re.MULTILINE)


def test_the_table_and_the_catalogue_have_the_same_ids() -> None:
    assert len(IDS) == len(set(IDS))
    assert sorted(RULES) == sorted([*IDS, "override"])


def test_every_rule_is_one_plain_line() -> None:
    for text in RULES.values():
        assert text.endswith(".")
        assert len(text) <= 110
        assert "\n" not in text
    assert "inference.md" in meaning("Z99")


@pytest.mark.parametrize("name", bundled())
def test_programs_carry_known_rules(name: str) -> None:
    program = open_program(name)
    used = {rule for o in program.flat() for rule in o.rules} | {r for e in program.entities.values() for r in e.rules}
    assert used <= set(RULES)
