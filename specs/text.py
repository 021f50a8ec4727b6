"""Plain text out of the Markdown and HTML that specifications are written in."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Any

_MAX_INPUT = 6000
_MARKUP = re.compile(r"[`*_#<>&\[]|[^\S ]|  | [.,;:!?]|^ *[-+=|:]")
"""What makes a text anything but plain."""
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\](?:\([^()\s]{0,500}(?:\s[^()]{0,200})?\)|\[[^\[\]]{0,100}\])")
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_=]{3,}|\|?[ \t]*:?-{2,}[-|: \t]*)[ \t]*$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:[-*+]|>)[ \t]+", re.MULTILINE)
_EMPHASIS = re.compile(r"\*{1,3}|`|(?<![A-Za-z0-9])_{1,2}(?=[A-Za-z0-9])|(?<=[A-Za-z0-9.,!?])_{1,2}(?![A-Za-z0-9])")
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.!?][\"')\]]?\s")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|no|cf)|\b[A-Z])\.$", re.IGNORECASE)


def plain_text(markup: object, limit: int) -> str:
    """Return ``markup`` without Markdown and HTML, on one line, cut to at most ``limit`` characters at a sentence.

    Anything that is not a string gives the empty string.
    """
    return _plain(markup[:_MAX_INPUT], limit) if isinstance(markup, str) and markup else ""


@lru_cache(maxsize=4096)
def _plain(text: str, limit: int) -> str:
    if not _MARKUP.search(text):
        return cut_at_sentence(text.strip(), limit)
    text = _FENCE.sub(" ", text)
    text = _COMMENT.sub(" ", text)
    text = _LINK.sub(r"\1", text)
    text = _TAG.sub(" ", text)
    text = html.unescape(text)
    text = _RULE.sub(" ", text)
    text = _HEADING.sub("", text)
    text = _BULLET.sub("", text)
    text = _EMPHASIS.sub("", text)
    text = _SPACE.sub(" ", text).strip()
    text = re.sub(r" ([.,;:!?])(?= |$)", r"\1", text)
    return cut_at_sentence(text, limit)


@lru_cache(maxsize=8192)
def cut_at_sentence(text: str, limit: int) -> str:
    """Return the whole sentences of ``text`` that fit in ``limit`` characters, or else its whole words and ``…``."""
    if len(text) <= limit:
        return text
    end = 0
    for match in _SENTENCE_END.finditer(text, 0, limit + 1):
        if not _ABBREVIATION.search(text, max(0, match.start() - 8), match.start() + 1):
            end = match.end() - 1
    if end:
        return text[:end].strip()
    space = text.rfind(" ", 0, limit)
    return text[: space if space > limit // 2 else limit - 1].rstrip(" ,;:") + "…"


def means_yes(value: Any) -> bool:
    """Return whether a flag is set: true, or a word for it, which YAML's older version took for true."""
    return value is True or (isinstance(value, str) and value.lower() in ("true", "yes", "on"))
