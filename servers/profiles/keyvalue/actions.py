"""The profile of key-value stores, among them an assistant's memories: values under keys, in one store or several."""

from __future__ import annotations

from inftool.servers.profiles.keyvalue import entries
from inftool.servers.profiles.keyvalue.entries import NAME
from inftool.servers.profiles.keyvalue.placing import kept, placed, seeded
from inftool.servers.profiles.profile import Action, Hint, Profile, Role

_LENIENT = Hint(
    r"(null|none|nil|nothing|empty)\b[^.]{0,40}\b(if|when)\b|\b(if|when)\b[^.]{0,40}\b(null|none|nil)\b",
    "lenient",
    True,
)
_SPACE = "store namespace bucket database db table collection hash scope storename"
_KEYS = "key/value/entry/item/pair/memory/record/fact"

KEYVALUE = Profile(
    name=NAME,
    title="a key-value store",
    stores=True,
    roles={
        "key": Role(
            "any", "key keyname field memorykey itemkey entrykey id entryid memoryid itemid vecid index oldkey variable"
        ),
        "keys": Role("list", "keys key keynames"),
        "items": Role("object", "items pairs entries values data mapping"),
        "value": Role("any", "value val data text content item newvalue memory fact newtext newcontent string"),
        "old": Role("text", "old oldtext oldcontent oldstring oldvalue find"),
        "new": Role("text", "new newtext newcontent newstring newvalue replacement newkey newname"),
        "amount": Role("number", "by amount increment delta value step decrement"),
        "seconds": Role("number", "seconds ttl expiry expire expires expiration ex timeout ttlseconds expireseconds"),
        "pattern": Role("text", "pattern match glob filter"),
        "prefix": Role("text", "prefix startswith"),
        "query": Role("text", "query q search term keyword text searchquery searchterm"),
        "limit": Role("whole", "limit k n topk count maxresults"),
        "store": Role("text", _SPACE),
    },
    actions=(
        Action(
            "get_many",
            "mget, get/read many/multiple/batch key/value?, get key/value",
            entries.get_many,
            needs="keys",
            takes="store",
            writes=False,
            anchor=True,
        ),
        Action(
            "put_many",
            "mset, set/put/store many/multiple/batch key/value/item?, set pair",
            entries.put_many,
            needs="items",
            takes="store",
            anchor=True,
        ),
        Action(
            "keys",
            "key, list/get/show/scan all? key, list/show entry/memory, scan",
            entries.keys,
            takes="pattern prefix store",
            writes=False,
            anchor=True,
        ),
        Action(
            "get_all",
            "get/retrieve/read/list/dump/view/show all value/entry/pair/item/memory?, "
            "get/retrieve/read/list/view everything, list entry/item/memory, retrieve all, dump, items",
            entries.get_all,
            takes="store",
            writes=False,
        ),
        Action(
            "key_search",
            "key search, search/find key",
            entries.search,
            needs="query",
            takes="limit store",
            constants={"keys_only": True},
            writes=False,
            anchor=True,
        ),
        Action(
            "put",
            f"set, put, store, save, write, remember, set/put/store/save/write {_KEYS} {_KEYS}?",
            entries.put,
            needs="key value",
            takes="seconds store",
            anchor=True,
        ),
        Action(
            "add",
            f"add, insert, create, store, save, remember, add/insert/create/store/save/remember {_KEYS} {_KEYS}?",
            entries.add,
            needs="value",
            takes="key store",
        ),
        Action(
            "replace_part",
            "replace, edit, update, replace/edit/update memory/text/content/value",
            entries.replace_part,
            needs="old new",
            takes="key store",
        ),
        Action(
            "replace",
            f"update, replace, modify, change, overwrite, update/replace/modify/change {_KEYS} {_KEYS}?",
            entries.replace,
            needs="key value",
            takes="store",
        ),
        Action(
            "put_text",
            "update, overwrite, set, update/set/overwrite/replace memory/text",
            entries.put,
            needs="value",
            takes="store",
        ),
        Action(
            "get",
            "get, read, retrieve, fetch, load, recall, lookup, "
            f"get/read/retrieve/fetch/load/recall/lookup {_KEYS} {_KEYS}?",
            entries.get,
            needs="key",
            takes="store",
            hints=(_LENIENT,),
            writes=False,
        ),
        Action(
            "search",
            f"search, find, query, retrieve, recall, search/find/query/retrieve/recall {_KEYS} {_KEYS}?",
            entries.search,
            needs="query",
            takes="limit store",
            writes=False,
        ),
        Action(
            "get_text",
            "get, read, retrieve, view, load, get/read/retrieve/view memory",
            entries.get_text,
            takes="store",
            writes=False,
        ),
        Action(
            "remove",
            f"del, delete, remove, unset, forget, erase, delete/remove/del/unset/forget/erase {_KEYS} {_KEYS}?",
            entries.remove,
            one_of="key keys",
            takes="store",
            hints=(Hint(r"whether|no error|true if|false if|idempotent|number of", "lenient", True),),
        ),
        Action(
            "exists",
            "exist, ha, key exist, has, exist/contain key, contain, check key exist?, has/ha key, check exist",
            entries.exists,
            needs="key",
            takes="store",
            writes=False,
        ),
        Action(
            "count",
            "size, count, dbsize, length, count key/entry/item, get size/count",
            entries.count,
            takes="store",
            writes=False,
        ),
        Action(
            "clear",
            "clear, flush, reset, flushall, flushdb, wipe, "
            "clear/flush/delete/remove/wipe/reset all?/store/memory/cache/everything? key/entry/memory?",
            entries.clear,
            takes="store",
        ),
        Action(
            "increase",
            "incr, increment, incrby, increase, increment/incr/increase key/value/counter",
            entries.increase,
            needs="key",
            takes="amount store",
            anchor=True,
        ),
        Action(
            "decrease",
            "decr, decrement, decrby, decrease, decrement/decr/decrease key/value/counter",
            entries.increase,
            needs="key",
            takes="amount store",
            constants={"down": True},
            anchor=True,
        ),
        Action(
            "append", "append, append key/value/text/memory/content?", entries.append, needs="value", takes="key store"
        ),
        Action("rename", "rename, rename key", entries.rename, needs="key new", takes="store"),
        Action(
            "expire",
            "expire, set expire/expiry/expiration/ttl, expire key",
            entries.expire,
            needs="key seconds",
            takes="store",
            anchor=True,
        ),
        Action(
            "left",
            "ttl, get ttl/expiry/expiration, time left",
            entries.left,
            needs="key",
            takes="store",
            writes=False,
            anchor=True,
        ),
    ),
    seed=seeded,
    keep=kept,
    place=placed,
    least=3,
)
