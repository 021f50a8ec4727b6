"""Log-probabilities of chosen tokens, with every shared prefix computed once.

One function serves the losses of supervised and of reinforcement learning. It gives what plain rows give (a test holds
both within 1e-4), but runs the model over the distinct tokens only, and over the vocabulary only where a token is
scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inftool.agents.tree import TreeRow, pack_tree

Tensor = Any


@dataclass(frozen=True)
class ScoredRow:
    """A tree of sequences, with the tokens of it that are scored.

    Attributes:
        tree: the packed row.
        contexts: indices in the row whose next token is scored, each once, ascending; shape (C,).
        context: for each scored token, its place in ``contexts``; shape (M,), sequence after sequence.
        targets: the scored tokens; shape (M,).
        counts: scored tokens of each sequence.
    """

    tree: TreeRow
    contexts: np.ndarray[Any, np.dtype[np.int64]]
    context: np.ndarray[Any, np.dtype[np.int64]]
    targets: np.ndarray[Any, np.dtype[np.int64]]
    counts: list[int]


def score_row(sequences: Sequence[Sequence[int]], masks: Sequence[Sequence[int]]) -> ScoredRow:
    """Pack sequences as a tree; a token is scored where its mask is 1 (never the first of a sequence)."""
    tree = pack_tree(sequences)
    contexts: list[int] = []
    targets: list[int] = []
    counts = []
    for sequence, mask, path in zip(sequences, masks, tree.places, strict=True):
        before = len(targets)
        for position in range(1, len(sequence)):
            if mask[position]:
                contexts.append(int(path[position - 1]))
                targets.append(sequence[position])
        counts.append(len(targets) - before)
    unique, inverse = np.unique(np.array(contexts, dtype=np.int64), return_inverse=True)
    return ScoredRow(tree, unique, inverse.astype(np.int64), np.array(targets, dtype=np.int64), counts)


@dataclass(frozen=True)
class Scores:
    """Log-probabilities of the scored tokens of a row, shape (M,); and where asked for, entropy and top-1 hits."""

    logprobs: Tensor
    entropy: Tensor
    correct: Tensor


def score(model: Any, row: ScoredRow, temperature: float = 1.0) -> Scores:
    """Run the model over a row and score its tokens. Gradients flow through ``logprobs`` only."""
    import torch

    device = model.device
    contexts = torch.from_numpy(row.contexts).to(device)
    context = torch.from_numpy(row.context).to(device)
    targets = torch.from_numpy(row.targets).to(device)
    logits = model(**row.tree.inputs(device), use_cache=False, logits_to_keep=contexts).logits[0].float()
    logprobs = torch.log_softmax(logits / temperature if temperature != 1.0 else logits, dim=-1)
    with torch.no_grad():
        entropy = -(logprobs.exp() * logprobs).sum(-1)[context]
        correct = (logits.argmax(-1)[context] == targets).float()
    return Scores(logprobs[context, targets], entropy, correct)
