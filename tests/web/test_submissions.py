"""Answering from a letter: the page a signed link opens, what it takes, what it refuses in which words."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.builders import everything_in
from tests.documents import PDF, an_office_file
from tests.web.situations import (
    CARE,
    CLERK,
    DISABILITY,
    OCCASION,
    TODAY,
    a_task,
    an_office,
    answered,
    answers_to,
    decided,
    division,
    given,
    kinds_of_events,
    known,
    link_to,
    old_link_to,
    outside,
    send,
    words_of,
)
from tracker.domain.submissions import Decision, SubmissionKind
from tracker.domain.tasks import Task
from tracker.office import Office
from tracker.web.app import create_answer_app

DONE, EXTENSION, NOT_OURS = SubmissionKind


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def task(office: Office) -> Task:
    return given(office, a_task())


@pytest.fixture
def client(office: Office) -> TestClient:
    return outside(office)


def test_the_page_says_what_is_asked_by_when_and_offers_three_ways_to_answer(
    office: Office, task: Task, client: TestClient
) -> None:
    answer = client.get(link_to(office, task))
    page = words_of(answer.text)

    assert answer.status_code == 200
    assert "障害者福祉課の対応です。令和6年3月22日（金）までに行い、済んだらこのページで報告してください。" in page
    assert "令和6年3月22日（金） あと4日" in page
    for way in ("完了を報告する", "期限の延長を申し出る", "所管が違うことを知らせる"):
        assert f"<summary>{way}</summary>" in answer.text
    assert "このページは令和6年5月17日（金）まで開けます" in page


def test_opening_a_link_changes_nothing_however_often_and_by_whatever_program(office: Office, task: Task) -> None:
    paths = [link_to(office, task), link_to(office, task)[:-2], link_to(office, task, CARE)]
    clients = outside(office), division(office)
    before = everything_in(office)

    for client in clients:
        for path in paths:
            for method in ("GET", "HEAD", "GET", "OPTIONS", "PROPFIND"):
                client.request(method, path)
                client.request(method, f"{path}?kind=done&officer=x&note=y")

    assert everything_in(office) == before
    assert client.head(link_to(office, task)).status_code == 200


def test_done_is_entered_with_its_files_and_leads_to_a_page_that_says_what_comes_next(
    office: Office, task: Task, client: TestClient
) -> None:
    path = link_to(office, task)

    sent = send(client, path, files=[("停止の記録　最終.pdf", PDF), ("一覧.xlsx", an_office_file("xlsx"))])

    assert (sent.status_code, sent.headers["location"]) == (303, path)
    page = words_of(client.get(path).text)
    assert "完了の報告を受け付けました 令和6年3月18日（月） 9:00、障害者福祉課 職員０１" in page
    assert "情報管理課が内容を確かめます" in page
    assert f"停止の記録 最終.pdf {len(PDF)}バイト一覧.xlsx {len(an_office_file('xlsx'))}バイト" in page
    assert "<form" not in client.get(path).text
    assert known(office, task).answered_on == TODAY
    assert kinds_of_events(office, f"task:{task.key}") == ["TaskReported", "TaskOpened"]
    with office.store.reading() as records:
        assert records.events.about(f"task:{task.key}")[0].by == "障害者福祉課（通知のリンク、職員０１）"
        assert [file.name for file in records.submissions.attachments_of(task.key)] == [
            "停止の記録　最終.pdf",
            "一覧.xlsx",
        ]
        records.events.verify()


def test_more_time_is_asked_for_in_any_form_an_office_writes_a_day(office: Office) -> None:
    forms = ("R6.4.30", "令和６年４月３０日（火）", "2024/4/30", "20240430", " r6/4/30 ")
    tasks = [a_task(str(number)) for number in range(len(forms))]
    given(office, *tasks)

    for typed, task in zip(forms, tasks, strict=True):
        path = link_to(office, task)
        assert send(outside(office), path, "extension", deadline=typed, note="改修のため。").status_code == 303, typed
        assert answers_to(office, task)[0].asked_deadline == date(2024, 4, 30)
        assert known(office, task).deadline == date(2024, 3, 22)

    page = words_of(outside(office).get(link_to(office, tasks[0])).text)
    assert "期限延長の申出を受け付けました" in page
    assert "期限は今のまま（令和6年3月22日（金））です" in page
    assert "新しい期限令和6年4月30日（火）" in page


def test_another_department_is_named_or_what_is_known_is_said(office: Office) -> None:
    given(office, named := a_task("1"), unknown := a_task("2"))

    send(outside(office), link_to(office, named), "not-ours", department=CARE, note="")
    send(outside(office), link_to(office, unknown), "not-ours", department="", note="人事課かもしれません。")

    assert answers_to(office, named)[0].named_code == CARE
    assert (answers_to(office, unknown)[0].named_code, known(office, unknown).department_code) == (None, DISABILITY)
    assert "正しい所管課介護保険課" in words_of(outside(office).get(link_to(office, named)).text)


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("done", {"note": ""}, "何をしたかを書くか、証跡のファイルを添えてください。"),
        ("done", {"officer": " 　\t"}, "報告する方の氏名を書いてください。"),
        ("done", {"note": "あ" * 2001}, "2,000字以内で書いてください（今は2,001字です）。"),
        ("extension", {"deadline": ""}, "新しい期限を書いてください（例: R6.4.30、令和6年4月30日）。"),
        (
            "extension",
            {"deadline": "4月末ごろ"},
            "「4月末ごろ」は日付として読めません。令和5年7月31日、R5.7.31、2023-07-31 のように書いてください。",
        ),
        ("extension", {"deadline": "R6.2.30"}, "「R6.2.30」は実在しない日付です。"),
        ("extension", {"deadline": "R6.3.22"}, "新しい期限は、今日と今の期限より後の日にしてください。"),
        ("extension", {"deadline": "R16.4.1"}, "新しい期限が先すぎます。3年以内の日にしてください。"),
        ("not-ours", {"department": DISABILITY}, "ほかの所管課を選んでください。"),
        ("not-ours", {"department": "9999"}, "所管課を一覧から選んでください。"),
        ("not-ours", {"note": ""}, "正しい所管課を選ぶか、分かることを書いてください。"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_is_kept(
    office: Office, task: Task, client: TestClient, kind: str, fields: dict[str, str], sentence: str
) -> None:
    before = everything_in(office)

    answer = send(client, link_to(office, task), kind, **({"note": "<b>事情</b>"} | fields))

    assert answer.status_code == 422
    assert sentence in words_of(answer.text)
    assert "まだ送られていません" in answer.text
    opened = answer.text.partition('<details class="answer" name="answer" open>')[2].partition("</details>")[0]
    assert f'value="{kind}"' in opened
    assert 'aria-invalid="true"' in opened
    if "note" not in fields:
        assert "&lt;b&gt;事情&lt;/b&gt;</textarea>" in opened
    if "officer" not in fields:
        assert f'value="{CLERK}"' in opened
    if fields.get("deadline"):
        assert f'value="{fields["deadline"]}"' in opened
    assert everything_in(office) == before


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("空.txt", b"")], "「空.txt」は空のファイルです。中身のあるファイルを選んでください。"),
        ([("大.bin", b"x" * ((1 << 20) + 1))], "「大.bin」は大きすぎます。1件1MBまでにしてください。"),
        ([(f"{n}.txt", b"x") for n in range(3)], "添えるファイルは2件までです（3件ありました）。"),
    ],
)
def test_files_that_cannot_be_taken_are_refused_and_must_be_chosen_again(
    tmp_path: Path, files: list[tuple[str, bytes]], sentence: str
) -> None:
    office = an_office(tmp_path, "[answers]\nfiles = 2\nfile_mb = 1\n")
    task = given(office, a_task())
    before = everything_in(office)

    answer = send(outside(office), link_to(office, task), files=files)

    assert answer.status_code == 422
    assert sentence in words_of(answer.text)
    assert "ファイルは、もう一度選んでください。" in answer.text
    assert "台帳に書きました。</textarea>" in answer.text
    assert everything_in(office) == before
    assert not (office.data_dir / "evidence").exists()


@pytest.mark.parametrize(("announced", "most_chunks"), [(10_000_000, 0), (None, 22)])
def test_what_is_larger_than_all_files_together_may_be_is_not_read_to_its_end(
    tmp_path: Path, announced: int | None, most_chunks: int
) -> None:
    office = an_office(tmp_path, "[answers]\nfiles = 1\nfile_mb = 1\n")
    task = given(office, a_task())
    before = everything_in(office)

    status, page, chunks = asyncio.run(_post_very_much(office, link_to(office, task), announced))

    assert status == 413
    assert "送られた内容が大きすぎます。何も保存していません。" in page
    assert chunks <= most_chunks
    assert everything_in(office) == before


def test_of_a_form_behind_a_forged_link_nothing_is_read(office: Office, task: Task) -> None:
    status, _, chunks = asyncio.run(_post_very_much(office, f"{link_to(office, task)}x", None))

    assert (status, chunks) == (404, 0)


def test_an_answer_that_cannot_be_entered_as_a_whole_is_not_entered_at_all(
    office: Office, task: Task, client: TestClient
) -> None:
    with office.store.transaction() as records:
        records.connection.exec_driver_sql(
            "CREATE TRIGGER trouble BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    before = everything_in(office)
    patient = TestClient(client.app, raise_server_exceptions=False, follow_redirects=False)

    answer = send(patient, link_to(office, task), files=[("写し.pdf", PDF)])

    assert answer.status_code == 500
    assert "記録は変わっていません" in answer.text
    assert everything_in(office) == before
    with office.store.transaction() as records:
        records.connection.exec_driver_sql("DROP TRIGGER trouble")
    assert send(client, link_to(office, task), files=[("写し.pdf", PDF)]).status_code == 303


async def _post_very_much(office: Office, path: str, announced: int | None) -> tuple[int, str, int]:
    """Post up to 200 chunks of 100,000 bytes: the answer's status, its page, and how many chunks were read."""
    chunks, answer = 0, list[Any]()
    headers = [(b"host", b"testserver"), (b"content-type", b"multipart/form-data; boundary=x")]
    if announced:
        headers.append((b"content-length", str(announced).encode()))
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": headers, "http_version": "1.1", "scheme": "http", "server": ("testserver", 80)}  # fmt: skip

    async def receive() -> dict[str, Any]:
        nonlocal chunks
        chunks += 1
        start = b'--x\r\nContent-Disposition: form-data; name="files"; filename="f"\r\n\r\n' if chunks == 1 else b""
        return {"type": "http.request", "body": start + b"y" * 100_000, "more_body": chunks < 200}

    async def send_back(message: Any) -> None:
        answer.append(message)

    await create_answer_app(office)(scope, receive, send_back)
    body = b"".join(message.get("body", b"") for message in answer)
    return answer[0]["status"], body.decode(), chunks


def test_a_form_that_is_broken_or_says_nothing_gets_a_sentence(office: Office, task: Task, client: TestClient) -> None:
    path, before = link_to(office, task), everything_in(office)
    broken = {"content-type": "multipart/form-data; boundary=x"}

    answers = [
        client.post(path), client.post(path, content=b"--y\r\nrubbish", headers=broken), client.post(path, json={}),
        client.post(path, content=b"x", headers={"content-type": "multipart/form-data"}), client.post(path, data={"kind": "x"}),
        client.post(path, data={f"field{n}": "x" for n in range(60)}),
    ]  # fmt: skip

    for answer in answers:
        assert answer.status_code == 400
        assert re.search("[ぁ-ん]", words_of(answer.text).partition("受け付けられませんでした")[2])
        assert not re.search(r"multipart|boundary|Too many|Invalid", answer.text)
    assert everything_in(office) == before


def test_a_link_that_was_forged_or_cut_opens_nothing(office: Office, task: Task, client: TestClient) -> None:
    path = link_to(office, task)

    for wrong in (path[:-1], path[:20], f"{path}x", path.replace(".", ".."), "/submissions/x", "/submissions/%00"):
        for answer in (client.get(wrong), send(client, wrong)):
            assert answer.status_code == 404, wrong
            assert "このリンクは正しくありません。" in answer.text
            assert "分からないことは、情報管理課" in answer.text
    assert answers_to(office, task) == []


def test_a_link_of_another_office_opens_nothing(office: Office, task: Task, tmp_path: Path) -> None:
    other = an_office(tmp_path / "other")
    given(other, a_task())

    assert outside(office).get(link_to(other, task)).status_code == 404


def test_a_link_whose_day_is_over_says_since_when(office: Office, task: Task, client: TestClient) -> None:
    path = link_to(office, task, until=TODAY - timedelta(days=1))

    for answer in (client.get(path), send(client, path)):
        assert answer.status_code == 410
        assert "このリンクの期限（令和6年3月17日（日））は過ぎました。" in answer.text
    assert client.get(link_to(office, task, until=TODAY)).status_code == 200


def test_a_link_to_what_another_department_does_now_says_whose_it_is_and_nothing_else(
    office: Office, task: Task, client: TestClient
) -> None:
    path = link_to(office, task)
    with office.store.transaction() as records:
        moved, event = task.hand_over(CARE, OCCASION)
        records.tasks.save(replace(moved, body="介護の秘密"), event)

    for answer in (client.get(path), send(client, path)):
        assert answer.status_code == 410
        assert (
            "「台帳に書く 1」の対応は、介護保険課に引き継がれました。障害者福祉課からの報告は要りません。"
            in answer.text
        )
        assert "介護の秘密" not in answer.text
        assert "<form" not in answer.text
    assert answers_to(office, task) == []


def test_a_link_to_a_task_that_nobody_has_now_or_that_is_unknown_says_so(
    office: Office, task: Task, client: TestClient
) -> None:
    with office.store.transaction() as records:
        records.tasks.save(*task.hand_over(None, OCCASION))

    assert "の所管課は、情報管理課が確かめています" in client.get(link_to(office, task)).text
    unknown = client.get(old_link_to(office, a_task("unknown")))
    assert (unknown.status_code, "記録にありません" in unknown.text) == (404, True)


def test_a_task_closed_meanwhile_says_since_when_and_takes_nothing(
    office: Office, task: Task, client: TestClient
) -> None:
    path = link_to(office, task)
    with office.store.transaction() as records:
        records.tasks.save(*task.complete("検査で解消を確認しました。", OCCASION))

    page, late = client.get(path), send(client, path)

    assert page.status_code == 200
    assert "「台帳に書く 1」は、令和6年3月18日（月）に完了しました。 検査で解消を確認しました。" in words_of(page.text)
    assert "<form" not in page.text
    assert late.status_code == 409
    assert "この対応は、もう終わっています。報告は要りません。" in late.text
    assert answers_to(office, task) == []


def test_answering_by_links_can_be_switched_off(tmp_path: Path) -> None:
    office = an_office(tmp_path, "[answers]\nenabled = false\n")
    task = given(office, a_task())

    for answer in (outside(office).get(link_to(office, task)), send(outside(office), link_to(office, task))):
        assert answer.status_code == 404
        assert "リンクからの報告は受け付けていません。情報管理課に、電話などで知らせてください。" in answer.text
    assert answers_to(office, task) == []


def test_a_double_click_makes_one_answer_and_the_second_sees_that_it_is_there(
    office: Office, task: Task, client: TestClient
) -> None:
    path = link_to(office, task)

    first, second = send(client, path), send(client, path)

    assert (first.status_code, second.status_code) == (303, 409)
    assert "この対応は報告済みです。情報管理課が確かめています。" in second.text
    assert "完了の報告を受け付けました" in second.text
    assert len(answers_to(office, task)) == 1


def test_of_many_clerks_at_once_one_is_heard_and_all_others_are_told(office: Office, task: Task) -> None:
    path, clients = link_to(office, task), [outside(office) for _ in range(6)]

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda one: send(one, path, files=[("写し.pdf", PDF)]), clients))

    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409, 409, 409]
    assert len(answers_to(office, task)) == 1
    assert kinds_of_events(office, f"task:{task.key}") == ["TaskReported", "TaskOpened"]
    with office.store.reading() as records:
        assert len(records.submissions.attachments_of(task.key)) == 1


def test_while_more_time_is_asked_for_the_task_can_be_reported_as_done(
    office: Office, task: Task, client: TestClient
) -> None:
    path = link_to(office, task)
    send(client, path, "extension", deadline="R6.4.30")
    page = client.get(path).text
    assert "<summary>完了を報告する</summary>" in page
    assert "<summary>期限の延長を申し出る</summary>" not in page

    again, done = send(client, path, "extension", deadline="R6.5.31"), send(client, path)

    assert again.status_code == 409
    assert "期限の延長は申出済みです。情報管理課が確かめています。" in again.text
    assert done.status_code == 303
    asked, reported = answers_to(office, task)
    assert (asked.decision, reported.decision) == (Decision.REPLACED, None)


def test_what_was_sent_back_says_why_and_can_be_answered_again(office: Office, task: Task, client: TestClient) -> None:
    decided(office, answered(office, task), Decision.SENT_BACK, "写しを添えてください。")
    path = link_to(office, task)

    page = words_of(client.get(path).text)

    assert "前の報告は差し戻されました。" in page
    assert "差戻しの理由写しを添えてください。" in page
    assert send(client, path, note="写しを添えました。").status_code == 303
    assert [answer.decision for answer in answers_to(office, task)] == [Decision.SENT_BACK, None]
    assert "前の報告は差し戻されました" not in client.get(path).text


def test_a_form_opened_before_the_task_was_sent_back_is_not_taken_for_the_answer_to_it(
    office: Office, task: Task, client: TestClient
) -> None:
    path = link_to(office, task)
    decided(office, answered(office, task), Decision.SENT_BACK, "写しを添えてください。")

    stale = send(client, path, round="1", note="前に開いたページから")

    assert stale.status_code == 409
    assert "このページを開いた後に、期限の変更や差戻しがありました。" in stale.text
    assert "前に開いたページから</textarea>" in stale.text
    assert len(answers_to(office, task)) == 1
    assert send(client, path, round="2").status_code == 303


def test_an_answer_left_undecided_by_a_change_from_elsewhere_does_not_shut_the_department_out(
    office: Office, task: Task, client: TestClient
) -> None:
    answered(office, task)
    with office.store.transaction() as records:
        done, first = known(office, task).complete("検査で解消を確認しました。", OCCASION)
        again, second = done.reopen("検査で再び検知しました。", OCCASION)
        records.tasks.save(again, first, second)

    assert "完了を報告する" in client.get(link_to(office, task)).text
    assert send(client, link_to(office, task)).status_code == 303
    assert [answer.decision for answer in answers_to(office, task)] == [Decision.REPLACED, None]


def test_a_department_sees_only_its_own_answers(office: Office, task: Task, client: TestClient) -> None:
    number = answered(office, task, NOT_OURS, note="障害者福祉課の事情", officer="職員０９")
    decided(office, number, Decision.ACCEPTED)

    page = client.get(link_to(office, known(office, task))).text

    assert known(office, task).department_code == CARE
    assert "障害者福祉課の事情" not in page
    assert "職員０９" not in page


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\C:\\Users\\職員\\停止の記録.txt", "停止の記録.txt"),
        ("改\u202eexe.txt", "改exe.txt"),
        ("..", "名前のないファイル"),
        ("外字\ue000髙﨑①㈱.csv", "外字\ue000髙﨑①㈱.csv"),
        ("が.txt", "が.txt"),
        ("あ" * 300 + ".csv", "あ" * 196 + ".csv"),
        ("<script>.txt", "<script>.txt"),
    ],
)
def test_a_file_keeps_the_name_it_came_with_without_folders_and_what_cannot_be_seen(
    office: Office, task: Task, client: TestClient, sent: str, kept: str
) -> None:
    send(client, link_to(office, task), files=[(sent, b"content")])

    with office.store.reading() as records:
        assert [file.name for file in records.submissions.attachments_of(task.key)] == [kept]
    assert "<script>" not in client.get(link_to(office, task)).text
    evidence = office.data_dir / "evidence"
    assert {path.parent.parent for path in evidence.rglob("*") if path.is_file()} == {evidence}


def test_line_breaks_and_control_characters_of_a_name_stay_out_of_the_trail(
    office: Office, task: Task, client: TestClient
) -> None:
    send(client, link_to(office, task), officer="職員\r\n０１\x00\u202e", note="一行目\r\n二行目\x07<script>")

    answer = answers_to(office, task)[0]
    assert (answer.officer, answer.note) == ("職員 ０１", "一行目\n二行目<script>")
    assert "<script>" not in client.get(link_to(office, task)).text
    assert "<script>" not in division(office).get(f"/tasks/{task.key}").text


def test_the_link_works_on_the_divisions_application_too_and_shows_no_way_into_its_pages(
    office: Office, task: Task
) -> None:
    for client in (division(office), outside(office)):
        page = client.get(link_to(office, task)).text
        assert "主なページ" not in page
        assert not re.search(r'href="/(?!static|submissions|departments)', page)


def test_the_answering_application_has_no_other_pages(office: Office, task: Task) -> None:
    client = outside(office)

    for page in ("/", "/tasks", f"/tasks/{task.key}", "/letters", "/attachments/1", "/registers", "/decisions", "/jobs",
                 "/forecast", "/letters/print", "/docs", "/openapi.json"):  # fmt: skip
        answer = client.get(page)
        assert answer.status_code == 404, page
        assert "お探しのページはありません" in answer.text
        assert "主なページ" not in answer.text
        assert "今日のページ" not in answer.text
    assert client.post("/decisions", data={}).status_code == 404
    assert client.get("/static/zesei.css").status_code == 200


def test_trouble_inside_is_told_without_a_trace_and_the_log_names_no_secret(
    office: Office, task: Task, caplog: pytest.LogCaptureFixture
) -> None:
    path = link_to(office, task)
    with office.store.transaction() as records:
        records.connection.exec_driver_sql("ALTER TABLE task RENAME TO lost")

    client = outside(office)
    client_that_sees_500 = TestClient(client.app, raise_server_exceptions=False)
    answer = client_that_sees_500.get(path)

    assert answer.status_code == 500
    assert "表示できませんでした" in answer.text
    assert path.rpartition("/")[2] not in caplog.text
    assert task.key not in caplog.text
    assert "/submissions/…" in caplog.text


def test_the_offices_address_is_answered_under_its_own_name(tmp_path: Path) -> None:
    office = an_office(tmp_path, '[web]\naddress = "http://zesei.city.example"\n[answers]\nhost = "10.1.2.3"\n')
    task = given(office, a_task())

    for host, status in (("zesei.city.example", 200), ("10.1.2.3:8001", 200), ("evil.example", 400)):
        assert outside(office).get(link_to(office, task), headers={"host": host}).status_code == status
