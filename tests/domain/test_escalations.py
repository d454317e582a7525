"""Who above a department is told, after how many open days, and never twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from tests.jobs.situations import a_task, an_occasion, days
from tracker.domain.escalations import EscalationKey, EscalationStep, Superior, due_escalations
from tracker.domain.events import Happened
from tracker.domain.tasks import Task
from tracker.holidays import office_calendar
from tracker.settings.letters import EscalationSettings
from tracker.settings.office import CalendarSettings

CALENDAR = office_calendar(CalendarSettings())
STEPS = EscalationSettings().ladder()  # the chief after 5, the division after 10, the director after 15 open days
CHIEF, DIVISION, DIRECTOR = Superior.CHIEF, Superior.DIVISION, Superior.DIRECTOR
THURSDAY = date(2024, 4, 25)  # the last but one open day before Golden Week


def told(task: Task, first: date, last: date, *, only_on: tuple[date, ...] = ()) -> Iterator[tuple[date, Superior]]:
    """Who is told on which day when the job runs every day, or on some days only."""
    sent = set[EscalationKey]()
    for day in only_on or days(first, last):
        for key in due_escalations([task], sent, STEPS, CALENDAR, day):
            sent.add(key)
            yield day, key.to


@pytest.mark.parametrize(
    ("deadline", "heard"),
    [
        (THURSDAY, [(date(2024, 5, 7), CHIEF), (date(2024, 5, 14), DIVISION), (date(2024, 5, 21), DIRECTOR)]),
        (date(2024, 4, 28), [(date(2024, 5, 8), CHIEF), (date(2024, 5, 15), DIVISION), (date(2024, 5, 22), DIRECTOR)]),
        (date(2024, 12, 26), [(date(2025, 1, 9), CHIEF), (date(2025, 1, 17), DIVISION), (date(2025, 1, 24), DIRECTOR)]),
        (date(2024, 6, 3), [(date(2024, 6, 10), CHIEF), (date(2024, 6, 17), DIVISION), (date(2024, 6, 24), DIRECTOR)]),
    ],
)
def test_each_superior_is_told_on_the_day_on_which_so_many_open_days_have_begun(
    deadline: date, heard: list[tuple[date, Superior]]
) -> None:
    assert list(told(a_task(deadline=deadline), date(2024, 4, 1), date(2025, 3, 31))) == heard


def test_after_downtime_everybody_whose_day_has_come_is_told_at_once_the_nearest_first() -> None:
    late = a_task(deadline=THURSDAY)

    assert list(told(late, THURSDAY, THURSDAY, only_on=(date(2024, 5, 20), date(2024, 6, 30)))) == [
        (date(2024, 5, 20), CHIEF), (date(2024, 5, 20), DIVISION), (date(2024, 6, 30), DIRECTOR),
    ]  # fmt: skip


def test_on_its_deadline_and_before_it_nobody_is_told() -> None:
    soon = [EscalationStep(1, CHIEF)]

    assert due_escalations([a_task(deadline=THURSDAY)], (), soon, CALENDAR, THURSDAY) == []
    assert due_escalations([a_task(deadline=None)], (), soon, CALENDAR, THURSDAY) == []
    assert len(due_escalations([a_task(deadline=THURSDAY)], (), soon, CALENDAR, date(2024, 4, 26))) == 1


def test_without_steps_nobody_is_told() -> None:
    assert due_escalations([a_task(deadline=THURSDAY)], (), (), CALENDAR, date(2024, 9, 1)) == []


LONG_AFTER = date(2024, 9, 2)
EVERYBODY = {EscalationKey("T1", "0101", THURSDAY, to) for to in Superior}


def due(task: Task, sent: set[EscalationKey] = EVERYBODY) -> list[tuple[str, date, Superior]]:
    """Who is to be told of one task long after its deadline."""
    found = due_escalations([task], sent, STEPS, CALENDAR, LONG_AFTER)
    return [(key.department_code, key.deadline, key.to) for key in found]


def test_what_was_answered_or_closed_is_not_told_and_an_answer_sent_back_tells_nobody_a_second_time() -> None:
    task = a_task(deadline=THURSDAY)
    answered, _ = task.answer(Happened.TASK_REPORTED, an_occasion(LONG_AFTER))
    back, _ = answered.send_back("証跡がない。", an_occasion(LONG_AFTER))
    closed, _ = answered.complete("確認した。", an_occasion(LONG_AFTER))

    assert due(answered, set()) == due(closed, set()) == []
    assert due(back) == []
    assert due(back, EVERYBODY - {EscalationKey("T1", "0101", THURSDAY, DIRECTOR)}) == [("0101", THURSDAY, DIRECTOR)]


def test_another_deadline_and_another_department_are_told_anew() -> None:
    task, later = a_task(deadline=THURSDAY), date(2024, 8, 1)
    extended, _ = task.extend(later, "", "協議のため", an_occasion(LONG_AFTER))
    handed_over, _ = task.hand_over("0201", an_occasion(LONG_AFTER))

    assert due(task) == []
    assert due(extended) == [("0101", later, to) for to in (CHIEF, DIVISION, DIRECTOR)]
    assert due(handed_over) == [("0201", THURSDAY, to) for to in (CHIEF, DIVISION, DIRECTOR)]


def test_a_task_that_comes_back_to_its_department_and_deadline_is_not_told_a_second_time() -> None:
    there, _ = a_task(deadline=THURSDAY).hand_over("0201", an_occasion(LONG_AFTER))
    back, _ = there.hand_over("0101", an_occasion(LONG_AFTER))

    assert due(back) == []


def test_a_superior_with_two_steps_is_told_once() -> None:
    twice = (EscalationStep(20, CHIEF), EscalationStep(10, DIVISION), EscalationStep(5, CHIEF))

    found = due_escalations([a_task(deadline=THURSDAY)], (), twice, CALENDAR, LONG_AFTER)

    assert [key.to for key in found] == [CHIEF, DIVISION]
    assert due_escalations([a_task(deadline=THURSDAY)], set(found), twice, CALENDAR, LONG_AFTER) == []


def test_several_tasks_are_told_of_in_their_order_each_with_its_own_day() -> None:
    tasks = [replace(a_task(key, deadline=day)) for key, day in (("a", THURSDAY), ("b", date(2024, 5, 1)))]

    found = due_escalations(tasks, (), STEPS, CALENDAR, date(2024, 5, 14))

    assert [(key.task_key, key.to) for key in found] == [("a", CHIEF), ("a", DIVISION), ("b", CHIEF)]
