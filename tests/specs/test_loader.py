import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inftool.specs import SpecError, load, load_document
from inftool.specs.bundle import CATALOG
from inftool.specs.document import parse
from inftool.specs.openapi import OpenApiReader
from inftool.specs.spec import Response


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("petstor", ["petstor: ", "petstore"]),
        ("Museum", ["Did you mean museum"]),
        ("zzzzzzz", ["Bundled are", "petstore"]),
        ("nowhere/api.yaml", ["no such file"]),
        (".", ["folder"]),
        ("a\0b", ["neither"]),
        ("x" * 5000, ["neither"]),
    ],
)
def test_what_is_not_there(source: str, said: list[str]) -> None:
    with pytest.raises(SpecError) as caught:
        load(source)
    assert all(word in str(caught.value) for word in said), str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("openapi: 3.0.0\npaths: {}\n", "no operations"),
        ('{"openapi": "3.1.0", "paths": {"/a": 5}}', "/paths/~1a"),
        ('{"tools": []}', "no operations"),
        ("[]", "no operations"),
        ('{"hello": 1}', "top-level keys are hello"),
        ("just words", "not a known format"),
        ("type Query { pets: [Pet }", "line 1, column 25: broken GraphQL"),
        ("type Pet { name: String }", "no operations"),
        ('{"info": {}, "item": []}', "no operations"),
        ('{"discoveryVersion": "v1"}', "no operations"),
        ('{"order": [], "requests": []}', "version 2.1"),
        ('{"data": {"__schema": {}}}', "SDL"),
        ("[1, 2]", "not a known format"),
        ("a: [", "line 2"),
        ("", "empty"),
    ],
)
def test_files_that_are_no_specification(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "My-api.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)


def test_a_file_is_named_after_its_stem(tmp_path: Path) -> None:
    path = tmp_path / "My API-v2.json"
    path.write_text('{"paths": {"/a": {"get": {}}}}', encoding="utf-8")
    spec = load(str(path))
    assert (spec.name, spec.source) == ("my_api_v2", str(path))
    assert spec.problems[0].place == "/openapi"


@pytest.mark.parametrize(
    ("name", "text", "format_"),
    [
        ("api.txt", "# words: here\n\nschema { query: Q }\ntype Q { a: Int }", "graphql"),
        ("api.yaml", "openapi: 3.0.0\ninfo:\n  title: |\n    type Query {\npaths: {/a: {get: {}}}", "openapi-3.0"),
        ("api.json", '{"info": {}, "item": [{"name": "a", "request": "http://x/a"}]}', "postman-2.1"),
        ("api.yml", "info: {}\nitem: [{name: a, request: 'http://x/a'}]", "postman-2.1"),
        ("api", '{"kind": "discovery#restDescription", "methods": {"a": {"path": "a"}}}', "discovery"),
        ("api.json", '{"functionDeclarations": [{"name": "a", "parameters": {"type": "OBJECT"}}]}', "openai-functions"),
    ],
)
def test_formats_are_told_from_the_content(tmp_path: Path, name: str, text: str, format_: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    spec = load(path)
    assert (spec.format, spec.name, len(spec.tools)) == (format_, "api", 1)


def test_one_operation_that_nobody_foresaw_spoils_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = OpenApiReader._responses

    def failing(self: OpenApiReader, declared: Any, place: str) -> list[Response]:
        if "bad" in place:
            raise ZeroDivisionError
        return whole(self, declared, place)

    monkeypatch.setattr(OpenApiReader, "_responses", failing)
    spec = load_document({"openapi": "3.0.0", "paths": {"/bad": {"get": {}}, "/good": {"get": {}}}}, "x")
    assert [tool.name for tool in spec.tools] == ["get_good"]
    (problem,) = spec.problems
    assert (problem.place, "ZeroDivisionError" in problem.message) == ("/paths/~1bad/get", True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    path.write_text("{}", encoding="utf-8")
    path.chmod(0)
    with pytest.raises(SpecError, match="cannot be read"):
        load(path)


def test_the_package_imports_without_its_readers() -> None:
    code = (
        "import sys, inftool.specs\n"
        "assert not {'pydantic', 'yaml', 'jsonschema_rs'} & set(sys.modules)\n"
        "from inftool.specs import load_document\n"
        "from inftool.specs import load, bundled\n"
        "assert callable(load) and callable(bundled)\n"
        "assert not {'torch', 'mcp', 'openai'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


REAL = {
    path.name: parse(path.read_text(encoding="utf-8"), path.name)
    for path in sorted(CATALOG.iterdir())
    if path.suffix in (".json", ".yaml", ".yml") and path.stat().st_size < 30_000
}
JUNK: list[Any] = [
    None, True, 0, -1, 1.5, "", "x", "{id}", "(", [], {}, [None], [{}], [1, "a"], {"": {}}, {"$ref": "#"}, {"$ref": 5},
    {"$ref": "#/paths"}, {"$ref": "#/components/schemas/Pet"}, {"$ref": "http://127.0.0.1/"}, {"type": ["object", 5]},
    {"allOf": [{"$ref": "#"}]}, {"allOf": 3, "oneOf": [{}], "required": [1, "a"]}, {"enum": [], "pattern": "(["},
]  # fmt: skip
KEYS = [
    "$ref",
    "type",
    "properties",
    "items",
    "allOf",
    "oneOf",
    "required",
    "name",
    "in",
    "schema",
    "content",
    "get",
    "x",
]


def places(document: Any) -> list[tuple[Any, Any]]:
    found, stack = [], [document]
    while stack:
        value = stack.pop()
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            found.append((value, key))
            if isinstance(item, (dict, list)):
                stack.append(item)
    return found


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.sampled_from(sorted(REAL)), st.randoms(use_true_random=False), st.integers(1, 12))
def test_damaged_documents_are_read_as_far_as_they_go(name: str, random: Any, damages: int) -> None:
    document = copy.deepcopy(REAL[name])
    for _ in range(damages):
        spots = places(document)
        if not spots:
            break
        holder, key = random.choice(spots)
        how = random.randrange(4)
        if how == 0 and isinstance(holder, dict):
            holder[random.choice(KEYS)] = holder.pop(key)
        elif how == 1:
            other, other_key = random.choice(spots)
            holder[key] = copy.deepcopy(other[other_key])
        else:
            holder[key] = copy.deepcopy(random.choice(JUNK))
    try:
        spec = load_document(document, name)
    except SpecError:
        return
    for tool in spec.tools:
        jsonschema_rs.validator_for(tool.input_schema)
        assert tool.input_schema["type"] == "object"
        jsonschema_rs.validator_for({"schemas": spec.schemas, **(tool.output_schema or {})})
    for schema in spec.schemas:
        jsonschema_rs.validator_for({"schemas": spec.schemas, "$ref": f"#/schemas/{schema}"})
    assert json.loads(spec.model_dump_json())["tools"]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda data: data.decode("latin-1")))
def test_any_text_that_is_no_specification_gets_one_clear_line(tmp_path_factory: Any, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, encoding="utf-8", errors="replace")
    with pytest.raises(SpecError) as caught:
        load(path)
    assert "\n" not in str(caught.value)
