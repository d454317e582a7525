"""The API as one application, to be mounted under /api: its routes, its errors, its document."""

import re
from functools import cache
from types import ModuleType

from fastapi import FastAPI
from starlette.responses import JSONResponse
from starlette.routing import Mount

from tracker import __version__
from tracker.api import (
    checks,
    departments,
    events,
    exports,
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
from tracker.api.documentation import show_documentation
from tracker.api.problems import add_problem_answers
from tracker.api.routes import VERSION, GuardedRoute
from tracker.api.uses import NotesUse
from tracker.office import Office
from tracker.panics import PanicsAsErrors

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
    exports,
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
    app.add_route(f"{VERSION}/docs", show_documentation)
    add_problem_answers(app)
    app.add_middleware(NotesUse)
    app.add_middleware(PanicsAsErrors)
    return app


def mounted_api(office: Office) -> Mount:
    """The API under /api, whatever stands behind it: Starlette's own pattern would leave out a line break."""
    mount = Mount(MOUNTED, create_api(office), name="api")
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


def guarded_routes() -> list[GuardedRoute]:
    """Every route with its rule."""
    return [route for noun in NOUNS for route in noun.routes.routes]
