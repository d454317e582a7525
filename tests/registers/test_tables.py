"""Register files as tables: CSV, TSV and Excel, whatever their headings look like."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.builders import DAY, ROWS, a_file, a_row, a_text, csv_text, refusal_of, register_on, take
from tracker.domain.registers import ACCOUNT
from tracker.office import Office
from tracker.registers.cells import Cells
from tracker.settings import RegisterSettings


def a_workbook(path: Path, rows: Sequence[Sequence[Any]], *, top: int = 0, hidden_first: bool = False) -> Path:
    """An Excel file: dates as Excel dates, numbers as the floats Excel keeps."""
    path.parent.mkdir(exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy/m/d"})
    if hidden_first:
        book.add_worksheet("作業用").write_row(0, 0, ["これは", "台帳ではない"])
    sheet = book.add_worksheet("台帳")
    if hidden_first:
        book.worksheets()[0].hide()
        sheet.activate()
        sheet.set_first_sheet()
    for number, row in enumerate(rows):
        sheet.write_row(top + number, 0, row)
    book.close()
    return path


def as_lists(*rows: dict[str, Any]) -> list[list[Any]]:
    """Headings, then rows."""
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def test_a_register_in_excel_gives_the_same_rows_as_in_csv(office: Office, tmp_path: Path) -> None:
    for stem in ROWS:
        take(office, a_file(tmp_path, stem))
        report = take(office, a_workbook(tmp_path / f"{stem}.xlsx", as_lists(a_row(stem))))
        assert not any(change.counts.any for change in report.changes), stem


def test_excels_own_dates_numbers_and_marks_are_read_as_what_they_show(office: Office, tmp_path: Path) -> None:
    typed: dict[str, dict[str, Any]] = {
        "アカウント": {"職員番号": 30021, "停止日": datetime(2023, 7, 31), "最終ログイン": 45138},  # noqa: DTZ001
        "システム": {"特定個人情報": True, "分析期限": 15.0, "分析開始日": date(2023, 6, 1)},
        "ファイル簿": {"本人の数": 590000, "公表日": "令和6年2月1日"},
    }

    for stem, cells in typed.items():
        a_workbook(tmp_path / f"{stem}.xlsx", as_lists(a_row(stem) | cells))
    take(office, tmp_path)

    assert register_on(office, "account", DAY, "staff_no", "suspended_on", "last_login_on") == [
        ("30021", "2023-07-31", "2023-07-31")
    ]
    assert register_on(office, "system", DAY, "is_specific", "log_due_days", "log_start_on") == [(1, 15, "2023-06-01")]
    assert register_on(office, "register_entry", DAY, "persons", "published_on") == [(590000, "2024-02-01")]


def test_a_time_of_day_behind_a_day_is_left_aside_in_excel_and_in_csv(office: Office, tmp_path: Path) -> None:
    moment = datetime(2023, 7, 28, 10, 15, 30)  # noqa: DTZ001
    for user, typed in (("u1", moment), ("u2", 45135.427430555556), ("u3", "令和5年7月28日 10時15分")):
        cells = {"ユーザーID": user, "最終ログイン": typed}
        a_workbook(tmp_path / user / "アカウント.xlsx", as_lists(a_row("アカウント") | cells))
        take(office, a_file(tmp_path, "システム"), tmp_path / user / "アカウント.xlsx")
        assert register_on(office, "account", DAY, "user_id", "last_login_on") == [(user, "2023-07-28")]

    take(office, a_file(tmp_path, "アカウント", a_row("アカウント", 最終ログイン="2023/7/2 10:15")))
    assert register_on(office, "account", DAY, "last_login_on", "user_id") == [("2023-07-02", "sf0221")]


def test_a_column_whose_texts_are_all_distinct_is_not_remembered_whole_and_its_bad_cells_are() -> None:
    column = next(column for column in ACCOUNT.columns if column.header == "最終ログイン")
    cells, moment = Cells(column, DAY), datetime(2023, 7, 28)  # noqa: DTZ001

    assert cells.convert(["R5.2.30"]) == [None]
    for start in range(0, 250_000, 50_000):
        texts = [
            str(moment + timedelta(seconds=number % 86_400)) + f".{number}" for number in range(start, start + 50_000)
        ]
        assert set(cells.convert(texts)) == {"2023-07-28"}

    assert len(cells) <= 100_000
    assert list(cells.bad) == ["R5.2.30"]


def test_a_hidden_sheet_before_the_register_is_passed_over(office: Office, tmp_path: Path) -> None:
    take(office, a_workbook(tmp_path / "組織.xlsx", as_lists(a_row("組織")), hidden_first=True))

    assert register_on(office, "department", DAY, "code", "name") == [("0303", "障害者福祉課")]


def test_blank_rows_above_between_and_below_count_as_excel_counts_and_hold_nothing(
    office: Office, tmp_path: Path
) -> None:
    blank = [""] * len(ROWS["職員"])
    rows = [*as_lists(a_row("職員")), blank, list(a_row("職員", 職員番号="2", 採用日="R5.2.30").values()), blank]

    in_excel = refusal_of(office, a_workbook(tmp_path / "職員.xlsx", rows, top=2))
    text = "\n".join(",".join(row) for row in [blank, [], *rows])
    in_csv = refusal_of(office, a_text(tmp_path / "職員.csv", text))

    assert "「職員.xlsx」6行目 採用日: 「R5.2.30」" in in_excel
    assert "「職員.csv」6行目 採用日: 「R5.2.30」" in in_csv


def test_tabs_separate_in_tsv_and_in_a_csv_that_was_saved_with_tabs(office: Office, tmp_path: Path) -> None:
    row = a_row("組織", 課="障害者,福祉課")

    for name in ("組織.tsv", "組織.csv", "組織.txt"):
        folder = tmp_path / name
        take(office, a_text(folder / name, csv_text([row], "\t")))
        assert register_on(office, "department", DAY, "code", "name") == [("0303", "障害者,福祉課")]


def test_columns_may_stand_in_any_order(office: Office, tmp_path: Path) -> None:
    for stem, row in ROWS.items():
        take(office, a_file(tmp_path, stem))
        backwards = dict(reversed(row.items()))
        report = take(office, a_file(tmp_path / "backwards", stem, backwards))
        assert not any(change.counts.any for change in report.changes), stem


def test_a_column_that_no_register_knows_is_read_over_with_a_notice(office: Office, tmp_path: Path) -> None:
    report = take(office, a_file(tmp_path, "組織", a_row("組織") | {"内線": "1234", "階": "3"}))

    assert "「組織.csv」の列「内線」「階」は使わない列なので読み飛ばしました。" in report.notices
    assert register_on(office, "department", DAY, "code", "name") == [("0303", "障害者福祉課")]


def test_the_other_fields_of_the_standard_form_are_kept_when_a_file_has_them(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "ファイル簿", a_row("ファイル簿") | {"備考": "試行", "経常的提供先": "県"}))

    assert register_on(office, "register_entry", DAY, "remarks", "regular_recipients") == [("試行", "県")]


@pytest.mark.parametrize("written", ["職員 番号", "職員　番号", " 職員番号 ", '"職員\n番号"', '"職員\r\n番号"'])
def test_headings_may_hold_blanks_and_line_breaks(office: Office, tmp_path: Path, written: str) -> None:
    take(office, a_text(tmp_path / "職員.csv", csv_text([a_row("職員")]).replace("職員番号", written, 1)))

    assert register_on(office, "staff", DAY, "staff_no", "name") == [("30021", "山田花子")]


def test_a_heading_with_a_line_break_in_the_middle_of_the_row_leaves_the_row_numbers_alone(
    office: Office, tmp_path: Path
) -> None:
    text = csv_text([a_row("職員"), a_row("職員", 職員番号="2", 採用日="R5.2.30")])
    path = a_text(tmp_path / "職員.csv", text.replace("所属コード", '"所属\nコード"', 1))

    assert "「職員.csv」3行目 採用日: 「R5.2.30」" in refusal_of(office, path)


def test_full_width_headings_are_the_same_headings(office: Office, tmp_path: Path) -> None:
    text = csv_text([a_row("アカウント")]).replace("ユーザーID", "ﾕｰｻﾞｰＩＤ", 1)

    take(office, a_file(tmp_path, "システム"), a_text(tmp_path / "アカウント.csv", text))

    assert register_on(office, "account", DAY, "user_id", "staff_no") == [("sf0221", "30021")]


def test_headings_with_line_breaks_are_known_in_excel_too(office: Office, tmp_path: Path) -> None:
    rows = as_lists(a_row("職員"))
    rows[0][0] = "職員\n番号"

    take(office, a_workbook(tmp_path / "職員.xlsx", rows))

    assert register_on(office, "staff", DAY, "staff_no", "name") == [("30021", "山田花子")]


def test_an_office_whose_exports_are_headed_otherwise_says_so_in_its_settings(office: Office, tmp_path: Path) -> None:
    aliases = RegisterSettings(aliases={"職員番号": ("職員コード", "ID"), "氏名": ("お名前",)})
    settings = office.settings.model_copy(update={"registers": {"職員": aliases}})
    text = csv_text([a_row("職員")]).replace("職員番号", "職員 コード", 1).replace("氏名", "お名前", 1)

    take(office, a_text(tmp_path / "職員.csv", text), settings=settings)

    assert register_on(office, "staff", DAY, "staff_no", "name") == [("30021", "山田花子")]
    assert "列「職員番号」「氏名」がありません" in refusal_of(office, tmp_path / "職員.csv")


def test_the_same_bytes_under_other_aliases_are_read_anew(office: Office, tmp_path: Path) -> None:
    path = a_file(tmp_path, "職員", a_row("職員") | {"旧姓": "鈴木花子"})
    take(office, path)
    plain = csv_text([a_row("職員") | {"旧姓": "鈴木花子"}])
    settings = office.settings.model_copy(update={"registers": {"職員": RegisterSettings(aliases={"氏名": ("旧姓",)})}})

    take(office, a_text(path, plain.replace("氏名", "通称", 1)), settings=settings)

    assert register_on(office, "staff", DAY, "staff_no", "name") == [("30021", "鈴木花子")]


@pytest.mark.parametrize(
    ("mark", "stored"),
    [("○", 1), ("◯", 1), ("〇", 1), ("有", 1), ("１", 1), ("×", 0), ("✕", 0), ("無", 0), ("0", 0), ("－", 0)],
)
def test_marks_are_read_however_they_are_typed(office: Office, tmp_path: Path, mark: str, stored: int) -> None:
    take(office, a_file(tmp_path, "システム", a_row("システム", 特定個人情報=mark)))

    assert register_on(office, "system", DAY, "is_specific", "code") == [(stored, "SHOGAI")]


@pytest.mark.parametrize(
    ("number", "stored"),
    [("590,000", 590000), ("５９０，０００", 590000), ("１２３", 123), ("0", 0), ("18000.0", 18000), (" 7 ", 7)],
)
def test_numbers_may_have_full_width_digits_and_thousands_commas(
    office: Office, tmp_path: Path, number: str, stored: int
) -> None:
    take(office, a_file(tmp_path, "ファイル簿", a_row("ファイル簿", 本人の数=number)))

    assert register_on(office, "register_entry", DAY, "persons", "entry_no") == [(stored, "F003")]


def test_codes_in_full_width_digits_are_the_same_codes_and_names_stay_as_written(
    office: Office, tmp_path: Path
) -> None:
    report = take(
        office,
        a_file(tmp_path, "組織"),
        a_file(tmp_path, "職員", a_row("職員", 職員番号="３００２１", 所属コード="０３０３", 氏名="　Ｊ・山田　")),
    )

    assert register_on(office, "staff", DAY, "staff_no", "department_code", "name") == [("30021", "0303", "Ｊ・山田")]
    assert report.notices == []


def test_one_key_written_in_two_ways_is_one_key(office: Office, tmp_path: Path) -> None:
    rows = a_row("休業", 開始日="R5.4.1"), a_row("休業", 職員番号="３００２１", 開始日="2023-04-01")

    assert "「休業.csv」3行目 職員番号・開始日: 「30021 2023-04-01」は2行目にもあります" in refusal_of(
        office, a_file(tmp_path, "休業", *rows)
    )


def test_a_cell_may_hold_commas_quotes_and_line_breaks(office: Office, tmp_path: Path) -> None:
    purpose = '給付,"特例"の\n審査'

    take(office, a_file(tmp_path, "ファイル簿", a_row("ファイル簿", 利用目的=purpose)))

    assert register_on(office, "register_entry", DAY, "purpose", "entry_no") == [(purpose, "F003")]


def test_a_batchs_end_loses_and_doubles_no_row(office: Office, tmp_path: Path) -> None:
    rows = [a_row("職員", 職員番号=str(number)) for number in range(20_001)]

    report = take(office, a_file(tmp_path, "職員", *rows))

    assert [(change.rows, change.counts.added) for change in report.changes] == [(20_001, 20_001)]


def test_a_row_beyond_a_batchs_end_is_still_counted_as_excel_counts(office: Office, tmp_path: Path) -> None:
    rows = [a_row("休業", 職員番号=str(number)) for number in range(20_050)]
    rows[20_030]["終了日"] = "R5.2.30"

    assert "「休業.csv」20032行目 終了日: 「R5.2.30」" in refusal_of(office, a_file(tmp_path, "休業", *rows))
