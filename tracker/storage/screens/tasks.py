"""Lists and counts of tasks: standing is computed in the query from deadline and today, never stored."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from tracker.domain.searching import words_of
from tracker.domain.tallies import NO_DEPARTMENT
from tracker.domain.tasks import LAST_DAY, SOON_DAYS, Origin, Task
from tracker.storage.screens.paging import Order, Slice, ordered_slice
from tracker.storage.screens.sums import STANDINGS, StandingCounts, summed_standings
from tracker.storage.search import TASK, Search
from tracker.storage.tables.work import TaskRow
from tracker.storage.tasks import as_task

_TASK = TaskRow.__table__  # type: ignore[attr-defined]
_COLUMNS = [_TASK.c[field.name] for field in fields(Task)]


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks are asked for; an empty field asks for all. `words` must all stand in a task's text."""

    department: str = ""
    origin: str = ""
    finding: str = ""
    check: str = ""
    words: str = ""
    deadline_on: date | None = None
    open_on: date | None = None  # at the end of that day
    overdue_on: date | None = None

    @property
    def source(self) -> str:
        """The source that is asked for, as the sums name it."""
        return f"{Origin.FLAG}/{self.check}" if self.check else self.origin

    @property
    def is_summed(self) -> bool:
        """Whether the sums answer: these are kept by department and source alone."""
        contradicts = bool(self.check) and self.origin not in ("", Origin.FLAG)
        days = (self.deadline_on, self.open_on, self.overdue_on)
        return not (contradicts or self.finding or self.words or any(days))


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
    connection: Connection, wanted: TaskFilter, standing: str, sort: str, today: date, page: int, counts: StandingCounts
) -> Slice[Task]:
    """One page of tasks; `standing` is a key of `standings`, `sort` a key of `SORTS`, `counts` are of the same filter."""
    query = select(_TASK.c.key).where(standings(today)[standing], *conditions_of(connection, wanted))
    slice_ = ordered_slice(connection, query, SORTS[sort], getattr(counts, standing), page)
    found = {
        row.key: as_task(row) for row in connection.execute(select(*_COLUMNS).where(_TASK.c.key.in_(slice_.lines)))
    }
    return Slice(tuple(found[key] for key in slice_.lines), slice_.total, slice_.page)


def standing_counts(connection: Connection, wanted: TaskFilter, today: date) -> StandingCounts:
    """How many tasks of a filter stand how: from the sums where these are kept, else counted."""
    if wanted.is_summed:
        return summed_standings(connection, wanted.department, wanted.source, today)
    rules = standings(today)
    query = select(*(func.count().filter(rules[name]) for name in STANDINGS)).select_from(_TASK)
    row = connection.execute(query.where(*conditions_of(connection, wanted))).one()
    return StandingCounts(**dict(zip(STANDINGS, row, strict=True)))


def progress_by_finding(connection: Connection, today: date, finding_no: str | None = None) -> dict[str, Progress]:
    """Progress of every finding that has measures, or of one, by its number; read from one index alone."""
    rules = standings(today)
    own = [] if finding_no is None else [_TASK.c.origin_ref == finding_no]
    counted = (
        select(
            _TASK.c.origin_ref, func.count(), func.count().filter(rules["completed"]),
            func.count().filter(rules["withdrawn"]), func.count().filter(rules["overdue"]),
            func.min(_TASK.c.deadline_order).filter(rules["open"], _TASK.c.deadline_order < LAST_DAY),
        )
        .where(_TASK.c.origin == str(Origin.FINDING), *own).group_by(_TASK.c.origin_ref)
    )  # fmt: skip
    return {row[0]: Progress(*row[1:]) for row in connection.execute(counted)}


def standings(today: date) -> dict[str, ColumnElement[bool]]:
    """What each word of the filter means on a day; the same rule as `Task.standing`."""
    is_open, deadline = _TASK.c.closed_on.is_(None), _TASK.c.deadline_order
    is_closed = _TASK.c.closed_on.is_not(None)
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
        "later": and_(waits, deadline > soon),
        "completed": and_(is_closed, _TASK.c.completed_on.is_not(None)),
        "withdrawn": and_(is_closed, _TASK.c.completed_on.is_(None)),
        "all": true(),
    }


def open_at_end_of(day: date) -> ColumnElement[bool]:
    """Whether a task was open when a day was over, as far as is known now."""
    return and_(_TASK.c.opened_on <= day, or_(_TASK.c.closed_on.is_(None), _TASK.c.closed_on > day))


def task_columns() -> list[ColumnElement[Any]]:
    """The columns that `as_task` reads."""
    return list(_COLUMNS)


SORTS: dict[str, Order] = {
    "deadline": ((_TASK.c.deadline_order, False), (_TASK.c.key, False)),
    "department": ((_TASK.c.department_code, False), (_TASK.c.deadline_order, False), (_TASK.c.key, False)),
    "opened": ((_TASK.c.opened_on, True), (_TASK.c.key, True)),
    "closed": ((_TASK.c.closed_on, True), (_TASK.c.deadline_order, True), (_TASK.c.key, True)),
}  # fmt: skip


def conditions_of(connection: Connection, wanted: TaskFilter) -> list[ColumnElement[bool]]:
    """What a task of the filter must meet."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.department == NO_DEPARTMENT:
        conditions.append(_TASK.c.department_code.is_(None))
    elif wanted.department:
        conditions.append(_TASK.c.department_code == wanted.department)
    if wanted.origin == Origin.FLAG:
        conditions.append(_TASK.c.origin == wanted.origin)
    elif wanted.origin:
        conditions.append(_TASK.c.source == wanted.origin)
    if wanted.finding:
        conditions += [_TASK.c.origin == str(Origin.FINDING), _TASK.c.origin_ref == wanted.finding]
    if wanted.check:
        conditions.append(_TASK.c.source == f"{Origin.FLAG}/{wanted.check}")
    if wanted.deadline_on:
        conditions.append(_TASK.c.deadline_order == wanted.deadline_on)
    if wanted.open_on:
        conditions.append(open_at_end_of(wanted.open_on))
    if wanted.overdue_on:
        conditions += [open_at_end_of(wanted.overdue_on), _TASK.c.deadline_order < wanted.overdue_on]
    if wanted.words:
        conditions.append(_TASK.c.key.in_(Search(connection).refs_with(words_of(wanted.words), TASK)))
    return conditions
