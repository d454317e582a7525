"""What every answer carries: what a page may load and who may frame it; over https that the office is asked so only."""

from collections.abc import Mapping
from datetime import timedelta

from secure import (
    CacheControl,
    ContentSecurityPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)  # fmt: skip
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.settings import WebSettings

# Built piece by piece: the library's own presets ask for https, which an office's network may not have.
_PAGE = (
    ContentSecurityPolicy()
    .default_src("'self'")
    .script_src("'self'")
    .style_src("'self'")
    .img_src("'self'", "data:")
    .object_src("'none'")
    .base_uri("'none'")
    .frame_ancestors("'self'")
    .form_action("'self'")
)
_PAPER = (
    ContentSecurityPolicy()
    .default_src("'none'")
    .style_src("'unsafe-inline'")
    .img_src("data:")
    .base_uri("'none'")
    .form_action("'none'")
    .frame_ancestors("'self'")
    .sandbox()
)
_EVIDENCE = (
    ContentSecurityPolicy()
    .default_src("'none'")
    .img_src("'self'")
    .object_src("'self'")
    .style_src("'unsafe-inline'")
    .base_uri("'none'")
    .form_action("'none'")
    .frame_ancestors("'self'")
    .sandbox()
)
PAPER_POLICY = _PAPER.header_value
EVIDENCE_POLICY = _EVIDENCE.header_value
HEADERS: Mapping[str, str] = dict(
    Secure(
        csp=_PAGE, xcto=XContentTypeOptions().nosniff(), xfo=XFrameOptions().sameorigin(),
        referrer=ReferrerPolicy().no_referrer(), cache=CacheControl().no_store(),
    ).header_items()
)  # fmt: skip
HSTS = "Strict-Transport-Security"


class SafeHeaders:
    """Adds the headers to every answer that does not set its own."""

    def __init__(self, app: ASGIApp, web: WebSettings) -> None:
        self.app, self.web = app, web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the headers back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**HEADERS, **self._of_https(scope)}.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)

    def _of_https(self, scope: Scope) -> dict[str, str]:
        is_https = self.web.https or scope.get("scheme") == "https"
        if not (is_https and self.web.hsts_days):
            return {}
        return {
            HSTS: StrictTransportSecurity()
            .max_age(int(timedelta(days=self.web.hsts_days).total_seconds()))
            .header_value
        }
