"""A department's own page after sign-in: its list, answering in place, and nothing of anybody else's."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.builders import a_file, a_row, take
from tests.documents import PDF
from tests.web.situations import (
    CARE,
    CLERK,
    DISABILITY,
    OCCASION,
    TODAY,
    a_page_of,
    a_task,
    administrator,
    an_office,
    answered,
    answers_to,
    auditor,
    chief,
    decided,
    division,
    everything_but_sign_ins,
    given,
    kinds_of_events,
    known,
    link_to,
    member,
    outside,
    words_of,
)
from tracker.answering import move
from tracker.domain import moves
from tracker.domain.submissions import Decision, SubmissionKind
from tracker.domain.tasks import Task
from tracker.office import Office
from tracker.storage.events import StoredEvent

DONE, EXTENSION, NOT_OURS = SubmissionKind


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def task(office: Office) -> Task:
    return given(office, a_task())


@pytest.fixture
def client(office: Office) -> TestClient:
    return member(office)


def send(client: TestClient, task: Task, kind: str = "done", files: Any = (), **fields: str) -> Response:
    """The form in a row of the list."""
    filled = {"task": task.key, "from": "list", "kind": kind, "round": str(task.round), "note": "台帳に書きました。"}
    attached = [("files", file) for file in files] or [("files", ("", b"", "application/octet-stream"))]
    return client.post("/submissions", data=filled | fields, files=attached)


def post(client: TestClient, path: str, task: Task, **fields: str) -> Response:
    """Another form of the list."""
    return client.post(path, data={"task": task.key, "from": "list"} | fields)


def page_after(client: TestClient, answer: Response) -> str:
    """What the page says that a form led to."""
    assert answer.status_code == 303, answer.text
    return words_of(client.get(answer.headers["location"]).text)


def events_about(office: Office, task: Task) -> list[StoredEvent]:
    """What happened to a task, newest first."""
    with office.store.reading() as records:
        return records.events.about(f"task:{task.key}")


def test_the_list_shows_what_is_overdue_today_coming_and_with_the_division_each_opening_in_place(
    office: Office, client: TestClient
) -> None:
    late, today, soon, sent = (
        a_task("遅れ", deadline=TODAY.replace(day=15)), a_task("本日", deadline=TODAY), a_task("先"), a_task("報告済み"),
    )  # fmt: skip
    given(office, sent, soon, today, late, a_task("介護の", department_code=CARE), a_task("未定", department_code=None))
    answered(office, sent, EXTENSION)

    text = client.get("/").text
    page = words_of(text)

    assert "未完了 4件、うち期限超過 1件、情報管理課が確認中 1件。" in page
    places = [page.index(f"台帳に書く {name}") for name in ("遅れ", "本日", "先", "報告済み")]
    assert places == sorted(places)
    assert text.count('<details class="own') == 4
    assert "介護の" not in page
    assert "未定" not in page
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_a_row_says_what_to_do_on_what_ground_and_asks_no_name_of_who_is_signed_in(
    office: Office, task: Task, client: TestClient, tmp_path: Path
) -> None:
    take(office, a_file(tmp_path, "指導事項", a_row("指導事項")), on=TODAY)

    text = client.get("/").text
    page = words_of(text)

    assert "令和6年3月22日（金）までに行い、済んだら完了を報告してください。" in page
    assert "台帳に、停止した日を書いてください。" in page
    assert "指導事項 R5-1「操作権限」" in page
    assert "停止すること" in text.partition("<summary>条項と指導の内容</summary>")[2]
    for way in ("完了を報告する", "期限の延長を申し出る", "所管が違うことを知らせる"):
        assert f"<summary>{way}</summary>" in text
    assert "報告する方の氏名" not in page
    assert "/findings" not in text


def test_done_is_reported_in_place_in_the_name_of_who_is_signed_in_and_the_list_says_so(
    office: Office, task: Task, client: TestClient
) -> None:
    page = page_after(client, send(client, task, files=[("写し.pdf", PDF)]))

    assert "「台帳に書く 1」 完了の報告を受け付けました。情報管理課が確かめます。" in page
    assert "情報管理課が確かめているもの （1件）" in page
    assert known(office, task).answered_on == TODAY
    assert [(answer.kind, answer.officer) for answer in answers_to(office, task)] == [(DONE, CLERK)]
    assert [event.by for event in events_about(office, task)] == [CLERK, "情報管理課"]
    decision = division(office).get(f"/tasks/{task.key}").text
    assert "完了の報告が届いています" in decision
    assert '<a href="/attachments/1">写し.pdf</a>' in decision


def test_a_second_click_on_the_same_answer_makes_no_second_one_and_leads_to_the_same_page(
    office: Office, task: Task, client: TestClient
) -> None:
    first, second = send(client, task), send(client, task)

    assert (second.status_code, second.headers["location"]) == (303, first.headers["location"])
    assert len(answers_to(office, task)) == 1
    assert kinds_of_events(office, f"task:{task.key}") == ["TaskReported", "TaskOpened"]


@pytest.mark.parametrize(
    ("kind", "first", "second", "sentence"),
    [
        ("done", {}, {"note": "別の報告です。"}, "この対応は報告済みです。"),
        ("done", {}, {"files": [("写し.pdf", PDF)]}, "この対応は報告済みです。"),
        ("extension", {"deadline": "R6.4.30"}, {"deadline": "R6.5.31"}, "期限の延長は申出済みです。"),
        ("not-ours", {"department": CARE}, {"department": "0701"}, "この対応は報告済みです。"),
    ],
)
def test_an_answer_that_says_anything_else_is_no_second_click(
    office: Office,
    task: Task,
    client: TestClient,
    kind: str,
    first: dict[str, Any],
    second: dict[str, Any],
    sentence: str,
) -> None:
    assert send(client, task, kind, **first).status_code == 303

    other = send(client, task, kind, **(first | second))

    assert other.status_code == 409
    assert sentence in other.text
    assert len(answers_to(office, task)) == 1


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("done", {"note": ""}, "何をしたかを書くか、証跡のファイルを添えてください。"),
        ("extension", {"deadline": "4月末ごろ"}, "「4月末ごろ」は日付として読めません。"),
        ("extension", {"deadline": "R6.4.30", "note": ""}, "期限の延長が必要な理由を書いてください。"),
        ("not-ours", {"department": "9999"}, "所管課を一覧から選んでください。"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_in_the_row_it_belongs_to(
    office: Office, client: TestClient, kind: str, fields: dict[str, str], sentence: str
) -> None:
    given(office, a_task("先", deadline=TODAY), task := a_task("二つ目"))
    before = everything_but_sign_ins(office)

    for where in ("list", "task"):
        answer = send(client, task, kind, **({"note": "<b>事情</b>", "from": where} | fields))

        assert answer.status_code == 422
        page = answer.text if where == "task" else answer.text.partition(f'id="{task.key}" open')[2]
        assert sentence in words_of(page)
        assert 'aria-invalid="true"' in page
        if "note" not in fields:
            assert "&lt;b&gt;事情&lt;/b&gt;</textarea>" in page
        if fields.get("deadline"):
            assert f'value="{fields["deadline"]}"' in page
        assert answer.text.count('class="wrong"') == 1
    assert everything_but_sign_ins(office) == before


def test_beginning_is_recorded_once_with_who_and_when_and_shows_as_under_way(
    office: Office, task: Task, client: TestClient
) -> None:
    assert "措置予定" in client.get(f"/tasks/{task.key}").text

    page = page_after(client, post(client, "/starts", task))
    again = post(client, "/starts", task)

    assert "着手したことを記録しました。" in page
    assert "着手令和6年3月18日（月）" in page
    assert again.status_code == 303
    assert known(office, task).started_on == TODAY
    assert [(event.kind, event.by) for event in events_about(office, task)] == [
        ("TaskStarted", CLERK), ("TaskOpened", "情報管理課"),
    ]  # fmt: skip
    seen = words_of(division(office).get(f"/tasks/{task.key}").text)
    assert "対外的な区分 措置中" in seen
    assert "着手令和6年3月18日（月）" in seen
    assert "着手した</button>" not in client.get("/").text


def test_a_comment_stands_in_the_line_of_events_for_both_sides_and_stops_nothing(
    office: Office, task: Task, client: TestClient
) -> None:
    before = known(office, task)

    page = page_after(client, post(client, "/comments", task, comment="業者に\r\n見積りを頼みました。<b>"))
    post(client, "/comments", task, comment="業者に\r\n見積りを頼みました。<b>")
    answer = division(office).post("/comments", data={"task": task.key, "comment": "分かりました。"})

    assert "コメントを書きました。期限もお知らせも、今までどおりです。" in page
    assert known(office, task) == before
    assert kinds_of_events(office, f"task:{task.key}") == ["TaskCommented", "TaskCommented", "TaskOpened"]
    for browser in (client, division(office), auditor(office)):
        text = browser.get(f"/tasks/{task.key}").text
        assert "見積りを頼みました。&lt;b&gt;" in text
        assert "分かりました。" in text
    assert answer.status_code == 303
    empty = post(client, "/comments", task, comment=" \r\n")
    assert empty.status_code == 422
    assert "コメントを書いてください。" in empty.text


def test_another_departments_task_is_as_unknown_as_one_that_does_not_exist(office: Office) -> None:
    given(
        office, foreign := a_task("介護の秘密", department_code=CARE), nobodys := a_task("未定", department_code=None)
    )
    unknown = a_task("ない")
    before = everything_but_sign_ins(office)

    for client in (member(office), chief(office)):
        for task in (foreign, nobodys, unknown):
            forms = [
                post(client, "/starts", task), post(client, "/comments", task, comment="x"), send(client, task),
                client.post("/attachments", data={"task": task.key}, files=[("files", ("写し.pdf", PDF))]),
            ]  # fmt: skip
            for answer in (client.get(f"/tasks/{task.key}"), *forms):
                assert answer.status_code == 404
                assert f"対応「{task.key}」はありません。" in answer.text
                assert "介護の秘密" not in answer.text.replace(task.key, "")
        assert "介護の秘密" not in client.get("/").text
    assert everything_but_sign_ins(office) == before


def test_the_list_of_tasks_is_the_departments_own_whatever_the_address_asks_for(
    office: Office, client: TestClient
) -> None:
    given(office, a_task("私たちの"), a_task("介護の", department_code=CARE), a_task("未定", department_code=None))

    for query in (
        "",
        "?department=0305",
        "?department=-",
        "?standing=all&q=台帳",
        "?department=&standing=all&origin=finding",
    ):
        text = client.get(f"/tasks{query}").text
        assert "私たちの" in text, query
        assert "介護の" not in text, query
        assert "未定" not in text.partition("<main")[2].replace("所管課未定", ""), query
        assert 'name="department"' not in text
        assert not re.search(r'href="/(?:findings|checks|flags|letters)', text)


def test_what_another_department_wrote_before_a_task_was_handed_over_is_not_shown(office: Office, task: Task) -> None:
    care = member(office, CARE)
    post(member(office), "/comments", task, comment="障害の内情")
    member(office).post("/attachments", data={"task": task.key}, files=[("files", ("障害.pdf", PDF))])
    decided(office, answered(office, task, NOT_OURS, note="障害の事情"), Decision.ACCEPTED)

    for page in (care.get("/").text, care.get(f"/tasks/{task.key}").text):
        assert "台帳に書く 1" in page
        for secret in ("障害の内情", "障害の事情", "障害.pdf"):
            assert secret not in page
    assert care.get("/attachments/1").status_code == 404
    assert member(office).get("/attachments/1").status_code == 404
    assert division(office).get("/attachments/1").status_code == 200


def test_what_was_sent_back_says_why_in_the_list(office: Office, task: Task, client: TestClient) -> None:
    decided(office, answered(office, task), Decision.SENT_BACK, "写しを添えてください。")

    page = words_of(client.get("/").text)

    assert "差戻し" in page
    assert "前の報告は差し戻されました。" in page
    assert "写しを添えてください。" in page
    assert send(client, known(office, task)).status_code == 303


def test_a_form_opened_before_the_deadline_moved_is_not_taken_and_keeps_what_was_typed(
    office: Office, task: Task, client: TestClient
) -> None:
    with office.store.transaction() as records:
        move(records, task.key, 1, lambda t: moves.change_deadline(t, TODAY.replace(day=29), "議会のため。", OCCASION))

    answer = send(client, task, note="前に開いた画面から")

    assert answer.status_code == 409
    assert "このページを開いた後に、期限の変更や差戻しがありました。" in answer.text
    assert "前に開いた画面から</textarea>" in answer.text
    assert answers_to(office, task) == []


def test_a_long_list_is_turned_thirty_at_a_time_and_a_refusal_shows_the_page_of_its_row(
    office: Office, client: TestClient
) -> None:
    tasks = [a_task(f"{number:02}") for number in range(65)]
    given(office, *tasks)

    pages = [client.get(f"/?page={number}").text for number in (1, 2, 3)]

    assert [page.count('<details class="own') for page in pages] == [30, 30, 5]
    assert "1 / 3ページ（全65件）" in words_of(pages[0])
    refused = send(client, tasks[64], note="")
    assert f'id="{tasks[64].key}" open' in refused.text


def test_a_chief_names_an_officer_of_the_department_and_a_member_does_not(
    office: Office, task: Task, tmp_path: Path
) -> None:
    staff = [a_row("職員"), a_row("職員", 職員番号="30022", 氏名="職員０３", 所属コード=CARE)]
    take(office, a_file(tmp_path, "職員", *staff), on=TODAY)
    head = chief(office)
    assert "山田花子" in head.get(f"/tasks/{task.key}").text
    assert "職員０３" not in head.get(f"/tasks/{task.key}").text
    form = {"task": task.key, "from": "task"}

    page = page_after(head, head.post("/assignments", data=form | {"officer": "30021"}))
    stranger = head.post("/assignments", data=form | {"officer": "30022"})
    by_member = member(office).post("/assignments", data=form | {"officer": "30021"})

    assert "担当者を決めました。" in page
    assert "担当者山田花子" in page
    assert known(office, task).officer_no == "30021"
    assert stranger.status_code == 422
    assert "担当者を一覧から選んでください。" in stranger.text
    assert by_member.status_code == 403
    assert "担当者を決める" not in member(office).get(f"/tasks/{task.key}").text


def test_an_auditor_and_an_administrator_change_nothing_of_a_task_and_are_shown_no_form(
    office: Office, task: Task
) -> None:
    number = answered(office, task)
    division(office).post("/attachments", data={"task": task.key}, files=[("files", ("写し.pdf", PDF))])
    before = everything_but_sign_ins(office)
    form = {
        "task": task.key, "version": "2", "submission": str(number), "decision": "accepted", "reason": "x", "note": "x",
        "comment": "x", "kind": "done", "deadline": "R6.4.30", "department": CARE, "officer": "", "finding": "R5-1",
    }  # fmt: skip

    for client in (auditor(office), administrator(office)):
        for path in (
            "/decisions", "/completions", "/extensions", "/handovers", "/withdrawals", "/reopenings", "/considerations",
            "/settlements", "/effect-checks", "/comments", "/starts", "/submissions", "/assignments", "/attachments",
            "/attachments/1/removal", "/recurrences", "/recurrences/removal",
        ):  # fmt: skip
            assert client.post(path, data=form).status_code == 403, path
    assert everything_but_sign_ins(office) == before
    text = auditor(office).get(f"/tasks/{task.key}").text.partition("<main")[2]
    assert 'method="post"' not in text
    assert "完了の報告が届いています" in text


def test_a_department_has_none_of_the_divisions_verbs(office: Office, task: Task) -> None:
    before = everything_but_sign_ins(office)

    for client in (member(office), chief(office)):
        for path in ("/decisions", "/completions", "/extensions", "/handovers", "/withdrawals", "/reopenings",
                     "/considerations", "/settlements", "/effect-checks", "/recurrences"):  # fmt: skip
            answer = client.post(path, data={"task": task.key, "version": "1", "reason": "x", "note": "x"})
            assert answer.status_code == 403, path
            assert path not in client.get(f"/tasks/{task.key}").text
    assert everything_but_sign_ins(office) == before


def test_with_nothing_to_do_the_page_says_so(office: Office, client: TestClient) -> None:
    page = words_of(client.get("/").text)

    assert "今、することはありません。" in page
    assert DISABILITY not in page


def test_a_department_reads_why_what_it_had_reported_is_asked_for_again(office: Office) -> None:
    why = "完了の報告の後も、台帳で検知されています。"
    task = given(office, a_task())
    with office.store.transaction() as records:
        done, event = task.complete("済み。", OCCASION)
        records.tasks.save(done, event)
    with office.store.transaction() as records:
        records.tasks.save(*known(office, task).reopen(why, OCCASION))

    for page in (
        member(office).get(f"/tasks/{task.key}"), outside(office).get(link_to(office, task)),
        outside(office).get(a_page_of(office, DISABILITY)),
    ):  # fmt: skip
        assert page.status_code == 200
        assert f"{why}" in words_of(page.text)
        assert "対応中に戻りました" in words_of(page.text)
