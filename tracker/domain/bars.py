"""A task as a bar over a span of days: where it begins and ends, in hundredths of the span's width."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol


class Lasting(Protocol):
    """What begins on a day, should end by another and may have ended: a task, or what is left of it on paper."""

    @property
    def opened_on(self) -> date: ...
    @property
    def deadline(self) -> date | None: ...
    @property
    def first_deadline(self) -> date | None: ...
    @property
    def completed_on(self) -> date | None: ...
    @property
    def withdrawn_on(self) -> date | None: ...


@dataclass(frozen=True)
class Span:
    """The days of a picture, first and last included."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """Where a day begins, in hundredths; what lies outside stands at the edge."""
        days = (self.last - self.first).days + 1
        return round(100 * min(max((day - self.first).days, 0), days) / days, 2)

    def holds(self, day: date | None) -> bool:
        """Whether a day is drawn."""
        return day is not None and self.first <= day <= self.last

    def months(self) -> list[date]:
        """The first days of months in the span."""
        found, day = list[date](), self.first
        while day <= self.last:
            found += [day] if day.day == 1 else []
            day += timedelta(days=1)
        return found


@dataclass(frozen=True)
class Bar:
    """One task: from its opening to its deadline or to its end, what is late of it, and where its mark stands.

    `first_deadline` is set where an extension moved it. Nothing is later than today unless it is a deadline.
    """

    left: float
    width: float
    late_left: float
    late_width: float
    mark: float
    first_deadline: float | None
    is_closed: bool
    has_deadline: bool


def bar_of(task: Lasting, span: Span, today: date) -> Bar:
    """Open: to the deadline, and late from it to today. Closed: to the day it ended, late from the deadline on."""
    one, ended = timedelta(days=1), task.completed_on or task.withdrawn_on
    until = ended if ended is not None else today
    deadline = task.deadline if task.deadline is not None else max(until, task.opened_on)
    end = min(deadline, ended) if ended is not None else deadline
    left, right = span.at(task.opened_on), span.at(max(end, task.opened_on) + one)
    late_left, late_right = (
        span.at(deadline + one),
        span.at(until + one) if until > deadline else span.at(deadline + one),
    )
    moved = task.first_deadline if task.first_deadline != task.deadline else None
    mark = ended if ended is not None else task.deadline if task.deadline is not None else today
    return Bar(
        left=left, width=round(max(right - left, 0.0), 2), late_left=late_left,
        late_width=round(max(late_right - late_left, 0.0), 2), mark=span.at(mark),
        first_deadline=span.at(moved) if span.holds(moved) and moved is not None else None,
        is_closed=ended is not None, has_deadline=task.deadline is not None,
    )  # fmt: skip
