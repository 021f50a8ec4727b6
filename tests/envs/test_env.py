import pickle
import warnings
from typing import Any

import gymnasium as gym
import pytest
from gymnasium.utils.env_checker import check_env

import inftool  # noqa: F401
from inftool.agents.message import Malformed, Message
from inftool.envs.env import InfToolEnv, to_action
from inftool.envs.synthesis import Synthesizer
from inftool.envs.task import KINDS


@pytest.mark.parametrize("spec", ["petstore", "conduit", "slack_mcp"])
def test_passes_check_env(spec: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gym.make("InfTool-v0", spec=spec).unwrapped)


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


def test_given_tasks_are_played_in_turn(petstore: Synthesizer) -> None:
    tasks = list(petstore.tasks(3))
    env = InfToolEnv("petstore", tasks=tasks)
    assert [env.reset()[1]["task"] for _ in range(4)] == [task.id for task in [*tasks, tasks[0]]]


def test_it_pickles_before_and_after_reset() -> None:
    env = pickle.loads(pickle.dumps(InfToolEnv("petstore")))
    assert env.reset(seed=0)[1]["spec"] == "petstore"


def test_vector_env() -> None:
    envs = gym.make_vec("InfTool-v0", num_envs=2, vectorization_mode="sync", spec="petstore")
    observations, _ = envs.reset(seed=3)
    assert len(observations) == 2
    envs.step([{"content": "Okay.", "tool_calls": []}] * 2)
    envs.close()


def test_rendering(capsys: pytest.CaptureFixture[str]) -> None:
    env = InfToolEnv("petstore", render_mode="ansi")
    env.reset(seed=0)
    env.step("Okay.\x1b[31m")
    text = env.render()
    assert isinstance(text, str)
    assert "\x1b" not in text
    assert "user" in text
    InfToolEnv("petstore", render_mode="human").reset(seed=0)
    assert "user" in capsys.readouterr().out


@pytest.mark.parametrize("options", [{"reward": "dense"}, {"kinds": ["simpel"]}, {"render_mode": "rgb_array"}])
def test_wrong_options_are_named(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must be|unknown"):
        InfToolEnv("petstore", **options)


def test_stepping_without_an_episode() -> None:
    env = InfToolEnv("petstore")
    with pytest.raises(gym.error.ResetNeeded):
        env.step("hello")


@pytest.mark.parametrize(
    "garbage", [None, 3, b"x", {"tool_calls": [3]}, [{"arguments": {}}], {"name": 3}, {"content": 4}, object()]
)
def test_garbage_actions_are_malformed(garbage: Any) -> None:
    assert isinstance(to_action(garbage), Malformed)


def test_actions_in_every_form() -> None:
    call = {"name": "x", "arguments": {"a": 1}}
    expected = to_action({"content": "", "tool_calls": [call]})
    assert isinstance(expected, Message)
    assert to_action(call) == to_action([call]) == expected
    assert to_action("hi") == Message(role="assistant", content="hi")
