"""Opening programs by name, by specification file and from compiled JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inftool.servers import Kernel, ProgramError, open_program
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
