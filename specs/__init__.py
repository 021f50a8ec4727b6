"""Reading API descriptions into an :class:`ApiSpec`.

``load("petstore")`` reads a bundled specification, ``load("my_api.yaml")`` a file. The files in reading order:
``loader`` finds the document and its format, ``document`` parses it, ``openapi``, ``swagger``, ``discovery``,
``postman``, ``graphql``, ``mcp_tools`` and ``functions`` read one format each (``files`` joins one that is spread over
several files, ``dialect`` reads function docs as programmers write them), ``http_tool`` makes tools of HTTP operations,
``schema`` and ``merge`` clean their schemas, ``brevity`` keeps the list of tools short, ``spec`` is what comes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inftool.specs.bundle import bundled
    from inftool.specs.error import SpecError
    from inftool.specs.loader import load, load_document
    from inftool.specs.spec import ApiSpec, HttpBinding, JsonSchema, Parameter, Problem, Response, ToolSpec

__all__ = [
    "ApiSpec",
    "HttpBinding",
    "JsonSchema",
    "Parameter",
    "Problem",
    "Response",
    "SpecError",
    "ToolSpec",
    "bundled",
    "load",
    "load_document",
]

_HOMES = {"bundled": "bundle", "SpecError": "error", "load": "loader", "load_document": "loader"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: pydantic and the readers cost more than the package should."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'spec')}"), name)
    globals()[name] = value
    return value
