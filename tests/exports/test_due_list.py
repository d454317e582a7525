"""期限一覧 read back by another library, and looked into where a reader would not tell."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tracker.exports.due_list import DueRow, due_list

TODAY = date(2024, 3, 15)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
A_ROW = DueRow(
    status_word="期限超過",
    deadline=date(2024, 3, 8),
    deadline_printed="令和6年3月8日まで",
    department="障害者福祉課",
    title="取扱規程の見直し",
    body="取扱規程を見直し、写しを添えて報告すること。",
    origin="指導事項",
    opened_on=date(2024, 2, 1),
    first_deadline=date(2024, 2, 29),
    told_times=3,
    last_told_on=date(2024, 3, 14),
    measure_word="措置中",
)


def a_row(**changes: Any) -> DueRow:
    return replace(A_ROW, **changes)


def a_list(*rows: DueRow, office: str = "○○市") -> bytes:
    return due_list(rows, office=office, today=TODAY)


def cells(file: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(file))
    assert book.sheet_names == ["期限一覧"]
    return book.get_sheet_by_index(0).to_python()


def part(file: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return archive.read(name).decode()


def sheet_xml(file: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(part(file, "xl/worksheets/sheet1.xml"))


def fill_of(file: bytes, cell: str) -> str:
    """The background colour of a cell, by the letter of the file."""
    styles = ElementTree.fromstring(part(file, "xl/styles.xml"))
    (style,) = [each.get("s") for each in sheet_xml(file).iter(f"{MAIN}c") if each.get("r") == cell]
    form = styles.findall(f"{MAIN}cellXfs/{MAIN}xf")[int(style or 0)]
    fill = styles.findall(f"{MAIN}fills/{MAIN}fill")[int(form.get("fillId") or 0)]
    colour = fill.find(f".//{MAIN}fgColor")
    return "" if colour is None else colour.get("rgb", "")


def test_a_line_says_what_is_due_and_its_days_are_days_and_its_numbers_numbers() -> None:
    title, note, headings, row = cells(a_list(a_row()))

    assert title[0] == "期限一覧"
    assert note[0].startswith("○○市　令和6年3月15日（金）現在　1件（うち期限超過 1件）")
    assert headings == [
        "状況", "期限", "残り日数", "所管課", "件名", "内容", "区分", "期限の表記", "当初の期限", "登録日", "通知回数",
        "最後の通知", "措置区分",
    ]  # fmt: skip
    assert row == [
        "期限超過", date(2024, 3, 8), -7, "障害者福祉課", "取扱規程の見直し",
        "取扱規程を見直し、写しを添えて報告すること。", "指導事項", "令和6年3月8日まで", date(2024, 2, 29),
        date(2024, 2, 1), 3, date(2024, 3, 14), "措置中",
    ]  # fmt: skip


def test_rows_keep_the_order_they_were_given_in() -> None:
    file = a_list(*(a_row(title=title) for title in "三一二"))

    assert [row[4] for row in cells(file)[3:]] == ["三", "一", "二"]


def test_what_has_no_day_is_blank_and_keeps_its_printed_words() -> None:
    row = cells(a_list(a_row(deadline=None, deadline_printed="速やかに", first_deadline=None, last_told_on=None)))[3]

    assert (row[1], row[2], row[7], row[8], row[11]) == ("", "", "速やかに", "", "")


@pytest.mark.parametrize(
    "printed", ["=1+1", "+x", "-1", "@x", '=HYPERLINK("http://a.example")', "'x", "http://a.example/", "007", "{=1}"]
)
def test_no_text_becomes_a_formula_a_link_or_a_number(printed: str) -> None:
    file = a_list(a_row(title=printed, body=printed, department=printed))

    assert [cells(file)[3][column] for column in (3, 4, 5)] == [printed] * 3
    sheet = sheet_xml(file)
    assert [*sheet.iter(f"{MAIN}f"), *sheet.iter(f"{MAIN}hyperlink")] == []
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert not [name for name in archive.namelist() if "_rels/sheet" in name or "calcChain" in name]


def test_a_text_that_looks_like_a_formula_stays_text_when_somebody_edits_it() -> None:
    file = a_list(a_row(title="=1+1"))

    styles = ElementTree.fromstring(part(file, "xl/styles.xml"))
    (style,) = [cell.get("s") for cell in sheet_xml(file).iter(f"{MAIN}c") if cell.get("r") == "E4"]
    assert styles.findall(f"{MAIN}cellXfs/{MAIN}xf")[int(style or 0)].get("quotePrefix") == "1"


# What may be typed into a title or body: no control character but the line break.
TYPED = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufffe\uffff", include_characters="\n"
    )
)


@given(TYPED)
@example("_x0041_ _x005F_")
@example(" 前後に空白 ")
@example("<t>&amp;</t>")
@example("𠮷﨑髙①㈱👨‍👩‍👧")
def test_any_text_comes_back_as_it_was_typed(typed: str) -> None:
    assert cells(a_list(a_row(title=typed)))[3][4] == typed


@given(st.text(st.characters(codec=None)))
@example("<r></t><f>1</f></r>")
@example("<r>")
def test_whatever_was_typed_the_file_can_be_read(typed: str) -> None:
    rows = cells(a_list(a_row(title=typed, body=typed), office=typed))

    assert rows[3][:2] == ["期限超過", date(2024, 3, 8)]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", rows[3][4] + rows[1][0])


def test_a_text_longer_than_a_cell_is_cut_and_says_so_and_400_characters_are_not_cut() -> None:
    file = a_list(a_row(title="件" * 400, body="👪" * 20_000))

    row = cells(file)[3]
    assert row[4] == "件" * 400
    assert row[5].startswith("👪" * 16_000)
    assert row[5].endswith("…（長いため以下を省きました）")
    assert len(row[5].encode("utf-16-le")) // 2 <= 32_767


def test_a_row_is_high_enough_for_its_longest_text_and_never_higher_than_excel_allows() -> None:
    file = a_list(a_row(), a_row(title="件" * 100), a_row(body="一\n" * 1_000))

    heights = [float(row.get("ht", 0)) for row in sheet_xml(file).iter(f"{MAIN}row")][3:]
    assert heights[0] >= 2 * 12  # 42 wide: 21 characters a line, and the body has 23
    assert heights[1] >= 8 * 12  # 28 wide: 14 characters a line
    assert 408 <= heights[2] <= 409.5


def test_an_overdue_row_is_coloured_and_says_so_and_no_other_is_coloured() -> None:
    file = a_list(a_row(), a_row(status_word="期限間近", deadline=TODAY + timedelta(days=3)))

    assert [fill_of(file, f"{column}4") for column in "ABEL"] == ["FFFBE4E4"] * 4
    assert [fill_of(file, f"{column}5") for column in "ABEL"] == [""] * 4
    assert [row[0] for row in cells(file)[3:]] == ["期限超過", "期限間近"]


@pytest.mark.parametrize("day", [date(1868, 1, 25), date(1899, 12, 31), date(1900, 2, 28)])
def test_a_day_that_excel_cannot_count_is_written_in_words(day: date) -> None:
    row = cells(a_list(a_row(opened_on=day)))[3]

    assert row[9] in ("明治元年1月25日", "明治32年12月31日", "明治33年2月28日")


@given(st.dates(date(1900, 3, 1)))
@example(date(1900, 3, 1))
def test_any_other_day_comes_back_as_that_day(day: date) -> None:
    row = cells(a_list(a_row(deadline=day, first_deadline=day)))[3]

    assert (row[1], row[2], row[8]) == (day, (day - TODAY).days, day)


def test_days_are_shown_in_wareki_whose_first_year_is_gannen() -> None:
    (form,) = re.findall(r'numFmtId="164" formatCode="([^"]*)"', part(a_list(a_row()), "xl/styles.xml"))

    days = '[$-411]ggge"年"m"月"d"日"'
    assert form.replace("&quot;", '"').replace("&gt;", ">").split(";") == [
        f"[>={serial(date(2020, 1, 1))}]{days}",
        f'[>={serial(date(2019, 5, 1))}][$-411]ggg"元年"m"月"d"日"',
        days,
    ]


def serial(day: date) -> int:
    return 39448 + (day - date(2008, 1, 1)).days  # 2008-01-01 is 39448 in Excel's own manual


def test_headings_stay_on_the_screen_and_on_every_page_and_all_columns_can_be_filtered() -> None:
    file = a_list(*[a_row()] * 50)

    xml, book = part(file, "xl/worksheets/sheet1.xml"), part(file, "xl/workbook.xml")
    assert '<pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/>' in xml
    assert '<autoFilter ref="A3:M53"/>' in xml
    assert "期限一覧!$3:$3" in book
    assert "期限一覧!$A$1:$M$53" in book


def test_it_is_printed_on_a4_landscape_one_page_wide_with_numbered_pages() -> None:
    xml = part(a_list(a_row()), "xl/worksheets/sheet1.xml")

    (setup,) = re.findall(r"<pageSetup [^>]*>", xml)
    assert 'paperSize="9"' in setup
    assert 'orientation="landscape"' in setup
    assert 'fitToHeight="0"' in setup
    assert '<pageSetUpPr fitToPage="1"/>' in xml
    assert '<oddFooter>&amp;C&amp;"BIZ UDゴシック,Regular"&amp;9&amp;P / &amp;N</oddFooter>' in xml
    assert set(re.findall(r'<name val="([^"]*)"', part(a_list(a_row()), "xl/styles.xml"))) == {"BIZ UDゴシック"}
    assert "<scheme " not in part(a_list(a_row()), "xl/styles.xml")


def test_when_nothing_is_due_the_list_says_so() -> None:
    rows = cells(a_list())

    assert rows[1][0].startswith("○○市　令和6年3月15日（金）現在　0件")
    assert rows[3][0] == "該当する期限はありません。"


def test_the_same_rows_and_day_give_the_same_bytes() -> None:
    assert a_list(a_row()) == a_list(a_row())
    assert "2024-03-15T00:00:00Z" in part(a_list(a_row()), "docProps/core.xml")
