import json
from typing import Any

from inftool.specs import ApiSpec, load_document


def collection(*items: Any, **more: Any) -> ApiSpec:
    return load_document({"info": {"name": "Shop API", "schema": "v2.1.0"}, "item": list(items), **more}, "shop")


def request(name: str, method: str, url: Any, **more: Any) -> dict[str, Any]:
    saved = more.pop("response", [])
    return {"name": name, "request": {"method": method, "url": url, **more}, "response": saved}


def raw(text: str) -> dict[str, Any]:
    return {"mode": "raw", "raw": text}


def test_folders_paths_and_queries() -> None:
    url = {
        "raw": "{{baseUrl}}/{{version}}/orders/:orderId/items?limit=10&after={{cursor}}",
        "host": ["{{baseUrl}}"],
        "path": ["{{version}}", "orders", ":orderId", "items"],
        "query": [
            {"key": "limit", "value": "10", "description": "How many"},
            {"key": "after", "value": "{{cursor}}"},
            {"key": "open", "value": "true", "disabled": True},
        ],
        "variable": [{"key": "orderId", "value": "17", "description": {"content": "The order's number"}}],
    }
    folder = {"name": "Orders", "item": [request("List items", "GET", url)]}
    spec = collection({"name": "Shop", "item": [folder]}, variable=[{"key": "version", "value": "v2"}])
    (tool,) = spec.tools
    assert (spec.format, spec.title, spec.problems) == ("postman-2.1", "Shop API", [])
    assert (tool.name, tool.title, tool.tags) == ("list_items", "List items", ["Shop", "Orders"])
    assert tool.http is not None
    assert (tool.http.method, tool.http.path) == ("get", "/v2/orders/{orderId}/items")
    assert tool.input_schema == {
        "type": "object",
        "properties": {
            "orderId": {"type": "integer", "description": "The order's number"},
            "limit": {"type": "integer", "description": "How many"},
            "after": {"type": "string"},
            "open": {"type": "boolean"},
        },
        "required": ["orderId"],
    }
    assert tool.examples == [{"orderId": 17, "limit": 10, "open": True}]


def test_addresses_as_text_and_ids_written_out() -> None:
    spec = collection(
        request("a", "GET", "https://api.example.com/pets/42?x=1"),
        request("b", "DELETE", "{{host}}/pets/{{PET_ID}}"),
        request("c", "PUT", "localhost:3000/pets/pet-{{name}}"),
        request("d", "POST", "/stores/{storeId}/open.json"),
        {"name": "e", "request": "https://api.example.com/pets/7/toys/5f1b2c3d4e5f6a7b8c9d0e1f"},
    )
    paths = {tool.name: tool.http.path for tool in spec.tools if tool.http}
    assert paths == {
        "a": "/pets/{pets_id}",
        "b": "/pets/{pet_id}",
        "c": "/pets/{name}",
        "d": "/stores/{storeId}/open.json",
        "e": "/pets/{pets_id}/toys/{toys_id}",
    }


def test_requests_to_one_place_are_one_operation() -> None:
    spec = collection(
        request("All pets", "GET", "{{u}}/pets"),
        request("Pets by owner", "GET", "{{u}}/pets?owner=ann"),
        request("Cheap pets", "GET", "{{u}}/pets?max=9.5"),
        request("One pet", "GET", "{{u}}/pets/:id"),
        request("The same", "GET", "{{u}}/pets/{{petId}}"),
    )
    assert [tool.name for tool in spec.tools] == ["all_pets", "one_pet"]
    assert spec.tools[0].input_schema["properties"] == {"owner": {"type": "string"}, "max": {"type": "number"}}


def test_bodies() -> None:
    spec = collection(
        request(
            "raw", "POST", "/a", body=raw('{"pet": {"name": "{{n}}", "age": {{age}}, /* */ "tags": ["x"]}, // no\n}')
        ),
        request("comma", "POST", "/b", body=raw('{"name": "Rex", "age": {{age}}, "at": "2024-05-01T10:00:00Z", }')),
        request(
            "form",
            "POST",
            "/c",
            body={
                "mode": "formdata",
                "formdata": [
                    {"key": "title", "value": "Rex", "description": "A title"},
                    {"key": "photo", "type": "file", "src": "/x"},
                    {"key": "tag", "value": "a"},
                    {"key": "tag", "value": "b"},
                ],
            },
        ),
        request("login", "POST", "/d", body={"mode": "urlencoded", "urlencoded": [{"key": "pin", "value": "1234"}]}),
        request("text", "POST", "/e", body=raw("just words")),
    )
    inputs = {tool.name: tool.input_schema["properties"] for tool in spec.tools}
    assert inputs["raw"] == {
        "name": {"type": "string"},
        "age": {},
        "tags": {"type": "array", "items": {"type": "string"}},
    }
    assert inputs["comma"] == {"name": {"type": "string"}, "age": {}, "at": {"type": "string", "format": "date-time"}}
    assert inputs["form"] == {
        "title": {"type": "string", "description": "A title"},
        "photo": {"type": "string", "format": "binary"},
        "tag": {"type": "array", "items": {"type": "string"}},
    }
    assert inputs["login"] == {"pin": {"type": "integer"}}
    assert inputs["text"] == {"body": {"type": "string"}}
    assert spec.tool("comma").examples == [{"name": "Rex", "at": "2024-05-01T10:00:00Z"}]


def test_a_wrapped_body_is_unwrapped() -> None:
    spec = collection(request("make", "POST", "/pets", body=raw('{"pet": {"name": "{{n}}", "age": 3}}')))
    (tool,) = spec.tools
    assert tool.http is not None
    assert tool.http.body_wrapper == "pet"
    assert tool.input_schema["properties"] == {"name": {"type": "string"}, "age": {"type": "integer"}}


def test_saved_responses() -> None:
    saved = [
        {"name": "Gone", "code": 404, "body": '{"error": "no such pet"}'},
        {"name": "OK", "code": 200, "body": '{"id": 1, "name": "Rex"}'},
        {"name": "OK too", "code": 200, "body": '{"id": 2, "name": "Ann", "owner": {"id": 3}}'},
        {"name": "Broken", "code": 500, "body": "<html>"},
        {"name": "Odd", "code": "many", "body": "{}"},
    ]
    (tool,) = collection(request("get", "GET", "/pets/:id", response=saved)).tools
    assert tool.success_status == 200
    assert tool.output_schema is not None
    assert list(tool.output_schema["properties"]) == ["id", "name", "owner"]
    assert tool.output_example == {"id": 1, "name": "Rex"}
    assert [(error.status, error.description) for error in tool.errors] == [(404, "Gone"), (500, "Broken")]
    assert tool.errors[0].body == {"type": "object", "properties": {"error": {"type": "string"}}}


def test_what_cannot_be_read_is_left_out_and_reported() -> None:
    spec = collection(
        5,
        {"name": "neither"},
        request("odd method", "BREW", "/tea"),
        {"name": "no request", "request": 5},
        request("ok", "GET", "/ok"),
        request("odd body", "POST", "/odd", body={"mode": "smoke"}),
    )
    assert [tool.name for tool in spec.tools] == ["ok", "odd_body"]
    assert [problem.place for problem in spec.problems] == [
        "/item/0", "/item/1", "/item/2/request", "/item/3/request", "/item/5/request/body",
    ]  # fmt: skip


def test_an_export_inside_a_collection_key_and_names_that_are_addresses() -> None:
    inner = {"info": {"name": "x"}, "item": [request("/pets/:id", "GET", "/pets/:id"), request("宠物", "GET", "/pets")]}
    spec = load_document(json.loads(json.dumps({"collection": inner})), "x")
    assert [tool.name for tool in spec.tools] == ["get_pets_by_id", "get_pets"]
