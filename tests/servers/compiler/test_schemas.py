import json
from typing import Any

from inftool.servers.compiler.schemas import Schemas

NAMED: dict[str, Any] = {
    "Pet": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer"}, "owner": {"$ref": "#/schemas/Owner"}},
    },
    "Owner": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "pets": {"type": "array", "items": {"$ref": "#/schemas/Pet"}}},
    },
    "Cat": {
        "allOf": [
            {"$ref": "#/schemas/Pet"},
            {"type": "object", "required": ["claws"], "properties": {"claws": {"type": "integer"}}},
        ]
    },
    "Loop": {"$ref": "#/schemas/Loop"},
    "Maybe": {"anyOf": [{"$ref": "#/schemas/Pet"}, {"type": "null"}]},
    "Either": {"oneOf": [{"type": "string"}, {"$ref": "#/schemas/Pet"}]},
}


def test_ref_name_looks_through_nullable_unions() -> None:
    schemas = Schemas(NAMED)
    assert schemas.ref_name({"$ref": "#/schemas/Pet"}) == "Pet"
    assert schemas.ref_name({"anyOf": [{"$ref": "#/schemas/Pet"}, {"type": "null"}]}) == "Pet"
    assert schemas.ref_name(NAMED["Either"]) is None


def test_all_of_is_merged_and_unions_take_their_first_branch() -> None:
    schemas = Schemas(NAMED)
    cat = schemas.resolve({"$ref": "#/schemas/Cat"})
    assert set(cat["properties"]) == {"id", "owner", "claws"}
    assert cat["required"] == ["id", "claws"]
    assert schemas.resolve({"$ref": "#/schemas/Either"})["type"] == "string"
    assert schemas.types({"$ref": "#/schemas/Either"}) == {"string", "object"}


def test_what_leads_nowhere_is_empty() -> None:
    schemas = Schemas(NAMED)
    assert schemas.resolve({"$ref": "#/schemas/Loop"}) == {}
    assert schemas.resolve({"$ref": "#/schemas/Missing"}) == {}
    assert schemas.inline({"$ref": "#/schemas/Loop"}) == {}


def test_inline_is_self_contained_and_cuts_cycles() -> None:
    for unions in ("first", "all"):
        for name in NAMED:
            copy = Schemas(NAMED).inline({"$ref": f"#/schemas/{name}"}, unions=unions)
            assert "$ref" not in json.dumps(copy)
    pet = Schemas(NAMED).inline({"$ref": "#/schemas/Pet"})
    assert pet["properties"]["owner"]["properties"]["pets"]["items"] == {"type": "object"}


def test_inline_keeps_null_where_values_are_checked() -> None:
    copy = Schemas(NAMED).inline({"$ref": "#/schemas/Maybe"}, unions="all")
    assert {"type": "null"} in copy["anyOf"]
    assert Schemas({}).inline({"type": ["string", "null"], "enum": ["a"]}, unions="all") == {
        "type": ["string", "null"],
        "enum": ["a", None],
    }


def test_inline_is_bounded() -> None:
    wide = {
        f"S{i}": {"type": "object", "properties": {f"p{j}": {"$ref": f"#/schemas/S{i + 1}"} for j in range(9)}}
        for i in range(9)
    }
    copy = Schemas(wide).inline({"$ref": "#/schemas/S0"}, depth=30, nodes=300)
    assert len(json.dumps(copy)) < 50_000


def test_schemas_that_multiply_are_bounded() -> None:
    named: dict[str, Any] = {f"S{i}": {"allOf": [{"$ref": f"#/schemas/S{i + 1}"}] * 3} for i in range(30)}
    named["T"] = {"anyOf": [{"$ref": "#/schemas/T"}, {"$ref": "#/schemas/T"}]}
    schemas = Schemas(named)
    assert schemas.resolve({"$ref": "#/schemas/S0"}) == {}
    assert schemas.types({"$ref": "#/schemas/S0"}) == frozenset()
    assert schemas.types({"$ref": "#/schemas/T"}) == frozenset()
    assert schemas.inline({"$ref": "#/schemas/T"}, unions="all", depth=20) is not None
