"""Loading: finding the document, and telling its format from its content."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any

from inftool.specs.brevity import shorten
from inftool.specs.bundle import bundled, bundled_path
from inftool.specs.discovery import read_discovery
from inftool.specs.document import parse, read_text, tidy
from inftool.specs.error import SpecError
from inftool.specs.functions import INPUT_KEYS, read_functions
from inftool.specs.mcp_tools import read_mcp_tools
from inftool.specs.names import snake_case
from inftool.specs.openapi import read_openapi
from inftool.specs.postman import read_postman
from inftool.specs.spec import ApiSpec
from inftool.specs.swagger import read_swagger

FORMATS = (
    "OpenAPI 3.0 or 3.1, Swagger 2.0, a Google Discovery document, a Postman collection (v2), a GraphQL schema, "
    "an MCP tools/list result, or a list of functions (JSON or JSON Lines)"
)

_SUFFIX = re.compile(
    r"(?:\.(?:postman_collection|schema|openapi|swagger))?\.(?:jsonl?|ndjson|ya?ml|graphqls?|gql)$", re.IGNORECASE
)

_GRAPHQL = re.compile(
    r"^(?:(?:extend[ \t]+)?(?:type|interface|input|enum|union|schema)\b[^\n:=]{0,500}[{=]|directive[ \t]+@"
    r"|scalar[ \t]+\w+)",
    re.MULTILINE,
)
_YAML_KEY = re.compile(r"^[\"']?[\w.-]+[\"']?:(?:\s|$)", re.MULTILINE)


def load(source: str | Path) -> ApiSpec:
    """Read the specification at ``source``: a file, or the name of a bundled one, such as ``petstore``.

    The network is never used.

    Raises:
        SpecError: nothing can be read from it; the message says what and where, and what would mend it.
    """
    text = str(source)
    if isinstance(source, str):
        known = bundled_path(source)
        if known is not None:
            return _read_text(read_text(known), source, source, known)
    path = Path(source)
    try:
        is_file, is_folder = path.is_file(), path.is_dir()
    except (OSError, ValueError):
        is_file = is_folder = False
    if is_folder:
        raise SpecError(f"{text}: a folder, not a specification; name the file in it.")
    if not is_file:
        raise SpecError(_not_found(text))
    return _read_text(read_text(path), _name_of(path), text, path)


def load_document(document: object, name: str, source: str = "") -> ApiSpec:
    """Read a specification that is parsed already.

    Args:
        document: The parsed document; keys that are no strings are turned into strings.
        name: Name of the specification; brought into snake case.
        source: Where it came from, for messages; ``name`` if empty.

    Raises:
        SpecError: nothing can be read from it.
    """
    return _whole(_detect(tidy(document, source or name), snake_case(name), source or name))


def _name_of(path: Path) -> str:
    """Return a name for the file: its name without the suffixes that only say what it is."""
    return snake_case(_SUFFIX.sub("", path.name) if _SUFFIX.search(path.name) else path.stem)


def _not_found(text: str) -> str:
    if "/" in text or "\\" in text or _SUFFIX.search(text):
        return f"{text}: no such file."
    near = difflib.get_close_matches(text.lower(), bundled(), n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Bundled are: {', '.join(bundled())}."
    return f"{text}: neither a file nor the name of a bundled specification. {hint}"


def _read_text(text: str, name: str, source: str, path: Path) -> ApiSpec:
    """Read the text of the file at ``path``."""
    if _is_graphql(text, path):
        from inftool.specs.graphql import read_graphql

        return _whole(read_graphql(text, name, source))
    return _whole(_detect(parse(text, source), name, source, path))


def _is_graphql(text: str, path: Path) -> bool:
    """Return whether ``text`` is GraphQL's schema language: its first definition stands before any YAML key."""
    if text.lstrip()[:1] in ("{", "["):
        return False
    start = _GRAPHQL.search(text)
    if start is None:
        return path.suffix.lower() in (".graphql", ".graphqls", ".gql")
    return _YAML_KEY.search(text, 0, start.start()) is None


def _whole(spec: ApiSpec) -> ApiSpec:
    """Return ``spec``, brought down to the size that a list of tools may have.

    Raises:
        SpecError: it has no tools.
    """
    if not spec.tools:
        reasons = "; ".join(f"{problem.place}: {problem.message}" for problem in spec.problems[:3])
        raise SpecError(f"{spec.source}: no operations in it." + (f" {reasons}." if reasons else ""))
    shorten(spec.tools)
    return spec


def _detect(document: Any, name: str, source: str, path: Path | None = None) -> ApiSpec:
    """Read ``document`` with the reader of its format; ``path`` is its file, where it has one."""
    place = ""
    if isinstance(document, dict) and "jsonrpc" in document and isinstance(document.get("result"), dict):
        document, place = document["result"], "/result"
    if isinstance(document, list):
        if _are_tools(document):
            return read_functions(document, place, name, source, kind=_kind(document))
    elif isinstance(document, dict):
        if "swagger" in document and "openapi" not in document:
            return read_swagger(document, name, source, path)
        if "openapi" in document or "paths" in document:
            return read_openapi(document, name, source, path)
        if "discoveryVersion" in document or document.get("kind") == "discovery#restDescription":
            return read_discovery(document, name, source)
        for inner, spot in ((document, place), (document.get("collection"), f"{place}/collection")):
            if isinstance(inner, dict) and isinstance(inner.get("item"), list):
                return read_postman(inner, name, source, spot)
        for key in ("tools", "functions", "functionDeclarations", "function_declarations"):
            entries = document.get(key)
            if not isinstance(entries, list):
                continue
            if "serverInfo" in document or _kind(entries) == "mcp-tools" or (place and not entries):
                return read_mcp_tools(document, entries, f"{place}/{key}", name, source)
            if not entries or _are_tools(entries):
                return read_functions(entries, f"{place}/{key}", name, source)
        if _is_tool(document):
            return read_functions([document], place, name, source, kind=_kind([document]))
    raise SpecError(f"{source}: not a known format; expected {FORMATS}.{_guess(document)}")


def _is_tool(entry: Any) -> bool:
    if not isinstance(entry, dict):
        return False
    inner = entry.get("function")
    if isinstance(inner, dict):
        return "name" in inner
    return "name" in entry and any(key in entry for key in (*INPUT_KEYS, "description"))


def _are_tools(entries: list[Any]) -> bool:
    return not entries or any(_is_tool(entry) for entry in entries)


def _kind(entries: list[Any]) -> str:
    mcp = any(isinstance(entry, dict) and "inputSchema" in entry for entry in entries)
    return "mcp-tools" if mcp else "openai-functions"


def _guess(document: Any) -> str:
    """Return a sentence on what an unknown document seems to be."""
    if not isinstance(document, dict):
        return f" The document is a {type(document).__name__}, not an object." if not isinstance(document, list) else ""
    if "requests" in document and ("order" in document or "folders" in document):
        return " This seems to be a Postman collection of version 1; export it as version 2.1."
    if "__schema" in document or "data" in document:
        return " This seems to be the answer of a GraphQL server; print its schema as text (SDL)."
    if "wsdl" in str(list(document)[:3]).lower() or "asyncapi" in document:
        return " Descriptions of messages and of SOAP services are not read."
    return f" Its top-level keys are {', '.join(list(document)[:6])[:120]}."
