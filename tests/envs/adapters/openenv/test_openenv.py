"""The OpenEnv environment over OpenEnv's own server and client, its validation, and our graders in it."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("openenv.validation", reason="needs openenv 0.10, in an environment of its own")

from openenv.core.sync_client import SyncEnvClient
from openenv.validation import CheckStatus, GraderRegistry, Level, Verdict, run_validation

from inftool.envs.adapters.openenv.client import InfToolClient
from inftool.envs.adapters.openenv.environment import InfToolEnvironment, Tasks
from inftool.envs.adapters.openenv.graders import GRADERS, validate
from inftool.envs.adapters.openenv.models import InfToolAction
from inftool.envs.adapters.openenv.package import read_package, read_splits, write_package
from inftool.envs.records import TASKS, DataError
from inftool.envs.synthesis import Synthesizer
from inftool.envs.task import Task
from inftool.servers import open_program
from inftool.servers.program import ServerProgram
from inftool.servers.seat import ServerLost

pytestmark = pytest.mark.adapters


@pytest.fixture(scope="module")
def program() -> ServerProgram:
    return open_program("petstore")


@pytest.fixture(scope="module")
def tasks(program: ServerProgram) -> list[Task]:
    return list(Synthesizer([program]).tasks(24))


@pytest.fixture(scope="module")
def package(program: ServerProgram, tasks: list[Task], tmp_path_factory: pytest.TempPathFactory) -> Path:
    splits = {"train": tasks[:20], "test": tasks[20:]}
    return write_package(tmp_path_factory.mktemp("packages") / "pet_env", [program], splits)


@pytest.fixture(scope="module")
def url(package: Path) -> Iterator[str]:
    """The package's own entry point, as the container runs it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "server.app", "--port", str(port)], cwd=package)
    try:
        for _ in range(1200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1).read()
                break
            except OSError:
                assert process.poll() is None, "the server ended"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def gold(task: Task) -> list[InfToolAction]:
    return [
        InfToolAction(
            content=message.content,
            tool_calls=[{"name": call.name, "arguments": call.arguments} for call in message.tool_calls],
        )
        for message in task.gold
    ]


def play(client: SyncEnvClient[Any, Any, Any], task: Task, actions: list[InfToolAction]) -> float | None:
    result = client.reset(task=task.id)
    assert (result.done, result.reward) == (False, None)
    assert result.observation.messages == [{"role": "user", "content": task.agenda.request}]
    assert [tool["function"]["name"] for tool in result.observation.tools] == list(task.tools)
    for number, action in enumerate(actions, 1):
        result = client.step(action)
        assert client.state().step_count == number
        if result.done:
            break
        assert result.reward == 0.0
    assert result.done
    return result.reward


def test_gold_scores_1_and_inaction_0_over_the_wire(url: str, tasks: list[Task]) -> None:
    with InfToolClient(base_url=url).sync() as client:
        for task in tasks[:10]:
            assert play(client, task, gold(task)) == 1.0
            state = client.state()
            assert (state.task, state.outcome, state.kind) == (task.id, "solved", task.kind)
            assert bool(state.changes) == bool(task.goal.changes)
            if not task.goal.refuse:
                assert play(client, task, [InfToolAction(content="Done.")]) == 0.0


def test_sessions_are_apart(url: str, tasks: list[Task]) -> None:
    task = next(task for task in tasks if task.goal.changes)
    clients = [InfToolClient(base_url=url).sync() for _ in range(8)]
    try:
        for client in clients:
            client.connect()
            client.reset(task=task.id)
        actions = gold(task)
        for action in actions[:-1]:
            for client in clients[::2]:
                client.step(action)
        for client in clients[1::2]:
            assert client.step(InfToolAction(content="Done.")).reward == 0.0
            assert client.state().changes == []
        for client in clients[::2]:
            assert client.step(actions[-1]).reward == 1.0
            assert client.state().changes
    finally:
        for client in clients:
            client.close()


def test_what_is_no_message_is_an_answer_and_not_a_crash(url: str, tasks: list[Task]) -> None:
    with InfToolClient(base_url=url).sync() as client:
        client.reset(task=tasks[0].id)
        result = client.step(InfToolAction(tool_calls=[{"name": 3}]))
        assert "expected the name of a tool" in result.observation.messages[-1]["content"]
        with pytest.raises(RuntimeError):
            client.reset(task="unknown")
        assert client.reset(seed=1).observation.messages


def test_task_api(url: str, tasks: list[Task]) -> None:
    def call(path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url + path, data, {"content-type": "application/json"})
        return json.load(urllib.request.urlopen(request, timeout=10))

    assert [split["name"] for split in call("/pet_env/splits")] == ["train", "test"]
    assert call("/pet_env/num_tasks", {"split": "test"})["num_tasks"] == 4
    card = call("/pet_env/task", {"split": "test", "index": 1})["task"]
    assert card == {
        "id": tasks[21].id,
        "index": 1,
        "spec": "petstore",
        "kind": tasks[21].kind,
        "difficulty": tasks[21].difficulty,
        "request": tasks[21].agenda.request,
    }
    with InfToolClient(base_url=url).sync() as client:
        client.reset(split="test", index=1)
        assert client.state().task == tasks[21].id
    assert {"action", "observation"} <= call("/schema").keys()


def test_a_lost_server_is_nobodys_0(program: ServerProgram, tasks: list[Task]) -> None:
    class Nowhere:
        def __init__(self, program: ServerProgram, seed: int) -> None:
            self.program, self.seed = program, seed

        def open(self) -> Any:
            raise ServerLost("the machine is gone")

    environment = InfToolEnvironment(Tasks([program], {"train": tasks}), seats=Nowhere)
    observation = environment.reset(seed=0)
    assert observation.done
    assert observation.reward is None
    assert observation.metadata["masked"]
    with pytest.raises(RuntimeError, match="reset"):
        environment.step(InfToolAction(content="hello"))


def test_openenv_validates_the_package(package: Path) -> None:
    report = run_validation(package, max_level=Level.STATIC, skip_build=True)
    assert {check.check_id: check.status for check in report.results} == {"static.manifest": CheckStatus.PASS}
    assert report.manifest.capabilities.declared_task_count == {"train": 20, "test": 4}


def test_certificates_grade_the_package(package: Path) -> None:
    verdict, results = validate(package)
    assert verdict is Verdict.PASS
    assert {result.check_id for result in results} == {grader.check_id for grader in GRADERS}
    assert all(result.status is CheckStatus.PASS and result.measured["tasks"] == 24 for result in results)


def test_graders_see_through_a_false_package(
    program: ServerProgram, tasks: list[Task], package: Path, tmp_path: Path
) -> None:
    """A task whose goal holds from the start: its certificate says that all is well, and playing it says otherwise."""
    free = next(task for task in tasks if task.goal.changes and not task.goal.facts)
    false = free.model_copy(update={"goal": free.goal.model_copy(update={"changes": ()})})
    false = false.model_copy(update={"id": false.content_id()})
    assert false.certificate
    assert false.certificate.passed
    verdict, results = validate(write_package(tmp_path / "false", [program], {"train": [false]}))
    assert verdict is Verdict.FAIL
    by_id = {result.check_id: result for result in results}
    assert by_id["semantic.oracle_max"].status is CheckStatus.FAIL
    assert by_id["semantic.floor_gap"].status is CheckStatus.SKIP

    other = open_program("conduit")
    with pytest.raises(ValueError, match="program"):
        write_package(tmp_path / "other", [other], {"train": [free]})
    broken = write_package(tmp_path / "broken", [program], {"train": [free]})
    (broken / TASKS).write_text("{}\n")
    assert all(result.status is CheckStatus.FAIL for result in validate(broken)[1])
    with pytest.raises(DataError, match=r"tasks\.jsonl"):
        read_splits(broken)


def test_graders_fit_openenvs_registry() -> None:
    registry = GraderRegistry()
    for grader in GRADERS:
        registry.register(grader)
        assert registry.get(grader.check_id) is grader


def test_a_package_comes_back_as_it_was(package: Path, program: ServerProgram, tasks: list[Task]) -> None:
    programs, back = read_package(package)
    assert [one.digest for one in programs] == [program.digest]
    assert back == tasks
    assert read_splits(package) == {"train": tasks[:20], "test": tasks[20:]}
    with pytest.raises(FileExistsError):
        write_package(package, programs, {"train": tasks})
    assert not list(package.parent.glob(".*"))


def test_nothing_here_needs_mcp_2() -> None:
    code = (
        "import sys, inftool.envs.adapters.openenv.environment as e, inftool.envs.adapters.openenv.graders;"
        "print([name for name in sys.modules if name.startswith(('inftool.servers.doors', 'mcp_types'))])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
