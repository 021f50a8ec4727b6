"""``python -m tests.reference``: how far the compiled servers agree with the hand-written ones."""

from __future__ import annotations

import argparse
import sys
import traceback
from pathlib import Path

from .domain import Domain, load_domains
from .replay import Score, ToolScore, grouped, replay, shares

COLUMNS = ("outcome", "refused", "present", "equal", "reads", "written")
FOLDER = Path(__file__).parent / "domains"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--domains", type=Path, default=FOLDER, help="folder with one Python file a domain")
    parser.add_argument("--only", default="", help="only the domain of this name")
    parser.add_argument("--sequences", type=int, default=60, help="sequences a domain")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bare", action="store_true", help="do not give the compiled servers the initial states")
    parser.add_argument("--tools", action="store_true", help="print every tool")
    parser.add_argument("--out", type=Path, help="folder for a file of disagreements a domain")
    options = parser.parse_args()
    total = ToolScore()
    _say(f"{'':26}{'calls':>7}" + "".join(f"{column:>9}" for column in COLUMNS))
    for domain in load_domains(options.domains):
        if options.only not in ("", domain.name):
            continue
        score = _scored(domain, options)
        if score is None:
            continue
        total.add(score.total)
        _print_row(score.domain, score.total)
        if options.tools:
            for tool, one in score.tools.items():
                _print_row(f"  {tool}"[:25], one, f"  {one.kind}, {one.succeeded} taken")
        rare = [tool for tool, one in score.tools.items() if one.succeeded < 3]
        if rare:
            _say(f"    hardly called: {', '.join(rare)}")
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            (options.out / f"{score.domain}.txt").write_text(_disagreements(score))
    _print_row("all", total)


def _scored(domain: Domain, options: argparse.Namespace) -> Score | None:
    try:
        return replay(domain, options.sequences, options.seed, given=not options.bare)
    except Exception:
        _say(f"{domain.name}: not compiled or not run; {traceback.format_exc().splitlines()[-1][:300]}")
        return None


def _print_row(name: str, total: ToolScore, more: str = "") -> None:
    found = shares(total)
    _say(f"{name:26}{total.calls:7}" + "".join(f"{100 * found[column]:9.1f}" for column in COLUMNS) + more)


def _disagreements(score: Score) -> str:
    lines = []
    for (tool, cause), group in grouped(score).items():
        one = group[0]
        lines.append(f"{len(group):4}x {tool} [{score.tools[tool].kind}]: {cause}")
        lines += [f"      call      {one.call}", f"      reference {one.expected}", f"      compiled  {one.got}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
