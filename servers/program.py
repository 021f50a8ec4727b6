"""The compiled server, as data.

A :class:`ServerProgram` is a JSON document of entities and operations: diffable, editable by hand, safe to load from
anyone, since nothing in it is code. The compiler writes it, the kernel runs it, and neither knows the other.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from inftool.specs.spec import JsonSchema, Problem, Response

Confidence = Literal["high", "medium", "low"]
FieldRole = Literal["data", "id", "parent", "reference", "created_at", "updated_at"]


class ProgramModel(BaseModel):
    """Base of the program models: closed, so that a typing error in a hand-edited program is found."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class EntityField(ProgramModel):
    """One field of an entity's rows."""

    schema_: JsonSchema = Field(alias="schema", default_factory=dict)
    """Self-contained JSON Schema of the value (references inlined, cycles cut)."""
    role: FieldRole = "data"
    entity: str | None = None
    """For ``parent`` and ``reference``: the entity whose key the value holds."""
    required: bool = False
    read_only: bool = False
    """Set by the server; ignored in input (rule U3)."""


class IdForm(ProgramModel):
    """How keys of new rows are made (rule I2)."""

    kind: Literal["integer", "uuid", "prefixed", "slug", "given"] = "prefixed"
    """``given``: the caller chooses the key (rule C3)."""
    prefix: str = ""
    """For ``prefixed``, such as ``cus_``."""
    source: str | None = None
    """For ``slug``: the field that is turned into a slug."""


class Entity(ProgramModel):
    """A kind of thing the server keeps rows of."""

    name: str
    """Pascal case and singular: ``OrderItem``."""
    label: str
    """What a person calls one: ``order item``."""
    plural: str
    """What a person calls several: ``order items``."""
    key: str
    """The field that names a row; always in :attr:`fields`."""
    parent: str | None = None
    """The entity this one is nested under (rule F1)."""
    fields: dict[str, EntityField]
    ids: IdForm = Field(default_factory=IdForm)
    examples: list[dict[str, Any]] = Field(default_factory=list)
    """Rows that the specification shows as examples (rule G1); the first seed rows are made from them."""
    seed_rows: int = 5
    """Rows of the seeded image: in all, or per parent row where there is a parent (rule G2)."""
    rules: list[str] = Field(default_factory=list)


class Shape(ProgramModel):
    """How rows are put into a response (rule Q1: envelopes)."""

    kind: Literal["row", "rows", "key", "empty"]
    """``row``: one row; ``rows``: an array of rows; ``key``: only the key; ``empty``: no body."""
    path: list[str] = Field(default_factory=list)
    """Properties that lead from the response to the row or array; ``[]`` means that it *is* the response."""
    fields: list[str] | None = None
    """The fields of a row that are shown; None shows all."""
    counters: dict[str, Literal["total", "count", "has_more", "next_cursor", "page", "pages", "limit", "offset"]] = (
        Field(default_factory=dict)
    )
    """Properties beside the rows that tell of the page: by dotted path from the response (rule Q3)."""


class Filter(ProgramModel):
    """One argument that narrows a list (rule Q2)."""

    field: str | None = None
    """The field compared; None for ``text``, which looks into every string field."""
    test: Literal["eq", "ne", "gt", "gte", "lt", "lte", "contains", "prefix", "in", "has", "text"] = "eq"
    """``in``: the argument is an array or comma-separated; ``has``: the field is an array that holds the argument."""


class Paging(ProgramModel):
    """How a list is cut in pages (rule Q3). Argument names; None where the list has no such argument."""

    limit: str | None = None
    offset: str | None = None
    page: str | None = None
    cursor: str | None = None
    first_page: int = 1
    default_limit: int = 20
    max_limit: int = 100


class Sorting(ProgramModel):
    """How a list is ordered on request (rule Q4). Argument names."""

    by: str | None = None
    direction: str | None = None


class OperationBase(ProgramModel):
    """What every operation has: the public face of the tool, and why it was taken for what it is."""

    tool: str
    title: str = ""
    description: str = ""
    input_schema: JsonSchema
    output_schema: JsonSchema | None = None
    """Self-contained (bounded inlining)."""
    success_status: int = 200
    errors: list[Response] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    confidence: Confidence = "high"
    rules: list[str] = Field(default_factory=list)
    """Ids from docs/inference.md of the rules that fired."""
    guesses: list[str] = Field(default_factory=list)
    """What was assumed without evidence, one sentence each."""


class EntityOperation(OperationBase):
    """An operation on the rows of one entity."""

    entity: str
    parents: dict[str, str] = Field(default_factory=dict)
    """Arguments that name an ancestor row: argument → entity, outermost first. A missing one is a 404 (rule F1)."""
    shape: Shape


class RowOperation(EntityOperation):
    """An operation on one row, named by arguments."""

    key: str
    """The argument that names the row."""
    key_field: str
    """The field it is compared with: the entity's key, or an alternate key (rule I3)."""


class ReadOperation(RowOperation):
    """Returns one row."""

    kind: Literal["read"] = "read"


class ListOperation(EntityOperation):
    """Returns the rows of an entity, filtered and paged (``search``: its point is a query)."""

    kind: Literal["list", "search"] = "list"
    filters: dict[str, Filter] = Field(default_factory=dict)
    """By argument."""
    paging: Paging = Field(default_factory=Paging)
    sorting: Sorting = Field(default_factory=Sorting)


class CreateOperation(EntityOperation):
    """Adds a row."""

    kind: Literal["create"] = "create"
    values: dict[str, str] = Field(default_factory=dict)
    """Argument → field of the new row."""


class UpdateOperation(RowOperation):
    """Changes the given fields of a row (``replace``: sets every field that the caller may set)."""

    kind: Literal["update", "replace"] = "update"
    values: dict[str, str] = Field(default_factory=dict)
    """Argument → field."""


class DeleteOperation(RowOperation):
    """Removes a row and its children (rule F4)."""

    kind: Literal["delete"] = "delete"


class OpaqueOperation(OperationBase):
    """Anything the compiler does not understand: a deterministic answer in the declared shape; no state is touched."""

    kind: Literal["opaque"] = "opaque"
    reason: str = ""
    """Why it was not understood, in one sentence."""


Operation = Annotated[
    ReadOperation | ListOperation | CreateOperation | UpdateOperation | DeleteOperation | OpaqueOperation,
    Field(discriminator="kind"),
]


class ServerProgram(ProgramModel):
    """A compiled specification: everything the kernel needs, and nothing that can run by itself."""

    format: Literal["inftool-program-1"] = "inftool-program-1"
    name: str
    title: str
    description: str = ""
    seed: int = 0
    """Default seed of the image of rows."""
    entities: dict[str, Entity] = Field(default_factory=dict)
    operations: list[Operation]
    problems: list[Problem] = Field(default_factory=list)
    """Those of the specification, and those met while compiling."""

    def operation(self, tool: str) -> Operation:
        """Return the operation behind ``tool``.

        Raises:
            KeyError: there is none.
        """
        for operation in self.operations:
            if operation.tool == tool:
                return operation
        raise KeyError(f"{self.name} has no tool {tool!r}")

    @property
    def digest(self) -> str:
        """Content hash (16 hex digits): equal programs have equal digests."""
        text = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]
