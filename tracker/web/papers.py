"""Answering with a page that was made elsewhere (a letter, a report): shut in, so that nothing in it can act."""

from starlette.responses import HTMLResponse

from tracker.web.security import PAPER_POLICY


def shut_in(page: str) -> HTMLResponse:
    """The page as it is, for a sandboxed frame: no script, no form, nothing fetched from anywhere."""
    return HTMLResponse(page, headers={"Content-Security-Policy": PAPER_POLICY})
