"""工程: tasks as bars over a fiscal year, by department or by finding."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

from starlette.responses import HTMLResponse

from tracker.domain.bars import Bar, Span, bar_of
from tracker.domain.months import fiscal_span, fiscal_words, read_fiscal_year
from tracker.domain.tasks import Task
from tracker.storage.screens.months import timeline_page
from tracker.web.month import filter_of
from tracker.web.routes import READERS, Routes
from tracker.web.visit import Visit, Visiting

routes = Routes()
PER_PAGE = 50
LONGEST_SPAN = timedelta(days=5 * 366)
GROUPINGS = {"department": "所管課ごと", "finding": "指導事項ごと"}


@dataclass(frozen=True)
class Line:
    """One task with its bar."""

    task: Task
    bar: Bar


@routes.page("/timeline", who=READERS)
def show(visit: Visiting) -> HTMLResponse:
    """Bars from opening to deadline; so many a page, the next ones after the last."""
    year = read_fiscal_year(visit.asked("year"), visit.today)
    span, wanted, by = _span(visit, year), filter_of(visit), visit.chosen("by", GROUPINGS, "department")
    wanted = replace(wanted, origin="") if by == "finding" else wanted
    before, after = _edge(visit, "before"), _edge(visit, "after")
    tasks = timeline_page(
        visit.connection, span.first, span.last, by=by, wanted=wanted, edge=before or after, number=PER_PAGE + 1,
        back=before is not None,
    )  # fmt: skip
    has_more = len(tasks) > PER_PAGE
    shown = (tasks[1:] if before else tasks[:PER_PAGE]) if has_more else tasks
    return visit.page(
        "timeline/show.html", span=span, by=by, groupings=GROUPINGS, wanted=wanted, year=year, years=_years(visit, year),
        chosen=bool(visit.day_asked("from") and visit.day_asked("to")), title=fiscal_words(year),
        groups=_groups(visit, shown, span, by), is_first=not (after or (before and has_more)), months=span.months(),
        before=shown[0].key if shown and (after or (before and has_more)) else "",
        after=shown[-1].key if shown and (before or has_more) else "",
        now_at=span.at(visit.today) if span.holds(visit.today) else None,
        finding_numbers=[finding.finding_no for finding in visit.records.findings.known_on(visit.today)],
    )  # fmt: skip


def _span(visit: Visit, year: int) -> Span:
    """The days chosen, at most five years of them; else the fiscal year."""
    first, last = visit.day_asked("from"), visit.day_asked("to")
    if first and last and first < last:
        return Span(first, min(last, first + LONGEST_SPAN))
    return Span(*fiscal_span(year))


def _years(visit: Visit, year: int) -> list[tuple[int, str]]:
    """Fiscal years to choose from: around today's, and the one that is shown."""
    now = read_fiscal_year("", visit.today)
    return [(one, fiscal_words(one)) for one in sorted({*range(now - 5, now + 3), year}, reverse=True)]


def _edge(visit: Visit, name: str) -> Task | None:
    """The task after or before which the page begins, as its address names it."""
    key = visit.request.query_params.get(name, "")
    task = visit.records.tasks.find(key) if key else None
    return task if task and visit.account.sees(task.department_code) else None


def _groups(visit: Visit, tasks: list[Task], span: Span, by: str) -> list[tuple[str, str, list[Line]]]:
    """Address part, heading and lines of each department or finding."""
    subjects = {one.finding_no: one.subject for one in visit.records.findings.known_on(visit.today)}

    def group_of(task: Task) -> str:
        return (task.department_code or "-") if by == "department" else task.origin_ref

    def heading(group: str) -> str:
        if by == "department":
            return visit.department(None if group == "-" else group)
        return f"指導事項 {group}　{subjects.get(group, '')}".strip()

    return [
        (group, heading(group), [Line(task, bar_of(task, span, visit.today)) for task in members])
        for group, members in groupby(tasks, key=group_of)
    ]
