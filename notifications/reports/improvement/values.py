"""The report to the regulator as values: each finding with what was done and what is to come, and what has changed."""

from dataclasses import dataclass
from datetime import date, datetime

from notifications.reports.measures import Measure


@dataclass(frozen=True)
class ReportedFinding:
    """One finding; `given_on` and `document_no` are those of the guidance, where they are known."""

    number: str
    law: str
    clause: str
    subject: str
    gist: str
    department: str
    measures: tuple[Measure, ...]
    given_on: date | None = None
    document_no: str = ""

    @property
    def done(self) -> tuple[Measure, ...]:
        """What was carried out, resolved or practised all along."""
        return tuple(one for one in self.measures if one.state.is_done)

    @property
    def remaining(self) -> tuple[Measure, ...]:
        """What is still to be carried out or decided."""
        return tuple(one for one in self.measures if one.state.is_open)

    @property
    def untaken(self) -> tuple[Measure, ...]:
        """What will not be carried out."""
        return tuple(one for one in self.measures if not one.state.is_done and not one.state.is_open)


@dataclass(frozen=True)
class Change:
    """One thing that is otherwise than in the report before: of which finding and measure, and what."""

    number: str
    action: str
    what: str


@dataclass(frozen=True)
class ImprovementReport:
    """The report as of the end of a day.

    `previous_on` is the day of the report before, None for the first one; `next_on` when the next one is due, None when
    nothing remains, by the rule that `next_basis` names.
    """

    office: str
    division: str
    on_day: date
    as_of_at: datetime
    findings: tuple[ReportedFinding, ...]
    previous_on: date | None = None
    changes: tuple[Change, ...] = ()
    next_on: date | None = None
    next_basis: str = ""
