"""The office's open and closed days."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.calendar import OfficeCalendar
from tracker.domain.errors import SettingsRefused
from tracker.holidays import office_calendar
from tracker.settings import CalendarSettings

CALENDAR = office_calendar(CalendarSettings())


@pytest.mark.parametrize(
    "day",
    [
        date(2023, 12, 29), date(2023, 12, 30), date(2023, 12, 31),
        date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 3),
        date(2023, 7, 29), date(2023, 7, 30),  # Saturday, Sunday
        date(2023, 8, 11), date(2023, 9, 18), date(2024, 2, 23),  # 山の日, 敬老の日, 天皇誕生日
        date(2023, 1, 2), date(2024, 2, 12), date(2019, 4, 30), date(2019, 5, 2),  # substitutes, and days in between
        date(2024, 3, 20), date(2024, 9, 22),  # equinoxes
    ],
)  # fmt: skip
def test_weekends_holidays_and_the_turn_of_the_year_are_closed(day: date) -> None:
    assert CALENDAR.is_closed(day)


@pytest.mark.parametrize(
    "day", [date(2023, 7, 31), date(2023, 12, 28), date(2024, 1, 4), date(2019, 12, 23), date(2020, 10, 12)]
)
def test_working_days_are_open_even_beside_closed_ones_and_on_former_holidays(day: date) -> None:
    assert not CALENDAR.is_closed(day)


def test_the_turn_of_the_year_is_skipped_to_the_fourth_of_january() -> None:
    assert CALENDAR.open_day_from(date(2023, 12, 29)) == date(2024, 1, 4)
    assert CALENDAR.open_day_until(date(2024, 1, 3)) == date(2023, 12, 28)
    assert CALENDAR.open_day_from(date(2023, 12, 28)) == date(2023, 12, 28)


def test_the_offices_own_days_close_and_open_it() -> None:
    settings = CalendarSettings.model_validate({"closed": ["R5.10.2", "2023-10-03"], "open": ["令和5年9月30日"]})
    calendar = office_calendar(settings)

    assert calendar.open_day_from(date(2023, 9, 30)) == date(2023, 9, 30)
    assert calendar.open_day_from(date(2023, 10, 1)) == date(2023, 10, 4)
    assert not CALENDAR.is_closed(date(2023, 10, 2))


def test_a_day_that_is_set_both_open_and_closed_is_open() -> None:
    day = date(2023, 10, 2)

    assert not office_calendar(CalendarSettings(closed=(day,), open=(day,))).is_closed(day)


def test_the_cabinet_offices_list_decides_for_the_years_it_covers(tmp_path: Path) -> None:
    listed = tmp_path / "syukujitsu.csv"
    listed.write_bytes("国民の祝日・休日月日,国民の祝日・休日名称\r\n2027/6/7,臨時の休日\r\n".encode("cp932"))
    calendar = office_calendar(CalendarSettings(holidays_file=listed))

    assert calendar.is_closed(date(2027, 6, 7))
    assert not calendar.is_closed(date(2027, 4, 29))  # the list names it not: the list is right for 2027
    assert calendar.is_closed(date(2026, 4, 29))  # no day of 2026 is listed


def test_a_list_of_one_fiscal_year_says_nothing_about_the_months_before_and_after_it(tmp_path: Path) -> None:
    listed = tmp_path / "syukujitsu.csv"
    listed.write_text("国民の祝日,名称\n2024/4/29,昭和の日\n2025/2/11,建国記念の日\n", encoding="utf-8")
    calendar = office_calendar(CalendarSettings(holidays_file=listed))

    assert not calendar.is_closed(date(2024, 5, 3))  # within the list, and not in it
    assert not calendar.is_closed(date(2025, 3, 20))
    assert calendar.is_closed(date(2024, 2, 12))
    assert calendar.is_closed(date(2025, 5, 5))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("headings", ["", "国民の祝日・休日月日,国民の祝日・休日名称\r\n"])
def test_a_list_is_read_in_either_encoding_with_or_without_headings(
    tmp_path: Path, encoding: str, headings: str
) -> None:
    listed = tmp_path / "syukujitsu.csv"
    listed.write_bytes(f"{headings}2027/6/7,臨時の休日\r\n2027/6/8,休日\r\n".encode(encoding))

    assert office_calendar(CalendarSettings(holidays_file=listed)).is_closed(date(2027, 6, 7))


@pytest.mark.parametrize(
    "content", [b"\x81", "祝日\r\n来週,休み\r\n".encode("cp932"), b"", "月日,名称\r\n".encode(), None]
)
def test_a_list_of_holidays_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    listed = tmp_path / "syukujitsu.csv"
    if content is not None:
        listed.write_bytes(content)

    with pytest.raises(SettingsRefused, match=r"祝日ファイル「.*」を読めません"):
        office_calendar(CalendarSettings(holidays_file=listed))


FEW_DAYS = st.dates(date(2023, 12, 1), date(2024, 2, 1))


@given(FEW_DAYS, st.frozensets(FEW_DAYS), st.frozensets(FEW_DAYS), st.frozensets(FEW_DAYS))
def test_the_open_day_from_a_day_is_the_first_that_is_open_and_until_a_day_the_last(
    day: date, holidays: frozenset[date], closed: frozenset[date], opened: frozenset[date]
) -> None:
    calendar = OfficeCalendar(holidays.__contains__, closed, opened)
    around = [day + timedelta(days=number) for number in range(-120, 121)]
    new_year = [date(2023, 12, 29) + timedelta(days=number) for number in range(6)]
    shut = {*holidays, *closed, *new_year, *(one for one in around if f"{one:%a}" in ("Sat", "Sun"))} - opened

    assert [one for one in around if calendar.is_closed(one)] == sorted(shut.intersection(around))
    assert calendar.open_day_from(day) == min(one for one in around if one >= day and one not in shut)
    assert calendar.open_day_until(day) == max(one for one in around if one <= day and one not in shut)
