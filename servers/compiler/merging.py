"""Which resources are one entity, and what it is called (rules E1, E2, E5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from inftool.servers.compiler.drafts import Draft, Resource
from inftool.servers.compiler.words import plural_phrase, singular_phrase, split, word_set

_DECORATIONS = word_set(
    "request response input output create created update updated patch new list dto object schema model "
    "entity obj objs resource simplified simple full detailed detail details partial minimal base basic public private "
    "view type payload body result results representation read write editable get post put retrieve single "
    "multiple paginated page"
)
_CHANGES = word_set("create created update updated patch request response input output dto")
_VAGUE = word_set("child detail element entry item line member option part record row step value version")
"""Nouns that say little without the noun of what they belong to."""


def canonical(ref: str | None, noun: Sequence[str] = ()) -> tuple[str, ...]:
    """Return a schema's name without its decorations, in words: ``SimplifiedAlbumObject`` → ``album`` (rule E2).

    Args:
        ref: name of the schema.
        noun: what paths call the row; its words are never taken for decorations.
    """
    words = [word for word in split(ref or "") if not re.fullmatch(r"v?\d+", word)]
    words = words[:1] + [word for word in words[1:] if word not in _CHANGES or word in noun]
    while len(words) > 1 and words[-1] in _DECORATIONS and words[-1] not in noun:
        words.pop()
    while len(words) > 1 and words[0] in _DECORATIONS and words[0] not in noun:
        words.pop(0)
    return singular_phrase(words)


def merged(resources: dict[str, Resource]) -> list[list[Resource]]:
    """Group the resources that are one entity: the same noun and the same row schema (rules E1, E5)."""
    groups: list[list[Resource]] = []
    by_row: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Resource]] = {}
    ordered = sorted(resources.values(), key=lambda r: (r.parent is not None, not _has_item(r)))
    for resource in ordered:
        if resource.singleton or _is_set(resource):
            groups.append([resource])
            continue
        home = _home(resource, groups)
        if home is not None:
            home.append(resource)
            continue
        ref = canonical(row_ref(resource), resource.noun)
        if ref and resource.noun[-1:] == ref[-1:]:
            group = by_row.setdefault((resource.noun, ref), [])
            if not group:
                groups.append(group)
            group.append(resource)
        else:
            groups.append([resource])
    position = {name: index for index, name in enumerate(resources)}
    return sorted(groups, key=lambda group: position[group[0].id])


def _is_set(resource: Resource) -> bool:
    """Whether rows of another collection are put into it and taken out of it; taking one out does not end it (E7)."""
    return any(draft.kind in ("link", "unlink") for draft in resource.drafts)


def _home(resource: Resource, groups: Sequence[list[Resource]]) -> list[Resource] | None:
    """Find the collection of its own that a nested list shows rows of: the same noun, and nearly the same fields."""
    kinds = {draft.kind for draft in resource.drafts}
    if resource.parent is None or not kinds:
        return None
    if kinds == {"create"}:
        return next((group for group in groups if _lacks_create(group[0], resource.noun)), None)
    lists = [draft for draft in resource.drafts if draft.located is not None]
    if not lists or not kinds <= {"list", "search"}:
        return None
    shown = set(lists[0].located.fields) if lists[0].located is not None else set()
    for group in groups:
        lead = group[0]
        if lead.noun == resource.noun and lead.parent is None and not lead.singleton:
            for draft in lead.drafts:
                if draft.kind == "read" and draft.located is not None:
                    known = set(draft.located.fields)
                    if len(shown & known) >= 0.8 * min(len(shown), len(known)) and len(shown & known) > 2:
                        return group
    return None


def _lacks_create(lead: Resource, noun: tuple[str, ...]) -> bool:
    """Whether rows called ``noun`` can be read in a collection of their own, but not be made there."""
    if lead.noun != noun or lead.parent is not None or lead.singleton:
        return False
    kinds = {draft.kind for draft in lead.drafts}
    return "read" in kinds and "create" not in kinds


def _has_item(resource: Resource) -> bool:
    return any(draft.key for draft in resource.drafts)


def row_ref(resource: Resource) -> str | None:
    """Return the schema's name of a resource's rows: of GET item, else of the list, else of the create (rule E2)."""
    for kinds in (("read",), ("list", "search"), ("create", "update", "replace")):
        for draft in resource.drafts:
            if draft.kind in kinds and draft.located is not None and draft.located.ref and not draft.view:
                return draft.located.ref
    return None


def entity_name(lead: Resource, members: Iterable[Resource]) -> tuple[str, ...]:
    """Name an entity: the schema's name where it has to do with the path's noun, else the noun (rules E1, E2)."""
    if lead.noun[:1] == ("my",):
        return lead.noun
    participle = lead.noun[-1:] != () and lead.noun[-1].endswith("ed")
    for member in members:
        words = canonical(row_ref(member), lead.noun)
        shared = {singular_phrase((word,)) for word in words} & {singular_phrase((word,)) for word in lead.noun}
        if words and participle and len(words) <= 3:
            return words
        if words and shared and len(words) <= 3 and words[-1] in (lead.noun or ("",))[-1]:
            return words
    if len(lead.noun) == 1 and lead.noun[0] in _VAGUE and lead.parent is not None:
        return (*singular_phrase(split(lead.parent.rstrip("/{}").rpartition("/")[2])), *lead.noun)
    return lead.noun


def entity_plural(name: tuple[str, ...], members: Sequence[Resource]) -> tuple[str, ...]:
    """Return the plural of an entity's name, as the paths have it where they do."""
    said = next((m.plural for m in members if m.plural and singular_phrase((m.plural,)) == name[-1:]), None)
    return (*name[:-1], said) if said else plural_phrase(name)


def settle_views(drafts: list[Draft], resources: dict[str, Resource]) -> list[Draft]:
    """Bind lists of another collection's rows to that collection (rule E5), or make them collections of their own (E3).

    Two sorts come here: searches that name their rows by schema only, and collections that can only be listed while
    another collection has the same rows, such as ``/browse/new-releases`` beside ``/albums``.
    """
    homes = _homes(resources)
    for draft in drafts:
        if draft.kind not in ("list", "search") or draft.located is None:
            continue
        own = resources.get(draft.resource)
        home = homes.get(canonical(draft.located.ref, own.noun if own is not None else ()))
        foreign = own is not None and home is not None and home != own.id and resources[home].noun != own.noun
        foreign = foreign and all(d.kind in ("list", "search") for d in (own.drafts if own else ()))
        foreign = foreign and home is not None and any(d.key for d in resources[home].drafts)
        if own is None and home is None and draft.tool.http is not None and draft.tool.http.method == "post":
            draft.kind, draft.resource, draft.view, draft.confidence = "compute", "", False, "low"
            draft.rules.append("P2")
            draft.guesses.append("It is a question whose answer no other operation speaks of.")
            continue
        if own is None and home is None:
            noun = canonical(draft.located.ref) or ("result",)
            home = f"schema:{draft.located.ref}"
            resources.setdefault(home, Resource(home, noun))
            draft.view = False
            draft.rules.append("E3")
            draft.lower("medium", "Its rows are taken for a collection of their own.")
        elif own is None or foreign:
            draft.view = True
            draft.rules.append("E5")
            if own is not None:
                own.drafts.remove(draft)
                draft.condition = draft.condition or own.noun
        else:
            continue
        assert home is not None
        draft.resource = home
        resources[home].drafts.append(draft)
    return drafts


def _homes(resources: dict[str, Resource]) -> dict[tuple[str, ...], str]:
    """Which resource has the rows of each schema: one whose rows can be read before one that can only be listed."""
    homes: dict[tuple[str, ...], str] = {}
    for wanted in ("read", "list"):
        for resource in resources.values():
            told = any((draft.key or wanted == "list") and draft.kind == wanted for draft in resource.drafts)
            for draft in resource.drafts if told and not resource.singleton else ():
                shown = draft.located if not draft.view and draft.kind != "create" else None
                name = canonical(shown.ref, resource.noun) if shown is not None and shown.ref else ()
                if name:
                    homes.setdefault(name, resource.id)
    return homes
