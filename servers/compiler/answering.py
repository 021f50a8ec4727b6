"""What look-ups of the world outside answer, where no tool declares it: by what is said and what is asked (rule P3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from inftool.servers.compiler.bare.answer import answer_of
from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import is_plural, singular, split, word_set
from inftool.servers.program import Operation
from inftool.specs.spec import JsonSchema, ToolSpec

_SAID = re.compile(r"(?i)\breturn(?:s|ing)?\b:?\s+([^.;:\n(]{3,160})")
_LIST = re.compile(r"(?i)^(?:(?:a|an|the) )?(?:list|array|set|number)s? of (?:the )?(?:top |matching |all )?")
_PIECE = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+and\s+|\s+as well as\s+|\s+or\s+")
_BREAK = word_set("of for in at from as by to on that which with between per given using about if when where matching")
_PLAIN = word_set(
    "a an the its their this these all any current latest estimated both new following information info details data "
    "result results dictionary dict object json string response none null true false it value"
)
_WORLD: Mapping[str, str] = {
    "weather": "temperature humidity condition wind_speed",
    "forecast": "temperature humidity condition wind_speed",
    "temperature": "temperature unit",
    "rate": "rate",
    "quote": "price currency change",
    "price": "price currency",
    "geocode": "latitude longitude address",
    "coordinate": "latitude longitude",
    "distance": "distance unit",
    "route": "distance duration",
    "direction": "distance duration",
    "definition": "definition",
    "define": "definition",
    "translate": "translation",
    "translation": "translation",
    "population": "population",
    "timezone": "timezone",
}
"""By noun or verb of a tool's name: what one is told of it."""
_SKIES = "sunny cloudy rainy windy foggy snowy"
_HITS = word_set("search lookup news article result web hit")
_HIT = "title url snippet"
_NUMBERS = word_set(
    "temperature humidity speed rate price change latitude longitude distance duration population cost total score "
    "percentage height depth weight width length pressure volume elevation index fare fee rating visibility"
)
_WHOLE = word_set("population count humidity rank")


def tell_answers(operations: Iterable[Operation], tools: Iterable[ToolSpec], schemas: Schemas) -> None:
    """Give look-ups that declare no answer the one that their names and descriptions let one expect."""
    by_name = {tool.name: tool for tool in tools}
    for operation in operations:
        if operation.kind != "compute" or operation.function or operation.output_schema is not None or operation.roles:
            continue
        operation.told = told_answer(by_name[operation.tool], schemas)
        if operation.told is not None:
            operation.rules = list(dict.fromkeys([*operation.rules, "P3"]))
            named = ", ".join(operation.told["required"])
            operation.guesses.append(f"Taken for a look-up of the world outside that tells: {named}.")


def told_answer(tool: ToolSpec, schemas: Schemas) -> JsonSchema | None:
    """Return the schema of what a look-up answers, the arguments that it repeats among it.

    What the description says after "Returns" comes first, then what one is usually told of the noun in the tool's name;
    None where neither says anything.
    """
    found = dict(answer_of(tool, schemas).properties) or _said(tool.description) or _usual(split(tool.name))
    if not found:
        return None
    schema = {name: part or _typed(name) for name, part in found.items()}
    asked = {
        name: part
        for name, part in (tool.input_schema.get("properties") or {}).items()
        if isinstance(part, dict) and part.get("type") in ("string", "integer", "number")
    }
    properties = {**{name: {"type": part["type"]} for name, part in asked.items()}, **schema}
    return {"type": "object", "properties": properties, "required": list(schema)}


def _said(text: str) -> dict[str, JsonSchema]:
    sentence = _SAID.search(text[:2_000])
    if sentence is None:
        return {}
    found: dict[str, JsonSchema] = {}
    listed = _LIST.match(sentence.group(1))
    for piece in _PIECE.split(sentence.group(1)[listed.end() if listed else 0 :])[:8]:
        words = _noun(piece)
        if not words:
            continue
        name = "_".join(words)
        found[name] = _rows() if listed is not None and not found and is_plural(words[-1]) else _typed(name)
        if listed is not None:
            break
    return found


def _noun(piece: str) -> list[str]:
    words: list[str] = []
    for word in split(piece):
        if word in _BREAK:
            break
        if word not in _PLAIN:
            words.append(word)
    return words if len(words) <= 3 else []


def _usual(words: tuple[str, ...] | list[str]) -> dict[str, JsonSchema]:
    spoken = [singular(word) for word in words]
    for word in reversed(spoken):
        if word in _WORLD:
            return {name: _typed(name) for name in _WORLD[word].split()}
    return {"results": _rows()} if set(spoken) & _HITS else {}


def _rows() -> JsonSchema:
    row = {name: {"type": "string"} for name in _HIT.split()}
    return {"type": "array", "minItems": 2, "items": {"type": "object", "properties": row, "required": list(row)}}


def _typed(name: str) -> JsonSchema:
    if name in ("condition", "conditions"):
        return {"type": "string", "enum": _SKIES.split()}
    last = set(split(name)[-1:])
    return {"type": "integer" if last & _WHOLE else "number" if last & _NUMBERS else "string"}
