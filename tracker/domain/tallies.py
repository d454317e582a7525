"""Under which headings tasks and flags are counted, so that a page reads a few sums instead of every one of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.domain.flags import Flag
from tracker.domain.tasks import LAST_DAY, Task

EVERY, NO_DEPARTMENT = "", "-"
SEEN = "seen/"  # before a check's name: the source of what it sees


class Mark(StrEnum):
    """What is counted: how a task stands whatever the day, and on which days it began and ended to be open or overdue."""

    WAITING = "waiting"  # for its department, by its deadline
    WAITING_MONTH = "waiting-month"  # the same by the first day of its deadline's month, for each department alone
    ANSWERED = "answered"  # by its deadline
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    CLOSED = "closed"
    LATE = "late"
    LATE_ENDED = "late-ended"
    SEEN = "seen"  # a flag that is open
    EXCEPTED = "excepted"  # a flag that an exception silences


@dataclass(frozen=True, order=True, slots=True)
class Heading:
    """One sum: of a source and a department (EVERY for all of them), a mark, and a day."""

    source: str
    department: str
    mark: str
    day: date


def changed_sums(before: Iterable[Heading], after: Iterable[Heading]) -> dict[Heading, int]:
    """By how much each sum changes; without what stays the same."""
    sums = Counter(after)
    sums.subtract(before)
    return {heading: number for heading, number in sums.items() if number}


def headings_of(task: Task) -> Iterator[Heading]:
    """Everything that one task counts under, once each."""
    mark = _standing_mark(task)
    day = (task.deadline or LAST_DAY) if task.is_open else LAST_DAY
    own = task.department_code or NO_DEPARTMENT
    for source in dict.fromkeys((EVERY, str(task.origin), task.source)):
        yield Heading(source, EVERY, mark, day)
        yield Heading(source, own, mark, day)
    if mark is Mark.WAITING:
        yield Heading(EVERY, own, Mark.WAITING_MONTH, day.replace(day=1))
    closed_on = task.completed_on or task.withdrawn_on
    yield from _span(Mark.OPENED, Mark.CLOSED, task.opened_on, closed_on)
    if task.deadline is not None and task.deadline < LAST_DAY:
        late_from = max(task.opened_on, task.deadline + timedelta(days=1))
        yield from _span(Mark.LATE, Mark.LATE_ENDED, late_from, closed_on)


def headings_of_flag(flag: Flag) -> Iterator[Heading]:
    """What one flag counts under as long as it is seen."""
    if flag.cleared_on is None:
        mark = Mark.SEEN if flag.is_open else Mark.EXCEPTED
        yield Heading(f"{SEEN}{flag.check_name}", flag.department_code or NO_DEPARTMENT, mark, LAST_DAY)


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
