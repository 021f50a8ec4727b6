"""Which tools are which action of which profile, by the words of their names and their arguments (rule B8)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import normal, singular, split, verb_kind, word_set
from inftool.servers.profiles.profile import Action, Profile, RoleType
from inftool.servers.profiles.registry import PROFILES
from inftool.servers.program import Confidence, Entity, Operation, ProfileOperation
from inftool.specs.spec import JsonSchema, ToolSpec

_FILLERS = word_set("a an the of in from to for by at with on into as all its given my specified and or new")
_HARMLESS = word_set("reason explanation thought comment requestid sessionid userid")
"""Required arguments that an action may pass over."""
_TYPES: dict[RoleType, frozenset[str]] = {
    "text": word_set("string"),
    "whole": word_set("integer number string"),
    "number": word_set("integer number"),
    "flag": word_set("boolean"),
    "list": word_set("array"),
    "object": word_set("object"),
    "any": frozenset(),
}
_ASKED_FOR = re.compile(r"\W*(?:show|get|return|print|tell|display)s? the (path|location|directory|folder|name) of\b")
"""What a description says is shown."""
_SCHEMA_DEPTH, _SCHEMA_NODES = 7, 600


class Spelling(NamedTuple):
    """A tool's name, taken apart."""

    words: str
    """Each with a space after it."""
    prefix: str
    """What stood before them; ``""`` for nothing."""


@dataclass
class _Match:
    """A tool taken for an action."""

    tool: ToolSpec
    action: Action
    roles: dict[str, str]
    prefix: str
    ignored: list[str] = field(default_factory=list)


def recognise_profiles(tools: Sequence[ToolSpec], schemas: Schemas) -> dict[str, ProfileOperation]:
    """Return the operations of the tools that a profile understands, by tool name; all other tools are left out.

    A profile is chosen where at least :attr:`Profile.least` different actions of it are there, one of which no other
    domain has; the profile with the most tools takes its own first. Where most tools of the list are of the domain once
    its synonyms are read, it takes all those that it then understands.
    """
    bare = [tool for tool in tools if tool.http is None]
    prefixes = name_prefixes(bare)
    spelled = {tool.name: spellings(tool.name, prefixes) for tool in bare}
    taken: dict[str, ProfileOperation] = {}
    left = list(PROFILES)
    while left:
        found = {
            profile.name: _found(profile, [tool for tool in bare if tool.name not in taken], spelled)
            for profile in left
        }
        best = max(left, key=lambda profile: len(found[profile.name]))
        left.remove(best)
        matches = found[best.name]
        if _is_of(best, matches):
            for match in matches:
                taken[match.tool.name] = _operation(best, match, matches, schemas)
    return taken


def _is_of(profile: Profile, matches: Sequence[_Match]) -> bool:
    """Whether there is enough of a domain."""
    actions = {match.action.name for match in matches}
    core = not profile.core or bool(actions & word_set(profile.core))
    return core and len(actions) >= profile.least and any(match.action.anchor for match in matches)


def bind_profiles(
    operations: Sequence[Operation],
    entities: Mapping[str, Entity],
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
) -> dict[str, Entity]:
    """Tell operations of profiles which entities of other tools they speak of.

    Args:
        operations: all; those of profiles get further constants.
        entities: what the other tools keep.
        rows: what is known of these, by entity.

    Returns:
        The entities that they speak of, some with further fields.
    """
    found: dict[str, Entity] = {}
    for profile in PROFILES:
        own = [op for op in operations if isinstance(op, ProfileOperation) and op.profile == profile.name]
        if own and profile.bind is not None:
            constants, changed = profile.bind(own, entities, rows)
            for operation in own:
                operation.constants |= constants.get(operation.tool, {})
                if "catalog" in operation.constants:
                    label = entities[operation.constants["catalog"]].plural
                    operation.guesses.append(f"Its things are taken for {label}, by their names and prices.")
            names = {op.constants[part] for op in own for part in ("catalog", "owners") if part in op.constants}
            found |= {name: entities[name] for name in sorted(names)}
            found |= changed
    return found


def _found(profile: Profile, tools: Sequence[ToolSpec], spelled: dict[str, list[Spelling]]) -> list[_Match]:
    """Return the tools that are of a domain: with its synonyms, where these make most of the tools understood."""
    plain = _matches(profile, tools, spelled)
    if not profile.synonyms:
        return plain
    other = {tool.name: [_translated(s, profile.synonyms) for s in spelled[tool.name]] for tool in tools}
    wide = _matches(profile, tools, {tool.name: [*spelled[tool.name], *other[tool.name]] for tool in tools})
    sure = any(match.action.name in word_set(profile.signs) for match in wide) or any(
        set(split(argument)) & word_set(profile.telling) for match in wide for argument in match.roles.values()
    )
    return wide if sure and 2 * len(wide) > len(tools) and _is_of(profile, wide) else plain


def _translated(spelling: Spelling, synonyms: Mapping[str, str]) -> Spelling:
    words = "".join(f"{synonyms.get(word, word)} " for word in spelling.words.split())
    return Spelling(words, spelling.prefix)


def name_prefixes(tools: Sequence[ToolSpec]) -> list[tuple[str, ...]]:
    """Return the words that three or more names begin with and that are no verbs (``core memory``), longest first."""
    counts: Counter[tuple[str, ...]] = Counter()
    for tool in tools:
        words = split(tool.name)
        for length in range(1, min(len(words), 4)):
            if verb_kind(words[length - 1]) is not None:
                break
            counts[words[:length]] += 1
    return sorted((words for words, count in counts.items() if count >= 3), key=lambda words: (-len(words), words))


def spellings(name: str, prefixes: Sequence[tuple[str, ...]] = ()) -> list[Spelling]:
    """Return a tool's name as words for phrases to match: without fillers and plurals, with and without its prefix."""
    words = split(name)
    forms = [Spelling(_plain(words[len(p) :]), " ".join(p)) for p in prefixes if words[: len(p)] == p != words]
    return [*forms, Spelling(_plain(words), "")]


def _plain(words: Sequence[str]) -> str:
    return "".join(f"{singular(word)} " for word in words if word not in _FILLERS)


def _matches(profile: Profile, tools: Sequence[ToolSpec], spelled: dict[str, list[Spelling]]) -> list[_Match]:
    found = []
    for tool in tools:
        fits = (_fit(profile, action, tool, spelled[tool.name]) for action in profile.actions)
        match = next((fit for fit in fits if fit is not None), None)
        if match is not None:
            found.append(match)
    return found


def _fit(profile: Profile, action: Action, tool: ToolSpec, spelled: list[Spelling]) -> _Match | None:
    named = next((spelling for spelling in spelled if action.pattern.fullmatch(spelling.words)), None)
    if named is None or (action.said and not re.search(action.said, description(tool))):
        return None
    properties = tool.input_schema.get("properties") or {}
    roles: dict[str, str] = {}
    ignored = []
    needed = action.needs.split()
    open_roles = [*needed, *action.one_of.split(), *action.takes.split()]
    required = set(tool.input_schema.get("required") or ())
    for argument in sorted(properties, key=lambda name: name not in required):
        role = _role(profile, open_roles, roles, argument, properties[argument])
        if role is not None:
            roles[role] = argument
        elif action.more and not _is_role(profile, argument):
            roles[f"extra:{argument}"] = argument
        elif argument not in required or normal(argument) in _HARMLESS:
            ignored.append(argument)
        else:
            return None
    one_of = action.one_of.split()
    if not all(role in roles for role in needed) or (one_of and not any(role in roles for role in one_of)):
        return None
    return _Match(tool, action, roles, named.prefix, ignored)


def _is_role(profile: Profile, argument: str) -> bool:
    """Whether an argument means something to a profile, one or several of it."""
    name = normal(argument)
    return any(name in role.names or singular(name) in role.names for role in profile.roles.values())


def _role(profile: Profile, roles: list[str], bound: dict[str, str], argument: str, schema: object) -> str | None:
    name = normal(argument)
    kinds = declared_types(schema)
    for role in roles:
        if role not in bound and name in profile.roles[role].names:
            allowed = _TYPES[profile.roles[role].type]
            if not kinds or not allowed or kinds & allowed:
                return role
    if any(name in role.names for role in profile.roles.values()) or kinds & {"array", "object"}:
        return None
    last = split(argument)[-1:]
    return next((r for r in roles if r not in bound and last and last[0] in profile.roles[r].ends.split()), None)


def declared_types(schema: object) -> set[str]:
    """Return the JSON types that an argument may have, ``null`` left out; empty where none is said."""
    if not isinstance(schema, dict):
        return set()
    kinds = schema.get("type")
    found = set(kinds if isinstance(kinds, list) else [kinds] if isinstance(kinds, str) else ())
    for word in ("anyOf", "oneOf"):
        for part in schema.get(word) or ():
            found |= {part["type"]} if isinstance(part, dict) and isinstance(part.get("type"), str) else set()
    return found - {"null"}


def _part_names(profile: Profile, match: _Match, matches: Sequence[_Match]) -> dict[str, str]:
    """Return what the parts of an answer are called, where the tool does not declare it."""
    if match.tool.output_schema is not None:
        return {}
    found = {}
    for part, role in profile.shown.items():
        spoken = Counter(other.roles[role] for other in matches if role in other.roles)
        if spoken:
            found[part] = spoken.most_common(1)[0][0]
    namesake = next((other for other in matches if other.action.name == match.action.same_as), match)
    said = _ASKED_FOR.match(description(namesake.tool))
    last = split(match.tool.name)[-1]
    if match.action.counts_out and singular(last) != last:
        found[""] = last
    elif said is not None and (namesake is not match or not match.action.needs):
        found[""] = said.group(1)
    return found


def _operation(profile: Profile, match: _Match, matches: Sequence[_Match], schemas: Schemas) -> ProfileOperation:
    tool, action = match.tool, match.action
    actions = {other.action.name for other in matches}
    hits = len(actions)
    constants: dict[str, Any] = dict(action.constants)
    for other, values in action.beside.items():
        constants |= values if other in actions else {}
    if profile.stores and "store" not in match.roles and match.prefix:
        constants["store"] = match.prefix
    said = description(tool)
    for hint in action.hints:
        if hint.role not in match.roles and re.search(hint.pattern, said):
            constants[hint.role] = hint.value
    guesses = [f"Taken for one of {hits} tools of {profile.title}, by its name and arguments."]
    guesses += [f"The argument {argument!r} is ignored." for argument in match.ignored]
    sure: Confidence = "high" if hits >= profile.least + 2 and not match.ignored else "medium"
    return ProfileOperation(
        **public_face(tool, schemas),
        confidence=sure,
        rules=["B8", "B9"],
        guesses=guesses,
        profile=profile.name,
        action=action.name,
        names=_part_names(profile, match, matches),
        roles=match.roles,
        constants=constants,
    )


def description(tool: ToolSpec) -> str:
    """Return all that a tool says of itself in words, in lower case."""
    parts = (tool.input_schema.get("properties") or {}).values()
    texts = [str(part["description"]) for part in parts if isinstance(part, dict) and part.get("description")]
    return " ".join((tool.title, tool.description, *texts)).lower()


def public_face(tool: ToolSpec, schemas: Schemas) -> dict[str, Any]:
    """Return the fields of an operation that its tool alone says, with schemas made self-contained."""

    def whole(schema: JsonSchema) -> JsonSchema:
        return schemas.inline(schema, depth=_SCHEMA_DEPTH, nodes=_SCHEMA_NODES, unions="all")

    return {
        "tool": tool.name,
        "title": tool.title,
        "description": tool.description,
        "input_schema": tool.input_schema,
        "output_schema": whole(tool.output_schema) if tool.output_schema is not None else None,
        "success_status": tool.success_status,
        "errors": [
            error.model_copy(update={"body": whole(error.body)}) if error.body is not None else error
            for error in tool.errors
        ],
        "tags": list(tool.tags),
    }
