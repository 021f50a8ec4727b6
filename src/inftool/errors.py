"""From exceptions to one clear line and an exit code: 2 for the user's fault, 1 for ours."""

from __future__ import annotations

USER_ERRORS = (
    "SpecError",
    "ProgramError",
    "OverrideError",
    "StateError",
    "SelectionError",
    "NoSuchTool",
    "ConfigError",
    "DataError",
    "PolicyError",
    "RunError",
    "AssistantUnavailable",
    "ModelUnavailable",
    "WorkforceError",
)
"""Names of the exceptions that say themselves what is wrong and how to mend it; named, so that no module is loaded."""

EXTRAS = {
    "torch": "train",
    "transformers": "train",
    "trl": "train",
    "datasets": "train",
    "accelerate": "train",
    "gguf": "train",
    "ray": "ray",
}


def explain(error: BaseException) -> tuple[str, int] | None:
    """Return a line for the user and an exit code; None for an error of ours, which deserves its traceback."""
    if any(base.__name__ in USER_ERRORS for base in type(error).__mro__):
        return str(error), 2
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = error.name.split(".")[0]
        if package in EXTRAS:
            return f"{package} is not installed; `pip install 'inftool[{EXTRAS[package]}]'` brings it", 2
    if isinstance(error, OSError) and error.errno is not None:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}", 2
    return None
