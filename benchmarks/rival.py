"""What other libraries take: `python benchmarks/rival.py TABLE`, run by the interpreter where they are installed.

The first line of its output names the versions and what can be measured; then each line of its input that names a
measure is answered with the seconds of one operation. Needs no InfTool.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

TIMES = 200
Measure = Callable[[], float]


def timed(run: Callable[[], Any], times: int = TIMES) -> float:
    """Return the mean seconds of a run."""
    began = time.perf_counter()
    for _ in range(times):
        run()
    return (time.perf_counter() - began) / times


def fastmcp(table: str) -> dict[str, Measure]:
    from fastmcp import Client
    from hand import fastmcp_server

    loop = asyncio.new_event_loop()
    client: Any = Client(fastmcp_server(table))
    loop.run_until_complete(client.__aenter__())

    async def calls() -> float:
        began = time.perf_counter()
        for _ in range(TIMES):
            await client.call_tool("get_thing1", {"thing1_id": 1})
        return (time.perf_counter() - began) / TIMES

    return {"memory call": lambda: loop.run_until_complete(calls())}


def skyrl_gym(table: str) -> dict[str, Measure]:
    import skyrl_gym

    extras = {"reward_spec": {"method": "rule", "ground_truth": "4"}}
    env = skyrl_gym.make("gsm8k", extras=extras)
    prompt = [{"role": "user", "content": "2 + 2?"}]
    return {"reset": lambda: timed(lambda: env.init(prompt)), "step": lambda: timed(lambda: env.step("#### 4"))}


def gem_llm(table: str) -> dict[str, Measure]:
    from gem.envs.game_env.guess_the_number import GuessTheNumberEnv

    env = GuessTheNumberEnv()

    def step() -> float:
        env.reset(seed=1)
        return timed(lambda: env.step("\\boxed{99}"), 10)

    return {"reset": lambda: timed(lambda: env.reset(seed=1)), "step": step}


def openenv_core(table: str) -> dict[str, Measure]:
    from openenv.core.env_server.interfaces import Environment
    from openenv.core.env_server.types import Action, Observation, State

    class Say(Action):  # type: ignore[misc]
        message: str

    class Heard(Observation):  # type: ignore[misc]
        message: str = ""

    class Echo(Environment):  # type: ignore[misc]
        def reset(self, seed: int | None = None, episode_id: str | None = None, **options: Any) -> Heard:
            self._state = State(episode_id=episode_id, step_count=0)
            return Heard(message="ready", done=False, reward=0.0)

        def step(self, action: Say, timeout_s: float | None = None, **options: Any) -> Heard:
            self._state.step_count += 1
            return Heard(message=action.message, done=False, reward=1.0)

        @property
        def state(self) -> State:
            return self._state

    env = Echo()
    env.reset()
    return {"reset": lambda: timed(env.reset), "step": lambda: timed(lambda: env.step(Say(message="hello")))}


RIVALS: dict[str, Callable[[str], dict[str, Measure]]] = {
    "fastmcp": fastmcp,
    "skyrl-gym": skyrl_gym,
    "gem-llm": gem_llm,
    "openenv-core": openenv_core,
}


def main(table: str) -> None:
    answers = sys.stdout
    measures: dict[str, Measure] = {}
    versions: dict[str, str] = {}
    with contextlib.redirect_stdout(sys.stderr):
        for name, prepare in RIVALS.items():
            try:
                versions[name] = version(name)
                found = prepare(table)
            except Exception as error:
                if name in versions:
                    versions[name] += f" (cannot be used: {type(error).__name__}: {error})"
                continue
            measures |= {f"{name} {what}": measure for what, measure in found.items()}
        with contextlib.suppress(Exception):
            versions["verifiers"] = version("verifiers")
        print(json.dumps({"versions": versions, "measures": list(measures)}), file=answers, flush=True)
        for line in sys.stdin:
            print(json.dumps(measures[line.strip()]()), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
