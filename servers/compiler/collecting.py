"""Operations on collections: lists, creates, and many rows at once (rules Q1, C1, D3, E6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inftool.servers.compiler.drafts import Draft, answer, argument_schema, opaque
from inftool.servers.compiler.items import put_kind
from inftool.servers.compiler.links import link_set
from inftool.servers.compiler.paths import Segment
from inftool.servers.compiler.procedures import action
from inftool.servers.compiler.shapes import (
    Located,
    is_flat_row,
    locate_blank,
    locate_map,
    locate_row,
    locate_rows,
)
from inftool.servers.compiler.web import Call, has_id
from inftool.servers.compiler.words import is_computed, is_plural, normal, split


def read_collection(call: Call) -> Draft:
    """Classify an operation on ``/things`` where ``/things/{id}`` exists."""
    method = call.method
    if method == "get":
        return list_rows(call, call.parts, call.rows)
    if method == "post":
        return make_rows(call, call.parts)
    key = body_key(call)
    if key is not None and not call.bulk:
        return by_key(call, key)
    if not call.plural and not call.web.has_list(call.node) and call.item_body is None:
        return action(call, call.words)
    return many_rows(call)


def list_rows(call: Call, parts: Sequence[Segment], rows: Located | None) -> Draft:
    """Return the draft of a list of the collection ``parts`` (rules Q1, E6)."""
    draft = call.draft("list", parts, "Q1")
    node = call.web.tree.node(parts)
    draft.located = rows
    if rows is None and node.has_item:
        draft.located = rows = locate_map(call.tool.output_schema, call.web.schemas, node.noun)
    if rows is not None:
        return draft
    draft.rules.append("E6")
    if call.form == "scalars":
        draft.plain = True
        draft.lower("high", "Its response is a list of plain values: the keys of the rows.")
    elif call.form == "object" and _is_row_of(call, parts):
        row = locate_row(call.tool.output_schema, call.web.schemas, call.web.tree.node(parts).noun)
        draft.forgotten = True
        if row is not None and not row.path:
            draft.located = replace(row, kind="rows")
        draft.lower("high", "The response is declared as one row; the path says that it is a list.")
    elif call.form in ("none", "array"):
        draft.lower("high" if node.has_item else "medium", "The response has no schema: the stored rows are returned.")
    elif (blank := locate_blank(call.tool.output_schema, call.web.schemas, node.noun)) is not None:
        draft.plain = blank[1]
        what = "a list of plain values: the keys of the rows" if blank[1] else "a list whose items are not declared"
        draft.lower("high", f"Its response has {what}.")
    else:
        draft.lower("medium", "No list of rows was found in its response, so an envelope of our own is answered.")
    return draft


def _is_row_of(call: Call, parts: Sequence[Segment]) -> bool:
    """Whether a list declares the very row that GET on an item declares: the document forgot the array."""
    web = call.web
    item = web.tree.nodes.get((*web.tree.node(parts).key, "{}"))
    name = web.schemas.ref_name(call.tool.output_schema)
    shown = locate_row(call.tool.output_schema, web.schemas, call.node.noun)
    if item is not None and shown is not None and has_id(shown) and not shown.path:
        one = [locate_row(tool.output_schema, web.schemas, call.node.noun) for tool in item.tools.get("get", [])]
        if call.plural or any(row is not None and set(row.fields) == set(shown.fields) for row in one):
            return True
    if not call.plural:
        return False
    if item is not None and is_flat_row(call.tool.output_schema, web.schemas):
        return True
    if name is None:
        return False
    if item is not None and any(web.schemas.ref_name(tool.output_schema) == name for tool in item.tools.get("get", [])):
        return True
    own = locate_row(call.tool.output_schema, web.schemas, call.node.noun)
    return (
        own is not None
        and own.path == ()
        and has_id(own)
        and bool(set((own.ref and split(own.ref)) or ()) & set(call.node.noun))
    )


def make_rows(call: Call, parts: Sequence[Segment], guess: str = "") -> Draft:
    """Return the draft of a create, of one row or of several (rules C1, D3)."""
    if call.item_body is not None:
        return many_rows(call, parts)
    draft = call.draft("create", parts, "C1")
    draft.located = locate_row(call.tool.output_schema, call.web.schemas, call.web.tree.node(parts).noun)
    if draft.located is None and (found := locate_rows(call.tool.output_schema, call.web.schemas, call.node.noun)):
        draft.located = found
    if not call.body:
        draft.lower("high", "It declares no body, so the new row's fields are all made by the server.")
    elif call.bulk:
        draft.lower("high", "The properties of its body are not declared.")
    if guess:
        draft.lower("medium", guess)
    if draft.located is None and call.tool.output_schema is None and call.tool.success_status not in (201, 204):
        draft.rules.append("E6")
        draft.lower("high", "The response has no schema: the stored row is returned.")
    return draft


def many_rows(call: Call, parts: Sequence[Segment] | None = None) -> Draft:
    """Return the draft of a write to several rows at once (rule D3)."""
    parts = call.parts if parts is None else parts
    method = call.method
    items = call.item_body or _items(call)
    if method == "delete" or (call.words[:1] in (("delete",), ("remove",)) and method == "post"):
        draft = call.draft("bulk_delete", parts, "D3")
        draft.items = items
        if items is None:
            draft.lower("medium", "It removes every row that its arguments fit.")
        return draft
    if items is None:
        return opaque(call.tool, f"{method.upper()} on a collection without the keys of rows in its body.", "D3")
    draft = call.draft("bulk_create" if method == "post" else "bulk_update", parts, "D3")
    draft.items = items
    rows = call.web.schemas.resolve(argument_schema(call.tool, items).get("items"))
    if not rows.get("properties"):
        if method == "post" or not rows:
            linked = link_set(call)
            return linked if linked is not None else answer(call.tool, "What it does to several rows is not told.")
        return answer(call.tool, "What it does to several rows is not told.")
    draft.lower("medium", f"Each item of {items!r} is taken for a row.")
    draft.located = locate_rows(call.tool.output_schema, call.web.schemas, call.node.noun)
    return draft


def _items(call: Call) -> str | None:
    """The one argument that holds rows or keys of rows: ``ids``, or the only array of the body."""
    places = [*call.body, *call.query]
    named = [a for a in places if split(call.http.parameters[a].name)[-1:] == ("ids",)]
    arrays = [a for a in call.body if "array" in call.kinds(a)]
    nouns = {normal(word) for word in (call.node.plural or "", "".join(call.node.noun), *call.node.noun) if word}
    same = [a for a in arrays if normal(a) in nouns | {"items", "data", "operations", "requests", "records", "objects"}]
    return next(iter(named or same or (arrays if len(arrays) == 1 and len(call.body) <= 2 else [])), None)


def body_key(call: Call) -> str | None:
    """The argument in body or query that names the row: like the item path's parameter, its last word, or ``id``."""
    places = [*call.body, *call.query]
    named = {normal(call.http.parameters[a].name): a for a in reversed(places) if "array" not in call.kinds(a)}
    item = call.web.tree.nodes.get((*call.node.key, "{}"))
    noun = "".join(call.node.noun)
    last = call.node.noun[-1] if call.node.noun else ""
    for param in dict.fromkeys(item.params if item is not None else ()):
        words = split(param)
        for name in (normal(param), words[-1] if words else ""):
            if name in named:
                return named[name]
    for name in ("id", "uuid", noun + "id", last + "id", noun + "uuid", noun + "key", noun + "name", noun + "code"):
        if name in named:
            return named[name]
    return None


def by_key(call: Call, key: str, parts: Sequence[Segment] | None = None) -> Draft:
    """Return the draft of an operation on the row that an argument in query or body names: ``DELETE /thing?id=``."""
    draft = call.draft("read", call.parts if parts is None else parts)
    draft.key, draft.key_name = key, call.http.parameters[key].name
    draft.located = locate_row(call.tool.output_schema, call.web.schemas, call.web.resources[draft.resource].noun)
    if call.method == "delete":
        draft.kind = "delete"
        draft.rules.append("D1")
    elif call.method == "get":
        draft.rules.append("R1")
    else:
        draft.kind = put_kind(call, besides=key) if call.method == "put" else "update"
        draft.rules.append("U1")
    return draft


def is_answer(call: Call) -> bool:
    """Whether a list that stands alone is worked out of what it is asked, and not kept (rules P2, P3)."""
    words = [word for part in call.parts if part.param is None for word in split(part.text)]
    if any(is_computed((word,)) for word in words):
        return True
    if call.rows is None or call.methods - {"get", "head"}:
        return False
    held = {normal(name) for name in call.rows.fields}
    asked = [a for a in call.query if a in call.required and not is_plural(split(a)[-1] if split(a) else "")]
    return any(normal(a) not in held and not call.paged for a in asked) and not call.plural
