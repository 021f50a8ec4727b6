"""The same tool written by hand: `python benchmarks/hand.py sdk|fastmcp TABLE stdio|PORT`. Needs no InfTool.

It lists every tool of the table, and does the indexed read alone: a row of SQLite, answered as text and as structured
content. It validates as much as its library does by itself, keeps no sessions, and opens no transaction.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Look = Callable[[int], dict[str, Any]]


def table(path: str) -> tuple[list[dict[str, Any]], Look]:
    """Return the tools, and the plain function over SQLite that answers a read."""
    held = json.loads(Path(path).read_text())
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY, doc TEXT)")
    connection.executemany("INSERT INTO thing VALUES (?, ?)", [(row["id"], json.dumps(row)) for row in held["rows"]])

    def look(key: int) -> dict[str, Any]:
        found = connection.execute("SELECT doc FROM thing WHERE id = ?", (key,)).fetchone()
        if found is None:
            return {"error": "not found"}
        row: dict[str, Any] = json.loads(found[0])
        return row

    return held["tools"], look


def sdk_server(path: str) -> Any:
    """Return the low-level server of the MCP SDK."""
    import mcp_types as types
    from mcp.server.lowlevel import Server

    tools, look = table(path)
    listed = types.ListToolsResult(
        tools=[
            types.Tool(
                name=tool["name"],
                description=tool["description"],
                input_schema={"type": "object", **tool["input_schema"]},
            )
            for tool in tools
        ]
    )

    async def list_tools(ctx: Any, params: Any) -> types.ListToolsResult:
        return listed

    async def call_tool(ctx: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        row = look(next(iter((params.arguments or {}).values())))
        return types.CallToolResult(content=[types.TextContent(text=json.dumps(row))], structured_content=row)

    return Server("things", on_list_tools=list_tools, on_call_tool=call_tool)


def fastmcp_server(path: str) -> Any:
    """Return a FastMCP server."""
    from fastmcp import FastMCP
    from fastmcp.tools import Tool

    tools, look = table(path)
    server: Any = FastMCP("things")

    async def get_thing1(thing1_id: int) -> dict[str, Any]:
        return look(thing1_id)

    async def other(thing_id: int, name: str, size: int = 0, status: str = "new") -> dict[str, Any]:
        return {}

    for tool in tools:
        function: Any = get_thing1 if tool["name"] == "get_thing1" else other
        server.add_tool(Tool.from_function(function, name=tool["name"], description=tool["description"]))
    return server


def main(kind: str, path: str, place: str) -> None:
    if kind == "fastmcp":
        server = fastmcp_server(path)
        if place == "stdio":
            server.run("stdio", show_banner=False)
            return
        app = server.http_app(json_response=True, stateless_http=True)
    else:
        server = sdk_server(path)
        if place == "stdio":
            import anyio
            from mcp.server.stdio import stdio_server

            async def serve() -> None:
                async with stdio_server() as (read_stream, write_stream):
                    await server.run(read_stream, write_stream, server.create_initialization_options())

            anyio.run(serve)
            return
        app = server.streamable_http_app(json_response=True, stateless_http=True)
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=int(place), log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
