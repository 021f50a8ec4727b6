"""Workers on a Ray cluster: the same work as on one machine, and the same bytes.

InfTool must be installed on every node, in the version of the process that asks.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterable
from concurrent.futures import Future
from typing import Any

from inftool.envs.workforce import Job, Part, Result, Roster, WorkforceError


class RayWorkers:
    """Actors of a Ray cluster, one processor core each."""

    def __init__(self, address: str, size: int = 0) -> None:
        """Join the cluster.

        Args:
            address: ``HOST:PORT``, ``ray://HOST:PORT``, ``auto`` for the cluster of this machine, or ``local`` to
                start one here. A cluster that this process is in already is used as it is.
            size: workers; 0 for one a core of the cluster. Those that the cluster has no room for now begin once it
                has.

        Raises:
            WorkforceError: there is no cluster at ``address``.
            ModuleNotFoundError: Ray is not installed.
        """
        import ray

        self._joined = not ray.is_initialized()
        if self._joined:
            try:
                ray.init(address=address, logging_level="ERROR", log_to_driver=False)
            except (OSError, RuntimeError, ValueError) as error:
                raise WorkforceError(f"no Ray cluster at {address!r}: {error}") from error
        self.size = size or max(1, int(ray.cluster_resources().get("CPU", 1)))

    def map(self, job: Job[Part, Result], parts: Iterable[Part]) -> Generator[Result, None, None]:
        """Yield the result of each part, in order; the actors live as long as the iterator.

        Raises:
            WorkforceError: no actor starts, or a part loses every actor that it is given to.
        """
        return Roster(lambda: _RayWorker(job), self.size).results(parts)

    def close(self) -> None:
        """Leave the cluster, if it was joined here."""
        import ray

        if self._joined:
            ray.shutdown()


class _Actor:
    """What lives on the cluster: one warm worker."""

    def __init__(self, job: Job[Any, Any]) -> None:
        self._work = job()

    def pid(self) -> int:
        return os.getpid()

    def do(self, part: Any) -> Any:
        return self._work(part)


class _RayWorker:
    """One actor, as its owner sees it."""

    def __init__(self, job: Job[Any, Any]) -> None:
        import ray

        self._actor: Any = ray.remote(num_cpus=1, max_restarts=0)(_Actor).remote(job)
        self.ready: Future[int] = self._actor.pid.remote().future()

    def submit(self, part: Any) -> Future[Any]:
        future: Future[Any] = self._actor.do.remote(part).future()
        return future

    def is_loss(self, error: BaseException) -> bool:
        from ray.exceptions import NodeDiedError, ObjectLostError, RayActorError, WorkerCrashedError

        return isinstance(error, RayActorError | ObjectLostError | WorkerCrashedError | NodeDiedError)

    def end(self) -> None:
        import ray

        with contextlib.suppress(Exception):
            ray.kill(self._actor, no_restart=True)
