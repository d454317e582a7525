"""和暦 and every other way an office writes a day, read and printed."""

import contextlib
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.dates import (
    ReadDate,
    fiscal_year,
    month_end,
    read_date,
    read_serial,
    short_wareki,
    wareki,
    wareki_year,
)  # fmt: skip
from tracker.domain.errors import DateUnreadable

# Each form that interfaces section 2 names, with the day it means.
FORMS = [
    ("2023-07-31", date(2023, 7, 31)),
    ("2023/7/31", date(2023, 7, 31)),
    ("2023.7.31", date(2023, 7, 31)),
    ("20230731", date(2023, 7, 31)),
    ("2023年7月31日", date(2023, 7, 31)),
    ("令和5年7月31日", date(2023, 7, 31)),
    ("令和5年07月31日", date(2023, 7, 31)),
    ("令和5年 9月 7日（木）", date(2023, 9, 7)),
    ("令和5年9月7日(木曜日)", date(2023, 9, 7)),
    ("令和 5 年 11 月 6 日", date(2023, 11, 6)),
    ("令和　５　年　１１　月　６　日", date(2023, 11, 6)),
    ("R5.7.31", date(2023, 7, 31)),
    ("r5.7.31", date(2023, 7, 31)),
    ("R05/07/31", date(2023, 7, 31)),
    ("R5-7-31", date(2023, 7, 31)),
    ("Ｒ５．７．３１", date(2023, 7, 31)),
    ("㋿5年7月31日", date(2023, 7, 31)),
    ("㍻30年4月1日", date(2018, 4, 1)),
    ("H30.4.1", date(2018, 4, 1)),
    ("平成30年4月1日", date(2018, 4, 1)),
    ("令和元年5月1日", date(2019, 5, 1)),
    ("令和1年5月1日", date(2019, 5, 1)),
    ("R元.5.1", date(2019, 5, 1)),
    ("平成元年1月8日", date(1989, 1, 8)),
    ("平成31年4月30日", date(2019, 4, 30)),
    ("昭和64年1月7日", date(1989, 1, 7)),
    ("S64.1.7", date(1989, 1, 7)),
    ("大正15年12月24日", date(1926, 12, 24)),
    ("T1.7.30", date(1912, 7, 30)),
    ("明治45年7月29日", date(1912, 7, 29)),
    ("２０２３／７／３１", date(2023, 7, 31)),
    ("２０２３０７３１", date(2023, 7, 31)),
    ("2023-07-31 00:00:00", date(2023, 7, 31)),
    ("2023-07-31T00:00:00", date(2023, 7, 31)),
    ("2023/7/3 00:00", date(2023, 7, 3)),
    ("2023/07/28 10:15", date(2023, 7, 28)),
    ("2023/7/2 10:15", date(2023, 7, 2)),  # and not the 21st, at 0:15
    ("2023/7/28 10:15:30", date(2023, 7, 28)),
    ("2023/7/28 9:05", date(2023, 7, 28)),
    ("2023/7/28  0:05", date(2023, 7, 28)),
    ("2023/ 7/ 2 10:15", date(2023, 7, 2)),
    ("２０２３／７／２８　１０：１５", date(2023, 7, 28)),
    ("2023-07-28T10:15:00", date(2023, 7, 28)),
    ("2023-07-28T10:15:00.123", date(2023, 7, 28)),
    ("2023-07-28 10:15:00.123456", date(2023, 7, 28)),
    ("2023-07-28T10:15:00+09:00", date(2023, 7, 28)),
    ("2023-07-28 10:15:00 +0900", date(2023, 7, 28)),
    ("2023-07-28 23:59:59", date(2023, 7, 28)),
    ("2023-07-28 24:00", date(2023, 7, 28)),
    ("2023/07/28 午後 3:15:00", date(2023, 7, 28)),
    ("2023/07/28 3:15:00 PM", date(2023, 7, 28)),
    ("2023/07/28(金) 10:15", date(2023, 7, 28)),
    ("2023年7月28日 10:15", date(2023, 7, 28)),
    ("2023年7月28日10時15分", date(2023, 7, 28)),
    ("令和5年7月28日 10時15分", date(2023, 7, 28)),
    ("令和5年7月28日10時15分30秒", date(2023, 7, 28)),
    ("令和 5 年 7 月 28 日 10 時 15 分", date(2023, 7, 28)),
    ("令和5年7月28日（金）午前10時", date(2023, 7, 28)),
    ("R5.7.2 10:15", date(2023, 7, 2)),
    ("20230728101530", date(2023, 7, 28)),
    ("20230728 101530", date(2023, 7, 28)),
    ("20230728T101530", date(2023, 7, 28)),
    ("20230728 10:15", date(2023, 7, 28)),
    (" 2023-07-31 ", date(2023, 7, 31)),
    ("2024-02-29", date(2024, 2, 29)),
]

NOT_DAYS = [
    "R5.2.30", "2023-02-29", "令和5年13月1日", "令和5年0月1日", "令和5年4月31日", "20230231", "20231301",
    "令和0年4月1日", "R00.4.1", "未定", "", "　", "令和5年", "令和5年7月", "7月31日", "2023", "2023-07", "23/7/31",
    "5.7.31", "X5.7.31", "99999", "12345", "-1", "2023-07-31-01", "令和5年7月31日まで",
    "2023/07/28 10", "2023/07/28 25:00", "2023/07/28 24:01", "2023/07/28 10:60", "2023/07/2810:15", "2023-07-28 10:15 頃",
    "20230728256060", "2023072810", "10:15", "10時15分", "2023/02/30 10:15", "R5.2.30 10:15", "2023-07-28T10:15:00Z",
    "5.7.31 10:15", "45138.5.1", "12345.5", "45138 10:15",
    "45138", "45138.5", "４５１３８",
]  # fmt: skip


@pytest.mark.parametrize(("text", "day"), FORMS)
def test_every_form_that_an_office_writes_is_read_as_its_day_without_a_warning(text: str, day: date) -> None:
    read = read_date(text)

    assert (read.day, read.warning) == (day, None)


@pytest.mark.parametrize("text", NOT_DAYS)
def test_what_is_no_day_is_refused_by_a_sentence_that_repeats_it(text: str) -> None:
    with pytest.raises(DateUnreadable) as refusal:
        read_date(text)

    assert f"「{text}」" in str(refusal.value)
    assert str(refusal.value).endswith("。")


def test_the_30th_of_february_is_said_not_to_exist_and_nonsense_gets_examples() -> None:
    with pytest.raises(DateUnreadable, match=r"「R5\.2\.30」は実在しない日付です。"):
        read_date("R5.2.30")
    with pytest.raises(DateUnreadable, match=r"「来週」は日付として読めません。令和5年7月31日、R5\.7\.31、2023-07-31"):
        read_date("来週")


@pytest.mark.parametrize(
    ("text", "day", "rightly"),
    [
        ("平成35年3月31日", date(2023, 3, 31), "令和5年3月31日"),
        ("H35.3.31", date(2023, 3, 31), "令和5年3月31日"),
        ("平成31年5月1日", date(2019, 5, 1), "令和元年5月1日"),
        ("昭和64年1月8日", date(1989, 1, 8), "平成元年1月8日"),
        ("令和元年4月30日", date(2019, 4, 30), "平成31年4月30日"),
    ],
)
def test_a_day_outside_its_era_is_converted_with_a_warning_that_names_the_right_era(
    text: str, day: date, rightly: str
) -> None:
    read = read_date(text)

    assert read.day == day
    assert f"「{text}」" in (read.warning or "")
    assert rightly in (read.warning or "")


def test_a_weekday_that_does_not_fit_is_told_and_the_date_holds() -> None:
    read = read_date("令和5年9月7日（金）")

    assert read.day == date(2023, 9, 7)
    assert "木曜日" in (read.warning or "")


@given(st.dates(date(1868, 1, 1), date(2100, 12, 31)))
def test_a_day_printed_in_wareki_and_read_back_is_the_same_day_and_agrees_with_the_almanac(day: date) -> None:
    name, letter, years = by_the_almanac(day)
    weekday = "月火水木金土日"[(day - date(2023, 7, 31)).days % 7]
    year = f"{day.year}年" if name == "" else f"{name}{'元' if years == 1 else years}年"
    printed = f"{year}{day.month}月{day.day}日"

    assert wareki_year(day) == year
    assert wareki(day) == printed
    assert wareki(day, weekday=True) == f"{printed}（{weekday}）"
    assert short_wareki(day) == (f"{letter}{years}.{day.month}.{day.day}" if name else day.isoformat())
    for text in (wareki(day), wareki(day, weekday=True), short_wareki(day), day.isoformat(), f"{day:%Y%m%d}"):
        read = read_date(text)
        assert (read.day, read.warning) == (day, None)


SERIALS_AS_WRITTEN = ("45138", "45138.5", "45138.999988425926", "45138.0", "４５１３８", " 45138 ")


@pytest.mark.parametrize("text", SERIALS_AS_WRITTEN)
def test_a_cells_bare_number_is_the_day_that_excel_counts(text: str) -> None:
    assert read_serial(text) == date(2023, 7, 31)


@pytest.mark.parametrize("text", ["2023-07-31", "12345", "99999", "12345.5", "45138 10:15", "", "060201", "-45138"])
def test_other_texts_are_no_number_of_a_day(text: str) -> None:
    assert read_serial(text) is None


@given(st.dates(date(1954, 10, 4), date(2119, 1, 10)))
def test_an_excel_serial_is_read_as_excel_counts_or_refused_when_it_is_an_era_day_whose_zero_was_lost(
    day: date,
) -> None:
    serial = str((day - date(2008, 1, 1)).days + 39448)  # 2008-01-01 is 39448 in Excel's own manual
    try:
        datetime.strptime(f"20{int(serial[0]) + 18:02d}{serial[1:]}", "%Y%m%d")  # noqa: DTZ007
        is_era_day = True
    except ValueError:
        is_era_day = False

    if is_era_day:
        with pytest.raises(DateUnreadable, match=rf"「{serial}」は、Excel の日付の番号（.*）とも、先頭の0が落ちた和暦"):
            read_serial(serial)
    else:
        assert read_serial(serial) == day


def test_the_sentence_on_a_number_of_two_meanings_names_both() -> None:
    with pytest.raises(DateUnreadable, match=r"平成24年7月11日.*令和4年11月1日"):
        read_serial("41101")
    with pytest.raises(DateUnreadable, match="60201"):
        read_serial("60201")


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.times())
def test_a_time_of_day_never_changes_the_day_it_stands_behind(day: date, time: time) -> None:
    short, clock = f"{day.year}/{day.month}/{day.day}", f"{time.hour}:{time.minute:02d}"
    japanese = f"{time.hour}時{time.minute}分"
    forms = [f"{short} {clock}", f"{short} {clock}:{time.second:02d}", f"{day} {time}", f"{day}T{time.isoformat()}",
             f"{wareki(day)}{japanese}", f"{wareki(day, weekday=True)} {clock}", f"{short_wareki(day)} {clock}",
             f"{day:%Y%m%d}{time:%H%M%S}"]  # fmt: skip

    assert {read_date(text) for text in forms} == {ReadDate(day)}


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_day_or_a_refusal_and_nothing_else(text: str) -> None:
    with contextlib.suppress(DateUnreadable):
        assert isinstance(read_date(text).day, date)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_fiscal_year_turns_on_the_first_of_april_and_a_month_ends_before_the_next_begins(day: date) -> None:
    assert date(fiscal_year(day), 4, 1) <= day < date(fiscal_year(day) + 1, 4, 1)
    assert (month_end(day.year, day.month) + timedelta(days=1)).day == 1
    assert month_end(day.year, day.month).replace(day=1) == day.replace(day=1)


def by_the_almanac(day: date) -> tuple[str, str, int]:
    """Era name, letter and year, from the days on which the eras changed written as numbers."""
    number = day.year * 10000 + day.month * 100 + day.day
    if number >= 20190501:
        return "令和", "R", day.year - 2018
    if number >= 19890108:
        return "平成", "H", day.year - 1988
    if number >= 19261225:
        return "昭和", "S", day.year - 1925
    if number >= 19120730:
        return "大正", "T", day.year - 1911
    if number >= 18680125:
        return "明治", "M", day.year - 1867
    return "", "", 0
