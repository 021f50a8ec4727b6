import pytest

from inftool.agents.message import Message
from inftool.agents.scripted import ScriptAssistant
from inftool.envs.certificate import certify, run
from inftool.envs.episode import Episode, play
from inftool.envs.proposals import Limits
from inftool.envs.synthesis import Synthesizer
from inftool.envs.task import KINDS, Task
from inftool.servers import open_program
from inftool.specs import bundled


def dump(tasks: list[Task]) -> list[str]:
    return [task.model_dump_json() for task in tasks]


def test_same_seed_same_bytes() -> None:
    first, second = (list(Synthesizer([open_program("conduit")], seed=5).tasks(40)) for _ in range(2))
    assert dump(first) == dump(second)
    assert dump(first) != dump(list(Synthesizer([open_program("conduit")], seed=6).tasks(40)))


def test_a_proposal_does_not_depend_on_those_before() -> None:
    whole = Synthesizer([open_program("petstore")], seed=2)
    tasks = [whole.task(index) for index in range(40)]
    alone = Synthesizer([open_program("petstore")], seed=2)
    assert [task and task.id for task in tasks[30:]] == [(task := alone.task(i)) and task.id for i in range(30, 40)]


def test_trajectories_of_scripts_are_the_same_bytes(petstore: Synthesizer) -> None:
    for task in petstore.tasks(30):
        world = petstore.world_of(task)
        assert run(task, world, task.gold).model_dump_json() == run(task, world, task.gold).model_dump_json()


@pytest.mark.parametrize("name", ["petstore", "conduit", "museum", "spotify", "tau2_telecom", "slack_mcp"])
def test_every_task_is_certified_and_sound(name: str) -> None:
    synthesizer = Synthesizer([open_program(name)], seed=3)
    tasks = list(synthesizer.tasks(30))
    assert tasks
    for task in tasks:
        world = synthesizer.world_of(task)
        assert task.certificate is not None
        assert task.certificate.passed
        assert task.id == task.content_id()
        assert set(task.tools) <= {operation.tool for operation in world.program.operations}
        assert run(task, world, task.gold).verdict.outcome == "solved"
        assert play(Episode(task, world.seats), ScriptAssistant()).verdict.outcome == "failed"
        request = task.agenda.request
        assert request == request.strip()
        assert not any(mark in request for mark in ("None", "{", "}", "  ", ".."))


def test_every_kind_is_made(petstore: Synthesizer) -> None:
    assert {task.kind for task in petstore.tasks(120)} == set(KINDS)


def test_certificates_reject_tasks_that_are_not_sound(petstore: Synthesizer) -> None:
    task = next(task for task in petstore.tasks(50) if task.kind == "simple" and task.operation == "delete")
    world = petstore.world_of(task)
    assert certify(task, world).passed
    for wrong, check in [
        ({"goal": task.goal.model_copy(update={"changes": ()})}, "gold scores 1"),
        ({"agenda": task.agenda.model_copy(update={"request": f"Call {task.tools[0]}."})}, "no tool name is leaked"),
        ({"agenda": task.agenda.model_copy(update={"request": "Delete something."})}, "gold scores 1"),
        ({"gold": (Message(role="assistant", content="Done."),)}, "gold scores 1"),
    ]:
        certificate = certify(task.model_copy(update=wrong), world)
        assert not certificate.passed
        assert certificate.checks[-1].name == check


def test_weights_steer() -> None:
    program = open_program("petstore")
    cells = {
        ("petstore", kind, operation): 0.0
        for kind in KINDS
        for operation in ("create", "read", "update", "list", "search", "refuse")
    }
    tasks = list(Synthesizer([program], seed=0, weights=cells).tasks(20))
    assert {task.operation for task in tasks} <= {"delete", "replace"}


def test_limits_hold() -> None:
    limits = Limits(max_arguments=2, tools=(2, 3), fits=lambda tool: len(tool.name) <= 14)
    for task in Synthesizer([open_program("petstore")], seed=0, limits=limits).tasks(40):
        assert all(len(call.arguments) <= 2 for call in task.gold_calls)
        assert all(len(name) <= 14 for name in task.tools)


def test_rejects_are_counted() -> None:
    synthesizer = Synthesizer([open_program("museum")], seed=0)
    tasks = list(synthesizer.tasks(20))
    tally = synthesizer.tally
    assert sum(tally.accepted.values()) >= len(tasks)
    assert tally.proposed == sum(tally.accepted.values()) + sum(tally.rejected.values())


def test_a_program_without_operations_gives_nothing() -> None:
    program = open_program("time")
    empty = program.model_copy(update={"operations": []})
    assert list(Synthesizer([empty]).tasks(5)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", bundled())
def test_every_bundled_specification_compiles_and_gives_sound_tasks_or_none(name: str) -> None:
    synthesizer = Synthesizer([open_program(name)], seed=11)
    for task in synthesizer.tasks(40):
        assert run(task, synthesizer.world_of(task), task.gold).verdict.outcome == "solved"
