"""Lists of functions as OpenAI's API takes them, and their close relatives."""

from __future__ import annotations

from typing import Any

from inftool.specs.dialect import plain_arguments, plain_schema
from inftool.specs.http_tool import valid_arguments
from inftool.specs.merge import flat_object
from inftool.specs.names import safe_name, unique_name, words_of
from inftool.specs.problems import Problems, pointer
from inftool.specs.references import References
from inftool.specs.schema import Schemas
from inftool.specs.spec import ApiSpec, JsonSchema, ToolSpec
from inftool.specs.text import plain_text
from inftool.specs.validity import is_valid_schema

INPUT_KEYS = ("inputSchema", "input_schema", "parameters")
OUTPUT_KEYS = ("outputSchema", "output_schema", "response", "returns")


def read_functions(
    entries: list[Any], place: str, name: str, source: str, *, title: str = "", about: str = "", kind: str = ""
) -> ApiSpec:
    """Read a list of tools that each have a name and a schema of arguments; bad ones are left out and reported.

    Args:
        entries: The list.
        place: JSON pointer of the list in the file.
        name: Name of the specification.
        source: Where it was read from.
        title: Title of the specification, where the file gives one.
        about: Its description.
        kind: Its format.
    """
    problems = Problems()
    tools: dict[str, ToolSpec] = {}
    for number, entry in enumerate(entries):
        spot = place + pointer(number)
        if isinstance(entry, dict) and isinstance(entry.get("function"), dict):
            entry, spot = entry["function"], spot + "/function"
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            problems.add(spot, "a tool must be an object with a name; it was left out")
            continue
        tool = problems.attempt(spot, "this tool", _tool, entry, spot, problems)
        if tool is None:
            continue
        tool.name = unique_name(tool.name, tools)
        tools[tool.name] = tool
    return ApiSpec(
        name=name,
        title=title or name,
        description=about,
        format=kind or "openai-functions",
        tools=list(tools.values()),
        source=source,
        problems=problems.listed(),
    )


def _tool(entry: dict[str, Any], place: str, problems: Problems) -> ToolSpec:
    annotations = entry.get("annotations")
    annotations = dict(annotations) if isinstance(annotations, dict) else {}
    title = entry.get("title") or annotations.get("title")
    examples = entry.get("examples")
    key = next((key for key in INPUT_KEYS if key in entry), INPUT_KEYS[0])
    output = next((key for key in OUTPUT_KEYS if isinstance(entry.get(key), dict)), None)
    description = plain_text(entry.get("description"), 500)
    title = plain_text(title, 120).rstrip(".")
    return ToolSpec(
        name=safe_name(entry["name"], "tool"),
        title=title,
        description=description or title or words_of(entry["name"]),
        input_schema=_arguments(plain_arguments(entry.get(key)), place + pointer(key), problems),
        output_schema=_alone(plain_schema(entry[output]), place + pointer(output), problems) if output else None,
        annotations=annotations,
        examples=[one for one in examples if isinstance(one, dict)][:3] if isinstance(examples, list) else [],
    )


def _alone(schema: Any, place: str, problems: Problems) -> JsonSchema:
    """Return a schema whose references lead into itself, standing alone."""
    cleaned = Schemas(References(schema, problems, place), problems).inlined(schema, place)
    if is_valid_schema(cleaned):
        return cleaned
    problems.add(place, "no valid JSON Schema; anything is accepted here")
    return {}


def _arguments(schema: Any, place: str, problems: Problems) -> JsonSchema:
    """Return the schema of arguments: always an object with properties."""
    if schema is None or schema == {}:
        return {"type": "object", "properties": {}}
    cleaned = Schemas(References(schema, problems, place), problems).inlined(schema, place)
    flat = flat_object(cleaned)
    if flat is None:
        if cleaned.get("type", "object") != "object":
            problems.add(place, "the arguments of a tool must be an object; none are taken")
            return {"type": "object", "properties": {}}
        flat = {**cleaned, "type": "object", "properties": {}}
    return valid_arguments({**flat, "type": "object"}, problems, place)
