"""What every answer carries, whoever asks: headers, no foreign host, no trace, the banner of an example office."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from tests.builders import an_issued_report
from tests.web.situations import division
from tracker.clock import set_clock
from tracker.office import Office, open_office
from tracker.storage.outbox import QueuedLetter

PAGES = (
    "/", "/calendar", "/timeline", "/handovers", "/findings",
    "/tasks", "/checks", "/flags", "/registers", "/registers/組織", "/letters", "/letters/1", "/jobs",
    "/reports", "/reports/1", "/letters/print", "/forecast", "/submissions/x", "/departments/x", "/nothing",
)  # fmt: skip
SCRIPTS = ('src="/static/vendor/htmx/htmx.min.js?v=4.0.1"', 'src="/static/zesei.js"')
PAPERS = ("/letters/1/html", "/reports/1/page")


def test_every_page_forbids_foreign_and_inline_scripts_frames_of_others_and_caches(client: TestClient) -> None:
    for page in (*PAGES, "/static/zesei.css", "/reports/1/files/json"):
        headers = client.get(page).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self';" in policy, page
        assert "style-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'self'" in policy
        assert "upgrade-insecure-requests" not in policy
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert "strict-transport-security" not in headers, "an office may have no https"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == ("no-cache" if page.startswith("/static/") else "no-store")


def test_a_letter_and_a_report_are_shown_shut_in_on_both_sides_of_the_frame(client: TestClient) -> None:
    for paper in PAPERS:
        policy = client.get(paper).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert policy.endswith("sandbox")
        frame = paper.rpartition("/")[0]
        assert 'sandbox title="' in client.get(frame).text
        assert f'src="{paper}"' in client.get(frame).text


def test_a_request_under_a_foreign_name_is_refused(client: TestClient) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", ""):
        answer = client.get("/", headers={"host": host})
        assert answer.status_code == 400, host
        assert "期限" not in answer.text

    for host in ("127.0.0.1:8000", "localhost:8000", "[::1]:8000"):
        assert client.get("/", headers={"host": host}).status_code == 200, host


def test_no_page_names_another_host_or_styles_itself_inline(client: TestClient) -> None:
    for page in PAGES:
        text = client.get(page).text
        assert not re.findall(r"""(?:href|src|action)=["'](?!/|#)[^"']*""", text), page
        assert not re.findall(r"""https?://|["']//""", text), page
        assert not re.findall(r"\sstyle=|<style|\son\w+=|hx-on|js:", text), page
        assert set(re.findall(r"<script[^>]*>[^<]*", text)) == {f"<script {source} defer>" for source in SCRIPTS}, page

    assert "url(" not in client.get("/static/zesei.css").text


def test_a_copied_file_is_kept_by_the_browser_and_our_own_is_asked_for_again(client: TestClient) -> None:
    page = client.get("/").text
    files = re.findall(r'(?:href|src)="(/static/[^"]+)', page)

    assert len(files) == 6
    for file in files:
        answer = client.get(file)
        assert answer.status_code == 200, file
        is_copy = file.startswith("/static/vendor/")
        assert answer.headers["cache-control"] == ("public, max-age=2592000" if is_copy else "no-cache"), file
        assert re.search(r"\?v=[\d.]+$", file) or not is_copy
        again = client.get(file, headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
    assert client.get("/static/vendor/nothing.js").status_code == 404


def test_nothing_is_changed_through_a_page(client: TestClient) -> None:
    for page in ("/", "/tasks", "/letters/1", "/jobs"):
        for method in ("POST", "PUT", "DELETE"):
            assert client.request(method, page).status_code == 405

    for page in ("/docs", "/redoc", "/openapi.json"):
        assert client.get(page).status_code == 404


def test_every_page_of_an_example_office_says_so_with_its_time(client: TestClient) -> None:
    for page in PAGES:
        text = client.get(page).text
        assert "お試し用の事務所です。時計は令和6年3月18日 8:00から始まり、進んでいます（いま " in text, page


def test_an_office_on_the_machines_clock_carries_no_banner(tmp_path: Path) -> None:
    client = division(open_office(None, tmp_path))

    assert "お試し用" not in client.get("/").text


def test_trouble_inside_gets_our_own_page_without_a_trace(office: Office) -> None:
    client = division(office, raise_server_exceptions=False)
    with office.store.transaction() as records:
        records.connection.exec_driver_sql("ALTER TABLE task RENAME TO lost")

    answer = client.get("/tasks")

    assert answer.status_code == 500
    assert "表示できませんでした" in answer.text
    assert "Traceback" not in answer.text
    assert "task" not in answer.text.partition("<h1>")[2]
    assert "script-src 'self';" in answer.headers["content-security-policy"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An example office with one letter and one report, each carrying what must not act."""
    set_clock(tmp_path, "Asia/Tokyo", datetime(2024, 3, 18, 8, tzinfo=ZoneInfo("Asia/Tokyo")))
    office = open_office(None, tmp_path)
    now, today, page = datetime(2024, 3, 17, 23, tzinfo=UTC), date(2024, 3, 18), "<script>alert(1)</script>"
    letter = QueuedLetter("k", "reminder", None, ("a@b.example",), (), "件名", "本文", page, "<1@b>", today, now)
    with office.store.transaction() as records:
        records.outbox.queue(letter)
        records.reports.issue(an_issued_report(today, now, {}, page))
    return office


@pytest.fixture
def client(office: Office) -> Iterator[TestClient]:
    with division(office) as client:
        yield client
