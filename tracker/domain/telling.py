"""What each entry of the trail tells of a task: its state is nothing but these, one after the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.domain.decisions import MeasureDecision
from tracker.domain.events import Happened


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the trail on a task; `key` is the task's, `at` its instant in whatever form tells two apart."""

    number: int
    at: Any
    day: date
    kind: str
    key: str
    facts: Mapping[str, Any]


@dataclass(slots=True, eq=False)
class TaskThen:
    """A task as told so far. Deadlines and the days that were said are ISO texts, as the trail has them.

    `opened_on` and `closed_on` are the days of the entries; `completed_on` is the day that was said.
    """

    opened_on: date
    opened_at: Any = None
    title: str | None = None
    body: str | None = None
    department: str | None = None
    deadline: str | None = None
    first_deadline: str | None = None
    printed: str | None = None
    officer: str | None = None
    started_on: date | None = None
    answered_on: date | None = None
    completed_on: str | None = None
    withdrawn_on: str | None = None
    closed_on: date | None = None
    closed_at: Any = None
    note: str = ""
    measure: str = ""
    extensions: int = 0
    returned: str = ""  # why the last answer was sent back, until the next one
    approval: Mapping[str, Any] = field(default_factory=dict)
    effect: str = ""

    @property
    def is_open(self) -> bool:
        """Neither completed nor withdrawn."""
        return self.closed_on is None

    def is_overdue(self, day: str) -> bool:
        """Whether it is open and its deadline lies before a day (ISO)."""
        return self.closed_on is None and self.deadline is not None and self.deadline < day

    @property
    def was_never_open(self) -> bool:
        """Entered as done already, or silenced at its first sight: neither new work nor work that was done."""
        return self.closed_on is not None and self.closed_at == self.opened_at


def _opened(task: TaskThen, entry: Entry) -> None:
    facts = entry.facts
    task.title, task.department = facts.get("title"), facts.get("department")
    task.deadline = task.first_deadline = facts.get("deadline")
    task.printed = facts.get("printed", task.printed)


def _completed(task: TaskThen, entry: Entry) -> None:
    task.completed_on = entry.facts["completed_on"]
    task.withdrawn_on, task.answered_on, task.measure, task.returned = None, None, "", ""
    if task.closed_on is None:
        task.closed_on, task.closed_at = entry.day, entry.at
    task.note = entry.facts.get("note") or task.note
    _approved(task, entry)


def _withdrawn(task: TaskThen, entry: Entry) -> None:
    task.withdrawn_on, task.answered_on = entry.facts["withdrawn_on"], None
    task.closed_on, task.closed_at = entry.day, entry.at
    task.note = entry.facts.get("reason", "")
    task.measure = entry.facts.get("measure", "")
    _approved(task, entry)


def _reopened(task: TaskThen, entry: Entry) -> None:
    task.completed_on = task.withdrawn_on = task.closed_on = task.closed_at = task.answered_on = None
    task.note, task.measure, task.effect, task.returned = "", "", "", entry.facts.get("reason", "")
    _approved(task, entry)


def _handed_over(task: TaskThen, entry: Entry) -> None:
    task.department, task.officer = entry.facts.get("new"), None
    if "reason" not in entry.facts:  # a re-organisation carries what was begun and answered along
        task.started_on = task.answered_on = None


def _extended(task: TaskThen, entry: Entry) -> None:
    task.deadline = entry.facts.get("new")
    task.first_deadline = task.first_deadline or task.deadline
    task.printed, task.answered_on = entry.facts.get("printed", ""), None
    task.extensions += 1
    _approved(task, entry)


def _reworded(task: TaskThen, entry: Entry) -> None:
    if entry.facts.get("of") == "deadline":
        task.printed = entry.facts["new"]
    else:
        task.title, task.body = entry.facts["new"], entry.facts.get("body", task.body)


def _answered(task: TaskThen, entry: Entry) -> None:
    task.answered_on, task.returned = entry.day, ""
    if entry.kind == Happened.TASK_REPORTED:
        task.started_on = task.started_on or entry.day


def _sent_back(task: TaskThen, entry: Entry) -> None:
    task.answered_on, task.returned = None, entry.facts.get("reason", "")
    _approved(task, entry)


def _started(task: TaskThen, entry: Entry) -> None:
    task.started_on = entry.day


def _considered(task: TaskThen, entry: Entry) -> None:
    task.measure = MeasureDecision.CONSIDERED if entry.kind == Happened.MEASURE_CONSIDERED else ""
    _approved(task, entry)


def _named(task: TaskThen, entry: Entry) -> None:
    task.officer = entry.facts.get("new")


def _effect(task: TaskThen, entry: Entry) -> None:
    task.effect = entry.facts.get("effect", "")


def _approved(task: TaskThen, entry: Entry) -> None:
    task.approval = entry.facts.get("approval") or task.approval


ANSWERS = frozenset(map(str, (Happened.TASK_REPORTED, Happened.EXTENSION_ASKED, Happened.DEPARTMENT_DENIED)))
TELLING: Mapping[str, Callable[[TaskThen, Entry], None]] = {
    str(kind): tell
    for kind, tell in {
        Happened.TASK_OPENED: _opened,
        Happened.TASK_COMPLETED: _completed,
        Happened.TASK_WITHDRAWN: _withdrawn,
        Happened.TASK_REOPENED: _reopened,
        Happened.TASK_HANDED_OVER: _handed_over,
        Happened.DEADLINE_EXTENDED: _extended,
        Happened.TASK_REWORDED: _reworded,
        Happened.TASK_REPORTED: _answered,
        Happened.EXTENSION_ASKED: _answered,
        Happened.DEPARTMENT_DENIED: _answered,
        Happened.TASK_SENT_BACK: _sent_back,
        Happened.TASK_STARTED: _started,
        Happened.MEASURE_CONSIDERED: _considered,
        Happened.MEASURE_SETTLED: _considered,
        Happened.OFFICER_NAMED: _named,
        Happened.EFFECT_CHECKED: _effect,
    }.items()
}
