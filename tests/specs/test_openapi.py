from typing import Any

import pytest

from inftool.specs import ApiSpec, ToolSpec, load_document


def spec_of(operation: dict[str, Any], path: str = "/things", method: str = "get", **root: Any) -> ApiSpec:
    document = {"openapi": "3.0.3", "info": {"title": "T"}, "paths": {path: {method: operation}}, **root}
    return load_document(document, "t")


def tool_of(operation: dict[str, Any], path: str = "/things", method: str = "get", **root: Any) -> ToolSpec:
    return spec_of(operation, path, method, **root).tools[0]


def json_body(schema: Any, **more: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema, **more}}}


def obj(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


TEXT = {"type": "string"}


def test_parameters_of_path_and_operation_are_merged_and_path_ones_come_first() -> None:
    item = {
        "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
        "get": {
            "parameters": [
                {
                    "name": "limit",
                    "in": "query",
                    "schema": {"type": "number"},
                    "description": "How **many**",
                    "example": 5,
                },
                {"name": "id", "in": "path", "schema": TEXT},
                {"$ref": "#/components/parameters/Sort"},
            ]
        },
    }
    sort = {"name": "sort[by]", "in": "query", "required": True, "content": {"application/json": {"schema": TEXT}}}
    spec = load_document(
        {"openapi": "3.1.0", "paths": {"/a/{id}/{undeclared}": item}, "components": {"parameters": {"Sort": sort}}}, "t"
    )
    (tool,) = spec.tools
    assert tool.name == "get_a_by_id_by_undeclared"
    assert tool.input_schema == {
        "type": "object",
        "properties": {
            "id": TEXT,
            "undeclared": TEXT,
            "limit": {"type": "number", "description": "How many"},
            "sort_by": TEXT,
        },
        "required": ["id", "undeclared", "sort_by"],
    }
    assert tool.http is not None
    assert tool.http.parameters["sort_by"].name == "sort[by]"
    assert tool.examples == [{"limit": 5}]
    assert "undeclared" in spec.problems[0].message


def test_headers_of_the_transport_and_credentials_are_no_arguments() -> None:
    headers = ["Authorization", "Accept-Language", "Content-Type", "Idempotency-Key", "X-Api-Key", "Api-Version"]
    parameters = [{"name": name, "in": "header", "required": True, "schema": TEXT} for name in headers]
    parameters += [
        {"name": "X-Tenant", "in": "header", "required": True, "schema": TEXT},
        {"name": "X-Trace", "in": "header", "schema": TEXT},
        {"name": "key", "in": "query", "required": True, "schema": TEXT},
        {"name": "q", "in": "query", "schema": TEXT},
    ]
    schemes = {"k": {"type": "apiKey", "in": "query", "name": "key"}}
    tool = tool_of({"parameters": parameters}, components={"securitySchemes": schemes})
    assert list(tool.input_schema["properties"]) == ["X-Tenant", "q"]


def test_an_object_body_is_flattened_and_clashes_are_told_apart() -> None:
    body = obj("id", "name", id=TEXT, name=TEXT, at=obj(x=TEXT), made={"type": "string", "readOnly": True})
    tool = tool_of(
        {
            "parameters": [{"name": "id", "in": "path", "schema": {"type": "integer"}}],
            "requestBody": json_body(body, example={"id": "a", "name": "n", "made": "no"}),
        },
        "/things/{id}",
        "put",
    )
    assert list(tool.input_schema["properties"]) == ["id", "body_id", "name", "at"]
    assert tool.input_schema["required"] == ["id", "body_id", "name"]
    assert tool.http is not None
    assert tool.http.parameters["body_id"].model_dump() == {"location": "body", "name": "id"}
    assert tool.examples == [{"body_id": "a", "name": "n"}]


def test_a_wrapper_is_unwrapped() -> None:
    new = obj("title", title=TEXT, body=TEXT)
    wrapped = obj("article", article={"$ref": "#/components/schemas/NewArticle"})
    example = {"article": {"title": "t"}}
    tool = tool_of(
        {"requestBody": json_body(wrapped, example=example)}, method="post", components={"schemas": {"NewArticle": new}}
    )
    assert tool.http is not None
    assert (tool.http.body_wrapper, tool.http.request_schema_name) == ("article", "NewArticle")
    assert tool.input_schema == {"type": "object", "properties": {"title": TEXT, "body": TEXT}, "required": ["title"]}
    assert tool.examples == [{"title": "t"}]


@pytest.mark.parametrize(
    ("content", "argument", "properties"),
    [
        ({"application/json": {"schema": {"type": "array", "items": TEXT}}}, "body", ["body"]),
        ({"application/octet-stream": {}}, "body", ["body"]),
        ({"application/json": {"schema": {"type": "object"}}}, "body", ["body"]),
        ({"application/json": {"schema": {"oneOf": [obj(a=TEXT), TEXT]}}}, "body", ["body"]),
        ({"application/json": {"schema": {"oneOf": [obj(a=TEXT), obj(b=TEXT)]}}}, None, ["a", "b"]),
        ({"text/csv": {"schema": TEXT}, "multipart/form-data": {"schema": obj(f=TEXT)}}, None, ["f"]),
        (
            {"multipart/form-data": {"schema": obj(f=TEXT)}, "application/vnd.x+json": {"schema": obj(j=TEXT)}},
            None,
            ["j"],
        ),
        ({"application/json": {"example": {"a": 1}}}, None, ["a"]),
    ],
)
def test_bodies_that_are_no_plain_objects(content: Any, argument: str | None, properties: list[str]) -> None:
    tool = tool_of({"requestBody": {"content": content}}, method="post")
    assert tool.http is not None
    assert tool.http.body_argument == argument
    assert list(tool.input_schema["properties"]) == properties


def test_an_optional_body_makes_no_argument_required() -> None:
    body = {**json_body(obj("a", a=TEXT)), "required": False}
    assert "required" not in tool_of({"requestBody": body}, method="post").input_schema


def test_responses() -> None:
    tool = tool_of(
        {
            "responses": {
                "204": {"description": "nothing"},
                "201": json_body({"$ref": "#/components/schemas/Pet"}, examples={"one": {"value": {"name": "Rex"}}}),
                "4XX": {"description": "bad", **json_body(obj(message=TEXT))},
                "404": {"$ref": "#/components/responses/Missing"},
                "default": {"description": "else"},
                "x-note": {},
            }
        },
        components={
            "schemas": {"Pet": obj(name=TEXT)},
            "responses": {"Missing": {"description": "gone", "content": {"$ref": "#/components/x-contents/error"}}},
            "x-contents": {"error": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
        },
    )
    assert tool.success_status == 201
    assert tool.output_schema == {"$ref": "#/schemas/Pet"}
    assert tool.output_example == {"name": "Rex"}
    assert [(error.status, error.description) for error in tool.errors] == [(400, "bad"), (404, "gone"), (500, "else")]
    assert tool.errors[1].body == {"$ref": "#/schemas/Pet"}


def test_default_alone_is_the_success() -> None:
    tool = tool_of({"responses": {"default": json_body(obj(a=TEXT))}})
    assert (tool.success_status, tool.output_schema, tool.errors) == (200, obj(a=TEXT), [])


def test_names_are_unique_and_texts_plain() -> None:
    operation = {"operationId": "find pets!", "summary": "Find **pets**.", "tags": ["a", 1]}
    spec = load_document({"openapi": "3.0.0", "paths": {"/a": {"get": operation}, "/b": {"get": operation}}}, "t")
    assert [tool.name for tool in spec.tools] == ["find_pets", "find_pets_2"]
    assert (spec.tools[0].title, spec.tools[0].description, spec.tools[0].tags) == ("Find pets", "Find pets", ["a"])


def test_bad_parts_are_skipped_and_reported() -> None:
    document = {
        "openapi": "4.7",
        "paths": {
            "/bad": 7,
            "/worse": {"get": [], "post": None},
            "/ok": {
                "parameters": {"a": 1},
                "get": {
                    "parameters": [None, {"in": "query"}, {"name": "x", "in": "sky"}, {"$ref": "other.yaml#/p"}],
                    "requestBody": [],
                    "responses": {"teapot": {}, "200": 5},
                },
            },
        },
    }
    spec = load_document(document, "t")
    assert [tool.input_schema for tool in spec.tools] == [{"type": "object", "properties": {}}]
    places = [problem.place for problem in spec.problems]
    for place in ("/openapi", "/paths/~1bad", "/paths/~1worse/get", "/paths/~1worse/post", "/paths/~1ok/parameters",
                  "/paths/~1ok/get/parameters/0", "/paths/~1ok/get/parameters/2", "/paths/~1ok/get/requestBody",
                  "/paths/~1ok/get/responses/teapot", "/paths/~1ok/get/responses/200"):  # fmt: skip
        assert place in places


def test_flags_in_words_and_paths_without_a_slash() -> None:
    parameter = {"name": "id", "in": "query", "required": "yes", "schema": {"type": "string", "nullable": "true"}}
    operation = {"tags": "users", "parameters": [parameter], "responses": {}}
    spec = load_document({"openapi": "3.0.0", "paths": {"users": {"get": operation}}}, "x")
    (tool,) = spec.tools
    assert tool.http is not None
    assert (tool.http.path, tool.tags) == ("/users", ["users"])
    assert tool.input_schema == {
        "type": "object",
        "properties": {"id": {"type": ["string", "null"]}},
        "required": ["id"],
    }
    assert [problem.place for problem in spec.problems] == ["/paths/users"]
