"""A check's page: its ground, its curve, its exceptions, and a check that is asked for now."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.builders import asked, everything_in
from tests.web.situations import (
    CARE,
    DISABILITY,
    NINE,
    OCCASION,
    TODAY,
    an_office,
    auditor,
    division,
    kinds_of_events,
    member,
    words_of,
)  # fmt: skip
from tracker.domain.flags import CheckState, Flag
from tracker.domain.tasks import Origin, Task
from tracker.office import Office
from tracker.storage.checks import CatalogueEntry, CheckRun

CHECK = "unpublished-files"
TITLE = "ファイル簿の未公表"
GROUND = "個人情報の保護に関する法律第75条第1項 個人情報ファイル簿の作成及び公表"
SEPTEMBER = "R6.9.30"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Two files are flagged since ten days."""
    office = an_office(tmp_path)
    with office.store.transaction() as records:
        entry = CatalogueEntry(CHECK, 1, TITLE, "一つ目の文。\n二つ目の文。\n三つ目の文。", GROUND, ("ファイル簿",))
        records.checks.write_catalogue([entry])
        records.checks.record_run(CheckRun(CHECK, TODAY, CheckState.FLAGGED, 2, 2, ended_at=NINE))
    given_flag(office, "F1")
    given_flag(office, "F2", CARE)
    return office


@pytest.fixture
def client(office: Office) -> TestClient:
    return division(office)


def given_flag(office: Office, subject: str, department: str = DISABILITY, **facts: object) -> None:
    first = TODAY - timedelta(days=10)
    key = f"flag:{CHECK}/{subject}~1"
    flag = Flag(
        CHECK, subject, subject, department, f"{subject}が公表されていません。", date(2024, 5, 7), first, TODAY, key
    )
    task = Task(
        key, Origin.FLAG, f"{CHECK}/{subject}", f"{subject}の公表", "", department, "", date(2024, 5, 7), date(2024, 5, 7),
        "", first,
    )  # fmt: skip
    with office.store.transaction() as records:
        records.flags.raise_all([replace(flag, **facts)])  # type: ignore[arg-type]
        records.tasks.open_all([task], OCCASION)


def number_of(office: Office, subject: str = "F1") -> int:
    with office.store.reading() as records:
        (number,) = (flag.id for flag in records.flags.open_of(CHECK) if flag.subject == subject)
    return number or 0


def grant(client: TestClient, office: Office, subject: str = "F1", **fields: str) -> Response:
    page = client.get(f"/flags/{number_of(office, subject)}").text
    found = re.search(r'name="instead_of" value="(\d+)"', page)
    form = {"flag": str(number_of(office, subject)), "instead_of": found[1] if found else "0"}
    typed = {"reason": "電算の更新中のため", "until": SEPTEMBER, "approved_by": "総括保護管理者　職員０３"}
    return client.post("/exceptions", data=form | typed | fields)


def exception_number(office: Office) -> int:
    with office.store.reading() as records:
        (one,) = records.exceptions.all_holding(TODAY)
    return one.id


def curve(page: str) -> list[str]:
    """The rows of the table behind the picture."""
    table = page[page.index('aria-label="90日間の推移"') :]
    rows = re.findall(r"<tr>(.*?)</tr>", table[table.index("<tbody>") : table.index("</tbody>")])
    return [words_of(row.replace("</td>", " ")).strip() for row in rows]


# ---- the page


def test_a_check_is_explained_in_its_sentences_with_its_ground_source_date_and_how_sure_that_is(
    client: TestClient,
) -> None:
    page = words_of(client.get(f"/checks/{CHECK}").text)

    assert "一つ目の文。二つ目の文。三つ目の文。" in page
    assert GROUND in page
    assert "出典 https://laws.e-gov.go.jp/law/415AC0000000057" in page
    assert "令和5年4月1日（土）から 原文で確かめました（確かさ A）" in page
    assert "1,000人" in page
    assert "施行令第20条" in page


def test_a_number_that_the_office_has_set_stands_beside_the_law_s(tmp_path: Path) -> None:
    office = an_office(tmp_path, f"[checks.{CHECK}]\npersons = 500\n")
    with office.store.transaction() as records:
        records.checks.write_catalogue([CatalogueEntry(CHECK, 1, TITLE, "文。", GROUND, ("ファイル簿",))])

    assert "500人（この事務所の設定。もとは1,000人）" in words_of(division(office).get(f"/checks/{CHECK}").text)


def test_a_check_that_no_catalogue_knows_has_a_page_all_the_same(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with office.store.transaction() as records:
        records.checks.write_catalogue(
            [CatalogueEntry("our-own", 9, "独自の検査", "調べます。", "庁内規程第3条", ("職員",))]
        )

    page = division(office).get("/checks/our-own")

    assert (page.status_code, "庁内規程第3条" in page.text) == (200, True)


def test_the_curve_counts_each_day_what_was_open_and_what_was_silenced(office: Office, client: TestClient) -> None:
    given_flag(office, "OLD", first_seen_on=date(2023, 1, 10), cleared_on=TODAY - timedelta(days=20))
    grant(client, office)

    page = client.get(f"/checks/{CHECK}").text

    assert curve(page) == [
        "令和6年3月18日（月） 1 1 0 0", "令和6年3月8日（金） 2 0 2 0", "令和6年2月27日（火） 0 0 0 1",
        "令和5年12月20日（水） 1 0 0 0",
    ]  # fmt: skip
    assert '<title id="curve-title">検査「ファイル簿の未公表」の検知の90日間の推移</title>' in page
    assert "◇ 例外 1件" in page


def test_what_clears_under_an_exception_is_counted_as_silenced_until_the_day_before(
    office: Office, client: TestClient
) -> None:
    grant(client, office)
    with office.store.transaction() as records:
        (flag,) = records.flags.excepted_now()
        records.flags.save_all([replace(flag, cleared_on=TODAY)])

    assert curve(client.get(f"/checks/{CHECK}").text)[0] == "令和6年3月18日（月） 1 0 0 1"


def test_a_curve_without_exceptions_has_one_line(client: TestClient) -> None:
    page = client.get(f"/checks/{CHECK}").text

    assert page.count("<polyline") == 1
    assert "◆ 検知中 2件" in page


# ---- exceptions


def test_an_exception_is_granted_on_the_flag_s_page_and_counted_apart_everywhere(
    office: Office, client: TestClient
) -> None:
    answer = grant(client, office)

    assert answer.status_code == 303
    page = words_of(client.get(answer.headers["location"]).text)
    assert "令和6年9月30日（月）まで例外としました。" in page
    assert "総括保護管理者 職員０３" in page
    assert "検知中 1件（ほか例外 1件）" in words_of(client.get(f"/checks/{CHECK}").text)
    assert "検知中 1件（ほか例外 1件）" in words_of(client.get("/").text)
    assert "ほか例外 1件" in words_of(client.get("/checks").text)
    listed = {
        tab: re.findall(r'/flags/\d+">(\w+)<', client.get(f"/flags?standing={tab}").text)
        for tab in ("open", "excepted")
    }
    assert listed == {"open": ["F2"], "excepted": ["F1"]}
    assert kinds_of_events(office, f"exception:{CHECK}/F1") == ["ExceptionGranted"]
    assert kinds_of_events(office, f"task:flag:{CHECK}/F1~1")[0] == "TaskWithdrawn"


def test_all_exceptions_stand_on_one_page_in_force_and_over(office: Office, client: TestClient) -> None:
    grant(client, office)
    grant(client, office, "F2", until="R6.3.31", reason="公表の準備中")
    with office.store.reading() as records:
        second = records.exceptions.of_subject(CHECK, "F2")[0].id
    client.post("/revocations", data={"flag": number_of(office, "F2"), "exception": second, "reason": "公表できるため"})

    page = words_of(auditor(office).get("/exceptions").text)

    assert "いま例外としているもの 1件" in page
    assert page.index("電算の更新中のため") < page.index("終わった例外") < page.index("公表の準備中")
    assert "令和6年3月18日（月）に取消し" in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("reason", "", "例外とする理由を書いてください"),
        ("until", "", "いつまで例外とするかを書いてください"),
        ("until", "いつか", "日付として読めません"),
        ("until", "速やかに", "いつまで例外とするかを書いてください"),
        ("until", "R6.3.17", "今日以後の日にしてください"),
        ("until", "R7.3.20", "1年以内の日にしてください"),
        ("approved_by", "", "承認した方の職と氏名を書いてください"),
    ],
)
def test_an_exception_that_lacks_something_is_refused_beside_the_field_with_what_was_typed(
    office: Office, client: TestClient, field: str, typed: str, said: str
) -> None:
    before = everything_in(office)

    answer = grant(client, office, **{field: typed})

    assert answer.status_code == 422
    assert said in words_of(answer.text[answer.text.index(f'id="wrong-exception-{field}"') :])
    assert ("電算の更新中のため" in answer.text) is (field != "reason")
    assert everything_in(office) == before


def test_an_exception_is_revoked_with_a_reason_and_its_task_is_back(office: Office, client: TestClient) -> None:
    grant(client, office)
    form = {"flag": number_of(office), "exception": exception_number(office)}

    assert client.post("/revocations", data=form | {"reason": ""}).status_code == 422
    answer = client.post("/revocations", data=form | {"reason": "更新が済んだため"})

    assert answer.status_code == 303
    assert "例外を取り消しました" in words_of(client.get(answer.headers["location"]).text)
    assert kinds_of_events(office, f"task:flag:{CHECK}/F1~1")[0] == "TaskReopened"
    assert client.post("/revocations", data=form | {"reason": "二度目"}).status_code == 409


def test_a_page_that_did_not_know_of_the_newest_exception_is_told_so(office: Office, client: TestClient) -> None:
    grant(client, office)

    answer = client.post("/exceptions", data={
        "flag": number_of(office), "instead_of": "0", "reason": "別の理由", "until": SEPTEMBER, "approved_by": "職員０４",
    })  # fmt: skip

    assert answer.status_code == 409
    assert "ほかの人が先に改めました" in words_of(answer.text)


def test_only_the_division_grants_and_revokes(office: Office) -> None:
    number = number_of(office)
    page = auditor(office).get(f"/flags/{number}").text
    assert "例外にする" not in page
    for other in (auditor(office), member(office)):
        assert grant(other, office).status_code == 403
        assert other.post("/revocations", data={"flag": number, "exception": 1, "reason": "a"}).status_code == 403
    assert member(office).get(f"/flags/{number}").status_code == 403


def test_a_flag_or_exception_that_is_not_there_is_said_so(client: TestClient) -> None:
    for path in ("/flags/99", "/flags/x", "/flags/0"):
        assert client.get(path).status_code == 404
    assert client.post("/revocations", data={"flag": 1, "exception": 99, "reason": "a"}).status_code == 404


# ---- a check that is asked for now


def test_a_check_that_is_asked_for_waits_for_the_scheduler_and_the_page_says_so(
    office: Office, client: TestClient
) -> None:
    answer = client.post("/runs", data={"check": CHECK})

    assert answer.headers["location"] == f"/checks/{CHECK}#run"
    page = client.get(f"/checks/{CHECK}").text
    assert "検査を頼みました。1分以内に始まります。" in words_of(page)
    assert "今すぐ検査" not in page
    assert asked(office, "SELECT check_name, asked_by, waits_for FROM run_request") == [(CHECK, "情報管理課", CHECK)]


def test_two_clicks_are_one_request(office: Office, client: TestClient) -> None:
    answers = [client.post("/runs", data={"check": CHECK}).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert asked(office, "SELECT COUNT(*) FROM run_request") == [(1,)]


def test_the_result_stands_on_the_page_when_it_is_there(office: Office, client: TestClient) -> None:
    client.post("/runs", data={"check": CHECK})
    with office.store.transaction() as records:
        (request,) = records.run_requests.begin(1)
        records.run_requests.end(request.id, NINE, "done", "検知があります。検知中 2件、新規 0件、解消 0件")

    page = words_of(client.get(f"/checks/{CHECK}").text)

    assert "頼まれた検査が終わりました。検知があります。検知中 2件、新規 0件、解消 0件" in page
    assert "今すぐ検査" in page


def test_a_check_that_nobody_wrote_cannot_be_asked_for(office: Office, client: TestClient) -> None:
    answer = client.post("/runs", data={"check": "our-wish"})

    assert answer.status_code == 404
    assert "検査「our-wish」はありません" in answer.text
    assert asked(office, "SELECT COUNT(*) FROM run_request") == [(0,)]


def test_only_the_division_asks_for_a_check(office: Office) -> None:
    for other in (auditor(office), member(office)):
        assert other.post("/runs", data={"check": CHECK}).status_code == 403
    assert "今すぐ検査" not in auditor(office).get(f"/checks/{CHECK}").text
