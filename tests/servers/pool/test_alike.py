"""All doors alike: random calls, honest and hostile, in process, over stdio, over HTTP, and from a pool's seat."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inftool.servers import Kernel, open_program
from inftool.servers.checking import hostile_arguments
from inftool.servers.doors.resources import Resources
from inftool.servers.pool import PoolSeat, ServerPool
from inftool.servers.pool.link import Link
from inftool.servers.pool.seat import STATUS
from inftool.servers.runtime.hints import may_write
from inftool.servers.runtime.kernel import UnknownTool
from inftool.servers.runtime.results import ToolResult
from inftool.servers.sampling import sample, subjects
from inftool.servers.seat import LocalSeat, LocalSeats, Seat

from .conftest import descriptors

VERSION = "2026-07-28"
META = {"io.modelcontextprotocol/protocolVersion": VERSION, "io.modelcontextprotocol/clientCapabilities": {}}
REFUSED = "refused by the protocol"
Call = tuple[str, Any]


@lru_cache
def kernel(name: str) -> Kernel:
    return Kernel(open_program(name))


# --- the doors: each says what a call came to (a result's flag, status and text; or that the protocol refused it)


def answer_of(result: ToolResult) -> object:
    return result.is_error, result.status, result.text


def through(seat: Seat, call: Call) -> object:
    try:
        return answer_of(seat.call(*call))
    except UnknownTool:
        return REFUSED


def request(method: str, number: int = 1, **params: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": {**params, "_meta": META}}).encode()


def heard(answer: dict[str, Any]) -> object:
    """Read what the protocol answered to a call."""
    if "error" in answer:
        return REFUSED
    result = answer["result"]
    [content] = result["content"]
    parsed = json.loads(content["text"])
    assert result.get("structuredContent", parsed) == parsed
    return result["isError"], result["_meta"][STATUS], content["text"]


class Stdio:
    """A server process as a desktop client starts it."""

    def __init__(self, name: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "inftool.servers.doors.stdio", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

        self._asked = 0

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        number = self._send(method, **params)
        while (answer := self._hear())["id"] != number:
            pass
        return answer

    def call(self, call: Call) -> object:
        return heard(self.ask("tools/call", name=call[0], arguments=call[1]))

    def call_unsayable(self, call: Call) -> object:
        """Make a call whose line may not be read as JSON, which this transport leaves without an answer."""
        number = self._send("tools/call", name=call[0], arguments=call[1])
        end = self._send("ping")
        while (answer := self._hear())["id"] not in (number, end):
            pass
        return heard(answer) if answer["id"] == number else REFUSED

    def _send(self, method: str, **params: Any) -> int:
        assert self.process.stdin is not None
        self._asked += 1
        self.process.stdin.write(request(method, self._asked, **params) + b"\n")
        self.process.stdin.flush()
        return self._asked

    def _hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        self.process.communicate()


class Http:
    """The HTTP door at one session's address."""

    def __init__(self, seat: PoolSeat, port: int) -> None:
        self.seat = seat
        self._link = Link(port, 30)

    def call(self, call: Call) -> object:
        tool, arguments = call
        name = tool if tool.isascii() and tool.isprintable() and tool == tool.strip() else "=?base64?4pqg?="
        headers = f"accept: application/json\r\nmcp-protocol-version: {VERSION}\r\nmcp-method: tools/call\r\n"
        body = request("tools/call", name=tool, arguments=arguments)
        status, text = self._link.post(f"/s/{self.seat.name}/mcp", f"{headers}mcp-name: {name}\r\n", body)
        answer: dict[str, Any] = json.loads(text)
        assert status == 200 or "error" in answer
        return heard(answer)

    call_unsayable = call

    def close(self) -> None:
        self._link.close()


class Doors:
    """One program behind every door, each with a session that begins in the same state."""

    def __init__(self, name: str, pool: ServerPool, stack: ExitStack) -> None:
        self.kernel = kernel(name)
        self.session = self.kernel.open()
        self.near = LocalSeat(self.kernel, self.session)
        seats = pool.seats(self.kernel.program)
        self.far = stack.enter_context(seats.open())
        server = pool.server(self.kernel.program, self.kernel.program.digest)
        self.http = Http(stack.enter_context(seats.open()), server.tool_port)
        self.stdio = Stdio(name)
        stack.callback(self.http.close)
        stack.callback(self.stdio.close)

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield the address and the text of every page of rows, in process."""
        resources = Resources(self.kernel.program)
        for entry in resources.listed(self.session):
            if "/rows" in entry.uri:
                uri: str | None = entry.uri
                while uri:
                    [page] = resources.read(self.session, uri)
                    yield uri, page.text
                    content = json.loads(page.text)
                    uri = content.get("next") if isinstance(content, dict) else None

    def check_state(self) -> None:
        assert self.far.diff() == self.http.seat.diff() == self.near.diff()
        assert self.far.snapshot() == self.http.seat.snapshot() == self.near.snapshot()
        for uri, text in self.rows():
            assert self.stdio.ask("resources/read", uri=uri)["result"]["contents"][0]["text"] == text


# --- the calls


def is_carried(value: Any, depth: int = 0) -> bool:
    """Whether JSON can say a value so that every reader takes it for the same."""
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return depth < 100 and all(is_carried(name) and is_carried(item, depth + 1) for name, item in value.items())
    if isinstance(value, list):
        return depth < 100 and all(is_carried(item, depth + 1) for item in value)
    return True


def as_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except TypeError:
        return False
    return True


TEXTS = st.one_of(
    st.text(max_size=20),
    st.text(st.characters(codec=None, categories=["Cs", "Cc", "Lu"]), min_size=1, max_size=3),
    st.sampled_from(("x" * 10**5, "é\u2028" * 10**4, "'; DROP TABLE documents; --", "\x00", "../..", "")),
)
NUMBERS = st.one_of(
    st.integers(-3, 12),
    st.integers(-(10**400), 10**400),
    st.floats(),
    st.sampled_from((2**63, 2**63 - 1, -(2**63) - 1, 1e308, -0.0, 1e-320)),
)
WILD = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=8,
)
DEEP = st.integers(25, 120).map(lambda depth: nested(depth))


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": [value]}
    return value


@st.composite
def calls(draw: st.DrawFn, name: str) -> Call:
    """Return a call: mostly a good one or one with a fault, sometimes nonsense."""
    server = kernel(name)
    subject = draw(st.sampled_from(list(subjects(server.program))))
    with server.open() as session:
        good = sample(server.program, session, subject, draw(st.integers(0, 5)))
    kind = draw(st.sampled_from(("good", "good", "good", "spoilt", "hostile", "wild", "unknown")))
    if kind == "unknown":
        return draw(st.one_of(st.text(max_size=10), st.just(subject.tool + "x"))), good
    if kind == "wild":
        return subject.tool, draw(st.one_of(st.dictionaries(TEXTS, WILD, max_size=4), WILD, DEEP))
    if kind == "hostile":
        return subject.tool, draw(st.sampled_from([bad for bad in hostile_arguments(good) if as_json(bad)]))
    if kind == "spoilt" and good:
        good = {**good, draw(st.sampled_from(sorted(good))): draw(st.one_of(WILD, DEEP))}
    return subject.tool, good


def play(doors: Doors, call: Call) -> None:
    """Make one call at every door and compare what came of it."""
    expected = through(doors.near, call)
    assert through(doors.far, call) == expected
    sayable = isinstance(call[1], dict) and is_carried(call[0]) and is_carried(call[1])
    for door in (doors.http, doors.stdio):
        got = door.call(call) if sayable else door.call_unsayable(call)
        if sayable or got != REFUSED:
            assert got == expected, (type(door).__name__, call)
        else:
            assert expected == REFUSED or expected[0] or call[1] is None  # type: ignore[index]


def check_alike(name: str, pool: ServerPool, examples: int) -> None:
    before = descriptors()
    with ExitStack() as stack:
        doors = Doors(name, pool, stack)

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(calls(name), min_size=1, max_size=12))
        def alike(story: list[Call]) -> None:
            for call in story:
                play(doors, call)
            doors.check_state()

        alike()
        writes = any(may_write(operation) for operation in doors.kernel.program.operations)
        assert bool(doors.near.diff()) == writes
    assert descriptors() <= before + 4


def test_all_doors_give_the_same_results_and_the_same_rows(pool: ServerPool) -> None:
    check_alike("petstore", pool, 12)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["conduit", "museum", "slack", "swapi", "sqlite", "tau2_telecom", "uber", "notion"])
def test_all_doors_of_other_programs_are_alike(name: str) -> None:
    with ServerPool() as pool:
        check_alike(name, pool, 60)


@settings(max_examples=8, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(stories=st.lists(st.lists(calls("petstore"), max_size=6), min_size=2, max_size=5), data=st.data())
def test_interleaved_episodes_are_as_if_each_were_alone(
    pool: ServerPool, stories: list[list[Call]], data: st.DataObject
) -> None:
    def ended(seat: Seat, results: list[object]) -> object:
        try:
            return results, seat.diff(), seat.snapshot()
        finally:
            seat.close()

    server = kernel("petstore")
    alone = []
    for story in stories:
        seat = LocalSeats(server).open()
        alone.append(ended(seat, [through(seat, call) for call in story]))
    for seats in (LocalSeats(server), pool.seats(server.program)):
        open_seats = [seats.open() for _ in stories]
        results: list[list[object]] = [[] for _ in stories]
        waiting = [index for index, story in enumerate(stories) for _ in story]
        for index in data.draw(st.permutations(waiting)):
            call = stories[index][len(results[index])]
            results[index].append(through(open_seats[index], call))
        assert [ended(*pair) for pair in zip(open_seats, results, strict=True)] == alone
