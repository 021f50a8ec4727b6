"""One server process as its owner sees it: started, asked, and ended in time."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from typing import IO, Any

from inftool.servers.pool.link import Link
from inftool.servers.program import ServerProgram
from inftool.servers.seat import ServerLost

TAIL = 2_000
"""Characters of a process's last words in an error."""
_MAX_LOG_BYTES = 1_000_000
_COMMAND = ("-P", "-m", "inftool.servers.pool.child")

Spawn = Callable[[Callable[[], "subprocess.Popen[bytes]"]], "subprocess.Popen[bytes]"]
"""Runs a function in a thread that lives as long as the process it starts is wanted.

Linux ends the process with the *thread* that started it (``PR_SET_PDEATHSIG``)."""


class ServerStartError(ServerLost):
    """A server process did not start in time, or not at all; the message ends with its last words."""


class ServerProcess:
    """A server process of one program.

    Attributes:
        program: what it serves.
        token: what the control plane asks for.
        tool_port: of the tool door.
        control_port: of the control plane.
        lost: why it is gone; empty while it is believed to live.
        abandoned: ids of seats that were dropped without being closed; closed at the next opening.
    """

    def __init__(self, program: ServerProgram, spawn: Spawn, timeout: float, start_seconds: float) -> None:
        """Start the process and wait until it serves.

        Raises:
            ServerStartError: it ended, or was not ready in ``start_seconds``.
        """
        self.program = program
        self.lost = ""
        self.abandoned: deque[str] = deque()
        self._timeout = timeout
        self._lock = threading.RLock()
        self._owner = os.getpid()
        self.token = secrets.token_urlsafe(32)
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = spawn(self._popen)
        try:
            self.tool_port, self.control_port = self._introduce(start_seconds)
        except BaseException:
            self.end("it was not started")
            raise
        self._tools, self._control = Link(self.tool_port, timeout), Link(self.control_port, timeout)

    def __repr__(self) -> str:
        return f"<server of {self.program.name}, process {self.pid}{', lost' if self.lost else ''}>"

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def _popen(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *_COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )

    def _introduce(self, start_seconds: float) -> tuple[int, int]:
        """Pass the program and the token through the pipe; returns the two ports."""
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._process.kill()

        watch = threading.Timer(start_seconds, give_up)
        watch.daemon = True
        watch.start()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        program = json.dumps(self.program.model_dump(mode="json", by_alias=True)).encode()
        header = {"token": self.token, "size": len(program)}
        line = b""
        try:
            self._process.stdin.write(json.dumps(header).encode() + b"\n" + program)
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            pass
        finally:
            watch.cancel()
            self._process.stdout.close()
        if not line:
            code = self._process.wait()
            why = f"was not ready in {start_seconds:g} s" if late.is_set() else f"ended at once ({_how(code)})"
            raise ServerStartError(f"the server process of {self.program.name} {why}{self._last_words()}")
        ready = json.loads(line)
        return ready["tools"], ready["control"]

    # --- asking

    def open(self, seed: int, lease: float) -> str:
        """Open a seat in the seeded state and return its id.

        Raises:
            ServerLost: the process is gone or hangs, or has no seat free.
        """
        self._trim_log()
        closing = [self.abandoned.popleft() for _ in range(len(self.abandoned))]
        return str(self.control("open", seed=seed, lease=lease, closing=closing)["seat"])

    def tool(self, path: str, headers: str, body: bytes) -> tuple[int, bytes]:
        """Post to the tool door.

        Raises:
            ServerLost: the process is gone, or was ended now because it hangs.
        """
        return self._post(self._tools, path, headers, body)

    def control(self, action: str, **arguments: Any) -> dict[str, Any]:
        """Ask the control plane.

        Raises:
            ServerLost: the process is gone or hangs, or the seat's lease is over.
            ValueError: the arguments are refused.
        """
        headers = f"authorization: Bearer {self.token}\r\n"
        body = json.dumps(arguments).encode()
        status, answer = self._post(self._control, f"/{action}", headers, body, probing=action == "health")
        try:
            parsed: dict[str, Any] = json.loads(answer)
        except ValueError:
            raise ServerLost(f"{self.program.name}: its server failed (status {status})") from None
        if status == 200:
            return parsed
        message = f"{self.program.name}: {parsed.get('error', f'status {status}')}"
        raise ValueError(message) if status == 400 else ServerLost(message)

    def check(self) -> bool:
        """Whether the process is alive and answers; one that does not is ended."""
        with contextlib.suppress(ServerLost):
            self.control("health")
        return not self.lost

    def _post(self, link: Link, path: str, headers: str, body: bytes, probing: bool = False) -> tuple[int, bytes]:
        if self.lost:
            raise ServerLost(self.lost)
        try:
            return link.post(path, headers, body)
        except TimeoutError:
            self.end(f"did not answer for {self._timeout:g} s")
        except OSError as error:
            code = self._wait(1.0)
            if code is not None:
                self.end(f"ended ({_how(code)})")
            elif probing or not self.check():
                self.end(f"cannot be reached ({error})")
            else:
                raise ServerLost(f"the connection to process {self.pid} of {self.program.name} broke") from None
        raise ServerLost(self.lost) from None

    # --- ending

    def end(self, why: str) -> None:
        """End the process, if it is ours, and let go of everything that belongs to it; may be called at any time."""
        with self._lock:
            if self.lost:
                return
            self.lost = f"the server process {self.pid} of {self.program.name} {why}"
            for link in (getattr(self, "_tools", None), getattr(self, "_control", None)):
                if link is not None:
                    link.close()
            if self._owner == os.getpid():
                self._process.kill()
                self._process.wait()
            self._close_pipes()
            self._log.close()

    def disown(self) -> None:
        """Become a stranger's process, after a fork: new connections, and no power over its life."""
        self._lock = threading.RLock()
        self.abandoned = deque()
        self._close_pipes()
        if not self.lost:
            for link in (self._tools, self._control):
                link.renew()

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError, ValueError):
                    pipe.close()

    def _wait(self, seconds: float) -> int | None:
        """Return how the process ended; None if it lives, or is not ours to ask."""
        if self._owner != os.getpid():
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def _trim_log(self) -> None:
        if os.fstat(self._log.fileno()).st_size > _MAX_LOG_BYTES:
            os.ftruncate(self._log.fileno(), 0)
            os.lseek(self._log.fileno(), 0, os.SEEK_SET)

    def _last_words(self) -> str:
        size = os.fstat(self._log.fileno()).st_size
        text = os.pread(self._log.fileno(), 4 * TAIL, max(0, size - 4 * TAIL)).decode("utf-8", "replace").strip()
        return f"; its last words:\n{text[-TAIL:]}" if text else ""


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
