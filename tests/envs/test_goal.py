from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool.envs.goal import differences, mentions, untold
from inftool.envs.task import Fact
from inftool.servers.program import Entity, EntityField, ServerProgram
from inftool.servers.runtime.changes import RowChange

PROGRAM = ServerProgram(
    name="shop",
    title="Shop",
    entities={
        "Pet": Entity(
            name="Pet",
            label="pet",
            plural="pets",
            key="id",
            fields={
                "id": EntityField(role="id"),
                "name": EntityField(),
                "price": EntityField(),
                "updated_at": EntityField(role="updated_at"),
            },
        ),
        "Visit": Entity(
            name="Visit",
            label="visit",
            plural="visits",
            key="id",
            parent="Pet",
            fields={"id": EntityField(role="id"), "pet_id": EntityField(role="reference", entity="Pet")},
        ),
    },
    operations=[],
)


def insert(entity: str, key: str, parent: str = "", **after: Any) -> RowChange:
    return RowChange(entity=entity, key=key, parent=parent, kind="insert", after=after)


def update(key: str, before: dict[str, Any], after: dict[str, Any]) -> RowChange:
    return RowChange(entity="Pet", key=key, kind="update", before=before, after=after)


def test_new_ids_may_be_anything_and_references_follow() -> None:
    wanted = [insert("Pet", "11", id=11, name="Rex"), insert("Visit", "5", "/11", id=5, pet_id=11)]
    found = [insert("Visit", "9", "/40", id=9, pet_id=40), insert("Pet", "40", id=40, name="Rex")]
    assert differences(PROGRAM, wanted, found) == []


def test_a_reference_to_another_row_is_a_difference() -> None:
    wanted = [insert("Pet", "11", id=11, name="Rex"), insert("Visit", "5", "/11", id=5, pet_id=11)]
    found = [insert("Pet", "40", id=40, name="Rex"), insert("Visit", "9", "/3", id=9, pet_id=3)]
    assert len(differences(PROGRAM, wanted, found)) == 2


def test_clocks_are_ignored_and_whole_floats_are_integers() -> None:
    wanted = [update("3", {"price": 1, "updated_at": "a"}, {"price": 3, "updated_at": "b"})]
    found = [update("3", {"price": 1, "updated_at": "a"}, {"price": 3.0, "updated_at": "c"})]
    assert differences(PROGRAM, wanted, found) == []


@pytest.mark.parametrize(
    "found",
    [
        [],
        [update("4", {"price": 1}, {"price": 3})],
        [update("3", {"price": 1}, {"price": 4})],
        [update("3", {"price": 1, "name": "a"}, {"price": 3, "name": "b"})],
        [update("3", {"price": 1}, {"price": 3}), insert("Pet", "9", id=9, name="x")],
        [RowChange(entity="Pet", key="3", kind="delete", before={"price": 1})],
    ],
)
def test_missing_and_unwanted_effects_are_differences(found: list[RowChange]) -> None:
    assert differences(PROGRAM, [update("3", {"price": 1}, {"price": 3})], found)


def test_two_equal_new_rows_are_not_one() -> None:
    one = [insert("Pet", "11", id=11, name="Rex")]
    two = [*one, insert("Pet", "12", id=12, name="Rex")]
    assert differences(PROGRAM, one, two)
    assert differences(PROGRAM, two, one)
    assert differences(PROGRAM, two, two[::-1]) == []


rows = st.lists(
    st.builds(lambda key, name: insert("Pet", str(key), id=key, name=name), st.integers(0, 99), st.sampled_from("abc")),
    unique_by=lambda change: change.key,
    max_size=5,
)


@given(rows, st.randoms())
def test_order_and_new_ids_never_matter(changes: list[RowChange], rng: Any) -> None:
    renamed = [
        insert("Pet", str(1000 + i), id=1000 + i, name=c.after["name"]) for i, c in enumerate(changes) if c.after
    ]
    rng.shuffle(renamed)
    assert differences(PROGRAM, changes, renamed) == []


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("It is sold.", "sold", True),
        ("It is SOLD!", "sold", True),
        ("It is unsold.", "sold", False),
        ("It costs 1,234.50 dollars", 1234.5, True),
        ("It costs 12 dollars", 1, False),
        ("the total is 3", 3.0, True),
        ("-3 degrees", -3, True),
        ("version v3", 3, False),
        ("blue\nwhale", "blue whale", True),
        ("anything", "", False),
        ("yes", True, False),
    ],
)
def test_mentions(text: str, value: Any, expected: bool) -> None:
    assert mentions(text, value) is expected


def test_a_fact_must_be_told_and_looked_up() -> None:
    facts = [Fact(label="status", value="sold")]
    assert untold(facts, "It is sold.", '{"status":"sold"}') == []
    assert "never looked up" in untold(facts, "It is sold.", "")[0]
    assert "not told" in untold(facts, "No idea.", '{"status":"sold"}')[0]
