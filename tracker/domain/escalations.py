"""Who above a department hears of what stays overdue, and when: each only once per task and step."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.calendar import OfficeCalendar
from tracker.domain.tasks import Task


class Superior(StrEnum):
    """Whom a step goes to: 課長, 部長, or the information management division."""

    CHIEF = "chief"
    DIRECTOR = "director"
    DIVISION = "division"


@dataclass(frozen=True)
class EscalationStep:
    """So many open days after the deadline, somebody above is told."""

    after_open_days: int
    to: Superior


@dataclass(frozen=True, slots=True)
class EscalationKey:
    """What an escalation is about: once noted, it is not sent again.

    Another deadline and another department make new keys; an answer that was sent back does not.
    """

    task_key: str
    department_code: str
    deadline: date
    to: Superior


def due_escalations(
    tasks: Iterable[Task],
    sent: Container[EscalationKey],
    steps: Iterable[EscalationStep],
    calendar: OfficeCalendar,
    today: date,
) -> list[EscalationKey]:
    """Every step that an overdue task has reached and that was not sent yet, the nearest superior first.

    Reached, never equals: after downtime several steps may be due at once, and each of those people is told.
    """
    ladder = _first_step_of_each(steps)
    if not ladder:
        return []
    passed = dict[date, int]()
    due = []
    for task in tasks:
        if task.deadline is None or task.deadline >= today or not task.waits_for_department:
            continue
        if task.deadline not in passed:
            passed[task.deadline] = calendar.open_days_since(task.deadline, today)
        if passed[task.deadline] < ladder[0].after_open_days:
            continue
        for step in ladder:
            key = EscalationKey(task.key, task.department_code or "", task.deadline, step.to)
            if step.after_open_days <= passed[task.deadline] and key not in sent:
                due.append(key)
    return due


def _first_step_of_each(steps: Iterable[EscalationStep]) -> list[EscalationStep]:
    """The steps in order; somebody who stands on two of them is told at the first."""
    ladder = list[EscalationStep]()
    for step in sorted(steps, key=lambda step: step.after_open_days):
        if all(step.to is not earlier.to for earlier in ladder):
            ladder.append(step)
    return ladder
