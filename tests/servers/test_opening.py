"""Opening programs by name, by specification file and from compiled JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inftool.servers import Kernel, ProgramError, open_program
from inftool.servers.fixtures import StateError
from inftool.servers.opening import open_server
from inftool.specs import SpecError

from .clinic import clinic


def test_a_bundled_name_is_compiled_once() -> None:
    program = open_program("petstore")
    assert program is open_program("petstore")
    with Kernel(program).open() as session:
        assert any(session.rows(entity) for entity in program.entities)


def test_a_compiled_program_is_read_as_it_is_and_again_when_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "clinic.json"
    path.write_text(clinic().model_dump_json(by_alias=True))
    assert open_program(path).digest == clinic().digest
    path.write_text(clinic().model_copy(update={"title": "Another title"}).model_dump_json(by_alias=True))
    assert open_program(path).title == "Another title"


def test_a_damaged_program_names_the_place(tmp_path: Path) -> None:
    data = json.loads(clinic().model_dump_json(by_alias=True))
    data["entities"]["Pet"]["kye"] = "id"
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(data))
    with pytest.raises(ProgramError, match=r"broken\.json: entities\.Pet\.kye: Extra inputs"):
        open_program(path)
    data["entities"]["Pet"].pop("kye")
    data["operations"][0]["entity"] = "Nobody"
    path.write_text(json.dumps(data))
    with pytest.raises(ProgramError, match=r"broken\.json: .*'Nobody' is not an entity"):
        open_program(path)


def test_what_is_no_specification_says_so(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="petstor"):
        open_program("petstor")
    path = tmp_path / "x.json"
    path.write_text("{")
    with pytest.raises(SpecError, match=r"x\.json"):
        open_program(path)


def test_a_folder_that_compile_wrote_is_opened(tmp_path: Path) -> None:
    (tmp_path / "program.json").write_text(clinic().model_dump_json(by_alias=True, indent=1))
    assert open_program(tmp_path).digest == clinic().digest
    (tmp_path / "program.json").unlink()
    with pytest.raises(SpecError, match="a folder, not a specification"):
        open_program(tmp_path)


def test_overrides_and_state_work_on_specifications_and_on_programs(tmp_path: Path) -> None:
    overrides, state = tmp_path / "o.yaml", tmp_path / "pets.yaml"
    overrides.write_text("drop: [deletePet]\n")
    state.write_text("PetStore:\n  pets:\n    12: {name: Rex, status: sold}\n    13: {name: Ada}\n")
    opened = open_server("petstore", overrides=overrides, state=state)
    assert [change.to_text() for change in opened.changes] == ["operations.deletePet: dropped"]
    assert "deletePet" not in {operation.tool for operation in opened.program.operations}
    assert opened.program.initial["Pet"][0]["id"] == 12
    assert opened.placement is not None
    assert [part.target for part in opened.placement.placed] == ["Pet"]
    path = tmp_path / "clinic.json"
    path.write_text(clinic().model_dump_json(by_alias=True))
    program = open_program(path, overrides={"drop": ["delete_pet"]}, state={"pets": [{"id": 5, "name": "Rex"}]})
    assert program.initial["Pet"] == [{"id": 5, "name": "Rex"}]
    assert len(program.operations) == len(clinic().operations) - 1


def test_given_rows_are_the_rows_of_a_session() -> None:
    program = clinic()
    state = {"pets": [{"id": 5, "name": "Rex"}, {"id": 9, "name": "Ada"}], "owners": [], "next_pet_id": 40}
    kernel = Kernel(program, state=state)
    with kernel.open() as session:
        assert [row["id"] for row in session.rows("Pet")] == [5, 9]
        assert session.rows("Owner") == []
        assert kernel.call(session, "create_pet", {"name": "Bo"}).content["id"] == 40


def test_several_files_of_state_are_merged_and_a_bad_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "pets.json").write_text('[{"id": 5, "name": "Rex"}]')
    (tmp_path / "rest.yaml").write_text("owners: {own_1: {name: Ida}}\n")
    files = [tmp_path / "pets.json", tmp_path / "rest.yaml"]
    path = tmp_path / "program.json"
    path.write_text(clinic().model_dump_json(by_alias=True))
    program = open_server(tmp_path, state=files).program
    assert program.initial == {"Pet": [{"id": 5, "name": "Rex"}], "Owner": [{"id": "own_1", "name": "Ida"}]}
    (tmp_path / "pets.json").write_text("{")
    with pytest.raises(StateError, match=r"pets\.json"):
        open_server(tmp_path, state=files)
    with pytest.raises(StateError, match=r"none\.json"):
        open_server(tmp_path, state=tmp_path / "none.json")


def test_a_part_of_the_tools_is_opened() -> None:
    assert len(open_server("petstore", tags=["pet"], max_tools=3).program.operations) == 3
    assert open_server("petstore", seed=5).program.seed == 5


def test_overrides_that_cannot_run_are_refused() -> None:
    with pytest.raises(ProgramError, match="no argument names its pet"):
        open_program("petstore", overrides={"operations": {"addPet": {"kind": "read", "entity": "Pet"}}})
