"""`inftool serve`: from what a person names to servers, their addresses, and the configuration of clients."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from inftool.servers.doors.clients import Launch
    from inftool.servers.doors.offer import Offer


@dataclass(frozen=True)
class Wanted:
    """What a person asked to be served."""

    specs: Sequence[str]
    overrides: Sequence[Path] = ()
    state: Sequence[Path] = ()
    tags: Sequence[str] = ()
    max_tools: int | None = None
    seed: int | None = None

    def files(self, option: str, given: Sequence[Path], spec: str) -> list[Path]:
        """Return the files of an option that are meant for one specification: all, or those given as NAME=FILE."""
        if len(self.specs) == 1:
            return list(given)
        found = []
        for file in given:
            name, equals, path = str(file).partition("=")
            if not equals or name not in {text for own in self.specs for text in (own, Path(own).stem)}:
                raise typer.BadParameter(
                    f"{str(file)!r}: with several specifications give NAME=FILE, such as {Path(spec).stem}={file.name}",
                    param_hint=option,
                )
            if name in (spec, Path(spec).stem):
                found.append(Path(path))
        return found


def open_offers(wanted: Wanted) -> list[Offer]:
    """Open what was asked for, each with its specification, report and sample tasks; names are made to differ."""
    from inftool.envs.samples import task_prompt
    from inftool.servers.doors.offer import distinct, offer_of, path_name
    from inftool.servers.opening import open_server

    opened = []
    for spec in wanted.specs:
        overrides = wanted.files("--overrides", wanted.overrides, spec)
        if len(overrides) > 1:
            raise typer.BadParameter(f"one file for {spec} is enough", param_hint="--overrides")
        state = wanted.files("--state", wanted.state, spec)
        one = open_server(
            spec,
            overrides=overrides[0] if overrides else None,
            state=state or None,
            tags=wanted.tags,
            max_tools=wanted.max_tools,
        )
        if one.placement is not None:
            typer.echo(one.placement.to_text(), err=True, nl=False)
        opened.append(one)
    offers, names = [], [one.program.name for one in opened]
    if len(names) > 1:
        names = distinct([path_name(name) for name in names])
    for spec, one, name in zip(wanted.specs, opened, names, strict=True):
        program = one.program if name == one.program.name else one.program.model_copy(update={"name": name})
        offer = offer_of(replace(one, program=program), spec, wanted.seed)
        offers.append(replace(offer, prompts=(task_prompt(program, offer.kernel.seed),)))
    return offers


def serve_here(offers: Sequence[Offer]) -> None:
    """Serve over stdio; the tools of several programs get their program's name before their own."""
    from inftool.servers.doors.stdio import serve_stdio

    joint = len(offers) > 1
    serve_stdio([replace(offer, prefix=offer.label) for offer in offers] if joint else offers)


def serve_at(offers: Sequence[Offer], address: str, token: str | None) -> None:
    """Serve over HTTP, and tell the URLs on stderr."""
    from inftool.servers.doors.http import build_app
    from inftool.servers.doors.listening import listen, parse_address, run, url_of

    try:
        host, port = parse_address(address)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--http") from None
    try:
        app = build_app(offers, host=host, token=token)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--token") from None
    listener = listen(host, port)
    base = url_of(host, listener.getsockname()[1])
    for offer in offers:
        root = f"{base}/{offer.label}" if len(offers) > 1 else base
        title = offer.program.title or offer.program.name
        typer.echo(f"{title}: {root}/mcp, sessions at {root}/s/NAME/mcp", err=True)
    run(app, listener)


def client_configuration(wanted: Wanted, name: str, address: str | None, token: str | None) -> dict[str, object]:
    """Return what clients need to be told of this server.

    Args:
        wanted: what is served.
        name: of a client, or ``all``: then by client, each with the file where it belongs.
        address: where HTTP is served; None for stdio.
        token: whether one is needed; its value is not told.
    """
    from inftool.servers.doors.clients import CLIENTS, Remote, configuration
    from inftool.servers.doors.listening import parse_address, url_of

    if name not in (*CLIENTS, "all"):
        raise typer.BadParameter(f"{name!r}: it is one of {', '.join(CLIENTS)}, or all", param_hint="--config")
    labels = [Path(spec).stem for spec in wanted.specs]
    servers: dict[str, Launch | Remote] = {}
    if address is None:
        servers["-".join(labels)[:64]] = _launch(wanted)
    else:
        from inftool.servers.doors.offer import distinct, path_name
        from inftool.servers.opening import open_program

        try:
            base = url_of(*parse_address(address))
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--http") from None
        programs = [open_program(spec) for spec in wanted.specs]
        for own in distinct([program.name for program in programs]):
            root = f"{base}/{path_name(own)}" if len(programs) > 1 else base
            servers[path_name(own)] = Remote(f"{root}/mcp", token is not None)
    if name != "all":
        return configuration(CLIENTS[name], servers)
    return {
        key: {"client": client.title, "file": client.file, "configuration": configuration(client, servers)}
        for key, client in CLIENTS.items()
    }


def _launch(wanted: Wanted) -> Launch:
    """Return the command that serves the same over stdio, with paths that hold in any folder."""
    from inftool.servers.doors.clients import Launch
    from inftool.specs.bundle import bundled_path

    def whole(text: str) -> str:
        name, equals, path = text.rpartition("=")
        return f"{name}{equals}{Path(path).resolve()}"

    specs = [spec if bundled_path(spec) is not None else str(Path(spec).resolve()) for spec in wanted.specs]
    arguments = ["serve", *specs]
    for option, files in (("--overrides", wanted.overrides), ("--state", wanted.state)):
        arguments += [text for file in files for text in (option, whole(str(file)))]
    arguments += ["--tags", ",".join(wanted.tags)] if wanted.tags else []
    arguments += ["--max-tools", str(wanted.max_tools)] if wanted.max_tools is not None else []
    arguments += ["--seed", str(wanted.seed)] if wanted.seed is not None else []
    beside = Path(sys.executable).with_name("inftool")
    command = str(beside) if beside.is_file() else shutil.which("inftool")
    return Launch(command, arguments) if command else Launch(sys.executable, ["-m", "inftool.cli", *arguments])
