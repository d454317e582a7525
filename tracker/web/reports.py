"""報告: weekly reports as they were issued."""

import json
from datetime import date

from starlette.responses import HTMLResponse, Response

from tracker.storage.reports import IssuedReport
from tracker.storage.screens.runs import reports_page
from tracker.web.papers import shut_in
from tracker.web.routes import WATCHERS, Routes
from tracker.web.visit import Visit, Visiting, not_found

routes = Routes()


@routes.page("/reports", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """Issued reports, newest first."""
    return visit.page("reports/index.html", slice=reports_page(visit.connection, visit.page_number))


@routes.page("/reports/{day}", who=WATCHERS)
def show(visit: Visiting, day: str) -> HTMLResponse:
    """One report: its page in a frame."""
    return visit.page("reports/show.html", report=_report(visit, day))


@routes.page("/reports/{day}/page", who=WATCHERS)
def page(visit: Visiting, day: str) -> HTMLResponse:
    """The report's page alone, for the frame and for printing."""
    return shut_in(_report(visit, day).page)


@routes.page("/reports/{day}/json", who=WATCHERS)
def facts(visit: Visiting, day: str) -> Response:
    """The report's facts for a program."""
    report = _report(visit, day)
    text = json.dumps(report.facts, ensure_ascii=False, indent=1)
    name = f"weekly-{report.on_day.isoformat()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="application/json", headers=headers)


def _report(visit: Visit, day: str) -> IssuedReport:
    try:
        report = visit.records.reports.find(date.fromisoformat(day))
    except ValueError:
        report = None
    if report is None:
        raise not_found(f"「{day}」の報告はありません。")
    return report
