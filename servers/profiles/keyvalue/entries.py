"""Entries of key-value stores, and what can be done with them."""

from __future__ import annotations

import difflib
import fnmatch
import json
from datetime import datetime, timedelta
from typing import Any

from inftool.servers.profiles.profile import Outcome
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.lexicon import tokens
from inftool.servers.runtime.session import Row, Session
from inftool.servers.runtime.texts import iso

NAME = "keyvalue"
MAX_ENTRIES = 10_000
MAX_KEY = 1_000
MAX_VALUE = 1_000_000
"""Characters of one value as JSON."""
WHOLE = "memory"
"""The key of a store that is one text."""


def place_of(store: str, key: str) -> str:
    """Return the key of the row that holds an entry."""
    return f"{store}/{key}"


def _store(values: Row) -> str:
    return str(values.get("store") or "")[:200]


def _key(values: Row) -> str:
    key = values.get("key", WHOLE)
    text = json.dumps(key) if isinstance(key, (dict, list)) else str(key)
    if not text or len(text) > MAX_KEY:
        raise Refusal("invalid", f"key: a text of 1 to {MAX_KEY} characters was expected")
    return text


def _entries(session: Session, store: str) -> list[Row]:
    now = session.now()
    return [
        row
        for row in session.rows(NAME)
        if row["store"] == store and (row.get("expires") is None or row["expires"] > now)
    ]


def _entry(session: Session, store: str, key: str) -> Row | None:
    found = session.get(NAME, place_of(store, key), "")
    if found is None or (found.doc.get("expires") is not None and found.doc["expires"] <= session.now()):
        return None
    return found.doc


def _needed(session: Session, values: Row) -> Row:
    entry = _entry(session, _store(values), _key(values))
    if entry is None:
        raise Refusal("missing", f"key: there is no {_key(values)[:80]!r}")
    return entry


def _write(session: Session, store: str, key: str, value: Any, expires: str | None = None) -> None:
    if len(json.dumps(value, ensure_ascii=False)) > MAX_VALUE:
        raise Refusal("invalid", f"value: more than {MAX_VALUE} characters")
    doc: Row = {"store": store, "key": key, "value": value}
    if expires is not None:
        doc["expires"] = expires
    place = place_of(store, key)
    if session.get(NAME, place, "") is not None:
        session.put(NAME, place, "", doc)
        return
    if len(session.rows(NAME)) >= MAX_ENTRIES:
        raise Refusal("invalid", f"there is room for {MAX_ENTRIES} entries")
    session.insert(NAME, place, "", doc)


def put(session: Session, values: Row) -> Outcome:
    """Set a value under a key, whether there was one or not."""
    key = _key(values)
    until = _until(session, values["seconds"]) if values.get("seconds") is not None else None
    _write(session, _store(values), key, values["value"], until)
    return Outcome({"key": key, "value": values["value"]}, "OK")


def add(session: Session, values: Row) -> Outcome:
    """Set a value under a new key; a key that is there is refused, and one that is not given is a number."""
    store = _store(values)
    key = _key(values) if "key" in values else str(session.next_id(f"{NAME}/{store}"))
    while "key" not in values and _entry(session, store, key) is not None:
        key = str(session.next_id(f"{NAME}/{store}"))
    if _entry(session, store, key) is not None:
        raise Refusal("conflict", f"key: {key[:80]!r} exists already")
    _write(session, store, key, values["value"])
    shown: Any = key if "key" in values else int(key)
    return Outcome({"id" if "key" not in values else "key": shown, "value": values["value"]}, f"Added {key[:80]}")


def replace(session: Session, values: Row) -> Outcome:
    """Set the value under a key that is there."""
    entry = _needed(session, values)
    _write(session, entry["store"], entry["key"], values["value"], entry.get("expires"))
    return Outcome({"key": entry["key"], "value": values["value"]}, f"Updated {entry['key'][:80]}")


def replace_part(session: Session, values: Row) -> Outcome:
    """Put new text in the place of old in a value."""
    entry = _needed(session, values)
    old, held = str(values["old"]), entry["value"]
    if not isinstance(held, str) or not old or old not in held:
        raise Refusal("missing", f"the text {old[:80]!r} is not there")
    text = held.replace(old, str(values["new"]), 1)
    _write(session, entry["store"], entry["key"], text, entry.get("expires"))
    return Outcome({"value": text}, text)


def get(session: Session, values: Row) -> Outcome:
    """Return the value under a key."""
    if values.get("lenient"):
        entry = _entry(session, _store(values), _key(values)) or {"value": None}
    else:
        entry = _needed(session, values)
    return Outcome({"value": entry["value"]}, entry["value"] if isinstance(entry["value"], str) else "")


def get_text(session: Session, values: Row) -> Outcome:
    """Return all that is kept: the text of a store that is one text, else every entry."""
    entry = _entry(session, _store(values), WHOLE)
    if entry is not None and len(_entries(session, _store(values))) == 1:
        return Outcome({"value": entry["value"]}, str(entry["value"]))
    return get_all(session, values)


def get_all(session: Session, values: Row) -> Outcome:
    """Return every key with its value."""
    found = {row["key"]: row["value"] for row in _entries(session, _store(values))}
    text = "\n".join(f"{key}: {value}" for key, value in found.items())
    return Outcome({"entries": found, "count": len(found)}, text)


def get_many(session: Session, values: Row) -> Outcome:
    """Return the values under several keys, null where there is none."""
    found = {str(key): (_entry(session, _store(values), str(key)) or {}).get("value") for key in values["keys"][:1_000]}
    return Outcome({"values": found})


def put_many(session: Session, values: Row) -> Outcome:
    """Set several values."""
    for key, value in values["items"].items():
        _write(session, _store(values), _key({"key": key}), value)
    return Outcome({"count": len(values["items"])}, "OK")


def remove(session: Session, values: Row) -> Outcome:
    """Remove one key, or several."""
    keys = values["keys"] if isinstance(values.get("keys"), list) else [_key(values)]
    gone = 0
    for key in keys:
        entry = _entry(session, _store(values), str(key))
        if entry is not None:
            session.delete(NAME, place_of(entry["store"], entry["key"]), "")
            gone += 1
        elif len(keys) == 1 and not values.get("lenient"):
            raise Refusal("missing", f"key: there is no {str(key)[:80]!r}")
    return Outcome({"deleted": gone}, f"Removed {', '.join(str(key)[:80] for key in keys[:5])}")


def exists(session: Session, values: Row) -> Outcome:
    """Tell whether a key is there."""
    return Outcome({"exists": _entry(session, _store(values), _key(values)) is not None})


def keys(session: Session, values: Row) -> Outcome:
    """List the keys: all, those that fit a pattern with ``*`` and ``?``, or those that begin with a prefix."""
    pattern, prefix = str(values.get("pattern") or "*")[:200], str(values.get("prefix") or "")
    found = [row["key"] for row in _entries(session, _store(values))]
    found = [key for key in found if fnmatch.fnmatchcase(key, pattern) and key.startswith(prefix)]
    return Outcome({"keys": found, "count": len(found)}, "\n".join(found))


def count(session: Session, values: Row) -> Outcome:
    """Count the keys."""
    return Outcome({"count": len(_entries(session, _store(values)))})


def clear(session: Session, values: Row) -> Outcome:
    """Remove every key of the store."""
    found = [row for row in session.rows(NAME) if row["store"] == _store(values)]
    for row in found:
        session.delete(NAME, place_of(row["store"], row["key"]), "")
    return Outcome({"deleted": len(found)}, "Cleared")


def increase(session: Session, values: Row) -> Outcome:
    """Add to a number (one where no amount is given); a key that is not there starts from 0."""
    entry = _entry(session, _store(values), _key(values)) or {"value": 0}
    held = entry["value"]
    if isinstance(held, str) and held.removeprefix("-").isdecimal() and len(held) < 18:
        held = int(held)
    if not isinstance(held, (int, float)) or isinstance(held, bool):
        raise Refusal("invalid", f"key: the value of {_key(values)[:80]!r} is not a number")
    amount = values.get("amount", 1)
    total = held - amount if values.get("down") else held + amount
    if abs(total) > 2**53:
        raise Refusal("invalid", "the number would be too large")
    _write(session, _store(values), _key(values), total, entry.get("expires"))
    return Outcome({"value": total})


def append(session: Session, values: Row) -> Outcome:
    """Add to the end of a text or list; a key that is not there begins with what is given."""
    entry = _entry(session, _store(values), _key(values))
    held: Any = entry["value"] if entry is not None else None
    more = values["value"]
    if isinstance(held, list):
        held = [*held, *(more if isinstance(more, list) else [more])]
    elif held is None or held == "":
        held = more
    else:
        joint = "\n" if "key" not in values else ""
        held = f"{held if isinstance(held, str) else json.dumps(held)}{joint}{more}"
    _write(session, _store(values), _key(values), held, (entry or {}).get("expires"))
    return Outcome({"value": held, "length": len(held) if isinstance(held, (str, list)) else 1}, "Added")


def rename(session: Session, values: Row) -> Outcome:
    """Give a value another key; one that is in use is refused."""
    entry = _needed(session, values)
    key = _key({"key": values["new"]})
    if _entry(session, entry["store"], key) is not None:
        raise Refusal("conflict", f"key: {key[:80]!r} exists already")
    session.delete(NAME, place_of(entry["store"], entry["key"]), "")
    _write(session, entry["store"], key, entry["value"], entry.get("expires"))
    return Outcome({"key": key}, "OK")


def _until(session: Session, seconds: Any) -> str:
    if not isinstance(seconds, (int, float)) or not 0 < seconds <= 10**9:
        raise Refusal("invalid", "a time of 1 to 1000000000 seconds was expected")
    return iso(datetime.fromisoformat(session.now()) + timedelta(seconds=seconds))


def expire(session: Session, values: Row) -> Outcome:
    """Let a key go after some seconds of the server's clock."""
    entry = _needed(session, values)
    _write(session, entry["store"], entry["key"], entry["value"], _until(session, values["seconds"]))
    return Outcome({"key": entry["key"]}, "OK")


def left(session: Session, values: Row) -> Outcome:
    """Tell how many seconds a key has left: -1 for one that stays."""
    entry = _needed(session, values)
    if entry.get("expires") is None:
        return Outcome({"seconds": -1})
    rest = datetime.fromisoformat(entry["expires"]) - datetime.fromisoformat(session.now())
    return Outcome({"seconds": int(rest.total_seconds())})


def search(session: Session, values: Row) -> Outcome:
    """Find entries by words in their keys and values, the likeliest first."""
    query = str(values["query"])[:500].lower()
    wanted = set(tokens(query))
    limit = values.get("limit")
    scored = []
    for turn, row in enumerate(_entries(session, _store(values))):
        texts = [row["key"]] if values.get("keys_only") else [row["key"], json.dumps(row["value"], ensure_ascii=False)]
        text = " ".join(texts)[:5_000].lower()
        shared = len(wanted & set(tokens(text)))
        if query in text or shared:
            close = difflib.SequenceMatcher(None, query[:200], text[:200], autojunk=False).ratio()
            scored.append((-(2 * (query in text) + shared + close), turn, row))
    rows = [row for _, _, row in sorted(scored, key=lambda item: item[:2])]
    rows = rows[: limit if isinstance(limit, int) and limit > 0 else 100]
    found = [{"key": row["key"], "value": row["value"]} for row in rows]
    text = "\n".join(f"{row['key']}: {row['value']}" for row in rows)
    return Outcome({"results": found, "keys": [row["key"] for row in rows], "count": len(found)}, text)
