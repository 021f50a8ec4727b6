"""What the readers of paths and of tool names hand to the builder: operations whose entity is not yet made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from inftool.servers.compiler.shapes import Located
from inftool.servers.compiler.words import normal, split, verb_kind, word_set
from inftool.servers.program import Confidence, Effect
from inftool.specs.spec import JsonSchema, ToolSpec

_CREDENTIALS = word_set("accesstoken apikey apitoken authtoken authorization xapikey xauthtoken oauthtoken bearertoken")
_PERHAPS_CREDENTIALS = word_set("token key secret auth appid appkey clientid clientsecret")
"""Names that are credentials only where their description says so."""
DraftKind = Literal[
    "read", "list", "search", "aggregate", "create", "update", "replace", "delete", "bulk_create", "bulk_update",
    "bulk_delete", "link", "unlink", "action", "compute", "opaque",
]  # fmt: skip


@dataclass
class Draft:
    """One operation, understood as far as its own path or name goes."""

    tool: ToolSpec
    kind: DraftKind
    resource: str = ""
    """Id of the :class:`Resource` whose rows it works on."""
    parents: list[tuple[str, str]] = field(default_factory=list)
    """Arguments that name ancestor rows, with the resource of each; outermost first."""
    key: str | None = None
    """The argument that names the row; empty for a singleton's row and for the caller's own (rules E4, I4)."""
    key_name: str | None = None
    """What the document calls that argument (``petId``), where it differs from the argument."""
    verb: tuple[str, ...] = ()
    """For ``action``: the words that say what is done, ``mark as read``; the key is empty for a singleton."""
    near: str = ""
    """For an action that names no row: id of the resource of the collection that its path names before the verb."""
    matches: tuple[str, ...] = ()
    """Further arguments that are part of the row's name (rule I5)."""
    own: bool = False
    """Whether only the caller's rows are meant (rule I4)."""
    items: str | None = None
    """For a bulk operation and for links: the argument that holds the rows or their keys."""
    upsert: bool = False
    """Whether a row that does not exist is created (rule C2)."""
    function: str = ""
    """For ``aggregate``: what is worked out over the rows."""
    narrowed: tuple[str, ...] = ()
    """Arguments of a list that filter it though they stand in the path: ``/pets/by-status/{status}``."""
    condition: tuple[str, ...] = ()
    """Words of the path that say which of the rows a list shows: ``active`` in ``/orders/active`` (rule E5)."""
    plain: bool = False
    """Whether the rows are answered as plain values, with nothing but their key or their one field."""
    whole: str | None = None
    """The argument whose value the row's one field ``value`` is set to (rule E9)."""
    effects: list[Effect] = field(default_factory=list)
    """What it changes besides what is sent."""
    renewed: bool = False
    """For a delete: whether the row starts anew and is not gone (rule D4)."""
    forgotten: bool = False
    """Whether the document declares one row where a list of them is meant."""
    context: tuple[str, ...] = ()
    """Arguments that say where the row is, and are no new values of it (rule B4)."""
    located: Located | None = None
    fitted: list[str] = field(default_factory=list)
    """Arguments whose values may have another form than the fields that keep them."""
    view: bool = False
    """Whether the list shows the rows of another resource under some condition that is not known."""
    confidence: Confidence = "high"
    rules: list[str] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    reason: str = ""
    """For ``opaque``: why."""

    def lower(self, confidence: Confidence, guess: str) -> None:
        """Record an assumption, and let the confidence fall to at most ``confidence``."""
        order: list[Confidence] = ["low", "medium", "high"]
        self.confidence = min(self.confidence, confidence, key=order.index)
        if guess not in self.guesses:
            self.guesses.append(guess)


@dataclass
class Resource:
    """A collection of rows that paths or tool names speak of; one or more become an entity."""

    id: str
    noun: tuple[str, ...]
    """Singular noun phrase."""
    plural: str | None = None
    """Plural of the noun's last word, where the document has it."""
    parent: str | None = None
    parent_argument: str | None = None
    """What children call the parent's key in their paths."""
    key_hint: tuple[str, JsonSchema] | None = None
    """An argument somewhere that is called like this resource's key (``bill_id``), with its schema."""
    singleton: bool = False
    """Whether there is one row for each row of the parent, or one in all (rule E4)."""
    user: bool = False
    """Whether whoever calls is one of its rows (rule I4)."""
    value: JsonSchema | None = None
    """For rows that are one plain value each, held in a field ``value``: the value's schema."""
    bare: bool = False
    """Whether it comes from tool names and not from paths."""
    drafts: list[Draft] = field(default_factory=list)


def opaque(tool: ToolSpec, reason: str, *rules: str) -> Draft:
    """Return the draft of an operation that is not compiled, with the reason."""
    return Draft(tool, "opaque", confidence="low", reason=reason, rules=list(rules))


def answer(tool: ToolSpec, guess: str, *rules: str, confidence: Confidence = "low") -> Draft:
    """Return the draft of an operation whose answer depends on its arguments alone (rule P2), with the assumption."""
    return Draft(tool, "compute", confidence=confidence, guesses=[guess], rules=list(rules) or ["P2"])


def writes(tool: ToolSpec) -> bool:
    """Whether a tool changes something, by its method or, for POST, by the verb that its path or its name says first.

    POST is also how questions with long arguments are asked, so a POST without a verb that writes is none.
    """
    if tool.http is None or tool.http.method in ("get", "head", "options"):
        return False
    if tool.http.method != "post":
        return True
    last = [part for part in tool.http.path.split("/") if part and "{" not in part][-1:]
    for text in (*last, tool.name):
        words = [word for word in split(text) if word != "post"]
        kind = verb_kind(words[0]) if words else None
        if kind is not None and (len(words) > 1 or kind in ("update", "delete", "action")):
            return kind in ("create", "update", "delete", "action")
    return False


def body_arguments(tool: ToolSpec) -> dict[str, str]:
    """Return the arguments that describe a row, with their names in the body; for a bare tool, all of them."""
    if tool.http is None:
        return {name: name for name in tool.input_schema.get("properties", {})}
    whole = tool.http.body_argument
    return {
        a: p.name
        for a, p in tool.http.parameters.items()
        if p.location == "body" and a != whole and not is_credential(p.name, argument_schema(tool, a))
    }


def is_credential(name: str, schema: JsonSchema) -> bool:
    """Whether an argument says who calls, and so is neither a name nor a field of any row (rule S1)."""
    plain = normal(name)
    if plain in _CREDENTIALS:
        return True
    said = str(schema.get("description", "")).lower()
    return plain in _PERHAPS_CREDENTIALS and any(word in said for word in ("authentic", "authoriz", "api key", "scope"))


def argument_schema(tool: ToolSpec, argument: str) -> JsonSchema:
    """Return the schema of one argument."""
    schema = tool.input_schema.get("properties", {}).get(argument)
    return schema if isinstance(schema, dict) else {}


def document_name(tool: ToolSpec, argument: str) -> str:
    """Return what the document calls an argument."""
    binding = tool.http.parameters.get(argument) if tool.http is not None else None
    return binding.name if binding is not None else argument
