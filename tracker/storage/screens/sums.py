"""What pages read from the kept sums: how tasks stand, what lies with each department, the trend."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, Date, bindparam, case, func, select

from tracker.domain.tallies import EVERY, NO_DEPARTMENT, SEEN, Mark
from tracker.domain.tasks import LAST_DAY, SOON_DAYS
from tracker.storage.tables.work import TallyRow

_SUM = TallyRow.__table__  # type: ignore[attr-defined]
_OPEN = (str(Mark.WAITING), str(Mark.ANSWERED))
_SPANS = {str(Mark.OPENED): 1, str(Mark.CLOSED): -1, str(Mark.LATE): 1, str(Mark.LATE_ENDED): -1}
_OVERDUE = (Mark.LATE, Mark.LATE_ENDED)


@dataclass(frozen=True)
class StandingCounts:
    """How many tasks of a filter stand how; `week` are due from today until Sunday, counted among the others."""

    answered: int = 0
    overdue: int = 0
    today: int = 0
    soon: int = 0
    later: int = 0
    week: int = 0
    completed: int = 0
    withdrawn: int = 0

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


@dataclass(frozen=True)
class WeekEnd:
    """Open tasks, and the overdue among them, at the end of one day."""

    day: date
    open: int
    overdue: int


def summed_standings(connection: Connection, department: str, source: str, today: date) -> StandingCounts:
    """How the tasks of a department and a source stand; EVERY for all of them."""
    found = Counter[str]()
    sunday = today + timedelta(days=6 - today.weekday())
    for mark, day, number in connection.execute(_STANDINGS_OF, {"source": source, "department": department}):
        found[_standing(mark, day, today)] += number
        if mark == Mark.WAITING and today <= day <= sunday:
            found["week"] += number
    return StandingCounts(**found)


def open_work(connection: Connection, today: date) -> list[OpenWork]:
    """What is open with each department that has something open, in the order of their codes.

    Whole months are read as one sum each: only this month and this week are read by days.
    """
    days = {"first": today.replace(day=1), "today": today, "last": today + timedelta(days=6 - today.weekday())}
    still_open, overdue, week = Counter[str](), Counter[str](), Counter[str]()
    for code, number, before in connection.execute(_MONTHS, days):
        still_open[code], overdue[code] = number, before
    for code, late, due in connection.execute(_THIS_MONTH, days):
        overdue[code] += late
        week[code] = due
    for code, number in connection.execute(_ANSWERED):
        still_open[code] += number
    return [
        OpenWork(None if code == NO_DEPARTMENT else code, number, overdue[code], week[code])
        for code, number in sorted(still_open.items())
    ]


def oldest_deadlines(connection: Connection, codes: Collection[str | None]) -> dict[str | None, date]:
    """The earliest deadline that waits for each of these departments."""
    query = select(_SUM.c.department, func.min(_SUM.c.day)).where(
        _SUM.c.source == EVERY, _SUM.c.mark == str(Mark.WAITING), _SUM.c.day < LAST_DAY,
        _SUM.c.department.in_([code or NO_DEPARTMENT for code in codes]),
    )  # fmt: skip
    rows = connection.execute(query.group_by(_SUM.c.department))
    return {None if row[0] == NO_DEPARTMENT else row[0]: row[1] for row in rows}


def seen_flags(connection: Connection) -> dict[str, dict[str | None, int]]:
    """How many flags are open, by check and by department."""
    return _flags(connection, Mark.SEEN)


def excepted_flags(connection: Connection) -> dict[str, dict[str | None, int]]:
    """How many flags an exception silences, by check and by department."""
    return _flags(connection, Mark.EXCEPTED)


def _flags(connection: Connection, mark: Mark) -> dict[str, dict[str | None, int]]:
    found = defaultdict[str, dict[str | None, int]](dict)
    for source, code, number in connection.execute(_SEEN, {"mark": str(mark)}):
        found[source.removeprefix(SEEN)][None if code == NO_DEPARTMENT else code] = number
    return found


def summed_trend(connection: Connection, days: Sequence[date]) -> list[WeekEnd]:
    """Open and overdue tasks at the end of each of those days (the earliest first), as far as is known now.

    Counted back from what is open now: only what began or ended after the first day is read.
    """
    if not days:
        return []
    still_open, with_deadline = connection.execute(_OPEN_NOW).one()
    open_since, late_since = [0] * (len(days) + 1), [0] * (len(days) + 1)  # by how many of the days lie before it
    for mark, day, number in connection.execute(_BEGUN_AND_ENDED, {"after": days[0]}):
        (late_since if mark in _OVERDUE else open_since)[bisect_left(days, day)] += _SPANS[mark] * number
    return [
        WeekEnd(day, still_open - sum(open_since[i + 1 :]), with_deadline - sum(late_since[i + 1 :]))
        for i, day in enumerate(days)
    ]


def _standing(mark: str, day: date, today: date) -> str:
    if mark != Mark.WAITING:
        return mark
    if day <= today:
        return "overdue" if day < today else "today"
    return "soon" if day <= today + timedelta(days=SOON_DAYS) else "later"


def _if(rule: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((rule, _SUM.c.number), else_=0))


# Made once: they are asked on every page.
_STANDINGS_OF = select(_SUM.c.mark, _SUM.c.day, _SUM.c.number).where(
    _SUM.c.source == bindparam("source"), _SUM.c.department == bindparam("department"),
    _SUM.c.mark.in_([*_OPEN, str(Mark.COMPLETED), str(Mark.WITHDRAWN)]),
)  # fmt: skip
_MONTHS = (
    select(_SUM.c.department, func.sum(_SUM.c.number), _if(_SUM.c.day < bindparam("first", type_=Date)))
    .where(_SUM.c.source == EVERY, _SUM.c.mark == str(Mark.WAITING_MONTH)).group_by(_SUM.c.department)
)  # fmt: skip
_THIS_MONTH = (
    select(_SUM.c.department, _if(_SUM.c.day < bindparam("today", type_=Date)), _if(_SUM.c.day >= bindparam("today", type_=Date)))
    .where(
        _SUM.c.source == EVERY, _SUM.c.mark == str(Mark.WAITING), _SUM.c.department != EVERY,
        _SUM.c.day.between(bindparam("first"), bindparam("last")),
    ).group_by(_SUM.c.department)
)  # fmt: skip
_ANSWERED = select(_SUM.c.department, _SUM.c.number).where(
    _SUM.c.source == EVERY, _SUM.c.mark == str(Mark.ANSWERED), _SUM.c.department != EVERY
)
_SEEN = select(_SUM.c.source, _SUM.c.department, _SUM.c.number).where(
    _SUM.c.source >= SEEN, _SUM.c.source < f"{SEEN[:-1]}0", _SUM.c.mark == bindparam("mark")
)
_OPEN_NOW = select(
    func.coalesce(func.sum(_SUM.c.number), 0),
    func.coalesce(func.sum(case((_SUM.c.day < LAST_DAY, _SUM.c.number), else_=0)), 0),
).where(_SUM.c.source == EVERY, _SUM.c.department == EVERY, _SUM.c.mark.in_(_OPEN))
_BEGUN_AND_ENDED = select(_SUM.c.mark, _SUM.c.day, _SUM.c.number).where(
    _SUM.c.source == EVERY, _SUM.c.department == EVERY, _SUM.c.mark.in_(list(_SPANS)), _SUM.c.day > bindparam("after")
)
