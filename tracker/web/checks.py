"""検査: what each check looks for, what it read and what it saw."""

from starlette.responses import HTMLResponse

from tracker.storage.screens.flags import FlagFilter, flags_page
from tracker.web.freshness import check_lines, register_ages
from tracker.web.routes import WATCHERS, Routes
from tracker.web.visit import Visiting, not_found

routes = Routes()
RUNS_SHOWN = 30


@routes.page("/checks", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """Every check with its last run."""
    checks, only = check_lines(visit, register_ages(visit)), visit.chosen("only", frozenset({"doubtful"}))
    shown = [line for line in checks if line.is_loud] if only else checks
    return visit.page("checks/index.html", checks=shown, hidden=len(checks) - len(shown))


@routes.page("/checks/{name}", who=WATCHERS)
def show(visit: Visiting, name: str) -> HTMLResponse:
    """One check: its ground, its registers, today's flags, its last runs."""
    line = next((line for line in check_lines(visit, register_ages(visit)) if line.entry.name == name), None)
    if line is None:
        raise not_found(f"検査「{name}」はありません。")
    return visit.page(
        "checks/show.html",
        line=line,
        slice=flags_page(visit.connection, FlagFilter(check=name), 1),
        runs=visit.records.checks.runs_of(name, RUNS_SHOWN),
    )
