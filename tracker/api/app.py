"""The API as one application, to be mounted under /api: its routes, its errors, its document."""

from functools import cache
from types import ModuleType

from fastapi import FastAPI
from starlette.responses import JSONResponse

from tracker import __version__
from tracker.api import (
    checks,
    departments,
    events,
    findings,
    health,
    imports,
    letters,
    registers,
    reports,
    submissions,
    tasks,
    verbs,
)
from tracker.api.document import document_of
from tracker.api.problems import add_problem_answers
from tracker.api.routes import VERSION, GuardedRoute
from tracker.api.uses import NotesUse
from tracker.office import Office

MOUNTED = "/api"
NOUNS: tuple[ModuleType, ...] = (
    submissions,
    verbs,
    tasks,
    findings,
    checks,
    imports,
    registers,
    departments,
    letters,
    events,
    reports,
    health,
)


def create_api(office: Office) -> FastAPI:
    """The API of one office."""
    app = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, telemetry={"auto_configure": False}
    )
    app.state.office, app.state.guarded = office, guarded_routes()
    for noun in NOUNS:
        app.include_router(noun.routes)
    document = cache(lambda: JSONResponse(document_of(app, guarded_routes(), MOUNTED, __version__)))
    app.add_route(f"{VERSION}/openapi.json", lambda request: document())
    add_problem_answers(app)
    app.add_middleware(NotesUse)
    return app


def guarded_routes() -> list[GuardedRoute]:
    """Every route with its rule."""
    return [route for noun in NOUNS for route in noun.routes.routes]
