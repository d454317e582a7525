"""A report that somebody asked for on the pages: issued by the scheduler, its files kept, its editions told apart."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from jobs.registry import runner_of
from jobs.reports.kinds import KINDS
from tests.builders import an_issued_report
from tests.jobs.situations import a_task, at, given_tasks, rows
from tests.web.situations import DISABILITY, TODAY, an_office, auditor, division, member, words_of
from tests.web.situations import Browser as Visitor
from tracker.office import Office
from tracker.web.words import REPORTS

FRIDAY = TODAY - timedelta(days=3)
QUESTION = {"kind": "weekly", "day": "R6.3.15", "department": ""}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with two tasks that were open on Friday."""
    office = an_office(tmp_path)
    given_tasks(
        office,
        a_task("T1", deadline=FRIDAY - timedelta(days=9), department=DISABILITY, opened_on=date(2024, 2, 1)),
        a_task("T2", deadline=TODAY, opened_on=date(2024, 3, 1)),
    )
    yield office
    office.store.engine.dispose()


@pytest.fixture
def client(office: Office) -> Iterator[Visitor]:
    with division(office) as client:
        yield client


def tick(office: Office, minute: int = 1) -> None:
    """The scheduler's next minute."""
    runner_of(office).tick(at(TODAY, time(9, minute)), ["requested_reports"])


def test_a_report_of_a_past_day_is_asked_for_made_and_opened(office: Office, client: Visitor) -> None:
    answer = client.post("/reports", data=QUESTION)
    assert (answer.status_code, answer.headers["location"]) == (303, "/reports#asked")
    assert "週次報告（令和6年3月15日（金））を作っています。" in words_of(client.get("/reports").text)

    tick(office)

    page = client.get("/reports").text
    assert "週次報告（令和6年3月15日）を発行しました。" in words_of(page)
    assert "作っています" not in page
    shown = client.get("/reports/1").text
    assert "令和6年3月15日（金）" in shown
    assert "個人情報保護に係る対応状況（週次報告）" in client.get("/reports/1/page").text
    for form in ("pdf", "xlsx", "json"):
        file = client.get(f"/reports/1/files/{form}")
        kept = (office.data_dir / "reports" / f"weekly-2024-03-15.{form}").read_bytes()
        assert file.status_code == 200
        if form != "json":
            assert file.content == kept
        assert "filename*=UTF-8''%E9%80%B1%E6%AC%A1%E5%A0%B1%E5%91%8A" in file.headers["content-disposition"]
    assert rows(office, "SELECT kind, on_day, outcome, report_id FROM report_request") == [
        ("weekly", "2024-03-15", "done", 1)
    ]


def test_a_part_of_the_report_is_made_for_one_department(office: Office, client: Visitor) -> None:
    client.post("/reports", data=QUESTION | {"department": DISABILITY})
    tick(office)

    page = client.get("/reports/1/page").text
    assert "障害者福祉課の分" in page
    assert rows(office, "SELECT json_extract(facts, '$.totals.open') FROM issued_report") == [(1,)]


def test_two_clicks_are_one_request_and_one_report(office: Office, client: Visitor) -> None:
    for _ in range(2):
        assert client.post("/reports", data=QUESTION).status_code == 303
    tick(office)
    tick(office)

    assert rows(office, "SELECT COUNT(*) FROM report_request") == [(1,)]
    assert rows(office, "SELECT COUNT(*) FROM issued_report") == [(1,)]


def test_asked_again_it_says_that_nothing_differs_or_shows_what_does(office: Office, client: Visitor) -> None:
    client.post("/reports", data=QUESTION)
    tick(office)
    client.post("/reports", data=QUESTION)
    tick(office, 2)
    assert "第1版を発行済みで、内容は今の記録と同じです。" in words_of(client.get("/reports").text)

    given_tasks(office, a_task("T3", deadline=FRIDAY, opened_on=FRIDAY))  # entered today for last Friday
    client.post("/reports", data=QUESTION)
    tick(office, 3)

    assert "第2版を発行しました。" in words_of(client.get("/reports").text)
    page = words_of(client.get("/reports/2").text)
    assert "第1版との違い" in page
    assert "合計（open）: 2 → 3" in page
    assert "T3の是正" in page
    assert rows(office, "SELECT edition, json_extract(facts, '$.totals.open') FROM issued_report") == [(1, 2), (2, 3)]


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("R6.3.19", "今日までの日にしてください。"), ("R6.2.30", "実在しない日付"), ("きのう", "きのう")],
)
def test_a_day_that_cannot_be_is_said_beside_the_field_and_what_was_typed_stays(
    office: Office, client: Visitor, day: str, sentence: str
) -> None:
    answer = client.post("/reports", data=QUESTION | {"day": day})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{day}"' in answer.text
    assert rows(office, "SELECT COUNT(*) FROM report_request") == [(0,)]


@pytest.mark.parametrize("change", [{"kind": "our-wish"}, {"department": "9999"}])
def test_a_report_that_does_not_exist_cannot_be_asked_for(
    office: Office, client: Visitor, change: dict[str, str]
) -> None:
    assert client.post("/reports", data=QUESTION | change).status_code == 422
    assert rows(office, "SELECT COUNT(*) FROM report_request") == [(0,)]


def test_a_day_before_the_first_record_fails_in_a_sentence_and_waits_no_longer(office: Office, client: Visitor) -> None:
    client.post("/reports", data=QUESTION | {"day": "H20.4.1"})
    tick(office)

    page = words_of(client.get("/reports").text)
    assert "平成20年4月1日の時点の記録はありません。最初の記録は" in page
    assert rows(office, "SELECT outcome, waits_for FROM report_request") == [("failed", None)]


def test_a_request_that_a_killed_run_left_is_taken_up_and_made_once(office: Office, client: Visitor) -> None:
    client.post("/reports", data=QUESTION)
    with office.store.transaction() as records:
        run = records.job_runs.start("requested_reports", at(TODAY), TODAY, at(TODAY))
        records.report_requests.begin(run.id)  # and here the process is killed

    runner_of(office).resume(at(TODAY, time(9, 5)), ["requested_reports"])
    tick(office)

    assert rows(office, "SELECT outcome FROM report_request") == [("done",)]
    assert rows(office, "SELECT COUNT(*) FROM issued_report") == [(1,)]


def test_only_the_division_asks_and_who_may_not_see_reports_sees_none(office: Office, client: Visitor) -> None:
    client.post("/reports", data=QUESTION)
    tick(office)

    assert auditor(office).post("/reports", data=QUESTION).status_code == 403
    assert member(office).post("/reports", data=QUESTION).status_code == 403
    assert "報告を作る" not in auditor(office).get("/reports").text
    assert auditor(office).get("/reports/1/files/pdf").status_code == 200
    assert member(office).get("/reports/1/files/pdf").status_code == 403


def test_a_file_that_is_no_longer_what_was_issued_is_not_given_out(office: Office, client: Visitor) -> None:
    client.post("/reports", data=QUESTION)
    tick(office)
    path = office.data_dir / "reports" / "weekly-2024-03-15.pdf"
    issued = rows(office, "SELECT json_extract(files, '$.pdf') FROM issued_report")
    assert issued == [(sha256(path.read_bytes()).hexdigest(),)]

    path.write_bytes(path.read_bytes() + b" ")

    answer = client.get("/reports/1/files/pdf")
    assert answer.status_code == 404
    assert "発行した時のものではありません" in answer.text
    assert client.get("/reports/1/files/exe").status_code == 404
    assert client.get("/reports/1/files/..%2F..%2Fzesei.db").status_code == 404


def test_a_departments_code_leads_to_no_other_folder(tmp_path: Path) -> None:
    names = set()
    for code in ("../../evil", "0303", "..", "a/b", "a_b", "課１", "a" * 300):
        report = replace(an_issued_report(TODAY, at(TODAY), {}), subject=code)
        name = report.file_name("pdf")
        assert (tmp_path / name).parent == tmp_path
        assert len(name) < 120
        names.add(name)
    assert len(names) == 7
    assert "weekly-0303-2024-03-18.pdf" in names


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_of_report_can_be_asked_for_and_comes_in_all_its_formats(
    office: Office, client: Visitor, kind: str
) -> None:
    assert f'value="{kind}"' in client.get("/reports").text
    client.post("/reports", data=QUESTION | {"kind": kind, "day": ""})
    tick(office)

    shown = client.get("/reports/1").text
    assert KINDS[kind].title in words_of(shown)
    for form in KINDS[kind].formats:
        kept = office.data_dir / "reports" / f"{kind}-2024-03-18.{form}"
        assert kept.stat().st_size > 100
        if form != "html":
            assert f"/reports/1/files/{form}" in shown
            assert client.get(f"/reports/1/files/{form}").status_code == 200
    assert client.get("/reports/1/page").status_code == 200
    assert client.get("/reports").status_code == 200


def test_the_pages_know_every_kind_of_report_by_its_own_title() -> None:
    assert {name: kind.title for name, kind in KINDS.items()} == REPORTS
