"""What the division does on a task's page: deciding on an answer, moving a task, and hearing what follows."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.builders import everything_in
from tests.databases import on_both_databases
from tests.documents import PDF
from tests.web.situations import (
    CARE,
    DISABILITY,
    OCCASION,
    PARKS,
    TODAY,
    a_task,
    an_answer,
    an_office,
    answered,
    answers_to,
    auditor,
    division,
    given,
    kinds_of_events,
    known,
    link_to,
    outside,
    send,
    signed_in,
    words_of,
)
from tracker.answering import enter
from tracker.domain.accounts import Account, Role
from tracker.domain.submissions import Decision, SubmissionKind
from tracker.domain.tasks import Origin, Task
from tracker.evidence import EvidenceFolder
from tracker.office import Office
from tracker.settings import JobTimes
from tracker.web.app import NOUNS
from tracker.web.outcomes import next_morning

pytestmark = on_both_databases

DONE, EXTENSION, NOT_OURS = SubmissionKind


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def task(office: Office) -> Task:
    return given(office, a_task())


@pytest.fixture
def client(office: Office) -> TestClient:
    return division(office)


def decide(client: TestClient, office: Office, task: Task, decision: str = "accepted", **fields: object) -> Response:
    """The form of the task's page as it stands now."""
    with office.store.reading() as records:
        pending = records.submissions.pending_of(task.key)
    form = {"task": task.key, "version": known(office, task).version, "submission": pending.id if pending else 0}
    return client.post("/decisions", data=form | {"decision": decision} | fields)


def move(client: TestClient, office: Office, task: Task, what: str, **fields: object) -> Response:
    """A form of the division's own."""
    return client.post(f"/{what}", data={"task": task.key, "version": known(office, task).version} | fields)


def a_colleague(number: int) -> Account:
    """One of several people of the division."""
    return Account(f"division-{number}", f"情報管理課 職員１{number}", Role.DIVISION)


def page_after(client: TestClient, answer: Response) -> str:
    """What the page says that the form led to."""
    assert answer.status_code == 303, answer.text
    return words_of(client.get(answer.headers["location"]).text)


def test_a_report_stands_on_the_page_with_its_files_and_the_likely_verb_first(
    office: Office, task: Task, client: TestClient
) -> None:
    answered(office, task, DONE, "写し.pdf")

    text = client.get(f"/tasks/{task.key}").text
    page = words_of(text)

    assert "完了の報告が届いています" in page
    assert "令和6年3月18日（月） 9:00 障害者福祉課 職員０１" in page
    assert page.index("確認して完了") < page.index("差し戻す")
    assert '<a href="/attachments/1">写し.pdf</a>' in text
    assert "期限を変える" not in page


def test_accepting_a_report_completes_the_task(office: Office, task: Task, client: TestClient) -> None:
    number = answered(office, task)

    page = page_after(client, decide(client, office, task))

    assert "完了にしました。この件のお知らせは、もう送りません。" in page
    assert known(office, task).completed_on == TODAY
    decided = answers_to(office, task)[0]
    assert (decided.id, decided.decision, decided.decided_by) == (number, Decision.ACCEPTED, "情報管理課")
    assert kinds_of_events(office, f"task:{task.key}") == ["TaskCompleted", "TaskReported", "TaskOpened"]


def test_completing_what_a_check_saw_says_that_the_check_looks_again(office: Office, client: TestClient) -> None:
    task = given(office, a_task(key="flag:x/1~1", origin=Origin.FLAG, origin_ref="x/1"))
    answered(office, task)

    assert "次の検査で再び対応中になります" in page_after(client, decide(client, office, task))


def test_sending_back_asks_why_and_says_by_which_letter_the_department_hears_of_it(
    office: Office, task: Task, client: TestClient
) -> None:
    answered(office, task)
    before = everything_in(office)

    without_reason = decide(client, office, task, "sent-back", reason=" \r\n　")

    assert without_reason.status_code == 422
    assert "差し戻す理由を書いてください。" in without_reason.text
    assert everything_in(office) == before
    page = page_after(client, decide(client, office, task, "sent-back", reason="写しを添えてください。"))
    assert (
        "差し戻しました。障害者福祉課には、令和6年3月19日（火）8時30分のお知らせで知らせます。" in page
    )  # at nine, today's letters are written already
    assert known(office, task).waits_for_department
    assert known(office, task).round_note == "写しを添えてください。"


def test_granting_more_time_moves_the_deadline_and_says_when_the_department_is_reminded(
    office: Office, task: Task, client: TestClient
) -> None:
    answered(office, task, EXTENSION)

    page = page_after(client, decide(client, office, task))

    assert (
        "期限を令和6年4月30日（火）に変えました。障害者福祉課には、令和6年4月16日（火）のお知らせで知らせます。" in page
    )
    assert (known(office, task).deadline, known(office, task).first_deadline) == (date(2024, 4, 30), date(2024, 3, 22))


def test_a_denied_task_goes_to_the_department_named_or_to_the_one_chosen_instead(
    office: Office, client: TestClient
) -> None:
    given(office, named := a_task("1"), unknown := a_task("2"))
    answered(office, named, NOT_OURS)
    answered(office, unknown, NOT_OURS, named_code=None)
    assert f'<option value="{CARE}" selected>介護保険課</option>' in client.get(f"/tasks/{named.key}").text

    page = page_after(client, decide(client, office, named, department=CARE))
    refused = decide(client, office, unknown, department="")

    assert "所管課を介護保険課に変えました。介護保険課には、令和6年3月19日（火）8時30分のお知らせで知らせます。" in page
    assert refused.status_code == 422
    assert "引き継ぐ所管課を選んでください。" in refused.text
    page = page_after(client, decide(client, office, unknown, department=PARKS))
    assert (
        "みどり公園課には、令和6年3月19日（火）8時30分のお知らせで知らせます。メールアドレスがないので、印刷して渡してください。"
        in page
    )
    assert [known(office, one).department_code for one in (named, unknown)] == [CARE, PARKS]


def test_a_decision_on_what_was_decided_already_is_told_and_changes_nothing(
    office: Office, task: Task, client: TestClient
) -> None:
    form = {"task": task.key, "version": 2, "submission": answered(office, task), "decision": "accepted"}
    client.post("/decisions", data=form)
    before = everything_in(office)

    again = client.post("/decisions", data=form)

    assert again.status_code == 409
    assert "この報告は、もう確かめ終わっています。" in again.text
    assert everything_in(office) == before


def test_of_several_decisions_at_once_all_but_the_first_are_told(office: Office, task: Task) -> None:
    number, clients = answered(office, task), [signed_in(office, a_colleague(n)) for n in range(4)]
    form = {"task": task.key, "version": 2, "submission": number, "decision": "accepted"}

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda one: one.post("/decisions", data=form), clients))

    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    assert kinds_of_events(office, f"task:{task.key}").count("TaskCompleted") == 1


def test_a_decision_made_on_a_page_that_another_has_changed_is_not_carried_out(
    office: Office, task: Task, client: TestClient
) -> None:
    number = answered(office, task)
    with office.store.transaction() as records:
        records.tasks.save(*known(office, task).reword("別の件名", "別の内容", OCCASION))

    answer = client.post(
        "/decisions", data={"task": task.key, "version": 2, "submission": number, "decision": "accepted"}
    )

    assert answer.status_code == 409
    assert "ほかの人が先に更新しました" in answer.text
    assert "別の件名" in answer.text
    assert known(office, task).is_open


def test_the_division_moves_a_task_of_its_own_accord(office: Office, client: TestClient) -> None:
    names = ("completions", "extensions", "handovers", "withdrawals")
    done, later, other, dropped = tasks = [a_task(name) for name in names]
    given(office, *tasks)

    pages = [
        page_after(client, move(client, office, done, "completions", note="電話で確かめました。")),
        page_after(client, move(client, office, later, "extensions", deadline="R6.5.31", reason="議会の日程のため。")),
        page_after(client, move(client, office, other, "handovers", department=CARE)),
        page_after(client, move(client, office, dropped, "withdrawals", reason="重ねて登録したため。")),
    ]

    assert known(office, done).closing_note == "電話で確かめました。"
    assert known(office, later).deadline == date(2024, 5, 31)
    assert known(office, other).department_code == CARE
    assert known(office, dropped).withdrawn_on == TODAY
    for page, word in zip(
        pages, ("完了にしました", "期限を令和6年5月31日（金）に", "介護保険課に変え", "取り下げ"), strict=True
    ):
        assert word in page.partition("◎")[2]
    page = page_after(client, move(client, office, dropped, "reopenings", reason="誤りでした。"))
    assert "対応中に戻しました。" in page
    assert known(office, dropped).is_open


@pytest.mark.parametrize(
    ("what", "fields", "sentence"),
    [
        ("completions", {"note": ""}, "完了をどう確かめたかを書いてください。"),
        ("extensions", {"deadline": "月末", "reason": "<b>x</b>"}, "「月末」は日付として読めません。"),
        ("extensions", {"deadline": "R6.3.17", "reason": "<b>x</b>"}, "新しい期限は、今日以後の日にしてください。"),
        ("extensions", {"deadline": "R6.4.30", "reason": ""}, "期限を変える理由を書いてください。"),
        ("handovers", {"department": DISABILITY}, "今の所管課とは別の課を選んでください。"),
        ("handovers", {"department": "9999"}, "引き継ぐ所管課を選んでください。"),
        ("withdrawals", {"reason": ""}, "取り下げる理由を書いてください。"),
    ],
)
def test_what_a_move_lacks_is_said_beside_its_field_and_what_was_typed_is_kept(
    office: Office, task: Task, client: TestClient, what: str, fields: dict[str, str], sentence: str
) -> None:
    before = everything_in(office)

    answer = move(client, office, task, what, **fields)

    assert answer.status_code == 422
    assert sentence in words_of(answer.text)
    assert 'aria-invalid="true"' in answer.text
    assert "まだ何も変わっていません" in answer.text
    assert everything_in(office) == before
    if fields.get("reason"):
        assert "&lt;b&gt;x&lt;/b&gt;</textarea>" in answer.text
    if fields.get("deadline"):
        assert f'value="{fields["deadline"]}"' in answer.text


def test_while_an_answer_waits_it_must_be_decided_on_first(office: Office, task: Task, client: TestClient) -> None:
    answered(office, task)

    answer = move(client, office, task, "withdrawals", reason="重ねて登録したため。")

    assert answer.status_code == 409
    assert "この対応には所管課の報告が届いています。先に、報告を確かめてください。" in answer.text
    assert known(office, task).is_open


def test_a_task_or_an_answer_that_does_not_exist_is_told_in_our_own_page(office: Office, client: TestClient) -> None:
    for path, form in (
        ("/withdrawals", {"task": "finding:none", "version": "1", "reason": "x"}), ("/withdrawals", {}),
        ("/decisions", {"task": "finding:none", "submission": "99", "decision": "accepted"}),
        ("/decisions", {"submission": "x", "version": "x", "decision": "sent-back", "reason": "x"}),
    ):  # fmt: skip
        assert client.post(path, data=form).status_code == 404, path
    assert client.post("/decisions", data={"decision": "replaced"}).status_code == 400


def test_what_happened_is_said_once_and_not_when_something_else_has_happened_since(
    office: Office, task: Task, client: TestClient
) -> None:
    answered(office, task)
    location = decide(client, office, task, "sent-back", reason="写しを添えてください。").headers["location"]
    assert "差し戻しました。" in words_of(client.get(location).text).partition("すること")[0]
    for after in ("", "?after=1", "?after=x", "?after=99999999999"):
        assert "◎ 差し戻しました。" not in words_of(client.get(f"/tasks/{task.key}{after}").text)

    answered(office, task)

    assert "差し戻しました。障害者福祉課には" not in words_of(client.get(location).text)


def test_a_form_from_another_site_or_another_port_or_without_its_token_is_refused_on_every_page_of_the_division(
    office: Office, task: Task
) -> None:
    number = answered(office, task)
    client = division(office)
    del client.headers["sec-fetch-site"]
    form = {"task": task.key, "version": 2, "submission": number, "decision": "accepted", "reason": "x", "note": "x"}
    routes = [
        path
        for noun in NOUNS
        for (way, path), who in noun.routes.rules.items()
        if way == "POST" and Role.DIVISION in who
    ]
    assert len(routes) >= 15, routes
    another = auditor(office).token
    before = everything_in(office)

    for headers in (
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"}, {"origin": "http://testserver.evil.example"},
        {"origin": "http://testserver:8001"}, {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
    ):  # fmt: skip
        for route in routes:
            answer = client.post(route.replace("{number}", "1"), data=form, headers=headers)
            assert answer.status_code == 403, (route, headers)
            assert "以外のページから送られたため、受け付けませんでした。何も変わっていません。" in answer.text
    for silent in ({}, {"origin": "null"}, {"referer": "http://testserver/"}, {"sec-fetch-site": "same-origin"}):
        for route in routes:
            for token in ("", "x", f"{client.token}x", another):
                answer = client.post(route.replace("{number}", "1"), data=form | {"csrf_token": token}, headers=silent)
                assert answer.status_code == 403, (route, silent)
                assert "ほかの利用者がログインしていたときのものです。何も変わっていません。" in answer.text
    assert everything_in(office) == before

    assert client.post("/decisions", data=form, headers={"origin": "http://testserver"}).status_code == 303


def test_nothing_of_the_division_is_changed_by_looking(office: Office, task: Task, client: TestClient) -> None:
    answered(office, task)
    before = everything_in(office)

    for path in ("/decisions", "/completions", "/extensions", "/handovers", "/withdrawals", "/reopenings"):
        for method in ("GET", "HEAD", "PUT", "DELETE"):
            answer = client.request(method, f"{path}?task={task.key}&version=2&reason=x")
            is_page = path == "/handovers" and method in ("GET", "HEAD")
            assert answer.status_code == (200 if is_page else 405), path
    client.get(f"/tasks/{task.key}")

    assert everything_in(office) == before


def test_a_document_is_saved_under_its_own_name_and_never_opened_in_the_page(
    office: Office, task: Task, client: TestClient
) -> None:
    name = '停止の記録"; filename=evil.html\r\nSet-Cookie: a=b;.txt'
    send(outside(office), link_to(office, task), files=[(name, b"<script>alert(1)</script>")])

    answer = client.get("/attachments/1")

    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=\"file.txt\"; filename*=UTF-8''%E5%81%9C%E6%AD%A2")
    assert disposition.isascii()
    assert "set-cookie" not in answer.headers
    for number in ("2", "0", "x", "99999999999999"):
        assert client.get(f"/attachments/{number}").status_code == 404


def test_a_document_that_was_changed_or_lost_is_not_given_out(office: Office, task: Task, client: TestClient) -> None:
    send(outside(office), link_to(office, task), files=[("写し.pdf", PDF)])
    with office.store.reading() as records:
        (file,) = records.submissions.attachments_of(task.key)
    place = EvidenceFolder(office.data_dir / "evidence").place_of(file.sha256)

    place.write_bytes(b"something else")
    assert "「写し.pdf」を出せません。このファイルは保管した後に変わっています。" in client.get("/attachments/1").text
    place.unlink()
    answer = client.get("/attachments/1")

    assert answer.status_code == 404
    assert "「写し.pdf」を出せません。このファイルは保管場所にありません。" in answer.text


def test_the_morning_page_counts_and_lists_what_waits_for_the_division(office: Office, client: TestClient) -> None:
    given(office, one := a_task("1"), two := a_task("2"), a_task("3", department_code=PARKS))
    answered(office, one)
    answered(office, two, EXTENSION)

    text = client.get("/").text
    page = words_of(text)

    assert '<a href="/tasks?standing=answered">確認待ち 2件</a>' in text
    section = page.partition("確認待ち （所管課の報告を確かめてください）")[2]
    assert "完了の報告障害者福祉課台帳に書く 1令和6年3月18日（月） 9:00 本日" in section
    assert "期限延長の申出障害者福祉課台帳に書く 2" in section
    assert "みどり公園課 未完了 1件" in page.partition("メールアドレスのない課")[2]
    assert "台帳に書く 1" in client.get("/tasks?standing=answered").text
    assert "台帳に書く 3" not in client.get("/tasks?standing=answered").text


def test_the_morning_page_is_silent_about_answers_and_addresses_while_there_is_nothing_to_do(
    office: Office, task: Task, client: TestClient
) -> None:
    with office.store.transaction() as records:
        enter(records, task, an_answer(task), [], OCCASION)
        records.tasks.save(*replace(task, version=2).complete("検査で解消を確認しました。", OCCASION))

    page = words_of(client.get("/").text)

    assert "確認待ち 0件" in page
    assert "所管課の報告を確かめてください" not in page
    assert "メールアドレスのない課" not in page


@pytest.mark.parametrize(
    ("on", "now", "expected"),
    [
        ("open-days", "2024-03-18T08:29", "2024-03-18T08:30"),
        ("open-days", "2024-03-18T08:30", "2024-03-19T08:30"),
        ("open-days", "2024-03-15T17:00", "2024-03-18T08:30"),
        ("open-days", "2024-03-19T17:00", "2024-03-21T08:30"),  # the 20th is 春分の日
        ("open-days", "2024-12-27T17:00", "2025-01-06T08:30"),
        ("every-day", "2024-03-15T17:00", "2024-03-16T08:30"),
        ("wed", "2024-03-18T08:00", "2024-03-21T08:30"),  # Wednesday is closed
    ],
)
def test_the_next_morning_of_reminders_is_the_one_the_timetable_keeps(
    office: Office, on: str, now: str, expected: str
) -> None:
    times = JobTimes(at=time(8, 30), on=on)  # type: ignore[arg-type]

    morning = next_morning(times, office.calendar, datetime.fromisoformat(f"{now}+09:00"))

    assert morning == datetime.fromisoformat(f"{expected}+09:00")
