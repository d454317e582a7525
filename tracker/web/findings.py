"""指導事項: what the Commission found, and how far the answers have come."""

from starlette.responses import HTMLResponse

from tracker.domain.tasks import Origin
from tracker.storage.screens.tasks import Progress, progress_by_finding
from tracker.web.routes import WATCHERS, Routes
from tracker.web.timeline import timeline
from tracker.web.visit import Visit, Visiting, not_found

routes = Routes()


@routes.page("/findings", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """Every finding known today, with the progress of its measures."""
    return visit.page(
        "findings/index.html",
        findings=visit.records.findings.known_on(visit.today),
        progress=progress_by_finding(visit.connection, visit.today),
        nothing=Progress(),
    )


@routes.page("/findings/{finding_no:path}", who=WATCHERS)
def show(visit: Visiting, finding_no: str) -> HTMLResponse:
    """One finding: law, clause, what was found, and its measures."""
    return finding_page(visit, finding_no)


def finding_page(visit: Visit, finding_no: str, status: int = 200, **facts: object) -> HTMLResponse:
    """A finding's page; `facts` say what was refused of a form on it."""
    known = {finding.finding_no: finding for finding in visit.records.findings.known_on(visit.today)}
    if finding_no not in known:
        raise not_found(f"指導事項「{finding_no}」はありません。")
    return visit.page(
        "findings/show.html",
        status,
        finding=known[finding_no],
        tasks=visit.records.tasks.of_origin(Origin.FINDING, ref=finding_no),
        progress=progress_by_finding(visit.connection, visit.today).get(finding_no, Progress()),
        known=known,
        earlier=visit.records.recurrences.earlier_than(finding_no),
        later=visit.records.recurrences.later_than(finding_no),
        recurrence_moments=timeline(visit, visit.records.events.about(f"finding:{finding_no}"), ()),
        **{"recurrence_typed": {}} | facts,
    )
