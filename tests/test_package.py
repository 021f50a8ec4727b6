"""What is installed is what is tracked: every module and data file of the five packages is in the wheel."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = ("specs", "servers", "agents", "envs", "trainer")


def test_layout_is_the_design_s() -> None:
    for part in PARTS:
        link = ROOT / "src" / "inftool" / part
        assert link.is_symlink()
        assert link.resolve() == (ROOT / part).resolve()


@pytest.mark.slow
def test_wheel_holds_the_tracked_modules(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)],
        check=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for path in tracked:
        part = path.split("/")[0]
        if part in PARTS:
            assert f"inftool/{path}" in names, path
        elif path.startswith("src/inftool/") and path.endswith((".py", "py.typed")):
            assert path.removeprefix("src/") in names, path
