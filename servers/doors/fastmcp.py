"""A compiled server inside an application of FastMCP (the extra ``inftool[fastmcp]``).

    from inftool.servers.doors.fastmcp import InfToolProvider
    app.add_provider(InfToolProvider("petstore"), namespace="pets")

The application gets the program's tools, next to its own. A mounted server has one session: all clients of the
application share its rows, as they share what the application's own functions keep. Sessions of a client's own are what
``inftool serve --http`` is for; FastMCP's do not outlive a request in the newer protocol era.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import mcp_types as types
from fastmcp.server.providers import Provider
from fastmcp.tools.base import Tool, ToolResult
from pydantic import PrivateAttr

from inftool.servers.doors.wire import answer_call
from inftool.servers.opening import open_program
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.kernel import Kernel


class InfToolProvider(Provider):  # type: ignore[misc]
    """Provides the tools of one program on one session.

    Args:
        served: what :func:`~inftool.servers.opening.open_program` takes, a compiled program, or a kernel.
        seed: of the rows; that of the program, or of the kernel, if None.

    Raises:
        SpecError: no specification can be read there.
        ProgramError: it is a compiled program that is damaged.
    """

    def __init__(self, served: str | os.PathLike[str] | ServerProgram | Kernel, *, seed: int | None = None) -> None:
        super().__init__()
        program = served.program if isinstance(served, Kernel) else served
        if not isinstance(program, ServerProgram):
            program = open_program(program)
        self.kernel = served if isinstance(served, Kernel) and seed is None else Kernel(program, seed)
        self.session = self.kernel.open()
        """The rows, for the application to reset, to look at and to compare."""
        self._tools = [self._tool(tool) for tool in self.kernel.tools()]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.kernel.program.name!r})"

    async def _list_tools(self) -> Sequence[Tool]:
        return self._tools

    def _tool(self, tool: dict[str, Any]) -> _CompiledTool:
        made = _CompiledTool(
            name=tool["name"],
            title=tool["title"] or None,
            description=tool["description"] or tool["title"] or None,
            parameters={"type": "object", **tool["input_schema"]},
            annotations=types.ToolAnnotations.model_validate(tool["annotations"]),
        )
        made._call = partial(answer_call, self.kernel, lambda: self.session, tool["name"])
        return made


class _CompiledTool(Tool):  # type: ignore[misc]
    """A tool whose answer is the kernel's; it keeps its own name when FastMCP gives it another."""

    _call: Callable[[dict[str, Any]], types.CallToolResult] = PrivateAttr()

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        return ToolResult.from_mcp_result(self._call(arguments))
