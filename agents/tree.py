"""Many token sequences as one row: shared prefixes stand once, branches see only their own past.

Prompts of tools are ten times longer than calls, and many sequences begin with the same prompt. A transformer gives the
same answers for a sequence whether it stands alone or is a path of such a tree, as long as each token attends to its
ancestors only and keeps its own position. On a CPU, where every token costs, this is most of the speed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Tensor = Any
"""A ``torch.Tensor``."""


@dataclass(frozen=True)
class TreeRow:
    """A packed row of N distinct tokens.

    Attributes:
        tokens: token ids, shape (N,).
        positions: position of each token in its sequence, shape (N,).
        visible: what each token attends to (its ancestors and itself), shape (N, N), bool.
        places: for each sequence, the index in the row of each of its tokens.
    """

    tokens: np.ndarray[Any, np.dtype[np.int64]]
    positions: np.ndarray[Any, np.dtype[np.int64]]
    visible: np.ndarray[Any, np.dtype[np.bool_]]
    places: list[np.ndarray[Any, np.dtype[np.int64]]]

    def inputs(self, device: Any = "cpu", dtype: Any = None) -> dict[str, Tensor]:
        """Return the model's arguments: ``input_ids``, ``position_ids`` and an additive 4-D ``attention_mask``."""
        import torch

        dtype = dtype or torch.float32
        mask = torch.zeros(self.visible.shape, dtype=dtype)
        mask.masked_fill_(torch.from_numpy(~self.visible), torch.finfo(dtype).min)
        return {
            "input_ids": torch.from_numpy(self.tokens)[None].to(device),
            "position_ids": torch.from_numpy(self.positions)[None].to(device),
            "attention_mask": mask[None, None].to(device),
        }


def pack_tree(sequences: Sequence[Sequence[int]]) -> TreeRow:
    """Pack sequences into one row in which every common prefix stands once."""
    children: dict[tuple[int, int], int] = {}
    tokens: list[int] = []
    positions: list[int] = []
    places = []
    for sequence in sequences:
        node = -1
        path = np.empty(len(sequence), dtype=np.int64)
        for position, token in enumerate(sequence):
            step = (node, token)
            node = children.get(step, -1)
            if node < 0:
                node = children[step] = len(tokens)
                tokens.append(token)
                positions.append(position)
            path[position] = node
        places.append(path)
    visible = np.zeros((len(tokens), len(tokens)), dtype=np.bool_)
    for path in places:
        visible[np.ix_(path, path)] |= np.tri(len(path), dtype=np.bool_)
    return TreeRow(np.array(tokens, dtype=np.int64), np.array(positions, dtype=np.int64), visible, places)


def split_rows(sequences: Sequence[Sequence[int]], max_tokens: int) -> list[list[int]]:
    """Group sequences into rows of at most ``max_tokens`` distinct tokens, neighbours sharing as much as they can.

    A sequence longer than that has a row of its own.

    Returns:
        The indices of the sequences of each row; every index stands in exactly one row.
    """
    rows: list[list[int]] = []
    size = 0
    previous: Sequence[int] = ()
    for index in sorted(range(len(sequences)), key=lambda i: (list(sequences[i]), i)):
        sequence = sequences[index]
        new = len(sequence) - shared_prefix(previous, sequence)
        if rows and size + new <= max_tokens:
            rows[-1].append(index)
            size += new
        else:
            rows.append([index])
            size = len(sequence)
        previous = sequence
    return rows


def shared_prefix(first: Sequence[int], second: Sequence[int]) -> int:
    """Return how many leading tokens two sequences share."""
    length = 0
    for left, right in zip(first, second, strict=False):
        if left != right:
            break
        length += 1
    return length
