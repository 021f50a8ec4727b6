from typing import Any

import pytest

from inftool.servers.compiler.filters import read_list_arguments
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.program import EntityField

TEXT, INT, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
FIELDS = {
    "id": EntityField(schema_=INT, role="id"),
    "name": EntityField(schema_=TEXT),
    "status": EntityField(schema_=TEXT),
    "price": EntityField(schema_={"type": "number"}),
    "tagList": EntityField(schema_={"type": "array", "items": TEXT}),
    "author": EntityField(schema_={"type": "object", "properties": {"username": TEXT}}),
    "active": EntityField(schema_=FLAG),
    "shipDate": EntityField(schema_={"type": "string", "format": "date"}),
    "created_at": EntityField(schema_=TEXT, role="created_at"),
}


def read(**arguments: dict[str, Any]) -> Any:
    return read_list_arguments({name: name for name in arguments}, arguments, FIELDS, Schemas({}))


@pytest.mark.parametrize(
    ("argument", "schema", "field", "test"),
    [
        ("status", TEXT, "status", "eq"),
        ("statuses", TEXT, "status", "in"),
        ("status_ne", TEXT, "status", "ne"),
        ("tag", TEXT, "tagList", "has"),
        ("author", TEXT, "author", "eq"),
        ("authorId", TEXT, "author", "eq"),
        ("ids", TEXT, "id", "in"),
        ("min_price", {"type": "number"}, "price", "gte"),
        ("price_max", {"type": "number"}, "price", "lte"),
        ("name_contains", TEXT, "name", "contains"),
        ("name_starting_with", TEXT, "name", "prefix"),
        ("created_after", TEXT, "created_at", "gt"),
        ("startDate", {"type": "string", "format": "date"}, "shipDate", "gte"),
        ("q", TEXT, None, "text"),
    ],
)
def test_filters(argument: str, schema: dict[str, Any], field: str | None, test: str) -> None:
    found = read(**{argument: schema})
    assert found.filters[argument].model_dump() == {"field": field, "test": test, "value": None, "default": None}
    assert found.rules == ["Q2"]


def test_what_fits_no_field_is_ignored() -> None:
    assert read(colour=TEXT, active=TEXT).ignored == ["colour", "active"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("page", "per_page"), {"page": "page", "limit": "per_page"}),
        (("offset", "limit"), {"offset": "offset", "limit": "limit"}),
        (("skip", "top"), {"offset": "skip", "limit": "top"}),
        (("pageSize",), {"limit": "pageSize"}),
    ],
)
def test_page_families(arguments: tuple[str, ...], expected: dict[str, str]) -> None:
    paging = read(**dict.fromkeys(arguments, INT)).paging
    assert {k: v for k, v in paging.model_dump().items() if isinstance(v, str)} == expected


def test_cursor_and_bounds() -> None:
    found = read(start_cursor=TEXT, page_size={"type": "integer", "default": 15, "maximum": 30})
    assert (found.paging.cursor, found.paging.default_limit, found.paging.max_limit) == ("start_cursor", 15, 30)
    assert read(page={"type": "integer", "minimum": 0}).paging.first_page == 0
    assert read(limit={"type": "integer", "maximum": 5}).paging.default_limit == 5


def test_sorting() -> None:
    found = read(sort_by=TEXT, order={"type": "string", "enum": ["asc", "desc"]})
    assert (found.sorting.by, found.sorting.direction) == ("sort_by", "order")
    assert found.rules == ["Q4"]
