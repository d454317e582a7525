"""The weekly letter to the division: which departments do not answer, and what waits for the division itself."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from notifications.letters.letter import Letter, write_letter

FOLDER = "letters/unanswered"


@dataclass(frozen=True)
class UnansweredRow:
    """One department with something overdue; `letters` counts those it was sent, `days_overdue` its oldest."""

    department: str
    overdue: int
    oldest_deadline: date
    days_overdue: int
    last_answer_on: date | None
    last_letter_on: date | None
    letters: int
    url: str | None


@dataclass(frozen=True)
class WaitingRow:
    """One answer of a department that the division has to look at, and since how many days."""

    title: str
    department: str
    kind: Literal["完了報告", "期限延長の申出", "所管違いの申出"]
    on: date
    days: int
    url: str | None


@dataclass(frozen=True)
class UnansweredFacts:
    """Everything the letter says, in the order given; `without_address` are departments that no mail reaches."""

    office: str
    division: str
    contact: str
    today: date
    departments: tuple[UnansweredRow, ...] = ()
    waiting: tuple[WaitingRow, ...] = ()
    without_address: tuple[str, ...] = ()
    list_url: str | None = None


def unanswered_words(facts: UnansweredFacts) -> dict[str, object]:
    """What the templates see; a week in which everybody answered has its letter too."""
    return {"facts": facts}


def render_unanswered(facts: UnansweredFacts) -> Letter:
    """The letter in the built-in words."""
    return write_letter(FOLDER, **unanswered_words(facts))
