"""Operations on paths that end in a parameter: one row, or the rows that it picks (rules R1, U, D1, E7, I5)."""

from __future__ import annotations

from inftool.servers.compiler.drafts import Draft, DraftKind, answer, argument_schema, opaque
from inftool.servers.compiler.links import link_item
from inftool.servers.compiler.shapes import locate_row, locate_rows
from inftool.servers.compiler.web import Call, has_id, param_noun
from inftool.servers.compiler.words import is_computed, normal, split, verb_kind


def read_item(call: Call) -> Draft:
    """Classify an operation on ``/things/{id}``."""
    tool, parts, web = call.tool, call.parts, call.web
    param = call.last.param or ""
    if call.argument(param) is None:
        return opaque(tool, f"The path parameter {param!r} is no argument of the tool.")
    key = call.above.key
    if call.node.has_item and not web.is_item(call.node):
        return _scoped_list(call)
    if key and key[-1] == "{}" and not web.is_namespace(key):
        return _composite(call)
    if key and key[-1] == "{}" and call.method == "get" and (other := _other_name(call)) is not None:
        return other
    verb = _path_verb(call)
    if verb is not None:
        return verb
    if not web.resource(parts[:-1]).noun:
        return answer(tool, "The path has no word that names its rows, so its answer depends on the arguments alone.")
    return _one_row(call, call.draft("read", parts[:-1]))


def _one_row(call: Call, draft: Draft) -> Draft:
    """Tell what is done to the row that the last parameter names."""
    tool, method = call.tool, call.method
    param = call.last.param or ""
    draft.key, draft.key_name = call.argument(param), param
    draft.located = locate_row(tool.output_schema, call.web.schemas, call.web.resources[draft.resource].noun)
    if method == "get":
        return _read(call, draft)
    if method == "delete":
        draft.kind = "delete"
        draft.rules.append("D1")
        return link_item(call, draft) if call.web.is_membership(call.node) else draft
    if call.web.is_membership(call.node) and method in ("put", "post"):
        return link_item(call, draft)
    if call.bulk:
        return _plain_body(call, draft)
    if method == "post":
        return _post(call, draft)
    draft.kind = put_kind(call) if method == "put" else "update"
    draft.rules.append("U1")
    if not call.body and not call.query:
        if call.methods & {"get"} or (call.above.has_item and "post" in call.above.tools):
            draft.lower("high", f"{method.upper()} declares no body, so nothing can be changed by it.")
            return draft
        draft.kind, draft.verb = "action", split(tool.title) or split(tool.name)
        return draft
    if method == "put":
        _upsert(call, draft)
    return draft


def _read(call: Call, draft: Draft) -> Draft:
    """Tell whether GET answers the row, the rows that the parameter picks, or a plain value."""
    tool, schemas = call.tool, call.web.schemas
    resource = call.web.resources[draft.resource]
    draft.rules.append("R1")
    written = call.methods - {"get", "head"} or call.web.has_list(call.above)
    first = split(tool.name)[:1]
    if first and verb_kind(first[0]) == "upload" and first[0] not in resource.noun and call.form != "object":
        return answer(tool, "Its answer is taken for a file.", confidence="medium")
    rows = locate_rows(tool.output_schema, schemas, resource.noun)
    if call.form == "array" or (rows is not None and not has_id(draft.located)):
        return _picked(call, draft)
    if call.form in ("scalar", "scalars"):
        if call.form == "scalar" and written and call.methods & {"put", "post", "patch", "delete"}:
            resource.value, draft.plain = tool.output_schema, True
            return draft
        return answer(tool, "Its answer is a plain value that no other operation sets.")
    if not written and _looks_up(call, draft):
        return answer(tool, "Nothing else speaks of such rows, so it is taken for a look-up from outside.", "P3")
    if draft.located is None:
        draft.rules.append("E6")
        named = _names_row(call) or param_noun(call.last.param or "")[-1:] == call.above.noun[-1:]
        paired = bool(call.above.tools.get("get")) and named
        draft.lower(
            "high" if written or paired else "medium", "The response has no schema: the stored row is returned."
        )
    return draft


def _looks_up(call: Call, draft: Draft) -> bool:
    """Whether a read that stands alone asks for something worked out and not kept (rule P3)."""
    words = [word for part in call.parts if part.param is None for word in split(part.text)]
    if any(is_computed((word,)) for word in words):
        return True
    return (
        bool(draft.located)
        and not has_id(draft.located)
        and not call.node.children
        and bool(call.required & set(call.query))
    )


def _picked(call: Call, draft: Draft) -> Draft:
    """Read ``GET /pets/by-status/{status}``: the rows that have the parameter's value (rules Q2, E5)."""
    param = draft.key or ""
    rows = locate_rows(call.tool.output_schema, call.web.schemas, call.web.resources[draft.resource].noun)
    if rows is None:
        return answer(call.tool, "Its answer is a list of what no other operation speaks of.")
    draft.kind, draft.key, draft.narrowed, draft.located = "list", None, (param,), rows
    draft.rules = [*(rule for rule in draft.rules if rule != "R1"), "Q2"]
    words = split(call.parts[-2].text) if len(call.parts) > 1 else ()
    fitting = {normal(name) for name in rows.fields}
    if _names_row(call) and (call.web.lists_same(call.above, rows) or normal(call.last.param or "") not in fitting):
        draft.kind, draft.key, draft.narrowed, draft.rules = "read", draft.narrowed[0], (), [*draft.rules[:-1], "R1"]
        draft.lower("high", "Its response is a list, which holds the one row.")
        return draft
    if "by" in words or (words and verb_kind(words[0]) in ("search", "list", "read")):
        collection = call.parts[:-2]
        if collection and (
            call.web.tree.node(collection).has_item or call.web.has_list(call.web.tree.node(collection))
        ):
            draft.resource = call.web.resource(collection).id
    draft.lower("medium", f"It lists the rows that have {call.last.param!r} as a value.")
    return draft


def _names_row(call: Call) -> bool:
    """Whether the last parameter is called like a key: ``id``, ``stationId``, ``station`` of ``/stations``."""
    param = call.last.param or ""
    words, noun = split(param), call.above.noun
    return words[-1:] in (("id",), ("uuid",), ("guid",), ("key",), ("ids",)) or words in (noun, noun[-1:])


def _plain_body(call: Call, draft: Draft) -> Draft:
    """Classify a write whose body is one plain value or a list: the row is that value, or has rows inside."""
    resource = call.web.resources[draft.resource]
    if call.item_body is None and draft.located is None and resource.value is not None:
        draft.kind, draft.plain, draft.upsert = "replace", True, True
        draft.rules.append("C2")
        return draft
    if call.method in ("put", "patch") and (call.item_body is None or call.method == "patch"):
        draft.kind = "update"
        draft.rules.append("U1")
        listed = call.item_body is not None
        if listed and _is_step(call):
            draft.items = call.item_body
            return draft
        guess = "Its body lists changes, which are not followed." if listed else "Its body declares no properties."
        draft.lower("medium" if listed else "high", guess)
        return draft
    draft.kind, draft.verb = "action", split(call.tool.title) or split(call.tool.name)
    return draft


def _is_step(call: Call) -> bool:
    """Whether the body is a JSON Patch: a list of steps, each with an operation and a path."""
    items = call.web.schemas.resolve(argument_schema(call.tool, call.item_body or "").get("items"))
    return {"op", "path"} <= {normal(name) for name in items.get("properties") or {}}


def _post(call: Call, draft: Draft) -> Draft:
    """Classify POST on a row: an update, a create under a chosen key, or an action (rules U2, C3, A9)."""
    tool = call.tool
    words = tuple(word for word in (*split(tool.name), *split(tool.title)[:1]) if word != "post")
    asks = next((kind for word in words if (kind := verb_kind(word)) is not None), None)
    others = call.methods & {"put", "patch"}
    if (not call.body and not call.query) or (others and asks != "update"):
        draft.kind, draft.verb = "action", split(tool.title) or split(tool.name)
        return draft
    if others or "get" in call.methods or asks == "update":
        draft.kind = "update"
        draft.rules.append("U2")
        return draft
    if "delete" in call.methods or (asks == "create" and "post" not in call.above.tools):
        draft.kind, draft.upsert = "replace", True
        draft.rules.append("C3")
        draft.lower("medium", "POST under a key that the caller chooses is taken for a create.")
        return draft
    draft.kind, draft.verb = "action", split(tool.title) or split(tool.name)
    return draft


def put_kind(call: Call, besides: str | None = None) -> DraftKind:
    """``replace`` where the body requires something; else PUT is taken for a change of what is sent (rule U1)."""
    return "replace" if (call.required - {besides}) & set(call.body) else "update"


def _upsert(call: Call, draft: Draft) -> None:
    """Let PUT create the row where nothing else does (rule C2)."""
    makers = "post" in call.above.tools or any(error.status == 404 for error in call.tool.errors)
    if not makers and "post" not in call.methods and call.node.key[-2:-1] != ("{}",):
        draft.upsert = True
        draft.rules.append("C2")
        draft.lower("high", "PUT creates the row where there is none, since nothing else does.")
    elif draft.kind == "update":
        draft.lower("high", "PUT keeps the fields that are not sent, since its body requires none.")


def _scoped_list(call: Call) -> Draft:
    """Classify ``GET /repositories/{username}`` where ``/repositories/{username}/{slug}`` exists (rule B4)."""
    tool, web = call.tool, call.web
    if call.method == "get" and call.rows is not None:
        draft = call.draft("list", call.parts, "Q1", "B4")
        draft.located = call.rows
        draft.lower("medium", f"{call.last.param!r} is taken for the owner of the rows.")
        return draft
    if call.method == "get":
        return answer(tool, "Its answer is no list of rows and no row that other operations speak of.")
    if call.method == "post" and call.body and not call.bulk:
        draft = call.draft("create", call.parts, "C1", "B4")
        draft.located = locate_row(tool.output_schema, web.schemas, call.node.noun)
        draft.lower("medium", f"{call.last.param!r} is taken for the owner of the new row.")
        return draft
    return opaque(tool, "Two parameters in a row do not tell which collection the row is in.", "I5")


def _composite(call: Call) -> Draft:
    """Classify an operation on ``/board/{row}/{column}``: a row that only all parameters name (rule I5)."""
    tool, web = call.tool, call.web
    start = len(call.parts)
    while start and call.parts[start - 1].param is not None:
        start -= 1
    base = call.parts[:start]
    written = call.methods - {"get", "head", "post"}
    if not base or all(part.prefix for part in base):
        return answer(tool, "The path has no word that names its rows, so its answer depends on the arguments alone.")
    if call.method == "get" and not written and not web.has_list(web.tree.node(base)):
        return answer(tool, "Nothing else speaks of such rows, so it is taken for a look-up from outside.", "P3")
    draft = call.draft("read", base, "I5")
    draft.matches = tuple(a for part in call.parts[start:-1] if (a := call.argument(part.param or "")) is not None)
    draft.lower("medium", "The row is named by all the parameters at the end of the path together.")
    return _one_row(call, draft)


def _other_name(call: Call) -> Draft | None:
    """Read ``/articles/{username}/{slug}`` beside ``/articles/{id}``: another name of the same rows (rules I3, B4)."""
    web = call.web
    own = locate_row(call.tool.output_schema, web.schemas, call.node.noun)
    for tool in call.above.tools.get("get", []):
        item = locate_row(tool.output_schema, web.schemas, call.above.noun)
        if own is not None and item is not None and own.ref is not None and own.ref == item.ref:
            draft = call.draft("read", call.parts[:-2], "R1", "I3", "B4")
            draft.key, draft.key_name, draft.located = call.argument(call.last.param or ""), call.last.param, own
            matched = call.argument(call.parts[-2].param or "")
            draft.matches = (matched,) if matched is not None else ()
            draft.lower("medium", "The two parameters are taken for another name of the row.")
            return draft
    return None


def _path_verb(call: Call) -> Draft | None:
    """Classify ``POST /numbers/buy/{number}`` and ``GET /users/get/{id}``: the word before the parameter is a verb."""
    parts = call.parts
    words = split(parts[-2].text) if len(parts) > 1 and parts[-2].param is None else ()
    kind = verb_kind(words[0]) if words else None
    others = call.methods - ({"get", "post", "put", "patch"} if kind == "action" else {"get", "post"})
    if kind is None or len(words) > 1 or len(parts) < 3 or others or call.above.tools:
        return None
    collection = parts[:-2]
    if collection[-1].param is not None or all(part.prefix for part in collection):
        return None
    if call.method == "get" and kind == "compute":
        return answer(call.tool, "It works an answer out of its arguments.", confidence="medium")
    if call.method == "get" and kind not in ("read", "search", "list"):
        return None
    if call.method == "get" and call.form in ("array", "scalars", "scalar"):
        return None
    draft = call.draft("read", collection)
    param = call.last.param or ""
    draft.key, draft.key_name = call.argument(param), param
    draft.located = locate_row(call.tool.output_schema, call.web.schemas, call.web.resources[draft.resource].noun)
    if call.method == "get":
        draft.rules.append("R1")
    elif kind == "delete":
        draft.kind = "delete"
        draft.rules.append("D1")
    elif kind == "update" and call.body and not call.bulk:
        draft.kind = "update"
        draft.rules.append("U2")
    else:
        draft.kind, draft.verb = "action", words
    draft.lower("medium", f"The verb {normal(words[0])!r} in the path is taken for what it does.")
    return draft
