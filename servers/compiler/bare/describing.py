"""What descriptions say of arguments and rows: bounds, options, and the states in which a call is allowed (B7, A5)."""

from __future__ import annotations

import re
from typing import Any

from inftool.servers.compiler.bare.names import Named
from inftool.servers.compiler.bare.things import Thing
from inftool.servers.compiler.words import normal, split, word_set
from inftool.servers.program import Check, Entity, Operand
from inftool.specs.spec import JsonSchema

_NUMBER = r"(-?\d+(?:[.,]\d+)?)"
_BETWEEN = re.compile(
    rf"(?:\b(?:between|from|range(?: of)?|within|in)\s+)?\(?{_NUMBER}\s*(?:%|percent)?\s*"
    rf"(?:\.\.|-|–|to|and|through)\s*{_NUMBER}",
    re.IGNORECASE,
)
_LEAST = re.compile(rf"\b(?:at least|minimum(?: of| is)?|min(?:imum)?:?|no less than|>=)\s*{_NUMBER}", re.IGNORECASE)
_MOST = re.compile(
    rf"\b(?:at most|maximum(?: of| is)?|max(?:imum)?:?|no more than|up to|not exceed|<=)\s*{_NUMBER}", re.IGNORECASE
)
_ABOVE = re.compile(rf"\b(?:greater|more|larger|higher) than\s*{_NUMBER}|\babove\s*{_NUMBER}", re.IGNORECASE)
_POSITIVE = re.compile(r"\bpositive\b|\bgreater than zero\b", re.IGNORECASE)
_NOT_NEGATIVE = re.compile(r"\bnon-?negative\b|\bnot (?:be )?negative\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_ONLY = re.compile(r"\bonly\b|\bmust be\b|\bmust have\b|\bmust still be\b|\brequires?\b|\bhas to be\b", re.IGNORECASE)
_NEVER = re.compile(
    r"\bcannot\b|\bcan't\b|\bcan not\b|\bmay not\b|\bmust not\b|\bnot allowed\b|\bunless\b|\balready\b|\bonce\b|"
    r"\bfails? (?:if|when)\b",
    re.IGNORECASE,
)
_STATE_ENDS = word_set("status state phase stage")
_POSITIVE_NAMES = word_set("amount")
_UNSIGNED = word_set("price quantity qty")
_PROPER = word_set("yyyy mm dd hh 24")
_CURRENT = re.compile(r"\b(?:sets?|changes?|marks?|moves?|becomes?)\b", re.IGNORECASE)


def bounded(name: str, schema: JsonSchema) -> JsonSchema:
    """Return the schema of one argument with the bounds that its description states (rule B7).

    Amounts and prices are never negative, though nothing may say so.
    """
    text = str(schema.get("description") or "")
    kind = schema.get("type")
    if kind not in ("integer", "number") or {"minimum", "maximum", "exclusiveMinimum"} & schema.keys():
        return schema
    found: dict[str, Any] = {}
    between = _BETWEEN.search(text)
    if between is not None and not set(split(text[: between.start()])[-2:]) & _PROPER:
        low, high = _value(between.group(1)), _value(between.group(2))
        if low < high:
            found = {"minimum": low, "maximum": high}
    if not found:
        if least := _LEAST.search(text):
            found["minimum"] = _value(least.group(1))
        elif above := _ABOVE.search(text):
            found["exclusiveMinimum"] = _value(above.group(1) or above.group(2))
        elif _POSITIVE.search(text):
            found["exclusiveMinimum"] = 0
        elif _NOT_NEGATIVE.search(text):
            found["minimum"] = 0
        if most := _MOST.search(text):
            found["maximum"] = _value(most.group(1))
    if not found and normal(name) in _POSITIVE_NAMES:
        found["exclusiveMinimum"] = 0
    elif not found and split(name)[-1:] and split(name)[-1] in _UNSIGNED:
        found["minimum"] = 0
    return {**schema, **found} if found else schema


def _value(text: str) -> float | int:
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


def stated_checks(named: Named, thing: Thing, entity: Entity, creating: bool = False) -> list[Check]:
    """Return the checks that a tool's description states of its row: states it must or must not be in (rule A5).

    Args:
        named: the tool.
        thing: what its row is.
        entity: the same, as an entity.
        creating: whether the row is only made by the call, so that it has no state before.
    """
    if creating or thing.singleton:
        return []
    checks: list[Check] = []
    for name in thing.fields:
        if split(name)[-1:] and split(name)[-1] in _STATE_ENDS:
            values = [v for v in (*(thing.fields[name].get("enum") or ()), *thing.values(name)) if isinstance(v, str)]
            allowed, refused = _told(named.tool.description, list(dict.fromkeys(values)))
            if allowed:
                checks.append(Check(field=name, test="in", than=Operand(value=allowed)))
            elif refused:
                checks.append(Check(field=name, test="not_in", than=Operand(value=refused)))
    return checks


def _told(text: str, values: list[str]) -> tuple[list[str], list[str]]:
    """Return the values of a state that a description allows, and those that it refuses."""
    allowed: list[str] = []
    refused: list[str] = []
    for sentence in _SENTENCE.split(text[:2000]):
        spoken = " ".join(split(sentence))
        said = [v for v in values if re.search(rf"\b{re.escape(' '.join(split(v)))}\b", spoken)]
        if not said or _CURRENT.match(sentence.strip()):
            continue
        if _NEVER.search(sentence):
            refused += said
        elif _ONLY.search(sentence):
            allowed += said
    return list(dict.fromkeys(allowed)), list(dict.fromkeys(refused))


def same(left: str, right: str) -> bool:
    """Whether two names are equal but for case and separators."""
    return normal(left) == normal(right)
