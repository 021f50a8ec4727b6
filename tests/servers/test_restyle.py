from typing import Any

import pytest

from inftool.servers import Kernel, open_program
from inftool.servers.overrides import check_program
from inftool.servers.program import CreateOperation, ReadOperation
from inftool.servers.restyle import STYLES, Style, restyled, styled

from .studio import state, studio


@pytest.mark.parametrize(
    ("style", "expected"),
    [("snake", "get_pet_by_id"), ("camel", "getPetById"), ("pascal", "GetPetById"), ("kebab", "get-pet-by-id")],
)
def test_styles(style: Style, expected: str) -> None:
    for name in ("getPetById", "get_pet_by_id", "get-pet-by-id", "GetPetById"):
        assert styled(name, style) == expected
    assert styled("_", style) == "_"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ["petstore", "conduit", "lob", "spotify", "docker", "tau2_telecom"])
def test_a_restyled_program_is_whole_and_has_other_names(name: str, style: Style) -> None:
    program = open_program(name)
    other = restyled(program, style)
    check_program(other)
    assert other.name == f"{name}~{style}"
    assert len({operation.tool for operation in other.operations}) == len(program.operations)
    Kernel(other).tools()


@pytest.mark.parametrize("style", STYLES)
def test_it_behaves_as_the_original(style: Style) -> None:
    program = open_program("conduit")
    other = restyled(program, style)
    kernels = Kernel(program), Kernel(other)
    with kernels[0].open() as first, kernels[1].open() as second:
        assert [kernels[0].call(first, "GetArticles", {"limit": 3})] == [
            kernels[1].call(
                second, styled("GetArticles", style), {styled("limit", "snake" if style == "kebab" else style): 3}
            )
        ]
        for old, new in zip(program.operations, other.operations, strict=True):
            if not isinstance(old, ReadOperation | CreateOperation):
                continue
            old_names, new_names = list(old.input_schema["properties"]), list(new.input_schema["properties"])
            row = first.rows(old.entity)[0]
            values = [
                row.get(old.key_field) if isinstance(old, ReadOperation) else f"text {i}" for i in range(len(old_names))
            ]
            before = kernels[0].call(first, old.tool, dict(zip(old_names, values, strict=True)))
            after = kernels[1].call(second, new.tool, dict(zip(new_names, values, strict=True)))
            assert after.status == before.status
            assert after.content == before.content or before.is_error
        assert first.diff() == second.diff()


@pytest.mark.parametrize("style", STYLES)
def test_every_kind_of_operation_keeps_its_arguments(style: Style) -> None:
    program = studio(login=False, initial=state())
    other = restyled(program, style)
    check_program(program)
    check_program(other)
    kernels = Kernel(program), Kernel(other)
    calls: list[tuple[str, dict[str, Any]]] = [
        ("book", {"room": "r2", "seats": 1}), ("confirm", {"id": "7"}), ("cancel", {"id": "7"}),
        ("pay", {"id": "m1", "to": "m2", "amount": 3}), ("change_preference", {"name": "volume", "value": 2}),
        ("save_rooms", {"codes": ["r1"], "note": "n"}), ("unsave_rooms", {"codes": ["r1", "r2"]}),
        ("add_rooms", {"rooms": [{"code": "r3", "price": 1, "seats": 1}]}), ("rooms", {"method": "list"}),
        ("get_member", {"id": "m1", "part": "contact"}), ("get_booking", {"id": 7, "room": "r1"}),
    ]  # fmt: skip
    tools = [operation.tool for operation in program.operations]
    with kernels[0].open() as first, kernels[1].open() as second:
        for tool, arguments in calls:
            new = other.operations[tools.index(tool)]
            names = dict(
                zip(program.operation(tool).input_schema["properties"], new.input_schema["properties"], strict=True)
            )
            one = kernels[0].call(first, tool, arguments)
            two = kernels[1].call(second, new.tool, {names[name]: value for name, value in arguments.items()})
            assert (one.is_error, two.is_error) == (False, False), (one.text, two.text)
            assert one.content == two.content
        assert first.diff() == second.diff()
