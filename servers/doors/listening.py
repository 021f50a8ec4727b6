"""Listening at an address with bounds on what a client can hold open, until the process is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_HEAD_BYTES = 32_768
"""Request line and headers of one request."""
MAX_CONNECTIONS = 1_024
"""Connections at once; a request beyond them is answered with 503."""
HEAD_SECONDS = 15.0
"""Within so many seconds a connection's next request must have told its headers."""
STALL_SECONDS = 30.0
"""A connection whose client takes nothing of an answer for so long is cut."""
IDLE_SECONDS = 30
"""A connection without a request is kept for so long."""
STOP_SECONDS = 5
"""Requests get so long to finish when the process is told to stop."""
_ADDRESS = re.compile(r"(?:(?:\[([^\]]*)\]|([^:\[\]]*)):)?([0-9]{1,5})\Z")


def parse_address(text: str) -> tuple[str, int]:
    """Read ``PORT``, ``HOST:PORT`` or ``[IPV6]:PORT``; a port alone is on 127.0.0.1, port 0 is any free one.

    Raises:
        ValueError: it is none of these.
    """
    found = _ADDRESS.match(text)
    if found is None or int(found[3]) > 65_535:
        raise ValueError(f"{text!r}: give PORT, HOST:PORT or [IPV6]:PORT, such as 127.0.0.1:8000")
    return found[1] or found[2] or "127.0.0.1", int(found[3])


def url_of(host: str, port: int) -> str:
    """Return the address as a URL; a door at all addresses is called by the loopback one."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to an address.

    Raises:
        OSError: the address is in use or cannot be had; its ``filename`` is the address.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except BaseException:
            listener.close()
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, f"{host}:{port}") from None
    return listener


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 by h11, for clients that may be slow on purpose.

    h11 strips white space around header values, as MCP's conformance suite expects; httptools does not.
    """

    _head: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._await_head(HEAD_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Take in bytes; a request that has begun to be answered is waited for no longer."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            _cancel(self._head)

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self._await_head(self.timeout_keep_alive + HEAD_SECONDS)
        super().on_response_complete()
        if self.cycle is not None and not self.cycle.response_complete:
            _cancel(self._head)

    def pause_writing(self) -> None:
        """Begin to wait until the client takes what is written."""
        super().pause_writing()
        self._stall = self.loop.call_later(STALL_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on writing."""
        _cancel(self._stall)
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        _cancel(self._head)
        _cancel(self._stall)
        super().connection_lost(exc)

    def _await_head(self, seconds: float) -> None:
        _cancel(self._head)
        self._head = self.loop.call_later(seconds, self.transport.abort)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def bounded_server(app: ASGIApp) -> uvicorn.Server:
    """Return a server with these bounds."""
    config = uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=MAX_CONNECTIONS,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return uvicorn.Server(config)


def run(app: ASGIApp, listener: socket.socket) -> None:
    """Serve an application until SIGTERM, or until Ctrl-C, which ends in a KeyboardInterrupt; closes the socket."""
    with listener, _quiet_end():
        bounded_server(app).run(sockets=[listener])


@contextlib.contextmanager
def _quiet_end() -> Iterator[None]:
    """Let uvicorn, which sends itself the signal that stopped it once more, end without being killed by it."""
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
