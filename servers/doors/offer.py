"""What a door offers of one program: its tools, and what people read and ask about it."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from inftool.servers.doors.prompts import Prompt, row_prompt
from inftool.servers.doors.resources import Resources, Shelf, Source
from inftool.servers.opening import Opened, source_suffix, source_text
from inftool.servers.program import ServerProgram
from inftool.servers.report import Report, report
from inftool.servers.runtime.kernel import Kernel

MAX_NAME = 64
"""Characters of a tool's name that every client takes."""


MIME_TYPES = {
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".graphql": "application/graphql",
}
"""What the text of a specification is, by its file's suffix."""


@dataclass(frozen=True)
class Offer:
    """One program to be served.

    Args:
        kernel: runs it.
        source: the specification as it was read; None where it is not at hand.
        make_report: makes the compile report, when it is first read; None for the report of the program alone.
        prompts: further prompts, such as sample tasks.
        further: more to read than the program's own resources.
        prefix: what the names of its tools and prompts begin with, where several programs are served together.
    """

    kernel: Kernel
    source: Source | None = None
    make_report: Callable[[], Report] | None = None
    prompts: tuple[Prompt, ...] = ()
    further: tuple[Shelf, ...] = ()
    prefix: str = ""

    @property
    def program(self) -> ServerProgram:
        """The compiled server."""
        return self.kernel.program

    @property
    def label(self) -> str:
        """The program's name as it stands in a path."""
        return path_name(self.program.name)

    @cached_property
    def resources(self) -> Resources:
        """What is to be read."""
        return Resources(self.program, self.source, self.make_report or (lambda: report(self.program)))

    @property
    def shelves(self) -> tuple[Shelf, ...]:
        """Everything to be read: the program's own resources first."""
        return self.resources, *self.further

    @cached_property
    def tools(self) -> dict[str, str]:
        """The program's tools by the name that clients use."""
        return {prefixed(self.prefix, tool["name"]): tool["name"] for tool in self.kernel.tools()}

    @cached_property
    def all_prompts(self) -> dict[str, Prompt]:
        """The prompts by the name that clients use."""
        own = (row_prompt(self.program),) if self.program.entities else ()
        return {prefixed(self.prefix, prompt.name): prompt for prompt in (*self.prompts, *own)}


def offer_of(opened: Opened, source: str | os.PathLike[str], seed: int | None = None) -> Offer:
    """Return the offer of a program that was opened.

    Args:
        opened: the program, and how it came to be.
        source: what it was opened from.
        seed: of the rows; the program's own if None.

    Raises:
        SpecError: the specification cannot be read any more.
    """
    text = source_text(source)
    mime_type = MIME_TYPES.get(source_suffix(source), "text/plain")
    return Offer(
        Kernel(opened.program, seed),
        source=None if text is None else Source(text, mime_type),
        make_report=lambda: report(opened.program, list(opened.changes), opened.placement),
    )


def path_name(name: str) -> str:
    """Write a program's name with letters, digits, underscores and hyphens alone."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:MAX_NAME] or "program"


def prefixed(prefix: str, name: str) -> str:
    """Return a tool's name after its program's; one that gets too long ends in a hash of the whole."""
    whole = f"{prefix}_{name}" if prefix else name
    if not prefix or len(whole) <= MAX_NAME:
        return whole
    return f"{whole[: MAX_NAME - 7]}_{hashlib.sha256(whole.encode()).hexdigest()[:6]}"


def distinct(names: Sequence[str]) -> list[str]:
    """Return names of which no two are equal: a second ``shop`` is ``shop_2``."""
    taken, found = Counter(names), []
    for name in names:
        free, number = name, 1
        while free in found or (free != name and free in taken):
            number += 1
            free = f"{name}_{number}"
        found.append(free)
    return found
