"""The HTTP door: one process, many sessions, each with a URL of its own (``/s/<session>/mcp``).

The session is in the path, where every client of either protocol era can put it; ``/mcp`` is the session ``default``.
Nothing hangs on an MCP session id: the transport is stateless.
"""

from __future__ import annotations

import logging
import re
import socket
import sys
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from mcp.server.context import ServerRequestContext
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from inftool.servers.doors.wire import build_server
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.kernel import Kernel
from inftool.servers.runtime.session import Session

logger = logging.getLogger("inftool.servers")

DEFAULT_SESSION = "default"
MAX_SESSIONS = 1000
"""Sessions of one process; the one unused for longest makes room."""
IDLE_SECONDS = 3600.0
"""A session unused for so long is dropped when a new one is opened."""
MAX_BODY_BYTES = 4_000_000
LOOPBACK = ("127.0.0.1", "localhost", "::1")

_SESSION_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class SessionTable:
    """The sessions of one process by name: opened at first use, bounded in number and in idle time.

    Args:
        kernel: runs the sessions' program.
        max_sessions: how many may live at once.
        idle_seconds: how long one may be unused.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        kernel: Kernel,
        max_sessions: int = MAX_SESSIONS,
        idle_seconds: float = IDLE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.kernel = kernel
        self._max_sessions = max_sessions
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._sessions: OrderedDict[str, tuple[Session, float]] = OrderedDict()

    def get(self, name: str) -> Session:
        """Return the session called ``name``, a new one in the seeded state at first use.

        Raises:
            ValueError: the name is not 1 to 64 letters, digits, underscores and hyphens.
        """
        if not _SESSION_NAME.match(name):
            raise ValueError("a session name is 1 to 64 letters, digits, underscores and hyphens")
        now = self._clock()
        held = self._sessions.pop(name, None)
        if held is None:
            self._make_room(now)
        session = held[0] if held else self.kernel.open()
        self._sessions[name] = (session, now)
        return session

    def __len__(self) -> int:
        return len(self._sessions)

    def _make_room(self, now: float) -> None:
        while self._sessions:
            name, (session, used) = next(iter(self._sessions.items()))
            if len(self._sessions) < self._max_sessions and now - used < self._idle_seconds:
                return
            logger.warning("session %s is dropped: unused for %d s", name, now - used)
            session.close()
            del self._sessions[name]

    def close(self) -> None:
        """Close every session."""
        for session, _ in self._sessions.values():
            session.close()
        self._sessions.clear()


class _CheckedName:
    """Refuses a request whose session name is not one, before MCP sees it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path_params"].get("session", DEFAULT_SESSION)
        if _SESSION_NAME.match(name):
            await self._app(scope, receive, send)
        else:
            message = "a session name is 1 to 64 letters, digits, underscores and hyphens"
            await JSONResponse({"error": message}, status_code=404)(scope, receive, send)


def build_app(
    program: ServerProgram,
    seed: int | None = None,
    *,
    host: str = "127.0.0.1",
    max_sessions: int = MAX_SESSIONS,
    idle_seconds: float = IDLE_SECONDS,
    sessions: SessionTable | None = None,
    max_body_bytes: int = MAX_BODY_BYTES,
) -> Starlette:
    """Return the application that serves a program to many sessions.

    Args:
        program: the compiled server.
        seed: of the image of rows; the program's own if None.
        host: the address it will listen on; on loopback, foreign Host and Origin headers are refused (DNS rebinding).
        max_sessions: how many sessions may live at once.
        idle_seconds: how long a session may be unused.
        sessions: holds the sessions, and the kernel that runs them; a table with the bounds above if None.
        max_body_bytes: of one request.
    """
    table = sessions or SessionTable(Kernel(program, seed), max_sessions, idle_seconds)
    kernel = table.kernel

    def session_for(context: ServerRequestContext[Any]) -> Session:
        request: Any = context.request
        return table.get(request.path_params.get("session", DEFAULT_SESSION))

    manager = StreamableHTTPSessionManager(
        build_server(kernel, session_for),
        json_response=True,
        stateless=True,
        security_settings=_security(host),
        max_request_body_size=max_body_bytes,
    )
    endpoint = _CheckedName(StreamableHTTPASGIApp(manager))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            async with manager.run():
                yield
        finally:
            table.close()

    return Starlette(
        routes=[Route("/mcp", endpoint=endpoint), Route("/s/{session}/mcp", endpoint=endpoint)], lifespan=lifespan
    )


def _security(host: str) -> TransportSecuritySettings | None:
    if host not in LOOPBACK:
        return None
    names = ("127.0.0.1", "localhost", "[::1]")
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[form for name in names for form in (name, f"{name}:*")],
        allowed_origins=[form for name in names for form in (f"http://{name}", f"http://{name}:*")],
    )


def serve_http(program: ServerProgram, host: str = "127.0.0.1", port: int = 8000, seed: int | None = None) -> None:
    """Serve a program over streamable HTTP until interrupted; logs go to stderr.

    The h11 parser is used because it strips white space around header values, as MCP's conformance suite expects.

    Raises:
        OSError: the address is in use or cannot be had; its ``filename`` is the address.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    app = build_app(program, seed, host=host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise OSError(error.errno, error.strerror, f"{host}:{port}") from None
        server = uvicorn.Server(uvicorn.Config(app, http="h11", log_config=None, access_log=False))
        server.run(sockets=[listener])
