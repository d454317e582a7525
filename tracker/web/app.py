"""The pages as one application: routes, templates, headers, and nothing from outside the office."""

from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from tracker.office import Office
from tracker.web import checks, findings, flags, jobs, letters, registers, reports, tasks, today
from tracker.web.display import environment
from tracker.web.errors import add_error_pages
from tracker.web.security import SafeHeaders, answered_hosts
from tracker.web.visit import Desk

NOUNS = (today, findings, tasks, checks, flags, registers, reports, letters, jobs)


def create_app(office: Office) -> FastAPI:
    """The web application of one office; all its routes only read."""
    app = FastAPI(
        title="zesei",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"auto_configure": False},
    )
    desk = Desk(office, environment())
    app.state.desk = desk
    for noun in NOUNS:
        app.include_router(noun.routes)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    add_error_pages(app, desk)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=answered_hosts(office.settings.web), www_redirect=False)
    app.add_middleware(SafeHeaders)
    return app
