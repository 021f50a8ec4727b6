"""The entries that a server starts with: two settings, or those given from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from inftool.servers.profiles.keyvalue.entries import MAX_ENTRIES, NAME, WHOLE, place_of
from inftool.servers.profiles.profile import word_set
from inftool.servers.program import ProfileOperation
from inftool.servers.runtime.draw import Draw
from inftool.servers.runtime.lexicon import TOPICS, tokens
from inftool.servers.runtime.session import Row, SeedRow


def seeded(seed: int) -> Iterator[SeedRow]:
    """Yield nothing but two settings: most stores begin empty."""
    draw = Draw(seed, NAME)
    for key, value in (("language", "en"), ("interest", draw.pick(TOPICS))):
        yield SeedRow(NAME, place_of("", key), "", {"store": "", "key": key, "value": value})


def kept(rows: Sequence[Row]) -> Iterable[SeedRow]:
    """Turn given rows (``store``, ``key``, ``value``) into stored ones."""
    places = set()
    for row in rows[:MAX_ENTRIES]:
        key, store = row.get("key"), row.get("store") or ""
        if isinstance(key, str) and isinstance(store, str) and key and place_of(store, key) not in places:
            places.add(place_of(store, key))
            yield SeedRow(NAME, place_of(store, key), "", {"store": store, "key": key, "value": row.get("value")})


_HOLDERS = word_set("memory memories store stores kv keyvalue cache data entries values database db key pairs")


def placed(name: str, part: Any, operations: Sequence[ProfileOperation]) -> list[Row] | None:
    """Read a part of a state document: keys with their values, under the name of a store where there are several."""
    stores = sorted({str(operation.constants.get("store", "")) for operation in operations})
    words = tokens(name)
    own = next((store for store in stores if store and set(tokens(store)) <= set(words)), None)
    near = [store for store in stores if store and set(words) & set(tokens(store)) - _HOLDERS]
    if own is None and len(near) == 1:
        own = near[0]
    if own is None and (set(words) & _HOLDERS or not words) and isinstance(part, dict):
        rows: list[Row] = []
        for inner, value in part.items():
            found = placed(inner, value, operations) if words and len(stores) > 1 else None
            rows += found or []
        if rows:
            return rows
    if own is None:
        own = stores[0] if len(stores) == 1 and words and set(words) & _HOLDERS else None
    if own is None:
        return None
    if isinstance(part, str):
        return [{"store": own, "key": WHOLE, "value": part}]
    if isinstance(part, dict):
        return [{"store": own, "key": key, "value": value} for key, value in part.items()]
    if isinstance(part, list):
        pairs = [(str(i.get("key", i.get("id", n))), i.get("value", i)) if isinstance(i, dict) else (str(n), i)
                 for n, i in enumerate(part)]  # fmt: skip
        return [{"store": own, "key": key, "value": value} for key, value in pairs]
    return None
