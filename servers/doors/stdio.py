"""The stdio door: one process, one session; ``python -m inftool.servers.doors.stdio SPEC [SEED]`` serves a spec."""

from __future__ import annotations

import logging
import sys

import anyio
from mcp.server.stdio import stdio_server

from inftool.servers.doors.wire import build_server
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.kernel import Kernel


def serve_stdio(program: ServerProgram, seed: int | None = None) -> None:
    """Serve a program over this process's stdin and stdout until the client closes them; logs go to stderr."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    kernel = Kernel(program, seed)
    with kernel.open() as session:
        server = build_server(kernel, lambda _: session)

        async def serve() -> None:
            async with stdio_server() as (read_stream, write_stream):
                await server.run(read_stream, write_stream, server.create_initialization_options())

        anyio.run(serve)


def _main(arguments: list[str]) -> int:
    from inftool.servers.opening import open_program

    if not 1 <= len(arguments) <= 2 or not all(text.lstrip("-").isdigit() for text in arguments[1:]):
        sys.stderr.write("usage: python -m inftool.servers.doors.stdio SPEC [SEED]\n")
        return 2
    try:
        program = open_program(arguments[0])
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    serve_stdio(program, int(arguments[1]) if len(arguments) == 2 else None)
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
