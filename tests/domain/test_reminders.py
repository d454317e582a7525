"""The ladder at its edges: closed days before, on and after a deadline, both ways of counting, new rounds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from tests.jobs.situations import a_task, an_occasion, days
from tests.jobs.years import Rule
from tracker.domain.events import Happened
from tracker.domain.reminders import FIRST_NOTICE, DayCount, Ladder, Ladders, ReminderKey, due_reminders
from tracker.domain.tasks import Origin, RoundReason, Task
from tracker.holidays import office_calendar
from tracker.settings.office import CalendarSettings

CALENDAR = office_calendar(CalendarSettings())
CALENDAR_DAYS, OPEN_DAYS = Ladder(), Ladder(counted_in=DayCount.OPEN)

# Golden Week 2024: open are Fri 26 April, Tue 30 April, Wed 1 and Thu 2 May, Tue 7 May and the days after.
FRIDAY_AFTER = date(2024, 5, 10)
HOLIDAY = date(2024, 5, 6)
# The turn of the year: open are Fri 27 December 2024 and Mon 6 January 2025; Mon 13 January is a holiday.
LAST_OPEN = date(2024, 12, 27)
NEW_YEARS_EVE = date(2024, 12, 31)


@pytest.mark.parametrize(
    ("deadline", "step", "goes_out_on"),
    [
        (FRIDAY_AFTER, 14, date(2024, 4, 26)),
        (FRIDAY_AFTER, 7, date(2024, 5, 2)),  # nominally the 3rd, a holiday
        (FRIDAY_AFTER, 3, date(2024, 5, 7)),
        (FRIDAY_AFTER, 0, FRIDAY_AFTER),
        (HOLIDAY, 7, date(2024, 4, 26)),  # nominally a holiday, after a weekend
        (HOLIDAY, 0, date(2024, 5, 2)),  # on the day itself nobody would read it
        (HOLIDAY, -1, date(2024, 5, 7)),
        (HOLIDAY, -7, date(2024, 5, 13)),
        (NEW_YEARS_EVE, 3, LAST_OPEN),
        (NEW_YEARS_EVE, 0, LAST_OPEN),
        (NEW_YEARS_EVE, -1, date(2025, 1, 6)),
        (LAST_OPEN, -7, date(2025, 1, 6)),  # nominally the 3rd of January
        (LAST_OPEN, -14, date(2025, 1, 10)),
    ],
)
def test_in_calendar_days_a_closed_day_moves_a_step_back_before_the_deadline_and_on_after_it(
    deadline: date, step: int, goes_out_on: date
) -> None:
    assert CALENDAR_DAYS.goes_out_on(step, deadline, CALENDAR) == goes_out_on


@pytest.mark.parametrize(
    ("deadline", "step", "goes_out_on"),
    [
        (FRIDAY_AFTER, 0, FRIDAY_AFTER),
        (FRIDAY_AFTER, 3, date(2024, 5, 7)),
        (FRIDAY_AFTER, 4, date(2024, 5, 2)),
        (FRIDAY_AFTER, 7, date(2024, 4, 26)),
        (FRIDAY_AFTER, -1, date(2024, 5, 13)),
        (HOLIDAY, 0, date(2024, 5, 2)),
        (HOLIDAY, 1, date(2024, 5, 1)),
        (HOLIDAY, -1, date(2024, 5, 7)),
        (HOLIDAY, -5, date(2024, 5, 13)),
        (NEW_YEARS_EVE, 1, date(2024, 12, 26)),
        (NEW_YEARS_EVE, -1, date(2025, 1, 6)),
        (LAST_OPEN, -1, date(2025, 1, 6)),
        (LAST_OPEN, -7, date(2025, 1, 15)),
    ],
)
def test_in_open_days_closed_days_are_not_counted(deadline: date, step: int, goes_out_on: date) -> None:
    assert OPEN_DAYS.goes_out_on(step, deadline, CALENDAR) == goes_out_on


def test_the_offices_own_closed_and_open_days_count_too() -> None:
    calendar = office_calendar(CalendarSettings(closed=(date(2024, 5, 9),), open=(date(2024, 5, 4),)))

    assert CALENDAR_DAYS.goes_out_on(1, FRIDAY_AFTER, calendar) == date(2024, 5, 8)
    assert CALENDAR_DAYS.goes_out_on(6, FRIDAY_AFTER, calendar) == date(2024, 5, 4)
    assert OPEN_DAYS.goes_out_on(3, FRIDAY_AFTER, calendar) == date(2024, 5, 4)


# ---- told day by day


def told(task: Task, ladder: Ladder, first: date, last: date, *, every_day: bool = False) -> Iterator[tuple[date, int]]:
    """The days on which the department hears of a task, and of which step, when the job runs on every open day."""
    sent = set[ReminderKey]()
    for day in days(first, last):
        if every_day or not CALENDAR.is_closed(day):
            for key in due_reminders([task], sent, Ladders(ladder), CALENDAR, day):
                sent.add(key)
                yield day, key.step


def test_steps_that_fall_together_before_a_long_closure_are_told_once_with_the_last_of_them() -> None:
    heard = list(told(a_task(deadline=HOLIDAY), CALENDAR_DAYS, date(2024, 4, 1), date(2024, 5, 31)))

    assert heard == [
        (date(2024, 4, 22), 14), (date(2024, 4, 26), 7), (date(2024, 5, 2), 0), (date(2024, 5, 13), -7),
        (date(2024, 5, 20), -14), (date(2024, 5, 27), -21),
    ]  # fmt: skip


def test_repeats_over_a_closure_become_one_and_the_next_keeps_its_own_day() -> None:
    every_third = Ladder(repeat_days=3)

    heard = list(told(a_task(deadline=LAST_OPEN), every_third, LAST_OPEN, date(2025, 1, 16)))

    assert heard == [
        (LAST_OPEN, 0), (date(2025, 1, 6), -9), (date(2025, 1, 8), -12), (date(2025, 1, 14), -18),
    ]  # fmt: skip


def test_a_daily_repeat_is_told_on_every_open_day_and_on_no_other() -> None:
    daily = Ladder(days_before=(), repeat_days=1)

    heard = list(told(a_task(deadline=date(2024, 5, 2)), daily, date(2024, 4, 1), date(2024, 5, 9)))

    assert heard == [(date(2024, 5, 7), -5), (date(2024, 5, 8), -6), (date(2024, 5, 9), -7)]


def test_a_daily_repeat_in_open_days_counts_them_one_by_one() -> None:
    daily = Ladder(days_before=(), repeat_days=1, counted_in=DayCount.OPEN)

    heard = list(told(a_task(deadline=date(2024, 5, 2)), daily, date(2024, 4, 1), date(2024, 5, 9)))

    assert heard == [(date(2024, 5, 7), -1), (date(2024, 5, 8), -2), (date(2024, 5, 9), -3)]


def test_a_run_on_a_closed_day_tells_nothing_before_its_open_day() -> None:
    heard = list(told(a_task(deadline=LAST_OPEN), CALENDAR_DAYS, LAST_OPEN, date(2025, 1, 7), every_day=True))

    assert heard == [(LAST_OPEN, 0), (date(2025, 1, 6), -7)]


def test_a_ladder_without_the_day_itself_is_silent_on_it_and_until_the_first_repeat() -> None:
    heard = list(told(a_task(deadline=FRIDAY_AFTER), Ladder((3,), 10), date(2024, 4, 1), date(2024, 5, 31)))

    assert heard == [(date(2024, 5, 7), 3), (date(2024, 5, 20), -10), (date(2024, 5, 30), -20)]


@settings(database=None)
@forall(
    before=st.sets(st.integers(0, 90), max_size=6), every=st.integers(1, 30), in_open_days=st.booleans(),
    deadline=st.dates(date(2024, 4, 1), date(2025, 3, 31)), left=st.integers(-120, 140),
)  # fmt: skip
def test_whatever_the_ladder_the_latest_step_whose_day_has_come_is_reached(
    before: set[int], every: int, in_open_days: bool, deadline: date, left: int
) -> None:
    ladder = Ladder(tuple(before), every, DayCount.OPEN if in_open_days else DayCount.CALENDAR)
    today = deadline - timedelta(days=left)

    come = [step for day, step in Rule(tuple(before), every, in_open_days).days(deadline) if day <= today]

    assert ladder.step_reached(deadline, today, CALENDAR) == (come[-1] if come else None)


# ---- which ladder


def test_a_checks_own_ladder_goes_before_that_of_flags_and_that_before_the_offices() -> None:
    usual, of_flags, of_absences, of_duties = Ladder((1,)), Ladder((2,)), Ladder((3,)), Ladder((40,))
    by_origin = {Origin.FLAG: of_flags, Origin.DUTY: of_duties}
    ladders = Ladders(usual, by_origin, {"absent-accounts": of_absences})

    def of(origin: Origin, ref: str) -> Ladder:
        return ladders.of(replace(a_task(deadline=None, origin=origin), origin_ref=ref))

    assert of(Origin.FLAG, "absent-accounts/S/u1") == of_absences
    assert of(Origin.FLAG, "unpublished-files/F1") == of_flags
    assert of(Origin.DUTY, "absent-accounts/S/u1") == of_duties  # a kind is a check's: a duty has none
    assert of(Origin.FINDING, "第1号") == usual
    assert ladders.farthest == 40


# ---- rounds


def due(task: Task, *sent: ReminderKey, on: date) -> list[tuple[int, int]]:
    """The round and step that are due for one task."""
    return [(key.round, key.step) for key in due_reminders([task], sent, Ladders(), CALENDAR, on)]


TODAY = date(2024, 5, 8)
IN_A_WEEK = date(2024, 5, 15)
NOTED = ReminderKey("T1", 1, 7)


def test_a_step_that_was_noted_is_not_due_again_and_one_of_an_earlier_round_does_not_count() -> None:
    task = a_task(deadline=IN_A_WEEK)

    assert due(task, NOTED, on=TODAY) == []
    assert due(replace(task, round=2), NOTED, on=TODAY) == [(2, 7)]


def test_a_deadline_moved_out_of_reach_is_silent_and_one_moved_into_the_past_is_told_at_once() -> None:
    task = a_task(deadline=IN_A_WEEK)
    later, _ = task.extend(date(2024, 7, 1), "", "協議のため", an_occasion(TODAY))
    earlier, _ = task.extend(date(2024, 4, 20), "", "前倒し", an_occasion(TODAY))
    none, _ = task.extend(None, "", "期限なし", an_occasion(TODAY))

    assert due(later, NOTED, on=TODAY) == []
    assert due(later, NOTED, on=date(2024, 6, 17)) == [(2, 14)]
    assert due(earlier, NOTED, on=TODAY) == [(2, -14)]
    assert due(none, NOTED, on=TODAY) == []


def test_what_is_handed_over_or_sent_back_is_told_at_once_and_its_ladder_follows() -> None:
    far = a_task(deadline=date(2024, 7, 1))
    for task in (
        far.hand_over("0201", an_occasion(TODAY))[0],
        far.answer(Happened.TASK_REPORTED, an_occasion(TODAY))[0].send_back("証跡がない。", an_occasion(TODAY))[0],
    ):
        assert due(task, on=TODAY) == [(2, FIRST_NOTICE)]
        assert due(task, ReminderKey("T1", 2, FIRST_NOTICE), on=date(2024, 6, 14)) == []
        assert due(task, ReminderKey("T1", 2, FIRST_NOTICE), on=date(2024, 6, 17)) == [(2, 14)]


def test_what_is_handed_over_near_its_deadline_is_told_of_the_step_it_has_reached() -> None:
    task, _ = a_task(deadline=IN_A_WEEK).hand_over("0201", an_occasion(TODAY))

    assert due(task, NOTED, on=TODAY) == [(2, 7)]


def test_without_a_deadline_only_what_is_news_is_told_and_that_once() -> None:
    task = a_task(deadline=None)
    back = replace(task, round=2, round_reason=RoundReason.SENT_BACK)

    assert due(task, on=TODAY) == []
    assert due(back, on=TODAY) == [(2, FIRST_NOTICE)]
    assert due(back, ReminderKey("T1", 2, FIRST_NOTICE), on=date(2025, 5, 8)) == []


def test_an_answered_task_is_silent_however_late_until_the_division_decides() -> None:
    task = a_task(deadline=IN_A_WEEK)
    answered, _ = task.answer(Happened.EXTENSION_ASKED, an_occasion(TODAY))
    back, _ = answered.send_back("理由がない。", an_occasion(TODAY))

    assert [due(answered, on=day) for day in days(TODAY, date(2024, 9, 1))] == [[]] * 117
    assert due(back, NOTED, on=TODAY) == [(2, 7)]


def test_a_task_that_is_opened_again_begins_a_round_of_its_own() -> None:
    done, _ = a_task(deadline=IN_A_WEEK).complete("実施した。", an_occasion(TODAY))
    again, _ = done.reopen("実施されていない。", an_occasion(TODAY))

    assert due(done, on=TODAY) == []
    assert due(again, NOTED, on=TODAY) == [(2, 7)]
