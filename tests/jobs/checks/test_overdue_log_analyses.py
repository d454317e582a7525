"""ログ分析の未実施 at its edges: periods of every cycle, due days, reports that count and reports that do not."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.databases import on_both_databases
from tests.jobs.situations import a_department, a_log_report, a_system, an_office, check, given
from tracker.domain.flags import CheckState, Flag
from tracker.office import Office

pytestmark = on_both_databases

CHECK = "overdue-log-analyses"
EARLY = date(2022, 1, 4)


def a_cycle(office: Office, cycle: str, start: date, due_days: int | str = 10) -> None:
    system = a_system(specific="○", cycle=cycle, due_days=due_days, start=start)
    given(office, EARLY, a_department(), system, empty=["ログ分析報告"])


def overdue(office: Office, on: date) -> list[Flag]:
    return list(check(office, CHECK, on).flags)


def periods(office: Office, on: date) -> list[tuple[str, str]]:
    return [(flag.details["period_from"], flag.details["period_to"]) for flag in overdue(office, on)]


@pytest.mark.parametrize(
    ("cycle", "start", "on", "first", "last"),
    [
        ("毎週", date(2023, 5, 8), date(2023, 6, 1), "2023-05-08", "2023-05-14"),  # Monday to Sunday
        ("毎月", date(2024, 2, 1), date(2024, 3, 12), "2024-02-01", "2024-02-29"),
        ("四半期", date(2023, 4, 1), date(2023, 7, 11), "2023-04-01", "2023-06-30"),
        ("四半期", date(2024, 1, 1), date(2024, 4, 11), "2024-01-01", "2024-03-31"),
        ("半年", date(2023, 4, 1), date(2023, 10, 11), "2023-04-01", "2023-09-30"),
        ("半年", date(2023, 10, 1), date(2024, 4, 11), "2023-10-01", "2024-03-31"),
        ("毎年", date(2023, 4, 1), date(2024, 4, 11), "2023-04-01", "2024-03-31"),
    ],
)
def test_a_period_is_flagged_from_the_day_after_its_report_was_due(
    tmp_path: Path, cycle: str, start: date, on: date, first: str, last: str
) -> None:
    due_days = (on - timedelta(days=1) - date.fromisoformat(last)).days
    office = an_office(tmp_path)
    a_cycle(office, cycle, start, due_days)

    assert overdue(office, on - timedelta(days=1)) == []
    (flag,) = [flag for flag in overdue(office, on) if flag.details["period_from"] == first]
    assert flag.details["period_to"] == last
    assert flag.deadline == on - timedelta(days=1)
    assert flag.details["deadline"] == flag.deadline.isoformat()
    assert (flag.subject, flag.department_code, flag.details["reason"]) == ("S", "0101", "overdue")


def test_weeks_begin_on_monday(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    a_cycle(office, "毎週", date(2023, 5, 9), 0)  # a Tuesday: its week began before

    found = periods(office, date(2023, 6, 1))

    assert found == [("2023-05-15", "2023-05-21"), ("2023-05-22", "2023-05-28")]


def test_a_month_is_named_by_its_month_and_a_week_by_its_monday(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(
        office, EARLY, a_department(), a_system("M", cycle="毎月", due_days=0, start=date(2024, 2, 1)),
        a_system("W", cycle="毎週", due_days=0, start=date(2024, 2, 19)), empty=["ログ分析報告"],
    )  # fmt: skip

    names = [flag.details["period"] for flag in overdue(office, date(2024, 3, 4))]

    assert names == ["2024-02", "2024-02-19"]


def test_a_period_that_began_before_the_start_day_does_not_count(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    a_cycle(office, "毎月", date(2023, 5, 2))

    assert periods(office, date(2023, 8, 31)) == [("2023-06-01", "2023-06-30"), ("2023-07-01", "2023-07-31")]


def test_without_a_start_day_periods_count_from_when_the_register_first_named_a_cycle(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    no_reports = ["ログ分析報告"]
    given(office, EARLY, a_department(), a_system(specific="○"), empty=no_reports)
    given(office, date(2023, 5, 20), a_system(specific="○", cycle="毎月", due_days=10), empty=no_reports)
    given(office, date(2023, 6, 20), a_system(specific="○", cycle="毎月", due_days=5), empty=no_reports)

    assert periods(office, date(2023, 8, 1)) == [("2023-06-01", "2023-06-30")]


@pytest.mark.parametrize(
    ("due_days", "due"),
    [
        (15, date(2023, 5, 15)),  # a Monday
        (13, date(2023, 5, 15)),  # Saturday moves to Monday
        (3, date(2023, 5, 8)),  # Golden Week moves behind its weekend
        (0, date(2023, 5, 1)),  # Sunday, the period's own last day
        ("", date(2023, 5, 1)),
    ],
)
def test_a_due_day_on_a_closed_day_moves_to_the_next_open_day(tmp_path: Path, due_days: int | str, due: date) -> None:
    office = an_office(tmp_path)
    a_cycle(office, "毎月", date(2023, 4, 1), due_days)

    assert overdue(office, due) == []
    assert [flag.deadline for flag in overdue(office, due + timedelta(days=1))] == [due]


def test_a_due_day_at_the_years_end_moves_behind_the_new_year(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    a_cycle(office, "毎月", date(2023, 11, 1), 29)  # 2023-12-29

    assert overdue(office, date(2024, 1, 4)) == []
    assert [flag.deadline for flag in overdue(office, date(2024, 1, 5))] == [date(2024, 1, 4)]


def test_each_period_has_a_flag_and_a_task_of_its_own(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    a_cycle(office, "毎月", date(2023, 4, 1))

    flags = overdue(office, date(2023, 7, 31))

    assert [flag.details["period"] for flag in flags] == ["2023-04", "2023-05", "2023-06"]
    assert len({flag.task_key for flag in flags}) == 3
    assert {flag.subject for flag in flags} == {"S"}


@pytest.mark.parametrize(
    ("first", "last", "reported_on", "counts"),
    [
        (date(2023, 4, 1), date(2023, 4, 30), date(2023, 5, 10), True),
        (date(2023, 3, 15), date(2023, 5, 5), date(2023, 5, 10), True),
        (date(2023, 4, 1), date(2023, 4, 29), date(2023, 5, 10), False),
        (date(2023, 4, 2), date(2023, 4, 30), date(2023, 5, 10), False),
        (date(2023, 3, 1), date(2023, 3, 31), date(2023, 5, 10), False),
        (date(2023, 4, 1), date(2023, 4, 30), date(2023, 5, 11), True),  # on the day itself
        (date(2023, 4, 1), date(2023, 4, 30), date(2023, 5, 12), False),  # tomorrow
        (date(2023, 4, 1), date(2023, 4, 30), "", False),
    ],
)
def test_a_report_counts_when_it_covers_the_whole_period_and_is_in_by_the_day(
    tmp_path: Path, first: date, last: date, reported_on: date | str, counts: bool
) -> None:
    office = an_office(tmp_path)
    system = a_system(specific="○", cycle="毎月", due_days=10, start=date(2023, 4, 1))
    given(office, EARLY, a_department(), system, a_log_report(first, last, reported_on))

    assert (overdue(office, date(2023, 5, 11)) == []) is counts


def test_another_systems_report_does_not_count(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    systems = [a_system(code, specific="○", cycle="毎月", due_days=10, start=date(2023, 4, 1)) for code in ("A", "B")]
    report = a_log_report(date(2023, 4, 1), date(2023, 4, 30), date(2023, 5, 1), system="A")
    given(office, EARLY, a_department(), *systems, report)

    assert [flag.subject for flag in overdue(office, date(2023, 5, 11))] == ["B"]


def test_a_system_with_specific_personal_information_and_no_cycle_is_flagged(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, EARLY, a_department(), a_system("A", specific="○"), a_system("B"), empty=["ログ分析報告"])

    result = check(office, CHECK, date(2023, 5, 10))

    (flag,) = result.flags
    assert (flag.subject, flag.details) == ("A", {"reason": "no-cycle"})
    assert (result.state, result.examined) == (CheckState.FLAGGED, 2)
    assert flag.deadline == date(2023, 6, 9)  # thirty days to decide on a procedure


def test_a_report_that_comes_late_clears_its_period_and_leaves_the_others(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    a_cycle(office, "毎月", date(2023, 4, 1))
    assert len(overdue(office, date(2023, 6, 15))) == 2

    given(office, date(2023, 6, 16), a_log_report(date(2023, 4, 1), date(2023, 4, 30), date(2023, 6, 16)))

    assert [flag.details["period"] for flag in overdue(office, date(2023, 6, 16))] == ["2023-05"]


def test_when_the_register_moves_the_due_day_the_flag_and_its_task_have_the_new_one(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    a_cycle(office, "毎月", date(2023, 4, 1), 10)
    assert [flag.deadline for flag in overdue(office, date(2023, 5, 11))] == [date(2023, 5, 10)]

    system = a_system(specific="○", cycle="毎月", due_days=11, start=date(2023, 4, 1))
    given(office, date(2023, 5, 15), system)

    (flag,) = overdue(office, date(2023, 5, 15))
    with office.store.reading() as records:
        task = records.tasks.find(flag.task_key)
    assert task is not None
    assert flag.details["deadline"] == "2023-05-11"
    assert (flag.deadline, task.deadline, task.first_deadline) == (
        date(2023, 5, 11),
        date(2023, 5, 11),
        date(2023, 5, 10),
    )
