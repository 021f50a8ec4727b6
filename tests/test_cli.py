"""The command line as a user types it, in processes of their own."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ENV = {**os.environ, "COLUMNS": "160", "OMP_NUM_THREADS": "1"}
COMMANDS = ("specs", "compile", "serve", "play", "synth", "train", "eval", "loop")


def inftool(*arguments: str, cwd: Path | None = None, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "inftool.cli", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, input=text, env=ENV, timeout=120, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = inftool(command, "--help")
    assert result.returncode == 0
    assert f"Example: inftool {command}" in result.stdout


def test_version() -> None:
    assert inftool("--version").stdout.startswith("inftool 0.")


def test_compile_reports_and_writes(tmp_path: Path) -> None:
    result = inftool("compile", "museum", "--out", str(tmp_path / "museum"))
    assert result.returncode == 0, result.stderr
    assert "createSpecialEvent" in result.stdout
    program = json.loads((tmp_path / "museum" / "program.json").read_text())
    assert program["format"] == "inftool-program-1"
    again = inftool("synth", str(tmp_path / "museum" / "program.json"), "-n", "3", "--show", "1")
    assert "special event" in again.stdout + again.stderr or "ticket" in again.stdout
    report = json.loads(inftool("compile", "museum", "--json").stdout)
    assert len(report["operations"]) == len(program["operations"])


def test_overrides_correct_the_program(tmp_path: Path) -> None:
    overrides = tmp_path / "fix.yaml"
    overrides.write_text("entities:\n  SpecialEvent:\n    label: gala\n    plural: galas\n")
    inftool("compile", "museum", "--overrides", str(overrides), "--out", str(tmp_path))
    assert json.loads((tmp_path / "program.json").read_text())["entities"]["SpecialEvent"]["label"] == "gala"
    overrides.write_text("entities:\n  SpecialEvent:\n    lable: gala\n")
    result = inftool("compile", "museum", "--overrides", str(overrides))
    assert result.returncode == 2
    assert "lable" in result.stderr


STATE = """
PetShop:
  pets: {12: {name: Rex, status: sold}, 13: {name: Ada}}
  order_list: [{id: 7, pet_id: 12}]
  next_order_id: 40
  weather: dry
"""


def test_state_is_placed_and_told(tmp_path: Path) -> None:
    state = tmp_path / "state.yaml"
    state.write_text(STATE)
    result = inftool("compile", "petstore", "--state", str(state), "--out", str(tmp_path / "out"))
    assert result.returncode == 0, result.stderr
    assert "/PetShop/pets → Pet, 2 rows" in result.stdout
    assert "/PetShop/weather (a value) is not placed" in result.stdout
    program = json.loads((tmp_path / "out" / "program.json").read_text())
    assert [row["id"] for row in program["initial"]["Pet"]] == [12, 13]
    assert program["entities"]["Order"]["ids"]["next"] == 40
    placement = json.loads((tmp_path / "out" / "placement.json").read_text())
    assert [part["path"] for part in placement["unplaced"]] == ["/PetShop/weather"]
    shown = json.loads(inftool("compile", str(tmp_path / "out"), "--state", str(state), "--json").stdout)
    assert shown["placement"]["placed"][0]["target"] == "Pet"


def test_serve_takes_state_overrides_and_a_part_of_the_tools(tmp_path: Path) -> None:
    state, overrides = tmp_path / "state.yaml", tmp_path / "fix.yaml"
    state.write_text(STATE)
    overrides.write_text("drop: [deletePet]\n")
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    call = {"name": "getPetById", "arguments": {"petId": 12}}
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
        {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": call},
    ]
    options = ("--state", str(state), "--overrides", str(overrides), "--tags", "pet", "--max-tools", "6")
    server = subprocess.Popen(
        [sys.executable, "-m", "inftool.cli", "serve", "petstore", *options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV,
    )  # fmt: skip
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write("".join(json.dumps(line) + "\n" for line in lines))
    server.stdin.flush()
    answers = {answer["id"]: answer["result"] for answer in (json.loads(server.stdout.readline()) for _ in range(3))}
    _, told = server.communicate(timeout=30)
    names = {tool["name"] for tool in answers[2]["tools"]}
    assert "/PetShop/pets → Pet, 2 rows" in told
    assert len(names) == 6
    assert "deletePet" not in names
    assert "getPetById" in names
    assert answers[3]["structuredContent"]["name"] == "Rex"


def test_one_tool_is_explained() -> None:
    result = inftool("compile", "petstore", "--explain", "addPet")
    assert result.returncode == 0, result.stderr
    assert "C1  It adds a row to the collection." in result.stdout
    assert "--overrides:" in result.stdout


def test_what_the_overrides_changed_is_shown(tmp_path: Path) -> None:
    overrides = tmp_path / "fix.yaml"
    overrides.write_text("operations:\n  listSpecialEvents: {paging: {default_limit: 3}}\n")
    result = inftool("compile", "museum", "--overrides", str(overrides))
    assert re.search(r"operations\.listSpecialEvents\.paging\.default_limit: \d+ → 3\n", result.stdout)


def test_synth_twice_differs_in_nothing(tmp_path: Path) -> None:
    for name in ("a", "b"):
        result = inftool("synth", "petstore", "conduit", "-n", "40", "--seed", "3", "--out", name, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert "40 tasks" in result.stdout
    for file in ("tasks.jsonl", "trajectories.jsonl", "summary.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    rows = [json.loads(line) for line in (tmp_path / "a" / "tasks.jsonl").read_text().splitlines()]
    assert len(rows) == 40
    assert all(check["passed"] for row in rows for check in row["certificate"]["checks"])


def test_eval_prints_the_fixed_points(tmp_path: Path) -> None:
    result = inftool("eval", "petstore", "-n", "20", "--out", str(tmp_path))
    assert result.returncode == 0, result.stderr
    scores = {row["policy"]: row["overall"]["rate"] for row in json.loads((tmp_path / "scores.json").read_text())}
    assert scores["oracle"] == 1.0
    assert scores["null"] == 0.0
    assert "oracle" in result.stdout


def test_play_the_gold_by_hand() -> None:
    shown = inftool("play", "petstore", "--kind", "simple", "--seed", "1", text="/gold\n/quit\n")
    assert shown.returncode == 0
    lines = [
        line.split("assistant", 1)[1].strip()
        for line in shown.stdout.splitlines()
        if "assistant" in line and "You are" not in line
    ]
    gold = [line.removeprefix("> assistant").strip() for line in lines]
    gold = [line for line in gold if line and line != ">"]
    played = inftool("play", "petstore", "--kind", "simple", "--seed", "1", text="\n".join(gold) + "\n")
    assert "solved, reward 1" in played.stdout, (gold, played.stdout)
    assert played.returncode == 0


def test_play_as_the_user() -> None:
    result = inftool("play", "petstore", "--as", "user", "--kind", "simple", text="\n\n")
    assert "solved, reward 1" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("compile", "no-such-file.yaml"), "no-such-file.yaml: no such file"),
        (("compile", "petsore"), "petstore"),
        (("compile", "broken.yaml"), "line 2"),
        (("compile", "empty.json"), "no operations"),
        (("compile", "."), "a folder, not a specification"),
        (("serve", "petsore"), "petstore"),
        (("compile", "petstore", "--explain", "addPe"), "did you mean addPet"),
        (("compile", "petstore", "--tags", "pets"), "did you mean 'pet'"),
        (("compile", "petstore", "--max-tools", "0"), "--max-tools"),
        (("compile", "petstore", "--state", "nowhere.json"), "nowhere.json"),
        (("serve", "petstore", "--state", "broken.yaml"), "line 2"),
        (("compile", "petstore", "--state", "number.json"), "expected an object of collections"),
        (("play", "petstore", "--kind", "simpel"), "simple, multiple"),
        (("play", "petstore", "--as", "server"), "assistant or as user"),
        (("eval", "petstore", "--policy", "orakel"), "unknown policy 'orakel'"),
        (("eval", "petstore", "--policy", "local:nowhere"), "nowhere"),
        (("train", "nowhere"), "nowhere/tasks.jsonl: no such file"),
        (("loop", "nowhere.toml"), "nowhere.toml: no such file"),
        (("loop", "bad.toml"), "evaluation_tasks"),
        (("synth", "petstore", "--out", "file.txt/data"), "file.txt"),
        (("synth",), "Missing argument"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    (tmp_path / "broken.yaml").write_text("{broken: [\n")
    (tmp_path / "empty.json").write_text('{"openapi":"3.0.0","info":{"title":"x","version":"1"},"paths":{}}')
    (tmp_path / "bad.toml").write_text("evaluation_tasks = 0\n")
    (tmp_path / "file.txt").write_text("")
    (tmp_path / "number.json").write_text("7")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    result = inftool(*arguments, cwd=tmp_path)
    assert result.returncode == 2, result.stderr
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_a_port_in_use_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = inftool("serve", "petstore", "--http", address)
    assert result.returncode == 2
    assert f"{address}: Address already in use" in result.stderr


def test_a_dead_endpoint_is_said_and_not_scored() -> None:
    result = inftool("eval", "petstore", "--policy", "openai:m", "--base-url", "http://127.0.0.1:9/v1", "-n", "4")
    assert result.returncode == 1
    assert "4 episodes were not scored" in result.stderr
    assert "127.0.0.1:9" in result.stderr
