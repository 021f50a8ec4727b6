import asyncio
import copy
import gc
import math
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import pytest
from gymnasium.utils.env_checker import check_env

import inftool  # noqa: F401
from inftool.envs import transport
from inftool.envs.env import InfToolEnv
from inftool.specs.bundle import bundled

Step = tuple[dict[str, Any], float, bool, bool, dict[str, Any]]


@pytest.fixture(scope="module")
def env() -> Iterator[InfToolEnv]:
    made = InfToolEnv("petstore", transport="server")
    yield made
    made.close()


def servers() -> list[int]:
    """Return the ids of the server processes of this process."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as stat, open(f"/proc/{name}/cmdline") as command:
                    fields, line = stat.read().rpartition(")")[2].split(), command.read()
            except OSError:
                continue
            if int(fields[1]) == os.getpid() and fields[0] != "Z" and "inftool.servers" in line:
                found.append(int(name))
    return found


def gold(env: InfToolEnv, seed: int) -> list[Step]:
    env.reset(seed=seed)
    return [env.step(message) for message in env.task.gold]


def test_both_transports_give_the_same(env: InfToolEnv) -> None:
    local = InfToolEnv("petstore")
    for seed in range(5):
        assert env.reset(seed=seed) == local.reset(seed=seed)
        assert gold(env, seed) == gold(local, seed)
    assert len(servers()) == 1


def test_a_killed_server_is_not_noticed(env: InfToolEnv) -> None:
    expected = gold(env, 3)
    env.reset(seed=3)
    played = []
    for message in env.task.gold:
        if played:
            for server in servers():
                os.kill(server, signal.SIGKILL)
        played.append(env.step(message))
    assert played == expected
    assert played[-1][1] == 1.0


def test_a_server_that_cannot_be_had_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    env = InfToolEnv("museum", transport="server", retries=1, render_mode="ansi")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    observation, info = env.reset(seed=0)
    assert observation in env.observation_space
    assert (info["outcome"], info["masked"], info["is_success"]) == ("infrastructure", True, False)
    _, reward, terminated, truncated, info = env.step("hello")
    assert math.isnan(reward)
    assert (terminated, truncated, info["outcome"], info["masked"]) == (False, True, "infrastructure", True)
    assert info["note"]
    assert "infrastructure" in str(env.render())
    with pytest.raises(gym.error.ResetNeeded):
        env.step("hello")
    monkeypatch.undo()
    assert gold(env, 0)[-1][1] == 1.0
    env.close()


def test_copies_of_a_running_episode(env: InfToolEnv) -> None:
    env.reset(seed=3)
    first, *rest = env.task.gold
    env.step(first)
    twins = [env, copy.deepcopy(env), pickle.loads(pickle.dumps(env))]
    ends = [[twin.step(message) for message in rest] for twin in twins]
    assert ends[0] == ends[1] == ends[2]
    for twin in twins[1:]:
        twin.close()


def test_a_forked_child_plays_on(env: InfToolEnv) -> None:
    expected = gold(env, 3)
    env.reset(seed=3)
    first, *rest = env.task.gold
    env.step(first)
    child = os.fork()
    if not child:
        good = False
        try:
            good = [env.step(message) for message in rest] == expected[1:] and gold(env, 3) == expected
        finally:
            os._exit(0 if good else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert [env.step(message) for message in rest] == expected[1:]


def test_a_running_event_loop_does_not_matter(env: InfToolEnv) -> None:
    async def cell() -> list[Step]:
        return gold(env, 2)

    assert asyncio.run(cell()) == gold(env, 2)


def test_the_pool_ends_with_the_last_who_needs_it(env: InfToolEnv) -> None:
    other = InfToolEnv("museum", transport="server")
    gold(env, 0)
    gold(other, 0)
    assert len(servers()) == 2
    env.close()
    env.close()
    assert len(servers()) == 2
    del other
    gc.collect()
    assert servers() == []
    assert gold(env, 0)[-1][1] == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("end", ["sys.exit()", "os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_no_server_outlives_its_process(end: str) -> None:
    code = (
        "import os, sys; from inftool.envs.env import InfToolEnv; env = InfToolEnv('museum', transport='server'); "
        "env.reset(seed=0); from inftool.envs import transport; "
        "print([slot.server.pid for slot in transport._shared._pool._state.slots.values()], flush=True); " + end
    )
    result = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, timeout=60)
    [server] = eval(result.stdout)
    for _ in range(100):
        if not os.path.exists(f"/proc/{server}"):
            return
        with open(f"/proc/{server}/stat") as stat:
            if stat.read().rpartition(")")[2].split()[0] == "Z":
                return
        signal.sigtimedwait([], 0.1)
    raise AssertionError(f"process {server} lives on")


@pytest.mark.parametrize("spec", ["petstore", "slack_mcp"])
def test_check_env(spec: str, recwarn: pytest.WarningsRecorder) -> None:
    made = gym.make("InfTool-v0", spec=spec, transport="server")
    check_env(made.unwrapped)
    made.close()
    assert [str(warning.message) for warning in recwarn.list] == []


@pytest.mark.slow
@pytest.mark.parametrize("spec", bundled())
def test_check_env_on_every_specification(spec: str, recwarn: pytest.WarningsRecorder) -> None:
    test_check_env(spec, recwarn)


def test_kernels_that_are_kept_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_KERNELS", 2)
    program = InfToolEnv("museum").programs[0]
    first = transport.local_seats(program, 1000)
    assert transport.local_seats(program, 1000) is first
    for seed in (1001, 1002):
        transport.local_seats(program, seed)
    assert len(transport._kernels) == 2
    assert transport.local_seats(program, 1000) is not first


def test_a_hundred_episodes_outlast_their_server(env: InfToolEnv) -> None:
    envs = [InfToolEnv("petstore", transport="server", tasks=10) for _ in range(100)]
    for number, each in enumerate(envs):
        each.reset(seed=number)
        each.step(each.task.gold[0])
    for server in servers():
        os.kill(server, signal.SIGKILL)
    outcomes = []
    for each in envs:
        for message in each.task.gold[1:]:
            _, reward, *_, info = each.step(message)
        if len(each.task.gold) > 1:
            outcomes.append((reward, info["outcome"]))
        each.close()
    assert len(outcomes) > 50
    assert set(outcomes) == {(1.0, "solved")}


@pytest.mark.slow
def test_vector_environments_of_processes_with_servers() -> None:
    played = []
    for mode, where in (("sync", "local"), ("async", "server")):
        envs = gym.make_vec("InfTool-v0", 2, vectorization_mode=mode, spec="museum", transport=where)
        history: list[Any] = [envs.reset(seed=0)[0]]
        golds = [task.gold for task in envs.get_attr("task")]  # type: ignore[attr-defined]
        for at in range(min(map(len, golds))):
            observations, rewards, *_ = envs.step([gold[at] for gold in golds])
            history.append((observations, rewards.tolist()))
        envs.close()
        played.append(history)
    assert played[0] == played[1]
