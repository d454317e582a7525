"""What a report counts: how tasks stand, and what has changed in a week, by department, finding and check."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from notifications.reports.weekly import Counts
from tracker.domain.past import Before
from tracker.domain.tasks import Origin
from tracker.domain.telling import TaskThen
from tracker.storage.retelling import Retelling

NOTHING = Counts(0, 0, 0, 0)
ORDER = ("overdue", "done", "new", "extended", "reopened", "withdrawn", "moved")


@dataclass(frozen=True)
class Sums:
    """The counts of everything, and what changed: by task, each change with the deadline of a week ago."""

    all: Counts
    before: Counts
    by_department: Mapping[str | None, Counts]
    by_finding: Mapping[str, Counts]
    by_check: Mapping[str, Counts]
    changed: Mapping[str, list[tuple[str, str | None]]]


def sums_of(told: Retelling, own: str = "") -> Sums:
    """Count every task once; `own` (a department's code) leaves out the others'."""
    tally = _Tally()
    departments, findings = defaultdict[str | None, _Tally](_Tally), defaultdict[str, _Tally](_Tally)
    checks, changed, today = (
        defaultdict[str, _Tally](_Tally),
        dict[str, list[tuple[str, str | None]]](),
        told.day.isoformat(),
    )
    for key, then, was in told.changes():
        changes = _changes_of(then, was, today)
        if was is not None and was.is_open and was.department != then.department:
            departments[was.department].add(["moved-away"])
        if own and then.department != own:
            continue
        marks = [*(change for change, _ in changes), *(["open"] if then.is_open else [])]
        marks += ["is-overdue"] if then.is_overdue(today) else []
        marks += ["answered"] if then.answered_on else []
        if not marks:
            continue
        identity = told.identities[key]
        tally.add(marks)
        departments[then.department].add(marks)
        if identity.origin is Origin.FINDING:
            findings[identity.origin_ref].add(marks)
        elif identity.check:
            checks[identity.check].add(marks)
        if changes:
            changed[key] = changes
    return Sums(
        tally.counts(), _a_week_ago(told, own), _counted(departments), _counted(findings),
        _counted(checks), changed,
    )  # fmt: skip


def _changes_of(then: TaskThen, was: Before | None, today: str) -> list[tuple[str, str | None]]:
    """How a task stands otherwise than a week ago; what was entered as done already changed nothing."""
    if was is None:
        if then.was_never_open:
            return []
        found = ["new"] + (["done"] if then.completed_on else ["withdrawn"] if then.withdrawn_on else [])
        return [(change, None) for change in [*found, *(["overdue"] if then.is_overdue(today) else [])]]
    if not was.is_open:
        if not then.is_open:
            return []
        late = ["overdue"] if then.is_overdue(today) else []
        return [(change, None) for change in ("reopened", *late)]
    changes = list[tuple[str, str | None]]()
    if not then.is_open:
        changes.append(("done" if then.completed_on else "withdrawn", None))
    elif then.is_overdue(today) and not was.is_overdue:
        changes.append(("overdue", None))
    if then.deadline != was.deadline:
        changes.append(("extended", was.deadline))
    if then.department != was.department:
        changes.append(("moved", None))
    return changes


def _a_week_ago(told: Retelling, own: str) -> Counts:
    """The same sums as they were at the end of the day a week before, against the week before that one."""
    tally, long_before = _Tally(), told.retold.long_before
    for key, was in told.retold.before.items():
        if own and was.department != own:
            continue
        earlier = long_before.get(key)
        is_new = earlier is None and not was.was_never_open
        is_done = was.is_completed and (is_new or (earlier is not None and earlier.is_open))
        is_late = was.is_overdue and not (earlier is not None and earlier.is_overdue)
        marks = {"open": was.is_open, "is-overdue": was.is_overdue, "new": is_new, "done": is_done, "overdue": is_late}
        tally.add(mark for mark, holds in marks.items() if holds)
    return tally.counts()


class _Tally:
    """Counts marks, and makes counts of them."""

    def __init__(self) -> None:
        self.marks = Counter[str]()

    def add(self, marks: Iterable[str]) -> None:
        for mark in marks:
            self.marks[mark] += 1

    def counts(self) -> Counts:
        marks = self.marks
        return Counts(
            open=marks["open"], overdue=marks["is-overdue"], done=marks["done"], new=marks["new"],
            newly_overdue=marks["overdue"], reopened=marks["reopened"], withdrawn=marks["withdrawn"],
            extended=marks["extended"], moved=marks["moved"] - marks["moved-away"],
            answered=marks["answered"],
        )  # fmt: skip


def _counted(tallies: Mapping[Any, _Tally]) -> dict[Any, Counts]:
    return {key: tally.counts() for key, tally in tallies.items()}
