"""A compiled server mounted into a real application of FastMCP, asked by FastMCP's own client."""

from __future__ import annotations

import json
from typing import Any

import anyio
import pytest

pytest.importorskip("fastmcp", reason="needs the extra fastmcp")

from fastmcp import Client, FastMCP

from inftool.servers.doors.fastmcp import InfToolProvider
from inftool.servers.runtime.kernel import Kernel

from ..clinic import clinic


def application(**options: Any) -> tuple[FastMCP, InfToolProvider]:
    app = FastMCP("hospital")

    @app.tool
    def beds() -> int:
        return 7

    provider = InfToolProvider(Kernel(clinic()))
    app.add_provider(provider, **options)
    return app, provider


def test_its_tools_stand_beside_those_of_the_application() -> None:
    app, provider = application()

    async def talk() -> None:
        async with Client(app) as client:
            tools = {tool.name: tool for tool in await client.list_tools()}
            assert set(tools) == {"beds", *(operation.tool for operation in clinic().operations)}
            for own in provider.kernel.tools():
                shown = tools[own["name"]]
                assert shown.input_schema == {"type": "object", **own["input_schema"]}
                assert shown.annotations.model_dump(by_alias=True, exclude_none=True) == own["annotations"]
            assert (await client.call_tool("beds")).data == 7

    anyio.run(talk)


def test_calls_are_the_kernels_answers_on_one_session() -> None:
    app, provider = application(namespace="pets")
    kernel = Kernel(clinic())
    twin = kernel.open()
    calls: list[tuple[str, dict[str, Any]]] = [
        ("create_pet", {"name": "Rex"}),
        ("get_pet_by_name", {"name": "Rex"}),
        ("list_pets", {}),
        ("list_visits", {"pet_id": 10}),
        ("get_pet", {"pet_id": 99999}),
        ("get_pet", {"pet_id": "not a number"}),
        ("get_pet", {}),
        ("delete_pet", {"pet_id": 10}),
        ("get_pet", {"pet_id": 10}),
    ]

    async def talk() -> None:
        for name, arguments in calls:
            async with Client(app) as client:
                said = await client.call_tool(f"pets_{name}", arguments, raise_on_error=False)
            expected = kernel.call(twin, name, arguments)
            assert said.is_error == expected.is_error
            assert [part.text for part in said.content] == [expected.text]
            assert said.structured_content == (expected.content if isinstance(expected.content, dict) else None)
            assert json.loads(said.content[0].text) == json.loads(expected.text)

    anyio.run(talk)
    assert provider.session.diff() == twin.diff() != []
    provider.session.reset()
    assert provider.session.diff() == []


def test_a_bundled_specification_is_named_and_seeded() -> None:
    one, two = InfToolProvider("petstore", seed=3), InfToolProvider("petstore", seed=3)
    other = InfToolProvider("petstore", seed=4)
    assert one.kernel.image.data == two.kernel.image.data != other.kernel.image.data
    assert repr(one) == "InfToolProvider('petstore')"
