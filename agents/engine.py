"""Generation for many dialogues at once with a ``transformers`` model: token in, token out.

What makes it quick on a CPU:

- *Trunks*: prompts are read once each, however many dialogues share them, and prompts that begin alike share that
  beginning too (:mod:`inftool.agents.tree`). At decoding, a trunk's keys are read once for all its dialogues.
- *Seats*: each dialogue keeps the keys and values of what was said after its prompt, so a tool's result or the user's
  next message is only appended, and nothing is read twice. Caches are written in place; `transformers` copies them.
- Finished dialogues leave the batch at once, and others take their seats.

It works with any model that lets its attention function be replaced (the Llama, Qwen, Mistral, ... families).
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from inftool.agents.precision import Precision, uses_bf16
from inftool.agents.tree import pack_tree, split_rows

Tensor = Any
_ATTENTION = "inftool_seats"
_PREFILL_TOKENS = 512
"""Tokens of a row when prompts are read: large enough for full speed, small enough that attention stays cheap."""

_TRUNK_MEMBERS = 3
"""Dialogues from which on a shared prompt is kept apart."""


@dataclass
class _Trunk:
    """The keys and values of a prompt, by layer: (heads, tokens, dimension)."""

    length: int
    keys: list[Tensor]
    values: list[Tensor]


@dataclass
class Seat:
    """One dialogue's place in the engine.

    Attributes:
        pending: tokens that were given or sampled but not read by the model yet; at least one before decoding.
    """

    trunk: _Trunk
    index: int
    pending: list[int]
    length: int = 0
    open: bool = field(default=True)


class _Recorder:
    """Stands in for a cache and keeps the keys and values of a forward pass."""

    def __init__(self) -> None:
        self.layers: dict[int, tuple[Tensor, Tensor]] = {}

    def update(self, keys: Tensor, values: Tensor, layer_idx: int, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        self.layers[layer_idx] = (keys[0], values[0])
        return keys, values


class Engine:
    """Generates for many dialogues at once.

    Args:
        model: a ``transformers`` causal language model; make a new engine when its weights have changed.
        max_seats: dialogues that are open at a time.
        seed: of the sampling.
        precision: of weights and products; the log-probabilities of bf16 differ from those of fp32 by about 0.01.
    """

    def __init__(self, model: Any, max_seats: int = 64, seed: int = 0, precision: Precision = "auto") -> None:
        import torch

        self.model = _lowered(model) if uses_bf16(precision) else model
        self.max_seats = max_seats
        self.tokens_read = 0
        """Prompt and appended tokens that the model has read."""
        self.tokens_sampled = 0
        self._torch = torch
        self._random = torch.Generator(device="cpu").manual_seed(seed)
        self._seats: list[Seat] = []
        self._keys: list[Tensor] = []
        self._values: list[Tensor] = []
        self._capacity = 0
        _register_attention()

    @property
    def free_seats(self) -> int:
        """How many more dialogues can be opened."""
        return self.max_seats - len(self._seats)

    def open(self, prompts: Sequence[Sequence[int]]) -> list[Seat]:
        """Read prompts and give each a seat; equal prompts are read once.

        Raises:
            ValueError: a prompt is empty, or there are more prompts than free seats.
        """
        if len(prompts) > self.free_seats:
            raise ValueError(f"{len(prompts)} prompts for {self.free_seats} free seats")
        if any(not prompt for prompt in prompts):
            raise ValueError("an empty prompt cannot be continued")
        members = Counter(tuple(prompt[:-1]) for prompt in prompts)
        trunks = self._read_trunks(list(members))
        seats = []
        for prompt in prompts:
            beginning = tuple(prompt[:-1])
            seat = Seat(trunks[beginning], len(self._seats), [prompt[-1]])
            if members[beginning] < _TRUNK_MEMBERS:
                self._take_over(seat)
            self._seats.append(seat)
            seats.append(seat)
        return seats

    def release(self, seat: Seat) -> None:
        """Give a seat back."""
        if not seat.open:
            return
        seat.open = False
        last = self._seats.pop()
        if last is not seat:
            self._move(last, seat.index)

    def generate(
        self, seats: Sequence[Seat], *, stop: int, max_new_tokens: int, temperature: float = 0.0
    ) -> list[tuple[list[int], list[float]]]:
        """Continue dialogues until each has said ``stop`` or ``max_new_tokens`` tokens.

        Args:
            seats: the dialogues; append given tokens to ``seat.pending`` first.
            stop: the token that ends a turn; it is part of what is returned.
            max_new_tokens: at most this many a dialogue.
            temperature: 0 is greedy.

        Returns:
            Token ids and their log-probabilities (under the sampling distribution; at temperature 0, of the model).
        """
        said: dict[int, tuple[list[int], list[float]]] = {id(seat): ([], []) for seat in seats}
        active = list(seats)
        self.absorb(active)
        while active:
            tokens, logprobs = self.decode(active, temperature)
            still = []
            for seat, token, logprob in zip(active, tokens, logprobs, strict=True):
                ids, scores = said[id(seat)]
                ids.append(token)
                scores.append(logprob)
                if token != stop and len(ids) < max_new_tokens:
                    still.append(seat)
            active = still
        return [said[id(seat)] for seat in seats]

    def absorb(self, seats: Sequence[Seat]) -> None:
        """Read all but the last pending token of each seat, several seats in one pass."""
        waiting = sorted((seat for seat in seats if len(seat.pending) > 1), key=lambda seat: len(seat.pending))
        while waiting:
            batch: list[Seat] = []
            size = 0
            while waiting and (not batch or size + len(waiting[0].pending) <= _PREFILL_TOKENS):
                batch.append(waiting.pop(0))
                size += len(batch[-1].pending) - 1
            self._read_pending(batch)

    def decode(self, seats: Sequence[Seat], temperature: float) -> tuple[list[int], list[float]]:
        """Sample one token for each seat, whose pending tokens must be exactly one; it becomes the pending one."""
        torch = self._torch
        self._reserve(max(seat.length for seat in seats) + 1)
        plan = _DecodePlan(self, seats)
        tokens = torch.tensor([[seat.pending[-1] for seat in seats]])
        positions = torch.tensor([[seat.trunk.length + seat.length for seat in seats]])
        logits = self._forward(tokens, positions, plan, logits=True)
        chosen, logprobs = _sample(logits.float(), temperature, self._random)
        for seat, token in zip(seats, chosen, strict=True):
            seat.length += 1
            seat.pending = [token]
        self.tokens_sampled += len(seats)
        return chosen, logprobs

    def _read_trunks(self, prompts: list[tuple[int, ...]]) -> dict[tuple[int, ...], _Trunk]:
        """Read prompts, packed as trees."""
        torch = self._torch
        known = {}
        for row in split_rows(prompts, _PREFILL_TOKENS):
            packed = pack_tree([prompts[index] for index in row])
            recorder = _Recorder()
            if packed.tokens.size:
                with torch.inference_mode():
                    inputs = packed.inputs(self.model.device, self.model.dtype)
                    self.model.base_model(**inputs, past_key_values=recorder, use_cache=False)
                self.tokens_read += int(packed.tokens.size)
            for index, path in zip(row, packed.places, strict=True):
                places = torch.from_numpy(path)
                layers = [recorder.layers[layer] for layer in sorted(recorder.layers)]
                known[prompts[index]] = _Trunk(
                    len(path),
                    [keys[:, places].contiguous() for keys, _ in layers],
                    [values[:, places].contiguous() for _, values in layers],
                )
        return known

    def _take_over(self, seat: Seat) -> None:
        """Copy a trunk that hardly anyone shares into the seat's own cache, where all seats are attended to at once."""
        trunk, seat.trunk = seat.trunk, _Trunk(0, [], [])
        seat.length = trunk.length
        self._reserve(seat.length)
        for layer in range(len(trunk.keys)):
            self._keys[layer][seat.index, :, : seat.length] = trunk.keys[layer]
            self._values[layer][seat.index, :, : seat.length] = trunk.values[layer]

    def _read_pending(self, seats: list[Seat]) -> None:
        torch = self._torch
        self._reserve(max(seat.length + len(seat.pending) for seat in seats))
        tokens: list[int] = []
        positions: list[int] = []
        for seat in seats:
            tokens += seat.pending[:-1]
            start = seat.trunk.length + seat.length
            positions += range(start, start + len(seat.pending) - 1)
        self._forward(torch.tensor([tokens]), torch.tensor([positions]), _AbsorbPlan(self, seats), logits=False)
        for seat in seats:
            seat.length += len(seat.pending) - 1
            seat.pending = seat.pending[-1:]
        self.tokens_read += len(tokens)

    def _forward(self, tokens: Tensor, positions: Tensor, plan: Any, logits: bool) -> Tensor:
        with self._torch.inference_mode(), _attention(self.model):
            model = self.model if logits else self.model.base_model
            output = model(input_ids=tokens, position_ids=positions, use_cache=False, seat_plan=plan)
            return output.logits[0] if logits else None

    def _move(self, seat: Seat, index: int) -> None:
        """Give a seat another place, with what it holds."""
        for cache in (*self._keys, *self._values):
            cache[index, :, : seat.length] = cache[seat.index, :, : seat.length]
        self._seats[index] = seat
        seat.index = index

    def _reserve(self, length: int) -> None:
        """Make room for ``length`` tokens after the prompt in every seat."""
        if length <= self._capacity:
            return
        torch = self._torch
        config = self.model.config.get_text_config()
        heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
        dimension = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        capacity = max(128, 2 * self._capacity, length)
        for caches in (self._keys, self._values):
            for layer in range(config.num_hidden_layers):
                cache = torch.zeros((self.max_seats, heads, capacity, dimension), dtype=self.model.dtype)
                if self._capacity:
                    cache[:, :, : self._capacity] = caches[layer]
                    caches[layer] = cache
                else:
                    caches.append(cache)
        self._capacity = capacity


class _DecodePlan:
    """Attention of one new token in each of some seats, over their trunks and what they hold."""

    def __init__(self, engine: Engine, seats: Sequence[Seat]) -> None:
        torch = engine._torch
        self.torch = torch
        self.engine = engine
        self.count = len(seats)
        self.places = torch.tensor([seat.index for seat in seats])
        self.at = torch.tensor([seat.length for seat in seats])
        self.span = int(self.at.max()) + 1
        # Caches are copied only where less than half of the seats up to the last are decoding.
        reach = int(self.places.max()) + 1
        self.all = reach if reach <= 2 * self.count else 0
        visible = torch.arange(self.span)[None] <= self.at[:, None]
        mask = torch.full((self.count, self.span), torch.finfo(engine.model.dtype).min, dtype=engine.model.dtype)
        self.mask = self._spread(mask.masked_fill_(visible, 0))[:, None, None]
        groups: dict[int, list[int]] = {}
        self.trunks: list[_Trunk] = []
        for row, seat in enumerate(seats):
            if not seat.trunk.length:
                continue
            if id(seat.trunk) not in groups:
                groups[id(seat.trunk)] = []
                self.trunks.append(seat.trunk)
            groups[id(seat.trunk)].append(row)
        self.members = [torch.tensor(rows) for rows in groups.values()]

    def _spread(self, rows: Tensor) -> Tensor:
        """Put the rows of the seats at the seats' places, if whole caches are used."""
        if not self.all:
            return rows
        spread = rows.new_zeros((self.all, *rows.shape[1:]))
        spread[self.places] = rows
        return spread

    def __call__(self, layer: int, query: Tensor, key: Tensor, value: Tensor, scaling: float) -> Tensor:
        torch = self.torch
        keys, values = self.engine._keys[layer], self.engine._values[layer]
        heads, dimension = key.shape[1], key.shape[3]
        keys[self.places, :, self.at] = key[0].transpose(0, 1)
        values[self.places, :, self.at] = value[0].transpose(0, 1)
        if self.all:
            keys, values = keys[: self.all, :, : self.span], values[: self.all, :, : self.span]
        else:
            keys, values = keys[:, :, : self.span][self.places], values[:, :, : self.span][self.places]
        # (1, heads * repeat, rows, dimension) to (rows, heads, repeat, dimension)
        grouped = query[0].transpose(0, 1).reshape(self.count, heads, -1, dimension) * scaling
        repeat = grouped.shape[2]
        own = torch.matmul(self._spread(grouped), keys.transpose(2, 3)) + self.mask
        longest = own.amax(-1, keepdim=True)
        weights = torch.exp(own - longest)
        parts = longest, weights.sum(-1, keepdim=True), torch.matmul(weights, values)
        longest, total, result = (part[self.places] for part in parts) if self.all else parts
        for trunk, members in zip(self.trunks, self.members, strict=True):
            some = len(members)
            asked = grouped[members].transpose(0, 1).reshape(heads, some * repeat, dimension)
            scores = torch.matmul(asked, trunk.keys[layer].transpose(1, 2))
            top = scores.amax(-1, keepdim=True)
            weights = torch.exp(scores - top)
            mixed = torch.matmul(weights, trunk.values[layer])
            top, amount, mixed = (
                part.reshape(heads, some, repeat, -1).transpose(0, 1)
                for part in (top, weights.sum(-1, keepdim=True), mixed)
            )
            before = longest[members]
            peak = torch.maximum(before, top)
            old, new = torch.exp(before - peak), torch.exp(top - peak)
            longest[members] = peak
            total[members] = total[members] * old + amount * new
            result[members] = result[members] * old + mixed * new
        return (result / total).reshape(1, self.count, heads * repeat, dimension)


class _AbsorbPlan:
    """Attention of several new tokens a seat, seats one after another in the row."""

    def __init__(self, engine: Engine, seats: Sequence[Seat]) -> None:
        torch = engine._torch
        self.torch = torch
        self.engine = engine
        self.parts = []
        offset = 0
        low = torch.finfo(engine.model.dtype).min
        for seat in seats:
            count = len(seat.pending) - 1
            past = seat.trunk.length + seat.length
            mask = torch.zeros((count, past + count), dtype=engine.model.dtype)
            mask[:, past:].masked_fill_(torch.ones((count, count), dtype=torch.bool).triu(1), low)
            self.parts.append((seat, offset, count, mask))
            offset += count

    def __call__(self, layer: int, query: Tensor, key: Tensor, value: Tensor, scaling: float) -> Tensor:
        torch = self.torch
        keys, values = self.engine._keys[layer], self.engine._values[layer]
        outputs = []
        for seat, offset, count, mask in self.parts:
            end = seat.length + count
            keys[seat.index, :, seat.length : end] = key[0, :, offset : offset + count]
            values[seat.index, :, seat.length : end] = value[0, :, offset : offset + count]
            own = keys[seat.index, :, :end], values[seat.index, :, :end]
            before = ((seat.trunk.keys[layer],), (seat.trunk.values[layer],)) if seat.trunk.length else ((), ())
            attended = torch.nn.functional.scaled_dot_product_attention(
                query[:, :, offset : offset + count],
                torch.cat((*before[0], own[0]), dim=1)[None],
                torch.cat((*before[1], own[1]), dim=1)[None],
                attn_mask=mask,
                scale=scaling,
                enable_gqa=True,
            )
            outputs.append(attended)
        return torch.cat(outputs, dim=2).transpose(1, 2)


def _sample(logits: Tensor, temperature: float, random: Any) -> tuple[list[int], list[float]]:
    """Draw one token a row; returns ids and log-probabilities."""
    import torch

    if temperature > 0:
        logits = logits / temperature
    normaliser = torch.logsumexp(logits, dim=-1, keepdim=True)
    if temperature > 0:
        chances = torch.exp(logits - normaliser).cumsum(-1)
        drawn = torch.rand((logits.shape[0], 1), generator=random) * chances[:, -1:]
        chosen = torch.searchsorted(chances, drawn).clamp_(max=logits.shape[1] - 1)
    else:
        chosen = logits.argmax(-1, keepdim=True)
    logprobs = logits.gather(1, chosen) - normaliser
    return chosen[:, 0].tolist(), logprobs[:, 0].tolist()


def _seat_attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor,
    *,
    seat_plan: Any,
    scaling: float | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """The attention function that ``transformers`` calls while a seat plan runs."""
    scale = scaling if scaling is not None else query.shape[-1] ** -0.5
    return seat_plan(module.layer_idx, query, key, value, scale), None


def _lowered(model: Any) -> Any:
    """Return a copy of a model with bf16 weights; buffers (the angles of positions) stay as they are."""
    import torch

    patched = model.__dict__.pop("forward", None)
    gradients = [(weight, weight.grad) for weight in model.parameters()]
    for weight, _ in gradients:
        weight.grad = None
    try:
        lowered = copy.deepcopy(model)
    finally:
        for weight, gradient in gradients:
            weight.grad = gradient
        if patched is not None:
            model.__dict__["forward"] = patched
    for weight in lowered.parameters():
        weight.data = weight.data.to(torch.bfloat16)
    return lowered


def _register_attention() -> None:
    from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

    ALL_ATTENTION_FUNCTIONS.register(_ATTENTION, _seat_attention)


@contextmanager
def _attention(model: Any) -> Iterator[None]:
    """Let the model use the engine's attention for a while."""
    config = model.config.get_text_config()
    before = config._attn_implementation
    config._attn_implementation = _ATTENTION
    try:
        yield
    finally:
        config._attn_implementation = before
