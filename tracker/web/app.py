"""The pages as one application: routes, templates, headers, and nothing from outside the office."""

from pathlib import Path
from types import ModuleType

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from tracker.office import Office
from tracker.web import (
    checks,
    decisions,
    departments,
    evidence,
    findings,
    flags,
    forecast,
    gantt,
    hand_overs,
    jobs,
    letters,
    month,
    registers,
    reports,
    submissions,
    tasks,
    today,
)  # fmt: skip
from tracker.web.display import environment
from tracker.web.errors import add_error_pages
from tracker.web.security import BodyLimit, SafeHeaders, answered_hosts
from tracker.web.visit import Desk

NOUNS = (
    today, findings, tasks, decisions, month, gantt, hand_overs, evidence, checks, flags, registers, reports, letters,
    forecast, jobs,
)  # fmt: skip
OUTSIDE_NOUNS = (submissions, departments)
FORM_BYTES = 1 << 20


def create_app(office: Office) -> FastAPI:
    """The web application of one office, with the departments' pages in it."""
    return _application(Desk(office, environment()), *NOUNS, *OUTSIDE_NOUNS)


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
    app.add_middleware(SafeHeaders)
    return app
