"""A measure as every report on findings tells it: what it is, how it stood on the day, and what shows it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class MeasureState(StrEnum):
    """How a measure stood: to be carried out, carried out, resolved upon, practised all along, or not taken."""

    PLANNED = "planned"
    DONE = "done"
    DECIDED = "decided"
    CUSTOMARY = "customary"
    CONSIDERED = "considered"
    NOT_TAKEN = "not-taken"
    WITHDRAWN = "withdrawn"

    @property
    def is_done(self) -> bool:
        """Nothing is left to do of it."""
        return self in (MeasureState.DONE, MeasureState.DECIDED, MeasureState.CUSTOMARY)

    @property
    def is_open(self) -> bool:
        """Something is still to be done or decided."""
        return self in (MeasureState.PLANNED, MeasureState.CONSIDERED)


@dataclass(frozen=True)
class EvidenceFile:
    """A document that shows something: its name and its SHA-256."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Extension:
    """One change of a deadline: on which day, from when to when, and why."""

    on_day: date
    old: date | None
    new: date | None
    reason: str


@dataclass(frozen=True)
class Measure:
    """One measure of a finding as it stood at the end of the day.

    `action` is the plan's text; `done_on` None means that the day is not known. `is_request`: others are asked for it.
    `reported_on` is the day of a department's report that the division has yet to confirm, `reason` why a measure is
    not taken, `note` how it is known to be done.
    """

    key: str
    action: str
    state: MeasureState
    deadline: date | None = None
    deadline_printed: str = ""
    first_deadline: date | None = None
    done_on: date | None = None
    is_request: bool = False
    started_on: date | None = None
    reported_on: date | None = None
    reason: str = ""
    note: str = ""
    department: str = ""
    evidence: tuple[EvidenceFile, ...] = ()
    extensions: tuple[Extension, ...] = ()
