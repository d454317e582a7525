"""A year of an office as tests live it: what happens to tasks, on which days the job runs, and what must be told.

The rules are written anew here, from tables of days; nothing of the ladder, the calendar or the deciders is asked.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

import jpholiday

from tests.jobs.situations import an_occasion
from tracker.domain.events import Event, Happened
from tracker.domain.tasks import Origin, Task

FIRST, LAST = date(2024, 4, 1), date(2025, 3, 31)
YEAR = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
AT_ONCE = 999  # the step of what is told although no day of its ladder has come


def is_closed(day: date) -> bool:
    turn_of_the_year = (day.month == 12 and day.day >= 29) or (day.month == 1 and day.day <= 3)
    return day.weekday() >= 5 or turn_of_the_year or bool(jpholiday.is_holiday(day))


_DAYS = [date(2022, 1, 1) + timedelta(days=number) for number in range(2200)]
OPEN_DAYS = [day for day in _DAYS if not is_closed(day)]


# ---- ladders, as a table of days


@dataclass(frozen=True)
class Rule:
    """A ladder as the settings have it."""

    before: tuple[int, ...]
    every: int
    in_open_days: bool = False

    def days(self, deadline: date) -> list[tuple[date, int]]:
        """On which open day each step goes out, in the order of the steps."""
        steps = [*sorted(self.before, reverse=True), *(-self.every * number for number in range(1, 420 // self.every))]
        return [(self._day(deadline, step), step) for step in steps]

    def _day(self, deadline: date, step: int) -> date:
        if self.in_open_days:
            after = bisect_right(OPEN_DAYS, deadline)  # the place of the first open day after the deadline
            return OPEN_DAYS[after - 1 - step]
        nominal = deadline - timedelta(days=step)
        if step >= 0:
            return OPEN_DAYS[bisect_right(OPEN_DAYS, nominal) - 1]
        return OPEN_DAYS[bisect_left(OPEN_DAYS, nominal)]


USUAL = Rule((14, 7, 3, 1, 0), 7)
OF_FINDINGS = Rule((10, 5, 2, 0), 5, in_open_days=True)
OF_DUTIES = Rule((30, 7, 0), 10)
OF_ABSENCES = Rule((3, 1, 0), 2, in_open_days=True)
ESCALATIONS = ((5, "chief"), (10, "division"), (15, "director"))
SETTINGS = """\
[reminders.origin.finding]
days_before = [10, 5, 2, 0]
repeat_days = 5
counted_in = "open-days"
[reminders.origin.duty]
days_before = [30, 7, 0]
repeat_days = 10
[reminders.kind.absent-accounts]
days_before = [3, 1, 0]
repeat_days = 2
counted_in = "open-days"
"""


def rule_of(task: Task) -> Rule:
    if task.origin is Origin.FLAG and task.origin_ref.startswith("absent-accounts/"):
        return OF_ABSENCES
    return {Origin.FINDING: OF_FINDINGS, Origin.DUTY: OF_DUTIES}.get(task.origin, USUAL)


# ---- what happens to a task


class Act(StrEnum):
    """What somebody may do to a task."""

    ANSWER = "the department reports it done"
    SEND_BACK = "the division sends the answer back"
    EXTEND = "the division grants more time"
    HAND_OVER = "another department takes it"
    COMPLETE = "it is done"
    REOPEN = "it was not done after all"


@dataclass(frozen=True)
class Turn:
    """One act on one day, before that day's run; `number` is by how many days, or to which department."""

    on: date
    act: Act
    number: int


DEPARTMENTS = ("0101", "0201", "0202", "0203")


@dataclass
class Story:
    """One task through the year: the task as the program has it, and beside it what the rules go by."""

    task: Task
    turns: Sequence[Turn]
    deadline: date | None = None
    department: str = ""
    round: int = 1
    told_at_once: bool = False
    answered: bool = False
    closed: bool = False
    noted: set[tuple[int, int]] = field(default_factory=set)  # (round, step)
    superiors: set[tuple[str, date, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.deadline, self.department = self.task.deadline, self.task.department_code or ""
        self.told_at_once = self.task.origin is Origin.FLAG

    def live(self, day: date) -> Iterator[tuple[Task, Event]]:
        """The day's acts, each with its event; acts that make no sense as things stand are left out."""
        for turn in self.turns:
            if turn.on == day and self._makes_sense(turn.act):
                self._note(turn)
                self.task, event = self._act(turn, day)
                yield self.task, event

    def steps(self, today: date) -> set[tuple[int, int]]:
        """What must be noted on this day: the latest step whose day has come, once a round."""
        if self.task.opened_on > today or self.closed or self.answered:
            return set()
        come = [step for day, step in rule_of(self.task).days(self.deadline) if day <= today] if self.deadline else []
        if not come and not self.told_at_once:
            return set()
        new = {(self.round, come[-1] if come else AT_ONCE)} - self.noted
        self.noted |= new
        return new

    def escalations(self, today: date) -> set[tuple[str, date, str]]:
        """Which superiors must be told on this day."""
        if self.task.opened_on > today or self.closed or self.answered or self.deadline is None:
            return set()
        after = bisect_right(OPEN_DAYS, self.deadline)
        due = {
            (self.department, self.deadline, to)
            for open_days, to in ESCALATIONS
            if OPEN_DAYS[after + open_days - 1] <= today
        } - self.superiors
        self.superiors |= due
        return due

    def _makes_sense(self, act: Act) -> bool:
        if act is Act.REOPEN:
            return self.closed
        return not self.closed and (act is not Act.SEND_BACK or self.answered)

    def _note(self, turn: Turn) -> None:
        if turn.act is Act.ANSWER:
            self.answered = True
            return
        self.answered, self.closed = False, turn.act is Act.COMPLETE
        if turn.act is Act.COMPLETE:
            return
        self.round += 1
        self.told_at_once = self.task.origin is Origin.FLAG or turn.act in (Act.SEND_BACK, Act.HAND_OVER)
        if turn.act is Act.EXTEND:
            self.deadline = max(self.deadline or turn.on, turn.on) + timedelta(days=turn.number)
        if turn.act is Act.HAND_OVER:
            self.department = DEPARTMENTS[turn.number % len(DEPARTMENTS)]

    def _act(self, turn: Turn, day: date) -> tuple[Task, Event]:
        task, occasion = self.task, an_occasion(day)
        if turn.act is Act.ANSWER:
            return task.answer(Happened.TASK_REPORTED, occasion)
        if turn.act is Act.SEND_BACK:
            return task.send_back("証跡が足りない。", occasion)
        if turn.act is Act.EXTEND:
            return task.extend(self.deadline, "", "協議のため", occasion)
        if turn.act is Act.HAND_OVER:
            return task.hand_over(self.department, occasion)
        if turn.act is Act.COMPLETE:
            return task.complete("実施した。", occasion)
        return task.reopen("実施されていない。", occasion)


# ---- on which days the job runs


def days_run(down: Sequence[tuple[date, date]]) -> list[date]:
    """Every open day on which the machine was up, and the first day up again when a run was missed."""
    run, missed = list[date](), False
    for day in YEAR:
        missed |= not is_closed(day)
        if missed and not any(first <= day <= last for first, last in down):
            run.append(day)
            missed = False
    return run
