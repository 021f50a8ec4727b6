"""Run the conformance suite and foreign clients: ``python -m tests.conformance [--cache FOLDER]``.

Needs npm and the package registries. Node 22, the suite and the clients are installed into a cache folder at the first
run. Prints a line a scenario and a client; the exit code is 1 if one that applies fails.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = (
    "node@22",
    "@modelcontextprotocol/conformance@0.2.0-alpha.12",
    "@modelcontextprotocol/inspector@latest",
    "@modelcontextprotocol/sdk@latest",
    "mcp-remote@latest",
)
ERAS = {"modern": ["--requirements", "2026-07-28"], "legacy": ["--spec-version", "2025-11-25", "--suite", "active"]}
APART = {
    "tasks-": "the tasks extension is not offered",
    "input-required-result-": "our tools never ask the client for input",
    "elicitation-": "our tools never ask the client for input",
    "tools-call-elicitation": "our tools never ask the client for input",
    "tools-call-sampling": "our tools never ask the client's model",
    "tools-call-with-progress": "a call takes microseconds, so no progress is told",
    "tools-call-with-logging": "no logging capability is declared",
    "logging-set-level": "no logging capability is declared",
    "resources-subscribe": "no subscriptions are declared",
    "resources-unsubscribe": "no subscriptions are declared",
    "http-custom-header-server-validation": "no tool mirrors arguments in headers",
    "json-schema-2020-12": "wants $defs kept in a tool's schema; a specification's references are inlined",
}
"""Scenarios that do not apply to a server with tools, resources, prompts and completion, and why."""
UNTESTABLE = ("sep-2575-server-rejects-undeclared-capability", "sep-2575-missing-capability-http-400")
"""Checks that need a tool which asks the client for something."""
_STAMP = re.compile(r"-\d{4}-\d\d-\d\dT[\d-]+Z$")
START_SECONDS = 30
CLIENT_SECONDS = 120
TYPESCRIPT = """
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
const [, , how, ...rest] = process.argv;
const transport = how === 'http' ? new StreamableHTTPClientTransport(new URL(rest[0]))
  : new StdioClientTransport({ command: rest[0], args: rest.slice(1) });
const client = new Client({ name: 'conformance', version: '1' });
await client.connect(transport);
const { tools } = await client.listTools();
const answer = await client.callTool({ name: 'add_pet', arguments: { name: 'Rex' } });
console.log(JSON.stringify({ tools: tools.map((tool) => tool.name), answer }));
await client.close();
"""
FASTMCP = """
import asyncio, json, sys
from fastmcp import Client
from fastmcp.client.transports import StdioTransport
async def main():
    how, *rest = sys.argv[1:]
    async with Client(rest[0] if how == "http" else StdioTransport(rest[0], rest[1:])) as client:
        names = [tool.name for tool in await client.list_tools()]
        answer = await client.call_tool("add_pet", {"name": "Rex"})
        print(json.dumps({"tools": names, "answer": answer.structured_content}))
asyncio.run(main())
"""


class Failed(RuntimeError):
    """A scenario or a client did not do what it should."""


def install(cache: Path) -> dict[str, str]:
    """Install Node and the packages once; return the environment in which they run."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not there; install it (the rest comes from the registry)")
    cache.mkdir(parents=True, exist_ok=True)
    if not (cache / ".installed").exists():
        (cache / "package.json").write_text('{"private": true, "type": "module"}', encoding="utf-8")
        command = [npm, "install", "--no-fund", "--no-audit", "--loglevel=error", *PACKAGES]
        subprocess.run(command, cwd=cache, check=True, stdout=subprocess.DEVNULL)
        (cache / ".installed").touch()
    (cache / "client.js").write_text(TYPESCRIPT, encoding="utf-8")
    (cache / "client.py").write_text(FASTMCP, encoding="utf-8")
    node = cache / "node_modules" / "node" / "bin"
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(node), str(cache / "node_modules" / ".bin"), os.environ["PATH"]]),
    }


@contextmanager
def serving() -> Iterator[str]:
    """Serve the fixture on a free port; yield the URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "tests.conformance.fixture", str(port)])
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("the fixture does not start; see above") from None
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(10)


def suite(cache: Path, environment: dict[str, str], url: str, era: str) -> Iterator[tuple[str, str]]:
    """Run the suite; yield each scenario with why it failed, or with an empty text."""
    with tempfile.TemporaryDirectory() as out:
        command = ["conformance", "server", "--url", url, *ERAS[era], "-o", out]
        quiet = subprocess.DEVNULL
        subprocess.run(command, cwd=cache, env=environment, stdout=quiet, stderr=quiet, check=False)
        folders = sorted(Path(out).iterdir())
        if not folders:
            raise SystemExit("the suite wrote no results")
        for folder in folders:
            scenario = _STAMP.sub("", folder.name.removeprefix("server-"))
            checks = json.loads((folder / "checks.json").read_text(encoding="utf-8"))
            bad = [check for check in checks if check["status"] == "FAILURE" and check["id"] not in UNTESTABLE]
            yield scenario, "; ".join(f"{check['id']}: {check.get('errorMessage') or 'failed'}"[:200] for check in bad)


def clients(cache: Path, environment: dict[str, str], url: str) -> Iterator[tuple[str, str]]:
    """List and call with every foreign client; yield each with why it failed, or with an empty text."""
    stdio = [sys.executable, "-m", "tests.conformance.fixture", "stdio"]
    inspector = ["mcp-inspector", "--cli"]
    called = ["--method", "tools/call", "--tool-name", "add_pet", "--tool-arg", "name=Rex"]
    commands = {
        "Inspector, HTTP": [*inspector, url, "--transport", "http", *called],
        "Inspector, stdio": [*inspector, *stdio, *called],
        "TypeScript SDK, HTTP": ["node", str(cache / "client.js"), "http", url],
        "TypeScript SDK, stdio": ["node", str(cache / "client.js"), "stdio", *stdio],
        "mcp-remote": ["node", str(cache / "client.js"), "stdio", "mcp-remote", url, "--allow-http"],
        "fastmcp.Client, HTTP": [sys.executable, str(cache / "client.py"), "http", url],
        "fastmcp.Client, stdio": [sys.executable, str(cache / "client.py"), "stdio", *stdio],
    }
    for name, command in commands.items():
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=CLIENT_SECONDS, check=False
            )
            told = done.stderr.strip().splitlines()[-1:] or ["no message"]
            yield name, "" if "Rex" in done.stdout else f"exit code {done.returncode}: {told[0][:200]}"
        except subprocess.TimeoutExpired:
            yield name, f"no answer in {CLIENT_SECONDS} s"


def main() -> int:
    """Run everything; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "inftool" / "conformance")
    cache = parser.parse_args().cache
    environment, failed = install(cache), 0
    with serving() as url:
        for era in ERAS:
            for scenario, why in suite(cache, environment, url, era):
                reason = next((text for name, text in APART.items() if scenario.startswith(name)), "")
                failed += bool(why) and not reason
                state = "passed" if not why else f"does not apply: {reason}" if reason else f"FAILED: {why}"
                print(f"{era:8} {scenario:45} {state}", flush=True)
        for name, why in clients(cache, environment, url):
            failed += bool(why)
            print(f"{'client':8} {name:45} {f'FAILED: {why}' if why else 'passed'}", flush=True)
    print(f"{failed} failed" if failed else "everything that applies passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
