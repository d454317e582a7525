"""報告: reports as they were issued, and asking for one of any day."""

import json
from datetime import date
from hashlib import sha256

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.domain.dates import read_date, wareki
from tracker.domain.errors import DateUnreadable, SubmissionRefused
from tracker.edition_differences import difference_lines, differences_of
from tracker.storage.reports import REPORT_FOLDER, WEEKLY, IssuedReport
from tracker.storage.screens.reports import reports_page
from tracker.web.acting import Act, Acting
from tracker.web.downloads import download
from tracker.web.papers import shut_in
from tracker.web.routes import DIVISION, WATCHERS, Routes
from tracker.web.visit import Visit, Visiting, not_found, visiting
from tracker.web.words import REPORTS

routes = Routes()
REQUESTS_SHOWN = 5


@routes.page("/reports", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """Issued reports, newest first."""
    return _index(visit)


@routes.form("/reports", who=DIVISION)
def ask(act: Acting) -> Response:
    """Ask for a report of any day; the scheduler issues it within the minute, and a second click finds the first's request."""
    try:
        kind, day, department = act.line("kind"), _day_of(act), act.line("department")
        if kind not in REPORTS:
            raise SubmissionRefused("kind", "報告を選んでください。")
        subject = department if kind == WEEKLY else ""
        with act.desk.office.store.transaction() as records:
            if subject and subject not in records.departments_ever(act.occasion.on_day):
                raise SubmissionRefused("department", "所管課を選んでください。")
            records.report_requests.ask(kind, subject, day, act.occasion)
    except SubmissionRefused as refusal:
        typed = {name: act.line(name) for name in ("kind", "day", "department")}
        with visiting(act.request) as visit:
            return _index(visit, 422, refusal=str(refusal), refused_field=refusal.field, typed=typed)
    return RedirectResponse("/reports#asked", 303)


def _index(visit: Visit, status: int = 200, **facts: object) -> HTMLResponse:
    requests = visit.records.report_requests.newest(REQUESTS_SHOWN)
    usual = {"typed": {"kind": WEEKLY, "day": "", "department": ""}, "refusal": "", "refused_field": ""}
    return visit.page(
        "reports/index.html", status, slice=reports_page(visit.connection, visit.page_number), requests=requests,
        waits=any(request.ended_at is None for request in requests), **(usual | facts),
    )  # fmt: skip


def _day_of(act: Act) -> date:
    """The day that was typed, today when none was; SubmissionRefused for what is no day, or one to come."""
    typed, today = act.line("day"), act.occasion.on_day
    if not typed:
        return today
    try:
        day = read_date(typed).day
    except DateUnreadable as trouble:
        raise SubmissionRefused("day", str(trouble)) from None
    if day > today:
        raise SubmissionRefused("day", "今日までの日にしてください。")
    return day


@routes.page("/reports/{number}", who=WATCHERS)
def show(visit: Visiting, number: str) -> HTMLResponse:
    """One report: its page in a frame, its files, its other editions."""
    report = _report(visit, number)
    editions = visit.records.reports.editions(report)
    before = next((one for one in editions if one.edition < report.edition), None)
    differences = list(difference_lines(differences_of(before, report))) if before else []
    return visit.page("reports/show.html", report=report, editions=editions, before=before, differences=differences)


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
