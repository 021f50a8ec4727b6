import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from inftool.envs.records import append_line, read_jsonl

LONG = "x" * 200_000


@pytest.mark.parametrize("torn", [b"", b"{", b'{"a": "' + b"y" * 300_000, b"\xff\xfe"])
@pytest.mark.parametrize("whole", [[], [{"a": 1}], [{"a": LONG}, {"b": "🙂"}]])
def test_a_torn_line_is_cut_off(whole: list[dict[str, object]], torn: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"".join(json.dumps(row).encode() + b"\n" for row in whole) + torn)
    append_line(path, {"c": "\u2028\x85\ud800"})
    assert [row for _, row in read_jsonl(path)] == [*whole, {"c": "\u2028\x85?"}]


def test_a_killed_writer_leaves_whole_lines_after_the_next(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    code = (
        "import sys; from pathlib import Path; from inftool.envs.records import append_line\n"
        "for number in range(10**6):\n    append_line(Path(sys.argv[1]), {'n': number, 'x': 'x' * 500_000})"
    )
    for size in (2_000_000, 8_000_000):
        writer = subprocess.Popen([sys.executable, "-c", code, str(path)])
        while not path.exists() or path.stat().st_size < size:
            os.sched_yield()
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    append_line(path, {"last": True})
    rows = [row for _, row in read_jsonl(path)]
    assert rows[-1] == {"last": True}
    assert all(len(str(row["x"])) == 500_000 for row in rows[:-1])
