import copy
import gc
import multiprocessing
import os
import pickle
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from gymnasium.wrappers import vector as vector_wrappers

import inftool  # noqa: F401
from inftool.envs.shared import SharedBatch, SharedSlot
from inftool.envs.wrappers import PromptWrapper

VALUES = ({"a": "🙂" * 100_000}, "", {"b": "\ud800"})


def write(slots: list[SharedSlot]) -> None:
    slots[0].write("too long for what comes after")
    for slot, value in zip(slots, VALUES, strict=True):
        slot.write(value)


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_what_one_process_writes_another_reads(method: str) -> None:
    slots = [SharedSlot() for _ in VALUES]
    assert slots[0].read() is None
    process = multiprocessing.get_context(method).Process(target=write, args=(slots,))
    process.start()
    process.join()
    assert [slot.read() for slot in slots] == list(VALUES)


def test_a_batch_is_what_is_there_now() -> None:
    slots = SharedSlot(), SharedSlot()
    batch = SharedBatch(slots)
    slots[0].write("a")
    kept = copy.deepcopy(batch)
    slots[0].write("b")
    assert kept == ("a", None)
    assert type(kept) is tuple
    assert (batch[0], batch[0:2], list(batch), len(batch)) == ("b", ("b", None), ["b", None], 2)


def test_nothing_stays_open() -> None:
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    slots = [SharedSlot() for _ in range(20)]
    slots[3].write([1])
    assert pickle.loads(pickle.dumps(slots[3].read())) == [1]
    del slots
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("context", ["fork", pytest.param("spawn", marks=pytest.mark.slow)])
def test_make_vec_async_needs_no_settings_and_equals_sync(context: str) -> None:
    kwargs = {"spec": "museum", "wrappers": [vector_friendly]} if context == "fork" else {"spec": "museum"}
    played = []
    for mode, settings in (("sync", {}), ("async", {"context": context})):
        envs = gym.make_vec("InfTool-v0", 2, vectorization_mode=mode, vector_kwargs=settings, **kwargs)  # type: ignore[arg-type]
        envs.action_space.seed(4)
        history = [envs.reset(seed=3)]
        for _ in range(12):
            actions = envs.action_space.sample()
            assert actions in envs.action_space
            *step, infos = envs.step(actions)
            assert step[0] in envs.observation_space
            history.append((*(part.tolist() if isinstance(part, np.ndarray) else part for part in step), str(infos)))
        history.append(envs.reset(seed=3))
        envs.close()
        envs.close()
        played.append(history[1:-1])
        assert history[0][0] == history[-1][0]
    assert played[0] == played[1]


def vector_friendly(env: gym.Env[Any, Any]) -> gym.Wrapper[Any, Any, Any, Any]:
    return gym.wrappers.TimeLimit(env, 4)


@pytest.mark.parametrize("autoreset", AutoresetMode)
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_autoreset_modes_and_vector_wrappers(mode: str, autoreset: AutoresetMode) -> None:
    made = gym.make_vec(
        "InfTool-v0",
        3,
        vectorization_mode=mode,
        vector_kwargs={"autoreset_mode": autoreset},
        spec="petstore",
        kinds=("simple",),
    )
    envs = vector_wrappers.DictInfoToList(vector_wrappers.RecordEpisodeStatistics(made))
    first, infos = envs.reset(seed=0)
    assert [info["kind"] for info in infos] == ["simple"] * 3
    tasks = made.get_attr("task")
    assert [task.id for task in tasks] == [info["task"] for info in infos]
    assert len({len(task.gold) for task in tasks}) == 1
    for at in range(len(tasks[0].gold)):
        observations, rewards, terminations, truncations, infos = envs.step([task.gold[at] for task in tasks])
    assert rewards.tolist() == [1.0] * 3
    assert terminations.all()
    assert not truncations.any()
    if autoreset is AutoresetMode.SAME_STEP:
        assert all(info["final_info"]["outcome"] == "solved" for info in infos)
        assert all(info["final_obs"]["messages"][-1]["role"] == "assistant" for info in infos)
    else:
        assert all(info["outcome"] == "solved" and info["is_success"] and not info["masked"] for info in infos)
        assert all(info["gates"]["state"]["open"] for info in infos)
        assert [info["episode"]["r"] for info in infos] == [1.0] * 3
    if autoreset is AutoresetMode.NEXT_STEP:
        observations, rewards, terminations, *_ = envs.step(["hi"] * 3)
        assert rewards.tolist() == [0.0] * 3
        assert not terminations.any()
    if autoreset is AutoresetMode.DISABLED:
        mask = np.array([True, False, True])
        again, _ = envs.reset(seed=0, options={"reset_mask": mask})
        assert again[0] == first[0]
        assert again[1] == observations[1]
    else:
        assert all(len(observation["messages"]) == 1 for observation in observations)
    envs.close()


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_raw_text_in_a_batch(mode: str) -> None:
    envs = gym.make_vec("InfTool-v0", 2, vectorization_mode=mode, wrappers=[PromptWrapper], spec="museum")
    prompts, _ = envs.reset(seed=1)
    assert all(prompt.endswith("<|im_start|>assistant\n") for prompt in prompts)
    later, rewards, *_ = envs.step(["[broken(", "Okay."])
    assert later[0].startswith(prompts[0])
    assert "Not understood" in later[0]
    assert rewards.tolist() == [0.0, 0.0]
    envs.close()
