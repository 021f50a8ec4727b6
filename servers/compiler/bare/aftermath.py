"""What descriptions say that a call leads to besides: other rows' states, and numbers that move (rules A1, A2, N1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.bare.telling import same_stem
from inftool.servers.compiler.bare.things import Thing, World
from inftool.servers.compiler.words import normal, singular, split, word_set
from inftool.servers.program import Check, Effect, Operand, RowRef

_CLAUSE = re.compile(r"(?<=[.!?])\s+|;\s*|\n+|,?\s+and (?=the\b|its\b|it\b|marks?\b)|,\s+(?=then\b|which\b)")
_SECTION = re.compile(r"\n\s*(?:Args|Arguments|Param(?:eter)?s|Returns?|Raises|Examples?|Notes?)\s*:", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:if|when|unless|only|cannot|can't|must|may|can|fails?|whether|until|requires?|needs?|should|that is|that are|"
    r"not yet|e\.g)\b",
    re.IGNORECASE,
)
_BECOMES = re.compile(
    r"^\W*(?:then |afterwards,? )?(?:(the|its|this|that|your)\s+((?:\w+\s+){0,2}?\w+)|it)\s+(is|are|becomes?|gets?|"
    r"turns?|counts? as|(?:is|are|gets?) (?:marked|set|put|moved|flagged)(?: as| to| back to| in)?|goes (?:back )?to|"
    r"will be)\s+"
    r"(?:then\s+|now\s+)?(no longer\s+|not\s+)?[\"'`]?([\w -]{2,30}?)[\"'`]?"
    r"(\s+(?:then|afterwards|again|now|from then on|by (?:this|that)))?[.!]?$",
    re.IGNORECASE,
)
_MARKS_IT = re.compile(r"\bmarks? (?:it|them) (?:as )?(not )?[\"'`]?(\w+)[\"'`]?", re.IGNORECASE)
_OUT = re.compile(
    r"\b(?:from|off|out of)\s+(?:the |your |its |their |my |our )?((?:[\w']+ ){0,3}?[\w']+)"
    r"(?=\s+(?:to|into)\b|[.,;!]|$)",
    re.I,
)
_IN = re.compile(r"\b(?:to|into)\s+(?:the |your |its |their |my |our )?((?:[\w']+ ){0,3}?[\w']+)(?=[.,;!]|$)", re.I)
_MOVES = re.compile(
    r"\b(?:moved?|taken?|takes|transferred|paid|pays?|deduct\w*|charg\w*|subtract\w*|withdrawn?|held|reserved|blocked|"
    r"add(?:s|ed)|credit\w*|put|return\w*|refund\w*|goes|comes|given|bound)\b",
    re.IGNORECASE,
)
_PLAIN = frozenset(("is", "are", "will be"))
_NUMBERS = ("integer", "number")
_PRICES = word_set("price cost fee rate fare total amount")


@dataclass
class Moved:
    """A number that a create takes from one place to another."""

    amount: str
    """The field of the new row that says how much."""
    source: tuple[str, str]
    """(row, field) that it comes from."""
    target: tuple[str, str]


@dataclass
class Aftermath:
    """What a description says besides."""

    effects: list[Effect] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    rows: dict[str, RowRef] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)


class Telling:
    """Reads the descriptions of one tool for what happens to its row, the rows that it names, and single objects."""

    def __init__(self, named: Named, thing: Thing, world: World, refs: Mapping[str, RowRef]) -> None:
        self._named = named
        self._thing = thing
        self._world = world
        self._refs = refs
        self._found = Aftermath()

    def states(self, asking: bool = False) -> Aftermath:
        """Return the states and booleans that are told of, as in "The lot is sold then".

        Args:
            asking: whether the tool only reads, so that mere "is" tells of what is shown.
        """
        for clause in self._clauses():
            said = _BECOMES.match(clause)
            marks = _MARKS_IT.search(clause)
            if said is not None and (not asking or said.group(3).lower() not in _PLAIN or said.group(6)):
                self._state(said.group(2) or "", said.group(5), not said.group(4))
            elif marks is not None:
                self._state("", marks.group(2), not marks.group(1))
        return self._found

    def numbers(self, operands: Mapping[str, Operand], before: Sequence[Moved] = ()) -> Aftermath:
        """Return the numbers that move: ``the offer is moved from the purse to the escrow``.

        Args:
            operands: what may be moved, by its name.
            before: what the create of the row has moved, to be undone where half of it is told of.
        """
        for clause in self._clauses():
            amount = next((o for name, o in operands.items() if _said(name, clause)), None)
            if amount is None or _MOVES.search(clause) is None:
                continue
            out, into = (self._place(found) for found in (_OUT.search(clause), _IN.search(clause)))
            if out is not None:
                self._found.checks.append(Check(row=out[0], field=out[1], test="gte", than=amount, reason="funds"))
                self._shift(out, "subtract", amount)
            if into is not None and into != out:
                self._shift(into, "add", amount)
                for one in before:
                    if one.source == into and amount.field == one.amount:
                        self._shift(one.target, "subtract", amount)
            if out is not None and into is not None and amount.argument is not None:
                self._found.moved.append(Moved(amount.argument, out, into))
        return self._found

    def _clauses(self) -> Iterator[str]:
        for clause in _CLAUSE.split(_SECTION.split(self._named.tool.description[:2000])[0]):
            if clause.strip() and not _CONDITION.search(clause):
                yield clause.strip()

    def _state(self, subject: str, said: str, yes: bool) -> None:
        words = [word for word in split(said) if word not in ("a", "an", "the", "as")]
        if not words:
            return
        for row, thing in self._spoken_of(subject):
            for name, schema in thing.fields.items():
                if name == thing.key or name in thing.references:
                    continue
                if schema.get("type") == "boolean" and len(words) == 1:
                    parts = [part for part in split(name) if part not in ("is", "has")]
                    if len(parts) == 1 and same_stem(words[0], parts[0]):
                        self._set(row, name, yes)
                        return
                known = [v for v in (*(schema.get("enum") or ()), *thing.values(name)) if isinstance(v, str)]
                value = next((v for v in known if normal(v) == "".join(words)), None)
                if value is not None and yes and len(set(known)) <= 12:
                    self._set(row, name, value)
                    return

    def _spoken_of(self, subject: str) -> list[tuple[str, Thing]]:
        """Return the rows that a subject may mean, each with what it is."""
        words = tuple(singular(word) for word in split(subject))
        own = ("row", self._thing)
        if not words:
            return [own]
        found = [own] if words[-1:] == self._thing.noun[-1:] or words in self._thing.aliases else []
        for row, ref in self._refs.items():
            thing = next((t for t in self._world.things if t.name == ref.entity), None)
            if thing is not None and words[-1:] == thing.noun[-1:]:
                found.append((row, thing))
        for through, thing in self._thing.references.items():
            if words[-1:] == thing.noun[-1:] and not any(t is thing for _, t in found):
                row = "_".join(thing.noun)
                self._found.rows[row] = RowRef(entity=thing.name, through=through, optional=True)
                found.append((row, thing))
        return found

    def _set(self, row: str, name: str, value: Any) -> None:
        self._found.effects.append(Effect(row=row, field=name, by=Operand(value=value)))
        self._found.rules.append("A2" if isinstance(value, bool) else "A1")
        self._found.guesses.append(f"The description tells that {name!r} is {value!r} afterwards.")

    def _place(self, found: re.Match[str] | None) -> tuple[str, str] | None:
        """Return the number that some words name: of the own row, of one that it names, or of a single object."""
        words = [singular(word) for word in split(found.group(1).replace("'s", ""))] if found is not None else []
        if not words:
            return None
        for name in self._numbers(self._thing):
            if words[-1] in split(name):
                return "row", name
        for row, ref in self._refs.items():
            thing = next((t for t in self._world.things if t.name == ref.entity), None)
            held = [name for name in self._numbers(thing) if words[-1] in split(name)] if thing is not None else []
            if held:
                return row, held[0]
        for through, thing in self._thing.references.items():
            held = [name for name in self._numbers(thing) if words[-1] in split(name)]
            if held:
                row = "_".join(thing.noun)
                self._found.rows[row] = RowRef(entity=thing.name, through=through, optional=True)
                return row, held[0]
        for thing in self._world.singles():
            held = [name for name in self._numbers(thing) if words[-1] in split(name)]
            if held:
                row = "_".join(thing.noun) or "session"
                if thing.noun:
                    self._found.rows[row] = RowRef(entity=thing.name)
                return row, held[0]
        return None

    def _numbers(self, thing: Thing) -> list[str]:
        numbers = [n for n, s in thing.fields.items() if s.get("type") in _NUMBERS and n != thing.key]
        return [n for n in numbers if n not in thing.references]

    def _shift(self, place: tuple[str, str], do: Any, amount: Operand) -> None:
        self._found.effects.append(Effect(row=place[0], field=place[1], do=do, by=amount))
        self._found.rules.append("N1")
        self._found.guesses.append(f"The description tells that {place[1]!r} changes.")


def _said(name: str, clause: str) -> bool:
    """Whether a clause speaks of an amount by its name: ``the offer``, or by ``price`` where that is what it is."""
    words, last = split(clause), split(name)[-1:]
    return bool(last) and (last[0] in words or (last[0] in _PRICES and bool(set(words) & _PRICES)))
