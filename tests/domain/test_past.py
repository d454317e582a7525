"""Retelling the trail: what a day knew, what was entered for it later, and what each week's end was."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from tracker.domain.events import Happened
from tracker.domain.past import Cut, nested, retell
from tracker.domain.telling import TELLING, Entry

MONDAY = date(2024, 3, 18)


def an_entry(number: int, days: int, kind: Happened, key: str = "T", **facts: Any) -> Entry:
    """An entry so many days from Monday."""
    return Entry(number, number, MONDAY + timedelta(days=days), str(kind), key, facts)


def opened(number: int, days: int, key: str = "T", deadline: int = 0) -> Entry:
    facts = {"title": "件", "department": "0101", "deadline": str(MONDAY + timedelta(days=deadline))}
    return an_entry(number, days, Happened.TASK_OPENED, key, **facts)


def done(number: int, days: int, on: int, key: str = "T") -> Entry:
    return an_entry(number, days, Happened.TASK_COMPLETED, key, completed_on=str(MONDAY + timedelta(days=on)), note="")


def test_a_task_is_done_from_the_day_on_which_it_was_accepted_not_from_the_day_that_was_said() -> None:
    trail = [opened(1, -9), done(2, 1, on=-3)]

    assert retell(trail, [Cut(MONDAY)]).tasks["T"].is_open
    later = retell(trail, [Cut(MONDAY + timedelta(days=1))]).tasks["T"]
    assert (later.is_open, later.completed_on) == (False, "2024-03-15")


def test_what_is_entered_later_for_an_earlier_day_counts_from_that_day_but_not_before_the_horizon() -> None:
    trail = [opened(1, -9), opened(2, 3, "other"), opened(3, -2, "late")]

    assert set(retell(trail, [Cut(MONDAY)]).tasks) == {"T", "late"}
    assert set(retell(trail, [Cut(MONDAY, last_event=2)]).tasks) == {"T"}


def test_cuts_are_nested_so_that_no_week_knows_more_than_the_one_after_it() -> None:
    days = [MONDAY - timedelta(weeks=weeks) for weeks in (2, 1, 0)]

    assert nested([Cut(days[0]), Cut(days[1], 90), Cut(days[2], 50)]) == (
        Cut(days[0], 50), Cut(days[1], 50), Cut(days[2], 50),
    )  # fmt: skip
    assert nested([Cut(days[2]), Cut(days[0], 7)]) == (Cut(days[0], 7), Cut(days[2]))


def test_overdue_is_the_day_after_the_deadline() -> None:
    trail = [opened(1, -9, deadline=0)]
    ends = retell(trail, [Cut(MONDAY), Cut(MONDAY + timedelta(days=1))]).ends

    assert [(end.open, end.overdue) for end in ends] == [(1, 0), (1, 1)]


@pytest.mark.parametrize("seed", range(5))
def test_each_end_of_a_week_is_what_a_retelling_of_that_week_alone_says(seed: int) -> None:
    dice, trail = random.Random(seed), list[Entry]()
    for number in range(1, 400):
        key, days = f"T{dice.randrange(60)}", dice.randrange(-80, 1)
        kind = dice.choice([Happened.TASK_COMPLETED, Happened.TASK_REOPENED, Happened.TASK_OPENED])
        trail.append(
            opened(number, days, key, dice.randrange(-90, 30)) if kind is Happened.TASK_OPENED
            else done(number, days, days, key) if kind is Happened.TASK_COMPLETED
            else an_entry(number, days, kind, key, reason="")
        )  # fmt: skip
    trail.sort(key=lambda entry: entry.day)
    trail = [Entry(n, n, e.day, e.kind, e.key, e.facts) for n, e in enumerate(trail)]
    cuts = [Cut(MONDAY - timedelta(weeks=weeks)) for weeks in range(11, -1, -1)]

    together = retell(trail, cuts)

    for cut, end in zip(cuts, together.ends, strict=True):
        alone = [one for one in retell([e for e in trail if e.day <= cut.day], [cut]).tasks.values() if one.is_open]
        late = [one for one in alone if one.deadline and one.deadline < cut.day.isoformat()]
        assert (end.open, end.overdue) == (len(alone), len(late))
    week_ago = retell([e for e in trail if e.day <= cuts[-2].day], [cuts[-2]]).tasks
    assert {key: one.is_open for key, one in together.before.items()} == {k: t.is_open for k, t in week_ago.items()}


def test_an_answer_waits_until_it_is_decided_on_whatever_the_decision() -> None:
    said: dict[Happened, dict[str, Any]] = {
        Happened.TASK_SENT_BACK: {"reason": "写しがない"}, Happened.DEADLINE_EXTENDED: {"old": None, "new": "2024-05-01"},
        Happened.TASK_WITHDRAWN: {"withdrawn_on": "2024-03-12"}, Happened.TASK_HANDED_OVER: {"old": "0101", "new": "0201"},
        Happened.TASK_COMPLETED: {"completed_on": "2024-03-12"},
    }  # fmt: skip
    for kind, facts in said.items():
        trail = [opened(1, -9), an_entry(2, -7, Happened.TASK_REPORTED), an_entry(3, -6, kind, **facts)]
        assert retell(trail[:2], [Cut(MONDAY)]).tasks["T"].answered_on == MONDAY - timedelta(days=7)
        assert retell(trail, [Cut(MONDAY)]).tasks["T"].answered_on is None, kind
    carried = an_entry(3, -6, Happened.TASK_HANDED_OVER, old="0101", new="0201", reason="組織改正")
    task = retell([opened(1, -9), an_entry(2, -7, Happened.TASK_REPORTED), carried], [Cut(MONDAY)]).tasks["T"]
    assert (task.department, task.answered_on) == ("0201", MONDAY - timedelta(days=7))


def test_every_kind_of_entry_that_changes_a_task_is_told() -> None:
    of_tasks = {str(kind) for kind in Happened if kind.startswith(("Task", "Measure", "Deadline", "Extension"))}

    untold = of_tasks - set(TELLING)

    assert untold == {"TaskCommented", "TaskEscalated"}, (
        "a new kind of entry on tasks: say here or in telling what it means"
    )
