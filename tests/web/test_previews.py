"""Guidance from a council paper or a spreadsheet: looked over first, accepted as seen, and by nobody else."""

import io
import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.builders import a_row, asked, csv_text, everything_in
from tests.web.situations import an_office, auditor, division, member, signed_in
from tests.web.situations import words_of as closed_up
from tracker.clock import set_clock
from tracker.domain.accounts import Account, Role
from tracker.office import Office, open_office

PAPER = Path(__file__).parents[1] / "papers" / "example-city.txt"
NOVEMBER = datetime(2024, 11, 1, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
FINDINGS, PLANS = "指導事項.csv", "改善策.csv"
Sent = tuple[str, bytes]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office_in_november(tmp_path)


@pytest.fixture
def client(office: Office) -> TestClient:
    return division(office)


def an_office_in_november(folder: Path, at: datetime = NOVEMBER) -> Office:
    """After the day of the example city's paper."""
    an_office(folder)
    return whose_clock_shows(folder, at)


def whose_clock_shows(folder: Path, at: datetime) -> Office:
    set_clock(folder / "data", "Asia/Tokyo", at, pace=0)
    return open_office(folder / "config.toml", folder / "data")


def send(client: TestClient, *files: Sent, as_of: str = "") -> Response:
    parts = [("files", (name, content, "application/octet-stream")) for name, content in files]
    return client.post("/previews", data={"as_of": as_of}, files=parts or [("files", ("", b"", ""))])


def look(client: TestClient, *files: Sent, as_of: str = "") -> str:
    """Where the preview of the files is."""
    answer = send(client, *files, as_of=as_of)
    assert answer.status_code == 303, words_of(answer.text)
    return answer.headers["location"]


def words_of(page: str) -> str:
    """What a reader sees, the cells of a table apart."""
    return closed_up(re.sub(r"</t[dh]>", " ", page))


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the page's accepting form."""
    form = page[page.index('action="/acceptances"') :]
    return {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}


def accept(client: TestClient, where: str, **changes: str) -> Response:
    return client.post("/acceptances", data=form_of(client.get(where).text) | changes)


def kept_in(office: Office) -> list[Path]:
    """The files that wait, each named by its hash."""
    return [path for path in (office.data_dir / "uploads").glob("??/*") if path.is_file()]


def the_paper() -> Sent:
    return "審議会資料.txt", PAPER.read_bytes()


def findings_csv(*numbers: str, **cells: str) -> Sent:
    rows = [a_row("指導事項", 指導番号=number, 所属コード="0303", **cells) for number in numbers]
    return FINDINGS, csv_text(rows).encode()


def plans_csv(*rows: dict[str, str]) -> Sent:
    return PLANS, csv_text([a_row("改善策", 所属コード="0303", **row) for row in rows]).encode()


def findings_of(office: Office) -> list[tuple[object, ...]]:
    names = "finding_no, law, clause_printed, clause, subject, gist, department_code, given_on, valid_from, valid_to"
    return asked(office, f"SELECT {names} FROM finding_version ORDER BY 1, begun_by")


def tasks_of(office: Office) -> list[tuple[object, ...]]:
    names = "key, title, body, department_code, deadline, deadline_printed, opened_on, completed_on, closing_note"
    return asked(office, f"SELECT {names} FROM task ORDER BY key")


# ---- the council paper


def test_a_paper_is_shown_before_it_is_taken_in_and_nothing_is_written_until_then(
    office: Office, client: TestClient
) -> None:
    before = everything_in(office)

    where = look(client, the_paper())
    page = words_of(client.get(where).text)

    assert everything_in(office) == before
    assert "指導事項を4件登録し、改善策を14件登録します。" in page
    assert "R6.10.22-1(2)" in page
    assert "11月末まで 令和6年11月30日（土）" in page
    assert "2(1) の所管課「情報政策課」は台帳「組織」にありません" in page
    assert "2(2) の条項「当市の手引第9章の規程」は条項一覧にありません" in page


def test_a_paper_that_is_accepted_gives_what_the_command_gives(tmp_path: Path) -> None:
    by_upload = an_office_in_november(tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    by_command = open_office(tmp_path / "b" / "config.toml", tmp_path / "b" / "data")
    client = division(by_upload)

    answer = accept(client, look(client, the_paper()))
    command = [sys.executable, "-m", "jobs", "--config", tmp_path / "b/config.toml", "--data-dir", tmp_path / "b/data"]
    subprocess.run([*command, "import", PAPER], check=True, capture_output=True, cwd=tmp_path)

    assert answer.status_code == 303
    assert findings_of(by_upload) == findings_of(by_command) != []
    assert tasks_of(by_upload) == tasks_of(by_command) != []
    assert len(tasks_of(by_upload)) == 14


def test_a_paper_that_is_in_already_says_that_nothing_would_change(client: TestClient) -> None:
    accept(client, look(client, the_paper()))

    page = client.get(look(client, the_paper())).text

    assert "取り込んでも何も変わりません" in page
    assert "/acceptances" not in page


def test_a_paper_of_a_day_to_come_is_refused(tmp_path: Path) -> None:
    client = division(an_office_in_november(tmp_path, NOVEMBER - timedelta(days=60)))

    page = client.get(look(client, the_paper()))

    assert page.status_code == 422
    assert "資料の日付（令和6年10月22日）が今日より後です" in words_of(page.text)


# ---- spreadsheets


def test_a_spreadsheet_and_its_measures_are_taken_in_together(office: Office, client: TestClient) -> None:
    files = findings_csv("R6-1", 指導日="R6.9.2"), plans_csv({"指導番号": "R6-1", "枝番": "1", "期限": "11月末まで"})
    where = look(client, *files)
    assert "11月末まで 令和6年11月30日（土）" in words_of(client.get(where).text)

    answer = accept(client, where)

    assert answer.headers["location"] == "/findings/R6-1"
    (task,) = tasks_of(office)
    assert (task[0], task[4], task[5]) == ("finding:R6-1/1", "2024-11-30", "11月末まで")


def test_what_an_import_leaves_as_it_is_is_not_spoken_of(client: TestClient) -> None:
    accept(client, look(client, findings_csv("R6-1")))

    page = words_of(client.get(look(client, findings_csv("R6-1", 件名="記録媒体"))).text)

    assert "取り込むと、指導事項を1件変更します。" in page


def test_a_workbook_is_read_as_well(office: Office, client: TestClient) -> None:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    sheet = book.add_worksheet()
    row = a_row("指導事項", 指導番号="R6-7")
    sheet.write_row(0, 0, list(row))
    sheet.write_row(1, 0, list(row.values()))
    book.close()

    accept(client, look(client, ("指導事項.xlsx", written.getvalue())))

    assert [row[0] for row in findings_of(office)] == ["R6-7"]


def test_a_full_export_that_lacks_a_finding_says_which_would_end(client: TestClient) -> None:
    accept(client, look(client, findings_csv("R6-1", "R6-2")))

    page = words_of(client.get(look(client, findings_csv("R6-2"))).text)

    assert "終了する指導事項 1件" in page
    assert "R6-1 操作権限" in page


def test_every_bad_row_is_shown_with_row_column_and_value(office: Office, client: TestClient) -> None:
    rows = [{"指導番号": "R6-1", "枝番": "1", "期限": "来春ごろ"}, {"指導番号": "R6-1", "枝番": "2", "状態": "半分"},
            {"指導番号": "R6-9", "枝番": "1"}, {"指導番号": "", "枝番": "4"}]  # fmt: skip
    before = everything_in(office)

    answer = client.get(look(client, findings_csv("R6-1"), plans_csv(*rows)))
    page = words_of(answer.text)

    assert answer.status_code == 422
    assert everything_in(office) == before
    assert "改善策.csv 2 期限 来春ごろ 「来春ごろ」は日付として読めません" in page
    assert "改善策.csv 3 状態 半分 「半分」は使えません" in page
    assert "改善策.csv 4 指導番号 R6-9 「R6-9」は台帳「指導事項」にありません" in page
    assert "改善策.csv 5 指導番号 空欄です" in page
    assert "/acceptances" not in answer.text


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (("写真.png", b"\x89PNG"), "「写真.png」は、ここでは取り込めません"),
        (("職員.csv", b"a"), "「職員.csv」は、ここでは取り込めません"),
        (("空.txt", b""), "「空.txt」は空のファイルです"),
        (("指導事項.csv", b"x" * ((10 << 20) + 1)), "「指導事項.csv」は大きすぎます（11 MB、上限 10 MB）"),
    ],
)
def test_a_wrong_file_is_refused_beside_the_field(client: TestClient, file: Sent, said: str) -> None:
    answer = send(client, file)

    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert 'id="wrong-files"' in answer.text


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (("議事録.txt", "本日は晴天なり。".encode()), "見出しとする表がありません"),
        (("指導事項.xlsx", b"PK\x03\x04 no"), "Excel ブック（xlsx）ではありません"),
        (("指導事項.csv", "名前,色\n犬,白\n".encode()), "列「指導番号」「法律」"),
        (("指導事項.csv", b"\xff\xff\xff\x81"), "文字コードを読み取れません"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_on_its_preview(
    client: TestClient, file: Sent, said: str
) -> None:
    answer = client.get(look(client, file))

    assert answer.status_code == 422
    assert said in words_of(answer.text)


@pytest.mark.parametrize(("as_of", "said"), [("きのう", "日付として読めません"), ("R6.11.2", "今日より後の日です")])
def test_a_day_that_cannot_be_is_refused_beside_its_field_with_what_was_typed(
    client: TestClient, as_of: str, said: str
) -> None:
    answer = send(client, the_paper(), as_of=as_of)

    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert f'value="{as_of}"' in answer.text


def test_no_file_or_too_many_are_refused(client: TestClient) -> None:
    assert "ファイルを選んでください" in send(client).text
    assert "一度に送れるのは2件まで" in send(client, the_paper(), the_paper(), the_paper()).text


# ---- nothing but what was seen


def test_a_preview_cannot_be_opened_or_accepted_by_another_account(office: Office, client: TestClient) -> None:
    where = look(client, the_paper())
    form = form_of(client.get(where).text)
    other = signed_in(office, Account("other", "情報管理課　職員０７", Role.DIVISION))

    assert other.get(where).status_code == 404
    assert other.post("/acceptances", data=form | {"csrf_token": other.token}).status_code == 404
    assert findings_of(office) == []


@pytest.mark.parametrize("field", ["token", "files", "stamp"])
def test_a_form_that_was_tampered_with_takes_nothing_in(office: Office, client: TestClient, field: str) -> None:
    where = look(client, the_paper())
    value = form_of(client.get(where).text)[field]

    answer = accept(client, where, **{field: value[:-2] + ("aa" if value[-2:] != "aa" else "bb")})

    assert answer.status_code in (404, 409)
    assert findings_of(office) == []


def test_a_file_that_was_exchanged_after_it_was_seen_is_not_taken_in(office: Office, client: TestClient) -> None:
    where = look(client, findings_csv("R6-1"))
    form = form_of(client.get(where).text)
    (held,) = kept_in(office)
    held.write_bytes(findings_csv("R6-2")[1])

    answer = client.post("/acceptances", data=form)

    assert answer.status_code == 409
    assert "確認した後にファイルが変わっています" in words_of(answer.text)
    assert findings_of(office) == []


def test_what_was_seen_is_shown_anew_when_the_records_have_changed_since(office: Office, client: TestClient) -> None:
    where = look(client, findings_csv("R6-1", "R6-2"))
    form = form_of(client.get(where).text)
    accept(client, look(client, findings_csv("R6-1")))
    before = everything_in(office)

    answer = client.post("/acceptances", data=form)

    assert answer.status_code == 409
    assert "確認した後に、ほかの取込みなどで記録が変わりました" in words_of(answer.text)
    assert "指導事項を1件登録" in words_of(answer.text)
    assert everything_in(office) == before
    assert accept(client, where).status_code == 303


def test_a_preview_is_over_after_two_hours_and_its_files_are_removed_with_the_next(tmp_path: Path) -> None:
    office = an_office_in_november(tmp_path)
    where = look(division(office), the_paper())

    later = whose_clock_shows(tmp_path, datetime.now(ZoneInfo("Asia/Tokyo")) + timedelta(hours=5))
    client = division(later)
    assert client.get(where).status_code == 404
    look(client, findings_csv("R6-1"))

    assert [path.read_bytes() for path in kept_in(office)] == [findings_csv("R6-1")[1]]


def test_a_name_that_would_lead_elsewhere_is_kept_in_the_folder(office: Office, client: TestClient) -> None:
    page = client.get(look(client, ("../../../../外へ.txt", PAPER.read_bytes()))).text

    assert "外へ.txt" in page
    assert "../外へ.txt" not in page
    assert [path.read_bytes() for path in kept_in(office)] == [PAPER.read_bytes()]
    assert list(office.data_dir.parent.rglob("*.txt")) == []


def test_only_the_division_sends_files(office: Office) -> None:
    for client in (auditor(office), member(office)):
        assert client.get("/previews/new").status_code == 403
        assert send(client, the_paper()).status_code == 403
    assert kept_in(office) == []
