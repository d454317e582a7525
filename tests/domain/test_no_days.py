"""Which days and words stand for no day, and that no day of the records is among them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.dates import read_date, short_wareki, wareki
from tracker.domain.no_days import is_no_day, is_open_end, says_no_day

PLACEHOLDERS = [
    "1900/1/1", "1899/12/30", "1899-12-31", "1601/1/1", "1601-01-01 09:00:00", "1970-01-01T09:00:00", "0001/01/01 0:00:00",
    "明治33年1月1日", "M33.1.1", "19700101", "1753-01-01 00:00:00.000",
]  # fmt: skip
SAY_NO_DAY = [
    "00000000", "99999999", "0000-00-00", "0000/00/00 00:00:00", "1900/01/00", "1900/1/0 0:00", "9999/99/99", "999999",
    "99.99.99", "令和99年99月99日", "0", "00:00:00", "-", "－", "―", "未定", "なし", " 未定　", "NULL", "M33.1.0",
]  # fmt: skip
DAYS_AFTER_ALL = ["R9.9.9", "H9.9.9", "2099/9/9", "1900/1/2", "1971/1/1", "2100/12/31", "R1.10.10", "2000/1/1"]


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_the_zeros_of_calendars_stand_for_no_day(text: str) -> None:
    assert is_no_day(read_date(text).day)


@pytest.mark.parametrize("text", ["9999/12/31", "9999-12-31 23:59:59", "9999/1/1", "令和99年12月31日", "R99.12.31"])
def test_the_last_day_of_a_calendar_stands_for_an_end_that_nobody_set(text: str) -> None:
    assert is_open_end(read_date(text).day)


@pytest.mark.parametrize("text", SAY_NO_DAY)
def test_words_and_digits_that_are_no_day_say_that_there_is_none(text: str) -> None:
    assert says_no_day(text)


@pytest.mark.parametrize("text", DAYS_AFTER_ALL)
def test_a_day_that_only_looks_like_one_of_them_is_a_day(text: str) -> None:
    day = read_date(text).day

    assert not (is_no_day(day))
    assert not (is_open_end(day))
    assert not (says_no_day(text))


@pytest.mark.parametrize("text", ["来年", "12345", "R5.2.30", "2023/00/01", "#N/A", "100", "10:15", "0.5"])
def test_what_is_merely_wrong_is_not_taken_for_no_day(text: str) -> None:
    assert not says_no_day(text)


@given(st.dates(date(1971, 1, 1), date(2117, 12, 30)))
def test_no_day_that_an_office_can_mean_is_taken_for_none(day: date) -> None:
    texts = (day.isoformat(), f"{day:%Y%m%d}", wareki(day), short_wareki(day), f"{day.year}/{day.month}/{day.day}")

    assert not (is_no_day(day))
    assert not (is_open_end(day))
    assert not (any(map(says_no_day, texts)))
