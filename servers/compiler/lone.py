"""Operations on paths that end in a word which no parameter follows (rules Q1, Q6, Q7, E3, E4, E5, E7, C1, P2)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inftool.servers.compiler.aims import is_act
from inftool.servers.compiler.collecting import body_key, by_key, is_answer, list_rows, make_rows, many_rows
from inftool.servers.compiler.drafts import Draft, answer, argument_schema
from inftool.servers.compiler.links import link_check, link_set
from inftool.servers.compiler.paths import Node, Segment, key_of
from inftool.servers.compiler.procedures import action, read_procedure
from inftool.servers.compiler.shapes import Located, locate_figure, locate_row, locate_rows
from inftool.servers.compiler.singletons import answer_report, is_report, read_singleton
from inftool.servers.compiler.web import Call, has_id
from inftool.servers.compiler.words import is_computed, is_plural, normal, singular, split, word_set

_COUNTS = word_set("count counts exists total")
_GROUPS = word_set("stats statistics summary summaries metrics inventory aggregate aggregates totals usage facets")
_ASKING = word_set("search query find filter list lookup fetch _search browse select match discover scan")
_CHECKS = word_set("contains check validate verify exists available availability test preview")
_FILES = word_set(
    "pdf csv xml xlsx zip file content contents image picture photo thumbnail icon raw archive media audio logs log"
)
_FILE_END = re.compile(r"\.[a-z0-9]{2,4}$", re.IGNORECASE)
_BULK = word_set("bulk batch many multiple multi bulkcreate bulkupdate bulkdelete batchcreate batchupdate batchdelete")


def read_lone(call: Call) -> Draft:
    """Classify an operation on ``/things/word``: the first rule that has something to say wins."""
    rules = (_aggregate, _ask, _file, _bulk, _keyed, read_procedure)
    for rule in rules:
        draft = rule(call)
        if draft is not None:
            return draft
    if call.method == "get":
        return _get(call)
    if call.method == "post":
        return _post(call)
    return _change(call)


# -- questions ---------------------------------------------------------------------------------------------------------


def _aggregate(call: Call) -> Draft | None:
    """Read ``GET /pets/count`` and ``GET /store/inventory`` (rules Q7, N4)."""
    words, last = call.words, call.words[-1]
    if call.method == "get" and last in _CHECKS and (check := link_check(call)) is not None:
        return check
    if call.method not in ("get", "post") or call.rows is not None or last not in _COUNTS | _GROUPS:
        return None
    if call.methods - {"get", "post", "head"} or (
        call.method == "post" and (call.body or call.bulk) and last not in _COUNTS
    ):
        return None
    parts = call.parts[:-1]
    if len(words) > 1 and is_plural(words[-2]):
        return None
    above = call.above
    collection = bool(parts) and parts[-1].param is None and (above.has_item or call.web.has_list(above))
    schema = call.web.schemas.resolve(call.tool.output_schema) if call.tool.output_schema is not None else {}
    extra = call.web.schemas.types(schema.get("additionalProperties"))
    if collection and last in _COUNTS and locate_figure(call.tool.output_schema, call.web.schemas) is not None:
        draft = call.draft("aggregate", parts, "Q7")
        draft.function = "exists" if last == "exists" else "count"
        return draft
    if extra and extra <= {"integer", "number"} and not schema.get("properties"):
        people = parts if collection else _rows_above(call)
        if people is not None:
            draft = call.draft("aggregate", people, "N4")
            draft.function = "group"
            return draft
    return answer_report(call) if call.method == "get" and not call.after_item else None


def _rows_above(call: Call) -> Sequence[Segment] | None:
    """The collection that an inventory counts: the only one with an item path below the same first word."""
    first = call.parts[:1]
    found: dict[str, tuple[Segment, ...]] = {}
    for key, node in call.web.tree.nodes.items():
        if key[:1] == key_of(first) and len(key) >= 2 and key[-1] == "{}" and key.count("{}") == 1 and node.tools:
            found["/".join(key)] = tuple(Segment(part) for part in key[:-1])
    return next(iter(found.values())) if len(found) == 1 else None


def _ask(call: Call) -> Draft | None:
    """Read ``/pets/findByStatus``, ``/users/search`` and ``/data_sources/{id}/query`` (rule Q6)."""
    words, method = call.words, call.method
    asks = words[0] in _ASKING or words[-1] in _ASKING or (call.verb in ("list", "search") and not call.plural)
    asks = asks or (call.verb in ("list", "search", "read") and len(words) > 1 and "by" in words)
    if not asks or call.verb == "create" or method not in ("get", "post"):
        return None
    if call.last.text.find(".") > 0:
        return None
    above, before = call.above, call.parts[:-1]
    rows = locate_rows(call.tool.output_schema, call.web.schemas, above.noun)
    home = bool(before) and before[-1].param is None and not all(part.prefix for part in before)
    if rows is None:
        if call.form in ("none", "array", "scalars") and home and above.has_item:
            draft = list_rows(call, before, None)
        elif method == "get" and call.form == "object" and home and _one_found(call, above):
            key = next(iter(a for a in call.query if a in call.required), None)
            if key is None:
                return answer_report(call)
            draft = by_key(call, key, before)
            draft.lower("medium", f"It is taken to find one row by {key!r}.")
            return draft
        elif len(words) > 1 and call.verb in ("list", "search") and method == "post":
            return None
        else:
            return answer(call.tool, "It is a query whose answer is no list of rows.", "Q6", confidence="medium")
    elif home and (above.has_item or call.web.has_list(above)):
        draft = list_rows(call, before, rows)
    elif rows.ref is not None:
        found = call.draft("search", call.parts, "Q6")
        call.web.resources.pop(found.resource) if not call.web.resources[found.resource].drafts else None
        found.resource, found.located, found.view = f"ref:{rows.ref}", rows, True
        return found
    else:
        draft = call.draft("search", call.parts, "E3")
        draft.located = rows
        draft.lower("medium", "Its rows are taken for a collection of their own.")
    draft.kind = "search"
    draft.rules.append("Q6")
    return draft


def _one_found(call: Call, above: Node) -> bool:
    """Whether a search that answers an object answers one row of the collection above."""
    ref = call.web.schemas.ref_name(call.tool.output_schema)
    item = call.web.tree.nodes.get((*above.key, "{}"))
    reads = item.tools.get("get", []) if item is not None else []
    return ref is not None and any(call.web.schemas.ref_name(tool.output_schema) == ref for tool in reads)


# -- files, many rows, rows named by an argument -----------------------------------------------------------------------


def _file(call: Call) -> Draft | None:
    """Tell downloads and exports, which are answers, from uploads, which make rows (rules P2, C1)."""
    if call.verb != "upload" or call.plural or call.methods & {"put", "patch", "delete"}:
        return None
    if call.method == "get":
        if call.rows is not None or has_id(call.row):
            return None
        return answer(call.tool, "Its answer is taken for a file.", confidence="medium")
    if call.method != "post":
        return None
    before = call.parts[:-1]
    rest = call.words[1:]
    if call.words[0] in ("upload", "import", "attach") and has_id(call.row):
        if before and before[-1].param is None and call.above.has_item:
            return make_rows(call, before, guess="What is uploaded is taken for a new row.")
        return make_rows(call, call.parts, guess="What is uploaded is taken for a new row.")
    if call.words[0] in ("download", "export"):
        return answer(call.tool, "Its answer is taken for a file.", confidence="medium")
    return action(call, (*call.words[:1], *rest))


def _bulk(call: Call) -> Draft | None:
    """Read ``POST /things/batch`` and ``DELETE /things/bulk`` (rule D3)."""
    before = call.parts[:-1]
    joined = normal(call.last.text)
    if not (set(call.words) & _BULK or joined in _BULK) or not before or call.method == "get":
        return None
    if before[-1].param is not None or not (call.above.has_item or call.above.tools):
        return None
    return many_rows(call, before)


def _keyed(call: Call) -> Draft | None:
    """Read ``/thing?id=``: the row is named in the query (rule I1)."""
    if call.method == "post" or call.bulk:
        return None
    key = body_key(call)
    if key is None or (key in call.body and call.method == "get"):
        return None
    if call.method == "get":
        alone = key in call.required and call.rows is None and call.form in ("object", "none") and not call.after_item
        return by_key(call, key) if alone and (call.methods & {"put", "delete", "patch"}) else None
    if "get" not in call.methods and "post" not in call.methods:
        return None
    if call.method == "delete" and key not in call.required and call.web.shows_row(call.node):
        return None
    return by_key(call, key)


# -- GET ---------------------------------------------------------------------------------------------------------------


def _get(call: Call) -> Draft:
    """Classify GET on a word that no parameter follows."""
    if call.rows is not None:
        return _get_rows(call, call.rows)
    if call.form == "scalar":
        return answer(call.tool, "Its answer is a plain value that no other operation sets.")
    writes = call.methods & {"put", "patch", "delete"}
    if call.form == "scalars":
        if writes:
            return read_singleton(call)
        if "post" in call.methods and call.plural and call.tool.output_schema is not None:
            return list_rows(call, call.parts, None)
        return answer(
            call.tool, "Its answer is a list of plain values that no other operation sets.", confidence="medium"
        )
    if call.form == "array" and not call.plural and not writes:
        return answer(call.tool, "Its answer is a list of what no other operation speaks of.")
    if call.form in ("none", "array"):
        return _get_blank(call)
    if set(call.words) & _CHECKS and not writes:
        return answer(call.tool, "It works an answer out of its arguments.", confidence="medium")
    if call.web.is_computed_place(call.parts) or is_report(call):
        return answer_report(call)
    if call.plural and call.paged and not writes:
        return list_rows(call, call.parts, None)
    if not writes and (one := _one_of(call)) is not None:
        return one
    return read_singleton(call)


def _one_of(call: Call) -> Draft | None:
    """Read ``/releases/latest``: one of the rows of the collection above, though not told by a key (rule E5)."""
    before = call.parts[:-1]
    if not before or before[-1].param is not None or not call.above.has_item or not _one_found(call, call.above):
        return None
    draft = list_rows(call, before, call.row)
    draft.rules.append("E5")
    draft.lower("low", f"It answers one row of the list; which one {' '.join(call.words)!r} means is not told.")
    return draft


def _get_blank(call: Call) -> Draft:
    """Classify GET with a response of which nothing is declared (rule E6)."""
    words = call.words
    if _is_map(call):
        return answer(call.tool, "Its answer maps names to what no other operation shows.")
    if words and (call.paged or "post" in call.methods or call.plural) and not set(words) & _GROUPS:
        if call.methods & {"put", "patch"} and not call.plural:
            return read_singleton(call)
        draft = list_rows(call, call.parts, None)
        draft.rules.append("E3")
        return draft
    if call.methods & {"put", "patch", "delete"}:
        return read_singleton(call)
    if set(words) & _FILES or _FILE_END.search(call.last.text):
        return answer(call.tool, "Its answer is taken for a file.", confidence="medium")
    return answer(call.tool, "Its response has no schema, and nothing else speaks of it.")


def _is_map(call: Call) -> bool:
    """Whether the declared response is an object of any names, each with a value of one declared form."""
    if call.tool.output_schema is None:
        return False
    flat = call.web.schemas.resolve(call.tool.output_schema)
    values = flat.get("additionalProperties")
    return not flat.get("properties") and isinstance(values, dict) and bool(values) and call.form == "none"


def _get_rows(call: Call, rows: Located) -> Draft:
    """Classify GET that answers a list of rows."""
    if is_answer(call):
        return answer_report(call)
    before, above = call.parts[:-1], call.above
    if before and before[-1].param is None and above.has_item and call.web.lists_same(above, rows):
        draft = list_rows(call, before, rows)
        draft.view, draft.condition = True, call.words
        draft.rules.append("E5")
        return draft
    draft = list_rows(call, call.parts, rows)
    draft.rules.append("E3")
    if not call.plural:
        draft.lower("medium", "The path's last word is no plural, yet its rows are taken for a collection.")
    return draft


# -- POST and the rest -------------------------------------------------------------------------------------------------


def _post(call: Call) -> Draft:
    """Classify POST on a word that no parameter follows."""
    tool, words, plural = call.tool, call.words, call.plural
    listed = call.web.has_list(call.node)
    shown = "get" in call.methods and not listed and call.form != "scalars" and call.web.shows_row(call.node)
    before = call.parts[:-1]
    made = call.verb == "create" and len(words) <= 2 and not plural and not call.methods - {"post"}
    if made and before and before[-1].param is None and call.above.has_item:
        return make_rows(call, before, guess="The verb at the end of the path is taken for a create.")
    if is_computed(words) or call.verb == "compute":
        return answer(tool, "It works an answer out of its arguments.", confidence="medium")
    if call.verb is not None and not plural and "get" not in call.methods:
        return action(call, words)
    if call.item_body is not None and (listed or plural):
        return many_rows(call)
    if shown and not plural:
        return read_singleton(call)
    if {"put", "delete"} & call.methods and not call.web.has_list(call.node) and not plural:
        return read_singleton(call) if call.body else action(call, words)
    if {"put", "delete"} & call.methods and listed:
        linked = link_set(call)
        if linked is not None:
            return linked
    if call.after_item and not plural and call.methods <= {"post", "delete"} and _answers_item(call):
        return action(call, words)
    if (call.rows is not None and not listed and not has_id(call.row)) or _answers_as_get(call):
        return _query(call)
    if listed or plural or "get" in call.methods:
        if not call.body and tool.output_schema is None and not listed:
            return action(call, words)
        return make_rows(call, call.parts)
    if has_id(call.row) and (call.body or tool.success_status == 201):
        return make_rows(call, call.parts, guess="The new row cannot be read back by its path.")
    if tool.success_status == 201 and call.body:
        return make_rows(call, call.parts, guess="The new row cannot be read back by its path.")
    if call.after_item and not call.body:
        return action(call, words)
    if call.form == "none":
        return action(call, words)
    if call.after_item and is_act(words[0]):
        return action(call, words)
    return answer(tool, "It is taken for a question, since its answer is no row that other operations speak of.")


def _query(call: Call) -> Draft:
    """Read POST that answers a list of rows (rule Q6): of a collection with such rows, else worked out."""
    rows = call.rows
    assert rows is not None or _answers_as_get(call)
    if rows is not None and call.web.has_list(call.node):
        draft = list_rows(call, call.parts, rows)
        draft.kind = "search"
        draft.rules.append("Q6")
        return draft
    if rows is not None and rows.ref is not None:
        found = call.draft("search", call.parts, "Q6")
        if not call.web.resources[found.resource].drafts:
            call.web.resources.pop(found.resource)
        found.resource, found.located, found.view = f"ref:{rows.ref}", rows, True
        return found
    return answer(call.tool, "It is a question whose answer no other operation speaks of.", "Q6")


def _answers_item(call: Call) -> bool:
    """Whether the answer is the row above, so that a word under it says what is done to that row (rule A9)."""
    if call.row is None:
        return False
    ref = call.row.ref
    for tool in call.above.tools.get("get", []):
        item = locate_row(tool.output_schema, call.web.schemas, call.above.noun)
        if item is not None and (ref == item.ref if ref or item.ref else set(item.fields) == set(call.row.fields)):
            return True
    return False


def _answers_as_get(call: Call) -> bool:
    """Whether a POST declares the very response of the GET beside it, a list: then it asks and does not add."""
    if call.rows is None or (call.row is not None and has_id(call.row)):
        return False
    return any(other.output_schema == call.tool.output_schema for other in call.node.tools.get("get", []))


def _change(call: Call) -> Draft:
    """Classify PUT, PATCH and DELETE on a word that no parameter follows."""
    listed = call.web.has_list(call.node)
    if listed or (call.method == "delete" and "post" in call.methods and call.plural):
        linked = link_set(call) if not _row_items(call) else None
        if linked is not None:
            return linked
        if call.method == "delete" or call.item_body is not None:
            return many_rows(call)
        if call.plural:
            return many_rows(call)
    if call.verb is not None and not call.plural and "get" not in call.methods:
        return action(call, call.words)
    if not call.body and call.method != "delete" and not call.query:
        return action(call, call.words)
    if call.bulk and call.item_body is not None and not call.web.shows_row(call.node):
        return many_rows(call)
    if call.method == "delete" and not call.methods & {"get", "put", "patch"} and "post" in call.methods:
        return action(call, call.words)
    return read_singleton(call)


def _row_items(call: Call) -> bool:
    """Whether the body is a list of rows, and not of keys."""
    if call.item_body is None:
        return False
    items = call.web.schemas.resolve(argument_schema(call.tool, call.item_body).get("items"))
    names = {singular(word) for name in items.get("properties") or {} for word in split(name)[-1:]}
    return len(names) > 1
