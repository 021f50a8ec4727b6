import json
import re
import time
from pathlib import Path

import jsonschema_rs
import pytest

from inftool.specs import bundled, load
from inftool.specs.bundle import CATALOG, SUFFIXES, bundled_path

FILES = sorted(path for path in CATALOG.iterdir() if path.suffix in SUFFIXES)


def test_every_file_is_in_one_split_and_has_its_licence() -> None:
    train, unseen, twin = bundled("train"), bundled("unseen"), bundled("twin")
    assert not set(train) & set(unseen)
    assert not set(twin) & {*train, *unseen}
    assert bundled() == sorted(train + unseen + twin) == [path.stem for path in FILES]
    licences = (CATALOG / "LICENSES.md").read_text(encoding="utf-8")
    for path in FILES:
        (licence,) = re.findall(rf"^\| {re.escape(path.name)} \|.*\]\((.*)\) \|$", licences, re.MULTILINE)
        assert (CATALOG / licence).is_file()


def test_unknown_names_have_no_path() -> None:
    assert bundled_path("splits") is None
    assert bundled_path("../splits") is None


TOOLS = {
    "conduit": 19, "conduit_postman": 19, "discovery_books": 51, "discovery_tasks": 14, "docker": 108,
    "google_maps": 7, "link_example": 6, "lob": 105, "meilisearch": 113, "museum": 8,
    "notion": 24, "nytimes": 6, "petstore": 19, "petstore_expanded": 4, "slack": 174, "slack_mcp": 8, "spotify": 97,
    "sqlite": 6, "swapi": 13, "tau2_telecom": 13, "tictactoe": 3, "time": 2, "uber": 5,
}  # fmt: skip


@pytest.mark.parametrize("name", bundled())
def test_bundled_specifications_read_whole_and_valid(name: str) -> None:
    start = time.process_time()
    spec = load(name)
    assert time.process_time() - start < 3, "loading takes at most 1.5 s on an idle machine"
    assert (spec.name, spec.source, len(spec.tools)) == (name, name, TOOLS[name])
    assert spec.problems == []
    assert len({tool.name for tool in spec.tools}) == len(spec.tools)
    size = 0
    for tool in spec.tools:
        assert re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", tool.name)
        assert tool.description
        jsonschema_rs.validator_for(tool.input_schema)
        assert "$ref" not in json.dumps(tool.input_schema)
        size += len(json.dumps([tool.name, tool.description, tool.input_schema], separators=(",", ":")))
        bodies = [tool.output_schema, *(error.body for error in tool.errors)]
        for body in bodies:
            jsonschema_rs.validator_for({"schemas": spec.schemas, **(body or {})})
        if tool.http is not None:
            assert list(tool.http.parameters) == list(tool.input_schema["properties"])
    for schema in spec.schemas:
        jsonschema_rs.validator_for({"schemas": spec.schemas, "$ref": f"#/schemas/{schema}"})
    assert size / len(spec.tools) <= 2048
    assert load(name) == spec


def test_the_same_file_by_path_differs_only_in_its_source() -> None:
    path = Path(CATALOG / "museum.yaml")
    assert load(path).model_dump(exclude={"source"}) == load("museum").model_dump(exclude={"source"})
