"""Tools that are several in one: an argument says which (rule B1)."""

from __future__ import annotations

from inftool.servers.compiler.bare.names import kind_of, named
from inftool.servers.compiler.words import normal, split, word_set
from inftool.specs.spec import ToolSpec

_ARGUMENTS = word_set("method action operation op command cmd verb operationtype actiontype task function")
_LEAST_VERBS = 2


def dispatch_cases(tool: ToolSpec) -> dict[str, ToolSpec]:
    """Return a tool's cases by value of the argument that chooses; empty where it is a single tool.

    Args:
        tool: a bare tool.
    """
    properties = tool.input_schema.get("properties") or {}
    for argument, schema in properties.items():
        if normal(argument) not in _ARGUMENTS or not isinstance(schema, dict):
            continue
        values = [value for value in schema.get("enum") or () if isinstance(value, str) and split(value)]
        verbs = sum(any(kind_of(word) is not None for word in split(value)) for value in values)
        if verbs >= _LEAST_VERBS and verbs * 2 >= len(values):
            return {value: _case(tool, argument, value) for value in values}
    return {}


def _case(tool: ToolSpec, argument: str, value: str) -> ToolSpec:
    """Return one case as a tool of its own: ``issue`` with ``create`` is ``create_issue``."""
    whole = named(tool)
    words = split(value)
    noun = () if len(words) > 1 else (*whole.noun, *(w for k, part in whole.rest.items() for w in (k, *part)))
    if not noun and len(words) == 1 and whole.verb:
        noun = (whole.verb,)
    schema = tool.input_schema
    properties = {name: part for name, part in (schema.get("properties") or {}).items() if name != argument}
    required = [name for name in schema.get("required") or () if name != argument]
    return tool.model_copy(
        update={
            "name": f"{tool.name}:{value}",
            "input_schema": {**schema, "properties": properties, "required": required},
            "annotations": {**tool.annotations, "dispatched": argument, "spoken": "_".join((*words, *noun))},
        }
    )
