"""What bad input gets: a clear sentence, exit status 2, and registers as they were."""

import os
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import xlsxwriter

from tests.builders import (
    DAY,
    ROWS,
    a_file,
    a_row,
    a_text,
    a_whole_office,
    csv_text,
    everything_in,
    refusal_of,
    register_on,
    take,
)  # fmt: skip
from tests.conftest import Command
from tracker.domain.errors import InputRefused
from tracker.office import Office
from tracker.registers.sources import sources_of
from tracker.registers.tables import open_table
from tracker.registers.troubles import Troubles
from tracker.settings import LimitSettings, Settings


@pytest.fixture(autouse=True)
def known(office: Office, tmp_path: Path) -> None:
    """Every test begins with registers that something could happen to."""
    take(office, a_whole_office(tmp_path / "known"))


def small(office: Office, **limits: int) -> Settings:
    """The office's settings with other limits."""
    return office.settings.model_copy(update={"limits": LimitSettings(**limits)})


def replaced(stem: str, old: str, new: str) -> str:
    """A faultless register's text with one thing wrong."""
    text = csv_text([a_row(stem)])
    assert old in text
    return text.replace(old, new, 1)


# --- one bad cell: file, row, column and value


BAD_CELLS = [
    ("職員", "採用日", "R5.2.30", "「R5.2.30」は実在しない日付です。"),
    ("職員", "採用日", "来年", "「来年」は日付として読めません。"),
    ("職員", "氏名", "", "空欄です。必ず記入してください。"),
    ("職員", "氏名", "　", "空欄です。必ず記入してください。"),
    ("職員", "職員番号", "", "空欄です。必ず記入してください。"),
    ("休業", "開始日", "", "空欄です。必ず記入してください。"),
    ("アカウント", "状態", "利用中", "「利用中」は使えません。有効、停止、削除 のどれか"),
    ("アカウント", "状態", "", "空欄です。"),
    ("アカウント", "システムコード", "ZAIMU", "「ZAIMU」は台帳「システム」にありません。"),
    ("システム", "ログ分析周期", "隔週", "「隔週」は使えません。毎週、毎月、四半期、半年、毎年 のどれか"),
    ("システム", "特定個人情報", "△", "「△」は使えません。○ か × で"),
    ("システム", "分析期限", "-15", "「-15」は数として読めません。0以上の整数で"),
    ("システム", "分析期限", "１５日", "「１５日」は数として読めません。"),
    ("ファイル簿", "本人の数", "1.5", "「1.5」は数として読めません。"),
    ("ファイル簿", "本人の数", "2147483648", "「2147483648」は数として読めません。"),
    ("ファイル簿", "本人の数", "9999999999999999", "「9999999999999999」は数として読めません。"),
    ("ファイル簿", "本人の数", "", "空欄です。"),
    ("条項確認", "条項", "C9", "「C9」は使えません。"),
    ("条項確認", "記載", "口頭", "「口頭」は使えません。契約書、覚書、なし のどれか"),
    ("条項確認", "再委託番号", "R5-9", "「R5-9」は台帳「再委託」にありません。"),
    ("再委託", "契約番号", "R5-9", "「R5-9」は台帳「委託契約」にありません。"),
    ("ログ分析報告", "対象開始", "2023-06-31", "「2023-06-31」は実在しない日付です。"),
    ("ログ分析報告", "システムコード", "ZAIMU", "「ZAIMU」は台帳「システム」にありません。"),
    ("改善策", "期限", "令和6年13月末まで", "「令和6年13月末まで」は実在しない月です。"),
    ("改善策", "期限", "そのうち", "「そのうち」は日付として読めません。"),
    ("改善策", "状態", "たぶん", "「たぶん」は使えません。"),
    ("改善策", "指導番号", "R5-9", "「R5-9」は台帳「指導事項」にありません。"),
]


def test_a_bad_cell_is_told_with_its_file_row_column_and_value(office: Office, tmp_path: Path) -> None:
    for stem, column, value, trouble in BAD_CELLS:
        path = a_file(tmp_path, stem, a_row(stem), a_row(stem, **{column: value}) | other_key(stem, column))

        refusal = refusal_of(office, path)

        assert "取り込めない行があります（1件）。台帳は何も変えていません。" in refusal
        assert f"「{stem}.csv」3行目 {column}: {trouble}" in refusal


def other_key(stem: str, but: str) -> dict[str, str]:
    """Cells that make a second row another row."""
    free = {
        "職員": ("職員番号", "2"), "休業": ("職員番号", "2"), "アカウント": ("ユーザーID", "u2"),
        "ファイル簿": ("整理番号", "F2"), "システム": ("システムコード", "S2"), "条項確認": ("条項", "C2"), "再委託": ("再委託番号", "2"),
        "ログ分析報告": ("対象開始", "R5.7.1"), "改善策": ("枝番", "2"),
    }  # fmt: skip
    column, value = free[stem]
    return {} if column == but else {column: value}


def test_a_duplicate_key_is_told_for_every_row_that_repeats_it(office: Office, tmp_path: Path) -> None:
    rows = [a_row("職員"), a_row("職員", 職員番号="2"), a_row("職員", 氏名="鈴木"), a_row("職員", 氏名="佐藤")]

    refusal = refusal_of(office, a_file(tmp_path, "職員", *rows))

    assert "（2件）" in refusal
    assert "「職員.csv」4行目 職員番号: 「30021」は2行目にもあります。" in refusal
    assert "「職員.csv」5行目 職員番号: 「30021」は2行目にもあります。" in refusal


def test_a_row_with_too_many_or_too_few_columns_is_told(office: Office, tmp_path: Path) -> None:
    text = csv_text([a_row("条項確認", 条項=clause) for clause in ("C1", "C2", "C3")]).splitlines()
    text[2] += ",余り"
    text[3] = text[3].rpartition(",")[0].rpartition(",")[0]

    refusal = refusal_of(office, a_text(tmp_path / "条項確認.csv", "\n".join(text)))

    assert "「条項確認.csv」3行目: 見出しは4列ですが、この行は5列です。" in refusal
    assert "「条項確認.csv」4行目: 見出しは4列ですが、この行は2列です。" in refusal


def test_commas_left_over_at_the_end_of_a_row_do_no_harm(office: Office, tmp_path: Path) -> None:
    take(office, a_text(tmp_path / "条項確認.csv", replaced("条項確認", "R5.4.3\r\n", "R5.4.3,,,\r\n")))

    assert register_on(office, "clause_check", DAY, "clause", "confirmed_on") == [("C1", "2023-04-03")]


# --- all or nothing, and everything at once


def test_one_bad_row_in_one_file_of_five_leaves_all_five_untouched(office: Office, tmp_path: Path) -> None:
    for stem in ("組織", "職員", "システム", "委託契約"):
        a_file(tmp_path / "in", stem, a_row(stem, **{list(ROWS[stem])[1]: "新しい名"}))
    a_file(tmp_path / "in", "アカウント", a_row("アカウント"), a_row("アカウント", ユーザーID="2", 停止日="R5.2.30"))

    assert "「アカウント.csv」3行目 停止日: 「R5.2.30」" in refusal_of(office, tmp_path / "in")


def test_every_bad_row_of_all_files_is_listed_whatever_is_wrong_with_it(office: Office, tmp_path: Path) -> None:
    staff = [a_row("職員", 採用日="R5.2.30"), a_row("職員", 氏名="鈴木"), a_row("職員", 職員番号="2", 氏名="")]
    accounts = [a_row("アカウント"), a_row("アカウント", ユーザーID="u2", システムコード="ZAIMU"),
                a_row("アカウント", ユーザーID="u3", 状態="？")]  # fmt: skip
    a_file(tmp_path / "in", "職員", *staff)
    a_file(tmp_path / "in", "アカウント", *accounts)

    refusal = refusal_of(office, tmp_path / "in")

    assert "（5件）" in refusal
    for told in (
        "「職員.csv」2行目 採用日: 「R5.2.30」",
        "「職員.csv」3行目 職員番号: 「30021」は2行目にもあります。",
        "「職員.csv」4行目 氏名: 空欄です。",
        "「アカウント.csv」3行目 システムコード: 「ZAIMU」は台帳「システム」にありません。",
        "「アカウント.csv」4行目 状態: 「？」は使えません。",
    ):
        assert told in refusal


def test_rows_that_refer_to_a_refused_file_are_checked_against_what_it_holds(office: Office, tmp_path: Path) -> None:
    a_file(tmp_path / "in", "システム", a_row("システム", システムコード="NEW", 分析期限="-1"))
    a_file(tmp_path / "in", "アカウント", a_row("アカウント", システムコード="NEW"), a_row("アカウント"))

    refusal = refusal_of(office, tmp_path / "in")

    assert "（2件）" in refusal
    assert "「システム.csv」2行目 分析期限: 「-1」" in refusal
    assert "「アカウント.csv」3行目 システムコード: 「SHOGAI」は台帳「システム」にありません。" in refusal


UNREADABLE = {
    "a missing column": ("職員.csv", replaced("職員", ",退職日", "").encode(), "「職員.csv」に列「退職日」がありません。"),
    "a heading twice": ("職員.csv", replaced("職員", "退職日", "採用日").encode(), "「採用日」の列が二つあります。"),
    "an unclosed quote": ("職員.csv", replaced("職員", "山田花子", '"山田花子').encode(), "「職員.csv」2行目: CSVとして読めません"),
    "no encoding": ("職員.csv", csv_text([a_row("職員")]).encode() + b"\xff\xfe\x80\x81\n", "文字コードを読み取れません"),
    "a NUL": ("職員.csv", replaced("職員", "山田", "山\0田").encode(), "「職員.csv」2行目に読めない文字（NUL）があります。"),
    "no workbook": ("職員.xlsx", csv_text([a_row("職員")]).encode(), "「職員.xlsx」は Excel ブック（xlsx）ではありません。"),
    "nothing": ("職員.csv", b"", "「職員.csv」は空のファイルです。"),
    "only headings": ("職員.csv", csv_text([a_row("職員")]).splitlines()[0].encode(), "データの行がありません。"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_that_cannot_be_read_is_told_together_with_the_bad_rows_of_the_others(
    office: Office, tmp_path: Path, what: str
) -> None:
    name, content, trouble = UNREADABLE[what]
    folder = tmp_path / "in"
    a_file(folder, "組織", a_row("組織", 課="新しい課", 開始日="R5.2.30"))
    a_file(folder, "休業", a_row("休業", 終了日="来年"))
    a_file(folder, "委託契約", a_row("委託契約", 件名="新しい件名"))
    (folder / name).write_bytes(content)

    refusal = refusal_of(office, folder)

    assert "（3件）。台帳は何も変えていません。" in refusal
    assert trouble in refusal
    assert "「組織.csv」2行目 開始日: 「R5.2.30」" in refusal
    assert "「休業.csv」2行目 終了日: 「来年」" in refusal


def test_files_that_cannot_be_read_are_all_told_and_papers_and_names_with_them(office: Office, tmp_path: Path) -> None:
    a_text(tmp_path / "職員.csv", "")
    a_text(tmp_path / "休業.csv", replaced("休業", ",終了日", ""))
    paper = a_text(tmp_path / "審議会資料.txt", "表のない資料")
    wrong, gone = a_text(tmp_path / "社員.csv", "a"), tmp_path / "システム.csv"
    good = a_file(tmp_path, "組織", a_row("組織", 課="新しい課"))

    refusal = refusal_of(office, tmp_path / "職員.csv", tmp_path / "休業.csv", paper, wrong, gone, good)

    assert refusal.startswith("取り込めないファイルがあります（5件）。台帳は何も変えていません。")
    for told in (
        "「職員.csv」は空のファイルです。", "「休業.csv」に列「終了日」がありません。", "見出しとする表がありません",
        "「社員.csv」は取り込める台帳ではありません。", "システム.csv」がありません。",
    ):  # fmt: skip
        assert told in refusal
    assert len(refusal.splitlines()) == 6


def test_bad_rows_above_a_quote_that_is_never_closed_are_told_with_it(office: Office, tmp_path: Path) -> None:
    text = csv_text([a_row("職員", 職員番号=str(n), 採用日="R5.2.30" if n == 2 else "") for n in range(1, 6)])
    path = a_text(tmp_path / "職員.csv", text.replace("4,山田花子", '4,"山田花子'))

    refusal = refusal_of(office, path)

    assert refusal.startswith("取り込めないファイルや行があります（2件）")
    assert "「職員.csv」3行目 採用日: 「R5.2.30」" in refusal
    assert '「職員.csv」5行目: CSVとして読めません。引用符「"」が閉じているか確かめてください。' in refusal


def test_what_refers_to_a_file_that_cannot_be_read_is_not_called_unknown(office: Office, tmp_path: Path) -> None:
    accounts = a_file(tmp_path / "in", "アカウント", a_row("アカウント", システムコード="NEW", 停止日="R5.2.30"))
    for content in ("", replaced("システム", "特定個人情報", "×"), replaced("システム", "SHOGAI", '"SHOGAI')):
        refusal = refusal_of(office, a_text(tmp_path / "in" / "システム.csv", content), accounts)
        assert "（2件）" in refusal
        assert "「NEW」" not in refusal

    twice = a_text(tmp_path / "in" / "システム.tsv", csv_text([a_row("システム")], "\t"))
    refusal = refusal_of(office, twice, a_file(tmp_path / "in", "システム"), accounts)
    assert "台帳「システム」のファイルが二つあります" in refusal
    assert "「NEW」" not in refusal


def test_one_file_with_many_bad_rows_does_not_hide_another_files(office: Office, tmp_path: Path) -> None:
    a_file(tmp_path / "in", "職員", *(a_row("職員", 職員番号=str(number), 採用日="R5.2.30") for number in range(9)))
    a_file(tmp_path / "in", "休業", *(a_row("休業", 職員番号=str(number), 終了日="来年") for number in range(4)))

    lines = refusal_of(office, tmp_path / "in", settings=small(office, bad_rows_shown=3)).splitlines()

    assert lines[0] == "取り込めない行があります（13件）。台帳は何も変えていません。"
    assert [line.split()[0] for line in lines[1:]] == [
        *(f"「職員.csv」{row}行目" for row in (2, 3, 4)), "ほか", *(f"「休業.csv」{row}行目" for row in (2, 3, 4)), "ほか",
    ]  # fmt: skip
    assert (lines[4], lines[8]) == ("  ほか 「職員.csv」に6件", "  ほか 「休業.csv」に1件")


def test_a_long_list_of_bad_rows_is_cut_off_with_the_number_of_the_rest(office: Office, tmp_path: Path) -> None:
    rows = [a_row("職員", 職員番号=str(number), 採用日="R5.2.30") for number in range(5)]

    lines = refusal_of(office, a_file(tmp_path, "職員", *rows), settings=small(office, bad_rows_shown=3)).splitlines()

    assert lines[0].startswith("取り込めない行があります（5件")
    assert [line.split()[0] for line in lines[1:]] == [
        "「職員.csv」2行目",
        "「職員.csv」3行目",
        "「職員.csv」4行目",
        "ほか",
    ]
    assert lines[-1].endswith("2件")


# --- a file that is none


def test_a_file_with_no_rows_is_refused_unless_that_is_meant(office: Office, tmp_path: Path) -> None:
    path = a_text(tmp_path / "休業.csv", csv_text([a_row("休業")]).splitlines()[0])

    refusal = refusal_of(office, path)
    take(office, path, allow_empty=True)

    assert "「休業.csv」: データの行がありません。" in refusal
    assert "--allow-empty" in refusal
    assert register_on(office, "absence", DAY, "staff_no", "start_on") == []


def test_a_missing_column_is_named_beside_the_headings_that_were_found(office: Office, tmp_path: Path) -> None:
    row = a_row("アカウント")
    del row["状態"], row["停止日"]

    refusal = refusal_of(office, a_file(tmp_path, "アカウント", row))

    assert "「アカウント.csv」に列「状態」「停止日」がありません。" in refusal
    assert "見出し: システムコード、ユーザーID、職員番号" in refusal


def test_a_heading_twice_is_refused(office: Office, tmp_path: Path) -> None:
    path = a_text(tmp_path / "条項確認.csv", replaced("条項確認", "確認日", "条 項"))

    assert "「条項確認.csv」に「条項」の列が二つあります。" in refusal_of(office, path)


def test_a_quote_that_is_never_closed_is_refused(office: Office, tmp_path: Path) -> None:
    for name, text in (("職員", replaced("職員", "山田花子", '"山田花子')), ("組織", replaced("組織", "部,", '"部,'))):
        refusal = refusal_of(office, a_text(tmp_path / f"{name}.csv", text))
        assert f"「{name}.csv」" in refusal
        assert '引用符「"」が閉じているか確かめてください。' in refusal


@pytest.mark.parametrize("padding", [0, 5000, 2_000_000])
def test_a_nul_byte_is_refused_with_its_line(office: Office, tmp_path: Path, padding: int) -> None:
    rows = [a_row("職員", 氏名="あ" * (padding // 3)), a_row("職員", 職員番号="2", 氏名="山\0田")]

    for encoding in ("utf-8", "cp932", "utf-16"):
        refusal = refusal_of(office, a_file(tmp_path, "職員", *rows, encoding=encoding))
        assert "「職員.csv」3行目に読めない文字（NUL）があります。" in refusal


def test_a_file_of_nothing_but_zeros_is_refused(office: Office, tmp_path: Path) -> None:
    (tmp_path / "職員.csv").write_bytes(bytes(300_000))

    assert "「職員.csv」" in refusal_of(office, tmp_path / "職員.csv")


def test_a_first_line_longer_than_any_heading_is_refused(office: Office, tmp_path: Path) -> None:
    assert "「職員.csv」" in refusal_of(office, a_text(tmp_path / "職員.csv", "あ" * 300_000))


def test_an_empty_file_is_refused(office: Office, tmp_path: Path) -> None:
    for name in ("職員.csv", "職員.xlsx"):
        assert f"「{name}」は空のファイルです。" in refusal_of(office, a_text(tmp_path / name, ""))
    assert "「職員.csv」に列「職員番号」" in refusal_of(office, a_text(tmp_path / "職員.csv", "\n\n"))


def test_a_file_over_the_limit_is_refused_before_it_is_read(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "職員.csv"
    path.touch()
    os.truncate(path, 200 * 1024 * 1024)

    assert "「職員.csv」は大きすぎます（200 MB、上限 128 MB）。" in refusal_of(office, path)
    os.truncate(path, 1024 * 1024 + 1)
    assert "上限 1 MB" in refusal_of(office, path, settings=small(office, file_mb=1))


# --- a workbook that is none


def test_a_text_renamed_to_xlsx_is_refused(office: Office, tmp_path: Path) -> None:
    path = a_text(tmp_path / "職員.xlsx", csv_text([a_row("職員")]))

    assert "「職員.xlsx」は Excel ブック（xlsx）ではありません。" in refusal_of(office, path)


def test_a_zip_without_a_workbook_and_one_with_a_broken_workbook_are_refused(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "職員.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("手紙.txt", "台帳ではない")
    assert "「職員.xlsx」は Excel ブック（xlsx）ではありません。" in refusal_of(office, path)

    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    assert "「職員.xlsx」を Excel ブックとして読めません" in refusal_of(office, path)


def test_a_zip_bomb_is_refused_by_what_it_would_unpack_to(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "職員.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(8 * 1024 * 1024))

    assert path.stat().st_size < 100_000
    assert "「職員.xlsx」は展開すると 8 MB になり、上限 5 MB を超えます。" in refusal_of(
        office, path, settings=small(office, unpacked_mb=5)
    )


def test_a_zip_bomb_that_lies_about_its_size_is_refused_too(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "職員.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_row(0, 0, list(ROWS["職員"]))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"<sheetData>", b"<sheetData>" + b" " * 8_000_000)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | {"xl/worksheets/sheet1.xml": sheet}).items():
            archive.writestr(name, content)
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", len(sheet)), struct.pack("<I", 1000)))

    assert "「職員.xlsx」を Excel ブックとして読めません" in refusal_of(
        office, path, settings=small(office, unpacked_mb=5)
    )


# --- names and places


def test_a_folder_with_no_known_file_is_refused_with_the_names_that_would_do(office: Office, tmp_path: Path) -> None:
    a_text(tmp_path / "in" / "メモ.csv", "a,b")

    refusal = refusal_of(office, tmp_path / "in")

    assert "フォルダー「" in refusal
    assert "に取り込める台帳がありません。" in refusal
    assert all(stem in refusal for stem in ROWS)


@pytest.mark.parametrize("name", ["社員.csv", "職員"])
def test_an_unknown_file_name_is_refused_with_the_names_that_would_do(
    office: Office, tmp_path: Path, name: str
) -> None:
    refusal = refusal_of(office, a_text(tmp_path / name, csv_text([a_row("職員")])))

    assert f"「{name}」は取り込める台帳ではありません。" in refusal
    assert all(stem in refusal for stem in ROWS)


def test_two_files_of_one_register_are_refused(office: Office, tmp_path: Path) -> None:
    a_file(tmp_path, "職員")
    a_text(tmp_path / "職員.tsv", csv_text([a_row("職員")], "\t"))

    refusal = refusal_of(office, tmp_path / "職員.csv", tmp_path / "職員.tsv")

    assert "台帳「職員」のファイルが二つあります（職員.csv、職員.tsv）。" in refusal
    assert "ファイルが二つあります" in refusal_of(office, tmp_path / "職員.csv", tmp_path / "職員.csv")


def test_a_path_that_is_not_there_is_refused(office: Office, tmp_path: Path) -> None:
    assert "職員.csv」がありません。" in refusal_of(office, tmp_path / "職員.csv")
    assert "を開けません" in refusal_of(office, tmp_path / ("長" * 300 + ".csv"))


def test_a_broken_link_is_refused_by_itself_and_in_a_folder(office: Office, tmp_path: Path) -> None:
    a_file(tmp_path / "in", "組織", a_row("組織", 課="新しい課"))
    link = tmp_path / "in" / "職員.csv"
    link.symlink_to(tmp_path / "nowhere.csv")

    assert "職員.csv」がありません。" in refusal_of(office, link)
    assert "職員.csv」を開けません" in refusal_of(office, tmp_path / "in")


def test_a_folder_and_a_pipe_that_are_named_like_a_register_are_refused(office: Office, tmp_path: Path) -> None:
    a_file(tmp_path / "in", "組織", a_row("組織", 課="新しい課"))
    (tmp_path / "in" / "職員.csv").mkdir()
    assert "職員.csv」は台帳の名前ですが、ファイルではありません。" in refusal_of(office, tmp_path / "in")
    assert "に取り込める台帳がありません。" in refusal_of(office, tmp_path / "in" / "職員.csv")

    os.mkfifo(tmp_path / "休業.csv")
    assert "休業.csv」は台帳の名前ですが、ファイルではありません。" in refusal_of(office, tmp_path / "休業.csv")


def test_a_file_and_a_folder_that_may_not_be_read_are_refused() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        with without_roots_rights():
            refuses_what_may_not_be_read(folder)


def refuses_what_may_not_be_read(folder: Path) -> None:
    path = a_file(folder / "in", "職員")
    path.chmod(0)
    with pytest.raises(InputRefused, match="職員.csv」を開けません"):
        open_table(path, frozenset(), LimitSettings())
    path.parent.chmod(0)
    troubles = Troubles()
    assert sources_of([path.parent], troubles).files == ()
    assert "を開けません" in "".join(troubles.files)
    path.parent.chmod(0o700)


@contextmanager
def without_roots_rights() -> Iterator[None]:
    """Act as nobody while it lasts: root may read everything, so to root nothing is unreadable."""
    if os.geteuid() != 0:
        yield
        return
    old = os.getcwd()
    os.chdir("/")
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.chdir(old)


# --- the command


def test_the_command_says_it_on_standard_error_and_ends_with_2(zesei: Command, office: Office, tmp_path: Path) -> None:
    office.data_dir.chmod(0o700)  # else the command tells of its rights, too
    path = a_file(tmp_path, "職員", a_row("職員", 採用日="R5.2.30"))
    before = everything_in(office)

    outcome = zesei("import", path, "--as-of", "R5.7.31", "--json", status=2)

    assert outcome.out == ""
    assert outcome.err.splitlines() == [
        "取り込めない行があります（1件）。台帳は何も変えていません。",
        "  「職員.csv」2行目 採用日: 「R5.2.30」は実在しない日付です。",
    ]
    assert everything_in(office) == before


def test_a_command_line_that_names_nothing_readable_ends_with_2(zesei: Command, tmp_path: Path) -> None:
    (tmp_path / "data").chmod(0o700)  # else the command tells of its rights, too
    (tmp_path / "職員.xlsx").write_bytes(b"\x00")

    assert zesei("import", tmp_path / "職員.xlsx", status=2).err.count("\n") == 1
    assert "「R5.2.30」" in zesei("import", tmp_path, "--as-of", "R5.2.30", status=2).err


def test_a_year_after_its_eras_end_is_imported_with_a_warning(zesei: Command, office: Office, tmp_path: Path) -> None:
    a_file(tmp_path / "in", "職員", a_row("職員", 退職日="平成35年3月31日"))
    a_file(tmp_path / "in", "改善策", a_row("改善策", 期限="平成35年3月31日まで"))

    outcome = zesei("import", tmp_path / "in", "--as-of", DAY)

    assert "「職員.csv」2行目 退職日: 「平成35年3月31日」は平成の期間の外です。令和5年3月31日" in outcome.err
    assert "「改善策.csv」2行目 期限: 「平成35年3月31日」は平成の期間の外です。令和5年3月31日" in outcome.err
    assert register_on(office, "staff", DAY, "retired_on", "staff_no") == [("2023-03-31", "30021")]
