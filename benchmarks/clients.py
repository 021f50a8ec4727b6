"""Clients of servers under test: raw ones, which cost little themselves, and those of the MCP SDK."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

VERSION = "2025-06-18"
"""The revision that the raw clients speak: every contestant serves it."""
START_SECONDS = 60.0


class ServerFailed(RuntimeError):
    """A server under test does not start, or does not answer as it should."""


class StdioClient:
    """A server process over its stdin and stdout, by lines of JSON, with no library between."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start the process and shake hands."""
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        client = {"name": "benchmark", "version": "1"}
        self.ask("initialize", {"protocolVersion": VERSION, "capabilities": {}, "clientInfo": client})
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def ask(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the result of a request."""
        self._send({"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}})
        assert self.process.stdout is not None
        for line in self.process.stdout:
            answer = json.loads(line)
            if answer.get("id") == 1:
                result: dict[str, Any] = answer["result"]
                return result
        raise ServerFailed(f"{self.process.args!r} ended")

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def close(self) -> None:
        """End the process."""
        end(self.process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()


class RawHttp:
    """One kept connection to a streamable HTTP endpoint, with no library between."""

    def __init__(self, port: int, path: str) -> None:
        self._port = port
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: {VERSION}\r\n"
        )

    async def connect(self) -> Self:
        """Open the connection."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def ask(self, method: str, params: dict[str, Any] | None = None) -> bytes:
        """Return the body of the answer to a request.

        Raises:
            ServerFailed: the answer is not 200.
        """
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}})
        self._writer.write(f"{self._head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        answer = await self._reader.readexactly(length)
        if not head.startswith(b"http/1.1 200"):
            raise ServerFailed(f"{head[:80]!r}: {answer[:200]!r}")
        return answer

    async def call(self, tool: str, arguments: dict[str, Any]) -> bytes:
        """Return the body of a call's answer."""
        answer = await self.ask("tools/call", {"name": tool, "arguments": arguments})
        if b'"structuredContent"' not in answer or b'"isError":true' in answer:
            raise ServerFailed(f"{tool}: {answer[:200]!r}")
        return answer

    async def close(self) -> None:
        """Close the connection."""
        self._writer.close()
        await self._writer.wait_closed()


@contextmanager
def http_server(command: Sequence[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server process that listens on a port of this machine.

    Raises:
        ServerFailed: it does not listen.
    """
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START_SECONDS
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > until:
                raise ServerFailed(f"{' '.join(command)} does not listen")
            time.sleep(0.02)
        yield process
    finally:
        end(process)


@asynccontextmanager
async def sdk_stdio(command: Sequence[str]) -> AsyncIterator[Client]:
    """Open the SDK's client to a server process; the process's log is thrown away."""
    parameters = StdioServerParameters(command=command[0], args=list(command[1:]), env=dict(os.environ))
    with Path(os.devnull).open("w") as nowhere:
        async with Client(stdio_client(parameters, errlog=nowhere)) as client:
            yield client


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process, by force if it does not listen, and close its pipes."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def memory(process: subprocess.Popen[bytes]) -> float:
    """Return the resident megabytes of a process (Linux)."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ServerFailed("the process has ended")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
