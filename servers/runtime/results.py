"""What a call gives back: rows in the envelope that the operation declares (rule Q1)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from inftool.servers.program import EntityOperation, Shape
from inftool.servers.runtime.conforming import completed, conformity
from inftool.servers.runtime.fitting import accepts, bounds, schema_at, schema_of_rows, type_of
from inftool.servers.runtime.frames import MISSING, Frame
from inftool.servers.runtime.lexicon import string_kind
from inftool.servers.runtime.listing import opaque_cursor
from inftool.servers.runtime.machine import Machine
from inftool.servers.runtime.places import set_at, value_at
from inftool.servers.runtime.values import value_for
from inftool.specs.spec import JsonSchema


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The answer of one call."""

    is_error: bool
    status: int
    """HTTP status that the answer would have."""
    content: Any
    """The JSON body; None where there is none."""

    @property
    def text(self) -> str:
        """The body as compact JSON, as an agent reads it; ``{"status":204}`` stands for an empty one."""
        body = {"status": self.status} if self.content is None else self.content
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


_ONE_ROW: dict[str, Any] = {
    "total": 1,
    "count": 1,
    "has_more": False,
    "next_cursor": None,
    "page": 1,
    "pages": 1,
    "limit": 1,
    "offset": 0,
}
"""What the counters say beside a single row."""
_VERBS = {
    "create": "created", "update": "updated", "replace": "updated", "delete": "deleted", "bulk_create": "created",
    "bulk_update": "updated", "bulk_delete": "deleted", "link": "added", "unlink": "removed", "read": "found",
    "list": "found", "search": "found", "aggregate": "found",
}  # fmt: skip
"""What an answer says was done; any other kind was ``updated``."""


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


class Shaper:
    """Puts the rows of one operation into its response; made once a tool."""

    def __init__(self, machine: Machine, operation: EntityOperation) -> None:
        shape, seed = operation.shape, machine.seed
        self._shape = shape
        self._entity = machine.entity(operation.entity)
        self._seed = seed
        self._shown = None if shape.fields is None else tuple(shape.fields)
        payload = schema_at(operation.output_schema, shape.path)
        if shape.kind == "rows":
            payload = schema_of_rows(shape, payload)
        properties = payload.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        required = payload.get("required") if shape.kind in ("row", "rows") else None
        self._payload = payload
        self._needed = tuple((name, properties.get(name) or {}) for name in required or [] if isinstance(name, str))
        self._signs = {
            name: sign
            for name, schema in properties.items()
            if shape.kind == "row" and isinstance(schema, dict) and _verb(operation) == "deleted"
            if (sign := _sign(operation, name, schema)) is True
        }
        self._template = json.dumps(_envelope(operation, shape, seed)) if shape.path else None
        self._nulls = {path: schema_at(operation.output_schema, path.split(".")) for path in shape.counters}
        self._also = shape.also
        self._output = operation.output_schema
        self._conforms = conformity(operation.output_schema)
        self._operation = operation

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row as it is shown: its visible fields, and those the response must have."""
        shown = row if self._shown is None else {name: row[name] for name in self._shown if name in row}
        if self._signs:
            shown = {**shown, **self._signs}
        for name, schema in self._needed:
            if name not in shown:
                if shown is row:
                    shown = dict(row)
                key = (self._seed, self._entity.name, str(row.get(self._entity.key)))
                shown[name] = value_for(schema, name, seed_key=key, label=self._entity.label)
        return shown

    def one(self, row: dict[str, Any], frame: Frame | None = None) -> Any:
        """Return the response for a single row.

        Args:
            row: the row.
            frame: of the call, where its response has properties that do not come from the row.
        """
        match self._shape.kind:
            case "empty":
                return self._acknowledgement(row, frame)
            case "key":
                payload = row.get(self._entity.key)
            case "rows":
                payload = self._listed([row], [self.row(row)])
            case "value":
                payload = self._only(row)
            case "values":
                payload = _several(self._only(row))
            case _:
                payload = self.row(row)
        return self._answer(payload, [row], _ONE_ROW, frame)

    def many(self, rows: list[dict[str, Any]], page: dict[str, Any], frame: Frame | None = None) -> Any:
        """Return the response for a page of rows.

        Args:
            rows: the rows of the page.
            page: values of the counters by their meaning (``total``, ``has_more``, ...).
            frame: as for :meth:`one`.
        """
        payload: Any
        match self._shape.kind:
            case "empty":
                return self._acknowledgement(rows[0] if rows else {}, frame)
            case "row":
                payload = self.row(rows[0]) if rows else {}
            case "key":
                payload = [row.get(self._entity.key) for row in rows]
            case "value":
                payload = self._only(rows[0]) if rows else None
            case "values":
                payload = [value for row in rows if (value := self._only(row)) is not None]
            case _:
                payload = self._listed(rows, [self.row(row) for row in rows])
        return self._answer(payload, rows, page, frame)

    def value(self, value: Any, page: dict[str, Any], frame: Frame | None = None) -> Any:
        """Return the response for a value that was worked out over rows (rules Q7, N4)."""
        if self._shape.kind == "empty":
            return self._acknowledgement({}, frame)
        return self._answer(value, [], page, frame)

    def _answer(self, payload: Any, rows: list[dict[str, Any]], page: dict[str, Any], frame: Frame | None) -> Any:
        """Put the payload into its envelope; where that is not what is declared, add what is missing."""
        body = self._wrapped(payload, page)
        if frame is not None and self._also:
            body = self._with_parts(body, frame)
        if self._conforms is None or self._conforms(body):
            return body
        if self._shape.kind in ("row", "rows") and rows and payload:
            whole = [self._whole(row) for row in rows]
            body = self._wrapped(self._listed(rows, whole) if self._shape.kind == "rows" else whole[0], page)
            if frame is not None and self._also:
                body = self._with_parts(body, frame)
        return completed(self._output, body, "", (self._seed, self._operation.tool), self._entity.label)

    def _listed(self, rows: list[dict[str, Any]], shown: list[Any]) -> Any:
        """Put rows as they are shown into an array, each in what its item declares around it, or under their keys."""
        for step in reversed(self._shape.inner):
            shown = [{step: value} for value in shown]
        if not self._shape.keyed:
            return shown
        return {str(row.get(self._entity.key)): value for row, value in zip(rows, shown, strict=True)}

    def _whole(self, row: dict[str, Any]) -> Any:
        """Return a row as it is shown, with all that the response must have in it at any depth."""
        key = (self._seed, self._entity.name, str(row.get(self._entity.key)))
        return completed(self._payload, self.row(row), "", key, self._entity.label)

    def _only(self, row: dict[str, Any]) -> Any:
        """Return the value of the only field that is shown."""
        return value_at(row, self._shown[0]) if self._shown else row.get(self._entity.key)

    def _with_parts(self, body: Any, frame: Frame) -> Any:
        """Set the properties that come from elsewhere than the row (rule B5)."""
        if not isinstance(body, dict):
            return body
        body = dict(body)
        for place, part in self._also.items():
            value = frame.part(part)
            if value is not MISSING:
                set_at(body, place, value)
        return body

    def _acknowledgement(self, row: dict[str, Any], frame: Frame | None) -> Any:
        """Return a body for an operation that shows no row but declares an answer; None where it declares none."""
        if self._also and frame is not None:
            return self._answer({}, [], {}, frame)
        if self._output is None:
            return None
        body = value_for(self._output, "", seed_key=(self._seed, self._operation.tool), label=self._entity.label)
        if isinstance(body, dict):
            for name, schema in (schema_at(self._output, []).get("properties") or {}).items():
                sign = _sign(self._operation, name, schema) if isinstance(schema, dict) else None
                if name in row or sign is not None:
                    body[name] = row.get(name, sign)
        return body

    def _wrapped(self, payload: Any, page: dict[str, Any]) -> Any:
        if self._template is None:
            return payload
        response: dict[str, Any] = json.loads(self._template)
        _set(response, self._shape.path, payload)
        for place, meaning in self._shape.counters.items():
            if meaning in page:
                self._count(response, place, page[meaning])
        return response

    def _count(self, response: dict[str, Any], place: str, value: Any) -> None:
        schema = self._nulls[place]
        path = place.split(".")
        kind = type_of(schema, path[-1]) if schema else ""
        if value is None:
            declared = schema.get("type")
            if declared == "null" or (isinstance(declared, list) and "null" in declared) or schema.get("nullable"):
                _set(response, path, None)
            elif path[-1] in (schema_at(self._output, path[:-1]).get("required") or []):
                _set(response, path, "" if kind == "string" else 0)
            return
        if kind == "string" and not isinstance(value, str):
            value = str(value)
        if isinstance(value, str) and "pattern" in schema and not accepts(schema, value):
            value = opaque_cursor(value)
        elif kind == "integer" and isinstance(value, str):
            value = int(value) if value.isascii() and value.isdigit() and len(value) < 18 else 0
        if schema and isinstance(value, int) and not accepts(schema, value):
            least, most = bounds(schema)
            value = int(max(value, least)) if least is not None and value < least else value
            value = int(min(value, most)) if most is not None and value > most else value
        _set(response, path, value)


def _set(response: dict[str, Any], path: list[str], value: Any) -> None:
    node = response
    for step in path[:-1]:
        inner = node.setdefault(step, {})
        if not isinstance(inner, dict):
            inner = node[step] = {}
        node = inner
    node[path[-1]] = value


def _envelope(operation: EntityOperation, shape: Shape, seed: int) -> dict[str, Any]:
    """Return the response around the rows: the other required properties, and what tells of success."""
    out: dict[str, Any] = {}
    node = out
    counters = set(shape.counters)
    for depth, step in enumerate(shape.path):
        above = shape.path[:depth]
        schema = schema_at(operation.output_schema, above)
        required = schema.get("required") or []
        for name, part in (schema.get("properties") or {}).items():
            place = ".".join([*above, name])
            if name == step or place in counters or not isinstance(part, dict):
                node.setdefault(name, None) if name == step else None
                continue
            sign = _sign(operation, name, part)
            if sign is not None:
                node[name] = sign
            elif name in required:
                nested = any(counter.startswith(place + ".") for counter in counters)
                node[name] = {} if nested else _quiet(part, name, (seed, operation.tool, place))
        if depth < len(shape.path) - 1:
            node[step] = {}
            node = node[step]
    return out


def _quiet(schema: JsonSchema, name: str, key: tuple[Any, ...]) -> Any:
    """Return a value for a property beside the rows; arrays such as ``errors`` and ``included`` stay empty."""
    if type_of(schema, name) == "array" and not schema.get("minItems"):
        return []
    return value_for(schema, name, seed_key=key)


def _sign(operation: EntityOperation, name: str, schema: JsonSchema) -> Any:
    """Return what a property that reports success says; None for any other property."""
    kind = type_of(schema, name)
    lowered = name.lower()
    if kind == "boolean":
        good = lowered in ("ok", "success", "succeeded") or (
            lowered in ("deleted", "removed") and _verb(operation) in ("deleted", "removed")
        )
        return True if good else None
    if kind == "integer" and lowered in ("code", "status", "status_code", "statuscode"):
        return operation.success_status
    if kind == "string" and lowered in ("message", "msg") and string_kind(name) == "body":
        return f"{operation.entity} {_verb(operation)}"
    return None


def _verb(operation: EntityOperation) -> str:
    return _VERBS.get(operation.kind, "updated")  # type: ignore[attr-defined]
