"""The office's calendar from national holidays (jpholiday), the Cabinet Office's list, and its own days."""

import csv
import functools
import importlib.metadata
from datetime import date
from pathlib import Path

from tracker.domain.calendar import OfficeCalendar
from tracker.domain.dates import read_date
from tracker.domain.errors import DateUnreadable, SettingsRefused, why
from tracker.domain.text import shown
from tracker.settings import CalendarSettings

ENCODINGS = ("utf-8-sig", "cp932")  # the Cabinet Office publishes syukujitsu.csv in the second
UNREADABLE = "祝日ファイル「{path}」を読めません（{why}）。内閣府の syukujitsu.csv の形で置いてください。"
NO_ENCODING = "文字コードがシフトJISでもUTF-8でもありません"
NO_DAYS = "祝日が一つもありません"
NO_DAY = "{line}行目の{text}は日付ではありません"


def office_calendar(settings: CalendarSettings) -> OfficeCalendar:
    """The calendar that deadlines, reminders and absences are counted by.

    A holidays file in the Cabinet Office's format decides for the days it covers; jpholiday for the others.
    """
    listed = _read_holidays(settings.holidays_file) if settings.holidays_file else frozenset()
    covered = _covered(listed)

    @functools.cache
    def is_holiday(day: date) -> bool:
        import jpholiday  # 40 ms that a command without a calendar does not pay

        return day in listed if covered[0] <= day <= covered[1] else bool(jpholiday.is_holiday(day))

    return OfficeCalendar(is_holiday, frozenset(settings.closed), frozenset(settings.open))


def calendar_origin(settings: CalendarSettings) -> str:
    """A text that changes whenever the calendar may have: settings, holiday file, version of jpholiday."""
    path = settings.holidays_file
    stamp = f"{path}:{path.stat().st_mtime_ns}" if path and path.exists() else ""
    return f"{importlib.metadata.version('jpholiday')}|{sorted(settings.closed)}|{sorted(settings.open)}|{stamp}"


def _covered(listed: frozenset[date]) -> tuple[date, date]:
    """The first and the last day that a list speaks for: whole fiscal years, or whole years where it has those.

    A list of April to March says nothing about the April after it; one of January to December nothing about January.
    """
    if not listed:
        return date.max, date.min
    first, last = min(listed), max(listed)
    begins = date(first.year, 4, 1) if first.month >= 4 else date(first.year, 1, 1)
    return begins, date(last.year, 12, 31) if last.month >= 4 else date(last.year, 3, 31)


def _read_holidays(path: Path) -> frozenset[date]:
    try:
        rows = list(csv.reader(_decoded(path.read_bytes()).splitlines()))
    except OSError as trouble:
        raise SettingsRefused(UNREADABLE.format(path=path, why=why(trouble))) from None
    except (UnicodeDecodeError, csv.Error):
        raise SettingsRefused(UNREADABLE.format(path=path, why=NO_ENCODING)) from None
    days = {day for line, row in enumerate(rows, start=1) if any(row) and (day := _day(path, line, row[0]))}
    if not days:
        raise SettingsRefused(UNREADABLE.format(path=path, why=NO_DAYS))
    return frozenset(days)


def _day(path: Path, line: int, text: str) -> date | None:
    """The day of a line; nothing for the headings, which a list may also be without."""
    try:
        return read_date(text).day
    except DateUnreadable:
        if line == 1:
            return None
        raise SettingsRefused(
            UNREADABLE.format(path=path, why=NO_DAY.format(line=line, text=f"「{shown(text)}」"))
        ) from None


def _decoded(content: bytes) -> str:
    try:
        return content.decode(ENCODINGS[0])
    except UnicodeDecodeError:
        return content.decode(ENCODINGS[1])
