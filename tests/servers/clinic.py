"""A program written by hand for the tests: owners, pets with visits, clinics with a code that the caller chooses."""

from __future__ import annotations

from typing import Any

from inftool.servers.program import ServerProgram

TEXT = {"type": "string"}
INTEGER = {"type": "integer"}
MOMENT = {"type": "string", "format": "date-time"}
STATUS = {"type": "string", "enum": ["available", "pending", "sold"]}
NOT_FOUND = {
    "status": 404,
    "body": {
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": INTEGER, "message": TEXT, "hint": TEXT},
    },
}
PET_BODY = {
    "name": {"type": "string", "minLength": 1, "maxLength": 40},
    "status": STATUS,
    "price": {"type": "number", "minimum": 0},
    "tags": {"type": "array", "items": TEXT},
    "owner_id": TEXT,
    "details": {"type": "object"},
}
PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": INTEGER, **PET_BODY, "created_at": MOMENT, "updated_at": MOMENT},
}


def arguments(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """Return an input schema."""
    return {"type": "object", "properties": properties, "required": list(required)}


def clinic() -> ServerProgram:
    """Return the program."""
    values = {name: name for name in PET_BODY}
    pet_row = {"kind": "row"}
    operations: list[dict[str, Any]] = [
        {
            "kind": "create", "tool": "create_pet", "entity": "Pet", "values": values, "shape": pet_row,
            "input_schema": arguments(PET_BODY, "name"), "output_schema": PET, "success_status": 201,
            "errors": [{"status": 422}],
        },
        {
            "kind": "read", "tool": "get_pet", "entity": "Pet", "key": "pet_id", "key_field": "id", "shape": pet_row,
            "input_schema": arguments({"pet_id": INTEGER}, "pet_id"), "output_schema": PET, "errors": [NOT_FOUND],
        },
        {
            "kind": "read", "tool": "get_pet_by_name", "entity": "Pet", "key": "name", "key_field": "name",
            "shape": pet_row, "input_schema": arguments({"name": TEXT}, "name"), "output_schema": PET,
        },
        {
            "kind": "list", "tool": "list_pets", "entity": "Pet",
            "shape": {
                "kind": "rows", "path": ["data"],
                "counters": {"meta.total": "total", "meta.page": "page", "has_more": "has_more"},
            },
            "filters": {
                "status": {"field": "status"}, "q": {"test": "text"}, "tag": {"field": "tags", "test": "has"},
                "max_price": {"field": "price", "test": "lte"}, "statuses": {"field": "status", "test": "in"},
                "since": {"field": "created_at", "test": "gte"},
            },
            "paging": {"limit": "limit", "page": "page"},
            "sorting": {"by": "sort", "direction": "order"},
            "input_schema": arguments({
                "status": STATUS, "q": TEXT, "tag": TEXT, "max_price": {"type": "number"}, "statuses": TEXT,
                "since": {"type": "string"}, "limit": {"type": "integer", "minimum": 1}, "page": INTEGER,
                "sort": TEXT, "order": TEXT,
            }),
            "output_schema": {
                "type": "object",
                "required": ["data", "object", "meta"],
                "properties": {
                    "data": {"type": "array", "items": PET},
                    "object": {"type": "string", "const": "list"},
                    "meta": {"type": "object", "properties": {"total": INTEGER, "page": INTEGER}},
                    "has_more": {"type": "boolean"},
                },
            },
        },
        {
            "kind": "list", "tool": "list_owner_pets", "entity": "Pet", "parents": {"owner_id": "Owner"},
            "shape": {"kind": "rows"}, "input_schema": arguments({"owner_id": TEXT}, "owner_id"),
        },
        {
            "kind": "update", "tool": "update_pet", "entity": "Pet", "key": "pet_id", "key_field": "id",
            "values": values, "shape": pet_row, "output_schema": PET, "errors": [NOT_FOUND],
            "input_schema": arguments(
                {"pet_id": INTEGER, **{n: {**s, "type": [s["type"], "null"]} for n, s in PET_BODY.items()},
                 "status": STATUS}, "pet_id"),
        },
        {
            "kind": "replace", "tool": "replace_pet", "entity": "Pet", "key": "pet_id", "key_field": "id",
            "values": values, "shape": pet_row, "output_schema": PET,
            "input_schema": arguments({"pet_id": INTEGER, **PET_BODY}, "pet_id", "name"),
        },
        {
            "kind": "delete", "tool": "delete_pet", "entity": "Pet", "key": "pet_id", "key_field": "id",
            "shape": {"kind": "empty"}, "success_status": 204, "errors": [NOT_FOUND],
            "input_schema": arguments({"pet_id": INTEGER}, "pet_id"),
        },
        {
            "kind": "create", "tool": "add_visit", "entity": "Visit", "parents": {"pet_id": "Pet"},
            "values": {"reason": "reason", "clinic": "clinic"}, "shape": {"kind": "key", "path": ["id"]},
            "input_schema": arguments(
                {"pet_id": INTEGER, "reason": TEXT, "clinic": TEXT}, "pet_id", "reason", "clinic"),
            "output_schema": {"type": "object", "required": ["id", "ok"],
                              "properties": {"id": INTEGER, "ok": {"type": "boolean"}}},
        },
        {
            "kind": "list", "tool": "list_visits", "entity": "Visit", "parents": {"pet_id": "Pet"},
            "shape": {"kind": "rows"}, "input_schema": arguments({"pet_id": INTEGER}, "pet_id"),
            "paging": {"cursor": "after", "limit": "limit", "default_limit": 2},
        },
        {
            "kind": "read", "tool": "get_visit", "entity": "Visit", "parents": {"pet_id": "Pet"}, "key": "visit_id",
            "key_field": "id", "shape": {"kind": "row"},
            "input_schema": arguments({"pet_id": INTEGER, "visit_id": INTEGER}, "pet_id", "visit_id"),
        },
        {
            "kind": "create", "tool": "create_clinic", "entity": "Clinic", "values": {"code": "code", "city": "city"},
            "shape": {"kind": "row"}, "errors": [{"status": 409}],
            "input_schema": arguments({"code": TEXT, "city": TEXT}, "code"),
        },
        {
            "kind": "opaque", "tool": "estimate_cost",
            "input_schema": arguments({"pet_id": INTEGER, "currency": {"type": "string", "maxLength": 3}}),
            "output_schema": {
                "type": "object", "required": ["cost", "currency"],
                "properties": {"cost": {"type": "number", "minimum": 1}, "currency": TEXT},
            },
        },
    ]  # fmt: skip
    entities: dict[str, Any] = {
        "Visit": {
            "name": "Visit", "label": "visit", "plural": "visits", "key": "id", "parent": "Pet", "seed_rows": 3,
            "ids": {"kind": "integer"},
            "fields": {
                "id": {"schema": INTEGER, "role": "id", "read_only": True, "required": True},
                "pet_id": {"schema": INTEGER, "role": "parent", "entity": "Pet"},
                "reason": {"schema": TEXT, "required": True},
                "clinic": {"schema": TEXT, "role": "reference", "entity": "Clinic", "required": True},
            },
        },
        "Pet": {
            "name": "Pet", "label": "pet", "plural": "pets", "key": "id", "seed_rows": 6, "ids": {"kind": "integer"},
            "examples": [{"id": 10, "name": "doggie"}],
            "fields": {
                "id": {"schema": INTEGER, "role": "id", "read_only": True, "required": True},
                "name": {"schema": PET_BODY["name"], "required": True},
                "status": {"schema": {**STATUS, "default": "available"}},
                "price": {"schema": PET_BODY["price"]},
                "tags": {"schema": PET_BODY["tags"]},
                "owner_id": {"schema": TEXT, "role": "reference", "entity": "Owner"},
                "details": {"schema": {"type": "object"}},
                "created_at": {"schema": MOMENT, "role": "created_at", "read_only": True},
                "updated_at": {"schema": MOMENT, "role": "updated_at", "read_only": True},
            },
        },
        "Owner": {
            "name": "Owner", "label": "owner", "plural": "owners", "key": "id",
            "ids": {"kind": "prefixed", "prefix": "own_"},
            "fields": {
                "id": {"schema": TEXT, "role": "id", "read_only": True, "required": True},
                "name": {"schema": TEXT, "required": True},
                "email": {"schema": {"type": "string", "format": "email"}},
            },
        },
        "Clinic": {
            "name": "Clinic", "label": "clinic", "plural": "clinics", "key": "code", "ids": {"kind": "given"},
            "seed_rows": 4,
            "fields": {"code": {"schema": TEXT, "role": "id", "required": True}, "city": {"schema": TEXT}},
        },
    }  # fmt: skip
    return ServerProgram.model_validate(
        {"name": "clinic", "title": "Clinic", "entities": entities, "operations": operations}
    )
