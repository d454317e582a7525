"""The office's open and closed days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

YEAR_END = ((12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3))


@dataclass(frozen=True)
class OfficeCalendar:
    """Saturday, Sunday, national holidays, 12/29-1/3 and the office's own days are closed.

    Source: 地方自治法第4条の2 (a municipality's holidays, set by its ordinance; nearly all follow this list).
    `is_holiday` answers for national holidays; `extra_closed` and `extra_open` are the office's own.
    """

    is_holiday: Callable[[date], bool]
    extra_closed: frozenset[date] = frozenset()
    extra_open: frozenset[date] = frozenset()

    def is_closed(self, day: date) -> bool:
        """Whether the office is closed on that day."""
        if day in self.extra_open:
            return False
        return (
            day.weekday() >= 5 or (day.month, day.day) in YEAR_END or day in self.extra_closed or self.is_holiday(day)
        )

    def open_day_from(self, day: date) -> date:
        """The day itself when open, else the next open day."""
        while self.is_closed(day):
            day += timedelta(days=1)
        return day

    def open_day_until(self, day: date) -> date:
        """The day itself when open, else the open day before it."""
        while self.is_closed(day):
            day -= timedelta(days=1)
        return day
