import pytest

from inftool.agents.assistant import AssistantUnavailable
from inftool.agents.message import Action
from inftool.envs.synthesis import Synthesizer
from inftool.envs.task import KINDS
from inftool.servers import open_program
from inftool.trainer.evaluation import play_tasks, score, wilson
from inftool.trainer.policies import AssistantPolicy, PolicyError, open_policy
from inftool.trainer.supply import worlds_of


@pytest.mark.parametrize(
    ("solved", "count", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962), (0, 0, 0.0, 1.0)],
)
def test_wilson_s_published_values(solved: int, count: int, low: float, high: float) -> None:
    assert wilson(solved, count) == pytest.approx((low, high), abs=5e-4)


def test_oracle_is_one_and_inaction_is_zero() -> None:
    programs = [open_program("petstore"), open_program("conduit")]
    tasks = list(Synthesizer(programs, seed=4).tasks(60))
    worlds = worlds_of(programs, tasks)
    scores = {}
    for name in ("oracle", "null", "random"):
        trajectories = play_tasks(open_policy(name), tasks, worlds, lambda done: None)
        scores[name] = score(name, tasks, trajectories)
    assert scores["oracle"].overall.rate == 1.0
    assert scores["oracle"].staged == 1.0
    assert scores["null"].overall.rate == 0.0
    assert scores["random"].overall.rate < 0.2
    assert set(scores["oracle"].by_kind) <= set(KINDS)
    assert sum(rate.count for rate in scores["null"].by_kind.values()) == 60
    assert sum(scores["null"].shut.values()) == 60


def test_faults_are_left_out_of_rates() -> None:
    class Down:
        def act(self, messages: object, tools: object) -> Action:
            raise AssistantUnavailable("gone")

    programs = [open_program("petstore")]
    tasks = list(Synthesizer(programs).tasks(5))
    trajectories = play_tasks(
        AssistantPolicy("down", lambda task: Down(), threads=3), tasks, worlds_of(programs, tasks), lambda n: None
    )
    result = score("down", tasks, trajectories)
    assert result.overall.count == 0
    assert result.outcomes == {"infrastructure": 5}


def test_unknown_policies_are_named() -> None:
    with pytest.raises(PolicyError, match="oracle, null, random"):
        open_policy("orakel")
