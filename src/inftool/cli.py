"""The command line. Every command is a thin shell: it reads arguments, calls the packages, and prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inftool import __version__
from inftool.errors import explain

if TYPE_CHECKING:
    from inftool.envs.proposals import Limits
    from inftool.envs.task import Kind, Task
    from inftool.envs.workforce import Workforce
    from inftool.servers.program import ServerProgram
    from inftool.servers.proposing import Proposals

app = typer.Typer(
    name="inftool",
    help="Raw API specifications in; stateful MCP servers, certified tasks and better tool-using models out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SpecArgument = Annotated[
    str, typer.Argument(help="A bundled specification (see `inftool specs`), a file, or a compiled program.")
]
SpecsArgument = Annotated[list[str], typer.Argument(help="Bundled specifications, files, or compiled programs.")]
SeedOption = Annotated[int, typer.Option(help="Seed of the rows, the tasks and every choice.")]
PolicyOption = Annotated[
    str, typer.Option(help="Who assists: oracle, null, random, local (the embedded model), local:PATH, openai:MODEL.")
]
UrlOption = Annotated[
    str | None, typer.Option(help="Base URL of the endpoint for openai:MODEL, such as http://localhost:8000/v1.")
]
OverridesOption = Annotated[Path | None, typer.Option(help="YAML file that corrects what was inferred.")]
StateOption = Annotated[
    list[Path] | None, typer.Option(help="JSON or YAML file with the rows to start with; several are merged.")
]
TagsOption = Annotated[str, typer.Option(help="Keep the tools with one of these tags, separated by commas.")]
MaxToolsOption = Annotated[
    int | None, typer.Option(min=1, help="Keep so many tools: those understood best, with what shows their writes.")
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        min=0, help="Worker processes; 0 is one a core (of the cluster, with --ray). By default this process alone."
    ),
]
RayOption = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS", help="Work on this Ray cluster: HOST:PORT, ray://HOST:PORT, auto, or local to start one."
    ),
]
KindsOption = Annotated[str, typer.Option(help="Kinds of task, separated by commas; all by default.")]


def main() -> None:
    """Run the command line; errors become one line and an exit code (2: the user's fault, 1: ours)."""
    try:
        code = app(standalone_mode=False)
    except KeyboardInterrupt:
        typer.echo("interrupted; what was finished is kept", err=True)
        sys.exit(130)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except Exception as error:
        if hasattr(error, "show") and hasattr(error, "exit_code"):
            error.show()
            sys.exit(error.exit_code)
        if isinstance(error, BrokenPipeError):
            sys.stderr.close()
            sys.exit(0)
        explained = explain(error)
        if explained is None:
            raise
        typer.echo(f"inftool: {explained[0]}", err=True)
        sys.exit(explained[1])
    sys.exit(code if isinstance(code, int) else 0)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"inftool {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def specs() -> None:
    """List the bundled specifications.

    Example: inftool specs
    """
    from inftool.specs import bundled, load
    from inftool.terminal import count_table, out

    rows = []
    for split in ("train", "unseen", "twin"):
        for name in bundled(split):
            spec = load(name)
            rows.append((name, spec.title, spec.format, len(spec.tools), split))
    out.print(count_table("Bundled specifications", ("name", "title", "format", "tools", "split"), rows))


@app.command(name="compile")
def compile_(
    spec: SpecArgument,
    out_dir: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write program.json, report.json and, with --state, placement.json here."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    tool: Annotated[
        str | None, typer.Option("--explain", metavar="TOOL", help="Tell the whole story of one tool instead.")
    ] = None,
    overrides: OverridesOption = None,
    state: StateOption = None,
    tags: TagsOption = "",
    max_tools: MaxToolsOption = None,
    llm: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="Let this model of an OpenAI-compatible endpoint propose what is unsure."),
    ] = None,
    base_url: UrlOption = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the rows; 0, or what a compiled program says.")] = None,
) -> None:
    """Compile a specification to a stateful server, and report what was inferred and how surely.

    Example: inftool compile petstore --out build/petstore
    """
    from inftool.servers.comparison import compare
    from inftool.servers.explain import explain as explain_tool
    from inftool.servers.opening import PROGRAM_FILE, open_server
    from inftool.servers.report import report
    from inftool.terminal import out, show_compiled

    opened = open_server(spec, overrides=overrides, state=state, seed=seed, tags=_words(tags), max_tools=max_tools)
    program, changes = opened.program, list(opened.changes)
    proposals = None
    if llm is not None:
        program, proposals = _proposed(program, llm, base_url)
        changes += compare(opened.program, program)
    found = report(program, changes, opened.placement)
    written = [PROGRAM_FILE, "report.json"]
    if out_dir is not None:
        from inftool.trainer.ledger import write_text

        out_dir.mkdir(parents=True, exist_ok=True)
        write_text(out_dir / PROGRAM_FILE, program.model_dump_json(by_alias=True, indent=1) + "\n")
        write_text(out_dir / "report.json", found.model_dump_json(indent=1) + "\n")
        if opened.placement is not None:
            written.append("placement.json")
            write_text(out_dir / "placement.json", opened.placement.model_dump_json(indent=1) + "\n")
        if proposals is not None:
            import yaml

            written += ["proposals.json", "proposals.overrides.yaml"]
            write_text(out_dir / "proposals.json", proposals.model_dump_json(indent=1) + "\n")
            write_text(out_dir / "proposals.overrides.yaml", yaml.safe_dump(proposals.overrides, sort_keys=False))
    if tool is not None:
        out.print(explain_tool(program, tool), markup=False, soft_wrap=True, end="")
    elif as_json:
        typer.echo(found.model_dump_json(indent=1))
    else:
        show_compiled(found)
        if out_dir is not None:
            out.print(f"\nwritten: {', '.join(f'{out_dir}/{name}' for name in written)}", markup=False)


def _proposed(program: ServerProgram, model: str, base_url: str | None) -> tuple[ServerProgram, Proposals]:
    """Let a language model propose overrides, and tell on stderr what became of each."""
    from inftool.agents.endpoint import Endpoint
    from inftool.servers.proposing import propose
    from inftool.terminal import Watch

    with Watch() as watch:
        watch.stage("propose", f"asking {model}", 0)
        changed, proposals = propose(
            program, Endpoint(model, base_url).complete, progress=lambda done, total: watch.advance(done, total=total)
        )
    for proposal in proposals.proposals:
        typer.echo(f"{proposal.tool}: {'kept' if proposal.kept else f'refused: {proposal.reason}'}", err=True)
    if proposals.stopped:
        typer.echo(f"not all tools were asked about: {proposals.stopped}", err=True)
    return changed, proposals


@app.command()
def curate(
    folder: Annotated[Path, typer.Argument(help="A folder of specifications, searched to any depth.")],
    out_dir: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write curation.json and one overrides file a specification here."),
    ] = None,
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="Least cosine at which two tools are near-duplicates.")
    ] = 0.8,
    as_json: Annotated[bool, typer.Option("--json", help="Print the curation as JSON.")] = False,
) -> None:
    """Find near-duplicate tools across a pool of specifications, and keep one of each.

    Example: inftool curate my-specs --out build/curated
    """
    import yaml

    from inftool.servers.curation import curate as curate_pool
    from inftool.servers.curation import overrides_of, report_text
    from inftool.specs.pool import load_pool
    from inftool.terminal import Watch, out

    with Watch() as watch:
        watch.stage("read", "reading", 0)
        pool = load_pool(folder, lambda done, total: watch.advance(done, total=total))
        watch.stage("compare", "comparing", 0)
        curation = curate_pool(pool.specs, threshold, progress=lambda done, total: watch.advance(done, total=total))
    for fault in pool.unread:
        typer.echo(f"not read: {fault}", err=True)
    if out_dir is not None:
        from inftool.trainer.ledger import write_text

        out_dir.mkdir(parents=True, exist_ok=True)
        write_text(out_dir / "curation.json", curation.model_dump_json(indent=1) + "\n")
        for spec in pool.specs:
            if changes := overrides_of(curation, pool.specs, spec):
                write_text(out_dir / f"{spec.name}.overrides.yaml", yaml.safe_dump(changes, sort_keys=False))
    if as_json:
        typer.echo(curation.model_dump_json(indent=1))
    else:
        out.print(report_text(curation), markup=False, soft_wrap=True, end="")
        if out_dir is not None:
            out.print(f"written: {out_dir}/curation.json and an overrides file a specification", markup=False)


@app.command()
def serve(
    spec: SpecsArgument,
    http: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT", help="Serve streamable HTTP there instead of stdio; a port alone is on 127.0.0.1."
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="INFTOOL_TOKEN",
            help="Bearer token that HTTP clients must send; needed where other machines can reach HOST.",
        ),
    ] = None,
    overrides: Annotated[
        list[Path] | None, typer.Option(help="YAML file that corrects what was inferred; of several specs NAME=FILE.")
    ] = None,
    state: Annotated[
        list[Path] | None,
        typer.Option(help="JSON or YAML file with the rows to start with; several are merged; of several NAME=FILE."),
    ] = None,
    tags: TagsOption = "",
    max_tools: MaxToolsOption = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the rows; 0, or what a compiled program says.")] = None,
    config: Annotated[
        str | None,
        typer.Option(
            metavar="CLIENT",
            help="Print the JSON that a client needs to be told of this server, and end: claude-desktop, claude-code, "
            "cursor, vscode, windsurf, zed, gemini-cli, or all.",
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log each call on stderr: tool, status, time.")
    ] = False,
) -> None:
    """Serve specifications as a stateful MCP server, over stdio or streamable HTTP.

    Over HTTP each session has its own rows: /s/NAME/mcp, or /mcp for the session called default. Of several
    specifications each has its name before that (/petstore/mcp); over stdio its tools have (petstore_getPetById).
    What became of the parts of a --state file is told on stderr.

    Example: inftool serve petstore --http 8000
    """
    from inftool.serving import Wanted, client_configuration, open_offers, serve_at, serve_here

    wanted = Wanted(spec, overrides or (), state or (), _words(tags), max_tools, seed)
    if config is not None:
        typer.echo(json.dumps(client_configuration(wanted, config, http, token or None), indent=2))
        return
    from inftool.servers.doors.logs import log_to_stderr

    log_to_stderr(verbose)
    offers = open_offers(wanted)
    if http is None:
        serve_here(offers)
    else:
        serve_at(offers, http, token or None)


@app.command()
def play(
    spec: SpecArgument = "petstore",
    seed: SeedOption = 0,
    kind: Annotated[str | None, typer.Option(help="Kind of task; any by default.")] = None,
    seat: Annotated[str, typer.Option("--as", help="Your seat: assistant or user.")] = "assistant",
    policy: PolicyOption = "oracle",
    base_url: UrlOption = None,
    state: StateOption = None,
) -> None:
    """Play an episode yourself: take the assistant's seat, or the user's with --as user.

    Example: inftool play petstore --seed 3
    """
    from inftool.envs.synthesis import Synthesizer
    from inftool.play import Quit, play_as_assistant, play_as_user
    from inftool.servers.opening import open_server
    from inftool.terminal import out

    if seat not in ("assistant", "user"):
        raise typer.BadParameter(f"{seat!r}: sit as assistant or as user", param_hint="--as")
    opened = open_server(spec, state=state)
    program = opened.program
    if opened.placement is not None:
        typer.echo(opened.placement.to_text(), err=True, nl=False)
    synthesizer = Synthesizer([program], seed, _kinds(kind or ""))
    task = next(synthesizer.tasks(1), None)
    if task is None:
        raise typer.BadParameter(
            f"{program.name} gives no task of that kind; try another --kind or --seed", param_hint="--kind"
        )
    world = synthesizer.world_of(task)
    try:
        if seat == "assistant":
            solved = play_as_assistant(task, world)
        else:
            from inftool.trainer.policies import open_assistant

            solved = play_as_user(task, world, policy, open_assistant(policy, task, seed, base_url))
    except Quit:
        out.print("\n[dim]left[/]")
        raise typer.Exit(0) from None
    raise typer.Exit(0 if solved else 3)


@app.command()
def synth(
    spec: SpecsArgument,
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="Tasks wanted.")] = 100,
    out_dir: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for tasks.jsonl, trajectories.jsonl and summary.json.")
    ] = Path("data"),
    seed: SeedOption = 0,
    kinds: KindsOption = "",
    show: Annotated[int, typer.Option(min=0, help="Print this many of the tasks instead of writing files.")] = 0,
    workers: WorkersOption = None,
    ray: RayOption = None,
) -> None:
    """Synthesize certified tasks, and the oracle's verified trajectories of them.

    The same specifications, count and seed give the same bytes, with any number of workers. A worker that is lost is
    replaced, and its work done again.

    Example: inftool synth petstore conduit -n 500 --out data/first --workers 0
    """
    from inftool.envs.recipe import Recipe, made
    from inftool.envs.synthesis import Tally
    from inftool.servers import open_program
    from inftool.terminal import Watch, count_table, out
    from inftool.trainer import data
    from inftool.trainer.ledger import write_text

    programs = [open_program(name) for name in spec]
    recipe, tally = Recipe(tuple(programs), seed, _kinds(kinds)), Tally()
    tasks: list[Task] = []
    trajectories: list[str] = []
    with _workforce(workers, ray) as workforce, Watch() as watch:
        watch.stage("synth", "Certifying tasks", count)
        for attempt in made(recipe, count, workforce, tally):
            assert attempt.task is not None, "only tasks are made"
            tasks.append(attempt.task)
            trajectories.append(attempt.gold)
            watch.advance(len(tasks))
    summary = data.summary(tasks, tally.proposed, tally.rejected)
    if not tasks:
        raise typer.BadParameter(f"no task could be certified on {', '.join(spec)}; rejects: {dict(tally.rejected)}")
    if show:
        for task in tasks[:show]:
            _show_task(task)
        return
    out_dir.mkdir(parents=True, exist_ok=True)
    data.write_tasks(out_dir / data.TASKS, tasks)
    write_text(out_dir / data.TRAJECTORIES, "".join(trajectories))
    sources = {program.name: source for program, source in zip(programs, spec, strict=True)}
    write_text(out_dir / data.SUMMARY, json.dumps({**summary, "seed": seed, "sources": sources}, indent=1) + "\n")
    out.print(count_table("Tasks", ("kind", "tasks"), summary["by_kind"].items()))
    out.print(count_table("Rejected proposals", ("reason", "proposals"), summary["rejected"].items()))
    short = f" (of {count} wanted: the supply of this seed is used up)" if len(tasks) < count else ""
    out.print(
        f"{len(tasks)} tasks{short}, {summary['certified_share']:.0%} of {tally.proposed} proposals, in {out_dir}",
        markup=False,
    )


@app.command()
def train(
    data_dir: Annotated[
        Path, typer.Argument(metavar="DATA", help="Folder with tasks.jsonl, as `inftool synth` writes it.")
    ],
    out_dir: Annotated[Path, typer.Option("--out", "-o", help="Folder for the trained policy.")] = Path("policy"),
    method: Annotated[str, typer.Option(help="sft (gold trajectories) or grpo (live episodes).")] = "sft",
    model: Annotated[str, typer.Option(help="Where to start: embedded, or the folder of a model.")] = "embedded",
    seed: SeedOption = 0,
) -> None:
    """Train a policy on synthesized tasks, by supervised fine-tuning or GRPO.

    Example: inftool train data/first --out policies/first
    """
    from inftool.terminal import Watch, out
    from inftool.trainer.training import train_policy

    if method not in ("sft", "grpo"):
        raise typer.BadParameter(f"{method!r}: choose sft or grpo", param_hint="--method")
    with Watch() as watch:
        watch.stage("train", f"Training by {method.upper()}", 1)
        report = train_policy(data_dir, out_dir, method, model, seed, watch.on_step)
    for name, value in report.items():
        out.print(f"{name:>16}  {value}", markup=False)
    out.print(f"policy in {out_dir}", markup=False)


@app.command(name="eval")
def eval_(
    spec: Annotated[list[str] | None, typer.Argument(help="Specifications; the unseen split by default.")] = None,
    policy: Annotated[
        list[str] | None, typer.Option(help="Policies, one option each; null, random and oracle always stand beside.")
    ] = None,
    count: Annotated[
        int, typer.Option("-n", "--count", min=1, help="Tasks, balanced over kinds and specifications.")
    ] = 240,
    seed: SeedOption = 0,
    kinds: KindsOption = "",
    base_url: UrlOption = None,
    out_dir: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write scores.json and the trajectories there.")
    ] = None,
) -> None:
    """Measure policies on certified tasks: strict success with 95 % intervals.

    Example: inftool eval conduit museum --policy local:runs/default/policy -n 100
    """
    from inftool.servers import open_program
    from inftool.specs import bundled
    from inftool.terminal import Watch, out, score_table
    from inftool.trainer import data
    from inftool.trainer.evaluation import play_tasks, score
    from inftool.trainer.ledger import write_text
    from inftool.trainer.policies import open_policy
    from inftool.trainer.supply import balanced_tasks, worlds_of

    names = list(dict.fromkeys(["null", "random", "oracle", *(policy or [])]))
    programs = [open_program(name) for name in spec or bundled("unseen")]
    scores = []
    with Watch() as watch:
        policies = [open_policy(name, seed, base_url) for name in names]
        watch.stage("tasks", "Certifying tasks", count)
        tasks, _ = balanced_tasks(programs, _kinds(kinds), count, seed, _limits(), watch.advance)
        worlds = worlds_of(programs, tasks)
        for player in policies:
            watch.stage("eval", f"Evaluating {player.name}", len(tasks))
            trajectories = play_tasks(player, tasks, worlds, watch.advance)
            scores.append(score(player.name, tasks, trajectories))
            if out_dir is not None:
                rows = (data.trajectory_row(*pair) for pair in zip(tasks, trajectories, strict=True))
                out_dir.mkdir(parents=True, exist_ok=True)
                data.write_jsonl(out_dir / f"{player.name.replace('/', '-').replace(':', '-')}.jsonl", rows)
    out.print(score_table(scores, f"{len(tasks)} tasks on {', '.join(program.name for program in programs)}"))
    if out_dir is not None:
        write_text(out_dir / "scores.json", json.dumps([item.model_dump() for item in scores], indent=1) + "\n")
    faults = sum(item.outcomes.get("infrastructure", 0) for item in scores)
    if faults:
        from inftool.terminal import err

        err.print(
            f"{faults} episodes were not scored: the policy could not be asked ({_first_fault(trajectories)})",
            markup=False,
        )
        raise typer.Exit(1)


@app.command()
def loop(
    config: Annotated[
        Path | None, typer.Argument(help="TOML file; the defaults run on two CPU cores in a quarter of an hour.")
    ] = None,
    out_dir: Annotated[
        Path, typer.Option("--out", "-o", help="Run folder; a run that was interrupted goes on in it.")
    ] = Path("runs/default"),
    seed: Annotated[int | None, typer.Option(help="Overrides the configuration's seed.")] = None,
) -> None:
    """Run the whole loop: compile, synthesize, train, evaluate, find gaps, round after round; then report.

    Example: inftool loop --out runs/first
    """
    from inftool.terminal import Watch, out, show_report
    from inftool.trainer.config import read_config
    from inftool.trainer.loop import Loop
    from inftool.trainer.report import read_report

    settings = read_config(config)
    if seed is not None:
        settings = settings.model_copy(update={"seed": seed})
    with Watch() as watch:
        folder = Loop(settings, out_dir, watch).run()
    show_report(read_report(folder))
    out.print(f"\nreport: {folder}/report.html    policy: {folder}/policy", markup=False)
    out.print(f"play it: inftool play conduit --as user --policy local:{folder}/policy", markup=False)


@contextmanager
def _workforce(workers: int | None, ray: str | None) -> Iterator[Workforce]:
    """Open what does the work: this process, worker processes, or a Ray cluster."""
    from inftool.envs.workforce import Here, LocalWorkers

    if ray is None:
        yield Here() if workers in (None, 1) else LocalWorkers(workers or 0)
        return
    from inftool.envs.adapters.ray import RayWorkers

    cluster = RayWorkers(ray, workers or 0)
    try:
        yield cluster
    finally:
        cluster.close()


def _words(text: str) -> list[str]:
    """Split a list with commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def _kinds(text: str) -> tuple[Kind, ...]:
    """Read a comma-separated list of kinds; nothing means all."""
    from inftool.envs.task import KINDS

    names = _words(text)
    unknown = [name for name in names if name not in KINDS]
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}: the kinds are {', '.join(KINDS)}")
    return tuple(kind for kind in KINDS if kind in names) or KINDS


def _limits() -> Limits:
    from inftool.agents.prompt import CompactFormat
    from inftool.trainer.supply import prompt_limits

    return prompt_limits(CompactFormat())


def _show_task(task: Task) -> None:
    from inftool.terminal import out, show_message

    out.rule(f"{task.spec} · {task.kind} · {task.operation} · {len(task.tools)} tools · {task.id}", align="left")
    out.print(f"     [magenta]user[/] {task.agenda.request}".replace("[/] [", "[/] \\["), soft_wrap=True)
    for slot in task.agenda.slots:
        out.print(f"     if asked for the {' '.join(slot.words[:3])}: {slot.sentence}", style="dim", markup=False)
    for message in task.gold:
        show_message(message)


def _first_fault(trajectories: list[Any]) -> str:
    return next((item.verdict.note for item in trajectories if item.verdict.note), "no reason given")


if __name__ == "__main__":
    main()
