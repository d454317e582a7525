"""対応: everything that somebody must do by a day, whatever it comes from."""

from datetime import date
from typing import Any

from starlette.responses import HTMLResponse

from tracker.law import contract_items
from tracker.storage.screens.letters import letters_about_task
from tracker.storage.screens.sums import StandingCounts
from tracker.storage.screens.tasks import SORTS, TaskFilter, standing_counts, tasks_page
from tracker.storage.staff import name_of_staff
from tracker.web.grounds import ground_of
from tracker.web.outcomes import outcome
from tracker.web.own_tasks import own_task_page, seen_task
from tracker.web.routes import READERS, Routes
from tracker.web.timeline import timeline
from tracker.web.visit import Visit, Visiting
from tracker.web.words import ORIGINS, TASK_TABS

routes = Routes()
# The tabs' words in addresses, and what the query calls them: 未完了 needs no word, 対応中 is what is due later.
QUERIES = {"": "open", "open": "later"} | {
    word: word for word in ("overdue", "today", "week", "soon", "answered", "completed", "withdrawn", "all")
}


@routes.page("/tasks", who=READERS)
def index(visit: Visiting) -> HTMLResponse:
    """Tasks with filters in the address, 50 a page."""
    wanted = _wanted(visit)
    standing = visit.chosen("standing", QUERIES)
    sort = visit.chosen("sort", SORTS, "closed" if standing == "completed" else "deadline")
    counts = standing_counts(visit.connection, wanted, visit.today)
    return visit.page(
        "tasks/index.html",
        wanted=wanted,
        standing=standing,
        sort=sort,
        slice=tasks_page(visit.connection, wanted, QUERIES[standing], sort, visit.today, visit.page_number, counts),
        tabs=[(word, label, getattr(counts, QUERIES[word])) for word, label in TASK_TABS],
        hidden=_hidden(standing, counts),
        titles=check_titles(visit),
        days_asked=_days_asked(wanted),
    )


@routes.page("/tasks/{key:path}", who=READERS)
def show(visit: Visiting, key: str) -> HTMLResponse:
    """One task: what to do, on what ground, what was answered, and everything that happened to it."""
    return task_page(visit, key)


def task_page(visit: Visit, key: str, status: int = 200, **facts: object) -> HTMLResponse:
    """A task's page; `facts` say what was refused of a form on it."""
    if visit.account.is_of_department:
        return own_task_page(visit, key)
    task = seen_task(visit, key)
    letters, events = letters_about_task(visit.connection, key), visit.records.events.about(f"task:{key}")
    form: dict[str, object] = {"refusal": "", "refused_field": "", "refused_form": "", "typed": {}, "conflict": None}
    submissions = visit.records.submissions
    return visit.page(
        "tasks/show.html",
        status,
        task=task,
        ground=ground_of(visit, task),
        titles=check_titles(visit),
        clauses={item.key: item for item in contract_items()},
        letters=letters,
        timeline=timeline(visit, events, letters),
        seen=events[0].id if events else 0,
        officer=name_of_staff(visit.connection, task.officer_no, visit.today) if task.officer_no else None,
        limits=visit.office.settings.answers,
        pending=submissions.pending_of(key),
        submissions=submissions.of_task(key),
        attachments=submissions.attachments_of(key),
        outcome=outcome(visit, task, events),
        nav="tasks",
        **form | facts,
    )


def check_titles(visit: Visit) -> dict[str, str]:
    """Titles of the checks by name."""
    return {entry.name: entry.title for entry in visit.records.checks.catalogue()}


def _wanted(visit: Visit) -> TaskFilter:
    return TaskFilter(
        department=visit.account.department_code
        or visit.asked("department"),  # a department sees its own, whatever is asked
        origin=visit.chosen("origin", {str(origin): label for origin, label in ORIGINS.items()}),
        finding=visit.asked("finding"),
        check=visit.asked("check"),
        words=visit.asked("q"),
        deadline_on=visit.day_asked("deadline"),
        open_on=visit.day_asked("open"),
        overdue_on=visit.day_asked("overdue"),
    )


def _days_asked(wanted: TaskFilter) -> list[tuple[str, date, str]]:
    """Days that narrow the list: their names in addresses, and how a sentence about each goes on."""
    asked = (
        ("deadline", wanted.deadline_on, "が期限の対応"),
        ("open", wanted.open_on, "の終わりに未完了だった対応"),
        ("overdue", wanted.overdue_on, "の終わりに期限を過ぎていた対応（確認待ちを含みます）"),
    )
    return [(name, day, words) for name, day, words in asked if day]


def _hidden(standing: str, counts: StandingCounts) -> list[tuple[str, int]]:
    """What the tab leaves out, in words: 「完了 128件、取下げ 3件を除く」."""
    parts: dict[str, Any] = {"完了": counts.completed, "取下げ": counts.withdrawn}
    if standing == "all":
        return []
    if standing in ("completed", "withdrawn"):
        del parts["完了" if standing == "completed" else "取下げ"]
        parts = {"未完了": counts.open} | parts
    elif standing:
        parts = {"ほかの未完了": counts.open - getattr(counts, QUERIES[standing])} | parts
    return [(word, number) for word, number in parts.items() if number]
