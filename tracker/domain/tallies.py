"""Under which headings a task is counted, so that a page reads a few sums instead of every task."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.domain.tasks import LAST_DAY, Task

EVERY, NO_DEPARTMENT = "", "-"


class Mark(StrEnum):
    """What is counted: how a task stands whatever the day, and on which days it began and ended to be open or overdue."""

    WAITING = "waiting"  # for its department, by its deadline
    ANSWERED = "answered"  # by its deadline
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    CLOSED = "closed"
    LATE = "late"
    LATE_ENDED = "late-ended"


STANDING_MARKS = (Mark.WAITING, Mark.ANSWERED, Mark.COMPLETED, Mark.WITHDRAWN)


@dataclass(frozen=True, order=True, slots=True)
class Heading:
    """One sum: of a department and a source (EVERY for all of them), a mark, and a day."""

    department: str
    source: str
    mark: str
    day: date


def changed_sums(before: Iterable[Task], after: Iterable[Task]) -> dict[Heading, int]:
    """By how much each sum changes when tasks that stood as `before` stand as `after`; without what stays the same."""
    sums = Counter[Heading]()
    for task in after:
        sums.update(headings_of(task))
    for task in before:
        sums.subtract(headings_of(task))
    return {heading: number for heading, number in sums.items() if number}


def headings_of(task: Task) -> Iterator[Heading]:
    """Everything that one task counts under, once each."""
    mark = _standing_mark(task)
    day = (task.deadline or LAST_DAY) if task.is_open else LAST_DAY
    for department in (EVERY, task.department_code or NO_DEPARTMENT):
        for source in dict.fromkeys((EVERY, str(task.origin), task.source)):
            yield Heading(department, source, mark, day)
    closed_on = task.completed_on or task.withdrawn_on
    yield from _span(Mark.OPENED, Mark.CLOSED, task.opened_on, closed_on)
    if task.deadline is not None and task.deadline < LAST_DAY:
        late_from = max(task.opened_on, task.deadline + timedelta(days=1))
        yield from _span(Mark.LATE, Mark.LATE_ENDED, late_from, closed_on)


def _standing_mark(task: Task) -> Mark:
    if task.is_open:
        return Mark.WAITING if task.answered_on is None else Mark.ANSWERED
    return Mark.COMPLETED if task.completed_on else Mark.WITHDRAWN


def _span(begins: Mark, ends: Mark, first: date, end: date | None) -> Iterator[Heading]:
    """The days of beginning and end; neither when it was over before it began."""
    if end is None or end > first:
        yield Heading(EVERY, EVERY, begins, first)
        if end is not None:
            yield Heading(EVERY, EVERY, ends, end)
