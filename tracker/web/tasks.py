"""対応: everything that somebody must do by a day, whatever it comes from."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from tracker.domain.tasks import Origin, Task
from tracker.law import contract_items
from tracker.storage.screens.flags import flag_of_task
from tracker.storage.screens.letters import letters_about_task
from tracker.storage.screens.tasks import SORTS, StandingCounts, TaskFilter, standing_counts, tasks_page
from tracker.web.timeline import timeline
from tracker.web.visit import Visit, Visiting, not_found
from tracker.web.words import ORIGINS, TASK_TABS

routes = APIRouter()
# The tabs' words in addresses, and what the query calls them: 未完了 needs no word, 対応中 is what is due later.
QUERIES = {"": "open", "open": "later"} | {
    word: word for word in ("overdue", "today", "week", "soon", "answered", "completed", "withdrawn", "all")
}


@routes.get("/tasks")
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
        slice=tasks_page(visit.connection, wanted, QUERIES[standing], sort, visit.today, visit.page_number),
        tabs=[(word, label, getattr(counts, QUERIES[word])) for word, label in TASK_TABS],
        hidden=_hidden(standing, counts),
        titles=check_titles(visit),
    )


@routes.get("/tasks/{key:path}")
def show(visit: Visiting, key: str) -> HTMLResponse:
    """One task: what to do, on what ground, and everything that happened to it."""
    task = visit.records.tasks.find(key)
    if task is None:
        raise not_found(f"対応「{key}」はありません。")
    letters = letters_about_task(visit.connection, key)
    finding = task.origin_ref if task.origin is Origin.FINDING else None
    return visit.page(
        "tasks/show.html",
        task=task,
        finding=next((f for f in visit.records.findings.known_on(visit.today) if f.finding_no == finding), None),
        titles=check_titles(visit),
        check=_check(task),
        flag=flag_of_task(visit.connection, task.origin_ref, key) if task.origin is Origin.FLAG else None,
        clauses={item.key: item for item in contract_items()},
        letters=letters,
        timeline=timeline(visit, visit.records.events.about(f"task:{key}"), letters),
    )


def check_titles(visit: Visit) -> dict[str, str]:
    """Titles of the checks by name."""
    return {entry.name: entry.title for entry in visit.records.checks.catalogue()}


def _wanted(visit: Visit) -> TaskFilter:
    return TaskFilter(
        department=visit.asked("department"),
        origin=visit.chosen("origin", {str(origin): label for origin, label in ORIGINS.items()}),
        finding=visit.asked("finding"),
        check=visit.asked("check"),
        words=visit.asked("q"),
    )


def _check(task: Task) -> str:
    return task.origin_ref.partition("/")[0] if task.origin is Origin.FLAG else ""


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
