"""長期不在者のアカウント at its edges: day counts, joined absences, undecided ends, planned absences."""

import tempfile
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import jpholiday
import pytest
from hypothesis import Phase, settings
from hypothesis import given as forall
from hypothesis import strategies as st

from tests.jobs.situations import (
    Row,
    a_department,
    a_person,
    a_system,
    an_absence,
    an_account,
    an_office,
    check,
    flagged,
    given,
)  # fmt: skip
from tracker.domain.flags import CheckState
from tracker.office import Office

CHECK = "absent-accounts"
EARLY = date(2020, 1, 1)
PLANNED = f"[checks.{CHECK}]\nflag_planned = true\n"
Span = tuple[date, date | None]


def absent(office: Office, *spans: Span, account: Row | None = None) -> None:
    """Person 1 has these absences and one account."""
    absences = (an_absence(start, end) for start, end in spans)
    given(office, EARLY, a_department(), a_person(), a_system(), account or an_account(), *absences)


def days_counted(office: Office, on: date) -> int | None:
    flags = check(office, CHECK, on).flags
    return flags[0].details["days_absent"] if flags else None


def test_the_ninetieth_day_of_an_absence_is_the_first_that_is_flagged(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    absent(office, (date(2023, 1, 10), None))

    assert days_counted(office, date(2023, 4, 8)) is None  # day 89
    assert days_counted(office, date(2023, 4, 9)) == 90
    assert days_counted(office, date(2023, 4, 10)) == 91


def test_a_flag_says_whose_system_it_is_since_when_and_why(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    absent(office, (date(2023, 1, 10), date(2023, 12, 31)))

    result = check(office, CHECK, date(2023, 4, 9))

    (flag,) = result.flags
    assert (result.state, result.examined, result.as_of) == (CheckState.FLAGGED, 1, EARLY)
    assert (flag.subject, flag.department_code, flag.first_seen_on) == ("S/u1", "0101", date(2023, 4, 9))
    assert flag.details == {"absent_since": "2023-01-10", "days_absent": 90, "reason": "reached"}
    assert flag.summary == "令和5年1月10日から90日不在の職員のアカウントが有効のままです。"
    assert flag.deadline == date(2023, 4, 17)  # seven days later, a Sunday, moves to Monday


def test_an_absence_counts_through_its_last_day_and_no_longer(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    absent(office, (date(2023, 1, 10), date(2023, 4, 12)))

    assert days_counted(office, date(2023, 4, 12)) == 93
    assert days_counted(office, date(2023, 4, 13)) is None


JOINED: list[tuple[str, Span, Span]] = [
    ("the next day", (date(2023, 1, 10), date(2023, 2, 14)), (date(2023, 2, 15), None)),
    ("over a weekend", (date(2023, 1, 10), date(2023, 2, 17)), (date(2023, 2, 20), None)),
    ("over a holiday on Thursday", (date(2023, 1, 10), date(2023, 2, 22)), (date(2023, 2, 24), None)),
    ("over 12/29 to 1/3", (date(2022, 11, 1), date(2022, 12, 28)), (date(2023, 1, 4), None)),
    ("over Golden Week", (date(2023, 2, 1), date(2023, 5, 2)), (date(2023, 5, 8), None)),
    ("from Saturday", (date(2023, 1, 10), date(2023, 2, 17)), (date(2023, 2, 18), None)),
    ("from within a weekend", (date(2023, 1, 10), date(2023, 2, 17)), (date(2023, 2, 19), None)),
    ("ending on Saturday", (date(2023, 1, 10), date(2023, 2, 18)), (date(2023, 2, 20), None)),
    ("overlapping", (date(2023, 1, 10), date(2023, 3, 15)), (date(2023, 3, 1), None)),
]


@pytest.mark.parametrize(("first", "second"), [case[1:] for case in JOINED], ids=[case[0] for case in JOINED])
def test_absences_with_only_closed_days_between_are_one(tmp_path: Path, first: Span, second: Span) -> None:
    office = an_office(tmp_path)
    absent(office, first, second)
    ninetieth = first[0] + timedelta(days=89)

    assert days_counted(office, ninetieth - timedelta(days=1)) is None
    assert days_counted(office, ninetieth) == 90


APART: list[tuple[str, Span, Span]] = [
    ("one weekday", (date(2023, 1, 10), date(2023, 2, 14)), (date(2023, 2, 16), None)),
    ("a weekend and the Monday", (date(2023, 1, 10), date(2023, 2, 17)), (date(2023, 2, 21), None)),
    ("the Friday before a weekend", (date(2023, 1, 10), date(2023, 2, 16)), (date(2023, 2, 20), None)),
    ("the year's end and 1/4", (date(2022, 11, 1), date(2022, 12, 28)), (date(2023, 1, 5), None)),
]


@pytest.mark.parametrize(("first", "second"), [case[1:] for case in APART], ids=[case[0] for case in APART])
def test_one_open_day_between_two_absences_begins_the_count_anew(tmp_path: Path, first: Span, second: Span) -> None:
    office = an_office(tmp_path)
    absent(office, first, second)
    ninetieth = second[0] + timedelta(days=89)

    assert days_counted(office, first[0] + timedelta(days=89)) is None
    assert days_counted(office, ninetieth - timedelta(days=1)) is None
    assert days_counted(office, ninetieth) == 90


def test_the_offices_own_closed_day_joins_and_its_own_open_day_parts(tmp_path: Path) -> None:
    founding_day = an_office(tmp_path, calendar='[calendar]\nclosed = ["令和5年2月15日"]\n')
    absent(founding_day, (date(2023, 1, 10), date(2023, 2, 14)), (date(2023, 2, 16), None))
    (tmp_path / "other").mkdir()
    open_saturday = an_office(tmp_path / "other", calendar='[calendar]\nopen = ["2023-02-18"]\n')
    absent(open_saturday, (date(2023, 1, 10), date(2023, 2, 17)), (date(2023, 2, 20), None))

    assert days_counted(founding_day, date(2023, 4, 9)) == 90
    assert days_counted(open_saturday, date(2023, 4, 9)) is None


def test_the_closed_days_between_two_joined_absences_are_days_of_absence(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    absent(office, (date(2023, 1, 10), date(2023, 4, 14)), (date(2023, 4, 17), None))

    assert days_counted(office, date(2023, 4, 15)) == 96  # Saturday
    assert days_counted(office, date(2023, 4, 16)) == 97


def test_the_closed_days_after_the_last_absence_are_not(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    absent(office, (date(2023, 1, 10), date(2023, 4, 14)))

    assert days_counted(office, date(2023, 4, 15)) is None


def test_a_short_absence_within_a_long_one_does_not_cut_it_off(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    absent(
        office, (date(2023, 1, 10), date(2023, 6, 30)), (date(2023, 2, 1), date(2023, 2, 3)), (date(2023, 7, 3), None)
    )

    assert days_counted(office, date(2023, 4, 9)) == 90
    assert days_counted(office, date(2023, 7, 3)) == 175


def test_an_absence_within_an_undecided_one_does_not_end_it(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    absent(office, (date(2023, 1, 10), None), (date(2023, 2, 1), date(2023, 2, 3)))

    assert days_counted(office, date(2023, 12, 29)) == 354


@pytest.mark.parametrize("state", ["停止", "削除"])
def test_only_an_active_account_is_flagged(tmp_path: Path, state: str) -> None:
    office = an_office(tmp_path)
    absent(office, (date(2023, 1, 10), None), account=an_account(state=state))

    assert check(office, CHECK, date(2023, 12, 1)).state is CheckState.CLEAR


def test_every_active_account_of_the_person_is_flagged_and_nobody_elses(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(
        office, EARLY, a_department(), a_person("1"), a_person("2"), a_system("A"), a_system("B"),
        an_account("u1", "1", system="A"), an_account("u1", "1", system="B"), an_account("u2", "2", system="A"),
        an_account("u3", "", system="A"), an_absence(date(2023, 1, 10), None, "1"),
    )  # fmt: skip

    assert flagged(office, CHECK, date(2023, 12, 1)) == ["A/u1", "B/u1"]


def test_staff_numbers_in_full_width_digits_are_the_same_person(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(
        office, EARLY, a_department(), a_person("３０２２"), a_system(), an_account("u1", "3022"),
        an_account("u2", "３０２２"), an_absence(date(2023, 1, 10), date(2023, 2, 14), "３０２２"),
        an_absence(date(2023, 2, 15), None, "3022"),
    )  # fmt: skip

    assert flagged(office, CHECK, date(2023, 4, 9)) == ["S/u1", "S/u2"]


def test_the_number_of_days_is_a_setting(tmp_path: Path) -> None:
    office = an_office(tmp_path, f"[checks.{CHECK}]\ndays = 30\n")
    absent(office, (date(2023, 1, 10), None))

    assert days_counted(office, date(2023, 2, 7)) is None
    assert days_counted(office, date(2023, 2, 8)) == 30


def test_a_planned_long_absence_is_flagged_from_its_first_day_when_the_office_asks_for_it(tmp_path: Path) -> None:
    office = an_office(tmp_path, PLANNED)
    absent(office, (date(2023, 1, 10), date(2023, 4, 9)))  # 90 days

    assert check(office, CHECK, date(2023, 1, 9)).flags == ()
    (flag,) = check(office, CHECK, date(2023, 1, 10)).flags
    assert flag.details == {"absent_since": "2023-01-10", "days_absent": 1, "reason": "planned"}
    (flag,) = check(office, CHECK, date(2023, 4, 9)).flags
    assert flag.details["reason"] == "reached"


def test_without_that_setting_a_planned_absence_waits_for_its_ninetieth_day(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    absent(office, (date(2023, 1, 10), date(2023, 12, 31)))

    assert days_counted(office, date(2023, 1, 10)) is None


def test_a_planned_absence_of_89_days_or_without_an_end_is_not_known_to_be_long(tmp_path: Path) -> None:
    office = an_office(tmp_path, PLANNED)
    given(
        office, EARLY, a_department(), a_person("1"), a_person("2"), a_system(), an_account("u1", "1"),
        an_account("u2", "2"), an_absence(date(2023, 1, 10), date(2023, 4, 8), "1"),
        an_absence(date(2023, 1, 10), None, "2"),
    )  # fmt: skip

    assert flagged(office, CHECK, date(2023, 1, 10)) == []
    assert flagged(office, CHECK, date(2023, 4, 8)) == []
    assert flagged(office, CHECK, date(2023, 4, 9)) == ["S/u2"]


def test_joined_absences_are_planned_together(tmp_path: Path) -> None:
    office = an_office(tmp_path, PLANNED)
    absent(office, (date(2023, 1, 10), date(2023, 2, 17)), (date(2023, 2, 20), date(2023, 4, 9)))

    assert days_counted(office, date(2023, 1, 10)) == 1


def test_a_stretch_known_to_be_long_stays_known_when_an_undecided_absence_follows_it(tmp_path: Path) -> None:
    office = an_office(tmp_path, PLANNED)
    absent(office, (date(2023, 1, 10), date(2023, 6, 30)), (date(2023, 7, 1), None))

    assert days_counted(office, date(2023, 1, 10)) == 1


def test_an_undecided_absence_that_joins_counts_with_its_own_first_day(tmp_path: Path) -> None:
    office = an_office(tmp_path, PLANNED)
    given(
        office, EARLY, a_department(), a_person("1"), a_person("2"), a_system(), an_account("u1", "1"),
        an_account("u2", "2"), an_absence(date(2023, 1, 10), date(2023, 4, 7), "1"),
        an_absence(date(2023, 4, 8), None, "1"), an_absence(date(2023, 1, 10), date(2023, 4, 8), "2"),
        an_absence(date(2023, 4, 9), None, "2"),
    )  # fmt: skip

    assert flagged(office, CHECK, date(2023, 1, 10)) == ["S/u2"]


# ---- a law, with an oracle that walks day by day

OWN_CLOSED = (date(2023, 2, 15), date(2023, 3, 6))
CALENDAR = '[calendar]\nclosed = ["2023-02-15", "2023-03-06"]\n'
FIRST, LAST = date(2022, 12, 1), date(2023, 5, 31)
offsets = st.integers(min_value=0, max_value=(LAST - FIRST).days)
spans = st.builds(
    lambda start, length: (FIRST + timedelta(days=start), FIRST + timedelta(days=start + length) if length else None),
    offsets,
    st.one_of(st.integers(min_value=1, max_value=70), st.just(0)),
)
people = st.lists(
    st.lists(spans, min_size=1, max_size=5, unique_by=lambda span: span[0]), min_size=20, max_size=30
)  # many at once: one import and one question for all of them


@settings(max_examples=25, deadline=None, database=None, phases=(Phase.explicit, Phase.generate))
@forall(people=people, day=offsets, days=st.integers(min_value=20, max_value=100), planned=st.booleans())
def test_whatever_the_records_who_is_flagged_is_what_walking_the_days_one_by_one_finds(
    people: list[list[Span]], day: int, days: int, planned: bool
) -> None:
    on = FIRST + timedelta(days=day)
    with tempfile.TemporaryDirectory() as folder:
        config = f"[checks.{CHECK}]\ndays = {days}\nflag_planned = {str(planned).lower()}\n"
        office = an_office(Path(folder), config, calendar=CALENDAR)
        staff = [(a_person(str(n)), an_account(f"u{n:03}", str(n))) for n in range(len(people))]
        absences = [an_absence(start, end, str(n)) for n, records in enumerate(people) for start, end in records]
        given(office, EARLY, a_department(), a_system(), *(row for pair in staff for row in pair), *absences)

        seen = {flag.subject: flag.details for flag in check(office, CHECK, on).flags}
        office.store.engine.dispose()

    found = {f"S/u{n:03}": walked(records, on, days, planned) for n, records in enumerate(people)}
    assert seen == {subject: details for subject, details in found.items() if details}


def walked(records: list[Span], on: date, days: int, planned: bool) -> dict[str, object] | None:
    """What must be flagged of one person: away on each day, walked backwards from `on`, then forwards."""
    last = date(2024, 6, 30)
    away = set[date]()
    for start, end in records:
        away |= set(each_day(start, end or last))
    for day in each_day(FIRST, LAST + timedelta(days=80)):  # fill the gaps that hold closed days only
        gap = day
        while gap not in away and closed(gap):
            gap += timedelta(days=1)
        if gap != day and gap in away and day - timedelta(days=1) in away:
            away |= set(each_day(day, gap))
    if on not in away:
        return None
    since = on
    while since - timedelta(days=1) in away:
        since -= timedelta(days=1)
    count = (on - since).days + 1
    known = since  # the last day that is known today to be a day of absence
    sure = set[date]()
    for start, end in records:
        sure |= set(each_day(start, end or start))
    while known + timedelta(days=1) in away:
        known += timedelta(days=1)
    while known not in sure:
        known -= timedelta(days=1)
    is_planned = planned and (known - since).days + 1 >= days
    if count < days and not is_planned:
        return None
    reason = "reached" if count >= days else "planned"
    return {"absent_since": since.isoformat(), "days_absent": count, "reason": reason}


def each_day(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def closed(day: date) -> bool:
    new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() >= 5 or new_year or day in OWN_CLOSED or jpholiday.is_holiday(day)
