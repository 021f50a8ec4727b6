"""Postman collections (rule L10): folders are tags, saved requests show the arguments and saved responses the results.

A collection holds requests and not operations: several requests to one place, say with other filters or for a test, are
read together as one operation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from inftool.specs.example import schema_of_example, schema_of_examples
from inftool.specs.http_tool import METHODS, RawBody, RawParameter, bind_arguments, placeholders
from inftool.specs.names import operation_name, safe_name, snake_case, unique_name
from inftool.specs.openapi import ABOUT, DESCRIPTION, TITLE, as_mapping
from inftool.specs.problems import Problems, pointer
from inftool.specs.references import References
from inftool.specs.schema import Schemas
from inftool.specs.spec import ApiSpec, Response, ToolSpec
from inftool.specs.text import plain_text

_MAX_REQUESTS = 20_000
_MAX_SAVED = 20
"""Saved responses read of one operation."""
_MAX_RESPONSE = 1_000_000
"""Characters of a saved response."""
_VARIABLE = re.compile(r"\{\{([^{}]{0,200})\}\}")
_BRACES = re.compile(r"(?<!\{)\{([^{}]{1,200})\}(?!\})")
_WORD = re.compile(r"[A-Za-z][\w.-]*")
_FIXED = re.compile(r"version|prefix|base|stage|host|url|^api$|^v$|env", re.IGNORECASE)
"""Variables that stand for a part of every address, not for the id of something."""
_LITERAL_ID = re.compile(r"\d{1,20}|[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\{\{[^{}]*\}\}|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/')
_JSON_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])')


@dataclass
class _Operation:
    """The requests of a collection that go to one place."""

    method: str
    path: str
    name: str
    place: str
    folders: list[str]
    description: str = ""
    query: dict[str, list[Any]] = field(default_factory=dict)
    path_values: dict[str, list[Any]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    bodies: list[Any] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    responses: list[dict[str, Any]] = field(default_factory=list)


def read_postman(document: dict[str, Any], name: str, source: str, place: str = "") -> ApiSpec:
    """Read a collection that stands at ``place`` of its file; what cannot be read is left out and reported (L4)."""
    return _Reader(document).read(name, source, place)


class _Reader:
    """Walks the folders and requests of a collection."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._problems = Problems()
        self._schemas = Schemas(References({}, self._problems), self._problems)
        self._operations: dict[tuple[str, str], _Operation] = {}
        self._variables: dict[str, str] = {}
        for variable in _entries(document.get("variable")):
            if isinstance(variable.get("value"), (str, int)):
                self._variables[str(variable.get("key", variable.get("id")))] = str(variable["value"])

    def read(self, name: str, source: str, place: str) -> ApiSpec:
        """Return the specification."""
        for number, (item, spot, folders) in enumerate(self._items(self._document, place, [])):
            if number >= _MAX_REQUESTS:
                self._problems.add(spot, f"more than {_MAX_REQUESTS} requests; the rest was left out")
                break
            self._problems.attempt(spot, "this request", self._request, item, spot, folders)
        tools: dict[str, ToolSpec] = {}
        for operation in self._operations.values():
            tool = self._problems.attempt(operation.place, "this request", self._tool, operation)
            if tool is not None:
                tool.name = unique_name(tool.name, tools)
                tools[tool.name] = tool
        info = as_mapping(self._document.get("info"))
        return ApiSpec(
            name=name,
            title=plain_text(info.get("name"), TITLE) or name,
            description=plain_text(_text(info.get("description")), ABOUT),
            format="postman-2.1",
            tools=list(tools.values()),
            source=source,
            problems=self._problems.listed(),
        )

    def _items(
        self, folder: dict[str, Any], place: str, folders: list[str]
    ) -> Iterator[tuple[dict[str, Any], str, list[str]]]:
        """Yield the requests of a folder and of the folders inside it, with their places and folders' names."""
        items = folder.get("item")
        for number, item in enumerate(items if isinstance(items, list) else []):
            spot = place + pointer("item", number)
            if not isinstance(item, dict):
                self._problems.add(spot, "neither a folder nor a request; it was left out")
            elif isinstance(item.get("item"), list):
                label = plain_text(item.get("name"), 60)
                yield from self._items(item, spot, [*folders, label] if label else folders)
            elif "request" in item:
                yield item, spot, folders
            else:
                self._problems.add(spot, "neither a folder nor a request; it was left out")

    def _request(self, item: dict[str, Any], place: str, folders: list[str]) -> None:
        request = item["request"]
        request = {"url": request} if isinstance(request, str) else request
        if not isinstance(request, dict):
            self._problems.add(place + "/request", "a request must be an object; it was left out")
            return
        method = str(request.get("method") or "GET").lower()
        if method not in METHODS:
            self._problems.add(place + "/request", f"the method {method[:20]!r} is unknown; the request was left out")
            return
        url = request.get("url")
        segments, query = _address(url)
        path, values = self._path(segments, as_mapping(url))
        label = _text(item.get("name"))
        body = as_mapping(request.get("body"))
        key = (method, re.sub(r"\{[^{}]*\}", "{}", path) + (f"#{label}" if body.get("mode") == "graphql" else ""))
        operation = self._operations.get(key)
        if operation is None:
            operation = _Operation(method, path, _tool_name(label, method, path), place, folders)
            operation.description = _text(request.get("description")) or _text(item.get("description"))
            self._operations[key] = operation
        declared = placeholders(operation.path)
        for parameter, (value, note) in zip(declared, values, strict=True):
            if value is not None:
                operation.path_values.setdefault(parameter, []).append(value)
            operation.notes.setdefault(parameter, note)
        for entry in query:
            name = entry.get("key")
            if isinstance(name, str) and name and not _VARIABLE.search(name):
                operation.query.setdefault(name, []).append(_value_of(entry.get("value")))
                operation.notes.setdefault(name, _text(entry.get("description")))
        self._body(body, operation, place + "/request/body")
        operation.responses += _entries(item.get("response"))[: _MAX_SAVED - len(operation.responses)]

    def _path(self, segments: list[str], url: dict[str, Any]) -> tuple[str, list[tuple[Any, str]]]:
        """Return a path template, and for each of its parameters a value that is shown, and its description."""
        shown = {str(entry.get("key")): entry for entry in _entries(url.get("variable"))}
        names: list[str] = []
        values: list[tuple[Any, str]] = []

        def parameter(name: str, value: Any = None) -> str:
            entry = shown.get(name, {})
            values.append((_value_of(entry.get("value")) if value is None else value, _text(entry.get("description"))))
            names.append(unique_name(safe_name(name, "id"), names))
            return "{" + names[-1] + "}"

        def variable(segment: str) -> str:
            """Return a segment with variables: one that is made of text and an id is an id as a whole."""
            segment = _BRACES.sub(r"{{\1}}", segment)
            fixed = _VARIABLE.sub(
                lambda found: (
                    self._variables.get(found[1].strip(), "").strip("/") if _FIXED.search(found[1]) else found[0]
                ),
                segment,
            )
            found = _VARIABLE.search(fixed)
            if found is None:
                return fixed.replace("{", "").replace("}", "")
            name = found[1].strip()
            ending = re.search(r"(?:\.(?:json|xml)|:[A-Za-z]+)$", fixed)
            return parameter(name.lower() if name.isupper() else name) + (ending[0] if ending else "")

        written: list[str] = []
        for segment in segments:
            if segment.startswith(":") and len(segment) > 1:
                stem, dot, ending = segment[1:].partition(".")
                written.append(parameter(stem) + dot + ending)
            elif written and _LITERAL_ID.fullmatch(segment):
                before = re.sub(r"\W+", "_", written[-1]).strip("_") if "{" not in written[-1] else ""
                written.append(parameter(f"{before}_id" if before else "id", _value_of(segment)))
            else:
                written.append(variable(segment))
        return "/" + "/".join(part for part in written if part), values

    def _body(self, body: dict[str, Any], operation: _Operation, place: str) -> None:
        """Add the body that a request shows to its operation."""
        mode = body.get("mode")
        if body.get("disabled") is True or mode is None:
            return
        if mode == "raw":
            text = body.get("raw")
            if isinstance(text, str) and text.strip():
                found, value = _lenient_json(text)
                operation.bodies.append(value if found else text[:2_000])
        elif mode in ("urlencoded", "formdata"):
            fields: dict[str, Any] = {}
            for entry in _entries(body.get(mode)):
                name = entry.get("key")
                if not isinstance(name, str) or not name:
                    continue
                if entry.get("type") == "file":
                    operation.files.add(name)
                value = "{{}}" if entry.get("type") == "file" else _value_of(entry.get("value"))
                operation.notes.setdefault(name, _text(entry.get("description")))
                if name in fields:
                    fields[name] = [*fields[name], value] if isinstance(fields[name], list) else [fields[name], value]
                else:
                    fields[name] = value
            if fields:
                operation.bodies.append(fields)
        elif mode == "graphql":
            variables = as_mapping(body.get("graphql")).get("variables")
            found, value = _lenient_json(variables) if isinstance(variables, str) else (True, variables)
            if found and isinstance(value, dict):
                operation.bodies.append(value)
        elif mode == "file":
            operation.bodies.append("{{file}}")
        else:
            self._problems.add(place, f"the body's mode {str(mode)[:20]!r} is unknown; it was left out")

    def _tool(self, operation: _Operation) -> ToolSpec:
        parameters = [
            _parameter(name, "path", operation.path_values.get(name, []), operation)
            for name in placeholders(operation.path)
        ]
        parameters += [_parameter(name, "query", values, operation) for name, values in operation.query.items()]
        arguments = bind_arguments(
            operation.method,
            operation.path,
            parameters,
            _raw_body(operation),
            self._schemas,
            self._problems,
            operation.place,
        )
        good, errors = _responses(operation.responses)
        description = plain_text(operation.description, DESCRIPTION)
        label = plain_text(operation.name.replace("_", " ").replace(".", " "), TITLE)
        return ToolSpec(
            name=operation.name,
            title=label[:1].upper() + label[1:],
            description=description or label[:1].upper() + label[1:],
            input_schema=arguments.schema,
            output_schema=good.body if good else None,
            http=arguments.http,
            success_status=good.status if good else 200,
            errors=errors,
            tags=operation.folders,
            examples=arguments.examples,
            output_example=good.example if good else None,
        )


def _parameter(name: str, location: Any, values: list[Any], operation: _Operation) -> RawParameter:
    shown = [value for value in values if value is not None]
    schema = schema_of_examples(shown) if shown else {"type": "string"}
    return RawParameter(
        name=name,
        location=location,
        schema=schema if schema.get("type") else {"type": "string"},
        required=location == "path",
        place=operation.place,
        description=plain_text(operation.notes.get(name), 200),
        example=next(iter(shown), None),
    )


def _raw_body(operation: _Operation) -> RawBody | None:
    if not operation.bodies:
        return None
    schema = _noted(schema_of_examples(operation.bodies), operation)
    examples = [shown for value in operation.bodies if (shown := _concrete(value)) not in (None, {}, [])]
    return RawBody(schema=schema, place=operation.place + "/request/body", required=False, examples=examples)


def _noted(schema: dict[str, Any], operation: _Operation) -> dict[str, Any]:
    """Return the schema of a body with the notes of its fields, and with its files marked."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return schema
    noted = {}
    for name, one in properties.items():
        note = operation.notes.get(name)
        one = {**one, "description": note} if note else one
        noted[name] = {**one, "type": "string", "format": "binary"} if name in operation.files else one
    return {**schema, "properties": noted}


def _responses(saved: list[dict[str, Any]]) -> tuple[Response | None, list[Response]]:
    """Return the successful response and the errors among saved ones; shapes of the same status are united."""
    by_status: dict[int, list[Response]] = {}
    for entry in saved:
        code = entry.get("code")
        if isinstance(code, str) and code.isascii() and code.isdigit():
            code = int(code[:4])
        if isinstance(code, bool) or not isinstance(code, int) or not 100 <= code <= 599:
            continue
        text = entry.get("body")
        found, value = _lenient_json(text) if isinstance(text, str) and len(text) <= _MAX_RESPONSE else (False, None)
        shape = found and isinstance(value, (dict, list))
        response = Response(status=code, description=plain_text(entry.get("name"), 200))
        if shape:
            response.body, response.example = schema_of_example(value), value
        by_status.setdefault(code, []).append(response)
    united = []
    for responses in by_status.values():
        shown = [response for response in responses if response.body is not None]
        first = (shown or responses)[0]
        if len(shown) > 1:
            first.body = schema_of_examples([response.example for response in shown])
        united.append(first)
    good = [response for response in united if 200 <= response.status < 300]
    good.sort(key=lambda response: response.body is None)
    return next(iter(good), None), [response for response in united if response.status >= 400]


def _address(url: Any) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the path segments and the query entries of a request's address, which is an object or a string."""
    if isinstance(url, dict):
        path = url.get("path")
        query = _entries(url.get("query"))
        if isinstance(path, str):
            path = path.split("/")
        if isinstance(path, list):
            parts = [part.get("value") if isinstance(part, dict) else part for part in path]
            return [unquote(part.partition("?")[0]) for part in parts if isinstance(part, str) and part], query
        segments, raw_query = _address(url.get("raw"))
        return segments, query or raw_query
    if not isinstance(url, str):
        return [], []
    address, _, asked = url[:4_000].partition("#")[0].partition("?")
    _, found, rest = address.partition("://")
    head, _, tail = (rest if found else address).partition("/")
    if not found and not (head.startswith("{{") or "." in head or re.search(r":\d+$", head) or head == "localhost"):
        tail = address
    query = []
    for pair in asked.split("&") if asked else []:
        key, _, value = pair.partition("=")
        query.append({"key": unquote(key), "value": unquote(value)})
    return [unquote(part) for part in tail.split("/") if part], query


def _tool_name(label: str, method: str, path: str) -> str:
    """Return the name of a request, if it is words, else one made of its address."""
    if "/" in label or not _WORD.search(label):
        return operation_name(method, path)
    return safe_name(snake_case(label))


def _entries(value: Any) -> list[dict[str, Any]]:
    """Return the objects in a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    """Return a description, which is a string or an object with its content."""
    value = value.get("content") if isinstance(value, dict) else value
    return value if isinstance(value, str) else ""


def _value_of(text: Any) -> Any:
    """Return the value that the text of a form field or query parameter shows; None for a variable or nothing."""
    if not isinstance(text, str):
        return text if isinstance(text, (bool, int, float)) else None
    text = text.strip()
    if not text or _VARIABLE.search(text) or re.fullmatch(r"<[^<>]*>|:\w+", text):
        return None
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?(?:0|[1-9]\d{0,14})", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?(?:0|[1-9]\d{0,14})\.\d{1,15}", text) else text


def _lenient_json(text: str) -> tuple[bool, Any]:
    """Return whether ``text`` is JSON, with Postman's variables, comments and stray commas, and its value."""

    def plain(token: re.Match[str]) -> str:
        word = token.group(0)
        return word if word.startswith('"') else "null" if word.startswith("{{") else ""

    for candidate in (text, _JSON_COMMA.sub(r"\1", _JSON_TOKEN.sub(plain, text))):
        try:
            return True, _shallow(json.loads(candidate, parse_constant=lambda _: None))
        except (ValueError, RecursionError):
            continue
    return False, None


def _shallow(value: Any, levels: int = 12) -> Any:
    """Return ``value`` without what is nested deeper than any body that is read."""
    if isinstance(value, dict):
        return {name: _shallow(item, levels - 1) for name, item in value.items()} if levels > 0 else {}
    if isinstance(value, list):
        return [_shallow(item, levels - 1) for item in value] if levels > 0 else []
    return value


def _concrete(value: Any) -> Any:
    """Return ``value`` without the parts that only name a variable."""
    if isinstance(value, str):
        return None if _VARIABLE.search(value) else value
    if isinstance(value, dict):
        kept = {name: _concrete(item) for name, item in value.items()}
        return {name: item for name, item in kept.items() if item is not None and item != {}}
    if isinstance(value, list):
        return [item for item in map(_concrete, value) if item is not None]
    return value
