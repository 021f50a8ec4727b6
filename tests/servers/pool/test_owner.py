"""A server process ends with its owner, however that ends: real owners, ended in every way."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from .conftest import alive

SETUP = """
import os, signal, sys, threading, time
from inftool.servers import open_program
from inftool.servers.pool import ServerPool
program = open_program("petstore")
pool = ServerPool()
seat = pool.seats(program).open()
tool = program.operations[0].tool
seat.call(tool)
server = pool.server(program, program.digest)
print(server.pid, flush=True)
"""

ENDS = {
    "normal exit with an open seat": "",
    "an exception": "raise ValueError('a fault of the owner')",
    "os._exit": "os._exit(3)",
    "SIGTERM": "os.kill(os.getpid(), signal.SIGTERM); time.sleep(60)",
    "SIGKILL": "os.kill(os.getpid(), signal.SIGKILL)",
    "SIGKILL while the server is stopped": "os.kill(server.pid, signal.SIGSTOP); os.kill(os.getpid(), signal.SIGKILL)",
    "SIGKILL while a fork lives": """
if os.fork() == 0:
    time.sleep(6)
    os._exit(0)
os.kill(os.getpid(), signal.SIGKILL)
""",
    "KeyboardInterrupt": "signal.raise_signal(signal.SIGINT)",
    "KeyboardInterrupt in a call": """
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
while True:
    seat.call(tool)
""",
    "exit while threads call": """
def call():
    try:
        while True:
            seats.open().call(tool)
    except Exception:
        pass
seats = pool.seats(program)
for _ in range(4):
    threading.Thread(target=call, daemon=True).start()
time.sleep(0.3)
""",
}
QUICK = ("SIGKILL",)


@pytest.mark.parametrize(
    "end", [pytest.param(end, marks=[] if end in QUICK else [pytest.mark.slow], id=end) for end in ENDS]
)
def test_the_server_process_ends_with_its_owner(end: str) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", SETUP + ENDS[end]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    line = owner.stdout.readline()
    assert line.strip().isdigit(), owner.communicate()
    owner.wait(30)
    wait_until_gone(int(line))
    assert owner.stderr is not None
    told = owner.stderr.read()
    owner.stdout.close()
    owner.stderr.close()
    assert "Exception ignored" not in told
    assert "ResourceWarning" not in told
    if end in ("normal exit with an open seat", "os._exit", "SIGTERM"):
        assert told == ""


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 5
    while alive(pid):
        assert time.monotonic() < deadline, f"process {pid} outlives its owner"
        time.sleep(0.02)


FORK = """
from inftool.servers.seat import ServerLost
seat.call("addPet", {"name": "Rex", "photoUrls": []})
before = seat.diff()
assert before
child = os.fork()
if child == 0:
    try:
        try:
            seat.call(tool)
            os._exit(10)
        except ServerLost:
            pass
        seat.close()
        own = pool.seats(program).open()
        assert own.diff() == []
        assert pool.server(program, program.digest).pid == server.pid
        own.call("addPet", {"name": "Mia", "photoUrls": []})
        own.close()
        pool.close()
        os._exit(0)
    except BaseException as error:
        sys.stderr.write(repr(error))
        os._exit(11)
assert os.waitpid(child, 0)[1] == 0
assert seat.diff() == before
assert pool.check()
child = os.fork()
if child == 0:
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
assert seat.diff() == before
child = os.fork()
if child == 0:
    try:
        own = pool.seats(program).open()
        os.kill(server.pid, signal.SIGKILL)
        try:
            own.call(tool)
            os._exit(12)
        except ServerLost:
            pass
        again = pool.seats(program).open()
        assert again.diff() == []
        assert pool.server(program, program.digest).pid != server.pid
        os._exit(0)
    except BaseException as error:
        sys.stderr.write(repr(error))
        os._exit(13)
assert os.waitpid(child, 0)[1] == 0
pool.close()
"""


@pytest.mark.slow
def test_a_fork_uses_its_parents_process_but_none_of_its_connections_and_seats() -> None:
    done = subprocess.run([sys.executable, "-c", SETUP + FORK], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    wait_until_gone(int(done.stdout.split()[0]))


@pytest.mark.slow
def test_a_server_that_is_killed_leaves_its_owner_whole() -> None:
    script = SETUP + "os.kill(server.pid, signal.SIGKILL)\nseat.close()\nseat.close()\npool.close()\npool.close()\n"
    done = subprocess.run([sys.executable, "-X", "dev", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert "Error" not in done.stderr.replace("DeprecationWarning", "")
    assert not os.path.exists(f"/proc/{done.stdout.split()[0]}")
