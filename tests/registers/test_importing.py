"""Imports of a whole office: folders, order, trial runs, repetition, and what a later export changes."""

import unicodedata
from datetime import date
from pathlib import Path

from tests.builders import (
    DAY,
    ROWS,
    a_file,
    a_row,
    a_text,
    a_whole_office,
    asked,
    everything_in,
    refusal_of,
    register_on,
    take,
)
from tests.conftest import Command
from tests.databases import on_both_databases
from tracker.office import Office
from tracker.registers.importing import Importer

pytestmark = on_both_databases

NEXT = date(2023, 8, 16)
LATER = date(2023, 12, 19)
ORDER = [
    "組織", "職員", "休業", "システム", "アカウント", "委託契約", "再委託", "条項確認", "ファイル簿", "ログ分析報告",
    "指導事項", "改善策",
]  # fmt: skip


def test_a_folder_is_imported_with_what_is_referred_to_first(office: Office, tmp_path: Path) -> None:
    report = take(office, a_whole_office(tmp_path / "in"))

    assert [change.register for change in report.changes] == ORDER
    assert [(change.rows, change.counts.added) for change in report.changes] == [(1, 1)] * 12
    assert report.notices == []


def test_files_on_the_command_line_are_imported_in_the_right_order_too(office: Office, tmp_path: Path) -> None:
    a_whole_office(tmp_path)

    report = take(office, *(tmp_path / f"{stem}.csv" for stem in reversed(ORDER)))

    assert [change.register for change in report.changes] == ORDER


def test_a_file_of_another_kind_in_the_folder_is_left_aside_and_said_so(office: Office, tmp_path: Path) -> None:
    a_file(tmp_path / "in", "組織")
    for name in ("手順.docx", ".DS_Store", "~$組織.xlsx"):
        a_text(tmp_path / "in" / name, "…")

    assert take(office, tmp_path / "in").notices == ["「手順.docx」は台帳のファイルではないので読み飛ばしました。"]


def test_a_name_that_a_mac_wrote_in_parts_is_the_same_name(office: Office, tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "ログ分析報告.csv")
    path = a_file(tmp_path, "ログ分析報告").rename(tmp_path / name)

    report = take(office, a_file(tmp_path, "システム"), path)

    assert name != "ログ分析報告.csv"
    assert [change.register for change in report.changes] == ["システム", "ログ分析報告"]


def test_what_a_register_does_not_hold_is_refused_for_some_columns_and_noticed_for_others(
    office: Office, tmp_path: Path
) -> None:
    report = take(office, a_file(tmp_path, "職員"))

    assert report.notices == ["「職員.csv」の所属コード「0303」などは台帳「組織」にありません（1行）。"]
    assert "「SHOGAI」は台帳「システム」にありません。先に台帳「システム」を" in refusal_of(
        office, a_file(tmp_path, "アカウント")
    )


def test_a_day_after_today_is_noticed(office: Office, tmp_path: Path) -> None:
    importer = Importer(office.settings, NEXT, office.occasion("試験", DAY))

    report = importer.take(office.store, [a_file(tmp_path, "組織")])

    assert report.notices == ["基準日 令和5年8月16日は今日より後の日付です。"]


def test_the_same_export_again_changes_nothing_at_all(office: Office, tmp_path: Path) -> None:
    take(office, a_whole_office(tmp_path))
    before = everything_in(office)

    report = take(office, tmp_path)

    assert everything_in(office) == before
    assert not any(change.counts.any for change in report.changes)


def test_the_same_rows_in_another_file_begin_no_version(office: Office, tmp_path: Path) -> None:
    take(office, a_whole_office(tmp_path / "utf-8"))
    versions = {table: asked(office, f"SELECT * FROM {table}_version") for table in ("staff", "account", "department")}

    for stem in ROWS:
        a_file(tmp_path / "cp932", stem, encoding="cp932")
    report = take(office, tmp_path / "cp932", on=NEXT)

    assert not any(change.counts.any for change in report.changes)
    assert versions == {table: asked(office, f"SELECT * FROM {table}_version") for table in versions}


def test_the_same_export_on_a_later_day_is_recorded_as_that_days(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "組織"))
    take(office, tmp_path / "組織.csv", on=NEXT)

    assert asked(office, "SELECT as_of, row_count, added FROM register_import ORDER BY id") == [
        ("2023-07-31", 1, 1),
        ("2023-08-16", 1, 0),
    ]


def test_a_row_that_is_gone_is_ended_on_that_day_and_never_deleted(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "職員", a_row("職員"), a_row("職員", 職員番号="2")))
    take(office, a_file(tmp_path, "職員", a_row("職員")), on=NEXT)

    assert [row[0] for row in register_on(office, "staff", DAY, "staff_no", "name")] == ["2", "30021"]
    assert [row[0] for row in register_on(office, "staff", NEXT, "staff_no", "name")] == ["30021"]
    assert history(office, "2") == [("山田花子", "2023-07-31", "2023-08-16")]


def test_a_row_that_comes_back_is_a_new_version_and_the_gap_stays(office: Office, tmp_path: Path) -> None:
    both = [a_row("職員"), a_row("職員", 職員番号="2")]
    take(office, a_file(tmp_path, "職員", *both))
    take(office, a_file(tmp_path, "職員", *both[:1]), on=NEXT)
    take(office, a_file(tmp_path, "職員", *both), on=LATER)

    assert history(office, "2") == [("山田花子", "2023-07-31", "2023-08-16"), ("山田花子", "2023-12-19", None)]
    assert history(office, "30021") == [("山田花子", "2023-07-31", None)]


def test_a_row_that_changed_ends_one_version_and_begins_the_next(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "職員"))
    take(office, a_file(tmp_path, "職員", a_row("職員", 氏名="鈴木花子")), on=NEXT)

    assert history(office, "30021") == [("山田花子", "2023-07-31", "2023-08-16"), ("鈴木花子", "2023-08-16", None)]


def test_a_cell_that_becomes_blank_and_one_that_is_filled_are_changes(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "職員", a_row("職員", 退職日="")))
    for day, cells in ((NEXT, {"退職日": "R5.8.15"}), (LATER, {"退職日": ""})):
        report = take(office, a_file(tmp_path, "職員", a_row("職員") | cells), on=day)
        assert [change.counts.changed for change in report.changes] == [1]

    assert register_on(office, "staff", NEXT, "retired_on", "staff_no") == [("2023-08-15", "30021")]
    assert register_on(office, "staff", LATER, "retired_on", "staff_no") == [(None, "30021")]


def test_an_older_export_that_comes_late_fills_in_the_past_and_leaves_the_present(
    office: Office, tmp_path: Path
) -> None:
    take(office, a_file(tmp_path, "職員", a_row("職員", 氏名="鈴木花子"), a_row("職員", 職員番号="3")), on=LATER)
    take(office, a_file(tmp_path, "職員", a_row("職員"), a_row("職員", 職員番号="2")), on=NEXT)

    assert register_on(office, "staff", DAY, "staff_no", "name") == []
    assert register_on(office, "staff", NEXT, "staff_no", "name") == [("2", "山田花子"), ("30021", "山田花子")]
    assert register_on(office, "staff", LATER, "staff_no", "name") == [("3", "山田花子"), ("30021", "鈴木花子")]


def test_a_corrected_export_of_the_same_day_replaces_the_first(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "職員", a_row("職員", 氏名="山田華子"), a_row("職員", 職員番号="2")))
    take(office, a_file(tmp_path, "職員"))

    assert register_on(office, "staff", DAY, "staff_no", "name") == [("30021", "山田花子")]
    assert len(asked(office, "SELECT * FROM staff_version")) == 3  # what was said first is still there to see


def test_a_correction_of_an_earlier_day_leaves_what_a_later_export_said(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "職員", a_row("職員", 氏名="山田華子")))
    take(office, tmp_path / "職員.csv", on=NEXT)
    take(office, a_file(tmp_path, "職員"), on=DAY)

    assert register_on(office, "staff", DAY, "staff_no", "name") == [("30021", "山田花子")]
    assert register_on(office, "staff", NEXT, "staff_no", "name") == [("30021", "山田華子")]


def test_an_account_whose_system_has_gone_meanwhile_is_refused_even_in_a_file_that_did_not_change(
    office: Office, tmp_path: Path
) -> None:
    systems = [a_row("システム"), a_row("システム", システムコード="S2"), a_row("システム", システムコード="S3")]
    a_file(tmp_path / "first", "システム", *systems)
    accounts = a_file(tmp_path / "first", "アカウント", a_row("アカウント", システムコード="S2"))
    take(office, tmp_path / "first")

    take(office, a_file(tmp_path, "システム", systems[0], systems[2]), on=NEXT)
    assert "「S2」は台帳「システム」にありません。" in refusal_of(office, accounts, on=NEXT)
    take(office, a_file(tmp_path, "システム", a_row("システム", システム名="新"), systems[2]), on=LATER)
    assert "「S2」は台帳「システム」にありません。" in refusal_of(office, accounts, on=LATER)


def test_the_order_in_which_two_registers_came_in_does_not_hide_an_unknown_system(
    office: Office, tmp_path: Path
) -> None:
    systems = [a_row("システム"), a_row("システム", システムコード="S2")]
    take(office, a_file(tmp_path, "システム", *systems))
    take(office, a_file(tmp_path, "システム", systems[0]), on=NEXT)
    accounts = a_file(tmp_path, "アカウント", a_row("アカウント", システムコード="S2"))
    take(office, accounts)

    assert "「S2」は台帳「システム」にありません。" in refusal_of(office, accounts, on=LATER)


def test_a_register_that_lost_most_of_its_rows_is_taken_with_a_notice(office: Office, tmp_path: Path) -> None:
    rows = [a_row("職員", 職員番号=str(number)) for number in range(10)]
    take(office, a_file(tmp_path, "職員", *rows))

    report = take(office, a_file(tmp_path, "職員", *rows[:4]), on=NEXT)

    assert "台帳「職員」の10件のうち6件がなくなります。出力が途中で切れていないか確かめてください。" in report.notices
    assert "なくなります" not in "".join(take(office, a_file(tmp_path, "職員", *rows[:3]), on=LATER).notices)


def test_a_trial_run_shows_what_would_be_added_changed_and_ended_and_changes_nothing(
    zesei: Command, office: Office, tmp_path: Path
) -> None:
    zesei("import", a_file(tmp_path, "職員", a_row("職員"), a_row("職員", 職員番号="2")), "--as-of", DAY)
    new = a_file(tmp_path, "職員", a_row("職員", 氏名="鈴木花子", 退職日="R5.8.15"), a_row("職員", 職員番号="3"))
    before = everything_in(office)

    shown = zesei("import", new, "--as-of", NEXT, "--dry-run").out
    told = zesei("import", new, "--as-of", NEXT, "--dry-run", "--json").json

    assert "取り込むと、次のようになります（まだ取り込んでいません）" in shown
    assert "職員: 2件（追加 1、変更 1、終了 1）" in shown
    assert "＋ 3" in shown
    assert "～ 30021: 氏名 山田花子 → 鈴木花子、退職日 （空欄） → 2023-08-15" in shown
    assert "－ 2" in shown
    assert told["dry_run"] is True
    assert told["registers"][0]["examples"] == {
        "added": [["3"]],
        "changed": [
            {"key": ["30021"], "columns": {"name": ["山田花子", "鈴木花子"], "retired_on": [None, "2023-08-15"]}}
        ],
        "ended": [["2"]],
    }
    assert everything_in(office) == before


def test_a_trial_run_of_bad_input_is_refused_as_the_import_would_be(office: Office, tmp_path: Path) -> None:
    path = a_file(tmp_path, "職員", a_row("職員", 採用日="R5.2.30"))

    assert refusal_of(office, path, dry_run=True) == refusal_of(office, path)


def test_each_import_leaves_its_trace_in_the_trail(office: Office, tmp_path: Path) -> None:
    take(office, a_whole_office(tmp_path))

    with office.store.reading() as records:
        traced = records.events.about("register:職員")
        assert records.events.verify() > 12
    assert [(event.kind, event.by, event.facts["as_of"], event.facts["added"]) for event in traced] == [
        ("RegisterImported", "試験", "2023-07-31", 1)
    ]


def history(office: Office, staff_no: str) -> list[tuple[str, str, str | None]]:
    """Every version of one person's row."""
    query = "SELECT name, valid_from, valid_to FROM staff_version WHERE staff_no = :number ORDER BY valid_from"
    return asked(office, query, number=staff_no)
