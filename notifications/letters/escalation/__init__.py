"""The escalation: to a section chief, a department head or the division, about what a department leaves undone."""

from dataclasses import dataclass
from datetime import date

from notifications.letters.letter import Letter, write_letter
from notifications.letters.words import SHOWN

FOLDER = "letters/escalation"


@dataclass(frozen=True)
class Told:
    """Who was told before: how many times, and on which day last."""

    on: date
    whom: str
    times: int = 1


@dataclass(frozen=True)
class EscalationLine:
    """One overdue task; `open_days_overdue` are days on which the office was open. `told` is oldest first."""

    title: str
    deadline: date
    deadline_printed: str
    days_overdue: int
    open_days_overdue: int
    body: str
    url: str | None
    origin: str
    told: tuple[Told, ...] = ()


@dataclass(frozen=True)
class EscalationFacts:
    """Everything one escalation says; `addressee` is an office held (障害者施策課長) or the division itself.

    `rest` counts overdue tasks beyond `lines`, which a long letter leaves out; `list_url` is where they are.
    """

    office: str
    division: str
    contact: str
    department: str
    addressee: str
    today: date
    lines: tuple[EscalationLine, ...]
    rest: int = 0
    list_url: str | None = None

    @property
    def total(self) -> int:
        """How many are overdue, shown or not."""
        return len(self.lines) + self.rest

    @property
    def unshown(self) -> int:
        """How many the letter leaves out."""
        return self.total - min(len(self.lines), SHOWN)

    @property
    def to_division(self) -> bool:
        """Whether the division writes to itself: it is asked to look, not to direct."""
        return self.addressee == self.division


def escalation_words(facts: EscalationFacts) -> dict[str, object]:
    """What the templates see; ValueError when nothing is overdue."""
    if not facts.lines:
        raise ValueError(f"{facts.department}について{facts.addressee}にお知らせする対応がありません。")
    return {"facts": facts}


def render_escalation(facts: EscalationFacts) -> Letter:
    """The escalation in the built-in words; ValueError when nothing is overdue."""
    return write_letter(FOLDER, **escalation_words(facts))
