from inftool.specs import load_document


def test_bodies_forms_and_definitions() -> None:
    document = {
        "swagger": "2.0",
        "info": {"title": "Old"},
        "definitions": {"Pet": {"type": "object", "properties": {"name": {"type": "string", "x-nullable": True}}}},
        "securityDefinitions": {"key": {"type": "apiKey", "in": "query", "name": "key"}},
        "paths": {
            "/pets": {
                "parameters": [{"name": "key", "in": "query", "type": "string"}],
                "post": {
                    "operationId": "addPet",
                    "parameters": [
                        {"name": "dry", "in": "query", "type": "boolean", "default": False, "description": "Try only"},
                        {"name": "pet", "in": "body", "schema": {"$ref": "#/definitions/Pet"}},
                    ],
                    "responses": {"201": {"schema": {"$ref": "#/definitions/Pet"}}},
                },
            },
            "/pets/{id}/photo": {
                "post": {
                    "operationId": "addPhoto",
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "type": "integer", "format": "int64"},
                        {"name": "file", "in": "formData", "type": "file", "required": True},
                        {"name": "tags", "in": "formData", "type": "array", "items": {"type": "string"}},
                    ],
                    "responses": {"200": {"schema": {"type": "file"}}, "404": {"description": "no"}},
                }
            },
            "/pets/count": {"get": {"responses": {"200": {"examples": {"application/json": {"count": 3}}}}}},
        },
    }
    spec = load_document(document, "old")
    assert (spec.format, spec.problems) == ("swagger-2.0", [])
    add, photo, count = spec.tools
    assert add.input_schema["properties"] == {
        "dry": {"type": "boolean", "default": False, "description": "Try only"},
        "name": {"type": ["string", "null"]},
    }
    assert (add.success_status, add.output_schema) == (201, {"$ref": "#/schemas/Pet"})
    assert add.http is not None
    assert add.http.request_schema_name == "Pet"
    assert photo.input_schema["required"] == ["id", "file"]
    assert photo.input_schema["properties"]["file"] == {"type": "string", "format": "binary"}
    assert photo.output_schema is None
    assert [error.status for error in photo.errors] == [404]
    assert count.output_schema == {"type": "object", "properties": {"count": {"type": "integer"}}}
    assert count.output_example == {"count": 3}
