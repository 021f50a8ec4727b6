"""What goes over OpenEnv's wire: the assistant's message, the dialogue and the tools, and the state of an episode."""

from __future__ import annotations

from typing import Any

from openenv.core.env_server.types import Action, Observation, State
from pydantic import Field


class InfToolAction(Action):  # type: ignore[misc]
    """The assistant's whole message: text, or one or more tool calls."""

    content: str = Field(default="", description="What the assistant says to the user; empty where it calls tools.")
    tool_calls: list[dict[str, Any]] = Field(
        default_factory=list,
        description='Calls, each {"name": ..., "arguments": {...}} or in the OpenAI shape '
        '{"id": ..., "function": {"name": ..., "arguments": "<JSON>"}}.',
    )


class InfToolObservation(Observation):  # type: ignore[misc]
    """The dialogue so far and the tools, in the OpenAI shape.

    ``reward`` comes with the last step and is 0 before. Where a fault is nobody's (infrastructure, simulator) it is
    None, and ``metadata["masked"]`` is true: leave such an episode out. ``metadata`` has the ``outcome`` and the
    ``gates`` of an episode that is over.
    """

    messages: list[dict[str, Any]] = Field(default_factory=list, description="The dialogue, oldest first.")
    tools: list[dict[str, Any]] = Field(default_factory=list, description="The tools on offer.")


class InfToolState(State):  # type: ignore[misc]
    """Where an episode stands."""

    task: str = Field(default="", description="The task's id.")
    kind: str = Field(default="", description="The kind of task.")
    spec: str = Field(default="", description="The name of the compiled server.")
    outcome: str = Field(default="", description="How the episode ended; empty while it runs.")
    changes: list[dict[str, Any]] = Field(
        default_factory=list, description="What the finished episode changed, row by row."
    )
