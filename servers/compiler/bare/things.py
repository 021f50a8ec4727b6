"""What a list of bare tools speaks of: kinds of rows, single objects, and the variables of a session (B2, B3, B9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from inftool.servers.compiler.bare.evidence import Row
from inftool.servers.compiler.bare.names import FACETS, Named
from inftool.servers.compiler.inflection import forms
from inftool.servers.compiler.words import normal, plural_phrase, singular, singular_phrase, split, word_set
from inftool.specs.spec import JsonSchema

ID_ENDS = word_set("id key uuid slug number no code uid sid name username handle symbol ticker sku isbn")
STRONG_ENDS = word_set("id uuid key uid sid slug guid")
PERSONS = word_set(
    "user customer member person client account employee patient student passenger guest driver owner author sender "
    "receiver recipient assignee creator buyer seller agent reporter requester organizer attendee participant follower "
    "manager reviewer host tenant payer payee friend contact username"
)
_LINES = word_set("item entry line record row")
"""Last words of nouns of which the first say enough: the items of a menu."""
_ROLE_WORDS = word_set(
    "from to source target destination src dst sender receiver recipient new old other first second second1 origin "
    "assigned current parent"
)


@dataclass
class Thing:
    """An entity in the making."""

    noun: tuple[str, ...]
    fields: dict[str, JsonSchema] = field(default_factory=dict)
    key: str = ""
    singleton: bool = False
    rows: list[Row] = field(default_factory=list)
    given: bool = False
    """Whether the state document has it."""
    hidden: list[str] = field(default_factory=list)
    """Fields that answers do not show."""
    owner: str | None = None
    """The hidden field that says whose row it is."""
    above: Thing | None = None
    """What :attr:`owner` names, where that is known."""
    keyed: bool = False
    """Whether the state keeps its rows by key, and the key not inside."""
    whole: bool = False
    """Whether a row is one plain value under the field ``value``."""
    references: dict[str, Thing] = field(default_factory=dict)
    aliases: list[tuple[str, ...]] = field(default_factory=list)
    tools: set[str] = field(default_factory=set)
    started: dict[str, Any] = field(default_factory=dict)
    """What invented rows begin with in fields that only the verbs of tools imply."""
    implied: set[str] = field(default_factory=set)
    """Fields that only the verbs of tools speak of."""
    lists: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    """By tool: the list that it edits, the argument that is put in or taken out, and whether it is put in."""
    named_only: bool = False
    """Whether its rows are listed by their names and have nothing else."""
    begun: dict[str, list[Any]] = field(default_factory=dict)
    """What half of the invented rows begin with, in turn, so that the tools find rows that they work on."""
    led: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By tool: the field and the value that its verb is supposed to lead to, though no name says so."""
    kinds: dict[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    """By noun: the field and the value that make a row one of that kind."""
    name: str = ""
    """The entity's name, once it is settled."""

    @property
    def label(self) -> str:
        """What a person calls one."""
        return " ".join(self.noun)

    def field(self, name: str, noun: bool = True) -> str | None:
        """Return the field that a name stands for: equal, or with the thing's noun before it, or without ``new``.

        Args:
            name: an argument, a property, or words joined by ``_``.
            noun: whether the thing's own noun may be left out or added.
        """
        plain = {normal(held): held for held in reversed(list(self.fields))}
        words = split(name)
        while len(words) > 1 and words[0] in ("new", "updated", "current", "target", "desired"):
            if normal(name) in plain:
                break
            words = words[1:]
            name = "_".join(words)
        if normal(name) in plain:
            return plain[normal(name)]
        if not words:
            return None
        tries = ["".join(words)]
        if noun:
            whole, last = "".join(self.noun), self.noun[-1] if self.noun else ""
            tries += [whole + tries[0], last + tries[0]]
            for own in (self.noun, self.noun[-1:]):
                if own and tuple(words[: len(own)]) == own and len(words) > len(own):
                    tries.append("".join(words[len(own) :]))
        number = "".join((*words[:-1], singular(words[-1])))
        tries += [number, *("".join(plural_phrase(part)) for part in (words, (*words[:-1], singular(words[-1]))))]
        for end in ("name", "id", "at", "date", "text", "address", "level", "status", "count"):
            if words[-1] != end:
                tries.append(tries[0] + end)
            elif len(words) > 1:
                tries.append("".join(words[:-1]))
        return next((plain[one] for one in tries if one in plain), None)

    def values(self, name: str) -> list[Any]:
        """Return the values that the given rows have in a field."""
        return [row[name] for row in self.rows if name in row]


@dataclass
class World:
    """All things of one list of tools."""

    things: list[Thing] = field(default_factory=list)

    def rows(self) -> list[Thing]:
        """Return the things of which there are many."""
        return [thing for thing in self.things if not thing.singleton]

    def singles(self) -> list[Thing]:
        """Return the single objects; the session's variables are the one without a noun."""
        return [thing for thing in self.things if thing.singleton]

    @property
    def session(self) -> Thing:
        """The variables that belong to nothing else; made at first use."""
        found = next((thing for thing in self.things if thing.singleton and not thing.noun), None)
        if found is None:
            found = Thing((), singleton=True)
            self.things.append(found)
        return found

    def called(self, words: Iterable[str], exact: bool = False) -> Thing | None:
        """Return the things of which there are many that a noun phrase names: whole, else by its last word."""
        noun = singular_phrase(tuple(words))
        while len(noun) > 1 and noun[-1] in FACETS and not any(thing.noun == noun for thing in self.things):
            noun = singular_phrase(noun[:-1])
        if not noun:
            return None
        rows = self.rows()
        for thing in rows:
            if noun == thing.noun or noun in thing.aliases or "".join(noun) == "".join(thing.noun):
                return thing
        if exact:
            return None
        for thing in rows:
            if thing.noun[-len(noun) :] == noun or noun[-len(thing.noun) :] == thing.noun:
                return thing
        for thing in rows:
            if thing.given and thing.noun[:-1] == noun and thing.noun[-1] in _LINES:
                return thing
        return None

    def keyed(self, argument: str, schema: JsonSchema, noun: tuple[str, ...] = ()) -> Thing | None:
        """Return the thing whose row an argument names (rule B3); None where it names none.

        Args:
            argument: its name.
            schema: its schema; arrays are judged by their name in the singular.
            noun: the noun of the tool, for arguments that are called ``id`` and no more.
        """
        words = singular_phrase(split(argument))
        if not words or schema.get("type") in ("boolean", "object", "number"):
            return None
        stem = words[:-1] if words[-1] in ID_ENDS and len(words) > 1 else ()
        if len(words) == 1 and words[0] in STRONG_ENDS | {"name", "number", "code"}:
            if words[0] in STRONG_ENDS:
                return self.called(noun)
            keyed = [thing for thing in self.rows() if thing.given and thing.key == argument]
            alone = keyed[0] if len(keyed) == 1 and self.called(noun) is None else None
            return self._named_by(argument, noun) or alone
        plain = normal("".join(words))
        for thing in self.rows():
            named = bool(thing.key) and normal(thing.key) == plain and normal(thing.key) not in STRONG_ENDS
            if named and (len(words) > 1 or not noun or self.called(noun) in (thing, None) or thing.key == argument):
                return thing
        if stem:
            owner = self.called(noun) if words[-1] in ("number", "no", "name", "code", "key") else None
            other = owner is not None and self.called(stem, exact=True) is not owner
            if owner is not None and other and owner.field(argument, noun=False) is not None:
                return None
            found = self.called(stem, exact=True) or (self.called(stem) if words[-1] in STRONG_ENDS else None)
            if found is None and (stem[0] in _ROLE_WORDS or stem[-1] in PERSONS):
                found = self.called(stem[1:]) if len(stem) > 1 else self._person(stem[-1])
            if found is not None and (words[-1] in STRONG_ENDS or _holds(found, words, argument)):
                return found
            return None
        found = self.called(words, exact=True)
        if found is not None and found.given and schema.get("type") == "integer":
            texts = [str(value) for value in found.values(found.key)]
            found = found if all(text.isdigit() for text in texts) else None
        if found is not None and schema.get("type") in ("string", "integer", None, "array"):
            return found
        if len(words) > 1 and words[0] in _ROLE_WORDS and (found := self.called(words[1:], exact=True)) is not None:
            return found
        return self._person(words[-1]) if words[-1] in PERSONS else None

    def _named_by(self, argument: str, noun: tuple[str, ...]) -> Thing | None:
        thing = self.called(noun)
        return (
            thing if thing is not None and normal(thing.key) in (normal(argument), *_names(thing, argument)) else None
        )

    def _person(self, word: str) -> Thing | None:
        """Return the things that are people, for ``sender_id`` and the like, where there is but one such thing."""
        if word not in PERSONS:
            return None
        people = [thing for thing in self.rows() if thing.noun[-1] in PERSONS]
        return people[0] if len(people) == 1 else next((p for p in people if p.noun in (("user",), (word,))), None)

    def variable(self, words: Iterable[str]) -> tuple[Thing, str] | None:
        """Return the variable that a noun phrase or name stands for: (its thing, its field)."""
        name = "_".join(words)
        if not name:
            return None
        for thing in self.singles():
            found = thing.field(name)
            if found is not None:
                return thing, found
        return None


_DEEDS = {
    "subscribe": "subscription", "buy": "purchase", "purchase": "order", "checkout": "loan", "lend": "loan", "borrow":
    "loan", "schedule": "appointment", "apply": "application", "hire": "rental", "pay": "payment", "send": "message",
    "invite": "invitation", "sell": "sale", "enroll": "enrollment",
}  # fmt: skip


def deeds_of(verb: str) -> frozenset[str]:
    """Return what there is one more of after a verb: ``book`` → ``booking``, ``reply`` → ``reply``."""
    if not verb:
        return frozenset()
    stem = verb.removesuffix("e")
    made = {verb, f"{stem}ing", f"{stem}ation", f"{stem}al", f"{stem}ment", f"{stem}tion"}
    return frozenset({*made, *forms((verb,)).deed, *([_DEEDS[verb]] if verb in _DEEDS else [])})


def _names(thing: Thing, argument: str) -> list[str]:
    return [normal("_".join((*part, argument))) for part in (thing.noun, thing.noun[-1:])]


def _holds(thing: Thing, words: tuple[str, ...], argument: str) -> bool:
    """Whether a thing's rows may be told by such a name or number."""
    if not thing.key:
        return True
    plain = normal(thing.key)
    if plain in ("".join(words), words[-1], normal(argument)):
        return True
    return thing.field(argument) is not None or thing.field(words[-1]) is not None


def own_key(world: World, named: Named, thing: Thing | None) -> str | None:
    """Return the argument that names the tool's own row."""
    if thing is None:
        return None
    noun = named.single
    order = [*named.required, *(name for name in named.arguments if name not in named.required)]
    found = [a for a in order if named.type(a) != "array" and world.keyed(a, named.schema(a), noun) is thing]
    exact = [a for a in found if normal(a) in (normal(thing.key), *_names(thing, "id"), "id", normal(thing.label))]
    return next(iter(exact or found), None)


def plain_schema(schema: JsonSchema) -> JsonSchema:
    """Return what an argument's schema says of a field: its form, and neither defaults nor examples."""
    kept = ("type", "enum", "format", "items", "properties", "description", "minimum", "maximum", "pattern")
    return {word: schema[word] for word in kept if word in schema}
