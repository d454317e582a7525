"""Reports that somebody asked for on the pages: issued once each, whatever happens to the process meanwhile."""

from jobs.reports.issuing import issue, refuse_unknown_past
from jobs.reports.kinds import kind_named
from jobs.reports.writing import write_files
from jobs.runner import Work
from tracker.domain.dates import wareki
from tracker.domain.errors import Refusal
from tracker.domain.events import Occasion
from tracker.domain.pick_ups import killed
from tracker.storage.report_requests import ReportRequest
from tracker.storage.reports import IssuedReport


def issue_requested_reports(work: Work) -> None:
    """Issue what was asked for since the last tick; a killed run is taken up where it stopped."""
    with work.office.store.transaction() as records:
        requests = records.report_requests.begin(work.run.id)
    told = list[str]()
    for request in requests:
        with work.part(_name(request)):
            told.append(_carry_out(work, request))
        with work.part(f"{_name(request)}の記録"):
            _end_failed(work, request)
    work.summary = "、".join(told)


def _name(request: ReportRequest) -> str:
    return f"{request.kind} {request.on_day}"


def _carry_out(work: Work, request: ReportRequest) -> str:
    with work.office.store.transaction() as records:
        may_begin = records.report_requests.pick_up(request.id, work.occasion.at)
    if not may_begin:
        work.failures[_name(request)] = killed()
        return _end(work, request, "failed", killed())
    office, occasion = work.office, Occasion(request.asked_by, work.occasion.at, request.on_day)
    try:
        kind = kind_named(request.kind)
        refuse_unknown_past(office, request.on_day)
        with office.store.transaction() as records:
            issued = issue(records, office, kind, occasion, request.subject)
    except Refusal as refusal:
        return _end(work, request, "failed", str(refusal))
    report = issued.report
    hashes = write_files(office.data_dir, report)
    with office.store.transaction() as records:
        records.reports.note_files(report, hashes)
    return _end(work, request, "done", _summary(kind.title, report, issued.is_new, len(issued.differences)), report)


def _summary(title: str, report: IssuedReport, is_new: bool, differences: int) -> str:
    named = f"{title}（{wareki(report.on_day)}）"
    if not is_new:
        return f"{named}は第{report.edition}版を発行済みで、内容は今の記録と同じです。"
    if report.edition == 1:
        return f"{named}を発行しました。"
    return f"{named}の第{report.edition}版を発行しました。前の版と{differences}か所が異なります。"


def _end(work: Work, request: ReportRequest, outcome: str, summary: str, report: IssuedReport | None = None) -> str:
    with work.office.store.transaction() as records:
        number = report.id if report else None
        records.report_requests.end(request.id, work.office.clock.now(), outcome, summary, number)
    return summary


def _end_failed(work: Work, request: ReportRequest) -> None:
    """A request whose making broke says so, and does not wait for ever."""
    trouble = work.failures.get(_name(request))
    if trouble and trouble != killed():
        _end(work, request, "failed", f"報告を作れませんでした。（{trouble}）")
