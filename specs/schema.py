"""Cleaning the schemas of a document into plain, valid JSON Schema 2020-12 (rules L3-L6).

Two ways to clean: *inlined* schemas stand alone, with references replaced by what they mean down to a bounded depth;
*linked* ones keep references to named schemas as ``{"$ref": "#/schemas/Name"}``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from inftool.specs.merge import (
    flat_object,
    is_object,
    loosened,
    map_schemas,
    merge_all,
    types_of,
    without_object_variants,
)
from inftool.specs.names import safe_name, unique_name
from inftool.specs.problems import Problems, pointer
from inftool.specs.references import References, pointer_parts
from inftool.specs.spec import JsonSchema
from inftool.specs.text import means_yes, plain_text
from inftool.specs.validity import compiles, number_of

DESCRIPTION = 200
"""Characters of a description in a schema."""
INLINE_LEVELS = (4, 3, 2, 1)
"""Levels of nested objects that are written out, tried until the schema is small enough."""
UNITED_LEVELS = 2
"""Down to this depth a choice between objects is written as one object with the properties of all."""
INLINE_BYTES = 6_000
"""Size that an inlined schema should stay under; at one level it is taken as it is."""
INLINE_NODES = 400
"""Schemas in an inlined one from which on it is sure to be larger, and is not written to its end."""
MAX_NODES = 4_000
"""Schemas written out in one inlined or linked schema (rule L6)."""
MAX_ENUM = 300
_MAX_NESTING = 40

_TYPE_NAMES = {
    "string": "string str text char date datetime date-time uuid file binary",
    "number": "number float double decimal",
    "integer": "integer int long short int32 int64 bigint",
    "boolean": "boolean bool",
    "array": "array list tuple set sequence iterable collection arraylist",
    "object": "object dict dictionary map hash hashmap mapping record",
    "null": "null",
}
TYPES = {alias: name for name, aliases in _TYPE_NAMES.items() for alias in aliases.split()}
"""What authors write for each type of JSON Schema."""
_ANY_TYPE = {"any", "", "mixed", "unknown", "undefined"}
_NUMBERS = ("minimum", "maximum", "multipleOf")
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_LIMITS = {*_NUMBERS, *_COUNTS, "exclusiveMinimum", "exclusiveMaximum", "pattern"}
_SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas")
_SCHEMA_LISTS = ("oneOf", "anyOf", "prefixItems")
_SCHEMAS = ("items", "additionalProperties", "not", "propertyNames", "contains", "if", "then", "else")
_NESTING = {*_SCHEMA_MAPS, *_SCHEMA_LISTS, *_SCHEMAS, "allOf", "$ref", "discriminator"}
_ANNOTATIONS = {
    "description",
    "title",
    "default",
    "example",
    "examples",
    "nullable",
    "readOnly",
    "writeOnly",
    "deprecated",
    "xml",
    "externalDocs",
}


class _TooLarge(Exception):
    """The schema does not fit at this depth."""


class _Writer:
    """The state of writing one schema: how deep to go, what is still allowed, and which references are open."""

    def __init__(self, levels: int | None, description: int, strict: bool) -> None:
        self.levels = levels
        self.description = description
        self.strict = strict
        self.nodes_left = INLINE_NODES if strict else MAX_NODES
        self.bytes_left = INLINE_BYTES if strict and levels is not None and levels > UNITED_LEVELS else None
        """What may still be written, where nothing that is written gets smaller afterwards."""
        self.open: list[str] = []
        self.was_cut = False

    def spend(self, schema: JsonSchema) -> None:
        """Count what a schema is sure to take, without those inside it.

        Raises:
            _TooLarge: that is more than there may be.
        """
        if self.bytes_left is not None:
            self.bytes_left -= len(schema.get("description", "")) + 16
            if self.bytes_left < 0:
                raise _TooLarge

    @property
    def linked(self) -> bool:
        """Whether references to named schemas stay references."""
        return self.levels is None


class Schemas:
    """Cleans the schemas of one document."""

    def __init__(
        self, references: References, problems: Problems, named: Mapping[str, Any] | None = None, prefix: str = ""
    ) -> None:
        """Clean schemas whose references ``references`` resolves.

        Args:
            references: Resolves the document's references.
            problems: Collects what was repaired.
            named: The document's named schemas, as declared.
            prefix: Where they stand, such as ``#/components/schemas``.
        """
        self._references = references
        self._problems = problems
        self._named = dict(named or {})
        self._prefix = prefix
        self._names: dict[str, str] = {}
        self._declared: dict[str, str | None] = {}
        self._inlined: dict[str, JsonSchema] = {}
        self._plain: dict[tuple[int, int, bool], tuple[dict[str, Any], JsonSchema]] = {}
        """What was written of schemas without any inside, by identity, with the schema so that it lives on."""
        taken: set[str] = set()
        for declared in self._named:
            self._names[declared] = unique_name(safe_name(declared, "Schema"), taken)
            taken.add(self._names[declared])

    def all_named(self) -> dict[str, JsonSchema]:
        """Return every named schema, linked, by its name in :attr:`ApiSpec.schemas`."""
        place = self._prefix.removeprefix("#")
        return {
            self._names[declared]: self._problems.attempt(
                place + pointer(declared), "this schema", self._named_schema, declared, place + pointer(declared)
            )
            or {}
            for declared in self._named
        }

    def _named_schema(self, declared: str, place: str) -> JsonSchema:
        return self._write(self._named[declared], place, _Writer(None, DESCRIPTION, False), top=declared)

    def linked(self, schema: Any, place: str) -> JsonSchema:
        """Return ``schema`` with references to named schemas kept."""
        return self._write(schema, place, _Writer(None, DESCRIPTION, False))

    def inlined(self, schema: Any, place: str) -> JsonSchema:
        """Return ``schema`` standing alone, as deep as fits in about 6 kB."""
        reference = schema.get("$ref") if isinstance(schema, dict) and len(schema) == 1 else None
        if isinstance(reference, str):
            if reference not in self._inlined:
                self._inlined[reference] = self._inline(schema, place)
            return dict(self._inlined[reference])
        return self._inline(schema, place)

    def _inline(self, schema: Any, place: str) -> JsonSchema:
        for levels in INLINE_LEVELS:
            writer = _Writer(levels, DESCRIPTION if levels > 2 else DESCRIPTION // 2, levels > INLINE_LEVELS[-1])
            try:
                result = self._write(schema, place, writer)
            except _TooLarge:
                continue
            if writer.was_cut:
                result = map_schemas(result, loosened)
            if levels <= UNITED_LEVELS:
                result = without_object_variants(result)
            if levels == INLINE_LEVELS[-1] or len(json.dumps(result, separators=(",", ":"))) <= INLINE_BYTES:
                return result
        raise AssertionError("the last level never gives up")

    def name_of(self, schema: Any) -> str | None:
        """Return the name of the named schema that ``schema`` refers to, if that is all it does."""
        for _ in range(_MAX_NESTING):
            if not isinstance(schema, dict):
                return None
            if isinstance(schema.get("$ref"), str):
                declared = self._declared_name(schema["$ref"])
                return self._names[declared] if declared is not None else None
            parts: list[Any] = next(
                (schema[key] for key in ("allOf", "oneOf", "anyOf") if isinstance(schema.get(key), list)), []
            )
            if len(parts) != 1 or "properties" in schema:
                return None
            schema = parts[0]
        return None

    def name_of_property(self, schema: Any, name: str) -> str | None:
        """Return the name of the named schema behind the property ``name`` of ``schema``."""
        target, _ = self._references.follow(schema, "")
        properties = target.get("properties") if isinstance(target, dict) else None
        return self.name_of(properties.get(name)) if isinstance(properties, dict) else None

    def _declared_name(self, reference: str) -> str | None:
        if not self._prefix or not reference.startswith(self._prefix + "/"):
            return None
        if reference not in self._declared:
            parts = pointer_parts(reference)
            alone = len(parts) == len(pointer_parts(self._prefix)) + 1
            self._declared[reference] = parts[-1] if alone and parts[-1] in self._named else None
        return self._declared[reference]

    def _write(
        self, schema: Any, place: str, writer: _Writer, level: int = 0, nesting: int = 0, top: str = ""
    ) -> JsonSchema:
        """Return ``schema`` cleaned; ``level`` counts objects around it, ``nesting`` calls."""
        if schema is True or schema is None:
            return {}
        if schema is False:
            return {"not": {}}
        if not isinstance(schema, dict):
            self._problems.add(
                place, f"a schema must be an object, not {type(schema).__name__}; anything is accepted here"
            )
            return {}
        writer.nodes_left -= 1
        if writer.nodes_left < 0 or nesting > _MAX_NESTING:
            if writer.strict:
                raise _TooLarge
            writer.was_cut = True
            return {}
        opened = 0
        if isinstance(schema.get("$ref"), str):
            reference = schema["$ref"]
            declared = self._declared_name(reference)
            if writer.linked and declared is not None:
                beside = self._keywords({**schema, "$ref": None}, place, writer, level, nesting)
                return {"$ref": f"#/schemas/{self._names[declared]}", **beside}
            target, last = self._references.follow(schema, place)
            if reference in writer.open or (last is not None and last in writer.open):
                return self._cut(target, writer)
            writer.open += [reference, last or reference]
            opened = 2
            schema = target
        elif top:
            writer.open.append(f"{self._prefix}/{top}")
            opened = 1
        try:
            if not isinstance(schema, dict):
                return {}
            if writer.levels is not None and level > writer.levels and _is_structured(schema):
                return self._cut(schema, writer)
            return self._keywords(schema, place, writer, level, nesting)
        finally:
            if opened:
                del writer.open[-opened:]

    def _cut(self, schema: Any, writer: _Writer) -> JsonSchema:
        """Return what is left of a schema that is not written out."""
        writer.was_cut = True
        if not isinstance(schema, dict):
            return {}
        kind = schema.get("type")
        cut: JsonSchema = {}
        if kind in ("object", "array"):
            cut["type"] = kind
        elif "properties" in schema and kind is None:
            cut["type"] = "object"
        if schema.get("nullable") is True and cut:
            cut["type"] = [cut["type"], "null"]
        if schema.get("readOnly") is True:
            cut["readOnly"] = True
        return cut

    def _keywords(self, schema: dict[str, Any], place: str, writer: _Writer, level: int, nesting: int) -> JsonSchema:
        """Return the keywords of a schema, cleaned; those of a plain value are written once."""
        if not _NESTING.isdisjoint(schema):
            return self._written(schema, place, writer, level, nesting)
        key = id(schema), writer.description, writer.linked
        known = self._plain.get(key)
        if known is None:
            known = self._plain[key] = schema, self._written(schema, place, writer, level, nesting)
        writer.spend(known[1])
        return dict(known[1])

    def _written(self, schema: dict[str, Any], place: str, writer: _Writer, level: int, nesting: int) -> JsonSchema:
        result: JsonSchema = {}
        types = self._types(schema, place)
        if schema.get("type") is None and _is_plain_object(schema):
            types = ["object"]
        if types:
            result["type"] = types[0] if len(types) == 1 else types
        description = plain_text(schema.get("description"), writer.description)
        if description:
            result["description"] = description
        self._values(schema, result, place, writer)
        self._limits(schema, result, place)
        inner = level + 1 if "properties" in schema or isinstance(schema.get("additionalProperties"), dict) else level
        for key in _SCHEMA_MAPS:
            if key not in schema:
                continue
            value, _ = self._references.follow(schema.get(key), place + pointer(key))
            if isinstance(value, dict):
                result[key] = {
                    name: self._write(item, place + pointer(key, name), writer, inner, nesting + 1)
                    for name, item in value.items()
                    if key != "patternProperties" or self._good_pattern(name, place)
                }
            elif value is not None:
                self._problems.add(place, f"{key!r} must be an object; it was left out")
        for key in _SCHEMA_LISTS:
            value = schema.get(key)
            if isinstance(value, list) and value:
                result[key] = [
                    self._write(item, place + pointer(key, number), writer, level, nesting + 1)
                    for number, item in enumerate(value)
                ]
            elif value is not None:
                self._problems.add(place, f"{key!r} must be a list that is not empty; it was left out")
        for key in _SCHEMAS:
            if key not in schema:
                continue
            value = schema[key]
            if key == "items" and isinstance(value, list):
                parts = [
                    self._write(item, place + pointer(key, number), writer, level, nesting + 1)
                    for number, item in enumerate(value)
                ]
                # Objects one after the other are meant as a choice: of each item, or of all where no array is meant.
                if parts and all(_has_properties(item) for item in value):
                    result |= {"items": {"anyOf": parts}} if "array" in types else {"anyOf": parts}
                elif parts:
                    result["prefixItems"] = parts
            elif isinstance(value, bool) and key != "items":
                result[key] = value
            elif value is not None:
                result[key] = self._write(value, place + pointer(key), writer, inner, nesting + 1)
        required = schema.get("required")
        if isinstance(required, list):
            names = list(dict.fromkeys(name for name in required if isinstance(name, str)))
            if names:
                result["required"] = names
        dependent = schema.get("dependentRequired")
        if isinstance(dependent, dict):
            result["dependentRequired"] = {
                name: [one for one in value if isinstance(one, str)]
                for name, value in dependent.items()
                if isinstance(value, list)
            }
        if writer.linked:
            self._discriminator(schema, result)
        result = self._all_of(schema, result, place, writer, level, nesting)
        return self._nullable(schema, result)

    def _types(self, schema: dict[str, Any], place: str) -> list[str]:
        declared = schema.get("type")
        if declared is None:
            return []
        types: list[str] = []
        for name in declared if isinstance(declared, list) else [declared]:
            plain = name.lower() if isinstance(name, str) else "null" if name is None else ""
            known = TYPES.get(plain)
            if known is None:
                if plain not in _ANY_TYPE:
                    self._problems.add(place, f"unknown type {str(name)[:40]!r}; anything is accepted here")
                return []
            if known not in types:
                types.append(known)
        return types

    def _values(self, schema: dict[str, Any], result: JsonSchema, place: str, writer: _Writer) -> None:
        """Copy the keywords that hold values: formats, enumerations, defaults, examples, flags."""
        for key in ("format", "contentEncoding", "contentMediaType"):
            if isinstance(schema.get(key), str):
                result[key] = schema[key]
        if schema.get("type") in ("file", "binary"):
            result.setdefault("format", "binary")
        values = schema.get("enum")
        if isinstance(values, list) and values:
            kept = list({json.dumps(value, sort_keys=True): value for value in values}.values())
            if len(kept) > MAX_ENUM:
                self._problems.add(place, f"an enumeration of {len(kept)} values; any value is accepted here")
            else:
                result["enum"] = self._typed(kept, result)
        elif values is not None:
            self._problems.add(place, "'enum' must be a list that is not empty; it was left out")
        if "const" in schema:
            result["const"] = schema["const"]
        if "default" in schema and schema["default"] is not None and _small(schema["default"], 200):
            result["default"] = schema["default"]
        examples = _examples(schema)
        if examples:
            limit = 2_000 if writer.linked else 100
            kept = [value for value in examples[: 3 if writer.linked else 1] if _small(value, limit)]
            if kept:
                result["examples"] = kept
        for key in ("readOnly", "writeOnly", "deprecated", "uniqueItems"):
            if key in schema and means_yes(schema[key]):
                result[key] = True

    @staticmethod
    def _typed(values: list[Any], result: JsonSchema) -> list[Any]:
        """Return enumeration values as strings where the type says so: ``enum: [1, 2]`` of ``type: string``.

        Objects and lists among plain values are slips of the writer, and left out.
        """
        kinds = types_of(result)
        if kinds == ["string"]:
            values = [json.dumps(value) if isinstance(value, (bool, int, float)) else value for value in values]
        if kinds and not {"object", "array"} & set(kinds):
            values = [value for value in values if not isinstance(value, (dict, list))] or values
        return values

    def _limits(self, schema: dict[str, Any], result: JsonSchema, place: str) -> None:
        """Copy the keywords that bound values, where they make sense."""
        if _LIMITS.isdisjoint(schema):
            return
        for key in _NUMBERS:
            number = number_of(schema.get(key))
            if number is not None and (key != "multipleOf" or number > 0):
                result[key] = number
            elif schema.get(key) is not None:
                self._problems.add(place, f"{key!r} must be a number; it was left out")
        for key, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            value = schema.get(key)
            if value is True and bound in result:
                result[key] = result.pop(bound)
            elif not isinstance(value, bool) and number_of(value) is not None:
                result[key] = number_of(value)
        for key in _COUNTS:
            number = number_of(schema.get(key))
            if number is not None and number >= 0 and number == int(number):
                result[key] = int(number)
            elif schema.get(key) is not None:
                self._problems.add(place, f"{key!r} must be a whole number from 0; it was left out")
        pattern = schema.get("pattern")
        if pattern is not None and self._good_pattern(pattern, place):
            result["pattern"] = pattern

    def _good_pattern(self, pattern: Any, place: str) -> bool:
        if isinstance(pattern, str) and compiles(pattern):
            return True
        self._problems.add(place, f"the pattern {str(pattern)[:80]!r} is no valid regular expression; it was left out")
        return False

    def _discriminator(self, schema: dict[str, Any], result: JsonSchema) -> None:
        """Keep which property tells the variants apart, with its values as links (rule L5)."""
        found = schema.get("discriminator")
        name = found.get("propertyName") if isinstance(found, dict) else found
        if not isinstance(name, str):
            return
        result["discriminator"] = {"propertyName": name}
        mapping = found.get("mapping") if isinstance(found, dict) else None
        if isinstance(mapping, dict):
            links = {}
            for value, target in mapping.items():
                declared = self._declared_name(target) if isinstance(target, str) else None
                if declared is not None:
                    links[value] = f"#/schemas/{self._names[declared]}"
            if links:
                result["discriminator"]["mapping"] = links

    def _all_of(
        self, schema: dict[str, Any], result: JsonSchema, place: str, writer: _Writer, level: int, nesting: int
    ) -> JsonSchema:
        """Merge the parts of an ``allOf`` into ``result``, whose own keywords win (rule L5)."""
        parts = schema.get("allOf")
        if not isinstance(parts, list):
            return result
        parts = [part for part in parts if part is not True and part != {}]
        told = [part for part in parts if not _is_note(part)]
        if len(told) == 1 and writer.linked and _is_note(schema, "allOf", "type"):
            only, *noted = (
                self._write(part, place + pointer("allOf", parts.index(part)), writer, level, nesting + 1)
                for part in (told[0], *(part for part in parts if part is not told[0]))
            )
            if "$ref" in only:
                result.pop("type", None)
            if "$ref" in only or not noted:
                return merge_all([only, *noted, result])
        cleaned = []
        for number, part in enumerate(parts):
            spot = place + pointer("allOf", number)
            if isinstance(part, dict) and isinstance(part.get("$ref"), str) and writer.linked:
                target, last = self._references.follow(part, spot)
                if last is None or last in writer.open:
                    continue
                writer.open.append(last)
                cleaned.append(self._write(target, spot, writer, level, nesting + 1))
                writer.open.pop()
            else:
                cleaned.append(self._write(part, spot, writer, level, nesting + 1))
        objects = (
            [flat_object(part) or part for part in cleaned] if any(is_object(part) for part in cleaned) else cleaned
        )
        return merge_all([*objects, result])

    @staticmethod
    def _nullable(schema: dict[str, Any], result: JsonSchema) -> JsonSchema:
        """Write OpenAPI 3.0's ``nullable`` (or Swagger's ``x-nullable``) as a type."""
        if not means_yes(schema.get("nullable")) and not means_yes(schema.get("x-nullable")):
            return result
        if "const" in result and result["const"] is not None:
            result["enum"] = [result.pop("const")]
        if "enum" in result and None not in result["enum"]:
            result["enum"] = [*result["enum"], None]
        types = types_of(result)
        if types:
            result["type"] = [*types, "null"] if "null" not in types else types
        variants = next((key for key in ("oneOf", "anyOf") if key in result), None)
        if variants:
            result[variants] = [*result[variants], {"type": "null"}]
        elif "$ref" in result:
            rest = {key: value for key, value in result.items() if key != "$ref"}
            result = {"anyOf": [{"$ref": result["$ref"]}, {"type": "null"}], **rest}
        return result


def _is_plain_object(schema: dict[str, Any]) -> bool:
    """Return whether a schema without a type tells of an object: authors leave the type of objects out."""
    told = isinstance(schema.get("properties"), dict) or isinstance(schema.get("additionalProperties"), dict)
    return told and schema.keys().isdisjoint(("oneOf", "anyOf", "allOf", "enum", "const", "items"))


def _has_properties(schema: Any) -> bool:
    return isinstance(schema, dict) and isinstance(schema.get("properties"), dict)


def _is_note(schema: Any, *besides: str) -> bool:
    """Return whether a schema says nothing of the values that it allows, but for the keywords ``besides``."""
    return isinstance(schema, dict) and all(
        key in _ANNOTATIONS or key in besides or key.startswith("x-") for key in schema
    )


def _is_structured(schema: dict[str, Any]) -> bool:
    return any(key in schema for key in ("properties", "allOf", "oneOf", "anyOf", "additionalProperties"))


def _examples(schema: dict[str, Any]) -> list[Any]:
    """Return the declared examples: ``example`` of 3.0, ``examples`` as a list, or by name as in media types."""
    found = [schema["example"]] if schema.get("example") is not None else []
    several = schema.get("examples")
    if isinstance(several, dict):
        several = [item["value"] if isinstance(item, dict) and "value" in item else item for item in several.values()]
    if isinstance(several, list):
        found += [value for value in several if value not in found]
    return found


def _small(value: Any, limit: int) -> bool:
    return len(json.dumps(value)) <= limit
