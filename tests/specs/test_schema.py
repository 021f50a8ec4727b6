import json
import time
from typing import Any

import jsonschema_rs
import pytest

from inftool.specs.problems import Problems
from inftool.specs.references import References
from inftool.specs.schema import Schemas


def schemas_of(named: dict[str, Any]) -> tuple[Schemas, Problems]:
    problems = Problems()
    document = {"components": {"schemas": named}}
    return Schemas(References(document, problems), problems, named, "#/components/schemas"), problems


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def test_inlined_schemas_stand_alone_and_cut_cycles() -> None:
    node = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "next": ref("Node"), "all": {"type": "array", "items": ref("Node")}},
    }
    schemas, _ = schemas_of({"Node": node})
    assert schemas.inlined(ref("Node"), "") == {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "next": {"type": "object"},
            "all": {"type": "array", "items": {"type": "object"}},
        },
    }
    assert schemas.linked(ref("Node"), "") == {"$ref": "#/schemas/Node"}
    assert schemas.all_named()["Node"]["properties"]["all"]["items"] == {"$ref": "#/schemas/Node"}


def test_names_that_are_no_identifiers_stay_apart() -> None:
    schemas, problems = schemas_of({"a/b": {"type": "string"}, "a b": ref("a~1b"), "ü%": {"type": "null"}})
    named = schemas.all_named()
    assert list(named) == ["a_b", "a_b_2", "Schema"]
    assert named["a_b_2"] == {"$ref": "#/schemas/a_b"}
    assert problems.listed() == []


def test_nested_objects_are_written_out_four_levels_deep() -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {"leaf": {"type": "string"}}}
    for _ in range(8):
        schema = {"type": "object", "properties": {"in": schema}}
    written = schemas_of({})[0].inlined(schema, "")
    levels = 0
    while "properties" in written:
        written, levels = written["properties"]["in"], levels + 1
    assert written == {"type": "object"}
    assert levels == 5


def test_openapi_keywords_become_json_schema() -> None:
    schema = {
        "type": "object",
        "xml": {"name": "x"},
        "externalDocs": {"url": "u"},
        "x-internal": 1,
        "title": "noise",
        "properties": {
            "size": {"type": "integer", "minimum": 0, "exclusiveMinimum": True, "maximum": "9", "example": 4},
            "state": {"type": "string", "nullable": True, "enum": ["on", "off"]},
            "other": {"nullable": True, "oneOf": [{"type": "string"}, {"type": "integer"}]},
            "pair": {"type": "array", "items": [{"type": "string"}, {"type": "number"}]},
            "code": {"type": "string", "enum": [1, 2]},
            "loose": {"type": "float"},
        },
    }
    cleaned = schemas_of({})[0].inlined(schema, "")
    assert cleaned == {
        "type": "object",
        "properties": {
            "size": {"type": "integer", "exclusiveMinimum": 0, "maximum": 9, "examples": [4]},
            "state": {"type": ["string", "null"], "enum": ["on", "off", None]},
            "other": {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
            "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}]},
            "code": {"type": "string", "enum": ["1", "2"]},
            "loose": {"type": "number"},
        },
    }


def test_a_nullable_link_takes_null() -> None:
    schemas, _ = schemas_of({"Pet": {"type": "object"}})
    expected = {"anyOf": [{"$ref": "#/schemas/Pet"}, {"type": "null"}], "description": "a pet"}
    assert schemas.linked({"allOf": [ref("Pet")], "nullable": True, "description": "a pet"}, "") == expected


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"pattern": "(["}, "regular expression"),
        ({"type": "colour"}, "unknown type"),
        ({"enum": "a"}, "enum"),
        ({"enum": []}, "enum"),
        ({"enum": list(range(5000))}, "5000 values"),
        ({"minimum": []}, "minimum"),
        ({"maxLength": -1}, "maxLength"),
        ({"properties": ["a"]}, "properties"),
        ({"oneOf": {}}, "oneOf"),
        ({"items": 7}, "must be an object"),
        ({"patternProperties": {"(": {}}}, "regular expression"),
        (7, "must be an object"),
    ],
)
def test_what_is_invalid_is_repaired_and_reported(schema: Any, said: str) -> None:
    schemas, problems = schemas_of({})
    cleaned = schemas.inlined(schema, "/here")
    assert jsonschema_rs.is_valid(cleaned, {"any": "thing"})
    assert said in problems.listed()[0].message
    assert problems.listed()[0].place.startswith("/here")


def test_all_of_is_merged_and_keeps_the_link_where_it_only_annotates() -> None:
    schemas, _ = schemas_of(
        {
            "NewPet": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
            "Pet": {"allOf": [ref("NewPet"), {"properties": {"id": {"type": "integer"}}, "required": ["id"]}]},
            "Owner": {"type": "object", "properties": {"pet": {"allOf": [ref("Pet")], "description": "theirs"}}},
        }
    )
    named = schemas.all_named()
    assert named["Pet"] == {
        "type": "object",
        "properties": {"name": {"type": "string"}, "id": {"type": "integer"}},
        "required": ["name", "id"],
    }
    assert named["Owner"]["properties"]["pet"] == {"$ref": "#/schemas/Pet", "description": "theirs"}


def test_schemas_that_multiply_stay_bounded() -> None:
    named: dict[str, Any] = {"S0": {"type": "object", "properties": {"x": {"type": "string"}}}}
    for number in range(1, 30):
        below = ref(f"S{number - 1}")
        named[f"S{number}"] = {
            "allOf": [below, below],
            "oneOf": [below, below],
            "type": "object",
            "properties": {"a": below, "b": below},
        }
    schemas, _ = schemas_of(named)
    start = time.process_time()
    assert len(json.dumps(schemas.inlined(ref("S29"), ""))) < 1_000_000
    assert len(json.dumps(schemas.all_named())) < 30_000_000
    assert time.process_time() - start < 20


def test_a_large_schema_is_written_out_less_deeply() -> None:
    leaf = {"type": "object", "properties": {f"f{n}": {"type": "string", "description": "d" * 90} for n in range(20)}}
    schema = {
        "type": "object",
        "properties": {f"p{n}": {"type": "object", "properties": {"a": leaf}} for n in range(9)},
    }
    written = schemas_of({})[0].inlined(schema, "")
    assert len(json.dumps(written)) < 6_500
    assert written["properties"]["p0"]["properties"]["a"] == {"type": "object"}
