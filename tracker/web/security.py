"""Which hosts and forms are answered, and how large they may be: the pages are this office's."""

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.settings import WebSettings

PEER = "zesei.peer"


def answered_hosts(settings: WebSettings, *more: str | None) -> list[str]:
    """Names under which the pages answer; any other is refused, so that no foreign page can read them by DNS."""
    address = str(urlsplit(settings.address).hostname or "")
    hosts = ["127.0.0.1", "localhost", "[::1]", "::1", "testserver", settings.host, address, *more]
    return [host for host in hosts if host]


def comes_from_elsewhere(request: Request) -> bool:
    """Whether the browser says that a form was sent from a page of another site.

    Browsers say so in Sec-Fetch-Site to 127.0.0.1 and to https. With `Referrer-Policy: no-referrer` the Origin of a
    form of ours is "null", so over plain http to another machine they say nothing: there the form's token decides.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site != "same-origin"
    origin = request.headers.get("origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.headers.get("host")


class BodyLimit:
    """Refuses what is larger than its path may be: at once where the length is announced, else when it is passed."""

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int]) -> None:
        self.app, self.limit_of = app, limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; whoever reads too much of it gets HTTPException 413."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit, announced, read = self.limit_of(scope["path"]), Headers(scope=scope).get("content-length", ""), 0

        async def receive_within_limit() -> Message:
            nonlocal read
            if announced.isdecimal() and int(announced) > limit:
                raise HTTPException(413)
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_within_limit, send)


class NotedPeer:
    """Notes who really connected, before a trusted proxy's word about whom it serves is taken."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        scope[PEER] = (scope.get("client") or ("", 0))[0]
        await self.app(scope, receive, send)
