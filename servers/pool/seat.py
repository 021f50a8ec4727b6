"""A seat at a server process: tool calls over MCP, everything else over the control plane."""

from __future__ import annotations

import base64
import contextlib
import json
import os
from collections.abc import Mapping
from typing import Any

from inftool.servers.pool.process import ServerProcess
from inftool.servers.program import Operation
from inftool.servers.runtime.arguments import plain_json
from inftool.servers.runtime.changes import RowChange
from inftool.servers.runtime.errors import Refusal, error_answer
from inftool.servers.runtime.kernel import UnknownTool
from inftool.servers.runtime.results import ToolResult
from inftool.servers.runtime.session import Snapshot
from inftool.servers.seat import ServerLost

PROTOCOL = "2026-07-28"
STATUS = "inftool/status"
"""As :data:`inftool.servers.doors.wire.STATUS`, which would import MCP."""

_META = {
    "io.modelcontextprotocol/protocolVersion": PROTOCOL,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "inftool-pool", "version": "1"},
}
_HEADERS = (
    f"accept: application/json, text/event-stream\r\nmcp-protocol-version: {PROTOCOL}\r\nmcp-method: tools/call\r\n"
)


class PoolSeat:
    """A seat at a server process; :class:`inftool.servers.seat.Seat` says what its methods do.

    Attributes:
        name: its secret name at the process; ``/s/<name>/mcp`` is its tools' path.

    Its lease begins anew with every use. What no JSON can carry is answered here, in the words of the kernel.
    """

    def __init__(
        self,
        server: ServerProcess,
        operations: Mapping[str, Operation],
        seed: int,
        lease: float,
        name: str,
        owner: object = None,
    ) -> None:
        """Sit down.

        Args:
            server: the process.
            operations: of its program, by tool.
            seed: of the state.
            lease: seconds for which the seat may be unused.
            name: the seat's id at the process.
            owner: kept alive as long as the seat is.
        """
        self._server = server
        self._operations = operations
        self._seed = seed
        self._lease = lease
        self.name = name
        self._owner = owner
        self._pid = os.getpid()
        self._path = f"/s/{name}/mcp"
        self._closed = False
        self._lost = ""

    def call(self, tool: str, arguments: Any = None) -> ToolResult:
        """Call a tool over MCP."""
        self._check()
        operation = self._operations.get(tool)
        if operation is None:
            raise UnknownTool(f"{self._server.program.name} has no tool {tool[:80]!r}")
        try:
            plain = plain_json({} if arguments is None else arguments)
        except Refusal as refusal:
            status, body = error_answer(operation, refusal, self._seed)
            return ToolResult(True, status, body)
        request = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": tool, "arguments": plain, "_meta": _META},
        }
        headers = _HEADERS + _named_headers(operation, plain)
        body = json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            status, answer = self._server.tool(self._path, headers, body)
        except ServerLost as error:
            raise self._lose(str(error)) from None
        if status == 404:
            raise self._lose(self._expired())
        result = _result(answer)
        if result is None:
            raise self._lose(
                f"{self._server.program.name}: the server failed inside a call of {tool} (status {status})"
            )
        return result

    def reset(self) -> None:
        """Go back to the seeded state."""
        self._control("reset")

    def snapshot(self) -> Snapshot:
        """Return the present state."""
        kept = self._control("snapshot")
        return Snapshot(base64.b64decode(kept["changes"]), tuple((name, value) for name, value in kept["meta"]))

    def restore(self, snapshot: Snapshot) -> None:
        """Go to a state that was kept.

        Raises:
            ValueError: it is not one of this program.
        """
        self._control("restore", changes=base64.b64encode(snapshot.changes).decode(), meta=snapshot.meta)

    def fork(self) -> PoolSeat:
        """Return a new seat at the same process, in the same state."""
        name = self._control("fork")["seat"]
        return PoolSeat(self._server, self._operations, self._seed, self._lease, name, self._owner)

    def diff(self) -> list[RowChange]:
        """Return what differs from the seeded state, in canonical order."""
        return [RowChange(**change) for change in self._control("diff")["changes"]]

    def extend(self, seconds: float | None = None) -> None:
        """Begin the lease anew.

        Args:
            seconds: how long it is to be from now on; as before if None.
        """
        self._lease = self._lease if seconds is None else seconds
        self._control("extend", lease=self._lease)

    def close(self) -> None:
        """Give the seat back; nothing happens where it is lost, or was closed before, or belongs to another process."""
        if self._closed:
            return
        self._closed = True
        if not self._lost and self._pid == os.getpid():
            with contextlib.suppress(ServerLost):
                self._server.control("close", seat=self.name)

    def __enter__(self) -> PoolSeat:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def __del__(self) -> None:
        if not getattr(self, "_closed", True) and not self._lost and self._pid == os.getpid():
            self._server.abandoned.append(self.name)

    def _control(self, action: str, **arguments: Any) -> dict[str, Any]:
        self._check()
        try:
            return self._server.control(action, seat=self.name, **arguments)
        except ServerLost as error:
            raise self._lose(self._expired() if not self._server.lost else str(error)) from None

    def _check(self) -> None:
        if self._closed:
            raise RuntimeError("the seat is closed; open a new one")
        if self._lost:
            raise ServerLost(self._lost)
        if self._pid != os.getpid():
            raise self._lose("the seat belongs to the process that this one was forked from; open a new one")

    def _lose(self, why: str) -> ServerLost:
        self._lost = why
        return ServerLost(why)

    def _expired(self) -> str:
        return f"{self._server.program.name}: the seat's lease is over, since it was not used for {self._lease:g} s"


def _named_headers(operation: Operation, arguments: dict[str, Any]) -> str:
    """Return the headers that mirror parts of the request, as the protocol wants them."""
    tool = operation.tool
    if not tool.isascii() or not tool.isprintable() or tool != tool.strip() or tool.startswith("=?"):
        tool = f"=?base64?{base64.b64encode(tool.encode()).decode()}?="
    lines = f"mcp-name: {tool}\r\n"
    if arguments and "x-mcp-header" in str(operation.input_schema):
        from mcp.shared.inbound import mcp_param_headers, x_mcp_header_map

        mirrored = mcp_param_headers(x_mcp_header_map(operation.input_schema), arguments)
        lines += "".join(f"{name}: {value}\r\n" for name, value in mirrored.items())
    return lines


def _result(answer: bytes) -> ToolResult | None:
    """Read the kernel's answer; None where it is not the kernel that answered."""
    try:
        result = json.loads(answer)["result"]
        status, text, structured = result["_meta"][STATUS], result["content"][0]["text"], "structuredContent" in result
    except (ValueError, KeyError, IndexError, TypeError):
        return None
    content = json.loads(text)
    if not structured and isinstance(content, dict):
        content = None
    return ToolResult(bool(result.get("isError")), status, content)
