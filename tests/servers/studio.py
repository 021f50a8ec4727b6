"""A program written by hand for the tests of actions, links and singletons: a studio with rooms for its members."""

from __future__ import annotations

from typing import Any

from inftool.servers.program import ServerProgram

from .clinic import INTEGER, MOMENT, TEXT, arguments

NUMBER = {"type": "number"}
MONEY = {"type": "number", "minimum": 0}
STATE = {"type": "string", "enum": ["draft", "confirmed", "cancelled"]}
ROW = {"kind": "row"}
KEY = {"type": "string"}


def field(schema: dict[str, Any], role: str = "data", **more: Any) -> dict[str, Any]:
    return {"schema": schema, "role": role, **more}


def entity(name: str, key: str, fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    words = name.lower()
    return {"name": name, "label": words, "plural": words + "s", "key": key, "fields": fields, **more}


def tool(kind: str, name: str, of: str, properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    shape = more.pop("shape", ROW)
    return {
        "kind": kind, "tool": name, "entity": of, "shape": shape, "input_schema": arguments(properties, *required),
        **more,
    }  # fmt: skip


def on(kind: str, name: str, of: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A tool on the row that the argument ``id`` names."""
    return tool(kind, name, of, {"id": TEXT, **properties}, "id", key="id", key_field="id", **more)


def studio(login: bool = True, initial: dict[str, Any] | None = None) -> ServerProgram:
    """Return the program; without ``login`` the first member calls."""
    entities = [
        entity("Member", "id", {
            "id": field(TEXT, "id", read_only=True, required=True),
            "name": field(TEXT, required=True), "username": field(TEXT, required=True), "password": field(TEXT),
            "balance": field(MONEY), "tags": field({"type": "array", "items": TEXT}),
            "limits": field({"type": "object", "properties": {"daily": INTEGER}}),
            "updated_at": field(MOMENT, "updated_at", read_only=True),
        }, ids={"kind": "prefixed", "prefix": "mem_"}),
        entity("Preference", "", {
            "member_id": field(TEXT, "parent", entity="Member", read_only=True),
            "theme": field({"type": "string", "default": "light"}),
            "volume": field({"type": "integer", "minimum": 0, "maximum": 10}), "muted": field({"type": "boolean"}),
        }, singleton=True, parent="Member"),
        entity("Room", "code", {
            "code": field(TEXT, "id", required=True), "price": field(NUMBER, required=True),
            "seats": field(INTEGER, required=True), "opened_at": field(MOMENT),
        }, ids={"kind": "given"}, seed_rows=4),
        entity("Booking", "id", {
            "id": field(INTEGER, "id", read_only=True, required=True),
            "member_id": field(TEXT, "reference", entity="Member", required=True),
            "room": field(TEXT, "reference", entity="Room", required=True),
            "seats": field(INTEGER), "total": field(NUMBER), "state": field(STATE), "confirmed_at": field(MOMENT),
            "paid": field({"type": "boolean"}),
        }, ids={"kind": "integer"}),
        entity("SavedRoom", "code", {
            "code": field(TEXT, "id", entity="Room", required=True),
            "member_id": field(TEXT, "parent", entity="Member", read_only=True),
            "saved_at": field(MOMENT, "created_at", read_only=True), "note": field(TEXT),
        }, parent="Member", ids={"kind": "given"}, seed_rows=1),
        entity("Current", "", {
            "member": field({"type": ["string", "null"]}, "actor", entity="Member"), "room": field(TEXT),
        }, singleton=True),
    ]  # fmt: skip
    row_amount = {"argument": "amount"}
    operations: list[dict[str, Any]] = [
        on("read", "get_member", "Member", {"part": TEXT}, part="part", parts={"contact": ["name", "username"]}),
        tool("read", "get_me", "Member", {}, key="", key_field=""),
        tool("create", "add_member", "Member", {"name": TEXT, "username": TEXT}, "name",
             values={"name": "name", "username": "username"}),
        tool("update", "rename_me", "Member", {"name": TEXT}, "name", key="", key_field="", values={"name": "name"}),
        tool("delete", "delete_member", "Member", {"id": TEXT}, "id", key="id", key_field="id",
             output_schema={"type": "object", "properties": {"id": TEXT, "deleted": {"type": "boolean"}}}),
        tool("read", "get_preference", "Preference", {"id": TEXT}, "id", parents={"id": "Member"}, key="",
             key_field=""),
        tool("read", "get_my_preference", "Preference", {}, key="", key_field=""),
        tool("update", "set_preference", "Preference", {"id": TEXT, "theme": TEXT}, "id", parents={"id": "Member"},
             key="", key_field="", values={"theme": "theme"}),
        tool("action", "change_preference", "Preference", {"name": TEXT, "value": {}}, "name", "value", key="",
             key_field="") | {"kind": "edit", "effects": [
                 {"field_from": "name", "by": {"argument": "value"}}]},
        tool("create", "add_room", "Room", {"code": TEXT, "price": NUMBER, "seats": INTEGER}, "code", "price", "seats",
             values={"code": "code", "price": "price", "seats": "seats"}),
        tool("read", "get_room", "Room", {"code": TEXT}, "code", key="code", key_field="code"),
        tool("read", "get_booking", "Booking", {"id": INTEGER, "room": TEXT}, "id", key="id", key_field="id",
             matches={"room": "room"}),
        tool("list", "my_bookings", "Booking", {}, own=True, shape={"kind": "rows"}),
        tool("create", "book", "Booking", {"room": TEXT, "seats": INTEGER}, "room", "seats",
             values={"room": "room", "seats": "seats"}, constants={"paid": True},
             rows={"place": {"entity": "Room", "argument": "room"}, "payer": {"entity": "Member"}},
             checks=[
                 {"argument": "seats", "test": "gt", "than": {"value": 0}, "reason": "invalid"},
                 {"row": "place", "field": "seats", "test": "gte", "than": {"argument": "seats"}, "reason": "funds"},
                 {"row": "payer", "field": "balance", "test": "gte", "reason": "funds",
                  "than": {"argument": "seats", "times": {"field": "price", "row": "place"}}}],
             effects=[
                 {"row": "place", "field": "seats", "do": "subtract", "by": {"argument": "seats"}},
                 {"row": "payer", "field": "balance", "do": "subtract",
                  "by": {"argument": "seats", "times": {"field": "price", "row": "place"}}},
                 {"field": "total", "by": {"argument": "seats", "times": {"field": "price", "row": "place"}}}]),
        on("transition", "confirm", "Booking", {}, values={},
           checks=[{"field": "state", "test": "in", "than": {"value": ["draft"]}}],
           effects=[{"field": "state", "by": {"value": "confirmed"}}, {"field": "confirmed_at", "by": {"clock": True}}],
           errors=[{"status": 422}]),
        on("transition", "cancel", "Booking", {},
           rows={"place": {"entity": "Room", "through": "room"}},
           checks=[{"field": "state", "test": "ne", "than": {"value": "cancelled"}}],
           effects=[{"field": "state", "by": {"value": "cancelled"}},
                    {"row": "place", "field": "seats", "do": "add", "by": {"field": "seats"}}]),
        on("toggle", "mark_paid", "Booking", {"paid": {"type": "boolean"}},
           effects=[{"field": "paid", "by": {"argument": "paid", "mapped": {"true": True, "false": False}}}]),
        on("adjust", "top_up", "Member", {"amount": NUMBER}, effects=[
            {"field": "balance", "do": "add", "by": row_amount}], shape={"kind": "value", "fields": ["balance"],
                                                                      "path": ["balance"]}),
        on("transfer", "pay", "Member", {"to": TEXT, "amount": NUMBER}, rows={"to": {"entity": "Member",
                                                                                   "argument": "to"}},
           checks=[{"field": "balance", "test": "gte", "than": row_amount, "reason": "funds"}],
           effects=[{"field": "balance", "do": "subtract", "by": row_amount},
                    {"row": "to", "field": "balance", "do": "add", "by": row_amount}], errors=[{"status": 402}]),
        on("edit", "tag", "Member", {"tag": TEXT}, effects=[{"field": "tags", "do": "append",
                                                           "by": {"argument": "tag"}}]),
        on("edit", "untag", "Member", {"tag": TEXT},
           checks=[{"field": "tags", "test": "has", "than": {"argument": "tag"}, "reason": "missing"}],
           effects=[{"field": "tags", "do": "remove", "by": {"argument": "tag"}}]),
        on("edit", "set_limit", "Member", {"daily": INTEGER}, effects=[{"field": "limits.daily",
                                                                     "by": {"argument": "daily"}}]),
        on("action", "greet", "Member", {"text": TEXT}, values={}),
        on("action", "survey", "Member", {"text": TEXT}, values={}, output_schema={
            "type": "object", "required": ["text", "score", "color"],
            "properties": {"text": TEXT, "score": INTEGER, "color": TEXT}}),
        tool("link", "save_rooms", "SavedRoom", {"codes": {"type": "array", "items": TEXT}, "note": TEXT}, "codes",
             keys="codes", values={"note": "note"}, shape={"kind": "rows"}),
        tool("link", "save_room", "SavedRoom", {"id": TEXT, "code": TEXT}, "id", "code", parents={"id": "Member"},
             keys="code"),
        tool("unlink", "unsave_room", "SavedRoom", {"code": TEXT}, "code", keys="code", shape={"kind": "empty"}),
        tool("unlink", "unsave_rooms", "SavedRoom", {"codes": {"type": "array", "items": TEXT}}, "codes", keys="codes",
             shape={"kind": "empty", "also": {"removed": {"count": True}, "message": {"value": "Removed {codes}."}}}),
        tool("list", "saved_rooms", "SavedRoom", {}, own=True, shape={"kind": "rows"}),
        tool("bulk_create", "add_rooms", "Room", {"rooms": {"type": "array"}}, "rooms", items="rooms",
             values={"code": "code", "price": "price", "seats": "seats"}, shape={"kind": "rows"}),
        tool("bulk_update", "reprice", "Room", {"codes": TEXT, "price": NUMBER}, "codes", "price", items="codes",
             values={"price": "price"}, shape={"kind": "rows"}),
        tool("bulk_delete", "remove_rooms", "Room", {"codes": TEXT}, "codes", items="codes", shape={"kind": "rows"}),
        tool("bulk_delete", "remove_cheap", "Room", {"below": NUMBER}, "below", shape={"kind": "value"},
             filters={"below": {"field": "price", "test": "lt"}}),
        *(tool("aggregate", f"{name}_rooms", "Room", {}, function=name, field="price",
               shape={"kind": "value", "path": ["answer"]})
          for name in ("count", "exists", "sum", "average", "min", "max")),
        tool("aggregate", "states", "Booking", {}, function="group", field="state", shape={"kind": "value"}),
        tool("aggregate", "used_rooms", "Booking", {}, function="distinct", field="room", shape={"kind": "values"}),
        tool("update", "put_room", "Room", {"code": TEXT, "price": NUMBER, "seats": INTEGER}, "code", "price", "seats",
             key="code", key_field="code", values={"price": "price", "seats": "seats"}, upsert=True),
        {"kind": "compute", "tool": "quote", "input_schema": arguments({"seats": INTEGER}, "seats"),
         "output_schema": {"type": "object", "required": ["price"], "properties": {"price": MONEY}}},
        {"kind": "dispatch", "tool": "rooms", "argument": "method",
         "input_schema": arguments({"method": TEXT, "code": TEXT}, "method"),
         "cases": {
             "get": tool("read", "rooms:get", "Room", {"code": TEXT}, "code", key="code", key_field="code"),
             "list": tool("list", "rooms:list", "Room", {}, shape={"kind": "rows"}),
             "remove": tool("delete", "rooms:remove", "Room", {"code": TEXT}, "code", key="code", key_field="code"),
         }},
    ]  # fmt: skip
    if login:
        operations += [
            tool("login", "log_in", "Member", {"username": TEXT, "password": TEXT}, "username", "password",
                 key="username", key_field="username", checks=[
                     {"field": "password", "test": "eq", "than": {"argument": "password"}, "reason": "login"}]),
            tool("logout", "log_out", "Member", {}, key="", key_field="", shape={"kind": "empty"}),
            tool("signup", "sign_up", "Member", {"username": TEXT, "password": TEXT}, "username", "password", key="",
                 key_field="", values={"username": "username", "password": "password"}),
        ]  # fmt: skip
    return ServerProgram.model_validate({
        "name": "studio", "title": "Studio", "entities": {made["name"]: made for made in entities},
        "operations": operations, "session": "Current", "initial": initial or {},
    })  # fmt: skip


def state() -> dict[str, Any]:
    """Rows given from outside: two members with 100 and 0.3, two rooms, one booking."""
    return {
        "Member": [
            {"id": "m1", "name": "Ann", "username": "ann", "password": "pw", "balance": 100, "tags": ["a"], "age": 40},
            {"id": "m2", "name": "Bo", "username": "bo", "password": "pw", "balance": 0.3, "tags": []},
        ],
        "Room": [{"code": "r1", "price": 12.1, "seats": 3}, {"code": "r2", "price": 5, "seats": 1}],
        "Booking": [{"id": 7, "member_id": "m1", "room": "r1", "seats": 2, "state": "draft"}],
        "SavedRoom": [{"code": "r2", "member_id": "m1"}],
        "Preference": [{"member_id": "m1", "theme": "dark", "volume": 3, "muted": False}],
    }
