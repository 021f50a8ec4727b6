"""Paths that keep one value as it was sent: a map, a list of plain values, a plain value (rules E9, E4)."""

from __future__ import annotations

from typing import Literal

from inftool.servers.compiler.drafts import Draft, argument_schema
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.shapes import locate_row
from inftool.servers.compiler.singletons import says_reset
from inftool.servers.compiler.web import Call, body_of
from inftool.servers.compiler.words import is_computed, split, verb_kind, word_set
from inftool.servers.program import Effect, Operand
from inftool.specs.spec import JsonSchema, ToolSpec

Form = Literal["map", "list", "plain"]

_PLAIN = frozenset(("string", "integer", "number", "boolean"))
_IDS = word_set("id uuid guid uid gid sid key name slug code")
_WRITES = ("put", "patch", "post")


def read_whole(call: Call) -> Draft | None:
    """Classify an operation on a path whose GET answers what its PUT, PATCH or POST sends, as one value.

    Returns:
        None where the path is no such place, or the operation neither shows nor changes the value.
    """
    kept = _kept(call)
    if kept is None:
        return None
    form, schema = kept
    draft = call.draft("read", call.parts, "E4", "E9", singleton=True)
    draft.key = ""
    call.web.resources[draft.resource].value = _startable(form, schema, call.web.schemas)
    draft.plain = _form(call.tool.output_schema, call.web.schemas) == form or call.tool.output_schema is None
    if not draft.plain:
        draft.located = locate_row(call.tool.output_schema, call.web.schemas)
    if call.method == "get":
        draft.rules.append("R1")
        return draft
    draft.whole = _sent(call.tool, form, schema, call.web.schemas)
    if call.method == "delete":
        return _taken_away(call, draft, form, schema)
    if draft.whole is None:
        return None
    adds = call.method == "post" and form == "list"
    draft.kind = "replace" if call.method == "put" else "update"
    removers = call.node.tools.get("delete", [])
    draft.upsert = call.method == "put" and not all(_starts(tool, form, schema, call.web.schemas) for tool in removers)
    draft.rules.append("U1")
    if adds:
        draft.effects = [Effect(field="value", do="append", by=Operand(argument=draft.whole))]
        draft.whole = None
        draft.lower("medium", "What is posted is taken to be added to the list.")
    elif call.method == "post":
        draft.lower("medium", "POST on a path that shows one value is taken to set that value.")
    return draft


def _taken_away(call: Call, draft: Draft, form: Form, schema: JsonSchema) -> Draft:
    """Read DELETE: of the values in the body, or of all, which leaves what there was at the start (rule D4)."""
    if draft.whole is not None and form == "list" and not says_reset(call.tool):
        draft.kind, draft.rules = "update", [*draft.rules, "U1"]
        draft.effects = [Effect(field="value", do="remove", by=Operand(argument=draft.whole))]
        draft.whole = None
        draft.lower("medium", "What is sent is taken to be removed from the list.")
        return draft
    draft.kind, draft.whole = "delete", None
    draft.rules.append("D1")
    if _starts(call.tool, form, schema, call.web.schemas):
        draft.renewed = True
        draft.rules.append("D4")
    return draft


def _starts(tool: ToolSpec, form: Form, schema: JsonSchema, schemas: Schemas) -> bool:
    """Whether DELETE leaves the value that there is at the start, and not none at all."""
    return form != "plain" or "default" in schemas.resolve(schema) or says_reset(tool)


def _kept(call: Call) -> tuple[Form, JsonSchema] | None:
    """The form and schema of the value that a path keeps; None where it keeps none."""
    web, node = call.web, call.node
    gets = node.tools.get("get", [])
    if node.has_item or len(gets) != 1 or is_computed(call.words) or _asks(gets[0]):
        return None
    posted = not node.tools.keys() & {"put", "patch"}
    if posted and (verb_kind(call.words[0]) is not None or call.query):
        return None
    writes = [tool for method in _WRITES for tool in node.tools.get(method, [])]
    for tool in writes:
        schema = gets[0].output_schema if gets[0].output_schema is not None else _body(tool)
        form = _form(schema, web.schemas)
        if schema is None or form is None or _sent(tool, form, schema, web.schemas) is None or _asks(tool):
            continue
        if posted and (form == "plain" or gets[0].output_schema is None or not _is_typed(schema, web.schemas)):
            return None
        return form, schema
    return None


def _asks(tool: ToolSpec) -> bool:
    """Whether a tool must be told something in the query, and so is about more than one value."""
    bound = tool.http.parameters if tool.http is not None else {}
    return any(a in bound and bound[a].location == "query" for a in tool.input_schema.get("required") or ())


def _is_typed(schema: JsonSchema, schemas: Schemas) -> bool:
    """Whether a map or list says what its values are."""
    flat = schemas.resolve(schema)
    inner = flat.get("items") or flat.get("additionalProperties")
    return bool(schemas.types(inner)) if isinstance(inner, dict) else False


def _form(schema: JsonSchema | None, schemas: Schemas) -> Form | None:
    """Tell the form of a value; None for rows, and for what may be anything."""
    flat = schemas.resolve(schema) if schema is not None else {}
    kinds = schemas.types(flat)
    if kinds == {"object"}:
        return None if flat.get("properties") or flat.get("additionalProperties") is False else "map"
    if kinds == {"array"}:
        items = schemas.resolve(flat.get("items"))
        held = schemas.types(items)
        named = {word for name in items.get("properties") or {} for word in split(name)[-1:]} & _IDS
        return "list" if held and not named and (held <= _PLAIN or items.get("properties")) else None
    return "plain" if kinds and kinds <= _PLAIN else None


def _body(tool: ToolSpec) -> JsonSchema | None:
    """The schema of a body that is sent as one value."""
    whole = tool.http.body_argument if tool.http is not None else None
    return argument_schema(tool, whole) if whole is not None else None


def _sent(tool: ToolSpec, form: Form, schema: JsonSchema, schemas: Schemas) -> str | None:
    """The argument that holds the value: the whole body, or its only property where that has the value's form."""
    assert tool.http is not None
    places = body_of(tool)
    argument = tool.http.body_argument or (places[0] if len(places) == 1 else None)
    if argument is None or _form(argument_schema(tool, argument), schemas) != form:
        return None
    one, other = schemas.resolve(argument_schema(tool, argument)), schemas.resolve(schema)
    word = "items" if form == "list" else "additionalProperties"
    mine, held = schemas.types(one.get(word)), schemas.types(other.get(word))
    if form == "plain":
        mine, held = schemas.types(one), schemas.types(other)
    if form == "list" and "object" in mine | held:
        names = [set(schemas.resolve(part.get(word)).get("properties") or {}) for part in (one, other)]
        return argument if names[0] == names[1] else None
    return argument if not mine or not held or mine & held else None


def _startable(form: Form, schema: JsonSchema, schemas: Schemas) -> JsonSchema:
    """The schema of the value, with what it is before anything was sent: maps and lists are empty."""
    flat = schemas.resolve(schema)
    return {**flat, "default": {}} if form == "map" and "default" not in flat else flat
