"""Lists and counts of tasks: standing is computed in the query from deadline and today, never stored."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from tracker.domain.searching import words_of
from tracker.domain.tasks import SOON_DAYS, Origin, Task
from tracker.storage.screens.paging import Slice, slice_of
from tracker.storage.search import TASK, Search
from tracker.storage.tables.work import TaskRow
from tracker.storage.tasks import as_task

_TASK = TaskRow.__table__  # type: ignore[attr-defined]
_COLUMNS = [_TASK.c[field.name] for field in fields(Task)]
NO_DEPARTMENT = "-"


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks are asked for; an empty field asks for all. `words` must all stand in a task's text."""

    department: str = ""
    origin: str = ""
    finding: str = ""
    check: str = ""
    words: str = ""


@dataclass(frozen=True)
class StandingCounts:
    """How many tasks of a filter stand how; `week` are due from today until Sunday, counted among the others."""

    answered: int
    overdue: int
    today: int
    soon: int
    later: int
    week: int
    completed: int
    withdrawn: int

    @property
    def open(self) -> int:
        """Everything that is neither completed nor withdrawn."""
        return self.answered + self.overdue + self.today + self.soon + self.later

    @property
    def all(self) -> int:
        """Everything."""
        return self.open + self.completed + self.withdrawn


@dataclass(frozen=True)
class Progress:
    """How far one finding's measures have come; `next_deadline` is the earliest that is open."""

    total: int = 0
    completed: int = 0
    withdrawn: int = 0
    overdue: int = 0
    next_deadline: date | None = None

    @property
    def asked(self) -> int:
        """Measures that count: all but the withdrawn ones."""
        return self.total - self.withdrawn


def tasks_page(
    connection: Connection, wanted: TaskFilter, standing: str, sort: str, today: date, page: int
) -> Slice[Task]:
    """One page of tasks; `standing` is a key of `standings`, `sort` a key of `SORTS`."""
    query = select(*_COLUMNS).where(standings(today)[standing], *task_conditions(connection, wanted))
    return slice_of(connection, query.order_by(*SORTS[sort], _TASK.c.key), as_task, page)


def standing_counts(connection: Connection, wanted: TaskFilter, today: date) -> StandingCounts:
    """How many tasks of a filter stand how."""
    rules = standings(today)
    names = [field.name for field in fields(StandingCounts)]
    query = select(*(func.count().filter(rules[name]) for name in names)).select_from(_TASK)
    row = connection.execute(query.where(*task_conditions(connection, wanted))).one()
    return StandingCounts(**dict(zip(names, row, strict=True)))


def progress_by_finding(connection: Connection, today: date) -> dict[str, Progress]:
    """Progress of every finding that has measures, by its number."""
    rules = standings(today)
    counted = (
        select(
            _TASK.c.origin_ref, func.count(), func.count().filter(rules["completed"]),
            func.count().filter(rules["withdrawn"]), func.count().filter(rules["overdue"]),
            func.min(_TASK.c.deadline).filter(rules["open"]),
        )
        .where(_TASK.c.origin == str(Origin.FINDING)).group_by(_TASK.c.origin_ref)
    )  # fmt: skip
    return {row[0]: Progress(*row[1:]) for row in connection.execute(counted)}


def standings(today: date) -> dict[str, ColumnElement[bool]]:
    """What each word of the filter means on a day; the same rule as `Task.standing`."""
    is_open, deadline = _TASK.c.closed_on.is_(None), _TASK.c.deadline
    waits = and_(is_open, _TASK.c.answered_on.is_(None))  # for its department
    soon = today + timedelta(days=SOON_DAYS)
    sunday = today + timedelta(days=6 - today.weekday())
    return {
        "open": is_open,
        "answered": and_(is_open, _TASK.c.answered_on.is_not(None)),
        "overdue": and_(waits, deadline < today),
        "today": and_(waits, deadline == today),
        "week": and_(waits, deadline.between(today, sunday)),
        "soon": and_(waits, deadline > today, deadline <= soon),
        "later": and_(waits, or_(deadline.is_(None), deadline > soon)),
        "completed": _TASK.c.completed_on.is_not(None),
        "withdrawn": and_(_TASK.c.withdrawn_on.is_not(None), _TASK.c.completed_on.is_(None)),
        "all": _TASK.c.key.is_not(None),
    }


def task_columns() -> list[ColumnElement[Any]]:
    """The columns that `as_task` reads."""
    return list(_COLUMNS)


SORTS: dict[str, tuple[Any, ...]] = {
    "deadline": (_TASK.c.deadline.is_(None), _TASK.c.deadline),
    "department": (_TASK.c.department_code.is_(None), _TASK.c.department_code, _TASK.c.deadline),
    "opened": (_TASK.c.opened_on.desc(),),
    "closed": (_TASK.c.closed_on.is_(None), _TASK.c.closed_on.desc()),
}


def task_conditions(connection: Connection, wanted: TaskFilter) -> list[ColumnElement[bool]]:
    """What the fields of a filter ask for."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.department == NO_DEPARTMENT:
        conditions.append(_TASK.c.department_code.is_(None))
    elif wanted.department:
        conditions.append(_TASK.c.department_code == wanted.department)
    if wanted.origin:
        conditions.append(_TASK.c.origin == wanted.origin)
    if wanted.finding:
        conditions += [_TASK.c.origin == str(Origin.FINDING), _TASK.c.origin_ref == wanted.finding]
    if wanted.check:
        of_check = _TASK.c.origin_ref.startswith(f"{wanted.check}/", autoescape=True)
        conditions += [_TASK.c.origin == str(Origin.FLAG), of_check]
    if wanted.words:
        conditions.append(_TASK.c.key.in_(Search(connection).refs_with(words_of(wanted.words), TASK)))
    return conditions
