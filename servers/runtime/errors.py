"""Failed calls: why, with which status, and in the body that the specification declares (rules X1 and X2)."""

from __future__ import annotations

from typing import Any

from inftool.servers.program import OperationBase, Reason
from inftool.servers.runtime.fitting import combined, type_of
from inftool.servers.runtime.lexicon import tokens
from inftool.servers.runtime.values import value_for
from inftool.specs.spec import JsonSchema, Response

_STATUSES: dict[Reason, tuple[int, ...]] = {
    "invalid": (400, 422),
    "missing": (404, 410),
    "reference": (404, 422, 400),
    "conflict": (409, 400, 422),
    "state": (409, 400, 422, 403),
    "funds": (402, 409, 400, 422),
    "login": (401, 403, 400),
    "forbidden": (403, 401, 400),
}
"""Statuses for a reason, the best first: the first declared one is taken, else the first."""
_UNDECLARED: dict[Reason, int] = {"invalid": 400, "missing": 404, "reference": 400, "conflict": 400,
    "state": 409, "funds": 400, "login": 401, "forbidden": 403,
}  # fmt: skip
_CODES: dict[Reason, str] = {
    "invalid": "invalid_argument",
    "missing": "not_found",
    "reference": "not_found",
    "conflict": "already_exists",
    "state": "invalid_state",
    "funds": "insufficient_funds",
    "login": "not_authenticated",
    "forbidden": "forbidden",
}
_HINTS = {
    "invalid_argument": ("invalid_arg", "invalid_param", "invalid", "bad", "validation", "unprocessable"),
    "not_found": ("not_found", "notfound", "not found", "missing", "unknown"),
    "already_exists": ("exist", "duplicate", "conflict"),
    "invalid_state": ("state", "status", "conflict", "precondition", "not_allowed"),
    "insufficient_funds": ("insufficient", "funds", "balance", "stock", "limit"),
    "not_authenticated": ("auth", "login", "logged", "unauthorized", "token"),
    "forbidden": ("forbidden", "denied", "permission", "not_allowed"),
}
"""How declared error codes spell ours, the likeliest first."""
_MESSAGE_WORDS = {
    "message",
    "msg",
    "error",
    "errors",
    "detail",
    "details",
    "description",
    "reason",
    "title",
    "text",
    "body",
}
_STATUS_WORDS = {"status", "code", "statuscode"}


class Refusal(Exception):
    """A call that fails by the rules of the server: not a fault of ours, and it leaves no trace."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason
        self.message = message


def error_answer(operation: OperationBase, refusal: Refusal, seed: int) -> tuple[int, Any]:
    """Return the status and the body of a failed call, as the operation declares them where it does."""
    declared = {response.status: response for response in operation.errors}
    status = next((code for code in _STATUSES[refusal.reason] if code in declared), _UNDECLARED[refusal.reason])
    response = declared.get(status) or declared.get(500)
    code = _CODES[refusal.reason]
    if response is not None and response.body:
        body = _declared_body(response, refusal.message, status, code, (seed, operation.tool, status))
        if body is not None:
            return status, body
    return status, {"error": {"code": code, "message": refusal.message}}


def _declared_body(response: Response, message: str, status: int, code: str, key: tuple[Any, ...]) -> Any:
    """Return the message in the declared form; None where that form has no place for it."""
    placed: list[bool] = []
    body = _error_value(response.body or {}, "", message, status, code, key, placed, 0)
    if not placed and isinstance(body, dict) and (response.body or {}).get("additionalProperties") is not False:
        body["message"] = message
        return body
    return body if placed else None


def _error_value(
    schema: JsonSchema,
    name: str,
    message: str,
    status: int,
    code: str,
    key: tuple[Any, ...],
    placed: list[bool],
    depth: int,
) -> Any:
    if depth > 5:
        return None
    schema = combined(schema) if {"allOf", "oneOf", "anyOf"} & schema.keys() else schema
    words = set(tokens(name))
    kind = type_of(schema, name)
    if kind == "object":
        properties = schema.get("properties") or {}
        required = schema.get("required") or []
        body = {}
        for field, part in properties.items():
            about = set(tokens(field)) & (_MESSAGE_WORDS | _STATUS_WORDS)
            if isinstance(part, dict) and (field in required or about):
                body[field] = _error_value(part, field, message, status, code, (*key, name), placed, depth + 1)
        return body
    if kind == "array":
        items = schema.get("items")
        return [
            _error_value(items if isinstance(items, dict) else {}, name, message, status, code, key, placed, depth + 1)
        ]
    options = schema.get("enum")
    if kind == "string" and isinstance(options, list):
        texts = [option for option in options if isinstance(option, str)]
        hints = _HINTS[code]
        return next((text for hint in hints for text in texts if hint in text.lower()), None) or (texts or options)[0]
    if kind == "string" and "enum" not in schema and "const" not in schema:
        if words & _MESSAGE_WORDS or not name:
            if words & {"code", "type"}:
                return code
            placed.append(True)
            return message
        if words & {"code", "type", "kind", "name"}:
            return code
        if words & _STATUS_WORDS:
            return str(status)
    if kind in ("integer", "number") and words & _STATUS_WORDS:
        return status
    return value_for(schema, name, seed_key=key)
