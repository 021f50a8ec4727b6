from collections import Counter

from inftool.agents.prompt import CompactFormat
from inftool.envs.certificate import run
from inftool.envs.synthesis import Synthesizer
from inftool.servers import open_program
from inftool.trainer.supply import balanced_tasks, prompt_limits, steered_tasks, worlds_of

PROGRAMS = [open_program("conduit"), open_program("petstore")]
LIMITS = prompt_limits(CompactFormat())


def test_kinds_and_programs_have_equal_shares() -> None:
    tasks, tally = balanced_tasks(PROGRAMS, ("simple", "multiple", "irrelevant"), 60, 1, LIMITS, lambda done: None)
    assert Counter(task.kind for task in tasks) == {"simple": 20, "multiple": 20, "irrelevant": 20}
    assert set(Counter(task.spec for task in tasks).values()) == {30}
    assert len({task.id for task in tasks}) == 60
    assert tally.proposed >= 60


def test_the_same_seed_gives_the_same_tasks() -> None:
    first, second = (
        balanced_tasks(PROGRAMS, ("simple", "sequential"), 20, 9, LIMITS, lambda done: None)[0] for _ in range(2)
    )
    assert first == second


def test_what_a_gold_needs_is_shown_to_the_policy() -> None:
    form = CompactFormat()
    tasks, _ = steered_tasks(PROGRAMS, ("sequential", "simple"), 60, 3, LIMITS, {}, lambda done: None)
    worlds = worlds_of(PROGRAMS, tasks)
    for task in tasks:
        messages = run(task, worlds[(task.spec, task.seed)], task.gold).messages
        shown = " ".join(form.content(message) for message in messages if message.role in ("user", "tool"))
        for fact in task.goal.facts:
            assert str(fact.value) in shown
        if task.kind == "sequential":
            assert all(
                str(value) in shown for value in task.gold_calls[-1].arguments.values() if isinstance(value, str | int)
            )


def test_facts_are_not_in_the_request() -> None:
    synthesizer = Synthesizer(PROGRAMS, seed=5, limits=LIMITS)
    for task in synthesizer.tasks(60):
        for fact in task.goal.facts:
            assert f'"{fact.value}"' not in task.agenda.request
