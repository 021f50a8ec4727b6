"""Rows that link two others, and sets of them (rule E7): members of a team, tracks that a user has saved."""

from __future__ import annotations

from inftool.servers.compiler.drafts import Draft
from inftool.servers.compiler.web import Call
from inftool.servers.compiler.words import normal, singular, split, word_set

_SETS = word_set("ids id uris uri keys key names name emails email slugs slug codes")


def link_item(call: Call, draft: Draft) -> Draft:
    """Classify PUT, POST and DELETE on ``/teams/{team}/members/{user}``."""
    draft.kind = "unlink" if call.method == "delete" else "link"
    draft.items, draft.key = draft.key, None
    draft.located = None if draft.kind == "unlink" else draft.located
    draft.rules = [rule for rule in draft.rules if rule != "D1"] + ["E7"]
    return draft


def keys_argument(call: Call) -> str | None:
    """The argument that holds the keys of several rows: ``ids``, ``trackIds``, an array called after the path."""
    noun = call.node.noun
    for argument in sorted((*call.body, *call.query), key=lambda name: name not in call.required):
        words = split(call.http.parameters[argument].name)
        if not words:
            continue
        listed = "array" in call.kinds(argument)
        last = singular(words[-1])
        if words[-1] == "ids" or (words[-1] in _SETS and words[-1] != last and listed):
            return argument
        if listed and noun and normal("".join((*words[:-1], last))) in ("".join(noun), noun[-1]):
            return argument
    return call.item_body


def link_check(call: Call) -> Draft | None:
    """Classify GET on ``/me/albums/contains`` with keys in the query: which of them are linked."""
    argument = keys_argument(call)
    place = call.parts[:-1]
    above = call.above
    if argument is None or not place or place[-1].param is not None or not {"put", "post", "delete"} & set(above.tools):
        return None
    output = call.web.schemas.resolve(call.tool.output_schema) if call.tool.output_schema is not None else {}
    answered = call.web.schemas.types(output.get("items") if call.form == "scalars" else output)
    if answered != {"boolean"}:
        return None
    draft = call.draft("aggregate", place, "E7")
    draft.function, draft.items = "holds", argument
    draft.lower("medium", f"The values of {argument!r} are taken for the keys of the rows that are looked for.")
    return draft


def link_set(call: Call) -> Draft | None:
    """Classify PUT, POST and DELETE on ``/playlists/{id}/tracks`` with keys in query or body."""
    argument = keys_argument(call)
    if argument is None:
        return None
    draft = call.draft("unlink" if call.method == "delete" else "link", call.parts, "E7")
    draft.items = argument
    draft.lower("medium", f"The values of {argument!r} are taken for the keys of the rows that are linked.")
    return draft
