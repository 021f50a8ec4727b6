"""One training stage by itself: from a folder of tasks to a folder with a policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inftool.agents.message import Message, Tool
from inftool.agents.prompt import CompactFormat
from inftool.envs.certificate import run
from inftool.envs.episode import MAX_FRUITLESS, Episode
from inftool.envs.task import Task
from inftool.envs.world import World
from inftool.servers import open_program
from inftool.trainer import data
from inftool.trainer.grpo import GrpoConfig, GrpoReport, train_grpo
from inftool.trainer.progress import OnStep
from inftool.trainer.sft import SftConfig, SftReport, train_sft
from inftool.trainer.supply import Worlds, worlds_of


def learn_gold(
    model: Any, tokenizer: Any, tasks: list[Task], worlds: Worlds, config: SftConfig, folder: Path, on_step: OnStep
) -> SftReport:
    """Fine-tune a model in place on the gold trajectories of tasks; they are played, not assumed.

    Args:
        model: a causal language model.
        tokenizer: its tokenizer.
        tasks: certified tasks.
        worlds: the servers they are played on.
        config: the schedule.
        folder: for checkpoints; an interrupted training goes on from them.
        on_step: told of every step.
    """
    dialogues = [gold_dialogue(task, worlds[(task.spec, task.seed)]) for task in tasks]
    return train_sft(model, tokenizer, dialogues, config, folder, format=CompactFormat(), on_step=on_step)


LEARNED_TO_THE_END = {"change": 4, "answer": 2}
"""One in so many gold dialogues is learned to its last turn, by what that turn is for."""


def gold_dialogue(task: Task, world: World) -> tuple[tuple[Tool, ...], tuple[Message, ...]]:
    """Play a task's gold and return what is learned from it.

    The last turn and the result before it cost more tokens than the call, and are learned sooner: of most dialogues
    only the part up to the last call is kept.
    """
    trajectory = run(task, world, task.gold)
    messages = trajectory.messages
    share = LEARNED_TO_THE_END["answer" if task.goal.facts else "change"]
    if not task.goal.refuse and int(task.id, 16) % share:
        last = max(place for place, message in enumerate(messages) if message.tool_calls)
        messages = messages[: last + 1]
    return trajectory.tools, messages


def learn_live(
    model: Any,
    tokenizer: Any,
    tasks: list[Task],
    worlds: Worlds,
    config: GrpoConfig,
    folder: Path,
    on_step: OnStep,
    max_fruitless: int = MAX_FRUITLESS,
) -> tuple[GrpoReport, list[dict[str, Any]]]:
    """Train a model in place by GRPO on live episodes with the staged reward.

    Returns:
        The report, and one record a rollout: its task, whether it was solved, its staged reward.
    """
    by_id = {task.id: task for task in tasks}
    rollouts: list[dict[str, Any]] = []

    def open_episode(task_id: str) -> Episode:
        task = by_id[task_id]
        return Episode(task, worlds[(task.spec, task.seed)].seats, max_fruitless=max_fruitless)

    def reward(episode: Episode) -> float | None:
        episode.close()
        verdict = episode.verdict()
        record = {"task": episode.task.id, "solved": verdict.outcome == "solved", "staged": verdict.staged}
        rollouts.append(record)
        return verdict.staged

    report = train_grpo(
        model,
        tokenizer,
        list(by_id),
        open_episode,
        reward,
        config,
        folder,
        format=CompactFormat(),
        on_step=on_step,
    )
    return report, rollouts


def train_policy(data_dir: Path, out_dir: Path, method: str, model: str, seed: int, on_step: OnStep) -> dict[str, Any]:
    """Train a policy on the tasks in a folder and save it.

    Args:
        data_dir: holds ``tasks.jsonl`` as ``inftool synth`` writes it; its specifications must be bundled or beside.
        out_dir: the policy's folder; checkpoints of an interrupted training are found beside it.
        method: ``sft`` or ``grpo``.
        model: ``embedded`` or the folder of a model.
        seed: of the training.
        on_step: told of every step.

    Returns:
        What the training did, as plain values.

    Raises:
        DataError: the tasks cannot be read.
        ModelUnavailable: the model cannot be loaded.
        SpecError: a specification of the tasks cannot be read.
    """
    from inftool.agents.model import load_model, save_model

    tasks = data.read_tasks(data_dir / data.TASKS)
    sources = data.read_sources(data_dir)
    programs = {name: open_program(sources.get(name, name)) for name in dict.fromkeys(task.spec for task in tasks)}
    worlds = worlds_of(programs.values(), tasks)
    policy, tokenizer = load_model(model)
    checkpoints = out_dir.with_name(f"{out_dir.name}.checkpoints")
    report: SftReport | GrpoReport
    if method == "sft":
        report = learn_gold(policy, tokenizer, tasks, worlds, SftConfig(seed=seed), checkpoints, on_step)
    else:
        report, _ = learn_live(policy, tokenizer, tasks, worlds, GrpoConfig(seed=seed), checkpoints, on_step)
    save_model(policy, tokenizer, out_dir)
    return report.model_dump()
