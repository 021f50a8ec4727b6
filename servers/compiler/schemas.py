"""Schemas of a specification: following references, merging, and making self-contained copies (rules L5, L6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from inftool.specs.spec import JsonSchema

_PREFIX = "#/schemas/"
_MAX_HOPS = 32
_MAX_STEPS = 500
"""Parts looked at for one answer: schemas that refer to each other many times over would take for ever."""
_DROPPED = frozenset(
    (
        "externalDocs", "xml", "discriminator", "title", "$schema", "$id", "$anchor", "$defs", "definitions", "not",
        "if", "then", "else", "dependentSchemas", "dependencies", "unevaluatedProperties", "unevaluatedItems",
        "$dynamicRef",
    )
)  # fmt: skip
"""Keywords that say nothing of values, or that a copy cut at some depth could turn into their opposite."""
_NESTED = ("items", "additionalProperties", "contains", "propertyNames")


class Schemas:
    """The named schemas of a specification, and how to look through them."""

    def __init__(self, named: Mapping[str, JsonSchema]) -> None:
        self._named = named
        self._resolved: dict[str, JsonSchema] = {}

    def ref_name(self, schema: JsonSchema | None) -> str | None:
        """Return the name of the schema that ``schema`` stands for, looking through nullable and single-part unions."""
        for _ in range(_MAX_HOPS):
            if not isinstance(schema, dict):
                return None
            ref = schema.get("$ref")
            if isinstance(ref, str):
                return ref[len(_PREFIX) :] if ref.startswith(_PREFIX) else None
            parts = _parts(schema)
            if len(parts) != 1:
                return None
            schema = parts[0]
        return None

    def resolve(self, schema: object) -> JsonSchema:
        """Return the schema with its top level in plain sight: no ``$ref``, ``allOf`` merged, first branch of a union.

        Properties inside are left as they are. A reference that leads nowhere, or only to itself, gives ``{}``.
        """
        return self._resolve(schema, (), [_MAX_STEPS])

    def _resolve(self, schema: object, seen: tuple[str, ...], steps: list[int]) -> JsonSchema:
        steps[0] -= 1
        if not isinstance(schema, dict) or len(seen) > _MAX_HOPS or steps[0] < 0:
            return {}
        ref = schema.get("$ref")
        if isinstance(ref, str):
            name = ref[len(_PREFIX) :]
            if not ref.startswith(_PREFIX) or name in seen or name not in self._named:
                return {}
            if not seen and len(schema) == 1 and name in self._resolved:
                return self._resolved[name]
            target = self._resolve(self._named[name], (*seen, name), steps)
            siblings = {key: value for key, value in schema.items() if key != "$ref"}
            merged = _merge(target, siblings) if siblings else target
            if not seen and not siblings:
                self._resolved[name] = merged
            return merged
        result = {key: value for key, value in schema.items() if key not in ("allOf", "oneOf", "anyOf")}
        merged_parts: JsonSchema = {}
        for part in schema.get("allOf") or ():
            merged_parts = _merge(merged_parts, self._resolve(part, seen, steps))
        result = _merge(merged_parts, result)
        for union in ("oneOf", "anyOf"):
            branches = [b for b in schema.get(union) or () if isinstance(b, dict) and b.get("type") != "null"]
            if branches:
                result = _merge(self._resolve(branches[0], seen, steps), result)
        kinds = result.get("type")
        if isinstance(kinds, list):
            named = [kind for kind in kinds if kind != "null"]
            result = {**result, "type": named[0]} if named else result
        return result

    def types(self, schema: object) -> frozenset[str]:
        """Return the JSON types that a value of ``schema`` may have (``null`` left out); empty where anything goes."""
        return self._types(schema, 0, [_MAX_STEPS])

    def _types(self, schema: object, depth: int, steps: list[int]) -> frozenset[str]:
        steps[0] -= 1
        if not isinstance(schema, dict) or depth > _MAX_HOPS or steps[0] < 0:
            return frozenset()
        ref = schema.get("$ref")
        if isinstance(ref, str):
            return self._types(self._named.get(ref[len(_PREFIX) :]), depth + 1, steps)
        found: set[str] = set()
        kinds = schema.get("type")
        found.update(kinds if isinstance(kinds, list) else [kinds] if isinstance(kinds, str) else ())
        if not found:
            for part in _all_parts(schema):
                found |= self._types(part, depth + 1, steps)
        if not found and "properties" in schema:
            found.add("object")
        return frozenset(found - {"null"})

    def inline(
        self, schema: object, depth: int = 6, nodes: int = 400, unions: Literal["first", "all"] = "first"
    ) -> JsonSchema:
        """Return a self-contained copy: references inlined, cycles cut, at most ``depth`` deep and ``nodes`` big.

        Args:
            schema: the schema to copy.
            depth: levels of nesting kept; what lies deeper becomes a schema without demands.
            nodes: subschemas kept, counted over the whole copy.
            unions: ``first`` takes the first branch of every union (for making values), ``all`` keeps the branches
                (for checking values).
        """
        return self._copy(schema, depth, [nodes], unions, ())

    def _copy(
        self, schema: object, depth: int, budget: list[int], unions: Literal["first", "all"], seen: tuple[str, ...]
    ) -> JsonSchema:
        if not isinstance(schema, dict):
            return {}
        name = self.ref_name(schema)
        if budget[0] <= 0 or depth <= 0 or (name is not None and name in seen):
            kinds = self.types(schema)
            nullable = unions == "all" and ("anyOf" in schema or "oneOf" in schema or _nullable(schema))
            return {"type": next(iter(kinds))} if len(kinds) == 1 and not nullable else {}
        budget[0] -= 1
        seen = (*seen, name) if name is not None else seen
        if unions == "all" and (kept := self._copy_union(schema, depth, budget, seen)) is not None:
            return kept
        flat = self.resolve(schema)
        result: JsonSchema = {}
        for key, value in flat.items():
            if key in _DROPPED or key.startswith("x-"):
                continue
            if key in ("properties", "patternProperties") and isinstance(value, dict):
                result[key] = {
                    prop: self._copy(inner, depth - 1, budget, unions, seen) for prop, inner in value.items()
                }
            elif key in _NESTED and isinstance(value, dict):
                result[key] = self._copy(value, depth - 1, budget, unions, seen)
            elif key == "prefixItems" and isinstance(value, list):
                result[key] = [self._copy(inner, depth - 1, budget, unions, seen) for inner in value]
            elif key == "required" and not isinstance(value, list):
                continue
            else:
                result[key] = value
        if unions == "all" and isinstance(result.get("type"), str):
            others = sorted(self.types(schema) - {result["type"]})
            result["type"] = [result["type"], *others] if others else result["type"]
        if unions == "all" and _nullable(schema) and "type" in result:
            stated = result["type"] if isinstance(result["type"], list) else [result["type"]]
            result["type"] = [*stated, "null"]
            if isinstance(result.get("enum"), list) and None not in result["enum"]:
                result["enum"] = [*result["enum"], None]
        return result

    def _copy_union(
        self, schema: JsonSchema, depth: int, budget: list[int], seen: tuple[str, ...]
    ) -> JsonSchema | None:
        """Return the copy of a union with every branch kept, or None where the schema is no union."""
        target = schema
        for _ in range(_MAX_HOPS):
            ref = target.get("$ref")
            if not isinstance(ref, str):
                break
            target = self._named.get(ref[len(_PREFIX) :]) or {}
        branches = [b for union in ("oneOf", "anyOf") for b in target.get(union) or () if isinstance(b, dict)]
        if len(branches) < 2:
            return None
        return {"anyOf": [self._copy(branch, depth - 1, budget, "all", seen) for branch in branches]}


def _parts(schema: JsonSchema) -> list[JsonSchema]:
    """The branches of a union or the parts of a merge, without ``null``."""
    for word in ("allOf", "oneOf", "anyOf"):
        parts = schema.get(word)
        if isinstance(parts, list):
            return [part for part in parts if isinstance(part, dict) and part.get("type") != "null"]
    return []


def _all_parts(schema: JsonSchema) -> list[JsonSchema]:
    return [p for word in ("allOf", "oneOf", "anyOf") for p in schema.get(word) or () if isinstance(p, dict)]


def _nullable(schema: JsonSchema) -> bool:
    kinds = schema.get("type")
    return (isinstance(kinds, list) and "null" in kinds) or schema.get("nullable") is True


def _merge(base: JsonSchema, over: JsonSchema) -> JsonSchema:
    """Merge two object schemas as ``allOf`` does: properties and required are united, the rest of ``over`` wins."""
    if not over or not base:
        return over or base
    result = {**base, **over}
    if isinstance(base.get("properties"), dict) and isinstance(over.get("properties"), dict):
        result["properties"] = {**base["properties"], **over["properties"]}
    if isinstance(base.get("required"), list) and isinstance(over.get("required"), list):
        result["required"] = list(dict.fromkeys([*base["required"], *over["required"]]))
    return result
