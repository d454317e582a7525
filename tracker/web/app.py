"""The pages as one application: routes, templates, headers, and nothing from outside the office."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import ModuleType

from anyio import to_thread
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from tracker.api.app import MOUNTED, mounted_api
from tracker.api.imports import largest_import
from tracker.office import Office
from tracker.panics import PanicsAsErrors
from tracker.storage.turns import MOST_VISITORS
from tracker.uploads.working import UploadWorker
from tracker.web import (
    accounts,
    checks,
    decisions,
    departments,
    evidence,
    exceptions,
    findings,
    flags,
    forecast,
    gantt,
    guidance,
    hand_overs,
    imports,
    jobs,
    letters,
    month,
    passwords,
    previews,
    recurrences,
    register_exports,
    registers,
    reports,
    revisions,
    rows,
    runs,
    search,
    sessions,
    sign_in,
    sign_on,
    subcontracts,
    submissions,
    tasks,
    today,
    working,
)  # fmt: skip
from tracker.web import setup as setup_page
from tracker.web.display import environment
from tracker.web.errors import add_error_pages
from tracker.web.headers import SafeHeaders
from tracker.web.security import BodyLimit, NotedPeer, answered_hosts
from tracker.web.setup import SetupCode
from tracker.web.static_files import FOLDER, KeptFiles
from tracker.web.visit import Desk, ShownAccount

NOUNS = (
    today, search, findings, recurrences, guidance, revisions, previews, tasks, decisions, working, month, gantt,
    hand_overs, evidence, checks, runs, flags, exceptions, registers, register_exports, rows, subcontracts, imports,
    reports, letters, forecast, jobs, sign_in, sign_on, passwords, sessions, accounts, setup_page,
)  # fmt: skip
OUTSIDE_NOUNS = (submissions, departments)
FORM_BYTES = 1 << 20
READERS = 40


def create_app(office: Office, setup: SetupCode | None = None, shown: Sequence[ShownAccount] = ()) -> FastAPI:
    """The web application of one office, with the departments' pages and the API in it.

    `setup` opens the page that makes the first administrator; `shown` are accounts that the sign-in page names with
    their passwords: those of an example office.
    """
    app = _application(office, Desk(office.for_visitors(), environment(), shown=tuple(shown)), *NOUNS, *OUTSIDE_NOUNS)
    app.state.setup = setup or SetupCode()
    app.router.routes.append(mounted_api(office.for_visitors()))
    return app


def create_answer_app(office: Office) -> FastAPI:
    """The departments' pages alone: what may be served to the whole office's network without sign-in."""
    return _application(office, Desk(office.for_visitors(), environment(), is_outside=True), *OUTSIDE_NOUNS)


@asynccontextmanager
async def _with_threads_for_all(app: FastAPI) -> AsyncIterator[None]:
    """Those who wait for a writer's turn take no thread from those who read."""
    threads = to_thread.current_default_thread_limiter()
    threads.total_tokens = READERS + MOST_VISITORS
    yield


def _application(office: Office, desk: Desk, *nouns: ModuleType) -> FastAPI:
    app = FastAPI(
        title="zesei",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"auto_configure": False},
        lifespan=_with_threads_for_all,
    )
    app.state.desk = desk
    app.state.uploads = UploadWorker(office)
    for noun in nouns:
        app.include_router(noun.routes)
    app.mount("/static", KeptFiles(directory=FOLDER), name="static")
    add_error_pages(app, desk)
    settings = desk.office.settings
    answer = submissions.largest_form(settings.answers)
    largest = {"/submissions": answer, "/attachments": answer, "/previews": previews.LARGEST_FORM}
    largest["/imports"] = imports.largest_form(settings.limits)

    def limit_of(path: str) -> int:
        if path.startswith(f"{MOUNTED}/"):
            return largest_import(settings, path) or FORM_BYTES
        return next((limit for start, limit in largest.items() if path.startswith(start)), FORM_BYTES)

    app.add_middleware(BodyLimit, limit_of=limit_of)
    hosts = answered_hosts(settings.web, settings.answers.host if desk.is_outside else None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.add_middleware(SafeHeaders, web=settings.web)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.web.proxies))
    app.add_middleware(PanicsAsErrors)
    app.add_middleware(NotedPeer)  # outermost: who really connected
    return app
