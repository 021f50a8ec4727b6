"""Compiling specifications to programs, and running programs as stateful servers.

``compile`` writes a :class:`ServerProgram` (``program``), ``kernel`` runs its tools on a ``session``, and ``wire``,
``stdio`` and ``http`` let MCP clients in. A tool call passes ``arguments``, ``scope``, then ``listing`` or
``writing``, then ``results`` or ``errors``; ``seeds`` and ``values`` make the rows that are there at the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inftool.servers.changes import RowChange
    from inftool.servers.compile import compile_spec
    from inftool.servers.kernel import Kernel, ProgramError, UnknownTool
    from inftool.servers.opening import open_program
    from inftool.servers.program import ServerProgram
    from inftool.servers.results import ToolResult
    from inftool.servers.session import Session, Snapshot

_HOMES = {
    "Kernel": "kernel",
    "ProgramError": "kernel",
    "RowChange": "changes",
    "ServerProgram": "program",
    "Session": "session",
    "Snapshot": "session",
    "ToolResult": "results",
    "UnknownTool": "kernel",
    "compile_spec": "compile",
    "open_program": "opening",
}

__all__ = [
    "Kernel",
    "ProgramError",
    "RowChange",
    "ServerProgram",
    "Session",
    "Snapshot",
    "ToolResult",
    "UnknownTool",
    "compile_spec",
    "open_program",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that the compiler does not load what only the doors need."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
