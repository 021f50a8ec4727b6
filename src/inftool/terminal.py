"""What the terminal shows: tables, progress and dialogues."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from inftool.envs.render import printable

if TYPE_CHECKING:
    from inftool.agents.message import Message, Tool
    from inftool.envs.reward import Verdict
    from inftool.servers.report import OperationRow
    from inftool.servers.report import Report as CompileReport
    from inftool.trainer.evaluation import Rate, Score
    from inftool.trainer.ledger import Step
    from inftool.trainer.report import Report

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

MAX_RESULT = 2000
"""Characters of a tool's result that are shown to a person."""
_PLAIN_EVERY = 15.0
"""Seconds between lines of progress where there is no terminal to draw a bar on."""


class Watch:
    """Shows the stages of a run: a bar on a terminal, a line now and then in a log."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}", style="dim"),
            console=err,
            transient=True,
        )
        self._bars = err.is_terminal
        self._task: TaskID | None = None
        self._text = ""
        self._total = 0
        self._said = 0.0
        self._began = time.monotonic()

    def __enter__(self) -> Watch:
        if self._bars:
            self._progress.start()
        return self

    def __exit__(self, *failure: object) -> None:
        if self._bars:
            self._progress.stop()

    def stage(self, name: str, text: str, total: int) -> None:
        """Begin a stage."""
        self._text, self._total, self._said = text, total, time.monotonic()
        if self._bars:
            self._task = self._progress.add_task(text, total=total, note="")
        else:
            err.print(f"{self._clock()} {text} ...")

    def advance(self, done: int, note: str = "", total: int | None = None) -> None:
        """Say how far the stage is."""
        self._total = total or self._total
        if self._bars and self._task is not None:
            self._progress.update(self._task, completed=done, note=note, total=self._total)
        elif time.monotonic() - self._said >= _PLAIN_EVERY:
            self._said = time.monotonic()
            err.print(f"{self._clock()}   {done}/{self._total} {note}".rstrip())

    def on_step(self, step: int, total: int, metrics: Mapping[str, float]) -> None:
        """Show an optimizer step."""
        self.advance(step, step_note(metrics), total)

    def finished(self, step: Step, reused: bool) -> None:
        """End a stage with one line."""
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None
        mark = "[dim]done before[/]" if reused else f"[green]done[/] in {step.seconds:.0f} s"
        err.print(f"{self._clock()} {step.name}: {mark}{_about(step)}")

    def _clock(self) -> str:
        seconds = int(time.monotonic() - self._began)
        return f"[dim]{seconds // 60:3d}:{seconds % 60:02d}[/]"


def step_note(metrics: Mapping[str, float]) -> str:
    """Return the figures of an optimizer step that tell how it goes."""
    return "  ".join(f"{name} {metrics[name]:.3f}" for name in ("loss", "reward") if name in metrics)


def _about(step: Step) -> str:
    """Say the one figure of a step that people wait for."""
    metrics = step.metrics
    if "score" in metrics:
        overall = metrics["score"]["overall"]
        return f"  strict success {overall['rate']:.1%} ({overall['solved']} of {overall['count']})"
    if "certified_share" in metrics:
        return f"  {metrics['tasks']} tasks certified of {metrics['proposed']} proposed"
    if "programs" in metrics:
        return (
            f"  {len(metrics['programs'])} servers, {sum(row['tools'] for row in metrics['programs'].values())} tools"
        )
    if "last_loss" in metrics:
        return f"  {metrics['dialogues']} dialogues, loss {metrics['first_loss']:.2f} → {metrics['last_loss']:.2f}"
    if "gaps" in metrics:
        return f"  {len(metrics['gaps'])} cells"
    return ""


def percent(rate: Rate) -> str:
    """Write a rate with its 95 % interval."""
    return f"{100 * rate.rate:.1f} [dim]({100 * rate.low:.0f}–{100 * rate.high:.0f})[/]" if rate.count else "–"


def score_table(scores: Sequence[Score], title: str) -> Table:
    """Return policies by kinds: strict success in percent with 95 % intervals."""
    kinds = list(dict.fromkeys(kind for score in scores for kind in score.by_kind))
    table = Table(
        title=title,
        title_justify="left",
        caption="strict success in %, greedy decoding, 95 % intervals (Wilson)",
        caption_justify="left",
    )
    table.add_column("policy")
    table.add_column("all", justify="right")
    for kind in kinds:
        table.add_column(kind.replace("_", " "), justify="right")
    for score in scores:
        cells = [percent(score.by_kind[kind]) if kind in score.by_kind else "–" for kind in kinds]
        table.add_row(escape(score.policy), f"[bold]{percent(score.overall)}[/]", *cells)
    return table


def count_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """Return a plain table; numbers stand on the right."""
    rows = [list(row) for row in rows]
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        right = bool(rows) and all(isinstance(row[place], int | float) for row in rows)
        table.add_column(column, justify="right" if right else "left")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    return table


def show_tools(tools: Sequence[Tool]) -> None:
    """Print the tools on offer, a signature a line."""
    from inftool.agents.prompt import CompactFormat

    form = CompactFormat()
    for tool in tools:
        signature, _, doc = form.signature(tool).partition("  # ")
        out.print(f"  [cyan]{escape(printable(signature))}[/]  [dim]{escape(printable(doc))}[/]")


def show_message(message: Message) -> None:
    """Print one message of a dialogue."""
    from inftool.agents.prompt import CompactFormat, write_calls

    if message.role == "assistant" and message.tool_calls:
        out.print(f"[green]assistant[/] {escape(printable(write_calls(message.tool_calls)))}")
    elif message.role == "tool":
        text = CompactFormat(max_result=MAX_RESULT).result(message.content)
        out.print(f"   [yellow]result[/] {escape(printable(text))}", soft_wrap=True)
    else:
        color = {"user": "magenta", "assistant": "green"}.get(message.role, "white")
        out.print(f"[{color}]{message.role:>9}[/] {escape(printable(message.content))}")


def show_verdict(verdict: Verdict) -> None:
    """Print what an episode changed, each gate of the reward, and the outcome."""
    out.rule("what changed")
    for change in verdict.changes:
        name = f"{change.entity} {change.parent}/{change.key}".replace(" /", " ")
        if change.kind == "update":
            before, after = change.before or {}, change.after or {}
            fields = [f for f in sorted(before.keys() | after.keys()) if before.get(f) != after.get(f)]
            out.print(f"  [yellow]~[/] {escape(printable(name))}")
            for field in fields:
                out.print(f"      {escape(printable(f'{field}: {before.get(field)!r} → {after.get(field)!r}'))}")
        else:
            mark, row = ("[green]+[/]", change.after) if change.kind == "insert" else ("[red]-[/]", change.before)
            out.print(f"  {mark} {escape(printable(f'{name} {row}'))}")
    if not verdict.changes:
        out.print("  [dim]nothing[/]")
    out.rule("reward")
    for gate in verdict.gates:
        mark = "[green]open[/]" if gate.open else "[red]shut[/]"
        out.print(f"  {gate.name:<14} {mark}  [dim]{escape(printable(gate.why))}[/]")
    reward = "not scored" if verdict.strict is None else f"{verdict.strict:.0f}"
    staged = "" if verdict.staged is None else f"  [dim](staged {verdict.staged:.2f})[/]"
    out.print(f"  [bold]{verdict.outcome}[/], reward {reward}{staged} {escape(printable(verdict.note))}")


def show_compiled(report: CompileReport) -> None:
    """Print a compile report: tables on a terminal, plain text where there is none."""
    from inftool.servers.report import CONFIDENCES, problem_lines

    if not out.is_terminal:
        out.print(report.to_text(), markup=False, soft_wrap=True, end="")
        return
    out.print(f"[bold]{escape(report.title or report.name)}[/]  [dim]{report.name}, program {report.digest}[/]\n")
    if report.entities:
        rows = [
            (
                e.name,
                e.key or "(single)",
                e.parent or "",
                e.fields,
                e.operations,
                "made up" if e.given is None else e.given,
            )
            for e in report.entities
        ]
        out.print(count_table("Entities", ("name", "key", "below", "fields", "operations", "rows given"), rows))
    table = Table(title="Operations", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in ("tool", "kind", "entity", "sure"):
        table.add_column(column, overflow="fold", no_wrap=column in ("kind", "sure"), max_width=34)
    table.add_column("why, and what was guessed", ratio=1)
    for row in report.operations:
        _add_operation(table, row, "")
        for case in row.cases:
            _add_operation(table, case, "  ")
    out.print(table)
    if report.changes:
        changes = [(f"{c.place}.{c.field}".rstrip("."), c.before or "–", c.after or "–") for c in report.changes]
        out.print(count_table("Changed by the overrides", ("what", "before", "after"), changes))
    if report.placement is not None:
        out.print(report.placement.to_text(out.width), markup=False)
    if report.by_kind_and_confidence:
        totals = [
            (kind, *(counts.get(sure, 0) for sure in CONFIDENCES), sum(counts.values()))
            for kind, counts in report.by_kind_and_confidence.items()
        ]
        out.print(count_table("Operations by kind and confidence", ("kind", *CONFIDENCES, "all"), totals))
    out.print(report.summary(), markup=False)
    for line in problem_lines(report):
        out.print(line, style="yellow", markup=False)


def _add_operation(table: Table, row: OperationRow, indent: str) -> None:
    color = {"high": "green", "medium": "yellow", "low": "red"}[row.confidence]
    sure = "" if row.kind in ("opaque", "dispatch") else f"[{color}]{row.confidence}[/]"
    why = [f"[dim]{' '.join(row.rules)}[/]"] if row.rules else []
    why += ["[red]fallback[/]"] if row.fallback else []
    lines = [" ".join(why)] if why else []
    lines += [escape(printable(note)) for note in row.notes]
    about = row.entity or row.detail or "–"
    table.add_row(f"{indent}{escape(row.tool)}", row.kind, escape(about), sure, "\n".join(lines))


def show_report(report: Report) -> None:
    """Print the tables of a finished run."""
    out.print()
    out.print(score_table(report.scores, "Unseen specifications"))
    rows = [
        (
            gain.stage,
            f"{100 * gain.before:.1f}",
            f"{100 * gain.after:.1f}",
            f"{gain.points:+.1f}",
            gain.gained,
            gain.lost,
            gain.p_text,
        )
        for gain in report.gains
    ]
    columns = ("stage", "before", "after", "points", "newly solved", "newly failed", "p (McNemar)")
    out.print()
    out.print(count_table("What each stage added", columns, rows))
    rejected: dict[str, int] = {}
    for task in report.tasks:
        for reason, count in task["rejected"].items():
            rejected[reason] = rejected.get(reason, 0) + count
    made = sum(task["tasks"] for task in report.tasks)
    proposed = sum(task["proposed"] for task in report.tasks)
    out.print()
    out.print(
        count_table(
            f"{made} tasks certified of {proposed} proposals; rejected:",
            ("reason", "proposals"),
            sorted(rejected.items(), key=lambda item: -item[1]),
        )
    )
