"""The declared answer of a bare tool: which of its properties could come from where (rule B5)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from inftool.servers.compiler.schemas import Schemas
from inftool.servers.compiler.words import normal, singular_phrase, split, word_set
from inftool.specs.spec import JsonSchema, ToolSpec

_QUIET = word_set("error errors errormessage errorcode warning warnings")
_ROW_DEPTH = 3
_QUOTED = re.compile(r"[`'\"]([A-Za-z_][A-Za-z0-9_]{1,40})[`'\"]")
_ENTRY = re.compile(r"^\s{2,}[-*]?\s*[`'\"]?([A-Za-z_]\w{0,40})[`'\"]?\s*(?:\(([\w\[\], |]+)\))?\s*:", re.MULTILINE)
_INLINE = re.compile(r"[`'\"]?\b([A-Za-z_]\w{0,40})\b[`'\"]?\s*\(([\w\[\], |]{2,40})\)\s*:")
_VALUES = re.compile(r"[`'\"]([A-Za-z][A-Za-z0-9_ -]{0,30})[`'\"]")
_PLACES = word_set("cursor position rank score typename")
_NUMBERS = word_set("balance total price amount count quantity points credit credits cost fee")
_CHOICES = word_set("status state phase stage mode power level")
_WORD_TYPES = {
    "str": "string", "string": "string", "int": "integer", "integer": "integer", "float": "number", "number": "number",
    "bool": "boolean", "boolean": "boolean", "list": "array", "array": "array", "dict": "object", "object": "object",
}  # fmt: skip


@dataclass
class Answer:
    """What a tool declares to answer."""

    declared: bool = False
    kind: str = ""
    """JSON type of the whole; ``""`` where nothing is told."""
    properties: dict[str, JsonSchema] = field(default_factory=dict)
    """Of an object: its properties, without those that only tell of errors."""
    rows: list[str] | None = None
    """Path of the array of objects in it, ``[]`` where it is the answer itself; None where there is none."""
    row: dict[str, JsonSchema] = field(default_factory=dict)
    """Properties of the objects in that array, where they are told."""
    inner: list[str] = field(default_factory=list)
    """What leads from each object in that array to its row, where it is wrapped."""
    plain: list[str] | None = None
    """Path of the array of plain values, where there is one and no array of objects."""
    said: bool = False
    """Whether it was read out of the description."""

    def of_row(self, noun: tuple[str, ...]) -> dict[str, JsonSchema]:
        """Return the properties of the one row that is answered: those in its envelope, where it is in one."""
        for name, schema in self.properties.items():
            held = schema.get("properties")
            alone = len(self.properties) == 1 or singular_phrase(split(name)) in (noun, noun[-1:])
            if isinstance(held, dict) and held and alone:
                return {inner: part for inner, part in held.items() if isinstance(part, dict)}
        return self.properties


def answer_of(tool: ToolSpec, schemas: Schemas) -> Answer:
    """Read a tool's output schema, or the part of its description that tells what it returns."""
    if tool.output_schema is None:
        return _described(tool.description)
    flat = schemas.resolve(tool.output_schema)
    kinds = schemas.types(flat)
    answer = Answer(True, "object" if flat.get("properties") else next(iter(sorted(kinds)), ""))
    if answer.kind == "array" or "items" in flat:
        answer.kind = "array"
        row = schemas.resolve(flat.get("items"))
        if row.get("properties") or schemas.types(row) <= {"object"}:
            answer.rows, answer.row = [], _properties(row)
        else:
            answer.plain = []
        return answer
    answer.properties = {name: part for name, part in _properties(flat).items() if normal(name) not in _QUIET}
    _find_rows(answer, schemas)
    return answer


def _find_rows(answer: Answer, schemas: Schemas) -> None:
    places: list[tuple[list[str], dict[str, JsonSchema]]] = [([], answer.properties)]
    for _ in range(_ROW_DEPTH):
        inner: list[tuple[list[str], dict[str, JsonSchema]]] = []
        for path, properties in places:
            for name, part in properties.items():
                flat = schemas.resolve(part)
                if "array" in schemas.types(flat) or "items" in flat:
                    row = schemas.resolve(flat.get("items"))
                    if row.get("properties") or schemas.types(row) == {"object"}:
                        answer.rows, answer.row = [*path, name], _properties(row)
                        _unwrap(answer, schemas)
                        return
                    if answer.plain is None and not {"id", "uuid"} & {normal(other) for other in properties}:
                        answer.plain = [*path, name]
                elif flat.get("properties") and len(properties) <= 3:
                    inner.append(([*path, name], _properties(flat)))
        places = inner


def _unwrap(answer: Answer, schemas: Schemas) -> None:
    """Take the one object in each item of a list for its row, where beside it there is only its place: ``node``."""
    objects = {name: schemas.resolve(part) for name, part in answer.row.items()}
    inside = [name for name, part in objects.items() if part.get("properties")]
    if len(inside) == 1 and all(name in inside or normal(name) in _PLACES for name in objects):
        answer.inner, answer.row = inside, _properties(objects[inside[0]])


def _properties(flat: JsonSchema) -> dict[str, JsonSchema]:
    found = flat.get("properties")
    return {name: part for name, part in found.items() if isinstance(part, dict)} if isinstance(found, dict) else {}


def _guessed(name: str) -> JsonSchema:
    """Return the schema of a property of which only the name is told."""
    return {"type": "number"} if split(name)[-1:] and split(name)[-1] in _NUMBERS else {}


def _entries(text: str) -> list[tuple[str, str, str]]:
    """Return the entries under ``Returns:``: (name, type, what is said of it)."""
    for form, whole in ((_INLINE, text), (_ENTRY, "\n" + text)):
        found = list(form.finditer(whole))
        ends = [match.start() for match in found[1:]] + [len(whole)]
        if found:
            return [(m.group(1), m.group(2) or "", whole[m.end() : e]) for m, e in zip(found, ends, strict=True)]
    return []


def _described(text: str) -> Answer:
    """Read ``Returns:`` and the entries under it, or the names in quotes of a sentence that begins with ``Returns``."""
    found = re.search(r"(?i)\breturns?\s*:\s", text)
    answer = Answer()
    told = [] if found is None else _entries(text[found.end() :])
    if told:
        for name, kind, about in told:
            outer = (kind or "str").partition("[")[0].strip().lower()
            answer.properties[name] = {"type": _WORD_TYPES.get(outer, "string")}
            if outer in ("list", "array"):
                objects = re.search(r"\[\s*(dict|object)", kind) is not None or "[" not in kind
                answer.properties[name]["items"] = {"type": "object" if objects else "string"}
            values = list(dict.fromkeys(_VALUES.findall(about))) if _WORD_TYPES.get(outer) == "string" else []
            if values and split(name)[-1:] and split(name)[-1] in _CHOICES:
                answer.properties[name]["enum"] = values
    else:
        sentence = re.search(r"(?i)\breturn(?:s|ed)?\b([^.\n]*)", text)
        names = _QUOTED.findall(sentence.group(1)) if sentence is not None else []
        answer.properties = {name: _guessed(name) for name in dict.fromkeys(names)}
    if answer.properties:
        answer.declared = answer.said = True
        answer.kind = "object"
        for name, part in answer.properties.items():
            if part.get("type") == "array":
                if part["items"]["type"] == "object":
                    answer.rows = answer.rows or [name]
                else:
                    answer.plain = answer.plain or [name]
    return answer
