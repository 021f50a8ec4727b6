"""InfTool: raw API specifications in, a better tool-using language model out.

Importing it registers the environment, so that ``gymnasium.make("InfTool-v0", spec="petstore")`` works.
"""

import sys
from typing import Any

from gymnasium.envs.registration import register, registry

__version__ = "0.1.0"

if "InfTool-v0" not in registry:
    register(
        id="InfTool-v0",
        entry_point="inftool.envs.env:InfToolEnv",
        reward_threshold=1.0,
        nondeterministic=False,
        order_enforce=True,
        disable_env_checker=True,
    )


def __getattr__(name: str) -> Any:
    """Give verifiers, which looks an environment up in its top-level module, what the adapter has for it."""
    if "verifiers" in sys.modules and (name == "__all__" or name[:1] in "Il"):
        from inftool.envs.adapters import verifiers

        if name == "__all__" or name in verifiers.__all__:
            return getattr(verifiers, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
