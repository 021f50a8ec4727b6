"""The stdio door: one process, one session; ``python -m inftool.servers.doors.stdio SPEC [SEED]`` serves a spec."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack

import anyio
from mcp.server.stdio import stdio_server

from inftool.servers.doors.logs import log_to_stderr
from inftool.servers.doors.offer import Offer
from inftool.servers.doors.wire import SessionFor, build_joint_server, build_server
from inftool.servers.program import ServerProgram
from inftool.servers.runtime.kernel import Kernel
from inftool.servers.runtime.session import Session


def serve_stdio(served: ServerProgram | Sequence[Offer], seed: int | None = None) -> None:
    """Serve programs over this process's stdin and stdout until the client closes them, or SIGTERM.

    Args:
        served: a compiled server; or what is offered of one, or of several with prefixes that differ.
        seed: of the rows of a compiled server; its own if None.
    """
    offers = [Offer(Kernel(served, seed))] if isinstance(served, ServerProgram) else served
    with ExitStack() as stack:
        sessions = [stack.enter_context(offer.kernel.open()) for offer in offers]
        parts = [(offer, _always(session)) for offer, session in zip(offers, sessions, strict=True)]
        server = build_server(*parts[0]) if len(parts) == 1 else build_joint_server(parts)

        async def serve() -> None:
            async with anyio.create_task_group() as tasks, stdio_server() as (read_stream, write_stream):
                tasks.start_soon(_end_when_told)
                await server.run(read_stream, write_stream, server.create_initialization_options())
                tasks.cancel_scope.cancel()

        anyio.run(serve)


async def _end_when_told() -> None:
    """End the process at SIGTERM (code 0) or Ctrl-C (130): the thread that reads stdin could not be woken."""
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async for number in signals:
            os._exit(130 if number == signal.SIGINT else 0)


def _always(session: Session) -> SessionFor:
    return lambda _: session


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
    log_to_stderr()
    serve_stdio(program, int(arguments[1]) if len(arguments) == 2 else None)
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
