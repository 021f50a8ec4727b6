import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from inftool.servers.pool import ServerPool

from ..clinic import clinic


@pytest.fixture(scope="session")
def pool() -> Iterator[ServerPool]:
    """One pool for all tests that leave its processes as they were."""
    with ServerPool(timeout=20) as shared:
        shared.seats(clinic()).open().close()
        yield shared


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))
