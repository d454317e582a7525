"""The kinds of letter: what each is called, where its templates lie, what they see, and made-up examples of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from notifications.letters import escalation, examples, reminder, unanswered
from notifications.reports.weekly import lettering
from notifications.reports.weekly.values import WeeklyReport

Words = Callable[[Any], dict[str, object]]
Examples = Callable[[], tuple[Any, ...]]


@dataclass(frozen=True)
class Kind:
    """One kind of letter; `words` gives the templates' variables, `folder` lies below notifications/."""

    name: str
    title: str
    folder: str
    facts: type
    words: Words
    examples: Examples


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "reminder",
            "対応期限のお知らせ",
            reminder.FOLDER,
            reminder.ReminderFacts,
            reminder.reminder_words,
            examples.reminders,
        ),
        Kind(
            "escalation",
            "未対応のお知らせ（上位者あて）",
            escalation.FOLDER,
            escalation.EscalationFacts,
            escalation.escalation_words,
            examples.escalations,
        ),
        Kind(
            "unanswered",
            "回答のない所管課のお知らせ",
            unanswered.FOLDER,
            unanswered.UnansweredFacts,
            unanswered.unanswered_words,
            examples.unanswered_weeks,
        ),
        Kind(
            "weekly-report",
            "週次報告",
            lettering.FOLDER,
            WeeklyReport,
            lettering.weekly_letter_words,
            examples.weekly_reports,
        ),
    )
}
