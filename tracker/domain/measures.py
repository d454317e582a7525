"""The status words that municipalities report to the outside, derived from our own states."""

from dataclasses import replace
from enum import StrEnum

from tracker.domain.decisions import MeasureDecision
from tracker.domain.errors import SubmissionRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.moves import refuse_closed, refuse_text
from tracker.domain.tasks import Task


class MeasureStatus(StrEnum):
    """措置区分 A to E of a city's follow-up form to its auditors (law-and-practice 4.3)."""

    TAKEN = "措置完了"
    UNDER_WAY = "措置中"
    PLANNED = "措置予定"
    NOT_TAKEN = "不措置"
    CONSIDERED = "検討中"


def measure_status(task: Task) -> MeasureStatus | None:
    """What is said of a task to the outside; None for one that was withdrawn because it should not have been there.

    不措置 and 検討中 are decisions of the division. Otherwise: completed is 措置完了; begun, reported or sent back is
    措置中; the rest is 措置予定, for an answer with a deadline was decided on before the task was entered.
    """
    if task.completed_on:
        return MeasureStatus.TAKEN
    if task.withdrawn_on:
        return MeasureStatus.NOT_TAKEN if task.measure is MeasureDecision.NOT_TAKEN else None
    if task.measure is MeasureDecision.CONSIDERED:
        return MeasureStatus.CONSIDERED
    return MeasureStatus.UNDER_WAY if task.started_on else MeasureStatus.PLANNED


def consider(task: Task, reason: str, occasion: Occasion) -> tuple[Task, Event]:
    """Whether and how the measure is taken is being considered; the deadline and its reminders stay."""
    refuse_closed(task)
    if task.measure is MeasureDecision.CONSIDERED:
        raise SubmissionRefused("", "この対応は、もう「検討中」です。")
    refuse_text("reason", reason, "何を検討しているかを書いてください。経過に残ります。")
    considered = replace(task, measure=MeasureDecision.CONSIDERED)
    return considered, considered.happened(Happened.MEASURE_CONSIDERED, occasion, reason=reason)


def settle(task: Task, reason: str, occasion: Occasion) -> tuple[Task, Event]:
    """The measure is taken after all: no longer under consideration."""
    refuse_closed(task)
    if task.measure is not MeasureDecision.CONSIDERED:
        raise SubmissionRefused("", "この対応は、もう「検討中」ではありません。")
    settled = replace(task, measure=MeasureDecision.NOTHING)
    return settled, settled.happened(Happened.MEASURE_SETTLED, occasion, reason=reason)
