"""Everything as CSV: complete, without a secret, without a formula, as of any day, and the same each time."""

import csv
import errno
import io
import json
import os
import subprocess
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from jobs.exports_cli import new_file
from tests.conftest import Command
from tests.databases import TABLES, answers, carry_out, on_both_databases
from tests.exports.situations import (
    DEPARTMENTS,
    FILES,
    FORMULA,
    MON,
    TUE,
    WED,
    a_busy_office,
    a_finding,
    secrets_of,
    unpacked,
    with_documents,
)  # fmt: skip
from tests.jobs.situations import TOKYO, an_occasion, an_office, check, completed, given
from tracker.domain.errors import CommandRefused
from tracker.domain.registers import REGISTERS
from tracker.excepting import revoke_exception
from tracker.exports.whole import write_whole
from tracker.office import Office
from tracker.registers.importing import Importer
from tracker.storage.handed_out import KEPT_BACK, OUTGOING, VERSION_COLUMNS

FORMULA_STARTS = tuple("=+-@＝＋－＠\t\r")


def whole(office: Office, day: date = WED, encoding: str = "utf-8") -> dict[str, bytes]:
    file = io.BytesIO()
    with office.store.reading() as records:
        write_whole(file, records, day, office="見本市", zone=TOKYO, encoding=encoding)
    return unpacked(file.getvalue())


def table(files: dict[str, bytes], name: str, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    """One sheet as a program reads it."""
    return list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode(encoding), newline="")))


def columns_of(office: Office) -> dict[str, list[str]]:
    """Every table that the database really has, with its columns."""
    names = [name for (name,) in answers(office, TABLES["sqlite"]) if not name.startswith("search_index")]
    return {name: [row[1] for row in answers(office, f"PRAGMA table_info({name})")] for name in names}


def undecided(office: Office) -> list[str]:
    """Columns for which nobody has said whether they go out."""
    out = {one.table: set(one.columns) for one in OUTGOING}
    registers = {f"{one.noun}_version": {*one.names, *VERSION_COLUMNS} for one in REGISTERS}
    return [
        f"{name}.{column}"
        for name, columns in columns_of(office).items()
        for column in columns
        if column not in out.get(name, registers.get(name, set())) and not {name, f"{name}.{column}"} & KEPT_BACK.keys()
    ]


def test_every_table_and_column_goes_out_or_says_why_not(tmp_path: Path) -> None:
    office = an_office(tmp_path)

    assert undecided(office) == []
    assert all(KEPT_BACK.values())
    known = {f"{name}.{column}" for name, columns in columns_of(office).items() for column in columns}
    named = {f"{one.table}.{column}" for one in OUTGOING for column in one.columns}
    named |= {name for name in KEPT_BACK if "." in name}
    assert named <= known
    assert {name for name in KEPT_BACK if "." not in name} <= columns_of(office).keys()
    assert {one.table for one in OUTGOING}.isdisjoint(KEPT_BACK)


def test_a_new_table_or_column_without_a_rule_is_found(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    carry_out(office, "ALTER TABLE flag ADD COLUMN secret TEXT", "CREATE TABLE vault (password TEXT)")

    assert undecided(office) == ["flag.secret", "vault.password"]


def test_no_secret_goes_out(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    secrets = secrets_of(office)
    kept = "\n".join(
        map(str, answers(office, "SELECT * FROM outbox") + answers(office, "SELECT * FROM department_key"))
    )
    assert all(secret in kept for secret in secrets[2:]), "there must be something to give away"

    files = whole(office)

    for name, content in files.items():
        for secret in (*secrets, "/submissions/", "/departments/"):
            assert secret.encode() not in content, name
    assert not {"account", "session", "api_token"} & {name.removesuffix(".csv") for name in files}


@on_both_databases
def test_the_numbers_of_rows_are_those_of_the_database(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    with_documents(office, "写し.pdf")
    files = whole(office)

    for one in OUTGOING:
        ((number,),) = answers(office, f"SELECT count(*) FROM {one.table}")
        assert len(table(files, one.name)) == number, one.name
    ((tasks,),) = answers(office, "SELECT count(*) FROM task")
    assert len(table(files, "対応")) == tasks == 4
    assert [row["期限"] for row in table(files, "指導事項と改善策")] == ["2023-07-11", "2023-12-31"]
    assert {row["ファイル名"] for row in table(files, "証跡")} == {"写し.pdf"}
    assert f"対応.csv（{tasks}行）" in files["README.txt"].decode("utf-8-sig")


def test_no_cell_is_a_formula_and_every_day_is_iso(tmp_path: Path) -> None:
    files = whole(a_busy_office(tmp_path))

    for name in files:
        if name.endswith(".csv"):
            cells = [
                cell for row in csv.reader(io.StringIO(files[name].decode("utf-8-sig"), newline="")) for cell in row
            ]
            assert [
                cell for cell in cells if cell.startswith(FORMULA_STARTS) and len(cell) > 1 and not is_number(cell)
            ] == []
    finding = table(files, "台帳/指導事項")[0]
    assert finding["指導内容"].startswith(f"'{FORMULA}\n")
    assert finding["指導日"] == "2023-07-03"
    assert table(files, "経過")[0]["時刻"].endswith("+09:00")


def is_number(cell: str) -> bool:
    return cell.removeprefix("-").isdecimal()


def test_a_past_day_holds_nothing_that_came_later(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    before = whole(office, MON)
    completed(office, "finding:R5-1/2", WED)
    given(office, WED, *DEPARTMENTS, a_finding(subject="改めた件名"))
    with_documents(office, "後の写し.pdf", on=WED)
    check(office, FILES, WED)
    with office.store.transaction() as records:
        revoke_exception(records, 1, "更新が終わったため", office.calendar, an_occasion(WED))

    after = whole(office, MON)
    assert {name for name in before if before[name] != after[name]} == set()
    assert table(before, "通知") == []
    assert [row["取り消した日"] for day in (MON, WED) for row in table(whole(office, day), "例外")] == [
        "",
        "2023-07-12",
    ]
    assert {row["日付"] for row in table(before, "経過")} == {"2023-07-10"}
    moved = {row["対応のキー"]: row["期限"] for row in table(whole(office, TUE), "対応")}
    assert moved["finding:R5-1/2"] == "2023-12-31"
    assert {row["対応のキー"]: row["期限"] for row in table(before, "対応")}["finding:R5-1/2"] == "2023-09-30"
    assert table(whole(office, WED), "台帳/指導事項")[0]["件名"] == "改めた件名"


def test_a_register_that_went_out_can_be_taken_in_again_unchanged(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    name = "台帳/指導事項.csv"
    path = tmp_path / "指導事項.csv"
    path.write_bytes(whole(office)[name])

    report = Importer(office.settings, WED, office.occasion("試験", WED), allow_empty=False).take(office.store, [path])

    assert report is not None
    assert whole(office)[name] == path.read_bytes()
    assert answers(office, "SELECT count(*) FROM finding_version") == [(1,)]


def test_what_cp932_lacks_is_shown_as_geta_and_listed(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MON, *DEPARTMENTS, a_finding(subject="𠮷田㈱½の件"))

    files = whole(office, MON, "cp932")

    assert table(files, "台帳/指導事項", "cp932")[0]["件名"] == "〓田㈱〓の件"
    readme = files["README.txt"].decode("utf-8-sig")
    assert "台帳/指導事項.csv: ½（U+00BD）1か所、𠮷（U+20BB7）1か所" in readme
    assert "〓" not in whole(office, MON)["README.txt"].decode("utf-8-sig")


def test_the_file_is_the_same_each_time_and_other_programs_find_it_whole(tmp_path: Path, zesei: Command) -> None:
    a_busy_office(tmp_path)
    config, output = tmp_path / "config.toml", tmp_path / "everything.zip"

    zesei("export", "csv", output, "--on", WED, config=config)
    first = output.read_bytes()
    assert "もうあります" in zesei("export", "csv", output, "--on", WED, status=2, config=config).err
    zesei("export", "csv", output, "--on", WED, "--overwrite", config=config)

    assert output.read_bytes() == first
    files = unpacked(first)
    manifest = json.loads(files["manifest.json"])
    listed = {one["name"]: one["sha256"] for one in manifest["files"]}
    assert listed == {name: sha256(files[name]).hexdigest() for name in files if not name.startswith("manifest")}
    folder = tmp_path / "unpacked"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    subprocess.run(["sha256sum", "--check", "--strict", "manifest.sha256"], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--on", "2020-01-01"), "最初の記録は"), (("--on", "2099-01-01"), "今日より後の日です"),
        (("--on", "2023-07-12", "--encoding", "latin-1"), "utf-8、cp932 のどれか"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_leaves_no_file(
    tmp_path: Path, zesei: Command, arguments: tuple[str, ...], sentence: str
) -> None:
    a_busy_office(tmp_path)

    refused = zesei("export", "csv", tmp_path / "out.zip", *arguments, status=2, config=tmp_path / "config.toml")

    assert sentence in refused.err
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name or path.suffix == ".part"] == []


def test_a_disk_that_fills_up_leaves_what_was_there_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "out.zip"
    path.write_bytes(b"before")

    def fill_up() -> None:
        with new_file(path, overwrite=True) as file:
            file.write(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(CommandRefused, match="空き容量がありません"):
        fill_up()

    assert [one.name for one in tmp_path.iterdir()] == ["out.zip"]
    assert path.read_bytes() == b"before"
