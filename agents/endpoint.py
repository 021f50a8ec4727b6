"""Assistants and users behind any OpenAI-compatible endpoint (vLLM, ``transformers serve``, a hosted model)."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from inftool.agents.assistant import AssistantUnavailable
from inftool.agents.message import Action, Malformed, Message, Tool, ToolCall

if TYPE_CHECKING:
    from openai import OpenAI

INSTRUCTIONS = "Use the tools to help the user. Ask for what is missing. If no tool fits, say that you can't."


class Endpoint:
    """An OpenAI-compatible chat completions endpoint."""

    def __init__(
        self,
        model: str,
        base_url: str | None = None,
        api_key: str | None = None,
        temperature: float = 0.0,
        max_tokens: int = 512,
        timeout: float = 60.0,
        retries: int = 2,
    ) -> None:
        """Prepare the client; nothing is sent yet.

        Args:
            model: the model's name at the endpoint.
            base_url: such as ``http://localhost:8000/v1``; ``OPENAI_BASE_URL`` by default.
            api_key: ``OPENAI_API_KEY`` by default; local servers take any.
            temperature: 0 is greedy.
            max_tokens: longest turn, in tokens.
            timeout: seconds for one request.
            retries: times a failed request is sent again, with growing pauses.
        """
        from openai import OpenAI

        self.model = model
        self.temperature = temperature
        self.max_tokens = max_tokens
        self._client: OpenAI = OpenAI(
            base_url=base_url or os.environ.get("OPENAI_BASE_URL"),
            api_key=api_key or os.environ.get("OPENAI_API_KEY") or "none",
            timeout=timeout,
            max_retries=retries,
        )

    def complete(self, prompt: str) -> str:
        """Return the model's answer to one prompt.

        Raises:
            AssistantUnavailable: no connection, a time-out, or an HTTP error.
        """
        answer = self.chat([Message(role="user", content=prompt)], ())
        return "" if isinstance(answer, Malformed) else str(answer.content or "")

    def chat(self, messages: Sequence[Message], tools: Sequence[Tool]) -> Any:
        """Return the message of the first choice, or :class:`Malformed` where there is none to read.

        Raises:
            AssistantUnavailable: no connection, a time-out, or an HTTP error other than an unreadable generation.
        """
        import openai

        request: dict[str, Any] = {
            "model": self.model,
            "messages": [message.to_openai() for message in messages],
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
        }
        if tools:
            request["tools"] = [tool.to_openai() for tool in tools]
        try:
            completion = self._client.chat.completions.create(**request)
        except openai.APIConnectionError as error:
            reason = error.__cause__ or error
            raise AssistantUnavailable(f"{self._client.base_url}: {reason}; is the server running?") from None
        except openai.InternalServerError as error:
            if "pars" in str(error).lower() or "tool" in str(error).lower():
                return Malformed(
                    text="", reason=f"the endpoint could not read the model's own call: {str(error)[:200]}"
                )
            raise AssistantUnavailable(f"{self._client.base_url}: {str(error)[:300]}") from None
        except openai.APIError as error:
            raise AssistantUnavailable(f"{self._client.base_url}: {str(error)[:300]}") from None
        choices = getattr(completion, "choices", None)
        if not choices or choices[0].message is None:
            return Malformed(text="", reason="the endpoint answered without a message")
        return choices[0].message


class EndpointAssistant(Endpoint):
    """A policy behind an endpoint."""

    def act(self, messages: Sequence[Message], tools: Sequence[Tool]) -> Action:
        """Ask the endpoint for the next message.

        Raises:
            AssistantUnavailable: no connection, a time-out, or an HTTP error other than an unreadable generation.
        """
        answer = self.chat([Message(role="system", content=INSTRUCTIONS), *messages], tools)
        return answer if isinstance(answer, Malformed) else _action(answer)


def _action(answer: Any) -> Action:
    """Read a chat completion's message; arguments that are not a JSON object are malformed."""
    calls = []
    for call in answer.tool_calls or ():
        text = call.function.arguments or "{}"
        try:
            arguments = json.loads(text)
        except (ValueError, RecursionError):
            return Malformed(text=text, reason=f"{call.function.name}: the arguments are not JSON")
        if not isinstance(arguments, dict):
            return Malformed(text=text, reason=f"{call.function.name}: the arguments are not a JSON object")
        calls.append(ToolCall(name=call.function.name, arguments=arguments, id=call.id or ""))
    content = answer.content or ""
    if not calls and not content.strip():
        return Malformed(text=content, reason="the turn is empty: expected a reply or a call")
    return Message(role="assistant", content=content, tool_calls=tuple(calls))
