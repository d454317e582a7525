"""The reminder: one letter to one department on one day, worst news first, in the form of a 事務連絡."""

from dataclasses import dataclass
from datetime import date

from notifications.letters.letter import Letter, write_letter


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


@dataclass(frozen=True)
class FlagLine:
    """One open flag as the letter shows it; `subject` is empty where the office keeps names out of mail."""

    check_title: str
    subject: str
    summary: str
    first_seen_on: date
    url: str | None


@dataclass(frozen=True)
class ReminderFacts:
    """Everything one reminder says; `sign_in_needed` is for links that ask who is there."""

    office: str
    division: str
    contact: str
    department: str
    today: date
    overdue: tuple[TaskLine, ...] = ()
    due_today: tuple[TaskLine, ...] = ()
    coming: tuple[TaskLine, ...] = ()
    flags: tuple[FlagLine, ...] = ()
    repeat_days: int = 7
    sign_in_needed: bool = False

    @property
    def has_links(self) -> bool:
        """Whether any line of the letter carries a link."""
        return any(line.url for line in self.overdue + self.due_today + self.coming + self.flags)


def render_reminder(facts: ReminderFacts) -> Letter:
    """The reminder in words; ValueError when there is nothing to remind of."""
    if not (facts.overdue or facts.due_today or facts.coming or facts.flags):
        raise ValueError(f"{facts.department}にお知らせする対応がありません。")
    return write_letter("letters/reminder", facts=facts)
