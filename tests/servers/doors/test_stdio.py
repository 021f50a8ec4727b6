"""The stdio door with the official client: a real process, real pipes, both protocol eras."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from mcp import Client, MCPError, StdioServerParameters

from ..clinic import clinic


@pytest.fixture(scope="module")
def program_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("programs") / "clinic.json"
    path.write_text(clinic().model_dump_json(by_alias=True))
    return path


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_lists_calls_and_sees_its_own_writes(program_file: Path, mode: str) -> None:
    async def talk() -> None:
        server = StdioServerParameters(
            command=sys.executable, args=["-m", "inftool.servers.doors.stdio", str(program_file)]
        )
        async with Client(server, mode=mode) as client:  # type: ignore[arg-type]
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == {operation.tool for operation in clinic().operations}
            assert tools["get_pet"].annotations is not None
            assert tools["get_pet"].annotations.read_only_hint is True
            assert tools["get_pet"].input_schema["required"] == ["pet_id"]

            made = await client.call_tool("create_pet", {"name": "Rex"})
            assert not made.is_error
            assert made.structured_content["name"] == "Rex"
            assert json.loads(made.content[0].text) == made.structured_content  # type: ignore[union-attr]
            read = await client.call_tool("get_pet", {"pet_id": made.structured_content["id"]})
            assert read.structured_content == made.structured_content

            missing = await client.call_tool("get_pet", {"pet_id": 99999})
            assert missing.is_error
            assert missing.structured_content == {"code": 404, "message": "pet_id: there is no pet '99999'"}
            bare_array = await client.call_tool("list_visits", {"pet_id": 10})
            assert bare_array.structured_content is None
            assert len(json.loads(bare_array.content[0].text)) == 2  # type: ignore[union-attr]

            with pytest.raises(MCPError) as unknown:
                await client.call_tool("no_such_tool", {})
            assert unknown.value.code == -32602

    anyio.run(talk)


@pytest.mark.parametrize(("arguments", "expected"), [([], "usage"), (["no_such_spec"], "no_such_spec")])
def test_a_bad_command_line_ends_with_one_line_and_code_2(arguments: list[str], expected: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "inftool.servers.doors.stdio", *arguments], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert expected in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
