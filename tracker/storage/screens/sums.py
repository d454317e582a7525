"""What pages read from the kept sums: how tasks stand, what lies with each department, the trend."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, select

from tracker.domain.tallies import EVERY, NO_DEPARTMENT, Mark
from tracker.domain.tasks import SOON_DAYS
from tracker.storage.tables.work import TaskTallyRow

_SUM = TaskTallyRow.__table__  # type: ignore[attr-defined]
_OPEN = (str(Mark.WAITING), str(Mark.ANSWERED))


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


STANDINGS = tuple(field.name for field in fields(StandingCounts))


@dataclass(frozen=True)
class OpenWork:
    """What is open with one department; None is work without one."""

    code: str | None
    open: int
    overdue: int
    this_week: int
    oldest_deadline: date | None


@dataclass(frozen=True)
class WeekEnd:
    """Open tasks, and the overdue among them, at the end of one day."""

    day: date
    open: int
    overdue: int


def summed_standings(connection: Connection, department: str, source: str, today: date) -> StandingCounts:
    """How the tasks of a department and a source stand; EVERY for all of them."""
    rules = _standings(today)
    query = select(*(_total(rules[name]) for name in STANDINGS))
    query = query.where(_SUM.c.department == department, _SUM.c.source == source, _SUM.c.mark.in_(_STANDING_MARKS))
    return StandingCounts(*connection.execute(query).one())


def open_work(connection: Connection, today: date) -> list[OpenWork]:
    """What is open with each department that has something open, in the order of their codes."""
    rules = _standings(today)
    oldest = func.min(case((rules["overdue"], _SUM.c.day)))
    query = (
        select(_SUM.c.department, func.sum(_SUM.c.number), _total(rules["overdue"]), _total(rules["week"]), oldest)
        .where(_SUM.c.department != EVERY, _SUM.c.source == EVERY, _SUM.c.mark.in_(_OPEN))
        .group_by(_SUM.c.department).order_by(_SUM.c.department)
    )  # fmt: skip
    rows = connection.execute(query)
    return [OpenWork(None if row[0] == NO_DEPARTMENT else row[0], *(int(n) for n in row[1:4]), row[4]) for row in rows]


def summed_trend(connection: Connection, days: Sequence[date]) -> list[WeekEnd]:
    """Open and overdue tasks at the end of each of those days, as far as is known now."""
    if not days:
        return []
    columns = [_stock(begins, ends, day) for day in days for begins, ends in _SPANS]
    query = select(*columns).where(_SUM.c.department == EVERY, _SUM.c.source == EVERY, _SUM.c.mark.in_(_SPAN_MARKS))
    row = connection.execute(query).one()
    return [WeekEnd(day, row[2 * i], row[2 * i + 1]) for i, day in enumerate(days)]


_STANDING_MARKS = (*_OPEN, str(Mark.COMPLETED), str(Mark.WITHDRAWN))
_SPANS = ((Mark.OPENED, Mark.CLOSED), (Mark.LATE, Mark.LATE_ENDED))
_SPAN_MARKS = tuple(str(mark) for span in _SPANS for mark in span)


def _standings(today: date) -> dict[str, ColumnElement[bool]]:
    waits, day = _SUM.c.mark == str(Mark.WAITING), _SUM.c.day
    soon, sunday = today + timedelta(days=SOON_DAYS), today + timedelta(days=6 - today.weekday())
    return {
        "answered": _SUM.c.mark == str(Mark.ANSWERED),
        "overdue": and_(waits, day < today),
        "today": and_(waits, day == today),
        "soon": and_(waits, day > today, day <= soon),
        "later": and_(waits, day > soon),
        "week": and_(waits, day.between(today, sunday)),
        "completed": _SUM.c.mark == str(Mark.COMPLETED),
        "withdrawn": _SUM.c.mark == str(Mark.WITHDRAWN),
    }


def _total(rule: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((rule, _SUM.c.number), else_=literal(0))), 0)


def _stock(begins: Mark, ends: Mark, day: date) -> ColumnElement[int]:
    """What had begun by the end of a day, less what had ended by then."""
    until = _SUM.c.day <= day
    signed = case(
        (and_(until, _SUM.c.mark == str(begins)), _SUM.c.number),
        (and_(until, _SUM.c.mark == str(ends)), -_SUM.c.number),
        else_=literal(0),
    )
    return func.coalesce(func.sum(signed), 0)
