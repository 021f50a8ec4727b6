"""The configuration that MCP clients need to reach a server: for each, its file, and the JSON to put there.

A token never stands in it: the environment variable INFTOOL_TOKEN is named in the client's own way of writing that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TOKEN_VARIABLE = "INFTOOL_TOKEN"


@dataclass(frozen=True)
class Launch:
    """How a client starts a server of its own (stdio)."""

    command: str
    arguments: Sequence[str]


@dataclass(frozen=True)
class Remote:
    """How a client reaches a server that runs (streamable HTTP)."""

    url: str
    with_token: bool = False

    def headers(self, reference: str) -> dict[str, dict[str, str]]:
        """Return the part that sends the token, which is named as ``reference``."""
        return {"headers": {"Authorization": f"Bearer {reference}"}} if self.with_token else {}


@dataclass(frozen=True)
class Client:
    """A client, and how its configuration is written."""

    title: str
    file: str
    """Where the configuration stands, as its documentation says."""
    section: str
    launch: Callable[[Launch], dict[str, Any]]
    remote: Callable[[Remote], dict[str, Any]]


def _command(launch: Launch) -> dict[str, Any]:
    return {"command": launch.command, "args": list(launch.arguments)}


def _typed_command(launch: Launch) -> dict[str, Any]:
    return {"type": "stdio", **_command(launch)}


def _bridged(remote: Remote) -> dict[str, Any]:
    """Return the entry of a client that starts processes only: a bridge that speaks HTTP for it."""
    arguments = ["-y", "mcp-remote", remote.url]
    if not remote.with_token:
        return {"command": "npx", "args": arguments}
    header = ["--header", f"Authorization:Bearer ${{{TOKEN_VARIABLE}}}"]
    return {"command": "npx", "args": [*arguments, *header], "env": {TOKEN_VARIABLE: "<token>"}}


_ENVIRONMENT = f"${{env:{TOKEN_VARIABLE}}}"
_SHELL = f"${{{TOKEN_VARIABLE}}}"

CLIENTS: Mapping[str, Client] = {
    "claude-desktop": Client(
        "Claude Desktop", "claude_desktop_config.json (Settings, Developer, Edit Config)", "mcpServers",
        _command, _bridged,
    ),
    "claude-code": Client(
        "Claude Code", ".mcp.json in the project", "mcpServers",
        _typed_command, lambda remote: {"type": "http", "url": remote.url, **remote.headers(_SHELL)},
    ),
    "cursor": Client(
        "Cursor", ".cursor/mcp.json in the project, or ~/.cursor/mcp.json", "mcpServers",
        _command, lambda remote: {"url": remote.url, **remote.headers(_ENVIRONMENT)},
    ),
    "vscode": Client(
        "VS Code", ".vscode/mcp.json in the workspace", "servers",
        _typed_command, lambda remote: {"type": "http", "url": remote.url, **remote.headers(_ENVIRONMENT)},
    ),
    "windsurf": Client(
        "Windsurf", "~/.codeium/windsurf/mcp_config.json", "mcpServers",
        _command, lambda remote: {"serverUrl": remote.url, **remote.headers(_ENVIRONMENT)},
    ),
    "zed": Client(
        "Zed", "~/.config/zed/settings.json", "context_servers",
        _command, lambda remote: {"url": remote.url, **remote.headers("<token>")},
    ),
    "gemini-cli": Client(
        "Gemini CLI", ".gemini/settings.json in the project, or ~/.gemini/settings.json", "mcpServers",
        _command, lambda remote: {"httpUrl": remote.url, **remote.headers(f"${TOKEN_VARIABLE}")},
    ),
}  # fmt: skip
"""By the name that a person types."""


def configuration(client: Client, servers: Mapping[str, Launch | Remote]) -> dict[str, Any]:
    """Return what belongs into a client's configuration.

    Args:
        client: one of :data:`CLIENTS`.
        servers: by the name that the client shows.
    """
    entries = {
        name: client.launch(server) if isinstance(server, Launch) else client.remote(server)
        for name, server in servers.items()
    }
    return {client.section: entries}
