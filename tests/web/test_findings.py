"""Guidance by hand: typed, looked over, entered, revised with a reason, and held to be answered when all is done."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import event

from tests.builders import a_file, a_row, asked, everything_in, take
from tests.web.situations import (
    CARE,
    DISABILITY,
    OCCASION,
    TODAY,
    a_task,
    an_answer,
    an_office,
    auditor,
    chief,
    division,
    given,
    kinds_of_events,
    member,
    words_of,
)  # fmt: skip
from tracker.answering import enter
from tracker.domain.tasks import Task
from tracker.office import Office
from tracker.storage.screens.tasks import Progress, progress_by_finding

GUIDANCE = {
    "kind": "指導", "given_by": "個人情報保護委員会", "given_on": "R6.3.15", "document_no": "個情第12号", "finding_no": "",
    "law": "個人情報保護法", "clause": "第75条第1項", "subject": "ファイル簿の公表",
    "gist": "個人情報ファイル簿が公表されていない。", "department": DISABILITY, "systems": "",
    "action-1": "ファイル簿を作成し、公表する", "department-1": "", "deadline-1": "令和6年4月末まで",
}  # fmt: skip
NUMBER = "R6.3.15-1"
FULL_CLAUSE = "個人情報の保護に関する法律第75条第1項 個人情報ファイル簿の作成及び公表"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def client(office: Office) -> TestClient:
    return division(office)


def guidance(client: TestClient, step: str = "enter", **fields: str) -> Response:
    named = {name.replace("_1", "-1").replace("_2", "-2"): value for name, value in fields.items()}
    return client.post("/guidance", data=GUIDANCE | named | {"step": step})


def entered(client: TestClient, **fields: str) -> str:
    """A finding that was typed; the address of its page."""
    answer = guidance(client, **fields)
    assert answer.status_code == 303, words_of(answer.text)
    return answer.headers["location"]


def task_of(office: Office, key: str = f"finding:{NUMBER}/1") -> Task:
    with office.store.reading() as records:
        task = records.tasks.find(key)
    assert task is not None
    return task


def done(office: Office, key: str = f"finding:{NUMBER}/1") -> None:
    with office.store.transaction() as records:
        task = records.tasks.find(key)
        assert task is not None
        records.tasks.save(*task.complete("公表しました。", OCCASION))


def hidden(page: str, action: str) -> dict[str, str]:
    form = page[page.index(f'action="{action}') :]
    form = form[: form.index("</form>")]
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)}


# ---- entering


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"department": ""}, "改善策1件のうち1件は、所管課が未定です。対応のページで所管を決めてください。"),
        ({"action-1": "", "deadline-1": ""}, "改善策が決まったら、このページから登録してください。"),
    ],
)
def test_a_finding_whose_measures_nobody_has_yet_says_so_instead_of_naming_a_department(
    client: TestClient, fields: dict[str, str], words: str
) -> None:
    page = words_of(client.get(entered(client, **fields)).text)

    assert f"を登録しました。{words}" in page


def test_a_document_of_older_registers_can_be_corrected_without_a_giver_it_never_had(
    office: Office, client: TestClient, tmp_path: Path
) -> None:
    known = a_row("指導事項", 指導番号="R5-9", 所属コード=DISABILITY, 指導日="令和5年11月8日")
    take(office, a_file(tmp_path, "指導事項", known), on=TODAY)

    form = client.get("/revisions/new?finding=R5-9").text
    giver = form[form.index('name="given_by"') :].partition(">")[0]

    assert "required" not in giver
    assert 'value="R5.11.8"' in form


def test_guidance_that_is_typed_becomes_a_finding_and_its_measure_a_task(office: Office, client: TestClient) -> None:
    where = entered(client)

    task = task_of(office)
    assert (task.title, task.department_code, task.deadline_printed) == (
        "ファイル簿を作成し、公表する",
        DISABILITY,
        "令和6年4月末まで",
    )
    assert (task.deadline, task.opened_on) == (date(2024, 4, 30), TODAY)
    page = words_of(client.get(where).text)
    assert f"指導事項「{NUMBER}」を登録しました。改善策1件が所管課の対応になりました。" in page
    assert FULL_CLAUSE in page
    assert "個情第12号" in page
    assert kinds_of_events(office, f"finding:{NUMBER}") == ["FindingEntered"]


def test_a_look_shows_what_is_read_and_enters_nothing(office: Office, client: TestClient) -> None:
    before = everything_in(office)

    answer = guidance(client, "look", deadline_1="5月末まで", action_2="要領を改める", deadline_2="令和6年度から")

    page = words_of(answer.text)
    assert everything_in(office) == before
    assert f"→ {FULL_CLAUSE}" in page
    assert f"→ {NUMBER}" in page
    assert "→ 令和6年5月31日（金）" in page
    assert "→ 令和6年4月1日（月）" in page
    assert 'id="action-3"' in answer.text  # a further measure has room


def test_words_that_are_no_day_are_kept_and_said_to_be_none(client: TestClient) -> None:
    page = words_of(guidance(client, "look", deadline_1="速やかに").text)

    assert "日付にならない期限です。「速やかに」のまま記録し、期限の定めなしとして扱います。" in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("deadline-1", "来春ごろ", "「来春ごろ」は日付として読めません"),
        ("action-1", "", "改善策の内容を書いてください"),
        ("kind", "", "指導、助言、勧告、命令のどれかを選んでください"),
        ("given_on", "", "文書の日付を書いてください"),
        ("given_on", "R6.2.30", "実在しない日付です"),
        ("given_on", "R6.3.19", "今日より後の日です"),
        ("given_by", "", "発出者を書いてください"),
        ("law", "", "法律の名前を書いてください"),
        ("subject", "", "件名を書いてください"),
        ("gist", "", "指導の内容を書いてください"),
        ("gist", "あ" * 5001, "5,000字以内で書いてください"),
        ("department", "9999", "所管課を選び直してください"),
        ("finding_no", "R6/1", "番号に / ? # % は使えません"),
    ],
)
@pytest.mark.parametrize("step", ["look", "enter"])
def test_a_field_that_cannot_be_taken_is_refused_beside_it_and_the_rest_is_kept(
    office: Office, client: TestClient, field: str, typed: str, said: str, step: str
) -> None:
    before = everything_in(office)

    answer = client.post("/guidance", data=GUIDANCE | {field: typed, "step": step})

    assert answer.status_code == 422
    assert said in words_of(answer.text[answer.text.index(f'id="wrong-{field}"') :])
    assert 'value="個情第12号"' in answer.text
    assert everything_in(office) == before


def test_every_wrong_field_is_told_at_once(client: TestClient) -> None:
    answer = guidance(client, law="", subject="", deadline_1="いつか")

    assert {f"wrong-{name}" for name in ("law", "subject", "deadline-1")} <= set(
        re.findall(r'id="(wrong-[^"]+)"', answer.text)
    )


def test_a_number_that_is_taken_is_refused_and_an_empty_one_is_given_the_next(client: TestClient) -> None:
    assert entered(client).startswith(f"/findings/{NUMBER}")
    assert entered(client, subject="別の指導").startswith("/findings/R6.3.15-2")

    answer = guidance(client, subject="また別の指導", finding_no=NUMBER)

    assert f"「{NUMBER}」は、もうあります" in words_of(answer.text)


def test_a_second_click_enters_nothing_twice(office: Office, client: TestClient) -> None:
    entered(client)

    answer = guidance(client)

    assert answer.status_code == 422
    assert f"同じ内容の指導事項「{NUMBER}」が、もう登録されています" in words_of(answer.text)
    assert asked(office, "SELECT COUNT(*) FROM finding_version") == [(1,)]


def test_a_further_finding_of_a_document_begins_with_its_document(client: TestClient) -> None:
    entered(client)

    page = client.get(f"/guidance/new?like={NUMBER}").text

    assert 'value="個情第12号"' in page
    assert "<option selected>指導</option>" in page
    assert "ファイル簿の公表" not in page


def test_findings_of_a_document_stand_together_the_newest_document_first(client: TestClient) -> None:
    entered(client)
    entered(client, subject="別の指導")
    entered(client, kind="勧告", given_on="R6.3.18", subject="急ぎの勧告")

    page = words_of(client.get("/findings").text)

    assert page.index("勧告 個人情報保護委員会 令和6年3月18日（月）") < page.index(
        "指導 個人情報保護委員会 令和6年3月15日（金） 個情第12号"
    )
    assert page.index("指導 個人情報保護委員会") < page.index("ファイル簿の公表") < page.index("別の指導")


# ---- measures


def test_a_measure_is_added_to_a_finding_and_becomes_a_task(office: Office, client: TestClient) -> None:
    entered(client)
    fields = {"finding": NUMBER, "action-1": "要領を改める", "department-1": CARE, "deadline-1": "年度末まで"}

    looked = client.post("/plans", data=fields | {"step": "look"})
    assert "→ 令和6年3月31日（日）" in words_of(looked.text)
    answer = client.post("/plans", data=fields | {"step": "enter"})

    assert answer.status_code == 303
    task = task_of(office, f"finding:{NUMBER}/2")
    assert (task.department_code, task.deadline) == (CARE, date(2024, 3, 31))
    assert "改善策を登録しました。介護保険課には、" in words_of(client.get(answer.headers["location"]).text)


def test_a_measure_whose_deadline_cannot_be_read_is_refused_beside_the_field(client: TestClient) -> None:
    entered(client)

    answer = client.post(
        "/plans", data={"finding": NUMBER, "action-1": "要領を改める", "deadline-1": "そのうち", "step": "enter"}
    )

    assert answer.status_code == 422
    assert 'id="wrong-deadline-1"' in answer.text
    assert "要領を改める" in answer.text


def test_a_measure_is_not_added_twice_by_a_second_click(office: Office, client: TestClient) -> None:
    entered(client)
    fields = {"finding": NUMBER, "action-1": "要領を改める", "deadline-1": "", "step": "enter"}
    client.post("/plans", data=fields)

    answer = client.post("/plans", data=fields)

    assert answer.status_code == 422
    assert asked(office, "SELECT COUNT(*) FROM task") == [(2,)]


def test_a_measure_that_nobody_has_acted_on_can_be_put_in_other_words(office: Office, client: TestClient) -> None:
    entered(client)
    form = client.get(f"/revisions/new?finding={NUMBER}&branch=1").text
    fields = hidden(form, "/revisions") | {
        "action-1": "ファイル簿を公表する",
        "department-1": CARE,
        "deadline-1": "5月末まで",
    }

    answer = client.post("/revisions", data=fields | {"reason": "誤記", "step": "enter"})

    assert answer.status_code == 303
    task = task_of(office)
    assert (task.title, task.department_code, task.deadline) == ("ファイル簿を公表する", CARE, date(2024, 5, 31))
    assert "「令和6年4月末まで」→「5月末まで」" in words_of(client.get(answer.headers["location"]).text)


def test_a_measure_that_was_answered_is_not_put_in_other_words(office: Office, client: TestClient) -> None:
    entered(client)
    form = hidden(client.get(f"/revisions/new?finding={NUMBER}&branch=1").text, "/revisions")
    with office.store.transaction() as records:
        enter(records, task_of(office), an_answer(task_of(office)), (), OCCASION)
    fields = form | {"action-1": "ほか", "deadline-1": "", "reason": "誤記", "step": "enter"}

    assert client.post("/revisions", data=fields).status_code == 409
    assert client.get(f"/revisions/new?finding={NUMBER}&branch=1").status_code == 409
    assert task_of(office).title == "ファイル簿を作成し、公表する"


def test_a_deadline_that_was_extended_is_not_taken_back_by_other_words(office: Office, client: TestClient) -> None:
    entered(client)
    with office.store.transaction() as records:
        records.tasks.save(*task_of(office).extend(date(2024, 9, 30), "", "協議のため", OCCASION))

    assert client.get(f"/revisions/new?finding={NUMBER}&branch=1").status_code == 409
    assert task_of(office).deadline == date(2024, 9, 30)


# ---- revising


def test_a_finding_is_revised_with_a_reason_and_the_words_before_are_kept(office: Office, client: TestClient) -> None:
    entered(client)
    form = hidden(client.get(f"/revisions/new?finding={NUMBER}").text, "/revisions")

    answer = client.post(
        "/revisions",
        data=GUIDANCE | form | {"subject": "ファイル簿の作成と公表", "reason": "文書と照合", "step": "enter"},
    )

    assert answer.status_code == 303
    page = words_of(client.get(answer.headers["location"]).text)
    assert "記載を改めました" in page
    assert "件名 「ファイル簿の公表」→「ファイル簿の作成と公表」" in page
    assert "理由 文書と照合" in page
    assert asked(office, "SELECT subject FROM finding_version ORDER BY begun_by") == [
        ("ファイル簿の公表",), ("ファイル簿の作成と公表",),
    ]  # fmt: skip


def test_a_revision_without_a_reason_is_refused(client: TestClient) -> None:
    entered(client)
    form = hidden(client.get(f"/revisions/new?finding={NUMBER}").text, "/revisions")

    answer = client.post("/revisions", data=GUIDANCE | form | {"subject": "別", "reason": "", "step": "enter"})

    assert answer.status_code == 422
    assert 'id="wrong-reason"' in answer.text


def test_the_words_of_a_document_change_in_all_its_findings(office: Office, client: TestClient) -> None:
    entered(client)
    entered(client, subject="別の指導")
    entered(client, subject="別の文書の指導", document_no="個情第99号")
    form = hidden(client.get(f"/revisions/new?finding={NUMBER}").text, "/revisions")

    client.post("/revisions", data=GUIDANCE | form | {"document_no": "個情第13号", "reason": "誤記", "step": "enter"})

    with office.store.reading() as records:
        numbers = {one.subject: one.document_no for one in records.findings.known_on(TODAY)}
    assert numbers == {"ファイル簿の公表": "個情第13号", "別の指導": "個情第13号", "別の文書の指導": "個情第99号"}


def test_of_two_who_revise_at_once_the_second_is_told_and_shown_both(office: Office, client: TestClient) -> None:
    entered(client)
    form = hidden(client.get(f"/revisions/new?finding={NUMBER}").text, "/revisions")
    client.post("/revisions", data=GUIDANCE | form | {"subject": "先の人の件名", "reason": "誤記", "step": "enter"})

    answer = client.post(
        "/revisions", data=GUIDANCE | form | {"subject": "後の人の件名", "reason": "誤記", "step": "enter"}
    )

    assert answer.status_code == 409
    assert "先の人の件名" in answer.text
    assert 'value="後の人の件名"' in answer.text
    again = hidden(answer.text, "/revisions")
    assert (
        client.post(
            "/revisions", data=GUIDANCE | again | {"subject": "後の人の件名", "reason": "誤記", "step": "enter"}
        ).status_code
        == 303
    )


def test_a_finding_from_a_file_can_be_revised_without_inventing_its_document(
    office: Office, client: TestClient, tmp_path: Path
) -> None:
    take(office, a_file(tmp_path, "指導事項", a_row("指導事項")), on=date(2024, 1, 5))
    form = client.get("/revisions/new?finding=R5-1").text
    fields = (
        GUIDANCE | hidden(form, "/revisions") | {"kind": "", "given_by": "", "document_no": "", "given_on": "R5.10.2"}
    )

    answer = client.post(
        "/revisions",
        data=fields | {"law": "番号法", "clause": "", "gist": "直した内容", "reason": "照合", "step": "enter"},
    )

    assert answer.status_code == 303, words_of(answer.text)
    with office.store.reading() as records:
        (finding,) = records.findings.known_on(TODAY)
    assert (finding.guidance_kind, finding.given_by, finding.gist) == (None, None, "直した内容")


# ---- held to be answered


def test_a_finding_says_by_itself_when_all_is_done_and_the_division_closes_it(
    office: Office, client: TestClient
) -> None:
    where = entered(client)
    assert "すべて完了しました" not in client.get(where).text
    done(office)
    page = client.get(where).text
    assert "改善策がすべて完了しました" in page
    assert "完了とする" in page

    answer = client.post("/finding-closings", data={"finding": NUMBER, "note": "公表を確かめた。"})

    assert answer.status_code == 303
    page = words_of(client.get(answer.headers["location"]).text)
    assert "◎ 完了 令和6年3月18日（月） 9:00 情報管理課" in page
    assert "公表を確かめた。" in page
    assert "◎ 完了" in words_of(client.get("/findings").text)
    assert kinds_of_events(office, f"finding:{NUMBER}")[0] == "FindingClosed"


def test_a_finding_with_an_open_measure_or_none_is_not_closed(office: Office, client: TestClient) -> None:
    entered(client)
    entered(client, subject="改善策のない指導", action_1="", deadline_1="")

    still_open = client.post("/finding-closings", data={"finding": NUMBER})
    without = client.post("/finding-closings", data={"finding": "R6.3.15-2"})

    assert (still_open.status_code, without.status_code) == (409, 409)
    assert "まだ終わっていない改善策が1件あります" in words_of(still_open.text)
    assert "改善策がありません" in words_of(without.text)
    assert asked(office, "SELECT COUNT(*) FROM finding_closing") == [(0,)]


def test_a_closing_is_taken_back_with_a_reason_and_stays_on_record(office: Office, client: TestClient) -> None:
    entered(client)
    done(office)
    client.post("/finding-closings", data={"finding": NUMBER})

    assert client.post("/finding-reopenings", data={"finding": NUMBER, "reason": ""}).status_code == 422
    answer = client.post("/finding-reopenings", data={"finding": NUMBER, "reason": "公表に漏れがあった"})

    assert answer.status_code == 303
    assert "改善策がすべて完了しました" in client.get(answer.headers["location"]).text
    assert asked(office, "SELECT closed_by, reopened_by, reopening_reason FROM finding_closing") == [
        ("情報管理課", "情報管理課", "公表に漏れがあった")
    ]


def test_a_second_click_on_the_closing_closes_once(office: Office, client: TestClient) -> None:
    entered(client)
    done(office)

    answers = [client.post("/finding-closings", data={"finding": NUMBER}).status_code for _ in range(2)]

    assert answers == [303, 409]
    assert asked(office, "SELECT COUNT(*) FROM finding_closing") == [(1,)]


def test_a_closed_finding_is_neither_revised_nor_given_measures_and_says_when_one_wakes(
    office: Office, client: TestClient
) -> None:
    where = entered(client)
    done(office)
    client.post("/finding-closings", data={"finding": NUMBER})

    assert client.get(f"/revisions/new?finding={NUMBER}").status_code == 409
    assert client.post("/plans", data={"finding": NUMBER, "action-1": "もう一つ", "step": "enter"}).status_code == 409
    with office.store.transaction() as records:
        records.tasks.save(*task_of(office).reopen("誤り", OCCASION))
    assert "完了とした後に、対応中に戻った改善策があります" in client.get(where).text


# ---- who may


def test_others_read_at_most_and_see_no_form(office: Office, client: TestClient) -> None:
    where = entered(client)
    done(office)

    page = auditor(office).get(where).text
    assert "改善策がすべて完了しました" in page
    assert '<form class="answer"' not in page
    assert "/guidance/new" not in auditor(office).get("/findings").text
    for other in (auditor(office), member(office), chief(office)):
        for path in ("/guidance", "/plans", "/revisions", "/finding-closings", "/finding-reopenings"):
            assert other.post(path, data={"finding": NUMBER}).status_code == 403, path
        assert other.get("/guidance/new").status_code == 403
    assert member(office).get(where).status_code == 403


def test_what_is_not_there_is_said_so(client: TestClient) -> None:
    assert client.get("/revisions/new?finding=X").status_code == 404
    assert client.post("/plans", data={"finding": "X", "action-1": "a", "step": "enter"}).status_code == 404
    assert client.post("/finding-closings", data={"finding": "X"}).status_code == 404


def test_the_progress_of_all_findings_is_counted_right_and_read_from_an_index_alone(office: Office) -> None:
    late, soon = date(2024, 3, 1), date(2024, 4, 1)
    made = {
        "R5-1": [a_task("a", deadline=late), a_task("b", deadline=soon), a_task("c", deadline=late, answered_on=TODAY)],
        "R5-2": [
            a_task("d", deadline=None, deadline_printed="随時"), a_task("e", completed_on=TODAY),
            a_task("f", withdrawn_on=TODAY),
        ],
    }  # fmt: skip
    given(office, *(replace(t, key=f"{no}/{t.key}", origin_ref=no) for no, tasks in made.items() for t in tasks))

    with office.store.reading() as records:
        asked_for = list[str]()
        event.listen(records.connection, "before_cursor_execute", lambda _c, _k, words, *_: asked_for.append(words))
        found = progress_by_finding(records.connection, TODAY)
        alone = progress_by_finding(records.connection, TODAY, "R5-2")
        query = re.sub(r"\?", "'2024-03-18'", re.sub(r"origin = \?", "origin = 'finding'", asked_for[0]))
        plan = [row[3] for row in records.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]

    assert found == {"R5-1": Progress(3, 0, 0, 1, late), "R5-2": Progress(3, 1, 1, 0, None)}
    assert alone == {"R5-2": found["R5-2"]}
    assert [step for step in plan if "COVERING INDEX ix_task_origin (origin=?)" in step] == plan
