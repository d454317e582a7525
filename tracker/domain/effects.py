"""効果確認: some months after a measure was completed, the division looks whether it holds."""

from dataclasses import dataclass, replace

from dateutil.relativedelta import relativedelta

from tracker.domain.decisions import Effect
from tracker.domain.errors import SubmissionRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.moves import refuse_text
from tracker.domain.tasks import Origin, Task


@dataclass(frozen=True)
class EffectRule:
    """How many months after completion, and for tasks of which origins; 0 months: nobody looks."""

    months: int = 3
    origins: frozenset[Origin] = frozenset({Origin.FINDING})

    def plan(self, task: Task) -> Task:
        """The task with the day on which its effect is looked at, when it was just completed and the rule asks so."""
        if task.completed_on is None or not self.months or task.origin not in self.origins:
            return task
        return replace(task, effect_check_on=task.completed_on + relativedelta(months=self.months))


def check_effect(task: Task, effect: Effect, note: str, occasion: Occasion) -> tuple[Task, Event]:
    """The result of the look; SubmissionRefused for what is not completed, was looked at already, or says nothing."""
    if task.completed_on is None:
        raise SubmissionRefused("", "この対応は完了していないので、効果はまだ確かめられません。")
    if task.effect_checked_on is not None:
        raise SubmissionRefused("", "この対応の効果は、もう確かめてあります。")
    if effect is Effect.UNKNOWN:
        raise SubmissionRefused("effect", "「効果あり」か「再発」かを選んでください。")
    refuse_text("note", note, "何を見て確かめたかを書いてください。経過に残ります。")
    checked = replace(task, effect=effect, effect_checked_on=occasion.on_day, effect_note=note)
    return checked, checked.happened(Happened.EFFECT_CHECKED, occasion, effect=str(effect), note=note)
