"""When each job is due: every day, open days, Mondays and what follows when they are closed; all in Asia/Tokyo."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import jpholiday
import pytest

from jobs.registry import runner_of
from jobs.timetable import Timetable
from tests.jobs.situations import TOKYO, an_office, at
from tracker.office import Office
from tracker.settings import TimetableSettings


def due_after(office: Office, job: str, moment: datetime) -> datetime:
    return runner_of(office).timetable.next_due(job, moment)


@pytest.mark.parametrize(
    ("job", "after", "due"),
    [
        ("checks", at(date(2024, 3, 18), time(5, 59)), at(date(2024, 3, 18), time(6))),
        ("checks", at(date(2024, 3, 18), time(6)), at(date(2024, 3, 19), time(6))),  # strictly after
        ("checks", at(date(2024, 3, 22), time(12)), at(date(2024, 3, 23), time(6))),  # Saturdays too
        ("checks", at(date(2023, 12, 31), time(12)), at(date(2024, 1, 1), time(6))),
        ("intake", at(date(2024, 2, 29), time(6)), at(date(2024, 3, 1), time(5, 30))),
        ("reminders", at(date(2024, 3, 15), time(8, 30)), at(date(2024, 3, 18), time(8, 30))),  # over a weekend
        ("reminders", at(date(2024, 3, 19), time(9)), at(date(2024, 3, 21), time(8, 30))),  # 3/20 is a holiday
        ("reminders", at(date(2024, 5, 2), time(9)), at(date(2024, 5, 7), time(8, 30))),  # Golden Week
        ("reminders", at(date(2023, 12, 28), time(9)), at(date(2024, 1, 4), time(8, 30))),
        ("weekly_report", at(date(2024, 3, 15), time(9)), at(date(2024, 3, 18), time(8, 30))),
        ("weekly_report", at(date(2024, 3, 18), time(8, 30)), at(date(2024, 3, 25), time(8, 30))),
        ("weekly_report", at(date(2024, 2, 5), time(9)), at(date(2024, 2, 13), time(8, 30))),  # 2/12 is a holiday
        ("weekly_report", at(date(2024, 2, 12), time(9)), at(date(2024, 2, 13), time(8, 30))),  # asked on that holiday
        ("weekly_report", at(date(2024, 2, 13), time(8, 30)), at(date(2024, 2, 19), time(8, 30))),
        ("weekly_report", at(date(2024, 12, 24), time(9)), at(date(2025, 1, 6), time(8, 30))),  # 12/30 and 1/6 are one
        ("weekly_report", at(date(2024, 1, 1), time(0)), at(date(2024, 1, 4), time(8, 30))),
        ("delivery", at(date(2024, 3, 18), time(5, 59)), at(date(2024, 3, 18), time(6))),
    ],
)
def test_a_job_is_due_at_its_next_instant(tmp_path: Path, job: str, after: datetime, due: datetime) -> None:
    assert due_after(an_office(tmp_path), job, after) == due


def test_monday_means_monday(tmp_path: Path) -> None:
    due = due_after(an_office(tmp_path), "weekly_report", at(date(2024, 6, 5)))

    assert due.strftime("%A") == "Monday"


@pytest.mark.parametrize(("day", "on"), [("tue", 11), ("wed", 12), ("thu", 13), ("fri", 14)])
def test_another_weekday_can_be_set(tmp_path: Path, day: str, on: int) -> None:
    office = an_office(tmp_path, f'[timetable.weekly_report]\nat = "09:15"\non = "{day}"\n')

    assert due_after(office, "weekly_report", at(date(2024, 6, 10))) == at(date(2024, 6, on), time(9, 15))


def test_an_offices_own_closed_monday_moves_the_report_to_tuesday(tmp_path: Path) -> None:
    office = an_office(tmp_path, calendar='[calendar]\nclosed = ["2024-03-18"]\n')

    assert due_after(office, "weekly_report", at(date(2024, 3, 15))) == at(date(2024, 3, 19))
    assert due_after(office, "reminders", at(date(2024, 3, 15))) == at(date(2024, 3, 19))


def test_times_are_the_offices_own_whatever_zone_the_question_comes_in_and_know_no_summer_time(tmp_path: Path) -> None:
    office = an_office(tmp_path)

    for month in (3, 4, 7, 10, 11):  # around the changes of Europe and America
        due = due_after(office, "checks", datetime(2024, month, 10, 22, tzinfo=UTC))

        assert due == datetime(2024, month, 11, 21, tzinfo=UTC)
        assert (due.utcoffset(), due.hour) == (timedelta(hours=9), 6)


def test_the_delivery_runs_every_few_minutes_as_set(tmp_path: Path) -> None:
    office = an_office(tmp_path, "[timetable.delivery]\nevery_minutes = 5\n")
    moment = at(date(2024, 3, 18), time(6))

    assert due_after(office, "delivery", moment) == moment + timedelta(minutes=5)


def test_over_two_years_reminders_fall_on_every_open_day_and_the_report_once_for_each_monday(tmp_path: Path) -> None:
    timetable = runner_of(an_office(tmp_path)).timetable
    first, last = at(date(2023, 4, 1), time(0)), at(date(2025, 4, 1), time(0))

    def all_due(job: str) -> list[datetime]:
        found, moment = [], first
        while (moment := timetable.next_due(job, moment)) < last:
            found.append(moment)
        return found

    every = [date(2023, 4, 1) + timedelta(days=n) for n in range((last - first).days)]
    assert [due.date() for due in all_due("reminders")] == [day for day in every if is_open(day)]
    mondays = [day for day in every if day.weekday() == 0]
    moved = sorted({next(day for day in every if day >= monday and is_open(day)) for monday in mondays})
    assert [due.date() for due in all_due("weekly_report")] == moved
    assert {due.timetz().replace(tzinfo=None) for due in all_due("weekly_report")} == {time(8, 30)}
    assert all(later - due == timedelta(days=1) for due, later in pairwise(all_due("checks")))


def is_open(day: date) -> bool:
    new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not new_year and not jpholiday.is_holiday(day)


def test_the_timetable_is_said_in_japanese(tmp_path: Path) -> None:
    timetable = runner_of(an_office(tmp_path)).timetable

    words = [timetable.words(job) for job in ("checks", "reminders", "weekly_report", "delivery")]

    assert words == ["毎日 06:00", "開庁日 08:30", "毎週月曜日（閉庁日は次の開庁日） 08:30", "1分ごと"]
    assert timetable.zone == TOKYO


def test_in_every_zone_each_day_has_one_run_whatever_the_clocks_do(tmp_path: Path) -> None:
    office, seen = an_office(tmp_path), 0
    timetable = runner_of(office).timetable
    hours = [time(0), time(0, 30), time(1, 30), time(2, 30), time(23, 59)]
    tables = [replace(timetable, settings=_at(timetable.settings, hour)) for hour in hours]

    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for day in _days_of_a_change(zone):
            seen += 1
            for hour, table in zip(hours, tables, strict=True):
                _one_run_a_day(replace(table, zone=zone), hour, day)

    assert seen > 1000


@lru_cache
def _noons() -> list[datetime]:
    return [datetime(2019, 12, 31, 12, tzinfo=UTC) + timedelta(days=n) for n in range(366 * 3)]


def _days_of_a_change(zone: ZoneInfo) -> list[date]:
    """The days of 2020 to 2022 around which the zone's clocks were put forward or back."""
    offsets = [noon.astimezone(zone).utcoffset() for noon in _noons()]
    return [noon.date() for noon, before, after in zip(_noons(), offsets, offsets[1:], strict=False) if before != after]


def _at(settings: TimetableSettings, hour: time) -> TimetableSettings:
    return settings.model_copy(update={"checks": settings.checks.model_copy(update={"at": hour})})


def _one_run_a_day(timetable: Timetable, hour: time, day: date) -> None:
    moment = datetime.combine(day - timedelta(days=1), time(12), UTC)
    dues = list[datetime]()
    for _ in range(4):
        moment = timetable.next_due("checks", moment)
        dues.append(moment)
    faces = [due.astimezone(timetable.zone) for due in dues]
    assert all(later.timestamp() > earlier.timestamp() for earlier, later in pairwise(dues))
    assert [face.date().toordinal() for face in faces] == [*range(first := faces[0].date().toordinal(), first + 4)]
    assert sum(face.time() != hour for face in faces) <= 1  # the one that the clocks leave out
