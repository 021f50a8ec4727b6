"""Names of tools, arguments, schemas and specifications: safe everywhere, unique, and the same on every run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container

MAX_NAME = 64
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_WORD_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_FORMAT_SUFFIX = re.compile(r"\.(?:json|xml|\{format\})$", re.IGNORECASE)


def safe_name(text: str, fallback: str = "unnamed") -> str:
    """Return ``text`` as a name that matches ``[A-Za-z0-9_.-]{1,64}``.

    A name that is too long keeps its beginning and ends in six digits of its hash, so that different names stay so.
    """
    name = _UNSAFE.sub("_", text).strip("_.-") or fallback
    if len(name) > MAX_NAME:
        name = name[: MAX_NAME - 7] + "_" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:6]
    return name


def unique_name(name: str, taken: Container[str]) -> str:
    """Return ``name``, or ``name_2``, ``name_3`` and so on: the first that is not in ``taken``."""
    if name not in taken:
        return name
    number = 2
    while True:
        ending = f"_{number}"
        candidate = name[: MAX_NAME - len(ending)] + ending
        if candidate not in taken:
            return candidate
        number += 1


def operation_name(method: str, path: str) -> str:
    """Return a tool name for an operation that has no id: ``get_pets_by_petId`` (rule L7: without ``.json``)."""
    words = [method]
    for segment in re.split(r"[/?#&]", _FORMAT_SUFFIX.sub("", path)):
        words += [f"by_{part[1:-1]}" if part.startswith("{") else part for part in re.split(r"(\{[^{}]*\})", segment)]
    return safe_name("_".join(re.sub(r"[^A-Za-z0-9_]+", "_", word).strip("_") for word in words if word.strip("_-. ")))


def words_of(name: str) -> str:
    """Return the words of an identifier as a phrase: ``getUserByName`` becomes ``Get user by name``."""
    text = " ".join(word for word in re.split(r"[^A-Za-z0-9]+", _WORD_BREAK.sub("_", name)) if word)
    return text[:1].upper() + text[1:].lower()


def snake_case(text: str) -> str:
    """Return ``text`` as lower-case words joined by underscores: ``My API-v2`` becomes ``my_api_v2``."""
    words = re.split(r"[^A-Za-z0-9]+", _WORD_BREAK.sub("_", text[:200]))
    return "_".join(word.lower() for word in words if word) or "spec"
