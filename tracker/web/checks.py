"""検査: what each check looks for and on what ground, what it read and saw, and what it saw over the last 90 days."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import HTMLResponse

from tracker.domain.curves import curve_days, curve_picture
from tracker.domain.trends import Frame
from tracker.law import Clause, Law, Threshold, check_words, known_clause, law_of, threshold
from tracker.storage.checks import CatalogueEntry
from tracker.storage.run_requests import RunRequest
from tracker.storage.screens.curves import curve_of
from tracker.storage.screens.flags import FlagFilter, flags_page
from tracker.web.freshness import check_lines, register_ages
from tracker.web.routes import WATCHERS, Routes
from tracker.web.visit import Visit, Visiting, not_found

routes = Routes()
RUNS_SHOWN = 30
FRAME = Frame(width=640, height=150, left=36, right=110, top=12, bottom=24, label_gap=16)
PATIENCE = timedelta(minutes=3)  # a request that waits longer waits for a scheduler that is not there


@dataclass(frozen=True)
class LegalGround:
    """Why a check looks: the clause, the law it belongs to, and the number that the check goes by."""

    clause: Clause | None
    law: Law | None
    threshold: Threshold | None = None
    own_number: int | None = None  # the office's, where it has set another one


@routes.page("/checks", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """Every check with its last run."""
    checks, only = check_lines(visit, register_ages(visit)), visit.chosen("only", frozenset({"doubtful"}))
    shown = [line for line in checks if line.is_loud] if only else checks
    return visit.page("checks/index.html", checks=shown, hidden=len(checks) - len(shown))


@routes.page("/checks/{name}", who=WATCHERS)
def show(visit: Visiting, name: str) -> HTMLResponse:
    """One check: its ground, its registers, today's flags and exceptions, its last runs, its curve."""
    line = next((line for line in check_lines(visit, register_ages(visit)) if line.entry.name == name), None)
    if line is None:
        raise not_found(f"検査「{name}」はありません。")
    days = curve_days(visit.today)
    exceptions = visit.records.exceptions.of_check(name, days[0])
    request = visit.records.run_requests.newest(name)
    excepted = flags_page(visit.connection, FlagFilter(check=name, standing="excepted"), 1)
    return visit.page(
        "checks/show.html",
        line=line,
        ground=_ground(visit, line.entry),
        slice=flags_page(visit.connection, FlagFilter(check=name), 1),
        exceptions=[one for one in exceptions if one.holds_on(visit.today)],
        flags={flag.exception_id: flag for flag in excepted.lines},
        runs=visit.records.checks.runs_of(name, RUNS_SHOWN),
        curve=curve_picture(curve_of(visit.connection, name, days, exceptions), FRAME),
        request_waits=bool(request and request.ended_at is None),
        request_is_late=_is_late(visit, request),
        asked=request if request and visit.office.clock.day_of(request.asked_at) == visit.today else None,
    )


def _is_late(visit: Visit, request: RunRequest | None) -> bool:
    return bool(request and request.ended_at is None and visit.now - request.asked_at > PATIENCE)


def _ground(visit: Visit, entry: CatalogueEntry) -> LegalGround:
    clause = known_clause(entry.ground)
    law = law_of(clause) if clause else None
    try:
        words = check_words(entry.name)
    except KeyError:  # an office's own check: its clause is all that is known
        return LegalGround(clause, law)
    if not words.threshold:
        return LegalGround(clause, law)
    number = threshold(words.threshold)
    own = visit.office.settings.checks.get(entry.name, {}).get(words.setting, number.number)
    return LegalGround(clause, law, number, None if own == number.number else int(own))
