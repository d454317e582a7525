"""Pages for what is not there and for what went wrong: a sentence and a way back, never a trace."""

import logging

from fastapi import FastAPI
from sqlalchemy.exc import DatabaseError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.storage.damage import damage_sentence, is_damage
from tracker.storage.turns import Busy
from tracker.web.busy import busy_page
from tracker.web.headers import HEADERS
from tracker.web.sign_in import without_sign_in
from tracker.web.visit import OUTSIDE, Desk, PasswordToChange, SignInNeeded, Turned, visiting

log = logging.getLogger("zesei.web")
SENTENCES = {
    400: "送られた内容を読み取れませんでした。前のページに戻り、開き直してから、もう一度送ってください。",
    404: "お探しのページはありません。アドレスが途中で切れていないか確かめてください。",
    405: "このページは見るだけのページです。",
    413: "送られた内容が大きすぎます。何も保存していません。前のページに戻り、ファイルを減らすか小さくしてから、もう一度送ってください。",
}
READING = ("GET", "HEAD")
HEADINGS = {400: "受け付けられませんでした", 413: "受け付けられませんでした"}


def add_error_pages(app: FastAPI, desk: Desk) -> None:
    """Answer errors with pages of our own."""

    def refused(request: Request, error: Exception) -> HTMLResponse:
        assert isinstance(error, HTTPException)
        own = error.detail if isinstance(error, Turned) else ""
        sentence = own or SENTENCES.get(error.status_code, "この求めには応じられません。")
        heading = error.heading if isinstance(error, Turned) else HEADINGS.get(error.status_code, "表示できません")
        page = "errors/refused.html"
        with visiting(request) as visit:
            return visit.page(page, error.status_code, sentence=sentence, heading=heading)

    def broken(request: Request, error: Exception) -> HTMLResponse:
        log.error("%s %s", request.method, path_without_secrets(request.url.path), exc_info=error)
        answer = desk.answer(request, "errors/broken.html", 500)
        answer.headers.update(HEADERS)  # this answer is made outside of the middleware
        return answer

    def damaged(request: Request, error: Exception) -> HTMLResponse:
        if not is_damage(error):
            raise error
        log.error("%s %s: %s", request.method, path_without_secrets(request.url.path), damage_sentence(error))
        return desk.answer(request, "errors/damaged.html", 500)

    async def nobody(request: Request, error: Exception) -> Response:
        try:
            return await without_sign_in(request)
        except HTTPException as turned:
            return await run_in_threadpool(refused, request, turned)
        except Busy:
            return await busy_page(request)

    def not_yet(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if request.method in READING:
            return RedirectResponse("/password", 303)
        return refused(request, Turned(403, error.detail, HEADINGS[400]))

    async def busy(request: Request, error: Exception) -> Response:
        return await busy_page(request)

    app.add_exception_handler(Busy, busy)

    def gone(request: Request, error: Exception) -> Response:
        return Response(status_code=400)  # nobody is there to read it, and it is no fault of ours

    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(SignInNeeded, nobody)
    app.add_exception_handler(PasswordToChange, not_yet)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(DatabaseError, damaged)
    app.add_exception_handler(Exception, broken)


def path_without_secrets(path: str) -> str:
    """The path as it may be written down: whoever reads the log must not get in by it."""
    return next((f"{prefix}…" for prefix in (*OUTSIDE, "/setup/") if path.startswith(prefix)), path)
