import json
import os
from pathlib import Path
from typing import Any

import pytest

from inftool.specs import ApiSpec, SpecError, load
from inftool.specs import files as files_module


def write(folder: Path, **files: Any) -> Path:
    """Write files by name, ``__`` for a slash and JSON in all of them; return the document's path."""
    for name, value in files.items():
        path = folder / (name.replace("__", "/") + ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value), encoding="utf-8")
    return folder / "api.json"


def ref(where: str) -> dict[str, str]:
    return {"$ref": where}


def answering(schema: Any, **more: Any) -> dict[str, Any]:
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}, **more}


def document(schema: Any, **more: Any) -> dict[str, Any]:
    return {"openapi": "3.0.0", "paths": {"/a": {"get": answering(schema)}}, **more}


def places(spec: ApiSpec) -> list[str]:
    return [problem.place for problem in spec.problems]


def test_schemas_paths_and_parameters_of_other_files(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        api={
            "openapi": "3.1.0",
            "paths": {"/pets": ref("paths/pets.json")},
            "components": {
                "schemas": {
                    "Owner": ref("schemas/person.json"),
                    "Local": {"type": "object", "properties": {"pet": ref("./schemas/Pet.json")}},
                }
            },
        },
        paths__pets={
            "get": answering(ref("../api.json#/components/schemas/Local"), parameters=[ref("../common.json#/limit")]),
            "post": answering(
                ref("../schemas/Pet.json"),
                requestBody={"content": {"application/json": {"schema": ref("../schemas/Pet.json")}}},
            ),
        },
        schemas__Pet={"type": "object", "properties": {"name": {"type": "string"}, "owner": ref("person.json")}},
        schemas__person={"type": "object", "properties": {"pets": {"type": "array", "items": ref("Pet.json")}}},
        common={"limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}}},
    )
    spec = load(path)
    assert spec.problems == []
    get, post = spec.tools
    assert get.input_schema["properties"] == {"limit": {"type": "integer"}}
    assert get.output_schema == {"$ref": "#/schemas/Local"}
    assert post.output_schema == {"$ref": "#/schemas/Pet"}
    assert list(post.input_schema["properties"]) == ["name", "owner"]
    assert post.http is not None
    assert post.http.request_schema_name == "Pet"
    assert sorted(spec.schemas) == ["Local", "Owner", "Pet"]
    assert spec.schemas["Pet"]["properties"]["owner"] == ref("#/schemas/Owner")
    assert spec.schemas["Owner"]["properties"]["pets"]["items"] == ref("#/schemas/Pet")


def test_components_that_stand_in_another_file(tmp_path: Path) -> None:
    index = {"Pet": ref("Pet.json"), "Cage": {"type": "object", "properties": {"pet": ref("#/Pet")}}}
    pet = {"type": "object", "properties": {"name": {"type": "string"}}}
    where = ref("#/components/schemas/Cage")
    path = write(tmp_path, api=document(where, components={"schemas": ref("s/index.json")}), s__index=index, s__Pet=pet)
    spec = load(path)
    assert spec.problems == []
    assert spec.schemas["Cage"] == {"type": "object", "properties": {"pet": ref("#/schemas/Pet")}}
    assert spec.schemas["Pet"] == pet


def test_swagger_documents_are_joined_too(tmp_path: Path) -> None:
    api = {
        "swagger": "2.0",
        "paths": {"/a": {"get": {"responses": {"200": {"schema": ref("pet.json#/definitions/Pet")}}}}},
    }
    path = write(tmp_path, api=api, pet={"definitions": {"Pet": {"type": "object"}}})
    spec = load(path)
    assert spec.tools[0].output_schema == ref("#/schemas/Pet")
    assert spec.schemas == {"Pet": {"type": "object"}}


def test_two_schemas_of_one_name_stay_two_and_cycles_between_files_end(tmp_path: Path) -> None:
    api = document(
        {"type": "object", "properties": {"a": ref("x/Pet.json"), "b": ref("y/Pet.json"), "c": ref("x/Pet.json")}}
    )
    path = write(
        tmp_path,
        api=api,
        x__Pet={"type": "object", "properties": {"other": ref("../y/Pet.json")}},
        y__Pet={"type": "object", "properties": {"other": ref("../x/Pet.json"), "self": ref("#")}},
    )
    spec = load(path)
    assert sorted(spec.schemas) == ["Pet", "Pet_2"]
    properties = (spec.tools[0].output_schema or {})["properties"]
    assert properties == {"a": ref("#/schemas/Pet"), "b": ref("#/schemas/Pet_2"), "c": ref("#/schemas/Pet")}
    assert spec.schemas["Pet_2"]["properties"] == {"other": ref("#/schemas/Pet"), "self": ref("#/schemas/Pet_2")}


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("../secret.json", "out of the document's folder"),
        ("sub/../../secret.json#/a", "out of the document's folder"),
        ("%2e%2e/secret.json", "out of the document's folder"),
        ("link.json", "out of the document's folder"),
        ("linked/secret.json", "out of the document's folder"),
        ("/etc/passwd", "not relative"),
        ("~/secret.json", "not relative"),
        ("..\\secret.json", "not relative"),
        ("file:///etc/passwd", "network or to another scheme"),
        ("http://127.0.0.1:1/x.json", "network or to another scheme"),
        ("//127.0.0.1/x.json", "network or to another scheme"),
        ("C:/secret.json", "network or to another scheme"),
        ("nowhere.json", "no file"),
        ("loop.json", "cannot be read|nothing that can be opened|no file"),
        ("fifo.json", "no file"),
        (".", "no file"),
        ("a\0b", "nothing that can be opened|no file"),
        ("broken.json", "broken JSON"),
        ("ok.json#/nowhere", "nowhere"),
    ],
)
def test_what_leads_elsewhere_is_refused_and_reported(tmp_path: Path, where: str, said: str) -> None:
    folder = tmp_path / "api"
    secret = {"type": "object", "properties": {"secret": {"type": "string"}}}
    write(tmp_path, secret=secret)
    path = write(folder, api=document(ref(where)), ok={"type": "object"}, sub__x={})
    (folder / "broken.json").write_text("{", encoding="utf-8")
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "loop.json").symlink_to(folder / "loop.json")
    os.mkfifo(folder / "fifo.json")
    spec = load(path)
    assert "secret" not in json.dumps([spec.schemas, spec.tools[0].output_schema])
    (problem,) = spec.problems
    assert problem.place.startswith("/paths/~1a/get/responses/200")
    assert any(part in problem.message for part in said.split("|")), problem.message


def test_a_document_that_is_a_link_itself_is_read_beside_the_link(tmp_path: Path) -> None:
    real = write(tmp_path / "real", api=document(ref("pet.json")), pet={"type": "object"})
    other = write(tmp_path / "other", pet={"type": "string"})
    other.symlink_to(real)
    assert load(other).schemas == {"pet": {"type": "string"}}


def test_bounds_on_files_and_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"s{n}": {"type": "object", "properties": {"next": ref(f"s{n + 1}.json")}} for n in range(20)}
    path = write(tmp_path, api=document(ref("s0.json")), **many)
    assert len(load(path).schemas) == 20
    monkeypatch.setattr(files_module, "MAX_FILES", 5)
    with pytest.raises(SpecError, match="more than 5 files"):
        load(path)
    monkeypatch.undo()
    monkeypatch.setattr(files_module, "MAX_BYTES", 300)
    with pytest.raises(SpecError, match="together"):
        load(path)
