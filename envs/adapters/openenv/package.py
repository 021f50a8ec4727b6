"""The folder that OpenEnv's tools take: manifest, server, container and the tasks with their programs.

    write_package("my_env", [program], {"train": tasks})
    # then: openenv validate my_env --level static --skip-build; openenv build my_env; openenv push my_env

The folder is whole: programs are stored as data, so nothing is compiled when the container starts. This module imports
no OpenEnv.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from importlib.metadata import requires
from pathlib import Path
from textwrap import dedent

import yaml
from pydantic import ValidationError

from inftool import __version__
from inftool.envs.records import TASKS, DataError, json_line, read_tasks
from inftool.envs.task import Task
from inftool.servers.program import ServerProgram

PROGRAMS = "programs"
"""The folder of the compiled programs."""
SPLITS = "splits.json"
"""The file that says which tasks belong to which split, by their ids."""
TAG = "inftool:certified"
"""The type tag of packages whose tasks have certificates; it selects the graders."""
PORT = 8000
"""Where OpenEnv looks for the server in a container."""
MAX_ACTIONS = 100
"""Actions that OpenEnv takes in a runtime plan."""
_CLASHING = ("mcp", "openai")
"""What InfTool's own servers and clients need, and nothing here does; OpenEnv wants other versions of it."""


def requirements() -> list[str]:
    """Return what must be installed beside OpenEnv, before ``pip install --no-deps inftool``."""
    needed = [line for line in requires("inftool") or () if "extra ==" not in line]
    return sorted(line for line in needed if re.split(r"[^A-Za-z0-9_.-]", line)[0].lower() not in _CLASHING)


def write_package(
    folder: str | Path, programs: Sequence[ServerProgram], splits: Mapping[str, Sequence[Task]], *, name: str = ""
) -> Path:
    """Write a package; it appears whole or not at all.

    Args:
        folder: where to; it must not exist.
        programs: the compiled servers of the tasks.
        splits: the tasks, such as ``{"train": [...], "test": [...]}``.
        name: the environment's name; the folder's by default.

    Returns:
        The folder.

    Raises:
        FileExistsError: the folder exists.
        ValueError: there is no task, or a task's program is not given.
    """
    target = Path(folder)
    tasks = [task for played in splits.values() for task in played]
    used = [program for program in programs if any(task.spec == program.name for task in tasks)]
    if not tasks or {task.spec for task in tasks} - {program.name for program in used}:
        raise ValueError("give at least one task, and the program of each")
    if target.exists():
        raise FileExistsError(f"{target} exists already")
    called = re.sub(r"\W+", "_", name or target.name).strip("_").lower() or "inftool_env"
    unfinished = target.with_name(f".{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        for path, text in _files(called, used, splits, tasks).items():
            place = unfinished / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", errors="replace")
        unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target


def read_package(folder: Path) -> tuple[list[ServerProgram], list[Task]]:
    """Read the programs and tasks of a package.

    Raises:
        DataError: a file is missing or broken; the message names it.
    """
    programs = []
    for path in sorted((folder / PROGRAMS).glob("*.json")):
        try:
            programs.append(ServerProgram.model_validate_json(path.read_bytes()))
        except (OSError, ValidationError) as error:
            raise DataError(f"{path}: not a compiled program ({str(error).splitlines()[0]})") from None
    return programs, read_tasks(folder / TASKS)


def read_splits(folder: Path) -> dict[str, list[Task]]:
    """Read the tasks of a package, by split.

    Raises:
        DataError: a file is missing or broken.
    """
    known = {task.id: task for task in read_tasks(folder / TASKS)}
    try:
        splits = json.loads((folder / SPLITS).read_text(encoding="utf-8"))
        return {str(split): [known[task] for task in ids] for split, ids in splits.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise DataError(f"{folder / SPLITS}: cannot be read ({error})") from None
    except KeyError as error:
        raise DataError(f"{folder / SPLITS}: task {error} is not in {TASKS}") from None


def _files(
    name: str, programs: Sequence[ServerProgram], splits: Mapping[str, Sequence[Task]], tasks: Sequence[Task]
) -> dict[str, str]:
    unique = {task.id: task for task in tasks}
    return {
        "openenv.yaml": yaml.safe_dump(_manifest(name, splits), sort_keys=False),
        "pyproject.toml": _pyproject(name),
        "README.md": _readme(name, programs, splits),
        "__init__.py": "",
        "server/__init__.py": "",
        "server/app.py": _APP.replace("NAME", name),
        "server/Dockerfile": _dockerfile(),
        "validation/runtime.json": json.dumps(_plan(tasks[0]), indent=1) + "\n",
        TASKS: "".join(json_line(task.model_dump(mode="json")) for task in unique.values()),
        SPLITS: json.dumps({split: [task.id for task in played] for split, played in splits.items()}, indent=1) + "\n",
    } | {f"{PROGRAMS}/{number}.json": program.model_dump_json() for number, program in enumerate(programs)}


def _manifest(name: str, splits: Mapping[str, Sequence[Task]]) -> dict[str, object]:
    return {
        "spec_version": 1,
        "name": name,
        "version": __version__,
        "type": "space",
        "runtime": "fastapi",
        "app": "server.app:app",
        "port": PORT,
        "validation": {
            "reward": {"range": [0.0, 1.0], "oracle_tolerance": 0.0, "floor_margin": 1.0},
            "resources": {"cpu": 1.0, "memory_mb": 1024, "disk_mb": 512, "episode_timeout_s": 60.0},
            "capabilities": {
                "verifier": {"kind": "reward_channel"},
                "task_api": True,
                "declared_task_count": {split: len(played) for split, played in splits.items()},
            },
            "network": {"mode": "no-network"},
            "types": {"tags": [TAG]},
            "execution": {"kind": "openenv_ws", "dockerfile": "server/Dockerfile", "context": "."},
        },
    }


def _plan(task: Task) -> dict[str, object]:
    """Return the measured episode of the runtime checks: the first task's gold."""
    actions = [
        {
            "content": message.content,
            "tool_calls": [{"name": call.name, "arguments": call.arguments} for call in message.tool_calls],
        }
        for message in task.gold
    ]
    return {
        "plan_schema_version": "1",
        "reset": {"episode_id": "measured", "seed": 0, "options": {"task": task.id}},
        "actions": actions[:MAX_ACTIONS],
    }


def _pyproject(name: str) -> str:
    return dedent(
        f"""\
        [build-system]
        requires = ["setuptools>=80"]
        build-backend = "setuptools.build_meta"

        [project]
        name = "openenv-{name.replace("_", "-")}"
        version = "{__version__}"
        requires-python = ">=3.11"
        dependencies = ["openenv>=0.10", "inftool"]

        [project.scripts]
        server = "{name}.server.app:main"

        [tool.setuptools]
        packages = ["{name}", "{name}.server"]
        package-dir = {{ "{name}" = ".", "{name}.server" = "server" }}

        # OpenEnv wants an older mcp than InfTool's own MCP servers, which are not used here.
        [tool.uv]
        override-dependencies = ["mcp>=1.24,<2"]
        """
    )


def _dockerfile() -> str:
    needed = " ".join(f'"{line}"' for line in requirements())
    return dedent(
        f"""\
        FROM python:3.11-slim
        # OpenEnv wants an older mcp than InfTool's own MCP servers, which are not used here: hence --no-deps.
        ARG INFTOOL=inftool
        RUN pip install --no-cache-dir "openenv>=0.10" {needed} \\
         && pip install --no-cache-dir --no-deps "$INFTOOL"
        WORKDIR /app/env
        COPY . /app/env
        EXPOSE {PORT}
        HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \\
          CMD python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:{PORT}/health', timeout=2)"
        CMD ["python", "-m", "server.app", "--host", "0.0.0.0", "--port", "{PORT}"]
        """
    )


def _readme(name: str, programs: Sequence[ServerProgram], splits: Mapping[str, Sequence[Task]]) -> str:
    servers = ", ".join(program.name for program in programs)
    counts = ", ".join(f"{split}: {len(played)}" for split, played in splits.items())
    return dedent(
        f"""\
        ---
        title: {name}
        sdk: docker
        app_port: {PORT}
        tags: [openenv]
        ---

        # {name}

        Tool-use tasks on compiled, stateful servers ({servers}), each with a certificate that its reward means what it
        says. Tasks: {counts}.

            from inftool.envs.adapters.openenv.client import InfToolClient
            from inftool.envs.adapters.openenv.models import InfToolAction

            with InfToolClient(base_url="http://127.0.0.1:{PORT}").sync() as client:
                result = client.reset(split="{next(iter(splits))}", index=0)
                result = client.step(InfToolAction(content="Which one do you mean?"))

        The reward comes with the last step. A reward of None is a fault that is nobody's score: leave the episode out.
        The certificates, proved again: `inftool.envs.adapters.openenv.graders.validate("{name}")`.
        """
    )


_APP = '''\
"""Serves the tasks of this folder."""

import argparse
from pathlib import Path

import uvicorn

from inftool.envs.adapters.openenv.environment import create_inftool_app
from inftool.envs.adapters.openenv.package import read_package, read_splits

ROOT = Path(__file__).resolve().parent.parent
app = create_inftool_app(read_package(ROOT)[0], read_splits(ROOT), name="NAME")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    uvicorn.run(app, host=arguments.host, port=arguments.port)


if __name__ == "__main__":
    main()
'''
