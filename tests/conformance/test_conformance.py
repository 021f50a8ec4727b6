"""The fixture is what the suite asks for; the suite itself is slow and needs npm."""

import shutil

import pytest

from inftool.servers.runtime.kernel import Kernel
from tests.conformance.__main__ import main
from tests.conformance.fixture import Fixtures, offer, program


def test_the_fixture_answers_in_the_forms_that_the_suite_looks_for() -> None:
    kernel = Kernel(program())
    with kernel.open() as session:
        assert isinstance(kernel.call(session, "test_simple_text").content, str)
        assert kernel.call(session, "test_error_handling").is_error
        assert kernel.call(session, "add_pet", {"name": "Rex"}).content["name"] == "Rex"
        assert Fixtures().read(session, "test://template/7/data")[0].text.startswith('{"id": "7"')
    assert len(offer().prompts) == 4


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm")
def test_everything_that_applies_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["conformance"])
    assert main() == 0
