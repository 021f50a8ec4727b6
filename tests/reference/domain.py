"""What the replay needs to know of a hand-written reference server, and how it is called."""

from __future__ import annotations

import copy
import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from .documents import arguments_schema, tools_of

Pick = Callable[[Any, Random], Any]


@dataclass(frozen=True)
class Domain:
    """One reference server.

    The class is made from a copy of ``state`` and its public methods are the tools. A method fails by returning
    ``{"error": ...}`` or ``{"success": False, ...}``, or by raising ``ValueError`` or ``PermissionError``.
    """

    name: str
    api: type
    document: Any
    """The function document, as it is given to the compiler."""
    state: dict[str, Any]
    pools: Mapping[str, Pick]
    """By argument (``loan_id``, or ``tool.argument``): picks a value from the live state. By tool: all arguments."""
    generated: Mapping[str, str] = field(default_factory=dict)
    """By name of a result field or argument (or ``tool.name``): the kind of made-up id that it holds."""
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By writing tool: the tools that show what it wrote. ``tool`` takes its required arguments, by name, from the
    arguments and result fields of the write; ``tool argument=name`` takes one by another name, or an optional one;
    ``argument=word!`` gives the word itself."""

    def fresh(self) -> Any:
        """Return the reference server in its initial state."""
        return self.api(copy.deepcopy(self.state))

    def tools(self) -> list[str]:
        """Return the names of the tools."""
        return tools_of(self.api)

    def schema(self, tool: str) -> dict[str, Any]:
        """Return the schema of a tool's arguments."""
        return arguments_schema(self.api, tool)

    def kind(self, tool: str, name: str) -> str | None:
        """Return the kind of made-up id that ``name`` holds in the arguments or the result of ``tool``."""
        return self.generated.get(f"{tool}.{name}", self.generated.get(name))


def call(domain: Domain, api: Any, tool: str, arguments: dict[str, Any]) -> Any:
    """Call the reference as a sandbox would: missing, unknown and out-of-enum arguments are errors, not exceptions."""
    method = getattr(api, tool)
    try:
        inspect.signature(method).bind(**arguments)
    except TypeError as problem:
        return {"error": f"Invalid call: {problem}"}
    for name, schema in domain.schema(tool)["properties"].items():
        if name in arguments and "enum" in schema and arguments[name] not in schema["enum"]:
            return {"error": f"Invalid value for {name}. Must be one of {schema['enum']}."}
    try:
        return method(**copy.deepcopy(arguments))
    except (ValueError, PermissionError) as refusal:
        return {"error": str(refusal)}


def failed(result: Any) -> bool:
    """Tell whether a result of the reference is a failure."""
    return isinstance(result, dict) and ("error" in result or result.get("success") is False)


def load_domains(folder: Path) -> list[Domain]:
    """Return the domains in the Python files of ``folder``: each has one named ``DOMAIN``."""
    found = []
    for path in sorted(folder.glob("[a-z]*.py")):
        name = f"{__package__}.domains.{path.stem}"
        module_spec = importlib.util.spec_from_file_location(name, path)
        assert module_spec is not None
        assert module_spec.loader is not None
        module = importlib.util.module_from_spec(module_spec)
        sys.modules[name] = module
        module_spec.loader.exec_module(module)
        found.append(module.DOMAIN)
    return found
