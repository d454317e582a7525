"""Whoever is signed in and opens a department's link: the division answers in its place and by its own name, others not at all."""

from pathlib import Path

import pytest

from tests.web.situations import (
    CLERK,
    DIVISION,
    a_task,
    administrator,
    an_office,
    answers_to,
    auditor,
    division,
    everything_but_sign_ins,
    given,
    link_to,
    member,
    old_link_to,
    send,
    words_of,
)
from tracker.domain.tasks import Task
from tracker.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def task(office: Office) -> Task:
    return given(office, a_task())


def test_what_the_division_answers_in_a_departments_place_is_recorded_and_shown_as_that(
    office: Office, task: Task
) -> None:
    client, path = division(office), link_to(office, task)
    page = client.get(path).text

    assert "ここから送ると、情報管理課が障害者福祉課に代わって報告したことが記録に残ります" in words_of(page)
    assert 'name="officer"' not in page
    assert send(client, path, officer="職員０１（本人のつもり）").status_code == 303

    (answer,) = answers_to(office, task)
    assert answer.officer == "情報管理課（情報管理課が所管課に代わって）"
    with office.store.reading() as records:
        event = records.events.about(f"task:{task.key}")[0]
    assert event.by == "情報管理課（障害者福祉課に代わって、通知のリンク）"
    assert "情報管理課が所管課に代わって" in words_of(division(office).get(f"/tasks/{task.key}").text)
    assert "情報管理課が所管課に代わって" in words_of(member(office).get(f"/tasks/{task.key}").text)


@pytest.mark.parametrize("who", [auditor, administrator])
def test_whoever_may_only_watch_cannot_answer_by_a_link_while_signed_in(office: Office, task: Task, who: type) -> None:
    client, before = who(office), everything_but_sign_ins(office)

    for path in (link_to(office, task), old_link_to(office, task)):
        assert client.get(path).status_code == 403
        refused = send(client, path)
        assert refused.status_code == 403
        assert "の役割でログインしている間は、所管課の回答のページを開けません" in refused.text

    assert everything_but_sign_ins(office) == before


def test_a_clerk_who_is_signed_in_answers_by_a_link_as_anybody_of_the_department(office: Office, task: Task) -> None:
    assert send(member(office), link_to(office, task)).status_code == 303

    (answer,) = answers_to(office, task)
    assert answer.officer == CLERK


def test_of_its_own_task_the_division_says_nothing_of_another_department(office: Office) -> None:
    own = given(office, a_task("own", department_code=DIVISION))
    client, path = division(office), link_to(office, own)

    assert "に代わって" not in client.get(path).text
    assert send(client, path).status_code == 303
    (answer,) = answers_to(office, own)
    assert answer.officer == CLERK
