"""Keep-alive HTTP to one port of a server process: as little between a call and its answer as may be.

A client library costs as much a call as the server does (FACTS.md), and hides whether a request was sent at all, which
decides whether it may be sent again.
"""

from __future__ import annotations

import socket
import threading
import time

HOST = "127.0.0.1"
IDLE_CONNECTIONS = 64
"""Connections that are kept for the next request."""
_PATIENCE = 10
"""Timeouts that one request waits through while others are answered: a busy server is not a hung one."""
_CHUNK = 1 << 16


class Link:
    """The connections of this process to one port; safe for any number of threads."""

    def __init__(self, port: int, timeout: float) -> None:
        """Connect to nothing yet.

        Args:
            port: on loopback.
            timeout: seconds without an answer to anybody, after which the server counts as hung.
        """
        self._port = port
        self._timeout = timeout
        self._lock = threading.Lock()
        self._idle: list[socket.socket] = []
        self._answered = time.monotonic()

    def post(self, path: str, headers: str, body: bytes) -> tuple[int, bytes]:
        """Send one request and wait for its answer; a request that was sent is never sent again.

        Args:
            path: with its leading slash.
            headers: further header lines, each with its line end.
            body: JSON.

        Returns:
            The status and the body.

        Raises:
            TimeoutError: nobody was answered for ``timeout`` seconds.
            OSError: the connection broke, or the answer is no HTTP.
        """
        head = (
            f"POST {path} HTTP/1.1\r\nhost: {HOST}:{self._port}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n{headers}\r\n"
        )
        connection = self._take()
        try:
            connection.sendall(head.encode("latin-1") + body)
            status, answer, keep = self._receive(connection)
        except BaseException:
            connection.close()
            raise
        self._answered = time.monotonic()
        with self._lock:
            if keep and len(self._idle) < IDLE_CONNECTIONS:
                self._idle.append(connection)
                return status, answer
        connection.close()
        return status, answer

    def renew(self) -> None:
        """Forget the connections of the process that this one was forked from; its copies of them are closed."""
        self._lock = threading.Lock()
        self.close()

    def close(self) -> None:
        """Close the connections that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _take(self) -> socket.socket:
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = socket.create_connection((HOST, self._port), self._timeout)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connection
            if _is_open(connection):
                return connection
            connection.close()

    def _receive(self, connection: socket.socket) -> tuple[int, bytes, bool]:
        buffer = self._more(connection)
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            buffer += self._more(connection)
        lines = buffer[:end].decode("latin-1").lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        try:
            status, length = int(lines[0].split(" ", 2)[1]), int(fields["content-length"])
        except (IndexError, KeyError, ValueError):
            raise OSError("the server's answer is no HTTP") from None
        parts, got = [buffer[end + 4 :]], len(buffer) - end - 4
        while got < length:
            parts.append(self._more(connection))
            got += len(parts[-1])
        return status, b"".join(parts), fields.get("connection") != "close"

    def _more(self, connection: socket.socket) -> bytes:
        for _ in range(_PATIENCE):
            try:
                part = connection.recv(_CHUNK)
            except TimeoutError:
                if time.monotonic() - self._answered >= self._timeout:
                    break
                continue
            if not part:
                raise ConnectionResetError("the server closed the connection")
            return part
        raise TimeoutError(f"no answer for {self._timeout:g} s")


def _is_open(connection: socket.socket) -> bool:
    """Whether an idle connection may be used: what is readable there can only be its end."""
    timeout = connection.gettimeout()
    connection.settimeout(0)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        connection.settimeout(timeout)
        return True
    except OSError:
        return False
    return False
