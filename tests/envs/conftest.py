import pytest

from inftool.envs.synthesis import Synthesizer
from inftool.servers import open_program


@pytest.fixture(scope="session")
def petstore() -> Synthesizer:
    return Synthesizer([open_program("petstore")], seed=0)


@pytest.fixture(scope="session")
def conduit() -> Synthesizer:
    return Synthesizer([open_program("conduit")], seed=1)
