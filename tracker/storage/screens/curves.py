"""How many flags of a check were open on each of some days: counted from the days they were first seen and cleared."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, or_, select

from tracker.domain.curves import CurveDay
from tracker.domain.exceptions import FlagException
from tracker.storage.tables.work import FlagRow

_FLAG = FlagRow.__table__  # type: ignore[attr-defined]


def curve_of(
    connection: Connection, check_name: str, days: Sequence[date], exceptions: Sequence[FlagException]
) -> list[CurveDay]:
    """The numbers of each day; `exceptions` are those of the check that held on any of them."""
    of_check, first = _FLAG.c.check_name == check_name, days[0]
    began = select(func.count()).where(
        of_check, _FLAG.c.first_seen_on < first, or_(_FLAG.c.cleared_on.is_(None), _FLAG.c.cleared_on >= first)
    )
    seen = int(connection.execute(began).scalar_one())
    opened = _by_day(connection, _FLAG.c.first_seen_on, of_check, first)
    cleared = _by_day(connection, _FLAG.c.cleared_on, of_check, first)
    excepted = _excepted(connection, of_check, days, exceptions)
    curve = []
    for day in days:
        new, gone = opened.get(day, 0), cleared.get(day, 0)
        seen += new - gone
        curve.append(CurveDay(day, seen - excepted.get(day, 0), excepted.get(day, 0), new, gone))
    return curve


def _by_day(connection: Connection, column: Any, of_check: Any, first: date) -> dict[date, int]:
    query = select(column, func.count()).where(of_check, column >= first).group_by(column)
    return {row[0]: row[1] for row in connection.execute(query)}


def _excepted(
    connection: Connection, of_check: Any, days: Sequence[date], exceptions: Sequence[FlagException]
) -> dict[date, int]:
    """Exceptions are few, and so are the flags of their subjects."""
    subjects = sorted({exception.subject for exception in exceptions})
    if not subjects:
        return {}
    query = select(_FLAG.c.subject, _FLAG.c.first_seen_on, _FLAG.c.cleared_on)
    flags = list(connection.execute(query.where(of_check, _FLAG.c.subject.in_(subjects))))
    return {
        day: sum(
            flag.first_seen_on <= day and (flag.cleared_on is None or flag.cleared_on > day)
            and any(one.subject == flag.subject and one.holds_on(day) for one in exceptions)
            for flag in flags
        )
        for day in days
    }  # fmt: skip
