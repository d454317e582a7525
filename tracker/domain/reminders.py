"""Which step of its ladder each task has reached, and whether its department was told already."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from tracker.domain.calendar import OfficeCalendar
from tracker.domain.tasks import Origin, RoundReason, Task

FIRST_NOTICE = 999  # the step of what is told at once, however far its deadline
TOLD_AT_ONCE = (RoundReason.HANDED_OVER, RoundReason.SENT_BACK)


class DayCount(StrEnum):
    """How the days of a ladder are counted."""

    CALENDAR = "calendar-days"
    OPEN = "open-days"


@dataclass(frozen=True)
class Ladder:
    """Days before a deadline on which a department is told, and how often after it.

    A step that falls on a closed day goes out on the open day before it when it stands before the deadline or on
    it, and on the open day after it when the deadline has passed.
    """

    days_before: tuple[int, ...] = (14, 7, 3, 1, 0)
    repeat_days: int = 7
    counted_in: DayCount = DayCount.CALENDAR

    def goes_out_on(self, step: int, deadline: date, calendar: OfficeCalendar) -> date:
        """The open day of a step; `step` in days before the deadline, negative after it."""
        if self.counted_in is DayCount.OPEN:
            if step >= 0:
                return calendar.open_days_before(deadline, step)
            return calendar.open_days_after(deadline, -step)
        nominal = deadline - timedelta(days=step)
        return calendar.open_day_until(nominal) if step >= 0 else calendar.open_day_from(nominal)

    def step_reached(self, deadline: date, today: date, calendar: OfficeCalendar) -> int | None:
        """The latest step whose day has come; None when none has."""
        if repeats := self._repeats_reached(deadline, today, calendar):
            return -repeats * self.repeat_days
        reached = (step for step in self.days_before if self.goes_out_on(step, deadline, calendar) <= today)
        return min(reached, default=None)

    def _repeats_reached(self, deadline: date, today: date, calendar: OfficeCalendar) -> int:
        passed = (
            calendar.open_days_since(deadline, today) if self.counted_in is DayCount.OPEN else (today - deadline).days
        )
        repeats = max(passed, 0) // self.repeat_days
        while repeats and self.goes_out_on(-repeats * self.repeat_days, deadline, calendar) > today:
            repeats -= 1
        return repeats


@dataclass(frozen=True)
class Ladders:
    """The ladder of each task: that of its kind (a check's name) first, then of its origin, then the office's."""

    usual: Ladder = Ladder()
    by_origin: Mapping[Origin, Ladder] = field(default_factory=dict)
    by_kind: Mapping[str, Ladder] = field(default_factory=dict)

    def of(self, task: Task) -> Ladder:
        """The ladder a task is reminded by."""
        return self.by_kind.get(task.kind) or self.by_origin.get(task.origin) or self.usual

    @property
    def farthest(self) -> int:
        """The most days before a deadline that any step has."""
        ladders = (self.usual, *self.by_origin.values(), *self.by_kind.values())
        return max((step for ladder in ladders for step in ladder.days_before), default=0)


@dataclass(frozen=True, slots=True)
class ReminderKey:
    """What a reminder is about: once noted, it is not sent again.

    A new deadline, another department and a sending back each begin another round, and so make new keys.
    """

    task_key: str
    round: int
    step: int


def due_reminders(
    tasks: Iterable[Task], sent: Container[ReminderKey], ladders: Ladders, calendar: OfficeCalendar, today: date
) -> list[ReminderKey]:
    """The latest step that each task which waits for its department has reached and that was not sent yet.

    Reached, never equals: a step that a missed run slept through is due at the next run, and of several
    missed steps only the latest. What a check saw, what was sent back and what came from another department
    is told at once, however far its deadline.
    """

    @cache
    def step_reached(ladder: Ladder, deadline: date) -> int | None:
        return ladder.step_reached(deadline, today, calendar)

    due = []
    for task in tasks:
        if not task.waits_for_department:
            continue
        step = step_reached(ladders.of(task), task.deadline) if task.deadline else None
        if step is None and (task.origin is Origin.FLAG or task.round_reason in TOLD_AT_ONCE):
            step = FIRST_NOTICE
        if step is not None and (key := ReminderKey(task.key, task.round, step)) not in sent:
            due.append(key)
    return due
