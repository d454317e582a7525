"""The pages as one application: routes, templates, headers, and nothing from outside the office."""

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from tracker.office import Office
from tracker.web import (
    accounts,
    checks,
    decisions,
    departments,
    evidence,
    findings,
    flags,
    forecast,
    jobs,
    letters,
    passwords,
    registers,
    reports,
    sessions,
    sign_in,
    sign_on,
    submissions,
    tasks,
    today,
)  # fmt: skip
from tracker.web import setup as setup_page
from tracker.web.display import environment
from tracker.web.errors import add_error_pages
from tracker.web.headers import SafeHeaders
from tracker.web.security import BodyLimit, NotedPeer, answered_hosts
from tracker.web.setup import SetupCode
from tracker.web.visit import Desk, ShownAccount

NOUNS = (
    today, findings, tasks, decisions, evidence, checks, flags, registers, reports, letters, forecast, jobs,
    sign_in, sign_on, passwords, sessions, accounts, setup_page,
)  # fmt: skip
OUTSIDE_NOUNS = (submissions, departments)
FORM_BYTES = 1 << 20


def create_app(office: Office, setup: SetupCode | None = None, shown: Sequence[ShownAccount] = ()) -> FastAPI:
    """The web application of one office, with the departments' pages in it.

    `setup` opens the page that makes the first administrator; `shown` are accounts that the sign-in page names with
    their passwords: those of an example office.
    """
    app = _application(Desk(office, environment(), shown=tuple(shown)), *NOUNS, *OUTSIDE_NOUNS)
    app.state.setup = setup or SetupCode()
    return app


def create_answer_app(office: Office) -> FastAPI:
    """The departments' pages alone: what may be served to the whole office's network without sign-in."""
    return _application(Desk(office, environment(), is_outside=True), *OUTSIDE_NOUNS)


def _application(desk: Desk, *nouns: ModuleType) -> FastAPI:
    app = FastAPI(
        title="zesei",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"auto_configure": False},
    )
    app.state.desk = desk
    for noun in nouns:
        app.include_router(noun.routes)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    add_error_pages(app, desk)
    settings = desk.office.settings
    largest = submissions.largest_form(settings.answers)
    app.add_middleware(BodyLimit, limit_of=lambda path: largest if path.startswith("/submissions/") else FORM_BYTES)
    hosts = answered_hosts(settings.web, settings.answers.host if desk.is_outside else None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.add_middleware(SafeHeaders, web=settings.web)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.web.proxies))
    app.add_middleware(NotedPeer)  # outermost: who really connected
    return app
