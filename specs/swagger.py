"""Swagger 2.0 (rule L2): parameters hold the body, schemas stand under ``definitions``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inftool.specs.example import schema_of_example
from inftool.specs.http_tool import RawBody, RawParameter
from inftool.specs.openapi import OpenApiReader, as_mapping, schema_examples
from inftool.specs.problems import pointer
from inftool.specs.spec import ApiSpec, Response
from inftool.specs.text import means_yes, plain_text

_NOT_SCHEMA = {"name", "in", "required", "collectionFormat", "allowEmptyValue", "description", "x-example"}


def read_swagger(document: dict[str, Any], name: str, source: str, path: Path | None = None) -> ApiSpec:
    """Read a Swagger 2.0 document, as :func:`~inftool.specs.openapi.read_openapi` does."""
    return SwaggerReader(document, path).read(name, source)


class SwaggerReader(OpenApiReader):
    """Reads what Swagger 2.0 writes differently from OpenAPI 3; the walk over paths and operations is the same."""

    schemas_at = ("definitions",)
    security_at = ("securityDefinitions",)

    def format(self) -> str:
        """Return the name of the format, and report an unknown version."""
        version = str(self._document.get("swagger", ""))
        if not version.startswith("2"):
            self._problems.add("/swagger", f"unknown version {version[:20]!r}; read as 2.0")
        return "swagger-2.0"

    def _parameter(self, parameter: Any, place: str) -> RawParameter | None:
        if isinstance(parameter, dict) and parameter.get("in") in ("body", "formData"):
            return None
        if isinstance(parameter, dict) and "schema" not in parameter:
            schema = {key: value for key, value in parameter.items() if key not in _NOT_SCHEMA}
            parameter = {**parameter, "schema": schema}
            if "x-example" in parameter:
                parameter["example"] = parameter["x-example"]
        return super()._parameter(parameter, place)

    def _body(self, item: dict[str, Any], operation: dict[str, Any], place: str) -> RawBody | None:
        fields: dict[str, Any] = {}
        required: list[str] = []
        for owner, spot in ((item, place.rpartition("/")[0]), (operation, place)):
            declared = owner.get("parameters")
            for number, raw in enumerate(declared if isinstance(declared, list) else []):
                here = spot + pointer("parameters", number)
                parameter, _ = self._references.follow(raw, here)
                if not isinstance(parameter, dict):
                    continue
                if parameter.get("in") == "body":
                    schema = parameter.get("schema", {})
                    return RawBody(
                        schema=schema,
                        place=here + "/schema",
                        required=parameter.get("required") is not False,
                        description=plain_text(parameter.get("description"), 200),
                        examples=schema_examples(self._references, schema, here),
                    )
                name = parameter.get("name")
                if parameter.get("in") == "formData" and isinstance(name, str) and name:
                    field = {key: value for key, value in parameter.items() if key not in _NOT_SCHEMA}
                    if isinstance(parameter.get("description"), str):
                        field["description"] = parameter["description"]
                    fields[name] = field
                    if means_yes(parameter.get("required")):
                        required.append(name)
        if not fields:
            return None
        schema = {"type": "object", "properties": fields, "required": required}
        return RawBody(schema=schema, place=place + "/parameters", required=True)

    def _response(self, response: dict[str, Any], status: int, place: str) -> Response:
        schema = response.get("schema")
        body = None
        if schema is not None and as_mapping(schema).get("type") != "file":
            body = self._schemas.linked(schema, place + "/schema")
        declared = as_mapping(response.get("examples"))
        example = next((value for media, value in declared.items() if "json" in media), None)
        if example is None:
            example = next(iter(schema_examples(self._references, schema, place)), None)
        if schema is None and example is not None:
            body = schema_of_example(example)
        return Response(
            status=status, description=plain_text(response.get("description"), 200), body=body, example=example
        )
