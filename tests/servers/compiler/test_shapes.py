from typing import Any

import pytest

from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.shapes import locate_row, locate_rows

PET = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "object", "properties": {"name": {}}}},
    },
}
PETS = {"type": "array", "items": {"$ref": "#/schemas/Pet"}}
INT, TEXT, FLAG = {"type": "integer"}, {"type": "string"}, {"type": "boolean"}
SCHEMAS = Schemas({"Pet": PET})


def obj(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"$ref": "#/schemas/Pet"}, ()),
        (obj(pet={"$ref": "#/schemas/Pet"}), ("pet",)),
        (obj(data={"$ref": "#/schemas/Pet"}, meta=obj(took=INT)), ("data",)),
        (obj(data=obj(pet={"$ref": "#/schemas/Pet"}), success=FLAG), ("data", "pet")),
    ],
)
def test_row(schema: dict[str, Any], path: tuple[str, ...]) -> None:
    located = locate_row(schema, SCHEMAS, ("pet",))
    assert located is not None
    assert (located.kind, located.path, located.ref, located.fields) == ("row", path, "Pet", ("id", "tags"))


@pytest.mark.parametrize(
    ("schema", "path", "counters"),
    [
        (PETS, (), {}),
        (obj(pets=PETS, petsCount=INT), ("pets",), {"petsCount": "total"}),
        (
            obj(data=PETS, total=INT, has_more=FLAG, next_cursor=TEXT, errors=PETS),
            ("data",),
            {"total": "total", "has_more": "has_more", "next_cursor": "next_cursor"},
        ),
        (
            obj(results=PETS, pagination=obj(page=INT, total_pages=INT, per_page=INT)),
            ("results",),
            {"pagination.page": "page", "pagination.total_pages": "pages", "pagination.per_page": "limit"},
        ),
        (obj(pets=obj(items=PETS, offset=INT)), ("pets", "items"), {"pets.offset": "offset"}),
    ],
)
def test_rows(schema: dict[str, Any], path: tuple[str, ...], counters: dict[str, str]) -> None:
    located = locate_rows(schema, SCHEMAS, ("pet",))
    assert located is not None
    assert (located.kind, located.path, located.ref) == ("rows", path, "Pet")
    assert located.counters == counters


def test_an_array_inside_a_row_is_no_list() -> None:
    assert locate_rows({"$ref": "#/schemas/Pet"}, SCHEMAS, ("pet",)) is None
    assert locate_rows({"type": "array", "items": TEXT}, SCHEMAS, ("tag",)) is None
    assert locate_rows(None, SCHEMAS, ("pet",)) is None


def test_a_counter_of_the_wrong_type_is_none() -> None:
    located = locate_rows(obj(data=PETS, total=TEXT, has_more=INT), SCHEMAS, ("pet",))
    assert located is not None
    assert located.counters == {}


def test_an_envelope_of_itself_ends() -> None:
    schemas = Schemas({"Page": obj(data={"$ref": "#/schemas/Page"})})
    assert locate_rows({"$ref": "#/schemas/Page"}, schemas, ("pet",)) is None
    assert locate_row({"$ref": "#/schemas/Page"}, schemas, ("pet",)) is None
