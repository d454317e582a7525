"""Deadlines as they are printed, and the day that each of them means."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.deadlines import read_deadline
from tracker.domain.errors import DateUnreadable

WRITTEN_ON = date(2023, 12, 19)

MEANINGS = [
    ("令和6年2月1日まで", date(2024, 2, 1)),
    ("令和6年2月1日", date(2024, 2, 1)),
    ("令和６年２月１日までに", date(2024, 2, 1)),
    ("R6.2.1まで", date(2024, 2, 1)),
    ("2024-02-01", date(2024, 2, 1)),
    ("令和6年 2月 1日（木）まで", date(2024, 2, 1)),
    ("2024/2/1 00:00:00", date(2024, 2, 1)),
    ("2024/2/1 17:15まで", date(2024, 2, 1)),
    ("令和6年2月1日（木） 17時まで", date(2024, 2, 1)),
    ("令和 6 年 2 月 1 日 まで に", date(2024, 2, 1)),
    ("令和6年1月末まで", date(2024, 1, 31)),
    ("令和6年1月末", date(2024, 1, 31)),
    ("令和6年1月末日まで", date(2024, 1, 31)),
    ("令和6年2月末まで", date(2024, 2, 29)),
    ("令和5年2月末まで", date(2023, 2, 28)),
    ("2024年1月末まで", date(2024, 1, 31)),
    ("令和6年1月まで", date(2024, 1, 31)),
    ("令和6年1月中", date(2024, 1, 31)),
    ("令和6年1月中に", date(2024, 1, 31)),
    ("令和6年1月上旬", date(2024, 1, 10)),
    ("令和6年1月中旬まで", date(2024, 1, 20)),
    ("令和6年1月下旬まで", date(2024, 1, 31)),
    ("令和6年4月から", date(2024, 4, 1)),
    ("令和6年度から", date(2024, 4, 1)),
    ("令和6年度からは", date(2024, 4, 1)),
    ("令和6年度以降", date(2024, 4, 1)),
    ("令和6年度当初", date(2024, 4, 1)),
    ("令和6年度上半期", date(2024, 9, 30)),
    ("令和6年度下半期まで", date(2025, 3, 31)),
    ("令和6年度末まで", date(2025, 3, 31)),
    ("令和6年度中", date(2025, 3, 31)),
    ("令和6年度内に", date(2025, 3, 31)),
    ("令和元年度末", date(2020, 3, 31)),
    ("2024年度末", date(2025, 3, 31)),
    # without a year: the next such month, the fiscal year that the paper lies in
    ("1月末まで", date(2024, 1, 31)),
    ("12月末まで", date(2023, 12, 31)),
    ("11月末まで", date(2024, 11, 30)),
    ("年度末まで", date(2024, 3, 31)),
    ("今年度中", date(2024, 3, 31)),
    ("本年度内に", date(2024, 3, 31)),
]


@pytest.mark.parametrize(("printed", "day"), MEANINGS)
def test_a_printed_deadline_means_its_day_and_keeps_its_words(printed: str, day: date) -> None:
    deadline = read_deadline(printed, WRITTEN_ON)

    assert (deadline.printed, deadline.day) == (printed, day)


def test_a_fiscal_year_without_a_number_is_the_one_in_which_the_paper_was_written() -> None:
    assert read_deadline("年度末まで", date(2024, 3, 31)).day == date(2024, 3, 31)
    assert read_deadline("年度末まで", date(2024, 4, 1)).day == date(2025, 3, 31)


@pytest.mark.parametrize("words", ["", "速やかに", "遅滞なく", "直ちに", "随時", "未定", " 速やかに　"])
def test_words_that_name_no_day_are_kept_without_one(words: str) -> None:
    deadline = read_deadline(words, WRITTEN_ON)

    assert (deadline.printed, deadline.day) == (words.strip(), None)


@pytest.mark.parametrize(
    "printed",
    ["R5.2.30", "令和6年13月末まで", "令和6年0月末", "令和0年1月末まで", "令和0年度末", "R00年度から", "そのうち",
     "令和6年", "0000年度末", "0000年1月末",
     "9999年度末"],
)  # fmt: skip
def test_what_is_neither_a_day_nor_a_known_wording_is_refused_by_name(printed: str) -> None:
    with pytest.raises(DateUnreadable, match=f"「{printed}」"):
        read_deadline(printed, WRITTEN_ON)


@pytest.mark.parametrize(
    ("printed", "day", "rightly"),
    [
        ("平成35年3月31日まで", date(2023, 3, 31), "令和5年3月31日"),
        ("平成35年3月末まで", date(2023, 3, 31), "令和5年3月31日"),
        ("平成35年度末まで", date(2024, 3, 31), "令和6年3月31日"),
    ],
)
def test_a_deadline_in_a_year_after_its_eras_end_is_converted_with_a_warning(
    printed: str, day: date, rightly: str
) -> None:
    deadline = read_deadline(printed, WRITTEN_ON)

    assert deadline.day == day
    assert rightly in (deadline.warning or "")


@pytest.mark.parametrize("printed", [*dict(MEANINGS), "平成31年度末", "令和元年度から", "平成31年4月末"])
def test_a_deadline_inside_its_era_is_read_without_a_warning(printed: str) -> None:
    assert read_deadline(printed, WRITTEN_ON).warning is None


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 12))
def test_a_month_without_a_year_ends_within_a_year_of_the_paper_and_not_before_its_month(
    written_on: date, month: int
) -> None:
    day = read_deadline(f"{month}月末まで", written_on).day

    assert day is not None
    assert day.month == month
    assert written_on.replace(day=1) <= day
    assert (day.year - written_on.year) * 12 + day.month - written_on.month < 12


@given(st.text(max_size=20), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_whatever_is_typed_as_a_deadline_is_read_or_refused_and_nothing_else(text: str, written_on: date) -> None:
    with contextlib.suppress(DateUnreadable):
        assert read_deadline(text, written_on).printed == text.strip()


@given(st.from_regex(r"(令和|R|[0-9]{4})[0-9元]{0,2}(年度?)?[0-9]{0,2}月?(末|中|上旬|から|まで)?", fullmatch=True))
def test_words_that_look_like_a_deadline_are_read_or_refused_and_nothing_else(text: str) -> None:
    with contextlib.suppress(DateUnreadable):
        assert read_deadline(text, WRITTEN_ON).printed == text.strip()


def test_a_text_longer_than_any_deadline_is_refused_at_once_and_not_repeated_whole() -> None:
    with pytest.raises(DateUnreadable) as refusal:
        read_deadline("まで " * 40_000, WRITTEN_ON)

    assert "期限として長すぎます。200字までで書いてください。" in str(refusal.value)
    assert len(str(refusal.value)) < 100
