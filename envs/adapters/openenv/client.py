"""The typed client of an InfTool environment that runs as an OpenEnv server."""

from __future__ import annotations

from typing import Any

from openenv.core import EnvClient
from openenv.core.client_types import StepResult

from inftool.envs.adapters.openenv.models import InfToolAction, InfToolObservation, InfToolState


class InfToolClient(EnvClient[InfToolAction, InfToolObservation, InfToolState]):  # type: ignore[misc]
    """One session at a server; ``.sync()`` gives the blocking form.

    with InfToolClient(base_url="http://127.0.0.1:8000").sync() as client:
        result = client.reset(split="train", index=0)
        result = client.step(InfToolAction(tool_calls=[{"name": "get_pet", "arguments": {"petId": 3}}]))
    """

    def _step_payload(self, action: InfToolAction) -> dict[str, Any]:
        payload: dict[str, Any] = action.model_dump()
        return payload

    def _parse_result(self, payload: dict[str, Any]) -> StepResult[InfToolObservation]:
        seen = payload.get("observation", {})
        observation = InfToolObservation(
            messages=seen.get("messages", []),
            tools=seen.get("tools", []),
            done=payload.get("done", False),
            reward=payload.get("reward"),
            metadata=payload.get("metadata") or seen.get("metadata") or {},
        )
        return StepResult(
            observation=observation, reward=observation.reward, done=observation.done, metadata=observation.metadata
        )

    def _parse_state(self, payload: dict[str, Any]) -> InfToolState:
        state: InfToolState = InfToolState.model_validate(payload)
        return state
