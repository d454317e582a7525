"""The workbook: what an office filters, sorts and prints, and what names and numbers it can hold."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from xlsxwriter import Workbook

from notifications.papers import Column, Figure, Figures, Kind, Line, Table, render_xlsx
from tests.notifications.papers.readers import sheets_of
from tests.notifications.papers.samples import ON, TASKS, a_paper


def part(book: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read(name).decode()


def rows(number: int) -> tuple[tuple[str, date, int], ...]:
    return tuple((f"第{each}号", ON, each) for each in range(number))


COLUMNS = (Column("番号", Kind.SHORT), Column("期限", Kind.DAY), Column("数", Kind.NUMBER))


@pytest.mark.parametrize("number", [3, 6_000])
def test_every_table_is_a_sheet_with_filters_headings_that_stay_and_a4(number: int) -> None:
    book = render_xlsx(a_paper(Table("一覧", COLUMNS, rows(number)), Table("二覧", COLUMNS, rows(2))))

    assert list(sheets_of(book)) == ["概要", "一覧", "二覧"]
    sheet, names = part(book, "xl/worksheets/sheet2.xml"), part(book, "xl/workbook.xml")
    assert f'<autoFilter ref="A3:C{number + 3}"/>' in sheet
    assert '<pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/>' in sheet
    assert re.search(r'<pageSetup paperSize="9"[^>]*fitToHeight="0"', sheet)
    assert "<fitToPage" in sheet or 'fitToPage="1"' in sheet
    assert re.search(r'name="_xlnm.Print_Titles" localSheetId="1">一覧!\$3:\$3<', names)
    assert sheets_of(book)["一覧"][3:6] == [["第0号", ON, 0.0], ["第1号", ON, 1.0], ["第2号", ON, 2.0]]
    assert len(sheets_of(book)["一覧"]) == number + 3


@pytest.mark.parametrize("number", [3, 6_000])
def test_days_are_days_in_the_offices_calendar(number: int) -> None:
    book = render_xlsx(a_paper(Table("一覧", COLUMNS, rows(number))))

    cell = re.search(r'<c r="B4" s="(\d+)"><v>45369</v></c>', part(book, "xl/worksheets/sheet2.xml"))
    assert cell
    styles = part(book, "xl/styles.xml")
    form = re.findall(r"<xf [^>]*>", styles.split("<cellXfs")[1])[int(cell[1])]
    (number_format,) = re.findall(r'numFmtId="(\d+)"', form)
    assert re.search(rf'<numFmt numFmtId="{number_format}" formatCode="[^"]*ggge[^"]*"', styles)


def test_names_of_sheets_are_legal_and_none_twice() -> None:
    names = (
        "一覧",
        "一覧",
        "a/b:c*?[d]\\",
        "概要",
        "'引用'",
        "長" * 40,
        "長" * 40,
        "",
        "History",
        "A",
        "a",
        "\x00\n",
        "😀" * 20,
    )
    book = render_xlsx(a_paper(*(Table(name, COLUMNS, rows(1)) for name in names)))

    made = list(sheets_of(book))
    assert len(made) == len({name.casefold() for name in made}) == len(names) + 1
    assert made[:5] == ["概要", "一覧", "一覧（2）", "a b c d", "概要（2）"]
    assert all(0 < len(name.encode("utf-16-le")) // 2 <= 31 for name in made)
    assert not any(set(name) & set("[]:*?/\\") or name.startswith("'") or name.endswith("'") for name in made)
    assert "history" not in {name.casefold() for name in made}


def test_lines_of_a_cell_are_lines_and_a_short_value_is_left_alone() -> None:
    table = Table("一覧", (Column("甲"), Column("乙")), (((Line("一"), Line("二", quiet=True)), None), ("", "007")))

    assert sheets_of(render_xlsx(a_paper(table)))["一覧"][3:] == [["一\n二", ""], ["", "007"]]


@pytest.mark.parametrize("number", [0, 12])
def test_the_first_sheet_has_figures_as_numbers_and_says_where_the_tables_are(number: int) -> None:
    figures = Figures((Figure("未完了", 4231, 4237), Figure("完了", 5, None)), beside="前回")
    table = replace(TASKS, rows=TASKS.rows[:number], empty="該当はありません。")
    front = sheets_of(render_xlsx(a_paper(figures, table)))["概要"]

    assert ["項目", "件数", "前回", "増減"] in front
    assert ["未完了", 4231.0, 4237.0, -6.0] in front
    assert ["完了", 5.0, "－", "－"] in front
    assert front[-1][0] == ("12件（シート「期限超過」）" if number else "該当はありません。")


def test_a_long_workbook_is_the_same_bytes_each_time_and_holds_every_row() -> None:
    paper = a_paper(Table("一覧", COLUMNS, rows(6_000), marked=frozenset({5_999})))

    book = render_xlsx(paper)
    assert book == render_xlsx(paper)
    assert sheets_of(book)["一覧"][-1] == ["第5999号", ON, 5999.0]


def test_a_row_with_too_many_or_too_few_cells_is_an_error_and_not_a_shifted_sheet() -> None:
    with pytest.raises((ValueError, IndexError)):
        render_xlsx(a_paper(Table("一覧", COLUMNS, (("甲", ON, 1, 2),))))
    with pytest.raises(ValueError, match="2 values for 3 headings"):
        render_xlsx(a_paper(Table("一覧", COLUMNS, (("甲", ON),))))


def test_the_sample_writes_what_xlsxwriter_alone_would_write() -> None:
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet("一覧"), book.add_format({"num_format": "yyyy-mm-dd"})
        for at, (words, on, number) in enumerate(rows(50)):
            sheet.write_string(at, 0, words)
            sheet.write_datetime(at, 1, on, day)
            sheet.write_number(at, 2, number)

    ours = sheets_of(render_xlsx(a_paper(Table("一覧", COLUMNS, rows(50)))))["一覧"][3:]
    assert ours == sheets_of(file.getvalue())["一覧"]
