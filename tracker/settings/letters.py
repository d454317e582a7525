"""Who is told when: the ladders, who above a department is told, answering from a letter, the words."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from tracker.domain.documents import USUAL, FileKind
from tracker.domain.escalations import EscalationStep, Superior
from tracker.domain.reminders import DayCount, Ladder, Ladders
from tracker.domain.tasks import Origin
from tracker.settings.section import Section

DaysBefore = Annotated[int, Field(ge=0, le=366)]


class LadderSettings(Section):
    """A ladder of its own for one origin or one check; what it leaves out is as in [reminders]."""

    days_before: tuple[DaysBefore, ...] | None = None
    repeat_days: int | None = Field(default=None, ge=1, le=366)
    counted_in: DayCount | None = None


class ReminderSettings(Section):
    """The ladder: days before a deadline on which a department is told, and how often after it."""

    days_before: tuple[DaysBefore, ...] = (14, 7, 3, 1, 0)
    repeat_days: int = Field(default=7, ge=1, le=366)
    counted_in: DayCount = DayCount.CALENDAR
    origin: dict[Origin, LadderSettings] = Field(default_factory=dict)
    kind: dict[str, LadderSettings] = Field(default_factory=dict)

    def ladders(self) -> Ladders:
        """The ladder of each task."""
        usual = Ladder(self.days_before, self.repeat_days, self.counted_in)
        by_origin = {origin: self._ladder(own, usual) for origin, own in self.origin.items()}
        of_flags = by_origin.get(Origin.FLAG, usual)
        return Ladders(usual, by_origin, {kind: self._ladder(own, of_flags) for kind, own in self.kind.items()})

    @staticmethod
    def _ladder(own: LadderSettings, other: Ladder) -> Ladder:
        return Ladder(
            other.days_before if own.days_before is None else own.days_before,
            own.repeat_days or other.repeat_days,
            own.counted_in or other.counted_in,
        )


class EscalationStepSettings(Section):
    """So many open days after the deadline, somebody above the department is told."""

    after_open_days: int = Field(ge=1)
    to: Superior


class EscalationSettings(Section):
    """Who above a department hears of what stays overdue; no steps: nobody."""

    steps: tuple[EscalationStepSettings, ...] = (
        EscalationStepSettings(after_open_days=5, to=Superior.CHIEF),
        EscalationStepSettings(after_open_days=10, to=Superior.DIVISION),
        EscalationStepSettings(after_open_days=15, to=Superior.DIRECTOR),
    )

    @field_validator("steps")
    @classmethod
    def _each_once(cls, steps: tuple[EscalationStepSettings, ...]) -> tuple[EscalationStepSettings, ...]:
        if len({step.to for step in steps}) < len(steps):
            raise ValueError("同じ知らせ先（to）は1回だけ書いてください。一つの件について知らせるのは1回だけです。")
        return steps

    def ladder(self) -> tuple[EscalationStep, ...]:
        """The steps as the domain knows them."""
        return tuple(EscalationStep(step.after_open_days, step.to) for step in self.steps)


class AnswerSettings(Section):
    """Answering from a letter without sign-in; `host` and `port` serve these pages alone to the office's network."""

    enabled: bool = True
    days: int = Field(default=60, ge=1, le=366)
    file_mb: int = Field(default=20, ge=1)
    files: int = Field(default=5, ge=0)
    day_files: int = Field(default=200, ge=1)  # of one department in one day
    day_mb: int = Field(default=500, ge=1)
    kinds: tuple[FileKind, ...] = Field(default=USUAL, min_length=1)
    host: str | None = None
    port: int = Field(default=8001, ge=1, le=65535)


class LetterSettings(Section):
    """The office's own words, what is printed, what stands in a mail."""

    folder: Path | None = None
    print: Literal["without-address", "all", "never"] = "without-address"
    calendar: bool = True
    show_subjects: bool = False  # user ids and names of what a check saw
