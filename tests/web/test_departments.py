"""A department's own page by its secret address: its list, its letters, its calendar, and nobody else's."""

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from tests.builders import everything_in
from tests.web.situations import (
    CARE,
    DISABILITY,
    NINE,
    OCCASION,
    TODAY,
    a_letter,
    a_page_of,
    a_task,
    an_office,
    answered,
    decided,
    division,
    given,
    known,
    outside,
    send,
    words_of,
)
from tracker.domain.flags import Flag
from tracker.domain.submissions import Decision, SubmissionKind
from tracker.domain.tasks import Origin, Task
from tracker.exports.deadline_calendar import about_of, uid_of
from tracker.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, '[mail]\nsender = "情報管理課 <zesei@city.example>"\n')


@pytest.fixture
def client(office: Office) -> TestClient:
    return outside(office)


def calendar_of(client: TestClient, page: str) -> dict[str, Any]:
    """The events of a department's calendar, by UID, as another program reads them."""
    answer = client.get(f"{page}/calendar.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.text)
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_the_page_lists_what_is_overdue_due_today_coming_and_with_the_division_and_nothing_of_others(
    office: Office, client: TestClient
) -> None:
    late, today, soon, sent = (
        a_task("遅れ", deadline=date(2024, 3, 15)), a_task("本日", deadline=TODAY), a_task("これから"), a_task("報告済み"),
    )  # fmt: skip
    given(office, late, today, soon, sent, a_task("介護の", department_code=CARE), a_task("未定", department_code=None))
    answered(office, sent, SubmissionKind.EXTENSION)

    page = client.get(a_page_of(office, DISABILITY)).text
    words = words_of(page)

    assert "未完了 4件、うち期限超過 1件、情報管理課が確認中 1件。" in words
    places = [words.index(f"台帳に書く {name}") for name in ("遅れ", "本日", "これから", "報告済み")]
    assert places == sorted(places)
    assert "期限延長の申出 令和6年3月18日（月） 9:00 職員０１（令和6年4月30日（火）まで）" in words
    assert "介護の" not in page
    assert "未定" not in page


def test_each_row_leads_to_its_answering_page(office: Office, client: TestClient) -> None:
    task = given(office, a_task())
    page = client.get(a_page_of(office, DISABILITY)).text

    path = page.partition('<a class="button" href="')[2].partition('"')[0]

    assert send(client, path).status_code == 303
    assert known(office, task).answered_on == TODAY


def test_the_subject_of_a_check_is_shown_to_the_department_whose_it_is(office: Office, client: TestClient) -> None:
    task = a_task(
        "x", key="flag:absent-accounts/K/u1~1", origin=Origin.FLAG, origin_ref="absent-accounts/K/u1", title="停止"
    )
    given(office, task)
    flag = Flag(
        "absent-accounts", "K/u1", "SHOGAI/sf0221", DISABILITY, "有効のままです。", TODAY, TODAY, TODAY, task.key
    )
    with office.store.transaction() as records:
        records.flags.raise_all([flag])

    assert "SHOGAI/sf0221" in client.get(a_page_of(office, DISABILITY)).text
    assert "SHOGAI/sf0221" not in client.get(a_page_of(office, CARE)).text


def test_letters_are_read_on_the_page_and_only_those_written_to_the_department(
    office: Office, client: TestClient
) -> None:
    letters = [
        a_letter("1", given_up_at=NINE, recipients=()), a_letter("2", department_code=CARE, subject="介護課のお知らせ"),
        a_letter("3", kind="escalation", subject="課長への通知"), a_letter("4", withdrawn_at=NINE, subject="取りやめた"),
        a_letter("5", channel="webhook", subject="チャットへ"),
    ]  # fmt: skip
    with office.store.transaction() as records:
        records.outbox.queue_all(letters)
    page = a_page_of(office, DISABILITY)

    text = client.get(page).text

    assert text.count("【期限超過 1件】お知らせ") == 1
    for other in ("介護課のお知らせ", "課長への通知", "取りやめた", "チャットへ"):
        assert other not in text
    assert "障害者福祉課 御中" in client.get(f"{page}/letters/1").text
    for number in ("2", "3", "4", "5", "6", "x", "0"):
        assert client.get(f"{page}/letters/{number}").status_code == 404, number


def test_the_calendar_holds_open_deadlines_and_for_sixty_days_those_that_are_over_or_went_elsewhere(
    office: Office, client: TestClient
) -> None:
    names = ("開", "済", "取下げ", "昔に済", "移管", "昔に移管", "戻り", "期限なし")
    tasks = {name: a_task(name, deadline=None if name == "期限なし" else date(2024, 3, 22)) for name in names}
    given(office, *tasks.values(), a_task("介護の", department_code=CARE))
    long_ago = replace(OCCASION, on_day=TODAY - timedelta(days=61))
    with office.store.transaction() as records:
        records.tasks.save(*tasks["済"].complete("済み。", OCCASION))
        records.tasks.save(*tasks["取下げ"].withdraw("不要。", OCCASION))
        records.tasks.save(*tasks["昔に済"].complete("済み。", long_ago))
        records.tasks.save(*tasks["移管"].hand_over(CARE, OCCASION))
        records.tasks.save(*tasks["昔に移管"].hand_over(CARE, long_ago))
        gone, first = tasks["戻り"].hand_over(CARE, OCCASION)
        back, second = gone.hand_over(DISABILITY, OCCASION)
        records.tasks.save(back, first, second)

    events = calendar_of(client, a_page_of(office, DISABILITY))

    found = {name: events.get(uid_of(about_of(task.key, DISABILITY), "city.example")) for name, task in tasks.items()}
    assert {name for name, event in found.items() if event} == {"開", "済", "取下げ", "移管", "戻り"}
    assert {name: str(event["STATUS"]) for name, event in found.items() if event} == {
        "開": "CONFIRMED", "済": "CONFIRMED", "取下げ": "CANCELLED", "移管": "CANCELLED", "戻り": "CONFIRMED"
    }  # fmt: skip
    assert {str(event["SUMMARY"]) for event in events.values()} >= {"【完了】期限　台帳に書く 済"}
    assert len(events) == 5


def test_a_deadline_keeps_its_uid_when_it_moves_and_each_change_raises_its_sequence(
    office: Office, client: TestClient
) -> None:
    task, page = given(office, a_task()), a_page_of(office, DISABILITY)
    before = calendar_of(client, page)

    decided(office, answered(office, task, SubmissionKind.EXTENSION), Decision.ACCEPTED)
    after = calendar_of(client, page)

    (uid,) = before
    assert set(after) == {uid}
    assert (before[uid]["DTSTART"].dt, after[uid]["DTSTART"].dt) == (date(2024, 3, 22), date(2024, 4, 30))
    assert int(after[uid]["SEQUENCE"]) > int(before[uid]["SEQUENCE"])


def test_a_calendar_program_that_has_the_newest_is_told_so_until_something_changes(
    office: Office, client: TestClient
) -> None:
    task, page = given(office, a_task()), a_page_of(office, DISABILITY)
    tag = client.get(f"{page}/calendar.ics").headers["etag"]

    assert client.get(f"{page}/calendar.ics", headers={"if-none-match": tag}).status_code == 304
    answered(office, task)
    assert client.get(f"{page}/calendar.ics", headers={"if-none-match": tag}).status_code == 200


def test_the_list_is_saved_for_excel_with_the_departments_open_tasks_alone(office: Office, client: TestClient) -> None:
    given(office, a_task("1"), a_task("2", completed_on=TODAY), a_task("介護の", department_code=CARE))

    answer = client.get(f"{a_page_of(office, DISABILITY)}/期限一覧.xlsx")

    assert "filename*=UTF-8''%E6%9C%9F%E9%99%90%E4%B8%80%E8%A6%A7" in answer.headers["content-disposition"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[4] for row in rows if str(row[4]).startswith("台帳に書く")] == ["台帳に書く 1"]


def test_an_address_that_was_revoked_replaced_or_never_given_opens_nothing(office: Office, client: TestClient) -> None:
    given(office, a_task())
    old = a_page_of(office, DISABILITY)
    new = a_page_of(office, DISABILITY)
    with office.store.transaction() as records:
        records.department_keys.revoke(CARE, NINE)

    assert client.get(new).status_code == 200
    for page in (old, "/departments/x", f"/departments/{DISABILITY}", "/departments/%27%20OR%201=1", f"{new}x"):
        for path in (page, f"{page}/calendar.ics", f"{page}/期限一覧.xlsx", f"{page}/letters/1"):
            answer = client.get(path)
            assert answer.status_code == 404, path
            assert "このアドレスは使えません" in answer.text
            assert "台帳に書く" not in answer.text


def test_looking_changes_nothing(office: Office) -> None:
    given(office, a_task(), a_task("2", deadline=TODAY))
    page, clients = a_page_of(office, DISABILITY), (outside(office), division(office))
    before = everything_in(office)

    for client in clients:
        for path in (page, f"{page}/calendar.ics", f"{page}/期限一覧.xlsx", f"{page}/letters/1"):
            for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
                client.request(method, path)

    assert everything_in(office) == before


def test_without_answering_by_links_the_page_still_shows_and_offers_no_form(tmp_path: Path) -> None:
    office = an_office(tmp_path, "[answers]\nenabled = false\n")
    given(office, a_task())

    page = outside(office).get(a_page_of(office, DISABILITY)).text

    assert "台帳に書く 1" in page
    assert "/submissions/" not in page


def test_a_department_with_nothing_to_do_reads_so(office: Office, client: TestClient) -> None:
    page = words_of(client.get(a_page_of(office, CARE)).text)

    assert "介護保険課の対応 今、することはありません。" in page
    assert "お知らせは、まだありません。" in page


def test_text_from_registers_and_letters_is_never_markup_nor_opens_a_line_of_the_calendar(
    office: Office, client: TestClient
) -> None:
    task: Task = a_task("x", title="<script>alert(1)</script>\r\nATTENDEE:mailto:x@y.example", body="a\nEND:VEVENT")
    given(office, task)
    page = a_page_of(office, DISABILITY)

    assert "<script>" not in client.get(page).text
    lines = client.get(f"{page}/calendar.ics").text.split("\r\n")
    assert not [line for line in lines if line.startswith("ATTENDEE")]
    assert sum(line == "END:VEVENT" for line in lines) == 1


def test_a_calendar_shows_a_task_that_went_elsewhere_as_it_was_when_it_went(office: Office, client: TestClient) -> None:
    task = given(office, a_task("x", deadline=date(2024, 4, 30)))
    with office.store.transaction() as records:
        records.tasks.save(*task.hand_over(CARE, OCCASION))
    with office.store.transaction() as records:
        records.tasks.save(*known(office, task).extend(date(2024, 5, 31), "", "介護の事情", OCCASION))
    with office.store.transaction() as records:
        records.tasks.save(*known(office, task).reword("介護課のための件名", "介護課のための内容", OCCASION))

    (old,) = calendar_of(client, a_page_of(office, DISABILITY)).values()
    (new,) = calendar_of(client, a_page_of(office, CARE)).values()

    assert (str(old["STATUS"]), old["DTSTART"].dt) == ("CANCELLED", date(2024, 4, 30))
    assert "介護課のため" not in str(old["SUMMARY"]) + str(old["DESCRIPTION"])
    assert (str(new["STATUS"]), new["DTSTART"].dt) == ("CONFIRMED", date(2024, 5, 31))
    assert "介護課のための件名" in str(new["SUMMARY"])
