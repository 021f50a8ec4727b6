from pathlib import Path
from typing import Any

import pytest

from inftool.servers.compiler.compile import compile_spec
from inftool.servers.overrides import OverrideError, read_overrides

from .making import INT, TEXT, obj, ref, rows, spec, web

SPEC = spec(
    web("get", "/pets", rows("Pet"), query={"state": TEXT}, name="list_pets"),
    web("get", "/pets/{petId}", ref("Pet"), name="get_pet"),
    web("post", "/pets/{petId}/rename-it", ref("Pet"), body={"name": TEXT}, name="rename_pet"),
    Pet=obj(id=INT, name=TEXT, status=TEXT),
)


def test_a_partial_change_is_merged() -> None:
    filters = {"state": {"field": "status", "test": "eq"}}
    program = compile_spec(
        SPEC, {"operations": {"list_pets": {"filters": filters}}, "entities": {"Pet": {"label": "animal"}}}
    )
    operation = program.operation("list_pets")
    assert operation.kind == "list"
    assert operation.filters["state"].field == "status"
    assert operation.rules[-1] == "override"
    assert program.entities["Pet"].label == "animal"
    assert program.entities["Pet"].key == "id"


def test_an_opaque_operation_can_be_given_a_kind() -> None:
    change = {"kind": "update", "entity": "Pet", "key": "petId", "key_field": "id", "values": {"name": "name"}}
    program = compile_spec(SPEC, {"operations": {"rename_pet": change}})
    operation = program.operation("rename_pet")
    assert (operation.kind, operation.confidence) == ("update", "high")
    assert operation.input_schema == SPEC.tool("rename_pet").input_schema


def test_tools_can_be_dropped() -> None:
    program = compile_spec(SPEC, {"drop": ["rename_pet"]})
    assert [operation.tool for operation in program.operations] == ["list_pets", "get_pet"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"tools": {}}, "overrides.tools: unknown; the parts are operations, entities, drop"),
        ({"operations": {"get_pets": {}}}, "overrides.operations.get_pets: there is no such tool; did you mean"),
        ({"operations": []}, None),
        ({"operations": {"get_pet": 3}}, "overrides.operations.get_pet: expected a mapping of fields"),
        ({"operations": {"get_pet": {"kind": "reed"}}}, "overrides.operations.get_pet"),
        ({"operations": {"get_pet": {"keyy": "x"}}}, "overrides.operations.get_pet.read.keyy"),
        ({"operations": {"get_pet": {"key": "id"}}}, "operations.get_pet.key: the tool has no argument 'id'"),
        (
            {"operations": {"get_pet": {"key_field": "idd"}}},
            "operations.get_pet.key_field: Pet has no field 'idd'; did you mean 'id'?",
        ),
        ({"operations": {"get_pet": {"entity": "Pett"}}}, "there is no entity 'Pett'; did you mean 'Pet'?"),
        ({"entities": {"Pet": {"key": "nom"}}}, "entities.Pet.key: 'nom' is none of its fields"),
        ({"entities": {"Pet": {"parent": "Shop"}}}, "entities.Pet.parent: there is no entity 'Shop'"),
        ({"drop": ["x"]}, "overrides.drop: there is no tool 'x'"),
        ({"drop": "get_pet"}, "overrides.drop: expected a list"),
    ],
)
def test_errors_name_the_place(document: dict[str, Any], message: str | None) -> None:
    if message is None:
        assert compile_spec(SPEC, document).digest == compile_spec(SPEC).digest
        return
    with pytest.raises(OverrideError) as error:
        compile_spec(SPEC, document)
    assert message in str(error.value)


def test_the_compiled_program_is_left_as_it_was() -> None:
    before = compile_spec(SPEC).digest
    compile_spec(SPEC, {"operations": {"get_pet": {"title": "x"}}})
    assert compile_spec(SPEC).digest == before


def test_reading_a_file(tmp_path: Path) -> None:
    path = tmp_path / "o.yaml"
    path.write_text("drop: [rename_pet]\n")
    assert read_overrides(path) == {"drop": ["rename_pet"]}
    path.write_text("")
    assert read_overrides(path) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "is no YAML"),
        ("- x", "expected a mapping"),
        ("a: &a [1]\nb: *a", "aliases"),
        ("\x00", "is no YAML"),
        ("a: 2020-99-99", "is no YAML"),
        ("[" * 5000, "o.yaml"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "o.yaml"
    path.write_text(text)
    with pytest.raises(OverrideError, match=message):
        read_overrides(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OverrideError, match=r"none\.yaml: No such file"):
        read_overrides(tmp_path / "none.yaml")
