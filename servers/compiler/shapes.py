"""Where the rows sit in a response (rule Q1), and which properties beside them tell of the page (rule Q3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import (
    is_plural,
    normal,
    plural_phrase,
    singular,
    singular_phrase,
    split,
    word_list,
    word_set,
)
from inftool.servers.program import Shape
from inftool.specs.spec import JsonSchema, ToolSpec

Counter = Literal["total", "count", "has_more", "next_cursor", "page", "pages", "limit", "offset"]

_MAX_ENVELOPES = 3
_ROW_WRAPPERS = word_set("data result item object response payload body record entity resource attributes embedded")
_STRONG_WRAPPERS = word_set("data result response payload body")
_IDS = word_set("id uuid guid uid gid sid key")
_PLAIN = frozenset(("string", "integer", "number", "boolean"))
_ROWS_WRAPPERS = word_set(
    "data items results result records rows value values entries entities list content contents objects hits "
    "elements collection members resources nodes edges response payload body docs embedded"
)
_ASIDE = word_set("errors error warnings links included meta metadata messages notices facets")
"""Names of what stands beside rows and is never the rows (rule Q1)."""
_ENVELOPE_WORDS = word_set(
    "ok success status code message messages error errors meta metadata links link included warnings request "
    "id requestid version time timestamp took header headers"
)
_PAGE_PARENTS = word_set(
    "meta metadata paging pagination page pageinfo paginationinfo cursors cursor links pager info responsemetadata"
)
_COUNTERS: dict[str, Counter] = {
    **dict.fromkeys(
        word_list(
            "total totalcount totalresults totalitems totalrecords totalrows totalelements totalsize totalhits "
            "numfound totalnumber numresults counttotal recordcount resultcount totalentries estimatedtotalhits "
            "allcount"
        ),
        "total",
    ),
    **dict.fromkeys(
        word_list("count size resultsize pagecount returned numberofelements itemcount pageresults"), "count"
    ),
    **dict.fromkeys(word_list("hasmore hasnext hasnextpage more istruncated moreresults hasmoreitems"), "has_more"),
    **dict.fromkeys(
        word_list(
            "nextcursor next nextpagetoken nexttoken cursor endcursor continue nextmarker continuationtoken "
            "nextpagecursor nextpage nextstartkey after marker nextpagestate nexturl nextpageurl nextlink"
        ),
        "next_cursor",
    ),
    **dict.fromkeys(word_list("page pagenumber currentpage pageno pageindex"), "page"),
    **dict.fromkeys(word_list("pages totalpages pagestotal lastpage numpages pagecounttotal"), "pages"),
    **dict.fromkeys(word_list("limit perpage pagesize itemsperpage maxresults"), "limit"),
    **dict.fromkeys(word_list("offset skip start startindex startat from"), "offset"),
}
_COUNTER_TYPES: dict[Counter, frozenset[str]] = {
    "total": frozenset(("integer", "number")),
    "count": frozenset(("integer", "number")),
    "page": frozenset(("integer", "number")),
    "pages": frozenset(("integer", "number")),
    "limit": frozenset(("integer", "number")),
    "offset": frozenset(("integer", "number")),
    "has_more": frozenset(("boolean",)),
    "next_cursor": frozenset(("string",)),
}


@dataclass(frozen=True)
class Located:
    """Where rows were found in a response."""

    kind: Literal["row", "rows"]
    path: tuple[str, ...]
    schema: JsonSchema
    """The schema of one row, as found: it may be a reference."""
    ref: str | None
    """Name of the row's schema, where it has one."""
    fields: tuple[str, ...]
    counters: dict[str, Counter] = field(default_factory=dict)
    inner: tuple[str, ...] = ()
    """Properties that lead from each item of the array to its row."""
    keyed: bool = False
    """Whether the rows are values of an object, each under its key."""

    def shape(self) -> Shape:
        """Return the shape that the kernel builds responses by."""
        return Shape(
            kind=self.kind, path=list(self.path), fields=list(self.fields) or None, counters=dict(self.counters),
            inner=list(self.inner), keyed=self.keyed,
        )  # fmt: skip


def locate_row(schema: JsonSchema | None, schemas: Schemas, noun: Sequence[str] = ()) -> Located | None:
    """Find the one row in a response, through envelopes: ``{"article": {...}}``, ``{"data": {...}, "meta": ...}``.

    Args:
        schema: the response's schema.
        schemas: named schemas it may refer to.
        noun: singular noun phrase of the row, such as ``("special", "event")``.
    """
    path: list[str] = []
    current: JsonSchema | None = schema
    for _ in range(_MAX_ENVELOPES + 1):
        if current is None:
            return None
        flat = schemas.resolve(current)
        properties = _properties(flat)
        if not properties:
            return None
        inner = _row_envelope(properties, schemas, noun)
        if inner is None:
            return Located("row", tuple(path), current, schemas.ref_name(current), tuple(properties))
        path.append(inner)
        current = properties[inner]
    return None


def locate_rows(schema: JsonSchema | None, schemas: Schemas, noun: Sequence[str] = ()) -> Located | None:
    """Find the array of rows in a response: the response itself, or the array in its envelope.

    Args:
        schema: the response's schema.
        schemas: named schemas it may refer to.
        noun: singular noun phrase of a row; the array may be called by its plural.

    Returns:
        None where there is no array of objects, or where the array is a property of one row and no envelope's content.
    """
    path: list[str] = []
    current: JsonSchema | None = schema
    outer: JsonSchema = {}
    for _ in range(_MAX_ENVELOPES + 1):
        if current is None:
            return None
        flat = schemas.resolve(current)
        if not path:
            outer = flat
        if "array" in schemas.types(flat) or "items" in flat:
            row = flat.get("items")
            if not isinstance(row, dict):
                return None
            row, inner_path = _unwrapped(row, schemas, noun)
            fields = tuple(_properties(schemas.resolve(row)))
            if not fields:
                return None
            counters = _counters(outer, path, schemas)
            return Located("rows", tuple(path), row, schemas.ref_name(row), fields, counters, inner_path)
        properties = _properties(flat)
        inner = _rows_envelope(properties, schemas, noun)
        if inner is None:
            return None
        path.append(inner)
        current = properties[inner]
    return None


def locate_map(schema: JsonSchema | None, schemas: Schemas, noun: Sequence[str] = ()) -> Located | None:
    """Find rows that are answered as one object with a row under each key, in an envelope or not.

    Args:
        schema: the response's schema.
        schemas: named schemas it may refer to.
        noun: singular noun phrase of a row; the property that holds them may be called by its plural.
    """
    path: list[str] = []
    current: JsonSchema | None = schema
    outer = schemas.resolve(schema) if schema is not None else {}
    for _ in range(_MAX_ENVELOPES + 1):
        flat = schemas.resolve(current) if current is not None else {}
        properties, rest = _properties(flat), flat.get("additionalProperties")
        if not properties and isinstance(rest, dict):
            row, inner = _unwrapped(rest, schemas, noun)
            fields = tuple(_properties(schemas.resolve(row)))
            counters = _counters(outer, path, schemas)
            found = Located("rows", tuple(path), row, schemas.ref_name(row), fields, counters, inner, keyed=True)
            return found if fields else None
        names = [name for name in properties if normal(name) in _names_of(noun)]
        names += [name for name in properties if normal(name) in _ROWS_WRAPPERS and name not in names]
        names = names or list(properties)[:1] * (len(properties) == 1)
        if not names:
            return None
        path.append(names[0])
        current = properties[names[0]]
    return None


def locate_blank(schema: JsonSchema | None, schemas: Schemas, noun: Sequence[str] = ()) -> tuple[str, bool] | None:
    """Find the array in an envelope whose items declare no properties.

    Returns:
        Its name, and whether its items are plain values; None where no array is certain to be the rows'.
    """
    properties = _properties(schemas.resolve(schema)) if schema is not None else {}
    arrays = [n for n, part in properties.items() if "array" in schemas.types(part) and normal(n) not in _ASIDE]
    named = [name for name in arrays if normal(name) in _names_of(noun) or normal(name) in _ROWS_WRAPPERS]
    beside = [name for name in properties if name not in arrays]
    alone = len(arrays) == 1 and all(
        _is_envelope_word(name) or _is_page_part(name) or _counter_of(name, properties[name], schemas)
        for name in beside
    )
    found = named[:1] or (arrays if alone else [])
    if not found:
        return None
    kinds = schemas.types(schemas.resolve(properties[found[0]]).get("items"))
    return found[0], bool(kinds) and kinds <= _PLAIN


def locate_figure(schema: JsonSchema | None, schemas: Schemas) -> list[str] | None:
    """Find the one figure of a count (rule Q7): ``[]`` where it is the response itself, None where there is none."""
    if schema is None or schemas.types(schema) & {"integer", "number", "boolean"}:
        return []
    properties = _properties(schemas.resolve(schema))
    figures = [name for name, part in properties.items() if schemas.types(part) & {"integer", "number", "boolean"}]
    named = [
        name for name in figures if _COUNTERS.get(normal(name)) in ("total", "count") or split(name)[-1] == "exists"
    ]
    chosen = named or figures
    return [chosen[0]] if len(chosen) == 1 or named else None


def is_flat_row(schema: JsonSchema | None, schemas: Schemas) -> bool:
    """Whether a schema is one object with plain values only, so that it can hold no list of rows."""
    properties = _properties(schemas.resolve(schema)) if schema is not None else {}
    return bool(properties) and all(
        schemas.types(part) and schemas.types(part) <= _PLAIN and not _counter_of(name, part, schemas)
        for name, part in properties.items()
    )


def response_kind(tool: ToolSpec, schemas: Schemas) -> Literal["none", "scalar", "scalars", "object", "array"]:
    """Tell the general form of a tool's response, before anything is known about rows.

    ``none`` is also an object of which no property is declared; ``scalars`` is also an object with nothing but one list
    of plain values.
    """
    if tool.output_schema is None:
        return "none"
    flat = schemas.resolve(tool.output_schema)
    if properties := _properties(flat):
        only = schemas.resolve(next(iter(properties.values())))
        items = schemas.types(only.get("items"))
        plain = len(properties) == 1 and bool(items) and not items & {"object", "array"}
        return "scalars" if plain else "object"
    kinds = schemas.types(flat)
    if "array" in kinds or "items" in flat:
        row = schemas.resolve(flat.get("items"))
        return "array" if _properties(row) or schemas.types(row) <= {"object"} else "scalars"
    return "scalar" if kinds and not kinds & {"object"} else "none"


def _properties(flat: JsonSchema) -> dict[str, JsonSchema]:
    properties = flat.get("properties")
    return {k: v for k, v in properties.items() if isinstance(v, dict)} if isinstance(properties, dict) else {}


def _row_envelope(properties: dict[str, JsonSchema], schemas: Schemas, noun: Sequence[str]) -> str | None:
    """The property that the row sits in, or None where these properties are the row's own."""
    candidates = [name for name in properties if _properties(schemas.resolve(properties[name]))]
    others = [name for name in properties if name not in candidates]
    for name in candidates:
        called = normal(name) in _names_of(noun)
        generic = normal(name) in _ROW_WRAPPERS
        alone = len(properties) == 1
        only_meta = all(_is_envelope_word(other) for other in properties if other != name)
        if (
            normal(name) == "".join(noun)
            and len(properties) > 1
            and not any(normal(other) in _IDS for other in properties)
        ):
            return name
        if alone and (called or generic or not noun):
            return name
        if (called or generic) and only_meta and (others or len(candidates) > 1):
            return name
    wrapped = [name for name in candidates if normal(name) in _STRONG_WRAPPERS]
    bare = not any(normal(other) in _IDS for other in properties)
    if len(wrapped) == 1 and bare and all(n in wrapped or _is_beside(n, properties[n], schemas) for n in properties):
        return wrapped[0]
    if len(properties) == 1 and candidates and normal(candidates[0]) not in _ASIDE:
        return candidates[0]
    return None


def _is_beside(name: str, schema: JsonSchema, schemas: Schemas) -> bool:
    """Whether a property may stand beside a wrapped row: a plain value or several, or what tells of the call."""
    if _is_envelope_word(name) or _is_page_part(name):
        return True
    flat = schemas.resolve(schema)
    kinds = schemas.types(flat.get("items")) if "items" in flat else schemas.types(flat)
    return bool(kinds) and kinds <= _PLAIN


def _unwrapped(item: JsonSchema, schemas: Schemas, noun: Sequence[str]) -> tuple[JsonSchema, tuple[str, ...]]:
    """Look into the items of a list: each may be an envelope around its row, ``{"order": {...}}``."""
    properties = _properties(schemas.resolve(item))
    if any(normal(name) in _IDS for name in properties):
        return item, ()
    inner = _row_envelope(properties, schemas, noun)
    if inner is None:
        nodes = [name for name in properties if normal(name) == "node"]
        inner = nodes[0] if nodes and all(name in nodes or _is_page_part(name) for name in properties) else None
    if inner is None or not _properties(schemas.resolve(properties[inner])):
        return item, ()
    return properties[inner], (inner,)


def _rows_envelope(
    properties: dict[str, JsonSchema], schemas: Schemas, noun: Sequence[str], depth: int = 0
) -> str | None:
    """The property that leads to the array of rows, or None where no property looks like it."""
    arrays = []
    for name, schema in properties.items():
        flat = schemas.resolve(schema)
        if ("array" in schemas.types(flat) or "items" in flat) and _properties(schemas.resolve(flat.get("items"))):
            arrays.append(name)
    arrays = [name for name in arrays if normal(name) not in _ASIDE] or arrays
    is_row = any(normal(name) in _IDS - {"key"} for name in properties)
    named = [name for name in arrays if normal(name) in _names_of(noun)]
    if not named and not is_row and noun:
        named = [name for name in arrays if noun[-1] in (singular(word) for word in split(name))]
    generic = [name for name in arrays if normal(name) in _ROWS_WRAPPERS and not is_row]
    paged = (
        len(arrays) == 1
        and not is_row
        and all(
            other == arrays[0]
            or _is_envelope_word(other)
            or _counter_of(other, schema, schemas)
            or _is_page_part(other)
            for other, schema in properties.items()
        )
    )
    if named:
        return named[0]
    if generic:
        return generic[0]
    if paged:
        return arrays[0]
    if depth >= _MAX_ENVELOPES:
        return None
    nested = [
        name
        for name, schema in properties.items()
        if (normal(name) in _ROW_WRAPPERS | _ROWS_WRAPPERS or normal(name) in _names_of(noun) or len(properties) == 1)
        and normal(name) not in _ASIDE
        and _rows_envelope(_properties(schemas.resolve(schema)), schemas, noun, depth + 1) is not None
    ]
    return nested[0] if nested else None


def _names_of(noun: Sequence[str]) -> frozenset[str]:
    """What a property that holds rows of ``noun`` may be called."""
    if not noun:
        return frozenset()
    last = (noun[-1],)
    return frozenset(
        "".join(words)
        for words in (singular_phrase(noun), plural_phrase(singular_phrase(noun)), last, plural_phrase(last))
    )


def _is_envelope_word(name: str) -> bool:
    words = split(name)
    return bool(words) and (normal(name) in _ENVELOPE_WORDS or normal(name) in _ASIDE or singular(words[-1]) == "link")


def _is_page_part(name: str) -> bool:
    return normal(name) in _PAGE_PARENTS or normal(name) in {"href", "previous", "prev", "first", "last", "self", "url"}


def _counter_of(name: str, schema: JsonSchema, schemas: Schemas) -> Counter | None:
    """What a property tells of the page, judged by its name and its type."""
    counter = _COUNTERS.get(normal(name))
    words = split(name)
    if counter is None and len(words) > 1:
        after = words[-1] in ("count", "total") and is_plural(words[0])
        before = words[0] in ("total", "num") and is_plural(words[-1])
        counter = "total" if after or before else None
    if counter is None:
        return None
    kinds = schemas.types(schema)
    if kinds and not kinds & _COUNTER_TYPES[counter]:
        if counter == "next_cursor" and kinds <= {"integer", "number"}:
            return "next_cursor"
        return None
    return counter


def _counters(outer: JsonSchema, path: Sequence[str], schemas: Schemas) -> dict[str, Counter]:
    """The counters of an envelope, by dotted path from the response; those nearest to the rows first."""
    levels: list[tuple[tuple[str, ...], dict[str, JsonSchema]]] = []
    here: tuple[str, ...] = ()
    flat = outer
    for step in path:
        properties = _properties(flat)
        levels.append((here, properties))
        for name in properties:
            if name != step and normal(name) in _PAGE_PARENTS:
                levels.append(((*here, name), _properties(schemas.resolve(properties[name]))))
        here, flat = (*here, step), schemas.resolve(properties.get(step))
    found: dict[str, Counter] = {}
    for prefix, properties in reversed(levels):
        for name, schema in properties.items():
            counter = _counter_of(name, schema, schemas)
            if counter is not None and "." not in name and (*prefix, name) != tuple(path[: len(prefix) + 1]):
                found[".".join((*prefix, name))] = counter
    return dict(sorted(found.items()))
