"""What the arguments of a list do: filters, pages and sorting (rules Q2, Q3, Q4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import normal, plural, singular, split, word_set
from inftool.servers.program import EntityField, Filter, Paging, Sorting
from inftool.specs.spec import JsonSchema

Test = Literal["eq", "ne", "gt", "gte", "lt", "lte", "contains", "prefix", "in", "has", "text"]

_LIMITS = word_set(
    "limit perpage pagesize maxresults count first top size numresults itemsperpage resultsperpage take "
    "maxitems maxrecords hitsperpage rows maxkeys pagelimit"
)
_OFFSETS = word_set("offset skip start startindex startat pageoffset firstresult")
_PAGES = word_set("page pagenumber pagenum pageno pageindex currentpage")
_CURSORS = word_set(
    "cursor after startingafter startcursor pagetoken nexttoken continue marker nextcursor continuationtoken "
    "pagecursor nextpagetoken scrollid paginationtoken exclusivestartkey pageafter aftercursor"
)
PAGE_ARGUMENTS = (_LIMITS | _OFFSETS | _PAGES | _CURSORS) - word_set("top first count rows size start after take")
"""Names of arguments that can hardly mean anything but a page."""
_SORTS = word_set("sort orderby sortby order sortfield sortkey ordering sortorder sortcolumn orderfield")
_DIRECTIONS = word_set("direction sortdirection dir sortdir sortorder orderdirection sortorder order ascending")
_TEXTS = word_set("q query search term keyword keywords text searchterm searchtext searchquery querystring")
_TESTS_LAST: dict[str, Test] = {
    "gte": "gte", "ge": "gte", "gt": "gt", "lte": "lte", "le": "lte", "lt": "lt", "min": "gte", "max": "lte",
    "before": "lt", "after": "gt", "since": "gte", "until": "lte", "from": "gte", "to": "lte", "contains": "contains",
    "prefix": "prefix", "in": "in", "ne": "ne", "not": "ne", "like": "contains", "start": "gte", "end": "lte",
}  # fmt: skip
_TESTS_FIRST: dict[str, Test] = {
    "min": "gte", "minimum": "gte", "max": "lte", "maximum": "lte", "before": "lt", "after": "gt", "since": "gte",
    "until": "lte", "from": "gte", "to": "lte", "start": "gte", "starting": "gte", "end": "lte", "ending": "lte",
    "exclude": "ne", "not": "ne",
}  # fmt: skip
_TEST_BETWEEN = {"starting_with": "prefix", "starts_with": "prefix", "greater_than": "gt", "less_than": "lt"}
_DATE_WORDS = word_set("date time datetime day timestamp at on")
_ORDERED = frozenset(("string", "integer", "number"))
_DEFAULT_LIMIT, _MAX_LIMIT = 20, 100


@dataclass
class ListArguments:
    """How the arguments of a list were understood."""

    filters: dict[str, Filter] = field(default_factory=dict)
    paging: Paging = field(default_factory=Paging)
    sorting: Sorting = field(default_factory=Sorting)
    ignored: list[str] = field(default_factory=list)
    """Arguments that do nothing here."""
    rules: list[str] = field(default_factory=list)


def read_list_arguments(
    arguments: Mapping[str, str],
    schemas_of: Mapping[str, JsonSchema],
    fields: Mapping[str, EntityField],
    schemas: Schemas,
) -> ListArguments:
    """Tell filters, pages and sorting among the arguments of a list.

    Args:
        arguments: argument → its name in the request; path parameters and headers are not among them.
        schemas_of: argument → its schema.
        fields: the fields of the listed entity.
        schemas: to look into schemas with.
    """
    result = ListArguments()
    rest: list[str] = []
    for argument, name in arguments.items():
        if not _page_argument(argument, name, schemas_of.get(argument, {}), fields, schemas, result.paging):
            rest.append(argument)
    if any((result.paging.limit, result.paging.offset, result.paging.page, result.paging.cursor)):
        result.rules.append("Q3")
    _bound_pages(result.paging, schemas_of)
    for argument in rest:
        name, schema = arguments[argument], schemas_of.get(argument, {})
        if normal(name) in _SORTS | _DIRECTIONS and normal(name) not in {normal(f) for f in fields}:
            _sort_argument(argument, name, schema, result.sorting)
            continue
        found = _filter(name, schema, fields, schemas)
        if found is None:
            result.ignored.append(argument)
        else:
            result.filters[argument] = found
    if result.filters:
        result.rules.append("Q2")
    if result.sorting.by or result.sorting.direction:
        result.rules.append("Q4")
    return result


def is_field_like(name: str, schema: JsonSchema, schemas: Schemas) -> bool:
    """Whether an argument of a list may well be a field of its rows: a plain value, no page, sorting, text or range."""
    plain, words = normal(name), split(name)
    if not words or plain in PAGE_ARGUMENTS | _LIMITS | _SORTS | _DIRECTIONS | _TEXTS:
        return False
    ranged = words[0] in _TESTS_FIRST or (len(words) > 1 and words[-1] in _TESTS_LAST)
    kinds = schemas.types(schema)
    return not ranged and bool(kinds) and kinds <= {"string", "integer", "number", "boolean"} and words[0] != "include"


def _page_argument(
    argument: str, name: str, schema: JsonSchema, fields: Mapping[str, EntityField], schemas: Schemas, paging: Paging
) -> bool:
    """Take an argument for a part of the paging, where its name and type say so (rule Q3)."""
    plain = normal(name.replace("page[", "page_"))
    kinds = schemas.types(schema)
    number = not kinds or bool(kinds & {"integer", "number"}) or schema.get("format") in ("int32", "int64")
    if plain in _LIMITS and number and paging.limit is None:
        paging.limit = argument
    elif plain in _OFFSETS and kinds & {"integer", "number"} and paging.offset is None:
        paging.offset = argument
    elif plain in _PAGES and kinds & {"integer", "number"} and paging.page is None:
        paging.page = argument
    elif (
        plain in _CURSORS and _is_cursor(schema) and plain not in {normal(f) for f in fields} and paging.cursor is None
    ) or (plain == "page" and kinds <= {"string"} and paging.page is None and paging.cursor is None):
        paging.cursor = argument
    else:
        return False
    return True


def _is_cursor(schema: JsonSchema) -> bool:
    return schema.get("format") not in ("date", "date-time") and schema.get("type") in (None, "string", "integer")


def _bound_pages(paging: Paging, schemas_of: Mapping[str, JsonSchema]) -> None:
    """Take default and largest page size, and the number of the first page, from the arguments' schemas."""
    limit = schemas_of.get(paging.limit or "", {})
    default, most = _size(limit.get("default")), _size(limit.get("maximum"))
    paging.max_limit = most or max(_MAX_LIMIT, default or 0)
    paging.default_limit = default or min(_DEFAULT_LIMIT, paging.max_limit)
    page = schemas_of.get(paging.page or "", {})
    if page.get("default") == 0 or (page.get("default") is None and page.get("minimum") == 0):
        paging.first_page = 0


def _size(value: object) -> int | None:
    """A page size as declared; None where it is none."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < 1e6 else None


def _sort_argument(argument: str, name: str, schema: JsonSchema, sorting: Sorting) -> None:
    plain = normal(name)
    values = {str(value).lower() for value in schema.get("enum") or ()}
    directed = bool(values) and values <= {"asc", "desc", "ascending", "descending", "1", "-1"}
    if (directed or plain in _DIRECTIONS - _SORTS) and sorting.direction is None:
        sorting.direction = argument
    elif plain in _SORTS and sorting.by is None:
        sorting.by = argument
    elif sorting.direction is None:
        sorting.direction = argument


def _filter(name: str, schema: JsonSchema, fields: Mapping[str, EntityField], schemas: Schemas) -> Filter | None:
    """Tell which field an argument narrows, and how (rule Q2)."""
    by_name = {normal(field_name): field_name for field_name in reversed(list(fields))}
    plain, words = normal(name), split(name)
    kinds = schemas.types(schema)
    if not words or (kinds and kinds <= {"object"}):
        return None
    if plain in by_name:
        return _equality(by_name[plain], schema, fields, schemas)
    if plain in _TEXTS:
        return Filter(test="text")
    if plain == "ids" and "id" in by_name:
        return Filter(field=by_name["id"], test="in")
    single = normal("".join((*words[:-1], singular(words[-1]))))
    if single != plain and single in by_name and "array" not in schemas.types(fields[by_name[single]].schema_):
        return Filter(field=by_name[single], test="in")
    many = normal("".join((*words[:-1], plural(words[-1]))))
    for candidate in (many, single + "list", many + "list", single + "ids"):
        if candidate in by_name and "array" in schemas.types(fields[by_name[candidate]].schema_):
            return _equality(by_name[candidate], schema, fields, schemas)
    stem = normal("".join(words[:-1])) if words[-1] in ("id", "uuid", "key", "slug", "name") else ""
    if stem and stem in by_name:
        return _equality(by_name[stem], schema, fields, schemas)
    return _range(words, fields, by_name, schemas)


def _equality(name: str, schema: JsonSchema, fields: Mapping[str, EntityField], schemas: Schemas) -> Filter | None:
    given, held = schemas.types(schema), schemas.types(fields[name].schema_)
    if held and held <= {"object"}:
        return Filter(field=name) if given <= {"string", "integer"} else None
    if given and held and not given & held and not held & {"array"} and "array" not in given:
        numbers = {"integer", "number"}
        if not (given <= numbers and held <= numbers):
            return None
    if "array" in held:
        row = schemas.resolve(fields[name].schema_.get("items"))
        return Filter(field=name, test="has") if not row.get("properties") or "name" in row["properties"] else None
    return Filter(field=name, test="in" if "array" in given else "eq")


def _range(
    words: Sequence[str], fields: Mapping[str, EntityField], by_name: Mapping[str, str], schemas: Schemas
) -> Filter | None:
    """Read ``price_min``, ``created_after``, ``min_price``, ``name_starting_with``, ``startDate``."""
    tries: list[tuple[Sequence[str], Test]] = []
    if len(words) > 1:
        if words[-1] in _TESTS_LAST:
            tries.append((words[:-1], _TESTS_LAST[words[-1]]))
        if words[0] in _TESTS_FIRST:
            tries.append((words[1:], _TESTS_FIRST[words[0]]))
        if len(words) > 2 and (between := _TEST_BETWEEN.get("_".join(words[-2:]))):
            tries.append((words[:-2], "prefix" if between == "prefix" else "gt" if between == "gt" else "lt"))
    elif words and words[0] in ("since", "until", "before", "after"):
        tries.append(((), _TESTS_FIRST[words[0]]))
    for stem, test in tries:
        found = _ranged_field("".join(stem), stem, fields, by_name)
        if found is None:
            continue
        if test in ("contains", "prefix", "in", "ne") or schemas.types(fields[found].schema_) <= _ORDERED:
            return Filter(field=found, test=test)
    return None


def _ranged_field(
    plain: str, stem: Sequence[str], fields: Mapping[str, EntityField], by_name: Mapping[str, str]
) -> str | None:
    """The field that a range is over: of that name, a time of that name, or the only date where none is named."""
    for candidate in (plain, plain + "at", plain + "date", "date" + plain, plain + "on", plain + "time"):
        if candidate and candidate in by_name:
            return by_name[candidate]
    if not stem or set(stem) <= _DATE_WORDS:
        dated = [n for n, f in fields.items() if f.schema_.get("format") in ("date", "date-time") and f.role == "data"]
        if len(dated) == 1:
            return dated[0]
        created = [name for name, row_field in fields.items() if row_field.role == "created_at"]
        return created[0] if created and not dated else None
    return None
