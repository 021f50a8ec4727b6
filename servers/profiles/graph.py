"""The profile of knowledge graphs: named entities with observations, and relations between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from inftool.servers.profiles.profile import Action, Outcome, Profile, Role
from inftool.servers.program import ProfileOperation
from inftool.servers.runtime.changes import child_path
from inftool.servers.runtime.errors import Refusal
from inftool.servers.runtime.lexicon import tokens
from inftool.servers.runtime.session import Row, SeedRow, Session

NAME = "graph"
MAX_ROWS = 10_000
_NAMES = ("name", "entityName", "entity_name", "entity", "id", "label", "node")
_NOTES = ("observations", "contents", "facts", "notes", "properties", "observation", "content")
_FROM = ("from", "source", "subject", "from_entity", "fromEntity", "source_entity", "head", "start")
_TO = ("to", "target", "object", "to_entity", "toEntity", "target_entity", "tail", "end")
_LINK = ("relationType", "relation_type", "type", "predicate", "relation", "label", "relationship")


def _text(item: Row, names: tuple[str, ...]) -> str:
    value = next((item[name] for name in names if isinstance(item.get(name), (str, int))), None)
    return str(value) if value is not None else ""


def _notes(item: Row) -> tuple[str, list[Any]]:
    """Return the property that holds an entity's observations, and what is in it."""
    name = next((name for name in _NOTES if name in item), _NOTES[0])
    held = item.get(name)
    return name, list(held) if isinstance(held, list) else [] if held is None else [held]


def _entities(session: Session) -> dict[str, Row]:
    return {stored.key[7:]: stored.doc for stored in session.stored(NAME) if stored.key.startswith("entity:")}


def _relations(session: Session) -> list[Row]:
    return [stored.doc for stored in session.stored(NAME) if stored.key.startswith("relation:")]


def _link_key(item: Row) -> str:
    ends = (_text(item, _FROM), _text(item, _LINK), _text(item, _TO))
    if not ends[0] or not ends[2]:
        raise Refusal("invalid", "relations: each needs the names of two entities")
    path = ""
    for end in ends:
        path = child_path(path, end)
    return f"relation:{path}"


def _items(values: Row, role: str) -> list[Row]:
    given = values.get(role)
    if given is None:
        return [{name: values[name] for name in ("name", "type", "observations", "from", "to") if name in values}]
    items = given if isinstance(given, list) else [given]
    if not all(isinstance(item, dict) for item in items):
        raise Refusal("invalid", f"{role}: objects were expected")
    return items


def _room(session: Session) -> None:
    if len(session.rows(NAME)) >= MAX_ROWS:
        raise Refusal("invalid", f"there is room for {MAX_ROWS} entities and relations")


def add_entities(session: Session, values: Row) -> Outcome:
    """Add entities; of several, those whose names are taken are passed over, a single one is refused."""
    known, added = _entities(session), []
    for item in _items(values, "entities"):
        name = _text(item, _NAMES)
        if not name:
            raise Refusal("invalid", "entities: each needs a name")
        if name in known:
            if values.get("entities") is None:
                raise Refusal("conflict", f"entity {name[:80]!r} exists already")
            continue
        _room(session)
        kind, notes = _notes(item)
        known[name] = {**item, kind: notes}
        session.insert(NAME, f"entity:{name}", "", known[name])
        added.append(known[name])
    return Outcome({"entities": added}, f"{len(added)} entities added")


def add_relations(session: Session, values: Row) -> Outcome:
    """Add relations between entities that are there; those that are there already are passed over."""
    known, added = _entities(session), []
    for item in _items(values, "relations"):
        key = _link_key(item)
        for end in (_text(item, _FROM), _text(item, _TO)):
            if end not in known:
                raise Refusal("reference", f"relations: there is no entity {end[:80]!r}")
        if session.get(NAME, key, "") is None:
            _room(session)
            session.insert(NAME, key, "", item)
            added.append(item)
    return Outcome({"relations": added}, f"{len(added)} relations added")


def _observed(values: Row) -> Iterator[tuple[str, list[Any]]]:
    given = values.get("observations")
    if isinstance(given, list) and given and all(isinstance(item, dict) for item in given):
        for item in given:
            yield _text(item, _NAMES[1:] + _NAMES[:1]), _notes(item)[1]
        return
    if "name" not in values:
        raise Refusal("invalid", "observations: objects with the name of an entity were expected")
    yield str(values["name"]), list(given) if isinstance(given, list) else [given]


def add_observations(session: Session, values: Row) -> Outcome:
    """Add observations to entities; those that are there already are passed over."""
    results = []
    for name, notes in _observed(values):
        entity = _entities(session).get(name)
        if entity is None:
            raise Refusal("missing", f"there is no entity {name[:80]!r}")
        kind, held = _notes(entity)
        fresh = [note for number, note in enumerate(notes) if note not in held and note not in notes[:number]]
        if len(held) + len(fresh) > 1_000:
            raise Refusal("invalid", "an entity holds at most 1000 observations")
        session.put(NAME, f"entity:{name}", "", {**entity, kind: [*held, *fresh]})
        results.append({"entityName": name, "addedObservations": fresh})
    return Outcome(
        {"results": results}, f"{sum(len(item['addedObservations']) for item in results)} observations added"
    )


def remove_observations(session: Session, values: Row) -> Outcome:
    """Take observations from entities; what is not there is passed over."""
    gone = 0
    for name, notes in _observed(values):
        entity = _entities(session).get(name)
        if entity is not None:
            kind, held = _notes(entity)
            left = [note for note in held if note not in notes]
            gone += len(held) - len(left)
            session.put(NAME, f"entity:{name}", "", {**entity, kind: left})
    return Outcome({"deleted": gone}, "Observations deleted")


def remove_entities(session: Session, values: Row) -> Outcome:
    """Remove entities with their relations; of several, those that are not there are passed over."""
    single = not isinstance(values.get("names"), list)
    names = [str(values["name"])] if single else [str(name) for name in values["names"]]
    known = _entities(session)
    gone = [name for name in dict.fromkeys(names) if name in known]
    if single and not gone:
        raise Refusal("missing", f"there is no entity {names[0][:80]!r}")
    for name in gone:
        session.delete(NAME, f"entity:{name}", "")
    for item in _relations(session):
        if _text(item, _FROM) in gone or _text(item, _TO) in gone:
            session.delete(NAME, _link_key(item), "")
    return Outcome({"deleted": len(gone)}, "Entities deleted")


def remove_relations(session: Session, values: Row) -> Outcome:
    """Remove relations; of several, those that are not there are passed over."""
    gone = 0
    for item in _items(values, "relations"):
        key = _link_key(item)
        if session.get(NAME, key, "") is not None:
            session.delete(NAME, key, "")
            gone += 1
        elif values.get("relations") is None:
            raise Refusal("missing", "there is no such relation")
    return Outcome({"deleted": gone}, "Relations deleted")


def _part(session: Session, names: Iterable[str]) -> Outcome:
    wanted = set(names)
    entities = [row for name, row in _entities(session).items() if name in wanted]
    links = [item for item in _relations(session) if _text(item, _FROM) in wanted and _text(item, _TO) in wanted]
    return Outcome({"entities": entities, "relations": links})


def read(session: Session, values: Row) -> Outcome:
    """Return the whole graph."""
    return Outcome({"entities": list(_entities(session).values()), "relations": _relations(session)})


def search(session: Session, values: Row) -> Outcome:
    """Return the entities that hold every word of a query, in any field, with the relations between them."""
    words = str(values["query"]).lower().split()
    found = []
    for name, row in _entities(session).items():
        text = " ".join(
            [*(str(value) for value in row.values() if not isinstance(value, list)), *map(str, _notes(row)[1])]
        )
        if all(word in text.lower() for word in words):
            found.append(name)
    return _part(session, found)


def open_nodes(session: Session, values: Row) -> Outcome:
    """Return the named entities with the relations between them; a single one that is not there is refused."""
    if isinstance(values.get("names"), list):
        return _part(session, [str(name) for name in values["names"]])
    name = str(values["name"])
    entity = _entities(session).get(name)
    if entity is None:
        raise Refusal("missing", f"there is no entity {name[:80]!r}")
    links = [item for item in _relations(session) if name in (_text(item, _FROM), _text(item, _TO))]
    return Outcome({"entity": entity, "entities": [entity], "relations": links})


def list_entities(session: Session, values: Row) -> Outcome:
    """Return all entities."""
    return Outcome({"entities": list(_entities(session).values())})


def list_relations(session: Session, values: Row) -> Outcome:
    """Return all relations, or those of one entity."""
    name = values.get("name")
    found = [
        item for item in _relations(session) if name is None or str(name) in (_text(item, _FROM), _text(item, _TO))
    ]
    return Outcome({"relations": found})


def seeded(seed: int) -> Iterator[SeedRow]:
    """Yield nothing: a graph begins empty."""
    yield from ()


def kept(rows: Sequence[Row]) -> Iterable[SeedRow]:
    """Turn given rows (entities, and relations between them) into stored ones."""
    taken: set[str] = set()
    for row in rows[:MAX_ROWS]:
        try:
            link = bool(_text(row, _FROM) and _text(row, _TO))
            key = _link_key(row) if link else f"entity:{_text(row, _NAMES)}"
        except Refusal:
            continue
        if key not in taken and key != "entity:":
            taken.add(key)
            yield SeedRow(NAME, key, "", row)


def placed(name: str, part: Any, operations: Sequence[ProfileOperation]) -> list[Row] | None:
    """Read a part of a state document: entities, relations, or an object with both."""
    words = set(tokens(name))
    if isinstance(part, dict):
        inner = {key: placed(key, value, operations) for key, value in part.items()}
        rows = [row for found in inner.values() for row in found or ()]
        if rows or (words & {"graph"} and not part):
            return rows
        if words & {"entities", "nodes"} and all(isinstance(value, dict) for value in part.values()):
            return [{"name": key, **value} for key, value in part.items()]
        return None
    if isinstance(part, list) and words & {"entities", "nodes", "relations", "edges", "relationships", "links"}:
        rows = [item for item in part if isinstance(item, dict)]
        ends = words & {"relations", "edges", "relationships", "links"}
        return [row for row in rows if (_text(row, _FROM) and _text(row, _TO) if ends else _text(row, _NAMES))]
    return None


_NODE, _EDGE, _FACT = "entity/node", "relation/edge/relationship/link", "observation/fact/note"

GRAPH = Profile(
    name=NAME,
    title="a knowledge graph",
    roles={
        "entities": Role("list", "entities nodes items"),
        "relations": Role("list", "relations edges relationships links items"),
        "observations": Role("any", "observations observation contents content facts deletions notes fact note items"),
        "names": Role("list", "names entitynames nodes entities nodenames ids"),
        "name": Role("text", "name entityname entity nodename node id entityid"),
        "type": Role("text", "type entitytype nodetype relationtype relation predicate kind relationship edgetype"),
        "from": Role("text", "from source fromentity sourceentity subject fromnode sourcename fromname"),
        "to": Role("text", "to target toentity targetentity object tonode targetname toname"),
        "query": Role("text", "query search term keyword q text"),
    },
    actions=(
        Action(
            "add_entities",
            f"create/add/insert {_NODE}",
            add_entities,
            one_of="entities name",
            takes="type observations",
        ),
        Action(
            "add_relations",
            f"create/add/insert {_EDGE}, link/connect/relate {_NODE}",
            add_relations,
            one_of="relations from",
            takes="to type",
            anchor=True,
        ),
        Action(
            "add_observations",
            f"add/create/record {_FACT} {_NODE}?",
            add_observations,
            needs="observations",
            takes="name",
            anchor=True,
        ),
        Action("remove_entities", f"delete/remove {_NODE}", remove_entities, one_of="names name"),
        Action(
            "remove_observations",
            f"delete/remove {_FACT} {_NODE}?",
            remove_observations,
            needs="observations",
            takes="name",
            anchor=True,
        ),
        Action(
            "remove_relations",
            f"delete/remove {_EDGE}, unlink/disconnect {_NODE}",
            remove_relations,
            one_of="relations from",
            takes="to type",
            anchor=True,
        ),
        Action("read", "read/get/show/view/dump knowledge? graph", read, writes=False, anchor=True),
        Action("search", f"search/find/query knowledge? {_NODE}/graph, search", search, needs="query", writes=False),
        Action("open", f"open/get/read/show {_NODE}", open_nodes, one_of="names name", writes=False),
        Action("list_entities", f"list/get {_NODE}", list_entities, writes=False),
        Action("list_relations", f"list/get {_NODE}? {_EDGE}", list_relations, takes="name", writes=False, anchor=True),
    ),
    seed=seeded,
    keep=kept,
    place=placed,
    least=4,
)
