"""What things take, against named others, in one run: `python benchmarks/performance.py [--quick] [--python PATH ...]`.

Prints a table of medians and ratios and writes it to docs/performance.md. The contestants take turns in rounds. Others
whose packages are installed in this interpreter's environment, or in that of a `--python`, take part; the rest is n/a.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import contests
from contest import Outcome, compete, markdown
from rivals import Rivals

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


async def measure(rivals: Rivals, folder: Path, quick: bool) -> list[Outcome]:
    """Hold all contests, group by group; prints each as it ends."""
    outcomes = []
    for group in contests.GROUPS:
        with ExitStack() as stack:
            began = time.perf_counter()
            for contest in group(contests.Setting(rivals, folder, quick, stack)):
                outcomes.append(await compete(contest))
            print(f"{group.__name__}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return outcomes


def heading(rivals: Rivals) -> str:
    """Return the machine and the versions."""
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = next(iter(names), model)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    own = {name: version(name) for name in ("inftool", "mcp", "uvicorn", "starlette", "apsw", "gymnasium")}
    named = ", ".join(f"{name} {value}" for name, value in (own | rivals.versions).items())
    return (
        f"{os.cpu_count()} cores ({model}), {platform.system()}, Python {platform.python_version()}; "
        f"load before the run {load}; {datetime.now(UTC):%Y-%m-%d}\n\n{named}"
    )


def verdicts(outcomes: list[Outcome]) -> str:
    """Return which numbers hold, and which do not."""
    lines = []
    for outcome in outcomes:
        if outcome.held is not None:
            contest = outcome.contest
            first = next(iter(contest.contestants))
            sign = "at least" if contest.unit == "/s" else "at most"
            lines.append(
                f"- {contest.what}: {sign} {contest.hold:g} {contest.unit}, measured {outcome.median(first):.3g}: "
                f"**{'holds' if outcome.held else 'does not hold'}**"
            )
    for what, name in (
        (contests.MANY_RAW, "raw clients"),
        (contests.MANY_SDK, "the SDK's clients"),
    ):
        found = next((outcome for outcome in outcomes if outcome.contest.what == what), None)
        ours, theirs = (found.median(contests.OURS), found.median(contests.SDK)) if found else (None, None)
        if ours is not None and theirs is not None:
            lines.append(
                f"- 32 concurrent HTTP clients ({name}) get at least the throughput of the server written by hand with "
                f"the SDK: {ours:.0f} to {theirs:.0f} calls a second: "
                f"**{'holds' if ours >= theirs else 'does not hold'}**"
            )
    return "\n".join(lines)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds: about 3 minutes")
    parser.add_argument(
        "--python", action="append", default=[], metavar="[NAME=]PATH",
        help="the interpreter of another environment, where others are installed; several times for several",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=PAGE, help="the page that is written")
    given = parser.parse_args()
    interpreters = [sys.executable, *(text.rpartition("=")[2] for text in given.python)]
    began = time.perf_counter()
    with _folder() as folder, Rivals(interpreters, folder) as rivals:
        head = heading(rivals)
        outcomes = asyncio.run(measure(rivals, folder, given.quick))
    took = time.perf_counter() - began
    others = "".join(
        f" --python {text.partition('=')[0] if '=' in text else 'ENVIRONMENT'}=..." for text in given.python
    )
    command = f"python benchmarks/performance.py{' --quick' if given.quick else ''}{others}"
    page = "\n\n".join([
        "# What things take",
        f"Made by `{command}` in {took:.0f} seconds.",
        head,
        contests.ABOUT,
        markdown(outcomes),
        "## The numbers to hold",
        "As design.md, section 9, and the issues name them; one run on a shared machine.",
        verdicts(outcomes),
    ])  # fmt: skip
    print(page)
    given.out.write_text(page + "\n")


if __name__ == "__main__":
    main()
