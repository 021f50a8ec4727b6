"""Imports run one way: specs <- servers <- agents <- envs <- trainer <- command line; and the light stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("specs", "servers", "agents", "envs", "trainer")
HEAVY = ("torch", "transformers", "trl", "datasets", "mcp", "openai", "uvicorn", "starlette")


def modules(layer: str) -> list[Path]:
    return sorted((ROOT / layer).rglob("*.py"))


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative imports hide the layer"
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_run_one_way(layer: str) -> None:
    allowed = LAYERS[: LAYERS.index(layer) + 1]
    assert modules(layer)
    for path in modules(layer):
        for name in imported(path):
            parts = name.split(".")
            if parts[0] == "inftool" and len(parts) > 1:
                assert parts[1] in (*allowed, "__version__"), f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("layer", LAYERS)
def test_only_the_command_line_prints(layer: str) -> None:
    for path in modules(layer):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                line = path.read_text(encoding="utf-8").splitlines()[node.lineno - 1]
                assert "noqa: T201" in line, f"{path.relative_to(ROOT)}:{node.lineno} prints"


@pytest.mark.parametrize(
    "statement",
    ["import inftool", "import inftool.cli", "from inftool.envs.env import InfToolEnv", "import inftool.trainer.loop"],
)
def test_light_imports_load_nothing_heavy(statement: str) -> None:
    code = f"import sys; {statement}; print([name for name in {HEAVY!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
