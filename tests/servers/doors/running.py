"""A real server of the HTTP door in a thread, with the bounds that users get."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp

from inftool.servers.doors.listening import bounded_server, listen, url_of


@contextmanager
def running(app: ASGIApp, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve an application at a free port; yields its URL."""
    with listen(host, 0) as listener:
        server = bounded_server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield url_of(host, listener.getsockname()[1])
        server.should_exit = True
        thread.join(timeout=10)
        assert not thread.is_alive()
