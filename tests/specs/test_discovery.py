from typing import Any

from inftool.specs import ApiSpec, load_document


def read(**more: Any) -> ApiSpec:
    document = {
        "discoveryVersion": "v1",
        "name": "zoo",
        "title": "Zoo API",
        "servicePath": "zoo/v1/",
        "parameters": {"key": {"type": "string", "location": "query"}},
        "schemas": {
            "Animal": {
                "id": "Animal",
                "type": "object",
                "properties": {
                    "name": {"type": "string", "annotations": {"required": ["zoo.animals.insert"]}},
                    "born": {"type": "string", "format": "date-time", "description": "Output only. Birth."},
                    "cage": {"$ref": "Cage", "description": "Where it lives."},
                    "tame": {"type": "boolean", "default": "false"},
                    "id": {"type": "string", "readOnly": True},
                },
            },
            "Cage": {"type": "object", "properties": {"animals": {"type": "array", "items": {"$ref": "Animal"}}}},
            "Thing": {"variant": {"discriminant": "kind", "map": [{"$ref": "Animal"}, {"$ref": "Cage"}]}},
        },
        **more,
    }  # fmt: skip
    return load_document(document, "zoo")


def method(verb: str, path: str, parameters: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"httpMethod": verb, "path": path, "parameters": parameters or {}, **more}


PATH = {"type": "string", "location": "path", "required": True}


def test_methods_of_nested_resources() -> None:
    listed = method(
        "GET",
        "cages/{cageId}/animals/{animal}/toys",
        {
            "max": {"type": "integer", "format": "uint32", "location": "query", "minimum": "1", "default": "10"},
            "kinds": {
                "type": "string",
                "location": "query",
                "repeated": True,
                "enum": ["A", "B"],
                "description": "Kinds.",
            },
            "animal": PATH,
            "cageId": {**PATH, "description": "The cage."},
        },
        parameterOrder=["cageId", "animal"],
        id="zoo.cages.animals.toys.list",
        response={"$ref": "Cage"},
        description="Lists toys.",
    )
    spec = read(resources={"cages": {"resources": {"animals": {"resources": {"toys": {"methods": {"list": listed}}}}}}})
    (tool,) = spec.tools
    assert (spec.format, spec.title, spec.problems) == ("discovery", "Zoo API", [])
    assert (tool.name, tool.tags) == ("cages.animals.toys.list", ["cages", "animals", "toys"])
    assert tool.http is not None
    assert (tool.http.method, tool.http.path) == ("get", "/zoo/v1/cages/{cageId}/animals/{animal}/toys")
    assert tool.input_schema == {
        "type": "object",
        "properties": {
            "cageId": {"type": "string", "description": "The cage."},
            "animal": {"type": "string"},
            "max": {"type": "integer", "format": "uint32", "minimum": 1, "default": 10},
            "kinds": {"type": "array", "items": {"type": "string", "enum": ["A", "B"]}, "description": "Kinds."},
        },
        "required": ["cageId", "animal"],
    }
    assert tool.output_schema == {"$ref": "#/schemas/Cage"}


def test_bodies_leave_out_what_only_the_server_sets() -> None:
    insert = method("POST", "animals", id="zoo.animals.insert", request={"$ref": "Animal"}, response={"$ref": "Animal"})
    update = method("PATCH", "animals/{id}", {"id": PATH}, id="zoo.animals.patch", request={"$ref": "Animal"})
    remove = method("DELETE", "animals/{id}", {"id": PATH})
    spec = read(resources={"animals": {"methods": {"insert": insert, "patch": update, "delete": remove}}})
    first, second, third = spec.tools
    assert list(first.input_schema["properties"]) == ["name", "cage", "tame"]
    assert first.input_schema["required"] == ["name"]
    assert first.input_schema["properties"]["tame"] == {"type": "boolean", "default": False}
    assert first.http is not None
    assert first.http.request_schema_name == "Animal"
    assert second.input_schema["required"] == ["id"]
    assert (third.name, third.success_status, third.output_schema) == ("animals.delete", 204, None)
    assert spec.schemas["Thing"] == {
        "oneOf": [{"$ref": "#/schemas/Animal"}, {"$ref": "#/schemas/Cage"}],
        "discriminator": {"propertyName": "kind"},
    }


def test_reserved_expansions_are_told_apart_by_their_collection() -> None:
    def flat(verb: str, path: str, flat_path: str) -> dict[str, Any]:
        names = {"name": PATH} if "name" in path else {"parent": PATH}
        return method(verb, path, names, flatPath=flat_path)

    spec = read(
        servicePath="",
        resources={
            "keys": {
                "methods": {
                    "get": flat("GET", "v1/{+name}", "v1/projects/{projectsId}/keys/{keysId}"),
                    "list": flat("GET", "v1/{+parent}/keys", "v1/projects/{projectsId}/keys"),
                    "revoke": flat("POST", "v1/{+name}:revoke", "v1/projects/{projectsId}/keys/{keysId}:revoke"),
                    "odd": flat("GET", "v1/{+name}", "v2/else/{x}"),
                }
            }
        },
    )
    assert [tool.http.path for tool in spec.tools if tool.http] == [
        "/v1/keys/{name}", "/v1/projects/{parent}/keys", "/v1/keys/{name}:revoke", "/v1/{name}",
    ]  # fmt: skip
    assert [tool.input_schema["required"] for tool in spec.tools] == [["name"], ["parent"], ["name"], ["name"]]
    assert spec.problems == []


def test_what_is_no_method_is_left_out_and_reported() -> None:
    good = method("GET", "animals")
    spec = read(resources={"animals": {"methods": {"a": 5, "b": method("BREW", "x"), "c": good}}, "odd": 7})
    assert [tool.name for tool in spec.tools] == ["animals.c"]
    assert [problem.place for problem in spec.problems] == [
        "/resources/animals/methods/a", "/resources/animals/methods/b", "/resources/odd",
    ]  # fmt: skip
