"""What the morning page counts: departments that must act, the trend, runs that failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from tracker.storage.screens.tasks import standings
from tracker.storage.tables.letters import OutboxRow
from tracker.storage.tables.work import FlagRow, TaskRow

_TASK, _FLAG = TaskRow.__table__, FlagRow.__table__  # type: ignore[attr-defined]
_OUTBOX = OutboxRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class DepartmentWork:
    """What lies with one department; None is work without a known department."""

    code: str | None
    overdue: int
    oldest_deadline: date | None
    this_week: int
    open_flags: int = 0
    last_letter_on: date | None = None
    last_letter_id: int | None = None


@dataclass(frozen=True)
class WeekEnd:
    """Open tasks, and the overdue among them, at the end of one day."""

    day: date
    open: int
    overdue: int


def departments_that_are_late(connection: Connection, today: date) -> list[DepartmentWork]:
    """Departments with something overdue, worst first: most overdue, then longest overdue."""
    rules = standings(today)
    late, oldest = func.count().filter(rules["overdue"]), func.min(_TASK.c.deadline).filter(rules["overdue"])
    query = (
        select(_TASK.c.department_code, late, oldest, func.count().filter(rules["week"]))
        .where(_TASK.c.closed_on.is_(None)).group_by(_TASK.c.department_code)
        .having(late > 0).order_by(late.desc(), oldest, _TASK.c.department_code)
    )  # fmt: skip
    flags, letters = _open_flags(connection), _last_letters(connection)
    return [
        DepartmentWork(code, overdue, since, week, flags.get(code, 0), *letters.get(code, (None, None)))
        for code, overdue, since, week in connection.execute(query)
    ]


def trend(connection: Connection, days: Sequence[date]) -> list[WeekEnd]:
    """Open and overdue tasks at the end of each of those days, in one pass."""
    if not days:
        return []
    counts = []
    for day in days:
        alive = and_(_TASK.c.opened_on <= day, or_(_TASK.c.closed_on.is_(None), _TASK.c.closed_on > day))
        counts += [func.count(case((alive, 1))), func.count(case((and_(alive, _TASK.c.deadline < day), 1)))]
    row = connection.execute(select(*counts).select_from(_TASK)).one()
    return [WeekEnd(day, row[2 * i], row[2 * i + 1]) for i, day in enumerate(days)]


def open_flag_count(connection: Connection) -> dict[str, int]:
    """How many flags of each check are open."""
    return _counted(connection, _FLAG.c.exception_id.is_(None))


def excepted_flag_count(connection: Connection) -> dict[str, int]:
    """How many flags of each check are seen and silenced by an exception."""
    return _counted(connection, _FLAG.c.exception_id.is_not(None))


def _counted(connection: Connection, condition: ColumnElement[bool]) -> dict[str, int]:
    query = select(_FLAG.c.check_name, func.count()).where(_FLAG.c.cleared_on.is_(None), condition)
    return {row[0]: row[1] for row in connection.execute(query.group_by(_FLAG.c.check_name))}


def _open_flags(connection: Connection) -> dict[str | None, int]:
    is_open = and_(_FLAG.c.cleared_on.is_(None), _FLAG.c.exception_id.is_(None))
    query = select(_FLAG.c.department_code, func.count()).where(is_open)
    return {row[0]: row[1] for row in connection.execute(query.group_by(_FLAG.c.department_code))}


def _last_letters(connection: Connection) -> dict[str | None, tuple[date, int]]:
    """The last reminder that was accepted or still waits, by department."""
    newest = (
        select(func.max(_OUTBOX.c.id))
        .where(_OUTBOX.c.kind == "reminder", _OUTBOX.c.given_up_at.is_(None)).group_by(_OUTBOX.c.department_code)
    )  # fmt: skip
    query = select(_OUTBOX.c.department_code, _OUTBOX.c.on_day, _OUTBOX.c.id).where(_OUTBOX.c.id.in_(newest))
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}
