"""What a client reads, completes and prompts with, in memory with the official client, in both protocol eras."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError
from mcp_types import PromptReference, ResourceTemplateReference

from inftool.servers.doors.completion import choices
from inftool.servers.doors.offer import Offer
from inftool.servers.doors.prompts import Prompt, PromptArgument, Turn, Written
from inftool.servers.doors.resources import PAGE_ROWS, Source
from inftool.servers.doors.wire import SessionFor, build_joint_server, build_server
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.kernel import Kernel
from inftool.servers.runtime.session import Session

from ..clinic import clinic

GREETING = Prompt(
    "greet", "Greet", "Says hello.",
    lambda session, given: Written((Turn("user", f"Say hello to {given.get('who', 'all')}."),)),
    (PromptArgument("who", "Whom.", complete=choices(["Ada", "Adam", "Bo"])),),
    apart=True,
)  # fmt: skip
SOURCE = Source("openapi: 3.0.0\n", "application/yaml")


def offer(program: ServerProgram | None = None, prefix: str = "") -> Offer:
    return Offer(Kernel(program or clinic()), source=SOURCE, prompts=(GREETING,), prefix=prefix)


def always(session: Session) -> SessionFor:
    return lambda _: session


def talk(about: Callable[[Client], Awaitable[None]], *offers: Offer, mode: str = "auto") -> None:
    async def run() -> None:
        parts = [(one, always(one.kernel.open())) for one in offers or (offer(),)]
        server = build_server(*parts[0]) if len(parts) == 1 else build_joint_server(parts)
        async with Client(server, mode=mode) as client:  # type: ignore[arg-type]
            await about(client)

    anyio.run(run)


async def read(client: Client, uri: str) -> Any:
    [content] = (await client.read_resource(uri)).contents
    text = content.text  # type: ignore[union-attr]
    return json.loads(text) if content.mime_type == "application/json" else text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_specification_report_program_and_rows_are_read(mode: str) -> None:
    async def about(client: Client) -> None:
        listed = {entry.uri: entry for entry in (await client.list_resources()).resources}
        assert list(listed)[:5] == [
            f"inftool://clinic/{path}"
            for path in ("specification", "report.txt", "report.json", "program.json", "rows")
        ]
        for uri in listed:
            assert await read(client, uri)
        assert await read(client, "inftool://clinic/specification") == SOURCE.text
        assert ServerProgram.model_validate(await read(client, "inftool://clinic/program.json")) == clinic()
        assert "create_pet" in await read(client, "inftool://clinic/report.txt")
        operations = (await read(client, "inftool://clinic/report.json"))["operations"]
        assert len(operations) == len(clinic().operations)

    talk(about, mode=mode)


def test_rows_are_those_of_the_session_as_they_are_now() -> None:
    async def about(client: Client) -> None:
        made = (await client.call_tool("create_pet", {"name": "Rex"})).structured_content
        row = f"inftool://clinic/rows/Pet/{made['id']}"
        assert (await read(client, row))["name"] == "Rex"
        page = await read(client, "inftool://clinic/rows/Pet")
        assert page["rows"][-1]["name"] == "Rex"
        assert page["total"] == len(page["rows"])
        await client.call_tool("delete_pet", {"pet_id": made["id"]})
        with pytest.raises(MCPError) as gone:
            await client.read_resource(row)
        assert gone.value.code == -32602

    talk(about)


def test_many_rows_come_in_pages() -> None:
    async def about(client: Client) -> None:
        for number in range(2 * PAGE_ROWS):
            await client.call_tool("create_pet", {"name": f"Pet {number}"})
        uri, seen = "inftool://clinic/rows/Pet", []
        while uri:
            page = await read(client, uri)
            assert len(page["rows"]) <= PAGE_ROWS
            seen += [row["id"] for row in page["rows"]]
            uri = page["next"]
        assert len(seen) == len(set(seen)) == page["total"]
        found = await client.complete(KEYS, {"name": "key", "value": ""}, {"entity": "Pet"})
        assert len(found.completion.values) == 100
        assert found.completion.has_more is True
        assert found.completion.total == len(seen)

    talk(about)


ROWS = ResourceTemplateReference(uri="inftool://clinic/rows/{entity}{?offset}")
KEYS = ResourceTemplateReference(uri="inftool://clinic/rows/{entity}/{key}")


def test_templates_and_prompts_complete_entities_keys_and_choices() -> None:
    async def about(client: Client) -> None:
        templates = {one.uri_template for one in (await client.list_resource_templates()).resource_templates}
        assert templates == {ROWS.uri, KEYS.uri}

        async def completed(ref: Any, name: str, typed: str, settled: dict[str, str] | None = None) -> list[str]:
            return (await client.complete(ref, {"name": name, "value": typed}, settled)).completion.values

        assert await completed(ROWS, "entity", "pe") == ["Pet"]
        keys = await completed(KEYS, "key", "", {"entity": "Pet"})
        rows = (await read(client, "inftool://clinic/rows/Pet"))["rows"]
        assert keys == [str(row["id"]) for row in rows]
        assert await completed(KEYS, "key", keys[0][:1], {"entity": "Pet"}) == [k for k in keys if k[0] == keys[0][0]]
        assert await completed(KEYS, "key", "%", {"entity": "Pet"}) == []
        assert await completed(KEYS, "key", "") == []
        assert await completed(PromptReference(name="greet"), "who", "ad") == ["Ada", "Adam"]
        assert await completed(PromptReference(name="show_row"), "key", keys[0], {"entity": "Pet"}) == [keys[0]]
        assert await completed(PromptReference(name="show_row"), "nothing", "") == []

    talk(about)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_prompts_are_listed_and_written(mode: str) -> None:
    async def about(client: Client) -> None:
        prompts = {prompt.name: prompt for prompt in (await client.list_prompts()).prompts}
        assert list(prompts) == ["greet", "show_row"]
        assert [argument.required for argument in prompts["show_row"].arguments or []] == [True, True]
        hello = await client.get_prompt("greet", {"who": "Bo"})
        assert hello.messages[0].content.text == "Say hello to Bo."  # type: ignore[union-attr]
        key = str((await read(client, "inftool://clinic/rows/Pet"))["rows"][0]["id"])
        shown = await client.get_prompt("show_row", {"entity": "Pet", "key": key})
        assert f'"id": {key}' in shown.messages[0].content.text  # type: ignore[union-attr]

    talk(about, mode=mode)


@pytest.mark.parametrize(
    "uri",
    [
        "inftool://clinic", "inftool://clinic/", "inftool://clinic/nothing", "inftool://other/rows",
        "inftool://clinic/rows/Nothing", "inftool://clinic/rows/Pet/99999", "inftool://clinic/rows/Pet/1/2",
        "inftool://clinic/rows/Pet?offset=-1", "inftool://clinic/rows/Pet?offset=x", "inftool://clinic/rows/Pet?x=1",
        "inftool://clinic/rows/Pet?" + "&".join("offset=1" for _ in range(50)), "inftool://clinic/rows/%FF",
        "inftool://clinic/rows/../program.json", "inftool://clinic/specification/../../etc/passwd", "inftool://[",
        "inftool://clinic/rows#x", "file:///etc/passwd", "http://clinic/rows", "", "x" * 100_000,
        "inftool://clinic/rows/Pet/'%20OR%201=1--",
    ],
)  # fmt: skip
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_what_is_not_there_is_a_protocol_error(uri: str, mode: str) -> None:
    async def about(client: Client) -> None:
        with pytest.raises(MCPError) as unknown:
            await client.read_resource(uri)
        assert unknown.value.code == -32602
        assert len(unknown.value.message) < 500

    talk(about, mode=mode)


def test_wrong_prompts_arguments_and_pages_are_protocol_errors() -> None:
    async def about(client: Client) -> None:
        for name, given in [
            ("nope", {}), ("greet", {"whom": "x"}), ("show_row", {"entity": "Pet"}),
            ("show_row", {"entity": "Pet", "key": "99999"}), ("show_row", {"entity": "Nothing", "key": "1"}),
        ]:  # fmt: skip
            with pytest.raises(MCPError) as wrong:
                await client.get_prompt(name, given)
            assert wrong.value.code == -32602
        for list_page in (
            client.list_tools,
            client.list_resources,
            client.list_prompts,
            client.list_resource_templates,
        ):
            with pytest.raises(MCPError) as no_page:
                await list_page(cursor="2")
            assert no_page.value.code == -32602
        for ref in (PromptReference(name="nope"), ResourceTemplateReference(uri="inftool://nope/{x}")):
            with pytest.raises(MCPError) as no_ref:
                await client.complete(ref, {"name": "x", "value": ""})
            assert no_ref.value.code == -32602

    talk(about)


def test_several_programs_are_told_apart() -> None:
    long = "a_tool_with_a_name_of_exactly_sixty_characters_as_some_apis_have"[:60]
    second = clinic().model_copy(update={"name": "second"})
    second.operations[0] = second.operations[0].model_copy(update={"tool": long})

    async def about(client: Client) -> None:
        names = [tool.name for tool in (await client.list_tools()).tools]
        assert len(names) == len(set(names)) == 2 * len(clinic().operations)
        assert all(name.startswith(("first_", "second_")) and len(name) <= 64 for name in names)
        made = await client.call_tool("first_create_pet", {"name": "Rex"})
        key = made.structured_content["id"]  # type: ignore[index]
        assert (await client.call_tool("first_get_pet", {"pet_id": key})).structured_content == made.structured_content
        assert (await client.call_tool("second_get_pet", {"pet_id": key})).is_error
        assert (await read(client, f"inftool://first/rows/Pet/{key}"))["name"] == "Rex"
        with pytest.raises(MCPError):
            await client.read_resource(f"inftool://second/rows/Pet/{key}")
        prompts = [prompt.name for prompt in (await client.list_prompts()).prompts]
        assert prompts == ["first_greet", "first_show_row", "second_greet", "second_show_row"]
        with pytest.raises(MCPError):
            await client.call_tool("create_pet", {"name": "Rex"})

    first = clinic().model_copy(update={"name": "first"})
    talk(about, offer(first, "first"), offer(second, "second"))
