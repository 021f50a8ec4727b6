"""A kernel as an MCP server, on the low-level server of the official SDK, which speaks both protocol eras.

Modern clients (2026-07-28) carry everything in each request; older ones shake hands first. State hangs on neither: the
door that accepts a request says which of our sessions it belongs to.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from inftool.servers.runtime.kernel import Kernel, UnknownTool
from inftool.servers.runtime.results import ToolResult
from inftool.servers.runtime.session import Session

logger = logging.getLogger("inftool.servers")

STATUS = "inftool/status"
"""Name in a result's ``_meta`` of the HTTP status that the answer would have; only the kernel's own answers have it."""

SessionFor = Callable[[ServerRequestContext[Any]], Session]
"""Finds the session that a request belongs to."""


def build_server(kernel: Kernel, session_for: SessionFor) -> Server[Any]:
    """Return an MCP server that lists and calls the tools of a kernel.

    An unknown tool is protocol error -32602; every other failure of a call is a result with ``isError``.
    """
    tools = [_tool(tool) for tool in kernel.tools()]
    listed = types.ListToolsResult(tools=tools)
    schemas = {tool.name: tool.input_schema for tool in tools}

    async def list_tools(
        ctx: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return listed

    async def call_tool(ctx: ServerRequestContext[Any], params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            result = kernel.call(session_for(ctx), params.name, params.arguments)
            answer = _answer(result)
            answer.meta = {STATUS: result.status}
            return answer
        except UnknownTool as unknown:
            raise MCPError(types.INVALID_PARAMS, str(unknown)) from None
        except Exception:
            logger.exception("a call of %s failed inside the server", params.name[:80])
            return _answer(ToolResult(True, 500, {"error": {"code": "internal", "message": "internal server error"}}))

    return Server(
        kernel.program.name,
        version=_version(),
        title=kernel.program.title or None,
        instructions=kernel.program.description[:2000] or None,
        get_tool_input_schema=schemas.get,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _version() -> str:
    try:
        return version("inftool")
    except PackageNotFoundError:
        return "0"


def _tool(tool: dict[str, Any]) -> types.Tool:
    hints = tool["annotations"]
    return types.Tool(
        name=tool["name"],
        title=tool["title"] or None,
        description=tool["description"] or tool["title"] or None,
        input_schema={"type": "object", **tool["input_schema"]},
        annotations=types.ToolAnnotations.model_validate(hints) if hints else None,
    )


def _answer(result: ToolResult) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=result.text)],
        structured_content=result.content if isinstance(result.content, dict) else None,
        is_error=result.is_error,
    )
