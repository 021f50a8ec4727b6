"""Compiling specifications to programs, and running programs as stateful servers.

A :class:`ServerProgram` (``program``) is data. ``compiler/`` writes it by the rules of docs/inference.md, ``overrides``
corrects it, ``fixtures/`` places rows given from outside in it, ``selecting`` keeps a part of its tools. ``report``
tells what was made of each tool and why, ``explain`` the whole story of one, ``rules`` what each rule id means.
``runtime/`` runs it: a tool call passes ``arguments``, ``scope``, then what its kind does, then ``results`` or
``errors``; ``seeds`` and ``values`` make the rows that are there at the start. ``doors/`` lets MCP clients in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inftool.servers.compiler.compile import compile_spec
    from inftool.servers.fixtures.document import read_state
    from inftool.servers.fixtures.placing import with_state
    from inftool.servers.opening import open_program, open_server
    from inftool.servers.program import ServerProgram
    from inftool.servers.runtime.changes import RowChange
    from inftool.servers.runtime.kernel import Kernel, ProgramError, UnknownTool
    from inftool.servers.runtime.results import ToolResult
    from inftool.servers.runtime.session import Session, Snapshot

_HOMES = {
    "Kernel": "runtime.kernel",
    "ProgramError": "runtime.kernel",
    "RowChange": "runtime.changes",
    "ServerProgram": "program",
    "Session": "runtime.session",
    "Snapshot": "runtime.session",
    "ToolResult": "runtime.results",
    "UnknownTool": "runtime.kernel",
    "compile_spec": "compiler.compile",
    "open_program": "opening",
    "open_server": "opening",
    "read_state": "fixtures.document",
    "with_state": "fixtures.placing",
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
    "open_server",
    "read_state",
    "with_state",
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
