"""OpenAPI 3.0 and 3.1."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar

from inftool.specs.example import read_example, schema_of_example
from inftool.specs.files import join_files
from inftool.specs.http_tool import METHODS, RawBody, RawParameter, bind_arguments
from inftool.specs.names import operation_name, safe_name, unique_name, words_of
from inftool.specs.problems import Problems, pointer
from inftool.specs.references import References
from inftool.specs.schema import Schemas
from inftool.specs.spec import ApiSpec, Response, ToolSpec
from inftool.specs.text import means_yes, plain_text

TITLE, DESCRIPTION, ABOUT = 120, 500, 1000
"""Characters of a tool's title, a tool's description, and the description of the whole API."""
_JSON = re.compile(r"^(?:application|text)/(?:json|[\w.+-]+\+json)$|^application/\*$|^\*/\*$")
_FILE = re.compile(r"(?:(?:image|audio|video)/[\w.+*-]+|application/(?:pdf|zip|octet-stream))(?=\s*(?:;|$))", re.I)
"""Media types of an answer that is one file."""
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def read_openapi(document: dict[str, Any], name: str, source: str, path: Path | None = None) -> ApiSpec:
    """Read an OpenAPI 3 document; what cannot be read in it is left out and reported (rule L4).

    Args:
        document: The parsed document.
        name: Name of the specification.
        source: Where it was read from.
        path: Its file, where it has one: references to other files are relative to it.
    """
    return OpenApiReader(document, path).read(name, source)


class OpenApiReader:
    """Walks the paths and operations of a document."""

    schemas_at: ClassVar[tuple[str, ...]] = ("components", "schemas")
    """Where the named schemas stand."""
    security_at: ClassVar[tuple[str, ...]] = ("components", "securitySchemes")
    """Where the ways to log in stand."""

    def __init__(self, document: dict[str, Any], path: Path | None = None) -> None:
        self._problems = Problems()
        if path is not None:
            document = join_files(document, path, self.schemas_at, self._problems)
        self._document = document
        self._references = References(document, self._problems)
        self._schemas = Schemas(
            self._references, self._problems, self._at(self.schemas_at), "#" + pointer(*self.schemas_at)
        )
        self._credentials = {
            (str(scheme.get("in")), str(scheme.get("name")).lower())
            for scheme in map(as_mapping, self._at(self.security_at).values())
            if scheme.get("type") == "apiKey"
        }

    def _at(self, parts: tuple[str, ...]) -> dict[str, Any]:
        found: Any = self._document
        for part in parts:
            found = self._object(as_mapping(found).get(part), pointer(*parts))
        return as_mapping(found)

    def _object(self, value: Any, place: str) -> dict[str, Any]:
        """Return the object that ``value`` is or refers to, else an empty one: authors put ``$ref`` anywhere (L3)."""
        return as_mapping(self._references.follow(value, place)[0])

    def format(self) -> str:
        """Return the name of the format, and report an unknown version."""
        version = str(self._document.get("openapi", ""))
        if not version.startswith("3."):
            self._problems.add("/openapi", f"unknown version {version[:20]!r}; read as 3.1")
        return "openapi-3.0" if version.startswith("3.0") else "openapi-3.1"

    def read(self, name: str, source: str) -> ApiSpec:
        """Return the specification."""
        format_ = self.format()
        info = as_mapping(self._document.get("info"))
        tools: dict[str, ToolSpec] = {}
        paths, _ = self._references.follow(self._document.get("paths"), "/paths")
        if paths is not None and not isinstance(paths, dict):
            self._problems.add("/paths", "must be an object; it was left out")
        for path, item in as_mapping(paths).items():
            if path.startswith("x-"):
                continue
            place = pointer("paths", path)
            item, _ = self._references.follow(item, place)
            if not isinstance(item, dict):
                self._problems.add(place, "a path item must be an object; it was left out")
                continue
            if not path.startswith("/"):
                self._problems.add(place, "a path must begin with a slash; it was read with one")
                path = f"/{path}"
            for method in METHODS:
                if method not in item:
                    continue
                if not isinstance(item[method], dict):
                    self._problems.add(place + pointer(method), "an operation must be an object; it was left out")
                    continue
                spot = place + pointer(method)
                tool = self._problems.attempt(spot, "this operation", self._tool, path, method, item, spot)
                if tool is None:
                    continue
                tool.name = unique_name(tool.name, tools)
                tools[tool.name] = tool
        return ApiSpec(
            name=name,
            title=plain_text(info.get("title"), TITLE) or name,
            description=plain_text(info.get("description") or info.get("summary"), ABOUT),
            format=format_,
            tools=list(tools.values()),
            schemas=self._schemas.all_named(),
            source=source,
            problems=self._problems.listed(),
        )

    def _tool(self, path: str, method: str, item: dict[str, Any], place: str) -> ToolSpec:
        operation = item[method]
        arguments = bind_arguments(
            method,
            path,
            self._parameters(item, operation, place),
            self._body(item, operation, place),
            self._schemas,
            self._problems,
            place,
        )
        declared = operation.get("operationId")
        name = safe_name(declared, "") if isinstance(declared, str) else ""
        name = name or operation_name(method, path)
        responses = self._responses(operation.get("responses"), place + pointer("responses"))
        success = choose_success(responses)
        title = plain_text(operation.get("summary") or item.get("summary"), TITLE).rstrip(".")
        tags = operation.get("tags")
        tags = [tags] if isinstance(tags, str) else tags
        return ToolSpec(
            name=name,
            title=title,
            description=plain_text(operation.get("description") or item.get("description"), DESCRIPTION)
            or title
            or words_of(name),
            input_schema=arguments.schema,
            output_schema=success.body if success else None,
            http=arguments.http,
            success_status=success.status if success else 200,
            errors=[response for response in responses if response is not success and response.status >= 400],
            tags=[tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
            examples=arguments.examples,
            output_example=success.example if success else None,
        )

    def _parameters(self, item: dict[str, Any], operation: dict[str, Any], place: str) -> list[RawParameter]:
        found: dict[tuple[str, str], RawParameter] = {}
        for owner, spot in ((item, place.rpartition("/")[0]), (operation, place)):
            declared, _ = self._references.follow(owner.get("parameters"), spot + "/parameters")
            if declared is not None and not isinstance(declared, list):
                self._problems.add(spot + "/parameters", "must be a list; it was left out")
                continue
            for number, raw in enumerate(declared or []):
                here = spot + pointer("parameters", number)
                parameter, _ = self._references.follow(raw, here)
                read = self._parameter(parameter, here)
                if read is not None:
                    found[read.location, read.name] = read
        return [
            parameter
            for parameter in found.values()
            if (parameter.location, parameter.name.lower()) not in self._credentials
        ]

    def _parameter(self, parameter: Any, place: str) -> RawParameter | None:
        if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str) or not parameter["name"]:
            self._problems.add(place, "a parameter must be an object with a name; it was left out")
            return None
        location = parameter.get("in")
        if location not in ("path", "query", "header", "cookie"):
            self._problems.add(place, f"the parameter's place {str(location)[:40]!r} is unknown; it was left out")
            return None
        schema, spot = parameter.get("schema"), place + "/schema"
        if schema is None and isinstance(parameter.get("content"), dict):
            contents = self._object(parameter["content"], place + "/content")
            media = next(iter(contents), "")
            schema = self._object(contents.get(media), place + pointer("content", media)).get("schema")
            spot = place + pointer("content", media, "schema")
        example = parameter.get("example")
        if example is None:
            example = next(iter(self._examples(parameter, place)), None)
        return RawParameter(
            name=parameter["name"],
            location=location,
            schema={"type": "string"} if schema is None else schema,
            required=means_yes(parameter.get("required")),
            place=spot,
            description=plain_text(parameter.get("description"), 200),
            example=example,
        )

    def _body(self, item: dict[str, Any], operation: dict[str, Any], place: str) -> RawBody | None:
        declared = operation.get("requestBody")
        if declared is None:
            return None
        place += "/requestBody"
        body, _ = self._references.follow(declared, place)
        if not isinstance(body, dict) or not isinstance(body.get("content"), dict):
            self._problems.add(place, "a request body must be an object with content; it was left out")
            return None
        contents = self._object(body["content"], place + "/content")
        media = _choose_media(contents)
        if media is None:
            return None
        spot = place + pointer("content", media)
        content = self._object(contents[media], spot)
        schema = content.get("schema")
        examples = self._examples(content, spot) or schema_examples(self._references, schema, spot)
        if schema is None:
            example = read_example(next(iter(examples), None))
            schema = schema_of_example(example) if _JSON.match(media) else {"type": "string"}
        return RawBody(
            schema=schema,
            place=spot + "/schema",
            # Authors leave `required` out far more often than they mean a body to be optional.
            required=body.get("required") is not False,
            description=plain_text(body.get("description"), 200),
            examples=examples,
        )

    def _responses(self, declared: Any, place: str) -> list[Response]:
        """Return the declared responses; ``default`` is a success only where no other is declared."""
        if declared is not None and not isinstance(declared, dict):
            self._problems.add(place, "must be an object; it was left out")
        declared = self._object(declared, place)
        found: list[Response] = []
        for key, raw in declared.items():
            if key.startswith("x-"):
                continue
            spot = place + pointer(key)
            response, _ = self._references.follow(raw, spot)
            status = response_status(key)
            if status is None or not isinstance(response, dict):
                self._problems.add(spot, "neither a status nor a response; it was left out")
                continue
            if key == "default" and not any(str(other)[:1] in "23" for other in declared):
                status = 200
            found.append(self._response(response, status, spot))
        return found

    def _response(self, response: dict[str, Any], status: int, place: str) -> Response:
        contents = self._object(response.get("content"), place + "/content")
        media = next((media for media in contents if media.split(";")[0].strip() == "application/json"), None)
        if media is None:
            media = next((media for media in contents if _JSON.match(media.split(";")[0].strip().lower())), None)
        body, example = None, None
        if media is not None:
            spot = place + pointer("content", media)
            content = self._object(contents[media], spot)
            if content.get("schema") is not None:
                body = self._schemas.linked(content["schema"], spot + "/schema")
            examples = self._examples(content, spot) or schema_examples(self._references, content.get("schema"), spot)
            example = next(iter(examples), None)
            if body is None and read_example(example) is not None:
                example = read_example(example)
                body = schema_of_example(example)
        elif (file := next(filter(None, map(_FILE.match, contents)), None)) is not None:
            kind = file[0].lower().replace("image/*", "image/png").replace("audio/*", "audio/wav")
            body = {"type": "string", "contentEncoding": "base64", "contentMediaType": kind}
        return Response(
            status=status, description=plain_text(response.get("description"), 200), body=body, example=example
        )

    def _examples(self, owner: dict[str, Any], place: str) -> list[Any]:
        """Return the values of ``example`` and ``examples`` of a media type or parameter."""
        found = [owner["example"]] if owner.get("example") is not None else []
        several = owner.get("examples")
        if isinstance(several, dict):
            several = self._object(several, place + "/examples")
            for key, raw in several.items():
                example, _ = self._references.follow(raw, place + pointer("examples", key))
                if isinstance(example, dict) and example.get("value") is not None:
                    found.append(example["value"])
        return found


def schema_examples(references: References, schema: Any, place: str) -> list[Any]:
    """Return the examples that a schema itself declares."""
    target, _ = references.follow(schema, place)
    target = as_mapping(target)
    several = target.get("examples")
    found = [target["example"]] if target.get("example") is not None else []
    return found + (several if isinstance(several, list) else [])


def as_mapping(value: Any) -> dict[str, Any]:
    """Return ``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _choose_media(content: dict[str, Any]) -> str | None:
    """Return the media type to read a body in: JSON, else a form, else the first."""
    plain = {media: media.split(";")[0].strip().lower() for media in content}
    for media, kind in plain.items():
        if kind == "application/json":
            return media
    for media, kind in plain.items():
        if _JSON.match(kind):
            return media
    for form in _FORMS:
        for media, kind in plain.items():
            if kind == form:
                return media
    return next(iter(content), None)


def response_status(key: str) -> int | None:
    """Return the status of a response key: ``4XX`` is 400, ``default`` 500; None if it is none."""
    if key == "default":
        return 500
    if re.fullmatch(r"[1-5][0-9]{2}", key):
        return int(key)
    if re.fullmatch(r"[1-5][xX]{2}", key):
        return int(key[0]) * 100
    return None


def choose_success(responses: list[Response]) -> Response | None:
    """Return the first 2xx response with a JSON body, else the first 2xx, else the first 3xx."""
    good = [response for response in responses if 200 <= response.status < 300]
    with_body = [response for response in good if response.body is not None]
    redirects = [response for response in responses if 300 <= response.status < 400]
    return next(iter(with_body + good + redirects), None)
