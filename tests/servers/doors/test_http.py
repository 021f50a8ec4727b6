"""The HTTP door with the official client: a real uvicorn on a free port, both protocol eras."""

from __future__ import annotations

from collections.abc import Iterator

import anyio
import httpx
import pytest
from mcp import Client, MCPError

from inftool.servers.doors.http import build_app

from ..clinic import clinic
from .running import running


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(build_app(clinic())) as url:
        yield url


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_create_is_seen_in_its_session_and_in_no_other(address: str, mode: str) -> None:
    async def talk() -> None:
        async with Client(f"{address}/s/one-{mode}/mcp", mode=mode) as client:  # type: ignore[arg-type]
            assert len((await client.list_tools()).tools) == len(clinic().operations)
            made = await client.call_tool("create_pet", {"name": "Rex"})
            number = made.structured_content["id"]
            with pytest.raises(MCPError) as unknown:
                await client.call_tool("no_such_tool", {})
            assert unknown.value.code == -32602
        async with Client(f"{address}/s/one-{mode}/mcp", mode=mode) as client:  # type: ignore[arg-type]
            again = await client.call_tool("get_pet", {"pet_id": number})
            assert again.structured_content == made.structured_content
        for other in (f"{address}/s/two-{mode}/mcp", f"{address}/mcp"):
            async with Client(other, mode=mode) as client:  # type: ignore[arg-type]
                unseen = await client.call_tool("get_pet", {"pet_id": number})
                assert unseen.is_error
                assert unseen.structured_content["code"] == 404

    anyio.run(talk)


@pytest.mark.parametrize("name", ["...", "a b", "x" * 65, "%2e%2e%2fmcp", "a%00", "é"])
def test_a_bad_session_name_is_refused(address: str, name: str) -> None:
    assert httpx.post(f"{address}/s/{name}/mcp", json={}).status_code == 404


def test_a_foreign_host_or_origin_is_refused(address: str) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"accept": "application/json, text/event-stream"}
    assert httpx.post(f"{address}/mcp", json=call, headers={**accept, "host": "evil.example"}).status_code == 421
    assert (
        httpx.post(f"{address}/mcp", json=call, headers={**accept, "origin": "http://evil.example"}).status_code == 403
    )


def test_an_oversized_body_is_refused(address: str) -> None:
    body = b'{"x": "' + b"a" * 5_000_000 + b'"}'
    headers = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    assert httpx.post(f"{address}/mcp", content=body, headers=headers).status_code == 413
