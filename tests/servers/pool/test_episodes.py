"""A server process dies in the middle of a hundred episodes: none is lost without a word, and none is scored for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from inftool.agents.message import Action, Message, Tool
from inftool.agents.scripted import ScriptAssistant
from inftool.envs.episode import Episode, Trajectory, play, play_retried
from inftool.envs.synthesis import Synthesizer
from inftool.envs.task import Task
from inftool.servers import open_program
from inftool.servers.pool import ServerPool
from inftool.servers.seat import ServerLost
from inftool.trainer.evaluation import play_tasks, score
from inftool.trainer.policies import AssistantPolicy

EPISODES = 100
PROGRAM = open_program("petstore")


class Waiting(ScriptAssistant):
    """Plays the gold, and waits before its second message until it is told to go on."""

    def __init__(self, task: Task, before: Barrier, after: Barrier) -> None:
        super().__init__(task.gold)
        self._barriers = before, after

    def act(self, messages: Sequence[Message], tools: Sequence[Tool]) -> Action:
        if any(message.role == "assistant" for message in messages):
            for barrier in self._barriers:
                barrier.wait(30)
        return super().act(messages, tools)


@pytest.fixture(scope="module")
def tasks() -> list[Task]:
    found: list[Task] = []
    for task in Synthesizer([PROGRAM], seed=0).tasks(400):
        if len(task.gold) == 2 and task.gold[0].tool_calls:
            found.append(task)
        if len(found) == 10:
            return found
    raise AssertionError("too few tasks")


def test_a_killed_server_loses_no_episode_and_scores_none(tasks: list[Task]) -> None:
    before, after = Barrier(EPISODES + 1), Barrier(EPISODES + 1)
    with ServerPool() as pool, ThreadPoolExecutor(EPISODES) as threads:

        def run(number: int) -> tuple[Trajectory, Trajectory]:
            task = tasks[number % len(tasks)]
            attempts: list[Trajectory] = []

            def start() -> tuple[Episode, ScriptAssistant]:
                episode = Episode(task, pool.seats(PROGRAM, task.seed))
                started.append(episode)
                return episode, ScriptAssistant(task.gold) if len(started) > 1 else Waiting(task, before, after)

            started: list[Episode] = []
            attempts.append(play_retried(start))
            return started[0].trajectory("gold"), attempts[0]

        playing = [threads.submit(run, number) for number in range(EPISODES)]
        before.wait(30)
        os.kill(pool.server(PROGRAM, PROGRAM.digest).pid, signal.SIGKILL)
        after.wait(30)
        played = [future.result(60) for future in playing]
    for first, last in played:
        assert first.verdict.outcome == "infrastructure"
        assert first.verdict.strict is None
        assert first.verdict.staged is None
        assert "signal 9" in first.verdict.note
        assert last.verdict.strict == 1.0, last.verdict


def test_an_episode_that_finds_no_server_says_so(tasks: list[Task]) -> None:
    with ServerPool(start_seconds=0.01) as pool:
        seats = pool.seats(PROGRAM, tasks[0].seed)
        with pytest.raises(ServerLost):
            seats.open()
        episode = Episode(tasks[0], seats)
        assert episode.done
        assert [message.role for message in episode.messages] == ["user"]
        trajectory = play_retried(lambda: (Episode(tasks[0], seats), ScriptAssistant(tasks[0].gold)), retries=1)
        assert trajectory.verdict.outcome == "infrastructure"
        assert "not ready" in trajectory.verdict.note


@pytest.mark.slow
def test_an_evaluation_is_the_same_though_its_server_dies_again_and_again(tasks: list[Task]) -> None:
    class Killer(ScriptAssistant):
        def act(self, messages: Sequence[Message], tools: Sequence[Tool]) -> Action:
            killings.append(0)
            if len(killings) in (7, 40):
                os.kill(pool.server(PROGRAM, PROGRAM.digest).pid, signal.SIGKILL)
            return super().act(messages, tools)

    class World:
        def __init__(self, seed: int) -> None:
            self.seats = pool.seats(PROGRAM, seed)

    killings: list[int] = []
    with ServerPool() as pool:
        worlds = {(task.spec, task.seed): World(task.seed) for task in tasks}
        policy = AssistantPolicy("killer", lambda task: Killer(task.gold), threads=4)
        many = tasks * 4
        trajectories = play_tasks(policy, many, worlds, lambda _: None)  # type: ignore[arg-type]
    assert len(killings) > 2 * len(many)
    assert score("killer", many, trajectories).outcomes == {"solved": len(many)}


def test_episodes_at_a_server_and_in_process_are_the_same(tasks: list[Task], pool: ServerPool) -> None:
    supply = Synthesizer([PROGRAM], seed=0)
    for task in tasks:
        near, far = (
            play(Episode(task, seats), ScriptAssistant(task.gold))
            for seats in (supply.world_of(task).seats, pool.seats(PROGRAM, task.seed))
        )
        assert near.model_dump_json() == far.model_dump_json()
