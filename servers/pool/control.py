"""The control plane of a server process: what only its owner may do, at a listener of its own, with a token."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Callable
from typing import Any

import apsw
from mcp.server.transport_security import RequestBodyLimitMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from inftool.servers.doors.guard import Guard
from inftool.servers.pool.leases import Full, Leases, NoSeat
from inftool.servers.runtime.session import Snapshot

MAX_BODY_BYTES = 256_000_000
"""Of one request; a snapshot is as large as what was changed."""


def control_app(leases: Leases, token: str, host: str = "127.0.0.1") -> Starlette:
    """Return the control plane: POST with a JSON object, ``/open`` and the other methods of :class:`_Actions`.

    Answers are JSON: 200; 400 for arguments that are no good; 401 without the token; 404 for an unknown action or a
    seat that is not there, or no longer; 503 where every seat is taken.

    Args:
        leases: the seats.
        token: that every request must carry as its bearer token.
        host: the address it listens on.
    """
    actions = _Actions(leases)

    async def act(request: Request) -> Response:
        name = request.path_params["action"]
        action: Callable[..., dict[str, Any]] | None = getattr(actions, name, None) if name in _NAMES else None
        if action is None:
            return _error(404, f"there is no action {name[:40]!r}")
        try:
            arguments = json.loads(await request.body())
            return JSONResponse(action(**arguments))
        except NoSeat as error:
            return _error(404, str(error))
        except Full as error:
            return _error(503, str(error))
        except (TypeError, ValueError, RecursionError, apsw.Error) as error:
            return _error(400, f"{name}: {error}"[:500])

    guard = Middleware(Guard, host=host, token=token)
    limit = Middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES)
    return Starlette(routes=[Route("/{action}", act, methods=["POST"])], middleware=[guard, limit])


class _Actions:
    """One method an action; its arguments are the request's."""

    def __init__(self, leases: Leases) -> None:
        self._leases = leases

    def health(self) -> dict[str, Any]:
        return {"pid": os.getpid(), "seats": len(self._leases)}

    def open(self, *, seed: int, lease: float, closing: list[str] | None = None) -> dict[str, Any]:
        for name in closing or ():
            self._leases.close(name)
        return {"seat": self._leases.open(seed, lease)}

    def close(self, *, seat: str) -> dict[str, Any]:
        self._leases.close(seat)
        return {}

    def extend(self, *, seat: str, lease: float) -> dict[str, Any]:
        self._leases.extend(seat, lease)
        return {}

    def reset(self, *, seat: str) -> dict[str, Any]:
        self._leases.use(seat).session.reset()
        return {}

    def fork(self, *, seat: str) -> dict[str, Any]:
        return {"seat": self._leases.fork(seat)}

    def diff(self, *, seat: str) -> dict[str, Any]:
        return {"changes": [change.model_dump() for change in self._leases.use(seat).session.diff()]}

    def snapshot(self, *, seat: str) -> dict[str, Any]:
        kept = self._leases.use(seat).session.snapshot()
        return {"changes": base64.b64encode(kept.changes).decode(), "meta": kept.meta}

    def restore(self, *, seat: str, changes: str, meta: list[tuple[str, int]]) -> dict[str, Any]:
        session = self._leases.use(seat).session
        try:
            kept = Snapshot(base64.b64decode(changes, validate=True), tuple((name, value) for name, value in meta))
        except binascii.Error as error:
            raise ValueError(f"changes: {error}") from None
        session.restore(kept)
        return {}


_NAMES = frozenset(name for name in vars(_Actions) if not name.startswith("_"))


def _error(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status_code=status)
