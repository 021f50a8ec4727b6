"""The control plane, attacked: over real sockets, at both ports of a real process."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from inftool.servers.pool import PoolSeat, ServerPool
from inftool.servers.pool.process import ServerProcess
from inftool.servers.runtime.session import Snapshot

from ..clinic import clinic

CLIENT = httpx.Client(verify=False, trust_env=False)
ACTIONS = ("open", "reset", "snapshot", "restore", "fork", "diff", "close", "health", "extend")


@pytest.fixture
def server(pool: ServerPool) -> ServerProcess:
    program = clinic()
    return pool.server(program, program.digest)


@pytest.fixture
def seat(pool: ServerPool) -> Iterator[PoolSeat]:
    with pool.seats(clinic()).open() as opened:
        yield opened


def post(port: int, path: str, body: Any, **headers: str) -> httpx.Response:
    return CLIENT.post(f"http://127.0.0.1:{port}{path}", content=json.dumps(body).encode(), headers=headers)


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_is_done_without_the_token(server: ServerProcess, seat: PoolSeat, action: str) -> None:
    seat.call("create_pet", {"name": "Rex"})
    arguments = {} if action == "health" else {"seed": 0, "lease": 9} if action == "open" else {"seat": seat.name}
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": server.token}):
        assert post(server.control_port, f"/{action}", arguments, **headers).status_code == 401
    assert len(seat.diff()) == 1


@pytest.mark.parametrize("action", ACTIONS)
def test_the_tool_door_knows_no_control_calls(server: ServerProcess, seat: PoolSeat, action: str) -> None:
    seat.call("create_pet", {"name": "Rex"})
    token = {"authorization": f"Bearer {server.token}", "accept": "application/json, text/event-stream"}
    for path in (
        f"/{action}",
        f"/s/{seat.name}/{action}",
        f"/s/{seat.name}/mcp/{action}",
        f"/s/{seat.name}/../{action}",
    ):
        assert post(server.tool_port, path, {"seat": seat.name}, **token).status_code in (404, 405)
    call = {"jsonrpc": "2.0", "id": 1, "method": action, "params": {"seat": seat.name}}
    answer = post(server.tool_port, f"/s/{seat.name}/mcp", call, **token)
    assert b'"result"' not in answer.content
    assert len(seat.diff()) == 1


def test_a_session_that_nobody_opened_is_not_there(server: ServerProcess) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"accept": "application/json, text/event-stream"}
    for path in ("/mcp", "/s/default/mcp", "/s/x/mcp", "/s//mcp", "/s/../mcp", "/", ""):
        assert post(server.tool_port, path, call, **accept).status_code == 404


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("open", {}),
        ("open", {"seed": "1", "lease": 9}),
        ("open", {"seed": 1, "lease": None}),
        ("open", {"seed": 1, "lease": -1}),
        ("open", {"seed": 1, "lease": 9, "program": {}}),
        ("reset", {"seat": ["x"]}),
        ("diff", {}),
        ("diff", []),
        ("restore", {"seat": "", "changes": "%", "meta": 3}),
    ],
)
def test_arguments_that_are_no_good_are_refused(server: ServerProcess, action: str, arguments: Any) -> None:
    token = {"authorization": f"Bearer {server.token}"}
    assert post(server.control_port, f"/{action}", arguments, **token).status_code in (400, 404)
    assert server.check()


@pytest.mark.parametrize("action", ["", "__init__", "_leases", "nothing", "health/x", "%00"])
def test_an_unknown_action_is_not_there(server: ServerProcess, action: str) -> None:
    token = {"authorization": f"Bearer {server.token}"}
    assert post(server.control_port, f"/{action}", {}, **token).status_code == 404


def test_a_broken_body_is_refused(server: ServerProcess) -> None:
    for body in (b"", b"{", b"\xff", b"[" * 100_000):
        url = f"http://127.0.0.1:{server.control_port}/health"
        answer = CLIENT.post(url, content=body, headers={"authorization": f"Bearer {server.token}"})
        assert answer.status_code == 400


def test_a_broken_snapshot_is_refused_and_the_seat_lives(seat: PoolSeat) -> None:
    seat.call("create_pet", {"name": "Rex"})
    kept = seat.snapshot()
    for changes in (b"x", kept.changes[:-3], b"T\x05\x01\x00\x00\x00"):
        with pytest.raises(ValueError, match="restore"):
            seat.restore(Snapshot(changes, kept.meta))
    assert seat.call("list_pets").is_error is False


def test_the_token_is_in_no_process_list(server: ServerProcess, seat: PoolSeat) -> None:
    for pid in (server.pid, os.getpid()):
        for name in ("cmdline", "environ"):
            text = Path(f"/proc/{pid}/{name}").read_bytes()
            assert server.token.encode() not in text
            assert seat.name.encode() not in text
