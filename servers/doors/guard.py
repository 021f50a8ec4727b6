"""Who may talk to the HTTP door: the Host and Origin it is called by, its bearer token, and how long a body may take.

It stands before everything else, so that nothing of a stranger's request is read into memory.
"""

from __future__ import annotations

import hmac
import logging
import re
from ipaddress import ip_address
from urllib.parse import urlsplit

import anyio
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("inftool.servers")

BODY_SECONDS = 30.0
"""Within so many seconds the whole body of a request must have come."""
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_ANY = ("", "0.0.0.0", "::")
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9._-]{1,253}))(?::[0-9]{1,5})?\Z")
_TOKEN = re.compile(r"[\x21-\x7e]{1,1024}\Z")


class _TooSlow(Exception):
    """The body did not come in time."""


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach what listens at a host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def check_token(host: str, token: str | None) -> None:
    """Check that a door may be opened at a host.

    Raises:
        ValueError: others can reach it and there is no token, or the token cannot be sent in a header.
    """
    if token is not None and not _TOKEN.match(token):
        raise ValueError("a token is 1 to 1024 printable ASCII characters without spaces")
    if token is None and not is_loopback(host):
        raise ValueError(f"others can reach {host or 'all addresses'}: set a token (--token or INFTOOL_TOKEN)")


class Guard:
    """Refuses what is not meant for this door.

    Args:
        app: what is guarded.
        host: where the door listens. A request must name it, or a loopback name, in its Host, and so must an Origin
            (DNS rebinding); of a door that listens at all addresses, the Origin must be the Host.
        token: the bearer token that every request must carry; None for none.
        body_seconds: how long a body may take.
    """

    def __init__(
        self, app: ASGIApp, host: str = "127.0.0.1", token: str | None = None, body_seconds: float = BODY_SECONDS
    ) -> None:
        check_token(host, token)
        self._app = app
        self._names = None if host in _ANY else frozenset((host.lower(), *_LOOPBACK_NAMES))
        self._token = None if token is None else token.encode()
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 401, 403, 408 or 421."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(headers)
        if refused is not None:
            await _refuse(*refused, scope, receive, send)
            return
        body = _Body(receive, self._body_seconds, whole=not _has_body(headers))
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] == "http.response.start" and not body.whole:
                message = {**message, "headers": [*message.get("headers", []), (b"connection", b"close")]}
            await send(message)

        try:
            await self._app(scope, body.receive, answer)
        except _TooSlow:
            if not started:
                await _refuse(408, "the body did not come in time", scope, receive, send)

    def _refusal(self, headers: Headers) -> tuple[int, str] | None:
        host, origins = headers.get("host", ""), headers.getlist("origin")
        called = _HOST.match(host)
        if called is None or len(headers.getlist("host")) > 1 or not self._is_own(called[1] or called[2]):
            return 421, "the Host header names another server"
        if any(not self._is_own_origin(origin, host) for origin in origins):
            return 403, "the Origin header names another site"
        if self._token is not None and not self._is_token(headers.getlist("authorization")):
            return 401, "the bearer token is wrong or missing"
        return None

    def _is_own(self, name: str) -> bool:
        return self._names is None or name.lower() in self._names

    def _is_own_origin(self, origin: str, host: str) -> bool:
        scheme, separator, place = origin.partition("://")
        if scheme not in ("http", "https") or not separator or _HOST.match(place) is None:
            return False
        if self._names is None:
            return place.lower() == host.lower()
        return self._is_own(urlsplit(origin).hostname or "")

    def _is_token(self, given: list[str]) -> bool:
        scheme, _, token = (given[0] if len(given) == 1 else "").partition(" ")
        right = hmac.compare_digest(token.strip().encode("latin-1", "replace"), self._token or b"")
        return scheme.lower() == "bearer" and right


class _Body:
    """The body of one request: how much of it came, and by when it must have come."""

    def __init__(self, receive: Receive, seconds: float, whole: bool) -> None:
        self._receive = receive
        self._deadline = anyio.current_time() + seconds
        self.whole = whole
        """Whether nothing of it is still to come: an answer before that ends the connection."""

    async def receive(self) -> Message:
        """Return the next part.

        Raises:
            _TooSlow: it did not come in time.
        """
        if self.whole:
            return await self._receive()
        try:
            with anyio.fail_after(max(0.0, self._deadline - anyio.current_time())):
                message = await self._receive()
        except TimeoutError:
            raise _TooSlow from None
        self.whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message


def _has_body(headers: Headers) -> bool:
    return "content-length" in headers or "transfer-encoding" in headers


async def _refuse(status: int, why: str, scope: Scope, receive: Receive, send: Send) -> None:
    client = (scope.get("client") or ("?",))[0]
    logger.warning("a request from %s is refused (%d): %s", client, status, why)
    headers = {"connection": "close"} | ({"www-authenticate": "Bearer"} if status == 401 else {})
    await JSONResponse({"error": why}, status_code=status, headers=headers)(scope, receive, send)
