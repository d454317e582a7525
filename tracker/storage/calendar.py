"""The calendar as a table, so that a check's one query can ask for open days and for periods."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection, delete, insert

from tracker.domain.calendar import OfficeCalendar
from tracker.domain.dates import wareki, wareki_year
from tracker.storage.notes import note, noted
from tracker.storage.tables.runs import CalendarDayRow, PeriodRow

_DAY = CalendarDayRow.__table__  # type: ignore[attr-defined]
_PERIOD = PeriodRow.__table__  # type: ignore[attr-defined]
FIRST_YEAR, LAST_YEAR = 2010, 2045
ORIGIN_NOTE = "calendar"
MONTHS_OF = {"毎月": 1, "四半期": 3, "半年": 6, "毎年": 12}


def keep_calendar(connection: Connection, calendar: OfficeCalendar, origin: str) -> None:
    """Write the calendar anew when what it is made from has changed; `origin` names that."""
    if is_calendar_kept(connection, origin):
        return
    for table in (_DAY, _PERIOD):
        connection.execute(delete(table))
    connection.execute(insert(_DAY), list(_days(calendar)))
    connection.execute(insert(_PERIOD), list(_periods()))
    note(connection, ORIGIN_NOTE, _with_years(origin))


def is_calendar_kept(connection: Connection, origin: str) -> bool:
    """Whether the calendar table was made from `origin`."""
    return noted(connection, ORIGIN_NOTE) == _with_years(origin)


def _with_years(origin: str) -> str:
    return f"{FIRST_YEAR}-{LAST_YEAR}|{origin}"


def _days(calendar: OfficeCalendar) -> Iterator[dict[str, object]]:
    day = date(LAST_YEAR, 12, 31)
    after = calendar.open_day_from(day + timedelta(days=1))
    while day.year >= FIRST_YEAR:
        is_open = not calendar.is_closed(day)
        open_from = day if is_open else after
        yield {"day": day, "number": day.toordinal(), "is_open": is_open, "open_from": open_from, "open_after": after}
        after = open_from
        day -= timedelta(days=1)


def _periods() -> Iterator[dict[str, object]]:
    monday = date(FIRST_YEAR, 1, 4)
    while monday.year <= LAST_YEAR:
        sunday = monday + timedelta(days=6)
        yield _period("毎週", monday, sunday, f"{wareki(monday)}の週")
        monday += timedelta(days=7)
    for year in range(FIRST_YEAR, LAST_YEAR):
        for cycle, months in MONTHS_OF.items():
            for start in range(4, 16, months):
                yield _of_months(cycle, year, start, months)


def _of_months(cycle: str, year: int, start: int, months: int) -> dict[str, object]:
    """A period of whole months in the fiscal year that begins in April of `year`; months above 12 are the next year's."""
    first = date(year + (start - 1) // 12, (start - 1) % 12 + 1, 1)
    end_month = start + months - 1
    last_year, last_month = year + (end_month - 1) // 12, (end_month - 1) % 12 + 1
    last = date(last_year, last_month, monthrange(last_year, last_month)[1])
    names = {
        "毎月": f"{wareki_year(first)}{first.month}月分",
        "四半期": f"{wareki_year(date(year, 12, 31))}度第{(start - 4) // 3 + 1}四半期分",
        "半年": f"{wareki_year(date(year, 12, 31))}度{'上' if start == 4 else '下'}半期分",
        "毎年": f"{wareki_year(date(year, 12, 31))}度分",
    }
    return _period(cycle, first, last, names[cycle])


def _period(cycle: str, first: date, last: date, label: str) -> dict[str, object]:
    number = last.toordinal()
    return {"cycle": cycle, "period_from": first, "period_to": last, "last_number": number, "label": label}
