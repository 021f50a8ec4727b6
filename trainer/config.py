"""The configuration of a run: one TOML file, every field with a default that runs on two CPU cores."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from inftool.envs.task import KINDS, Kind
from inftool.servers.restyle import STYLES
from inftool.specs import bundled
from inftool.trainer.grpo import GrpoConfig
from inftool.trainer.sft import SftConfig


class ConfigError(ValueError):
    """A configuration cannot be used; the message names the file, the field and what would be right."""


class RoundConfig(BaseModel):
    """One round: synthesize, learn from gold, learn from live episodes, evaluate, find gaps."""

    model_config = ConfigDict(extra="forbid")

    sft_tasks: int = Field(default=380, ge=0)
    """Tasks whose gold trajectories are learned; 0 leaves supervised training out."""
    grpo_tasks: int = Field(default=20, ge=0)
    """Tasks played live, each by a group; 0 leaves GRPO out."""


class LoopConfig(BaseModel):
    """A whole run."""

    model_config = ConfigDict(extra="forbid")

    seed: int = 0
    """Of tasks, worlds, sampling and training."""
    train: list[str] = Field(default_factory=lambda: bundled("train"))
    """Specifications that are learned from: bundled names or files."""
    unseen: list[str] = Field(default_factory=lambda: bundled("unseen"))
    """Specifications that are only evaluated on."""
    kinds: list[Kind] = Field(default_factory=lambda: list(KINDS))
    """Kinds of task."""
    styles: int = Field(default=2, ge=0, le=len(STYLES))
    """Variants of each train specification whose tools and arguments are named in another style, beside the original;
    without them a policy learns names by heart instead of reading them off the prompt."""
    model: str = "embedded"
    """``embedded``, or the folder of a ``transformers`` model."""
    evaluation_tasks: int = Field(default=160, ge=1)
    """Tasks of the unseen specifications, balanced over kinds and specifications; the same for every policy."""
    max_arguments: int = Field(default=4, ge=1)
    """Arguments of one gold call: what a small model can take in."""
    max_signature: int = Field(default=260, ge=40)
    """Characters of a tool's signature in the prompt; longer tools are not offered."""
    max_fruitless: int = Field(default=1, ge=1)
    """Turns without effect in a row before an episode is truncated; a model that cannot call costs time to watch."""
    rounds: list[RoundConfig] = Field(default_factory=lambda: [RoundConfig(), RoundConfig(sft_tasks=0)])
    """What each round learns from."""
    sft: SftConfig = Field(default_factory=SftConfig)
    grpo: GrpoConfig = Field(default_factory=GrpoConfig)

    @field_validator("train", "unseen")
    @classmethod
    def _not_empty(cls, value: list[str]) -> list[str]:
        if not value:
            raise ValueError("name at least one specification")
        return value


def read_config(path: Path | None) -> LoopConfig:
    """Read a TOML file; None gives the defaults.

    Raises:
        ConfigError: the file is missing, not TOML, or a field is wrong.
    """
    if path is None:
        return LoopConfig()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None
    try:
        config = LoopConfig.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if both := set(config.train) & set(config.unseen):
        raise ConfigError(f"{path}: {', '.join(sorted(both))} is in both train and unseen")
    return config
