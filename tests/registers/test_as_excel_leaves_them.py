"""Files as Excel and other programs leave them: read where nothing is lost, refused where it is, and never in silence."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import DAY, a_file, a_row, a_text, a_whole_office, csv_text, refusal_of, register_on, take
from tests.registers.test_tables import a_workbook, as_lists
from tracker.domain.events import Occasion
from tracker.domain.registers import ABSENCE, STAFF, SUBCONTRACT
from tracker.office import Office
from tracker.registers.correcting import RowRefused, typed_row

OCCASION = Occasion("試験", DAY, datetime(2023, 7, 31, 3))  # noqa: DTZ001


@pytest.fixture(autouse=True)
def known(office: Office, tmp_path: Path) -> None:
    take(office, a_whole_office(tmp_path / "known"))


def staff(number: str, **cells: str) -> dict[str, str]:
    return a_row("職員", 職員番号=number, **cells)


def notices_on(notices: list[str], words: str) -> list[str]:
    return [notice for notice in notices if words in notice]


# --- days that are none


def test_a_day_that_is_none_is_blank_and_said_once_a_column_with_its_rows(office: Office, tmp_path: Path) -> None:
    days = ["9999/12/31", "1900/1/1", "1601-01-01 09:00:00", "99999999", "未定", "2099/3/31"]
    path = a_file(tmp_path, "職員", *(staff(f"3002{n}", 退職日=day) for n, day in enumerate(days)))

    notices = take(office, path).notices

    assert [row[1] for row in register_on(office, "staff", DAY, "staff_no", "retired_on")] == [None] * 5 + [
        "2099-03-31"
    ]
    (open_end,) = notices_on(notices, "終わりなし")
    assert open_end.startswith("「職員.csv」2行目 退職日: 「9999/12/31」は")
    (no_day,) = notices_on(notices, "日付がないことを表す値")
    assert no_day.startswith("「職員.csv」3行目 退職日: 「1900/1/1」「1601-01-01 09:00:00」「99999999」「未定」は")
    assert "（4行）" in no_day


def test_where_a_day_is_needed_none_is_refused_and_an_end_may_be_open_only_where_something_ends(
    office: Office, tmp_path: Path
) -> None:
    for column, day in (("開始日", "1900/1/1"), ("開始日", "9999/12/31"), ("開始日", "-")):
        refusal = refusal_of(office, a_file(tmp_path, "休業", a_row("休業", **{column: day})))
        assert f"2行目 {column}: 「{day}」は日付がないことを表す値です。必ず日付を書いてください。" in refusal
    (notice,) = notices_on(take(office, a_file(tmp_path, "職員", staff("1", 採用日="9999/12/31"))).notices, "採用日")
    assert "空欄として読みました" in notice
    assert "終わりなし" not in notice


def test_a_deadline_that_is_no_day_or_a_bare_number_never_reaches_a_task_as_it_stands(
    office: Office, tmp_path: Path
) -> None:
    rows = [
        a_row("改善策", 枝番=str(n), 期限=day)
        for n, day in enumerate(["1900-01-01", "45323", "速やかに", "－", "未定"])
    ]

    take(office, a_file(tmp_path, "改善策", *rows))

    told = [row[1] for row in register_on(office, "improvement_plan", DAY, "branch", "deadline_printed")]
    assert told == [None, "令和6年2月1日", "速やかに", None, "未定"]
    refusal = refusal_of(office, a_file(tmp_path, "改善策", a_row("改善策", 期限="60201")))
    assert "期限: 「60201」は、Excel の日付の番号" in refusal


def test_a_row_typed_by_hand_is_read_by_the_same_rule() -> None:
    typed = {"staff_no": "\u200b30021", "start_on": "R5.7.1", "reason": "病気休暇", "end_on": "9999/12/31"}

    row, remarks = typed_row(ABSENCE, typed, OCCASION)

    assert row == ("30021", date(2023, 7, 1), "病気休暇", None)
    assert any("終わりなし" in remark for remark in remarks)
    with pytest.raises(RowRefused, match="必ず日付を書いてください"):
        typed_row(ABSENCE, typed | {"start_on": "00000000"}, OCCASION)
    with pytest.raises(RowRefused, match="とも読めます"):
        typed_row(ABSENCE, typed | {"start_on": "41101"}, OCCASION)


def test_excels_own_day_zero_is_no_day_and_its_numbers_are_said(office: Office, tmp_path: Path) -> None:
    cells: dict[str, Any] = {"採用日": 45138, "退職日": 0}
    notices = take(office, a_workbook(tmp_path / "職員.xlsx", as_lists(a_row("職員") | cells))).notices

    assert register_on(office, "staff", DAY, "hired_on", "retired_on") == [("2023-07-31", None)]
    assert notices_on(notices, "採用日: 「45138」はExcel の日付の番号として読みました（1行）。")


# --- codes


def test_what_a_spreadsheet_put_around_a_code_is_taken_off_and_said_once_a_column(
    office: Office, tmp_path: Path
) -> None:
    numbers = ["\ufeff30021", '="30022"', "'30023", "30024.0", "300\u200b25", "Ｒ５－２６"]
    notices = take(office, a_file(tmp_path, "職員", *map(staff, numbers))).notices

    known = [row[0] for row in register_on(office, "staff", DAY, "staff_no", "name")]
    assert known == ["30021", "30022", "30023", "30024", "30025", "R5-26"]
    (unseen,) = notices_on(notices, "目に見えない文字")
    assert unseen.startswith("「職員.csv」2行目 職員番号: ")
    assert unseen.endswith("（2行）。")
    assert len(notices_on(notices, "職員番号: ")) == 5


def test_a_code_that_became_something_else_is_refused_with_row_and_column(office: Office, tmp_path: Path) -> None:
    for code in ("2.02303E+11", "12月3日", "2023/4/1", "1234.5", "1234567890123456", "30\n022"):
        refusal = refusal_of(office, a_file(tmp_path, "職員", staff("1"), staff(code)))
        assert "「職員.csv」3行目 職員番号: 「" in refusal, code


def test_a_date_cell_in_a_column_of_codes_is_refused_also_where_the_column_may_be_blank(
    office: Office, tmp_path: Path
) -> None:
    row = as_lists(a_row("委託契約") | {"システムコード": datetime(2024, 5, 12)})  # noqa: DTZ001

    assert "システムコード: 「2024-05-12」は日付になっています。" in refusal_of(
        office, a_workbook(tmp_path / "委託契約.xlsx", row)
    )


def test_keys_that_become_the_same_are_told_as_the_same(office: Office, tmp_path: Path) -> None:
    refusal = refusal_of(office, a_file(tmp_path, "職員", staff("30021"), staff("30021.0")))

    assert "「職員.csv」3行目 職員番号: 「30021」は2行目にもあります。" in refusal


def test_a_million_codes_that_need_no_care_are_not_read_one_by_one() -> None:
    from tracker.registers.cells import Cells

    cells = Cells(STAFF.columns[0], DAY)

    assert cells.convert([f"{n:06d}" for n in range(2_000)])[7] == "000007"
    assert len(cells) == 0


def test_a_refusal_never_repeats_a_cell_of_thirty_thousand_letters_nor_moves_the_cursor(
    office: Office, tmp_path: Path
) -> None:
    for column in ("職員番号", "退職日", "所属コード"):
        refusal = refusal_of(office, a_file(tmp_path, "職員", staff("1") | {column: "\x1b[31m" + "長" * 30_000}))
        assert len(refusal) < 1_000
        assert "\x1b" not in refusal
        assert f"2行目 {column}: " in refusal


# --- lost zeros


def test_a_reference_that_lost_its_zeros_finds_its_one_owner_and_says_so(office: Office, tmp_path: Path) -> None:
    a_file(tmp_path / "in", "職員", staff("001234"), staff("02"), staff("002"), staff("30021"))
    a_file(tmp_path / "in", "休業", a_row("休業", 職員番号="1234"), a_row("休業", 職員番号="2"))
    a_file(
        tmp_path / "in",
        "アカウント",
        a_row("アカウント", 職員番号="1234"),
        a_row("アカウント", ユーザーID="u2", 職員番号="A1"),
    )

    notices = take(office, tmp_path / "in").notices

    assert [row[0] for row in register_on(office, "absence", DAY, "staff_no", "reason")] == ["001234", "2"]
    assert [row[1] for row in register_on(office, "account", DAY, "user_id", "staff_no")] == ["001234", "A1"]
    assert notices_on(notices, "「休業.csv」2行目 職員番号: 「1234」は台帳「職員」の「001234」として読みました")
    assert notices_on(notices, "「休業.csv」の職員番号「2」などは台帳「職員」にありません（1行）。")


def test_two_rows_that_become_one_when_a_zero_is_put_back_are_told_as_the_same(office: Office, tmp_path: Path) -> None:
    a_file(tmp_path / "in", "職員", staff("001234"))
    a_file(tmp_path / "in", "休業", a_row("休業", 職員番号="1234"), a_row("休業", 職員番号="001234"))

    assert "「001234 2022-11-01」は2行目にもあります" in refusal_of(office, tmp_path / "in")


def test_a_strict_reference_that_lost_its_zeros_is_not_refused(office: Office, tmp_path: Path) -> None:
    a_file(tmp_path / "in", "システム", a_row("システム", システムコード="007"), a_row("システム"))
    a_file(tmp_path / "in", "アカウント", a_row("アカウント", システムコード="7"), a_row("アカウント"))

    take(office, tmp_path / "in")

    assert [row[0] for row in register_on(office, "account", DAY, "system_code", "user_id")] == ["007", "SHOGAI"]


def test_a_register_whose_new_export_lost_its_zeros_keeps_its_rows(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "職員", staff("001234"), staff("000007"), staff("30021"), staff("01"), staff("1")))

    report = take(office, a_file(tmp_path, "職員", staff("1234"), staff("7", 氏名="改姓"), staff("30021"), staff("1")))

    counts = report.changes[0].counts
    assert (counts.added, counts.changed, counts.ended) == (0, 1, 1)
    assert [row[0] for row in register_on(office, "staff", DAY, "staff_no", "name")] == [
        "000007",
        "001234",
        "1",
        "30021",
    ]
    assert notices_on(report.notices, "「1234」は取込み済みの「001234」")


def test_zeros_that_come_back_are_the_keys_as_the_office_writes_them(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "職員", staff("1234")))

    report = take(office, a_file(tmp_path, "職員", staff("001234")))

    assert (report.changes[0].counts.added, report.changes[0].counts.ended) == (1, 1)


# --- forms


def test_a_file_named_nearly_like_a_register_refuses_its_folder_by_name(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    a_file(folder, "休業")
    for name in ("職員.xlsb", "委託契約_20230810.csv", "システム (1).csv", "組織.csv.bak", "再委託一覧.numbers"):
        a_text(folder / name, "x")

    refusal = refusal_of(office, folder)

    for name, stem in (("委託契約_20230810.csv", "委託契約"), ("システム (1).csv", "システム")):
        assert f"「{name}」は台帳「{stem}」の名前で始まりますが" in refusal
    for name, stem in (("再委託一覧.numbers", "再委託"), ("職員.xlsb", "職員")):
        assert f"「{name}」は取り込めない形のファイルです。" in refusal
        assert f"「{stem}.xlsx」か「{stem}.csv」として保存し直して" in refusal
    assert "組織.csv.bak" in refusal


def test_a_table_of_another_form_is_told_how_to_save_it_also_when_it_is_named_by_itself(
    office: Office, tmp_path: Path
) -> None:
    for name in ("職員.xls", "アカウント.ods"):
        path = a_text(tmp_path / name, "x")

        assert f"「{name}」は取り込めない形のファイルです。Excel などで開き" in refusal_of(office, path)


def test_what_only_begins_with_such_a_word_is_left_aside_with_a_word(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    a_file(folder, "休業")
    for name in ("システム構成図.pdf", "Thumbs.db", "~$職員.xlsx", "desktop.ini", "お知らせ.txt"):
        a_text(folder / name, "x")

    notices = take(office, folder).notices

    assert notices_on(notices, "「システム構成図.pdf」は台帳のファイルではないので読み飛ばしました。")
    assert not notices_on(notices, "Thumbs.db")


def test_a_row_that_excel_left_short_is_read_when_nothing_needed_is_missing(office: Office, tmp_path: Path) -> None:
    lines = csv_text([staff("1"), staff("2")]).splitlines()
    lines[1], lines[2] = "1,甲,0303,主事", "2,乙,0303"

    notices = take(office, a_text(tmp_path / "職員.csv", "\r\n".join(lines))).notices

    assert register_on(office, "staff", DAY, "staff_no", "name", "hired_on") == [("1", "甲", None), ("2", "乙", None)]
    assert notices_on(notices, "「職員.csv」2行目: 見出しより列が少ないので、足りない欄は空欄として読みました（2行）。")
    assert "この行は2列です" in refusal_of(office, a_text(tmp_path / "職員.csv", "\r\n".join([lines[0], "1,甲"])))


@pytest.mark.parametrize(
    ("encoding", "byte"), [("cp932", b"\xff"), ("cp932", b"\x82"), ("utf-8", b"\xff"), ("utf-8", b"\x80")]
)
def test_one_bad_byte_is_told_with_its_line_and_its_column(
    office: Office, tmp_path: Path, encoding: str, byte: bytes
) -> None:
    path = a_file(tmp_path, "職員", staff("1"), staff("2", 職="課,長"), encoding=encoding)
    lines = path.read_bytes().split(b"\r\n")
    lines[2] = lines[2].replace(b"@city", b"@" + byte + b".")
    path.write_bytes(b"\r\n".join(lines))

    refusal = refusal_of(office, path)

    assert "「職員.csv」の文字コードを読み取れません。" in refusal
    assert f"3行目の5列目に、読めない文字（16進で {byte.hex().upper()}）があります。" in refusal


ABOVE = {
    "title lines": "職員名簿,,\r\n令和5年7月31日現在,,,総務部\r\n,,,\r\n",
    "sep": "sep=,\r\n",
    "type": "#TYPE System.Data.DataRow\r\n",
    "blanks": "　, ,\r\n\r\n",
}


@pytest.mark.parametrize("above", ABOVE.values(), ids=list(ABOVE))
def test_headings_below_what_a_person_or_a_program_wrote_first_are_found(
    office: Office, tmp_path: Path, above: str
) -> None:
    path = a_text(tmp_path / "職員.csv", above + csv_text([staff("1"), staff("2", 退職日="来年")]))
    row = above.count("\n") + 3

    assert f"「職員.csv」{row}行目 退職日: 「来年」は" in refusal_of(office, path)
    a_text(path, above + csv_text([staff("1"), staff("2")]))
    notices = take(office, path).notices
    assert [one[0] for one in register_on(office, "staff", DAY, "staff_no", "name")] == ["1", "2"]
    assert bool(notices_on(notices, f"は{row - 2}行目を見出しとして読みました")) == bool(above.strip(" 　,\r\n"))


def test_headings_below_a_title_are_found_in_a_workbook_too(office: Office, tmp_path: Path) -> None:
    rows = [["職員名簿"], [], *as_lists(a_row("職員"))]

    take(office, a_workbook(tmp_path / "職員.xlsx", rows))

    assert [row[0] for row in register_on(office, "staff", DAY, "staff_no", "name")] == ["30021"]


def test_semicolons_part_the_cells_of_a_file_that_says_so(office: Office, tmp_path: Path) -> None:
    take(office, a_text(tmp_path / "職員.csv", "sep=;\r\n" + csv_text([staff("1")], ";")))

    assert [row[0] for row in register_on(office, "staff", DAY, "staff_no", "name")] == ["1"]


@pytest.mark.parametrize("end", ["\x1a", "\r\n　,　,\r\n,,\r\n\x1a"])
def test_blank_rows_and_the_mark_of_a_files_end_are_no_rows(office: Office, tmp_path: Path, end: str) -> None:
    take(office, a_text(tmp_path / "職員.csv", csv_text([staff("1")]) + end, "cp932"))

    assert [row[0] for row in register_on(office, "staff", DAY, "staff_no", "name")] == ["1"]


def test_a_subcontracts_confirmation_is_no_end(office: Office, tmp_path: Path) -> None:
    ends = {column.header for column in SUBCONTRACT.columns if column.may_be_open}

    assert ends == {"終了日"}
