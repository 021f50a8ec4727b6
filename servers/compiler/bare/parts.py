"""Nouns that are no things of their own: what is only put in rows of another thing and taken out again (rule A8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inftool.servers.compiler.bare.answer import Answer
from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.bare.things import STRONG_ENDS, Thing, World
from inftool.servers.compiler.words import normal, plural_phrase, split
from inftool.specs.spec import JsonSchema

_ASKS = frozenset(("read", "list", "search"))


def fold_parts(world: World, names: Sequence[Named], answers: Mapping[str, Answer]) -> None:
    """Turn things that no tool reads into lists in the rows that their tools name: ``add_tag(photo_id, tag)``.

    Args:
        world: the things; those that a state document tells of stay as they are.
        names: the tools with their names taken apart.
        answers: what each declares to answer, by tool.
    """
    for thing in [t for t in world.rows() if not t.given and not t.rows]:
        about = [n for n in names if n.noun and world.called(n.single) is thing]
        holder = _holder(world, thing, about, names)
        if holder is None or holder.given:
            continue
        world.things.remove(thing)
        name = "_".join(plural_phrase(thing.noun))
        if holder.field(name, noun=False) is None:
            holder.fields[name] = {"type": "array", "items": _items(about, thing, world, answers)}


def merge_stages(world: World, names: Sequence[Named]) -> None:
    """Let a noun for a stage of a thing be the thing: ``edit_draft(letter_id)`` beside ``read_letter(letter_id)``."""
    for thing in [t for t in world.rows() if not t.given and not t.rows]:
        about = [n for n in names if n.noun and world.called(n.single, exact=True) is thing]
        acting = [n for n in about if n.required and (n.kind not in ("create", "list", "search") or _only_names(n))]
        asked = any(n.kind in _ASKS for n in about)
        if not acting or asked or any(_own_id(a, thing) for n in names for a in n.arguments):
            continue
        owners = [
            next((o for a in n.required[:1] if (o := _owner(world, n, a, thing)) is not None), None) for n in acting
        ]
        whole = owners[0]
        if whole is None or any(owner is not whole for owner in owners) or whole.given:
            continue
        if all(len(named.required) == 1 or named.kind in ("update", "action") for named in acting):
            world.things.remove(thing)
            whole.aliases += [thing.noun, *thing.aliases]


def _only_names(named: Named) -> bool:
    """Whether a create is given no more than the key of a row, so that it makes nothing: ``send_back_order(id)``."""
    return named.kind == "create" and len(named.arguments) == 1 and split(named.arguments[0])[-1:] != ("name",)


def _holder(world: World, thing: Thing, about: Sequence[Named], names: Sequence[Named]) -> Thing | None:
    """Return the thing that all tools of a noun name a row of, where nothing asks for the noun itself."""
    kinds = {named.kind for named in about}
    if not about or "create" not in kinds or kinds & {*_ASKS, "update", "action", None}:
        return None
    found: list[Thing | None] = []
    for named in about:
        owners = [_owner(world, named, a, thing) for a in named.required]
        found.append(next((owner for owner in owners if owner is not None), None))
        if any(_own_id(a, thing) for a in named.arguments):
            return None
    holder = found[0]
    if holder is None or any(one is not holder for one in found):
        return None
    if any(_own_id(a, thing) for named in names for a in named.arguments):
        return None
    many = plural_phrase(thing.noun)[-1]
    others = [n for n in names if n.kind in _ASKS and n.single not in (holder.noun, *holder.aliases)]
    if any(many in split(named.tool.description[:200]) for named in others):
        return None
    shown = any(n.kind in _ASKS and n.noun and world.called(n.single) is holder for n in names)
    return holder if shown else None


def _owner(world: World, named: Named, argument: str, thing: Thing) -> Thing | None:
    words = split(argument)
    keyed = next((t for t in world.rows() if t.key and normal(t.key) == normal(argument) and t is not thing), None)
    if keyed is not None and named.type(argument) != "array":
        return keyed
    if len(words) < 2 or words[-1] not in STRONG_ENDS:
        return None
    found = world.called(words[:-1], exact=True)
    return found if found is not thing and named.type(argument) != "array" else None


def _own_id(argument: str, thing: Thing) -> bool:
    words = split(argument)
    return len(words) > 1 and words[-1] in STRONG_ENDS and words[:-1] in (thing.noun, thing.noun[-1:])


def _items(about: Sequence[Named], thing: Thing, world: World, answers: Mapping[str, Answer]) -> JsonSchema:
    """Return the schema of the items: plain values where one argument is all there is, else objects."""
    made = next(named for named in about if named.kind == "create")
    parts = [a for a in made.arguments if _owner(world, made, a, thing) is None]
    keyed = [n for n in answers[made.tool.name].properties if _own_id(n, Thing(made.single))]
    alone = len(parts) == 1 and not keyed
    if alone and {*split(parts[0])[-1:]} & {made.single[-1], *plural_phrase(made.single[-1:]), "name", "value"}:
        return {"type": made.type(parts[0]) or "string"}
    properties: dict[str, JsonSchema] = {name: {"type": "string"} for name in keyed}
    properties |= {a: {"type": made.type(a) or "string"} for a in parts if normal(a)}
    return {"type": "object", "properties": properties}
