"""A register file sent by a program is taken in as the command takes it: all of it or nothing."""

from pathlib import Path

import pytest
import xlsxwriter

from tests.api.situations import a_token, divisions_program, problem, program
from tests.builders import a_file, a_row, asked, csv_text, everything_in, register_on, take
from tests.web.situations import TODAY, an_office, kinds_of_events
from tracker.domain.tokens import TokenRole, TokenScope
from tracker.office import Office

CSV = {"content-type": "text/csv"}
XLSX = {"content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
STAFF = [a_row("職員", 職員番号=f"3002{n}", 氏名=f"職員０{n}") for n in range(3)]
COLUMNS = ("staff_no", "name", "department_code", "hired_on")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def test_what_is_sent_stands_in_the_register_as_if_the_command_had_taken_it(office: Office, tmp_path: Path) -> None:
    (by_command := tmp_path / "other").mkdir()
    other = an_office(by_command)
    take(other, a_file(tmp_path, "職員", *STAFF, encoding="cp932"), on=TODAY)

    body = csv_text(STAFF).encode("cp932")
    told = divisions_program(office).post("/registers/職員/imports", content=body, headers=CSV)

    assert told.status_code == 200
    assert told.json() | {"notices": []} == {
        "register": "職員", "as_of": "2024-03-18", "dry_run": False, "rows": 3, "added": 3, "changed": 0, "ended": 0,
        "tasks_opened": 0, "tasks_changed": 0, "tasks_closed": 0, "notices": [],
    }  # fmt: skip
    assert register_on(office, "staff", TODAY, *COLUMNS) == register_on(other, "staff", TODAY, *COLUMNS)
    assert asked(office, "SELECT sha256, source FROM register_import WHERE register_stem = '職員'") == asked(
        other, "SELECT sha256, source FROM register_import WHERE register_stem = '職員'"
    )
    assert kinds_of_events(office, "register:職員") == ["RegisterImported"]


def test_a_trial_tells_the_same_and_changes_nothing(office: Office) -> None:
    client, body = divisions_program(office), csv_text(STAFF).encode()
    before = everything_in(office)

    trial = client.post("/registers/職員/imports?dry_run=true", content=body, headers=CSV).json()

    assert everything_in(office) == {**before, "api_token": everything_in(office)["api_token"]}
    real = client.post("/registers/職員/imports", content=body, headers=CSV).json()
    assert trial | {"dry_run": False} == real


def test_one_bad_row_refuses_the_file_and_each_bad_cell_is_named(office: Office) -> None:
    rows = [*STAFF, a_row("職員", 職員番号="40001", 採用日="昨日"), a_row("職員", 職員番号="40002", 氏名="")]
    client = divisions_program(office)

    told = problem(client.post("/registers/職員/imports", content=csv_text(rows).encode(), headers=CSV))

    assert told["status"] == 422
    assert {one["field"] for one in told["errors"]} == {"5行目 採用日", "6行目 氏名"}
    assert register_on(office, "staff", TODAY, *COLUMNS) == []
    assert kinds_of_events(office, "register:職員") == []


def test_a_workbook_is_read_by_its_name_or_its_kind(office: Office, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "b.xlsx")
    sheet = book.add_worksheet()
    for number, row in enumerate([list(STAFF[0]), *(list(row.values()) for row in STAFF)]):
        sheet.write_row(number, 0, row)
    book.close()
    client, body = divisions_program(office), (tmp_path / "b.xlsx").read_bytes()

    by_kind = client.post("/registers/職員/imports?dry_run=true", content=body, headers=XLSX)
    octets = {"content-type": "application/octet-stream"}
    by_name = client.post("/registers/職員/imports?name=職員.xlsx", content=body, headers=octets)

    assert (by_kind.json()["rows"], by_name.json()["added"]) == (3, 3)


@pytest.mark.parametrize(
    ("path", "headers", "body", "status", "words"),
    [
        ("職員/imports?name=組織.csv", CSV, b"x", 422, "ファイル名は「職員.csv」か"),
        ("職員/imports?name=../職員.csv", CSV, b"x", 422, "ファイル名は「職員.csv」か"),
        ("職員/imports?name=/tmp/職員.csv", CSV, b"x", 422, "ファイル名は「職員.csv」か"),
        ("職員/imports?name=..\\職員.csv", CSV, b"x", 422, "ファイル名は「職員.csv」か"),
        ("職員/imports?name=職員.exe", CSV, b"x", 422, "ファイル名は「職員.csv」か"),
        ("職員/imports?name=" + "職" * 101, CSV, b"x", 422, "errors"),
        ("職員/imports?as_of=明日", CSV, b"x", 422, "errors"),
        ("職員/imports?dryrun=true", CSV, b"x", 422, "errors"),
        ("職員/imports?dry_run=1", CSV, b"x", 422, "errors"),
        ("職員/imports", {"content-type": "image/png"}, b"x", 415, "text/csv"),
        ("職員/imports", {}, b"x", 415, "text/csv"),
        ("職員/imports", CSV, b"", 422, "空のファイル"),
        ("職員/imports", CSV, b"\x00" * 100, 422, "職員.csv"),
        ("職員/imports", XLSX, b"PK\x03\x04", 422, "Excel"),
        ("職員/imports", CSV, csv_text([STAFF[0]]).partition("\n")[0].encode() + b"\n", 422, "行"),
        ("名簿/imports", CSV, b"x", 404, "名簿"),
    ],
)
def test_what_is_no_register_file_is_refused_in_a_sentence(
    office: Office, path: str, headers: dict[str, str], body: bytes, status: int, words: str
) -> None:
    told = problem(divisions_program(office).post(f"/registers/{path}", content=body, headers=headers))

    assert told["status"] == status
    assert words in told["detail"]
    assert register_on(office, "staff", TODAY, *COLUMNS) == []


def test_a_register_file_may_be_larger_than_other_bodies_up_to_the_offices_limit(tmp_path: Path) -> None:
    office = an_office(tmp_path, "[limits]\nfile_mb = 2\n")
    client = divisions_program(office)

    for size, status in ((1_500_000, 422), (3 << 20, 413)):
        told = problem(client.post("/registers/職員/imports", content=b"x" * size, headers=CSV))
        assert told["status"] == status


def test_nobody_but_the_division_sends_registers_and_nothing_is_kept_of_what_others_send(office: Office) -> None:
    auditor = program(office, a_token(office, TokenRole.AUDITOR, TokenScope.READ))

    refused = auditor.post("/registers/職員/imports", content=csv_text(STAFF).encode(), headers=CSV)

    assert problem(refused)["status"] == 403
    assert register_on(office, "staff", TODAY, *COLUMNS) == []
