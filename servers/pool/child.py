"""The server process of a pool: the HTTP tool door at one port, the control plane at another, both on loopback.

Its owner writes a line of JSON (``token``, and the ``size`` of the program), then the program, to its standard input,
and reads the two ports from its standard output. It ends when that input ends: nothing here outlives its owner, and
nothing needs to be put in order, since all of its state is in memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from inftool.servers.doors.http import build_app
from inftool.servers.doors.listening import BoundedProtocol, listen
from inftool.servers.doors.logs import log_to_stderr
from inftool.servers.doors.offer import Offer
from inftool.servers.doors.sessions import DEFAULT_SESSION, SessionTable
from inftool.servers.pool.control import control_app
from inftool.servers.pool.leases import MAX_KERNELS, Leases, NoSeat
from inftool.servers.pool.link import HOST
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.kernel import Kernel
from inftool.servers.runtime.session import Session

MAX_BODY_BYTES = 16_000_000
"""Of one tool call: room for all that a kernel accepts."""
SWEEP_SECONDS = 0.5
"""Between two looks for leases that are over."""
KEEP_ALIVE_SECONDS = 7 * 86_400
"""A connection of the owner's is kept: one that ended just as it was used would look like a dead process."""
_PR_SET_PDEATHSIG = 1


class _LeasedSessions(SessionTable):
    """The door's view of the seats: a session is there as long as its lease, and none is opened by calling it."""

    def __init__(self, leases: Leases) -> None:
        super().__init__()
        self._leases = leases

    def get(self, kernel: Kernel, name: str = DEFAULT_SESSION) -> Session:
        return self._leases.use(name).session


class _ToolDoor:
    """The tool door: for each seed a kernel, and the MCP application that calls it."""

    def __init__(self, program: ServerProgram) -> None:
        self._program = program
        self.leases = Leases(self._kernel_for)
        self._sessions = _LeasedSessions(self.leases)
        self._doors: OrderedDict[int, _SeedDoor] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the application of its seat's seed."""
        if scope["type"] != "http":
            return
        steps = scope["path"].split("/")
        try:
            lease = self.leases.use(steps[2] if len(steps) == 4 else "")
        except NoSeat as error:
            await JSONResponse({"error": str(error)}, status_code=404)(scope, receive, send)
            return
        door = self._doors[lease.kernel.seed]
        await door.ready.wait()
        await door.app(scope, receive, send)

    def _kernel_for(self, seed: int) -> Kernel:
        if type(seed) is not int:
            raise ValueError("seed: an integer was expected")
        if seed not in self._doors:
            self._make_room()
            kernel = Kernel(self._program, seed)
            app = build_app([Offer(kernel)], host=HOST, max_body_bytes=MAX_BODY_BYTES, sessions=self._sessions)
            self._doors[seed] = _SeedDoor(kernel, app)
        self._doors.move_to_end(seed)
        return self._doors[seed].kernel

    def _make_room(self) -> None:
        used = self.leases.seeds()
        for seed in [seed for seed in self._doors if seed not in used][: len(self._doors) + 1 - MAX_KERNELS]:
            self._doors.pop(seed).close()


class _SeedDoor:
    """The kernel of one seed with its application, whose lifespan is held open."""

    def __init__(self, kernel: Kernel, app: Starlette) -> None:
        self.kernel = kernel
        self.app = app
        self.ready = asyncio.Event()
        self._life = asyncio.get_running_loop().create_task(self._live())

    async def _live(self) -> None:
        async with self.app.router.lifespan_context(self.app):
            self.ready.set()
            await asyncio.Event().wait()

    def close(self) -> None:
        self._life.cancel()


class _Server(uvicorn.Server):
    """A server whose process is ended by its owner, and by signals as any other."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(app: ASGIApp) -> _Server:
    config = uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    return _Server(config)


async def _serve(program: ServerProgram, token: str, answer: int) -> None:
    """Serve until the process ends; writes the ports to the descriptor ``answer`` once both are open."""
    door = _ToolDoor(program)
    door.leases.close(door.leases.open(program.seed, 1.0))
    listeners = [listen(HOST, 0), listen(HOST, 0)]
    servers = [_server(door), _server(control_app(door.leases, token, HOST))]
    serving = [
        asyncio.ensure_future(server.serve(sockets=[listener]))
        for server, listener in zip(servers, listeners, strict=True)
    ]
    while not all(server.started for server in servers):
        await asyncio.sleep(0.001)
    tools, control = (listener.getsockname()[1] for listener in listeners)
    os.write(answer, json.dumps({"tools": tools, "control": control}).encode() + b"\n")
    os.close(answer)
    while not any(task.done() for task in serving):
        door.leases.sweep()
        await asyncio.sleep(SWEEP_SECONDS)


def _end_with_owner() -> None:
    """End the process when its standard input does."""
    while os.read(0, 4096):
        pass
    os._exit(0)


def _die_with_owner() -> None:
    """Let the system end the process with the thread that started it, even if it hangs or is stopped (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> int:
    """Read the program, serve it, end with the owner."""
    _die_with_owner()
    log_to_stderr()
    answer = os.dup(1)
    os.dup2(2, 1)
    header = json.loads(sys.stdin.buffer.readline())
    program = ServerProgram.model_validate(json.loads(sys.stdin.buffer.read(header["size"])))
    threading.Thread(target=_end_with_owner, daemon=True).start()
    asyncio.run(_serve(program, header["token"], answer))
    return 1


if __name__ == "__main__":
    sys.exit(main())
