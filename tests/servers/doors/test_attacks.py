"""What a hostile client may try is refused or handled, leaves nothing in the logs, and the server lives on."""

from __future__ import annotations

import json
import logging
import re
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from inftool.servers import Kernel, open_program
from inftool.servers.doors import listening
from inftool.servers.doors.http import MAX_BODY_BYTES, build_app
from inftool.servers.doors.listening import MAX_HEAD_BYTES
from inftool.servers.doors.offer import Offer

from ..clinic import clinic
from .running import running

TOKEN = "a-secret-token-of-the-owner"
GUESS = "a-guess-of-the-token"
SECRET = "a-secret-in-an-argument"
HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
MODERN = {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call"}
BODY_SECONDS = 0.5
CLIENT = httpx.Client(timeout=20)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(build_app(clinic(), body_seconds=BODY_SECONDS)) as url:
        yield url


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    with running(build_app(clinic(), token=TOKEN)) as url:
        yield url


@pytest.fixture(autouse=True)
def _quiet_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check after every attack that the logs hold no secret, no traceback and no line of the attacker's making."""
    with caplog.at_level(logging.WARNING):
        yield
    told = caplog.text
    assert not any(secret in told for secret in (TOKEN, GUESS, SECRET))
    assert "Traceback" not in told
    assert len(told) < 20_000


def body_of(arguments: str, tool: str = "create_pet", modern: bool = False) -> str:
    """Return the body of a call whose arguments are written by hand."""
    meta = f',"_meta":{json.dumps(META)}' if modern else ""
    return (
        f'{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments}{meta}}}}}'
    )


def post(url: str, content: str | bytes, **headers: str) -> httpx.Response:
    return CLIENT.post(url, content=content, headers=HEADERS | headers)


def call(url: str, arguments: str, tool: str = "create_pet", modern: bool = False) -> httpx.Response:
    return post(f"{url}/mcp", body_of(arguments, tool, modern), **(MODERN | {"mcp-name": tool} if modern else {}))


def is_alive(url: str, **headers: str) -> bool:
    answer = post(f"{url}/mcp", body_of("{}", "list_pets"), **headers)
    return answer.status_code == 200 and answer.json()["result"]["isError"] is False


# --- where a session's name stands


@pytest.mark.parametrize(
    "path",
    [
        "/s/../mcp", "/s/%2e%2e/mcp", "/s/%2e%2e%2f%2e%2e%2fetc%2fpasswd/mcp", "/s/..%5c..%5c/mcp", "/s//mcp",
        "/s/a%00b/mcp", "/s/a%0d%0aX-Evil:1/mcp", "/s/%252e%252e/mcp", "/s/%c0%ae/mcp", "/s/%ff/mcp", "/s/a/../b/mcp",
        "/s/" + "a" * 65 + "/mcp", "/s/" + "a" * 20_000 + "/mcp", "/mcp/", "/mcp/../control", "/control", "/", "//mcp",
        "/s/default/mcp/x", "/s/a;b/mcp", "/s/$(id)/mcp", "/s/'%20OR%201=1--/mcp",
    ],
)  # fmt: skip
def test_paths_that_name_no_session_lead_nowhere(address: str, path: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        content = body_of("{}", "list_pets").encode()
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}\r\nConnection: close\r\n"
        fields = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        client.sendall(f"{head}{fields}\r\n".encode() + content)
        answer = received(client)
    assert re.match(rb"HTTP/1\.1 (404|307|400) ", answer), answer[:200]
    assert b"X-Evil" not in answer
    assert is_alive(address)


def test_more_sessions_than_there_may_be_are_refused_and_harm_none() -> None:
    with running(build_app(clinic(), max_sessions=3)) as url:
        made = post(f"{url}/s/own/mcp", body_of('{"name":"Rex"}')).json()["result"]["structuredContent"]
        answers = [
            post(f"{url}/s/flood-{number}/mcp", body_of("{}", "list_pets")).json()["result"] for number in range(5)
        ]
        assert [answer["isError"] for answer in answers] == [False, False, True, True, True]
        assert "3 sessions are in use" in answers[-1]["content"][0]["text"]
        own = post(f"{url}/s/own/mcp", body_of(f'{{"pet_id":{made["id"]}}}', "get_pet")).json()["result"]
        assert own["structuredContent"] == made


# --- who calls


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", f"Bearer {GUESS}", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN} {TOKEN}", f"Bearer {TOKEN}x",
     f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN.upper()}"],
)  # fmt: skip
def test_a_wrong_or_missing_token_is_refused_before_the_body_is_read(guarded: str, given: str) -> None:
    for path in ("/mcp", "/s/x/mcp", "/nothing"):
        answer = post(f"{guarded}{path}", b"x" * 100, **({"authorization": given} if given else {}))
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    unsent = spoken(guarded, "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000")
    assert unsent.startswith(b"HTTP/1.1 401 ")


def test_the_right_token_is_taken_once(guarded: str) -> None:
    assert is_alive(guarded, authorization=f"Bearer {TOKEN}")
    assert is_alive(guarded, authorization=f"bearer  {TOKEN}")
    twice = [("authorization", f"Bearer {TOKEN}"), ("authorization", f"Bearer {GUESS}"), *HEADERS.items()]
    assert CLIENT.post(f"{guarded}/mcp", content=body_of("{}"), headers=twice).status_code == 401


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost@evil.example", "localhost:80:80", "[::1",
     "127.0.0.1:x", "localhost.", "0.0.0.0", "192.168.0.1", "[::2]", ",localhost", "localhost:999999"],
)  # fmt: skip
def test_a_foreign_host_is_refused(address: str, host: str) -> None:
    assert post(f"{address}/mcp", body_of("{}", "list_pets"), host=host).status_code == 421


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://localhost.evil.example", "http://localhost@evil.example", "file://", "x",
     "http://127.0.0.1:80@evil.example", "http://[::1", "https://localhost:80/x", "http://", "http://localhost#x"],
)  # fmt: skip
def test_a_foreign_origin_is_refused(address: str, origin: str) -> None:
    assert post(f"{address}/mcp", body_of("{}", "list_pets"), origin=origin).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:8000", "[::1]"])
def test_the_own_host_and_origin_are_taken(address: str, host: str) -> None:
    assert is_alive(address, host=host, origin=f"http://{host}")
    assert is_alive(address, host=host, origin=f"https://{host}")


def test_a_door_at_all_addresses_takes_its_own_origin_alone() -> None:
    app = build_app(clinic(), host="0.0.0.0", token=TOKEN)
    with running(app) as url:
        bearer = {"authorization": f"Bearer {TOKEN}"}
        assert is_alive(url, host="my.host:8000", origin="http://my.host:8000", **bearer)
        assert (
            post(f"{url}/mcp", body_of("{}"), host="my.host", origin="http://evil.example", **bearer).status_code == 403
        )
        assert post(f"{url}/mcp", body_of("{}"), host="my.host").status_code == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.0.1", "my.host", "localhost.evil.example"])
def test_no_door_is_opened_to_others_without_a_token(host: str) -> None:
    with pytest.raises(ValueError, match="set a token"):
        build_app(clinic(), host=host)
    for token in ("", "with space", "new\nline", "é", "x" * 2000):
        with pytest.raises(ValueError, match="token"):
            build_app(clinic(), host=host, token=token)


# --- how much, and how slowly


def test_bodies_are_bounded_whether_their_length_is_told_or_not(address: str) -> None:
    big = body_of(json.dumps({"name": "x" * MAX_BODY_BYTES}))
    assert post(f"{address}/mcp", big).status_code == 413

    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 100_000

    try:
        answer = CLIENT.post(f"{address}/mcp", content=chunks(), headers=HEADERS)
    except httpx.WriteError:
        pass
    else:
        assert answer.status_code == 413
    assert (
        spoken(address, f"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: {'9' * 12}")[:13] == b"HTTP/1.1 413 "
    )
    assert is_alive(address)


def test_large_headers_are_refused(address: str) -> None:
    assert post(f"{address}/mcp", b"{}", x="y" * MAX_HEAD_BYTES).status_code in (400, 431)
    assert is_alive(address)


def test_a_body_that_trickles_is_cut_off(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n")
        began = time.monotonic()
        try:
            for _ in range(40):
                client.sendall(b"x")
                time.sleep(0.05)
        except OSError:
            pass
        assert received(client)[:13] in (b"HTTP/1.1 408 ", b"")
        assert time.monotonic() - began < 8
    assert is_alive(address)


def test_headers_that_trickle_are_cut_off(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "HEAD_SECONDS", 0.3)
    host, port = address.removeprefix("http://").split(":")
    clients = [socket.create_connection((host, int(port)), timeout=10) for _ in range(20)]
    for client in clients:
        client.sendall(b"POST /mcp HTTP/1.1\r\nX-Slow: ")
    assert is_alive(address)
    for client in clients:
        with client:
            assert received(client) == b""


def test_a_client_that_takes_nothing_is_cut_off(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "STALL_SECONDS", 0.3)
    for _ in range(12):
        assert call(address, json.dumps({"name": "Rex", "details": {"text": "x" * 900_000}})).status_code == 200
    host, port = address.removeprefix("http://").split(":")
    content = body_of("{}", "list_pets").encode()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect((host, int(port)))
        fields = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        client.sendall(
            f"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}\r\n{fields}\r\n".encode()
            + content
        )
        time.sleep(1.5)
        client.settimeout(10)
        size = 0
        try:
            while part := client.recv(65536):
                size += len(part)
        except ConnectionResetError:
            pass
    assert size < 10_000_000
    assert is_alive(address)


# --- what is called


@pytest.mark.parametrize("modern", [False, True])
@pytest.mark.parametrize(
    "tool",
    ["reset", "snapshot", "restore", "fork", "diff", "close", "health", "session.reset", "control/reset", "../control",
     "__class__", "__init__", "_reset", "tools/call", "list_pets\\u0000", "LIST_PETS", "", "x" * 100_000],
)  # fmt: skip
def test_nothing_but_the_tools_can_be_called(address: str, tool: str, modern: bool) -> None:
    answer = (
        call(address, "{}", tool, modern)
        if tool.isprintable() and len(tool) < 99
        else post(f"{address}/mcp", body_of("{}", tool))
    )
    assert answer.json()["error"]["code"] in (-32602, -32020)
    assert len(answer.text) < 1000


@pytest.mark.parametrize("method", ["reset", "session/reset", "control", "tools/reset", "roots/list", "x" * 10_000, ""])
def test_nothing_but_mcp_is_spoken(address: str, method: str) -> None:
    answer = post(f"{address}/mcp", json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {}}))
    assert answer.json()["error"]["code"] in (-32601, -32602)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT"])
def test_no_other_verb_is_taken(address: str, method: str) -> None:
    assert CLIENT.request(method, f"{address}/mcp", headers=HEADERS).status_code in (405, 404, 400)
    assert is_alive(address)


# --- with which arguments

LONG = "x" * 1_000_001
DEEP = {
    "some": ('{"a":' * 100, "}" * 100),
    "more": ('{"a":' * 20_000, "}" * 20_000),
    "arrays": ("[" * 9_999, "]" * 9_999),
}
VALUES = {
    "long text": f'{{"name":"{LONG}"}}',
    "long key": f'{{"{LONG}":1,"name":"x"}}',
    "NaN": '{"name":"x","price":NaN}',
    "Infinity": '{"name":"x","price":Infinity}',
    "-Infinity": '{"name":"x","price":-Infinity}',
    "1e400": '{"name":"x","price":1e400}',
    "-1e400": '{"name":"x","price":-1e400}',
    "400 digits": f'{{"name":"x","price":{"9" * 400}}}',
    "5000 digits": f'{{"name":"x","price":{"9" * 5_000}}}',
    "lone surrogate": '{"name":"\\ud800"}',
    "lone surrogate as key": '{"name":"x","\\udfff":1}',
    **{f"deep: {name}": f'{{"name":"x","details":{left}1{right}}}' for name, (left, right) in DEEP.items()},
    "many values": json.dumps({"name": "x", "tags": ["y"] * 30_000}),
    "array": "[]",
    "text": '"x"',
    "number": "1",
    "no JSON": "{",
    "trailing comma": '{"name":"x",}',
    "single quotes": "{'name':'x'}",
    "array for a text": '{"name":["x"]}',
    "null for a text": '{"name":null}',
    "text for a number": '{"name":"x","price":"1; DROP TABLE documents"}',
}


@pytest.mark.parametrize("modern", [False, True])
@pytest.mark.parametrize("arguments", VALUES.values(), ids=VALUES)
def test_values_that_are_none_are_refused_and_leave_no_trace(address: str, arguments: str, modern: bool) -> None:
    session = f"{address}/s/{'modern' if modern else 'legacy'}/mcp"
    before = post(session, body_of("{}", "list_pets")).json()["result"]["structuredContent"]
    headers = MODERN | {"mcp-name": "create_pet"} if modern else {}
    answer = post(session, body_of(arguments, modern=modern), **headers)
    told = answer.json()
    assert "error" in told or told["result"]["isError"] is True, answer.text[:300]
    assert len(answer.text) < 3_000
    assert post(session, body_of("{}", "list_pets")).json()["result"]["structuredContent"] == before


@pytest.mark.parametrize("modern", [False, True])
@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"1", b'"x"', b"[]", b"{}", b"\x00", b"\xff\xfe", b'{"jsonrpc":"2.0"', b'{"jsonrpc":"1.0","id":1}',
     b'[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]', b'{"jsonrpc":"2.0","id":1,"method":5}',
     body_of('{"name":"\xff"}').encode("latin-1"), b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"a":' * 100_000],
)  # fmt: skip
def test_bodies_that_are_no_request_are_refused(address: str, content: bytes, modern: bool) -> None:
    answer = post(f"{address}/mcp", content, **(MODERN if modern else {}))
    assert 400 <= answer.status_code < 500
    assert is_alive(address)


@pytest.mark.parametrize("modern", [False, True])
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json", ""]
)
def test_other_content_types_are_refused(address: str, kind: str, modern: bool) -> None:
    headers = {**(MODERN | {"mcp-name": "list_pets"} if modern else {}), "content-type": kind}
    assert post(f"{address}/mcp", body_of("{}", "list_pets", modern), **headers).status_code in (400, 415)


def test_of_a_key_that_comes_twice_the_last_is_taken(address: str) -> None:
    for modern in (False, True):
        made = call(address, '{"name":"first","name":"last"}', modern=modern).json()["result"]
        assert made["structuredContent"]["name"] == "last"


def test_a_refused_argument_is_not_logged(address: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "inftool"):
        assert call(address, json.dumps({"name": SECRET, "price": SECRET})).json()["result"]["isError"]
        assert call(address, json.dumps({"name": SECRET})).json()["result"]["isError"] is False
    assert "create_pet: 422" in caplog.text


SQL = [
    "'; DROP TABLE documents; --", "' OR '1'='1", '" OR ""="', "x' UNION SELECT doc FROM documents --", "%", "_%",
    "\\", "1; ROLLBACK; COMMIT", "NULL", "$.name", "?1", "a' || 'b",
]  # fmt: skip


@pytest.mark.parametrize("name", ["petstore", "conduit"])
def test_sql_in_any_text_argument_is_but_a_text(name: str) -> None:
    """Every text argument of every tool in turn is SQL; rows that the call does not speak of stay as they are."""
    program = open_program(name)
    kernel = Kernel(program)
    with running(build_app([Offer(kernel)])) as url, kernel.open() as untouched:
        for number, (tool, arguments) in enumerate(sqlized(kernel)):
            content = {
                "jsonrpc": "2.0",
                "id": 1,
                "method": "tools/call",
                "params": {"name": tool, "arguments": arguments},
            }
            answer = CLIENT.post(f"{url}/s/s{number % 7}/mcp", json=content, headers=HEADERS)
            assert answer.status_code == 200
            assert answer.json()["result"]["_meta"]["inftool/status"] < 500, (tool, arguments, answer.text[:300])
        for number in range(7):
            overview = {"uri": f"inftool://{program.name}/rows"}
            read = {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": overview}
            told = CLIENT.post(f"{url}/s/s{number}/mcp", json=read, headers=HEADERS).json()["result"]["contents"]
            counts = {row["entity"]: row["rows"] for row in json.loads(told[0]["text"])}
            for entity, count in untouched.counts().items():
                assert counts[entity] >= count


def sqlized(kernel: Kernel) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield calls in which one text argument is SQL, and the others are what they may be."""
    for tool in kernel.tools():
        properties = tool["input_schema"].get("properties") or {}
        texts = [name for name, schema in properties.items() if "string" in str(schema.get("type", "string"))]
        for place, text in enumerate(texts):
            others = {other: "x" for other in tool["input_schema"].get("required", []) if other in texts}
            yield tool["name"], {**others, text: SQL[place % len(SQL)]}
        for payload in SQL:
            yield tool["name"], dict.fromkeys(texts, payload)


def spoken(url: str, head: str) -> bytes:
    """Send the head of a request and return what comes until the server closes the connection."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(f"{head}\r\n\r\n".encode())
        return received(client)


def received(client: socket.socket) -> bytes:
    """Return what comes until the server closes the connection."""
    parts = []
    try:
        while part := client.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)
