"""In which number format a model computes."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, Literal

Precision = Literal["auto", "fp32", "bf16"]
"""``auto``: bf16 where the processor multiplies it natively (AVX512-BF16, AMX, GPUs), else fp32.

Elsewhere bf16 is emulated, and nine times slower than fp32.
"""


def native_bf16() -> bool:
    """Whether this machine multiplies bf16 natively."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def uses_bf16(precision: Precision) -> bool:
    """Whether ``precision`` means bf16 on this machine."""
    return precision == "bf16" or (precision == "auto" and native_bf16())


def autocast(precision: Precision, device: str = "cpu") -> AbstractContextManager[Any]:
    """Return a context in which matrices are multiplied in ``precision``; weights stay as they are."""
    import torch

    return torch.autocast(device, torch.bfloat16) if uses_bf16(precision) else nullcontext()
