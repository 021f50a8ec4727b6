import asyncio
import copy
import math
import multiprocessing
import os
import pickle
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.utils.env_checker import check_env, data_equivalence
from gymnasium.vector import AutoresetMode

import inftool  # noqa: F401
from inftool.agents.agenda import AgendaUser
from inftool.agents.message import Message
from inftool.agents.user import SimulatorFault
from inftool.envs.env import InfToolEnv
from inftool.envs.records import DataError
from inftool.envs.synthesis import Synthesizer
from inftool.envs.task import KINDS, Task
from inftool.servers import open_program
from inftool.servers.program import ServerProgram
from inftool.specs.bundle import bundled
from inftool.trainer.data import write_tasks


@pytest.mark.parametrize("spec", ["petstore", "conduit", "slack_mcp"])
def test_passes_check_env(spec: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gym.make("InfTool-v0", spec=spec).unwrapped)


@pytest.mark.slow
@pytest.mark.parametrize("spec", bundled())
def test_every_specification_passes_check_env(spec: str) -> None:
    test_passes_check_env(spec)


def test_given_tasks_pass_check_env(petstore: Synthesizer) -> None:
    rows = [task.model_dump(mode="json") for task in petstore.tasks(3)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gym.make("InfTool-v0", tasks=rows).unwrapped)


def test_make_by_module_name_and_gold_is_rewarded() -> None:
    env = gym.make("inftool:InfTool-v0", spec="petstore", reward="strict")
    for seed in range(6):
        observation, info = env.reset(seed=seed)
        assert env.observation_space.contains(observation)
        task = env.unwrapped.episode.task  # type: ignore[attr-defined]
        assert info["task"] == task.id
        reward = 0.0
        terminated = truncated = False
        for message in task.gold:
            observation, reward, terminated, truncated, info = env.step(message)
            assert env.observation_space.contains(observation)
            assert reward == 0.0 or terminated
        assert terminated
        assert not truncated
        assert reward == 1.0
        assert info["is_success"]
        assert all(gate["open"] for gate in info["gates"].values())
    env.close()
    env.close()


def test_the_same_seed_is_the_same_task() -> None:
    env = InfToolEnv("petstore")
    other = InfToolEnv("petstore")
    assert [env.reset(seed=7)[1]["task"], env.reset()[1]["task"]] == [
        other.reset(seed=7)[1]["task"],
        other.reset()[1]["task"],
    ]


def test_options_choose_the_task_or_its_kind(petstore: Synthesizer) -> None:
    env = InfToolEnv("petstore")
    for kind in KINDS:
        assert env.reset(seed=1, options={"kind": kind})[1]["kind"] == kind
    task = next(petstore.tasks(1))
    assert env.reset(options={"task": task})[1]["task"] == task.id
    with pytest.raises(ValueError, match="unknown kind"):
        env.reset(options={"kind": "nonsense"})
    with pytest.raises(ValueError, match="unknown reset options"):
        env.reset(options={"knid": "simple"})


def test_options_name_a_task_by_id_or_row(petstore: Synthesizer) -> None:
    env = InfToolEnv("petstore")
    first = env.reset(seed=5)
    again = env.reset(options={"task": first[1]["task"]})
    assert again == first
    assert env.reset(options={"task": env.task.model_dump(mode="json")}) == first
    with pytest.raises(ValueError, match="no task 'nonsense' is known"):
        env.reset(options={"task": "nonsense"})
    with pytest.raises(ValueError, match="not both"):
        env.reset(options={"task": env.task, "kind": "simple"})
    with pytest.raises(ValueError, match="expected a Task"):
        env.reset(options={"task": 3})


def test_given_tasks_are_played_in_turn(petstore: Synthesizer) -> None:
    tasks = list(petstore.tasks(3))
    env = InfToolEnv("petstore", tasks=iter(tasks))
    assert [env.reset()[1]["task"] for _ in range(4)] == [task.id for task in [*tasks, tasks[0]]]
    assert [env.reset(seed=2)[1]["task"], env.reset()[1]["task"]] == [tasks[2].id, tasks[0].id]
    assert env.reset(seed=3 + 10**30)[1]["task"] == tasks[(3 + 10**30) % 3].id
    assert env.reset(options={"task": tasks[1].id})[1]["task"] == tasks[1].id
    with pytest.raises(ValueError, match="there are no tasks"):
        InfToolEnv("petstore", tasks=[]).reset()


def test_a_number_of_tasks_is_played_round_and_round() -> None:
    env = InfToolEnv("petstore", tasks=4)
    first = [env.reset()[1]["task"] for _ in range(4)]
    assert len(set(first)) == 4
    assert [env.reset()[1]["task"] for _ in range(4)] == first
    assert [InfToolEnv("petstore", tasks=4).reset(seed=seed)[1]["task"] for seed in (6, 3)] == [first[2], first[3]]
    assert env.reset(seed=1, options={"kind": "irrelevant"})[1]["kind"] == "irrelevant"
    with pytest.raises(ValueError, match="at least 1"):
        InfToolEnv("petstore", tasks=0)


def test_tasks_from_a_file_bring_their_specifications(petstore: Synthesizer, tmp_path: Path) -> None:
    tasks = [*petstore.tasks(2), *Synthesizer([open_program("museum")]).tasks(1)]
    write_tasks(tmp_path / "tasks.jsonl", tasks)
    for source in (tmp_path, tmp_path / "tasks.jsonl", str(tmp_path)):
        env = gym.make("InfTool-v0", tasks=source)
        assert [env.reset()[1]["spec"] for _ in range(3)] == ["petstore", "petstore", "museum"]
    with pytest.raises(DataError, match="no such file"):
        InfToolEnv(tasks=tmp_path / "nowhere.jsonl")


def test_tasks_of_other_programs_are_refused(petstore: Synthesizer) -> None:
    [task] = petstore.tasks(1)
    with pytest.raises(ValueError, match="which this environment has not compiled"):
        InfToolEnv("museum", tasks=[task])
    program = open_program("petstore")
    other = program.model_copy(update={"title": "Another"})
    with pytest.raises(ValueError, match="another version of 'petstore'"):
        InfToolEnv(other, tasks=[task])
    with pytest.raises(ValueError, match="two programs are called petstore"):
        InfToolEnv([program, other])
    with pytest.raises(ValueError, match="spec is empty"):
        InfToolEnv([])


def test_a_specification_without_tasks_names_the_mend() -> None:
    bare = ServerProgram(name="bare", title="Bare", operations=[])
    with pytest.raises(ValueError, match="inftool compile"):
        InfToolEnv(bare).reset(seed=0)


def test_several_specifications() -> None:
    env = InfToolEnv(["petstore", "museum"])
    assert {env.reset(seed=seed)[1]["spec"] for seed in range(10)} == {"petstore", "museum"}


def test_a_seed_gives_the_same_task_in_every_process() -> None:
    code = (
        "from inftool.envs.env import InfToolEnv; env = InfToolEnv(['petstore', 'museum']); "
        "print([env.reset(seed=seed)[1]['task'] for seed in (0, 1, 99)])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    env = InfToolEnv(["petstore", "museum"])
    assert result.stdout.strip() == str([env.reset(seed=seed)[1]["task"] for seed in (99, 1, 0)][::-1])


def played(env: gym.Env[Any, Any]) -> list[Any]:
    return [env.step(message) for message in env.unwrapped.task.gold]  # type: ignore[attr-defined]


def test_copies_of_a_running_episode_play_on_by_themselves() -> None:
    env = gym.make("InfTool-v0", spec="petstore")
    env.reset(seed=3)
    first, *rest = env.unwrapped.task.gold  # type: ignore[attr-defined]
    env.step(first)
    twins = [env, copy.deepcopy(env), pickle.loads(pickle.dumps(env))]
    ends = [[twin.step(message) for message in rest] for twin in twins]
    assert all(data_equivalence(end, ends[0]) for end in ends)
    assert ends[0][-1][1] == 1.0
    assert [twin.reset()[1]["task"] for twin in twins[1:]] == [env.reset()[1]["task"]] * 2
    assert twins[1].unwrapped.programs[0] is env.unwrapped.programs[0]  # type: ignore[attr-defined]


def test_it_pickles_before_reset_and_after_close() -> None:
    env = pickle.loads(pickle.dumps(InfToolEnv("petstore")))
    assert env.reset(seed=0)[1]["spec"] == "petstore"
    env.close()
    again = pickle.loads(pickle.dumps(env))
    with pytest.raises(gym.error.ResetNeeded):
        again.step("hi")
    assert data_equivalence(again.reset(seed=0), env.reset(seed=0))


def play_in_child(env: gym.Env[Any, Any], queue: Any) -> None:
    queue.put([step[1] for step in played(env)])


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_other_processes_play_on(method: str) -> None:
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    env = gym.make("InfTool-v0", spec="museum")
    env.reset(seed=3)
    child = context.Process(target=play_in_child, args=(env, queue))
    child.start()
    assert queue.get(timeout=60) == [step[1] for step in played(env)]
    child.join()


def test_a_forked_child_plays_on() -> None:
    env = gym.make("InfTool-v0", spec="petstore")
    env.reset(seed=3)
    child = os.fork()
    if not child:
        good = False
        try:
            good = played(env)[-1][1] == 1.0 and env.reset(seed=4)[1]["spec"] == "petstore"
            env.close()
        finally:
            os._exit(0 if good else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert played(env)[-1][1] == 1.0


def test_threads_do_not_disturb_each_other() -> None:
    def play(seeds: range) -> list[Any]:
        env = InfToolEnv(["petstore", "museum"])
        return [(env.reset(seed=seed), played(env)) for seed in seeds]

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(play, [range(first, first + 4) for first in range(4)]))
    assert together == [play(range(first, first + 4)) for first in range(4)]


def test_a_running_event_loop_does_not_matter() -> None:
    async def cell() -> float:
        env = gym.make("InfTool-v0", spec="petstore")
        env.reset(seed=0)
        return float(played(env)[-1][1])

    assert asyncio.run(cell()) == 1.0


def test_the_specification_of_the_environment() -> None:
    spec = gym.spec("InfTool-v0")
    assert (spec.reward_threshold, spec.nondeterministic, spec.max_episode_steps) == (1.0, False, None)
    assert "InfTool-v0" in str(gym.pprint_registry(disable_print=True))
    env = gym.make("InfTool-v0", spec="museum", kinds=["simple"], reward="staged", max_turns=3)
    assert env.spec is not None
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert data_equivalence(again.reset(seed=1), env.reset(seed=1))
    assert isinstance(again.unwrapped, InfToolEnv)
    assert (again.unwrapped.reward, again.unwrapped.max_turns, again.unwrapped.kinds) == ("staged", 3, ("simple",))


def test_wrappers_of_gymnasium() -> None:
    env: gym.Env[Any, Any] = gym.make("InfTool-v0", spec="petstore", disable_env_checker=False, render_mode="ansi")
    env = gym.wrappers.RecordEpisodeStatistics(gym.wrappers.TransformReward(env, lambda reward: 2 * reward))
    env = gym.wrappers.TransformObservation(env, lambda seen: {**seen, "tools": ()}, env.observation_space)
    with pytest.raises(gym.error.ResetNeeded):
        env.step("hi")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        observation, _ = env.reset(seed=3)
        steps = played(env)
    assert observation["tools"] == ()
    assert steps[-1][1] == 2.0
    assert (steps[-1][4]["episode"]["r"], steps[-1][4]["episode"]["l"]) == (2.0, len(steps))
    assert isinstance(env.render(), str)
    limited = gym.make("InfTool-v0", spec="petstore", max_episode_steps=1)
    limited.reset(seed=3)
    assert limited.step("Hm?")[3]
    resetting = gym.wrappers.Autoreset(gym.make("InfTool-v0", spec="petstore"))
    resetting.reset(seed=0)
    played(resetting)
    assert len(resetting.step("ignored")[0]["messages"]) == 1
    frames = gym.make("InfTool-v0", spec="petstore", render_mode="ansi_list")
    frames.reset(seed=0)
    frames.step("Hm?")
    assert [type(frame) for frame in frames.render()] == [str, str]  # type: ignore[union-attr]


def test_make_vec_without_a_mode() -> None:
    envs = gym.make_vec("InfTool-v0", num_envs=2, spec="petstore", wrappers=[gym.wrappers.RecordEpisodeStatistics])
    observations, infos = envs.reset(seed=3)
    assert len(observations) == 2
    assert infos["spec"].tolist() == ["petstore", "petstore"]
    single = InfToolEnv("petstore")
    assert [single.reset(seed=seed)[0] for seed in (3, 4)] == list(observations)
    envs.step(["Okay."] * 2)
    assert envs.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    envs.close()
    envs.close()


class Grumpy(AgendaUser):
    """A user that fails when it is opened, or asked, for the first few times."""

    opening = 0
    asking = 0

    def open(self) -> str:
        if Grumpy.opening:
            Grumpy.opening -= 1
            raise SimulatorFault("the line is dead")
        return super().open()

    def reply(self, message: Message) -> str | None:
        if Grumpy.asking:
            Grumpy.asking -= 1
            raise SimulatorFault("the line went dead")
        return super().reply(message)


def grumpy(task: Task) -> Grumpy:
    return Grumpy(task.agenda)


@pytest.mark.parametrize("reward", ["strict", "staged"])
def test_a_fault_of_the_simulated_user_is_masked(reward: Any) -> None:
    env = InfToolEnv("petstore", user=grumpy, reward=reward)
    Grumpy.opening, Grumpy.asking = 2, 1
    assert env.reset(seed=0)[1].get("outcome") is None
    observation, got, terminated, truncated, info = env.step("Hm?")
    assert math.isnan(got)
    assert (terminated, truncated, info["outcome"], info["masked"]) == (False, True, "simulator", True)
    assert info["note"] == "the line went dead"
    assert info["is_success"] is False
    assert observation in env.observation_space
    Grumpy.opening = 3
    observation, info = env.reset(seed=0)
    assert (info["outcome"], info["note"]) == ("simulator", "the line is dead")
    assert observation in env.observation_space
    assert env.step("hi")[2:4] == (False, True)
    with pytest.raises(gym.error.ResetNeeded):
        env.step("hi")


def test_the_end_tells_everything() -> None:
    env = InfToolEnv("petstore")
    numbers = iter(range(100))
    while not env.reset(seed=next(numbers), options={"kind": "simple"}) or not env.task.goal.changes:
        pass
    assert [len(step[4]) for step in played(env)][:-1] == [1] * (len(env.task.gold) - 1)
    env.reset(options={"task": env.task})
    info = played(env)[-1][4]
    assert info.keys() == {"task", "outcome", "is_success", "masked", "gates", "changes", "note"}
    assert info["changes"]
    assert list(info["gates"]) == ["format", "tool", "arguments", "execution", "state", "communication"]
    assert (info["outcome"], info["is_success"], info["masked"]) == ("solved", True, False)
    assert env.trajectory("gold").assistant == "gold"


@pytest.mark.parametrize("action", [None, 3, object(), {"name": "x", "arguments": {"a": float("nan")}}, "\ud800"])
def test_wild_actions_are_turns(action: Any) -> None:
    env = InfToolEnv("petstore")
    env.reset(seed=0)
    observation, *_ = env.step(action)
    assert observation in env.observation_space
    str(observation).encode()


def test_rendering(capsys: pytest.CaptureFixture[str]) -> None:
    env = InfToolEnv("petstore", render_mode="ansi")
    with pytest.raises(gym.error.ResetNeeded):
        env.render()
    env.reset(seed=0)
    env.step("Hm?\x1b[31m")
    text = env.render()
    assert isinstance(text, str)
    assert "\x1b" not in text
    assert "user" in text
    env.reset(seed=0)
    played(env)
    assert str(env.render()).endswith("outcome  solved")
    with pytest.warns(UserWarning, match="choose render_mode"):
        InfToolEnv("petstore").render()
    assert capsys.readouterr().out == ""


def test_people_see_each_message_once(capsys: pytest.CaptureFixture[str]) -> None:
    env = InfToolEnv("petstore", render_mode="human")
    for _ in range(2):
        env.reset(seed=0)
        played(env)
        assert env.episode is not None
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == len(env.episode.messages) + 1
        assert lines[-1].split() == ["outcome", "solved"]


@pytest.mark.parametrize(
    "options",
    [
        {"reward": "dense"},
        {"kinds": ["simpel"]},
        {"render_mode": "rgb_array"},
        {"transport": "pigeon"},
        {"retries": -1},
        {"max_turns": 0},
        {"spec": 3},
    ],
)
def test_wrong_options_are_named(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must be|unknown"):
        InfToolEnv(**{"spec": "petstore", **options})


def test_stepping_without_an_episode() -> None:
    env = InfToolEnv("petstore")
    with pytest.raises(gym.error.ResetNeeded):
        env.step("hello")
