"""What the division does with a task of its own accord; each refused in a sentence when something is missing."""

from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta

from tracker.domain.decisions import MeasureDecision
from tracker.domain.errors import SubmissionRefused
from tracker.domain.events import Event, Occasion
from tracker.domain.tasks import Task

LONGEST_TEXT = 2000
LONGEST_EXTENSION = relativedelta(years=3)


def hand_over(task: Task, department: str | None, occasion: Occasion) -> tuple[Task, Event]:
    """Another department's; SubmissionRefused when none is named, or the one whose it is."""
    refuse_closed(task)
    if not department:
        raise SubmissionRefused("department", "引き継ぐ所管課を選んでください。")
    if department == task.department_code:
        raise SubmissionRefused("department", "今の所管課とは別の課を選んでください。")
    return task.hand_over(department, occasion)


def change_deadline(task: Task, deadline: date | None, reason: str, occasion: Occasion) -> tuple[Task, Event]:
    """Another deadline, from today on, for a reason; SubmissionRefused otherwise."""
    refuse_closed(task)
    if deadline is None:
        raise SubmissionRefused("deadline", "新しい期限を書いてください（例: R6.4.30、令和6年4月30日）。")
    if deadline == task.deadline:
        raise SubmissionRefused("deadline", "今の期限と同じ日です。別の日を書いてください。")
    if deadline < occasion.on_day:
        raise SubmissionRefused("deadline", "新しい期限は、今日以後の日にしてください。")
    refuse_far_deadline(deadline, occasion.on_day)
    refuse_text("reason", reason, "期限を変える理由を書いてください。経過に残ります。")
    return task.extend(deadline, "", reason, occasion)


def withdraw(task: Task, reason: str, occasion: Occasion, *, is_decided: bool = False) -> tuple[Task, Event]:
    """No longer asked for; SubmissionRefused without a reason. `is_decided`: the measure is not taken (不措置)."""
    refuse_closed(task)
    refuse_text("reason", reason, "取り下げる理由を書いてください。経過に残ります。")
    withdrawn, event = task.withdraw(reason, occasion)
    if not is_decided:
        return replace(withdrawn, measure=MeasureDecision.NOTHING), event
    return replace(withdrawn, measure=MeasureDecision.NOT_TAKEN), event.with_facts(
        measure=str(MeasureDecision.NOT_TAKEN)
    )


def complete(task: Task, note: str, occasion: Occasion) -> tuple[Task, Event]:
    """Done, as the division knows otherwise than by an answer; SubmissionRefused when it does not say how."""
    refuse_closed(task)
    refuse_text("note", note, "完了をどう確かめたかを書いてください。経過に残ります。")
    return task.complete(note, occasion)


def reopen(task: Task, reason: str, occasion: Occasion) -> tuple[Task, Event]:
    """Open again what was closed by mistake; SubmissionRefused without a reason, or while it is open."""
    if task.is_open:
        raise SubmissionRefused("", "この対応は、もう対応中に戻っています。")
    refuse_text("reason", reason, "対応中に戻す理由を書いてください。経過に残ります。")
    return task.reopen(reason, occasion)


def send_back(task: Task, reason: str, occasion: Occasion) -> tuple[Task, Event]:
    """The answer is not accepted; SubmissionRefused without a reason, for it stands in the next letter."""
    refuse_text("reason", reason, "差し戻す理由を書いてください。所管課へのお知らせに載ります。")
    return task.send_back(reason, occasion)


def refuse_far_deadline(deadline: date, today: date) -> None:
    """Raise for a new deadline so far away that it was mistyped, or would never be reminded of."""
    if deadline > today + LONGEST_EXTENSION:
        raise SubmissionRefused("deadline", "新しい期限が先すぎます。3年以内の日にしてください。")


def refuse_text(field: str, text: str, when_blank: str) -> None:
    """Raise for a text that is missing or longer than is kept."""
    if not text:
        raise SubmissionRefused(field, when_blank)
    refuse_long_text(field, text)


def refuse_long_text(field: str, text: str) -> None:
    """Raise for a text longer than is kept."""
    if len(text) > LONGEST_TEXT:
        raise SubmissionRefused(field, f"{LONGEST_TEXT:,}字以内で書いてください（今は{len(text):,}字です）。")


def refuse_closed(task: Task) -> None:
    """Raise for a task that is over."""
    if not task.is_open:
        raise SubmissionRefused("", "この対応は、もう終わっています。")
