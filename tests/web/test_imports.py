"""Register files uploaded on the screen: what would change is shown first, and nothing changes until somebody accepts it."""

import time
import zipfile
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.builders import a_file, a_row, csv_text, register_on, take
from tests.web.situations import (
    NINE,
    TODAY,
    an_office,
    auditor,
    division,
    everything_but_sign_ins,
    kinds_of_events,
    member,
    words_of,
)
from tracker.clock import set_clock
from tracker.domain.registers import ABSENCE, FINDING, Register
from tracker.domain.uploads import KEPT, Upload, UploadedFile, UploadState
from tracker.office import Office, open_office
from tracker.uploads.working import UploadWorker

STAFF_ROWS = [a_row("職員", 職員番号=f"{n:05d}", 氏名=f"職員{n}") for n in range(20)]


def sent(browser: TestClient, *files: tuple[str, bytes], **fields: str) -> Response:
    """The form with files."""
    return browser.post("/imports", data=fields, files=[("files", file) for file in files])


def looked_at(browser: TestClient, answer: Response) -> str:
    """The page of an upload, once it moves no more."""
    assert answer.status_code == 303, answer.text
    for _ in range(200):
        page = browser.get(answer.headers["location"])
        if "refresh" not in page.headers:
            return page.text
        time.sleep(0.05)
    raise AssertionError(page.text)


def accepted(browser: TestClient, answer: Response, page: str, **fields: str) -> Response:
    """The button 取り込む."""
    version = page.partition('name="version" value="')[2].partition('"')[0]
    return browser.post(f"{answer.headers['location']}/acceptances", data={"version": version} | fields)


def a_csv(stem: str, *rows: dict[str, str], encoding: str = "utf-8") -> tuple[str, bytes]:
    return f"{stem}.csv", csv_text(rows).encode(encoding)


def test_nothing_is_written_before_it_is_accepted_and_then_just_what_was_shown(office: Office) -> None:
    browser = division(office)
    rows = [*STAFF_ROWS[1:], a_row("職員", 職員番号="90001", 氏名="職員９０")]
    rows[0] = rows[0] | {"氏名": "職員１改"}
    before = register_on(office, "staff", TODAY, "*")

    answer = sent(browser, a_csv("職員", *rows, encoding="cp932"))
    page = looked_at(browser, answer)

    assert "まだ取り込んでいません" in page
    assert "<td>職員1</td><td>職員１改</td>" in page
    assert "90001" in page
    assert register_on(office, "staff", TODAY, "*") == before
    page = looked_at(browser, accepted(browser, answer, page))
    assert "取り込みました" in page
    assert register_on(office, "staff", TODAY, "staff_no", "name") == sorted(
        (row["職員番号"], row["氏名"]) for row in rows
    )
    with office.store.reading() as records:
        event = records.events.about("register:職員")[0]
    assert (event.by, event.facts["added"], event.facts["changed"], event.facts["ended"]) == ("情報管理課", 1, 1, 1)


def test_several_files_are_taken_in_together_as_of_the_day_that_was_typed(office: Office) -> None:
    browser = division(office)
    files = [a_csv("システム", a_row("システム")), a_csv("アカウント", a_row("アカウント", 職員番号="00001"))]

    answer = sent(browser, *files, as_of="令和6年3月1日")
    looked_at(browser, accepted(browser, answer, looked_at(browser, answer)))

    assert register_on(office, "account", date(2024, 3, 1), "user_id", "state") == [("sf0221", "有効")]
    assert register_on(office, "account", date(2024, 2, 29), "user_id", "state") == []


def test_all_bad_rows_of_all_files_are_listed_with_row_column_and_value(office: Office) -> None:
    before = everything_but_sign_ins(office)
    browser = division(office)
    bad = [
        a_csv("職員", a_row("職員", 採用日="令和6年2月30日")),
        a_csv("システム", a_row("システム", 特定個人情報="はてな")),
    ]

    page = words_of(looked_at(browser, sent(browser, *bad)))

    assert "職員.csv2採用日令和6年2月30日" in page
    assert "システム.csv2特定個人情報はてな" in page
    assert without_uploads(everything_but_sign_ins(office)) == without_uploads(before)


def test_a_large_loss_stands_out_and_asks_for_a_tick(office: Office) -> None:
    browser = division(office)
    answer = sent(browser, a_csv("職員", *STAFF_ROWS[:13]))
    page = looked_at(browser, answer)

    assert "3割の行が終了します" in page
    refused = accepted(browser, answer, page)
    assert (refused.status_code, "印を付けてください" in refused.text) == (422, True)
    assert len(register_on(office, "staff", TODAY, "staff_no", "name")) == 20
    looked_at(browser, accepted(browser, answer, page, sure="1"))
    assert len(register_on(office, "staff", TODAY, "staff_no", "name")) == 13


def test_what_changed_after_the_preview_is_shown_again_instead_of_taken_in(office: Office, tmp_path: Path) -> None:
    browser = division(office)
    answer = sent(browser, a_csv("職員", *STAFF_ROWS[1:]))
    page = looked_at(browser, answer)
    take(office, a_file(tmp_path, "職員", *STAFF_ROWS[:18]), on=TODAY)

    page = looked_at(browser, accepted(browser, answer, page))

    assert "確かめた後に台帳が変わったので" in page
    assert len(register_on(office, "staff", TODAY, "staff_no", "name")) == 18
    assert "取り込みました" in looked_at(browser, accepted(browser, answer, page))


def test_a_stale_page_and_a_double_click_take_nothing_in_twice(office: Office) -> None:
    browser = division(office)
    answer = sent(browser, a_csv("職員", *STAFF_ROWS[1:]))
    page = looked_at(browser, answer)
    looked_at(browser, accepted(browser, answer, page))

    assert accepted(browser, answer, page).status_code == 409
    assert kinds_of_events(office, "register:職員") == ["RegisterImported"] * 2


def test_files_altered_on_disk_or_gone_are_not_taken_in(office: Office) -> None:
    browser = division(office)
    for harm in (lambda path: path.write_bytes(b"x"), lambda path: path.unlink()):
        answer = sent(browser, a_csv("職員", *STAFF_ROWS[1:]))
        page = looked_at(browser, answer)
        (kept,) = (office.data_dir / "uploads").glob("??/*")
        harm(kept)
        assert "もう一度送ってください" in looked_at(browser, accepted(browser, answer, page))
    assert len(register_on(office, "staff", TODAY, "staff_no", "name")) == 20


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("社員.csv", b"a,b", "取り込める台帳ではありません"),
        ("../../etc/passwd", b"a,b", "「passwd」は取り込める台帳ではありません"),
        ("資料.txt", b"a", "取り込める台帳ではありません"),
        ("職員.csv", b"", "空のファイルです"),
    ],
)
def test_a_file_that_cannot_be_one_is_refused_beside_its_field(
    office: Office, name: str, content: bytes, sentence: str
) -> None:
    answer = sent(division(office), (name, content), as_of="R6.3.1")

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="R6.3.1"' in answer.text
    assert not list((office.data_dir / "uploads").glob("??/*"))


def a_bomb() -> bytes:
    """An Excel file that unpacks to two gigabytes."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(1100):
                sheet.write(b"\0" * (1 << 20))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("職員.csv", b"MZ\x90\0" + b"\0" * 600, "中身はプログラム（exe）です"),
        ("職員.xlsx", b"MZ\x90\0", "Excel ブック（xlsx）ではありません"),
        ("職員.xlsx", a_bomb, "上限 1024 MB を超えます"),
        ("職員.csv", "職員番号,氏名\n1,山\n".encode() + b"\x81 \x81", "文字コードを読み取れません"),
        ("職員.csv", "職員番号,氏名\n1,山\n".encode(), "列「所属コード」"),
        ("職員.csv", csv_text([a_row("職員")]).splitlines()[0].encode(), "データの行がありません"),
    ],
)
def test_bad_content_gets_a_sentence(office: Office, name: str, content: object, sentence: str) -> None:
    browser = division(office)
    page = looked_at(browser, sent(browser, (name, content() if callable(content) else content)))  # type: ignore[arg-type]

    assert sentence in page
    assert "--allow-empty" not in page
    assert len(register_on(office, "staff", TODAY, "staff_no", "name")) == 20


@pytest.mark.parametrize(("noun", "register"), [("休業", ABSENCE), ("指導事項", FINDING)])
def test_a_first_file_of_headings_alone_is_taken_once_somebody_says_yes(
    office: Office, noun: str, register: Register
) -> None:
    browser, file = division(office), (f"{noun}.csv", csv_text([a_row(noun)]).splitlines()[0].encode())
    answer = sent(browser, file)
    page = looked_at(browser, answer)

    assert "データの行がありません。まだ何もない台帳として取り込みます。" in page
    assert accepted(browser, answer, page).status_code == 303
    looked_at(browser, answer)

    with office.store.reading() as records:
        assert records.versions(register).newest_import(TODAY) is not None


def test_headings_alone_are_refused_where_the_register_holds_rows(office: Office) -> None:
    browser = division(office)
    answer = sent(browser, a_csv("休業", a_row("休業", 職員番号="00001")))
    accepted(browser, answer, looked_at(browser, answer))
    looked_at(browser, answer)

    page = looked_at(browser, sent(browser, ("休業.csv", csv_text([a_row("休業")]).splitlines()[0].encode())))

    assert "データの行がありません。空の台帳として" in page


def test_what_is_no_day_no_file_or_too_much_is_refused(office: Office) -> None:
    browser = division(office)
    file = a_csv("職員", *STAFF_ROWS)

    assert "日付として読めません" in sent(browser, file, as_of="きのう").text
    assert "ファイルを選んでください" in browser.post("/imports", data={"as_of": ""}).text
    assert "二つあります" in sent(browser, file, file).text
    announced = {"content-length": str(1 << 30), "content-type": "multipart/form-data; boundary=x"}
    assert browser.post("/imports", content=b"x", headers=announced).status_code == 413


def test_only_the_division_uploads_and_an_auditor_watches(office: Office) -> None:
    browser = division(office)
    answer = sent(browser, a_csv("職員", *STAFF_ROWS[1:]))
    page = looked_at(browser, answer)

    for other in (auditor(office), member(office)):
        assert sent(other, a_csv("職員", *STAFF_ROWS)).status_code == 403
        assert accepted(other, answer, page).status_code == 403
        assert other.post(f"{answer.headers['location']}/abandonments").status_code == 403
    assert "<form" not in auditor(office).get("/imports").text.partition("<main")[2]
    assert "acceptances" not in auditor(office).get(answer.headers["location"]).text
    assert member(office).get("/imports").status_code == 403
    assert browser.get("/imports/999").status_code == browser.get("/imports/x").status_code == 404


def test_an_upload_given_up_changes_nothing_and_cannot_be_taken_in(office: Office) -> None:
    browser = division(office)
    answer = sent(browser, a_csv("職員", *STAFF_ROWS[1:]))
    page = looked_at(browser, answer)

    browser.post(f"{answer.headers['location']}/abandonments")

    assert "取りやめました" in browser.get(answer.headers["location"]).text
    assert accepted(browser, answer, page).status_code == 409
    assert len(register_on(office, "staff", TODAY, "staff_no", "name")) == 20


def test_a_preview_that_nobody_accepts_is_cleared_away_with_its_files(office: Office) -> None:
    import os

    browser = division(office)
    answer = sent(browser, a_csv("職員", *STAFF_ROWS[1:]))
    looked_at(browser, answer)
    (kept,) = (office.data_dir / "uploads").glob("??/*")
    os.utime(kept, (0, 0))

    UploadWorker(office).tidy()
    assert kept.exists()
    set_clock(office.data_dir, "Asia/Tokyo", NINE + KEPT + timedelta(minutes=1), pace=0)
    later = open_office(None, office.data_dir)
    UploadWorker(later).tidy()

    assert not kept.exists()
    assert "3日の間に取り込まれなかった" in division(later).get(answer.headers["location"]).text


def test_work_that_a_killed_process_left_is_taken_up_again(office: Office) -> None:
    browser = division(office)
    answer = sent(browser, a_csv("職員", *STAFF_ROWS[1:]))
    page = looked_at(browser, answer)
    with office.store.transaction() as records:
        (upload,) = records.uploads.newest(1)
        records.uploads.move(upload, UploadState.IMPORTING, NINE, accepted_by="情報管理課")
    assert "refresh" in division(office).get(answer.headers["location"]).headers

    again = division(office)
    again.app.state.uploads.take_up_again()  # type: ignore[attr-defined]

    assert "取り込みました" in looked_at(again, answer)
    assert len(register_on(office, "staff", TODAY, "staff_no", "name")) == 19
    assert page


def test_one_upload_waits_for_another(office: Office) -> None:
    with office.store.transaction() as records:
        files = (UploadedFile("職員.csv", "0" * 64, 1),)
        for state in (UploadState.IMPORTING, UploadState.WAITING, UploadState.WAITING):
            records.uploads.add(Upload(state, TODAY, files, NINE, "情報管理課", NINE))

    with office.store.transaction() as records:
        assert records.uploads.claim(NINE) is None
        (running,) = records.uploads.in_state([UploadState.IMPORTING])
        assert records.uploads.move(running, UploadState.DONE, NINE) is not None
        assert records.uploads.move(running, UploadState.DONE, NINE) is None
        claimed = records.uploads.claim(NINE)
        assert claimed is not None
        assert (claimed.id, claimed.state) == (2, UploadState.EXAMINING)
        assert records.uploads.claim(NINE) is None


def without_uploads(everything: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is in the database beside the uploads."""
    return {name: rows for name, rows in everything.items() if name != "upload"}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office that knows twenty people."""
    office = an_office(tmp_path)
    take(office, a_file(tmp_path / "first", "職員", *STAFF_ROWS), on=date(2024, 2, 1))
    return office
