"""The HTTP door: one process, many sessions, each with a URL of its own (``/s/<session>/mcp``).

The session is in the path, where every client of either protocol era can put it; ``/mcp`` is the session ``default``.
Of several programs each has its own name before that (``/petstore/mcp``, ``/petstore/s/<session>/mcp``). Nothing hangs
on an MCP session id: the transport is stateless.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from inftool.servers.doors.guard import BODY_SECONDS, Guard, check_token
from inftool.servers.doors.offer import Offer
from inftool.servers.doors.sessions import (
    DEFAULT_SESSION,
    IDLE_SECONDS,
    MAX_SESSIONS,
    SessionTable,
    is_session_name,
)
from inftool.servers.doors.wire import build_server
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.kernel import Kernel
from inftool.servers.runtime.session import Session

MAX_BODY_BYTES = 4_000_000
_NO_NAME = "a session name is 1 to 64 letters, digits, underscores and hyphens"


class _CheckedName:
    """Refuses a request whose session name is not one, before MCP sees it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_session_name(scope["path_params"].get("session", DEFAULT_SESSION)):
            await self._app(scope, receive, send)
        else:
            await JSONResponse({"error": _NO_NAME}, status_code=404)(scope, receive, send)


def build_app(
    served: ServerProgram | Sequence[Offer],
    seed: int | None = None,
    *,
    host: str = "127.0.0.1",
    token: str | None = None,
    max_sessions: int = MAX_SESSIONS,
    idle_seconds: float = IDLE_SECONDS,
    body_seconds: float = BODY_SECONDS,
    max_body_bytes: int = MAX_BODY_BYTES,
    sessions: SessionTable | None = None,
) -> Starlette:
    """Return the application that serves programs to many sessions.

    Args:
        served: a compiled server; or what is offered of one or several, whose names differ.
        seed: of the image of rows of a compiled server; its own if None.
        host: the address it will listen on; foreign Host and Origin headers are refused (DNS rebinding).
        token: the bearer token that requests must carry; needed where others than this machine can reach the host.
        max_sessions: how many sessions may live at once.
        idle_seconds: how long a session may be unused.
        body_seconds: how long the body of a request may take.
        max_body_bytes: how long that body may be.
        sessions: a table with other bounds than these.

    Raises:
        ValueError: a token is needed and missing, or cannot be sent in a header.
    """
    check_token(host, token)
    offers = [Offer(Kernel(served, seed))] if isinstance(served, ServerProgram) else served
    table = SessionTable(max_sessions, idle_seconds) if sessions is None else sessions
    managers, routes = [], []
    for offer in offers:
        manager = _manager(offer, table, max_body_bytes)
        endpoint = _CheckedName(StreamableHTTPASGIApp(manager))
        root = f"/{offer.label}" if len(offers) > 1 else ""
        routes += [Route(f"{root}{path}", endpoint, methods=["POST"]) for path in ("/mcp", "/s/{session}/mcp")]
        managers.append(manager)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            async with AsyncExitStack() as stack:
                for manager in managers:
                    await stack.enter_async_context(manager.run())
                yield
        finally:
            table.close()

    guard = Middleware(Guard, host=host, token=token, body_seconds=body_seconds)
    return Starlette(routes=routes, lifespan=lifespan, middleware=[guard])


def _manager(offer: Offer, sessions: SessionTable, max_body_bytes: int) -> StreamableHTTPSessionManager:
    def session_for(context: ServerRequestContext[Any]) -> Session:
        request: Any = context.request
        return sessions.get(offer.kernel, request.path_params.get("session", DEFAULT_SESSION))

    return StreamableHTTPSessionManager(
        build_server(offer, session_for), json_response=True, stateless=True, max_request_body_size=max_body_bytes
    )
