"""The words said to the outside, the look at the effect, and what a task keeps of decisions."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tracker.domain import effects, measures, moves
from tracker.domain.decisions import Approval, Approver, Effect, MeasureDecision, refuse_approval
from tracker.domain.effects import EffectRule
from tracker.domain.errors import SubmissionRefused
from tracker.domain.events import Happened, Occasion
from tracker.domain.measures import measure_status
from tracker.domain.tasks import Origin, Task
from tracker.domain.working import comment, start

TODAY = date(2024, 3, 18)
OCCASION = Occasion("職員０１", datetime(2024, 3, 18, tzinfo=UTC), TODAY)
FRIDAY = date(2024, 3, 22)
TASK = Task("T", Origin.FINDING, "R5-1", "件名", "内容", "0303", "", FRIDAY, FRIDAY, "", date(2024, 3, 1))


def test_each_state_of_a_task_has_its_word_for_the_outside() -> None:
    begun, _ = start(TASK, OCCASION)
    reported, _ = TASK.answer(Happened.TASK_REPORTED, OCCASION)
    more_time, _ = TASK.answer(Happened.EXTENSION_ASKED, OCCASION)
    back, _ = reported.send_back("写しを。", OCCASION)
    considered, _ = measures.consider(begun, "範囲。", OCCASION)
    not_taken, _ = moves.withdraw(TASK, "不要。", OCCASION, is_decided=True)
    mistake, _ = moves.withdraw(TASK, "重複。", OCCASION)
    done, _ = considered.complete("済み。", OCCASION)

    assert [measure_status(task) for task in (TASK, begun, reported, more_time, back)] == [
        "措置予定", "措置中", "措置中", "措置予定", "措置中",
    ]  # fmt: skip
    assert [measure_status(task) for task in (considered, not_taken, mistake, done)] == [
        "検討中", "不措置", None, "措置完了",
    ]  # fmt: skip
    assert measure_status(not_taken.reopen("誤り。", OCCASION)[0]) == "措置予定"
    assert measure_status(measures.settle(considered, "", OCCASION)[0]) == "措置中"
    assert measure_status(begun.hand_over("0305", OCCASION)[0]) == "措置予定"


def test_what_is_considered_keeps_its_deadline_and_its_reminders() -> None:
    considered, event = measures.consider(TASK, "範囲。", OCCASION)

    assert (considered.deadline, considered.round, considered.answered_on) == (FRIDAY, 1, None)
    assert event.facts == {"reason": "範囲。"}


@pytest.mark.parametrize(
    ("months", "done_on", "day"),
    [
        (3, date(2024, 3, 18), date(2024, 6, 18)), (3, date(2023, 11, 30), date(2024, 2, 29)),
        (1, date(2024, 1, 31), date(2024, 2, 29)), (12, date(2024, 2, 29), date(2025, 2, 28)), (0, TODAY, None),
    ],
)  # fmt: skip
def test_the_effect_is_looked_at_so_many_months_after_completion(months: int, done_on: date, day: date | None) -> None:
    done, _ = TASK.complete("済み。", OCCASION, on=done_on)

    assert EffectRule(months).plan(done).effect_check_on == day
    assert EffectRule(months).plan(TASK).effect_check_on is None
    assert EffectRule(months).plan(replace(done, origin=Origin.FLAG)).effect_check_on is None


def test_an_effect_is_looked_at_once_after_completion_with_a_note() -> None:
    done, _ = TASK.complete("済み。", OCCASION)
    checked, event = effects.check_effect(done, Effect.RECURRED, "また検知した。", OCCASION)

    assert (checked.effect, checked.effect_checked_on, checked.effect_note) == (
        Effect.RECURRED,
        TODAY,
        "また検知した。",
    )
    assert event.facts == {"effect": "recurred", "note": "また検知した。"}
    for task, effect, note in (
        (TASK, Effect.HOLDS, "x"), (checked, Effect.HOLDS, "x"), (done, Effect.UNKNOWN, "x"), (done, Effect.HOLDS, ""),
    ):  # fmt: skip
        with pytest.raises(SubmissionRefused):
            effects.check_effect(task, effect, note, OCCASION)
    again, _ = checked.reopen("再発。", OCCASION)
    assert (again.effect, again.effect_check_on, again.effect_checked_on) == (Effect.UNKNOWN, None, None)


def test_the_newest_approval_stays_and_one_that_is_not_said_takes_nothing_away() -> None:
    approval = Approval(TODAY, Approver.CHIEF, "6情管第12号")

    approved = TASK.approve(approval)

    assert approved.approval == approved.approve(Approval()).approval == approval
    assert approved.approve(Approval(document_no="6情管第13号")).approval == Approval(
        None, Approver.NOT_SAID, "6情管第13号"
    )
    for bad in (Approval(FRIDAY), Approval(document_no="あ" * 61)):
        with pytest.raises(SubmissionRefused):
            refuse_approval(bad, TODAY)


def test_a_closed_task_is_neither_begun_nor_considered_and_a_begun_one_not_begun_again() -> None:
    closed, _ = TASK.complete("済み。", OCCASION)
    begun, _ = start(TASK, OCCASION)

    for refused in (
        lambda: start(closed, OCCASION), lambda: start(begun, OCCASION), lambda: measures.consider(closed, "x", OCCASION),
        lambda: measures.settle(TASK, "", OCCASION), lambda: measures.consider(TASK, "", OCCASION),
        lambda: comment(TASK, "", None, OCCASION), lambda: comment(TASK, "あ" * 2001, None, OCCASION),
    ):  # fmt: skip
        with pytest.raises(SubmissionRefused):
            refused()
    assert begun.measure is MeasureDecision.NOTHING
