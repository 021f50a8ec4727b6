"""Needs Ray (``pip install 'inftool[ray]'``) and /proc, where its actors are found."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from inftool.envs.adapters.ray import RayWorkers
from inftool.envs.recipe import Recipe, made
from inftool.envs.synthesis import Tally
from inftool.envs.workforce import Here, WorkforceError
from inftool.servers import open_program

ray = pytest.importorskip("ray")
pytestmark = [pytest.mark.slow, pytest.mark.adapters]


def actors() -> list[int]:
    """Return the processes that actors of this machine live in: Ray names them after the class."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            named = place.read_bytes()
        except OSError:
            continue
        if named.startswith(b"ray::_Actor"):
            found.append(int(place.parent.name))
    return found


@pytest.fixture
def cluster() -> Iterator[None]:
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield
    ray.shutdown()


def test_two_actors_make_the_bytes_of_one_process_though_one_is_killed(cluster: None) -> None:
    recipe = Recipe((open_program("petstore"), open_program("conduit")), seed=3)
    tally, alone = Tally(), Tally()
    found, before = [], set[int]()
    workforce = RayWorkers("auto")
    assert workforce.size == 2
    for attempt in made(recipe, 300, workforce, tally):
        found.append(attempt)
        if len(found) == 10:
            before = set(actors())
            assert len(before) == 2
            os.kill(min(before), signal.SIGKILL)
        if len(found) == 200:
            assert set(actors()) - before, "another stands in the lost one's place"
    assert found == list(made(recipe, 300, Here(), alone))
    assert tally == alone


def test_no_cluster_is_said() -> None:
    with pytest.raises(WorkforceError, match="no Ray cluster at 'auto'"):
        RayWorkers("auto")
