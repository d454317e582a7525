"""Two people save at once: the second is told, shown both sides, and may go on after reading; a second click is nobody's."""

import re
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.builders import everything_in
from tests.web.situations import (
    CARE,
    PARKS,
    TODAY,
    a_task,
    an_office,
    answered,
    answers_to,
    division,
    given,
    kinds_of_events,
    known,
    member,
    signed_in,
    words_of,
)
from tracker.domain.accounts import Account, Role
from tracker.domain.submissions import Decision, SubmissionKind
from tracker.domain.tasks import Task
from tracker.office import Office

COLLEAGUE = Account("division-2", "情報管理課 職員１１", Role.DIVISION)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def task(office: Office) -> Task:
    return given(office, a_task())


@pytest.fixture
def client(office: Office) -> TestClient:
    return division(office)


def fields_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the first form that goes to an address, as the page has them."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', page, re.S)
    assert form, action
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form[0])
    return {name: unescape(value) for name, value in found}


def opened(client: TestClient, task: Task, action: str) -> dict[str, str]:
    """The form as it stands on a page that is opened now."""
    return fields_of(client.get(f"/tasks/{task.key}").text, action)


def resent(client: TestClient, page: Response, action: str) -> Response:
    """The form with which the page that shows both sides goes on."""
    return client.post(action, data=fields_of(page.text.partition("あなたが行おうとしたこと")[2], action))


def test_the_second_of_two_is_told_and_shown_what_was_typed_beside_what_is_there_now(
    office: Office, task: Task, client: TestClient
) -> None:
    form = opened(client, task, "/extensions")
    other = signed_in(office, COLLEAGUE)
    other.post("/handovers", data=opened(other, task, "/handovers") | {"department": CARE})
    before = everything_in(office)

    answer = client.post(
        "/extensions", data=form | {"deadline": "R6.5.31", "reason": "議会の<b>日程。", "approver": "chief"}
    )
    left, _, right = words_of(answer.text).partition("あなたが行おうとしたこと")[2].partition("今の内容")

    assert answer.status_code == 409
    assert "この対応は、ほかの人が先に更新しました。" in answer.text
    for typed in ("期限を変える", "R6.5.31", "議会の<b>日程。", "課長決裁"):
        assert typed in left
    assert "介護保険課" in right.partition("画面を開いた後に起きたこと")[0]
    assert (
        "障害者福祉課 → 介護保険課" in right.partition("画面を開いた後に起きたこと")[2].partition("見比べたうえで")[0]
    )
    assert "情報管理課 職員１１" in right
    assert everything_in(office) == before


def test_after_reading_both_the_second_may_go_on_with_what_was_typed(
    office: Office, task: Task, client: TestClient
) -> None:
    form = opened(client, task, "/extensions")
    other = signed_in(office, COLLEAGUE)
    other.post("/handovers", data=opened(other, task, "/handovers") | {"department": CARE})
    typed = {"deadline": "R6.5.31", "reason": "議会の<b>日程。", "document_no": "6情管第12号"}

    answer = resent(client, client.post("/extensions", data=form | typed), "/extensions")

    assert answer.status_code == 303
    after = known(office, task)
    assert (after.department_code, after.deadline, after.document_no) == (
        CARE,
        TODAY.replace(month=5, day=31),
        "6情管第12号",
    )
    assert kinds_of_events(office, f"task:{task.key}") == ["DeadlineExtended", "TaskHandedOver", "TaskOpened"]


def test_a_page_that_was_overtaken_twice_is_told_twice(office: Office, task: Task, client: TestClient) -> None:
    form, other = opened(client, task, "/withdrawals"), signed_in(office, COLLEAGUE)
    other.post("/handovers", data=opened(other, task, "/handovers") | {"department": CARE})
    first = client.post("/withdrawals", data=form | {"reason": "重ねて登録したため。", "measure": "not-taken"})
    other.post("/handovers", data=opened(other, task, "/handovers") | {"department": PARKS})

    second = resent(client, first, "/withdrawals")

    assert (first.status_code, second.status_code) == (409, 409)
    assert "介護保険課 → みどり公園課" in words_of(second.text)
    assert resent(client, second, "/withdrawals").status_code == 303
    assert (known(office, task).withdrawn_on, known(office, task).measure) == (TODAY, "not-taken")


def test_what_can_no_longer_be_done_offers_no_way_to_do_it_but_shows_what_was_typed(
    office: Office, task: Task, client: TestClient
) -> None:
    extension, withdrawal = opened(client, task, "/extensions"), opened(client, task, "/withdrawals")
    answered(office, task)
    answer = client.post("/extensions", data=extension | {"deadline": "R6.5.31", "reason": "議会の日程。"})
    assert answer.status_code == 409
    assert "先に、下の報告を確かめてください。" in answer.text
    assert "議会の日程。" in answer.text
    assert "見比べたうえで" not in answer.text

    other = signed_in(office, COLLEAGUE)
    other.post("/decisions", data=opened(other, task, "/decisions"))
    answer = client.post("/withdrawals", data=withdrawal | {"reason": "重ねて登録したため。"})

    assert answer.status_code == 409
    assert "今の内容では、この操作はできません。" in answer.text
    assert "重ねて登録したため。" in answer.text
    assert "見比べたうえで" not in answer.text


def test_a_decision_on_an_answer_that_another_decided_is_shown_beside_that_decision(
    office: Office, task: Task, client: TestClient
) -> None:
    answered(office, task)
    page = client.get(f"/tasks/{task.key}").text.partition("差し戻す</summary>")[2]
    form, other = fields_of(page, "/decisions"), signed_in(office, COLLEAGUE)
    assert form["decision"] == "sent-back"
    other.post("/decisions", data=opened(other, task, "/decisions"))

    answer = client.post("/decisions", data=form | {"reason": "写しを添えてください。"})

    assert answer.status_code == 409
    assert "この報告は、もう確かめ終わっています。" in answer.text
    assert "写しを添えてください。" in answer.text
    assert "完了しました" in words_of(answer.text).partition("画面を開いた後に起きたこと")[2]
    assert [one.decision for one in answers_to(office, task)] == [Decision.ACCEPTED]


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("/completions", {"note": "電話で確かめました。"}), ("/extensions", {"deadline": "R6.5.31", "reason": "議会。"}),
        ("/handovers", {"department": CARE}), ("/withdrawals", {"reason": "重複。"}),
        ("/considerations", {"reason": "範囲を検討。"}),
    ],
)  # fmt: skip
def test_a_second_click_does_nothing_and_leads_where_the_first_one_led(
    office: Office, task: Task, client: TestClient, action: str, fields: dict[str, str]
) -> None:
    form = opened(client, task, action) | fields

    first = client.post(action, data=form)
    after = everything_in(office)
    second = client.post(action, data=form)

    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["location"] == first.headers["location"]
    assert "◎" in words_of(client.get(second.headers["location"]).text).partition("すること")[0]
    assert everything_in(office) == after


@pytest.mark.parametrize(
    ("action", "fields", "others"),
    [
        ("/completions", {"note": "電話で確かめました。"}, {"note": "別の文。"}),
        ("/completions", {"note": "電話で確かめました。"}, {"document_no": "6情管第12号"}),
        ("/extensions", {"deadline": "R6.5.31", "reason": "議会。"}, {"deadline": "R6.6.30"}),
        ("/extensions", {"deadline": "R6.5.31", "reason": "議会。"}, {"reason": "別の文。"}),
        ("/handovers", {"department": CARE}, {"department": PARKS}),
        ("/withdrawals", {"reason": "重複。"}, {"measure": "not-taken"}),
    ],
)
def test_a_form_that_says_anything_else_is_no_second_click(
    office: Office, task: Task, client: TestClient, action: str, fields: dict[str, str], others: dict[str, str]
) -> None:
    form = opened(client, task, action) | fields
    client.post(action, data=form)
    before = everything_in(office)

    answer = client.post(action, data=form | others)

    assert answer.status_code == 409
    assert "あなたが行おうとしたこと" in answer.text
    assert everything_in(office) == before


@pytest.mark.parametrize("kind", list(SubmissionKind))
def test_a_second_click_on_a_decision_leads_where_the_first_one_led(
    office: Office, task: Task, client: TestClient, kind: SubmissionKind
) -> None:
    answered(office, task, kind)
    form = opened(client, task, "/decisions") | {"department": CARE}

    first, second = (client.post("/decisions", data=form) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["location"] == first.headers["location"]


def test_the_same_decision_of_two_people_is_told_to_the_second(office: Office, task: Task, client: TestClient) -> None:
    form = opened(client, task, "/completions") | {"note": "電話で確かめました。"}

    first = client.post("/completions", data=form)
    colleague = signed_in(office, COLLEAGUE)
    second = colleague.post("/completions", data=form | {"csrf_token": colleague.token})

    assert (first.status_code, second.status_code) == (303, 409)


def test_a_comment_or_a_document_that_came_meanwhile_does_not_overtake_a_page(
    office: Office, task: Task, client: TestClient
) -> None:
    form = opened(client, task, "/completions")
    member(office).post("/comments", data={"task": task.key, "comment": "もう少しです。"})

    assert client.post("/completions", data=form | {"note": "電話で確かめました。"}).status_code == 303
