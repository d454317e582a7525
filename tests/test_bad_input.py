"""What the command says to bad input: one clear sentence, exit 2, and registers as they were."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import REPLAY, Command

DAY = "2023-07-31"
Spoil = Callable[[Path], None]


def cp932(name: str, text: str) -> Spoil:
    return lambda folder: (folder / name).write_bytes(text.encode("cp932")) and None


def raw(name: str, content: bytes) -> Spoil:
    return lambda folder: (folder / name).write_bytes(content) and None


def huge(folder: Path) -> None:
    with (folder / "アカウント.csv").open("wb") as file:
        file.truncate(200 * 1024 * 1024)


def without_registers(folder: Path) -> None:
    for path in folder.iterdir():
        path.rename(path.with_name(f"写し{path.name}"))


STAFF = "職員番号,氏名,所属コード,職,メール,採用日,退職日\n"
ACCOUNTS = "システムコード,ユーザーID,職員番号,権限,状態,停止日,最終ログイン\n"
BAD = {
    "a wrong encoding": (raw("職員.csv", STAFF.encode() + b"\xff\xfe\x80\x81\n"), "職員.csv", "文字コードを読み取れません"),
    "a missing column": (cp932("職員.csv", STAFF.replace(",退職日", "")), "職員.csv", "列「退職日」がありません"),
    "an impossible date": (
        cp932("職員.csv", STAFF + "1,職員０１,0101,主事,,R5.2.30,\n"), "2行目 採用日", "「R5.2.30」は実在しない日付です"),
    "a duplicate key": (
        cp932("職員.csv", STAFF + "1,職員０１,0101,,,,\n2,職員０２,0101,,,,\n１,職員０３,0101,,,,\n"),
        "4行目 職員番号", "「1」は2行目にもあります"),
    "an account of an unknown system": (
        cp932("アカウント.csv", ACCOUNTS + "NAI,u1,10001,更新,有効,,\n"), "2行目 システムコード", "「NAI」は台帳「システム」にありません"),
    "a file with no rows": (cp932("職員.csv", STAFF), "職員.csv", "データの行がありません"),
    "an xlsx that is not one": (raw("職員.xlsx", STAFF.encode()), "職員.xlsx", "Excel ブック（xlsx）ではありません"),
    "a 200 MB file": (huge, "アカウント.csv", "大きすぎます（200 MB、上限 128 MB）"),
    "a folder with no known file": (without_registers, "フォルダー", "取り込める台帳がありません"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_a_sentence_and_changes_nothing(name: str, zesei: Command, tmp_path: Path) -> None:
    spoil, place, sentence = BAD[name]
    zesei("import", REPLAY / DAY, "--as-of", DAY)
    before = registers(tmp_path)
    exports = tmp_path / "exports"
    shutil.copytree(REPLAY / "2023-08-16", exports)  # it holds real changes: none of them may come in either
    exports.chmod(0o755)
    if name.startswith("an xlsx"):
        (exports / "職員.csv").unlink()
    spoil(exports)

    refused = zesei("import", exports, "--as-of", "2023-08-16", status=2)

    assert place in refused.err
    assert sentence in refused.err
    assert refused.out == ""
    assert registers(tmp_path) == before


def test_a_year_past_its_eras_end_is_taken_with_a_warning(zesei: Command, tmp_path: Path) -> None:
    zesei("import", REPLAY / DAY, "--as-of", DAY)
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "職員.csv").write_bytes(
        (STAFF + "10001,職員０１,0101,係長,,平成30年4月1日,平成35年3月31日\n").encode("cp932")
    )

    taken = zesei("import", exports, "--as-of", "2023-08-16")

    assert "「平成35年3月31日」は平成の期間の外です。令和5年3月31日として読みました。" in taken.err
    with sqlite3.connect(tmp_path / "data" / "zesei.db") as connection:
        query = "SELECT retired_on FROM staff_version WHERE staff_no = '10001' AND valid_to IS NULL"
        assert connection.execute(query).fetchall() == [("2023-03-31",)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("check", "nai"), "検査「nai」はありません"),
        (("check", "--on", "R5.2.30"), "実在しない日付"),
        (("jobs", "run", "nai"), "処理「nai」はありません"),
        (("report", "weekly", "--format", "doc"), "html、pdf、xlsx、json のどれか"),
        (("report", "weekly"), "まだ何も記録されていません"),
        (("import", "どこにもない.csv"), "がありません"),
    ],
)
def test_a_command_that_cannot_be_followed_exits_with_two_and_a_japanese_sentence(
    arguments: tuple[str, ...], sentence: str, zesei: Command
) -> None:
    assert sentence in zesei(*arguments, status=2).err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--on", "2023-07-30"), "令和5年7月30日の時点の記録はありません。最初の記録は令和5年7月31日のものです。"),
        (("--on", "R30.1.1", "--issue"), "令和30年1月1日は今日より後の日です。発行できるのは今日までの報告です。"),
        (("--department", "9999"), "9999"),
        (("--format", "docx"), "html、pdf、xlsx、json のどれか"),
    ],
)
def test_a_report_that_cannot_be_made_says_why(
    arguments: tuple[str, ...], sentence: str, zesei: Command, tmp_path: Path
) -> None:
    zesei("import", REPLAY / DAY, "--as-of", DAY)
    output = tmp_path / "report"

    refused = zesei("report", "weekly", "--output", output, *arguments, status=2)

    assert sentence in refused.err
    assert not output.exists()


def test_a_report_of_a_day_to_come_is_made_from_what_is_known_and_says_so(zesei: Command, tmp_path: Path) -> None:
    zesei("import", REPLAY / DAY, "--as-of", DAY)

    made = zesei("report", "weekly", "--on", "R30.1.6", "--output", tmp_path / "report.html")

    assert "注意: 令和30年1月6日は今日より後の日です。今日までの記録で作りました。" in made.err
    assert "令和30年1月6日" in (tmp_path / "report.html").read_text("utf-8")


def registers(tmp_path: Path) -> dict[str, list[str]]:
    with sqlite3.connect(tmp_path / "data" / "zesei.db") as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in names if name.endswith("_version") or name in ("register_import", "event", "task")]
        return {
            name: sorted(map(repr, connection.execute(f"SELECT * FROM {name}")))
            for name in kept
            if name != "alembic_version"
        }
