"""What a serving process logs, and where: to stderr, a line a thing, no token, no arguments, no rows."""

from __future__ import annotations

import logging
import sys


def log_to_stderr(verbose: bool = False) -> None:
    """Send this process's logs to stderr.

    Args:
        verbose: whether each call is logged (tool, status, time), and not only what goes wrong.
    """
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format=form)
    logging.getLogger("inftool").setLevel(logging.INFO if verbose else logging.WARNING)
