"""The verifiers environment in the real framework: a model behind HTTP, episodes at once, the package as the plugin.

Runs where verifiers is installed (its pins differ from ours: see the adapter's docstring).
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

vf = pytest.importorskip("verifiers.v1")

import inftool  # noqa: E402
from inftool.envs.adapters.verifiers import InfToolEnvironment, load_environment  # noqa: E402
from inftool.envs.task import Task  # noqa: E402

pytestmark = pytest.mark.adapters


class Model(ThreadingHTTPServer):
    """An OpenAI-compatible model: ``gold`` plays the tasks' gold, ``idle`` says "Done.", others are out of order."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.golds: dict[str, list[dict[str, Any]]] = {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Model

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        request = next(message["content"] for message in asked["messages"] if message["role"] == "user")
        turn = sum(message["role"] == "assistant" for message in asked["messages"])
        said = (
            self.server.golds[request][turn] if asked["model"] == "gold" else {"role": "assistant", "content": "Done."}
        )
        choice = {"index": 0, "message": said, "finish_reason": "tool_calls" if said.get("tool_calls") else "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        answer = {"id": "x", "object": "chat.completion", "created": 0, "model": asked["model"], "choices": [choice]}
        body = json.dumps({**answer, "usage": usage}).encode()
        self.send_response(200 if asked["model"] in ("gold", "idle") else 500)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def model() -> Iterator[Model]:
    server = Model()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def gold(task: Task) -> list[dict[str, Any]]:
    turns = []
    for number, message in enumerate(task.gold):
        turn = message.to_openai()
        for place, call in enumerate(turn.get("tool_calls", [])):
            call["id"] = f"c{number}_{place}"
        turns.append(turn)
    return turns


def play(environment: InfToolEnvironment, tasks: list[Any], model: Model, name: str) -> list[Any]:
    """Play all tasks at once."""
    client = vf.EvalClientConfig(base_url=f"http://127.0.0.1:{model.server_port}/v1", api_key_var="MODEL_KEY")
    context = vf.ModelContext(model=name, client=client, sampling=vf.SamplingConfig())

    async def everything() -> list[Any]:
        async with environment.serving():
            return await asyncio.gather(*(environment.run_slot(environment.slots(task)[0], context) for task in tasks))

    return asyncio.run(everything())


def test_gold_is_rewarded_idling_is_not_and_a_broken_model_has_no_reward(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_KEY", "x")
    environment = load_environment(spec="petstore", count=16)
    tasks = {(task := Task.model_validate(held.data.row)).agenda.request: (held, task) for held in environment.taskset}
    model.golds = {request: gold(task) for request, (_, task) in tasks.items()}
    held = [entry[0] for entry in tasks.values()]
    for name, reward in (("gold", 1.0), ("idle", 0.0)):
        episodes = play(environment, held, model, name)
        assert [error for episode in episodes for error in episode.errors] == []
        assert [episode.traces[0].reward for episode in episodes] == [reward] * len(held)
    [broken] = play(environment, held[:1], model, "broken")
    assert not broken.ok


def test_the_package_is_the_plugin() -> None:
    assert "InfToolTaskset" in inftool.__all__
    assert inftool.InfToolEnvironment is InfToolEnvironment
    with pytest.raises(AttributeError):
        _ = inftool.InfToolNothing
