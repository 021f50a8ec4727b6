"""GraphQL's schema language (rule L8): fields of the query type are reads, fields of the mutation type are writes.

Types become named schemas that refer to each other. What a field may leave out or give as null is simply not required.
"""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError
from graphql import parse as parse_graphql
from graphql.language import ast

from inftool.specs.error import SpecError
from inftool.specs.http_tool import valid_arguments
from inftool.specs.merge import flat_object
from inftool.specs.names import safe_name, unique_name, words_of
from inftool.specs.openapi import ABOUT, DESCRIPTION
from inftool.specs.problems import Problems, pointer
from inftool.specs.references import References
from inftool.specs.schema import Schemas
from inftool.specs.spec import ApiSpec, JsonSchema, ToolSpec
from inftool.specs.text import plain_text

MAX_TOKENS = 1_000_000
_ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
_SCALARS = {
    "integer": "Int Integer Long BigInt Int64 Int32 Short Byte PositiveInt NonNegativeInt UnsignedInt Timestamp",
    "number": "Float Double Decimal BigDecimal Number PositiveFloat NonNegativeFloat",
    "string": "String ID Text HTML Markdown Cursor Slug Base64 CountryCode Currency Locale Duration Phone PhoneNumber",
    "boolean": "Boolean",
    "object": "JSONObject Map",
}
_FORMATS = {
    "date": "Date LocalDate",
    "date-time": "DateTime Datetime ISO8601DateTime LocalDateTime Time",
    "uuid": "UUID GUID",
    "uri": "URL URI Url Uri",
    "email": "Email EmailAddress",
}
_TYPE_OF = {name: kind for kind, names in _SCALARS.items() for name in names.split()}
_FORMAT_OF = {name: form for form, names in _FORMATS.items() for name in names.split()}
_FIELDED = (
    ast.ObjectTypeDefinitionNode,
    ast.ObjectTypeExtensionNode,
    ast.InterfaceTypeDefinitionNode,
    ast.InterfaceTypeExtensionNode,
    ast.InputObjectTypeDefinitionNode,
    ast.InputObjectTypeExtensionNode,
)
_INPUTS = (ast.InputObjectTypeDefinitionNode, ast.InputObjectTypeExtensionNode)


def read_graphql(text: str, name: str, source: str) -> ApiSpec:
    """Read a schema; what cannot be read in it is left out and reported (rule L4).

    Raises:
        SpecError: it is no GraphQL, naming line and column.
    """
    try:
        document = parse_graphql(text, no_location=True, max_tokens=MAX_TOKENS)
    except GraphQLSyntaxError as error:
        place = f"line {error.locations[0].line}, column {error.locations[0].column}: " if error.locations else ""
        raise SpecError(f"{source}: {place}broken GraphQL: {' '.join(error.message.split())[:200]}") from None
    except (GraphQLError, RecursionError) as error:
        raise SpecError(f"{source}: broken GraphQL: {' '.join(str(error).split())[:200]}") from None
    return _Reader(document).read(name, source)


class _Reader:
    """Turns the definitions of a schema into tools and named schemas."""

    def __init__(self, document: ast.DocumentNode) -> None:
        self._problems = Problems()
        self._roots = dict(_ROOTS)
        self._about = ""
        self._fields: dict[str, dict[str, Any]] = {}
        self._inputs: set[str] = set()
        self._types: dict[str, Any] = {}
        named_roots = False
        for definition in document.definitions:
            if isinstance(definition, (ast.SchemaDefinitionNode, ast.SchemaExtensionNode)):
                self._about = _description(definition) or self._about
                if not named_roots:
                    self._roots, named_roots = {}, True
                for operation in definition.operation_types or ():
                    self._roots[operation.operation.value] = operation.type.name.value
            elif isinstance(definition, ast.OperationDefinitionNode | ast.FragmentDefinitionNode):
                self._problems.add("", "a query and no type definition; it was left out")
        for definition in document.definitions:
            name = getattr(getattr(definition, "name", None), "value", "")
            self._problems.attempt(pointer(name), "this definition", self._define, definition, name)
        roots = set(self._roots.values())
        named = {name: schema for name, schema in self._types.items() if name not in roots}
        self._schemas = Schemas(References({"types": named}, self._problems), self._problems, named, "#/types")

    def read(self, name: str, source: str) -> ApiSpec:
        """Return the specification."""
        tools: dict[str, ToolSpec] = {}
        for kind in ("query", "mutation"):
            root = self._roots.get(kind, "")
            for key, field in self._fields.get(root, {}).items():
                place = pointer(root, key)
                tool = self._problems.attempt(place, "this field", self._tool, field, kind, place)
                if tool is not None:
                    tool.name = unique_name(tool.name, tools)
                    tools[tool.name] = tool
        if self._fields.get(self._roots.get("subscription", "")):
            self._problems.add(pointer(self._roots["subscription"]), "subscriptions are no calls; they were left out")
        return ApiSpec(
            name=name,
            title=name,
            description=plain_text(self._about, ABOUT),
            format="graphql",
            tools=list(tools.values()),
            schemas=self._schemas.all_named(),
            source=source,
            problems=self._problems.listed(),
        )

    def _define(self, definition: Any, name: str) -> None:
        """Note a definition, or what an extension adds to one."""
        if isinstance(definition, _FIELDED):
            fields = self._fields.setdefault(name, {})
            schema = self._types.setdefault(name, {"type": "object", "properties": {}})
            if isinstance(definition, _INPUTS):
                self._inputs.add(name)
            for field in definition.fields or ():
                key = field.name.value
                fields[key] = field
                schema["properties"][key] = _noted(self._type(field.type), field)
                if isinstance(field.type, ast.NonNullTypeNode) and not getattr(field, "default_value", None):
                    schema["required"] = list(dict.fromkeys([*schema.get("required", []), key]))
            schema.update(_about(definition))
        elif isinstance(definition, (ast.EnumTypeDefinitionNode, ast.EnumTypeExtensionNode)):
            schema = self._types.setdefault(name, {"type": "string", "enum": []})
            schema["enum"] += [value.name.value for value in definition.values or ()]
            schema.update(_about(definition))
        elif isinstance(definition, (ast.UnionTypeDefinitionNode, ast.UnionTypeExtensionNode)):
            schema = self._types.setdefault(name, {"oneOf": []})
            schema["oneOf"] += [_link(one.name.value) for one in definition.types or ()]
            schema.update(_about(definition))
        elif isinstance(definition, ast.ScalarTypeDefinitionNode):
            self._types[name] = {**_scalar(name), **_about(definition)}

    def _type(self, node: Any) -> JsonSchema:
        if isinstance(node, ast.NonNullTypeNode):
            return self._type(node.type)
        if isinstance(node, ast.ListTypeNode):
            return {"type": "array", "items": self._type(node.type)}
        name = node.name.value
        return _scalar(name) if name in ("Int", "Float", "String", "Boolean", "ID") else _link(name)

    def _tool(self, field: Any, kind: str, place: str) -> ToolSpec:
        name = safe_name(field.name.value)
        return ToolSpec(
            name=name,
            description=plain_text(_description(field), DESCRIPTION) or words_of(name),
            input_schema=self._arguments(field.arguments or (), place),
            output_schema=self._schemas.linked(self._type(field.type), place),
            annotations={"readOnlyHint": kind == "query"},
            tags=[kind],
        )

    def _arguments(self, declared: Any, place: str) -> JsonSchema:
        """Return the arguments of a field; those of an only input object stand flat beside the others."""
        properties: dict[str, JsonSchema] = {}
        required: list[str] = []
        inputs = [one for one in declared if _named(one.type) in self._inputs]
        names = {one.name.value for one in declared}
        for argument in declared:
            key = argument.name.value
            needed = isinstance(argument.type, ast.NonNullTypeNode) and argument.default_value is None
            schema = self._schemas.inlined(_noted(self._type(argument.type), argument), place + pointer(key))
            flat = flat_object(schema) if inputs == [argument] else None
            if flat is not None and not (names - {key}) & set(flat["properties"]):
                properties.update(flat["properties"])
                required += flat.get("required", []) if needed else []
            else:
                properties[key] = schema
                required += [key] if needed else []
        whole: JsonSchema = {"type": "object", "properties": properties}
        if required:
            whole["required"] = required
        return valid_arguments(whole, self._problems, place)


def _named(node: Any) -> str | None:
    """Return the name of a type that is no list."""
    while isinstance(node, ast.NonNullTypeNode):
        node = node.type
    return node.name.value if isinstance(node, ast.NamedTypeNode) else None


def _link(name: str) -> JsonSchema:
    return {"$ref": "#/types" + pointer(name)}


def _scalar(name: str) -> JsonSchema:
    if name in _FORMAT_OF:
        return {"type": "string", "format": _FORMAT_OF[name]}
    return {"type": _TYPE_OF[name]} if name in _TYPE_OF else {}


def _description(node: Any) -> str:
    return node.description.value if getattr(node, "description", None) is not None else ""


def _about(node: Any) -> JsonSchema:
    text = _description(node)
    return {"description": text} if text else {}


def _noted(schema: JsonSchema, node: Any) -> JsonSchema:
    """Return the schema of a field or argument with its description and its default."""
    noted = {**schema, **_about(node)}
    default = getattr(node, "default_value", None)
    if default is not None:
        value = _literal(default)
        if value is not None:
            noted["default"] = value
    if any(directive.name.value == "deprecated" for directive in node.directives or ()):
        noted["deprecated"] = True
    return noted


def _literal(node: Any) -> Any:
    """Return a constant as a JSON value; None for null and for what is no constant."""
    if isinstance(node, ast.ListValueNode):
        return [_literal(item) for item in node.values]
    if isinstance(node, ast.ObjectValueNode):
        return {one.name.value: _literal(one.value) for one in node.fields}
    if isinstance(node, ast.IntValueNode):
        return int(node.value) if len(node.value) < 300 else None
    if isinstance(node, ast.FloatValueNode):
        value = float(node.value)
        return value if abs(value) < float("inf") else None
    return getattr(node, "value", None)
