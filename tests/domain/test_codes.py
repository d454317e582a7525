"""Codes as spreadsheets leave them: one code however it is written, and none where it was destroyed."""

import string
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.domain.codes import APOSTROPHE, HYPHEN, INVISIBLE, NEEDS_CARE, POINT_ZERO, WRAPPED, read_code
from tracker.domain.errors import CodeUnreadable
from tracker.domain.registers import ACCOUNT
from tracker.registers.cells import Cells

DAY = date(2024, 3, 18)
SAME = [
    ("30022", "30022", ()), ("３００２２", "30022", ()), (" 30022　", "30022", ()), ("\u00a030022\u2003", "30022", ()),
    ("\ufeff30022", "30022", (INVISIBLE,)), ("300\u200b22", "30022", (INVISIBLE,)), ("\u200e30022\u202c", "30022", (INVISIBLE,)),
    ("300\u00ad22", "30022", (INVISIBLE,)), ("課１\ufe00", "課1", (INVISIBLE,)), ("葛\U000e01001", "葛1", (INVISIBLE,)),
    ("\u200b 30022 \u200b", "30022", (INVISIBLE,)), ("30022\u3164", "30022", (INVISIBLE,)),
    ('="001234"', "001234", (WRAPPED,)), ('＝"００１２３４"', "001234", (WRAPPED,)), ('= "001234" ', "001234", (WRAPPED,)),
    ('="a""b"', 'a"b', (WRAPPED,)), ("'001234", "001234", (APOSTROPHE,)), ("＇001234", "001234", (APOSTROPHE,)),
    ("30022.0", "30022", (POINT_ZERO,)), ("30022.00", "30022", (POINT_ZERO,)), ("３００２２．０", "30022", (POINT_ZERO,)),
    ("R5‐0101", "R5-0101", (HYPHEN,)), ("R5–0101", "R5-0101", (HYPHEN,)), ("R5−0101", "R5-0101", (HYPHEN,)),
    ("R5－0101", "R5-0101", (HYPHEN,)), ("Ｒ５―０１０１", "R5-0101", (HYPHEN,)), ("R5ー0101", "R5-0101", (HYPHEN,)),
    ("R5ｰ0101", "R5-0101", (HYPHEN,)), ("サーバー1", "サーバー1", ()), ("データセンター", "データセンター", ()),
    ("'\ufeff001234.0", "001234", (INVISIBLE, APOSTROPHE, POINT_ZERO)),
    ("v1.0", "v1.0", ()), ("taro.yamada", "taro.yamada", ()), ("1E5", "1E5", ()), ("12E4", "12E4", ()), ("2023-0401", "2023-0401", ()),
    ("R5.4.1", "R5.4.1", ()), ("1(1)", "1(1)", ()), ("山田 太郎", "山田 太郎", ()), ("000000000000001234", "000000000000001234", ()),
    ("123456789012345", "123456789012345", ()), ("'", "'", ()), ("may-be", "may-be", ()), ("a'b", "a'b", ()),
]  # fmt: skip
DESTROYED = [
    ("2.02303E+11", "指数"), ("1E+05", "指数"), ("１Ｅ＋０５", "指数"), ("1.2e-05", "指数"), ("-3E+10", "指数"),
    ("1234.5", "小数"), ("0.5", "小数"), (".5", "小数"), ("1,234.5", "小数"),
    ("2024/5/12", "日付"), ("2023年4月1日", "日付"), ("2023年4月", "日付"), ("12月3日", "日付"),
    ("12/3", "日付"), ("3-Dec", "日付"), ("Dec-03", "日付"),
    ("2024-05-12", "日付"), ("2024-05-12 00:00:00", "日付"), ("令和5年4月1日", "日付"), ("２０２４／５／１２", "日付"),
    ("1234567890123456", "15桁"), ("１２３４５６７８９０１２３４５６", "15桁"), ("30\n022", "見えない文字"), ("30\t022", "見えない文字"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "remarks"), SAME)
def test_a_code_is_the_same_code_however_a_spreadsheet_dressed_it(
    text: str, code: str, remarks: tuple[str, ...]
) -> None:
    read = read_code(text)

    assert (read.code, sorted(read.remarks)) == (code, sorted(remarks))


@pytest.mark.parametrize(("text", "what"), DESTROYED)
def test_what_was_a_code_once_is_refused_with_what_it_has_become(text: str, what: str) -> None:
    with pytest.raises(CodeUnreadable, match=what):
        read_code(text)


@given(st.text(string.printable + "'=\"-./E+", min_size=1, max_size=12))
def test_a_code_that_one_look_calls_plain_is_read_as_it_stands(text: str) -> None:
    stripped = text.strip()
    if "\n" in stripped or NEEDS_CARE.search(stripped):
        return

    assert read_code(stripped).code == stripped


@given(st.lists(st.text("aE1２ '=-./+", max_size=18), min_size=1, max_size=5))
@example(["u000001", "1234567890123456"])
@example(["u000001", "30022.0"])
@example(["u000001", ""])
def test_codes_of_a_batch_are_read_as_each_of_them_is(texts: list[str]) -> None:
    column = next(column for column in ACCOUNT.columns if column.name == "staff_no")

    assert Cells(column, DAY).convert(texts) == [code_or_none(text) for text in texts]


def code_or_none(text: str) -> str | None:
    try:
        return read_code(text).code or None
    except CodeUnreadable:
        return None


@given(st.text(max_size=20))
def test_a_code_read_once_is_read_the_same_again(text: str) -> None:
    try:
        code = read_code(text).code
    except CodeUnreadable:
        return
    if code.startswith(("'", "=")):  # another layer of the same dress
        return

    assert read_code(code).code == code
