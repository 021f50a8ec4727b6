"""Collecting what was skipped or repaired while a document was read (rule L4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from inftool.specs.error import SpecError
from inftool.specs.spec import Problem

Made = TypeVar("Made")

LIMIT = 500
"""Problems kept of one document; a hostile one must not fill the memory with complaints."""


def pointer(*parts: object) -> str:
    """Return the JSON pointer (RFC 6901) made of ``parts``, such as ``/paths/~1pets/get``."""
    whole = ""
    for part in parts:
        text = str(part)
        if "/" in text or "~" in text:
            text = text.replace("~", "~0").replace("/", "~1")
        whole += "/" + text
    return whole


class Problems:
    """The problems of one document, in the order they were met, each once."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], None] = {}
        self._left_out = 0

    def add(self, place: str, message: str) -> None:
        """Note that ``message`` holds at ``place`` (a JSON pointer)."""
        key = (place[:300], message[:300])
        if key in self._seen:
            return
        if len(self._seen) >= LIMIT:
            self._left_out += 1
        else:
            self._seen[key] = None

    def attempt(self, place: str, what: str, make: Callable[..., Made], *arguments: Any) -> Made | None:
        """Return what ``make(*arguments)`` gives; a part it cannot read at all is reported at ``place``, and None.

        One part that nobody foresaw must not spoil the document around it.
        """
        try:
            return make(*arguments)
        except SpecError:
            raise
        except Exception as error:
            self.add(place, f"{what} could not be read ({type(error).__name__}); it was left out")
            return None

    def listed(self) -> list[Problem]:
        """Return them as models, with a last line that counts those left out."""
        found = [Problem(place=place, message=message) for place, message in self._seen]
        if self._left_out:
            found.append(Problem(place="", message=f"and {self._left_out} more problems, not listed"))
        return found
