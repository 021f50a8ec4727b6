"""Sample tasks as prompts: made when asked for, on the rows that are served."""

from __future__ import annotations

import pytest

from inftool.envs.samples import MAX_SAMPLES, SAMPLE_KINDS, task_prompt
from inftool.servers import Kernel, open_program
from inftool.servers.doors.prompts import PromptError

PROGRAM = open_program("petstore")


@pytest.mark.parametrize("seed", [0, 7])
def test_samples_are_the_same_each_time_and_differ_by_number_and_kind(seed: int) -> None:
    first, again = task_prompt(PROGRAM, seed), task_prompt(PROGRAM, seed)
    with Kernel(PROGRAM, seed).open() as session:
        texts = [first.write(session, {"number": str(number)}).turns[0].content for number in (2, 1, 3)]
        assert len(set(texts)) == 3
        assert (
            again.write(session, {"number": "1"}).turns[0].content
            == texts[1]
            == first.write(session, {}).turns[0].content
        )
        for kind in SAMPLE_KINDS:
            assert first.write(session, {"kind": kind}).turns[0].content
        assert not session.diff()


@pytest.mark.parametrize("given", [{"kind": "irrelevant"}, {"number": "0"}, {"number": "x"}, {"number": "9" * 99}])
def test_what_there_is_not_is_said(given: dict[str, str]) -> None:
    with Kernel(PROGRAM).open() as session, pytest.raises(PromptError):
        task_prompt(PROGRAM, 0).write(session, given)


def test_a_program_without_tasks_says_so() -> None:
    bare = PROGRAM.model_copy(update={"operations": []})
    with Kernel(bare).open() as session, pytest.raises(PromptError, match="no task"):
        task_prompt(bare, 0).write(session, {"number": str(MAX_SAMPLES)})
