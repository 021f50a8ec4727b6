"""The compiled server, as data.

A :class:`ServerProgram` is a JSON document of entities and operations: diffable, editable by hand, safe to load from
anyone, since nothing in it is code. The compiler writes it, the kernel runs it, and neither knows the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from inftool.specs.spec import JsonSchema, Problem, Response

Confidence = Literal["high", "medium", "low"]
FieldRole = Literal["data", "id", "parent", "reference", "created_at", "updated_at", "actor"]
Reason = Literal["invalid", "missing", "reference", "conflict", "state", "funds", "login", "forbidden"]
"""Why a call is refused; :mod:`inftool.servers.runtime.errors` gives each its status and code."""

SINGLETON_KEY = "self"
"""The key, inside a session, of the one row of a singleton; no field holds it."""
ACTION_LOG = "action log"
"""The entity, in a session's difference only, whose rows record the calls of ``action`` operations (rule A9): tool,
entity, key of the row and arguments. No program declares it; its name is none that a compiler would give."""


class ProgramModel(BaseModel):
    """Base of the program models: closed, so that a typing error in a hand-edited program is found."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class EntityField(ProgramModel):
    """One field of an entity's rows."""

    schema_: JsonSchema = Field(alias="schema", default_factory=dict)
    """Self-contained JSON Schema of the value (references inlined, cycles cut)."""
    role: FieldRole = "data"
    entity: str | None = None
    """For ``parent``, ``reference`` and ``actor``: the entity whose key the value holds. ``actor`` is a field of the
    session's own entity (:attr:`ServerProgram.session`): the row of whoever calls (rule I4)."""
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
    digits: int | None = None
    """For ``prefixed``: keys are numbered on, with at least so many digits after the prefix (``ORD-007``: 3); None
    puts random letters and digits there."""
    place: str = ""
    """Where else the key stands in the row, with dots, for rows that show it inside an object: ``metadata.name``."""
    next: int | None = None
    """The number of the next new row, where one is given from outside (rule G4); None goes on after the rows there."""


class Apart(ProgramModel):
    """How rows take up time, of which no two of the same thing may overlap (rule N6)."""

    of: list[str]
    """Fields that name the thing: rows of other things never conflict."""
    start: str
    """The field of when it starts: a time, a day, or both."""
    end: str | None = None
    """The field of when it ends; None where :attr:`minutes` tells, or where it takes up its moment alone."""
    date: str | None = None
    """The field of the day, where the others hold times of it."""
    minutes: str | None = None
    """The field of how long it takes."""
    minutes_each: float = 1.0
    """What one of :attr:`minutes` is in minutes: 60 for hours."""
    state: str | None = None
    """The field whose values tell that a row is over, such as ``cancelled``; it then takes up nothing."""


class Entity(ProgramModel):
    """A kind of thing the server keeps rows of."""

    name: str
    """Pascal case and singular: ``OrderItem``."""
    label: str
    """What a person calls one: ``order item``."""
    plural: str
    """What a person calls several: ``order items``."""
    key: str
    """The field that names a row; always in :attr:`fields`. Empty for a singleton."""
    singleton: bool = False
    """Whether there is one row for each row of the parent, or one in all (rule E4)."""
    parent: str | None = None
    """The entity this one is nested under (rule F1)."""
    fields: dict[str, EntityField]
    ids: IdForm = Field(default_factory=IdForm)
    examples: list[dict[str, Any]] = Field(default_factory=list)
    """Rows that the specification shows as examples (rule G1); the first seed rows are made from them."""
    seed_rows: int = 5
    """Rows of the seeded image: in all, or per parent row where there is a parent (rule G2)."""
    apart: Apart | None = None
    """Set where rows must not overlap in time."""
    rules: list[str] = Field(default_factory=list)


class Part(ProgramModel):
    """Where one property of a response comes from: the first of these that is set (rule B5)."""

    argument: str | None = None
    """An argument of the call; where the call leaves it out, so does the response."""
    field: str | None = None
    """A field of the row :attr:`row`, as it is when the operation is done (for a delete: as it was)."""
    row: str = "row"
    """As in :class:`Check`, or the name of an :class:`Insert`."""
    before: bool = False
    """Whether the field is shown as it was before the operation: ``previous_price``."""
    count: bool = False
    """How many rows the operation found."""
    value: Any = None
    """A constant; in a text, ``{name}`` stands for the argument or else the field of that name."""


class Shape(ProgramModel):
    """How rows are put into a response (rule Q1: envelopes)."""

    kind: Literal["row", "rows", "key", "value", "values", "empty"]
    """``row``: one row; ``rows``: an array of rows; ``key``: only the key; ``value``: a bare value (of an aggregate, or
    of the only field in :attr:`fields`); ``values``: an array of that field's values; ``empty``: no body."""
    path: list[str] = Field(default_factory=list)
    """Properties that lead from the response to the row or array; ``[]`` means that it *is* the response."""
    inner: list[str] = Field(default_factory=list)
    """For ``rows``: properties that lead from each item to its row: ``order`` where items are ``{"order": {...}}``."""
    keyed: bool = False
    """For ``rows``: whether they are answered as an object, each row under its key, and not as an array."""
    fields: list[str] | None = None
    """The fields of a row that are shown; None shows all."""
    counters: dict[str, Literal["total", "count", "has_more", "next_cursor", "page", "pages", "limit", "offset"]] = (
        Field(default_factory=dict)
    )
    """Properties beside the rows that tell of the page: by dotted path from the response (rule Q3)."""
    also: dict[str, Part] = Field(default_factory=dict)
    """Further properties, set last: by dotted path from the response, or, with ``path`` empty and ``kind`` ``row``,
    beside the row's own fields; with ``kind`` ``empty`` the response is an object of these alone (rule B5)."""


class Filter(ProgramModel):
    """One argument that narrows a list (rule Q2)."""

    field: str | None = None
    """The field compared; None for ``text``, which looks into every string field."""
    test: Literal["eq", "ne", "gt", "gte", "lt", "lte", "contains", "prefix", "in", "has", "text"] = "eq"
    """``in``: the argument is an array or comma-separated; ``has``: the field is an array that holds the argument."""
    value: Any = None
    """Where the argument is a switch such as ``unread_only``: what the field is compared with when it is on. Off, it
    narrows nothing."""
    default: Any = None
    """What the argument is where the call leaves it out."""


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


class RowRef(ProgramModel):
    """How an operation finds a row beside its own: the receiver of a transfer, the stock behind an order."""

    entity: str
    argument: str | None = None
    """The argument that names it."""
    through: str | None = None
    """A field of the operation's own row that holds its key. Neither: the singleton's row, or the caller's own."""
    key_field: str | None = None
    """The field that the name is compared with; None for the entity's key."""
    optional: bool = False
    """Whether the call goes on without it; checks and effects on it are then passed over."""


class Operand(ProgramModel):
    """Where a value comes from: the first of these that is set, times :attr:`times`."""

    argument: str | None = None
    """An argument of the call; where the call leaves it out, the check or effect is passed over."""
    field: str | None = None
    """A field of the row :attr:`row`, as it was before the operation's effects."""
    row: str = "row"
    clock: bool = False
    """The logical time, in the form of the field that is set."""
    value: Any = None
    """A constant."""
    mapped: dict[str, Any] = Field(default_factory=dict)
    """By value of the argument or field as text (``true``, ``LOCK``): what stands for it, where it is not itself."""
    fields: dict[str, Operand] = Field(default_factory=dict)
    """An object that is made of these: a line of an order. Those that are missing are left out."""
    times: Operand | None = None


class Check(ProgramModel):
    """What must hold of a row before an operation takes effect (rules A5, N1, S3); else the call is refused."""

    row: str = "row"
    """``row``: the operation's own; ``session``: the session's variables; else a name in ``rows``."""
    field: str = ""
    argument: str | None = None
    """An argument of the call that is tested in place of a field (an amount must be positive); left out, it passes."""
    test: Literal["eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "has", "has_not", "set", "unset"]
    """``has``: the field is an array that holds the operand; ``set``: the field is there and neither null, false nor
    empty."""
    than: Operand = Field(default_factory=Operand)
    reason: Reason = "state"
    message: str = ""
    """What the caller is told; made from the rest where it is empty."""


class Effect(ProgramModel):
    """One change that an operation makes to a row (rules A1 to A8, N1 to N3)."""

    row: str = "row"
    """As in :class:`Check`."""
    field: str = ""
    """A field of the row; ``""`` with :attr:`field_from`."""
    field_from: str | None = None
    """The argument whose value names the field: ``update_setting(name, value)``; an array names several fields."""
    do: Literal["set", "add", "subtract", "append", "remove", "clear"] = "set"
    """``append`` and ``remove`` work on arrays, one item or several; ``clear`` sets null, or empties an array."""
    by: Operand = Field(default_factory=Operand)


class Insert(ProgramModel):
    """A row that an operation adds beside its own: the record of a deposit in a history (rule A10).

    Its key is made as for a create. Its operands speak of rows as they are after the effects, so that a record can keep
    the balance that is left; a value that is missing leaves its field to the server.
    """

    entity: str
    row: str = "row"
    """As in :class:`Check`: the row that it is recorded for. There is one record for each such row, nested under it
    where the entity's parent is that row's kind."""
    name: str = "record"
    """What operands of the response call the new row: as a :attr:`Part.row`."""
    values: dict[str, Operand] = Field(default_factory=dict)
    """Field → value."""


class EntityOperation(OperationBase):
    """An operation on the rows of one entity."""

    entity: str
    parents: dict[str, str] = Field(default_factory=dict)
    """Arguments that name an ancestor row: argument → entity, outermost first. A missing one is a 404 (rule F1)."""
    own: bool = False
    """Whether only rows under the caller's own row, or that point at it, are meant, though no argument says so (rule
    I4): ``/me/playlists``. With nobody logged in the call is refused."""
    shape: Shape
    rows: dict[str, RowRef] = Field(default_factory=dict)
    """Further rows that checks and effects speak of, by a name of our own such as ``receiver``."""
    checks: list[Check] = Field(default_factory=list)
    """All must hold, in this order, before anything is changed."""
    effects: list[Effect] = Field(default_factory=list)
    """Made in this order, after what the kind itself does (a create's new row is ``row``)."""
    inserts: list[Insert] = Field(default_factory=list)
    """Rows added in this order, after the effects."""


class RowOperation(EntityOperation):
    """An operation on one row, named by arguments."""

    key: str
    """The argument that names the row. Empty where none does: the singleton's row, or, where the session has an actor
    of this entity, the caller's own row (rules E4, I4)."""
    key_field: str
    """The field it is compared with: the entity's key, or an alternate key (rule I3). Empty where ``key`` is."""
    matches: dict[str, str] = Field(default_factory=dict)
    """Further arguments that are part of the row's name: argument → field that must be equal (rules I5, B4)."""


class ReadOperation(RowOperation):
    """Returns one row."""

    kind: Literal["read"] = "read"
    part: str | None = None
    """The argument that says which part of the row is wanted."""
    parts: dict[str, list[str]] = Field(default_factory=dict)
    """By value of that argument: the fields shown. A value that is not here is taken for the name of a field."""


class Among(ProgramModel):
    """Narrows a list to rows of those that the caller's own row names: posts of the users one follows (rule I4)."""

    field: str
    """The field of a listed row that names its author."""
    entity: str
    """The entity of the caller."""
    array: str
    """The field of the caller's row that holds the keys."""


class ListOperation(EntityOperation):
    """Returns the rows of an entity, filtered and paged (``search``: its point is a query)."""

    kind: Literal["list", "search"] = "list"
    filters: dict[str, Filter] = Field(default_factory=dict)
    """By argument."""
    paging: Paging = Field(default_factory=Paging)
    sorting: Sorting = Field(default_factory=Sorting)
    constants: dict[str, Any] = Field(default_factory=dict)
    """Field → value that every listed row has: ``list_open_tickets``."""
    among: Among | None = None
    """Set where only rows of those whom the caller follows are meant."""


class AggregateOperation(EntityOperation):
    """Counts or sums the rows of an entity (rules Q7, N4)."""

    kind: Literal["aggregate"] = "aggregate"
    filters: dict[str, Filter] = Field(default_factory=dict)
    function: Literal["count", "exists", "sum", "average", "min", "max", "group", "distinct", "holds"] = "count"
    """``group``: an object that counts the rows by value of the field; ``distinct``: the field's values, each once;
    ``holds``: for each of :attr:`keys`, whether there is such a row."""
    keys: str | None = None
    """For ``holds``: the argument with one key or several, as in :class:`LinkOperation`."""
    field: str | None = None
    """The field that is summed, compared or grouped by."""
    constants: dict[str, Any] = Field(default_factory=dict)
    """As in :class:`ListOperation`."""


class VacancyOperation(EntityOperation):
    """Asks what is free of things that rows of :attr:`entity`, which has an ``apart``, take up (rule N6)."""

    kind: Literal["vacancy"] = "vacancy"
    thing: str
    """The entity of the things that are booked."""
    asks: Literal["times", "whether", "things"]
    """Which times of a day are free for one thing, whether one time is, or which things are free then."""
    values: dict[str, str] = Field(default_factory=dict)
    """Argument → field of the booking."""
    least: dict[str, str] = Field(default_factory=dict)
    """Argument → field of the thing: a number that it must have at least, or a text that it must be."""
    opens: int = 540
    """The minute of the day at which things can first be taken."""
    closes: int = 1020
    """The minute of the day at which they must be free again."""
    called: str = ""
    """What the list is called, where the tool declares no answer."""


class CreateOperation(EntityOperation):
    """Adds a row."""

    kind: Literal["create"] = "create"
    values: dict[str, str] = Field(default_factory=dict)
    """Argument → field of the new row."""
    fitted: list[str] = Field(default_factory=list)
    """Arguments whose values may have another form than their field: they are kept in the field's form, as far as they
    fit, so that an id sent in the place of an object is kept as that object's id."""
    constants: dict[str, Any] = Field(default_factory=dict)
    """Field → value that every new row gets: a comment's author kind, the direction of a transfer."""


class UpdateOperation(RowOperation):
    """Changes the given fields of a row (``replace``: sets every field that the caller may set)."""

    kind: Literal["update", "replace"] = "update"
    values: dict[str, str] = Field(default_factory=dict)
    """Argument → field."""
    fitted: list[str] = Field(default_factory=list)
    """Arguments whose values may have another form than their field: they are kept in the field's form, as far as they
    fit, so that an id sent in the place of an object is kept as that object's id."""
    steps: str | None = None
    """The argument that holds the changes as a list of steps (JSON Patch, RFC 6902), where they are sent so."""
    upsert: bool = False
    """Whether a row that does not exist is created (rule C2)."""


class DeleteOperation(RowOperation):
    """Removes a row and its children (rule F4)."""

    kind: Literal["delete"] = "delete"
    renewed: bool = False
    """For singletons: whether the row is not gone but as it is under a new parent, such as settings that are reset."""


class BulkOperation(EntityOperation):
    """Creates, changes or removes several rows in one call (rule D3); one bad item refuses the whole call."""

    kind: Literal["bulk_create", "bulk_update", "bulk_delete"]
    items: str | None = None
    """The argument that holds the rows, or the keys of the rows (an array, or keys with commas between)."""
    filters: dict[str, Filter] = Field(default_factory=dict)
    """Where there are no items: which rows are meant, as in a list; no filter given means all in the scope."""
    constants: dict[str, Any] = Field(default_factory=dict)
    """Field → value that every row meant has, where there are no items: ``clear_completed``."""
    values: dict[str, str] = Field(default_factory=dict)
    """Property of an item (or argument, where there are no items) → field."""


class LinkOperation(EntityOperation):
    """Adds or removes rows that link two others: members of a team, tracks saved by a user (rules E7, A4).

    The entity's rows lie under one of the two (``parents``, or the caller) and have the other's key for their own.
    Linking what is linked, and unlinking many that are not, changes nothing; unlinking one that is not is a 404.
    """

    kind: Literal["link", "unlink"]
    keys: str
    """The argument that holds the other row's key, or several: an array, objects with the key, commas between."""
    values: dict[str, str] = Field(default_factory=dict)
    """Argument → field of the linking row, such as a role."""


class ActionOperation(RowOperation):
    """Does what a verb says to one row, by its checks and effects (rules A1 to A9, N1, S2 to S5).

    ``transition`` changes a state, ``toggle`` a boolean or a time, ``adjust`` a number, ``transfer`` two; ``login``,
    ``logout`` and ``signup`` change who calls (a login makes its row the caller by itself, a logout nobody, and a
    signup adds the row; effects on ``session`` add to that); ``edit`` changes an array inside the row; ``action`` is
    the fallback of rule A9, which records the call and the time and does nothing else.
    """

    kind: Literal["transition", "toggle", "adjust", "transfer", "edit", "login", "logout", "signup", "action"]
    values: dict[str, str] = Field(default_factory=dict)
    """Argument → field that it sets besides (rule A7)."""


class ComputeOperation(OperationBase):
    """Works an answer out of its arguments alone (rules P1 to P5)."""

    kind: Literal["compute"] = "compute"
    function: str = ""
    """Name of a function of :mod:`inftool.servers.runtime.functions`; empty for an answer that is the same for the same
    arguments, in the declared shape (rule P2)."""
    roles: dict[str, str] = Field(default_factory=dict)
    """Parameter of that function → argument. Without a function: the amounts, such as nights, that prices and costs of
    the answer grow with (rule P5), each under its own name."""
    constants: dict[str, Any] = Field(default_factory=dict)
    """Parameter of that function → value that the tool's name or description implies."""
    told: JsonSchema | None = None
    """Where the tool declares no answer: what its name and description let one expect (rule P3)."""


class RecordOperation(OperationBase):
    """Writes what no row is known for: the call goes into the action log and changes nothing else (rule A9)."""

    kind: Literal["record"] = "record"


class ProfileOperation(OperationBase):
    """One operation of a domain that no rule on rows reaches (rule B8), on state that the profile keeps itself."""

    kind: Literal["profile"] = "profile"
    profile: str
    """Name of a profile in :mod:`inftool.servers.profiles`, such as ``filesystem``."""
    action: str
    """One of that profile's actions, such as ``move``."""
    names: dict[str, str] = Field(default_factory=dict)
    """Where the tool declares no answer: what the outcome's parts are called in it, as other tools of the list and its
    own name call them; ``""`` stands for the first part."""
    roles: dict[str, str] = Field(default_factory=dict)
    """Parameter of the action → argument."""
    constants: dict[str, Any] = Field(default_factory=dict)
    """Parameter of the action → value that the tool's name implies."""


class DispatchOperation(OperationBase):
    """One tool with several operations behind it, chosen by an argument (rule B1)."""

    kind: Literal["dispatch"] = "dispatch"
    argument: str
    cases: dict[str, Operation]
    """By value of the argument."""


class OpaqueOperation(OperationBase):
    """Anything the compiler does not understand: a deterministic answer in the declared shape; no state is touched."""

    kind: Literal["opaque"] = "opaque"
    reason: str = ""
    """Why it was not understood, in one sentence."""


Operation = Annotated[
    ReadOperation
    | ListOperation
    | AggregateOperation
    | VacancyOperation
    | CreateOperation
    | UpdateOperation
    | DeleteOperation
    | BulkOperation
    | LinkOperation
    | ActionOperation
    | ComputeOperation
    | RecordOperation
    | ProfileOperation
    | DispatchOperation
    | OpaqueOperation,
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
    session: str | None = None
    """The singleton entity that holds the session's variables (who is logged in, the current selection; rule B9)."""
    initial: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)
    """Rows given from outside, by entity (rule G4): such an entity gets no invented ones. A nested row names
    its parent in its ``parent`` fields; a singleton has one row; profiles keep theirs under their own names."""
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

    def flat(self) -> Iterator[Operation]:
        """Yield every operation; of a dispatch, the cases in its place."""
        for operation in self.operations:
            yield from operation.cases.values() if operation.kind == "dispatch" else (operation,)

    @property
    def digest(self) -> str:
        """Content hash (16 hex digits): equal programs have equal digests."""
        text = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]
