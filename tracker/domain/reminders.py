"""Which step of the ladder each task has reached, and whether its department was told already."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date

from tracker.domain.tasks import Origin, Task

FIRST_NOTICE = 999  # the step of a newly seen flag whose deadline is still far away


@dataclass(frozen=True)
class Ladder:
    """Days before a deadline on which a department is told, and how often after it."""

    days_before: tuple[int, ...] = (14, 7, 3, 1, 0)
    repeat_days: int = 7

    def step_reached(self, days_left: int) -> int | None:
        """The latest step reached, in days before the deadline (negative after it); None when none is."""
        if days_left < 0 and (overdue_steps := -days_left // self.repeat_days):
            return -overdue_steps * self.repeat_days
        return min((step for step in self.days_before if days_left <= step), default=None)


@dataclass(frozen=True)
class ReminderKey:
    """What a reminder is about: once noted, it is not sent again. A new deadline makes new keys."""

    task_key: str
    deadline: date
    step: int


def due_reminders(
    tasks: Iterable[Task], sent: Container[ReminderKey], ladder: Ladder, today: date
) -> list[ReminderKey]:
    """The latest step that each open task has reached and that was not sent yet.

    Reached, never equals: a step that a missed run slept through is due at the next run, and of several
    missed steps only the latest. What a check saw is told at once, however far its deadline.
    """
    due = []
    for task in tasks:
        if task.is_open and task.deadline is not None:
            step = ladder.step_reached((task.deadline - today).days)
            if step is None and task.origin is Origin.FLAG:
                step = FIRST_NOTICE
            if step is not None and (key := ReminderKey(task.key, task.deadline, step)) not in sent:
                due.append(key)
    return due
