"""The endpoint assistant against real HTTP servers that answer well, badly, or not at all."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from inftool.agents.assistant import AssistantUnavailable
from inftool.agents.endpoint import EndpointAssistant
from inftool.agents.message import Malformed, Message, Tool

TOOLS = [
    Tool(
        name="get_pet",
        description="Get a pet",
        input_schema={"type": "object", "properties": {"id": {"type": "integer"}}},
    )
]
DIALOGUE = [Message(role="user", content="Which pet is 3?")]


class Recorded(ThreadingHTTPServer):
    answer: tuple[int, Any] = (200, {})
    requests: list[dict[str, Any]]


class Handler(BaseHTTPRequestHandler):
    server: Recorded

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(json.loads(body))
        status, answer = self.server.answer
        data = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Recorded]:
    with Recorded(("127.0.0.1", 0), Handler) as server:
        server.requests = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def assistant(server: Recorded) -> EndpointAssistant:
    return EndpointAssistant("model", f"http://127.0.0.1:{server.server_port}/v1", retries=0, timeout=5)


def completion(message: dict[str, Any]) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
    return {"id": "1", "object": "chat.completion", "created": 0, "model": "model", "choices": [choice]}


def call(arguments: str) -> dict[str, Any]:
    function = {"name": "get_pet", "arguments": arguments}
    return completion({"content": None, "tool_calls": [{"id": "c1", "type": "function", "function": function}]})


def test_calls_and_replies_are_read(server: Recorded) -> None:
    server.answer = (200, call('{"id": 3}'))
    action = assistant(server).act(DIALOGUE, TOOLS)
    assert isinstance(action, Message)
    assert action.tool_calls[0].arguments == {"id": 3}
    server.answer = (200, completion({"content": "It is Rex."}))
    assert assistant(server).act(DIALOGUE, TOOLS) == Message(role="assistant", content="It is Rex.")


def test_the_dialogue_is_sent_in_the_openai_shape(server: Recorded) -> None:
    server.answer = (200, call('{"id": 3}'))
    first = assistant(server).act(DIALOGUE, TOOLS)
    assert isinstance(first, Message)
    result = Message(role="tool", name="get_pet", tool_call_id="c1", content="{}")
    assistant(server).act([*DIALOGUE, first, result], TOOLS)
    sent = server.requests[-1]
    assert [message["role"] for message in sent["messages"]] == ["system", "user", "assistant", "tool"]
    assert json.loads(sent["messages"][2]["tool_calls"][0]["function"]["arguments"]) == {"id": 3}
    assert sent["tools"][0]["function"]["name"] == "get_pet"


@pytest.mark.parametrize(
    "answer",
    [call("{not json"), call("[1]"), completion({"content": ""}), completion({"content": None}), {"choices": []}],
)
def test_garbage_is_malformed(server: Recorded, answer: dict[str, Any]) -> None:
    server.answer = (200, answer)
    assert isinstance(assistant(server).act(DIALOGUE, TOOLS), Malformed)


def test_a_call_the_server_could_not_parse_is_malformed(server: Recorded) -> None:
    server.answer = (500, {"error": {"message": "failed to parse tool call"}})
    assert isinstance(assistant(server).act(DIALOGUE, TOOLS), Malformed)


@pytest.mark.parametrize(
    "answer", [(500, {"error": {"message": "out of memory"}}), (404, {"error": {"message": "no model"}})]
)
def test_a_failing_endpoint_is_unavailable(server: Recorded, answer: tuple[int, Any]) -> None:
    server.answer = answer
    with pytest.raises(AssistantUnavailable, match="http://127"):
        assistant(server).act(DIALOGUE, TOOLS)


def test_a_dead_endpoint_is_unavailable() -> None:
    with pytest.raises(AssistantUnavailable, match="is the server running"):
        EndpointAssistant("model", "http://127.0.0.1:9/v1", retries=0, timeout=2).act(DIALOGUE, TOOLS)
