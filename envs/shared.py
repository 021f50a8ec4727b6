"""Elements without a fixed size in the shared memory of Gymnasium's ``AsyncVectorEnv``.

``gym.make_vec(..., vectorization_mode="async")`` asks for shared memory by default, and Gymnasium has none for spaces
that it does not know; importing this module registers it (its documented way) for :class:`FreeSpace`. An element lies
in a nameless file that grows as it needs and vanishes with the last process that has it open, however that ends.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Iterator
from typing import Any

from gymnasium.vector.utils import create_shared_memory, read_from_shared_memory, write_to_shared_memory

from inftool.envs.spaces import FreeSpace

_HEADER = 8
"""Bytes of the length that stands before an element."""


class SharedSlot:
    """One environment's element: its worker writes it, the main process reads it afterwards."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - open as long as the environments are

    def write(self, value: Any) -> None:
        """Replace the element."""
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        view = memoryview(len(data).to_bytes(_HEADER, "little") + data)
        at = 0
        while at < len(view):
            at += os.pwrite(self._file.fileno(), view[at:], at)

    def read(self) -> Any:
        """Return a private copy of the element; None before the first was written."""
        size = int.from_bytes(os.pread(self._file.fileno(), _HEADER, 0), "little")
        if not size:
            return None
        parts = bytearray()
        while len(parts) < size:
            parts += os.pread(self._file.fileno(), size - len(parts), _HEADER + len(parts))
        return pickle.loads(parts)

    def __getstate__(self) -> dict[str, Any]:
        """Return the file's descriptor as multiprocessing passes it to a process that it spawns."""
        from multiprocessing.reduction import DupFd

        return {"fd": DupFd(self._file.fileno())}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._file = os.fdopen(state["fd"].detach(), "r+b", buffering=0)


class SharedBatch(tuple[SharedSlot, ...]):
    """The elements of all environments, as they are at the moment of looking; a deep copy is what they are now."""

    def __getitem__(self, index: Any) -> Any:
        """Return the element of one environment."""
        slots = tuple.__getitem__(self, index)
        return tuple(slot.read() for slot in slots) if isinstance(index, slice) else slots.read()

    def __iter__(self) -> Iterator[Any]:
        return (slot.read() for slot in tuple.__iter__(self))

    def __deepcopy__(self, memo: dict[int, Any]) -> tuple[Any, ...]:
        return tuple(iter(self))


@create_shared_memory.register(FreeSpace)
def _create(space: FreeSpace[Any], n: int = 1, ctx: Any = None) -> tuple[SharedSlot, ...]:
    return tuple(SharedSlot() for _ in range(n))


@read_from_shared_memory.register(FreeSpace)
def _read(space: FreeSpace[Any], shared_memory: tuple[SharedSlot, ...], n: int = 1) -> SharedBatch:
    return SharedBatch(shared_memory)


@write_to_shared_memory.register(FreeSpace)
def _write(space: FreeSpace[Any], index: int, value: Any, shared_memory: tuple[SharedSlot, ...]) -> None:
    shared_memory[index].write(value)
