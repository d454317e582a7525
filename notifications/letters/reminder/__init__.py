"""The reminder: one letter to one department on one day, worst news first, in the form of a 事務連絡."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from notifications.letters.letter import Letter, write_letter
from notifications.letters.words import SHOWN

FOLDER = "letters/reminder"


@dataclass(frozen=True)
class TaskLine:
    """One task as the letter shows it; `url` None leaves the line for reporting out."""

    title: str
    deadline: date | None
    deadline_printed: str
    days_left: int | None
    body: str
    url: str | None
    origin: str
    sent_back_reason: str = ""
    reopened_reason: str = ""  # why it is asked for again although it was reported
    handed_over: bool = False  # it came from another department in this round


@dataclass(frozen=True)
class FlagLine:
    """One open flag as the letter shows it, the new ones first; `subject` is empty where the office keeps names out of mail."""

    check_title: str
    subject: str
    summary: str
    first_seen_on: date
    url: str | None


@dataclass(frozen=True)
class ReminderFacts:
    """Everything one reminder says; a task stands in one section only.

    `waiting` are tasks the division is looking at; `sign_in_needed` is for links that ask who is there, and
    `answer_until` the last day of those that do not. `list_url` is where the lines are that a long letter leaves out.
    """

    office: str
    division: str
    contact: str
    department: str
    today: date
    overdue: Sequence[TaskLine] = ()
    due_today: Sequence[TaskLine] = ()
    coming: Sequence[TaskLine] = ()
    flags: Sequence[FlagLine] = ()
    sent_back: Sequence[TaskLine] = ()
    waiting: Sequence[TaskLine] = ()
    repeat_days: int = 7
    sign_in_needed: bool = False
    answer_until: date | None = None
    list_url: str | None = None

    @property
    def has_links(self) -> bool:
        """Whether any line that asks for something carries a link."""
        sections = (self.overdue, self.due_today, self.coming, self.flags, self.sent_back)
        return any(line.url for section in sections for line in section[:SHOWN])


def reminder_words(facts: ReminderFacts) -> dict[str, object]:
    """What the templates see; ValueError when there is nothing to remind of."""
    if not (facts.overdue or facts.due_today or facts.coming or facts.flags or facts.sent_back):
        raise ValueError(f"{facts.department}にお知らせする対応がありません。")
    return {"facts": facts}


def render_reminder(facts: ReminderFacts) -> Letter:
    """The reminder in the built-in words; ValueError when there is nothing to remind of."""
    return write_letter(FOLDER, **reminder_words(facts))
