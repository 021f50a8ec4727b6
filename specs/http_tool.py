"""Making a tool of an HTTP operation: one flat object of arguments out of parameters and body.

The OpenAPI and Swagger readers both end here; what differs between them is gone by then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from inftool.specs.merge import flat_object, is_object, map_schemas, without_read_only
from inftool.specs.names import safe_name, unique_name
from inftool.specs.problems import Problems, pointer
from inftool.specs.schema import Schemas
from inftool.specs.spec import HttpBinding, JsonSchema, Parameter
from inftool.specs.validity import is_valid_schema

Location = Literal["path", "query", "header", "cookie"]
METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_TRANSPORT_HEADER = re.compile(
    r"authorization|^accept|^content-|idempotency|api[-_]?key|token|version|secret|signature|^x-.*-(?:id|auth)$|^cookie$|"
    r"^host$|^user-agent$|^if-|^origin$|^referer$|session|csrf",
    re.IGNORECASE,
)
"""Headers and cookies that a client library sets, not the caller of a tool."""


@dataclass
class RawParameter:
    """A parameter as declared, its references resolved."""

    name: str
    location: Location
    schema: Any
    required: bool
    place: str
    description: str = ""
    example: Any = None


@dataclass
class RawBody:
    """The request body as declared, in the media type that was chosen."""

    schema: Any
    place: str
    required: bool
    description: str = ""
    examples: list[Any] = field(default_factory=list)


@dataclass
class Arguments:
    """What the caller of a tool sends, and where it goes."""

    schema: JsonSchema
    http: HttpBinding
    examples: list[dict[str, Any]]


def placeholders(path: str) -> list[str]:
    """Return the names in braces of a path template, in order."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(path)))


def bind_arguments(
    method: str,
    path: str,
    parameters: list[RawParameter],
    body: RawBody | None,
    schemas: Schemas,
    problems: Problems,
    place: str,
) -> Arguments:
    """Return the arguments of an operation.

    Args:
        method: HTTP method in lower case.
        path: Path template as declared.
        parameters: Declared parameters; those a caller need not know of are left out here.
        body: Declared body, or None.
        schemas: Cleans the schemas.
        problems: Collects what was repaired.
        place: JSON pointer of the operation.
    """
    http = HttpBinding.model_validate({"method": method, "path": path})
    properties: dict[str, JsonSchema] = {}
    required: list[str] = []
    example: dict[str, Any] = {}

    def add(name: str, schema: JsonSchema, location: Any, needed: bool) -> str:
        argument = safe_name(name, "value")
        if argument in properties:
            argument = unique_name(safe_name(f"{location}_{argument}"), properties)
        properties[argument] = schema
        http.parameters[argument] = Parameter(location=location, name=name)
        if needed:
            required.append(argument)
        return argument

    for parameter in _with_undeclared(path, parameters, problems, place):
        if _is_transport(parameter):
            continue
        schema = schemas.inlined(parameter.schema, parameter.place)
        if parameter.description:
            schema = {**schema, "description": parameter.description}
        argument = add(parameter.name, schema, parameter.location, parameter.required)
        value = parameter.example if parameter.example is not None else next(iter(schema.get("examples", [])), None)
        if value is not None:
            example[argument] = value
    examples = [example] if example else []
    extra: Any = None
    if body is not None:
        schema = without_read_only(schemas.inlined(body.schema, body.place))
        http.request_schema_name = schemas.name_of(body.schema)
        flat = flat_object(schema)
        if flat is not None:
            wrapper = _wrapper(flat)
            needed = body.required
            if wrapper is not None:
                http.body_wrapper = wrapper
                inner = flat_object(flat["properties"][wrapper])
                assert inner is not None
                needed = needed and wrapper in flat.get("required", [wrapper])
                http.request_schema_name = schemas.name_of_property(body.schema, wrapper) or http.request_schema_name
                flat = inner
            extra = flat.get("additionalProperties")
            arguments = {
                name: add(name, value, "body", needed and name in flat.get("required", []))
                for name, value in flat["properties"].items()
            }
            bodies = [_unwrapped(value, wrapper) for value in body.examples]
            shown = [{arguments[k]: v for k, v in value.items() if k in arguments} for value in bodies if value]
        else:
            if body.description and "description" not in schema:
                schema = {**schema, "description": body.description}
            http.body_argument = unique_name("body", properties)
            properties[http.body_argument] = schema
            http.parameters[http.body_argument] = Parameter(location="body", name=http.body_argument)
            if body.required:
                required.append(http.body_argument)
            shown = [{http.body_argument: value} for value in body.examples]
        examples = [{**example, **value} for value in shown if value] or examples
    whole: JsonSchema = {"type": "object", "properties": properties}
    if required:
        whole["required"] = required
    if extra is not None:
        whole["additionalProperties"] = extra
    return Arguments(valid_arguments(whole, problems, place), http, examples[:3])


def _is_transport(parameter: RawParameter) -> bool:
    """Return whether a parameter belongs to the transport, and not to what the caller of a tool has to say."""
    if parameter.location in ("header", "cookie"):
        return not parameter.required or _TRANSPORT_HEADER.search(parameter.name) is not None
    return not parameter.required and "idempotency" in parameter.name.lower()


def _with_undeclared(path: str, parameters: list[RawParameter], problems: Problems, place: str) -> list[RawParameter]:
    """Return the parameters with those of the path template completed, in the template's order, and first."""
    declared = {parameter.name: parameter for parameter in parameters if parameter.location == "path"}
    names = placeholders(path)
    ordered = []
    for name in names:
        if name not in declared:
            problems.add(place, f"the path parameter {name!r} is not declared; it was taken for a string")
            ordered.append(RawParameter(name, "path", {"type": "string"}, True, place))
        else:
            declared[name].required = True
            ordered.append(declared[name])
    for name in declared:
        if name not in names:
            problems.add(place, f"the path parameter {name!r} does not occur in the path; it was left out")
    return ordered + [parameter for parameter in parameters if parameter.location != "path"]


def _wrapper(schema: JsonSchema) -> str | None:
    """Return the one property that a body only wraps: ``{"article": {...}}``."""
    if len(schema["properties"]) != 1:
        return None
    ((name, inner),) = schema["properties"].items()
    return name if is_object(inner) and flat_object(inner) is not None else None


def _unwrapped(value: Any, wrapper: str | None) -> dict[str, Any]:
    if wrapper is not None and isinstance(value, dict):
        value = value.get(wrapper)
    return value if isinstance(value, dict) else {}


def valid_arguments(schema: JsonSchema, problems: Problems, place: str) -> JsonSchema:
    """Return ``schema`` if a validator takes it; else with the arguments at fault accepting anything."""
    if is_valid_schema(map_schemas(schema, _without_pattern)):
        return schema
    properties: dict[str, JsonSchema] = {}
    for name, value in schema.get("properties", {}).items():
        if is_valid_schema(value):
            properties[name] = value
        else:
            problems.add(place + pointer(name), "no valid JSON Schema; anything is accepted here")
            description = value.get("description")
            properties[name] = {"description": description} if isinstance(description, str) else {}
    repaired: JsonSchema = {"type": "object", "properties": properties}
    if schema.get("required"):
        repaired["required"] = schema["required"]
    return repaired


def _without_pattern(schema: JsonSchema) -> JsonSchema:
    """Return ``schema`` without its pattern, which is sure to be valid by now and slow to read."""
    return {key: value for key, value in schema.items() if key != "pattern"} if "pattern" in schema else schema
