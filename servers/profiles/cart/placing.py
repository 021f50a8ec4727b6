"""The lines that carts start with: none, or those given from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from inftool.servers.profiles.cart.lines import MAX_LINES, MAX_QUANTITY, NAME, line_key
from inftool.servers.profiles.profile import word_set
from inftool.servers.program import ProfileOperation
from inftool.servers.runtime.lexicon import tokens
from inftool.servers.runtime.session import Row, SeedRow

_CARTS = word_set("cart carts basket baskets bag trolley")
_WITHIN = ("items", "lines", "products", "contents", "cart", "basket")
_AMOUNTS = ("quantity", "qty", "amount", "count")


def seeded(seed: int) -> Iterable[SeedRow]:
    """Return nothing: carts start empty."""
    return ()


def kept(rows: Sequence[Row]) -> Iterator[SeedRow]:
    """Turn given rows (``owner``, ``item``, ``quantity``) into stored ones; a row without an item is a cart alone."""
    seen: set[str] = set()
    for row in rows[:MAX_LINES]:
        owner, item, quantity = row.get("owner") or "", row.get("item"), row.get("quantity", 1)
        key = line_key(str(owner), str(item) if item is not None else "")
        if (
            key not in seen
            and isinstance(quantity, int)
            and 0 < quantity <= MAX_QUANTITY
            and (item is not None or owner)
        ):
            seen.add(key)
            yield SeedRow(NAME, key, "", {"owner": str(owner), "item": item, "quantity": quantity})


def placed(name: str, part: Any, operations: Sequence[ProfileOperation]) -> list[Row] | None:
    """Read a part of a state document: one cart, or carts by owner, each a list of lines or numbers by item."""
    if not set(tokens(name)) & _CARTS:
        return None
    called = next((str(o.roles["item"]) for o in operations if "item" in o.roles), "")
    owned = any("owner" in operation.roles for operation in operations)
    if isinstance(part, dict) and (owned or any(isinstance(v, (dict, list)) for v in part.values())):
        lines = _lines(part, called, "")
        if lines:
            return lines
        rows: list[Row] = []
        for owner, held in part.items():
            rows += [{"owner": owner, "item": None}, *(_lines(held, called, owner) or ())]
        return rows
    return _lines(part, called, "") or []


def _lines(part: Any, called: str, owner: str) -> list[Row] | None:
    if isinstance(part, dict):
        inner = next((part[name] for name in _WITHIN if isinstance(part.get(name), (list, dict))), None)
        if inner is not None:
            return _lines(inner, called, owner)
        if part and all(isinstance(v, int) and not isinstance(v, bool) for v in part.values()):
            return [{"owner": owner, "item": item, "quantity": number} for item, number in part.items()]
        part = [{called: item, **held} for item, held in part.items() if isinstance(held, dict)]
        if not all(any(name in line for name in _AMOUNTS) for line in part):
            return None
    rows = []
    for line in part if isinstance(part, list) else ():
        if isinstance(line, dict):
            item = line.get(called, next((v for n, v in line.items() if n.endswith("id") or n == "name"), None))
            quantity = next((line[name] for name in _AMOUNTS if name in line), 1)
            rows.append({"owner": owner, "item": item, "quantity": quantity})
        elif isinstance(line, (str, int)):
            rows.append({"owner": owner, "item": line, "quantity": 1})
    return rows
