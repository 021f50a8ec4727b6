"""Wrappers that only a dialogue needs: a model's raw text as the action, and trajectories as lines of a file.

For everything else there are Gymnasium's own wrappers, which work on these environments as on any other.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, SupportsFloat

import gymnasium as gym

from inftool.agents.chat import ChatMLPrompt, FormatName, Prompt
from inftool.envs.env import InfToolEnv
from inftool.envs.records import append_line, trajectory_row
from inftool.envs.spaces import TextSpace


class PromptWrapper(gym.Wrapper[Any, Any, Any, Any], gym.utils.RecordConstructorArgs):
    """Prompt text in, the model's raw text out.

    A text that cannot be read is a turn all the same: it shuts the format gate until a better one comes.

    Args:
        env: an :class:`InfToolEnv`, wrapped or not.
        prompt: how the dialogue is written and the answer read: ``compact`` or ``tagged`` in ChatML, or a
            :class:`~inftool.agents.chat.Prompt`, such as ``TemplatePrompt(tokenizer)`` for a model's own template.
    """

    def __init__(self, env: gym.Env[dict[str, Any], Any], prompt: FormatName | Prompt = "compact") -> None:
        gym.utils.RecordConstructorArgs.__init__(self, _disable_deepcopy=True, prompt=prompt)
        gym.Wrapper.__init__(self, env)
        self._inner = _inner(env, type(self).__name__)
        self._prompt: Prompt = ChatMLPrompt(prompt) if isinstance(prompt, str) else prompt
        self.action_space = TextSpace()
        self.observation_space = TextSpace()

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        """Start an episode; the observation is the whole prompt."""
        _, info = self.env.reset(seed=seed, options=options)
        return self._text(), info

    def step(self, action: str) -> tuple[str, SupportsFloat, bool, bool, dict[str, Any]]:
        """Take the model's raw text."""
        _, reward, terminated, truncated, info = self.env.step(self._prompt.read(action))
        return self._text(), reward, terminated, truncated, info

    def _text(self) -> str:
        episode = self._inner.episode
        assert episode is not None
        return self._prompt.write(episode.messages, episode.tools)


class RecordTrajectories(gym.Wrapper[Any, Any, Any, Any], gym.utils.RecordConstructorArgs):
    """Appends a line to a file for every episode that ends, as ``inftool synth`` and ``inftool eval`` write them.

    The file holds whole lines only: it may be appended to by several processes at once, goes on where an earlier run
    stopped, and what a killed process left of a line is cut off by the next. Episodes that are given up before their
    end are not recorded.

    Args:
        env: an :class:`InfToolEnv`, wrapped or not.
        path: the file; its folder is made.
        policy: what to call whoever acts.
    """

    def __init__(
        self, env: gym.Env[Any, Any], path: str | os.PathLike[str] = "trajectories.jsonl", policy: str = "policy"
    ) -> None:
        gym.utils.RecordConstructorArgs.__init__(self, path=os.fspath(path), policy=policy)
        gym.Wrapper.__init__(self, env)
        self._inner = _inner(env, type(self).__name__)
        self.path = Path(path).absolute()
        self.policy = policy
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Step, and record the episode if it is over."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        if terminated or truncated:
            append_line(self.path, trajectory_row(self._inner.task, self._inner.trajectory(self.policy)))
        return observation, reward, terminated, truncated, info


def _inner(env: gym.Env[Any, Any], wrapper: str) -> InfToolEnv:
    if not isinstance(env.unwrapped, InfToolEnv):
        raise TypeError(f"{wrapper} needs an InfToolEnv, got {type(env.unwrapped).__name__}")
    return env.unwrapped
