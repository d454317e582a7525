"""The office's calendar from national holidays (jpholiday), the Cabinet Office's list, and its own days."""

import csv
import functools
import importlib.metadata
from datetime import date
from pathlib import Path

from tracker.domain.calendar import OfficeCalendar
from tracker.domain.dates import read_date
from tracker.domain.errors import DateUnreadable, SettingsRefused
from tracker.settings import CalendarSettings

OFFICIAL_ENCODING = "cp932"  # the Cabinet Office publishes syukujitsu.csv in it


def office_calendar(settings: CalendarSettings) -> OfficeCalendar:
    """The calendar that deadlines, reminders and absences are counted by.

    A holidays file in the Cabinet Office's format decides for the years it covers; jpholiday for the others.
    """
    listed = _read_holidays(settings.holidays_file) if settings.holidays_file else frozenset()
    years = {day.year for day in listed}

    @functools.cache
    def is_holiday(day: date) -> bool:
        import jpholiday  # 40 ms that a command without a calendar does not pay

        return day in listed if day.year in years else bool(jpholiday.is_holiday(day))

    return OfficeCalendar(is_holiday, frozenset(settings.closed), frozenset(settings.open))


def calendar_origin(settings: CalendarSettings) -> str:
    """A text that changes whenever the calendar may have: settings, holiday file, version of jpholiday."""
    path = settings.holidays_file
    stamp = f"{path}:{path.stat().st_mtime_ns}" if path and path.exists() else ""
    return f"{importlib.metadata.version('jpholiday')}|{sorted(settings.closed)}|{sorted(settings.open)}|{stamp}"


def _read_holidays(path: Path) -> frozenset[date]:
    try:
        rows = list(csv.reader(path.read_text(encoding=OFFICIAL_ENCODING).splitlines()))
        return frozenset(read_date(row[0]).day for row in rows[1:] if row)
    except (OSError, UnicodeDecodeError, DateUnreadable) as trouble:
        raise SettingsRefused(
            f"祝日ファイル「{path}」を読めません（{trouble}）。内閣府の syukujitsu.csv の形で置いてください。"
        ) from None
