"""`inftool serve` as a user runs it: several specifications, tokens, configurations, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import httpx
import pytest
from mcp import Client, StdioServerParameters

from inftool.cli import main
from inftool.servers.doors.clients import CLIENTS

ENV = {**os.environ, "COLUMNS": "160"}
COMMAND = [sys.executable, "-m", "inftool.cli", "serve"]
HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}  # fmt: skip
TOKEN = "a-token-of-this-test"


@contextmanager
def served(*arguments: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Run a server over HTTP; yields it with the lines that name its URLs."""
    count = sum(not argument.startswith("-") for argument in arguments)
    server = subprocess.Popen(
        [*COMMAND, *arguments, "--http", "0"], stderr=subprocess.PIPE, text=True, env={**ENV, **variables}
    )
    assert server.stderr is not None
    try:
        yield server, [server.stderr.readline() for _ in range(count)]
    finally:
        server.kill()
        server.communicate()


def test_several_specifications_over_http_each_have_their_url_and_a_token() -> None:
    with served("petstore", "museum", "-v", INFTOOL_TOKEN=TOKEN) as (server, lines):
        urls = [line.split(": ", 1)[1].split(",")[0].removesuffix("\n") for line in lines]
        assert [url.rsplit("/", 2)[1] for url in urls] == ["petstore", "museum"]
        assert httpx.post(urls[0], json=HELLO).status_code == 401
        headers = {"authorization": f"Bearer {TOKEN}", "accept": "application/json, text/event-stream"}
        for url, title in zip(urls, ("Petstore", "Museum"), strict=True):
            for address in (url, url.replace("/mcp", "/s/one/mcp")):
                told = httpx.post(address, json=HELLO, headers=headers).json()["result"]["serverInfo"]
                assert title in told["title"]
        assert httpx.post(urls[0].replace("/petstore", ""), json=HELLO, headers=headers).status_code == 404
        call = {"name": "getPetById", "arguments": {"petId": 1}}
        request = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}
        assert httpx.post(urls[0], json=request, headers=headers).json()["result"]
        server.send_signal(signal.SIGTERM)
        _, told = server.communicate(timeout=20)
    assert server.returncode == 0
    assert "getPetById: " in told
    assert TOKEN not in told


def test_several_specifications_over_stdio_have_prefixes_and_sample_tasks() -> None:
    async def talk() -> None:
        server = StdioServerParameters(command=COMMAND[0], args=[*COMMAND[1:], "petstore", "museum"], env=ENV)
        async with Client(server) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            assert {name.split("_")[0] for name in names} == {"petstore", "museum"}
            pet = await client.call_tool("petstore_getPetById", {"petId": 1})
            assert not pet.is_error
            task = await client.get_prompt("museum_sample_task", {"kind": "simple"})
            assert task.messages[0].content.text  # type: ignore[union-attr]
            resources = {entry.uri for entry in (await client.list_resources()).resources}
            assert {"inftool://petstore/specification", "inftool://museum/report.txt"} <= resources

    anyio.run(talk)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_signals_end_a_server_on_stdio_while_it_waits(number: signal.Signals, code: int) -> None:
    server = subprocess.Popen(
        [*COMMAND, "petstore"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(HELLO) + "\n")
    server.stdin.flush()
    assert server.stdout.readline()
    server.send_signal(number)
    assert server.wait(timeout=20) == code
    assert server.communicate() == ("", "")


def test_interrupting_http_ends_with_130() -> None:
    with served("petstore") as (server, _):
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=20) == 130


def told(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, env={**ENV, **variables}, timeout=60, check=False
    )


def test_configurations_start_what_they_say(tmp_path: Path) -> None:
    state = tmp_path / "rows.json"
    state.write_text('{"pets": [{"id": 77, "name": "Rex", "photoUrls": [], "status": "sold"}]}')
    result = told("petstore", "--state", os.path.relpath(state), "--config", "claude-code", INFTOOL_TOKEN=TOKEN)
    entry = json.loads(result.stdout)["mcpServers"]["petstore"]

    async def talk() -> None:
        server = StdioServerParameters(command=entry["command"], args=entry["args"], env=ENV, cwd=tmp_path)
        async with Client(server) as client:
            pet = await client.call_tool("getPetById", {"petId": 77})
            assert pet.structured_content["name"] == "Rex"

    anyio.run(talk)
    everyone = told("petstore", "museum", "--http", "[::1]:8123", "--config", "all", INFTOOL_TOKEN=TOKEN)
    shown = json.loads(everyone.stdout)
    assert list(shown) == list(CLIENTS)
    for client in shown.values():
        [servers] = client["configuration"].values()
        assert set(servers) == {"petstore", "museum"}
        assert "http://[::1]:8123/museum/mcp" in json.dumps(servers)
    assert TOKEN not in everyone.stdout + result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("petstore", "--http", "0.0.0.0:0"), "set a token"),
        (("petstore", "--http", "[::]:0"), "set a token"),
        (("petstore", "--http", "0", "--token", "a b"), "printable ASCII"),
        (("petstore", "--http", "::1:80"), "[IPV6]:PORT"),
        (("petstore", "--http", "127.0.0.1:99999"), "HOST:PORT"),
        (("petstore", "--http", "203.0.113.7:0", "--token", "t"), "203.0.113.7:0"),
        (("petstore", "museum", "--state", "rows.json"), "NAME=FILE"),
        (("petstore", "--config", "emacs"), "claude-desktop"),
    ],
)
def test_what_cannot_be_served_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["inftool", "serve", *arguments])
    monkeypatch.delenv("INFTOOL_TOKEN", raising=False)
    with pytest.raises(SystemExit) as stop:
        main()
    told = capsys.readouterr()
    assert stop.value.code == 2
    assert message in " ".join(told.err.replace("│", " ").split())
    assert told.out == ""
