"""Seeded rows: linked, distinct, ordered in time, and unmoved by a new field."""

from __future__ import annotations

from inftool.servers.program import EntityField
from inftool.servers.runtime.seeds import MAX_ROWS, seed_rows

from ..clinic import clinic


def test_every_reference_and_parent_exists_and_keys_are_unique() -> None:
    rows = seed_rows(clinic(), 0)
    keys = {(row.entity, row.parent, row.key) for row in rows}
    assert len(keys) == len(rows)
    owners = {row.key for row in rows if row.entity == "Owner"}
    clinics = {row.key for row in rows if row.entity == "Clinic"}
    pets = {row.key for row in rows if row.entity == "Pet"}
    for row in rows:
        if row.entity == "Pet":
            assert row.doc["owner_id"] in owners
            assert row.doc["created_at"] <= row.doc["updated_at"]
        if row.entity == "Visit":
            assert row.parent == f"/{row.doc['pet_id']}"
            assert str(row.doc["pet_id"]) in pets
            assert row.doc["clinic"] in clinics


def test_examples_come_first_and_names_are_distinct() -> None:
    pets = [row.doc for row in seed_rows(clinic(), 0) if row.entity == "Pet"]
    assert pets[0]["id"] == 10
    assert pets[0]["name"] == "doggie"
    assert len({pet["name"] for pet in pets}) == len(pets) == 6
    assert {pet["status"] for pet in pets} == {"available", "pending", "sold"}
    owners = [row.doc for row in seed_rows(clinic(), 0) if row.entity == "Owner"]
    assert all(owner["id"].startswith("own_") for owner in owners)


def test_a_new_field_moves_nothing_else_and_a_new_seed_does() -> None:
    program = clinic()
    before = seed_rows(program, 0)
    program.entities["Pet"].fields["color"] = EntityField(schema_={"type": "string"}, required=True)
    after = seed_rows(program, 0)
    assert [row.doc | {"color": 0} for row in after if row.entity == "Pet"] == [
        row.doc | {"color": 0} for row in before if row.entity == "Pet"
    ]
    assert [row for row in after if row.entity != "Pet"] == [row for row in before if row.entity != "Pet"]
    assert seed_rows(clinic(), 1) != before
    assert seed_rows(clinic(), 0) == before


def test_the_image_is_bounded() -> None:
    program = clinic()
    for entity in program.entities.values():
        entity.seed_rows = 100_000
    assert len(seed_rows(program, 0)) <= MAX_ROWS


def test_entities_may_point_at_each_other_and_at_themselves() -> None:
    program = clinic()
    program.entities["Owner"].fields["favorite"] = EntityField(
        schema_={"type": "integer"}, role="reference", entity="Pet", required=True
    )
    program.entities["Owner"].fields["boss"] = EntityField(schema_={"type": "string"}, role="reference", entity="Owner")
    rows = seed_rows(program, 0)
    pets = {row.doc["id"] for row in rows if row.entity == "Pet"}
    owners = [row.doc for row in rows if row.entity == "Owner"]
    assert all(owner["favorite"] in pets for owner in owners)
    assert all(owner["boss"] != owner["id"] for owner in owners if "boss" in owner)
