"""What every answer carries, which hosts and forms are answered, how large they may be: the pages are this office's."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.settings import WebSettings

PAGE_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; form-action 'self'"
)
PAPER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def answered_hosts(settings: WebSettings, *more: str | None) -> list[str]:
    """Names under which the pages answer; any other is refused, so that no foreign page can read them by DNS."""
    address = str(urlsplit(settings.address).hostname or "")
    hosts = ["127.0.0.1", "localhost", "[::1]", "::1", "testserver", settings.host, address, *more]
    return [host for host in hosts if host]


def comes_from_our_pages(request: Request) -> bool:
    """Whether a form was sent from a page of this very site, and not from another one in the same browser.

    Browsers say so in Sec-Fetch-Site to 127.0.0.1 and to HTTPS. With `Referrer-Policy: no-referrer` the Origin of a
    form is "null", so it only helps where a program or an old browser names it.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == request.headers.get("host")


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


class SafeHeaders:
    """Adds the headers to every answer that does not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the headers back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
