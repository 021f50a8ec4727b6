"""Work divided over processes: parts go out to warm workers, results come back in the order of the parts.

What is done with a part may depend on nothing but the part, so a part that is lost with its worker is given to
another, and the results are those of one process.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")
Job = Callable[[], Callable[[Part], Result]]
"""Called once in each worker, it warms up and returns what is done with each part. It, the parts and the results are
picklable."""

RETRIES = 3
"""Times that a part is given out again after its worker was lost."""
START_SECONDS = 300.0
"""Longest wait for the first worker."""
_HELD = 2
"""Parts that a worker holds: the one it works on, and the next."""
_AHEAD = 4
"""Parts a worker, finished or under way, that are ahead of the one that is waited for."""


class WorkforceError(RuntimeError):
    """No worker can do the work; the message says why and what to do."""


class Workforce(Protocol):
    """Does a job on many parts."""

    size: int
    """Workers."""

    def map(self, job: Job[Part, Result], parts: Iterable[Part]) -> Generator[Result, None, None]:
        """Yield the result of each part, in the order of ``parts``, which may be endless.

        Closing the iterator ends the workers and drops what is under way.

        Raises:
            WorkforceError: no worker starts, or a part loses every worker that it is given to.
        """
        ...


class Here:
    """No workers: everything is done in this process, when it is asked for."""

    size = 1

    def map(self, job: Job[Part, Result], parts: Iterable[Part]) -> Generator[Result, None, None]:
        """Yield the result of each part."""
        yield from map(job(), parts)


class Worker(Protocol):
    """One process that does one job."""

    ready: Future[Any]
    """Done once the worker is warm."""

    def submit(self, part: Any) -> Future[Any]:
        """Give the worker a part; it works on one at a time, in order."""
        ...

    def is_loss(self, error: BaseException) -> bool:
        """Whether a part failed because the worker is gone, and not by itself."""
        ...

    def end(self) -> None:
        """End the process, whatever it does."""
        ...


class LocalWorkers:
    """Worker processes on this machine."""

    def __init__(self, size: int = 0) -> None:
        """Say how many; they start with the work.

        Args:
            size: processes; 0 for one a processor core.
        """
        self.size = size or cores()

    def map(self, job: Job[Part, Result], parts: Iterable[Part]) -> Generator[Result, None, None]:
        """Yield the result of each part, in order; the processes live as long as the iterator.

        Raises:
            WorkforceError: no process starts, or a part loses every process that it is given to.
        """
        return Roster(lambda: _LocalWorker(job), self.size).results(parts)


def cores() -> int:
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass
class _Order:
    """A part, and how often it was lost."""

    number: int
    part: Any
    losses: int = 0
    """Workers that were lost while they worked on it."""


class Roster:
    """The workers of one job, and who holds which part. A worker that is lost is replaced."""

    def __init__(self, hire: Callable[[], Worker], size: int) -> None:
        """Say how a worker is found and how many are wanted."""
        self._hire = hire
        self._size = size
        self._held: dict[Worker, deque[tuple[_Order, Future[Any]]]] = {}
        self._waiting: deque[_Order] = deque()
        self._finished: dict[int, Future[Any]] = {}
        self._failed_starts = 0

    def results(self, parts: Iterable[Any]) -> Generator[Any, None, None]:
        """Yield the result of each part, in order; end the workers when the iterator ends or is closed."""
        orders = (_Order(number, part) for number, part in enumerate(parts))
        taken = 0
        try:
            for _ in range(self._size):
                self._held[self._hire()] = deque()
            for due in itertools.count():
                new = list(itertools.islice(orders, due + _AHEAD * self._size - taken))
                self._waiting.extend(new)
                taken += len(new)
                if due == taken:
                    return
                while due not in self._finished:
                    self._give_out()
                    self._await()
                    self._collect()
                self._give_out()
                yield self._finished.pop(due).result()
        finally:
            for worker in self._held:
                worker.end()

    def _give_out(self) -> None:
        for depth in range(_HELD):
            for worker, held in self._held.items():
                if self._waiting and len(held) == depth and worker.ready.done():
                    order = self._waiting.popleft()
                    held.append((order, worker.submit(order.part)))

    def _await(self) -> None:
        """Wait until a worker is ready or has a result."""
        starting = [worker.ready for worker in self._held if not worker.ready.done()]
        working = [held[0][1] for held in self._held.values() if held]
        done, _ = wait([*starting, *working], None if working else START_SECONDS, FIRST_COMPLETED)
        if not done:
            raise WorkforceError(f"no worker was ready in {START_SECONDS:.0f} s; is the machine or the cluster full?")

    def _collect(self) -> None:
        for worker, held in list(self._held.items()):
            if worker.ready.done() and (error := worker.ready.exception()) is not None:
                self._replace(worker, error)
                continue
            while held and held[0][1].done():
                error = held[0][1].exception()
                if error is not None and worker.is_loss(error):
                    self._replace(worker, error)
                    break
                order, future = held.popleft()
                self._finished[order.number] = future
                self._failed_starts = 0

    def _replace(self, worker: Worker, error: BaseException) -> None:
        """Take another worker for one that is lost, and put its parts first in the queue.

        Raises:
            WorkforceError: a part, or the start, has lost too many.
        """
        orders = [order for order, _ in self._held.pop(worker)]
        worker.end()
        if orders:
            orders[0].losses += 1
            if orders[0].losses > RETRIES:
                raise WorkforceError(
                    f"part {orders[0].number} of the work lost {orders[0].losses} workers, the last so: {error}. "
                    "Is there too little memory? Try fewer workers"
                ) from error
        else:
            self._failed_starts += 1
            if self._failed_starts > RETRIES:
                raise WorkforceError(f"workers end before they are ready: {error}") from error
        self._waiting.extendleft(reversed(orders))
        self._held[self._hire()] = deque()


class _LocalWorker:
    """A pool of one process: one that dies breaks no other."""

    def __init__(self, job: Job[Any, Any]) -> None:
        self._executor = ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(job,)
        )
        with _interrupts_held():
            self.ready: Future[int] = self._executor.submit(os.getpid)

    def submit(self, part: Any) -> Future[Any]:
        try:
            return self._executor.submit(_do, part)
        except BrokenExecutor as error:
            broken: Future[Any] = Future()
            broken.set_exception(error)
            return broken

    def is_loss(self, error: BaseException) -> bool:
        return isinstance(error, BrokenExecutor)

    def end(self) -> None:
        if self.ready.done() and self.ready.exception() is None:
            for child in multiprocessing.active_children():
                if child.pid == self.ready.result():
                    child.kill()
        self._executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let a process that is started in here never see Ctrl-C: its owner does, and ends it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_work: Callable[[Any], Any] | None = None
"""What a worker process does with a part."""


def _begin(job: Job[Any, Any]) -> None:
    """Warm up a worker process, which ends with the process that started it, however that ends."""
    global _work
    threading.Thread(target=_end_with_owner, daemon=True).start()
    _work = job()


def _end_with_owner() -> None:
    owner = multiprocessing.parent_process()
    if owner is not None:
        owner.join()
        os._exit(1)


def _do(part: Any) -> Any:
    assert _work is not None, "a worker begins before it works"
    return _work(part)
