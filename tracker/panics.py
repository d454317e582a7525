"""A native library's panic during a request is an ordinary error of that request: the server lives and answers."""

from asyncio import CancelledError

from starlette.types import ASGIApp, Receive, Scope, Send

MEANT = (Exception, KeyboardInterrupt, SystemExit, CancelledError, GeneratorExit)


class NativePanic(Exception):
    """What a native library threw past every `except Exception`."""


class PanicsAsErrors:
    """Turns panics into errors for which there is a page; what is meant to end a task or the program goes through."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        try:
            await self.app(scope, receive, send)
        except MEANT:
            raise
        except BaseException as panic:
            raise NativePanic(f"{type(panic).__name__}: {panic}") from panic
