"""Pages for what is not there and for what went wrong: a sentence and a way back, never a trace."""

import logging

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from tracker.web.security import HEADERS
from tracker.web.visit import Desk

log = logging.getLogger("zesei.web")
SENTENCES = {
    404: "お探しのページはありません。アドレスが途中で切れていないか確かめてください。",
    405: "このページは見るだけのページです。",
}


def add_error_pages(app: FastAPI, desk: Desk) -> None:
    """Answer errors with pages of our own."""

    def refused(request: Request, error: Exception) -> HTMLResponse:
        assert isinstance(error, HTTPException)
        own = error.detail if error.status_code == 404 and error.detail != "Not Found" else ""
        sentence = own or SENTENCES.get(error.status_code, "この求めには応じられません。")
        return desk.answer(request, "errors/not_found.html", error.status_code, sentence=sentence)

    def broken(request: Request, error: Exception) -> HTMLResponse:
        log.error("%s %s", request.method, request.url.path, exc_info=error)
        answer = desk.answer(request, "errors/broken.html", 500)
        answer.headers.update(HEADERS)  # this answer is made outside of the middleware
        return answer

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, broken)
