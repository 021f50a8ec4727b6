"""Narrowing, ordering and cutting lists (rules Q2, Q3 and Q4). Pure functions over decoded rows."""

from __future__ import annotations

from typing import Any

from inftool.servers.program import Entity, Filter, Paging, Sorting
from inftool.servers.runtime.changes import key_text
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.lexicon import tokens
from inftool.servers.runtime.places import value_at

Row = dict[str, Any]


def matching(
    rows: list[Row], filters: dict[str, Filter], arguments: dict[str, Any], constants: dict[str, Any] | None = None
) -> list[Row]:
    """Return the rows that pass every filter whose argument was given; null and empty texts narrow nothing.

    Args:
        rows: to choose from.
        filters: by argument.
        arguments: of the call.
        constants: field → value that every chosen row has.
    """
    for name, value in (constants or {}).items():
        rows = [row for row in rows if equal(value_at(row, name), value)]
    for argument, test in filters.items():
        wanted = arguments.get(argument, test.default)
        if test.value is not None:
            wanted = test.value if key_text(wanted) == "true" else None
        if wanted is not None and wanted != "" and wanted != []:
            rows = [row for row in rows if _passes(row, test, wanted)]
    return rows


def _passes(row: Row, test: Filter, wanted: Any) -> bool:
    if test.test == "text" or test.field is None:
        return _has_text(row, str(wanted))
    value = value_at(row, test.field)
    match test.test:
        case "eq" | "in" | "has":
            return any(equal(held, option) for option in _options(wanted, test.test) for held in _leaves(value))
        case "ne":
            return not any(equal(held, option) for option in _options(wanted, "eq") for held in _leaves(value))
        case "contains":
            return any(str(wanted).casefold() in str(held).casefold() for held in _leaves(value) if held is not None)
        case "prefix":
            return any(
                str(held).casefold().startswith(str(wanted).casefold()) for held in _leaves(value) if held is not None
            )
    return _in_range(value, test.test, wanted)


def _options(wanted: Any, test: str) -> list[Any]:
    if isinstance(wanted, list):
        return wanted
    if test == "in" and isinstance(wanted, str):
        return [part.strip() for part in wanted.split(",")]
    return [wanted]


def _leaves(value: Any) -> list[Any]:
    """Return what a filter compares with: the value itself, or the scalars of an array or object."""
    if isinstance(value, list):
        return [leaf for item in value for leaf in (item.values() if isinstance(item, dict) else (item,))]
    if isinstance(value, dict):
        return [leaf for leaf in value.values() if not isinstance(leaf, (list, dict))]
    return [value]


def equal(held: Any, wanted: Any) -> bool:
    """Tell whether a held value is the one wanted: numbers by value, also where one is written as a text."""
    if held is None:
        return False
    if isinstance(held, bool) or isinstance(wanted, bool):
        return key_text(held) == (wanted.lower() if isinstance(wanted, str) else key_text(wanted))
    if isinstance(held, str) and isinstance(wanted, str):
        return held == wanted
    if isinstance(held, (int, float)):
        number = as_number(wanted)
        return number is not None and number == held
    return key_text(held) is not None and key_text(held) == key_text(wanted)


def as_number(value: Any) -> float | None:
    """Return a number or a numeric text as a number; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str) and len(value) < 40:
        try:
            number = float(value)
        except ValueError:
            return None
        return number if abs(number) < 1e300 else None
    return None


def _in_range(value: Any, test: str, wanted: Any) -> bool:
    left: Any
    right: Any
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        left, right = value, as_number(wanted)
    elif isinstance(value, str) and isinstance(wanted, (str, int, float)):
        left, right = as_number(value), as_number(wanted)
        if left is None or right is None:
            left, right = value, str(wanted)
            if "T" not in left or "T" not in right:
                width = min(len(left.partition("T")[0]), len(right.partition("T")[0]))
                left, right = (left[:width], right[:width]) if width == 10 else (left, right)
    else:
        return False
    if right is None:
        return False
    results = {"gt": left > right, "gte": left >= right, "lt": left < right, "lte": left <= right}
    return bool(results.get(test, False))


def _has_text(row: Row, text: str) -> bool:
    words = text.casefold().split()
    held = " ".join(_texts(row, 0)).casefold()
    return all(word in held for word in words)


def _texts(value: Any, depth: int) -> list[str]:
    if isinstance(value, str):
        return [value]
    if depth < 4 and isinstance(value, (dict, list)):
        inner = value.values() if isinstance(value, dict) else value
        return [text for item in inner for text in _texts(item, depth + 1)]
    return []


def ordered(rows: list[Row], sorting: Sorting, arguments: dict[str, Any], entity: Entity) -> list[Row]:
    """Return the rows in the order asked for; ties and unknown fields keep the creation order."""
    wanted = arguments.get(sorting.by) if sorting.by else None
    direction = str(arguments.get(sorting.direction) or "") if sorting.direction else ""
    keys = wanted if isinstance(wanted, list) else str(wanted).split(",") if wanted else []
    for text in reversed([str(key).strip() for key in keys]):
        field, falling = _sort_key(text, entity)
        if direction:
            falling = direction.lower().startswith(("desc", "-1", "down"))
        if field is not None:
            rows = sorted(rows, key=lambda row, field=field: _rank(row.get(field)), reverse=falling)  # type: ignore[misc]
            continue
        if text.lower() in ("desc", "descending", "newest", "latest"):
            rows = rows[::-1]
    if not keys and direction.lower().startswith(("desc", "-1", "down")):
        rows = rows[::-1]
    return rows


def _sort_key(text: str, entity: Entity) -> tuple[str | None, bool]:
    falling = text.startswith("-")
    words = list(tokens(text))
    if words and words[-1] in ("asc", "desc", "ascending", "descending") and len(words) > 1:
        falling = words.pop().startswith("desc")
    joined = "".join(words)
    names = {"".join(tokens(name)): name for name in reversed(entity.fields)}
    if joined in names:
        return names[joined], falling
    starts = [name for plain, name in names.items() if joined and plain.startswith(joined)]
    return (starts[-1] if starts else None), falling


def _rank(value: Any) -> tuple[int, float, str]:
    if isinstance(value, (int, float)):
        return 1, float(value), ""
    if isinstance(value, str):
        return 2, 0.0, value.casefold()
    return (3, 0.0, str(value)) if value is not None else (0, 0.0, "")


def page_of(rows: list[Row], paging: Paging, arguments: dict[str, Any], key: str) -> tuple[list[Row], dict[str, Any]]:
    """Cut one page out of the rows.

    Returns:
        The page, and what the counters beside it say: total, count, has_more, next_cursor, page, pages, limit, offset.

    Raises:
        Refusal: the cursor names no row of the list.
    """
    paged = any((paging.limit, paging.offset, paging.page, paging.cursor))
    limit = _count(arguments, paging.limit, paging.default_limit)
    limit = min(limit, paging.max_limit) if paged else max(len(rows), 1)
    start = _count(arguments, paging.offset, 0)
    page = max(_count(arguments, paging.page, paging.first_page), paging.first_page)
    if paging.page and arguments.get(paging.page) is not None:
        start = (page - paging.first_page) * limit
    if paging.cursor and arguments.get(paging.cursor) not in (None, ""):
        start = _after(rows, paging.cursor, arguments[paging.cursor], key, limit)
    chosen = rows[start : start + limit]
    more = start + len(chosen) < len(rows) and bool(chosen)
    return chosen, {
        "total": len(rows),
        "count": len(chosen),
        "has_more": more,
        "next_cursor": _next(paging, page, start, limit, chosen, key) if more else None,
        "page": page if paging.page else start // max(limit, 1) + paging.first_page,
        "pages": -(-len(rows) // limit) if limit else 0,
        "limit": limit,
        "offset": start,
    }


def _count(arguments: dict[str, Any], argument: str | None, default: int) -> int:
    value = as_number(arguments.get(argument)) if argument else None
    return default if value is None or value < 0 else int(min(value, 2**40))


def _after(rows: list[Row], argument: str, cursor: Any, key: str, limit: int) -> int:
    wanted = key_text(cursor)
    for position, row in enumerate(rows):
        held = key_text(row.get(key))
        if held == wanted or (held is not None and opaque_cursor(held) == wanted):
            backwards = bool({"before", "until"} & set(tokens(argument)))
            return max(position - limit, 0) if backwards else position + 1
    if isinstance(cursor, int):
        if rows and isinstance(rows[0].get(key), int):
            return next((position for position, row in enumerate(rows) if row[key] > cursor), len(rows))
        return max(min(cursor, len(rows)), 0)
    raise Refusal("invalid", f"{argument}: this cursor does not name a row of the list; take it from the last page")


def opaque_cursor(key: str) -> str:
    """Return a cursor in letters and digits only, for responses whose cursors may hold nothing else."""
    return key.encode().hex()


def _next(paging: Paging, page: int, start: int, limit: int, chosen: list[Row], key: str) -> Any:
    if paging.cursor or not (paging.page or paging.offset):
        return key_text(chosen[-1].get(key))
    return page + 1 if paging.page else start + limit
