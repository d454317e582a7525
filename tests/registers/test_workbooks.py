"""Workbooks as they are seen: an error, a formula without a value and a merged area never come in as a blank."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from tests.builders import DAY, ROWS, a_file, a_row, a_text, csv_text, refusal_of, register_on, take
from tests.workbooks import MAIN, SHEET, a_package, a_sheet, parts_of
from tracker.office import Office

ERRORS = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"]
STYLES = (
    f'<styleSheet {MAIN}><numFmts count="2"><numFmt numFmtId="200" formatCode="[$-411]ggge&quot;年&quot;m&quot;月&quot;"/>'
    '<numFmt numFmtId="201" formatCode="[Red]0&quot;day&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="200"/><xf numFmtId="201"/></cellXfs></styleSheet>'
)


def rows_of(stem: str, *more: dict[str, str]) -> list[list[str]]:
    return [list(ROWS[stem]), *(list(row.values()) for row in more)]


def staff(path: Path, cells: dict[str, str], *, after: str = "", **parts: str) -> Path:
    """A register of two people; the cells are those of the second."""
    rows = rows_of("職員", a_row("職員"), a_row("職員", 職員番号="30022") | cells)
    return a_package(path / "職員.xlsx", parts_of(a_sheet(rows, after=after), **parts))


@pytest.mark.parametrize("column", ["退職日", "採用日", "職員番号", "氏名", "職", "所属コード"])
def test_an_error_in_a_used_column_is_refused_with_its_place_whether_required_or_not(
    office: Office, tmp_path: Path, column: str
) -> None:
    letter = "ABCDEFG"[list(ROWS["職員"]).index(column)]

    refusal = refusal_of(
        office, staff(tmp_path, {column: '<c r="{at}" t="e"><f>VLOOKUP(1,A:B,2,0)</f><v>#N/A</v></c>'})
    )

    assert f"「職員.xlsx」3行目 {column}: 「#N/A」はエラーの表示で、値ではありません（{letter}列）。" in refusal


def test_every_kind_of_error_is_refused_in_excel_and_in_csv_and_a_number_sign_is_not(
    office: Office, tmp_path: Path
) -> None:
    for error in ERRORS:
        assert f"3行目 退職日: 「{error}」は" in refusal_of(
            office, staff(tmp_path, {"退職日": f'<c r="{{at}}" t="e"><v>{error}</v></c>'})
        )
    for error in [*ERRORS, "######", "Err:502", "＃Ｎ／Ａ", " #n/a "]:
        assert "「職員.csv」2行目 職: 「" in refusal_of(office, a_file(tmp_path, "職員", a_row("職員", 職=error)))

    take(office, a_file(tmp_path, "職員", a_row("職員", 職="主事 #1")))
    assert register_on(office, "staff", DAY, "post", "staff_no") == [("主事 #1", "30021")]


def test_a_formula_whose_value_was_not_saved_is_refused_and_one_that_shows_nothing_is_blank(
    office: Office, tmp_path: Path
) -> None:
    for cell in ("<f>DATE(2023,6,30)</f><v></v>", "<f>DATE(2023,6,30)</f><v/>", '<f t="shared" si="0"/>'):
        assert "3行目 退職日: 式の値が保存されていません（G列）。Excel で開いて保存し直すか" in refusal_of(
            office, staff(tmp_path, {"退職日": f'<c r="{{at}}">{cell}</c>'})
        )

    take(office, staff(tmp_path, {"退職日": '<c r="{at}" t="str"><f>IF(1,"","")</f><v></v></c>'}))
    assert register_on(office, "staff", DAY, "staff_no", "retired_on") == [("30021", None), ("30022", None)]


def test_an_error_or_an_unsaved_formula_in_a_column_that_is_not_used_does_not_matter(
    office: Office, tmp_path: Path
) -> None:
    odd = ['<c r="{at}" t="e"><v>#REF!</v></c>', '<c r="{at}"><f>1+1</f></c>']
    rows = [[*ROWS["職員"], "内線", "階"], [*a_row("職員").values(), *odd]]

    take(office, a_package(tmp_path / "職員.xlsx", parts_of(a_sheet(rows))))

    assert register_on(office, "staff", DAY, "staff_no", "post") == [("30021", "主事")]


def a_plan(folder: Path, rows: Sequence[dict[str, str]], merged: str) -> Path:
    """Improvement plans with one area merged."""
    path = folder / "改善策.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows_of("改善策", *rows)):
            sheet.write_row(number, 0, row)
        first = merged.split(":")[0]
        sheet.merge_range(merged, rows[int(first[1:]) - 2][list(ROWS["改善策"])["ABCDEFG".index(first[0])]])
    return path


def three_plans(**cells: str) -> list[dict[str, str]]:
    return [a_row("改善策", 枝番="1"), *(a_row("改善策", 枝番=number) | cells for number in "23")]


def test_a_value_merged_downward_stands_in_each_row_with_a_notice(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "指導事項"))

    report = take(office, a_plan(tmp_path, three_plans(期限=""), "E2:E4"))

    assert register_on(office, "improvement_plan", DAY, "branch", "deadline_printed") == [
        (number, "令和6年1月末まで") for number in "123"
    ]
    notice = "「改善策.xlsx」3行目 期限: 縦に結合されたセルなので、上の行の値を入れました（E列、2行）。"
    assert notice in report.notices


def test_a_merged_key_goes_to_the_rows_below_it_and_nowhere_else(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "指導事項", a_row("指導事項"), a_row("指導事項", 指導番号="R5-2")))
    rows = [*three_plans(指導番号=""), a_row("改善策", 指導番号="R5-2")]

    take(office, a_plan(tmp_path, rows, "A2:A4"))

    assert register_on(office, "improvement_plan", DAY, "finding_no", "branch") == [
        ("R5-1", "1"), ("R5-1", "2"), ("R5-1", "3"), ("R5-2", "1"),
    ]  # fmt: skip


def test_cells_merged_across_columns_are_refused_and_merged_blanks_are_blanks(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "指導事項"))

    refusal = refusal_of(office, a_plan(tmp_path, three_plans(状態=""), "E3:F3"))
    assert "3行目 状態: セルが隣のセルと結合されていて、この列の値がありません（F列）。結合を解除し" in refusal
    block = refusal_of(office, a_plan(tmp_path, three_plans(), "E3:F4"))
    assert "3行目 状態: セルが隣の" in block
    assert "4行目 状態: セルが隣の" in block

    take(office, a_plan(tmp_path, [a_row("改善策", 状態="", 完了日="")], "F2:G2"))
    assert register_on(office, "improvement_plan", DAY, "branch", "state") == [("1", None)]


def test_titles_may_be_merged_above_and_beside_the_register(office: Office, tmp_path: Path) -> None:
    rows = [[*ROWS["職員"], "", "備考一"], [*a_row("職員").values(), "", "右"]]
    merged = '<mergeCells count="1"><mergeCell ref="H1:I2"/></mergeCells>'

    take(office, a_package(tmp_path / "職員.xlsx", parts_of(a_sheet(rows, after=merged))))

    assert register_on(office, "staff", DAY, "staff_no", "post") == [("30021", "主事")]


def test_days_of_a_workbook_that_counts_from_1904_are_right(office: Office, tmp_path: Path) -> None:
    day = {"採用日": '<c r="{at}" s="1"><v>43676</v></c>', "退職日": '<c r="{at}" s="2"><v>43676.5</v></c>'}
    book = parts_of("")["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')

    take(office, staff(tmp_path, day, styles=STYLES, book=book))
    assert register_on(office, "staff", DAY, "staff_no", "hired_on", "retired_on")[1] == (
        "30022", "2023-07-31", "2023-07-31",
    )  # fmt: skip

    take(office, staff(tmp_path, {name: cell.replace("43676", "45138") for name, cell in day.items()}, styles=STYLES))
    assert register_on(office, "staff", DAY, "staff_no", "hired_on", "retired_on")[1] == (
        "30022", "2023-07-31", "2023-07-31",
    )  # fmt: skip


def test_a_format_that_only_names_days_makes_no_day_of_a_number(office: Office, tmp_path: Path) -> None:
    take(office, staff(tmp_path, {"職員番号": '<c r="{at}" s="3"><v>45138</v></c>'}, styles=STYLES))

    assert register_on(office, "staff", DAY, "staff_no", "post") == [("30021", "主事"), ("45138", "主事")]


def test_texts_are_read_without_their_pronunciation_and_however_they_are_coloured(
    office: Office, tmp_path: Path
) -> None:
    strings = (
        f"<sst {MAIN}><si><t>鈴木</t><rPh sb='0' eb='1'><t>スズキ</t></rPh></si>"
        "<si><r><t>主</t></r><r><rPr><b/></rPr><t xml:space='preserve'>事_x000A_</t></r></si></sst>"
    )
    cells = {"氏名": '<c r="{at}" t="s"><v>0</v></c>', "職": '<c r="{at}" t="s"><v>1</v></c>'}

    take(office, staff(tmp_path, cells, strings=strings))

    assert register_on(office, "staff", DAY, "staff_no", "name", "post")[1] == ("30022", "鈴木", "主事")


def test_the_first_visible_sheet_of_tables_is_read_wherever_its_parts_lie_and_whatever_its_prefix(
    office: Office, tmp_path: Path
) -> None:
    parts = parts_of(a_sheet(rows_of("職員", a_row("職員"))))
    parts["data/s.xml"] = parts.pop(SHEET).replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns", "xmlns:x")
    parts["data/chart.xml"] = "<chartsheet/>"
    book = parts.pop("xl/workbook.xml").replace("<sheets>", '<sheets><sheet name="C" sheetId="2" r:id="rId2"/>')
    relations = parts.pop("xl/_rels/workbook.xml.rels").replace("worksheets/sheet1.xml", "/data/s.xml")
    chart = '<Relationship Id="rId2" Type="http://x/relationships/chartsheet" Target="chart.xml"/></Relationships>'
    parts |= {"data/book.xml": book, "data/_rels/book.xml.rels": relations.replace("</Relationships>", chart)}
    parts["_rels/.rels"] = parts["_rels/.rels"].replace("xl/workbook.xml", "data/book.xml")

    take(office, a_package(tmp_path / "職員.xlsx", parts))

    assert register_on(office, "staff", DAY, "staff_no", "post") == [("30021", "主事")]


def test_an_old_workbook_or_one_with_a_password_is_told_so(office: Office, tmp_path: Path) -> None:
    path = a_text(tmp_path / "職員.xlsx", "")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000))

    assert "パスワードが付いているか、古い形式（xls）のブックです。" in refusal_of(office, path)


def test_a_csv_of_excels_errors_does_not_hide_the_other_bad_cells(office: Office, tmp_path: Path) -> None:
    text = csv_text([a_row("職員", 退職日="#REF!", 採用日="R5.2.30")])

    refusal = refusal_of(office, a_text(tmp_path / "職員.csv", text))

    assert "採用日: 「R5.2.30」は実在しない日付です。" in refusal
    assert "退職日: 「#REF!」は" in refusal
