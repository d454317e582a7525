"""The office's open and closed days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

YEAR_END = ((12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3))
ONE_DAY = timedelta(days=1)


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
            day += ONE_DAY
        return day

    def open_day_until(self, day: date) -> date:
        """The day itself when open, else the open day before it."""
        while self.is_closed(day):
            day -= ONE_DAY
        return day

    def open_days_before(self, day: date, number: int) -> date:
        """The open day so many open days before a day; for 0 the day itself, or the open day before it."""
        day = self.open_day_until(day)
        for _ in range(number):
            day = self.open_day_until(day - ONE_DAY)
        return day

    def open_days_after(self, day: date, number: int) -> date:
        """The day on which so many open days (1 or more) have begun since a day was over."""
        for _ in range(number):
            day = self.open_day_from(day + ONE_DAY)
        return day

    def open_days_since(self, day: date, today: date) -> int:
        """How many open days there were after a day, today included; 0 when none, or when the day lies ahead."""
        days, number = (today - day).days, 0
        for offset in range(1, days + 1):
            number += not self.is_closed(day + timedelta(days=offset))
        return number
