"""InfTool: raw API specifications in, a better tool-using language model out.

Importing it registers the environment, so that ``gymnasium.make("InfTool-v0", spec="petstore")`` works.
"""

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
