"""What a JSON Schema allows: its type, its range, and whether a value fits. Shallow and quick, for generators."""

from __future__ import annotations

from typing import Any

from inftool.servers.program import Shape
from inftool.servers.runtime.patterns import matches
from inftool.specs.spec import JsonSchema

MAX_DEPTH = 10
"""Objects nested deeper than this are left empty."""
_PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "integer": int,
    "number": float,
    "array": list,
    "object": dict,
}


def type_of(schema: JsonSchema, name: str = "") -> str:
    """Return the JSON type that a schema describes, guessed from its other keywords where it is not said."""
    declared = schema.get("type")
    if isinstance(declared, list):
        declared = next((kind for kind in declared if kind != "null"), "null")
    if isinstance(declared, str):
        return declared
    if "properties" in schema or "additionalProperties" in schema:
        return "object"
    if "items" in schema:
        return "array"
    if "minimum" in schema or "maximum" in schema or "multipleOf" in schema:
        return "number"
    if not ({"format", "pattern", "minLength", "maxLength"} & schema.keys()):
        example = schema.get("example", schema.get("default"))
        for kind, python in _PYTHON_TYPES.items():
            if isinstance(example, python):
                return kind
    return "string"


def combined(schema: JsonSchema, depth: int = 0) -> JsonSchema:
    """Merge ``allOf`` and take the first branch of ``oneOf``/``anyOf`` that can hold something (rule L5)."""
    merged = {k: v for k, v in schema.items() if k not in ("allOf", "oneOf", "anyOf")}
    parts = [part for part in schema.get("allOf") or [] if isinstance(part, dict)]
    for word in ("oneOf", "anyOf"):
        branches = [part for part in schema.get(word) or [] if isinstance(part, dict)]
        useful = [part for part in branches if part.get("type") != "null" and part]
        parts += useful[:1] or branches[:1]
    for part in parts:
        if depth < MAX_DEPTH and ({"allOf", "oneOf", "anyOf"} & part.keys()):
            part = combined(part, depth + 1)
        for word, value in part.items():
            if word == "properties" and isinstance(value, dict):
                merged[word] = {**value, **merged.get(word, {})}
            elif word == "required" and isinstance(value, list):
                merged[word] = [*merged.get(word, []), *(v for v in value if v not in merged.get(word, []))]
            else:
                merged.setdefault(word, value)
    return merged


def schema_at(schema: JsonSchema | None, path: list[str]) -> JsonSchema:
    """Return the schema of the property that ``path`` leads to; ``{}`` where nothing is declared."""
    node: Any = schema or {}
    for step in path:
        node = combined(node) if {"allOf", "oneOf", "anyOf"} & node.keys() else node
        node = (node.get("properties") or {}).get(step)
        if not isinstance(node, dict):
            return {}
    return combined(node) if {"allOf", "oneOf", "anyOf"} & node.keys() else node


def schema_of_rows(shape: Shape, payload: JsonSchema) -> JsonSchema:
    """Return the schema of one row, out of the schema of what holds the rows of a list."""
    held = payload.get("additionalProperties" if shape.keyed else "items")
    return schema_at(held if isinstance(held, dict) else {}, shape.inner)


def accepts(schema: JsonSchema, value: Any) -> bool:
    """Tell whether ``schema`` allows ``value`` by its type, enum, range and length; nested schemas are not read."""
    declared = schema.get("type")
    kinds = declared if isinstance(declared, list) else [declared] if isinstance(declared, str) else []
    if schema.get("nullable") is True and value is None:
        return True
    if kinds and not any(_is_type(value, kind) for kind in kinds):
        return False
    options = schema.get("enum")
    if isinstance(options, list) and value not in options:
        return False
    if isinstance(value, str):
        longest = schema.get("maxLength")
        if len(value) < (schema.get("minLength") or 0) or (longest is not None and len(value) > longest):
            return False
        pattern = schema.get("pattern")
        return not isinstance(pattern, str) or matches(pattern, value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = bounds(schema)
        return (low is None or value >= low) and (high is None or value <= high)
    return True


def _is_type(value: Any, kind: str) -> bool:
    if kind == "integer":
        return (isinstance(value, int) and not isinstance(value, bool)) or (
            isinstance(value, float) and value.is_integer()
        )
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "null":
        return value is None
    python = {"string": str, "boolean": bool, "array": list, "object": dict}.get(kind)
    return python is None or isinstance(value, python)


def bounds(schema: JsonSchema) -> tuple[float | None, float | None]:
    """Return the inclusive range of a number; exclusive bounds move by one (integers) or a hundredth."""
    step = 1 if schema.get("type") == "integer" else 0.01
    low, high = number_or_none(schema.get("minimum")), number_or_none(schema.get("maximum"))
    below, above = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    least, most = number_or_none(below), number_or_none(above)
    if low is not None and below is True:
        low += step
    if high is not None and above is True:
        high -= step
    if least is not None:
        low = least + step if low is None else max(low, least + step)
    if most is not None:
        high = most - step if high is None else min(high, most - step)
    return low, high


def number_or_none(value: Any) -> float | None:
    """Return a finite number of a size that arithmetic is safe with; None for anything else."""
    usable = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e18
    return value if usable else None
