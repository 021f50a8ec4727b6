"""What a caller catches when a specification cannot be read at all."""

from __future__ import annotations


class SpecError(ValueError):
    """A document from which nothing can be read: says which one, where in it, and what would mend it."""
