"""What a specification says, whatever format it was written in.

An :class:`ApiSpec` is the one thing that leaves this package. Everything format-specific (``$ref``, ``in: body``, MCP
field names) is gone by then: a tool is a name, a description, a flat object of arguments and, where known, a response.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

JsonSchema = dict[str, Any]
"""A JSON Schema (2020-12 subset) as a plain JSON object."""


class SpecModel(BaseModel):
    """Base of the specification models: closed, so that a misspelt field is an error and not silence."""

    model_config = ConfigDict(extra="forbid")


class Problem(SpecModel):
    """Something in a document that was skipped or repaired while reading it (rule L4)."""

    place: str
    """JSON pointer into the document, such as ``/paths/~1pets/get``."""
    message: str
    """What is wrong there and what was done about it, in one line."""


class Parameter(SpecModel):
    """Where one tool argument goes in the HTTP request."""

    location: Literal["path", "query", "header", "cookie", "body"]
    name: str
    """The name in the request; the argument's own name may differ to avoid a clash."""


class HttpBinding(SpecModel):
    """The HTTP operation behind a tool."""

    method: Literal["get", "put", "post", "delete", "patch", "head", "options"]
    path: str
    """The path template as declared, such as ``/pets/{petId}``; a Postman request's literal ids are parameters in it,
    and Discovery's ``{+name}`` stands behind the collection that it ends in."""
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    """By argument name. The properties of an object body are arguments of their own with location ``body``."""
    body_argument: str | None = None
    """The argument that holds the whole body, where the body is not an object and could not be flattened."""
    body_wrapper: str | None = None
    """The one property that the body's object sits in, as in ``{"article": {...}}``; its fields are the arguments."""
    request_schema_name: str | None = None
    """Name of the component schema of the body, where it has one (``NewPet``): evidence for rule E2."""


class Response(SpecModel):
    """One declared response."""

    status: int
    """HTTP status; ``default`` is read as 500 and ``4XX`` as 400."""
    description: str = ""
    body: JsonSchema | None = None
    """Schema of the JSON body; may hold ``{"$ref": "#/schemas/Name"}`` into :attr:`ApiSpec.schemas`."""
    example: Any = None
    """The first declared example of the body."""


class ToolSpec(SpecModel):
    """One operation of an API, as a tool."""

    name: str
    """Unique in the specification; matches ``[A-Za-z0-9_.-]{1,64}``."""
    title: str = ""
    """The operation's one-line summary, without a full stop at its end."""
    description: str = ""
    input_schema: JsonSchema
    """An object schema with every reference inlined (to a bounded depth): what a client sees."""
    output_schema: JsonSchema | None = None
    """Schema of the successful JSON body; may refer to ``#/schemas/Name``. None where the document declares none."""
    http: HttpBinding | None = None
    """None for MCP tools, plain functions and GraphQL fields."""
    success_status: int = 200
    errors: list[Response] = Field(default_factory=list)
    """Declared responses with a status of 400 and above."""
    annotations: dict[str, Any] = Field(default_factory=dict)
    """MCP tool annotations such as ``readOnlyHint``."""
    tags: list[str] = Field(default_factory=list)
    examples: list[dict[str, Any]] = Field(default_factory=list)
    """Example arguments, as declared."""
    output_example: Any = None
    """The first declared example of the successful body."""


class ApiSpec(SpecModel):
    """A whole specification."""

    name: str
    """Short identifier: lower-case letters, digits and underscores, such as ``petstore``."""
    title: str
    description: str = ""
    format: str
    """``openapi-3.0``, ``openapi-3.1``, ``swagger-2.0``, ``graphql``, ``postman-2.1``, ``discovery``, ``mcp-tools`` or
    ``openai-functions``."""
    tools: list[ToolSpec]
    schemas: dict[str, JsonSchema] = Field(default_factory=dict)
    """Named schemas; they refer to each other as ``#/schemas/Name``."""
    source: str = ""
    """Where it was read from, as the caller named it."""
    problems: list[Problem] = Field(default_factory=list)

    def tool(self, name: str) -> ToolSpec:
        """Return the tool called ``name``.

        Raises:
            KeyError: there is none.
        """
        for tool in self.tools:
            if tool.name == name:
                return tool
        raise KeyError(f"{self.name} has no tool {name!r}")
