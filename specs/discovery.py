"""Google Discovery documents (rule L9): resources hold methods, schemas refer to each other by bare names."""

from __future__ import annotations

import re
from typing import Any

from inftool.specs.http_tool import RawBody, RawParameter, bind_arguments, placeholders
from inftool.specs.merge import map_schemas
from inftool.specs.names import safe_name, unique_name, words_of
from inftool.specs.openapi import ABOUT, DESCRIPTION, TITLE, as_mapping
from inftool.specs.problems import Problems, pointer
from inftool.specs.references import References
from inftool.specs.schema import Schemas
from inftool.specs.spec import ApiSpec, Response, ToolSpec
from inftool.specs.text import plain_text

_MAX_RESOURCES = 32
"""Resources inside each other."""
_RESERVED = re.compile(r"\{\+([^{}]+)\}")
_NOT_SCHEMA = {"location", "required", "repeated", "description", "enumDescriptions", "annotations", "id"}


def read_discovery(document: dict[str, Any], name: str, source: str) -> ApiSpec:
    """Read a Discovery document; what cannot be read in it is left out and reported (rule L4)."""
    return _Reader(document).read(name, source)


class _Reader:
    """Walks the resources and methods of a document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._problems = Problems()
        named = {name: plain_schema(schema) for name, schema in as_mapping(document.get("schemas")).items()}
        references = References({"schemas": named}, self._problems)
        self._schemas = Schemas(references, self._problems, named, "#/schemas")
        self._tools: dict[str, ToolSpec] = {}

    def read(self, name: str, source: str) -> ApiSpec:
        """Return the specification."""
        self._resource(self._document, "", [])
        return ApiSpec(
            name=name,
            title=plain_text(self._document.get("title"), TITLE) or name,
            description=plain_text(self._document.get("description"), ABOUT),
            format="discovery",
            tools=list(self._tools.values()),
            schemas=self._schemas.all_named(),
            source=source,
            problems=self._problems.listed(),
        )

    def _resource(self, resource: dict[str, Any], place: str, names: list[str]) -> None:
        """Read the methods of a resource, and of the resources inside it."""
        for key, method in as_mapping(resource.get("methods")).items():
            spot = place + pointer("methods", key)
            if not isinstance(method, dict):
                self._problems.add(spot, "a method must be an object; it was left out")
                continue
            tool = self._problems.attempt(spot, "this method", self._tool, method, [*names, key], spot)
            if tool is not None:
                tool.name = unique_name(tool.name, self._tools)
                self._tools[tool.name] = tool
        for key, inner in as_mapping(resource.get("resources")).items():
            spot = place + pointer("resources", key)
            if not isinstance(inner, dict) or len(names) >= _MAX_RESOURCES:
                self._problems.add(spot, "a resource must be an object, and not too deep; it was left out")
                continue
            self._resource(inner, spot, [*names, key])

    def _tool(self, method: dict[str, Any], names: list[str], place: str) -> ToolSpec:
        verb = str(method.get("httpMethod") or ("POST" if "request" in method else "GET")).lower()
        path = self._path(method, names)
        request, response = method.get("request"), method.get("response")
        body = None
        if isinstance(request, dict) and verb not in ("get", "head"):
            body = RawBody(schema=plain_schema(request), place=place + "/request", required=True)
        arguments = bind_arguments(
            verb, path, self._parameters(method, path, place), body, self._schemas, self._problems, place
        )
        _require(arguments.schema, as_mapping(request), self._document, str(method.get("id")))
        output = None
        if isinstance(response, dict):
            output = self._schemas.linked(plain_schema(response), place + "/response")
        declared = method.get("id")
        identifier = declared.removeprefix(f"{self._document.get('name')}.") if isinstance(declared, str) else ""
        name = safe_name(identifier, "") or safe_name(".".join(names))
        empty = Response(status=200 if output is not None else 204)
        return ToolSpec(
            name=name,
            description=plain_text(method.get("description"), DESCRIPTION) or words_of(name),
            input_schema=arguments.schema,
            output_schema=output,
            http=arguments.http,
            success_status=empty.status,
            tags=names[:-1],
            examples=arguments.examples,
        )

    def _path(self, method: dict[str, Any], names: list[str]) -> str:
        """Return the path template, with reserved expansions (``{+name}``) told apart by the collection they end in.

        ``v1/{+name}`` alone would be the path of every resource; its flat form, ``v1/projects/{p}/keys/{k}``, says
        which: it is written ``/v1/keys/{name}``, and ``v1/{+parent}/keys`` as ``/v1/projects/{parent}/keys``.
        """
        declared = method.get("path") or method.get("restPath")
        path = declared if isinstance(declared, str) else "/".join(names)
        flat = str(method.get("flatPath"))
        base = self._document.get("servicePath")
        if _RESERVED.search(path):
            path = _RESERVED.sub(lambda found: f"{_collection(found, flat)}{{{found[1]}}}", path)
        whole = f"{base if isinstance(base, str) else ''}{path}"
        return "/" + re.sub(r"\{[/?.;&]?([^{}*]*)\*?\}", r"{\1}", whole).lstrip("/")

    def _parameters(self, method: dict[str, Any], path: str, place: str) -> list[RawParameter]:
        declared = as_mapping(method.get("parameters"))
        order = method.get("parameterOrder")
        order = [name for name in order if isinstance(name, str)] if isinstance(order, list) else []
        found = []
        for name in dict.fromkeys([*(name for name in order if name in declared), *declared]):
            spot = place + pointer("parameters", name)
            raw = declared[name]
            if not isinstance(raw, dict):
                self._problems.add(spot, "a parameter must be an object; it was left out")
                continue
            schema = plain_schema({key: value for key, value in raw.items() if key not in _NOT_SCHEMA})
            if raw.get("repeated") is True:
                schema = {"type": "array", "items": schema}
            inside = name in placeholders(path)
            found.append(
                RawParameter(
                    name=name,
                    location="path" if inside else "query",
                    schema=schema,
                    required=inside or raw.get("required") is True or name in order,
                    place=spot,
                    description=plain_text(raw.get("description"), 200),
                )
            )
        return found


def plain_schema(schema: Any) -> Any:
    """Return a Discovery schema as JSON Schema: references become pointers, variants a ``oneOf``."""
    return map_schemas(schema, _plain) if isinstance(schema, dict) else schema


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    plain = {key: value for key, value in schema.items() if key not in ("id", "required", "annotations")}
    target = plain.get("$ref")
    if isinstance(target, str) and not target.startswith("#"):
        plain["$ref"] = "#/schemas" + pointer(target)
    variant = plain.pop("variant", None)
    if isinstance(variant, dict) and isinstance(variant.get("map"), list):
        links = [one["$ref"] for one in variant["map"] if isinstance(one, dict) and isinstance(one.get("$ref"), str)]
        plain["oneOf"] = [{"$ref": "#/schemas" + pointer(link)} for link in links]
        if isinstance(variant.get("discriminant"), str):
            plain["discriminator"] = {"propertyName": variant["discriminant"]}
    if plain.get("type") == "boolean" and plain.get("default") in ("true", "false"):
        plain["default"] = plain["default"] == "true"
    elif plain.get("type") in ("integer", "number") and isinstance(plain.get("default"), str):
        number = re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?", plain.pop("default"))
        if number is not None:
            plain["default"] = float(number[0]) if number[1] else int(number[0])
    description = plain.get("description")
    if isinstance(description, str) and description.startswith("Output only"):
        plain["readOnly"] = True
    return plain


def _require(arguments: dict[str, Any], request: dict[str, Any], document: dict[str, Any], method: str) -> None:
    """Require the properties of the body whose annotations name this method."""
    schema = as_mapping(as_mapping(document.get("schemas")).get(str(request.get("$ref"))))
    for name, declared in as_mapping(schema.get("properties")).items():
        methods = as_mapping(as_mapping(declared).get("annotations")).get("required")
        if isinstance(methods, list) and method in methods and name in arguments["properties"]:
            arguments["required"] = list(dict.fromkeys([*arguments.get("required", []), name]))


def _collection(found: re.Match[str], flat: str) -> str:
    """Return the last static segment, and a slash, that the flat path has where ``found`` stands in the path."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    if not flat.startswith(before) or not flat.endswith(after) or "{" in before or "{" in after:
        return ""
    inner = flat[len(before) : len(flat) - len(after)]
    static = [part for part in inner.split("/") if part and "{" not in part]
    return f"{static[-1]}/" if static else ""
