"""Choices that depend on nothing but a key: what makes invented data repeatable (rule G3)."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any
from uuid import UUID

SeedKey = str | int | tuple[Any, ...]
"""What a value depends on: numbers, strings and tuples of them."""


class Draw:
    """A source of choices for one value: the digits of a keyed hash."""

    __slots__ = ("key", "state", "turn")

    def __init__(self, *key: Any) -> None:
        self.key = repr(key)
        self.turn = 0
        self.state = self._hash()

    def _hash(self) -> int:
        text = f"{self.turn}{self.key}".encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(text, digest_size=24).digest(), "big")

    def below(self, bound: int) -> int:
        """Return a number from 0 to ``bound - 1``."""
        if self.state < bound << 32:
            self.turn += 1
            self.state = self._hash()
            if self.state < bound << 32:
                return self.state % bound
        self.state, value = divmod(self.state, bound)
        return value

    def pick(self, options: Any) -> Any:
        """Return one of a non-empty sequence."""
        return options[self.below(len(options))]

    def unit(self) -> float:
        """Return a number in [0, 1) with 6 decimals."""
        return self.below(1_000_000) / 1_000_000


def uuid_text(draw: Draw) -> str:
    """Return a version 4 UUID made from a draw."""
    return str(UUID(int=(draw.below(1 << 64) << 64) | draw.below(1 << 64), version=4))


def token_text(draw: Draw, length: int, alphabet: str = "0123456789abcdefghijklmnopqrstuvwxyz") -> str:
    """Return ``length`` characters of an alphabet."""
    return "".join(draw.pick(alphabet) for _ in range(length))
