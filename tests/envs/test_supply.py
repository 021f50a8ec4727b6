import subprocess
import sys
import threading

import pytest

from inftool.envs import supply
from inftool.envs.supply import NoTask, digest_of, supply_of
from inftool.envs.task import KINDS, Task
from inftool.servers import open_program
from inftool.servers.program import ServerProgram

NUMBERS = (5, 77, 2**31 - 1)


def test_a_number_gives_the_same_task_in_every_process() -> None:
    code = (
        "from inftool.envs.supply import supply_of; from inftool.envs.task import KINDS; "
        "from inftool.servers import open_program; "
        f"print([supply_of([open_program('petstore')], KINDS).task(n).id for n in {NUMBERS[::-1]}])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = supply_of([open_program("petstore")], KINDS)
    assert result.stdout.strip() == str([here.task(number).id for number in NUMBERS[::-1]])


def test_tasks_are_remembered_and_found_by_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supply, "MAX_TASKS", 2)
    one = supply.TaskSupply([open_program("petstore")], KINDS)
    task = one.task(1)
    assert one.task(1) is task
    assert one.named(task.id) is task
    one.task(1000)
    one.task(2000)
    assert one.named(task.id) is None
    assert one.task(1) == task
    assert one.task(1) is not task


def test_a_task_that_two_numbers_give_stays_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supply, "MAX_TASKS", 2)
    one = supply.TaskSupply([open_program("petstore")], ("sequential",))
    number = next(number for number in range(1000) if one.task(number) == one.task(number + 1))
    kept = one.task(number + 1)
    one.task(5000)
    assert one.named(kept.id) == kept


def test_equal_programs_share_a_supply() -> None:
    program = open_program("petstore")
    twin = ServerProgram.model_validate(program.model_dump(by_alias=True))
    assert digest_of(twin) == digest_of(program)
    assert supply_of([twin], KINDS) is supply_of([program], KINDS)
    assert supply_of([program], ("simple",)) is not supply_of([program], KINDS)


def test_threads_get_the_same_tasks() -> None:
    one = supply.TaskSupply([open_program("museum")], KINDS)
    got: list[list[Task]] = []
    threads = [threading.Thread(target=lambda: got.append([one.task(n) for n in (3, 900, 3)])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4
    assert all(tasks == got[0] for tasks in got)


@pytest.mark.parametrize("operations", [0, 1])
def test_a_program_without_tasks_says_what_to_do(operations: int, monkeypatch: pytest.MonkeyPatch) -> None:
    program = open_program("petstore")
    opaque = {"kind": "opaque", "tool": "ping", "input_schema": {"type": "object"}, "confidence": "low"}
    bare = ServerProgram.model_validate(
        {"name": "bare", "title": "Bare", "operations": [opaque][:operations], "format": program.format}
    )
    with pytest.raises(NoTask, match=r"bare: no task of kind .*inftool compile"):
        supply_of([bare], KINDS).task(0)
    monkeypatch.setattr(supply, "MAX_PROPOSALS", 1)
    rejecting = supply.TaskSupply([program], ("sequential",))
    with pytest.raises(NoTask, match=r"most were rejected since: .* \(1\)"):
        list(map(rejecting.task, range(1000)))
