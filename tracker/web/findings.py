"""指導事項: what the Commission found, and how far the answers have come."""

from itertools import groupby

from starlette.responses import HTMLResponse

from tracker.domain.closings import all_done
from tracker.domain.tasks import Origin
from tracker.entering import is_revisable, stamp_of, task_key
from tracker.registers.typed_findings import document_of
from tracker.storage.screens.tasks import Progress, progress_by_finding
from tracker.web.outcomes import finding_outcome
from tracker.web.routes import WATCHERS, Routes
from tracker.web.timeline import timeline
from tracker.web.visit import Visit, Visiting, not_found

routes = Routes()


@routes.page("/findings", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """Every finding known today under its document, with the progress of its measures."""
    findings = sorted(visit.records.findings.known_on(visit.today), key=lambda one: _newest_first(document_of(one)))
    documents = [(own[0], own) for _, members in groupby(findings, document_of) if (own := list(members))]
    return visit.page(
        "findings/index.html",
        documents=documents,
        closings=visit.records.closings.holding(),
        progress=progress_by_finding(visit.connection, visit.today),
        nothing=Progress(),
    )


@routes.page("/findings/{finding_no:path}", who=WATCHERS)
def show(visit: Visiting, finding_no: str) -> HTMLResponse:
    """One finding: document, law, clause, what was found, its measures, and what happened to it."""
    return finding_page(visit, finding_no)


def finding_page(visit: Visit, finding_no: str, status: int = 200, **facts: object) -> HTMLResponse:
    """A finding's page; `facts` say what was refused of a form on it, or what was read of one."""
    known = {finding.finding_no: finding for finding in visit.records.findings.known_on(visit.today)}
    if finding_no not in known:
        raise not_found(f"指導事項「{finding_no}」はありません。")
    finding = known[finding_no]
    tasks = visit.records.tasks.of_origin(Origin.FINDING, ref=finding_no)
    by_key = {task.key: task for task in tasks}
    plans = visit.records.findings.plans_of(finding_no, visit.today)
    events = visit.records.events.about(f"finding:{finding_no}")
    return visit.page(
        "findings/show.html",
        status,
        finding=finding,
        tasks=tasks,
        progress=progress_by_finding(visit.connection, visit.today, finding_no).get(finding_no, Progress()),
        known=known,
        earlier=visit.records.recurrences.earlier_than(finding_no),
        later=visit.records.recurrences.later_than(finding_no),
        siblings=[one for one in known.values() if document_of(one) == document_of(finding) and one != finding],
        closing=visit.records.closings.of_finding(finding_no),
        all_done=all_done(tasks),
        revisable=[plan for plan in plans if is_revisable(plan, by_key.get(task_key(finding_no, plan.branch)))],
        stamp=stamp_of(finding),
        timeline=timeline(visit, events, ()),
        outcome=finding_outcome(visit, finding_no, tasks, events),
        **{"troubles": {}, "typed": {}, "looked": None, "recurrence_typed": {}} | facts,
    )


def _newest_first(document: tuple[object, ...]) -> tuple[object, ...]:
    kind, given_by, given_on, number, source = document
    return (-getattr(given_on, "toordinal", lambda: 0)(), kind, given_by, number, source)
