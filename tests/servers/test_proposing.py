"""A model's proposals: recorded answers, good, bad and hostile, and a real endpoint with the embedded model."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from inftool.servers import Kernel, compile_spec
from inftool.servers.program import ServerProgram
from inftool.servers.proposing import Ask, prompt_for, propose

from .making import INT, TEXT, obj, ref, spec, web

LAMP = obj(id=TEXT, name=TEXT, brightness=INT)
PROGRAM_SPEC = spec(
    web("get", "/lamps/{lamp_id}", output=ref("Lamp"), name="get_lamp"),
    web("post", "/lamps", output=ref("Lamp"), body={"name": TEXT, "brightness": INT}, name="create_lamp", status=201),
    web("post", "/lamps/{lamp_id}/execute", body={"level": INT}, name="execute_lamp", output=ref("Lamp")),
    Lamp=LAMP,
)
GOOD = json.dumps(
    {
        "kind": "adjust",
        "entity": "Lamp",
        "key": "lamp_id",
        "key_field": "id",
        "effects": [{"field": "brightness", "do": "add", "by": {"argument": "level"}}],
    }
)


def program() -> ServerProgram:
    return compile_spec(PROGRAM_SPEC)


def answering(text: str) -> Ask:
    return lambda prompt: text


def test_only_unsure_tools_are_asked_about_and_the_prompt_tells_what_is_there() -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return "{}"

    propose(program(), ask)
    assert len(asked) == 1
    for part in ("execute_lamp", "Lamp", "brightness", "level"):
        assert part in asked[0]


@pytest.mark.parametrize("wrapped", ["{}", "Sure! Here it is:\n```json\n{}\n```\nHope it helps }}", "\n\n{} {{"])
def test_a_good_proposal_is_kept_and_works(wrapped: str) -> None:
    changed, found = propose(program(), answering(wrapped.replace("{}", GOOD, 1)))
    assert [proposal.kept for proposal in found.proposals] == [True], found.proposals
    operation = changed.operation("execute_lamp")
    assert operation.kind == "adjust"
    assert operation.confidence == "medium"
    kernel = Kernel(changed)
    with kernel.open() as session:
        made = kernel.call(session, "create_lamp", {"name": "Desk", "brightness": 3}).content
        kernel.call(session, "execute_lamp", {"lamp_id": made["id"], "level": 4})
        assert kernel.call(session, "get_lamp", {"lamp_id": made["id"]}).content["brightness"] == 7
    again = compile_spec(PROGRAM_SPEC, overrides=found.overrides)
    assert again.operation("execute_lamp") == operation


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("I am not sure.", "no JSON object"),
        ("{", "no JSON object"),
        ("[1, 2]", "no JSON object"),
        ("{}", "proposes nothing"),
        ('{"kind": "read"', "no JSON object"),
        ('{"kind": "explode"}', "explode"),
        ('{"kind": "read", "entity": "Ghost", "key": "lamp_id", "key_field": "id"}', "Ghost"),
        ('{"kind": "read", "entity": "Lamp", "key": "nothing", "key_field": "id"}', "nothing"),
        ('{"kind": "adjust", "entity": "Lamp", "key": "lamp_id", "key_field": "id"}', "without effects"),
        (GOOD.replace("brightness", "color"), "color"),
        (GOOD.replace('"add"', '"explode"'), "effects"),
        ('{"kind": "read", "input_schema": {}}', "input_schema"),
        ('{"kind": "compute", "function": "os.system"}', "function"),
        ('{"kind": "read", "tool": "create_lamp"}', "tool"),
        ('{"kind": ["read"]}', "kind"),
        ('{"kind": "delete", "entity": "Lamp", "key": "lamp_id", "key_field": 7}', "key_field"),
        ("{" * 5000, "no JSON object"),
        ('{"a":' * 5000 + "1" + "}" * 5000, ""),
        ('{"__class__": "x", "kind": "read"}', "__class__"),
    ],
)
def test_a_bad_or_hostile_answer_is_refused_with_the_reason(answer: str, reason: str) -> None:
    before = program()
    changed, found = propose(before, answering(answer))
    assert [proposal.kept for proposal in found.proposals] == [False]
    assert reason in found.proposals[0].reason
    assert changed == before
    assert found.overrides == {}


def test_what_was_kept_stays_when_the_model_goes_away() -> None:
    def ask(prompt: str) -> str:
        raise ConnectionError("gone")

    before = program()
    changed, found = propose(before, ask)
    assert changed == before
    assert "gone" in found.stopped


def test_prompts_are_bounded() -> None:
    wide = spec(web("post", "/x/{id}/execute", body={f"a{i}": TEXT for i in range(3000)}, name="execute_x"), Lamp=LAMP)
    made = compile_spec(wide)
    assert len(prompt_for(made, made.operation("execute_x"))) < 12_000


@pytest.fixture
def served() -> Iterator[tuple[str, str]]:
    """A real endpoint: ``transformers serve`` with the embedded model; (base URL, name of the model)."""
    from inftool.agents.model import embedded_folder

    folder = str(embedded_folder())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "transformers"), "serve", folder, "--port", str(port)]
    with subprocess.Popen(
        [*command, "--device", "cpu"],
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).read()
                break
            except OSError:
                time.sleep(1)
        yield f"http://127.0.0.1:{port}/v1", folder
        process.terminate()


@pytest.mark.slow
def test_the_embedded_model_behind_a_real_endpoint_does_no_harm(served: tuple[str, str]) -> None:
    from inftool.agents.endpoint import Endpoint

    url, model = served
    before = program()
    changed, found = propose(before, Endpoint(model, url, max_tokens=200, timeout=120).complete)
    assert found.stopped == ""
    assert len(found.proposals) == 1
    (proposal,) = found.proposals
    assert proposal.kept or proposal.reason
    assert proposal.kept or changed == before
    Kernel(changed).open().close()
