"""Which tools work an answer out of their arguments alone, and by which function (rules P1 to P5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from inftool.servers.compiler.computed import KINDS, KNOWN, SPELLINGS, Kind, Known
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import normal, singular, split, word_set
from inftool.servers.profiles.profile import phrase_pattern
from inftool.servers.profiles.recognising import declared_types, description, public_face
from inftool.servers.program import ComputeOperation, Confidence
from inftool.servers.runtime.functions.table import parameters
from inftool.servers.runtime.functions.units import unit
from inftool.specs.spec import ToolSpec

_FILLERS = word_set("a an the of in from to for by at with on into as all its given my and two")
_ASKING = word_set(
    "calculate compute get find determine evaluate perform calc math do run return check make work text string number"
)
_ENDINGS = word_set("number value function calculator calculation operation result tool calc")
_TYPES: dict[Kind, frozenset[str]] = {
    "number": word_set("number integer"),
    "text": word_set("string"),
    "numbers": word_set("array"),
    "list": word_set("array"),
    "flag": word_set("boolean"),
    "any": frozenset(),
    "document": frozenset(),
}
_ANY_ORDER = word_set("numbers items text expression number rows")
"""Parameters that a function's only argument may be, whatever it is called."""
_NAMING = word_set("id ids uuid key name code user account order item file path")
"""Words of arguments that name something which exists, and are never just a value."""

_ESTIMATING = word_set("estimate calculate compute get quote check find predict")
_MEASURED = word_set("estimate cost price fare fee quote duration charge budget premium rate time")
_AMOUNTS = word_set(
    "quantity amount nights days hours months weeks passengers people guests travelers travellers persons distance "
    "weight size area rooms tickets seats units kilometers km miles volume number count"
)
"""Words of arguments that an estimate grows with."""


@dataclass
class _Fit:
    """A tool taken for a function."""

    function: str
    roles: dict[str, str]
    constants: dict[str, Any]
    ignored: list[str]
    by_order: bool = False


def compute_operation(tool: ToolSpec, schemas: Schemas) -> ComputeOperation | None:
    """Return the operation of a tool that is a pure function, by its name, arguments and description; else None.

    A tool is one where its name says what a function is called, each of its required arguments is a parameter of the
    function, by name or by place and type, and all that the function needs is there.
    """
    if tool.http is not None:
        return None
    fit = _conversion(tool) or min(_fits(tool), key=lambda found: (found.by_order, len(found.ignored)), default=None)
    if fit is None:
        return _estimate(tool, schemas)
    guesses = [f"Taken for the function {fit.function!r}, by its name and arguments."]
    if fit.by_order:
        guesses.append("Its arguments are taken in their order.")
    guesses += [f"The argument {argument!r} is ignored." for argument in fit.ignored]
    sure: Confidence = "medium" if fit.ignored or fit.by_order else "high"
    return ComputeOperation(
        **public_face(tool, schemas),
        confidence=sure,
        rules=["P4" if fit.function in ("dates.now", "dates.today", "dates.timestamp") else "P1"],
        guesses=guesses,
        function=fit.function,
        roles=fit.roles,
        constants=fit.constants,
    )


def recognise_computes(tools: Sequence[ToolSpec], schemas: Schemas) -> dict[str, ComputeOperation]:
    """Return the operations of the tools that are sure to be pure functions, by tool name.

    A tool is sure where its name and every argument say so, and no other tool speaks of the same noun: beside
    ``list_holidays``, ``add_holidays`` would be no addition. What is drawn or exchanged may depend on rows, and is
    never sure; :func:`compute_operation` is for those that are left when the rows are known.
    """
    found = {tool.name: compute_operation(tool, schemas) for tool in tools}
    sure = {
        name: operation
        for name, operation in found.items()
        if operation is not None
        and operation.confidence == "high"
        and operation.function.partition(".")[0] not in ("money", "chance")
    }
    spoken = {singular(word) for tool in tools if tool.name not in sure for word in split(tool.name)[1:]}
    return {name: operation for name, operation in sure.items() if singular(split(name)[-1]) not in spoken}


def _estimate(tool: ToolSpec, schemas: Schemas) -> ComputeOperation | None:
    """Return the operation of a tool that estimates what some amount of something costs or takes (rule P5)."""
    words = split(tool.name)
    properties: dict[str, Any] = tool.input_schema.get("properties") or {}
    amounts = [name for name in properties if set(split(name)) & _AMOUNTS and _counts(properties[name])]
    named = any(set(split(name)) & _NAMING for name in properties)
    if not amounts or named or words[0] not in _ESTIMATING or not set(words) & _MEASURED:
        return None
    return ComputeOperation(
        **public_face(tool, schemas),
        confidence="medium",
        rules=["P2", "P5"],
        guesses=[f"Its answer is drawn for the other arguments and grows with {', '.join(amounts)}."],
        roles={name: name for name in amounts},
    )


def _counts(schema: object) -> bool:
    return bool(declared_types(schema) & {"number", "integer"})


def _forms(name: str) -> Iterator[str]:
    """Yield a tool's name as words for phrases, from the whole to the part that is left without asking words."""
    words = [singular(word) for word in split(name) if word not in _FILLERS]
    yield from dict.fromkeys(_shortened(words))


def _shortened(words: list[str]) -> Iterator[str]:
    ends = [words]
    if len(words) > 1 and words[-1] in _ENDINGS:
        ends.append(words[:-1])
    for form in ends:
        rest = form
        yield "".join(f"{word} " for word in rest)
        while len(rest) > 1 and rest[0] in _ASKING:
            rest = rest[1:]
            yield "".join(f"{word} " for word in rest)


@cache
def _pattern(known: Known) -> re.Pattern[str]:
    return phrase_pattern(known.phrases)


def _fits(tool: ToolSpec) -> Iterator[_Fit]:
    forms = list(_forms(tool.name))
    for place, words in enumerate(forms):
        for known in KNOWN:
            if _pattern(known).fullmatch(words) and (not known.said or re.search(known.said, description(tool))):
                fit = _bound(tool, known)
                if fit is not None and (place == 0 or _has_evidence(fit)):
                    yield fit


def _has_evidence(fit: _Fit) -> bool:
    return bool(fit.roles) or fit.function in (
        "dates.now",
        "dates.today",
        "dates.timestamp",
        "chance.uuid",
        "chance.coin",
    )


def _bound(tool: ToolSpec, known: Known) -> _Fit | None:
    """Bind a tool's arguments to a function's parameters; None where they do not go together."""
    needed, optional = parameters(known.function)
    settled = {*known.constants, *known.without.split()}
    needed = [name for name in needed if name not in settled]
    settled |= {"percent"} if "rate" in needed else set()
    optional = [name for name in (*optional, "precision") if name not in settled]
    properties: dict[str, Any] = tool.input_schema.get("properties") or {}
    required = set(tool.input_schema.get("required") or ())
    roles: dict[str, str] = {}
    left: list[str] = []
    for argument in sorted(properties, key=lambda name: name not in required):
        role = next(
            (
                name
                for name in (*needed, *optional)
                if name not in roles
                and normal(argument) in SPELLINGS.get(name, ())
                and _takes(name, properties[argument])
            ),
            None,
        )
        if role is not None:
            roles[role] = argument
        else:
            left.append(argument)
    by_order = False
    missing = [name for name in needed if name not in roles]
    if missing:
        again = [name for name in properties if name in required] if _by_place(needed, roles, left, required) else left
        waiting = [argument for argument in again if argument in required]
        if len(needed) == len(waiting) and again is not left:
            missing, roles = needed, {}
        if len(waiting) != len(missing) or not all(
            (KINDS.get(name, "number") == "number" or (len(needed) == 1 and name in _ANY_ORDER))
            and not set(split(argument)) & _NAMING
            and _takes(name, properties[argument], strict=True)
            for name, argument in zip(missing, waiting, strict=True)
        ):
            return None
        roles |= dict(zip(missing, waiting, strict=True))
        left = [argument for argument in left if argument not in waiting]
        by_order = True
    if any(argument in required for argument in left):
        return None
    if known.function == "finance.loan_payment" and not {"years", "months"} & roles.keys():
        return None
    constants = dict(known.constants)
    said = description(tool)
    if "unit" not in roles and "angle" in roles and "degree" in said and "radian" not in said:
        constants["unit"] = "degrees"
    every = parameters(known.function)
    if "percent" in every[1] and "rate" in roles and (hint := _percent(properties, roles["rate"])) is not None:
        constants["percent"] = hint
    return _Fit(known.function, roles, constants, left, by_order)


def _by_place(needed: list[str], roles: dict[str, str], left: list[str], required: set[str]) -> bool:
    """Whether all arguments should be read by their place, since some names say nothing: ``power(x, y)``."""
    return len([argument for argument in left if argument in required]) > 0 and len(needed) > 1


def _percent(properties: dict[str, Any], argument: str) -> bool | None:
    """Tell whether a rate is given in hundredths, by the words of its description; None where they do not say."""
    part = properties.get(argument)
    said = str(part.get("description") or "").lower() if isinstance(part, dict) else ""
    if re.search(r"decimal|fraction|0\.\d", said):
        return False
    return True if re.search(r"percent|%", f"{said} {argument.lower()}") else None


def _takes(parameter: str, schema: object, strict: bool = False) -> bool:
    kind = KINDS.get(parameter, "number")
    kinds, allowed = declared_types(schema), _TYPES[kind]
    if allowed and kinds and not kinds & allowed:
        return False
    if strict and allowed and not kinds:
        return False
    if kind == "any" and kinds & {"object", "array"}:
        return False
    if kind == "numbers" and isinstance(schema, dict):
        inner = declared_types(schema.get("items"))
        return not inner or bool(inner & {"number", "integer"})
    return True


def _conversion(tool: ToolSpec) -> _Fit | None:
    """Read ``celsius_to_fahrenheit(value)`` and ``convert_miles_to_km(miles)``: the name says both units."""
    words = list(split(tool.name))
    while words and words[0] in ("convert", "conversion", "calculate", "unit"):
        words = words[1:]
    place = next((place for place, word in enumerate(words) if word in ("to", "2", "into")), None)
    if place is None or place == 0:
        return None
    one, two = " ".join(words[:place]), " ".join(words[place + 1 :])
    first, second = unit(one), unit(two)
    required = list(tool.input_schema.get("required") or ())
    properties = tool.input_schema.get("properties") or {}
    names = required or list(properties)[:1]
    if first is None or second is None or first[0] != second[0] or len(names) != 1:
        return None
    if not _takes("value", properties.get(names[0])):
        return None
    roles = {"value": names[0]}
    rest = [name for name in properties if name != names[0]]
    for name in rest:
        if normal(name) in SPELLINGS["precision"]:
            roles["precision"] = name
    ignored = [name for name in rest if name not in roles.values()]
    return _Fit("units.convert", roles, {"from_unit": one, "to_unit": two}, ignored)
