"""The Commission's guidance as a council paper prints it: findings, and the measures answered to each."""

from dataclasses import dataclass
from datetime import date
from enum import Enum


class MeasureState(Enum):
    """How far a printed measure had come on the day of the paper."""

    DONE = "実施済"
    PLANNED = "予定"
    DECIDED = "決定"
    TO_BE_REQUESTED = "依頼予定"
    CUSTOMARY = "従前から実施"

    @property
    def is_done(self) -> bool:
        """Nothing is left to do: carried out, decided, or practised before the inspection."""
        return self in (MeasureState.DONE, MeasureState.DECIDED, MeasureState.CUSTOMARY)


@dataclass(frozen=True)
class PrintedMeasure:
    """One step of an answer; `branch` counts from 1, `done_on` is a day only when one is printed."""

    branch: int
    action: str
    state: MeasureState
    deadline_printed: str
    deadline: date | None
    done_on: date | None


@dataclass(frozen=True)
class PrintedFinding:
    """One row of the table; `clause` is the full text of `clause_printed`, None when unknown."""

    number: str
    law: str
    clause_printed: str
    clause: str | None
    subject: str
    gist: str
    observed_on: date | None
    departments: tuple[str, ...]
    systems: tuple[str, ...]
    measures: tuple[PrintedMeasure, ...]


@dataclass(frozen=True)
class CouncilPaper:
    """A paper to a municipality's council (`body`) on an inspection and the answers to it."""

    title: str
    body: str
    written_on: date
    inspected_from: date
    inspected_to: date
    findings: tuple[PrintedFinding, ...]
