"""The server of an application: its connections are bounded by the settings and by what the system lets it open."""

import asyncio
import errno
import logging
import os
import socket
import sys
from contextlib import suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from tracker.settings import WebSettings
from tracker.web.shell.connections import Patience, protocol_with

log = logging.getLogger("zesei.web")
KEPT_BACK = 100  # descriptors for the database, evidence, mail and files
FEWEST = 8
WAITING = 64  # connections that the system keeps until they are taken; asyncio takes so many in one go
SECONDS_BETWEEN_WORDS = 60.0
OUT_OF = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
NO_MORE = "接続を受け付けられません（開けるファイルの数の上限）。接続が減れば、また受け付けます。LimitNOFILE を大きくしてください。"
STARTUP_FAILURE = 3


class VisitorServer(uvicorn.Server):
    """A server that says once a minute, and not two thousand times a second, that it can open nothing more."""

    _said_at: float | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        asyncio.get_running_loop().set_exception_handler(self._told)
        await super().startup(sockets)

    def _told(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        trouble = context.get("exception")
        if not (isinstance(trouble, OSError) and trouble.errno in OUT_OF):
            loop.default_exception_handler(context)
        elif self._said_at is None or loop.time() - self._said_at >= SECONDS_BETWEEN_WORDS:
            self._said_at = loop.time()
            log.error(NO_MORE)


def server_of(app: ASGIApp, host: str, port: int, settings: WebSettings, grace: int) -> VisitorServer:
    """The server of an application at an address; at its end answers have so many seconds to go out."""
    patience = Patience(
        settings.head_seconds, settings.stall_seconds, settings.slowest_kb, _bounded(settings.connections),
        settings.connections_per_address, settings.proxies,
    )  # fmt: skip
    config = uvicorn.Config(
        app, host, port, log_level="warning", access_log=False, proxy_headers=False, backlog=WAITING, ws="none",
        http=protocol_with(patience), timeout_graceful_shutdown=grace,
    )  # fmt: skip
    return VisitorServer(config)


def serve(server: VisitorServer) -> None:
    """Serve until told to stop."""
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)


def _bounded(wanted: int) -> int:
    """So many connections as descriptors are left for; as many of those as the system allows are asked for."""
    if os.name == "nt":
        return wanted
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + KEPT_BACK
    if soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(FEWEST, min(wanted, soft - KEPT_BACK))
