"""Results of MCP's ``tools/list``, bare, with ``serverInfo`` around them, or in a JSON-RPC answer."""

from __future__ import annotations

from typing import Any

from inftool.specs.functions import read_functions
from inftool.specs.spec import ApiSpec
from inftool.specs.text import plain_text


def read_mcp_tools(document: dict[str, Any], entries: list[Any], place: str, name: str, source: str) -> ApiSpec:
    """Read the tools in ``entries``, which stand at ``place`` in ``document``."""
    info = document.get("serverInfo")
    info = info if isinstance(info, dict) else {}
    return read_functions(
        entries,
        place,
        name,
        source,
        title=plain_text(info.get("title") or info.get("name"), 120),
        about=plain_text(document.get("instructions") or info.get("description"), 1000),
        kind="mcp-tools",
    )
