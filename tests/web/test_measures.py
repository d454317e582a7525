"""What the division says of a measure: the word for the outside, the approval, the look at the effect, 再指摘."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.builders import a_file, a_row, everything_in, take
from tests.web.situations import (
    TODAY,
    a_task,
    an_office,
    answered,
    auditor,
    division,
    given,
    kinds_of_events,
    known,
    words_of,
)
from tracker.clock import set_clock
from tracker.domain.decisions import Approval, Approver, Effect
from tracker.domain.tasks import Origin, Task
from tracker.office import Office, open_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def task(office: Office) -> Task:
    return given(office, a_task())


@pytest.fixture
def client(office: Office) -> TestClient:
    return division(office)


def move(client: TestClient, office: Office, task: Task, what: str, **fields: object) -> Response:
    """A form of the division on a page that is opened now."""
    return client.post(f"/{what}", data={"task": task.key, "version": known(office, task).version} | fields)


def page_of(client: TestClient, task: Task) -> str:
    return words_of(client.get(f"/tasks/{task.key}").text)


def later(office: Office, on: date) -> Office:
    """The same office on another day."""
    set_clock(
        office.data_dir, "Asia/Tokyo", datetime(on.year, on.month, on.day, 9, tzinfo=ZoneInfo("Asia/Tokyo")), pace=0
    )
    return open_office(office.data_dir.parent / "config.toml", office.data_dir)


def test_what_is_considered_or_not_taken_is_the_divisions_word_and_has_its_reason(
    office: Office, task: Task, client: TestClient
) -> None:
    assert "対外的な区分 措置予定" in page_of(client, task)
    move(client, office, task, "considerations", reason="範囲を検討しています。")
    assert "対外的な区分 検討中" in page_of(client, task)
    assert "検討中" in words_of(client.get("/tasks").text)
    move(client, office, task, "settlements", reason="全課で行うことにしました。")
    assert "対外的な区分 措置予定" in page_of(client, task)
    move(client, office, task, "withdrawals", reason="廃止する業務のため。", measure="not-taken", approver="director")

    page = page_of(client, task)

    assert "対外的な区分 不措置" in page
    assert "措置しないことを決めました廃止する業務のため。決裁 部長決裁" in page
    assert kinds_of_events(office, f"task:{task.key}")[:3] == ["TaskWithdrawn", "MeasureSettled", "MeasureConsidered"]
    without_reason = move(client, office, given(office, a_task("2")), "considerations", reason="")
    assert without_reason.status_code == 422
    assert "何を検討しているかを書いてください。" in without_reason.text


def test_a_withdrawal_by_mistake_has_no_word_for_the_outside(office: Office, task: Task, client: TestClient) -> None:
    move(client, office, task, "withdrawals", reason="重ねて登録したため。", measure="")

    assert "対外的な区分" not in page_of(client, task).partition("情報管理課が行うこと")[0]


def test_an_approval_stays_with_the_task_and_in_its_history(office: Office, task: Task, client: TestClient) -> None:
    answered(office, task)
    with office.store.reading() as records:
        pending = records.submissions.pending_of(task.key)
    assert pending is not None
    approval = {"approved_on": "R6.3.15", "approver": "chief", "document_no": "6情管第12号"}

    move(client, office, task, "decisions", submission=pending.id, decision="accepted", **approval)

    assert known(office, task).approval == Approval(date(2024, 3, 15), Approver.CHIEF, "6情管第12号")
    for browser in (client, auditor(office)):
        page = page_of(browser, task)
        assert "決裁令和6年3月15日（金） 課長決裁 6情管第12号" in page.partition("経過")[0]
        assert "決裁 令和6年3月15日（金） 課長決裁 6情管第12号" in page.partition("経過")[2]
    with office.store.reading() as records:
        records.events.verify()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("approved_on", "R6.3.19", "決裁日は、今日までの日にしてください。"),
        ("approved_on", "先週", "「先週」は日付として読めません。"),
        ("document_no", "あ" * 61, "文書番号は60字以内で書いてください。"),
    ],
)
def test_what_is_wrong_with_an_approval_is_said_beside_its_field_and_everything_typed_is_kept(
    office: Office, task: Task, client: TestClient, field: str, value: str, sentence: str
) -> None:
    before = everything_in(office)

    answer = move(client, office, task, "completions", note="<b>電話で", approver="director", **{field: value})

    assert answer.status_code == 422
    form = answer.text.partition('action="/completions"')[2].partition("</form>")[0]
    assert sentence in words_of(form)
    assert f'value="{value}"' in form
    assert '<option value="director" selected>' in form
    assert "&lt;b&gt;電話で</textarea>" in form
    assert '<details class="approval" open>' in form
    assert everything_in(office) == before


def test_the_effect_of_a_findings_measure_is_looked_at_three_months_later(
    office: Office, task: Task, client: TestClient
) -> None:
    said = move(client, office, task, "completions", note="電話で確かめました。").headers["location"]
    assert "令和6年6月18日（火）に、効果の確認を「今日」の画面で知らせます。" in words_of(client.get(said).text)
    assert known(office, task).effect_check_on == date(2024, 6, 18)
    for eve in (office, later(office, date(2024, 6, 17))):
        assert "効果確認 （完了から" not in words_of(division(eve).get("/").text)

    office = later(office, date(2024, 6, 20))
    client = division(office)
    morning = words_of(client.get("/").text).partition("効果確認 （完了から時がたちました。")[2]
    assert "令和6年6月18日（火） 2日前" in morning
    assert "台帳に書く 1" in morning
    done = move(client, office, task, "effect-checks", effect="holds", note="台帳を見ました。")

    assert "効果ありと記録しました。" in words_of(client.get(done.headers["location"]).text)
    assert (known(office, task).effect, known(office, task).effect_checked_on) == (Effect.HOLDS, date(2024, 6, 20))
    assert "効果確認◎ 効果あり 令和6年6月20日（木）" in page_of(client, task)
    assert "効果確認 （完了から" not in words_of(client.get("/").text)


def test_what_recurred_says_how_to_go_on_and_reopening_begins_anew(
    office: Office, task: Task, client: TestClient
) -> None:
    move(client, office, task, "completions", note="電話で確かめました。")

    done = move(client, office, task, "effect-checks", effect="recurred", note="また台帳に書かれていません。")

    assert "再発と記録しました。この対応を「対応中に戻す」か、新しい指導事項があれば" in words_of(
        client.get(done.headers["location"]).text
    )
    move(client, office, task, "reopenings", reason="再発したため。")
    assert (known(office, task).effect, known(office, task).effect_check_on) == (Effect.UNKNOWN, None)
    assert kinds_of_events(office, f"task:{task.key}")[:2] == ["TaskReopened", "EffectChecked"]


def test_a_result_without_a_word_or_a_note_is_refused(office: Office, task: Task, client: TestClient) -> None:
    move(client, office, task, "completions", note="電話で確かめました。")
    before = everything_in(office)

    for fields, sentence in (
        ({"effect": "", "note": "台帳を見ました。"}, "「効果あり」か「再発」かを選んでください。"),
        ({"effect": "holds", "note": ""}, "何を見て確かめたかを書いてください。"),
    ):
        answer = move(client, office, task, "effect-checks", **fields)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert everything_in(office) == before


def test_which_effects_are_looked_at_and_when_is_set_by_the_office(tmp_path: Path) -> None:
    office = an_office(tmp_path, '[effects]\nmonths = 6\norigins = ["flag"]\n')
    given(office, finding := a_task(), flag := a_task(key="flag:x/1~1", origin=Origin.FLAG, origin_ref="x/1"))

    for task in (finding, flag):
        move(division(office), office, task, "completions", note="電話で確かめました。")

    assert (known(office, finding).effect_check_on, known(office, flag).effect_check_on) == (None, date(2024, 9, 18))


def test_a_finding_that_recurs_names_the_earlier_one_and_both_pages_show_it(
    office: Office, client: TestClient, tmp_path: Path
) -> None:
    findings = [a_row("指導事項", 指導番号=number, 件名=f"操作権限 {number}") for number in ("R3-1", "R5-1", "R5-2")]
    take(office, a_file(tmp_path, "指導事項", *findings), on=TODAY)
    form = {"finding": "R5-1", "earlier": "R3-1", "reason": "同じシステムです。"}

    answers = [client.post("/recurrences", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    for browser in (client, auditor(office)):
        assert '<a href="/findings/R3-1">R3-1　操作権限 R3-1</a>' in browser.get("/findings/R5-1").text
        earlier = browser.get("/findings/R3-1").text
        assert "この指導事項は、後に再び指摘されました。" in earlier
        assert '<a href="/findings/R5-1">R5-1　操作権限 R5-1</a>' in earlier
    assert "同じシステムです。" in client.get("/findings/R5-1").text
    assert 'method="post"' not in auditor(office).get("/findings/R5-1").text.partition("<main")[2]
    assert kinds_of_events(office, "finding:R5-1") == ["RecurrenceNoted"]
    for wrong, sentence in (
        ({"earlier": ""}, "前の指導事項を選んでください。"), ({"earlier": "R9-9"}, "指導事項「R9-9」はありません。"),
        ({"earlier": "R5-1"}, "同じ指導事項です。"),
        ({"finding": "R3-1", "earlier": "R5-1"}, "この指導事項の再指摘として結び付いています。"),
    ):  # fmt: skip
        refused = client.post("/recurrences", data=form | wrong)
        assert refused.status_code == 422
        assert sentence in refused.text
        assert "同じシステムです。</textarea>" in refused.text
    assert client.post("/recurrences", data=form | {"finding": "R9-9"}).status_code == 404
    client.post("/recurrences/removal", data=form)
    assert "この指導事項は、後に再び指摘されました。" not in client.get("/findings/R3-1").text
    assert kinds_of_events(office, "finding:R5-1") == ["RecurrenceRevoked", "RecurrenceNoted"]
