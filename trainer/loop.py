"""The closed loop: rounds of synthesize, learn, evaluate and find gaps, in one resumable run folder.

Each stage is a step of the :class:`~inftool.trainer.ledger.Ledger`, named by what it is made from, so a run that is
killed goes on from its last finished step, and a changed configuration redoes exactly what depends on the change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any, Protocol

from inftool.agents.prompt import CompactFormat
from inftool.envs.proposals import Limits
from inftool.envs.task import Task
from inftool.servers import open_program
from inftool.servers.program import ServerProgram
from inftool.servers.report import report as compile_report
from inftool.servers.restyle import STYLES, restyled
from inftool.trainer import data
from inftool.trainer.config import LoopConfig, RoundConfig
from inftool.trainer.evaluation import play_tasks, score
from inftool.trainer.gaps import Gap, find_gaps, weights
from inftool.trainer.ledger import CHECKPOINTS, Ledger, Step, write_text
from inftool.trainer.policies import LocalPolicy, Policy, open_policy
from inftool.trainer.supply import balanced_tasks, prompt_limits, steered_tasks, worlds_of

UNSEEN_SEED = 7_919
"""Added to the run's seed for evaluation tasks, so that they never share worlds with training."""
ROUND_SEED = 104_729
"""Added for each round."""
ROLLOUTS = "rollouts.jsonl"
"""What became of each rollout of a GRPO stage."""
POLICY = "policy"
"""Folder of the weights within a training step."""


class Watcher(Protocol):
    """Sees what a run is doing; the command line shows it."""

    def stage(self, name: str, text: str, total: int) -> None:
        """Begin a stage of ``total`` parts."""
        ...

    def advance(self, done: int, note: str = "") -> None:
        """Say how many parts of the stage are done."""
        ...

    def on_step(self, step: int, total: int, metrics: Mapping[str, float]) -> None:
        """Show an optimizer step."""
        ...

    def finished(self, step: Step, reused: bool) -> None:
        """End a stage; ``reused`` if it was found finished."""
        ...


class Loop:
    """One run."""

    def __init__(self, config: LoopConfig, folder: Path, watcher: Watcher) -> None:
        """Prepare the run; nothing is computed yet."""
        self.config = config
        self.ledger = Ledger(folder)
        self.watcher = watcher
        self.format = CompactFormat()
        self.limits: Limits = prompt_limits(self.format, config.max_arguments, config.max_signature)
        self._programs: dict[str, ServerProgram] = {}
        self._train: list[ServerProgram] = []
        self._loaded: tuple[str, Any, Any] | None = None
        self._number = 0

    def run(self) -> Path:
        """Do what is not done yet, and write the report.

        Returns:
            The run folder, with ``report.json``, ``report.html`` and the last policy under ``policy``.

        Raises:
            SpecError: a specification cannot be read.
            RunError: the folder is in use, or the disk is full.
            ModuleNotFoundError: the training extra is not installed.
        """
        from inftool.trainer.report import build_report, render_html

        with self.ledger.locked():
            compiled = self._compile()
            unseen = self._unseen_tasks(compiled)
            self._baselines(unseen)
            self._evaluate("base", None, unseen)
            policy: Step | None = None
            gaps: Step | None = None
            tasks: dict[int, Step] = {}
            stages = [
                (number, label)
                for number, settings in enumerate(self.config.rounds, 1)
                for label, count in (("SFT", settings.sft_tasks), ("GRPO", settings.grpo_tasks))
                if count
            ]
            for (number, label), later in zip_longest(stages, stages[1:]):
                settings = self.config.rounds[number - 1]
                if number not in tasks:
                    tasks[number] = self._round_tasks(number, settings, compiled, gaps)
                train = self._sft if label == "SFT" else self._grpo
                policy = train(number, settings, tasks[number], policy)
                if label == "GRPO":
                    gaps = self._find_gaps(number, tasks[number], policy)
                if later is None or later[1] != label:
                    self._evaluate(f"round {number} {label}", policy, unseen)
            report = build_report(self.ledger, self.config)
            write_text(self.ledger.folder / "report.json", report.model_dump_json(indent=1))
            write_text(self.ledger.folder / "report.html", render_html(report, self.ledger))
            if policy is not None:
                self._link_policy(policy)
        return self.ledger.folder

    # --- stages

    def _compile(self) -> Step:
        names = [*self.config.train, *self.config.unseen]

        def make(folder: Path) -> dict[str, Any]:
            rows = {}
            for done, name in enumerate(names):
                self.watcher.advance(done, name)
                program = open_program(name)
                write_text(folder / f"{program.name}.json", program.model_dump_json(by_alias=True, indent=1))
                kinds = compile_report(program).by_kind
                rows[program.name] = {
                    "split": "train" if name in self.config.train else "unseen",
                    "tools": len(program.operations),
                    "entities": len(program.entities),
                    "kinds": kinds,
                    "problems": len(program.problems),
                    "source": name,
                }
            return {"programs": rows}

        step = self._step(
            "compile",
            f"Compiling {len(names)} specifications",
            len(names),
            {"specs": names, "sources": self._sources(names)},
            make,
        )
        for name in step.metrics["programs"]:
            text = (self.ledger.path(step.name) / f"{name}.json").read_text(encoding="utf-8")
            self._programs[name] = ServerProgram.model_validate_json(text)
        for place, program in enumerate(self._split(step, "train")):
            self._train.append(program)
            for turn in range(self.config.styles):
                self._train.append(restyled(program, STYLES[(place + turn) % len(STYLES)]))
        self._programs |= {program.name: program for program in self._train}
        return step

    @staticmethod
    def _sources(names: Sequence[str]) -> list[str]:
        """Return what the programs depend on: the digests of the specifications as this version compiles them."""
        return [open_program(name).digest for name in names]

    def _split(self, compiled: Step, split: str) -> list[ServerProgram]:
        return [self._programs[name] for name, row in compiled.metrics["programs"].items() if row["split"] == split]

    def _unseen_tasks(self, compiled: Step) -> Step:
        config = self.config

        def make(folder: Path) -> dict[str, Any]:
            tasks, tally = balanced_tasks(
                self._split(compiled, "unseen"),
                config.kinds,
                config.evaluation_tasks,
                config.seed + UNSEEN_SEED,
                self.limits,
                self.watcher.advance,
            )
            data.write_tasks(folder / data.TASKS, tasks)
            return data.summary(tasks, tally.proposed, tally.rejected)

        inputs = {
            "programs": compiled.digest,
            "config": config.model_dump(
                include={"seed", "kinds", "evaluation_tasks", "max_arguments", "max_signature"}
            ),
            "format": repr(self.format),
        }
        return self._step(
            "unseen-tasks", "Certifying tasks on unseen specifications", config.evaluation_tasks, inputs, make
        )

    def _baselines(self, unseen: Step) -> None:
        for name in ("null", "random", "oracle"):
            play = partial(open_policy, name, self.config.seed)
            self._score(f"eval-{name}", name, unseen, {"policy": name}, play)

    def _evaluate(self, label: str, policy: Step | None, unseen: Step) -> None:
        name = f"eval-{label.replace(' ', '-').lower()}"
        inputs = {"policy": policy.digest if policy else self.config.model}

        def play() -> LocalPolicy:
            return LocalPolicy(label, *self._load(policy), seed=self.config.seed)

        self._score(name, label, unseen, inputs, play)

    def _score(self, name: str, label: str, unseen: Step, inputs: dict[str, Any], policy: Callable[[], Policy]) -> None:
        tasks = self._tasks(unseen)

        def make(folder: Path) -> dict[str, Any]:
            worlds = worlds_of(self._programs.values(), tasks)
            fruitless = self.config.max_fruitless
            trajectories = play_tasks(policy(), tasks, worlds, self.watcher.advance, fruitless)
            pairs = zip(tasks, trajectories, strict=True)
            data.write_jsonl(folder / data.TRAJECTORIES, (data.trajectory_row(*pair) for pair in pairs))
            return {"score": score(label, tasks, trajectories).model_dump()}

        inputs = {**inputs, "tasks": unseen.digest, "max_fruitless": self.config.max_fruitless}
        self._step(name, f"Evaluating {label} on unseen specifications", len(tasks), inputs, make)

    def _round_tasks(self, number: int, config: RoundConfig, compiled: Step, gaps: Step | None) -> Step:
        count = config.sft_tasks + config.grpo_tasks
        found = [Gap.model_validate(gap) for gap in gaps.metrics["gaps"]] if gaps else []

        def make(folder: Path) -> dict[str, Any]:
            seed = self.config.seed + ROUND_SEED * number
            programs = self._train
            tasks, tally = steered_tasks(
                programs, self.config.kinds, count, seed, self.limits, weights(found), self.watcher.advance
            )
            data.write_tasks(folder / data.TASKS, tasks)
            return data.summary(tasks, tally.proposed, tally.rejected)

        inputs = {
            "styles": self.config.styles,
            "programs": compiled.digest,
            "gaps": gaps.digest if gaps else "",
            "count": count,
            "seed": self.config.seed,
            "kinds": self.config.kinds,
            "limits": [self.config.max_arguments, self.config.max_signature],
            "format": repr(self.format),
        }
        return self._step(
            f"round-{number}-1-tasks", f"Round {number}: certifying tasks on train specifications", count, inputs, make
        )

    def _sft(self, number: int, config: RoundConfig, tasks_step: Step, policy: Step | None) -> Step:
        def make(folder: Path) -> dict[str, Any]:
            from inftool.trainer.training import learn_gold

            tasks = self._tasks(tasks_step)[: config.sft_tasks]
            model, tokenizer = self._load(policy)
            settings = self._seeded(self.config.sft, number)
            worlds = worlds_of(self._programs.values(), tasks)
            report = learn_gold(model, tokenizer, tasks, worlds, settings, folder / CHECKPOINTS, self.watcher.on_step)
            self._save(folder, model, tokenizer)
            return report.model_dump()

        inputs = {
            "tasks": tasks_step.digest,
            "policy": policy.digest if policy else self.config.model,
            "sft": self.config.sft.model_dump(),
            "count": config.sft_tasks,
        }
        return self._step(f"round-{number}-2-sft", f"Round {number}: supervised training", 1, inputs, make)

    def _grpo(self, number: int, config: RoundConfig, tasks_step: Step, policy: Step | None) -> Step:
        def make(folder: Path) -> dict[str, Any]:
            from inftool.trainer.training import learn_live

            tasks = self._tasks(tasks_step)[config.sft_tasks :]
            model, tokenizer = self._load(policy)
            settings = self._seeded(self.config.grpo, number)
            worlds = worlds_of(self._programs.values(), tasks)
            report, rollouts = learn_live(
                model,
                tokenizer,
                tasks,
                worlds,
                settings,
                folder / CHECKPOINTS,
                self.watcher.on_step,
                self.config.max_fruitless,
            )
            data.write_jsonl(folder / ROLLOUTS, rollouts)
            self._save(folder, model, tokenizer)
            return report.model_dump()

        inputs = {
            "tasks": tasks_step.digest,
            "policy": policy.digest if policy else self.config.model,
            "grpo": self.config.grpo.model_dump(),
            "max_fruitless": self.config.max_fruitless,
            "count": config.grpo_tasks,
        }
        return self._step(f"round-{number}-3-grpo", f"Round {number}: GRPO on live episodes", 1, inputs, make)

    def _find_gaps(self, number: int, tasks_step: Step, grpo: Step) -> Step:
        def make(folder: Path) -> dict[str, Any]:
            tasks = {task.id: task for task in self._tasks(tasks_step)}
            solved: dict[str, list[bool]] = {}
            for _, row in data.read_jsonl(self.ledger.path(grpo.name) / ROLLOUTS):
                solved.setdefault(row["task"], []).append(bool(row["solved"]))
            found = find_gaps((tasks[task].cell, passed) for task, passed in solved.items())
            return {"gaps": [gap.model_dump() for gap in found]}

        return self._step(f"round-{number}-4-gaps", f"Round {number}: finding gaps", 1, {"grpo": grpo.digest}, make)

    # --- helpers

    def _step(
        self, name: str, text: str, total: int, inputs: Mapping[str, Any], make: Callable[[Path], dict[str, Any]]
    ) -> Step:
        self._number += 1
        made = False

        def watched(folder: Path) -> dict[str, Any]:
            nonlocal made
            made = True
            self.watcher.stage(name, text, total)
            return make(folder)

        step = self.ledger.step(f"{self._number:02d}-{name}", inputs, watched)
        self.watcher.finished(step, not made)
        return step

    def _tasks(self, step: Step) -> list[Task]:
        return data.read_tasks(self.ledger.path(step.name) / data.TASKS)

    def _load(self, policy: Step | None) -> tuple[Any, Any]:
        """Return the model and tokenizer of a step (or the base model); the last one loaded is kept."""
        from inftool.agents.model import load_model

        key = policy.digest if policy else "base"
        if self._loaded is None or self._loaded[0] != key:
            self._loaded = None
            self._loaded = (key, *load_model(self.ledger.path(policy.name) / POLICY if policy else self.config.model))
        return self._loaded[1], self._loaded[2]

    def _save(self, folder: Path, model: Any, tokenizer: Any) -> None:
        """Save a trained policy; the model in memory is no longer the one it was loaded as."""
        from inftool.agents.model import save_model

        save_model(model, tokenizer, folder / POLICY)
        self._loaded = None

    def _seeded(self, config: Any, number: int) -> Any:
        return config.model_copy(update={"seed": config.seed + self.config.seed * 1000 + number})

    def _link_policy(self, policy: Step) -> None:
        """Point ``policy`` in the run folder to the last weights."""
        link = self.ledger.folder / POLICY
        beside = self.ledger.folder / f".{POLICY}"
        beside.unlink(missing_ok=True)
        beside.symlink_to(Path(policy.name) / POLICY)
        beside.replace(link)
