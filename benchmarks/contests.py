"""The contests of the performance table, in groups that share what they set up."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hand
import things
from clients import RawHttp, StdioClient, free_port, http_server, memory, sdk_stdio
from contest import Contest, Measure
from mcp import Client
from rivals import Rivals

from inftool.envs.env import InfToolEnv
from inftool.envs.synthesis import Synthesizer
from inftool.servers import Kernel, open_program
from inftool.servers.doors.wire import build_server

OURS = "InfTool"
SDK = "MCP SDK, by hand"
FASTMCP = "FastMCP, by hand"
PLAIN = "plain function"
MANY_RAW = "calls a second, 32 raw HTTP clients, 10 tools"
MANY_SDK = "calls a second, 32 HTTP clients of the SDK, 10 tools"
ABOUT = """\
The same indexed read of one row in each server: InfTool compiles it from a specification, the others are written by
hand (benchmarks/hand.py: the SDK's low-level server and FastMCP, stateless and with JSON answers over HTTP) over the
same rows in SQLite. The plain function is the limit: the row by its key, parsed, with no validation and no session.
InfTool's HTTP clients have a session each; servers written by hand have none, so their memory is that of a process
a session. Other environments are their simplest one (skyrl-gym: gsm8k; gem: guess the number; OpenEnv: an echo on its
base class, in process), which keep no rows and no tools: what their interface costs, not what the same task would.
verifiers has no reset and step of its own: its rollouts ask a model."""

ARGUMENTS = {things.KEY: 1}
SCRIPT = str(Path(__file__).parent / "hand.py")


@dataclass(frozen=True)
class Setting:
    """What a group of contests is held with."""

    rivals: Rivals
    folder: Path
    quick: bool
    stack: ExitStack
    """Closed after the group."""

    def rounds(self, whole: int) -> int:
        """Return how many rounds to hold."""
        return max(3, whole // 3) if self.quick else whole

    def servers(self, tools: int) -> dict[str, list[str] | None]:
        """Return the commands of the servers, without the place to serve at; the specification is written."""
        spec, table, _ = things.prepare(tools, self.folder)
        home = self.rivals.homes.get("fastmcp")
        return {
            OURS: [sys.executable, "-m", "inftool.cli", "serve", str(spec)],
            SDK: [sys.executable, SCRIPT, "sdk", str(table)],
            FASTMCP: None if home is None else [home, SCRIPT, "fastmcp", str(table)],
        }


def timed(run: Callable[[], Any], times: int, before: Callable[[], Any] | None = None) -> Callable[[], float]:
    """Return what measures the mean seconds of a run; ``before`` runs untimed before each."""

    def measure() -> float:
        total = 0.0
        for _ in range(times):
            if before is not None:
                before()
            began = time.perf_counter()
            run()
            total += time.perf_counter() - began
        return total / times

    return measure


def kernel(setting: Setting) -> Iterator[Contest]:
    """In process: calls and sessions."""
    for tools in (10, 500):
        _, table, program = things.prepare(tools, setting.folder)
        run = Kernel(program)
        session = setting.stack.enter_context(run.open())
        _, look = hand.table(str(table))
        yield Contest(
            f"kernel call, indexed read, {tools} tools", "µs",
            {
                OURS: timed(lambda run=run, session=session: run.call(session, things.READ, ARGUMENTS), 2000),
                PLAIN: timed(lambda look=look: look(1), 2000),
            },
            PLAIN, setting.rounds(15), 30,
        )  # fmt: skip

    def write() -> Any:
        return run.call(session, things.WRITE, {"name": "one more"})

    def write_five() -> None:
        session.reset()
        for _ in range(5):
            write()

    yield Contest("kernel call, create", "µs", {OURS: timed(write, 200, session.reset)}, rounds=setting.rounds(9))
    yield Contest("session reset after a create", "ms", {
        OURS: timed(session.reset, 200, write), "opening another session": timed(lambda: run.open().close(), 200),
    }, rounds=setting.rounds(9), hold=0.1)  # fmt: skip
    yield Contest(
        "diff of 5 changes", "ms", {OURS: timed(session.diff, 50, write_five)}, rounds=setting.rounds(9), hold=0.5
    )
    session.reset()
    saved = session.snapshot()
    yield Contest(
        "snapshot and restore", "ms", {OURS: timed(lambda: session.restore(session.snapshot()), 100)},
        rounds=setting.rounds(9),
    )  # fmt: skip
    session.restore(saved)

    async def memory_calls(client: Client) -> float:
        began = time.perf_counter()
        for _ in range(100):
            await client.call_tool(things.READ, ARGUMENTS)
        return (time.perf_counter() - began) / 100

    async def through(server: Any) -> float:
        async with Client(server) as client:
            return await memory_calls(client)

    _, table, program = things.prepare(10, setting.folder)
    own = Kernel(program)
    opened = setting.stack.enter_context(own.open())
    served = build_server(own, lambda _: opened)
    by_hand = hand.sdk_server(str(table))
    yield Contest("MCP call in memory, 10 tools", "µs", {
        OURS: lambda: through(served), SDK: lambda: through(by_hand),
        FASTMCP: setting.rivals.measure("fastmcp memory call"),
    }, SDK, setting.rounds(9))  # fmt: skip


def environment(setting: Setting) -> Iterator[Contest]:
    """Episodes with a scripted user and the calls that solve them."""
    program = open_program("petstore")
    tasks = list(Synthesizer([program]).tasks(20))
    env = InfToolEnv(program, tasks=tasks)
    setting.stack.callback(env.close)
    spent = {"reset": 0.0, "step": 0.0}

    def episodes() -> tuple[float, float, float]:
        """Return the seconds of a reset, of a step, and the episodes a second."""
        steps, spent["reset"], spent["step"] = 0, 0.0, 0.0
        for task in tasks:
            began = time.perf_counter()
            env.reset(options={"task": task})
            ready = time.perf_counter()
            for message in task.gold:
                env.step(message)
            spent["reset"] += ready - began
            spent["step"] += time.perf_counter() - ready
            steps += len(task.gold)
        return spent["reset"] / len(tasks), spent["step"] / steps, len(tasks) / sum(spent.values())

    others = {"skyrl-gym": "skyrl-gym", "gem": "gem-llm", "OpenEnv": "openenv-core"}
    for place, what in enumerate(("reset", "step")):
        rivals: dict[str, Measure | None] = {
            name: setting.rivals.measure(f"{package} {what}") for name, package in others.items()
        }
        title = {"reset": "env reset, task at hand", "step": "env step"}[what]
        yield Contest(
            title, "ms", {OURS: lambda place=place: episodes()[place], **rivals, "verifiers": None}, OURS,
            setting.rounds(9), 0.3 if what == "step" else None,
        )  # fmt: skip
    yield Contest("episodes a second", "/s", {OURS: lambda: episodes()[2]}, rounds=setting.rounds(9))

    seeds = iter(range(1000))

    def certified() -> float:
        maker = Synthesizer([program], seed=next(seeds))
        began = time.perf_counter()
        made = len(list(maker.tasks(30)))
        return made / (time.perf_counter() - began)

    yield Contest("certified tasks a second, one core", "/s", {OURS: certified}, rounds=setting.rounds(9), hold=50)


def starting(setting: Setting) -> Iterator[Contest]:
    """Processes: how long until they answer, and the calls over stdio."""
    for tools in (10, 500):
        commands = setting.servers(tools)

        def start(command: list[str]) -> float:
            began = time.perf_counter()
            with StdioClient([*command]) as client:
                client.ask("tools/list")
                return time.perf_counter() - began

        at = {name: _at_stdio(name, command) for name, command in commands.items()}
        yield Contest(f"process start to first tools/list, {tools} tools", "s", {
            name: None if command is None else lambda command=command: start(command) for name, command in at.items()
        }, SDK, setting.rounds(5))  # fmt: skip

        clients = {name: setting.stack.enter_context(StdioClient(command)) for name, command in at.items() if command}

        def ask(client: StdioClient) -> Callable[[], Any]:
            return lambda: client.ask("tools/call", {"name": things.READ, "arguments": ARGUMENTS})

        yield Contest(f"tool call over stdio, raw client, {tools} tools", "ms", {
            name: timed(ask(clients[name]), 100) if name in clients else None for name in at
        }, SDK, setting.rounds(9))  # fmt: skip
        if tools == 10:
            yield Contest("tool call over stdio, client of the SDK, 10 tools", "ms", {
                name: None if command is None else lambda command=command: _through_stdio(command)
                for name, command in at.items()
            }, SDK, setting.rounds(5), 1.5)  # fmt: skip

    def run(*command: str) -> Callable[[], float]:
        def once() -> None:
            subprocess.run([sys.executable, *command], check=True, capture_output=True)

        return timed(once, 1)

    yield Contest("`inftool --help`", "s", {
        OURS: run("-m", "inftool.cli", "--help"), "import of the MCP SDK": run("-c", "import mcp"),
        "Python alone": run("-c", "pass"),
    }, "Python alone", setting.rounds(7), 0.6)  # fmt: skip
    yield from _compiling(setting)


def web(setting: Setting) -> Iterator[Contest]:
    """Calls over HTTP, raw and with the client of the SDK."""
    for tools in (10, 500):
        running = _running(setting, tools)
        for clients in (1, 32):
            yield Contest(
                f"calls a second, {clients} raw HTTP client{'s' if clients > 1 else ''}, {tools} tools", "/s",
                {name: place and _raw_load(name, place, clients) for name, place in running.items()},
                SDK, setting.rounds(15 if tools == 10 else 6),
            )  # fmt: skip
        if tools == 10:
            yield Contest("tool call over HTTP, client of the SDK, 10 tools", "ms", {
                name: place and _sdk_load(name, place, 1, inverse=True) for name, place in running.items()
            }, SDK, setting.rounds(9), 2.5)  # fmt: skip
            yield Contest(MANY_SDK, "/s", {
                name: place and _sdk_load(name, place, 32) for name, place in running.items()
            }, SDK, setting.rounds(9))  # fmt: skip
        yield Contest(f"tools/list over HTTP, raw client, {tools} tools", "ms", {
            name: place and _listing(name, place) for name, place in running.items()
        }, SDK, setting.rounds(6))  # fmt: skip
        yield Contest(f"size of tools/list a tool, {tools} tools", "KB", {
            name: place and _listing(name, place, tools) for name, place in running.items()
        }, SDK, 1, 2)  # fmt: skip


def sessions(setting: Setting) -> Iterator[Contest]:
    """The memory of one process with so many sessions, each of which has written; and calls among them."""
    for count in (1, 32, 1000):
        commands = setting.servers(10)
        command = commands[OURS]
        assert command is not None
        port = free_port()
        with http_server([*command, "--http", str(port)], port) as process:
            before = memory(process)
            asyncio_run = _fill(port, count)
            yield Contest(f"memory a session, {count} at once", "MB", {
                OURS: _after(asyncio_run, lambda process=process, count=count: memory(process) / count),
                "InfTool, growth alone": lambda process=process, count=count, before=before:
                    (memory(process) - before) / count,
                SDK: _process_memory(commands[SDK]), FASTMCP: _process_memory(commands[FASTMCP]),
            }, SDK, 1, 1.5 if count == 1000 else None)  # fmt: skip
            if count == 1000:
                yield Contest("calls a second, 32 raw HTTP clients among 1,000 sessions", "/s", {
                    OURS: _raw_load(OURS, (port, process), 32)
                }, rounds=setting.rounds(6))  # fmt: skip


GROUPS: tuple[Callable[[Setting], Iterator[Contest]], ...] = (kernel, environment, starting, web, sessions)

Place = tuple[int, "subprocess.Popen[bytes]"]


def _at_stdio(name: str, command: list[str] | None) -> list[str] | None:
    return command if command is None or name == OURS else [*command, "stdio"]


def _running(setting: Setting, tools: int) -> Mapping[str, Place | None]:
    """Start the HTTP servers."""
    running: dict[str, Place | None] = {}
    for name, command in setting.servers(tools).items():
        running[name] = None
        if command is not None:
            port = free_port()
            whole = [*command, "--http", str(port)] if name == OURS else [*command, str(port)]
            running[name] = port, setting.stack.enter_context(http_server(whole, port))
    return running


def _path(name: str, client: int) -> str:
    return f"/s/client{client}/mcp" if name == OURS else "/mcp"


def _raw_load(name: str, place: Place, clients: int, calls: int = 480) -> Measure:
    async def measure() -> float:
        connections = [await RawHttp(place[0], _path(name, number)).connect() for number in range(clients)]

        async def work(connection: RawHttp) -> None:
            for _ in range(calls // clients):
                await connection.call(things.READ, ARGUMENTS)

        for connection in connections:
            await connection.call(things.READ, ARGUMENTS)
        began = time.perf_counter()
        await asyncio.gather(*map(work, connections))
        seconds = time.perf_counter() - began
        for connection in connections:
            await connection.close()
        return (calls // clients) * clients / seconds

    return measure


def _sdk_load(name: str, place: Place, clients: int, calls: int = 160, inverse: bool = False) -> Measure:
    """Return what measures the calls a second of the SDK's clients, or the seconds a call."""

    async def measure() -> float:
        ready, go = asyncio.Semaphore(0), asyncio.Event()

        async def work(number: int) -> None:
            async with Client(f"http://127.0.0.1:{place[0]}{_path(name, number)}") as client:
                await client.call_tool(things.READ, ARGUMENTS)
                ready.release()
                await go.wait()
                for _ in range(calls // clients):
                    await client.call_tool(things.READ, ARGUMENTS)
                ready.release()

        async with asyncio.TaskGroup() as group:
            for number in range(clients):
                group.create_task(work(number))
            for _ in range(clients):
                await ready.acquire()
            began = time.perf_counter()
            go.set()
            for _ in range(clients):
                await ready.acquire()
            seconds = time.perf_counter() - began
        made = (calls // clients) * clients
        return seconds / made if inverse else made / seconds

    return measure


def _listing(name: str, place: Place, tools: int | None = None) -> Measure:
    """Return what measures the seconds of tools/list; of a number of tools, the KB of it a tool."""

    async def measure() -> float:
        connection = await RawHttp(place[0], _path(name, 0)).connect()
        began = time.perf_counter()
        for _ in range(5):
            answer = await connection.ask("tools/list")
        seconds = (time.perf_counter() - began) / 5
        await connection.close()
        return seconds if tools is None else len(answer) / 1024 / tools

    return measure


async def _through_stdio(command: list[str]) -> float:
    async with sdk_stdio(command) as client:
        await client.call_tool(things.READ, ARGUMENTS)
        began = time.perf_counter()
        for _ in range(100):
            await client.call_tool(things.READ, ARGUMENTS)
        return (time.perf_counter() - began) / 100


def _fill(port: int, count: int) -> Callable[[], Any]:
    """Return what writes once in each of so many sessions."""

    async def fill() -> None:
        for number in range(count):
            connection = await RawHttp(port, f"/s/client{number}/mcp").connect()
            await connection.call(things.WRITE, {"name": f"thing of {number}"})
            await connection.close()

    return fill


def _after(first: Callable[[], Any], measure: Callable[[], float]) -> Measure:
    async def both() -> float:
        await first()
        return measure()

    return both


def _process_memory(command: list[str] | None) -> Measure | None:
    """Return what measures a process of one session."""
    if command is None:
        return None

    def measure() -> float:
        with StdioClient([*command, "stdio"]) as client:
            client.ask("tools/call", {"name": things.READ, "arguments": ARGUMENTS})
            return memory(client.process)

    return measure


def _compiling(setting: Setting) -> Iterator[Contest]:
    """Compile a specification of 1,000 operations in a process of its own."""
    spec, _, _ = things.prepare(1000, setting.folder)
    code = (
        "import sys, time, resource; began = time.perf_counter(); from inftool.specs import load;"
        "from inftool.servers import compile_spec; compile_spec(load(sys.argv[1]));"
        "print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )

    def compile_in(place: int) -> Callable[[], float]:
        def measure() -> float:
            done = subprocess.run(
                [sys.executable, "-c", code, str(spec)], check=True, capture_output=True, text=True, env=os.environ
            )
            return float(done.stdout.split()[place])

        return measure

    yield Contest("compile 1,000 operations, from the import on", "s", {OURS: compile_in(0)}, rounds=3, hold=10)
    yield Contest("compile 1,000 operations, memory of the process", "MB", {OURS: compile_in(1)}, rounds=1, hold=300)
