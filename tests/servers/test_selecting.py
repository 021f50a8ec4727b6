"""Parts of a program: by tag, and by number."""

import pytest

from inftool.servers.program import ServerProgram
from inftool.servers.runtime.kernel import Kernel
from inftool.servers.selecting import SelectionError, select_tools

from .clinic import clinic


def tagged() -> ServerProgram:
    program = clinic()
    operations = [
        operation.model_copy(update={"tags": ["Visits"] if "visit" in operation.tool else ["pets", "all"]})
        for operation in program.operations
    ]
    return program.model_copy(update={"operations": operations, "initial": {"Clinic": [{"code": "c"}], "Pet": []}})


def tools(program: ServerProgram) -> list[str]:
    return [operation.tool for operation in program.operations]


def test_tags_keep_their_tools_and_the_entities_these_need() -> None:
    program = select_tools(tagged(), ["visits"])
    assert tools(program) == ["add_visit", "list_visits", "get_visit"]
    assert set(program.entities) == {"Visit", "Pet", "Clinic", "Owner"}
    Kernel(program).open().close()
    assert tools(select_tools(tagged(), ["Visits", "ALL"])) == tools(clinic())


def test_an_unknown_tag_is_named_with_the_nearest() -> None:
    with pytest.raises(SelectionError, match="'visit': no tool of clinic has it; did you mean 'Visits'"):
        select_tools(tagged(), ["visit"])
    with pytest.raises(SelectionError, match="the tools of clinic have no tags"):
        select_tools(clinic(), ["visit"])
    with pytest.raises(SelectionError, match="at least 1"):
        select_tools(clinic(), max_tools=0)


@pytest.mark.parametrize("room", range(1, 12))
def test_every_number_of_tools_runs_and_what_is_written_can_be_read(room: int) -> None:
    program = select_tools(clinic(), max_tools=room)
    assert len(program.operations) == min(room, len(clinic().operations))
    assert tools(program) == [tool for tool in tools(clinic()) if tool in tools(program)]
    Kernel(program).open().close()
    showing = {o.entity for o in program.operations if o.kind in ("read", "list", "search")}  # type: ignore[union-attr]
    if room < len(clinic().operations) - 1:
        for operation in program.operations:
            if operation.kind in ("create", "update", "delete") and operation.entity != "Clinic":
                assert operation.entity in showing, tools(program)


def test_what_was_not_understood_goes_first() -> None:
    assert "estimate_cost" not in tools(select_tools(clinic(), max_tools=len(clinic().operations) - 1))


def test_given_rows_of_entities_that_are_left_out_go_too() -> None:
    program = tagged()
    lone = [operation for operation in program.operations if operation.tool == "create_clinic"]
    only = program.model_copy(
        update={"operations": [lone[0].model_copy(update={"tags": ["one"]}), *program.operations]}
    )
    assert select_tools(only, ["one"]).initial == {"Clinic": [{"code": "c"}]}
