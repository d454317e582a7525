"""What a department may answer, and what the division's decision makes of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tracker.domain import moves
from tracker.domain.errors import SubmissionRefused
from tracker.domain.events import Happened, Occasion
from tracker.domain.submissions import Decision, Submission, SubmissionKind, accept, submit
from tracker.domain.tasks import Origin, RoundReason, Task

TODAY = date(2024, 3, 18)
NOW = datetime(2024, 3, 18, 0, 0, tzinfo=UTC)
OCCASION = Occasion("障害者福祉課（通知のリンク、職員０１）", NOW, TODAY)
DONE, EXTENSION, NOT_OURS = SubmissionKind
TASK = Task(
    "finding:R5-1/1", Origin.FINDING, "R5-1", "台帳に書く", "", "0303", "", date(2024, 3, 22), date(2024, 3, 22),
    "令和6年3月中", date(2024, 3, 1),
)  # fmt: skip


def a_submission(kind: SubmissionKind = DONE, **facts: Any) -> Submission:
    asked, named = (date(2024, 4, 30) if kind is EXTENSION else None), ("0305" if kind is NOT_OURS else None)
    submission = Submission(TASK.key, "0303", kind, "職員０１", "書きました。", NOW, TODAY, asked, named)
    return replace(submission, **facts)


def refusal_of(submission: Submission, task: Task = TASK, **how: Any) -> tuple[str, str]:
    """The field and the sentence that an answer is refused with."""
    with pytest.raises(SubmissionRefused) as refusal:
        submit(task, submission, OCCASION, **({"pending": None} | how))
    return refusal.value.field, str(refusal.value)


@pytest.mark.parametrize("kind", SubmissionKind)
def test_an_answer_waits_for_the_division_and_stands_in_the_trail_with_what_was_said(kind: SubmissionKind) -> None:
    task, event = submit(TASK, a_submission(kind), OCCASION, pending=None, files=2)

    assert (task.answered_on, task.is_open, task.waits_for_department) == (TODAY, True, False)
    assert (task.deadline, task.department_code, task.round) == (TASK.deadline, TASK.department_code, TASK.round)
    assert event.kind is {
        DONE: Happened.TASK_REPORTED, EXTENSION: Happened.EXTENSION_ASKED, NOT_OURS: Happened.DEPARTMENT_DENIED
    }[kind]  # fmt: skip
    assert event.facts["note"] == "書きました。"
    assert event.facts["files"] == 2
    assert event.facts.get("asked") == (date(2024, 4, 30) if kind is EXTENSION else None)
    assert event.facts.get("named") == ("0305" if kind is NOT_OURS else None)


def test_done_needs_a_word_or_a_document() -> None:
    assert refusal_of(a_submission(note=""))[0] == "note"

    submit(TASK, a_submission(note=""), OCCASION, pending=None, files=1)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (None, "deadline"),
        (TODAY, "deadline"),
        (TASK.deadline, "deadline"),
        (TODAY + timedelta(days=3 * 365 + 1), "deadline"),
    ],
)
def test_an_extension_names_a_day_after_today_and_after_the_deadline_within_three_years(
    asked: date | None, field: str
) -> None:
    assert refusal_of(a_submission(EXTENSION, asked_deadline=asked))[0] == field

    for allowed in (date(2024, 3, 23), date(2027, 3, 18)):
        submit(TASK, a_submission(EXTENSION, asked_deadline=allowed), OCCASION, pending=None)


def test_an_extension_of_an_overdue_task_may_lie_anywhere_after_today() -> None:
    late = replace(TASK, deadline=date(2024, 3, 1))

    submit(late, a_submission(EXTENSION, asked_deadline=TODAY + timedelta(days=1)), OCCASION, pending=None)


def test_more_time_is_asked_for_with_a_reason() -> None:
    assert refusal_of(a_submission(EXTENSION, note=""))[0] == "note"


def test_whoever_denies_a_task_names_another_department_or_says_what_is_known() -> None:
    assert refusal_of(a_submission(NOT_OURS, named_code="0303"))[0] == "department"
    assert refusal_of(a_submission(NOT_OURS, named_code=None, note=""))[0] == "note"

    submit(TASK, a_submission(NOT_OURS, named_code=None, note="人事課かもしれません。"), OCCASION, pending=None)


def test_an_answer_has_a_name_and_an_end() -> None:
    assert refusal_of(a_submission(officer=""))[0] == "officer"
    assert refusal_of(a_submission(officer="あ" * 51))[0] == "officer"
    assert refusal_of(a_submission(note="あ" * 2001)) == ("note", "2,000字以内で書いてください（今は2,001字です）。")

    submit(TASK, a_submission(officer="あ" * 50, note="あ" * 2000), OCCASION, pending=None)


def test_a_task_that_is_over_takes_no_answer() -> None:
    for closed in (replace(TASK, completed_on=TODAY), replace(TASK, withdrawn_on=TODAY)):
        assert refusal_of(a_submission(), closed) == ("", "この対応は、もう終わっています。報告は要りません。")


@pytest.mark.parametrize("pending", [None, *SubmissionKind])
@pytest.mark.parametrize("kind", SubmissionKind)
def test_while_an_answer_waits_only_a_request_for_time_gives_way_to_another_kind(
    pending: SubmissionKind | None, kind: SubmissionKind
) -> None:
    waiting = None if pending is None else a_submission(pending)

    if pending is None or (pending is EXTENSION and kind is not EXTENSION):
        submit(TASK, a_submission(kind), OCCASION, pending=waiting)
    else:
        assert refusal_of(a_submission(kind), pending=waiting)[0] == ""


def test_what_was_done_is_complete_on_the_day_it_was_reported() -> None:
    answered = replace(TASK, answered_on=date(2024, 3, 15))

    task, event = accept(answered, a_submission(submitted_on=date(2024, 3, 15)), "", OCCASION)

    assert (task.completed_on, task.closing_note, task.answered_on) == (date(2024, 3, 15), "書きました。", None)
    assert event.kind is Happened.TASK_COMPLETED


def test_more_time_granted_keeps_the_first_deadline_and_begins_another_round() -> None:
    task, event = accept(replace(TASK, answered_on=TODAY), a_submission(EXTENSION), "", OCCASION)

    assert (task.deadline, task.first_deadline) == (date(2024, 4, 30), date(2024, 3, 22))
    assert (task.round, task.round_reason, task.round_note) == (2, RoundReason.EXTENDED, "書きました。")
    assert task.waits_for_department
    assert event.facts["old"] == date(2024, 3, 22)


def test_the_task_goes_to_the_department_that_was_named_or_to_the_one_the_division_chose() -> None:
    answered = replace(TASK, answered_on=TODAY)

    assert accept(answered, a_submission(NOT_OURS), "", OCCASION)[0].department_code == "0305"
    assert accept(answered, a_submission(NOT_OURS), "", OCCASION, "0701")[0].department_code == "0701"
    for unclear in ({"named_code": None}, {"named_code": "0303"}):
        with pytest.raises(SubmissionRefused) as refusal:
            accept(answered, a_submission(NOT_OURS, **unclear), "", OCCASION)
        assert refusal.value.field == "department"


def test_sending_back_says_why_and_begins_another_round() -> None:
    task, event = moves.send_back(replace(TASK, answered_on=TODAY), "写しを添えてください。", OCCASION)

    assert (task.round, task.round_reason, task.round_note) == (
        2,
        RoundReason.SENT_BACK,
        "写しを添えてください。",
    )
    assert task.waits_for_department
    assert event.kind is Happened.TASK_SENT_BACK
    with pytest.raises(SubmissionRefused, match="理由"):
        moves.send_back(TASK, "", OCCASION)


@pytest.mark.parametrize(
    ("deadline", "reason", "field"),
    [
        (None, "理由", "deadline"),
        (TASK.deadline, "理由", "deadline"),
        (date(2024, 3, 17), "理由", "deadline"),
        (date(2027, 3, 19), "理由", "deadline"),
        (TODAY, "", "reason"),
        (TODAY, "あ" * 2001, "reason"),
    ],
)
def test_the_division_changes_a_deadline_to_another_day_from_today_on_and_says_why(
    deadline: date | None, reason: str, field: str
) -> None:
    with pytest.raises(SubmissionRefused) as refusal:
        moves.change_deadline(TASK, deadline, reason, OCCASION)
    assert refusal.value.field == field

    for allowed in (TODAY, date(2027, 3, 18)):
        assert moves.change_deadline(TASK, allowed, "議会の日程のため。", OCCASION)[0].deadline == allowed


def test_withdrawing_completing_and_reopening_each_say_why() -> None:
    closed = replace(TASK, completed_on=TODAY)

    for move, task in ((moves.withdraw, TASK), (moves.complete, TASK), (moves.reopen, closed)):
        with pytest.raises(SubmissionRefused):
            move(task, "", OCCASION)
        assert move(task, "電話で確かめました。", OCCASION)[0].is_open == (move is moves.reopen)


def test_what_is_over_is_only_reopened_and_what_is_open_never() -> None:
    closed = replace(TASK, withdrawn_on=TODAY)

    for act in (
        lambda: moves.withdraw(closed, "理由", OCCASION), lambda: moves.complete(closed, "理由", OCCASION),
        lambda: moves.hand_over(closed, "0305", OCCASION), lambda: moves.reopen(TASK, "理由", OCCASION),
        lambda: moves.change_deadline(closed, date(2024, 5, 1), "理由", OCCASION),
    ):  # fmt: skip
        with pytest.raises(SubmissionRefused):
            act()


def test_a_decision_says_who_and_when() -> None:
    decided = a_submission().decided(Decision.SENT_BACK, "写しを添えてください。", OCCASION)

    assert (decided.decision, decided.decided_at, decided.decided_by) == (Decision.SENT_BACK, NOW, OCCASION.by)
    assert decided.decision_reason == "写しを添えてください。"
