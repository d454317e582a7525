"""A verb sent by a program does what the page's form does; a version that is no longer the task's is told with both."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.api.situations import departments_program, divisions_program, problem
from tests.web.situations import (
    CARE,
    CLERK,
    DISABILITY,
    OCCASION,
    a_task,
    an_office,
    answered,
    answers_to,
    division,
    given,
    kinds_of_events,
    known,
    link_to,
    outside,
    send,
)  # fmt: skip
from tracker.domain.submissions import SubmissionKind
from tracker.domain.tasks import Task
from tracker.office import Office

HOSTILE = "<script>alert(1)</script>'; DROP TABLE task; -- {{ 7*7 }} %00 \u202e𠮷㈱"
SEEN = "<script>alert(1)</script>'; DROP TABLE task; -- {{ 7*7 }} %00 𠮷㈱"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.mark.parametrize(
    ("noun", "form", "body"),
    [
        ("completion", "/completions", {"note": "写しを\r\n受け取った。"}),
        ("extension", "/extensions", {"deadline": "2024-06-28", "reason": "協議のため"}),
        ("handover", "/handovers", {"department": CARE}),
        ("withdrawal", "/withdrawals", {"reason": " まとめたため "}),
        ("reopening", "/reopenings", {"reason": "残っていた"}),
    ],
)
def test_the_divisions_verbs_do_what_the_forms_do(office: Office, noun: str, form: str, body: dict[str, str]) -> None:
    by_page, by_program = a_task("1"), a_task("2")
    given(office, by_page, by_program)
    if noun == "reopening":
        for task in (by_page, by_program):
            with office.store.transaction() as records:
                records.tasks.save(*task.complete("済み", OCCASION))
    version = known(office, by_page).version

    sent = division(office).post(form, data={"task": by_page.key, "version": str(version), **body})
    told = divisions_program(office).post(f"/tasks/{by_program.key}/{noun}", json={"version": version, **body})

    assert (sent.status_code, told.status_code) == (303, 200)
    assert_alike(office, by_page, by_program)
    assert told.json()["version"] == version + 1
    assert told.json()["history"][0]["kind"] == kinds_of_events(office, f"task:{by_program.key}")[0]


@pytest.mark.parametrize(
    ("kind", "typed", "body"),
    [
        ("done", {}, {}),
        ("extension", {"deadline": "令和6年4月30日"}, {"asked_deadline": "2024-04-30"}),
        ("not-ours", {"department": CARE}, {"named_department": CARE}),
    ],
)
def test_a_departments_answer_is_what_the_link_of_a_letter_would_take(
    office: Office, kind: str, typed: dict[str, str], body: dict[str, str]
) -> None:
    by_link, by_program = a_task("1"), a_task("2")
    given(office, by_link, by_program)

    sent = send(outside(office), link_to(office, by_link), kind, **typed)
    sent_by_program = {"version": 1, "kind": kind, "officer": CLERK, "note": "台帳に書きました。", **body}
    told = departments_program(office).post(f"/tasks/{by_program.key}/submissions", json=sent_by_program)

    assert (sent.status_code, told.status_code) == (303, 201)
    assert_alike(office, by_link, by_program)
    first, second = (answers_to(office, task)[0] for task in (by_link, by_program))
    assert replace(first, task_key="", id=None) == replace(second, task_key="", id=None)


@pytest.mark.parametrize("kind", SubmissionKind)
@pytest.mark.parametrize("decision", ["accepted", "sent-back"])
def test_a_decision_is_what_the_page_would_make_of_it(office: Office, kind: SubmissionKind, decision: str) -> None:
    by_page, by_program = a_task("1"), a_task("2")
    given(office, by_page, by_program)
    first, second = answered(office, by_page, kind), answered(office, by_program, kind)
    form = {"submission": str(first), "task": by_page.key, "version": "2", "decision": decision, "reason": "確かめた"}

    sent = division(office).post("/decisions", data=form)
    body = {"version": 2, "decision": decision, "reason": "確かめた"}
    told = divisions_program(office).post(f"/submissions/{second}/decision", json=body)

    assert (sent.status_code, told.status_code) == (303, 200)
    assert_alike(office, by_page, by_program)
    assert told.json()["submissions"][0]["decision"] == decision


def test_a_stale_version_is_refused_with_what_was_sent_and_what_stands(office: Office) -> None:
    task, client = given(office, a_task()), divisions_program(office)
    client.post(f"/tasks/{task.key}/handover", json={"version": 1, "department": CARE})

    late = client.post(f"/tasks/{task.key}/withdrawal", json={"version": 1, "reason": "まとめた"})

    told = problem(late)
    assert (told["status"], told["type"]) == (409, "urn:zesei:problem:version")
    assert told["sent"] == {"version": 1, "reason": "まとめた"}
    assert (told["current"]["version"], told["current"]["department"]) == (2, CARE)
    assert known(office, task).withdrawn_on is None


def test_of_two_programs_with_the_same_version_one_is_told(office: Office) -> None:
    task, clients = given(office, a_task()), [divisions_program(office), departments_program(office)]
    answer = {"version": 1, "kind": "done", "officer": CLERK, "note": "済み"}

    statuses = [
        clients[0].post(f"/tasks/{task.key}/extension",
                        json={"version": 1, "deadline": "2024-05-31", "reason": "協議"}).status_code,
        clients[1].post(f"/tasks/{task.key}/submissions", json=answer).status_code,
    ]  # fmt: skip

    assert statuses == [200, 409]
    assert answers_to(office, task) == []


def test_what_waits_for_a_decision_must_be_decided_on_first(office: Office) -> None:
    task = given(office, a_task())
    answered(office, task)

    told = problem(divisions_program(office).post(f"/tasks/{task.key}/completion", json={"version": 2, "note": "済み"}))

    assert (told["status"], told["type"]) == (409, "about:blank")
    assert "報告を確かめて" in told["detail"]


FIELDS: list[tuple[str, dict[str, Any], str, str]] = [
    ("completion", {"note": " \n "}, "note", "完了をどう確かめたか"),
    ("completion", {"note": "長" * 2001}, "note", "2,000字以内"),
    ("extension", {"deadline": "2024-03-17", "reason": "協議"}, "deadline", "今日以後"),
    ("extension", {"deadline": "令和6年4月30日", "reason": "協議"}, "deadline", "2024-03-22 のように"),
    ("extension", {"deadline": "2024-02-30", "reason": "協議"}, "deadline", "2024-03-22 のように"),
    ("extension", {"deadline": "9999-12-31", "reason": "協議"}, "deadline", "2100年まで"),
    ("extension", {"deadline": 1711065600, "reason": "協議"}, "deadline", "2024-03-22 のように"),
    ("handover", {"department": "9999"}, "department", "台帳「組織」にありません"),
    ("handover", {"department": DISABILITY}, "department", "別の課"),
    ("withdrawal", {}, "reason", "必ず書いてください"),
    ("withdrawal", {"reason": 5}, "reason", "文字列"),
    ("withdrawal", {"reason": "済み", "raeson": "x"}, "raeson", "つづり"),
    ("withdrawal", {"reason": "済み", "version": "1"}, "version", "整数"),
    ("withdrawal", {"reason": "済み", "version": True}, "version", "整数"),
    ("withdrawal", {"reason": "済み", "version": 10**400}, "version", "以下"),
    ("withdrawal", {"reason": "済み", "version": 0}, "version", "1以上"),
]


@pytest.mark.parametrize(("noun", "body", "field", "words"), FIELDS)
def test_a_field_that_cannot_be_taken_is_named_with_what_to_write(
    office: Office, noun: str, body: dict[str, Any], field: str, words: str
) -> None:
    task = given(office, a_task())

    told = problem(divisions_program(office).post(f"/tasks/{task.key}/{noun}", json={"version": 1} | body))

    assert told["status"] == 422
    ((named, detail),) = [(one["field"], one["detail"]) for one in told["errors"]]
    assert named == field
    assert words in detail
    assert known(office, task) == task


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "extension", "asked_deadline": "2024-03-18"}, "asked_deadline"),
        ({"kind": "extension"}, "asked_deadline"),
        ({"kind": "not-ours", "named_department": "9999"}, "named_department"),
        ({"kind": "not-ours", "named_department": DISABILITY}, "named_department"),
        ({"kind": "done", "officer": "職" * 51}, "officer"),
        ({"kind": "done", "officer": "\t"}, "officer"),
        ({"kind": "perhaps"}, "kind"),
    ],
)
def test_an_answer_that_lacks_something_names_the_field_as_the_api_calls_it(
    office: Office, body: dict[str, str], field: str
) -> None:
    task = given(office, a_task())
    sent = {"version": 1, "officer": CLERK, "note": "台帳に書きました。"} | body

    told = problem(departments_program(office).post(f"/tasks/{task.key}/submissions", json=sent))

    assert (told["status"], [one["field"] for one in told["errors"]]) == (422, [field])
    assert answers_to(office, task) == []


def test_text_stays_text_whatever_it_looks_like(office: Office) -> None:
    task, client = given(office, a_task()), divisions_program(office)

    told = client.post(f"/tasks/{task.key}/completion", json={"version": 1, "note": HOSTILE}).json()

    assert told["closing_note"] == SEEN
    assert known(office, task).closing_note == SEEN
    page = division(office).get(f"/tasks/{task.key}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "key", ["nothing", "'; DROP TABLE task; --", "a%00b", "x" * 3000, "%0A", "..%2f..%2fetc", "%ff"]
)
def test_a_task_that_is_not_there_is_answered_so_whatever_it_is_called(office: Office, key: str) -> None:
    client = divisions_program(office)

    assert problem(client.get(f"/tasks/{key}"))["status"] == 404
    assert problem(client.post(f"/tasks/{key}/completion", json={"version": 1, "note": "済み"}))["status"] == 404


def test_a_task_whose_key_ends_like_a_verb_is_reached_all_the_same(office: Office) -> None:
    task = given(office, replace(a_task(), key="flag:absent/completion"))

    told = divisions_program(office).post(f"/tasks/{task.key}/completion", json={"version": 1, "note": "済み"})

    assert told.json()["key"] == "flag:absent/completion"


@pytest.mark.parametrize("number", ["0", "9", "-1", "x", "1e3", "2147483648", "9" * 40, "１"])
def test_an_answer_that_is_not_there_cannot_be_decided_on(office: Office, number: str) -> None:
    body = {"version": 1, "decision": "accepted"}

    assert problem(divisions_program(office).post(f"/submissions/{number}/decision", json=body))["status"] == 404


def assert_alike(office: Office, first: Task, second: Task) -> None:
    """Both tasks stand alike and the same happened to both."""
    left, right = known(office, first), known(office, second)
    assert replace(left, key="", title="") == replace(right, key="", title="")
    assert events(office, first) == events(office, second)


def events(office: Office, task: Task) -> list[tuple[str, Any]]:
    """What happened to a task, without who did it."""
    with office.store.reading() as records:
        return [(event.kind, {**event.facts, "title": ""}) for event in records.events.about(f"task:{task.key}")]
