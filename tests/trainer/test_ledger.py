import json
import multiprocessing
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from inftool.trainer.ledger import Ledger, RunError, write_text


def make(text: str, calls: list[str]) -> Any:
    def write(folder: Path) -> dict[str, Any]:
        calls.append(text)
        (folder / "out.txt").write_text(text)
        return {"length": len(text)}

    return write


def test_a_finished_step_is_not_done_again(tmp_path: Path) -> None:
    calls: list[str] = []
    first = Ledger(tmp_path).step("a", {"x": 1}, make("one", calls))
    again = Ledger(tmp_path).step("a", {"x": 1}, make("two", calls))
    assert calls == ["one"]
    assert again == first
    assert (tmp_path / "a" / "out.txt").read_text() == "one"
    assert first.metrics == {"length": 3}


def test_other_inputs_do_it_again(tmp_path: Path) -> None:
    calls: list[str] = []
    first = Ledger(tmp_path).step("a", {"x": 1}, make("one", calls))
    second = Ledger(tmp_path).step("a", {"x": 2}, make("two", calls))
    assert calls == ["one", "two"]
    assert second.digest != first.digest


def test_a_missing_or_broken_record_does_it_again(tmp_path: Path) -> None:
    calls: list[str] = []
    Ledger(tmp_path).step("a", {}, make("one", calls))
    (tmp_path / "a" / "out.txt").unlink()
    Ledger(tmp_path).step("a", {}, make("two", calls))
    (tmp_path / "a" / "step.json").write_text("{half")
    Ledger(tmp_path).step("a", {}, make("three", calls))
    assert calls == ["one", "two", "three"]
    assert [step.name for step in Ledger(tmp_path).steps()] == ["a"]


def test_a_failed_step_leaves_nothing_finished_and_keeps_its_work(tmp_path: Path) -> None:
    def fail(folder: Path) -> dict[str, Any]:
        (folder / "checkpoints").mkdir(exist_ok=True)
        (folder / "checkpoints" / "1").write_text("half")
        raise ValueError("no")

    ledger = Ledger(tmp_path)
    with pytest.raises(ValueError, match="no"):
        ledger.step("a", {}, fail)
    assert ledger.find("a") is None

    def go_on(folder: Path) -> dict[str, Any]:
        return {"found": (folder / "checkpoints" / "1").read_text()}

    step = ledger.step("a", {}, go_on)
    assert step.metrics == {"found": "half"}
    assert step.files == {}
    assert not list((tmp_path / ".work").iterdir())


def test_a_full_disk_is_one_clear_error(tmp_path: Path) -> None:
    def full(folder: Path) -> dict[str, Any]:
        raise OSError(28, "No space left on device")

    with pytest.raises(RunError, match="No space left on device; make room"):
        Ledger(tmp_path).step("a", {}, full)


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    with Ledger(tmp_path).locked(), pytest.raises(RunError, match="another run"), Ledger(tmp_path).locked():
        pass
    with Ledger(tmp_path).locked():
        pass


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="choose another --out"), Ledger(tmp_path / "file").locked():
        pass


def _work(folder: Path) -> None:
    ledger = Ledger(folder)
    for number in range(200):

        def write(place: Path, number: int = number) -> dict[str, Any]:
            for part in range(5):
                (place / f"{part}.txt").write_text(str(number) * 1000)
            return {"number": number}

        ledger.step(f"{number:03d}", {"number": number}, write)


def test_killed_at_any_moment_it_has_only_whole_steps(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for pause in (0.0, 0.02, 0.05):
        process = context.Process(target=_work, args=(tmp_path,))
        process.start()
        seen = len(list(tmp_path.glob("*/step.json")))
        deadline = time.monotonic() + 20
        while len(list(tmp_path.glob("*/step.json"))) <= seen and process.is_alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(pause)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        for record in tmp_path.glob("*/step.json"):
            step = Ledger(tmp_path).find(record.parent.name)
            assert step is not None
            assert len(step.files) == 5
            assert json.loads(record.read_text())["metrics"]["number"] == int(record.parent.name)
    _work(tmp_path)
    assert len(Ledger(tmp_path).steps()) == 200


def test_text_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    write_text(path, "one")
    write_text(path, "two")
    assert path.read_text() == "two"
    assert list(tmp_path.iterdir()) == [path]
