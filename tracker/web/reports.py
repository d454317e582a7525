"""報告: reports as they were issued, and asking for one of any day."""

import json
from datetime import date
from hashlib import sha256

from starlette.responses import HTMLResponse, Response

from tracker.domain.dates import wareki
from tracker.storage.reports import REPORT_FOLDER, WEEKLY, IssuedReport
from tracker.storage.screens.reports import reports_page
from tracker.web.downloads import download
from tracker.web.papers import shut_in
from tracker.web.routes import WATCHERS, Routes
from tracker.web.visit import Visit, Visiting, not_found
from tracker.web.words import REPORTS

routes = Routes()


@routes.page("/reports", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """Issued reports, newest first."""
    return visit.page("reports/index.html", slice=reports_page(visit.connection, visit.page_number))


@routes.page("/reports/{number}", who=WATCHERS)
def show(visit: Visiting, number: str) -> HTMLResponse:
    """One report: its page in a frame, its files, its other editions."""
    report = _report(visit, number)
    editions = visit.records.reports.editions(report)
    return visit.page("reports/show.html", report=report, editions=editions)


@routes.page("/reports/{number}/page", who=WATCHERS)
def page(visit: Visiting, number: str) -> HTMLResponse:
    """The report's page alone, for the frame and for printing."""
    return shut_in(_report(visit, number).page)


@routes.page("/reports/{number}/files/{form}", who=WATCHERS)
def file(visit: Visiting, number: str, form: str) -> Response:
    """The report in one of the formats it was written in, byte for byte as it was issued."""
    report = _report(visit, number)
    if form == "json":
        text = json.dumps(report.facts, ensure_ascii=False, indent=1)
        return download(text.encode(), _name(report, form), "application/json")
    path = visit.office.data_dir / REPORT_FOLDER / report.file_name(form)
    content = path.read_bytes() if form in report.files and path.is_file() else b""
    if sha256(content).hexdigest() != report.files.get(form):
        raise not_found("この報告のファイルは、保存されていないか、発行した時のものではありません。")
    return download(content, _name(report, form))


def _name(report: IssuedReport, form: str) -> str:
    edition = f"_第{report.edition}版" if report.edition > 1 else ""
    subject = f"_{report.subject}" if report.subject else ""
    return f"{REPORTS[report.kind]}{subject}_{wareki(report.on_day)}{edition}.{form}"


def _report(visit: Visit, number: str) -> IssuedReport:
    """The report of that number; a day stands for its weekly report."""
    if number.isascii() and number.isdecimal() and len(number) <= 16:
        report = visit.records.reports.get(int(number))
    else:
        report = _weekly(visit, number)
    if report is None:
        raise not_found(f"「{number}」の報告はありません。")
    return report


def _weekly(visit: Visit, day: str) -> IssuedReport | None:
    try:
        return visit.records.reports.find(WEEKLY, date.fromisoformat(day))
    except ValueError:
        return None
