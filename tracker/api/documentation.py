"""The page that explains the API, drawn in the browser from the document by a copy of Swagger UI that lies with us."""

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse

# Swagger UI draws its icons from data: addresses. Styles it sets through the browser's own interface, which this allows.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def show_documentation(request: Request) -> HTMLResponse:
    """The page; anyone may read it, for it holds no fact of the office."""
    return HTMLResponse(_page(), headers={"Content-Security-Policy": POLICY})


@cache
def _page() -> str:
    return Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
